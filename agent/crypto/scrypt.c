/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* scrypt. */

#include "crypto/scrypt.h"

#include "crypto/openssl_error.h"

#include <openssl/err.h>
#include <openssl/evp.h>

#define BLOCK_SIZE 8  /* r: age and RFC 7914 use no other */
#define PARALLELISM 1 /* p */

HsSecretBytes *
hs_scrypt (const HsSecretBytes *passphrase,
           const guint8 *salt,
           gsize salt_length,
           guint log_n,
           gsize length,
           GError **error)
{
  if (log_n < 1 || log_n > HS_SCRYPT_LOG_N_MAX || length < 1 || length > 64)
    {
      g_set_error_literal (error, HS_ERROR, HS_ERROR_INVALID, "scrypt was asked for too much work");
      return NULL;
    }
  guint64 cost = 1ull << log_n;
  /* OpenSSL refuses to go above its default of 32 MiB unless told how much it may use. */
  guint64 memory_bytes = 128 * BLOCK_SIZE * cost + 1024 * 1024;
  g_autoptr (HsSecretBytes) out = hs_secret_bytes_new (length);

  if (EVP_PBE_scrypt ((const char *)hs_secret_bytes_peek (passphrase),
                      hs_secret_bytes_get_length (passphrase), salt, salt_length, cost, BLOCK_SIZE,
                      PARALLELISM, memory_bytes, hs_secret_bytes_get (out), length)
      == 1)
    return g_steal_pointer (&out);
  gboolean no_memory = ERR_GET_REASON (ERR_peek_last_error ()) == ERR_R_MALLOC_FAILURE;
  hs_openssl_error_set (error, no_memory ? HS_ERROR_NO_SPACE : HS_ERROR_INTERNAL,
                        "cannot derive a key from a passphrase");
  return NULL;
}
