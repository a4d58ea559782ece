/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The seat of a kiosk. */

#include "engine/identity/seat.h"

#include "base/error.h"
#include "core/refusal.h"
#include "crypto/random.h"

/* Against somebody who signs in and out in a loop; a day has 1,440 sign-outs of a minute. */
#define MOST_OCCUPANCIES 4096

struct HsSeat
{
  HsSeatSetup setup;
  HsSeatState state;
  gboolean is_clearing; /* the barrier is under way */
  gboolean is_over;     /* freed when it comes back */
  char *problem;        /* why the last barrier failed; NULL once one has not */
  GArray *history;      /* HsSeatOccupancy, oldest first; the last one sits here if TAKEN */
  GPtrArray *waiting;   /* GTask */
};

/* ── life ────────────────────────────────────────────────────────────────────────────────── */

HsSeat *
hs_seat_new (const HsSeatSetup *setup)
{
  HsSeat *seat = g_new0 (HsSeat, 1);

  seat->setup = *setup;
  if (seat->setup.now_us == NULL)
    seat->setup.now_us = g_get_real_time;
  seat->history = g_array_new (FALSE, FALSE, sizeof (HsSeatOccupancy));
  seat->waiting = g_ptr_array_new_with_free_func (g_object_unref);
  return seat;
}

static void
answer_waiting (HsSeat *seat, const GError *error)
{
  g_autoptr (GPtrArray) waiting = g_steal_pointer (&seat->waiting);

  seat->waiting = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < waiting->len; i++)
    if (error != NULL)
      g_task_return_error (waiting->pdata[i], g_error_copy (error));
    else
      g_task_return_boolean (waiting->pdata[i], TRUE);
}

static void
free_now (HsSeat *seat)
{
  g_ptr_array_unref (seat->waiting);
  g_array_unref (seat->history);
  g_free (seat->problem);
  g_free (seat);
}

void
hs_seat_free (HsSeat *seat)
{
  g_autoptr (GError) error = NULL;

  if (seat == NULL)
    return;
  g_set_error_literal (&error, HS_ERROR, HS_ERROR_CANCELLED, "the agent is stopping");
  answer_waiting (seat, error);
  seat->is_over = TRUE;
  if (!seat->is_clearing)
    free_now (seat);
}

static void
change (HsSeat *seat, HsSeatState state)
{
  seat->state = state;
  if (seat->setup.changed != NULL)
    seat->setup.changed (seat->setup.changed_data, seat);
}

/* ── the barrier ─────────────────────────────────────────────────────────────────────────── */

static void
open_seat (HsSeat *seat)
{
  change (seat, HS_SEAT_FREE);
  answer_waiting (seat, NULL);
}

static void
on_cleared (GObject *source, GAsyncResult *result, gpointer user_data)
{
  HsSeat *seat = user_data;
  g_autoptr (GError) problem = NULL;
  g_autoptr (GError) error = NULL;

  seat->is_clearing = FALSE;
  gboolean done = seat->setup.barrier.clear_finish (seat->setup.barrier.data, result, &problem);
  if (seat->is_over)
    {
      free_now (seat);
      return;
    }
  g_free (seat->problem);
  seat->problem = done ? NULL : g_strdup (problem->message);
  if (done)
    {
      open_seat (seat);
      return;
    }
  hs_refusal_set (&error, HS_REFUSAL_SEAT_NOT_CLEARED, "problem", problem->message, NULL);
  answer_waiting (seat, error);
}

static void
clear (HsSeat *seat)
{
  const HsSeatBarrier *barrier = &seat->setup.barrier;
  const HsSeatOccupancy *before
      = seat->history->len > 0
            ? &g_array_index (seat->history, HsSeatOccupancy, seat->history->len - 1)
            : NULL;

  if (seat->is_clearing)
    return;
  if (barrier->clear_async == NULL)
    {
      open_seat (seat);
      return;
    }
  seat->is_clearing = TRUE;
  barrier->clear_async (barrier->data, before, on_cleared, seat);
}

void
hs_seat_start (HsSeat *seat)
{
  if (seat->state == HS_SEAT_CLEARING)
    clear (seat);
}

/* ── questions ───────────────────────────────────────────────────────────────────────────── */

guint32
hs_seat_get_uid (const HsSeat *seat)
{
  return seat->setup.uid;
}

HsSeatState
hs_seat_get_state (const HsSeat *seat)
{
  return seat->state;
}

const char *
hs_seat_get_problem (const HsSeat *seat)
{
  return seat->state == HS_SEAT_CLEARING ? seat->problem : NULL;
}

const HsSeatOccupancy *
hs_seat_get_occupancy (const HsSeat *seat)
{
  if (seat->state != HS_SEAT_TAKEN)
    return NULL;
  return &g_array_index (seat->history, HsSeatOccupancy, seat->history->len - 1);
}

gboolean
hs_seat_find_between (const HsSeat *seat,
                      gint64 from_us,
                      gint64 until_us,
                      HsSeatOccupancy *occupancy)
{
  guint found = 0;

  for (guint i = 0; i < seat->history->len; i++)
    {
      const HsSeatOccupancy *one = &g_array_index (seat->history, HsSeatOccupancy, i);
      if (one->from_us >= until_us || one->until_us <= from_us)
        continue;
      *occupancy = *one;
      found++;
    }
  return found == 1;
}

/* ── actions ─────────────────────────────────────────────────────────────────────────────── */

void
hs_seat_wait_async (HsSeat *seat, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (NULL, NULL, callback, user_data);

  if (seat->state != HS_SEAT_CLEARING)
    {
      g_task_return_boolean (task, TRUE);
      g_object_unref (task);
      return;
    }
  g_ptr_array_add (seat->waiting, task);
  clear (seat);
}

gboolean
hs_seat_wait_finish (HsSeat *seat, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
forget_old (HsSeat *seat, gint64 now_us)
{
  while (seat->history->len > 0
         && (seat->history->len >= MOST_OCCUPANCIES
             || g_array_index (seat->history, HsSeatOccupancy, 0).until_us
                    < now_us - HS_SEAT_HISTORY_US))
    g_array_remove_index (seat->history, 0);
}

gboolean
hs_seat_take (HsSeat *seat, const HsId *identity, GError **error)
{
  HsSeatOccupancy occupancy = { .identity = *identity, .until_us = G_MAXINT64 };

  switch (seat->state)
    {
    case HS_SEAT_CLEARING:
      hs_refusal_set (error, HS_REFUSAL_SEAT_CLEARING, NULL);
      return FALSE;
    case HS_SEAT_TAKEN:
      hs_refusal_set (error, HS_REFUSAL_SEAT_TAKEN, NULL);
      return FALSE;
    case HS_SEAT_FREE:
      break;
    }
  if (!hs_random_id (&occupancy.id, error))
    return FALSE;
  occupancy.from_us = seat->setup.now_us ();
  forget_old (seat, occupancy.from_us);
  g_array_append_val (seat->history, occupancy);
  change (seat, HS_SEAT_TAKEN);
  return TRUE;
}

void
hs_seat_leave (HsSeat *seat)
{
  if (seat->state != HS_SEAT_TAKEN)
    return;
  HsSeatOccupancy *occupancy
      = &g_array_index (seat->history, HsSeatOccupancy, seat->history->len - 1);
  /* Even if the clock went back meanwhile, the seat was taken for a moment. */
  occupancy->until_us = MAX (seat->setup.now_us (), occupancy->from_us + 1);
  change (seat, HS_SEAT_CLEARING);
  clear (seat);
}
