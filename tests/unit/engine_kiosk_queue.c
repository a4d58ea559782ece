/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

#include "engine/intake/kiosk_queue.h"

#include "base/error.h"
#include "platform/fake/print_queue.h"
#include "support/loop.h"
#include "support/suite.h"

#include <string.h>

#define UID 1500
#define TIME_US (1700000000 * G_GINT64_CONSTANT (1000000))

static const HsId anna = { { 1 } };
static const HsId ben = { { 2 } };
static HsFakePrintQueue *fake;
static HsPrintQueue *queue;
static HsKioskQueue *kiosk_queue;
static HsSeat *seat;
static gint64 clock_us;
static GAsyncResult *result;

static gint64
now_us (void)
{
  return clock_us;
}

/* @has_queue FALSE: as with queue.manage = false. */
static void
begin (gboolean has_queue)
{
  const HsKioskQueueParts parts = { .queue = has_queue ? queue : NULL,
                                    .uid = UID,
                                    .try_first_ms = 1,
                                    .try_most_ms = 2,
                                    .again_first_ms = 20,
                                    .again_most_ms = 40,
                                    .sweep_ms = 1 };

  kiosk_queue = hs_kiosk_queue_new (&parts);
  const HsSeatSetup setup = { .uid = UID,
                              .barrier = hs_kiosk_queue_get_barrier (kiosk_queue),
                              .changed = hs_kiosk_queue_on_seat_changed,
                              .changed_data = kiosk_queue,
                              .now_us = now_us };
  seat = hs_seat_new (&setup);
  hs_kiosk_queue_set_seat (kiosk_queue, seat);
}

static void
set_up (void)
{
  fake = hs_fake_print_queue_get ();
  *fake = (HsFakePrintQueue){ .facts = { .exists = TRUE, .is_accepting = TRUE } };
  queue = hs_print_queue_new ("");
  clock_us = TIME_US;
}

static void
tear_down (void)
{
  g_clear_object (&result);
  g_clear_pointer (&seat, hs_seat_free);
  g_clear_pointer (&kiosk_queue, hs_kiosk_queue_free);
  /* Calls that were under way come back. */
  while (g_main_context_iteration (NULL, FALSE))
    continue;
}

static void
await (HsSeatState state)
{
  HS_LOOP_UNTIL (hs_seat_get_state (seat) == state);
}

static void
sit (const HsId *identity)
{
  HS_ASSERT (hs_seat_take (seat, identity, NULL));
  HS_LOOP_UNTIL (fake->facts.is_accepting);
}

/* ── barrier and door ────────────────────────────────────────────────────────────────────── */

static void
a_start_closes_the_queue_and_purges_the_accounts_jobs_before_the_seat_is_free (void)
{
  fake->user_jobs = 3;
  begin (TRUE);
  hs_seat_start (seat);
  HS_ASSERT_INT_EQ (hs_seat_get_state (seat), HS_SEAT_CLEARING);
  await (HS_SEAT_FREE);
  HS_ASSERT (!fake->facts.is_accepting && fake->user_jobs == 0);
  HS_ASSERT_INT_EQ (fake->purged_uid, UID);
}

static void
the_queue_takes_jobs_only_while_somebody_sits_there (void)
{
  begin (TRUE);
  hs_seat_start (seat);
  await (HS_SEAT_FREE);
  HS_ASSERT (!fake->facts.is_accepting);
  sit (&anna);
  fake->user_jobs = 1;
  hs_seat_leave (seat);
  await (HS_SEAT_FREE);
  HS_ASSERT (!fake->facts.is_accepting && fake->user_jobs == 0);
}

/* The opening is still under way when the closing is wanted. */
static void
who_leaves_at_once_leaves_a_closed_queue (void)
{
  begin (TRUE);
  hs_seat_start (seat);
  await (HS_SEAT_FREE);
  HS_ASSERT (hs_seat_take (seat, &anna, NULL));
  hs_seat_leave (seat);
  await (HS_SEAT_FREE);
  HS_ASSERT (!fake->facts.is_accepting);
}

static void
jobs_that_go_slowly_are_purged_again (void)
{
  fake->user_jobs = 4;
  fake->is_slow = TRUE;
  begin (TRUE);
  hs_seat_start (seat);
  await (HS_SEAT_FREE);
  HS_ASSERT (fake->user_jobs == 0 && fake->n_user_purges == 4);
}

