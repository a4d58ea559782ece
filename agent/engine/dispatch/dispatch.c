/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Who is delivered next. Released jobs stand in a line before their printer, in the order of their
 * releases; the first that can be opened here is delivered, the others wait; lines do not wait for
 * each other. Each thing that a delivery tells becomes a step, and the delivery goes on when that is
 * durable: so whatever happens to us, the ledger knows at least as much as the printer. */

#define HS_LOG_AREA "delivery"

#include "engine/dispatch/dispatch_private.h"

#include "base/error.h"
#include "base/log.h"
#include "core/backoff.h"

static void
line_free (gpointer data)
{
  HsLine *line = data;

  g_ptr_array_unref (line->errands);
  g_free (line);
}

HsDispatch *
hs_dispatch_new (HsEngine *engine)
{
  HsDispatch *dispatch = g_new0 (HsDispatch, 1);

  dispatch->engine = engine;
  dispatch->cancellable = g_cancellable_new ();
  dispatch->lines = g_hash_table_new_full (hs_id_hash, hs_id_equal_func, NULL, line_free);
  return dispatch;
}

void
hs_dispatch_free (HsDispatch *dispatch)
{
  g_hash_table_unref (dispatch->lines);
  g_object_unref (dispatch->cancellable);
  g_free (dispatch);
}

/* ── waiting for a key or a share ────────────────────────────────────────────────────────── */

static void
apply_waiting (HsJob *job, HsStep *step)
{
  job->reasons |= GPOINTER_TO_UINT (step->data);
}

static gboolean
check_waiting (HsSlot *slot, HsStep *step, GError **error)
{
  if (slot->job->state == HS_JOB_RELEASED)
    return TRUE;
  g_set_error_literal (error, HS_ERROR, HS_ERROR_INVALID, "it waits no more");
  return FALSE;
}

/* Nobody here can open it now: says so on the job, and asks the site for the share again if it was
 * the site that released it. */
static void
wait_for_key (HsErrand *errand)
{
  HsSlot *slot = errand->slot;
  HsEngine *engine = slot->engine;
  gboolean by_site = !hs_id_is_zero (&slot->job->release_command);
  HsJobReasons reason = by_site ? HS_REASON_WAITS_FOR_SITE : HS_REASON_KEY_LOCKED;

  if (by_site && engine->parts.site.share_wanted != NULL)
    engine->parts.site.share_wanted (engine->parts.site.data, &slot->job->id,
                                     &slot->job->release_command);
  errand->waits_for_key = TRUE;
  if (slot->job->reasons & reason)
    return;
  HsStep *step = hs_step_new (HS_EVENT_NONE);
  step->data = GUINT_TO_POINTER (reason);
  step->check = check_waiting;
  step->apply = apply_waiting;
  step->remark = g_strdup (hs_job_reasons_to_sentence (reason));
  hs_slot_push (slot, step);
}

/* ── lines ───────────────────────────────────────────────────────────────────────────────── */

static gboolean
needs_document (const HsJob *job)
{
  return job->state == HS_JOB_RELEASED;
}

/* FALSE: it cannot be opened here, so it lets the next one pass. */
static gboolean
begin (HsErrand *errand)
{
  HsSlot *slot = errand->slot;
  HsEngine *engine = slot->engine;
  HsDocumentSource *source = hs_opening_make_source (slot);

  if (source == NULL && needs_document (slot->job))
    {
      wait_for_key (errand);
      return FALSE;
    }
  errand->waits_for_key = FALSE;
  errand->is_over = FALSE;
  hs_engine_probe (engine, "begin delivery");
  errand->delivery = engine->parts.deliverer.begin (engine->parts.deliverer.data, slot->job, source,
                                                    hs_errand_on_news, errand);
  if (engine->parts.deliverer.set_progress_func != NULL)
    engine->parts.deliverer.set_progress_func (errand->delivery, hs_errand_on_progress, errand);
  if (slot->job->cancel_wanted)
    engine->parts.deliverer.stop (errand->delivery);
  hs_dispatch_count_sending (errand->line->dispatch);
  return TRUE;
}

void
hs_line_advance (HsLine *line)
{
  if (line->dispatch->is_stopped || line->dispatch->is_resting)
    return;
  for (guint i = 0; i < line->errands->len; i++)
    {
      HsErrand *errand = g_ptr_array_index (line->errands, i);
      if (errand->delivery != NULL || errand->retry_source != 0 || errand->is_settling)
        return;
      if (!errand->waits_for_key && begin (errand))
        return;
    }
}

/* The release that counts is the last one; the story knows when it was. */
static gint64
get_release_time (const HsSlot *slot)
{
  for (guint i = hs_trace_get_length (slot->trace); i > 0; i--)
    {
      HsTraceLine line = hs_trace_get_line (slot->trace, i - 1);
      if (line.event == HS_EVENT_RELEASE_ASKED)
        return line.at_us;
    }
  return slot->job->created_at_us;
}

