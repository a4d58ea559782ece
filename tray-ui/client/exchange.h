/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* One request to the agent and its reply, over the control socket: a connection of its own each.
 *
 * Threads: main context only.  Blocks: never. */

#include <gio/gio.h>

typedef struct
{
  const char *socket_path;
  const char *session; /* token of a kiosk; nullable */
  const char *method;
  const char *path;
  GBytes *body; /* nullable */
  const char *content_type;
} HsExchangeRequest;

/* Body bytes of a good reply (2xx) as they come; nullable: they are collected. */
typedef void (*HsExchangeBodyFunc) (const char *bytes, gsize length, gpointer user_data);

/* @request is copied. @func is called until the callback. */
void hs_exchange_async (const HsExchangeRequest *request,
                        HsExchangeBodyFunc func,
                        gpointer func_data,
                        GCancellable *cancellable,
                        GAsyncReadyCallback callback,
                        gpointer user_data);

/* Returns: (transfer full): the collected body of a good reply; empty if there was a func.
 * *reached (nullable) says whether somebody listened on the socket.
 * Errors: what the agent answered; TEMPORARY (nobody listens, or the connection broke), INVALID,
 * NO_SPACE, CANCELLED. */
GBytes *hs_exchange_finish (GAsyncResult *result,
                            gboolean *reached,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;
