/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* Errors on the wire: {error, message}: a keyword of base/error and a sentence for a person; with
 * {refusal, values} beside them where the error is one of core/refusal.h.
 *
 * Threads: any, no shared state.  Blocks: never. */

#include <glib.h>

#define HS_WIRE_ERROR_MAX_MESSAGE_BYTES 512
#define HS_WIRE_ERROR_MAX_BYTES 4096

/* Returns: (transfer full): the body. An error that is not ours says "internal" and nothing else. */
char *hs_wire_error_encode (const GError *reason);

/* Turns an error reply with HTTP status @status into *reason (nullable, NULL inside): the keyword
 * decides if the body is ours, else the status does. The peer's sentence is kept, bounded and free
 * of control characters. */
void hs_wire_error_decode (guint status, const char *bytes, gsize length, GError **reason);

/* The HTTP status of an HsErrorCode: 400, 403, 404, 409, 410, 413, 422, 501, 503 or 500. */
guint hs_wire_error_to_status (int code);
