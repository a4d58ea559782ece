/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Login sessions in memory. Events are told from within the functions that cause them. */

#include "platform/fake/login_session.h"

#include <string.h>

typedef struct
{
  HsLoginSession seen; /* id: of this */
  char *id;
} Session;

typedef struct
{
  guint id;
  HsLoginEventFunc func;
  gpointer user_data;
} Watch;

struct HsLoginSessions
{
  guint last_watch;
  GArray *watches; /* of Watch */
};

static struct
{
  HsLoginSessions *sessions; /* NULL: nobody looks */
  GPtrArray *known;          /* of Session */
  GHashTable *processes;     /* pid → id */
  gboolean is_absent;
  gboolean is_ending_refused;
} fake;

static void
session_free (gpointer data)
{
  Session *session = data;

  g_free (session->id);
  g_free (session);
}

static void
prepare (void)
{
  if (fake.known == NULL)
    fake.known = g_ptr_array_new_with_free_func (session_free);
  if (fake.processes == NULL)
    fake.processes = g_hash_table_new_full (NULL, NULL, NULL, g_free);
}

static void
tell (HsLoginEvent event, const HsLoginSession *session)
{
  g_autoptr (GArray) watches = NULL;

  if (fake.sessions == NULL || (fake.is_absent && session != NULL))
    return;
  watches = g_array_copy (fake.sessions->watches);
  for (guint i = 0; i < watches->len; i++)
    {
      const Watch *watch = &g_array_index (watches, Watch, i);
      watch->func (fake.sessions, event, session, watch->user_data);
    }
}

static Session *
find (const char *id)
{
  prepare ();
  for (guint i = 0; i < fake.known->len; i++)
    if (strcmp (((Session *)fake.known->pdata[i])->id, id) == 0)
      return fake.known->pdata[i];
  return NULL;
}

/* ── what a test lets happen ─────────────────────────────────────────────────────────────── */

void
hs_fake_login_reset (void)
{
  g_clear_pointer (&fake.known, g_ptr_array_unref);
  g_clear_pointer (&fake.processes, g_hash_table_unref);
  fake.is_absent = FALSE;
  fake.is_ending_refused = FALSE;
}

void
hs_fake_login_set_watched (gboolean watched)
{
  fake.is_absent = !watched;
  tell (watched ? HS_LOGIN_WATCHED : HS_LOGIN_UNWATCHED, NULL);
}

void
hs_fake_login_set_may_end (gboolean may_end)
{
  fake.is_ending_refused = !may_end;
}

void
hs_fake_login_add (const char *id, guint32 uid)
{
  Session *session = g_new0 (Session, 1);

  prepare ();
  session->id = g_strdup (id);
  session->seen = (HsLoginSession){ .id = session->id, .uid = uid, .is_active = TRUE };
  g_ptr_array_add (fake.known, session);
  tell (HS_LOGIN_NEW, &session->seen);
}

void
hs_fake_login_remove (const char *id)
{
  Session *session = find (id);
  guint place = 0;

  g_return_if_fail (session != NULL && g_ptr_array_find (fake.known, session, &place));
  (void)g_ptr_array_steal_index (fake.known, place);
  tell (HS_LOGIN_REMOVED, &session->seen);
  session_free (session);
}

void
hs_fake_login_set_locked (const char *id, gboolean locked)
{
  Session *session = find (id);

  g_return_if_fail (session != NULL);
  session->seen.is_locked = locked;
  tell (locked ? HS_LOGIN_LOCKED : HS_LOGIN_UNLOCKED, &session->seen);
}

void
hs_fake_login_set_active (const char *id, gboolean active)
{
  Session *session = find (id);

  g_return_if_fail (session != NULL);
  session->seen.is_active = active;
  tell (active ? HS_LOGIN_ACTIVE : HS_LOGIN_INACTIVE, &session->seen);
}

