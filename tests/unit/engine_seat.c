/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

#include "engine/identity/seat.h"

#include "base/error.h"
#include "support/loop.h"
#include "support/suite.h"

static const HsId anna = { { 1 } };
static const HsId ben = { { 2 } };
static gint64 clock_us;
static GTask *clearing; /* the barrier that is under way */
static HsId cleared_of; /* whom it was asked about; zero: a start */
static guint n_clears;
static guint n_changes;
static HsSeat *seat;

static gint64
now_us (void)
{
  return clock_us;
}

static void
clear_async (gpointer data,
             const HsSeatOccupancy *before,
             GAsyncReadyCallback callback,
             gpointer user_data)
{
  HS_ASSERT (clearing == NULL);
  clearing = g_task_new (NULL, NULL, callback, user_data);
  cleared_of = before != NULL ? before->identity : (HsId){ { 0 } };
  n_clears++;
}

static gboolean
clear_finish (gpointer data, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
on_changed (gpointer data, HsSeat *changed)
{
  n_changes++;
}

static void
confirm (gboolean success)
{
  g_autoptr (GTask) task = g_steal_pointer (&clearing);
  guint before = n_changes;

  HS_ASSERT (task != NULL);
  if (success)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_new_error (task, HS_ERROR, HS_ERROR_TEMPORARY, "the print system is away");
  HS_LOOP_UNTIL (g_task_get_completed (task));
  HS_ASSERT_INT_EQ (n_changes, before + (success ? 1 : 0));
}

static void
make (gboolean has_barrier)
{
  HsSeatSetup setup = { .uid = 1234, .changed = on_changed, .now_us = now_us };

  clock_us = 1000 * G_USEC_PER_SEC;
  n_clears = n_changes = 0;
  if (has_barrier)
    setup.barrier = (HsSeatBarrier){ NULL, clear_async, clear_finish };
  seat = hs_seat_new (&setup);
}

static void
tear_down (void)
{
  g_clear_pointer (&seat, hs_seat_free);
  g_clear_object (&clearing);
}

static void
nobody_sits_down_before_the_barrier_is_confirmed (void)
{
  g_autoptr (GError) error = NULL;

  make (TRUE);
  HS_ASSERT (!hs_seat_take (seat, &anna, &error));
  HS_ASSERT_ERROR (error, HS_ERROR_TEMPORARY);
  hs_seat_start (seat);
  HS_ASSERT_INT_EQ (n_clears, 1);
  HS_ASSERT (hs_id_is_zero (&cleared_of));
  confirm (TRUE);
  HS_ASSERT (hs_seat_get_occupancy (seat) == NULL);
  HS_ASSERT (hs_seat_take (seat, &anna, NULL));
  HS_ASSERT (hs_id_equal (&hs_seat_get_occupancy (seat)->identity, &anna));
  hs_seat_leave (seat);
  HS_ASSERT (hs_seat_get_occupancy (seat) == NULL);
  HS_ASSERT (hs_id_equal (&cleared_of, &anna));
  HS_ASSERT (!hs_seat_take (seat, &ben, NULL));
  confirm (TRUE);
  HS_ASSERT (hs_seat_take (seat, &ben, NULL));
}

static void
a_second_person_is_refused_while_the_first_sits (void)
{
  g_autoptr (GError) error = NULL;

  make (FALSE);
  hs_seat_start (seat);
  HS_ASSERT (hs_seat_take (seat, &anna, NULL));
  HS_ASSERT (!hs_seat_take (seat, &ben, &error));
  HS_ASSERT_ERROR (error, HS_ERROR_REFUSED);
  HS_ASSERT (hs_id_equal (&hs_seat_get_occupancy (seat)->identity, &anna));
}

static void
a_barrier_that_fails_keeps_the_seat_closed_and_is_tried_again_for_the_next_who_waits (void)
{
  g_autoptr (GAsyncResult) first = NULL;
  g_autoptr (GAsyncResult) second = NULL;
  g_autoptr (GError) error = NULL;

  make (TRUE);
  hs_seat_start (seat);
  hs_seat_wait_async (seat, hs_loop_store_result, &first);
  HS_ASSERT_INT_EQ (n_clears, 1);
  confirm (FALSE);
  HS_LOOP_UNTIL (first != NULL);
  HS_ASSERT (!hs_seat_wait_finish (seat, first, &error));
  HS_ASSERT_ERROR (error, HS_ERROR_TEMPORARY);
  HS_ASSERT (strstr (error->message, "the print system is away") != NULL);
  HS_ASSERT_INT_EQ (hs_seat_get_state (seat), HS_SEAT_CLEARING);
  hs_seat_wait_async (seat, hs_loop_store_result, &second);
  HS_ASSERT_INT_EQ (n_clears, 2);
  confirm (TRUE);
  HS_LOOP_UNTIL (second != NULL);
  HS_ASSERT (hs_seat_wait_finish (seat, second, NULL));
  HS_ASSERT_INT_EQ (hs_seat_get_state (seat), HS_SEAT_FREE);
}

/* Annas seconds are 1000.4 to 1060.2, Ben's 1060.6 to 1100. */
static void
fill_a_minute (void)
{
  make (FALSE);
  hs_seat_start (seat);
  clock_us = 1000400000;
  HS_ASSERT (hs_seat_take (seat, &anna, NULL));
  clock_us = 1060200000;
  hs_seat_leave (seat);
  clock_us = 1060600000;
  HS_ASSERT (hs_seat_take (seat, &ben, NULL));
  clock_us = 1100000000;
  hs_seat_leave (seat);
}

static gboolean
find_second (gint64 second, HsSeatOccupancy *occupancy)
{
  return hs_seat_find_between (seat, second * G_USEC_PER_SEC, (second + 1) * G_USEC_PER_SEC,
                               occupancy);
}

static void
who_sat_here_is_known_by_the_second_and_a_second_of_two_is_nobodys (void)
{
  HsSeatOccupancy found;

  fill_a_minute ();
  HS_ASSERT (find_second (1000, &found) && hs_id_equal (&found.identity, &anna));
  HS_ASSERT (find_second (1059, &found) && hs_id_equal (&found.identity, &anna));
  HS_ASSERT (!find_second (1060, &found));
  HS_ASSERT (find_second (1061, &found) && hs_id_equal (&found.identity, &ben));
  HS_ASSERT (!find_second (999, &found));
  HS_ASSERT (!find_second (1100, &found));
}

static void
the_same_person_twice_is_two_occupancies_and_a_day_later_forgotten (void)
{
  HsSeatOccupancy first, second;

  fill_a_minute ();
  HS_ASSERT (hs_seat_take (seat, &anna, NULL));
  HS_ASSERT (find_second (1001, &first) && find_second (5000, &second));
  HS_ASSERT (hs_id_equal (&second.identity, &anna) && !hs_id_equal (&first.id, &second.id));
  hs_seat_leave (seat);
  clock_us += HS_SEAT_HISTORY_US + G_USEC_PER_SEC;
  HS_ASSERT (find_second (1001, &first));
  HS_ASSERT (hs_seat_take (seat, &ben, NULL));
  HS_ASSERT (!find_second (1001, &first));
}

static void
a_clock_that_goes_back_leaves_the_occupancy_its_moment (void)
{
  HsSeatOccupancy found;

  make (FALSE);
  hs_seat_start (seat);
  HS_ASSERT (hs_seat_take (seat, &anna, NULL));
  clock_us -= 500 * G_USEC_PER_SEC;
  hs_seat_leave (seat);
  HS_ASSERT (find_second (1000, &found) && hs_id_equal (&found.identity, &anna));
  HS_ASSERT (!find_second (1001, &found));
}

HS_SUITE_WITH (
    "engine/identity/seat",
    NULL,
    tear_down,
    { "nobody sits down before the barrier is confirmed",
      nobody_sits_down_before_the_barrier_is_confirmed },
    { "a second person is refused while the first sits",
      a_second_person_is_refused_while_the_first_sits },
    { "a barrier that fails keeps the seat closed, and is tried again for the next who waits",
      a_barrier_that_fails_keeps_the_seat_closed_and_is_tried_again_for_the_next_who_waits },
    { "who sat here is known by the second, and a second of two is nobody's",
      who_sat_here_is_known_by_the_second_and_a_second_of_two_is_nobodys },
    { "the same person twice is two occupancies, and a day later forgotten",
      the_same_person_twice_is_two_occupancies_and_a_day_later_forgotten },
    { "a clock that goes back leaves the occupancy its moment",
      a_clock_that_goes_back_leaves_the_occupancy_its_moment })
