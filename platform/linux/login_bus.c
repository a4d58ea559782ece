/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The way to logind. Not g_bus_get(): its shared connection ends the process when the bus goes. */

#include "platform/linux/login_bus.h"

#include "platform/linux/path_watch.h"

#include <string.h>

/* A bus whose socket is there but does not answer is asked more and more seldom: it is being started
 * or restarted, or has died. One whose socket is not there is not asked but waited for. Ours. */
#define RETRY_FIRST_S 1
#define RETRY_MOST_S 300

struct HsLoginBus
{
  HsLoginBusFuncs funcs;
  gpointer user_data;
  GCancellable *connecting;
  GDBusConnection *connection; /* NULL: not connected */
  gulong closed_handler;
  guint name_watch;
  char *owner;         /* logind's unique name; NULL: it is not there */
  GCancellable *calls; /* while it is */
  GArray *subscriptions;
  gboolean told_absent;
  char *problem;
  guint retry_s;
  guint retry_source;
  HsPathWatch *socket_watch; /* until its socket appears; NULL: not waiting for that */
};

static void connect_to_bus (HsLoginBus *bus);

/* ── coming and going ────────────────────────────────────────────────────────────────────── */

static void
set_problem (HsLoginBus *bus, const char *format, const char *detail)
{
  g_free (bus->problem);
  bus->problem = NULL;
  if (format == NULL)
    return;
  bus->problem = detail == NULL ? g_strdup (format) : g_strconcat (format, detail, NULL);
}

static void
forget_owner (HsLoginBus *bus)
{
  if (bus->connection != NULL)
    for (guint i = 0; i < bus->subscriptions->len; i++)
      g_dbus_connection_signal_unsubscribe (bus->connection,
                                            g_array_index (bus->subscriptions, guint, i));
  g_array_set_size (bus->subscriptions, 0);
  if (bus->calls != NULL)
    g_cancellable_cancel (bus->calls);
  g_clear_object (&bus->calls);
  g_clear_pointer (&bus->owner, g_free);
}

static void
tell_absent (HsLoginBus *bus)
{
  gboolean is_news = bus->owner != NULL || !bus->told_absent;

  forget_owner (bus);
  bus->told_absent = TRUE;
  if (is_news)
    bus->funcs.vanished (bus->user_data);
}

static void
on_name_appeared (GDBusConnection *connection,
                  const char *name,
                  const char *owner,
                  gpointer user_data)
{
  HsLoginBus *bus = user_data;

  forget_owner (bus);
  bus->owner = g_strdup (owner);
  bus->calls = g_cancellable_new ();
  bus->told_absent = FALSE;
  set_problem (bus, NULL, NULL);
  bus->funcs.appeared (bus->user_data);
}

static void
on_name_vanished (GDBusConnection *connection, const char *name, gpointer user_data)
{
  HsLoginBus *bus = user_data;

  if (connection == NULL)
    return; /* the connection has gone, which is told by itself */
  set_problem (bus, "no login service (logind) runs on this system's bus", NULL);
  tell_absent (bus);
}

/* ── the connection ──────────────────────────────────────────────────────────────────────── */

static void
drop_connection (HsLoginBus *bus)
{
  forget_owner (bus);
  if (bus->name_watch != 0)
    g_bus_unwatch_name (bus->name_watch);
  bus->name_watch = 0;
  if (bus->connection != NULL)
    {
      g_signal_handler_disconnect (bus->connection, bus->closed_handler);
      g_dbus_connection_close (bus->connection, NULL, NULL, NULL);
    }
  g_clear_object (&bus->connection);
}

static gboolean
on_retry (gpointer user_data)
{
  HsLoginBus *bus = user_data;

  bus->retry_source = 0;
  connect_to_bus (bus);
  return G_SOURCE_REMOVE;
}

