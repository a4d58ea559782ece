/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* libcurl's multi interface on a GMainContext, for net/http alone.
 *
 * libcurl says which sockets to watch and when to be called again; both become GSources, so nothing
 * polls and an idle pump has no sources at all. Connections are kept for use again until
 * HS_HTTP_PUMP_KEEP_MS after the last transfer.
 *
 * Threads: main context only.  Blocks: never. */

#include <glib.h>

#define HS_HTTP_PUMP_KEEP_MS (30 * 1000) /* ours; small printers serve few connections */
#define HS_HTTP_PUMP_KEPT_CONNECTIONS 8L /* ours */

typedef struct HsHttpPump HsHttpPump;

/* A transfer ended with libcurl's result @code; the handle is still added and the function removes
 * it. Runs with libcurl on the stack. */
typedef void (*HsHttpPumpDone) (gpointer easy, int code, gpointer user_data);

/* The transfer uses the socket @fd from now on, or not any more. Runs with libcurl on the stack. */
typedef void (*HsHttpPumpSocket) (gpointer easy, int fd, gboolean is_used, gpointer user_data);

HsHttpPump *hs_http_pump_new (GMainContext *context,
                              HsHttpPumpDone done,
                              HsHttpPumpSocket on_socket,
                              gpointer user_data);

/* Every transfer must have been removed. NULL is allowed. */
void hs_http_pump_free (HsHttpPump *pump);

/* Starts and ends a transfer; @easy is a CURL * and stays the caller's. Returns FALSE if libcurl is
 * out of memory; the transfer must be removed then too. */
gboolean hs_http_pump_add (HsHttpPump *pump, gpointer easy) G_GNUC_WARN_UNUSED_RESULT;
void hs_http_pump_remove (HsHttpPump *pump, gpointer easy);

/* A source that fires each time its ready time has come; -1 = not now.
 * Returns: (transfer full): attached; end it with hs_http_pump_clear_source(). */
GSource *
hs_http_pump_attach_timer (GMainContext *context, gint64 ready_us, GSourceFunc func, gpointer data);
void hs_http_pump_clear_source (GSource **source);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsHttpPump, hs_http_pump_free)
