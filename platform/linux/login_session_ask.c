/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Questions about login sessions that only logind can answer, and wishes. */

#include "platform/linux/login_session_private.h"

/* ── questions to logind ─────────────────────────────────────────────────────────────────── */

/* A task of @callback, or NULL: it has been answered, because logind is not there. */
static GTask *
open_task (HsLoginSessions *sessions,
           GCancellable *cancellable,
           GAsyncReadyCallback callback,
           gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_task_data (task, sessions, NULL);
  if (hs_login_bus_is_there (sessions->bus))
    return g_steal_pointer (&task);
  g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                           "login sessions are not watched on this system");
  return NULL;
}

/* The reply to a call of hs_login_bus_call(); NULL: @task was answered with the error. */
static GVariant *
finish_call (GTask *task, GObject *source, GAsyncResult *result)
{
  GError *error = NULL;
  GVariant *reply = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);

  if (reply == NULL)
    {
      hs_login_bus_convert_error (&error);
      g_task_return_error (task, error);
    }
  return reply;
}

static void
on_display_read (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GVariant) reply = finish_call (task, source, result);
  g_autoptr (GVariant) display = NULL;
  const char *id = "";
  const char *path = NULL;

  if (reply == NULL)
    return;
  g_variant_get (reply, "(v)", &display);
  if (g_variant_is_of_type (display, G_VARIANT_TYPE ("(so)")))
    g_variant_get (display, "(&s&o)", &id, &path);
  if (*id == '\0')
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                               "the process is in no login session, and its user has no desktop");
      return;
    }
  hs_login_sessions_look_at (g_task_get_task_data (task), path, FALSE, g_object_ref (task));
}

static void
on_user_found (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GVariant) reply = finish_call (task, source, result);
  const char *path = NULL;

  if (reply == NULL)
    return;
  g_variant_get (reply, "(&o)", &path);
  HsLoginSessions *sessions = g_task_get_task_data (task);
  hs_login_bus_call (sessions->bus, path, HS_DBUS_PROPERTIES, "Get",
                     g_variant_new ("(ss)", HS_LOGIND_USER, "Display"), "(v)", on_display_read,
                     g_object_ref (task));
}

static void
on_process_found (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  g_autoptr (GVariant) reply
      = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  const char *path = NULL;

  if (reply != NULL)
    {
      g_variant_get (reply, "(&o)", &path);
      hs_login_sessions_look_at (g_task_get_task_data (task), path, FALSE, g_object_ref (task));
      return;
    }
  hs_login_bus_convert_error (&error);
  if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    {
      g_task_return_error (task, error);
      return;
    }
  g_error_free (error);
  HsLoginSessions *sessions = g_task_get_task_data (task);
  guint32 pid = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (task), "pid"));
  hs_login_bus_call (sessions->bus, HS_LOGIND_PATH, HS_LOGIND_MANAGER, "GetUserByPID",
                     g_variant_new ("(u)", pid), "(o)", on_user_found, g_object_ref (task));
}

void
hs_login_sessions_find_process_async (HsLoginSessions *sessions,
                                      gint64 pid,
                                      GCancellable *cancellable,
                                      GAsyncReadyCallback callback,
                                      gpointer user_data)
{
  g_autoptr (GTask) task = open_task (sessions, cancellable, callback, user_data);

  if (task == NULL)
    return;
  if (pid <= 0 || pid > G_MAXINT32)
    {
      /* 0 would mean ourselves to logind. */
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "there is no such process");
      return;
    }
  g_object_set_data (G_OBJECT (task), "pid", GUINT_TO_POINTER ((guint32)pid));
  hs_login_bus_call (sessions->bus, HS_LOGIND_PATH, HS_LOGIND_MANAGER, "GetSessionByPID",
                     g_variant_new ("(u)", (guint32)pid), "(o)", on_process_found,
                     g_object_ref (task));
}

char *
hs_login_sessions_find_process_finish (HsLoginSessions *sessions,
                                       GAsyncResult *result,
                                       GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
on_terminated (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  g_autoptr (GVariant) reply
      = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);

  if (reply != NULL)
    {
      g_task_return_boolean (task, TRUE);
      return;
    }
  hs_login_bus_convert_error (&error);
  g_task_return_error (task, error);
}

void
hs_login_sessions_end_async (HsLoginSessions *sessions,
                             const char *id,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data)
{
  g_autoptr (GTask) task = open_task (sessions, cancellable, callback, user_data);

  if (task == NULL)
    return;
  if (hs_login_sessions_find_seen (sessions, id) == NULL)
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                               "there is no such login session");
      return;
    }
  hs_login_bus_call (sessions->bus, HS_LOGIND_PATH, HS_LOGIND_MANAGER, "TerminateSession",
                     g_variant_new ("(s)", id), "()", on_terminated, g_object_ref (task));
}

gboolean
hs_login_sessions_end_finish (HsLoginSessions *sessions, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
