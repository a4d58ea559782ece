/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

#include "base/error.h"
#include "core/wire/command.h"
#include "core/wire/release_keys.h"
#include "support/suite.h"
#include "support/wire_cases.h"

#define U1 "\"00112233-4455-6677-8899-aabbccddeeff\""
#define U2 "\"00112233-4455-6677-8899-aabbccddee00\""
#define K1 "BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBA"

static const char good[]
    = "{\"device\":" U1 ",\"id\":" U2 ",\"job\":" U1 ",\"kind\":\"release\",\"life_s\":120,"
      "\"nonce\":\"AAECAwQFBgcICQoLDA0ODw\",\"printer\":" U2 "}";

static gboolean
decode (const char *bytes, gsize length, GError **error)
{
  g_autoptr (GBytes) payload = g_bytes_new (bytes, length);
  HsCommand command;

  return hs_command_decode (payload, &command, error);
}

static HsCommand
decode_text (const char *text)
{
  g_autoptr (GBytes) payload = g_bytes_new (text, strlen (text));
  g_autoptr (GError) error = NULL;
  HsCommand command = { { { 0 } } };

  HS_ASSERT (hs_command_decode (payload, &command, &error));
  return command;
}

static void
a_command_survives_the_wire (void)
{
  g_autoptr (GError) error = NULL;
  HsCommand command = decode_text (good);
  g_autoptr (GBytes) bytes = hs_command_encode (&command, &error);

  HS_ASSERT_NO_ERROR (error);
  HS_ASSERT_BYTES_EQ (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), good,
                      strlen (good));
  HS_ASSERT_INT_EQ (command.kind, HS_COMMAND_KIND_RELEASE);
  HS_ASSERT_INT_EQ (command.nonce[15], 15);
}

static void
what_every_decoder_must_refuse_is_refused (void)
{
  hs_wire_refuses_the_usual (good, NULL, decode);
}

static void
each_kind_has_its_arguments_and_there_is_no_other_kind (void)
{
  static const struct
  {
    const char *kind;
    gboolean job, printer;
  } kinds[] = { { "release", TRUE, TRUE },
                { "cancel", TRUE, FALSE },
                { "bundle", FALSE, FALSE },
                { "sign-out", FALSE, FALSE } };

  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    for (int job = 0; job < 2; job++)
      for (int printer = 0; printer < 2; printer++)
        {
          g_autofree char *kind = g_strdup_printf ("\"%s\"", kinds[i].kind);
          g_autofree char *a = hs_wire_with (good, "job", job ? U1 : "null");
          g_autofree char *b = hs_wire_with (a, "printer", printer ? U2 : "null");

          if (job == kinds[i].job && printer == kinds[i].printer)
            hs_wire_accepts_with (b, "kind", kind, decode);
          else
            hs_wire_refuses_with (b, "kind", kind, decode);
        }
  hs_wire_refuses_with (good, "kind", "\"Release\"", decode);
  hs_wire_refuses_with (good, "kind", "\"exec\"", decode);
}

static void
limits_end_where_they_say (void)
{
  hs_wire_accepts_with (good, "life_s", "1", decode);
  hs_wire_accepts_with (good, "life_s", "600", decode);
  hs_wire_refuses_with (good, "life_s", "0", decode);
  hs_wire_refuses_with (good, "life_s", "601", decode);
  hs_wire_refuses_with (good, "nonce", "\"AAECAwQFBgcICQoLDA0O\"", decode);
  hs_wire_refuses_with (good, "nonce", "\"AAECAwQFBgcICQoLDA0ODxA\"", decode);
  hs_wire_refuses_with (good, "id", "null", decode);
  hs_wire_refuses_with (good, "device", "null", decode);
}

static void
a_command_holds_for_its_poll_only (void)
{
  HsCommand command = decode_text (good);
  HsCommandPoll poll = { .device = command.device, .sent_boot_us = 1000 };
  const gint64 life_us = 120 * G_USEC_PER_SEC;
  g_autoptr (GError) error = NULL;

  memcpy (poll.nonce, command.nonce, sizeof poll.nonce);
  HS_ASSERT (hs_command_check (&command, &poll, 1000, &error));
  HS_ASSERT (hs_command_check (&command, &poll, 1000 + life_us, &error));
  HS_ASSERT (!hs_command_check (&command, &poll, 1001 + life_us, &error));
  HS_ASSERT_ERROR (error, HS_ERROR_EXPIRED);
  g_clear_error (&error);
  HS_ASSERT (!hs_command_check (&command, &poll, 999, &error));
  HS_ASSERT_ERROR (error, HS_ERROR_EXPIRED);
  g_clear_error (&error);
  for (gsize i = 0; i < sizeof poll.nonce; i++)
    {
      poll.nonce[i] ^= 0x80;
      HS_ASSERT (!hs_command_check (&command, &poll, 1000, &error));
      HS_ASSERT_ERROR (error, HS_ERROR_EXPIRED);
      g_clear_error (&error);
      poll.nonce[i] ^= 0x80;
    }
  poll.device.bytes[15] ^= 1;
  HS_ASSERT (!hs_command_check (&command, &poll, 1000, &error));
  HS_ASSERT_ERROR (error, HS_ERROR_DENIED);
}

