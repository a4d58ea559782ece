/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

#include "base/base64.h"
#include "base/error.h"
#include "crypto/ed25519.h"
#include "crypto/jws.h"
#include "support/suite.h"

#define TYP HS_JWS_TYP_COMMAND
static const char payload_text[] = "{\"a\":1}";

static HsSecretBytes *
make_key (HsPublicKey *key)
{
  g_autoptr (GError) error = NULL;
  HsSecretBytes *seed = hs_ed25519_generate (key->bytes, &error);

  HS_ASSERT_NO_ERROR (error);
  return seed;
}

static char *
sign (const HsSecretBytes *seed, const char *typ)
{
  g_autoptr (GError) error = NULL;
  char *jws = hs_jws_sign (typ, seed, (const guint8 *)payload_text, strlen (payload_text), &error);

  HS_ASSERT_NO_ERROR (error);
  return jws;
}

/* A JWS with any header, correctly signed: what a key holder who means ill could send. */
static char *
sign_with_header (const HsSecretBytes *seed, const char *header_json)
{
  guint8 signature[HS_ED25519_SIGNATURE_BYTES];
  g_autofree char *header
      = hs_base64_encode (HS_BASE64_URL, (const guint8 *)header_json, strlen (header_json));
  g_autofree char *body
      = hs_base64_encode (HS_BASE64_URL, (const guint8 *)payload_text, strlen (payload_text));
  g_autofree char *text = g_strconcat (header, ".", body, NULL);
  g_autofree char *tail = NULL;

  HS_ASSERT (hs_ed25519_sign (seed, text, strlen (text), signature, NULL));
  tail = hs_base64_encode (HS_BASE64_URL, signature, sizeof signature);
  return g_strconcat (text, ".", tail, NULL);
}

static void
refuse (const char *jws, const HsPublicKey *keys, gsize n_keys, HsErrorCode code)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) payload = hs_jws_verify (jws, TYP, keys, n_keys, 100, NULL, &error);

  HS_ASSERT (payload == NULL);
  HS_ASSERT_ERROR (error, code);
}

static void
what_is_signed_is_verified_with_its_key (void)
{
  HsPublicKey keys[2], signer;
  g_autoptr (HsSecretBytes) first = make_key (&keys[0]);
  g_autoptr (HsSecretBytes) second = make_key (&keys[1]);
  g_autofree char *jws = sign (second, TYP);
  g_autofree char *other = sign (first, TYP);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) payload = hs_jws_verify (jws, TYP, keys, 2, 7, &signer, &error);

  HS_ASSERT_NO_ERROR (error);
  HS_ASSERT_BYTES_EQ (g_bytes_get_data (payload, NULL), g_bytes_get_size (payload), payload_text,
                      7);
  HS_ASSERT (hs_public_key_equal (&signer, &keys[1]));
  HS_ASSERT (strlen (jws) <= hs_jws_max_length (7));
  refuse (jws, keys, 1, HS_ERROR_DENIED);
  refuse (jws, keys, 0, HS_ERROR_DENIED);
  refuse (other, keys + 1, 1, HS_ERROR_DENIED);
}

/* RFC 8037 appendix A: the key; the signature of our own header over an empty payload was made once
 * with OpenSSL's command line. */
