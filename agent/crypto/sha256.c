/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* SHA-256 of public bytes. */

#include "crypto/sha256.h"

#define SHA256_BLOCK_BYTES 64

struct HsSha256
{
  GChecksum *checksum;
};

void
hs_sha256 (const void *data, gsize length, guint8 digest[HS_SHA256_BYTES])
{
  g_autoptr (HsSha256) sha256 = hs_sha256_new ();

  hs_sha256_update (sha256, data, length);
  hs_sha256_finish (sha256, digest);
}

HsSha256 *
hs_sha256_new (void)
{
  HsSha256 *sha256 = g_new (HsSha256, 1);

  sha256->checksum = g_checksum_new (G_CHECKSUM_SHA256);
  return sha256;
}

/* GChecksum keeps the last block that it saw, and its memory comes from a slice, which nobody wipes:
 * the hash of a token would leave the token there. A block and a part of one fill all of it. */
static void
write_over_last_block (GChecksum *checksum)
{
  static const guint8 zeros[2 * SHA256_BLOCK_BYTES - 1];

  g_checksum_reset (checksum);
  g_checksum_update (checksum, zeros, sizeof zeros);
}

void
hs_sha256_free (HsSha256 *sha256)
{
  if (sha256 == NULL)
    return;
  write_over_last_block (sha256->checksum);
  g_checksum_free (sha256->checksum);
  g_free (sha256);
}

void
hs_sha256_update (HsSha256 *sha256, const void *data, gsize length)
{
  const guint8 *bytes = data;

  /* GChecksum takes a signed length and reads -1 as "a string". */
  while (length > 0)
    {
      gsize piece = MIN (length, (gsize)G_MAXINT);
      g_checksum_update (sha256->checksum, bytes, (gssize)piece);
      bytes += piece;
      length -= piece;
    }
}

void
hs_sha256_finish (HsSha256 *sha256, guint8 digest[HS_SHA256_BYTES])
{
  gsize length = HS_SHA256_BYTES;

  g_checksum_get_digest (sha256->checksum, digest, &length);
}
