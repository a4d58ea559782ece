/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* The login sessions of this workstation: who logs in and out, whose screen is locked, and to which
 * session a process belongs.
 *
 * Only sessions of people count: greeters, lock screens, cron jobs and the background sessions of
 * service managers are not told. A session that has ended counts as removed, even if processes were
 * left behind in it. A system that does not know sessions is not an error:
 * hs_login_sessions_is_watched() is FALSE, hs_login_sessions_get_problem() says why, and the watch
 * begins when the system's session service appears.
 *
 * Threads: main context only; callbacks on the main context.  Blocks: never. */

#include <gio/gio.h>

typedef struct HsLoginSessions HsLoginSessions;

typedef enum
{
  HS_LOGIN_NONE = 0,
  HS_LOGIN_NEW,       /* began, or was there when the watch began */
  HS_LOGIN_REMOVED,   /* ended; it is told as it was last */
  HS_LOGIN_LOCKED,    /* its screen was locked */
  HS_LOGIN_UNLOCKED,  /* and unlocked */
  HS_LOGIN_ACTIVE,    /* it is in front of its seat now */
  HS_LOGIN_INACTIVE,  /* somebody else's is; a session without a seat (ssh) is always active */
  HS_LOGIN_WATCHED,   /* every session has been told from here on; session NULL */
  HS_LOGIN_UNWATCHED, /* there is no session service, or it is gone: sessions stay as they were last
                         known, and what happened meanwhile is told before the next WATCHED;
                         session NULL */
} HsLoginEvent;

/* As it is now. A NEW session that is locked or inactive tells so here and by no event of its own. */
typedef struct
{
  const char *id; /* the system's word for it, unique until the next boot ("c2", "17") */
  guint32 uid;
  gboolean is_active;
  gboolean is_locked;
  gboolean is_remote;
} HsLoginSession;

/* @session: borrowed for the call. The function may ask questions and remove its own watch; it does
 * not free @sessions. */
typedef void (*HsLoginEventFunc) (HsLoginSessions *sessions,
                                  HsLoginEvent event,
                                  const HsLoginSession *session,
                                  gpointer user_data);

/* ── life ────────────────────────────────────────────────────────────────────────────────── */

/* Begins to look for the session service; nothing is known before WATCHED or UNWATCHED. */
HsLoginSessions *hs_login_sessions_new (void);

/* Tells nothing any more; questions under way complete with CANCELLED. NULL is allowed. */
void hs_login_sessions_free (HsLoginSessions *sessions);

/* Several may watch. A late watcher asks hs_login_sessions_list() for what is known already.
 * Returns: a number greater than 0 for hs_login_sessions_unwatch(). */
guint
hs_login_sessions_watch (HsLoginSessions *sessions, HsLoginEventFunc func, gpointer user_data);
void hs_login_sessions_unwatch (HsLoginSessions *sessions, guint watch);

/* ── questions, from memory ──────────────────────────────────────────────────────────────── */

/* Between WATCHED and UNWATCHED. */
gboolean hs_login_sessions_is_watched (HsLoginSessions *sessions);

/* Why not, for the log and doctor: a sentence; NULL while they are watched or looked for. */
const char *hs_login_sessions_get_problem (HsLoginSessions *sessions);

/* Returns: (transfer container) (element-type HsLoginSession): borrowed until the next turn of the
 * main loop, in no order. */
GPtrArray *hs_login_sessions_list (HsLoginSessions *sessions);

/* NULL if there is no such session; borrowed like those of the list. */
const HsLoginSession *hs_login_sessions_find (HsLoginSessions *sessions, const char *id);

/* Does @uid have a session? */
gboolean hs_login_sessions_has_user (HsLoginSessions *sessions, guint32 uid);

/* ── async pairs ─────────────────────────────────────────────────────────────────────────── */

/* To which session does process @pid belong? A program that a desktop starts through the user's
 * service manager is in no session of its own: it counts to its user's graphical session, if there
 * is one. Compare the answer with a known id to ask "is it in that session?".
 *
 * A pid may come to mean another process while the question is under way: hold a process handle
 * (platform/peer.h) from before asking, and believe the answer if that process is alive after it. */
void hs_login_sessions_find_process_async (HsLoginSessions *sessions,
                                           gint64 pid,
                                           GCancellable *cancellable,
                                           GAsyncReadyCallback callback,
                                           gpointer user_data);

/* Returns: (transfer full): the id of a session of a person; NULL on error.
 * Errors: NOT_FOUND (it is in none, or has ended), NOT_SUPPORTED (sessions are not watched),
 * TIMED_OUT, CANCELLED, FAILED. */
char *hs_login_sessions_find_process_finish (HsLoginSessions *sessions,
                                             GAsyncResult *result,
                                             GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Ends the session @id with every process in it; the desktop too, which a display manager then
 * begins anew. Linux lets the session's own user do that, and an ordinary service only if the
 * administrator allows it (docs/decisions/0073): without that it is PERMISSION_DENIED, and
 * a program of the session has to end it. */
void hs_login_sessions_end_async (HsLoginSessions *sessions,
                                  const char *id,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data);

/* TRUE: the system took the wish; REMOVED follows. Errors: PERMISSION_DENIED, NOT_FOUND (no such
 * session), NOT_SUPPORTED, TIMED_OUT, CANCELLED, FAILED. */
gboolean hs_login_sessions_end_finish (HsLoginSessions *sessions,
                                       GAsyncResult *result,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsLoginSessions, hs_login_sessions_free)
