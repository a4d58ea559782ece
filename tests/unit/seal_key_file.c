/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Key files, recipients, messages and streams of age. */

#include "seal/key_file.h"

#include "base/error.h"
#include "crypto/random.h"
#include "seal/age_cipher.h"
#include "seal/age_message.h"
#include "seal/age_reader.h"
#include "seal/age_writer.h"
#include "seal/stanza_x25519.h"
#include "support/suite.h"

static HsSecretBytes *
secret_text (const char *text)
{
  return hs_secret_bytes_new_copy ((const guint8 *)text, strlen (text));
}

static void
a_key_file_reads_back (void)
{
  guint8 public_key[32], parsed[32];
  char text[HS_RECIPIENT_TEXT_BYTES];
  g_autoptr (HsSecretBytes) key = hs_x25519_generate (public_key, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (HsSecretBytes) file = hs_key_file_format (key, &error);
  HS_ASSERT_NO_ERROR (error);
  g_autoptr (HsSecretBytes) back = hs_key_file_parse (file, &error);

  HS_ASSERT_NO_ERROR (error);
  HS_ASSERT (hs_secret_bytes_equal (key, back));
  HS_ASSERT (hs_recipient_parse (hs_recipient_format (public_key, text), parsed));
  HS_ASSERT_BYTES_EQ (parsed, 32, public_key, 32);
  HS_ASSERT (!hs_recipient_parse ("age1", parsed));
  HS_ASSERT (!hs_recipient_parse ("", parsed));
}

static void
a_key_file_holds_exactly_one_key (void)
{
  g_autoptr (HsSecretBytes) key = hs_secret_bytes_new (32);
  g_autoptr (HsSecretBytes) file = hs_key_file_format (key, NULL);
  g_autofree char *good
      = g_strndup ((const char *)hs_secret_bytes_peek (file), hs_secret_bytes_get_length (file));
  g_autofree char *twice = g_strconcat (good, good, NULL);
  g_autofree char *windows = g_strconcat ("# a comment\r\n\r\n", strstr (good, "AGE-"), NULL);
  g_autofree char *noise = g_strconcat (good, "ssh-ed25519 AAAA\n", NULL);
  g_autofree char *padding = g_strnfill (HS_KEY_FILE_MAX_BYTES, '#');
  g_autofree char *too_long = g_strconcat (good, padding, NULL);
  struct
  {
    const char *text;
    gboolean valid;
  } cases[] = { { good, TRUE },
                { windows, TRUE },
                { twice, FALSE },
                { noise, FALSE },
                { "\n", FALSE },
                { too_long, FALSE },
                { "# only a comment", FALSE } };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (HsSecretBytes) text = secret_text (cases[i].text);
      g_autoptr (GError) error = NULL;
      g_autoptr (HsSecretBytes) parsed = hs_key_file_parse (text, &error);
      HS_ASSERT_INT_EQ (parsed != NULL, cases[i].valid);
      if (!cases[i].valid)
        HS_ASSERT_ERROR (error, HS_ERROR_INVALID);
    }
}

static void
an_envelope_opens_with_the_right_pin_only (void)
{
  guint8 public_key[32];
  g_autoptr (HsSecretBytes) key = hs_x25519_generate (public_key, NULL);
  g_autoptr (HsSecretBytes) pepper = hs_secret_bytes_new (32), pin = secret_text ("4711");
  g_autoptr (HsSecretBytes) wrong_pin = secret_text ("4712");
  HsId identity = { { 9 } };
  g_autoptr (GError) error = NULL;
  g_autoptr (HsSecretBytes) phrase = hs_key_file_derive_passphrase (pepper, &identity, pin, &error);
  HS_ASSERT_NO_ERROR (error);
  g_autoptr (HsSecretBytes) wrong
      = hs_key_file_derive_passphrase (pepper, &identity, wrong_pin, &error);
  HS_ASSERT_INT_EQ (hs_secret_bytes_get_length (phrase), 43);
  HS_ASSERT (!hs_secret_bytes_equal (phrase, wrong));
  g_autoptr (GBytes) envelope = hs_key_file_seal (key, phrase, &error);
  HS_ASSERT_NO_ERROR (error);
  g_autoptr (HsSecretBytes) opened = hs_key_file_open (envelope, phrase, &error);
  HS_ASSERT_NO_ERROR (error);
  HS_ASSERT (hs_secret_bytes_equal (key, opened));
  HS_ASSERT (hs_key_file_open (envelope, wrong, &error) == NULL);
  HS_ASSERT_ERROR (error, HS_ERROR_REFUSED);
}

