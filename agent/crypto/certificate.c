/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Reading certificates. Making them is in certificate_issue.c. */

#include "crypto/certificate_private.h"

#include "base/error.h"
#include "crypto/openssl_error.h"

#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <string.h>

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BIO, BIO_free_all)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BIGNUM, BN_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GENERAL_NAMES, GENERAL_NAMES_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EXTENDED_KEY_USAGE, EXTENDED_KEY_USAGE_free)

static char *
format_serial (X509 *x509)
{
  g_autoptr (BIGNUM) number = ASN1_INTEGER_to_BN (X509_get0_serialNumber (x509), NULL);
  g_autofree char *hex = NULL;

  if (number == NULL)
    return NULL;
  char *raw = BN_bn2hex (number);
  if (raw == NULL)
    return NULL;
  hex = g_ascii_strdown (raw, -1);
  OPENSSL_free (raw);
  const char *digits = hex;
  while (*digits == '0' && digits[1] != '\0')
    digits++;
  return g_strdup (digits);
}

/* @x509 is taken. */
HsCertificate *
hs_certificate_take_x509 (gpointer x509, GError **error)
{
  HsCertificate *certificate = g_new0 (HsCertificate, 1);

  certificate->x509 = x509;
  certificate->serial = format_serial (x509);
  if (certificate->serial != NULL)
    return certificate;
  hs_certificate_free (certificate);
  hs_openssl_error_forget ();
  g_set_error (error, HS_ERROR, HS_ERROR_INVALID, "the certificate has no serial number");
  return NULL;
}

HsCertificate *
hs_certificate_parse_pem (const char *pem, GError **error)
{
  gsize length = strnlen (pem, HS_CERTIFICATE_PEM_MAX_BYTES + 1);
  X509 *x509 = NULL;

  if (length <= HS_CERTIFICATE_PEM_MAX_BYTES)
    {
      g_autoptr (BIO) bio = BIO_new_mem_buf (pem, (int)length);
      x509 = PEM_read_bio_X509 (bio, NULL, NULL, NULL);
    }
  if (x509 == NULL)
    {
      hs_openssl_error_forget ();
      g_set_error (error, HS_ERROR, HS_ERROR_INVALID, "this is not a certificate in PEM form");
      return NULL;
    }
  return hs_certificate_take_x509 (x509, error);
}

HsCertificate *
hs_certificate_parse_der (const guint8 *der, gsize length, GError **error)
{
  const unsigned char *end = der;
  X509 *x509 = length <= HS_CERTIFICATE_PEM_MAX_BYTES ? d2i_X509 (NULL, &end, (long)length) : NULL;

  if (x509 == NULL || end != der + length)
    {
      X509_free (x509);
      hs_openssl_error_forget ();
      g_set_error (error, HS_ERROR, HS_ERROR_INVALID, "this is not a certificate in DER form");
      return NULL;
    }
  return hs_certificate_take_x509 (x509, error);
}

void
hs_certificate_free (HsCertificate *certificate)
{
  if (certificate == NULL)
    return;
  X509_free (certificate->x509);
  g_free (certificate->serial);
  g_free (certificate);
}

char *
hs_certificate_dup_pem (const HsCertificate *certificate)
{
  g_autoptr (BIO) bio = BIO_new (BIO_s_mem ());
  char *text = NULL;

  PEM_write_bio_X509 (bio, certificate->x509);
  long length = BIO_get_mem_data (bio, &text);
  return g_strndup (text, (gsize)length);
}

const char *
hs_certificate_get_serial (const HsCertificate *certificate)
{
  return certificate->serial;
}

static gint64
time_to_us (const ASN1_TIME *time)
{
  struct tm parts = { 0 };

  if (ASN1_TIME_to_tm (time, &parts) != 1)
    return 0;
  g_autoptr (GDateTime) moment
      = g_date_time_new_utc (parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday, parts.tm_hour,
                             parts.tm_min, MIN (parts.tm_sec, 59));
  return moment != NULL ? g_date_time_to_unix (moment) * G_USEC_PER_SEC : 0;
}

gint64
hs_certificate_get_not_before_us (const HsCertificate *certificate)
{
  return time_to_us (X509_get0_notBefore (certificate->x509));
}

gint64
hs_certificate_get_not_after_us (const HsCertificate *certificate)
{
  return time_to_us (X509_get0_notAfter (certificate->x509));
}

static gboolean
has_extended_usage (X509 *x509, int nid)
{
  g_autoptr (EXTENDED_KEY_USAGE) usage = X509_get_ext_d2i (x509, NID_ext_key_usage, NULL, NULL);

  for (int i = 0; i < sk_ASN1_OBJECT_num (usage); i++)
    if (OBJ_obj2nid (sk_ASN1_OBJECT_value (usage, i)) == nid)
      return TRUE;
  return FALSE;
}

