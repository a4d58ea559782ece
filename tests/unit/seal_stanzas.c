/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Stanzas that are malformed, changed, doubled or for somebody else. */

#include "base/error.h"
#include "crypto/x25519.h"
#include "seal/age_cipher.h"
#include "seal/stanza_release.h"
#include "seal/stanza_scrypt.h"
#include "seal/stanza_x25519.h"
#include "support/suite.h"

#define WORK 1 /* scrypt's log N: as little as it can be */

static const guint8 nothing[64];
static HsSecretBytes *file_key;
static HsSecretBytes *owner;
static guint8 owner_public[32];
static HsSecretBytes *passphrase;
static HsStanzaReleaseKeys release;
static HsSecretBytes *e_private;
static HsSecretBytes *found;

static void
set_up (void)
{
  file_key = hs_age_file_key_new (NULL);
  owner = hs_x25519_generate (owner_public, NULL);
  passphrase = hs_secret_bytes_new_copy ((const guint8 *)"correct horse", 13);
  memset (&release.context, 1, sizeof release.context);
  hs_secret_bytes_free (hs_x25519_generate (release.context.s_public, NULL));
  e_private = hs_x25519_generate (release.context.e_public, NULL);
  release.share = hs_secret_bytes_new (32);
  release.machine_secret = hs_secret_bytes_new (32);
  release.machine_generation = 7;
}

static void
tear_down (void)
{
  g_clear_pointer (&file_key, hs_secret_bytes_free);
  g_clear_pointer (&owner, hs_secret_bytes_free);
  g_clear_pointer (&passphrase, hs_secret_bytes_free);
  g_clear_pointer (&e_private, hs_secret_bytes_free);
  g_clear_pointer (&found, hs_secret_bytes_free);
  hs_secret_bytes_free ((HsSecretBytes *)release.share);
  hs_secret_bytes_free ((HsSecretBytes *)release.machine_secret);
}

/* A header of these stanzas, which are freed. */
static HsAgeHeader *
make_header (HsAgeStanza *first, HsAgeStanza *second)
{
  const HsAgeStanza *stanzas[] = { first, second };
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = hs_age_header_seal (stanzas, second == NULL ? 1 : 2, file_key, &error);
  HsAgeHeader *header = NULL;

  HS_ASSERT_NO_ERROR (error);
  HS_ASSERT_INT_EQ (hs_age_header_decode (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes),
                                          &header, &error),
                    HS_AGE_HEADER_COMPLETE);
  hs_age_stanza_free (first);
  hs_age_stanza_free (second);
  return header;
}

/* The outcome of opening with what belongs to the type of the first stanza. */
static HsStanzaOutcome
open_with_ours (HsAgeStanza *first, HsAgeStanza *second, GError **error)
{
  g_autofree char *type = g_strdup (hs_age_stanza_get_type (first));
  g_autoptr (HsAgeHeader) header = make_header (first, second);

  g_clear_pointer (&found, hs_secret_bytes_free);
  if (g_str_equal (type, HS_STANZA_X25519))
    return hs_stanza_x25519_unwrap (header, owner, &found, error);
  if (g_str_equal (type, HS_STANZA_SCRYPT))
    return hs_stanza_scrypt_unwrap (header, passphrase, &found, error);
  return hs_stanza_release_unwrap (header, &release, &found, error);
}

static void
expect_corrupt_pair (HsAgeStanza *first, HsAgeStanza *second)
{
  g_autoptr (GError) error = NULL;

  HS_ASSERT_INT_EQ (open_with_ours (first, second, &error), HS_STANZA_FAILED);
  HS_ASSERT_ERROR (error, HS_ERROR_CORRUPT);
  HS_ASSERT (found == NULL);
}

static void
expect_corrupt (HsAgeStanza *stanza)
{
  expect_corrupt_pair (stanza, NULL);
}

static void
expect_not_mine (HsAgeStanza *stanza)
{
  g_autoptr (GError) error = NULL;

  HS_ASSERT_INT_EQ (open_with_ours (stanza, NULL, &error), HS_STANZA_NOT_MINE);
  HS_ASSERT_NO_ERROR (error);
  HS_ASSERT (found == NULL);
}

/* Zeros in base64, of so many bytes. */
#define ARGUMENT_OF_16 "AAAAAAAAAAAAAAAAAAAAAA"
#define ARGUMENT_OF_32 "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
#define ARGUMENT_OF_31 "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

/* ── X25519 ────────────────────────────────────────────────────────────────────────────────── */

