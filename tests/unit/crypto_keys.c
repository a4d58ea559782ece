/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* x25519, ed25519, random and the release share. */

#include "base/error.h"
#include "crypto/ed25519.h"
#include "crypto/random.h"
#include "crypto/release_share.h"
#include "crypto/x25519.h"
#include "support/hex.h"
#include "support/suite.h"

static HsSecretBytes *
secret_from_hex (const char *digits)
{
  g_autoptr (GBytes) bytes = hs_hex_bytes (digits);

  return hs_secret_bytes_new_copy (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

static void
x25519_gives_the_rfc_7748_example (void)
{
  g_autoptr (HsSecretBytes) bob
      = secret_from_hex ("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb");
  g_autoptr (HsSecretBytes) expected
      = secret_from_hex ("4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742");
  guint8 alice[32], bob_public[32], bob_expected[32];
  g_autoptr (GError) error = NULL;

  hs_hex_fill ("8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a", alice, 32);
  hs_hex_fill ("de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f", bob_expected,
               32);
  HS_ASSERT (hs_x25519_get_public (bob, bob_public, &error));
  HS_ASSERT_BYTES_EQ (bob_public, 32, bob_expected, 32);
  g_autoptr (HsSecretBytes) shared = hs_x25519_agree (bob, alice, &error);
  HS_ASSERT_NO_ERROR (error);
  HS_ASSERT (hs_secret_bytes_equal (shared, expected));
}

/* Points whose order divides 8: every private key leads to zero. */
static void
x25519_refuses_points_of_small_order (void)
{
  static const char *const points[] = {
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0100000000000000000000000000000000000000000000000000000000000000",
    "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
    "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  };
  guint8 own[32];
  g_autoptr (HsSecretBytes) key = hs_x25519_generate (own, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (points); i++)
    {
      guint8 point[32];
      g_autoptr (GError) error = NULL;
      hs_hex_fill (points[i], point, 32);
      HS_ASSERT (hs_x25519_agree (key, point, &error) == NULL);
      HS_ASSERT_ERROR (error, HS_ERROR_INVALID);
      g_clear_error (&error);
      HS_ASSERT (hs_x25519_agree_once (point, own, &error) == NULL);
      HS_ASSERT_ERROR (error, HS_ERROR_INVALID);
    }
}

static void
a_key_pair_for_once_leads_both_sides_to_the_same_secret (void)
{
  guint8 public_key[32], ephemeral[32], other[32];
  g_autoptr (HsSecretBytes) key = hs_x25519_generate (public_key, NULL);
  g_autoptr (HsSecretBytes) here = hs_x25519_agree_once (public_key, ephemeral, NULL);
  g_autoptr (HsSecretBytes) there = hs_x25519_agree (key, ephemeral, NULL);
  g_autoptr (HsSecretBytes) again = hs_x25519_agree_once (public_key, other, NULL);

  HS_ASSERT (hs_secret_bytes_equal (here, there));
  HS_ASSERT (!hs_secret_bytes_equal (here, again));
  HS_ASSERT (memcmp (ephemeral, other, sizeof other) != 0);
}

static void
keys_of_a_wrong_length_are_refused (void)
{
  for (gsize length = 31; length <= 33; length += 2)
    {
      g_autoptr (HsSecretBytes) key = hs_secret_bytes_new (length);
      guint8 out[64] = { 9 };
      g_autoptr (GError) first = NULL, second = NULL, third = NULL, fourth = NULL;
      HS_ASSERT (!hs_x25519_get_public (key, out, &first));
      HS_ASSERT_ERROR (first, HS_ERROR_INVALID);
      HS_ASSERT (hs_x25519_agree (key, out, &second) == NULL);
      HS_ASSERT_ERROR (second, HS_ERROR_INVALID);
      HS_ASSERT (!hs_ed25519_get_public (key, out, &third));
      HS_ASSERT_ERROR (third, HS_ERROR_INVALID);
      HS_ASSERT (!hs_ed25519_sign (key, "x", 1, out, &fourth));
      HS_ASSERT_ERROR (fourth, HS_ERROR_INVALID);
    }
}

static void
ed25519_gives_the_rfc_8032_example (void)
{
  g_autoptr (HsSecretBytes) key
      = secret_from_hex ("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb");
  guint8 public_key[32], expected_public[32], signature[64], expected[64], message = 0x72;
  g_autoptr (GError) error = NULL;

  hs_hex_fill ("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", expected_public,
               32);
  hs_hex_fill ("92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
               "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
               expected, 64);
  HS_ASSERT (hs_ed25519_get_public (key, public_key, &error));
  HS_ASSERT_BYTES_EQ (public_key, 32, expected_public, 32);
  HS_ASSERT (hs_ed25519_sign (key, &message, 1, signature, &error));
  HS_ASSERT_BYTES_EQ (signature, 64, expected, 64);
  HS_ASSERT (hs_ed25519_verify (public_key, &message, 1, signature));
}

static void
ed25519_refuses_every_changed_bit (void)
{
  guint8 public_key[32], signature[64];
  guint8 message[] = "release this job";
  g_autoptr (HsSecretBytes) key = hs_ed25519_generate (public_key, NULL);

  HS_ASSERT (hs_ed25519_sign (key, message, sizeof message, signature, NULL));
  for (gsize bit = 0; bit < 8 * sizeof signature; bit++)
    {
      signature[bit / 8] ^= (guint8)(1 << bit % 8);
      HS_ASSERT (!hs_ed25519_verify (public_key, message, sizeof message, signature));
      signature[bit / 8] ^= (guint8)(1 << bit % 8);
    }
  for (gsize bit = 0; bit < 8 * sizeof message; bit++)
    {
      message[bit / 8] ^= (guint8)(1 << bit % 8);
      HS_ASSERT (!hs_ed25519_verify (public_key, message, sizeof message, signature));
      message[bit / 8] ^= (guint8)(1 << bit % 8);
    }
  HS_ASSERT (!hs_ed25519_verify (public_key, message, sizeof message - 1, signature));
  HS_ASSERT (hs_ed25519_verify (public_key, message, sizeof message, signature));
}

static void
random_ids_have_their_version_and_differ (void)
{
  HsId first, second;
  guint32 number;

  HS_ASSERT (hs_random_id (&first, NULL));
  HS_ASSERT (hs_random_id (&second, NULL));
  HS_ASSERT (!hs_id_equal (&first, &second));
  HS_ASSERT_INT_EQ (first.bytes[6] >> 4, 4);
  HS_ASSERT_INT_EQ (first.bytes[8] >> 6, 2);
  for (guint i = 0; i < 1000; i++)
    {
      HS_ASSERT (hs_random_uint31 (&number, NULL));
      HS_ASSERT (number >= 1 && number <= 0x7fffffff);
    }
}

static HsReleaseContext
make_context (HsSecretBytes **e, HsSecretBytes **s)
{
  HsReleaseContext context;

  memset (context.device.bytes, 0x11, HS_ID_BYTES);
  memset (context.job.bytes, 0x22, HS_ID_BYTES);
  memset (context.owner.bytes, 0x33, HS_ID_BYTES);
  *e = secret_from_hex ("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb");
  *s = secret_from_hex ("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb");
  HS_ASSERT (hs_x25519_get_public (*e, context.e_public, NULL));
  HS_ASSERT (hs_x25519_get_public (*s, context.s_public, NULL));
  return context;
}

/* The expected values come from tests/interop/seal_reference.py, which shares no code with us. */
static void
site_and_workstation_reach_the_same_share (void)
{
  g_autoptr (HsSecretBytes) e = NULL, s = NULL, machine = hs_secret_bytes_new (32);
  HsReleaseContext context = make_context (&e, &s);
  g_autoptr (GError) error = NULL;
  guint8 key_id[HS_RELEASE_KEY_ID_BYTES], expected_key_id[HS_RELEASE_KEY_ID_BYTES];

  memset (hs_secret_bytes_get (machine), 0x44, 32);
  g_autoptr (HsSecretBytes) here = hs_release_share_compute_workstation (e, &context, &error);
  HS_ASSERT_NO_ERROR (error);
  g_autoptr (HsSecretBytes) there = hs_release_share_compute_site (s, &context, &error);
  HS_ASSERT_NO_ERROR (error);
  HS_ASSERT (hs_secret_bytes_equal (here, there));
  g_autoptr (HsSecretBytes) share
      = secret_from_hex ("f528d9f8da1f021ebb4d6a1a4fd47023862fb0d006e788829c43df516c9e00f2");
  HS_ASSERT (hs_secret_bytes_equal (here, share));
  g_autoptr (HsSecretBytes) wrap
      = hs_release_share_derive_wrap_key (here, machine, &context, &error);
  HS_ASSERT_NO_ERROR (error);
  g_autoptr (HsSecretBytes) expected_wrap
      = secret_from_hex ("65f3bf116e5f1e45bd563e1601c4d1fec83a9d145cd6d09a7c631ff4039b5013");
  HS_ASSERT (hs_secret_bytes_equal (wrap, expected_wrap));
  hs_release_share_get_key_id (context.s_public, key_id);
  hs_hex_fill ("be3b3e4aaf758849", expected_key_id, sizeof expected_key_id);
  HS_ASSERT_BYTES_EQ (key_id, sizeof key_id, expected_key_id, sizeof expected_key_id);
}

static void
a_share_fits_one_device_job_owner_and_pair_of_keys (void)
{
  g_autoptr (HsSecretBytes) e = NULL, s = NULL;
  HsReleaseContext context = make_context (&e, &s);
  g_autoptr (HsSecretBytes) share = hs_release_share_compute_site (s, &context, NULL);
  HsId *parts[] = { &context.device, &context.job, &context.owner };

  for (gsize i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      parts[i]->bytes[15] ^= 1;
      g_autoptr (HsSecretBytes) other = hs_release_share_compute_site (s, &context, NULL);
      HS_ASSERT (other != NULL && !hs_secret_bytes_equal (share, other));
      parts[i]->bytes[15] ^= 1;
    }
  context.e_public[0] ^= 1;
  g_autoptr (HsSecretBytes) other = hs_release_share_compute_site (s, &context, NULL);
  HS_ASSERT (other != NULL && !hs_secret_bytes_equal (share, other));
}

static void
a_share_is_refused_for_a_foreign_or_weak_key (void)
{
  g_autoptr (HsSecretBytes) e = NULL, s = NULL;
  HsReleaseContext context = make_context (&e, &s);
  g_autoptr (GError) error = NULL;

  HS_ASSERT (hs_release_share_compute_site (e, &context, &error) == NULL);
  HS_ASSERT_ERROR (error, HS_ERROR_INVALID);
  g_clear_error (&error);
  HS_ASSERT (hs_release_share_compute_workstation (s, &context, &error) == NULL);
  HS_ASSERT_ERROR (error, HS_ERROR_INVALID);
  g_clear_error (&error);
  memset (context.e_public, 0, sizeof context.e_public);
  HS_ASSERT (hs_release_share_compute_site (s, &context, &error) == NULL);
  HS_ASSERT_ERROR (error, HS_ERROR_INVALID);
}

HS_SUITE ("keys",
          { "x25519 gives the example of RFC 7748", x25519_gives_the_rfc_7748_example },
          { "x25519 refuses points of small order", x25519_refuses_points_of_small_order },
          { "a key pair for once leads both sides to the same secret",
            a_key_pair_for_once_leads_both_sides_to_the_same_secret },
          { "keys of a wrong length are refused", keys_of_a_wrong_length_are_refused },
          { "ed25519 gives the example of RFC 8032", ed25519_gives_the_rfc_8032_example },
          { "ed25519 refuses every changed bit", ed25519_refuses_every_changed_bit },
          { "random ids have their version and differ", random_ids_have_their_version_and_differ },
          { "site and workstation reach the same share",
            site_and_workstation_reach_the_same_share },
          { "a share fits one device, job, owner and pair of keys",
            a_share_fits_one_device_job_owner_and_pair_of_keys },
          { "a share is refused for a foreign or weak key",
            a_share_is_refused_for_a_foreign_or_weak_key })
