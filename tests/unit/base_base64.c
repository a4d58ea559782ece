/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

#include "base/base64.h"
#include "support/suite.h"

static void
rfc_4648_vectors_come_out_without_padding (void)
{
  static const char *const pairs[][2]
      = { { "", "" },           { "f", "Zg" },          { "fo", "Zm8" },         { "foo", "Zm9v" },
          { "foob", "Zm9vYg" }, { "fooba", "Zm9vYmE" }, { "foobar", "Zm9vYmFy" } };

  for (gsize i = 0; i < G_N_ELEMENTS (pairs); i++)
    {
      g_autofree char *text = hs_base64_encode (HS_BASE64_STANDARD, (const guint8 *)pairs[i][0],
                                                strlen (pairs[i][0]));
      HS_ASSERT_STR_EQ (text, pairs[i][1]);
      guint8 back[16];
      gssize length = hs_base64_decode (HS_BASE64_STANDARD, text, strlen (text), back, sizeof back);
      HS_ASSERT_BYTES_EQ (back, (gsize)length, pairs[i][0], strlen (pairs[i][0]));
    }
}

static void
text_that_is_not_canonical_is_refused (void)
{
  static const char *const bad[] = { "Zg==", "Zh", "Zm9=", "Zm 8", "Z", "Zm9v\n", "Zm8_", "é" };
  guint8 out[16];

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    HS_ASSERT_INT_EQ (
        hs_base64_decode (HS_BASE64_STANDARD, bad[i], strlen (bad[i]), out, sizeof out), -1);
}

static void
the_two_alphabets_do_not_mix (void)
{
  static const guint8 bytes[] = { 0xfb, 0xff, 0xfe };
  guint8 out[3];
  g_autofree char *standard = hs_base64_encode (HS_BASE64_STANDARD, bytes, sizeof bytes);
  g_autofree char *url = hs_base64_encode (HS_BASE64_URL, bytes, sizeof bytes);

  HS_ASSERT_STR_EQ (standard, "+//+");
  HS_ASSERT_STR_EQ (url, "-__-");
  HS_ASSERT_INT_EQ (hs_base64_decode (HS_BASE64_URL, standard, 4, out, 3), -1);
  HS_ASSERT_INT_EQ (hs_base64_decode (HS_BASE64_STANDARD, url, 4, out, 3), -1);
}

static void
a_text_longer_than_the_room_is_refused (void)
{
  guint8 out[2];
  HS_ASSERT_INT_EQ (hs_base64_decode (HS_BASE64_STANDARD, "Zm9v", 4, out, sizeof out), -1);
}

static void
bytes_of_any_length_come_back (void)
{
  guint8 bytes[70];

  for (gsize i = 0; i < sizeof bytes; i++)
    bytes[i] = (guint8)(i * 37);
  for (gsize length = 0; length <= sizeof bytes; length++)
    {
      g_autofree char *text = hs_base64_encode (HS_BASE64_URL, bytes, length);
      g_autoptr (GBytes) back = hs_base64_decode_bytes (HS_BASE64_URL, text);

      HS_ASSERT_INT_EQ (strlen (text), hs_base64_encoded_length (length));
      HS_ASSERT_BYTES_EQ (g_bytes_get_data (back, NULL), g_bytes_get_size (back), bytes, length);
    }
  HS_ASSERT (hs_base64_decode_bytes (HS_BASE64_URL, "Zg==") == NULL);
  HS_ASSERT (hs_base64_decode_bytes (HS_BASE64_URL, "+/+/") == NULL);
}

HS_SUITE ("base64",
          { "RFC 4648 vectors come out without padding",
            rfc_4648_vectors_come_out_without_padding },
          { "text that is not canonical is refused", text_that_is_not_canonical_is_refused },
          { "the two alphabets do not mix", the_two_alphabets_do_not_mix },
          { "a text longer than the room is refused", a_text_longer_than_the_room_is_refused },
          { "bytes of any length come back", bytes_of_any_length_come_back })
