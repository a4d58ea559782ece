/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* A delivery: its life, what it tells the engine and how it asks the printer.
 *
 * News are told from a source of their own, never from within begin(), committed() or stop(); so
 * the engine may do anything in its function, even free the delivery. */

#include "engine/delivery/delivery_private.h"

#include "base/error.h"
#include "engine/delivery/take_back.h"

#define FIRST_POLL_MS 100
#define MOST_POLL_MS (10 * 1000)

/* ── telling ───────────────────────────────────────────────────────────────────────────────── */

static gboolean
on_tell (gpointer user_data)
{
  HsDelivery *delivery = user_data;

  delivery->tell_source = 0;
  hs_delivery_flush_progress (delivery);
  delivery->news.sentence = delivery->news_sentence;
  delivery->func (&delivery->news, delivery->user_data);
  return G_SOURCE_REMOVE;
}

static void
tell (HsDelivery *delivery, HsJobEvent event, HsJobReasons reasons, const char *sentence)
{
  g_return_if_fail (!delivery->is_over && delivery->tell_source == 0);
  delivery->news.event = event;
  delivery->news.reasons = reasons;
  delivery->news.printer_job_id = delivery->printer_job_id;
  delivery->news.printer_job_state = (guint32)delivery->printer_job_state;
  g_free (delivery->news_sentence);
  delivery->news_sentence
      = sentence == NULL ? NULL : g_strdup_printf ("%s: %s", delivery->printer_name, sentence);
  delivery->tell_source = g_idle_add_full (G_PRIORITY_DEFAULT, on_tell, delivery, NULL);
}

void
hs_delivery_tell (HsDelivery *delivery,
                  HsJobEvent event,
                  HsJobReasons reasons,
                  const char *sentence,
                  HsDeliveryStep next)
{
  delivery->committed = next;
  tell (delivery, event, reasons, sentence);
}

void
hs_delivery_leave_job (HsDelivery *delivery)
{
  delivery->news.leaves_job = TRUE;
}

void
hs_delivery_end_with (HsDelivery *delivery,
                      HsJobEvent event,
                      HsJobReasons reasons,
                      const char *sentence,
                      const HsIppJob *job)
{
  hs_delivery_close_document (delivery);
  if (job != NULL)
    {
      delivery->news.impressions = job->impressions;
      delivery->news.sheets = job->sheets;
      delivery->news.counted = job->counted;
    }
  if (event == HS_EVENT_PRINTED)
    hs_printers_note_used (delivery->printers, &delivery->job->printer);
  tell (delivery, event, reasons, sentence);
  delivery->is_over = TRUE;
}

void
hs_delivery_end (HsDelivery *delivery, HsJobEvent event, HsJobReasons reasons, const char *sentence)
{
  hs_delivery_end_with (delivery, event, reasons, sentence, NULL);
}

HsJobReasons
hs_delivery_reasons_of (HsIppVerdict verdict)
{
  switch (verdict)
    {
    case HS_IPP_BUSY:
      return HS_REASON_PRINTER_BUSY;
    case HS_IPP_NOT_ACCEPTING:
    case HS_IPP_DEVICE_ERROR:
      return HS_REASON_PRINTER_STOPPED;
    case HS_IPP_CANCELLED:
      return HS_REASON_CANCELLED_AT_DEVICE;
    case HS_IPP_DONE:
      return HS_REASON_NONE;
    case HS_IPP_AUTHENTICATION:
    case HS_IPP_NOT_FOUND:
    case HS_IPP_NOT_POSSIBLE:
    case HS_IPP_NO_OPERATION:
    case HS_IPP_NO_VERSION:
    case HS_IPP_NO_FORMAT:
    case HS_IPP_NO_ATTRIBUTES:
    case HS_IPP_TOO_LARGE:
    case HS_IPP_REFUSED:
      break;
    }
  return HS_REASON_PRINTER_REFUSED;
}

