/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* A delivery until the printer's last word.
 *
 * The one question behind every branch: can paper have come out? Only a certain "no" may lead to
 * another try. */

#include "engine/delivery/delivery_private.h"

#include "base/error.h"

/* Every so many polls the printer itself is asked too: some keep a job "processing" while they wait
 * for paper. */
#define POLLS_BETWEEN_LOOKS 4
/* A job whose document seems not to have come whole is left alone for so many polls. */
#define POLLS_FOR_THE_REST 6

/* ── the last word ─────────────────────────────────────────────────────────────────────────── */

static gboolean
has_printed_pages (const HsDelivery *delivery, const HsIppJob *job)
{
  if (delivery->share == HS_SHARE_NOTHING)
    return FALSE;
  return job->counted ? job->impressions > 0 || job->sheets > 0 : delivery->was_processing;
}

/* Did the whole document print? A cut body can look complete to a printer. */
static gboolean
is_whole (const HsDelivery *delivery, const HsIppJob *job)
{
  const HsJob *ours = delivery->job;

  switch (delivery->share)
    {
    case HS_SHARE_CONFIRMED:
      return TRUE;
    case HS_SHARE_ALL:
      return !job->counted || job->impressions > 0 || job->sheets > 0;
    case HS_SHARE_SOME:
      return job->counted && ours->impressions_source == HS_COUNT_MEASURED && ours->impressions > 0
             && job->impressions >= (guint64)ours->impressions * hs_job_get_copies (ours);
    case HS_SHARE_NOTHING:
      break;
    }
  return FALSE;
}

static void
conclude_completed (HsDelivery *delivery, const HsIppJob *job)
{
  if (delivery->share == HS_SHARE_NOTHING)
    hs_delivery_end_with (delivery, HS_EVENT_NOT_PRINTED, HS_REASON_PRINTER_UNREACHABLE,
                          "the printer ended the job before it had the document", job);
  else if (!is_whole (delivery, job))
    hs_delivery_end_with (delivery, HS_EVENT_OUTCOME_UNKNOWN, HS_REASON_NONE,
                          "the connection broke while the document was on its way, and the printer "
                          "says that it is done; look whether all pages are there",
                          job);
  else if (hs_ipp_job_has_reason (job, "job-completed-with-errors"))
    hs_delivery_end_with (delivery, HS_EVENT_PRINTED, HS_REASON_COMPLETED_WITH_ERRORS,
                          "it printed, but reports errors; check the pages", job);
  else
    hs_delivery_end_with (delivery, HS_EVENT_PRINTED, HS_REASON_NONE, NULL, job);
}

static void
end_with_fallback (HsDelivery *delivery, const HsIppJob *job)
{
  const HsFallback *fallback = &delivery->fallback;

  if (!delivery->stop_wanted && !fallback->damaged_for_good && job != NULL
      && has_printed_pages (delivery, job))
    {
      g_autofree char *sentence
          = g_strdup_printf ("%s; some pages may have come out already; look what is there",
                             fallback->sentence == NULL ? "it was cut" : fallback->sentence);
      hs_delivery_end_with (delivery, HS_EVENT_OUTCOME_UNKNOWN, HS_REASON_NONE, sentence, job);
      return;
    }
  delivery->news.damaged_for_good = fallback->damaged_for_good;
  hs_delivery_end_with (delivery, HS_EVENT_NOT_PRINTED, fallback->reasons, fallback->sentence, job);
}

