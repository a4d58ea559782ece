/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* A delivery until SEND_INTENT: nothing that it does here leaves a trace at the printer.
 *
 * The document is opened while the printer is asked. Its worker lets the first byte out only when
 * the whole has proved itself, so a damaged document never makes a job at a printer. */

#include "engine/delivery/delivery_private.h"

#include "base/error.h"

/* ── the document ──────────────────────────────────────────────────────────────────────────── */

static void
on_document_moved (HsByteQueue *queue, gpointer user_data)
{
  HsDelivery *delivery = user_data;
  HsDeliveryStep step = delivery->opened;

  switch (hs_byte_queue_pull (queue, &delivery->first, &delivery->unopened))
    {
    case HS_BYTE_QUEUE_EMPTY:
      return;
    case HS_BYTE_QUEUE_END:
      g_set_error_literal (&delivery->unopened, HS_ERROR, HS_ERROR_CORRUPT,
                           "the stored document is empty");
      break;
    case HS_BYTE_QUEUE_BYTES:
    case HS_BYTE_QUEUE_FAILED:
      break;
    }
  hs_byte_queue_set_notify (queue, NULL, NULL);
  delivery->opened = NULL;
  step (delivery);
}

void
hs_delivery_open_document (HsDelivery *delivery, HsDeliveryStep next)
{
  if (delivery->source == NULL || delivery->first != NULL || delivery->unopened != NULL)
    {
      if (delivery->source == NULL && delivery->unopened == NULL)
        delivery->unopened = g_error_new_literal (
            HS_ERROR, HS_ERROR_DENIED,
            "nobody here can open the document now: sign in, or release it at the printer or on "
            "the release page");
      next (delivery);
      return;
    }
  delivery->opened = next;
  delivery->queue = hs_document_source_open (delivery->source);
  hs_byte_queue_set_notify (delivery->queue, on_document_moved, delivery);
  on_document_moved (delivery->queue, delivery);
}

void
hs_delivery_close_document (HsDelivery *delivery)
{
  delivery->opened = NULL;
  g_clear_pointer (&delivery->first, g_bytes_unref);
  if (delivery->queue == NULL)
    return;
  hs_byte_queue_set_notify (delivery->queue, NULL, NULL);
  hs_byte_queue_close (delivery->queue);
  g_clear_pointer (&delivery->queue, hs_byte_queue_unref);
}

static void
end_unopened (HsDelivery *delivery)
{
  const GError *error = delivery->unopened;

  if (error->code == HS_ERROR_CORRUPT)
    hs_delivery_end (delivery, HS_EVENT_DAMAGED, HS_REASON_DAMAGED,
                     "nothing was sent, because the stored document is damaged; print it again");
  else if (error->code == HS_ERROR_DENIED)
    {
      g_autofree char *sentence = g_strdup_printf ("nothing was sent: %s", error->message);
      hs_delivery_end (delivery, HS_EVENT_PRINTER_REFUSED, HS_REASON_KEY_LOCKED, sentence);
    }
  else
    {
      g_autofree char *sentence = g_strdup_printf (
          "nothing was sent, because the stored document could not be read (%s); release it again",
          error->message);
      hs_delivery_end (delivery, HS_EVENT_PRINTER_REFUSED, HS_REASON_NONE, sentence);
    }
}

/* ── Validate-Job ──────────────────────────────────────────────────────────────────────────── */

static void
tell_intent (HsDelivery *delivery)
{
  g_autofree char *remark = hs_ticket_fit_dup_remark (delivery->fit);

  hs_delivery_tell (delivery, HS_EVENT_SEND_INTENT, HS_REASON_NONE, remark, hs_delivery_create);
}

static void
sweep (HsDelivery *delivery)
{
  hs_delivery_sweep (delivery, tell_intent);
}

