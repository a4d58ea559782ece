/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The system's print queue on a kiosk.
 *
 * barrier: close → purge → (nothing remains: confirmed | wait, close again) ; a few tries. */

#define HS_LOG_AREA "queue"

#include "engine/intake/kiosk_queue.h"

#include "base/error.h"
#include "base/log.h"
#include "core/backoff.h"

#define TRY_FIRST_MS 100
#define TRY_MOST_MS 2000
#define AGAIN_FIRST_MS (5 * 1000)
#define AGAIN_MOST_MS (60 * 1000)

/* About four seconds: somebody may be waiting to sign in. */
#define MOST_TRIES 6

/* CUPS is through with a job that was refused a moment after our answer. */
#define SWEEP_DELAY_MS 1000
#define MOST_SWEEPS 10

struct HsKioskQueue
{
  HsKioskQueueParts parts;
  guint calls; /* under way; the memory stays until they have come back */
  gboolean is_over;
  GCancellable *cancellable;

  HsSeat *seat;        /* NULL: not made yet, or not to be touched any more */
  gboolean is_open;    /* what the door is to be */
  gboolean is_opening; /* the print system is being told so */

  GTask *clearing; /* the barrier that is under way */
  guint tries;
  guint failures; /* barriers in a row */
  guint timer;    /* the next try, or the next barrier */

  guint sweep; /* a timer */
  guint sweeps;
};

static void close_door (HsKioskQueue *kiosk_queue);

/* ── life ────────────────────────────────────────────────────────────────────────────────── */

static guint
value_or (guint given, guint usual)
{
  return given != 0 ? given : usual;
}

HsKioskQueue *
hs_kiosk_queue_new (const HsKioskQueueParts *parts)
{
  HsKioskQueue *kiosk_queue = g_new0 (HsKioskQueue, 1);

  kiosk_queue->parts = *parts;
  kiosk_queue->parts.try_first_ms = value_or (parts->try_first_ms, TRY_FIRST_MS);
  kiosk_queue->parts.try_most_ms = value_or (parts->try_most_ms, TRY_MOST_MS);
  kiosk_queue->parts.again_first_ms = value_or (parts->again_first_ms, AGAIN_FIRST_MS);
  kiosk_queue->parts.again_most_ms = value_or (parts->again_most_ms, AGAIN_MOST_MS);
  kiosk_queue->parts.sweep_ms = value_or (parts->sweep_ms, SWEEP_DELAY_MS);
  kiosk_queue->cancellable = g_cancellable_new ();
  if (parts->os_queue != NULL)
    hs_os_queue_set_accepting (parts->os_queue, FALSE);
  return kiosk_queue;
}

static void
free_now (HsKioskQueue *kiosk_queue)
{
  g_object_unref (kiosk_queue->cancellable);
  g_free (kiosk_queue);
}

static void
begin_call (HsKioskQueue *kiosk_queue)
{
  kiosk_queue->calls++;
}

/* FALSE if nobody wants the answer any more. */
static gboolean
take_back (HsKioskQueue *kiosk_queue)
{
  kiosk_queue->calls--;
  if (!kiosk_queue->is_over)
    return TRUE;
  if (kiosk_queue->calls == 0)
    free_now (kiosk_queue);
  return FALSE;
}

