/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* The way to logind: a connection to the system bus of our own, and the name that logind owns there.
 *
 * It finds both by itself, and again after either was gone. Signals are taken from the process that
 * owns the name and from nobody else: on a system bus everybody may send them.
 *
 * Threads: main context only; callbacks on the main context.  Blocks: never. */

#include <gio/gio.h>

#define HS_LOGIND_NAME "org.freedesktop.login1"
#define HS_LOGIND_PATH "/org/freedesktop/login1"
#define HS_LOGIND_MANAGER "org.freedesktop.login1.Manager"
#define HS_LOGIND_SESSION "org.freedesktop.login1.Session"
#define HS_LOGIND_USER "org.freedesktop.login1.User"
#define HS_DBUS_PROPERTIES "org.freedesktop.DBus.Properties"

/* logind answers from memory; one that does not for this long will not. Ours. */
#define HS_LOGIND_TIMEOUT_MS 10000

typedef struct HsLoginBus HsLoginBus;

typedef struct
{
  /* logind is there: subscribe, and ask. */
  void (*appeared) (gpointer user_data);

  /* It is not, or no longer: subscriptions are gone, calls end with CANCELLED. Told once for each
   * loss, and once if there is none from the beginning. */
  void (*vanished) (gpointer user_data);
} HsLoginBusFuncs;

/* @funcs is copied. */
HsLoginBus *hs_login_bus_new (const HsLoginBusFuncs *funcs, gpointer user_data);

/* Calls under way end with CANCELLED: such a callback does not touch its user data, unless the call
 * had a cancellable of its own. NULL is allowed. */
void hs_login_bus_free (HsLoginBus *bus);

gboolean hs_login_bus_is_there (const HsLoginBus *bus);

/* Why it is not there: a sentence; NULL if it is, or not known yet. */
const char *hs_login_bus_get_problem (const HsLoginBus *bus);

/* While logind is there only. */
GDBusConnection *hs_login_bus_get_connection (HsLoginBus *bus);

/* Until logind vanishes. @path NULL: every object. @first: what the first argument has to be;
 * nullable. */
void hs_login_bus_subscribe (HsLoginBus *bus,
                             const char *interface_name,
                             const char *signal_name,
                             const char *path,
                             const char *first,
                             GDBusSignalCallback callback,
                             gpointer user_data);

/* Ends with CANCELLED when logind vanishes. @arguments is floating; @reply: a D-Bus type. Finish with
 * g_dbus_connection_call_finish(). */
void hs_login_bus_call (HsLoginBus *bus,
                        const char *path,
                        const char *interface_name,
                        const char *method,
                        GVariant *arguments,
                        const char *reply,
                        GAsyncReadyCallback callback,
                        gpointer user_data);

/* For calls that are not made through hs_login_bus_call(): cancelled when logind vanishes. Borrowed. */
GCancellable *hs_login_bus_get_cancellable (HsLoginBus *bus);

/* Turns an error of the bus or of logind into G_IO_ERROR: NOT_FOUND, PERMISSION_DENIED, TIMED_OUT,
 * CANCELLED, FAILED. */
void hs_login_bus_convert_error (GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsLoginBus, hs_login_bus_free)