/* The printer aborted it of its own. */
static void
conclude_aborted (HsDelivery *delivery, const HsIppJob *job)
{
  g_autofree char *reasons = g_strjoinv (", ", job->reasons);
  g_autofree char *sentence = g_strdup_printf (
      "it gave the job up (%s); choose another printer or print again with other settings",
      *reasons == '\0' ? "it does not say why" : reasons);

  if (delivery->share == HS_SHARE_ALL)
    hs_delivery_end_with (delivery,
                          has_printed_pages (delivery, job) ? HS_EVENT_OUTCOME_UNKNOWN
                                                            : HS_EVENT_NOT_PRINTED,
                          HS_REASON_PRINTER_UNREACHABLE, delivery->fallback.sentence, job);
  else if (has_printed_pages (delivery, job))
    hs_delivery_end_with (delivery, HS_EVENT_OUTCOME_UNKNOWN, HS_REASON_NONE, sentence, job);
  else
    hs_delivery_end_with (delivery, HS_EVENT_NOT_PRINTED, HS_REASON_PRINTER_REFUSED, sentence, job);
}

void
hs_delivery_conclude (HsDelivery *delivery, const HsIppJob *job)
{
  if (job->state != HS_IPP_JOB_COMPLETED)
    hs_printers_doubt (delivery->printers, &delivery->job->printer);
  if (job->state == HS_IPP_JOB_COMPLETED)
    conclude_completed (delivery, job);
  else if (delivery->is_cancelling || delivery->stop_wanted || delivery->share == HS_SHARE_SOME)
    end_with_fallback (delivery, job);
  else if (job->state == HS_IPP_JOB_CANCELED)
    hs_delivery_end_with (delivery, HS_EVENT_NOT_PRINTED, HS_REASON_CANCELLED_AT_DEVICE,
                          "it was cancelled at the printer; release it again if you still want it",
                          job);
  else
    conclude_aborted (delivery, job);
}

/* The printer has something of ours and does not tell what became of it. */
static void
end_unknown (HsDelivery *delivery, HsJobReasons reasons, const char *sentence)
{
  if (delivery->share == HS_SHARE_NOTHING)
    end_with_fallback (delivery, NULL);
  else
    hs_delivery_end (delivery, HS_EVENT_OUTCOME_UNKNOWN, reasons, sentence);
}

/* The same, and it may still have the job. */
static void
end_unasked (HsDelivery *delivery, HsJobReasons reasons, const char *sentence)
{
  hs_delivery_leave_job (delivery);
  end_unknown (delivery, reasons, sentence);
}

/* The printer knows no such job (any more). One that has the whole document may have printed and
 * forgotten it before it could be cancelled. */
static void
conclude_gone (HsDelivery *delivery)
{
  gboolean may_be_whole = delivery->share == HS_SHARE_ALL || delivery->share == HS_SHARE_CONFIRMED;
  gboolean was_cut_off = !delivery->was_processing && !may_be_whole;

  if (delivery->is_cancelling && (was_cut_off || (delivery->stop_wanted && delivery->cancel_taken)))
    end_with_fallback (delivery, NULL);
  else
    end_unknown (delivery, HS_REASON_NONE,
                 "it does not know the job any more; look whether it printed");
}

/* ── watching ──────────────────────────────────────────────────────────────────────────────── */

/* Tells what holds the printer up, or that it goes on; only when that changes. */
static void
tell_remark (HsDelivery *delivery, char *remark, HsJobReasons reasons)
{
  g_autofree char *owned = remark;
  gboolean is_news = g_strcmp0 (remark, delivery->remark) != 0;

  if (!is_news || delivery->is_cancelling || delivery->share != HS_SHARE_CONFIRMED)
    {
      hs_delivery_poll_later (delivery, hs_delivery_watch);
      return;
    }
  g_free (delivery->remark);
  delivery->remark = g_steal_pointer (&owned);
  hs_delivery_tell (delivery, HS_EVENT_SENT, reasons,
                    delivery->remark == NULL ? "it prints again" : delivery->remark,
                    hs_delivery_watch);
}

