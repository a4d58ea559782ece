/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* age's X25519 stanza. The stanza does not name its recipient: the tag tells whom it fits. */

#include "seal/stanza_x25519.h"

#include "base/base64.h"
#include "base/error.h"
#include "crypto/hkdf.h"

#include <string.h>

/* HKDF (shared secret, salt ephemeral ‖ recipient, label). */
static HsSecretBytes *
derive_wrap_key (const HsSecretBytes *shared,
                 const guint8 ephemeral[HS_X25519_BYTES],
                 const guint8 recipient[HS_X25519_BYTES],
                 GError **error)
{
  static const char label[] = "age-encryption.org/v1/X25519";
  guint8 salt[2 * HS_X25519_BYTES];

  memcpy (salt, ephemeral, HS_X25519_BYTES);
  memcpy (salt + HS_X25519_BYTES, recipient, HS_X25519_BYTES);
  return hs_hkdf_sha256 (shared, salt, sizeof salt, (const guint8 *)label, sizeof label - 1, 32,
                         error);
}

HsAgeStanza *
hs_stanza_x25519_wrap (const guint8 recipient[HS_X25519_BYTES],
                       const HsSecretBytes *file_key,
                       GError **error)
{
  guint8 ephemeral[HS_X25519_BYTES];
  guint8 body[HS_STANZA_BODY_BYTES];
  g_autoptr (HsSecretBytes) shared = hs_x25519_agree_once (recipient, ephemeral, error);

  if (shared == NULL)
    return NULL;
  g_autoptr (HsSecretBytes) wrap_key = derive_wrap_key (shared, ephemeral, recipient, error);
  if (wrap_key == NULL || !hs_stanza_wrap_file_key (wrap_key, file_key, body, error))
    return NULL;
  g_autofree char *text = hs_base64_encode (HS_BASE64_STANDARD, ephemeral, sizeof ephemeral);
  return hs_age_stanza_new (body, sizeof body, HS_STANZA_X25519, text, NULL);
}

static HsStanzaOutcome
unwrap_one (const HsAgeStanza *stanza,
            const HsSecretBytes *private_key,
            const guint8 recipient[HS_X25519_BYTES],
            HsSecretBytes **file_key,
            GError **error)
{
  guint8 ephemeral[HS_X25519_BYTES];

  if (hs_age_stanza_count_arguments (stanza) != 2
      || !hs_stanza_decode_argument (stanza->arguments[1], ephemeral, sizeof ephemeral)
      || g_bytes_get_size (stanza->body) != HS_STANZA_BODY_BYTES)
    {
      g_set_error_literal (error, HS_ERROR, HS_ERROR_CORRUPT, "an X25519 stanza is malformed");
      return HS_STANZA_FAILED;
    }
  g_autoptr (GError) problem = NULL;
  g_autoptr (HsSecretBytes) shared = hs_x25519_agree (private_key, ephemeral, &problem);
  g_autoptr (HsSecretBytes) wrap_key
      = shared != NULL ? derive_wrap_key (shared, ephemeral, recipient, &problem) : NULL;
  if (wrap_key != NULL)
    return hs_stanza_try_file_key (wrap_key, stanza, file_key, error);
  if (g_error_matches (problem, HS_ERROR, HS_ERROR_INVALID))
    g_set_error_literal (error, HS_ERROR, HS_ERROR_CORRUPT,
                         "an X25519 stanza holds a key of small order");
  else
    g_propagate_error (error, g_steal_pointer (&problem));
  return HS_STANZA_FAILED;
}

HsStanzaOutcome
hs_stanza_x25519_unwrap (const HsAgeHeader *header,
                         const HsSecretBytes *private_key,
                         HsSecretBytes **file_key,
                         GError **error)
{
  guint8 recipient[HS_X25519_BYTES];

  *file_key = NULL;
  if (!hs_x25519_get_public (private_key, recipient, error))
    return HS_STANZA_FAILED;
  for (guint i = 0; i < hs_age_header_get_n_stanzas (header); i++)
    {
      const HsAgeStanza *stanza = hs_age_header_get_stanza (header, i);
      if (strcmp (hs_age_stanza_get_type (stanza), HS_STANZA_X25519) != 0)
        continue;
      HsStanzaOutcome outcome = unwrap_one (stanza, private_key, recipient, file_key, error);
      if (outcome != HS_STANZA_NOT_MINE)
        return outcome;
    }
  return HS_STANZA_NOT_MINE;
}
