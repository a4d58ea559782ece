/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* Bech32 (BIP 173) as age uses it: "age1…" for recipients, "AGE-SECRET-KEY-1…" for identities.
 *
 * PURE. Works in the caller's buffers, since some of the texts are secrets.
 *
 * Threads: any, no shared state.  Blocks: never. */

#include <glib.h>

#define HS_BECH32_MAX_CHARACTERS 90 /* BIP 173; a secret key of age has 74 */
#define HS_BECH32_RECIPIENT_PREFIX "age"
#define HS_BECH32_IDENTITY_PREFIX "AGE-SECRET-KEY-"

/* Writes NUL-terminated text. The case of @prefix (all upper or all lower) decides that of the
 * whole. Returns FALSE if it would not fit HS_BECH32_MAX_CHARACTERS or @capacity with its NUL. */
gboolean hs_bech32_encode (const char *prefix,
                           const guint8 *bytes,
                           gsize length,
                           char *out,
                           gsize capacity) G_GNUC_WARN_UNUSED_RESULT;

/* Reads @length characters that must carry exactly @prefix, in its case; mixed case, a wrong
 * checksum and non-zero padding are refused.
 * Returns the number of bytes written to @out, or -1. */
gssize hs_bech32_decode (const char *prefix,
                         const char *text,
                         gsize length,
                         guint8 *out,
                         gsize capacity) G_GNUC_WARN_UNUSED_RESULT;