static void
a_passphrase_depends_on_pepper_identity_and_pin (void)
{
  HsId identity = { { 9 } }, other_identity = { { 8 } };
  g_autoptr (HsSecretBytes) pepper = hs_secret_bytes_new (32), other = hs_secret_bytes_new (32);
  g_autoptr (HsSecretBytes) pin = secret_text ("4711");
  g_autoptr (HsSecretBytes) longest = hs_secret_bytes_new (256);
  g_autoptr (HsSecretBytes) too_long = hs_secret_bytes_new (257);
  g_autoptr (GError) error = NULL;

  hs_secret_bytes_get (other)[31] = 1;
  g_autoptr (HsSecretBytes) one = hs_key_file_derive_passphrase (pepper, &identity, pin, NULL);
  g_autoptr (HsSecretBytes) two = hs_key_file_derive_passphrase (other, &identity, pin, NULL);
  g_autoptr (HsSecretBytes) three
      = hs_key_file_derive_passphrase (pepper, &other_identity, pin, NULL);
  g_autoptr (HsSecretBytes) four = hs_key_file_derive_passphrase (pepper, &identity, longest, NULL);
  HS_ASSERT (!hs_secret_bytes_equal (one, two) && !hs_secret_bytes_equal (one, three));
  HS_ASSERT (four != NULL);
  HS_ASSERT (hs_key_file_derive_passphrase (pepper, &identity, too_long, &error) == NULL);
  HS_ASSERT_ERROR (error, HS_ERROR_INVALID);
  g_clear_error (&error);
  HS_ASSERT (hs_key_file_derive_passphrase (pin, &identity, pin, &error) == NULL);
  HS_ASSERT_ERROR (error, HS_ERROR_INVALID);
}

/* How many of all PINs of four digits open @sealed with @pepper; *found is the last of them. */
static guint
try_all_pins (GBytes *sealed, const HsSecretBytes *pepper, const HsId *identity, guint *found)
{
  gsize length;
  const guint8 *bytes = g_bytes_get_data (sealed, &length);
  guint hits = 0;

  for (guint i = 0; i < 10000; i++)
    {
      g_autofree char *text = g_strdup_printf ("%04u", i);
      g_autoptr (HsSecretBytes) pin = secret_text (text);
      g_autoptr (HsSecretBytes) phrase
          = hs_key_file_derive_passphrase (pepper, identity, pin, NULL);
      g_autoptr (HsSecretBytes) plain
          = hs_age_message_open_passphrase (bytes, length, phrase, NULL);
      if (plain == NULL)
        continue;
      *found = i;
      hits++;
    }
  return hits;
}

/* Sealed cheaply, so that all can be tried: with the real work factor each try takes a second more,
 * but what keeps a stolen disk closed is the pepper. */
static void
a_stolen_envelope_gives_no_pin_without_the_pepper (void)
{
  g_autoptr (HsSecretBytes) pepper = hs_random_secret (32, NULL);
  g_autoptr (HsSecretBytes) zero = hs_secret_bytes_new (32);
  g_autoptr (HsSecretBytes) machine_secret = hs_random_secret (32, NULL);
  g_autoptr (HsSecretBytes) pin = secret_text ("7319");
  const HsId identity = { { 9 } };
  g_autoptr (HsSecretBytes) phrase = hs_key_file_derive_passphrase (pepper, &identity, pin, NULL);
  g_autoptr (GBytes) sealed
      = hs_age_message_seal_passphrase (phrase, 1, (const guint8 *)"key", 3, NULL);
  guint found = 0;

  HS_ASSERT_INT_EQ (try_all_pins (sealed, zero, &identity, &found), 0);
  HS_ASSERT_INT_EQ (try_all_pins (sealed, machine_secret, &identity, &found), 0);
  HS_ASSERT_INT_EQ (try_all_pins (sealed, pepper, &identity, &found), 1);
  HS_ASSERT_INT_EQ (found, 7319);
}

static void
messages_have_limits (void)
{
  guint8 public_key[32];
  g_autoptr (HsSecretBytes) key = hs_x25519_generate (public_key, NULL);
  g_autofree guint8 *plain = g_malloc0 (HS_AGE_MESSAGE_MAX_BYTES + 1);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) most
      = hs_age_message_seal (public_key, plain, HS_AGE_MESSAGE_MAX_BYTES, &error);
  HS_ASSERT_NO_ERROR (error);
  gsize length;
  const guint8 *bytes = g_bytes_get_data (most, &length);
  g_autoptr (HsSecretBytes) opened = hs_age_message_open (bytes, length, key, &error);
  HS_ASSERT_NO_ERROR (error);
  HS_ASSERT_INT_EQ (hs_secret_bytes_get_length (opened), HS_AGE_MESSAGE_MAX_BYTES);
  HS_ASSERT (hs_age_message_seal (public_key, plain, HS_AGE_MESSAGE_MAX_BYTES + 1, &error) == NULL);
  HS_ASSERT_ERROR (error, HS_ERROR_INVALID);
  g_clear_error (&error);
  g_autoptr (HsSecretBytes) phrase = secret_text ("phrase");
  HS_ASSERT (hs_age_message_seal_passphrase (phrase, 19, plain, 1, &error) == NULL);
  HS_ASSERT_ERROR (error, HS_ERROR_INVALID);
  g_clear_error (&error);
  g_autoptr (GBytes) empty = hs_age_message_seal (public_key, plain, 0, &error);
  bytes = g_bytes_get_data (empty, &length);
  HS_ASSERT (hs_age_message_open (bytes, length, key, &error) == NULL);
  HS_ASSERT_ERROR (error, HS_ERROR_CORRUPT);
}