void
hs_delivery_end_refused (HsDelivery *delivery, HsIppVerdict verdict, const char *detail)
{
  g_autofree char *sentence = g_strdup_printf (
      "%s%s%s%s", hs_ipp_verdict_to_sentence (verdict),
      detail == NULL ? "" : " (it says: ", detail == NULL ? "" : detail, detail == NULL ? "" : ")");

  hs_printers_doubt (delivery->printers, &delivery->job->printer);
  hs_delivery_end (delivery,
                   verdict == HS_IPP_BUSY ? HS_EVENT_PRINTER_BUSY : HS_EVENT_PRINTER_REFUSED,
                   hs_delivery_reasons_of (verdict), sentence);
}

void
hs_delivery_end_unanswered (HsDelivery *delivery, const HsHttpFacts *facts, const GError *error)
{
  hs_printers_doubt (delivery->printers, &delivery->job->printer);
  if (facts->untrusted)
    hs_delivery_end (delivery, HS_EVENT_PRINTER_REFUSED, HS_REASON_PRINTER_UNTRUSTED,
                     error->message);
  else if (error->code == HS_ERROR_TEMPORARY || error->code == HS_ERROR_CANCELLED)
    hs_delivery_end (delivery, HS_EVENT_PRINTER_BUSY, HS_REASON_PRINTER_UNREACHABLE,
                     error->message);
  else
    hs_delivery_end (delivery, HS_EVENT_PRINTER_REFUSED, HS_REASON_PRINTER_REFUSED, error->message);
}

void
hs_fallback_set (HsFallback *fallback,
                 HsJobReasons reasons,
                 gboolean damaged_for_good,
                 const char *sentence)
{
  g_free (fallback->sentence);
  fallback->reasons = reasons;
  fallback->damaged_for_good = damaged_for_good;
  fallback->sentence = g_strdup (sentence);
}

/* ── asking ────────────────────────────────────────────────────────────────────────────────── */

void
hs_delivery_ask (HsDelivery *delivery, HsPrinterQuestion question, GAsyncReadyCallback func)
{
  const HsJob *job = delivery->job;
  HsIppOffer offer = { delivery->public_name, job->format, delivery->fit, job->size_bytes,
                       job->impressions_source == HS_COUNT_MEASURED ? job->impressions : 0 };
  gboolean is_document = question == HS_ASK_SEND || question == HS_ASK_PRINT;
  HsPrinterAsk ask = { .question = question,
                       .printer_job_id = delivery->printer_job_id,
                       .offer = &offer,
                       .first = is_document ? delivery->first : NULL,
                       .rest = is_document ? delivery->queue : NULL,
                       .on_sent = hs_delivery_note_sent,
                       .on_sent_data = delivery->hold };

  g_clear_object (&delivery->question);
  delivery->question = g_cancellable_new ();
  hs_printer_client_ask_async (delivery->sweep_client != NULL ? delivery->sweep_client
                                                              : delivery->client,
                               &ask, delivery->question, func, g_rc_box_acquire (delivery->hold));
}

gboolean
hs_delivery_hear (gpointer user_data,
                  GAsyncResult *result,
                  HsDelivery **delivery,
                  HsPrinterAnswer **answer,
                  HsHttpFacts *facts,
                  GError **error)
{
  HsDeliveryHold *hold = user_data;
  HsDelivery *held = hold->delivery;

  *answer = hs_printer_client_ask_finish (result, facts, error);
  g_rc_box_release (hold);
  if (held == NULL)
    return FALSE;
  *delivery = held;
  g_clear_object (&held->question);
  return TRUE;
}

const HsIppJob *
hs_delivery_get_told_job (const HsPrinterAnswer *answer)
{
  return answer != NULL && answer->reply != NULL && answer->verdict == HS_IPP_DONE
             ? hs_ipp_reply_get_job (answer->reply)
             : NULL;
}