static void
the_known_key_has_the_known_header_and_kid (void)
{
  static const guint8 seed_bytes[]
      = { 0x9d, 0x61, 0xb1, 0x9d, 0xef, 0xfd, 0x5a, 0x60, 0xba, 0x84, 0x4a,
          0xf4, 0x92, 0xec, 0x2c, 0xc4, 0x44, 0x49, 0xc5, 0x69, 0x7b, 0x32,
          0x69, 0x19, 0x70, 0x3b, 0xac, 0x03, 0x1c, 0xae, 0x7f, 0x60 };
  g_autoptr (HsSecretBytes) seed = hs_secret_bytes_new_copy (seed_bytes, sizeof seed_bytes);
  g_autofree char *jws = hs_jws_sign (TYP, seed, (const guint8 *)"", 0, NULL);
  HsPublicKey key;
  g_autofree char *text = NULL;
  char fingerprint[HS_PUBLIC_KEY_FINGERPRINT_BYTES];

  HS_ASSERT (hs_ed25519_get_public (seed, key.bytes, NULL));
  text = hs_public_key_dup_text (&key);
  HS_ASSERT_STR_EQ (text, "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo");
  HS_ASSERT_STR_EQ (hs_public_key_format_fingerprint (&key, fingerprint),
                    "sha256:21fe31dfa154a261626bf854046fd2271b7bed4b6abe45aa58877ef47f9721b9");
  HS_ASSERT_STR_EQ (
      jws,
      "eyJhbGciOiJFZERTQSIsImtpZCI6IklmNHgzNkZVb21FIiwidHlwIjoiaG9tZXNwb29sLWNvbW1hbmQrandzIn0.."
      "2GnPrIJrLT5sWKs3VFXwevEoDkHgKdp4QUiZc_A5kXXrYVyQ62HzhSTttaiJaa7edYNAQp3t5IBYFkG1EbwQDw");
}

static void
every_changed_character_is_seen (void)
{
  HsPublicKey key;
  g_autoptr (HsSecretBytes) seed = make_key (&key);
  g_autofree char *jws = sign (seed, TYP);

  for (gsize i = 0; jws[i] != '\0'; i++)
    {
      char kept = jws[i];
      g_autoptr (GBytes) payload = NULL;

      jws[i] = kept == 'A' ? 'B' : 'A';
      payload = hs_jws_verify (jws, TYP, &key, 1, 100, NULL, NULL);
      HS_ASSERT (payload == NULL);
      jws[i] = kept;
    }
}

static void
every_cut_and_every_tail_is_seen (void)
{
  HsPublicKey key;
  g_autoptr (HsSecretBytes) seed = make_key (&key);
  g_autofree char *jws = sign (seed, TYP);
  static const char *const tails[] = { ".", "A", "=", "\n", " ", ".e30", "." };

  for (gsize length = 0; length < strlen (jws); length++)
    {
      g_autofree char *cut = g_strndup (jws, length);
      refuse (cut, &key, 1, HS_ERROR_CORRUPT);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (tails); i++)
    {
      g_autofree char *longer = g_strconcat (jws, tails[i], NULL);
      g_autofree char *before = g_strconcat (tails[i], jws, NULL);
      refuse (longer, &key, 1, HS_ERROR_CORRUPT);
      refuse (before, &key, 1, HS_ERROR_CORRUPT);
    }
}

static void
a_signature_for_one_kind_serves_no_other (void)
{
  static const char *const typs[] = { HS_JWS_TYP_BUNDLE,
                                      HS_JWS_TYP_PRINTERS,
                                      HS_JWS_TYP_RELEASE_KEYS,
                                      HS_JWS_TYP_ENTITLEMENT,
                                      "JWT",
                                      "" };
  HsPublicKey key;
  g_autoptr (HsSecretBytes) seed = make_key (&key);

  for (gsize i = 0; i < G_N_ELEMENTS (typs); i++)
    {
      g_autofree char *jws = sign (seed, typs[i]);
      refuse (jws, &key, 1, HS_ERROR_CORRUPT);
      HS_ASSERT (hs_jws_peek_payload (jws, TYP, 100, NULL) == NULL);
    }
}

