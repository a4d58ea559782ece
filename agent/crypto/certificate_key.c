/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The private key behind a TLS certificate. PEM goes through secure BIOs and HsSecretBytes, because
 * the text is as secret as the key. */

#include "crypto/certificate_key.h"

#include "base/error.h"
#include "crypto/openssl_error.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#define OTHERS_MAY_READ 0077

struct HsCertificateKey
{
  EVP_PKEY *pkey;
};

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BIO, BIO_free_all)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EVP_PKEY, EVP_PKEY_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (X509_REQ, X509_REQ_free)

static HsCertificateKey *
take_pkey (EVP_PKEY *pkey)
{
  HsCertificateKey *key = g_new0 (HsCertificateKey, 1);

  key->pkey = pkey;
  return key;
}

HsCertificateKey *
hs_certificate_key_new (GError **error)
{
  EVP_PKEY *pkey = EVP_EC_gen ("P-256");

  if (pkey == NULL)
    {
      hs_openssl_error_set (error, HS_ERROR_INTERNAL, "cannot make a P-256 key");
      return NULL;
    }
  return take_pkey (pkey);
}

static gboolean
is_p256 (const EVP_PKEY *pkey)
{
  char group[64] = "";

  return EVP_PKEY_is_a (pkey, "EC")
         && EVP_PKEY_get_group_name (pkey, group, sizeof group, NULL) == 1
         && (g_str_equal (group, "prime256v1") || g_str_equal (group, "P-256"));
}

/* An encrypted file must be an error, not a question on the terminal. */
static int
refuse_passphrase (char *buffer, int size, int is_writing, void *user_data)
{
  return -1;
}

HsCertificateKey *
hs_certificate_key_parse (const HsSecretBytes *pem, GError **error)
{
  g_autoptr (BIO) bio
      = BIO_new_mem_buf (hs_secret_bytes_peek (pem), (int)hs_secret_bytes_get_length (pem));
  g_autoptr (EVP_PKEY) pkey = PEM_read_bio_PrivateKey (bio, NULL, refuse_passphrase, NULL);

  if (pkey == NULL || !is_p256 (pkey))
    {
      hs_openssl_error_forget ();
      g_set_error (error, HS_ERROR, HS_ERROR_CORRUPT,
                   "this is not a P-256 private key in PEM form; restore the file or make a new "
                   "key and certificate");
      return NULL;
    }
  return take_pkey (g_steal_pointer (&pkey));
}

HsCertificateKey *
hs_certificate_key_load (const char *path, GError **error)
{
  g_autoptr (HsSecretBytes) pem = NULL;
  g_autofree char *text = NULL;
  gsize length = 0;
  GStatBuf status;

  if (!g_file_get_contents (path, &text, &length, error))
    {
      hs_error_convert_gio (error);
      return NULL;
    }
  if (length > 0 && length <= HS_CERTIFICATE_PEM_MAX_BYTES)
    pem = hs_secret_bytes_new_copy ((const guint8 *)text, length);
  hs_secret_bytes_wipe (text, length);
  if (g_stat (path, &status) == 0 && (status.st_mode & OTHERS_MAY_READ) != 0)
    {
      g_set_error (error, HS_ERROR, HS_ERROR_DENIED,
                   "%s holds a private key that other users may read; make a new key, or run "
                   "chmod 600 on it if nobody else has seen it",
                   path);
      return NULL;
    }
  if (pem == NULL)
    {
      g_set_error (error, HS_ERROR, HS_ERROR_CORRUPT, "%s is not a private key", path);
      return NULL;
    }
  HsCertificateKey *key = hs_certificate_key_parse (pem, error);
  if (key == NULL)
    g_prefix_error (error, "%s: ", path);
  return key;
}

void
hs_certificate_key_free (HsCertificateKey *key)
{
  if (key == NULL)
    return;
  EVP_PKEY_free (key->pkey);
  g_free (key);
}

HsSecretBytes *
hs_certificate_key_dup_pem (const HsCertificateKey *key)
{
  g_autoptr (BIO) bio = BIO_new (BIO_s_secmem ());
  char *text = NULL;

  if (PEM_write_bio_PKCS8PrivateKey (bio, key->pkey, NULL, NULL, 0, NULL, NULL) != 1)
    return NULL;
  long length = BIO_get_mem_data (bio, &text);
  HsSecretBytes *pem = hs_secret_bytes_new_copy ((const guint8 *)text, (gsize)length);
  hs_secret_bytes_wipe (text, (gsize)length);
  return pem;
}

gboolean
hs_certificate_key_store (const HsCertificateKey *key, const char *path, GError **error)
{
  g_autoptr (HsSecretBytes) pem = hs_certificate_key_dup_pem (key);

  if (pem == NULL)
    {
      hs_openssl_error_set (error, HS_ERROR_INTERNAL, "cannot write the private key");
      return FALSE;
    }
  if (!g_file_set_contents_full (
          path, (const char *)hs_secret_bytes_peek (pem), (gssize)hs_secret_bytes_get_length (pem),
          G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0600, error))
    {
      hs_error_convert_gio (error);
      return FALSE;
    }
  /* A file that was there before keeps its own mode, so it is set again. */
  if (g_chmod (path, 0600) != 0)
    {
      g_set_error (error, HS_ERROR, HS_ERROR_DENIED, "%s: the mode could not be set to 0600", path);
      return FALSE;
    }
  return TRUE;
}

void
hs_certificate_key_get_pin (const HsCertificateKey *key, guint8 pin[32])
{
  unsigned char *der = NULL;
  int length = i2d_PUBKEY (key->pkey, &der);

  memset (pin, 0, 32);
  if (length > 0)
    EVP_Digest (der, (size_t)length, pin, NULL, EVP_sha256 (), NULL);
  OPENSSL_free (der);
}

char *
hs_certificate_key_make_request (const HsCertificateKey *key, GError **error)
{
  g_autoptr (X509_REQ) request = X509_REQ_new ();
  g_autoptr (BIO) bio = BIO_new (BIO_s_mem ());
  char *text = NULL;

  if (request == NULL || bio == NULL || X509_REQ_set_version (request, X509_REQ_VERSION_1) != 1
      || X509_REQ_set_pubkey (request, key->pkey) != 1
      || X509_REQ_sign (request, key->pkey, EVP_sha256 ()) <= 0
      || PEM_write_bio_X509_REQ (bio, request) != 1)
    {
      hs_openssl_error_set (error, HS_ERROR_INTERNAL, "cannot make a certificate request");
      return NULL;
    }
  long length = BIO_get_mem_data (bio, &text);
  return g_strndup (text, (gsize)length);
}

gpointer
hs_certificate_key_peek (const HsCertificateKey *key)
{
  return key->pkey;
}
