/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Who is delivered next. Released jobs stand in a line before their printer, in the order of their
 * releases; the first that can be opened here is delivered, the others wait; lines do not wait for
 * each other. Each thing that a delivery tells becomes a step, and the delivery goes on when that is
 * durable: so whatever happens to us, the ledger knows at least as much as the printer. */

#define HS_LOG_AREA "delivery"

#include "engine/engine_private.h"

#include "base/error.h"
#include "base/log.h"
#include "core/backoff.h"

typedef struct Line Line;

/* A released job on its way. */
typedef struct
{
  HsSlot *slot;
  Line *line;
  gint64 released_at_us; /* its place in the line */
  gpointer delivery;     /* of parts.deliverer; nullable */
  gboolean is_over;      /* the delivery has told its last word */
  gboolean waits_for_key;
  guint retry_source;
} Errand;

struct Line
{
  HsDispatch *dispatch;
  HsId printer;
  GPtrArray *errands; /* by released_at_us; borrowed from their slots */
};

struct HsDispatch
{
  HsEngine *engine;
  GHashTable *lines; /* HsId * (in the line) → Line * */
  gboolean is_stopped;
};

static void
line_free (gpointer data)
{
  Line *line = data;

  g_ptr_array_unref (line->errands);
  g_free (line);
}

HsDispatch *
hs_dispatch_new (HsEngine *engine)
{
  HsDispatch *dispatch = g_new0 (HsDispatch, 1);

  dispatch->engine = engine;
  dispatch->lines = g_hash_table_new_full (hs_id_hash, hs_id_equal_func, NULL, line_free);
  return dispatch;
}

void
hs_dispatch_free (HsDispatch *dispatch)
{
  g_hash_table_unref (dispatch->lines);
  g_free (dispatch);
}

/* ── what a delivery tells ───────────────────────────────────────────────────────────────── */

/* HsDeliveryNews, kept until its turn. */
typedef struct
{
  gpointer delivery; /* which told it; only compared */
  HsDeliveryNews news;
  char *sentence;
} Told;

static void
told_free (gpointer data)
{
  Told *told = data;

  g_free (told->sentence);
  g_free (told);
}

static gboolean
ends_delivery (HsJobEvent event)
{
  return event == HS_EVENT_PRINTER_BUSY || event == HS_EVENT_PRINTER_REFUSED
         || event == HS_EVENT_PRINTED || event == HS_EVENT_NOT_PRINTED
         || event == HS_EVENT_OUTCOME_UNKNOWN || event == HS_EVENT_DAMAGED;
}

/* Certain that nothing printed, and another try makes sense: the printer was busy or gone, and no
 * person ended it there. */
static gboolean
will_retry (const HsSlot *slot, const HsDeliveryNews *news)
{
  gboolean is_passing
      = news->event == HS_EVENT_PRINTER_BUSY
        || (news->event == HS_EVENT_NOT_PRINTED
            && (news->reasons & (HS_REASON_PRINTER_BUSY | HS_REASON_PRINTER_UNREACHABLE)) != 0);

  return is_passing && !(news->reasons & HS_REASON_CANCELLED_AT_DEVICE)
         && slot->job->attempts + 1 < slot->engine->parts.config->attempts;
}

static gboolean
check_told (HsSlot *slot, HsStep *step, GError **error)
{
  Told *told = step->data;

  step->facts.damaged_for_good = told->news.damaged_for_good;
  step->facts.will_retry = will_retry (slot, &told->news);
  return TRUE;
}

static void
apply_progress (HsJob *job, const HsDeliveryNews *news)
{
  if (news->event == HS_EVENT_SEND_INTENT)
    job->progress = HS_DELIVERY_INTENT;
  else if (news->event == HS_EVENT_PRINTER_ACCEPTED)
    job->progress = HS_DELIVERY_ACCEPTED;
  else if (news->event == HS_EVENT_SENDING)
    job->progress = HS_DELIVERY_SENDING;
  else if (news->event == HS_EVENT_SENT)
    job->progress = HS_DELIVERY_SENT;
  if (news->printer_job_id != 0)
    job->printer_job_id = news->printer_job_id;
}

static void
apply_told (HsJob *job, HsStep *step)
{
  const Told *told = step->data;
  const HsDeliveryNews *news = &told->news;

  apply_progress (job, news);
  if (news->event == HS_EVENT_PRINTED || news->event == HS_EVENT_NOT_PRINTED)
    {
      job->result_impressions = news->impressions;
      job->result_sheets = news->sheets;
      job->result_counted = news->counted;
    }
  if (told->sentence != NULL)
    {
      g_free (job->failure);
      job->failure = g_strdup (told->sentence);
    }
  if (job->state == HS_JOB_RELEASED)
    job->attempts++; /* will be tried again */
  if (job->state == HS_JOB_RELEASED || job->state == HS_JOB_HELD)
    {
      job->progress = HS_DELIVERY_NONE;
      job->printer_job_id = 0;
    }
}

static void
end_delivery (Errand *errand)
{
  if (errand->delivery != NULL)
    errand->line->dispatch->engine->parts.deliverer.free (errand->delivery);
  errand->delivery = NULL;
}

static void
on_told (HsSlot *slot, HsStep *step, const GError *error)
{
  Told *told = step->data;
  Errand *errand = slot->errand;
  HsEngine *engine = slot->engine;

  if (errand == NULL || errand->delivery == NULL || errand->delivery != told->delivery)
    return; /* it was stopped meanwhile */
  if (error != NULL)
    {
      /* The job is no longer where this could happen (cancelled, expired): the delivery waits for
       * a word that will not come, so it has sent nothing more. */
      end_delivery (errand);
      return;
    }
  if (ends_delivery (told->news.event))
    end_delivery (errand);
  else
    engine->parts.deliverer.committed (errand->delivery);
}

