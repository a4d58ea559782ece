/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

#include "core/reachability.h"

#include "support/suite.h"

#define MS G_TIME_SPAN_MILLISECOND

static gboolean
fail_at (HsReachability *reach, gint64 at_us)
{
  return hs_reachability_note_failure (reach, FALSE, 1000 + at_us, at_us, G_MAXUINT32);
}

static HsReachability
online (void)
{
  HsReachability reach = { 0 };

  (void)hs_reachability_note_success (&reach, FALSE, 7);
  return reach;
}

static void
a_site_that_was_not_tried_is_neither_online_nor_gone (void)
{
  HsReachability reach = { 0 };

  HS_ASSERT (!hs_reachability_is_online (&reach));
  HS_ASSERT (!hs_reachability_is_gone (&reach));
  HS_ASSERT_STR_EQ (hs_reach_to_keyword (reach.state), "offline");
}

static void
a_first_try_that_fails_is_an_outage_at_once (void)
{
  HsReachability reach = { 0 };

  HS_ASSERT (fail_at (&reach, 5));
  HS_ASSERT (hs_reachability_is_gone (&reach));
  HS_ASSERT_INT_EQ (reach.since_us, 1005);
}

static void
one_failure_is_a_doubt_and_the_second_look_follows_within_half_a_second (void)
{
  HsReachability reach = online ();

  HS_ASSERT (fail_at (&reach, 0));
  HS_ASSERT_INT_EQ (reach.state, HS_REACH_DEGRADED);
  HS_ASSERT (hs_reachability_is_online (&reach));
  HS_ASSERT (reach.retry_at_us > 0 && reach.retry_at_us <= HS_REACH_DOUBT_MS * MS);
  HS_ASSERT (fail_at (&reach, reach.retry_at_us));
  HS_ASSERT (hs_reachability_is_gone (&reach));
}

static void
several_requests_that_fail_together_are_one_failure (void)
{
  HsReachability reach = online ();

  HS_ASSERT (fail_at (&reach, 0));
  HS_ASSERT (!fail_at (&reach, 1));
  HS_ASSERT (!fail_at (&reach, reach.retry_at_us - 1));
  HS_ASSERT_INT_EQ (reach.state, HS_REACH_DEGRADED);
  HS_ASSERT_INT_EQ (reach.failures, 1);
}

static void
a_second_look_that_goes_well_ends_the_doubt (void)
{
  HsReachability reach = online ();

  (void)fail_at (&reach, 0);
  HS_ASSERT (hs_reachability_note_success (&reach, FALSE, 99));
  HS_ASSERT_INT_EQ (reach.state, HS_REACH_ONLINE);
  HS_ASSERT_INT_EQ (reach.since_us, 99);
  HS_ASSERT (fail_at (&reach, 0));
  HS_ASSERT_INT_EQ (reach.state, HS_REACH_DEGRADED);
}

static void
during_an_outage_the_delays_grow_and_since_stays (void)
{
  HsReachability reach = online ();
  gint64 before_us = 0;

  (void)fail_at (&reach, 0);
  (void)fail_at (&reach, reach.retry_at_us);
  gint64 since_us = reach.since_us;
  for (guint i = 0; i < 12; i++)
    {
      gint64 at_us = reach.retry_at_us;
      HS_ASSERT (!fail_at (&reach, at_us));
      HS_ASSERT (reach.retry_at_us - at_us >= before_us || before_us > 150000 * MS);
      before_us = (reach.retry_at_us - at_us) / 2;
    }
  HS_ASSERT_INT_EQ (reach.since_us, since_us);
  HS_ASSERT (reach.retry_at_us - since_us > 60000 * MS);
}

static void
a_line_that_loses_all_is_a_doubt_before_anything_has_failed (void)
{
  HsReachability reach = online ();

  HS_ASSERT (hs_reachability_note_silence (&reach, 50));
  HS_ASSERT_INT_EQ (reach.state, HS_REACH_DEGRADED);
  HS_ASSERT_INT_EQ (reach.since_us, 50);
  HS_ASSERT (hs_reachability_is_online (&reach));
  HS_ASSERT (!hs_reachability_note_silence (&reach, 60)); /* of another request */
  HS_ASSERT_INT_EQ (reach.since_us, 50);
  /* It is no failure: the second look is still to come when one follows. */
  HS_ASSERT_INT_EQ (reach.failures, 0);
  HS_ASSERT (!fail_at (&reach, 0));
  HS_ASSERT (hs_reachability_is_online (&reach) && !reach.is_silent);
  HS_ASSERT (fail_at (&reach, reach.retry_at_us));
  HS_ASSERT (hs_reachability_is_gone (&reach));
  HS_ASSERT (!hs_reachability_note_silence (&reach, 99));
  HS_ASSERT (hs_reachability_is_gone (&reach));
}

