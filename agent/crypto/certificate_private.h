/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* What certificate.c, certificate_issue.c and pkcs12.c share; for these files only. */

#include "crypto/certificate.h"

#include <openssl/x509.h>

#define HS_CERTIFICATE_DEVICE_URI "urn:uuid:"
#define HS_CERTIFICATE_TERMINAL_URI "homespool-terminal:"
#define HS_CERTIFICATE_TERMINAL_UNIT "Homespool terminal"

struct HsCertificate
{
  X509 *x509;
  char *serial; /* lower-case hex */
};

/* Takes an X509. Errors: INVALID. */
HsCertificate *hs_certificate_take_x509 (gpointer x509, GError **error);