static gboolean
on_poll (gpointer user_data)
{
  HsDelivery *delivery = user_data;
  HsDeliveryStep step = delivery->committed;

  delivery->poll_source = 0;
  delivery->committed = NULL;
  step (delivery);
  return G_SOURCE_REMOVE;
}

void
hs_delivery_poll_later (HsDelivery *delivery, HsDeliveryStep step)
{
  guint delay_ms = FIRST_POLL_MS;

  for (guint i = 0; i < delivery->polls && delay_ms < MOST_POLL_MS; i++)
    delay_ms += delay_ms / 2;
  delivery->polls++;
  /* While a poll is due nothing waits for the engine, so the step has the place. */
  delivery->committed = step;
  delivery->poll_source = g_timeout_add (MIN (delay_ms, MOST_POLL_MS), on_poll, delivery);
}

gboolean
hs_delivery_is_lost_since (const HsDelivery *delivery, gint64 *since_us)
{
  guint lost_ms = hs_printers_get_patience (delivery->printers)->lost_ms;
  gint64 now_us = g_get_monotonic_time ();

  if (lost_ms == 0)
    lost_ms = HS_PRINTER_LOST_DEFAULT_MS;
  if (*since_us == 0)
    *since_us = now_us;
  return now_us - *since_us > lost_ms * G_TIME_SPAN_MILLISECOND;
}

gboolean
hs_delivery_try_again (HsDelivery *delivery, HsDeliveryStep step)
{
  if (hs_delivery_is_lost_since (delivery, &delivery->silent_since_us))
    return FALSE;
  hs_delivery_poll_later (delivery, step);
  return TRUE;
}

void
hs_delivery_note_answer (HsDelivery *delivery)
{
  delivery->silent_since_us = 0;
}

/* ── life ──────────────────────────────────────────────────────────────────────────────────── */

HsPrinterClient *
hs_delivery_make_client (HsDelivery *delivery, const HsId *printer, GError **error)
{
  g_autoptr (GPtrArray) routes
      = hs_printers_dup_routes (delivery->printers, printer, g_get_real_time (), error);

  if (routes == NULL)
    return NULL;
  return hs_printer_client_new (hs_printers_get_http (delivery->printers),
                                g_steal_pointer (&routes),
                                hs_printers_get_patience (delivery->printers));
}

/* Finds the routes. FALSE: there are none, and that has been told. */
static gboolean
find_printer (HsDelivery *delivery)
{
  const HsJob *job = delivery->job;
  g_autoptr (GError) error = NULL;
  HsPrinterView view;

  delivery->printer_name = hs_printers_find (delivery->printers, &job->printer, &view)
                               ? g_strdup (view.name)
                               : g_strdup ("The printer");
  delivery->client = hs_delivery_make_client (delivery, &job->printer, &error);
  if (delivery->client != NULL)
    return TRUE;
  if (job->progress != HS_DELIVERY_NONE)
    hs_delivery_leave_job (delivery);
  if (job->progress >= HS_DELIVERY_SENDING)
    hs_delivery_end (delivery, HS_EVENT_OUTCOME_UNKNOWN, HS_REASON_NONE, error->message);
  else
    hs_delivery_end (delivery, HS_EVENT_PRINTER_REFUSED,
                     error->code == HS_ERROR_NOT_FOUND ? HS_REASON_PRINTER_REFUSED
                                                       : HS_REASON_PRINTER_UNTRUSTED,
                     error->message);
  return FALSE;
}

