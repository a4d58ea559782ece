/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* What a delivery tells. Each thing becomes a step, and the delivery goes on when that is durable. */

#include "engine/dispatch/dispatch_private.h"

#include "base/error.h"

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
    {
      job->progress = HS_DELIVERY_INTENT;
      job->intents++;
    }
  else if (news->event == HS_EVENT_PRINTER_ACCEPTED)
    job->progress = HS_DELIVERY_ACCEPTED;
  else if (news->event == HS_EVENT_SENDING)
    job->progress = HS_DELIVERY_SENDING;
  else if (news->event == HS_EVENT_SENT)
    job->progress = HS_DELIVERY_SENT;
  else if (news->event == HS_EVENT_SENDING_BROKE)
    job->progress = news->all_sent ? HS_DELIVERY_UNANSWERED : HS_DELIVERY_CUT;
  if (news->printer_job_id != 0)
    job->printer_job_id = news->printer_job_id;
  if (news->printer_job_state != 0)
    job->printer_job_state = news->printer_job_state;
  if (news->event == HS_EVENT_SENT || news->event == HS_EVENT_SENDING_BROKE)
    job->sent_bytes = news->sent_bytes;
}

/* Where a job of ours may still be, for the try that comes after. */
static void
apply_left (HsJob *job, const HsDeliveryNews *news)
{
  if (news->leaves_job)
    hs_job_note_left (job);
  else if (news->swept)
    {
      job->left_printer = (HsId){ 0 };
      job->left_job_id = 0;
    }
}

static void
apply_told (HsJob *job, HsStep *step)
{
  const Told *told = step->data;
  const HsDeliveryNews *news = &told->news;

  apply_progress (job, news);
  apply_left (job, news);
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
      job->printer_job_state = 0;
      job->sent_bytes = 0;
    }
}

/* For the job's story. Returns: (transfer full) (nullable). */
static char *
dup_remark (const HsJob *job, const HsDeliveryNews *news)
{
  if (news->sentence != NULL)
    return g_strdup (news->sentence);
  if (news->event == HS_EVENT_SENDING_BROKE)
    return g_strdup_printf ("%" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT " bytes had left",
                            news->sent_bytes, job->size_bytes);
  if (news->event == HS_EVENT_PRINTER_STATE && news->printer_job_state == 0)
    return g_strdup ("the printer has the job, and tells no job-state");
  if (news->event == HS_EVENT_PRINTER_STATE)
    return g_strdup_printf ("the printer's job-state is %u", news->printer_job_state);
  return NULL;
}

void
hs_errand_end_delivery (HsErrand *errand)
{
  if (errand->delivery != NULL)
    errand->line->dispatch->engine->parts.deliverer.free (errand->delivery);
  errand->delivery = NULL;
  hs_dispatch_count_sending (errand->line->dispatch);
}

/* The ledger now knows what the parked delivery told last: the next one may ask the printer. */
static void
go_on_after_parking (HsErrand *errand)
{
  HsJobState state = errand->slot->job->state;

  if (errand->was_parked && (state == HS_JOB_RELEASED || state == HS_JOB_DELIVERING))
    hs_line_advance (errand->line);
  errand->was_parked = FALSE;
}

static void
on_told (HsSlot *slot, HsStep *step, const GError *error)
{
  Told *told = step->data;
  HsErrand *errand = slot->errand;
  HsEngine *engine = slot->engine;

  if (errand == NULL)
    return; /* it is over meanwhile */
  errand->is_settling = FALSE;
  if (errand->delivery == NULL || errand->delivery != told->delivery)
    {
      go_on_after_parking (errand);
      return; /* it was stopped meanwhile */
    }
  if (error != NULL)
    {
      /* The job is no longer where this could happen (cancelled, expired): the delivery waits for
       * a word that will not come, so it has sent nothing more. */
      hs_errand_end_delivery (errand);
      return;
    }
  if (ends_delivery (told->news.event))
    hs_errand_end_delivery (errand);
  else
    {
      hs_dispatch_count_sending (errand->line->dispatch);
      engine->parts.deliverer.committed (errand->delivery);
    }
}

void
hs_errand_on_news (const HsDeliveryNews *news, gpointer user_data)
{
  HsErrand *errand = user_data;
  HsSlot *slot = errand->slot;
  HsStep *step = hs_step_new (news->event);
  Told *told = g_new0 (Told, 1);

  told->delivery = errand->delivery;
  told->news = *news;
  told->sentence = g_strdup (news->sentence);
  told->news.sentence = NULL;
  errand->is_over = ends_delivery (news->event);
  errand->is_settling = TRUE;
  step->is_fact = TRUE;
  step->data = told;
  step->destroy = told_free;
  step->check = check_told;
  step->apply = apply_told;
  step->done = on_told;
  step->reasons = news->reasons;
  step->remark = dup_remark (slot->job, news);
  hs_slot_push (slot, step);
}

/* No step: nothing of it is kept. */
void
hs_errand_on_progress (const HsSendProgress *progress, gpointer user_data)
{
  const HsErrand *errand = user_data;

  hs_engine_notify_progress (errand->slot->engine, errand->slot->job, progress);
}
