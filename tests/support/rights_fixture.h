/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* A workstation of Anna's, as engine/identity/offline_rights sees it: a real ledger, real identities, and a
 * site that really signs. The boot clock stands still unless a test moves it, so that an end can be hit to
 * the microsecond; the trusted clock is a month ahead of the system's, which is then a clock that was
 * turned back. */

#include "engine/identity/offline_rights.h"
#include "seal/key_file.h"
#include "support/ledger_fixture.h"
#include "support/site_link_double.h"

#define RIGHTS_DAY_US (24 * G_TIME_SPAN_HOUR)
#define RIGHTS_PAGES 10

typedef struct
{
  char *folder;
  HsLedger *ledger;
  HsLedgerContents *contents;
  HsIdentities *identities;
  HsSessions *sessions;
  HsLastSeen *last_seen;
  HsOfflineRights *rights;
  HsSiteLinkDouble site;
  HsId anna;                               /* has a registered key */
  HsId ben;                                /* has none */
  char recipient[HS_RECIPIENT_TEXT_BYTES]; /* of Anna's key */
  gint64 now_us;                           /* what the trusted clock said at first */
} RightsFixture;

/* What hs_boot_clock_now_us() says; it begins with 1 s. */
extern gint64 rights_boot_us;

void rights_fixture_init (RightsFixture *fixture);
void rights_fixture_clear (RightsFixture *fixture);

/* The agent ends and starts again, @forgets: with an empty memory of its own settings. */
void rights_fixture_restart (RightsFixture *fixture, gboolean forgets);

/* @identity has another key from now on. */
void rights_fixture_register (RightsFixture *fixture,
                              const HsId *identity,
                              char recipient[HS_RECIPIENT_TEXT_BYTES]);

/* Anna's usual: for a week from now; borrows from @fixture. */
HsEntitlement rights_fixture_usual (RightsFixture *fixture);

/* Keeps it for Anna, until it is durable. */
void rights_fixture_give (RightsFixture *fixture, const HsEntitlement *entitlement);

/* What was put before is durable when this returns. */
void rights_fixture_settle (RightsFixture *fixture);

/* By the table for the engine. */
HsOfflineStanding rights_fixture_judge (RightsFixture *fixture, const HsId *identity);
void rights_fixture_charge (RightsFixture *fixture, guint8 job, guint32 pages);