static void
retry_later (HsLoginBus *bus)
{
  bus->retry_source = g_timeout_add_seconds (bus->retry_s, on_retry, bus);
  bus->retry_s = MIN (bus->retry_s * 2, RETRY_MOST_S);
}

static void
on_socket (gpointer user_data)
{
  HsLoginBus *bus = user_data;

  g_clear_pointer (&bus->socket_watch, hs_path_watch_free);
  bus->retry_s = RETRY_FIRST_S;
  connect_to_bus (bus);
}

/* Where the bus at @address listens; NULL if that is no path. */
static char *
find_socket (const char *address)
{
  static const char prefix[] = "unix:path=";
  g_autofree char *escaped = NULL;

  if (address == NULL || !g_str_has_prefix (address, prefix))
    return NULL;
  escaped = g_strndup (address + strlen (prefix), strcspn (address + strlen (prefix), ",;"));
  return g_uri_unescape_string (escaped, NULL);
}

/* A system may have no bus at all, or start it long after us: its socket tells. */
static void
come_back (HsLoginBus *bus)
{
  g_autofree char *address = g_dbus_address_get_for_bus_sync (G_BUS_TYPE_SYSTEM, NULL, NULL);
  g_autofree char *path = find_socket (address);

  if (path != NULL && !g_file_test (path, G_FILE_TEST_EXISTS))
    bus->socket_watch = hs_path_watch_new (path, on_socket, bus, NULL);
  if (bus->socket_watch == NULL)
    retry_later (bus);
}

static void
on_closed (GDBusConnection *connection,
           gboolean remote_peer_vanished,
           const GError *error,
           gpointer user_data)
{
  HsLoginBus *bus = user_data;

  set_problem (bus, "the connection to the system bus was closed", NULL);
  tell_absent (bus);
  drop_connection (bus);
  bus->retry_s = RETRY_FIRST_S;
  retry_later (bus);
}

static void
on_connected (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  GDBusConnection *connection = g_dbus_connection_new_for_address_finish (result, &error);
  HsLoginBus *bus = user_data;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return; /* the bus is freed */
  if (connection == NULL)
    {
      set_problem (bus, "there is no system bus: ", error->message);
      tell_absent (bus);
      come_back (bus);
      return;
    }
  bus->connection = connection;
  bus->closed_handler = g_signal_connect (connection, "closed", G_CALLBACK (on_closed), bus);
  bus->name_watch = g_bus_watch_name_on_connection (connection, HS_LOGIND_NAME,
                                                    G_BUS_NAME_WATCHER_FLAGS_AUTO_START,
                                                    on_name_appeared, on_name_vanished, bus, NULL);
  if (g_dbus_connection_is_closed (connection))
    on_closed (connection, TRUE, NULL, bus);
}

static void
connect_to_bus (HsLoginBus *bus)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *address = g_dbus_address_get_for_bus_sync (G_BUS_TYPE_SYSTEM, NULL, &error);

  if (address == NULL)
    {
      set_problem (bus, "there is no system bus: ", error->message);
      come_back (bus);
      return;
    }
  g_dbus_connection_new_for_address (address,
                                     G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT
                                         | G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
                                     NULL, bus->connecting, on_connected, bus);
}

/* ── life and questions ──────────────────────────────────────────────────────────────────── */

HsLoginBus *
hs_login_bus_new (const HsLoginBusFuncs *funcs, gpointer user_data)
{
  HsLoginBus *bus = g_new0 (HsLoginBus, 1);

  bus->funcs = *funcs;
  bus->user_data = user_data;
  bus->connecting = g_cancellable_new ();
  bus->subscriptions = g_array_new (FALSE, FALSE, sizeof (guint));
  bus->retry_s = RETRY_FIRST_S;
  connect_to_bus (bus);
  return bus;
}

void
hs_login_bus_free (HsLoginBus *bus)
{
  if (bus == NULL)
    return;
  g_cancellable_cancel (bus->connecting);
  drop_connection (bus);
  g_clear_handle_id (&bus->retry_source, g_source_remove);
  hs_path_watch_free (bus->socket_watch);
  g_object_unref (bus->connecting);
  g_array_unref (bus->subscriptions);
  g_free (bus->problem);
  g_free (bus);
}