gboolean
hs_certificate_serves (const HsCertificate *certificate, HsCertificatePurpose purpose)
{
  switch (purpose)
    {
    case HS_CERTIFICATE_FOR_CLIENTS:
      return has_extended_usage (certificate->x509, NID_client_auth);
    case HS_CERTIFICATE_FOR_SERVERS:
      return has_extended_usage (certificate->x509, NID_server_auth);
    case HS_CERTIFICATE_FOR_ISSUING:
      /* X509_check_ca() also says yes to old certificates without the extension (2 to 5). */
      return X509_check_ca (certificate->x509) == 1
             && (X509_get_key_usage (certificate->x509) & KU_KEY_CERT_SIGN) != 0;
    default:
      return FALSE;
    }
}

/* The subject has exactly one entry of the kind @nid, and it says @expected. */
static gboolean
subject_says (X509 *x509, int nid, const char *expected)
{
  X509_NAME *subject = X509_get_subject_name (x509);
  int place = X509_NAME_get_index_by_NID (subject, nid, -1);

  if (place < 0 || X509_NAME_get_index_by_NID (subject, nid, place) >= 0)
    return FALSE;
  const ASN1_STRING *name = X509_NAME_ENTRY_get_data (X509_NAME_get_entry (subject, place));
  gsize length = (gsize)ASN1_STRING_length (name);
  return length == strlen (expected)
         && memcmp (ASN1_STRING_get0_data (name), expected, length) == 0;
}

/* The uuid behind @scheme in the only alternative name, if the common name says the same. */
static gboolean
get_uuid (const HsCertificate *certificate, const char *scheme, HsId *id)
{
  g_autoptr (GENERAL_NAMES) names
      = X509_get_ext_d2i (certificate->x509, NID_subject_alt_name, NULL, NULL);
  char text[HS_ID_TEXT_BYTES];
  gsize length = strlen (scheme);
  HsId found;

  if (sk_GENERAL_NAME_num (names) != 1)
    return FALSE;
  const GENERAL_NAME *name = sk_GENERAL_NAME_value (names, 0);
  if (name->type != GEN_URI)
    return FALSE;
  const ASN1_STRING *uri = name->d.uniformResourceIdentifier;
  if (ASN1_STRING_length (uri) != (int)(length + HS_ID_TEXT_BYTES - 1)
      || memcmp (ASN1_STRING_get0_data (uri), scheme, length) != 0)
    return FALSE;
  memcpy (text, ASN1_STRING_get0_data (uri) + length, HS_ID_TEXT_BYTES - 1);
  text[HS_ID_TEXT_BYTES - 1] = '\0';
  if (!hs_id_parse (text, &found) || hs_id_is_zero (&found)
      || !subject_says (certificate->x509, NID_commonName, text))
    return FALSE;
  *id = found;
  return TRUE;
}

gboolean
hs_certificate_get_device (const HsCertificate *certificate, HsId *device)
{
  return get_uuid (certificate, HS_CERTIFICATE_DEVICE_URI, device);
}

gboolean
hs_certificate_get_terminal (const HsCertificate *certificate, HsId *terminal)
{
  return subject_says (certificate->x509, NID_organizationalUnitName, HS_CERTIFICATE_TERMINAL_UNIT)
         && get_uuid (certificate, HS_CERTIFICATE_TERMINAL_URI, terminal);
}

gboolean
hs_certificate_is_issued_by (const HsCertificate *certificate, const HsCertificate *authority)
{
  gboolean verifies = hs_certificate_serves (authority, HS_CERTIFICATE_FOR_ISSUING)
                      && X509_NAME_cmp (X509_get_issuer_name (certificate->x509),
                                        X509_get_subject_name (authority->x509))
                             == 0
                      && X509_verify (certificate->x509, X509_get0_pubkey (authority->x509)) == 1;

  hs_openssl_error_forget ();
  return verifies;
}

gboolean
hs_certificate_has_key (const HsCertificate *certificate, const HsCertificateKey *key)
{
  EVP_PKEY *public_key = X509_get0_pubkey (certificate->x509);
  gboolean equal
      = public_key != NULL && EVP_PKEY_eq (public_key, hs_certificate_key_peek (key)) == 1;

  hs_openssl_error_forget ();
  return equal;
}

void
hs_certificate_get_pin (const HsCertificate *certificate, guint8 pin[32])
{
  unsigned char *der = NULL;
  int length = i2d_X509_PUBKEY (X509_get_X509_PUBKEY (certificate->x509), &der);

  memset (pin, 0, 32);
  if (length > 0)
    EVP_Digest (der, (size_t)length, pin, NULL, EVP_sha256 (), NULL);
  OPENSSL_free (der);
}

void
hs_certificate_get_fingerprint (const HsCertificate *certificate, guint8 fingerprint[32])
{
  unsigned int length = 0;

  memset (fingerprint, 0, 32);
  X509_digest (certificate->x509, EVP_sha256 (), fingerprint, &length);
}