/* What may already be at the printer comes first, then the order of release. */
static gint
compare_errands (gconstpointer a, gconstpointer b)
{
  const HsErrand *left = *(const HsErrand *const *)a;
  const HsErrand *right = *(const HsErrand *const *)b;
  gboolean left_is_there = left->slot->job->state == HS_JOB_DELIVERING;
  gboolean right_is_there = right->slot->job->state == HS_JOB_DELIVERING;

  if (left_is_there != right_is_there)
    return left_is_there ? -1 : 1;
  return left->released_at_us < right->released_at_us   ? -1
         : left->released_at_us > right->released_at_us ? 1
                                                        : 0;
}

static HsLine *
find_line (HsDispatch *dispatch, const HsId *printer)
{
  HsLine *line = g_hash_table_lookup (dispatch->lines, printer);

  if (line != NULL)
    return line;
  line = g_new0 (HsLine, 1);
  line->dispatch = dispatch;
  line->printer = *printer;
  line->errands = g_ptr_array_new ();
  g_hash_table_insert (dispatch->lines, &line->printer, line);
  return line;
}

static HsErrand *
find_errand (HsDispatch *dispatch, HsSlot *slot)
{
  HsErrand *errand = slot->errand;

  if (errand != NULL)
    return errand;
  errand = g_new0 (HsErrand, 1);
  errand->slot = slot;
  errand->line = find_line (dispatch, &slot->job->printer);
  errand->released_at_us = get_release_time (slot);
  slot->errand = errand;
  g_ptr_array_add (errand->line->errands, errand);
  g_ptr_array_sort (errand->line->errands, compare_errands);
  return errand;
}

void
hs_dispatch_deliver (HsDispatch *dispatch, HsSlot *slot)
{
  if (dispatch->is_stopped)
    return;
  hs_line_advance (find_errand (dispatch, slot)->line);
}

static gboolean
on_retry (gpointer user_data)
{
  HsErrand *errand = user_data;

  errand->retry_source = 0;
  hs_line_advance (errand->line);
  return G_SOURCE_REMOVE;
}

void
hs_dispatch_deliver_later (HsDispatch *dispatch, HsSlot *slot)
{
  HsErrand *errand = NULL;
  guint32 delay_ms
      = hs_backoff_delay_ms (HS_BACKOFF_PRINTER, MAX (slot->job->attempts, 1), g_random_int ());

  if (dispatch->is_stopped)
    return;
  errand = find_errand (dispatch, slot);
  if (errand->retry_source == 0)
    errand->retry_source = g_timeout_add (delay_ms, on_retry, errand);
}

void
hs_dispatch_stop (HsDispatch *dispatch, HsSlot *slot)
{
  HsErrand *errand = slot->errand;

  if (errand == NULL || errand->delivery == NULL)
    return;
  if (slot->job->state != HS_JOB_DELIVERING)
    hs_errand_end_delivery (errand);
  else if (!errand->is_over)
    dispatch->engine->parts.deliverer.stop (errand->delivery);
}

void
hs_dispatch_forget (HsDispatch *dispatch, HsSlot *slot)
{
  HsErrand *errand = slot->errand;
  HsLine *line = NULL;

  if (errand == NULL)
    return;
  slot->errand = NULL;
  line = errand->line;
  hs_errand_end_delivery (errand);
  g_clear_handle_id (&errand->retry_source, g_source_remove);
  g_ptr_array_remove (line->errands, errand);
  g_free (errand);
  if (line->errands->len == 0)
    g_hash_table_remove (dispatch->lines, &line->printer);
  else
    hs_line_advance (line);
}

void
hs_dispatch_look_again (HsDispatch *dispatch)
{
  g_autoptr (GList) lines = g_hash_table_get_values (dispatch->lines);

  for (GList *each = lines; each != NULL; each = each->next)
    {
      HsLine *line = each->data;
      for (guint i = 0; i < line->errands->len; i++)
        ((HsErrand *)g_ptr_array_index (line->errands, i))->waits_for_key = FALSE;
      g_ptr_array_sort (line->errands, compare_errands);
      hs_line_advance (line);
    }
}

void
hs_dispatch_drop_all (HsDispatch *dispatch)
{
  GHashTableIter lines;
  gpointer line = NULL;

  dispatch->is_stopped = TRUE;
  g_cancellable_cancel (dispatch->cancellable);
  g_hash_table_iter_init (&lines, dispatch->lines);
  while (g_hash_table_iter_next (&lines, NULL, &line))
    for (guint i = 0; i < ((HsLine *)line)->errands->len; i++)
      {
        HsErrand *errand = g_ptr_array_index (((HsLine *)line)->errands, i);
        hs_errand_end_delivery (errand);
        g_clear_handle_id (&errand->retry_source, g_source_remove);
      }
}

void
hs_dispatch_count (HsDispatch *dispatch, HsEngineStatistics *statistics)
{
  GHashTableIter lines;
  gpointer line = NULL;

  g_hash_table_iter_init (&lines, dispatch->lines);
  while (g_hash_table_iter_next (&lines, NULL, &line))
    for (guint i = 0; i < ((HsLine *)line)->errands->len; i++)
      {
        const HsErrand *errand = g_ptr_array_index (((HsLine *)line)->errands, i);
        if (errand->delivery != NULL)
          statistics->deliveries++;
        else if (errand->waits_for_key)
          statistics->waiting_for_share++;
        else
          statistics->waiting_for_printer++;
      }
}
