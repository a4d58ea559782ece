/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* A key and its certificate as one file (PKCS#12, RFC 7292) that a browser or a tablet imports.
 *
 * Encrypted with AES-256-CBC under PBKDF2-HMAC-SHA-256; every browser of today reads that.
 *
 * Threads: any, no shared state.  Blocks: never; computes for some 10 ms. */

#include "crypto/certificate.h"

/* @name is what the browser calls it; @password protects the file.
 * Returns: (transfer full): it holds a private key, encrypted. Errors: INTERNAL. */
GBytes *hs_pkcs12_make (const HsCertificate *certificate,
                        const HsCertificateKey *key,
                        const char *name,
                        const char *password,
                        GError **error) G_GNUC_WARN_UNUSED_RESULT;