static void
without_confirmation_the_seat_stays_closed_says_why_and_opens_by_itself_later (void)
{
  g_autoptr (GError) error = NULL;

  fake->fails = TRUE;
  fake->error_code = G_IO_ERROR_NOT_FOUND;
  begin (TRUE);
  hs_seat_start (seat);
  hs_seat_wait_async (seat, hs_loop_store_result, &result);
  HS_LOOP_UNTIL (result != NULL);
  HS_ASSERT (!hs_seat_wait_finish (seat, result, &error));
  HS_ASSERT_ERROR (error, HS_ERROR_TEMPORARY);
  HS_ASSERT_INT_EQ (hs_seat_get_state (seat), HS_SEAT_CLEARING);
  HS_ASSERT (strstr (hs_seat_get_problem (seat), "the helper does not answer") != NULL);
  HS_ASSERT (!hs_seat_take (seat, &anna, NULL));
  fake->fails = FALSE;
  await (HS_SEAT_FREE);
  HS_ASSERT (hs_seat_get_problem (seat) == NULL && !fake->facts.is_accepting);
}

static void
jobs_that_never_go_keep_the_seat_closed (void)
{
  g_autoptr (GError) error = NULL;

  fake->user_jobs = 100;
  fake->is_slow = TRUE;
  begin (TRUE);
  hs_seat_start (seat);
  hs_seat_wait_async (seat, hs_loop_store_result, &result);
  HS_LOOP_UNTIL (result != NULL);
  HS_ASSERT (!hs_seat_wait_finish (seat, result, &error));
  HS_ASSERT (strstr (error->message, "94 jobs are still in the print queue") != NULL);
  HS_ASSERT_INT_EQ (hs_seat_get_state (seat), HS_SEAT_CLEARING);
}

static void
without_a_print_system_there_is_nothing_to_clear (void)
{
  begin (FALSE);
  hs_seat_start (seat);
  await (HS_SEAT_FREE);
  HS_ASSERT (hs_seat_take (seat, &anna, NULL));
  HS_ASSERT (fake->n_user_purges == 0);
}

static void
a_seat_that_goes_while_it_is_cleared_does_no_harm (void)
{
  begin (TRUE);
  hs_seat_start (seat);
  g_clear_pointer (&seat, hs_seat_free);
  g_clear_pointer (&kiosk_queue, hs_kiosk_queue_free);
}

/* ── whose a job is ──────────────────────────────────────────────────────────────────────── */

static void
start_with (const HsId *identity)
{
  begin (TRUE);
  hs_seat_start (seat);
  await (HS_SEAT_FREE);
  sit (identity);
}

/* The job that runs was made @after_s seconds after the test's first moment. */
static gboolean
find_maker (gint after_s, guint seconds, HsSeatOccupancy *maker, GError **error)
{
  fake->running_from_us = TIME_US + after_s * G_TIME_SPAN_SECOND;
  fake->running_until_us = fake->running_from_us + seconds * G_TIME_SPAN_SECOND;
  g_clear_object (&result);
  hs_kiosk_queue_find_maker_async (kiosk_queue, seat, hs_loop_store_result, &result);
  HS_LOOP_UNTIL (result != NULL);
  return hs_kiosk_queue_find_maker_finish (result, maker, error);
}

static void
a_job_is_whose_who_sat_there_when_it_was_made (void)
{
  HsSeatOccupancy maker;

  start_with (&anna);
  clock_us += 60 * G_TIME_SPAN_SECOND;
  HS_ASSERT (find_maker (30, 1, &maker, NULL));
  HS_ASSERT (hs_id_equal (&maker.identity, &anna));
}

static void
a_job_of_somebody_who_has_left_is_nobodys (void)
{
  HsSeatOccupancy maker;
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) empty = NULL;

  start_with (&anna);
  clock_us += 60 * G_TIME_SPAN_SECOND;
  hs_seat_leave (seat);
  await (HS_SEAT_FREE);
  HS_ASSERT (!find_maker (30, 1, &maker, &empty));
  HS_ASSERT_ERROR (empty, HS_ERROR_DENIED);
  clock_us += 60 * G_TIME_SPAN_SECOND;
  sit (&ben);
  clock_us += 60 * G_TIME_SPAN_SECOND;
  HS_ASSERT (!find_maker (30, 1, &maker, &error));
  HS_ASSERT_ERROR (error, HS_ERROR_DENIED);
  HS_ASSERT (!find_maker (90, 1, &maker, NULL)); /* while nobody sat there */
  HS_ASSERT (find_maker (150, 1, &maker, NULL));
  HS_ASSERT (hs_id_equal (&maker.identity, &ben));
}