static void
end_barrier (HsKioskQueue *kiosk_queue, GError *error)
{
  g_autoptr (GTask) task = g_steal_pointer (&kiosk_queue->clearing);

  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

void
hs_kiosk_queue_stop (HsKioskQueue *kiosk_queue)
{
  kiosk_queue->parts.os_queue = NULL;
  kiosk_queue->seat = NULL;
}

void
hs_kiosk_queue_free (HsKioskQueue *kiosk_queue)
{
  if (kiosk_queue == NULL)
    return;
  hs_kiosk_queue_stop (kiosk_queue);
  g_clear_handle_id (&kiosk_queue->timer, g_source_remove);
  g_clear_handle_id (&kiosk_queue->sweep, g_source_remove);
  if (kiosk_queue->clearing != NULL)
    end_barrier (kiosk_queue,
                 g_error_new_literal (HS_ERROR, HS_ERROR_CANCELLED, "the agent is stopping"));
  kiosk_queue->is_over = TRUE;
  g_cancellable_cancel (kiosk_queue->cancellable);
  if (kiosk_queue->calls == 0)
    free_now (kiosk_queue);
}

/* ── the barrier ─────────────────────────────────────────────────────────────────────────── */

static guint
delay_ms (guint first_ms, guint most_ms, guint failures)
{
  return hs_backoff_delay_ms ((HsBackoff){ first_ms, most_ms }, failures, g_random_int ());
}

static gboolean
on_next_try (gpointer user_data)
{
  HsKioskQueue *kiosk_queue = user_data;

  kiosk_queue->timer = 0;
  close_door (kiosk_queue);
  return G_SOURCE_REMOVE;
}

static gboolean
on_next_barrier (gpointer user_data)
{
  HsKioskQueue *kiosk_queue = user_data;

  kiosk_queue->timer = 0;
  if (kiosk_queue->seat != NULL)
    hs_seat_start (kiosk_queue->seat);
  return G_SOURCE_REMOVE;
}

/* Takes @error. */
static void
fail_try (HsKioskQueue *kiosk_queue, GError *error)
{
  const HsKioskQueueParts *parts = &kiosk_queue->parts;

  if (++kiosk_queue->tries < MOST_TRIES)
    {
      kiosk_queue->timer
          = g_timeout_add (delay_ms (parts->try_first_ms, parts->try_most_ms, kiosk_queue->tries),
                           on_next_try, kiosk_queue);
      g_error_free (error);
      return;
    }
  hs_log_warning ("the print queue could not be emptied, so nobody can sign in: %s",
                  error->message);
  kiosk_queue->timer = g_timeout_add (
      delay_ms (parts->again_first_ms, parts->again_most_ms, ++kiosk_queue->failures),
      on_next_barrier, kiosk_queue);
  end_barrier (kiosk_queue, error);
}

static void
on_purged (GObject *source, GAsyncResult *result, gpointer user_data)
{
  HsKioskQueue *kiosk_queue = user_data;
  GError *error = NULL;
  guint remaining = 0;
  gboolean done
      = hs_print_queue_purge_finish (kiosk_queue->parts.queue, result, &remaining, &error);

  if (!take_back (kiosk_queue) || kiosk_queue->clearing == NULL)
    {
      g_clear_error (&error);
      return;
    }
  if (done && remaining == 0)
    {
      kiosk_queue->failures = 0;
      end_barrier (kiosk_queue, NULL);
      return;
    }
  if (done)
    error = g_error_new (HS_ERROR, HS_ERROR_TEMPORARY, "%u jobs are still in the print queue",
                         remaining);
  else
    hs_error_convert_gio (&error);
  fail_try (kiosk_queue, error);
}

/* Closing fails where there is no queue, too; whether that is so is told by the purge. */
static void
on_closed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  HsKioskQueue *kiosk_queue = user_data;
  GError *error = NULL;
  gboolean done = hs_print_queue_finish (kiosk_queue->parts.queue, result, &error)
                  || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);

  if (!take_back (kiosk_queue) || kiosk_queue->clearing == NULL)
    {
      g_clear_error (&error);
      return;
    }
  if (!done)
    {
      hs_error_convert_gio (&error);
      fail_try (kiosk_queue, error);
      return;
    }
  g_clear_error (&error);
  begin_call (kiosk_queue);
  hs_print_queue_purge_user_async (kiosk_queue->parts.queue, kiosk_queue->parts.uid,
                                   kiosk_queue->cancellable, on_purged, kiosk_queue);
}

static void
close_door (HsKioskQueue *kiosk_queue)
{
  if (kiosk_queue->is_opening) /* closed when that is over, so that it stays closed */
    return;
  begin_call (kiosk_queue);
  hs_print_queue_set_accepting_async (kiosk_queue->parts.queue, FALSE, kiosk_queue->cancellable,
                                      on_closed, kiosk_queue);
}