static void
an_answer_ends_the_doubt_of_a_silent_line (void)
{
  HsReachability reach = online ();

  (void)hs_reachability_note_silence (&reach, 50);
  HS_ASSERT (hs_reachability_note_success (&reach, FALSE, 70));
  HS_ASSERT (reach.state == HS_REACH_ONLINE && !reach.is_silent);
  (void)hs_reachability_note_success (&reach, TRUE, 80);
  HS_ASSERT (!hs_reachability_note_silence (&reach, 90)); /* it was degraded by another address */
  HS_ASSERT (reach.is_silent);
  HS_ASSERT (!hs_reachability_note_success (&reach, TRUE, 95));
  HS_ASSERT (!reach.is_silent && reach.since_us == 80);
}

static void
another_network_tries_at_once_and_changes_nothing_else (void)
{
  HsReachability reach = online ();

  (void)fail_at (&reach, 0);
  (void)fail_at (&reach, reach.retry_at_us);
  hs_reachability_look_again (&reach);
  HS_ASSERT_INT_EQ (reach.retry_at_us, 0);
  HS_ASSERT (hs_reachability_is_gone (&reach));
  HS_ASSERT (!fail_at (&reach, 1));
  HS_ASSERT (hs_reachability_is_gone (&reach));
}

static void
another_address_of_the_site_is_online_and_degraded (void)
{
  HsReachability reach = online ();

  HS_ASSERT (hs_reachability_note_success (&reach, TRUE, 20));
  HS_ASSERT_INT_EQ (reach.state, HS_REACH_DEGRADED);
  HS_ASSERT (hs_reachability_is_online (&reach));
  HS_ASSERT (!hs_reachability_note_success (&reach, TRUE, 21));
  HS_ASSERT (hs_reachability_note_success (&reach, FALSE, 22));
  HS_ASSERT_INT_EQ (reach.state, HS_REACH_ONLINE);
}

static void
a_workstation_that_is_excluded_is_offline_without_a_second_look_and_known_to_be_excluded (void)
{
  HsReachability reach = online ();

  HS_ASSERT (hs_reachability_note_failure (&reach, TRUE, 5, 5, 0));
  HS_ASSERT (hs_reachability_is_gone (&reach));
  HS_ASSERT (reach.is_refused);
  /* A cut line afterwards does not give back what was taken. */
  (void)fail_at (&reach, reach.retry_at_us);
  HS_ASSERT (reach.is_refused);
  (void)hs_reachability_note_success (&reach, FALSE, 9);
  HS_ASSERT (!reach.is_refused);
}

HS_SUITE (
    "core/reachability",
    { "a site that was not tried is neither online nor gone",
      a_site_that_was_not_tried_is_neither_online_nor_gone },
    { "a first try that fails is an outage at once", a_first_try_that_fails_is_an_outage_at_once },
    { "one failure is a doubt and the second look follows within half a second",
      one_failure_is_a_doubt_and_the_second_look_follows_within_half_a_second },
    { "several requests that fail together are one failure",
      several_requests_that_fail_together_are_one_failure },
    { "a second look that goes well ends the doubt", a_second_look_that_goes_well_ends_the_doubt },
    { "during an outage the delays grow and since stays",
      during_an_outage_the_delays_grow_and_since_stays },
    { "a line that loses all is a doubt before anything has failed",
      a_line_that_loses_all_is_a_doubt_before_anything_has_failed },
    { "an answer ends the doubt of a silent line", an_answer_ends_the_doubt_of_a_silent_line },
    { "another network tries at once and changes nothing else",
      another_network_tries_at_once_and_changes_nothing_else },
    { "another address of the site is online and degraded",
      another_address_of_the_site_is_online_and_degraded },
    { "a workstation that is excluded is offline without a second look and known to be excluded",
      a_workstation_that_is_excluded_is_offline_without_a_second_look_and_known_to_be_excluded })
