/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* What all our stanzas share. */

#include "seal/stanza.h"

#include "base/base64.h"
#include "base/error.h"
#include "crypto/aead.h"

#include <string.h>

static const guint8 zero_nonce[HS_AEAD_NONCE_BYTES];

gboolean
hs_stanza_decode_argument (const char *argument, guint8 *out, gsize length)
{
  return hs_base64_decode (HS_BASE64_STANDARD, argument, strlen (argument), out, length)
         == (gssize)length;
}

gboolean
hs_stanza_wrap_file_key (const HsSecretBytes *wrap_key,
                         const HsSecretBytes *file_key,
                         guint8 body[HS_STANZA_BODY_BYTES],
                         GError **error)
{
  g_autoptr (HsAead) aead = hs_aead_new (wrap_key, error);

  g_return_val_if_fail (hs_secret_bytes_get_length (file_key) == HS_AGE_FILE_KEY_BYTES, FALSE);
  return aead != NULL
         && hs_aead_seal (aead, zero_nonce, NULL, 0, hs_secret_bytes_peek (file_key),
                          HS_AGE_FILE_KEY_BYTES, body, error);
}

HsSecretBytes *
hs_stanza_unwrap_file_key (const HsSecretBytes *wrap_key, const HsAgeStanza *stanza, GError **error)
{
  gsize length;
  const guint8 *body = g_bytes_get_data (stanza->body, &length);
  g_autoptr (HsAead) aead = hs_aead_new (wrap_key, error);

  if (aead == NULL)
    return NULL;
  /* The length is checked before the tag: a longer body could be made to fit two keys. */
  if (length != HS_STANZA_BODY_BYTES)
    {
      g_set_error_literal (error, HS_ERROR, HS_ERROR_CORRUPT, "a wrapped file key has 32 bytes");
      return NULL;
    }
  g_autoptr (HsSecretBytes) file_key = hs_secret_bytes_new (HS_AGE_FILE_KEY_BYTES);
  if (!hs_aead_open (aead, zero_nonce, NULL, 0, body, length, hs_secret_bytes_get (file_key),
                     error))
    return NULL;
  return g_steal_pointer (&file_key);
}

HsStanzaOutcome
hs_stanza_try_file_key (const HsSecretBytes *wrap_key,
                        const HsAgeStanza *stanza,
                        HsSecretBytes **file_key,
                        GError **error)
{
  g_autoptr (GError) problem = NULL;

  *file_key = hs_stanza_unwrap_file_key (wrap_key, stanza, &problem);
  if (*file_key != NULL)
    return HS_STANZA_OPENED;
  if (g_error_matches (problem, HS_ERROR, HS_ERROR_CORRUPT))
    return HS_STANZA_NOT_MINE;
  g_propagate_error (error, g_steal_pointer (&problem));
  return HS_STANZA_FAILED;
}
