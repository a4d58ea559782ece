/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

#include "seal/keyring.h"

#include "base/error.h"
#include "support/suite.h"

#define IDLE_US 100
#define MOST_US 1000

static const HsId alice = { { 1 } }, bob = { { 2 } };

static void
put (HsKeyring *keyring, const HsId *identity, guint8 byte, gint64 now_us)
{
  g_autoptr (HsSecretBytes) key = hs_secret_bytes_new (32);
  g_autoptr (GError) error = NULL;

  hs_secret_bytes_get (key)[0] = byte;
  HS_ASSERT (hs_keyring_put (keyring, identity, key, now_us, &error));
  HS_ASSERT_NO_ERROR (error);
}

static void
assert_key (HsKeyring *keyring, const HsId *identity, gint64 now_us, int byte)
{
  const HsSecretBytes *key = hs_keyring_use (keyring, identity, now_us);

  HS_ASSERT_INT_EQ (key == NULL ? -1 : hs_secret_bytes_peek (key)[0], byte);
}

static void
a_key_belongs_to_one_identity (void)
{
  g_autoptr (HsKeyring) keyring = hs_keyring_new (IDLE_US, MOST_US);

  put (keyring, &alice, 7, 0);
  assert_key (keyring, &alice, 1, 7);
  assert_key (keyring, &bob, 1, -1);
  HS_ASSERT (!hs_keyring_forget (keyring, &bob));
  HS_ASSERT (hs_keyring_forget (keyring, &alice));
  assert_key (keyring, &alice, 1, -1);
}

static void
an_idle_key_is_forgotten_and_a_used_one_is_not (void)
{
  g_autoptr (HsKeyring) keyring = hs_keyring_new (IDLE_US, MOST_US);

  put (keyring, &alice, 7, 0);
  put (keyring, &bob, 8, 0);
  HS_ASSERT_INT_EQ (hs_keyring_get_next_us (keyring), IDLE_US);
  assert_key (keyring, &bob, 60, 8);
  HS_ASSERT (hs_keyring_has (keyring, &alice, 99));
  HS_ASSERT (!hs_keyring_has (keyring, &alice, 100));
  assert_key (keyring, &alice, 100, -1);
  g_autoptr (GArray) gone = hs_keyring_expire (keyring, 100);
  HS_ASSERT_INT_EQ (gone->len, 1);
  HS_ASSERT (hs_id_equal (&g_array_index (gone, HsId, 0), &alice));
  assert_key (keyring, &bob, 159, 8);
}

static void
asking_is_no_use (void)
{
  g_autoptr (HsKeyring) keyring = hs_keyring_new (IDLE_US, MOST_US);

  put (keyring, &alice, 7, 0);
  HS_ASSERT (hs_keyring_has (keyring, &alice, 99));
  HS_ASSERT_INT_EQ (hs_keyring_get_next_us (keyring), IDLE_US);
}

static void
use_does_not_outlive_the_absolute_limit (void)
{
  g_autoptr (HsKeyring) keyring = hs_keyring_new (IDLE_US, MOST_US);

  put (keyring, &alice, 7, 0);
  for (gint64 now_us = 50; now_us < MOST_US; now_us += 50)
    assert_key (keyring, &alice, now_us, 7);
  HS_ASSERT_INT_EQ (hs_keyring_get_next_us (keyring), MOST_US);
  assert_key (keyring, &alice, MOST_US - 1, 7);
  assert_key (keyring, &alice, MOST_US, -1);
  put (keyring, &alice, 9, MOST_US);
  assert_key (keyring, &alice, MOST_US + 1, 9);
}

static void
a_key_put_again_replaces_and_starts_anew (void)
{
  g_autoptr (HsKeyring) keyring = hs_keyring_new (IDLE_US, MOST_US);

  put (keyring, &alice, 7, 0);
  put (keyring, &alice, 8, 90);
  assert_key (keyring, &alice, 180, 8);
  g_autoptr (GArray) gone = hs_keyring_forget_all (keyring);
  HS_ASSERT_INT_EQ (gone->len, 1);
  assert_key (keyring, &alice, 181, -1);
  HS_ASSERT_INT_EQ (hs_keyring_get_next_us (keyring), G_MAXINT64);
}

static void
the_keyring_has_a_limit (void)
{
  g_autoptr (HsKeyring) keyring = hs_keyring_new (IDLE_US, MOST_US);
  g_autoptr (HsSecretBytes) key = hs_secret_bytes_new (32);
  g_autoptr (GError) error = NULL;
  HsId identity = { { 0 } };

  for (guint i = 0; i < HS_KEYRING_MAX_KEYS; i++)
    {
      identity.bytes[1] = (guint8)i;
      put (keyring, &identity, 1, 0);
    }
  put (keyring, &identity, 2, 0); /* replacing needs no room */
  HS_ASSERT (!hs_keyring_put (keyring, &alice, key, 0, &error));
  HS_ASSERT_ERROR (error, HS_ERROR_NO_SPACE);
}

HS_SUITE ("keyring",
          { "a key belongs to one identity", a_key_belongs_to_one_identity },
          { "an idle key is forgotten and a used one is not",
            an_idle_key_is_forgotten_and_a_used_one_is_not },
          { "asking is no use", asking_is_no_use },
          { "use does not outlive the absolute limit", use_does_not_outlive_the_absolute_limit },
          { "a key put again replaces and starts anew", a_key_put_again_replaces_and_starts_anew },
          { "the keyring has a limit", the_keyring_has_a_limit })
