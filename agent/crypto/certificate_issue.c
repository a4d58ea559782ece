/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Making certificates. Extensions are given as OpenSSL's configuration words with values of our
 * own making only (uuids in text, names after a check), so nothing from a request is interpreted. */

#include "crypto/certificate_private.h"

#include "base/error.h"
#include "crypto/openssl_error.h"

#include <gio/gio.h>
#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <string.h>

#define SERIAL_BYTES 16
#define NAME_MAX_BYTES 64 /* ub-common-name, RFC 5280 appendix A.1 */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BIO, BIO_free_all)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BIGNUM, BN_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (X509, X509_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (X509_NAME, X509_NAME_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (X509_REQ, X509_REQ_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (X509_EXTENSION, X509_EXTENSION_free)

typedef struct
{
  int nid;
  const char *value;
} Extension;

/* One certificate to be made. */
typedef struct
{
  const char *common_name; /* nullable: empty subject */
  const char *unit;        /* organizational unit; nullable */
  EVP_PKEY *subject_key;
  const HsCertificate *authority; /* NULL: self-signed */
  const HsCertificateKey *authority_key;
  gint64 not_before_us;
  gint64 not_after_us;
  const Extension *extensions; /* ends with nid 0 */
} Order;

static gboolean
set_serial (X509 *x509)
{
  guint8 bytes[SERIAL_BYTES];

  if (RAND_bytes (bytes, sizeof bytes) != 1)
    return FALSE;
  bytes[0] = (guint8)((bytes[0] & 0x7f) | 0x40); /* positive, and never shorter than 16 bytes */
  g_autoptr (BIGNUM) number = BN_bin2bn (bytes, sizeof bytes, NULL);
  return number != NULL && BN_to_ASN1_INTEGER (number, X509_get_serialNumber (x509)) != NULL;
}

static gboolean
set_times (X509 *x509, const Order *order)
{
  time_t not_before = (time_t)(order->not_before_us / G_USEC_PER_SEC);
  time_t not_after = (time_t)(order->not_after_us / G_USEC_PER_SEC);

  return ASN1_TIME_set (X509_getm_notBefore (x509), not_before) != NULL
         && ASN1_TIME_set (X509_getm_notAfter (x509), not_after) != NULL;
}

static gboolean
set_names (X509 *x509, const Order *order)
{
  g_autoptr (X509_NAME) subject = X509_NAME_new ();

  if (subject == NULL)
    return FALSE;
  if (order->common_name != NULL
      && X509_NAME_add_entry_by_NID (subject, NID_commonName, MBSTRING_UTF8,
                                     (const unsigned char *)order->common_name, -1, -1, 0)
             != 1)
    return FALSE;
  if (order->unit != NULL
      && X509_NAME_add_entry_by_NID (subject, NID_organizationalUnitName, MBSTRING_UTF8,
                                     (const unsigned char *)order->unit, -1, -1, 0)
             != 1)
    return FALSE;
  if (X509_set_subject_name (x509, subject) != 1)
    return FALSE;
  return X509_set_issuer_name (x509, order->authority != NULL
                                         ? X509_get_subject_name (order->authority->x509)
                                         : subject)
         == 1;
}

static gboolean
add_extensions (X509 *x509, const Order *order)
{
  X509V3_CTX context;

  X509V3_set_ctx (&context, order->authority != NULL ? order->authority->x509 : x509, x509, NULL,
                  NULL, 0);
  for (const Extension *wanted = order->extensions; wanted->nid != 0; wanted++)
    {
      g_autoptr (X509_EXTENSION) extension
          = X509V3_EXT_nconf_nid (NULL, &context, wanted->nid, wanted->value);
      if (extension == NULL || X509_add_ext (x509, extension, -1) != 1)
        return FALSE;
    }
  return TRUE;
}

static HsCertificate *
make (const Order *order, GError **error)
{
  g_autoptr (X509) x509 = X509_new ();

  if (order->not_after_us <= order->not_before_us)
    {
      g_set_error (error, HS_ERROR, HS_ERROR_INVALID, "the certificate would end before it begins");
      return NULL;
    }
  if (x509 == NULL || X509_set_version (x509, X509_VERSION_3) != 1 || !set_serial (x509)
      || !set_times (x509, order) || !set_names (x509, order)
      || X509_set_pubkey (x509, order->subject_key) != 1 || !add_extensions (x509, order)
      || X509_sign (x509, hs_certificate_key_peek (order->authority_key), EVP_sha256 ()) <= 0)
    {
      hs_openssl_error_set (error, HS_ERROR_INTERNAL, "cannot make a certificate");
      return NULL;
    }
  return hs_certificate_take_x509 (g_steal_pointer (&x509), error);
}

HsCertificate *
hs_certificate_make_authority (const HsCertificateKey *key,
                               const char *name,
                               gint64 not_before_us,
                               gint64 not_after_us,
                               GError **error)
{
  static const Extension extensions[] = { { NID_basic_constraints, "critical,CA:TRUE,pathlen:0" },
                                          { NID_key_usage, "critical,keyCertSign,cRLSign" },
                                          { NID_subject_key_identifier, "hash" },
                                          { 0, NULL } };
  Order order = { .common_name = name,
                  .subject_key = hs_certificate_key_peek (key),
                  .authority_key = key,
                  .not_before_us = not_before_us,
                  .not_after_us = not_after_us,
                  .extensions = extensions };

  if (*name == '\0' || strlen (name) > NAME_MAX_BYTES || !g_utf8_validate (name, -1, NULL))
    {
      g_set_error (error, HS_ERROR, HS_ERROR_INVALID,
                   "the name of an authority is 1 to %d bytes of UTF-8", NAME_MAX_BYTES);
      return NULL;
    }
  return make (&order, error);
}

