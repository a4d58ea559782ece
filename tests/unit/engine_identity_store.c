/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* A key and a sign-in outlive the agent, in a real ledger. */

#include "engine/identity/identity_store.h"

#include "seal/age_message.h"
#include "seal/key_file.h"
#include "support/ledger_fixture.h"
#include "support/loop.h"
#include "support/suite.h"
#include "support/temp_dir.h"

static char *folder;
static HsLedger *ledger;
static HsIdentities *identities;
static const HsId alice = { { 1 } };

/* As the agent starts: opens the ledger and takes what it holds. */
static void
start (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HsBundle) bundle = hs_bundle_new ();

  ledger = hs_fixture_open (folder, &error);
  HS_ASSERT_NO_ERROR (error);
  HsIdentitiesSetup setup = { .store = hs_identity_store_for_ledger (ledger),
                              .idle_limit_us = G_TIME_SPAN_HOUR,
                              .absolute_limit_us = G_TIME_SPAN_HOUR };
  identities = hs_identities_new (&setup, &error);
  HS_ASSERT_NO_ERROR (error);
  g_autoptr (HsLedgerContents) contents = hs_ledger_load (ledger, &error);
  HS_ASSERT_NO_ERROR (error);
  hs_identities_load (identities, contents->identities, contents->owner_keys);
  hs_identities_set_bundle (identities, bundle);
}

static void
stop (void)
{
  g_clear_pointer (&identities, hs_identities_free);
  g_clear_pointer (&ledger, hs_ledger_free);
}

static void
set_up (void)
{
  folder = hs_temp_dir_new ();
  start ();
}

static void
tear_down (void)
{
  stop ();
  g_clear_pointer (&folder, hs_temp_dir_free);
}

static void
map (const HsId *identity)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  hs_identities_map_async (identities, 1001, identity, hs_loop_store_result, &result);
  HS_LOOP_UNTIL (result != NULL);
  HS_ASSERT (hs_identities_map_finish (identities, result, &error));
}

static void
unlock (const HsSecretBytes *key, HsUnlockManner manner)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (HsSecretBytes) text = hs_key_file_format (key, NULL);
  guint8 recipient[HS_X25519_BYTES];
  HsId whose;
  gsize length;

  HS_ASSERT (hs_recipient_parse (hs_identities_get_recipient (identities), recipient));
  g_autoptr (GBytes) sealed = hs_age_message_seal (recipient, hs_secret_bytes_peek (text),
                                                   hs_secret_bytes_get_length (text), NULL);
  const guint8 *bytes = g_bytes_get_data (sealed, &length);
  hs_identities_unlock_async (identities, 1001, bytes, length, manner, hs_loop_store_result,
                              &result);
  HS_LOOP_UNTIL (result != NULL);
  HS_ASSERT (hs_identities_unlock_finish (identities, result, &whose, &error));
  HS_ASSERT (hs_id_equal (&whose, &alice));
}

static void
a_registered_key_is_known_and_locked_after_a_restart (void)
{
  guint8 public_key[HS_X25519_BYTES], found[HS_X25519_BYTES];
  g_autoptr (HsSecretBytes) key = hs_x25519_generate (public_key, NULL);

  map (&alice);
  unlock (key, HS_UNLOCK_FIRST);
  stop ();
  start ();
  HS_ASSERT_INT_EQ (hs_identities_get_key_state (identities, &alice), HS_KEY_LOCKED);
  HS_ASSERT (hs_identities_get_public (identities, &alice, found));
  HS_ASSERT_BYTES_EQ (found, sizeof found, public_key, sizeof public_key);
  unlock (key, HS_UNLOCK_REGISTERED);
  HS_ASSERT_INT_EQ (hs_identities_get_key_state (identities, &alice), HS_KEY_UNLOCKED);
}

static void
a_sign_out_outlives_a_restart (void)
{
  HsId found;

  map (&alice);
  stop ();
  start ();
  HS_ASSERT (hs_identities_find (identities, 1001, &found) && hs_id_equal (&found, &alice));
  map (NULL);
  stop ();
  start ();
  HS_ASSERT (!hs_identities_find (identities, 1001, &found));
}

HS_SUITE_WITH ("identity store",
               set_up,
               tear_down,
               { "a registered key is known and locked after a restart",
                 a_registered_key_is_known_and_locked_after_a_restart },
               { "a sign-out outlives a restart", a_sign_out_outlives_a_restart })