void
hs_fake_login_put_process (gint64 pid, const char *id)
{
  prepare ();
  if (id == NULL)
    g_hash_table_remove (fake.processes, GINT_TO_POINTER (pid));
  else
    g_hash_table_insert (fake.processes, GINT_TO_POINTER (pid), g_strdup (id));
}

/* ── the contract ────────────────────────────────────────────────────────────────────────── */

static gboolean
begin (gpointer user_data)
{
  if (fake.sessions != user_data)
    return G_SOURCE_REMOVE;
  for (guint i = 0; i < fake.known->len; i++)
    tell (HS_LOGIN_NEW, &((Session *)fake.known->pdata[i])->seen);
  tell (fake.is_absent ? HS_LOGIN_UNWATCHED : HS_LOGIN_WATCHED, NULL);
  return G_SOURCE_REMOVE;
}

HsLoginSessions *
hs_login_sessions_new (void)
{
  HsLoginSessions *sessions = g_new0 (HsLoginSessions, 1);

  prepare ();
  sessions->watches = g_array_new (FALSE, FALSE, sizeof (Watch));
  fake.sessions = sessions;
  g_idle_add (begin, sessions);
  return sessions;
}

void
hs_login_sessions_free (HsLoginSessions *sessions)
{
  if (sessions == NULL)
    return;
  g_idle_remove_by_data (sessions);
  fake.sessions = NULL;
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
  for (guint i = sessions->watches->len; i > 0; i--)
    if (g_array_index (sessions->watches, Watch, i - 1).id == id)
      g_array_remove_index (sessions->watches, i - 1);
}

gboolean
hs_login_sessions_is_watched (HsLoginSessions *sessions)
{
  return !fake.is_absent;
}

const char *
hs_login_sessions_get_problem (HsLoginSessions *sessions)
{
  return fake.is_absent ? "there is no session service" : NULL;
}

GPtrArray *
hs_login_sessions_list (HsLoginSessions *sessions)
{
  GPtrArray *list = g_ptr_array_new ();

  for (guint i = 0; i < fake.known->len; i++)
    g_ptr_array_add (list, &((Session *)fake.known->pdata[i])->seen);
  return list;
}

const HsLoginSession *
hs_login_sessions_find (HsLoginSessions *sessions, const char *id)
{
  const Session *session = find (id);

  return session != NULL ? &session->seen : NULL;
}

gboolean
hs_login_sessions_has_user (HsLoginSessions *sessions, guint32 uid)
{
  for (guint i = 0; i < fake.known->len; i++)
    if (((Session *)fake.known->pdata[i])->seen.uid == uid)
      return TRUE;
  return FALSE;
}

static gboolean
is_answered_absent (GTask *task)
{
  if (fake.is_absent)
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                             "login sessions are not watched on this system");
  return fake.is_absent;
}

void
hs_login_sessions_find_process_async (HsLoginSessions *sessions,
                                      gint64 pid,
                                      GCancellable *cancellable,
                                      GAsyncReadyCallback callback,
                                      gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  const char *id = g_hash_table_lookup (fake.processes, GINT_TO_POINTER (pid));

  if (is_answered_absent (task))
    return;
  if (id == NULL || find (id) == NULL)
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                             "the process is in no login session");
  else
    g_task_return_pointer (task, g_strdup (id), g_free);
}

char *
hs_login_sessions_find_process_finish (HsLoginSessions *sessions,
                                       GAsyncResult *result,
                                       GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

void
hs_login_sessions_end_async (HsLoginSessions *sessions,
                             const char *id,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  if (is_answered_absent (task))
    return;
  if (find (id) == NULL)
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "there is no such session");
  else if (fake.is_ending_refused)
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED,
                             "this service may not end sessions");
  else
    {
      hs_fake_login_remove (id);
      g_task_return_boolean (task, TRUE);
    }
}

gboolean
hs_login_sessions_end_finish (HsLoginSessions *sessions, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