/* A message of one byte more than fits, written as a stream. */
static void
a_longer_message_of_a_stranger_is_refused (void)
{
  guint8 public_key[32];
  g_autoptr (HsSecretBytes) key = hs_x25519_generate (public_key, NULL);
  g_autoptr (HsSecretBytes) file_key = hs_age_file_key_new (NULL);
  g_autoptr (HsAgeStanza) stanza = hs_stanza_x25519_wrap (public_key, file_key, NULL);
  const HsAgeStanza *stanzas[] = { stanza };
  g_autoptr (GBytes) header = hs_age_header_seal (stanzas, 1, file_key, NULL);
  g_autoptr (GOutputStream) out = g_memory_output_stream_new_resizable ();
  g_autoptr (HsAgeWriter) writer = hs_age_writer_new (out, header, file_key, NULL);
  g_autofree guint8 *plain = g_malloc0 (HS_AGE_MESSAGE_MAX_BYTES + 1);
  g_autoptr (GError) error = NULL;

  HS_ASSERT (hs_age_writer_write (writer, plain, HS_AGE_MESSAGE_MAX_BYTES + 1, &error));
  HS_ASSERT (hs_age_writer_finish (writer, &error));
  HS_ASSERT (!hs_age_writer_write (writer, plain, 1, &error));
  HS_ASSERT_ERROR (error, HS_ERROR_INTERNAL);
  g_clear_error (&error);
  HS_ASSERT (hs_age_message_open (
                 g_memory_output_stream_get_data (G_MEMORY_OUTPUT_STREAM (out)),
                 g_memory_output_stream_get_data_size (G_MEMORY_OUTPUT_STREAM (out)), key, &error)
             == NULL);
  HS_ASSERT_ERROR (error, HS_ERROR_CORRUPT);
}

static void
a_full_output_ends_the_writing (void)
{
  guint8 public_key[32];
  g_autoptr (HsSecretBytes) key = hs_x25519_generate (public_key, NULL);
  g_autoptr (HsSecretBytes) file_key = hs_age_file_key_new (NULL);
  g_autoptr (HsAgeStanza) stanza = hs_stanza_x25519_wrap (public_key, file_key, NULL);
  const HsAgeStanza *stanzas[] = { stanza };
  g_autoptr (GBytes) header = hs_age_header_seal (stanzas, 1, file_key, NULL);
  g_autofree guint8 *space = g_malloc (70000);
  g_autoptr (GOutputStream) out = g_memory_output_stream_new (space, 70000, NULL, NULL);
  g_autoptr (HsAgeWriter) writer = hs_age_writer_new (out, header, file_key, NULL);
  g_autofree guint8 *plain = g_malloc0 (200000);
  g_autoptr (GError) error = NULL;

  HS_ASSERT (key != NULL);
  HS_ASSERT (!hs_age_writer_write (writer, plain, 200000, &error));
  HS_ASSERT_ERROR (error, HS_ERROR_NO_SPACE);
  g_clear_error (&error);
  HS_ASSERT (!hs_age_writer_finish (writer, &error));
  HS_ASSERT_ERROR (error, HS_ERROR_INTERNAL);
}

HS_SUITE ("key files",
          { "a key file reads back", a_key_file_reads_back },
          { "a key file holds exactly one key", a_key_file_holds_exactly_one_key },
          { "an envelope opens with the right PIN only",
            an_envelope_opens_with_the_right_pin_only },
          { "a stolen envelope gives no PIN without the pepper",
            a_stolen_envelope_gives_no_pin_without_the_pepper },
          { "a passphrase depends on pepper, identity and PIN",
            a_passphrase_depends_on_pepper_identity_and_pin },
          { "messages have limits", messages_have_limits },
          { "a longer message of a stranger is refused",
            a_longer_message_of_a_stranger_is_refused },
          { "a full output ends the writing", a_full_output_ends_the_writing })
