/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* A delivery from SEND_INTENT until SENT.
 *
 * A job without a document prints nothing, so until SENDING every failure is a certain "no". From
 * SENDING on a failure first asks what the printer has. */

#include "engine/delivery/delivery_private.h"

#include "base/error.h"

static void
end_stopped (HsDelivery *delivery)
{
  hs_delivery_end (delivery, HS_EVENT_NOT_PRINTED, HS_REASON_NONE, NULL);
}

/* ── what went wrong with the document ─────────────────────────────────────────────────────── */

/* Says why nothing printed, should that turn out to be so. */
static void
set_fallback (HsDelivery *delivery, const HsHttpFacts *facts, const GError *error)
{
  HsFallback *fallback = &delivery->fallback;

  if (delivery->stop_wanted)
    hs_fallback_set (fallback, HS_REASON_NONE, FALSE, NULL);
  else if (facts->stream_failed && error->code == HS_ERROR_CORRUPT)
    hs_fallback_set (fallback, HS_REASON_DAMAGED, TRUE,
                     "sending was stopped, because the stored document is damaged; print it again");
  else if (facts->stream_failed && error->code == HS_ERROR_DENIED)
    hs_fallback_set (fallback, HS_REASON_KEY_LOCKED, FALSE,
                     "sending was stopped, because the document's key is locked; sign in, then "
                     "release it again");
  else if (facts->stream_failed)
    hs_fallback_set (fallback, HS_REASON_NONE, FALSE,
                     "sending was stopped, because the stored document could not be read; release "
                     "it again");
  else
    hs_fallback_set (fallback, HS_REASON_PRINTER_UNREACHABLE, FALSE,
                     "the connection broke while the document was on its way, and the printer gave "
                     "it up");
}

static HsShare
share_of (const HsHttpFacts *facts)
{
  if (!facts->may_have_arrived)
    return HS_SHARE_NOTHING;
  return facts->body_complete ? HS_SHARE_ALL : HS_SHARE_SOME;
}

static void
end_sending (HsDelivery *delivery, const HsHttpFacts *facts, gboolean is_cut)
{
  hs_delivery_close_document (delivery);
  delivery->is_sending = FALSE;
  delivery->share = share_of (facts);
  delivery->news.sent_bytes = facts->body_complete      ? delivery->job->size_bytes
                              : facts->may_have_arrived ? delivery->progress.sent_bytes
                                                        : 0;
  delivery->news.all_sent = delivery->share == HS_SHARE_ALL;
  /* Printers print while they receive; one that does not count its pages cannot deny that it did. */
  delivery->was_processing = is_cut && delivery->share != HS_SHARE_NOTHING;
}

/* The document is on its way no more, and the printer did not say that it came. */
static void
tell_broke (HsDelivery *delivery, HsDeliveryStep next)
{
  hs_delivery_tell (delivery, HS_EVENT_SENDING_BROKE, HS_REASON_NONE, NULL, next);
}

/* ── Send-Document ─────────────────────────────────────────────────────────────────────────── */

static void
tell_sent (HsDelivery *delivery, const HsIppJob *job)
{
  delivery->share = HS_SHARE_CONFIRMED;
  if (job != NULL)
    delivery->printer_job_state = job->state;
  hs_delivery_tell (delivery, HS_EVENT_SENT, HS_REASON_PRINTING, NULL, hs_delivery_watch);
}

static void
on_sent (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (HsPrinterAnswer) answer = NULL;
  g_autoptr (GError) error = NULL;
  HsDelivery *delivery;
  HsHttpFacts facts;

  if (!hs_delivery_hear (user_data, result, &delivery, &answer, &facts, &error))
    return;
  end_sending (delivery, &facts, answer == NULL);
  if (answer != NULL && answer->verdict == HS_IPP_DONE)
    {
      tell_sent (delivery, answer->reply == NULL ? NULL : hs_ipp_reply_get_job (answer->reply));
      return;
    }
  if (answer != NULL)
    hs_fallback_set (&delivery->fallback, hs_delivery_reasons_of (answer->verdict), FALSE,
                     hs_ipp_verdict_to_sentence (answer->verdict));
  else
    set_fallback (delivery, &facts, error);
  if (answer == NULL && delivery->share == HS_SHARE_ALL && !delivery->stop_wanted)
    tell_broke (delivery,
                hs_delivery_watch); /* only the answer was lost: it may well be printing */
  else
    tell_broke (delivery, hs_delivery_cancel);
}

