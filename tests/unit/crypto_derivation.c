/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* hkdf, hmac, scrypt and sha256 against the examples of their standards. */

#include "base/error.h"
#include "crypto/hkdf.h"
#include "crypto/hmac.h"
#include "crypto/scrypt.h"
#include "crypto/sha256.h"
#include "support/hex.h"
#include "support/suite.h"

static HsSecretBytes *
secret_of (gsize length, guint8 byte)
{
  HsSecretBytes *secret = hs_secret_bytes_new (length);

  memset (hs_secret_bytes_get (secret), byte, length);
  return secret;
}

static void
assert_secret (const HsSecretBytes *secret, const char *digits)
{
  g_autoptr (GBytes) expected = hs_hex_bytes (digits);

  HS_ASSERT (secret != NULL);
  HS_ASSERT_BYTES_EQ (hs_secret_bytes_peek (secret), hs_secret_bytes_get_length (secret),
                      g_bytes_get_data (expected, NULL), g_bytes_get_size (expected));
}

static void
hkdf_gives_the_rfc_5869_examples (void)
{
  g_autoptr (HsSecretBytes) material = secret_of (22, 0x0b);
  guint8 salt[13], info[10];
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < sizeof salt; i++)
    salt[i] = (guint8)i;
  for (guint i = 0; i < sizeof info; i++)
    info[i] = (guint8)(0xf0 + i);
  g_autoptr (HsSecretBytes) first
      = hs_hkdf_sha256 (material, salt, sizeof salt, info, sizeof info, 42, &error);
  HS_ASSERT_NO_ERROR (error);
  assert_secret (first, "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208"
                        "d5b887185865");
  g_autoptr (HsSecretBytes) third = hs_hkdf_sha256 (material, NULL, 0, NULL, 0, 42, &error);
  HS_ASSERT_NO_ERROR (error);
  assert_secret (third, "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395"
                        "faa4b61a96c8");
}

static void
hkdf_refuses_one_beyond_each_limit (void)
{
  g_autoptr (HsSecretBytes) material = secret_of (32, 1);
  g_autofree guint8 *long_bytes = g_malloc0 (HS_HKDF_INFO_MAX_BYTES + 1);
  struct
  {
    gsize salt, info, length;
    gboolean fits;
  } cases[] = {
    { HS_HKDF_SALT_MAX_BYTES, HS_HKDF_INFO_MAX_BYTES, HS_HKDF_LENGTH_MAX_BYTES, TRUE },
    { HS_HKDF_SALT_MAX_BYTES + 1, 0, 32, FALSE },
    { 0, HS_HKDF_INFO_MAX_BYTES + 1, 32, FALSE },
    { 0, 0, HS_HKDF_LENGTH_MAX_BYTES + 1, FALSE },
    { 0, 0, 0, FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (HsSecretBytes) out = hs_hkdf_sha256 (
          material, long_bytes, cases[i].salt, long_bytes, cases[i].info, cases[i].length, &error);
      HS_ASSERT_INT_EQ (out != NULL, cases[i].fits);
      if (!cases[i].fits)
        HS_ASSERT_ERROR (error, HS_ERROR_INVALID);
    }
}

static void
hmac_gives_the_rfc_4231_example (void)
{
  g_autoptr (HsSecretBytes) key = secret_of (20, 0x0b);
  guint8 mac[HS_HMAC_BYTES], expected[HS_HMAC_BYTES];
  g_autoptr (GError) error = NULL;

  HS_ASSERT (hs_hmac_sha256 (key, "Hi There", 8, mac, &error));
  hs_hex_fill ("b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7", expected, 32);
  HS_ASSERT_BYTES_EQ (mac, 32, expected, 32);
}

static void
scrypt_gives_the_rfc_7914_example (void)
{
  g_autoptr (HsSecretBytes) passphrase
      = hs_secret_bytes_new_copy ((const guint8 *)"pleaseletmein", 13);
  g_autoptr (GError) error = NULL;
  g_autoptr (HsSecretBytes) out
      = hs_scrypt (passphrase, (const guint8 *)"SodiumChloride", 14, 14, 64, &error);

  HS_ASSERT_NO_ERROR (error);
  assert_secret (out, "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2"
                      "d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887");
}

static void
scrypt_refuses_work_out_of_range (void)
{
  g_autoptr (HsSecretBytes) passphrase = secret_of (8, 'a');
  struct
  {
    guint log_n;
    gsize length;
  } cases[] = { { 0, 32 }, { HS_SCRYPT_LOG_N_MAX + 1, 32 }, { 64, 32 }, { 4, 0 }, { 4, 65 } };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      HS_ASSERT (hs_scrypt (passphrase, NULL, 0, cases[i].log_n, cases[i].length, &error) == NULL);
      HS_ASSERT_ERROR (error, HS_ERROR_INVALID);
    }
}

static void
sha256_is_the_same_in_any_portions (void)
{
  static const char text[] = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
  guint8 whole[HS_SHA256_BYTES], expected[HS_SHA256_BYTES];

  hs_hex_fill ("248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1", expected, 32);
  hs_sha256 (text, strlen (text), whole);
  HS_ASSERT_BYTES_EQ (whole, 32, expected, 32);
  for (gsize cut = 0; cut <= strlen (text); cut++)
    {
      g_autoptr (HsSha256) sha256 = hs_sha256_new ();
      guint8 pieces[HS_SHA256_BYTES];
      hs_sha256_update (sha256, text, cut);
      hs_sha256_update (sha256, text + cut, strlen (text) - cut);
      hs_sha256_finish (sha256, pieces);
      HS_ASSERT_BYTES_EQ (pieces, 32, expected, 32);
    }
}

HS_SUITE ("derivation",
          { "hkdf gives the examples of RFC 5869", hkdf_gives_the_rfc_5869_examples },
          { "hkdf refuses one beyond each limit", hkdf_refuses_one_beyond_each_limit },
          { "hmac gives the example of RFC 4231", hmac_gives_the_rfc_4231_example },
          { "scrypt gives the example of RFC 7914", scrypt_gives_the_rfc_7914_example },
          { "scrypt refuses work out of range", scrypt_refuses_work_out_of_range },
          { "sha256 is the same in any portions", sha256_is_the_same_in_any_portions })