/* ── the reply ───────────────────────────────────────────────────────────────────────────── */

static const char reply_text[] = "{\"commands\":[{\"jws\":\"a.b.c\",\"share\":\"" K1
                                 "\"},{\"jws\":\"d.e.f\",\"share\":null}]}";

static gboolean
decode_reply (const char *bytes, gsize length, GError **error)
{
  g_autoptr (GArray) gone = NULL;
  g_autoptr (GPtrArray) envelopes = hs_commands_decode (bytes, length, &gone, error);

  return envelopes != NULL;
}

static void
a_reply_carries_shares_beside_the_commands (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) gone = NULL;
  g_autoptr (GPtrArray) envelopes
      = hs_commands_decode (reply_text, strlen (reply_text), &gone, &error);
  g_autofree char *again = NULL;
  const HsCommandEnvelope *first, *second;

  HS_ASSERT_NO_ERROR (error);
  first = envelopes->pdata[0];
  second = envelopes->pdata[1];
  HS_ASSERT_STR_EQ (first->jws, "a.b.c");
  HS_ASSERT_INT_EQ (hs_secret_bytes_get_length (first->share), HS_COMMAND_SHARE_BYTES);
  HS_ASSERT (second->share == NULL);
  HS_ASSERT (gone == NULL);
  again = hs_commands_encode (envelopes, NULL);
  HS_ASSERT_STR_EQ (again, reply_text);
  hs_wire_refuses_the_usual (reply_text, NULL, decode_reply);
  hs_wire_accepts_with (reply_text, "commands", "[]", decode_reply);
}

static const char gone_text[]
    = "{\"commands\":[],\"gone\":[\"01234567-89ab-4def-8123-456789abcdef\"]}";

static void
a_reply_tells_which_permissions_are_gone (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) gone = NULL;
  g_autoptr (GArray) held = NULL;
  g_autoptr (GPtrArray) envelopes
      = hs_commands_decode (gone_text, strlen (gone_text), &gone, &error);
  g_autofree char *again = NULL;
  g_autofree char *header = NULL;

  HS_ASSERT_NO_ERROR (error);
  HS_ASSERT_INT_EQ (gone->len, 1);
  again = hs_commands_encode (envelopes, gone);
  HS_ASSERT_STR_EQ (again, gone_text);
  HS_ASSERT (!decode_reply ("{\"commands\":[],\"gone\":null}", 27, NULL));
  HS_ASSERT (!decode_reply ("{\"gone\":[]}", 11, NULL));
  const HsId same = g_array_index (gone, HsId, 0);
  g_array_append_val (gone, same);
  header = hs_commands_format_held (gone);
  HS_ASSERT_STR_EQ (header,
                    "01234567-89ab-4def-8123-456789abcdef,01234567-89ab-4def-8123-456789abcdef");
  held = hs_commands_parse_held (header, &error);
  HS_ASSERT_NO_ERROR (error);
  HS_ASSERT_INT_EQ (held->len, 2);
  g_array_set_size (gone, HS_COMMANDS_MAX_HELD + 1);
  g_autofree char *too_many = hs_commands_format_held (gone);
  HS_ASSERT (hs_commands_parse_held (too_many, &error) == NULL);
  HS_ASSERT_ERROR (error, HS_ERROR_INVALID);
}

static void
a_reply_has_at_most_64_commands (void)
{
  g_autofree char *full
      = hs_wire_list ("{\"jws\":\"a.b.c\",\"share\":null}", HS_COMMANDS_MAX_COMMANDS);
  g_autofree char *over
      = hs_wire_list ("{\"jws\":\"a.b.c\",\"share\":null}", HS_COMMANDS_MAX_COMMANDS + 1);

  hs_wire_accepts_with (reply_text, "commands", full, decode_reply);
  hs_wire_refuses_with (reply_text, "commands", over, decode_reply);
  hs_wire_refuses_with (reply_text, "commands.0.share", "\"AAAA\"", decode_reply);
}

/* ── release keys ────────────────────────────────────────────────────────────────────────── */

#define EPOCH(epoch, from, to)                                                                     \
  "{\"epoch\":" epoch ",\"not_after_us\":" to ",\"not_before_us\":" from ",\"public\":\"" K1 "\"}"

static const char keys_text[]
    = "{\"device\":" U1
      ",\"issued_us\":1000,\"keys\":[" EPOCH ("7", "100", "200") "," EPOCH ("8", "180", "300") "]}";