static void
on_news (const HsDeliveryNews *news, gpointer user_data)
{
  Errand *errand = user_data;
  HsSlot *slot = errand->slot;
  HsStep *step = hs_step_new (news->event);
  Told *told = g_new0 (Told, 1);

  told->delivery = errand->delivery;
  told->news = *news;
  told->sentence = g_strdup (news->sentence);
  told->news.sentence = NULL;
  errand->is_over = ends_delivery (news->event);
  step->is_fact = TRUE;
  step->data = told;
  step->destroy = told_free;
  step->check = check_told;
  step->apply = apply_told;
  step->done = on_told;
  step->reasons = news->reasons;
  step->remark = g_strdup (news->sentence);
  hs_slot_push (slot, step);
}

/* No step: nothing of it is kept. */
static void
on_progress (const HsSendProgress *progress, gpointer user_data)
{
  const Errand *errand = user_data;

  hs_engine_notify_progress (errand->slot->engine, errand->slot->job, progress);
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
wait_for_key (Errand *errand)
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
begin (Errand *errand)
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
                                                    on_news, errand);
  if (engine->parts.deliverer.set_progress_func != NULL)
    engine->parts.deliverer.set_progress_func (errand->delivery, on_progress, errand);
  if (slot->job->cancel_wanted)
    engine->parts.deliverer.stop (errand->delivery);
  return TRUE;
}

/* Starts the first job of the line that can start, unless one is under way. */
static void
advance (Line *line)
{
  if (line->dispatch->is_stopped)
    return;
  for (guint i = 0; i < line->errands->len; i++)
    {
      Errand *errand = g_ptr_array_index (line->errands, i);
      if (errand->delivery != NULL || errand->retry_source != 0)
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
  const Errand *left = *(const Errand *const *)a;
  const Errand *right = *(const Errand *const *)b;
  gboolean left_is_there = left->slot->job->state == HS_JOB_DELIVERING;
  gboolean right_is_there = right->slot->job->state == HS_JOB_DELIVERING;

  if (left_is_there != right_is_there)
    return left_is_there ? -1 : 1;
  return left->released_at_us < right->released_at_us   ? -1
         : left->released_at_us > right->released_at_us ? 1
                                                        : 0;
}

static Line *
find_line (HsDispatch *dispatch, const HsId *printer)
{
  Line *line = g_hash_table_lookup (dispatch->lines, printer);

  if (line != NULL)
    return line;
  line = g_new0 (Line, 1);
  line->dispatch = dispatch;
  line->printer = *printer;
  line->errands = g_ptr_array_new ();
  g_hash_table_insert (dispatch->lines, &line->printer, line);
  return line;
}

static Errand *
find_errand (HsDispatch *dispatch, HsSlot *slot)
{
  Errand *errand = slot->errand;

  if (errand != NULL)
    return errand;
  errand = g_new0 (Errand, 1);
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
  advance (find_errand (dispatch, slot)->line);
}

static gboolean
on_retry (gpointer user_data)
{
  Errand *errand = user_data;

  errand->retry_source = 0;
  advance (errand->line);
  return G_SOURCE_REMOVE;
}

void
hs_dispatch_deliver_later (HsDispatch *dispatch, HsSlot *slot)
{
  Errand *errand = NULL;
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
  Errand *errand = slot->errand;

  if (errand == NULL || errand->delivery == NULL)
    return;
  if (slot->job->state != HS_JOB_DELIVERING)
    end_delivery (errand);
  else if (!errand->is_over)
    dispatch->engine->parts.deliverer.stop (errand->delivery);
}

void
hs_dispatch_forget (HsDispatch *dispatch, HsSlot *slot)
{
  Errand *errand = slot->errand;
  Line *line = NULL;

  if (errand == NULL)
    return;
  slot->errand = NULL;
  line = errand->line;
  end_delivery (errand);
  g_clear_handle_id (&errand->retry_source, g_source_remove);
  g_ptr_array_remove (line->errands, errand);
  g_free (errand);
  if (line->errands->len == 0)
    g_hash_table_remove (dispatch->lines, &line->printer);
  else
    advance (line);
}

void
hs_dispatch_look_again (HsDispatch *dispatch)
{
  g_autoptr (GList) lines = g_hash_table_get_values (dispatch->lines);

  for (GList *each = lines; each != NULL; each = each->next)
    {
      Line *line = each->data;
      for (guint i = 0; i < line->errands->len; i++)
        ((Errand *)g_ptr_array_index (line->errands, i))->waits_for_key = FALSE;
      advance (line);
    }
}

void
hs_dispatch_drop_all (HsDispatch *dispatch)
{
  GHashTableIter lines;
  gpointer line = NULL;

  dispatch->is_stopped = TRUE;
  g_hash_table_iter_init (&lines, dispatch->lines);
  while (g_hash_table_iter_next (&lines, NULL, &line))
    for (guint i = 0; i < ((Line *)line)->errands->len; i++)
      {
        Errand *errand = g_ptr_array_index (((Line *)line)->errands, i);
        end_delivery (errand);
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
    for (guint i = 0; i < ((Line *)line)->errands->len; i++)
      {
        const Errand *errand = g_ptr_array_index (((Line *)line)->errands, i);
        if (errand->delivery != NULL)
          statistics->deliveries++;
        else if (errand->waits_for_key)
          statistics->waiting_for_share++;
        else
          statistics->waiting_for_printer++;
      }
}
