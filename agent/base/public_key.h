/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* A raw 32-byte Ed25519 public key, as a plain value, with the names by which people and JWS
 * headers call it.
 *
 * On the wire it is base64url. Its key id is the first 8 bytes of SHA-256 of the raw key, in
 * base64url; its fingerprint, for a person to compare, is the whole SHA-256. Checking a signature is
 * crypto/ed25519's business.
 *
 * Threads: any, no shared state.  Blocks: never. */

#include <glib.h>

#define HS_PUBLIC_KEY_BYTES 32
#define HS_PUBLIC_KEY_DIGEST_BYTES 32      /* SHA-256 */
#define HS_PUBLIC_KEY_ID_TEXT_BYTES 12     /* base64url of 8 bytes, and the final NUL */
#define HS_PUBLIC_KEY_FINGERPRINT_BYTES 72 /* "sha256:", 64 hex digits and the final NUL */

typedef struct
{
  guint8 bytes[HS_PUBLIC_KEY_BYTES];
} HsPublicKey;

/* Reads the base64url text of exactly 32 bytes. FALSE and *key untouched on anything else. */
gboolean hs_public_key_parse (const char *text, HsPublicKey *key) G_GNUC_WARN_UNUSED_RESULT;

/* Returns: (transfer full): base64url. */
char *hs_public_key_dup_text (const HsPublicKey *key);

/* SHA-256 of the raw key: what an enrolment token holds of the root. */
void hs_public_key_digest (const HsPublicKey *key, guint8 digest[HS_PUBLIC_KEY_DIGEST_BYTES]);

/* The "kid" of a JWS header. Writes to @text and returns it. */
const char *hs_public_key_format_id (const HsPublicKey *key,
                                     char text[HS_PUBLIC_KEY_ID_TEXT_BYTES]);

/* "sha256:" and 64 lower-case hex digits. Writes to @text and returns it. */
const char *hs_public_key_format_fingerprint (const HsPublicKey *key,
                                              char text[HS_PUBLIC_KEY_FINGERPRINT_BYTES]);

gboolean hs_public_key_equal (const HsPublicKey *a, const HsPublicKey *b);
