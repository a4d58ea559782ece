/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* What certificate.c and certificate_issue.c share; for these two files only. */

#include "crypto/certificate.h"

#include <openssl/x509.h>

struct HsCertificate
{
  X509 *x509;
  char *serial; /* lower-case hex */
};

/* Takes an X509. Errors: INVALID. */
HsCertificate *hs_certificate_take_x509 (gpointer x509, GError **error);
