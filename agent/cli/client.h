/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* The command line's connection to the agent: one call at a time, over the control socket.
 *
 * Threads: main thread.  Blocks: until the agent has answered, by running the main loop. */

#include "base/secret_bytes.h"
#include "core/wire/json_strict.h"

typedef struct HsClient HsClient;

/* @socket_path: HsPaths.control_socket. Nothing is connected yet. */
HsClient *hs_client_new (const char *socket_path);
void hs_client_free (HsClient *client);

/* What the agent of a kiosk knows the person by; NULL: nothing. Copied. */
void hs_client_set_session (HsClient *client, const char *token);

/* Calls @method on @path ("/v1/jobs"). @body (nullable) is sent as @content_type.
 * Returns: (transfer full): the reply's JSON object.
 * Errors: what the agent answered; TEMPORARY with what to do when the agent cannot be reached. */
json_t *hs_client_call (HsClient *client,
                        const char *method,
                        const char *path,
                        GBytes *body,
                        const char *content_type,
                        GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The same with a JSON body; @object is borrowed. */
json_t *hs_client_post (HsClient *client, const char *path, const json_t *object, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/* Gets lines of JSON from @path until @func returns FALSE (then TRUE is returned) or the agent ends
 * the stream. @started (nullable) is called once the agent has answered. */
typedef gboolean (*HsClientLineFunc) (const json_t *object, gpointer user_data);
gboolean hs_client_stream (HsClient *client,
                           const char *path,
                           HsClientLineFunc func,
                           gpointer user_data,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* TRUE if the last error was that no agent answered on the socket. */
gboolean hs_client_is_unreachable (const HsClient *client);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsClient, hs_client_free)
