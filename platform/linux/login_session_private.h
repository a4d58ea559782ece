/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* Login sessions from within: login_session.c has life, watches and memory, login_session_watch.c
 * learns from logind, login_session_ask.c passes questions on to it.
 *
 * Threads: main context only.  Blocks: never. */

#include "platform/login_session.h"

#include "platform/linux/login_bus.h"

/* A session of a person, as it was told last. */
typedef struct
{
  HsLoginSession seen; /* what was told; id and path belong to this */
  char *id;
  char *path;
  HsLoginSessions *sessions;
  gboolean has_ended;  /* told as removed, though logind still has it */
  gboolean was_listed; /* in the list that is being worked through */
  int leader;          /* a pidfd; -1: not watched */
  guint leader_source;
} HsSeenSession;

typedef struct
{
  guint id;
  HsLoginEventFunc func; /* NULL: removed while events are told */
  gpointer user_data;
} Watch;

struct HsLoginSessions
{
  HsLoginBus *bus;
  GHashTable *by_path; /* object path → HsSeenSession */
  GArray *watches;     /* of Watch */
  guint last_watch;
  guint telling;
  gboolean is_watched;
  guint awaited; /* answers until the list has been worked through; 0: none is */
};

/* Tells every watcher; @session is nullable. */
void hs_login_sessions_tell (HsLoginSessions *sessions,
                             HsLoginEvent event,
                             const HsLoginSession *session);

/* Takes up a session of logind's, led by process @leader (0: not known), and tells it as NEW. */
HsSeenSession *hs_login_sessions_add (HsLoginSessions *sessions,
                                      const char *path,
                                      const HsLoginSession *seen,
                                      guint32 leader);

/* Tells the session as REMOVED, once; it stays known until logind forgets it. */
void hs_seen_session_end (HsSeenSession *session);

/* Ends and frees the session at @path, if it is known. */
void hs_login_sessions_forget (HsLoginSessions *sessions, const char *path);

/* NULL if there is none that has not ended. */
HsSeenSession *hs_login_sessions_find_seen (HsLoginSessions *sessions, const char *id);

/* logind is there, or no longer: the HsLoginBusFuncs. @sessions: a HsLoginSessions. */
void hs_login_sessions_begin (gpointer sessions);
void hs_login_sessions_lose (gpointer sessions);

/* Reads what logind knows of the session at @path. @task (transfer full) (nullable) is answered with
 * the session's id. */
void hs_login_sessions_look_at (HsLoginSessions *sessions,
                                const char *path,
                                gboolean is_listed,
                                GTask *task);
