/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* The private key behind a TLS certificate: ECDSA on P-256, and the request (PKCS#10) for one.
 *
 * Used by a workstation for its device certificate and by the site for its authorities and its
 * server certificate. P-256 because GnuTLS, OpenSSL, SChannel and every TPM agree on it.
 *
 * Threads: any; one owner at a time.  Blocks: load and store on disk, otherwise never. */

#include "base/secret_bytes.h"

#define HS_CERTIFICATE_PEM_MAX_BYTES (16 * 1024) /* ours are below 2 KiB; a chain of four fits */

typedef struct HsCertificateKey HsCertificateKey;

/* Makes a new key. Errors: INTERNAL. */
HsCertificateKey *hs_certificate_key_new (GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Reads a PKCS#8 PEM file. Errors: NOT_FOUND; DENIED if group or others may read the file;
 * CORRUPT if it is not a P-256 private key. */
HsCertificateKey *hs_certificate_key_load (const char *path,
                                           GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Reads PEM from memory. Errors: CORRUPT. */
HsCertificateKey *hs_certificate_key_parse (const HsSecretBytes *pem,
                                            GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Frees the key; its memory is wiped. NULL is allowed. */
void hs_certificate_key_free (HsCertificateKey *key);

/* Writes the key to @path with mode 0600, replacing the file as a whole, durably.
 * Errors: as hs_error_convert_gio(). */
gboolean hs_certificate_key_store (const HsCertificateKey *key,
                                   const char *path,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* PKCS#8 PEM without a final NUL, for libcurl's CURLOPT_SSLKEY_BLOB.
 * Returns: (transfer full): never NULL for a key of this module. */
HsSecretBytes *hs_certificate_key_dup_pem (const HsCertificateKey *key);

/* SHA-256 of the SubjectPublicKeyInfo: what a pin is made of. */
void hs_certificate_key_get_pin (const HsCertificateKey *key, guint8 pin[32]);

/* A signed request for a certificate with this key's public half. The subject is empty: who the
 * device is decides the site, not the request.
 * Returns: (transfer full): PEM. Errors: INTERNAL. */
char *hs_certificate_key_make_request (const HsCertificateKey *key,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* OpenSSL's EVP_PKEY of the key, borrowed; for agent/crypto only. */
gpointer hs_certificate_key_peek (const HsCertificateKey *key);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsCertificateKey, hs_certificate_key_free)