gboolean
hs_login_bus_is_there (const HsLoginBus *bus)
{
  return bus->owner != NULL;
}

const char *
hs_login_bus_get_problem (const HsLoginBus *bus)
{
  return bus->problem;
}

GDBusConnection *
hs_login_bus_get_connection (HsLoginBus *bus)
{
  return bus->connection;
}

GCancellable *
hs_login_bus_get_cancellable (HsLoginBus *bus)
{
  return bus->calls;
}

/* ── talking ─────────────────────────────────────────────────────────────────────────────── */

void
hs_login_bus_subscribe (HsLoginBus *bus,
                        const char *interface_name,
                        const char *signal_name,
                        const char *path,
                        const char *first,
                        GDBusSignalCallback callback,
                        gpointer user_data)
{
  guint id = g_dbus_connection_signal_subscribe (bus->connection, bus->owner, interface_name,
                                                 signal_name, path, first, G_DBUS_SIGNAL_FLAGS_NONE,
                                                 callback, user_data, NULL);

  g_array_append_val (bus->subscriptions, id);
}

void
hs_login_bus_call (HsLoginBus *bus,
                   const char *path,
                   const char *interface_name,
                   const char *method,
                   GVariant *arguments,
                   const char *reply,
                   GAsyncReadyCallback callback,
                   gpointer user_data)
{
  g_dbus_connection_call (bus->connection, bus->owner, path, interface_name, method, arguments,
                          G_VARIANT_TYPE (reply), G_DBUS_CALL_FLAGS_NONE, HS_LOGIND_TIMEOUT_MS,
                          bus->calls, callback, user_data);
}

void
hs_login_bus_convert_error (GError **error)
{
  static const struct
  {
    const char *name;
    GIOErrorEnum code;
  } known[] = {
    { "org.freedesktop.login1.NoSuchSession", G_IO_ERROR_NOT_FOUND },
    { "org.freedesktop.login1.NoSessionForPID", G_IO_ERROR_NOT_FOUND },
    { "org.freedesktop.login1.NoUserForPID", G_IO_ERROR_NOT_FOUND },
    { "org.freedesktop.login1.NoSuchUser", G_IO_ERROR_NOT_FOUND },
    { "org.freedesktop.DBus.Error.UnknownObject", G_IO_ERROR_NOT_FOUND },
    { "org.freedesktop.DBus.Error.UnixProcessIdUnknown", G_IO_ERROR_NOT_FOUND },
    { "org.freedesktop.DBus.Error.AccessDenied", G_IO_ERROR_PERMISSION_DENIED },
    { "org.freedesktop.DBus.Error.AuthFailed", G_IO_ERROR_PERMISSION_DENIED },
    { "org.freedesktop.DBus.Error.InteractiveAuthorizationRequired", G_IO_ERROR_PERMISSION_DENIED },
    { "org.freedesktop.DBus.Error.NoReply", G_IO_ERROR_TIMED_OUT },
    { "org.freedesktop.DBus.Error.Timeout", G_IO_ERROR_TIMED_OUT },
  };
  g_autofree char *name = g_dbus_error_get_remote_error (*error);
  GIOErrorEnum code = G_IO_ERROR_FAILED;

  if (g_error_matches (*error, G_IO_ERROR, G_IO_ERROR_CANCELLED)
      || g_error_matches (*error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
    return;
  for (gsize i = 0; i < G_N_ELEMENTS (known) && name != NULL; i++)
    if (strcmp (name, known[i].name) == 0)
      code = known[i].code;
  g_dbus_error_strip_remote_error (*error);
  g_autoptr (GError) foreign = g_steal_pointer (error);
  g_set_error_literal (error, G_IO_ERROR, code, foreign->message);
}
