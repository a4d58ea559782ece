/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* HMAC-SHA-256 (RFC 2104). Compare results with hs_constant_time_equal() only.
 *
 * Threads: any, no shared state.  Blocks: never. */

#include "base/secret_bytes.h"

#define HS_HMAC_BYTES 32

/* Errors: INTERNAL. */
gboolean hs_hmac_sha256 (const HsSecretBytes *key,
                         const void *data,
                         gsize length,
                         guint8 mac[HS_HMAC_BYTES],
                         GError **error) G_GNUC_WARN_UNUSED_RESULT;
