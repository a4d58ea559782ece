/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* HMAC-SHA-256. */

#include "crypto/hmac.h"

#include "crypto/openssl_error.h"

#include <openssl/evp.h>

gboolean
hs_hmac_sha256 (const HsSecretBytes *key,
                const void *data,
                gsize length,
                guint8 mac[HS_HMAC_BYTES],
                GError **error)
{
  gsize written = 0;

  if (EVP_Q_mac (NULL, "HMAC", NULL, "SHA256", NULL, hs_secret_bytes_peek (key),
                 hs_secret_bytes_get_length (key), data, length, mac, HS_HMAC_BYTES, &written)
          != NULL
      && written == HS_HMAC_BYTES)
    return TRUE;
  hs_openssl_error_set (error, HS_ERROR_INTERNAL, "cannot compute a MAC");
  return FALSE;
}
