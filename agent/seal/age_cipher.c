/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* What age makes of a file key. Labels and layout are those of age-encryption.org/v1. */

#include "seal/age_cipher.h"

#include "base/error.h"
#include "crypto/aead.h"
#include "crypto/hkdf.h"
#include "crypto/hmac.h"
#include "crypto/random.h"

struct HsAgePayload
{
  HsAead *aead;
};

HsSecretBytes *
hs_age_file_key_new (GError **error)
{
  return hs_random_secret (HS_AGE_FILE_KEY_BYTES, error);
}

static gboolean
compute_mac (GBytes *authenticated,
             const HsSecretBytes *file_key,
             guint8 mac[HS_AGE_MAC_BYTES],
             GError **error)
{
  g_autoptr (HsSecretBytes) key = hs_hkdf_sha256_label (file_key, "header", HS_HMAC_BYTES, error);
  gsize length;
  const guint8 *bytes = g_bytes_get_data (authenticated, &length);

  return key != NULL && hs_hmac_sha256 (key, bytes, length, mac, error);
}

GBytes *
hs_age_header_seal (const HsAgeStanza *const *stanzas,
                    guint n_stanzas,
                    const HsSecretBytes *file_key,
                    GError **error)
{
  guint8 mac[HS_AGE_MAC_BYTES];
  g_autoptr (GBytes) authenticated = hs_age_header_format_authenticated (stanzas, n_stanzas, error);

  if (authenticated == NULL || !compute_mac (authenticated, file_key, mac, error))
    return NULL;
  return hs_age_header_append_mac (authenticated, mac);
}

gboolean
hs_age_header_verify (const HsAgeHeader *header, const HsSecretBytes *file_key, GError **error)
{
  guint8 mac[HS_AGE_MAC_BYTES];
  g_autoptr (GBytes) authenticated = hs_age_header_get_authenticated (header);

  if (!compute_mac (authenticated, file_key, mac, error))
    return FALSE;
  if (hs_constant_time_equal (mac, hs_age_header_get_mac (header), sizeof mac))
    return TRUE;
  g_set_error_literal (error, HS_ERROR, HS_ERROR_CORRUPT,
                       "the sealed header was changed after it was written");
  return FALSE;
}

HsAgePayload *
hs_age_payload_new (const HsSecretBytes *file_key,
                    const guint8 nonce[HS_AGE_PAYLOAD_NONCE_BYTES],
                    GError **error)
{
  static const char label[] = "payload";
  g_autoptr (HsSecretBytes) key
      = hs_hkdf_sha256 (file_key, nonce, HS_AGE_PAYLOAD_NONCE_BYTES, (const guint8 *)label,
                        sizeof label - 1, HS_AEAD_KEY_BYTES, error);

  if (key == NULL)
    return NULL;
  g_autoptr (HsAgePayload) payload = g_new0 (HsAgePayload, 1);
  payload->aead = hs_aead_new (key, error);
  return payload->aead != NULL ? g_steal_pointer (&payload) : NULL;
}

void
hs_age_payload_free (HsAgePayload *payload)
{
  if (payload == NULL)
    return;
  hs_aead_free (payload->aead);
  g_free (payload);
}

/* Eleven bytes of big-endian chunk number, one byte that is 1 for the last chunk. */
static void
write_nonce (guint64 index, gboolean is_last, guint8 nonce[HS_AEAD_NONCE_BYTES])
{
  for (guint i = 0; i < 3; i++)
    nonce[i] = 0;
  for (guint i = 0; i < 8; i++)
    nonce[3 + i] = (guint8)(index >> 8 * (7 - i));
  nonce[11] = is_last ? 1 : 0;
}

gboolean
hs_age_payload_seal (HsAgePayload *payload,
                     guint64 index,
                     gboolean is_last,
                     const guint8 *plain,
                     gsize length,
                     guint8 *out,
                     GError **error)
{
  guint8 nonce[HS_AEAD_NONCE_BYTES];

  write_nonce (index, is_last, nonce);
  return hs_aead_seal (payload->aead, nonce, NULL, 0, plain, length, out, error);
}

gboolean
hs_age_payload_open (HsAgePayload *payload,
                     guint64 index,
                     gboolean is_last,
                     const guint8 *sealed,
                     gsize length,
                     guint8 *out,
                     GError **error)
{
  guint8 nonce[HS_AEAD_NONCE_BYTES];

  write_nonce (index, is_last, nonce);
  return hs_aead_open (payload->aead, nonce, NULL, 0, sealed, length, out, error);
}
