/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Compact JWS. The header is never parsed: for each key that may sign, the one header that it would
 * write is made and compared as text, so "alg", foreign members and other spellings have no way in
 * (RFC 8725 sections 3.1 and 3.11). */

#include "crypto/jws.h"

#include "base/base64.h"
#include "base/error.h"
#include "crypto/ed25519.h"

#include <string.h>

#define SIGNATURE_CHARACTERS 86 /* base64url of 64 bytes */
#define MAX_HEADER_CHARACTERS 160

static char *
encode_header (const HsPublicKey *key, const char *typ)
{
  char kid[HS_PUBLIC_KEY_ID_TEXT_BYTES];
  g_autofree char *json = g_strdup_printf ("{\"alg\":\"EdDSA\",\"kid\":\"%s\",\"typ\":\"%s\"}",
                                           hs_public_key_format_id (key, kid), typ);

  return hs_base64_encode (HS_BASE64_URL, (const guint8 *)json, strlen (json));
}

gsize
hs_jws_max_length (gsize payload_bytes)
{
  return MAX_HEADER_CHARACTERS + 1 + hs_base64_encoded_length (payload_bytes) + 1
         + SIGNATURE_CHARACTERS;
}

char *
hs_jws_sign (
    const char *typ, const HsSecretBytes *seed, const guint8 *payload, gsize length, GError **error)
{
  guint8 signature[HS_ED25519_SIGNATURE_BYTES];
  g_autofree char *header = NULL, *body = NULL, *signed_text = NULL, *tail = NULL;
  HsPublicKey key;

  if (!hs_ed25519_get_public (seed, key.bytes, error))
    return NULL;
  header = encode_header (&key, typ);
  body = hs_base64_encode (HS_BASE64_URL, payload, length);
  signed_text = g_strconcat (header, ".", body, NULL);
  if (!hs_ed25519_sign (seed, signed_text, strlen (signed_text), signature, error))
    return NULL;
  tail = hs_base64_encode (HS_BASE64_URL, signature, sizeof signature);
  return g_strconcat (signed_text, ".", tail, NULL);
}

/* The three parts of a JWS, borrowed. */
typedef struct
{
  const char *header;
  gsize header_length;
  const char *payload;
  gsize payload_length;
  const char *signature;
  gsize signed_length; /* header, dot and payload */
} Parts;

static gboolean
refuse (GError **error)
{
  g_set_error (error, HS_ERROR, HS_ERROR_CORRUPT, "the signed text is damaged or of another kind");
  return FALSE;
}

static gboolean
split (const char *jws, gsize max_payload, Parts *parts, GError **error)
{
  gsize length = strnlen (jws, hs_jws_max_length (max_payload) + 1);
  const char *first, *second;

  if (length > hs_jws_max_length (max_payload))
    {
      g_set_error (error, HS_ERROR, HS_ERROR_NO_SPACE,
                   "the signed text holds more than %" G_GSIZE_FORMAT " bytes", max_payload);
      return FALSE;
    }
  first = strchr (jws, '.');
  second = first != NULL ? strchr (first + 1, '.') : NULL;
  if (second == NULL || strlen (second + 1) != SIGNATURE_CHARACTERS)
    return refuse (error);
  parts->header = jws;
  parts->header_length = (gsize)(first - jws);
  parts->payload = first + 1;
  parts->payload_length = (gsize)(second - first) - 1;
  parts->signature = second + 1;
  parts->signed_length = (gsize)(second - jws);
  return TRUE;
}

static GBytes *
decode_payload (const Parts *parts, gsize max_payload, GError **error)
{
  g_autofree guint8 *payload = g_malloc (max_payload);
  gssize length = hs_base64_decode (HS_BASE64_URL, parts->payload, parts->payload_length, payload,
                                    max_payload);

  if (length < 0)
    {
      refuse (error);
      return NULL;
    }
  return g_bytes_new (payload, (gsize)length);
}

static gboolean
has_header (const Parts *parts, const char *header)
{
  return parts->header_length == strlen (header)
         && memcmp (parts->header, header, parts->header_length) == 0;
}

/* Which error a header deserves that belongs to none of the keys: a well-formed one names a
 * stranger. */
static void
refuse_header (const Parts *parts, const char *typ, GError **error)
{
  static const HsPublicKey nobody;
  g_autofree char *model = encode_header (&nobody, typ);
  guint8 expected[MAX_HEADER_CHARACTERS], got[MAX_HEADER_CHARACTERS];
  gssize expected_length
      = hs_base64_decode (HS_BASE64_URL, model, strlen (model), expected, sizeof expected);
  gssize got_length
      = hs_base64_decode (HS_BASE64_URL, parts->header, parts->header_length, got, sizeof got);
  gsize kid_place = strlen ("{\"alg\":\"EdDSA\",\"kid\":\"");
  gsize kid_end = kid_place + HS_PUBLIC_KEY_ID_TEXT_BYTES - 1;

  if (got_length == expected_length && memcmp (got, expected, kid_place) == 0
      && memcmp (got + kid_end, expected + kid_end, (gsize)expected_length - kid_end) == 0)
    g_set_error (error, HS_ERROR, HS_ERROR_DENIED,
                 "the signed text is signed by a key that may not sign it");
  else
    refuse (error);
}

GBytes *
hs_jws_verify (const char *jws,
               const char *typ,
               const HsPublicKey *keys,
               gsize n_keys,
               gsize max_payload,
               HsPublicKey *signer,
               GError **error)
{
  guint8 signature[HS_ED25519_SIGNATURE_BYTES];
  g_autoptr (GBytes) payload = NULL;
  gboolean named = FALSE;
  Parts parts;

  if (!split (jws, max_payload, &parts, error))
    return NULL;
  payload = decode_payload (&parts, max_payload, error);
  if (payload == NULL)
    return NULL;
  if (hs_base64_decode (HS_BASE64_URL, parts.signature, SIGNATURE_CHARACTERS, signature,
                        sizeof signature)
      != HS_ED25519_SIGNATURE_BYTES)
    {
      refuse (error);
      return NULL;
    }
  for (gsize i = 0; i < n_keys; i++)
    {
      g_autofree char *header = encode_header (&keys[i], typ);

      if (!has_header (&parts, header))
        continue;
      named = TRUE;
      if (!hs_ed25519_verify (keys[i].bytes, jws, parts.signed_length, signature))
        continue;
      if (signer != NULL)
        *signer = keys[i];
      return g_steal_pointer (&payload);
    }
  if (named)
    g_set_error (error, HS_ERROR, HS_ERROR_CORRUPT, "the signature does not hold");
  else
    refuse_header (&parts, typ, error);
  return NULL;
}

GBytes *
hs_jws_peek_payload (const char *jws, const char *typ, gsize max_payload, GError **error)
{
  g_autofree char *ending = g_strdup_printf ("\",\"typ\":\"%s\"}", typ);
  char header[MAX_HEADER_CHARACTERS + 1];
  gssize length;
  Parts parts;

  if (!split (jws, max_payload, &parts, error))
    return NULL;
  length = hs_base64_decode (HS_BASE64_URL, parts.header, parts.header_length, (guint8 *)header,
                             MAX_HEADER_CHARACTERS);
  if (length >= 0)
    header[length] = '\0';
  if (length < 0 || !g_str_has_suffix (header, ending))
    {
      refuse (error);
      return NULL;
    }
  return decode_payload (&parts, max_payload, error);
}
