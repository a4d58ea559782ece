/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* HKDF-SHA-256. */

#include "crypto/hkdf.h"

#include "crypto/openssl_error.h"

#include <openssl/core_names.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <string.h>

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EVP_KDF, EVP_KDF_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EVP_KDF_CTX, EVP_KDF_CTX_free)

static gboolean
derive (const HsSecretBytes *key_material,
        const guint8 *salt,
        gsize salt_length,
        const guint8 *info,
        gsize info_length,
        HsSecretBytes *out)
{
  g_autoptr (EVP_KDF) kdf = EVP_KDF_fetch (NULL, "HKDF", NULL);
  g_autoptr (EVP_KDF_CTX) context = kdf != NULL ? EVP_KDF_CTX_new (kdf) : NULL;
  OSSL_PARAM parameters[5];
  gsize count = 0;

  parameters[count++]
      = OSSL_PARAM_construct_utf8_string (OSSL_KDF_PARAM_DIGEST, (char *)"SHA256", 0);
  parameters[count++] = OSSL_PARAM_construct_octet_string (
      OSSL_KDF_PARAM_KEY, (void *)hs_secret_bytes_peek (key_material),
      hs_secret_bytes_get_length (key_material));
  /* OpenSSL reads an absent salt as RFC 5869's string of zeros, but refuses one of length 0. */
  if (salt_length > 0)
    parameters[count++]
        = OSSL_PARAM_construct_octet_string (OSSL_KDF_PARAM_SALT, (void *)salt, salt_length);
  if (info_length > 0)
    parameters[count++]
        = OSSL_PARAM_construct_octet_string (OSSL_KDF_PARAM_INFO, (void *)info, info_length);
  parameters[count] = OSSL_PARAM_construct_end ();
  return context != NULL
         && EVP_KDF_derive (context, hs_secret_bytes_get (out), hs_secret_bytes_get_length (out),
                            parameters)
                == 1;
}

HsSecretBytes *
hs_hkdf_sha256 (const HsSecretBytes *key_material,
                const guint8 *salt,
                gsize salt_length,
                const guint8 *info,
                gsize info_length,
                gsize length,
                GError **error)
{
  if (salt_length > HS_HKDF_SALT_MAX_BYTES || info_length > HS_HKDF_INFO_MAX_BYTES || length == 0
      || length > HS_HKDF_LENGTH_MAX_BYTES)
    {
      g_set_error_literal (error, HS_ERROR, HS_ERROR_INVALID,
                           "a key derivation was asked for more than HKDF gives");
      return NULL;
    }
  g_autoptr (HsSecretBytes) out = hs_secret_bytes_new (length);
  if (derive (key_material, salt, salt_length, info, info_length, out))
    return g_steal_pointer (&out);
  hs_openssl_error_set (error, HS_ERROR_INTERNAL, "cannot derive a key");
  return NULL;
}

HsSecretBytes *
hs_hkdf_sha256_label (const HsSecretBytes *key_material,
                      const char *label,
                      gsize length,
                      GError **error)
{
  return hs_hkdf_sha256 (key_material, NULL, 0, (const guint8 *)label, strlen (label), length,
                         error);
}