static void
on_looked (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (HsPrinterAnswer) answer = NULL;
  g_autoptr (HsCapabilities) capabilities = NULL;
  g_autoptr (GError) error = NULL;
  HsDelivery *delivery;
  HsHttpFacts facts;
  char *obstacle;

  if (!hs_delivery_hear (user_data, result, &delivery, &answer, &facts, &error))
    return;
  if (answer != NULL && answer->verdict == HS_IPP_DONE)
    capabilities = hs_capabilities_decode (answer->bytes, NULL);
  if (capabilities == NULL)
    {
      hs_delivery_poll_later (delivery, hs_delivery_watch);
      return;
    }
  hs_printers_note (delivery->printers, &delivery->job->printer, capabilities, NULL);
  obstacle = hs_capabilities_dup_obstacle (capabilities);
  tell_remark (delivery, obstacle,
               obstacle == NULL ? HS_REASON_PRINTING : HS_REASON_PRINTER_STOPPED);
}

/* The answer to Send-Document was lost: is the printer still waiting for more of it? */
static gboolean
waits_for_more (const HsDelivery *delivery, const HsIppJob *job)
{
  return delivery->share == HS_SHARE_ALL && delivery->polls > POLLS_FOR_THE_REST
         && (hs_ipp_job_has_reason (job, "job-incoming")
             || hs_ipp_job_has_reason (job, "job-data-insufficient"));
}

gboolean
hs_delivery_is_ours (HsDelivery *delivery, const HsIppJob *job)
{
  if (job->name == NULL)
    return TRUE;
  if (g_strcmp0 (job->name, delivery->public_name) != 0)
    return !delivery->knows_name;
  delivery->knows_name = TRUE;
  return TRUE;
}

/* TRUE: it told something new, and goes on when that is durable. */
static gboolean
tell_state (HsDelivery *delivery, const HsIppJob *job)
{
  if (job->state == delivery->printer_job_state)
    return FALSE;
  delivery->printer_job_state = job->state;
  hs_delivery_tell (delivery, HS_EVENT_PRINTER_STATE, HS_REASON_PRINTING, NULL, hs_delivery_watch);
  return TRUE;
}

/* A printer may not care for a cancel, and keep a job for ever that waits for the rest of its document.
 * One that still prints is waited for: its last word is worth more than "nobody knows". */
static gboolean
ignores_cancel (HsDelivery *delivery, const HsIppJob *job)
{
  gboolean moves = job->state != delivery->printer_job_state
                   || (job->counted && job->impressions != delivery->progress.impressions);

  if (moves)
    delivery->unmoved_since_us = 0;
  return delivery->is_cancelling
         && hs_delivery_is_lost_since (delivery, &delivery->unmoved_since_us);
}

static void
go_on_watching (HsDelivery *delivery, const HsIppJob *job)
{
  gboolean is_stuck = !hs_ipp_job_is_over (job) && ignores_cancel (delivery, job);

  hs_delivery_note_answer (delivery);
  hs_delivery_note_job (delivery, job);
  if (job->state == HS_IPP_JOB_PROCESSING || job->state == HS_IPP_JOB_STOPPED)
    delivery->was_processing = TRUE;
  if (hs_ipp_job_is_over (job))
    {
      delivery->printer_job_state = job->state;
      hs_delivery_conclude (delivery, job);
    }
  else if (is_stuck)
    end_unasked (delivery, HS_REASON_PRINTER_STOPPED,
                 "it was asked to cancel the job and still has it; cancel it at its panel, and "
                 "look whether it printed");
  else if (tell_state (delivery, job))
    return;
  else if (!delivery->is_cancelling && (delivery->stop_wanted || waits_for_more (delivery, job)))
    hs_delivery_cancel (delivery);
  else if (job->state == HS_IPP_JOB_STOPPED
           || delivery->polls % POLLS_BETWEEN_LOOKS == POLLS_BETWEEN_LOOKS - 1)
    hs_delivery_ask (delivery, HS_ASK_PRINTER, on_looked);
  else
    hs_delivery_poll_later (delivery, hs_delivery_watch);
}

