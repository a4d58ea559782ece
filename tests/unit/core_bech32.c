/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

#include "core/bech32.h"

#include "support/suite.h"

/* The recipient of age's own documentation: age-keygen prints the pair. */
static const char recipient[] = "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj";

static gssize
decode (const char *prefix, const char *text, guint8 *out, gsize capacity)
{
  return hs_bech32_decode (prefix, text, strlen (text), out, capacity);
}

static void
bip_173_examples_are_read (void)
{
  static const char *const valid[][2] = {
    { "A", "A12UEL5L" },
    { "a", "a12uel5l" },
    { "an83characterlonghumanreadablepartthatcontainsthenumber1andtheexcludedcharactersbio",
      "an83characterlonghumanreadablepartthatcontainsthenumber1andtheexcludedcharactersbio1tt5tg"
      "s" },
    { "abcdef", "abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw" },
  };
  guint8 out[64];

  for (gsize i = 0; i < G_N_ELEMENTS (valid); i++)
    HS_ASSERT (decode (valid[i][0], valid[i][1], out, sizeof out) >= 0);
}

static void
both_directions_agree_in_both_cases (void)
{
  guint8 bytes[40], back[40];
  static const char *const prefixes[] = { "age", "AGE-SECRET-KEY-" };

  for (guint i = 0; i < sizeof bytes; i++)
    bytes[i] = (guint8)(i * 37 + 5);
  for (guint p = 0; p < 2; p++)
    for (gsize length = 0; length <= 32; length++)
      {
        char text[HS_BECH32_MAX_CHARACTERS + 1];
        HS_ASSERT (hs_bech32_encode (prefixes[p], bytes, length, text, sizeof text));
        HS_ASSERT_INT_EQ (decode (prefixes[p], text, back, sizeof back), length);
        HS_ASSERT_BYTES_EQ (back, length, bytes, length);
      }
}

static void
an_age_recipient_is_read_and_written_the_same (void)
{
  guint8 key[32];
  char text[80];

  HS_ASSERT_INT_EQ (decode ("age", recipient, key, sizeof key), 32);
  HS_ASSERT (hs_bech32_encode ("age", key, sizeof key, text, sizeof text));
  HS_ASSERT_STR_EQ (text, recipient);
}

static void
every_changed_character_is_noticed (void)
{
  g_autofree char *text = g_strdup (recipient);
  guint8 key[32];

  for (gsize i = 0; i < strlen (text); i++)
    {
      char saved = text[i];
      for (char c = '!'; c <= '~'; c++)
        {
          if (c == saved)
            continue;
          text[i] = c;
          HS_ASSERT_INT_EQ (decode ("age", text, key, sizeof key), -1);
        }
      text[i] = saved;
    }
}

static void
malformed_texts_are_refused (void)
{
  guint8 out[64];
  g_autofree char *upper = g_ascii_strup (recipient, -1);
  static const char *const bad[] = {
    "", "age", "age1", "age1qqqqq", "A1G7SGD8", "10a06t8", "1qzzfhee", "a12UEL5L",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    HS_ASSERT_INT_EQ (decode ("age", bad[i], out, sizeof out), -1);
  HS_ASSERT_INT_EQ (decode ("a", "a12UEL5L", out, sizeof out), -1);
  HS_ASSERT_INT_EQ (decode ("a", "A12UEL5L", out, sizeof out), -1);
  HS_ASSERT_INT_EQ (decode ("age", upper, out, sizeof out), -1);
  HS_ASSERT_INT_EQ (decode ("ag", recipient, out, sizeof out), -1);
  HS_ASSERT_INT_EQ (decode ("age", recipient, out, 31), -1); /* does not fit */
  for (gsize length = 0; length < strlen (recipient); length++)
    HS_ASSERT_INT_EQ (hs_bech32_decode ("age", recipient, length, out, sizeof out), -1);
}

static void
ninety_characters_are_the_limit (void)
{
  guint8 bytes[60] = { 0 };
  char text[128];

  HS_ASSERT (hs_bech32_encode ("abc", bytes, 50, text, sizeof text));
  HS_ASSERT_INT_EQ (strlen (text), HS_BECH32_MAX_CHARACTERS);
  HS_ASSERT (!hs_bech32_encode ("abc", bytes, 51, text, sizeof text));
  HS_ASSERT (!hs_bech32_encode ("abc", bytes, 50, text, HS_BECH32_MAX_CHARACTERS));
  HS_ASSERT (hs_bech32_encode ("abc", bytes, 50, text, HS_BECH32_MAX_CHARACTERS + 1));
}

HS_SUITE ("bech32",
          { "the examples of BIP 173 are read", bip_173_examples_are_read },
          { "both directions agree in both cases", both_directions_agree_in_both_cases },
          { "an age recipient is read and written the same",
            an_age_recipient_is_read_and_written_the_same },
          { "every changed character is noticed", every_changed_character_is_noticed },
          { "malformed texts are refused", malformed_texts_are_refused },
          { "90 characters are the limit", ninety_characters_are_the_limit })
