/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Ed25519. */

#include "crypto/ed25519.h"

#include "crypto/openssl_error.h"
#include "crypto/random.h"

#include <openssl/evp.h>

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EVP_PKEY, EVP_PKEY_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EVP_MD_CTX, EVP_MD_CTX_free)

static EVP_PKEY *
load_private (const HsSecretBytes *private_key, GError **error)
{
  if (hs_secret_bytes_get_length (private_key) != HS_ED25519_PRIVATE_BYTES)
    {
      g_set_error_literal (error, HS_ERROR, HS_ERROR_INVALID, "an Ed25519 key has 32 bytes");
      return NULL;
    }
  EVP_PKEY *key = EVP_PKEY_new_raw_private_key (
      EVP_PKEY_ED25519, NULL, hs_secret_bytes_peek (private_key), HS_ED25519_PRIVATE_BYTES);
  if (key == NULL)
    hs_openssl_error_set (error, HS_ERROR_INTERNAL, "cannot use an Ed25519 key");
  return key;
}

HsSecretBytes *
hs_ed25519_generate (guint8 public_key[HS_ED25519_PUBLIC_BYTES], GError **error)
{
  g_autoptr (HsSecretBytes) private_key = hs_random_secret (HS_ED25519_PRIVATE_BYTES, error);

  if (private_key == NULL || !hs_ed25519_get_public (private_key, public_key, error))
    return NULL;
  return g_steal_pointer (&private_key);
}

gboolean
hs_ed25519_get_public (const HsSecretBytes *private_key,
                       guint8 public_key[HS_ED25519_PUBLIC_BYTES],
                       GError **error)
{
  g_autoptr (EVP_PKEY) key = load_private (private_key, error);
  gsize length = HS_ED25519_PUBLIC_BYTES;

  if (key == NULL)
    return FALSE;
  if (EVP_PKEY_get_raw_public_key (key, public_key, &length) == 1)
    return TRUE;
  hs_openssl_error_set (error, HS_ERROR_INTERNAL, "cannot compute a public key");
  return FALSE;
}

gboolean
hs_ed25519_sign (const HsSecretBytes *private_key,
                 const void *message,
                 gsize length,
                 guint8 signature[HS_ED25519_SIGNATURE_BYTES],
                 GError **error)
{
  g_autoptr (EVP_PKEY) key = load_private (private_key, error);
  g_autoptr (EVP_MD_CTX) context = EVP_MD_CTX_new ();
  gsize signature_length = HS_ED25519_SIGNATURE_BYTES;

  if (key == NULL)
    return FALSE;
  if (context != NULL && EVP_DigestSignInit (context, NULL, NULL, NULL, key) == 1
      && EVP_DigestSign (context, signature, &signature_length, message, length) == 1)
    return TRUE;
  hs_openssl_error_set (error, HS_ERROR_INTERNAL, "cannot sign");
  return FALSE;
}

gboolean
hs_ed25519_verify (const guint8 public_key[HS_ED25519_PUBLIC_BYTES],
                   const void *message,
                   gsize length,
                   const guint8 signature[HS_ED25519_SIGNATURE_BYTES])
{
  g_autoptr (EVP_PKEY) key
      = EVP_PKEY_new_raw_public_key (EVP_PKEY_ED25519, NULL, public_key, HS_ED25519_PUBLIC_BYTES);
  g_autoptr (EVP_MD_CTX) context = EVP_MD_CTX_new ();
  gboolean valid
      = key != NULL && context != NULL && EVP_DigestVerifyInit (context, NULL, NULL, NULL, key) == 1
        && EVP_DigestVerify (context, signature, HS_ED25519_SIGNATURE_BYTES, message, length) == 1;

  hs_openssl_error_forget ();
  return valid;
}
