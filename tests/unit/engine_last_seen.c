/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* A clock that nobody can turn back, in a real ledger. The system's clock is what it is; what the site has
 * signed is put before or behind it. */

#include "engine/identity/last_seen.h"

#include "support/ledger_fixture.h"
#include "support/suite.h"
#include "support/temp_dir.h"

#define HOUR_US G_TIME_SPAN_HOUR

static char *folder;
static HsLedger *ledger;
static HsLedgerContents *contents;
static HsLastSeen *seen;

static void
restart (void)
{
  g_clear_pointer (&seen, hs_last_seen_free);
  hs_fixture_restart (folder, &ledger, &contents);
  seen = hs_last_seen_new (ledger, contents->settings);
}

static void
set_up (void)
{
  folder = hs_temp_dir_new ();
  restart ();
}

static void
tear_down (void)
{
  g_clear_pointer (&seen, hs_last_seen_free);
  g_clear_pointer (&contents, hs_ledger_contents_free);
  g_clear_pointer (&ledger, hs_ledger_free);
  g_clear_pointer (&folder, hs_temp_dir_free);
}

/* What was noted is durable when this is. */
static void
settle (void)
{
  g_autoptr (GError) error = NULL;

  HS_ASSERT (hs_fixture_commit (ledger, hs_fixture_put (1), &error));
}

static void
what_the_site_signed_holds_over_a_restart (void)
{
  const gint64 signed_us = g_get_real_time () + HOUR_US;

  HS_ASSERT (hs_last_seen_get_us (seen) < signed_us);
  hs_last_seen_note (seen, signed_us);
  HS_ASSERT (hs_last_seen_get_us (seen) >= signed_us);
  HS_ASSERT (hs_last_seen_get_now_us (seen) >= signed_us);
  settle ();
  restart ();
  HS_ASSERT (hs_last_seen_get_us (seen) >= signed_us);
  HS_ASSERT (hs_last_seen_get_now_us (seen) >= signed_us);
}

static void
an_older_time_changes_nothing (void)
{
  const gint64 signed_us = g_get_real_time () + HOUR_US;

  hs_last_seen_note (seen, signed_us);
  hs_last_seen_note (seen, signed_us - 48 * HOUR_US);
  HS_ASSERT (hs_last_seen_get_us (seen) >= signed_us);
  settle ();
  restart ();
  HS_ASSERT (hs_last_seen_get_us (seen) >= signed_us);
}

static void
it_goes_on_by_the_boot_clock_and_never_back (void)
{
  gint64 before_us;

  hs_last_seen_note (seen, g_get_real_time () + HOUR_US);
  before_us = hs_last_seen_get_us (seen);
  for (guint i = 0; i < 1000; i++)
    {
      gint64 now_us = hs_last_seen_get_us (seen);
      HS_ASSERT (now_us >= before_us);
      before_us = now_us;
    }
  HS_ASSERT (hs_last_seen_get_us (seen) > g_get_real_time ());
}

static void
a_clock_more_than_a_day_behind_is_unsure_and_ends_nothing_later (void)
{
  const gint64 signed_us = g_get_real_time () + 23 * HOUR_US;

  hs_last_seen_note (seen, signed_us);
  HS_ASSERT (!hs_last_seen_is_clock_unsure (seen)); /* a wrong time zone is no attack */
  hs_last_seen_note (seen, signed_us + 2 * HOUR_US);
  HS_ASSERT (hs_last_seen_is_clock_unsure (seen));
  HS_ASSERT (hs_last_seen_get_now_us (seen) >= signed_us + 2 * HOUR_US);
  settle ();
  restart ();
  HS_ASSERT (hs_last_seen_is_clock_unsure (seen));
}

static void
a_clock_that_is_ahead_is_believed_about_ends (void)
{
  hs_last_seen_note (seen, g_get_real_time () - 48 * HOUR_US);
  HS_ASSERT (!hs_last_seen_is_clock_unsure (seen));
  HS_ASSERT (hs_last_seen_get_now_us (seen) >= g_get_real_time () - G_USEC_PER_SEC);
}

static void
what_cannot_be_read_is_no_time (void)
{
  HsLedgerBatch *batch = hs_ledger_batch_new ();
  g_autoptr (GBytes) value = g_bytes_new_static ("-1 or so", 8);
  g_autoptr (GError) error = NULL;

  hs_ledger_batch_put_setting (batch, "clock/seen", value);
  HS_ASSERT (hs_fixture_commit (ledger, batch, &error));
  restart ();
  HS_ASSERT (hs_last_seen_get_us (seen) < G_USEC_PER_SEC * 60);
  HS_ASSERT (!hs_last_seen_is_clock_unsure (seen));
}

HS_SUITE_WITH ("the trusted clock",
               set_up,
               tear_down,
               { "what the site signed holds over a restart",
                 what_the_site_signed_holds_over_a_restart },
               { "an older time changes nothing", an_older_time_changes_nothing },
               { "it goes on by the boot clock and never back",
                 it_goes_on_by_the_boot_clock_and_never_back },
               { "a clock more than a day behind is unsure, and ends nothing later",
                 a_clock_more_than_a_day_behind_is_unsure_and_ends_nothing_later },
               { "a clock that is ahead is believed about ends",
                 a_clock_that_is_ahead_is_believed_about_ends },
               { "what cannot be read is no time", what_cannot_be_read_is_no_time })
