/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

#include "crypto/aead.h"

#include "base/error.h"
#include "support/hex.h"
#include "support/suite.h"

static const char text[]
    = "Ladies and Gentlemen of the class of '99: If I could offer you only one "
      "tip for the future, sunscreen would be it.";
#define TEXT_BYTES (sizeof text - 1)

static HsAead *
make_aead (void)
{
  g_autoptr (HsSecretBytes) key = hs_secret_bytes_new (HS_AEAD_KEY_BYTES);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < HS_AEAD_KEY_BYTES; i++)
    hs_secret_bytes_get (key)[i] = (guint8)(0x80 + i);
  HsAead *aead = hs_aead_new (key, &error);
  HS_ASSERT_NO_ERROR (error);
  return aead;
}

static void
seal_text (HsAead *aead, guint8 nonce[12], guint8 associated[12], guint8 out[TEXT_BYTES + 16])
{
  g_autoptr (GError) error = NULL;

  hs_hex_fill ("070000004041424344454647", nonce, 12);
  hs_hex_fill ("50515253c0c1c2c3c4c5c6c7", associated, 12);
  (void)!hs_aead_seal (aead, nonce, associated, 12, (const guint8 *)text, TEXT_BYTES, out, &error);
  HS_ASSERT_NO_ERROR (error);
}

static void
seals_the_rfc_8439_example (void)
{
  g_autoptr (HsAead) aead = make_aead ();
  guint8 nonce[12], associated[12], out[TEXT_BYTES + 16], start[16], tag[16];

  seal_text (aead, nonce, associated, out);
  hs_hex_fill ("d31a8d34648e60db7b86afbc53ef7ec2", start, 16);
  hs_hex_fill ("1ae10b594f09e26a7e902ecbd0600691", tag, 16);
  HS_ASSERT_BYTES_EQ (out, 16, start, 16);
  HS_ASSERT_BYTES_EQ (out + TEXT_BYTES, 16, tag, 16);
}

static void
one_context_opens_many_messages_in_place (void)
{
  g_autoptr (HsAead) aead = make_aead ();
  guint8 nonce[12], associated[12], out[TEXT_BYTES + 16];
  g_autoptr (GError) error = NULL;

  for (guint round = 0; round < 3; round++)
    {
      seal_text (aead, nonce, associated, out);
      HS_ASSERT (hs_aead_open (aead, nonce, associated, 12, out, sizeof out, out, &error));
      HS_ASSERT_NO_ERROR (error);
      HS_ASSERT_BYTES_EQ (out, TEXT_BYTES, text, TEXT_BYTES);
    }
}

static void
every_changed_bit_is_noticed_and_nothing_is_given_out (void)
{
  g_autoptr (HsAead) aead = make_aead ();
  guint8 nonce[12], associated[12], sealed[TEXT_BYTES + 16], out[TEXT_BYTES];
  static const guint8 zero[TEXT_BYTES];

  seal_text (aead, nonce, associated, sealed);
  for (gsize bit = 0; bit < 8 * sizeof sealed; bit++)
    {
      g_autoptr (GError) error = NULL;
      sealed[bit / 8] ^= (guint8)(1 << bit % 8);
      memset (out, 0xee, sizeof out);
      HS_ASSERT (!hs_aead_open (aead, nonce, associated, 12, sealed, sizeof sealed, out, &error));
      HS_ASSERT_ERROR (error, HS_ERROR_CORRUPT);
      HS_ASSERT_BYTES_EQ (out, sizeof out, zero, sizeof zero);
      sealed[bit / 8] ^= (guint8)(1 << bit % 8);
    }
  g_autoptr (GError) error = NULL;
  HS_ASSERT (!hs_aead_open (aead, nonce, NULL, 0, sealed, sizeof sealed, out, &error));
  HS_ASSERT_ERROR (error, HS_ERROR_CORRUPT);
}

static void
bytes_shorter_than_a_tag_are_refused (void)
{
  g_autoptr (HsAead) aead = make_aead ();
  guint8 nonce[12] = { 0 }, sealed[16], out[1];

  for (gsize length = 0; length < HS_AEAD_TAG_BYTES; length++)
    {
      g_autoptr (GError) error = NULL;
      HS_ASSERT (!hs_aead_open (aead, nonce, NULL, 0, sealed, length, out, &error));
      HS_ASSERT_ERROR (error, HS_ERROR_CORRUPT);
    }
}

static void
an_empty_message_has_a_tag (void)
{
  g_autoptr (HsAead) aead = make_aead ();
  guint8 nonce[12] = { 0 }, sealed[16], out[1];
  g_autoptr (GError) error = NULL;

  HS_ASSERT (hs_aead_seal (aead, nonce, NULL, 0, NULL, 0, sealed, &error));
  HS_ASSERT (hs_aead_open (aead, nonce, NULL, 0, sealed, 16, out, &error));
  sealed[15] ^= 1;
  HS_ASSERT (!hs_aead_open (aead, nonce, NULL, 0, sealed, 16, out, &error));
  HS_ASSERT_ERROR (error, HS_ERROR_CORRUPT);
}

static void
limits_are_refused_one_beyond (void)
{
  g_autoptr (HsAead) aead = make_aead ();
  guint8 nonce[12] = { 0 };
  g_autofree guint8 *big = g_malloc0 (HS_AEAD_MESSAGE_MAX_BYTES + 1 + HS_AEAD_TAG_BYTES);
  g_autoptr (GError) error = NULL;

  HS_ASSERT (hs_aead_seal (aead, nonce, NULL, 0, big, HS_AEAD_MESSAGE_MAX_BYTES, big, &error));
  HS_ASSERT (!hs_aead_seal (aead, nonce, NULL, 0, big, HS_AEAD_MESSAGE_MAX_BYTES + 1, big, &error));
  HS_ASSERT_ERROR (error, HS_ERROR_INVALID);
  g_clear_error (&error);
  g_autoptr (HsSecretBytes) key = hs_secret_bytes_new (HS_AEAD_KEY_BYTES + 1);
  HS_ASSERT (hs_aead_new (key, &error) == NULL);
  HS_ASSERT_ERROR (error, HS_ERROR_INVALID);
}

HS_SUITE ("aead",
          { "seals the example of RFC 8439", seals_the_rfc_8439_example },
          { "one context opens many messages in place", one_context_opens_many_messages_in_place },
          { "every changed bit is noticed and nothing is given out",
            every_changed_bit_is_noticed_and_nothing_is_given_out },
          { "bytes shorter than a tag are refused", bytes_shorter_than_a_tag_are_refused },
          { "an empty message has a tag", an_empty_message_has_a_tag },
          { "limits are refused one beyond", limits_are_refused_one_beyond })
