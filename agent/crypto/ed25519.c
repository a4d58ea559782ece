/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Ed25519. */

#include "crypto/ed25519.h"

#include "crypto/openssl_error.h"
#include "crypto/raw_key.h"

G_STATIC_ASSERT (HS_ED25519_PRIVATE_BYTES == HS_RAW_KEY_BYTES);
G_STATIC_ASSERT (HS_ED25519_PUBLIC_BYTES == HS_RAW_KEY_BYTES);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EVP_MD_CTX, EVP_MD_CTX_free)

HsSecretBytes *
hs_ed25519_generate (guint8 public_key[HS_ED25519_PUBLIC_BYTES], GError **error)
{
  return hs_raw_key_generate (EVP_PKEY_ED25519, public_key, error);
}

gboolean
hs_ed25519_get_public (const HsSecretBytes *private_key,
                       guint8 public_key[HS_ED25519_PUBLIC_BYTES],
                       GError **error)
{
  return hs_raw_key_get_public (EVP_PKEY_ED25519, private_key, public_key, error);
}

gboolean
hs_ed25519_sign (const HsSecretBytes *private_key,
                 const void *message,
                 gsize length,
                 guint8 signature[HS_ED25519_SIGNATURE_BYTES],
                 GError **error)
{
  g_autoptr (EVP_PKEY) key = hs_raw_key_load (EVP_PKEY_ED25519, private_key, error);
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
