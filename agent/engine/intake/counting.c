/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The pages of a PDF, counted when its job is already accepted: a PDF tells them only as a whole,
 * and nobody who prints has to wait for the helper that reads it. The job is announced with the
 * end of its count, whatever that is; a count that the agent's end cuts off is not made up for,
 * because its key was in memory only.
 *
 * The key to a document stays here from the seal to the end of its count, so the line may be long
 * but not slow: who waited too long is not counted. */

#include "engine/engine_private.h"

#include "base/error.h"
#include "base/worker.h"
#include "seal/seal_reader.h"

/* Helpers at once; each may take a processor and HELPER_MEMORY_BYTES (page_counter.c). */
#define MOST_COUNTS 2

/* Counting waits for a pause in what arrives: starting a helper takes ten times the processor time that
 * taking a small document does, and somebody waits for the latter. Under a stream without pauses it
 * begins all the same. */
#define PAUSE_US (150 * G_TIME_SPAN_MILLISECOND)
#define MOST_PATIENCE_US (G_USEC_PER_SEC)

/* A burst of some hundred ordinary documents is through by then; behind documents that hold the
 * helpers to their limits nobody's key has to wait. */
#define MOST_WAIT_US (20 * G_USEC_PER_SEC)

struct HsCounting
{
  HsEngine *engine;
  GQueue waiting;     /* GTask of a Count each, not started */
  GPtrArray *running; /* GTask; borrowed: a task lives until it has answered */
  gint64 newest_us;   /* monotonic: when the last one was added */
  guint source;       /* starts them after the pause */
};

/* Data of a task; the worker's while it runs. */
typedef struct
{
  HsEngine *engine;
  HsJob *job; /* what the reader checks the document against */
  HsSealOpening *opening;
  gint64 since_us; /* monotonic */
  HsPageFacts pages;
} Count;

static void
count_free (gpointer data)
{
  Count *count = data;

  hs_job_free (count->job);
  g_clear_pointer (&count->opening, hs_seal_opening_free);
  g_free (count);
}

HsCounting *
hs_counting_new (HsEngine *engine)
{
  HsCounting *counting = g_new0 (HsCounting, 1);

  counting->engine = engine;
  g_queue_init (&counting->waiting);
  counting->running = g_ptr_array_new ();
  return counting;
}

void
hs_counting_free (HsCounting *counting)
{
  g_clear_handle_id (&counting->source, g_source_remove);
  g_queue_clear_full (&counting->waiting, g_object_unref);
  g_ptr_array_unref (counting->running);
  g_free (counting);
}

/* ── what it brings ──────────────────────────────────────────────────────────────────────── */

void
hs_counting_apply (HsJob *job, const HsPageFacts *pages)
{
  if (!pages->is_known)
    return;
  job->impressions = pages->impressions;
  job->impressions_source = HS_COUNT_MEASURED;
  job->colour = pages->colour;
}

static void
apply_pages (HsJob *job, HsStep *step)
{
  hs_counting_apply (job, step->data);
}

/* A job that is over needs no pages; one that was announced meanwhile needs no announcement. */
static gboolean
check_use (HsSlot *slot, HsStep *step, GError **error)
{
  if (!hs_job_state_is_final (slot->job->state)
      && (step->apply != NULL || (slot->pending & HS_EFFECT_ANNOUNCE) != 0))
    return TRUE;
  g_set_error_literal (error, HS_ERROR, HS_ERROR_INVALID, "the count is of no use any more");
  return FALSE;
}

static void
tell_end (HsEngine *engine, const Count *count)
{
  HsSlot *slot = hs_engine_find_slot (engine, &count->job->id);
  HsStep *step = NULL;

  /* What a stopping agent does not announce, its next start does. */
  if (slot == NULL || engine->phase != HS_ENGINE_RUNNING)
    return;
  step = hs_step_new (HS_EVENT_NONE);
  step->is_fact = TRUE;
  step->is_silent = TRUE;
  step->may_wait = TRUE;
  step->check = check_use;
  if (count->pages.is_known)
    step->apply = apply_pages;
  step->data = g_memdup2 (&count->pages, sizeof count->pages);
  step->destroy = g_free;
  step->done_effects = HS_EFFECT_ANNOUNCE;
  hs_slot_push (slot, step);
}

/* ── counting ────────────────────────────────────────────────────────────────────────────── */

static gssize
read_plain (gpointer reader, guint64 offset_bytes, void *buffer, gsize capacity, GError **error)
{
  return hs_seal_reader_read_at (reader, offset_bytes, buffer, capacity, error);
}

/* The helper gets to see the sealed file in ranges. What cannot be counted stays unknown (or
 * claimed); that is no fault of the job. */
