/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* PKCS#12 files. */

#include "crypto/pkcs12.h"

#include "crypto/certificate_private.h"
#include "crypto/openssl_error.h"

#include <openssl/pkcs12.h>

/* The password is 58 random bits (site/terminals/enrolment): this is an ample margin, and a tablet
 * imports such a file in a second. */
#define ITERATIONS 100000

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PKCS12, PKCS12_free)

GBytes *
hs_pkcs12_make (const HsCertificate *certificate,
                const HsCertificateKey *key,
                const char *name,
                const char *password,
                GError **error)
{
  unsigned char *der = NULL;
  g_autoptr (PKCS12) file
      = PKCS12_create (password, name, hs_certificate_key_peek (key), certificate->x509, NULL,
                       NID_aes_256_cbc, NID_aes_256_cbc, ITERATIONS, ITERATIONS, 0);
  int length = file != NULL ? i2d_PKCS12 (file, &der) : 0;

  if (length <= 0)
    {
      hs_openssl_error_set (error, HS_ERROR_INTERNAL, "cannot make a file for the browser");
      return NULL;
    }
  GBytes *bytes = g_bytes_new (der, (gsize)length);
  OPENSSL_free (der);
  return bytes;
}
