/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* ChaCha20-Poly1305. One OpenSSL context for each direction is keyed once and given a new nonce for
 * each message: fetching and keying a cipher again for every 64 KiB chunk halves the speed. */

#include "crypto/aead.h"

#include "crypto/openssl_error.h"

#include <openssl/evp.h>

struct HsAead
{
  HsSecretBytes *key;
  EVP_CIPHER_CTX *sealing; /* NULL until first used */
  EVP_CIPHER_CTX *opening; /* NULL until first used */
};

HsAead *
hs_aead_new (const HsSecretBytes *key, GError **error)
{
  if (hs_secret_bytes_get_length (key) != HS_AEAD_KEY_BYTES)
    {
      g_set_error_literal (error, HS_ERROR, HS_ERROR_INVALID,
                           "a ChaCha20-Poly1305 key has 32 bytes");
      return NULL;
    }
  HsAead *aead = g_new0 (HsAead, 1);
  aead->key = hs_secret_bytes_copy (key);
  return aead;
}

void
hs_aead_free (HsAead *aead)
{
  if (aead == NULL)
    return;
  EVP_CIPHER_CTX_free (aead->sealing); /* cleanses the key schedule */
  EVP_CIPHER_CTX_free (aead->opening);
  hs_secret_bytes_free (aead->key);
  g_free (aead);
}

static EVP_CIPHER_CTX *
prepare (HsAead *aead, gboolean sealing, const guint8 *nonce)
{
  EVP_CIPHER_CTX **context = sealing ? &aead->sealing : &aead->opening;

  if (*context == NULL)
    {
      EVP_CIPHER_CTX *made = EVP_CIPHER_CTX_new ();
      if (made == NULL
          || EVP_CipherInit_ex2 (made, EVP_chacha20_poly1305 (), hs_secret_bytes_peek (aead->key),
                                 NULL, sealing, NULL)
                 != 1)
        {
          EVP_CIPHER_CTX_free (made);
          return NULL;
        }
      *context = made;
    }
  if (EVP_CipherInit_ex2 (*context, NULL, NULL, nonce, sealing, NULL) != 1)
    return NULL;
  return *context;
}

static gboolean
update (EVP_CIPHER_CTX *context,
        const void *associated,
        gsize associated_length,
        const guint8 *in,
        gsize length,
        guint8 *out)
{
  int written = 0;

  if (associated_length > 0
      && EVP_CipherUpdate (context, NULL, &written, associated, (int)associated_length) != 1)
    return FALSE;
  if (length == 0)
    return TRUE;
  return EVP_CipherUpdate (context, out, &written, in, (int)length) == 1
         && (gsize)written == length;
}

static gboolean
check_lengths (gsize length, gsize associated_length, GError **error)
{
  if (length <= HS_AEAD_MESSAGE_MAX_BYTES && associated_length <= HS_AEAD_MESSAGE_MAX_BYTES)
    return TRUE;
  g_set_error_literal (error, HS_ERROR, HS_ERROR_INVALID, "a sealed message is at most 1 MiB");
  return FALSE;
}

gboolean
hs_aead_seal (HsAead *aead,
              const guint8 nonce[HS_AEAD_NONCE_BYTES],
              const void *associated,
              gsize associated_length,
              const guint8 *plain,
              gsize length,
              guint8 *out,
              GError **error)
{
  int written = 0;

  if (!check_lengths (length, associated_length, error))
    return FALSE;
  EVP_CIPHER_CTX *context = prepare (aead, TRUE, nonce);
  if (context != NULL && update (context, associated, associated_length, plain, length, out)
      && EVP_CipherFinal_ex (context, out + length, &written) == 1
      && EVP_CIPHER_CTX_ctrl (context, EVP_CTRL_AEAD_GET_TAG, HS_AEAD_TAG_BYTES, out + length) == 1)
    return TRUE;
  hs_openssl_error_set (error, HS_ERROR_INTERNAL, "cannot encrypt");
  return FALSE;
}

gboolean
hs_aead_open (HsAead *aead,
              const guint8 nonce[HS_AEAD_NONCE_BYTES],
              const void *associated,
              gsize associated_length,
              const guint8 *sealed,
              gsize length,
              guint8 *out,
              GError **error)
{
  int written = 0;

  if (!check_lengths (length, associated_length, error))
    return FALSE;
  if (length < HS_AEAD_TAG_BYTES)
    {
      g_set_error_literal (error, HS_ERROR, HS_ERROR_CORRUPT, "encrypted bytes are cut short");
      return FALSE;
    }
  gsize plain_length = length - HS_AEAD_TAG_BYTES;
  EVP_CIPHER_CTX *context = prepare (aead, FALSE, nonce);
  if (context == NULL
      || EVP_CIPHER_CTX_ctrl (context, EVP_CTRL_AEAD_SET_TAG, HS_AEAD_TAG_BYTES,
                              (void *)(sealed + plain_length))
             != 1)
    {
      hs_openssl_error_set (error, HS_ERROR_INTERNAL, "cannot decrypt");
      return FALSE;
    }
  guint8 nothing[1];
  if (update (context, associated, associated_length, sealed, plain_length, out)
      && EVP_CipherFinal_ex (context, nothing, &written) == 1)
    return TRUE;
  hs_secret_bytes_wipe (out, plain_length);
  hs_openssl_error_forget ();
  g_set_error_literal (error, HS_ERROR, HS_ERROR_CORRUPT,
                       "encrypted bytes were changed, or belong to another key");
  return FALSE;
}