static void
count_in_worker (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Count *count = task_data;
  const HsEngineParts *parts = &count->engine->parts;
  g_autoptr (GInputStream) file = hs_spool_read (parts->spool, &count->job->id, NULL);
  g_autoptr (HsSealReader) reader = NULL;
  HsRenderPlan plan = { .helper_folder = parts->helper_folder,
                        .size_bytes = count->job->size_bytes,
                        .read = read_plain };

  if (file != NULL)
    reader = hs_seal_reader_new (file, count->opening, count->job, NULL);
  plan.document = reader;
  if (reader == NULL || !parts->count_pdf (&plan, cancellable, &count->pages, NULL))
    count->pages.is_known = FALSE;
  g_clear_pointer (&count->opening, hs_seal_opening_free);
  g_task_return_boolean (task, TRUE);
}

static void start_next (HsCounting *counting);

static gboolean
on_pause (gpointer user_data)
{
  HsCounting *counting = user_data;

  counting->source = 0;
  start_next (counting);
  return G_SOURCE_REMOVE;
}

/* FALSE: not yet; comes back by itself. */
static gboolean
may_start (HsCounting *counting)
{
  const Count *oldest = g_task_get_task_data (g_queue_peek_head (&counting->waiting));
  gint64 start_us = MIN (counting->newest_us + PAUSE_US, oldest->since_us + MOST_PATIENCE_US);
  gint64 left_us = start_us - g_get_monotonic_time ();

  if (left_us <= 0)
    return TRUE;
  if (counting->source == 0)
    counting->source
        = g_timeout_add ((guint)(left_us / G_TIME_SPAN_MILLISECOND) + 1, on_pause, counting);
  return FALSE;
}

/* Starts what may run now. Whoever waited too long is told the end of a count that never was. */
static void
start_next (HsCounting *counting)
{
  while (counting->running->len < MOST_COUNTS && !g_queue_is_empty (&counting->waiting)
         && may_start (counting))
    {
      g_autoptr (GTask) task = g_queue_pop_head (&counting->waiting);
      const Count *count = g_task_get_task_data (task);

      if (g_get_monotonic_time () - count->since_us > MOST_WAIT_US)
        {
          tell_end (counting->engine, count);
          continue;
        }
      hs_engine_worker_begins (counting->engine);
      g_ptr_array_add (counting->running, task);
      hs_worker_run (task, count_in_worker);
    }
}

static void
on_counted (GObject *source, GAsyncResult *result, gpointer user_data)
{
  HsCounting *counting = user_data;
  HsEngine *engine = counting->engine;

  g_ptr_array_remove_fast (counting->running, result);
  hs_engine_probe (engine, "counted");
  tell_end (engine, g_task_get_task_data (G_TASK (result)));
  start_next (counting);
  hs_engine_worker_ends (engine);
}

void
hs_counting_add (HsCounting *counting, const HsJob *job, HsSealOpening *opening)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  GTask *task = g_task_new (NULL, cancellable, on_counted, counting);
  Count *count = g_new0 (Count, 1);

  count->engine = counting->engine;
  count->job = hs_job_copy (job);
  hs_job_forget_private (count->job);
  count->opening = opening;
  count->since_us = counting->newest_us = g_get_monotonic_time ();
  g_task_set_source_tag (task, hs_counting_add);
  g_task_set_task_data (task, count, count_free);
  g_task_set_check_cancellable (task, FALSE);
  g_queue_push_tail (&counting->waiting, task);
  start_next (counting);
}

/* ── the end ─────────────────────────────────────────────────────────────────────────────── */

static gboolean
is_of (gpointer task, const HsId *job)
{
  const Count *count = g_task_get_task_data (task);

  return hs_id_equal (&count->job->id, job);
}

gboolean
hs_counting_has (HsCounting *counting, const HsId *job)
{
  for (GList *each = counting->waiting.head; each != NULL; each = each->next)
    if (is_of (each->data, job))
      return TRUE;
  for (guint i = 0; i < counting->running->len; i++)
    if (is_of (counting->running->pdata[i], job))
      return TRUE;
  return FALSE;
}

void
hs_counting_forget (HsCounting *counting, const HsId *job)
{
  for (GList *each = counting->waiting.head; each != NULL; each = each->next)
    if (is_of (each->data, job))
      {
        g_object_unref (each->data);
        g_queue_delete_link (&counting->waiting, each);
        return;
      }
  for (guint i = 0; i < counting->running->len; i++)
    if (is_of (counting->running->pdata[i], job))
      g_cancellable_cancel (g_task_get_cancellable (counting->running->pdata[i]));
}

void
hs_counting_stop (HsCounting *counting)
{
  g_clear_handle_id (&counting->source, g_source_remove);
  g_queue_clear_full (&counting->waiting, g_object_unref);
  for (guint i = 0; i < counting->running->len; i++)
    g_cancellable_cancel (g_task_get_cancellable (counting->running->pdata[i]));
}
