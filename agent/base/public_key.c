/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* A raw Ed25519 public key. SHA-256 comes from GLib, so that base needs no crypto library. */

#include "base/public_key.h"

#include "base/base64.h"

#include <string.h>

gboolean
hs_public_key_parse (const char *text, HsPublicKey *key)
{
  HsPublicKey parsed;

  if (text == NULL
      || hs_base64_decode (HS_BASE64_URL, text, strlen (text), parsed.bytes, sizeof parsed.bytes)
             != HS_PUBLIC_KEY_BYTES)
    return FALSE;
  *key = parsed;
  return TRUE;
}

char *
hs_public_key_dup_text (const HsPublicKey *key)
{
  return hs_base64_encode (HS_BASE64_URL, key->bytes, sizeof key->bytes);
}

void
hs_public_key_digest (const HsPublicKey *key, guint8 digest[HS_PUBLIC_KEY_DIGEST_BYTES])
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  gsize length = HS_PUBLIC_KEY_DIGEST_BYTES;

  g_checksum_update (checksum, key->bytes, sizeof key->bytes);
  g_checksum_get_digest (checksum, digest, &length);
}

const char *
hs_public_key_format_id (const HsPublicKey *key, char text[HS_PUBLIC_KEY_ID_TEXT_BYTES])
{
  guint8 digest[HS_PUBLIC_KEY_DIGEST_BYTES];
  g_autofree char *encoded = NULL;

  hs_public_key_digest (key, digest);
  encoded = hs_base64_encode (HS_BASE64_URL, digest, 8);
  g_strlcpy (text, encoded, HS_PUBLIC_KEY_ID_TEXT_BYTES);
  return text;
}

const char *
hs_public_key_format_fingerprint (const HsPublicKey *key,
                                  char text[HS_PUBLIC_KEY_FINGERPRINT_BYTES])
{
  guint8 digest[HS_PUBLIC_KEY_DIGEST_BYTES];
  char *place = text + strlen ("sha256:");

  hs_public_key_digest (key, digest);
  memcpy (text, "sha256:", strlen ("sha256:"));
  for (gsize i = 0; i < sizeof digest; i++)
    g_snprintf (place + 2 * i, 3, "%02x", digest[i]);
  return text;
}

gboolean
hs_public_key_equal (const HsPublicKey *a, const HsPublicKey *b)
{
  return memcmp (a->bytes, b->bytes, sizeof a->bytes) == 0;
}
