/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* A workstation of Anna's. */

#include "support/rights_fixture.h"

#include "crypto/x25519.h"
#include "platform/boot_clock.h"
#include "support/suite.h"
#include "support/temp_dir.h"

gint64 rights_boot_us;

/* ── instead of platform/boot_clock ──────────────────────────────────────────────────────── */

gint64
hs_boot_clock_now_us (void)
{
  return rights_boot_us;
}

/* Nothing waits for it here. */
GSource *
hs_boot_clock_source_new (gint64 at_us)
{
  return g_timeout_source_new_seconds (3600);
}

/* ── life ────────────────────────────────────────────────────────────────────────────────── */

static void
start (RightsFixture *fixture, GHashTable *settings)
{
  const HsOfflineRightsParts parts = { .identities = fixture->identities,
                                       .sessions = fixture->sessions,
                                       .site_link = hs_site_link_double_get_link (&fixture->site),
                                       .ledger = fixture->ledger };
  HsOfflineRightsParts with_clock = parts;

  fixture->last_seen = hs_last_seen_new (fixture->ledger, settings);
  with_clock.last_seen = fixture->last_seen;
  fixture->rights = hs_offline_rights_new (&with_clock, settings);
}

static void
stop (RightsFixture *fixture)
{
  g_clear_pointer (&fixture->rights, hs_offline_rights_free);
  g_clear_pointer (&fixture->last_seen, hs_last_seen_free);
}

void
rights_fixture_restart (RightsFixture *fixture, gboolean forgets)
{
  g_autoptr (GHashTable) nothing = g_hash_table_new (g_str_hash, g_str_equal);

  stop (fixture);
  hs_fixture_restart (fixture->folder, &fixture->ledger, &fixture->contents);
  start (fixture, forgets ? nothing : fixture->contents->settings);
}

void
rights_fixture_register (RightsFixture *fixture,
                         const HsId *identity,
                         char recipient[HS_RECIPIENT_TEXT_BYTES])
{
  HsLedgerOwnerKey *key = g_new0 (HsLedgerOwnerKey, 1);
  g_autoptr (GPtrArray) mappings = g_ptr_array_new ();
  g_autoptr (GPtrArray) keys = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (HsSecretBytes) private_key = hs_x25519_generate (key->public_key, NULL);

  HS_ASSERT (private_key != NULL);
  key->identity = *identity;
  hs_recipient_format (key->public_key, recipient);
  g_ptr_array_add (keys, key);
  hs_identities_load (fixture->identities, mappings, keys);
}

void
rights_fixture_init (RightsFixture *fixture)
{
  const HsIdentitiesSetup setup
      = { .idle_limit_us = RIGHTS_DAY_US, .absolute_limit_us = RIGHTS_DAY_US };
  g_autoptr (GError) error = NULL;

  *fixture = (RightsFixture){ .anna = { { 7 } }, .ben = { { 8 } } };
  fixture->folder = hs_temp_dir_new ();
  fixture->identities = hs_identities_new (&setup, &error);
  HS_ASSERT_NO_ERROR (error);
  fixture->sessions = hs_sessions_new ();
  hs_site_link_double_init (&fixture->site);
  rights_fixture_register (fixture, &fixture->anna, fixture->recipient);
  rights_boot_us = G_USEC_PER_SEC;
  hs_fixture_restart (fixture->folder, &fixture->ledger, &fixture->contents);
  start (fixture, fixture->contents->settings);
  fixture->now_us = g_get_real_time () + 30 * RIGHTS_DAY_US;
  hs_last_seen_note (fixture->last_seen, fixture->now_us);
  HS_ASSERT_INT_EQ (hs_last_seen_get_now_us (fixture->last_seen), fixture->now_us);
}

void
rights_fixture_clear (RightsFixture *fixture)
{
  stop (fixture);
  g_clear_pointer (&fixture->sessions, hs_sessions_free);
  g_clear_pointer (&fixture->identities, hs_identities_free);
  g_clear_pointer (&fixture->contents, hs_ledger_contents_free);
  g_clear_pointer (&fixture->ledger, hs_ledger_free);
  hs_site_link_double_clear (&fixture->site);
  g_clear_pointer (&fixture->folder, hs_temp_dir_free);
}

/* ── what happens ────────────────────────────────────────────────────────────────────────── */

void
rights_fixture_settle (RightsFixture *fixture)
{
  g_autoptr (GError) error = NULL;

  HS_ASSERT (hs_fixture_commit (fixture->ledger, hs_fixture_put (1), &error));
}

HsEntitlement
rights_fixture_usual (RightsFixture *fixture)
{
  return (HsEntitlement){ .identity = fixture->anna,
                          .device = fixture->site.device,
                          .recipient = fixture->recipient,
                          .issued_us = fixture->now_us,
                          .expires_us = fixture->now_us + 7 * RIGHTS_DAY_US,
                          .pages = RIGHTS_PAGES };
}

void
rights_fixture_give (RightsFixture *fixture, const HsEntitlement *entitlement)
{
  g_autofree char *text = hs_site_link_double_sign (&fixture->site, entitlement);

  hs_offline_rights_put (fixture->rights, hs_offline_rights_get_round (fixture->rights),
                         &fixture->anna, text);
  rights_fixture_settle (fixture);
}

/* Who has no right has no pages and no end either. */
HsOfflineStanding
rights_fixture_judge (RightsFixture *fixture, const HsId *identity)
{
  const HsOfflineHooks hooks = hs_offline_rights_get_hooks (fixture->rights);
  HsOfflineStanding standing = { .pages_left = 4711, .until_us = 4711 };

  hooks.judge (hooks.data, identity, &standing);
  HS_ASSERT (standing.right == HS_OFFLINE_RIGHT_HELD
             || (standing.pages_left == 0 && standing.until_us == 0));
  return standing;
}

void
rights_fixture_charge (RightsFixture *fixture, guint8 number, guint32 pages)
{
  const HsOfflineHooks hooks = hs_offline_rights_get_hooks (fixture->rights);
  HsLedgerBatch *batch = hs_ledger_batch_new ();
  g_autoptr (HsJob) job = hs_fixture_job (number);
  g_autoptr (GError) error = NULL;

  job->owner = fixture->anna;
  hooks.charge (hooks.data, batch, job, pages);
  HS_ASSERT (hs_fixture_commit (fixture->ledger, batch, &error));
}