static void
clear_async (gpointer data,
             const HsSeatOccupancy *before,
             GAsyncReadyCallback callback,
             gpointer user_data)
{
  HsKioskQueue *kiosk_queue = data;

  kiosk_queue->clearing = g_task_new (NULL, NULL, callback, user_data);
  kiosk_queue->tries = 0;
  g_clear_handle_id (&kiosk_queue->timer, g_source_remove);
  if (kiosk_queue->parts.queue == NULL)
    end_barrier (kiosk_queue, NULL);
  else
    close_door (kiosk_queue);
}

static gboolean
clear_finish (gpointer data, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

HsSeatBarrier
hs_kiosk_queue_get_barrier (HsKioskQueue *kiosk_queue)
{
  return (HsSeatBarrier){ kiosk_queue, clear_async, clear_finish };
}

void
hs_kiosk_queue_set_seat (HsKioskQueue *kiosk_queue, HsSeat *seat)
{
  kiosk_queue->seat = seat;
}

/* ── the door ────────────────────────────────────────────────────────────────────────────── */

static void
on_opened (GObject *source, GAsyncResult *result, gpointer user_data)
{
  HsKioskQueue *kiosk_queue = user_data;
  g_autoptr (GError) error = NULL;
  gboolean done = hs_print_queue_finish (kiosk_queue->parts.queue, result, &error);

  if (!take_back (kiosk_queue))
    return;
  kiosk_queue->is_opening = FALSE;
  if (kiosk_queue->clearing != NULL)
    close_door (kiosk_queue);
  else if (!done && kiosk_queue->is_open)
    /* os_queue opens it when it next finds it closed. */
    hs_log_warning ("the print queue could not be opened for who signed in: %s", error->message);
}

void
hs_kiosk_queue_on_seat_changed (gpointer data, HsSeat *seat)
{
  HsKioskQueue *kiosk_queue = data;
  const HsKioskQueueParts *parts = &kiosk_queue->parts;

  if (kiosk_queue->seat == NULL)
    return;
  kiosk_queue->is_open = hs_seat_get_state (seat) == HS_SEAT_TAKEN;
  if (parts->os_queue != NULL)
    hs_os_queue_set_accepting (parts->os_queue, kiosk_queue->is_open);
  if (!kiosk_queue->is_open || parts->queue == NULL)
    return;
  kiosk_queue->is_opening = TRUE;
  begin_call (kiosk_queue);
  hs_print_queue_set_accepting_async (parts->queue, TRUE, kiosk_queue->cancellable, on_opened,
                                      kiosk_queue);
}

/* ── what stragglers leave ───────────────────────────────────────────────────────────────── */

static void sweep_later (HsKioskQueue *kiosk_queue);

static void
on_swept (GObject *source, GAsyncResult *result, gpointer user_data)
{
  HsKioskQueue *kiosk_queue = user_data;
  g_autoptr (GError) error = NULL;
  guint remaining = 0;
  gboolean done
      = hs_print_queue_purge_finish (kiosk_queue->parts.queue, result, &remaining, &error);

  if (!take_back (kiosk_queue) || (done && remaining == 0))
    return;
  if (kiosk_queue->sweeps < MOST_SWEEPS)
    sweep_later (kiosk_queue);
  else if (!done)
    hs_log_warning ("the print system keeps a job that was refused: %s", error->message);
}

static gboolean
on_sweep (gpointer user_data)
{
  HsKioskQueue *kiosk_queue = user_data;

  kiosk_queue->sweep = 0;
  begin_call (kiosk_queue);
  hs_print_queue_purge_async (kiosk_queue->parts.queue, HS_PRINT_QUEUE_PURGE_FINISHED,
                              kiosk_queue->cancellable, on_swept, kiosk_queue);
  return G_SOURCE_REMOVE;
}

static void
sweep_later (HsKioskQueue *kiosk_queue)
{
  kiosk_queue->sweeps++;
  if (kiosk_queue->sweep == 0)
    kiosk_queue->sweep = g_timeout_add (kiosk_queue->parts.sweep_ms, on_sweep, kiosk_queue);
}

/* ── the origin ──────────────────────────────────────────────────────────────────────────── */

typedef struct
{
  HsKioskQueue *kiosk_queue;
  const HsSeat *seat;
} Question;

/* Takes @task. */
static void
answer_refused (GTask *task)
{
  g_task_return_new_error (task, HS_ERROR, HS_ERROR_DENIED,
                           "Whoever made this job is not signed in at this workstation any more. "
                           "Sign in (homespool sign-in), then print again.");
  g_object_unref (task);
}

static void
on_running_purged (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  HsKioskQueue *kiosk_queue = ((const Question *)g_task_get_task_data (task))->kiosk_queue;
  g_autoptr (GError) error = NULL;
  guint remaining = 0;

  /* What could not be purged is cancelled by our answer, and swept then. */
  if (!hs_print_queue_purge_finish (kiosk_queue->parts.queue, result, &remaining, &error))
    hs_log_info ("a job that is nobody's could not be purged while it ran: %s", error->message);
  if (take_back (kiosk_queue))
    {
      kiosk_queue->sweeps = 0;
      sweep_later (kiosk_queue);
    }
  answer_refused (task);
}

/* CUPS keeps the document of a job that is cancelled, and shows it to its owner: that is the account. So
 * the job is taken away while it runs, before the answer that would cancel it. @until_us: when it
 * was made at the latest; 0: that is not known. Takes @task. */
static void
refuse (HsKioskQueue *kiosk_queue, GTask *task, gint64 until_us)
{
  if (kiosk_queue == NULL || kiosk_queue->parts.queue == NULL)
    {
      answer_refused (task);
      return;
    }
  begin_call (kiosk_queue);
  hs_print_queue_purge_running_async (kiosk_queue->parts.queue,
                                      until_us > 0 ? until_us : g_get_real_time (),
                                      kiosk_queue->cancellable, on_running_purged, task);
}

static void
on_found (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  const Question *question = g_task_get_task_data (task);
  HsKioskQueue *kiosk_queue = question->kiosk_queue;
  g_autoptr (GError) error = NULL;
  HsSeatOccupancy maker;
  gint64 from_us = 0;
  gint64 until_us = 0;
  gboolean done = hs_print_queue_find_running_finish (kiosk_queue->parts.queue, result, &from_us,
                                                      &until_us, &error);

  if (!take_back (kiosk_queue))
    {
      g_task_return_new_error (task, HS_ERROR, HS_ERROR_TEMPORARY, "the agent is stopping");
      return;
    }
  if (!done)
    {
      g_task_return_new_error (task, HS_ERROR, HS_ERROR_TEMPORARY,
                               "the print system could not be asked whose this job is: %s",
                               error->message);
      return;
    }
  const HsSeatOccupancy *present = hs_seat_get_occupancy (question->seat);
  if (present != NULL && until_us > 0
      && hs_seat_find_between (question->seat, from_us, until_us, &maker)
      && hs_id_equal (&maker.id, &present->id))
    g_task_return_pointer (task, g_memdup2 (&maker, sizeof maker), g_free);
  else
    refuse (kiosk_queue, g_steal_pointer (&task), until_us);
}

void
hs_kiosk_queue_find_maker_async (HsKioskQueue *kiosk_queue,
                                 const HsSeat *seat,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, callback, user_data);
  Question *question = g_new0 (Question, 1);

  *question = (Question){ kiosk_queue, seat };
  g_task_set_task_data (task, question, g_free);
  if (kiosk_queue == NULL || kiosk_queue->parts.queue == NULL
      || hs_seat_get_occupancy (seat) == NULL)
    {
      refuse (kiosk_queue, g_steal_pointer (&task), 0);
      return;
    }
  begin_call (kiosk_queue);
  hs_print_queue_find_running_async (kiosk_queue->parts.queue, kiosk_queue->parts.uid,
                                     kiosk_queue->cancellable, on_found, g_steal_pointer (&task));
}

gboolean
hs_kiosk_queue_find_maker_finish (GAsyncResult *result, HsSeatOccupancy *occupancy, GError **error)
{
  g_autofree HsSeatOccupancy *found = g_task_propagate_pointer (G_TASK (result), error);

  if (found == NULL)
    return FALSE;
  *occupancy = *found;
  return TRUE;
}