static void
an_owners_stanza_opens_and_another_owners_does_not (void)
{
  g_autoptr (HsSecretBytes) stranger = NULL;
  guint8 stranger_public[32];
  g_autoptr (GError) error = NULL;

  HS_ASSERT_INT_EQ (
      open_with_ours (hs_stanza_x25519_wrap (owner_public, file_key, NULL), NULL, &error),
      HS_STANZA_OPENED);
  HS_ASSERT_BYTES_EQ (hs_secret_bytes_peek (found), HS_AGE_FILE_KEY_BYTES,
                      hs_secret_bytes_peek (file_key), HS_AGE_FILE_KEY_BYTES);
  stranger = hs_x25519_generate (stranger_public, NULL);
  expect_not_mine (hs_stanza_x25519_wrap (stranger_public, file_key, NULL));
}

static void
the_second_of_two_owners_is_found (void)
{
  g_autoptr (HsSecretBytes) stranger = NULL;
  guint8 stranger_public[32];
  g_autoptr (GError) error = NULL;

  stranger = hs_x25519_generate (stranger_public, NULL);
  HS_ASSERT_INT_EQ (open_with_ours (hs_stanza_x25519_wrap (stranger_public, file_key, NULL),
                                    hs_stanza_x25519_wrap (owner_public, file_key, NULL), &error),
                    HS_STANZA_OPENED);
}

static void
malformed_owner_stanzas_are_corrupt (void)
{
  expect_corrupt (hs_age_stanza_new (nothing, 32, HS_STANZA_X25519, NULL));
  expect_corrupt (hs_age_stanza_new (nothing, 32, HS_STANZA_X25519, ARGUMENT_OF_31, NULL));
  expect_corrupt (
      hs_age_stanza_new (nothing, 32, HS_STANZA_X25519, ARGUMENT_OF_32, ARGUMENT_OF_32, NULL));
  expect_corrupt (hs_age_stanza_new (nothing, 31, HS_STANZA_X25519, ARGUMENT_OF_32, NULL));
  expect_corrupt (hs_age_stanza_new (nothing, 48, HS_STANZA_X25519, ARGUMENT_OF_32, NULL));
}

static void
a_point_of_small_order_is_corrupt (void)
{
  expect_corrupt (hs_age_stanza_new (nothing, 32, HS_STANZA_X25519, ARGUMENT_OF_32, NULL));
}

static void
a_recipient_of_small_order_gets_no_stanza (void)
{
  g_autoptr (GError) error = NULL;

  HS_ASSERT (hs_stanza_x25519_wrap (nothing, file_key, &error) == NULL);
  HS_ASSERT_ERROR (error, HS_ERROR_INVALID);
}

static void
a_short_key_opens_nothing (void)
{
  g_autoptr (HsSecretBytes) key = hs_secret_bytes_new (31);
  g_autoptr (HsAgeHeader) header
      = make_header (hs_stanza_x25519_wrap (owner_public, file_key, NULL), NULL);
  g_autoptr (GError) error = NULL;

  HS_ASSERT_INT_EQ (hs_stanza_x25519_unwrap (header, key, &found, &error), HS_STANZA_FAILED);
  HS_ASSERT_ERROR (error, HS_ERROR_INVALID);
}

/* ── scrypt ────────────────────────────────────────────────────────────────────────────────── */

static void
the_passphrase_opens_and_another_does_not (void)
{
  g_autoptr (HsSecretBytes) other = hs_secret_bytes_new_copy ((const guint8 *)"wrong horse", 11);
  g_autoptr (GError) error = NULL;

  HS_ASSERT_INT_EQ (
      open_with_ours (hs_stanza_scrypt_wrap (passphrase, WORK, file_key, NULL), NULL, &error),
      HS_STANZA_OPENED);
  expect_not_mine (hs_stanza_scrypt_wrap (other, WORK, file_key, NULL));
}

static void
a_passphrase_is_not_mixed_with_recipients (void)
{
  expect_corrupt_pair (hs_stanza_scrypt_wrap (passphrase, WORK, file_key, NULL),
                       hs_stanza_x25519_wrap (owner_public, file_key, NULL));
}

static void
malformed_passphrase_stanzas_are_corrupt (void)
{
  expect_corrupt (hs_age_stanza_new (nothing, 32, HS_STANZA_SCRYPT, ARGUMENT_OF_16, NULL));
  expect_corrupt (hs_age_stanza_new (nothing, 32, HS_STANZA_SCRYPT, ARGUMENT_OF_32, "1", NULL));
  expect_corrupt (
      hs_age_stanza_new (nothing, 32, HS_STANZA_SCRYPT, ARGUMENT_OF_16, "1", "1", NULL));
  expect_corrupt (hs_age_stanza_new (nothing, 31, HS_STANZA_SCRYPT, ARGUMENT_OF_16, "1", NULL));
}