static void
send_document (HsDelivery *delivery)
{
  if (delivery->stop_wanted)
    {
      hs_fallback_set (&delivery->fallback, HS_REASON_NONE, FALSE, NULL);
      hs_delivery_cancel (delivery);
      return;
    }
  delivery->share = HS_SHARE_SOME;
  delivery->is_sending = TRUE;
  hs_delivery_ask (delivery, HS_ASK_SEND, on_sent);
}

static void
on_document_open (HsDelivery *delivery)
{
  HsHttpFacts facts = { .stream_failed = TRUE };

  if (delivery->unopened == NULL && !delivery->stop_wanted)
    {
      hs_delivery_tell (delivery, HS_EVENT_SENDING, HS_REASON_NONE, NULL, send_document);
      return;
    }
  set_fallback (delivery, &facts, delivery->unopened);
  hs_delivery_cancel (delivery);
}

void
hs_delivery_accepted (HsDelivery *delivery)
{
  hs_delivery_open_document (delivery, on_document_open);
}

/* ── Create-Job ────────────────────────────────────────────────────────────────────────────── */

static void
on_created (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (HsPrinterAnswer) answer = NULL;
  g_autoptr (GError) error = NULL;
  HsDelivery *delivery;
  HsHttpFacts facts;
  const HsIppJob *job;

  if (!hs_delivery_hear (user_data, result, &delivery, &answer, &facts, &error))
    return;
  if (answer == NULL && !facts.may_have_arrived)
    {
      hs_delivery_end_unanswered (delivery, &facts, error);
      return;
    }
  if (answer != NULL && answer->verdict != HS_IPP_DONE)
    {
      hs_delivery_end_refused (delivery, answer->verdict,
                               answer->reply == NULL ? NULL : answer->reply->message);
      return;
    }
  job = answer == NULL ? NULL : hs_ipp_reply_get_job (answer->reply);
  if (job == NULL || job->id == 0)
    {
      hs_delivery_find_empty (delivery);
      return;
    }
  delivery->printer_job_id = job->id;
  hs_delivery_tell (delivery, HS_EVENT_PRINTER_ACCEPTED, HS_REASON_NONE, NULL,
                    hs_delivery_accepted);
}

/* ── Print-Job ─────────────────────────────────────────────────────────────────────────────── */

static void
on_printed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (HsPrinterAnswer) answer = NULL;
  g_autoptr (GError) error = NULL;
  HsDelivery *delivery;
  HsHttpFacts facts;
  const HsIppJob *job;

  if (!hs_delivery_hear (user_data, result, &delivery, &answer, &facts, &error))
    return;
  end_sending (delivery, &facts, answer == NULL);
  if (answer != NULL && answer->reply != NULL && answer->verdict != HS_IPP_DONE)
    {
      /* An error says that no job was made (RFC 8011 section 4.2.1). */
      hs_delivery_end_refused (delivery, answer->verdict, answer->reply->message);
      return;
    }
  job = answer == NULL || answer->reply == NULL ? NULL : hs_ipp_reply_get_job (answer->reply);
  if (job != NULL && job->id != 0)
    {
      delivery->printer_job_id = job->id;
      tell_sent (delivery, job);
      return;
    }
  if (answer != NULL && answer->verdict != HS_IPP_DONE && answer->verdict != HS_IPP_REFUSED)
    {
      hs_delivery_end_refused (delivery, answer->verdict, NULL);
      return;
    }
  if (answer != NULL)
    hs_fallback_set (&delivery->fallback, HS_REASON_PRINTER_REFUSED, FALSE,
                     hs_ipp_verdict_to_sentence (HS_IPP_REFUSED));
  else
    set_fallback (delivery, &facts, error);
  if (delivery->share == HS_SHARE_NOTHING)
    hs_delivery_end (delivery, HS_EVENT_NOT_PRINTED, delivery->fallback.reasons,
                     delivery->fallback.sentence);
  else
    tell_broke (delivery, hs_delivery_find_printing);
}

static void
print_document (HsDelivery *delivery)
{
  if (delivery->stop_wanted)
    {
      end_stopped (delivery);
      return;
    }
  delivery->share = HS_SHARE_SOME;
  delivery->is_sending = TRUE;
  hs_delivery_ask (delivery, HS_ASK_PRINT, on_printed);
}

void
hs_delivery_create (HsDelivery *delivery)
{
  if (delivery->stop_wanted)
    end_stopped (delivery);
  else if (hs_capabilities_get_abilities (delivery->capabilities) & HS_CAN_CREATE_JOB)
    hs_delivery_ask (delivery, HS_ASK_CREATE, on_created);
  else
    hs_delivery_tell (delivery, HS_EVENT_SENDING, HS_REASON_NONE, NULL, print_document);
}
