/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The homespool.release/1 stanza. */

#include "seal/stanza_release.h"

#include "base/base64.h"
#include "base/error.h"

#include <string.h>

HsAgeStanza *
hs_stanza_release_wrap (const HsSecretBytes *e_private,
                        const HsReleaseContext *context,
                        const HsSecretBytes *machine_secret,
                        guint32 machine_generation,
                        const HsSecretBytes *file_key,
                        GError **error)
{
  guint8 body[HS_STANZA_BODY_BYTES];
  guint8 key_id[HS_RELEASE_KEY_ID_BYTES];
  g_autoptr (HsSecretBytes) share
      = hs_release_share_compute_workstation (e_private, context, error);

  if (share == NULL)
    return NULL;
  g_autoptr (HsSecretBytes) wrap_key
      = hs_release_share_derive_wrap_key (share, machine_secret, context, error);
  if (wrap_key == NULL || !hs_stanza_wrap_file_key (wrap_key, file_key, body, error))
    return NULL;
  hs_release_share_get_key_id (context->s_public, key_id);
  g_autofree char *e_text
      = hs_base64_encode (HS_BASE64_STANDARD, context->e_public, HS_X25519_BYTES);
  g_autofree char *key_text = hs_base64_encode (HS_BASE64_STANDARD, key_id, sizeof key_id);
  g_autofree char *generation_text = g_strdup_printf ("%u", machine_generation);
  return hs_age_stanza_new (body, sizeof body, HS_STANZA_RELEASE, e_text, key_text, generation_text,
                            NULL);
}

static HsStanzaOutcome
refuse (GError **error, const char *message)
{
  g_set_error_literal (error, HS_ERROR, HS_ERROR_CORRUPT, message);
  return HS_STANZA_FAILED;
}

/* Decimal from 1, no sign, no leading zero, at most 32 bits. */
static gboolean
parse_generation (const char *text, guint32 *generation)
{
  guint64 number;

  if (text[0] == '0' || !g_ascii_string_to_unsigned (text, 10, 1, G_MAXUINT32, &number, NULL))
    return FALSE;
  *generation = (guint32)number;
  return TRUE;
}

static HsStanzaOutcome
unwrap_one (const HsAgeStanza *stanza,
            const HsStanzaReleaseKeys *keys,
            HsSecretBytes **file_key,
            GError **error)
{
  guint8 e_public[HS_X25519_BYTES];
  guint8 key_id[HS_RELEASE_KEY_ID_BYTES];
  guint8 our_key_id[HS_RELEASE_KEY_ID_BYTES];
  guint32 generation;

  if (hs_age_stanza_count_arguments (stanza) != 4
      || !hs_stanza_decode_argument (stanza->arguments[1], e_public, sizeof e_public)
      || !hs_stanza_decode_argument (stanza->arguments[2], key_id, sizeof key_id)
      || !parse_generation (stanza->arguments[3], &generation))
    return refuse (error, "the release stanza is malformed");
  hs_release_share_get_key_id (keys->context.s_public, our_key_id);
  if (memcmp (key_id, our_key_id, sizeof key_id) != 0 || generation != keys->machine_generation)
    return HS_STANZA_NOT_MINE;
  if (memcmp (e_public, keys->context.e_public, sizeof e_public) != 0)
    return refuse (error, "the release stanza belongs to another job");
  g_autoptr (HsSecretBytes) wrap_key
      = hs_release_share_derive_wrap_key (keys->share, keys->machine_secret, &keys->context, error);
  if (wrap_key == NULL)
    return HS_STANZA_FAILED;
  *file_key = hs_stanza_unwrap_file_key (wrap_key, stanza, error);
  if (*file_key == NULL)
    {
      g_prefix_error (error, "the release stanza is damaged: ");
      return HS_STANZA_FAILED;
    }
  return HS_STANZA_OPENED;
}

HsStanzaOutcome
hs_stanza_release_unwrap (const HsAgeHeader *header,
                          const HsStanzaReleaseKeys *keys,
                          HsSecretBytes **file_key,
                          GError **error)
{
  const HsAgeStanza *found = NULL;

  *file_key = NULL;
  for (guint i = 0; i < hs_age_header_get_n_stanzas (header); i++)
    {
      const HsAgeStanza *stanza = hs_age_header_get_stanza (header, i);
      if (strcmp (hs_age_stanza_get_type (stanza), HS_STANZA_RELEASE) != 0)
        continue;
      if (found != NULL)
        return refuse (error, "there is more than one release stanza");
      found = stanza;
    }
  return found == NULL ? HS_STANZA_NOT_MINE : unwrap_one (found, keys, file_key, error);
}
