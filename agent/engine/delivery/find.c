/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* A delivery that does not know what the printer has: a reply was lost, or we were restarted.
 *
 * The job's public name is the tag by which it is looked for. */

#include "engine/delivery/delivery_private.h"

#include "base/error.h"

/* ── a job without document ────────────────────────────────────────────────────────────────── */

static void
end_without_document (HsDelivery *delivery, const char *sentence)
{
  hs_printers_doubt (delivery->printers, &delivery->job->printer);
  hs_delivery_leave_job (delivery);
  hs_delivery_end (delivery, HS_EVENT_NOT_PRINTED, HS_REASON_PRINTER_UNREACHABLE, sentence);
}

static void
on_empty_looked_for (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (HsPrinterAnswer) answer = NULL;
  g_autoptr (GError) error = NULL;
  HsDelivery *delivery;
  HsHttpFacts facts;
  const HsIppJob *job = NULL;
  guint count = 0;

  if (!hs_delivery_hear (user_data, result, &delivery, &answer, &facts, &error))
    return;
  if (answer == NULL && !facts.untrusted && error->code == HS_ERROR_TEMPORARY
      && !delivery->stop_wanted && hs_delivery_try_again (delivery, hs_delivery_find_empty))
    return;
  if (answer != NULL && answer->reply != NULL && answer->verdict == HS_IPP_DONE)
    count = hs_ipp_reply_find_jobs (answer->reply, delivery->public_name, &job);
  if (count != 1)
    {
      /* None, or too many to know ours: whatever is there has no document and prints nothing. */
      end_without_document (delivery, "the connection broke before the printer took the job");
      return;
    }
  hs_delivery_note_answer (delivery);
  delivery->printer_job_id = job->id;
  hs_delivery_tell (delivery, HS_EVENT_PRINTER_ACCEPTED, HS_REASON_NONE, NULL,
                    hs_delivery_accepted);
}

void
hs_delivery_find_empty (HsDelivery *delivery)
{
  hs_delivery_ask (delivery, HS_ASK_JOBS, on_empty_looked_for);
}

/* ── a job that Print-Job may have made ────────────────────────────────────────────────────── */

static void
end_not_found (HsDelivery *delivery)
{
  hs_delivery_leave_job (delivery);
  if (delivery->fallback.damaged_for_good)
    {
      delivery->news.damaged_for_good = TRUE;
      hs_delivery_end (delivery, HS_EVENT_NOT_PRINTED, delivery->fallback.reasons,
                       delivery->fallback.sentence);
      return;
    }
  hs_delivery_end (delivery, HS_EVENT_OUTCOME_UNKNOWN, HS_REASON_NONE,
                   "the connection broke while the document was on its way, and the printer does "
                   "not say what became of it; look whether it printed");
}

static void look_among_old (HsDelivery *delivery);

/* TRUE: @answer is one to work with; FALSE: that has been seen to. */
static gboolean
take_list (HsDelivery *delivery,
           const HsPrinterAnswer *answer,
           const HsHttpFacts *facts,
           const GError *error,
           HsDeliveryStep step)
{
  if (answer != NULL && answer->reply != NULL && answer->verdict == HS_IPP_DONE)
    {
      hs_delivery_note_answer (delivery);
      return TRUE;
    }
  if (answer == NULL && !facts->untrusted && error->code == HS_ERROR_TEMPORARY
      && hs_delivery_try_again (delivery, step))
    return FALSE;
  end_not_found (delivery);
  return FALSE;
}

/* An earlier try may have left a job under the same name: one that ended without paper, if it was of
 * this release; of an earlier release, any. */
static gboolean
is_of_this_try (const HsDelivery *delivery, const HsIppJob *job)
{
  const HsJob *ours = delivery->job;

  return job->state == HS_IPP_JOB_COMPLETED ? ours->intents <= ours->attempts + 1
                                            : ours->intents <= 1;
}

static void
on_old_looked_for (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (HsPrinterAnswer) answer = NULL;
  g_autoptr (GError) error = NULL;
  HsDelivery *delivery;
  HsHttpFacts facts;
  const HsIppJob *job = NULL;

  if (!hs_delivery_hear (user_data, result, &delivery, &answer, &facts, &error)
      || !take_list (delivery, answer, &facts, error, look_among_old))
    return;
  if (hs_ipp_reply_find_jobs (answer->reply, delivery->public_name, &job) == 1
      && hs_ipp_job_is_over (job) && is_of_this_try (delivery, job))
    hs_delivery_conclude (delivery, job);
  else
    end_not_found (delivery);
}

