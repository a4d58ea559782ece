/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* How the desktop reads what a notification says.
 *
 * GNotification takes plain text, yet hands it on as it is: a server that reads markup in a
 * notification's body would take "<" and "&" of a name for its own. Only the body is ever read so;
 * headings and buttons are plain everywhere.
 *
 * Linux: the capability "body-markup" of the Desktop Notifications Specification, section "Markup", unless
 * GLib speaks to org.gtk.Notifications, whose bodies are plain.
 *
 * Threads: main context only; callbacks on the main context.  Blocks: never. */

#include <gio/gio.h>

/* Asks the server that @application's next notification goes to; starts it where the system can. */
void hs_notice_server_ask_async (GApplication *application,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data);

/* TRUE and the answer; a server that does not answer counts as one that reads markup, for what is
 * escaped too much is only ugly. Errors: G_IO_ERROR_CANCELLED alone. */
gboolean hs_notice_server_ask_finish (GApplication *application,
                                      GAsyncResult *result,
                                      gboolean *reads_markup,
                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;