/* A hostile file must not cost more than the cap, whatever way it writes the number. */
static void
work_factors_beyond_the_cap_cost_nothing (void)
{
  static const char *const factors[] = { "0", "01", "19", "99", "100", "1x", "+1", "-1" };
  g_autoptr (GError) error = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (factors); i++)
    expect_corrupt (
        hs_age_stanza_new (nothing, 32, HS_STANZA_SCRYPT, ARGUMENT_OF_16, factors[i], NULL));
  HS_ASSERT (hs_stanza_scrypt_wrap (passphrase, HS_STANZA_SCRYPT_LOG_N_MAX + 1, file_key, &error)
             == NULL);
  HS_ASSERT_ERROR (error, HS_ERROR_INVALID);
}

/* ── release ───────────────────────────────────────────────────────────────────────────────── */

static char *
dup_argument (const guint8 *bytes, gsize length)
{
  char *text = g_base64_encode (bytes, length);

  text[strcspn (text, "=")] = '\0';
  return text;
}

/* A stanza with the right names, whose body is nothing that the keys could have made. */
static HsAgeStanza *
make_release (const guint8 *e_public, const char *generation, gsize body_length)
{
  guint8 key_id[HS_RELEASE_KEY_ID_BYTES];
  g_autofree char *e_text = dup_argument (e_public, 32);
  g_autofree char *id_text = NULL;

  hs_release_share_get_key_id (release.context.s_public, key_id);
  id_text = dup_argument (key_id, sizeof key_id);
  return hs_age_stanza_new (nothing, body_length, HS_STANZA_RELEASE, e_text, id_text, generation,
                            NULL);
}

static void
malformed_release_stanzas_are_corrupt (void)
{
  static const char *const generations[] = { "0", "07", "-7", "+7", "7x", "4294967296" };

  expect_corrupt (hs_age_stanza_new (nothing, 32, HS_STANZA_RELEASE, NULL));
  expect_corrupt (
      hs_age_stanza_new (nothing, 32, HS_STANZA_RELEASE, ARGUMENT_OF_31, "AAAA", "7", NULL));
  for (gsize i = 0; i < G_N_ELEMENTS (generations); i++)
    expect_corrupt (make_release (release.context.e_public, generations[i], 32));
}

static void
a_release_stanza_for_other_keys_is_not_mine (void)
{
  expect_not_mine (make_release (release.context.e_public, "8", 32));
}

static void
a_release_stanza_of_another_job_is_corrupt (void)
{
  expect_corrupt (make_release (nothing, "7", 32));
}

static void
two_release_stanzas_are_corrupt (void)
{
  expect_corrupt_pair (make_release (release.context.e_public, "7", 32),
                       make_release (release.context.e_public, "8", 32));
}

static void
a_release_stanza_that_does_not_fit_its_keys_is_corrupt (void)
{
  expect_corrupt (make_release (release.context.e_public, "7", 32));
  expect_corrupt (make_release (release.context.e_public, "7", 33));
}

static void
a_share_of_a_wrong_length_is_refused (void)
{
  g_autoptr (GError) error = NULL;

  hs_secret_bytes_free ((HsSecretBytes *)release.share);
  release.share = hs_secret_bytes_new (31);
  HS_ASSERT_INT_EQ (open_with_ours (make_release (release.context.e_public, "7", 32), NULL, &error),
                    HS_STANZA_FAILED);
  HS_ASSERT_ERROR (error, HS_ERROR_INVALID);
}

HS_SUITE_WITH (
    "stanzas",
    set_up,
    tear_down,
    { "an owner's stanza opens, another owner's does not",
      an_owners_stanza_opens_and_another_owners_does_not },
    { "the second of two owners is found", the_second_of_two_owners_is_found },
    { "malformed owner stanzas are corrupt", malformed_owner_stanzas_are_corrupt },
    { "a point of small order is corrupt", a_point_of_small_order_is_corrupt },
    { "a recipient of small order gets no stanza", a_recipient_of_small_order_gets_no_stanza },
    { "a short key opens nothing", a_short_key_opens_nothing },
    { "the passphrase opens, another does not", the_passphrase_opens_and_another_does_not },
    { "a passphrase is not mixed with recipients", a_passphrase_is_not_mixed_with_recipients },
    { "malformed passphrase stanzas are corrupt", malformed_passphrase_stanzas_are_corrupt },
    { "work factors beyond the cap cost nothing", work_factors_beyond_the_cap_cost_nothing },
    { "malformed release stanzas are corrupt", malformed_release_stanzas_are_corrupt },
    { "a release stanza for other keys is not mine", a_release_stanza_for_other_keys_is_not_mine },
    { "a release stanza of another job is corrupt", a_release_stanza_of_another_job_is_corrupt },
    { "two release stanzas are corrupt", two_release_stanzas_are_corrupt },
    { "a release stanza that does not fit its keys is corrupt",
      a_release_stanza_that_does_not_fit_its_keys_is_corrupt },
    { "a share of a wrong length is refused", a_share_of_a_wrong_length_is_refused })
