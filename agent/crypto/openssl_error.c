/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Turning OpenSSL's error queue into our errors. */

#include "crypto/openssl_error.h"

#include <openssl/err.h>

void
hs_openssl_error_set (GError **error, HsErrorCode code, const char *what)
{
  const char *reason = ERR_reason_error_string (ERR_peek_last_error ());

  g_set_error (error, HS_ERROR, code, "%s: %s", what,
               reason != NULL ? reason : "the cryptographic library gives no reason");
  ERR_clear_error ();
}

void
hs_openssl_error_forget (void)
{
  ERR_clear_error ();
}