static void
every_other_header_is_refused_though_well_signed (void)
{
  HsPublicKey key;
  g_autoptr (HsSecretBytes) seed = make_key (&key);
  char kid[HS_PUBLIC_KEY_ID_TEXT_BYTES];
  static const char *const headers[] = {
    "{\"alg\":\"none\",\"kid\":\"%s\",\"typ\":\"" TYP "\"}",
    "{\"alg\":\"HS256\",\"kid\":\"%s\",\"typ\":\"" TYP "\"}",
    "{\"alg\":\"Ed25519\",\"kid\":\"%s\",\"typ\":\"" TYP "\"}",
    "{\"alg\":\"eddsa\",\"kid\":\"%s\",\"typ\":\"" TYP "\"}",
    "{\"alg\":\"EdDSA\",\"kid\":\"%s\",\"typ\":\"" TYP "\",\"b64\":false}",
    "{\"alg\":\"EdDSA\",\"crit\":[],\"kid\":\"%s\",\"typ\":\"" TYP "\"}",
    "{\"alg\":\"EdDSA\",\"jwk\":{},\"kid\":\"%s\",\"typ\":\"" TYP "\"}",
    "{\"alg\":\"EdDSA\",\"alg\":\"EdDSA\",\"kid\":\"%s\",\"typ\":\"" TYP "\"}",
    "{\"alg\":\"EdDSA\",\"typ\":\"" TYP "\",\"kid\":\"%s\"}",
    "{ \"alg\":\"EdDSA\",\"kid\":\"%s\",\"typ\":\"" TYP "\"}",
    "{\"alg\":\"EdDSA\",\"kid\":\"%s\",\"typ\":\"HOMESPOOL-COMMAND+JWS\"}",
    "{\"alg\":\"EdDSA\",\"kid\":\"%s\"}",
    "{\"alg\":\"EdDSA\",\"typ\":\"" TYP "\"}",
    "{}",
    "",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (headers); i++)
    {
      g_auto (GStrv) parts = g_strsplit (headers[i], "%s", 2);
      g_autofree char *header = g_strjoinv (hs_public_key_format_id (&key, kid), parts);
      g_autofree char *jws = sign_with_header (seed, header);
      refuse (jws, &key, 1, HS_ERROR_CORRUPT);
    }
}

static void
a_wrong_kid_is_a_stranger_whoever_signed (void)
{
  HsPublicKey key, other;
  g_autoptr (HsSecretBytes) seed = make_key (&key);
  g_autoptr (HsSecretBytes) other_seed = make_key (&other);
  char kid[HS_PUBLIC_KEY_ID_TEXT_BYTES];
  g_autofree char *header
      = g_strdup_printf ("{\"alg\":\"EdDSA\",\"kid\":\"%s\",\"typ\":\"" TYP "\"}",
                         hs_public_key_format_id (&other, kid));
  g_autofree char *signed_by_ours = sign_with_header (seed, header);
  g_autofree char *own_header
      = g_strdup_printf ("{\"alg\":\"EdDSA\",\"kid\":\"%s\",\"typ\":\"" TYP "\"}",
                         hs_public_key_format_id (&key, kid));
  g_autofree char *signed_by_other = sign_with_header (other_seed, own_header);

  refuse (signed_by_ours, &key, 1, HS_ERROR_DENIED);
  refuse (signed_by_other, &key, 1, HS_ERROR_CORRUPT);
}

static void
a_payload_beyond_the_limit_is_refused (void)
{
  HsPublicKey key;
  g_autoptr (HsSecretBytes) seed = make_key (&key);
  g_autofree char *text = g_strnfill (1000, 'a');
  g_autofree char *jws = hs_jws_sign (TYP, seed, (const guint8 *)text, 1000, NULL);
  g_autoptr (GBytes) fits = hs_jws_verify (jws, TYP, &key, 1, 1000, NULL, NULL);
  g_autoptr (GError) error = NULL;

  HS_ASSERT (fits != NULL);
  HS_ASSERT (hs_jws_verify (jws, TYP, &key, 1, 999, NULL, NULL) == NULL);
  HS_ASSERT (hs_jws_verify (jws, TYP, &key, 1, 100, NULL, &error) == NULL);
  HS_ASSERT_ERROR (error, HS_ERROR_NO_SPACE);
}

HS_SUITE ("JWS",
          { "what is signed is verified with its key", what_is_signed_is_verified_with_its_key },
          { "the known key has the known header and kid",
            the_known_key_has_the_known_header_and_kid },
          { "every changed character is seen", every_changed_character_is_seen },
          { "every cut and every tail is seen", every_cut_and_every_tail_is_seen },
          { "a signature for one kind serves no other", a_signature_for_one_kind_serves_no_other },
          { "every other header is refused though well signed",
            every_other_header_is_refused_though_well_signed },
          { "a wrong kid is a stranger, whoever signed", a_wrong_kid_is_a_stranger_whoever_signed },
          { "a payload beyond the limit is refused", a_payload_beyond_the_limit_is_refused })
