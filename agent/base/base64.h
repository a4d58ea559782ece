/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* Canonical base64 without padding (RFC 4648 sections 4 and 5).
 *
 * age stanzas and key files use the standard alphabet, JWS and tokens the URL one. Decoding refuses
 * padding, foreign characters, white space and non-zero trailing bits, so each value has one text.
 *
 * Threads: any, no shared state.  Blocks: never. */

#include <glib.h>

typedef enum
{
  HS_BASE64_STANDARD, /* '+' and '/' (age) */
  HS_BASE64_URL,      /* '-' and '_' (JWS, RFC 7515) */
} HsBase64Alphabet;

/* Characters that @length bytes need, without a final NUL. */
gsize hs_base64_encoded_length (gsize length);

/* Returns: (transfer full): NUL-terminated text. */
char *hs_base64_encode (HsBase64Alphabet alphabet, const guint8 *bytes, gsize length);

/* Decodes @length characters into @out, which holds @capacity bytes.
 * Returns the number of bytes, or -1 if the text is not canonical or does not fit. */
gssize hs_base64_decode (HsBase64Alphabet alphabet,
                         const char *text,
                         gsize length,
                         guint8 *out,
                         gsize capacity) G_GNUC_WARN_UNUSED_RESULT;

/* Decodes a NUL-terminated text. Returns: (transfer full) (nullable): NULL if it is not canonical.
 */
GBytes *hs_base64_decode_bytes (HsBase64Alphabet alphabet,
                                const char *text) G_GNUC_WARN_UNUSED_RESULT;
