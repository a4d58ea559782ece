/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Key pairs of X25519 and Ed25519. */

#include "crypto/raw_key.h"

#include "crypto/openssl_error.h"
#include "crypto/random.h"

EVP_PKEY *
hs_raw_key_load (int type, const HsSecretBytes *private_key, GError **error)
{
  if (hs_secret_bytes_get_length (private_key) != HS_RAW_KEY_BYTES)
    {
      g_set_error (error, HS_ERROR, HS_ERROR_INVALID, "an %s key has %d bytes",
                   type == EVP_PKEY_X25519 ? "X25519" : "Ed25519", HS_RAW_KEY_BYTES);
      return NULL;
    }
  EVP_PKEY *key = EVP_PKEY_new_raw_private_key (type, NULL, hs_secret_bytes_peek (private_key),
                                                HS_RAW_KEY_BYTES);
  if (key == NULL)
    hs_openssl_error_set (error, HS_ERROR_INTERNAL, "cannot use a private key");
  return key;
}

HsSecretBytes *
hs_raw_key_generate (int type, guint8 public_key[HS_RAW_KEY_BYTES], GError **error)
{
  /* Any 32 bytes are a private key: the algorithms themselves clamp them. */
  g_autoptr (HsSecretBytes) private_key = hs_random_secret (HS_RAW_KEY_BYTES, error);

  if (private_key == NULL || !hs_raw_key_get_public (type, private_key, public_key, error))
    return NULL;
  return g_steal_pointer (&private_key);
}

gboolean
hs_raw_key_read_public (EVP_PKEY *key, guint8 public_key[HS_RAW_KEY_BYTES], GError **error)
{
  gsize length = HS_RAW_KEY_BYTES;

  if (EVP_PKEY_get_raw_public_key (key, public_key, &length) == 1)
    return TRUE;
  hs_openssl_error_set (error, HS_ERROR_INTERNAL, "cannot compute a public key");
  return FALSE;
}

gboolean
hs_raw_key_get_public (int type,
                       const HsSecretBytes *private_key,
                       guint8 public_key[HS_RAW_KEY_BYTES],
                       GError **error)
{
  g_autoptr (EVP_PKEY) key = hs_raw_key_load (type, private_key, error);

  return key != NULL && hs_raw_key_read_public (key, public_key, error);
}
