/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* X25519. */

#include "crypto/x25519.h"

#include "crypto/openssl_error.h"
#include "crypto/random.h"
#include "crypto/raw_key.h"

G_STATIC_ASSERT (HS_X25519_BYTES == HS_RAW_KEY_BYTES);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EVP_PKEY_CTX, EVP_PKEY_CTX_free)

HsSecretBytes *
hs_x25519_generate (guint8 public_key[HS_X25519_BYTES], GError **error)
{
  return hs_raw_key_generate (EVP_PKEY_X25519, public_key, error);
}

gboolean
hs_x25519_get_public (const HsSecretBytes *private_key,
                      guint8 public_key[HS_X25519_BYTES],
                      GError **error)
{
  return hs_raw_key_get_public (EVP_PKEY_X25519, private_key, public_key, error);
}

static HsSecretBytes *
agree_with_key (EVP_PKEY *key, const guint8 their_public[HS_X25519_BYTES], GError **error)
{
  g_autoptr (EVP_PKEY) peer
      = EVP_PKEY_new_raw_public_key (EVP_PKEY_X25519, NULL, their_public, HS_X25519_BYTES);
  g_autoptr (EVP_PKEY_CTX) context = EVP_PKEY_CTX_new (key, NULL);
  gsize length = HS_X25519_BYTES;

  if (context == NULL || peer == NULL || EVP_PKEY_derive_init (context) != 1
      || EVP_PKEY_derive_set_peer (context, peer) != 1)
    {
      hs_openssl_error_set (error, HS_ERROR_INTERNAL, "cannot agree on a key");
      return NULL;
    }
  g_autoptr (HsSecretBytes) shared = hs_secret_bytes_new (HS_X25519_BYTES);
  static const guint8 zero[HS_X25519_BYTES];
  /* OpenSSL fails on an all-zero result; the comparison keeps that promise ours. */
  if (EVP_PKEY_derive (context, hs_secret_bytes_get (shared), &length) != 1
      || length != HS_X25519_BYTES
      || hs_constant_time_equal (hs_secret_bytes_peek (shared), zero, sizeof zero))
    {
      hs_openssl_error_forget ();
      g_set_error_literal (error, HS_ERROR, HS_ERROR_INVALID,
                           "the other side's X25519 key is one that fits every private key");
      return NULL;
    }
  return g_steal_pointer (&shared);
}

HsSecretBytes *
hs_x25519_agree (const HsSecretBytes *private_key,
                 const guint8 their_public[HS_X25519_BYTES],
                 GError **error)
{
  g_autoptr (EVP_PKEY) key = hs_raw_key_load (EVP_PKEY_X25519, private_key, error);

  return key != NULL ? agree_with_key (key, their_public, error) : NULL;
}

/* OpenSSL computes the public half whenever it gets a private one: here that happens once. */
HsSecretBytes *
hs_x25519_agree_once (const guint8 their_public[HS_X25519_BYTES],
                      guint8 ephemeral[HS_X25519_BYTES],
                      GError **error)
{
  g_autoptr (HsSecretBytes) private_key = hs_random_secret (HS_X25519_BYTES, error);
  g_autoptr (EVP_PKEY) key
      = private_key != NULL ? hs_raw_key_load (EVP_PKEY_X25519, private_key, error) : NULL;

  if (key == NULL || !hs_raw_key_read_public (key, ephemeral, error))
    return NULL;
  return agree_with_key (key, their_public, error);
}
