/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* X.509 certificates, as far as Homespool needs them: making our own and reading a peer's.
 *
 * A device certificate names the device uuid twice, as common name and as URI urn:uuid: in the
 * subject alternative name, and carries the extended key usage clientAuth and no other. A terminal's
 * differs in two places, so that neither passes for the other: its URI is homespool-terminal: and
 * the uuid, and its subject has the organizational unit "Homespool terminal". A server
 * certificate carries serverAuth and DNS names or addresses. TLS libraries check chains; what they
 * do not check (GIO accepts a server certificate from a client) is asked here.
 *
 * Threads: any, a certificate never changes.  Blocks: never. */

#include "base/id.h"
#include "crypto/certificate_key.h"

typedef struct HsCertificate HsCertificate;

/* What hs_certificate_serves() asks about. */
typedef enum
{
  HS_CERTIFICATE_FOR_CLIENTS = 1, /* extended key usage has clientAuth (1.3.6.1.5.5.7.3.2) */
  HS_CERTIFICATE_FOR_SERVERS,     /* extended key usage has serverAuth (1.3.6.1.5.5.7.3.1) */
  HS_CERTIFICATE_FOR_ISSUING,     /* basic constraints CA and key usage certificate signing */
} HsCertificatePurpose;

/* life */

/* Reads the first certificate of a PEM text, at most HS_CERTIFICATE_PEM_MAX_BYTES.
 * Errors: INVALID. */
HsCertificate *hs_certificate_parse_pem (const char *pem, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Reads one DER certificate with nothing after it. Errors: INVALID. */
HsCertificate *hs_certificate_parse_der (const guint8 *der,
                                         gsize length,
                                         GError **error) G_GNUC_WARN_UNUSED_RESULT;

void hs_certificate_free (HsCertificate *certificate);

/* questions */

/* Returns: (transfer full): PEM text. */
char *hs_certificate_dup_pem (const HsCertificate *certificate);

/* Serial number: lower-case hex without leading zeros, as the site's database keeps it. */
const char *hs_certificate_get_serial (const HsCertificate *certificate);

/* Validity in microseconds UTC; both ends belong to it. */
gint64 hs_certificate_get_not_before_us (const HsCertificate *certificate);
gint64 hs_certificate_get_not_after_us (const HsCertificate *certificate);

/* TRUE if the extension for @purpose is there and says yes; a certificate without the extension
 * serves nothing. */
gboolean hs_certificate_serves (const HsCertificate *certificate, HsCertificatePurpose purpose);

/* The device uuid of a device certificate. FALSE, *device untouched, unless the subject
 * alternative name holds exactly one name, a urn:uuid: URI, and the common name says the same. */
gboolean hs_certificate_get_device (const HsCertificate *certificate,
                                    HsId *device) G_GNUC_WARN_UNUSED_RESULT;

/* The same for the uuid of a terminal's certificate. */
gboolean hs_certificate_get_terminal (const HsCertificate *certificate,
                                      HsId *terminal) G_GNUC_WARN_UNUSED_RESULT;

/* TRUE if @authority's key made the signature and @authority may issue. Looks at no clock. */
gboolean hs_certificate_is_issued_by (const HsCertificate *certificate,
                                      const HsCertificate *authority);

/* TRUE if @key is the private half of the certificate's key. */
gboolean hs_certificate_has_key (const HsCertificate *certificate, const HsCertificateKey *key);

/* SHA-256 of the SubjectPublicKeyInfo. */
void hs_certificate_get_pin (const HsCertificate *certificate, guint8 pin[32]);

/* SHA-256 of the whole certificate in DER form. */
void hs_certificate_get_fingerprint (const HsCertificate *certificate, guint8 fingerprint[32]);

/* actions: each makes a new certificate with a random 127-bit serial.
 * Times are microseconds UTC, cut to seconds. Errors: INVALID, INTERNAL. */

/* A self-signed authority that may issue end certificates and no further authority. */
HsCertificate *hs_certificate_make_authority (const HsCertificateKey *key,
                                              const char *name,
                                              gint64 not_before_us,
                                              gint64 not_after_us,
                                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* A device certificate for the public key of @request_pem, whose own signature must hold and whose
 * key must be P-256; nothing else is taken from the request. Errors: INVALID names the reason. */
HsCertificate *hs_certificate_issue_device (const HsCertificate *authority,
                                            const HsCertificateKey *authority_key,
                                            const char *request_pem,
                                            const HsId *device,
                                            gint64 not_before_us,
                                            gint64 not_after_us,
                                            GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The same for a terminal beside a printer. */
HsCertificate *hs_certificate_issue_terminal (const HsCertificate *authority,
                                              const HsCertificateKey *authority_key,
                                              const char *request_pem,
                                              const HsId *terminal,
                                              gint64 not_before_us,
                                              gint64 not_after_us,
                                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* A server certificate for @key. @names: at least one DNS name or IP address, NULL-terminated. */
HsCertificate *hs_certificate_issue_server (const HsCertificate *authority,
                                            const HsCertificateKey *authority_key,
                                            const HsCertificateKey *key,
                                            const char *const *names,
                                            gint64 not_before_us,
                                            gint64 not_after_us,
                                            GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsCertificate, hs_certificate_free)
