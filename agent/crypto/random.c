/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Random bytes. */

#include "crypto/random.h"

#include "crypto/openssl_error.h"

#include <openssl/rand.h>

gboolean
hs_random_bytes (void *out, gsize length, GError **error)
{
  g_return_val_if_fail (length <= G_MAXINT, FALSE);
  if (RAND_bytes (out, (int)length) == 1)
    return TRUE;
  hs_openssl_error_set (error, HS_ERROR_INTERNAL, "no random numbers");
  return FALSE;
}

HsSecretBytes *
hs_random_secret (gsize length, GError **error)
{
  g_autoptr (HsSecretBytes) secret = hs_secret_bytes_new (length);

  if (RAND_priv_bytes (hs_secret_bytes_get (secret), (int)length) == 1)
    return g_steal_pointer (&secret);
  hs_openssl_error_set (error, HS_ERROR_INTERNAL, "no random numbers");
  return NULL;
}

gboolean
hs_random_id (HsId *id, GError **error)
{
  HsId made;

  if (!hs_random_bytes (made.bytes, HS_ID_BYTES, error))
    return FALSE;
  made.bytes[6] = (made.bytes[6] & 0x0f) | 0x40; /* version 4, RFC 4122 section 4.4 */
  made.bytes[8] = (made.bytes[8] & 0x3f) | 0x80; /* variant 1 */
  *id = made;
  return TRUE;
}

gboolean
hs_random_uint31 (guint32 *number, GError **error)
{
  guint32 drawn = 0;

  /* Zero is drawn again; every other value stays equally likely. */
  while (drawn == 0)
    {
      if (!hs_random_bytes (&drawn, sizeof drawn, error))
        return FALSE;
      drawn &= 0x7fffffff;
    }
  *number = drawn;
  return TRUE;
}