static X509_REQ *
read_request (const char *request_pem, GError **error)
{
  gsize length = strnlen (request_pem, HS_CERTIFICATE_PEM_MAX_BYTES + 1);
  g_autoptr (X509_REQ) request = NULL;
  char group[64] = "";

  if (length <= HS_CERTIFICATE_PEM_MAX_BYTES)
    {
      g_autoptr (BIO) bio = BIO_new_mem_buf (request_pem, (int)length);
      request = PEM_read_bio_X509_REQ (bio, NULL, NULL, NULL);
    }
  EVP_PKEY *key = request != NULL ? X509_REQ_get0_pubkey (request) : NULL;
  if (key == NULL)
    g_set_error (error, HS_ERROR, HS_ERROR_INVALID, "the certificate request cannot be read");
  else if (!EVP_PKEY_is_a (key, "EC")
           || EVP_PKEY_get_group_name (key, group, sizeof group, NULL) != 1
           || !g_str_equal (group, "prime256v1"))
    g_set_error (error, HS_ERROR, HS_ERROR_INVALID,
                 "the certificate request is not for a P-256 key");
  else if (X509_REQ_verify (request, key) != 1)
    g_set_error (error, HS_ERROR, HS_ERROR_INVALID,
                 "the certificate request is not signed by its own key");
  else
    return g_steal_pointer (&request);
  hs_openssl_error_forget ();
  return NULL;
}

/* A client's certificate: its uuid is the common name, and the only alternative name after @scheme. */
static HsCertificate *
issue_client (
    const Order *base, const char *scheme, const char *request_pem, const HsId *id, GError **error)
{
  g_autoptr (X509_REQ) request = read_request (request_pem, error);
  char uuid[HS_ID_TEXT_BYTES];

  if (request == NULL)
    return NULL;
  g_autofree char *uri = g_strdup_printf ("URI:%s%s", scheme, hs_id_format (id, uuid));
  const Extension extensions[] = { { NID_basic_constraints, "critical,CA:FALSE" },
                                   { NID_key_usage, "critical,digitalSignature" },
                                   { NID_ext_key_usage, "clientAuth" },
                                   { NID_authority_key_identifier, "keyid" },
                                   { NID_subject_alt_name, uri },
                                   { 0, NULL } };
  Order order = *base;
  order.common_name = uuid;
  order.subject_key = X509_REQ_get0_pubkey (request);
  order.extensions = extensions;
  return make (&order, error);
}

HsCertificate *
hs_certificate_issue_device (const HsCertificate *authority,
                             const HsCertificateKey *authority_key,
                             const char *request_pem,
                             const HsId *device,
                             gint64 not_before_us,
                             gint64 not_after_us,
                             GError **error)
{
  const Order order = { .authority = authority,
                        .authority_key = authority_key,
                        .not_before_us = not_before_us,
                        .not_after_us = not_after_us };

  return issue_client (&order, HS_CERTIFICATE_DEVICE_URI, request_pem, device, error);
}

HsCertificate *
hs_certificate_issue_terminal (const HsCertificate *authority,
                               const HsCertificateKey *authority_key,
                               const char *request_pem,
                               const HsId *terminal,
                               gint64 not_before_us,
                               gint64 not_after_us,
                               GError **error)
{
  const Order order = { .unit = HS_CERTIFICATE_TERMINAL_UNIT,
                        .authority = authority,
                        .authority_key = authority_key,
                        .not_before_us = not_before_us,
                        .not_after_us = not_after_us };

  return issue_client (&order, HS_CERTIFICATE_TERMINAL_URI, request_pem, terminal, error);
}

/* DNS names here are letters, digits, dots and dashes, so that none can smuggle a comma (another
 * name) into OpenSSL's configuration text. */
static gboolean
is_dns_name (const char *name)
{
  gsize length = strlen (name);

  if (length == 0 || length > 253 || name[0] == '.' || name[0] == '-')
    return FALSE;
  return strspn (name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.")
         == length;
}

HsCertificate *
hs_certificate_issue_server (const HsCertificate *authority,
                             const HsCertificateKey *authority_key,
                             const HsCertificateKey *key,
                             const char *const *names,
                             gint64 not_before_us,
                             gint64 not_after_us,
                             GError **error)
{
  g_autoptr (GString) alternatives = g_string_new ("critical");

  for (const char *const *name = names; *name != NULL; name++)
    {
      gboolean is_address = g_hostname_is_ip_address (*name);
      if (!is_address && !is_dns_name (*name))
        {
          g_set_error (error, HS_ERROR, HS_ERROR_INVALID,
                       "a server certificate is for DNS names and IP addresses; one of the names "
                       "given is neither");
          return NULL;
        }
      g_string_append_printf (alternatives, ",%s:%s", is_address ? "IP" : "DNS", *name);
    }
  if (names[0] == NULL)
    {
      g_set_error (error, HS_ERROR, HS_ERROR_INVALID, "a server certificate needs a name");
      return NULL;
    }
  const Extension extensions[] = { { NID_basic_constraints, "critical,CA:FALSE" },
                                   { NID_key_usage, "critical,digitalSignature" },
                                   { NID_ext_key_usage, "serverAuth" },
                                   { NID_authority_key_identifier, "keyid" },
                                   { NID_subject_alt_name, alternatives->str },
                                   { 0, NULL } };
  Order order = { .subject_key = hs_certificate_key_peek (key),
                  .authority = authority,
                  .authority_key = authority_key,
                  .not_before_us = not_before_us,
                  .not_after_us = not_after_us,
                  .extensions = extensions };
  return make (&order, error);
}