static void
on_validated (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (HsPrinterAnswer) answer = NULL;
  g_autoptr (GError) error = NULL;
  HsDelivery *delivery;
  HsHttpFacts facts;

  if (!hs_delivery_hear (user_data, result, &delivery, &answer, &facts, &error))
    return;
  if (answer == NULL)
    hs_delivery_end_unanswered (delivery, &facts, error);
  else if (answer->verdict == HS_IPP_DONE || answer->verdict == HS_IPP_NO_OPERATION)
    sweep (delivery);
  else
    hs_delivery_end_refused (delivery, answer->verdict,
                             answer->reply == NULL ? NULL : answer->reply->message);
}

/* ── the printer ───────────────────────────────────────────────────────────────────────────── */

/* Both the document and the printer are there. */
static void
fit_and_validate (HsDelivery *delivery)
{
  g_autoptr (GError) error = NULL;

  delivery->fit = hs_ticket_fit_new (delivery->job, delivery->capabilities, &error);
  hs_job_forget_private (delivery->job);
  if (delivery->fit == NULL)
    hs_delivery_end (delivery, HS_EVENT_PRINTER_REFUSED, HS_REASON_PRINTER_REFUSED, error->message);
  else if (hs_capabilities_get_abilities (delivery->capabilities) & HS_CAN_VALIDATE)
    hs_delivery_ask (delivery, HS_ASK_VALIDATE, on_validated);
  else
    sweep (delivery);
}

static void
go_on (HsDelivery *delivery)
{
  gboolean is_open = delivery->first != NULL || delivery->unopened != NULL;

  if (delivery->is_over || delivery->capabilities == NULL || !is_open)
    return;
  if (delivery->unopened != NULL)
    end_unopened (delivery);
  else
    fit_and_validate (delivery);
}

/* FALSE: the printer is in no state to get anything, and that has been told. */
static gboolean
take_capabilities (HsDelivery *delivery, HsCapabilities *capabilities)
{
  g_autofree char *obstacle = hs_capabilities_dup_obstacle (capabilities);

  delivery->capabilities = hs_capabilities_ref (capabilities);
  if (obstacle == NULL)
    return TRUE;
  hs_printers_doubt (delivery->printers, &delivery->job->printer);
  hs_delivery_end (delivery, HS_EVENT_PRINTER_REFUSED, HS_REASON_PRINTER_STOPPED, obstacle);
  return FALSE;
}

static void
on_printer_told (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (HsPrinterAnswer) answer = NULL;
  g_autoptr (HsCapabilities) capabilities = NULL;
  g_autoptr (GError) error = NULL;
  HsDelivery *delivery;
  HsHttpFacts facts;
  guint8 spki[HS_HTTP_SPKI_BYTES];

  if (!hs_delivery_hear (user_data, result, &delivery, &answer, &facts, &error)
      || delivery->is_over)
    return;
  if (answer != NULL && answer->verdict != HS_IPP_DONE)
    {
      hs_delivery_end_refused (delivery, answer->verdict,
                               answer->reply == NULL ? NULL : answer->reply->message);
      return;
    }
  if (answer != NULL)
    capabilities = hs_capabilities_decode (answer->bytes, &error);
  if (capabilities == NULL)
    {
      hs_delivery_end_unanswered (delivery, &facts, error);
      return;
    }
  hs_printers_note (delivery->printers, &delivery->job->printer, capabilities,
                    hs_printer_client_get_spki (delivery->client, spki) ? spki : NULL);
  if (take_capabilities (delivery, capabilities))
    go_on (delivery);
}

void
hs_delivery_prepare (HsDelivery *delivery)
{
  g_autoptr (HsCapabilities) fresh
      = hs_printers_dup_fresh (delivery->printers, &delivery->job->printer);

  if (fresh == NULL)
    hs_delivery_ask (delivery, HS_ASK_PRINTER, on_printer_told);
  else if (!take_capabilities (delivery, fresh))
    return;
  hs_delivery_open_document (delivery, go_on);
}