static void
look_among_old (HsDelivery *delivery)
{
  hs_delivery_ask (delivery, HS_ASK_OLD_JOBS, on_old_looked_for);
}

static void
on_printing_looked_for (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (HsPrinterAnswer) answer = NULL;
  g_autoptr (GError) error = NULL;
  HsDelivery *delivery;
  HsHttpFacts facts;
  const HsIppJob *job = NULL;
  guint count;

  if (!hs_delivery_hear (user_data, result, &delivery, &answer, &facts, &error)
      || !take_list (delivery, answer, &facts, error, hs_delivery_find_printing))
    return;
  count = hs_ipp_reply_find_jobs (answer->reply, delivery->public_name, &job);
  if (count == 0)
    {
      look_among_old (delivery);
      return;
    }
  if (count > 1)
    {
      end_not_found (delivery);
      return;
    }
  delivery->printer_job_id = job->id;
  if (delivery->share == HS_SHARE_ALL && !delivery->stop_wanted)
    {
      /* Not SENT: that it has a job does not say that it has the whole document. A restart that took
       * it for said would wait for ever for a job that waits for the rest. */
      delivery->printer_job_state = job->state;
      hs_delivery_tell (delivery, HS_EVENT_PRINTER_STATE, HS_REASON_PRINTING, NULL,
                        hs_delivery_watch);
    }
  else
    hs_delivery_cancel (delivery);
}

void
hs_delivery_find_printing (HsDelivery *delivery)
{
  hs_delivery_ask (delivery, HS_ASK_JOBS, on_printing_looked_for);
}

/* ── after a restart ───────────────────────────────────────────────────────────────────────── */

static void
on_accepted_asked (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (HsPrinterAnswer) answer = NULL;
  g_autoptr (GError) error = NULL;
  HsDelivery *delivery;
  HsHttpFacts facts;
  const HsIppJob *job = NULL;

  if (!hs_delivery_hear (user_data, result, &delivery, &answer, &facts, &error))
    return;
  job = hs_delivery_get_told_job (answer);
  if (job != NULL && job->state != HS_IPP_JOB_UNKNOWN && !hs_ipp_job_is_over (job)
      && hs_delivery_is_ours (delivery, job))
    hs_delivery_accepted (delivery);
  else
    end_without_document (delivery,
                          "the agent was restarted before the document was sent, and the printer "
                          "has given the job up");
}

/* The printer can have @share of the document. */
static void
resume_sending (HsDelivery *delivery, HsShare share)
{
  delivery->share = share;
  hs_fallback_set (&delivery->fallback, HS_REASON_PRINTER_UNREACHABLE, FALSE,
                   "the agent was restarted while the document was on its way, and the printer "
                   "gave it up");
  if (delivery->printer_job_id == 0)
    hs_delivery_find_printing (delivery);
  else if (share == HS_SHARE_ALL)
    hs_delivery_watch (delivery);
  else
    hs_delivery_cancel_after_looking (delivery);
}

void
hs_delivery_resume (HsDelivery *delivery)
{
  hs_job_forget_private (delivery->job);
  delivery->was_processing = TRUE; /* nobody watched */
  delivery->knows_name = TRUE;
  delivery->printer_job_state = (HsIppJobState)delivery->job->printer_job_state;
  delivery->news.sent_bytes = delivery->job->sent_bytes;
  switch (delivery->job->progress)
    {
    case HS_DELIVERY_NONE:
      hs_delivery_prepare (delivery);
      break;
    case HS_DELIVERY_INTENT:
      hs_delivery_find_empty (delivery);
      break;
    case HS_DELIVERY_ACCEPTED:
      hs_delivery_ask (delivery, HS_ASK_JOB, on_accepted_asked);
      break;
    case HS_DELIVERY_SENDING:
      resume_sending (delivery, HS_SHARE_SOME);
      break;
    case HS_DELIVERY_CUT:
      resume_sending (delivery, delivery->job->sent_bytes == 0 ? HS_SHARE_NOTHING : HS_SHARE_SOME);
      break;
    case HS_DELIVERY_UNANSWERED:
      resume_sending (delivery, HS_SHARE_ALL);
      break;
    case HS_DELIVERY_SENT:
      delivery->share = HS_SHARE_CONFIRMED;
      hs_delivery_watch (delivery);
      break;
    }
}