static HsReleaseKeys *
read_keys (const char *bytes, gsize length, GError **error)
{
  g_autoptr (GBytes) payload = g_bytes_new (bytes, length);

  return hs_release_keys_decode (payload, error);
}

static gboolean
decode_keys (const char *bytes, gsize length, GError **error)
{
  g_autoptr (HsReleaseKeys) keys = read_keys (bytes, length, error);

  return keys != NULL;
}

static void
release_keys_are_strict_and_rise (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HsReleaseKeys) keys = read_keys (keys_text, strlen (keys_text), &error);
  g_autoptr (GBytes) again = hs_release_keys_encode (keys, &error);

  HS_ASSERT_BYTES_EQ (g_bytes_get_data (again, NULL), g_bytes_get_size (again), keys_text,
                      strlen (keys_text));
  hs_wire_refuses_the_usual (keys_text, NULL, decode_keys);
  hs_wire_refuses_with (keys_text, "keys.1.epoch", "7", decode_keys);
  hs_wire_refuses_with (keys_text, "keys.0.epoch", "0", decode_keys);
  hs_wire_refuses_with (keys_text, "keys.0.not_after_us", "100", decode_keys);
  hs_wire_refuses_with (keys_text, "keys", "[]", decode_keys);
  hs_wire_accepts_with (keys_text, "keys",
                        "[" EPOCH ("1", "1", "2") "," EPOCH ("2", "1", "2") "," EPOCH (
                            "3", "1", "2") "," EPOCH ("4", "1", "2") "]",
                        decode_keys);
  hs_wire_refuses_with (keys_text, "keys",
                        "[" EPOCH ("1", "1", "2") "," EPOCH ("2", "1", "2") "," EPOCH (
                            "3", "1", "2") "," EPOCH ("4", "1", "2") "," EPOCH ("5", "1", "2") "]",
                        decode_keys);
}

static void
the_newest_valid_epoch_seals (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HsReleaseKeys) keys = read_keys (keys_text, strlen (keys_text), &error);

  HS_ASSERT (hs_release_keys_find (keys, 99) == NULL);
  HS_ASSERT_INT_EQ (hs_release_keys_find (keys, 100)->epoch, 7);
  HS_ASSERT_INT_EQ (hs_release_keys_find (keys, 179)->epoch, 7);
  HS_ASSERT_INT_EQ (hs_release_keys_find (keys, 180)->epoch, 8);
  HS_ASSERT_INT_EQ (hs_release_keys_find (keys, 299)->epoch, 8);
  HS_ASSERT (hs_release_keys_find (keys, 300) == NULL);
}

static void
release_keys_of_another_device_or_time_do_not_follow (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HsReleaseKeys) keys = read_keys (keys_text, strlen (keys_text), &error);
  g_autoptr (HsReleaseKeys) next = read_keys (keys_text, strlen (keys_text), &error);
  HsId device = keys->device;

  HS_ASSERT (hs_release_keys_check_successor (NULL, next, &device, &error));
  HS_ASSERT (hs_release_keys_check_successor (keys, next, &device, &error));
  next->issued_us--;
  HS_ASSERT (!hs_release_keys_check_successor (keys, next, &device, &error));
  HS_ASSERT_ERROR (error, HS_ERROR_REFUSED);
  g_clear_error (&error);
  next->issued_us += 2;
  next->n_keys = 1;
  HS_ASSERT (!hs_release_keys_check_successor (keys, next, &device, &error));
  HS_ASSERT_ERROR (error, HS_ERROR_REFUSED);
  g_clear_error (&error);
  device.bytes[0] ^= 1;
  HS_ASSERT (!hs_release_keys_check_successor (keys, keys, &device, &error));
  HS_ASSERT_ERROR (error, HS_ERROR_DENIED);
}

HS_SUITE ("commands",
          { "a command survives the wire", a_command_survives_the_wire },
          { "what every decoder must refuse is refused",
            what_every_decoder_must_refuse_is_refused },
          { "each kind has its arguments and there is no other kind",
            each_kind_has_its_arguments_and_there_is_no_other_kind },
          { "limits end where they say", limits_end_where_they_say },
          { "a command holds for its poll only", a_command_holds_for_its_poll_only },
          { "a reply carries shares beside the commands",
            a_reply_carries_shares_beside_the_commands },
          { "a reply tells which permissions are gone", a_reply_tells_which_permissions_are_gone },
          { "a reply has at most 64 commands", a_reply_has_at_most_64_commands },
          { "release keys are strict and rise", release_keys_are_strict_and_rise },
          { "the newest valid epoch seals", the_newest_valid_epoch_seals },
          { "release keys of another device or time do not follow",
            release_keys_of_another_device_or_time_do_not_follow })
