/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* X25519. */

#include "crypto/x25519.h"

#include "crypto/openssl_error.h"
#include "crypto/random.h"

#include <openssl/evp.h>

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EVP_PKEY, EVP_PKEY_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EVP_PKEY_CTX, EVP_PKEY_CTX_free)

static EVP_PKEY *
load_private (const HsSecretBytes *private_key, GError **error)
{
  if (hs_secret_bytes_get_length (private_key) != HS_X25519_BYTES)
    {
      g_set_error_literal (error, HS_ERROR, HS_ERROR_INVALID, "an X25519 key has 32 bytes");
      return NULL;
    }
  EVP_PKEY *key = EVP_PKEY_new_raw_private_key (
      EVP_PKEY_X25519, NULL, hs_secret_bytes_peek (private_key), HS_X25519_BYTES);
  if (key == NULL)
    hs_openssl_error_set (error, HS_ERROR_INTERNAL, "cannot use an X25519 key");
  return key;
}

HsSecretBytes *
hs_x25519_generate (guint8 public_key[HS_X25519_BYTES], GError **error)
{
  /* Any 32 bytes are a private key: the function itself clamps them (RFC 7748 section 5). */
  g_autoptr (HsSecretBytes) private_key = hs_random_secret (HS_X25519_BYTES, error);

  if (private_key == NULL || !hs_x25519_get_public (private_key, public_key, error))
    return NULL;
  return g_steal_pointer (&private_key);
}

gboolean
hs_x25519_get_public (const HsSecretBytes *private_key,
                      guint8 public_key[HS_X25519_BYTES],
                      GError **error)
{
  g_autoptr (EVP_PKEY) key = load_private (private_key, error);
  gsize length = HS_X25519_BYTES;

  if (key == NULL)
    return FALSE;
  if (EVP_PKEY_get_raw_public_key (key, public_key, &length) == 1)
    return TRUE;
  hs_openssl_error_set (error, HS_ERROR_INTERNAL, "cannot compute a public key");
  return FALSE;
}

HsSecretBytes *
hs_x25519_agree (const HsSecretBytes *private_key,
                 const guint8 their_public[HS_X25519_BYTES],
                 GError **error)
{
  g_autoptr (EVP_PKEY) key = load_private (private_key, error);
  g_autoptr (EVP_PKEY) peer
      = EVP_PKEY_new_raw_public_key (EVP_PKEY_X25519, NULL, their_public, HS_X25519_BYTES);
  g_autoptr (EVP_PKEY_CTX) context = key != NULL ? EVP_PKEY_CTX_new (key, NULL) : NULL;
  gsize length = HS_X25519_BYTES;

  if (key == NULL)
    return NULL;
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