/* A question about the job got no usable answer. */
static void
go_on_unanswered (HsDelivery *delivery,
                  const HsHttpFacts *facts,
                  const GError *error,
                  HsDeliveryStep again)
{
  if (facts->untrusted)
    end_unasked (delivery, HS_REASON_PRINTER_UNTRUSTED, error->message);
  else if (!hs_delivery_try_again (delivery, again))
    end_unasked (delivery, HS_REASON_PRINTER_UNREACHABLE,
                 "it cannot be asked any more what became of the job; look whether it printed");
}

static void
on_job_told (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (HsPrinterAnswer) answer = NULL;
  g_autoptr (GError) error = NULL;
  HsDelivery *delivery;
  HsHttpFacts facts;
  const HsIppJob *job = NULL;

  if (!hs_delivery_hear (user_data, result, &delivery, &answer, &facts, &error))
    return;
  job = hs_delivery_get_told_job (answer);
  if (job != NULL && !hs_delivery_is_ours (delivery, job))
    conclude_gone (delivery);
  else if (job != NULL && job->state != HS_IPP_JOB_UNKNOWN)
    go_on_watching (delivery, job);
  else if (answer != NULL && answer->verdict == HS_IPP_NOT_FOUND)
    conclude_gone (delivery);
  else if (answer == NULL || answer->verdict == HS_IPP_BUSY)
    go_on_unanswered (delivery, &facts, error, hs_delivery_watch);
  else
    end_unasked (delivery, HS_REASON_NONE,
                 "it does not say what became of the job; look whether it printed");
}

void
hs_delivery_watch (HsDelivery *delivery)
{
  if (delivery->stop_wanted && !delivery->is_cancelling)
    hs_delivery_cancel (delivery);
  else
    hs_delivery_ask (delivery, HS_ASK_JOB, on_job_told);
}

/* ── cancelling at the printer ─────────────────────────────────────────────────────────────── */

static void
on_cancelled (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (HsPrinterAnswer) answer = NULL;
  g_autoptr (GError) error = NULL;
  HsDelivery *delivery;
  HsHttpFacts facts;

  if (!hs_delivery_hear (user_data, result, &delivery, &answer, &facts, &error))
    return;
  if (answer == NULL || answer->verdict == HS_IPP_BUSY)
    {
      go_on_unanswered (delivery, &facts, error, hs_delivery_cancel);
      return;
    }
  hs_delivery_note_answer (delivery);
  delivery->polls = 0;
  delivery->cancel_taken |= answer->verdict == HS_IPP_DONE;
  /* Whatever it said: only the job's own state tells that it is over. */
  hs_delivery_watch (delivery);
}

void
hs_delivery_cancel (HsDelivery *delivery)
{
  delivery->is_cancelling = TRUE;
  hs_delivery_ask (delivery, HS_ASK_CANCEL, on_cancelled);
}

static void
on_looked_before_cancelling (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (HsPrinterAnswer) answer = NULL;
  g_autoptr (GError) error = NULL;
  HsDelivery *delivery;
  HsHttpFacts facts;
  const HsIppJob *job = NULL;

  if (!hs_delivery_hear (user_data, result, &delivery, &answer, &facts, &error))
    return;
  job = hs_delivery_get_told_job (answer);
  delivery->is_cancelling = TRUE;
  if (answer == NULL || answer->verdict == HS_IPP_BUSY)
    go_on_unanswered (delivery, &facts, error, hs_delivery_cancel_after_looking);
  else if (job != NULL && !hs_delivery_is_ours (delivery, job))
    conclude_gone (delivery);
  else if (job != NULL && hs_ipp_job_is_over (job))
    go_on_watching (delivery, job);
  else
    hs_delivery_cancel (delivery);
}

void
hs_delivery_cancel_after_looking (HsDelivery *delivery)
{
  hs_delivery_ask (delivery, HS_ASK_JOB, on_looked_before_cancelling);
}
