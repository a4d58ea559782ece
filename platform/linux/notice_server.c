/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* How the desktop reads notifications, asked on the session bus. */

#include "platform/notice_server.h"

/* GLib prefers this one where somebody has its name. */
#define GTK_NAME "org.gtk.Notifications"
#define NAME "org.freedesktop.Notifications"
#define PATH "/org/freedesktop/Notifications"

static gboolean
end_if_cancelled (GTask *task, const GError *error)
{
  if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return FALSE;
  g_task_return_error (task, g_error_copy (error));
  return TRUE;
}

static void
on_capabilities (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply
      = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  g_autofree const char **capabilities = NULL;

  if (end_if_cancelled (task, error))
    return;
  if (reply != NULL)
    g_variant_get (reply, "(^a&s)", &capabilities);
  g_task_return_boolean (task,
                         capabilities == NULL
                             || g_strv_contains ((const char *const *)capabilities, "body-markup"));
}

static void
on_gtk_owner (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply
      = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  GCancellable *cancellable = g_task_get_cancellable (task);
  gboolean is_owned = FALSE;

  if (end_if_cancelled (task, error))
    return;
  if (reply != NULL)
    g_variant_get (reply, "(b)", &is_owned);
  if (is_owned)
    {
      g_task_return_boolean (task, FALSE);
      return;
    }
  g_dbus_connection_call (G_DBUS_CONNECTION (source), NAME, PATH, NAME, "GetCapabilities", NULL,
                          G_VARIANT_TYPE ("(as)"), G_DBUS_CALL_FLAGS_NONE, -1, cancellable,
                          on_capabilities, g_steal_pointer (&task));
}

void
hs_notice_server_ask_async (GApplication *application,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (application, cancellable, callback, user_data);
  GDBusConnection *bus = g_application_get_dbus_connection (application);

  if (bus == NULL) /* then nothing is shown either */
    {
      g_task_return_boolean (task, TRUE);
      return;
    }
  g_dbus_connection_call (bus, "org.freedesktop.DBus", "/org/freedesktop/DBus",
                          "org.freedesktop.DBus", "NameHasOwner", g_variant_new ("(s)", GTK_NAME),
                          G_VARIANT_TYPE ("(b)"), G_DBUS_CALL_FLAGS_NONE, -1, cancellable,
                          on_gtk_owner, g_steal_pointer (&task));
}

gboolean
hs_notice_server_ask_finish (GApplication *application,
                             GAsyncResult *result,
                             gboolean *reads_markup,
                             GError **error)
{
  g_autoptr (GError) failed = NULL;
  gboolean answer = g_task_propagate_boolean (G_TASK (result), &failed);

  if (failed != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failed));
      return FALSE;
    }
  *reads_markup = answer;
  return TRUE;
}