static gpointer
begin (gpointer data,
       const HsJob *job,
       HsDocumentSource *source,
       HsDeliveryNewsFunc func,
       gpointer user_data)
{
  HsDelivery *delivery = g_new0 (HsDelivery, 1);

  delivery->hold = g_rc_box_new0 (HsDeliveryHold);
  delivery->hold->delivery = delivery;
  delivery->printers = data;
  delivery->job = hs_job_copy (job);
  delivery->public_name = hs_job_dup_public_name (job);
  delivery->printer_job_id = job->printer_job_id;
  delivery->source = source;
  delivery->func = func;
  delivery->user_data = user_data;
  if (!find_printer (delivery))
    return delivery;
  if (job->progress == HS_DELIVERY_NONE)
    hs_delivery_prepare (delivery);
  else
    hs_delivery_resume (delivery);
  return delivery;
}

static void
committed (gpointer data)
{
  HsDelivery *delivery = data;
  HsDeliveryStep step = delivery->committed;

  g_return_if_fail (step != NULL && delivery->poll_source == 0 && delivery->tell_source == 0);
  delivery->committed = NULL;
  step (delivery);
}

static void
stop (gpointer data)
{
  HsDelivery *delivery = data;

  if (delivery->stop_wanted || delivery->is_over)
    return;
  delivery->stop_wanted = TRUE;
  /* What is on its way is broken off only where the document is; every other question is short,
   * and its answer says what there is to cancel. */
  if (delivery->is_sending && delivery->question != NULL)
    g_cancellable_cancel (delivery->question);
  if (delivery->poll_source != 0 && !delivery->is_cancelling)
    {
      g_clear_handle_id (&delivery->poll_source, g_source_remove);
      delivery->poll_source = g_idle_add (on_poll, delivery);
    }
}

static void
free_delivery (gpointer data)
{
  HsDelivery *delivery = data;

  delivery->hold->delivery = NULL;
  g_rc_box_release (delivery->hold);
  g_clear_handle_id (&delivery->tell_source, g_source_remove);
  g_clear_handle_id (&delivery->poll_source, g_source_remove);
  g_clear_handle_id (&delivery->progress_source, g_source_remove);
  hs_delivery_close_document (delivery);
  g_clear_pointer (&delivery->client, hs_printer_client_free);
  g_clear_pointer (&delivery->sweep_client, hs_printer_client_free);
  g_clear_object (&delivery->question);
  g_clear_pointer (&delivery->source, hs_document_source_unref);
  g_clear_pointer (&delivery->capabilities, hs_capabilities_unref);
  g_clear_pointer (&delivery->fit, hs_ticket_fit_free);
  g_clear_error (&delivery->unopened);
  hs_job_free (delivery->job);
  g_free (delivery->public_name);
  g_free (delivery->printer_name);
  g_free (delivery->news_sentence);
  g_free (delivery->remark);
  g_free (delivery->fallback.sentence);
  g_free (delivery);
}

static gboolean
knows_printer (gpointer data, const HsId *printer, gboolean *used_before)
{
  HsPrinterView view;

  if (!hs_printers_find (data, printer, &view))
    return FALSE;
  *used_before = view.used_before;
  return TRUE;
}

static void
get_abilities (gpointer data, const HsId *printer, HsPrintAbilities *abilities)
{
  HsPrinterView view;

  *abilities = (HsPrintAbilities){ 0 };
  if (hs_printers_find (data, printer, &view) && view.capabilities != NULL)
    hs_capabilities_get_print_abilities (view.capabilities, abilities);
}

static void
take_back_async (gpointer data,
                 const HsJob *job,
                 GCancellable *cancellable,
                 GAsyncReadyCallback callback,
                 gpointer user_data)
{
  hs_take_back_async (data, job, cancellable, callback, user_data);
}

HsDeliverer
hs_delivery_make_deliverer (HsPrinters *printers)
{
  return (HsDeliverer){ .data = printers,
                        .knows_printer = knows_printer,
                        .get_abilities = get_abilities,
                        .begin = begin,
                        .set_progress_func = hs_delivery_set_progress_func,
                        .committed = committed,
                        .stop = stop,
                        .free = free_delivery,
                        .take_back_async = take_back_async,
                        .take_back_finish = hs_take_back_finish };
}
