/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The login sessions that are known, who is told of them, and the processes that lead them.
 *
 * A session whose processes do not all end at logout stays with logind as "closing", without a
 * word on the bus, for as long as they run (logind.conf, KillUserProcesses=no). So the process that
 * leads a session is watched as well: with it the person has gone. */

#include "platform/linux/login_session_private.h"

#include <glib-unix.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* ── telling ─────────────────────────────────────────────────────────────────────────────── */

void
hs_login_sessions_tell (HsLoginSessions *sessions,
                        HsLoginEvent event,
                        const HsLoginSession *session)
{
  sessions->telling++;
  for (guint i = 0; i < sessions->watches->len; i++)
    {
      const Watch watch = g_array_index (sessions->watches, Watch, i);
      if (watch.func != NULL)
        watch.func (sessions, event, session, watch.user_data);
    }
  sessions->telling--;
  for (guint i = sessions->watches->len; i > 0 && sessions->telling == 0; i--)
    if (g_array_index (sessions->watches, Watch, i - 1).func == NULL)
      g_array_remove_index (sessions->watches, i - 1);
}

static void
hs_seen_session_free (gpointer data)
{
  HsSeenSession *session = data;

  if (session->leader_source != 0)
    g_source_remove (session->leader_source);
  if (session->leader >= 0)
    close (session->leader);
  g_free (session->id);
  g_free (session->path);
  g_free (session);
}

void
hs_seen_session_end (HsSeenSession *session)
{
  if (session->has_ended)
    return;
  session->has_ended = TRUE;
  hs_login_sessions_tell (session->sessions, HS_LOGIN_REMOVED, &session->seen);
}

void
hs_login_sessions_forget (HsLoginSessions *sessions, const char *path)
{
  HsSeenSession *session = g_hash_table_lookup (sessions->by_path, path);

  if (session == NULL)
    return;
  hs_seen_session_end (session);
  g_hash_table_remove (sessions->by_path, path);
}

/* ── the leader ──────────────────────────────────────────────────────────────────────────── */

static gboolean
on_leader_ended (gint fd, GIOCondition condition, gpointer user_data)
{
  HsSeenSession *session = user_data;

  session->leader_source = 0;
  hs_seen_session_end (session);
  return G_SOURCE_REMOVE;
}

static void
watch_leader (HsSeenSession *session, guint32 pid)
{
  if (pid == 0)
    return;
  session->leader = (int)syscall (SYS_pidfd_open, (pid_t)pid, 0);
  if (session->leader < 0)
    return; /* gone already, or an old kernel: logind's word has to do */
  session->leader_source = g_unix_fd_add (session->leader, G_IO_IN, on_leader_ended, session);
}

HsSeenSession *
hs_login_sessions_add (HsLoginSessions *sessions,
                       const char *path,
                       const HsLoginSession *seen,
                       guint32 leader)
{
  HsSeenSession *session = g_new0 (HsSeenSession, 1);

  session->sessions = sessions;
  session->id = g_strdup (seen->id);
  session->path = g_strdup (path);
  session->seen = *seen;
  session->seen.id = session->id;
  session->leader = -1;
  watch_leader (session, leader);
  g_hash_table_insert (sessions->by_path, session->path, session);
  hs_login_sessions_tell (sessions, HS_LOGIN_NEW, &session->seen);
  return session;
}

/* ── life ────────────────────────────────────────────────────────────────────────────────── */

HsLoginSessions *
hs_login_sessions_new (void)
{
  static const HsLoginBusFuncs funcs = { hs_login_sessions_begin, hs_login_sessions_lose };
  HsLoginSessions *sessions = g_new0 (HsLoginSessions, 1);

  sessions->by_path = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, hs_seen_session_free);
  sessions->watches = g_array_new (FALSE, TRUE, sizeof (Watch));
  sessions->bus = hs_login_bus_new (&funcs, sessions);
  return sessions;
}

void
hs_login_sessions_free (HsLoginSessions *sessions)
{
  if (sessions == NULL)
    return;
  hs_login_bus_free (sessions->bus);
  g_hash_table_unref (sessions->by_path);
  g_array_unref (sessions->watches);
  g_free (sessions);
}

guint
hs_login_sessions_watch (HsLoginSessions *sessions, HsLoginEventFunc func, gpointer user_data)
{
  const Watch watch = { ++sessions->last_watch, func, user_data };

  g_array_append_val (sessions->watches, watch);
  return watch.id;
}

void
hs_login_sessions_unwatch (HsLoginSessions *sessions, guint id)
{
  for (guint i = 0; i < sessions->watches->len; i++)
    {
      Watch *watch = &g_array_index (sessions->watches, Watch, i);
      if (watch->id != id)
        continue;
      watch->func = NULL;
      if (sessions->telling == 0)
        g_array_remove_index (sessions->watches, i);
      return;
    }
}

/* ── questions, from memory ──────────────────────────────────────────────────────────────── */

gboolean
hs_login_sessions_is_watched (HsLoginSessions *sessions)
{
  return sessions->is_watched;
}

const char *
hs_login_sessions_get_problem (HsLoginSessions *sessions)
{
  if (sessions->is_watched)
    return NULL;
  if (hs_login_bus_is_there (sessions->bus) && sessions->awaited == 0)
    return "the login service (logind) does not say which sessions there are";
  return hs_login_bus_get_problem (sessions->bus);
}

GPtrArray *
hs_login_sessions_list (HsLoginSessions *sessions)
{
  GPtrArray *list = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, sessions->by_path);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    if (!((HsSeenSession *)value)->has_ended)
      g_ptr_array_add (list, &((HsSeenSession *)value)->seen);
  return list;
}

HsSeenSession *
hs_login_sessions_find_seen (HsLoginSessions *sessions, const char *id)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, sessions->by_path);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    if (!((HsSeenSession *)value)->has_ended && strcmp (((HsSeenSession *)value)->id, id) == 0)
      return value;
  return NULL;
}

const HsLoginSession *
hs_login_sessions_find (HsLoginSessions *sessions, const char *id)
{
  const HsSeenSession *session = hs_login_sessions_find_seen (sessions, id);

  return session != NULL ? &session->seen : NULL;
}

gboolean
hs_login_sessions_has_user (HsLoginSessions *sessions, guint32 uid)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, sessions->by_path);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    if (!((HsSeenSession *)value)->has_ended && ((HsSeenSession *)value)->seen.uid == uid)
      return TRUE;
  return FALSE;
}