static void
a_job_of_the_same_person_from_an_earlier_sitting_is_nobodys (void)
{
  HsSeatOccupancy maker;

  start_with (&anna);
  clock_us += 60 * G_TIME_SPAN_SECOND;
  hs_seat_leave (seat);
  await (HS_SEAT_FREE);
  clock_us += 60 * G_TIME_SPAN_SECOND;
  sit (&anna);
  HS_ASSERT (!find_maker (30, 1, &maker, NULL));
}

static void
a_time_in_which_two_sat_there_is_nobodys (void)
{
  HsSeatOccupancy maker;

  start_with (&anna);
  clock_us += G_TIME_SPAN_SECOND / 2;
  hs_seat_leave (seat);
  await (HS_SEAT_FREE);
  sit (&ben);
  clock_us += 60 * G_TIME_SPAN_SECOND;
  HS_ASSERT (!find_maker (0, 1, &maker, NULL));
  HS_ASSERT (find_maker (1, 1, &maker, NULL));
  HS_ASSERT (!find_maker (0, 30, &maker, NULL)); /* several jobs at once, of two people */
  HS_ASSERT (find_maker (1, 30, &maker, NULL));
}

static void
a_print_system_that_runs_no_job_of_the_account_has_a_job_of_nobody (void)
{
  HsSeatOccupancy maker;
  g_autoptr (GError) error = NULL;

  start_with (&anna);
  g_clear_object (&result);
  hs_kiosk_queue_find_maker_async (kiosk_queue, seat, hs_loop_store_result, &result);
  HS_LOOP_UNTIL (result != NULL);
  HS_ASSERT (!hs_kiosk_queue_find_maker_finish (result, &maker, &error));
  HS_ASSERT_ERROR (error, HS_ERROR_DENIED);
}

static void
what_was_refused_is_purged_when_the_print_system_is_through_with_it (void)
{
  HsSeatOccupancy maker;

  start_with (&anna);
  fake->jobs = 2; /* it is not yet through */
  HS_ASSERT (!find_maker (-60, 30, &maker, NULL));
  HS_ASSERT_INT_EQ (fake->n_running_purges, 1); /* before the answer */
  HS_ASSERT_INT_EQ (fake->purged_until_us, TIME_US - 30 * G_TIME_SPAN_SECOND);
  HS_LOOP_UNTIL (fake->n_finished_purges >= 3);
  fake->jobs = 0;
  HS_ASSERT (find_maker (0, 1, &maker, NULL));
  HS_ASSERT_INT_EQ (fake->n_running_purges, 1);
}

static void
a_print_system_that_cannot_be_asked_is_asked_again_later (void)
{
  HsSeatOccupancy maker;
  g_autoptr (GError) error = NULL;

  start_with (&anna);
  fake->fails = TRUE;
  HS_ASSERT (!find_maker (0, 1, &maker, &error));
  HS_ASSERT_ERROR (error, HS_ERROR_TEMPORARY);
}

HS_SUITE_WITH (
    "engine/intake/kiosk_queue",
    set_up,
    tear_down,
    { "a start closes the queue and purges the account's jobs before the seat is free",
      a_start_closes_the_queue_and_purges_the_accounts_jobs_before_the_seat_is_free },
    { "the queue takes jobs only while somebody sits there",
      the_queue_takes_jobs_only_while_somebody_sits_there },
    { "who leaves at once leaves a closed queue", who_leaves_at_once_leaves_a_closed_queue },
    { "jobs that go slowly are purged again", jobs_that_go_slowly_are_purged_again },
    { "without confirmation the seat stays closed, says why, and opens by itself later",
      without_confirmation_the_seat_stays_closed_says_why_and_opens_by_itself_later },
    { "jobs that never go keep the seat closed", jobs_that_never_go_keep_the_seat_closed },
    { "without a print system there is nothing to clear",
      without_a_print_system_there_is_nothing_to_clear },
    { "a seat that goes while it is cleared does no harm",
      a_seat_that_goes_while_it_is_cleared_does_no_harm },
    { "a job is whose who sat there when it was made",
      a_job_is_whose_who_sat_there_when_it_was_made },
    { "a job of somebody who has left is nobody's", a_job_of_somebody_who_has_left_is_nobodys },
    { "a job of the same person from an earlier sitting is nobody's",
      a_job_of_the_same_person_from_an_earlier_sitting_is_nobodys },
    { "a time in which two sat there is nobody's", a_time_in_which_two_sat_there_is_nobodys },
    { "a print system that runs no job of the account has a job of nobody",
      a_print_system_that_runs_no_job_of_the_account_has_a_job_of_nobody },
    { "what was refused is purged when the print system is through with it",
      what_was_refused_is_purged_when_the_print_system_is_through_with_it },
    { "a print system that cannot be asked is asked again later",
      a_print_system_that_cannot_be_asked_is_asked_again_later })
