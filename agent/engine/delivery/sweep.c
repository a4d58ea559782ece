/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Before a document goes to a printer once more: what an earlier try may have left is taken back.
 *
 * It is looked for by its public name, cancelled, and looked for again until it is gone. At the
 * printer that is to get the document now nothing is sent before that is certain. A job that was
 * left at another printer is taken back there if it can be: a person has looked at that printer and
 * decided, and must not be kept waiting by one that was switched off. */

#include "engine/delivery/delivery_private.h"

#include "base/error.h"

static void list_left (HsDelivery *delivery);

static gboolean
is_elsewhere (const HsDelivery *delivery)
{
  return !hs_id_equal (&delivery->job->left_printer, &delivery->job->printer);
}

static void
go_on (HsDelivery *delivery)
{
  HsDeliveryStep next = delivery->swept;

  delivery->swept = NULL;
  delivery->printer_job_id = 0;
  delivery->polls = 0;
  delivery->news.swept = TRUE;
  g_clear_pointer (&delivery->sweep_client, hs_printer_client_free);
  next (delivery);
}

/* It cannot be taken back. */
static void
give_up (HsDelivery *delivery)
{
  if (is_elsewhere (delivery))
    {
      go_on (delivery);
      return;
    }
  delivery->printer_job_id = 0;
  hs_delivery_end (delivery, HS_EVENT_PRINTER_REFUSED, HS_REASON_PRINTER_STOPPED,
                   "an earlier print of this document is stuck in it and cannot be cancelled from "
                   "here; cancel it at its panel, then release the document again");
}

static void
on_taken_back (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (HsPrinterAnswer) answer = NULL;
  g_autoptr (GError) error = NULL;
  HsDelivery *delivery;
  HsHttpFacts facts;

  if (!hs_delivery_hear (user_data, result, &delivery, &answer, &facts, &error))
    return;
  /* Whatever it said: only a list without the job tells that it is gone. */
  if (hs_delivery_try_again (delivery, list_left))
    return;
  give_up (delivery);
}

static void
on_listed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (HsPrinterAnswer) answer = NULL;
  g_autoptr (GError) error = NULL;
  HsDelivery *delivery;
  HsHttpFacts facts;
  const HsIppJob *job = NULL;

  if (!hs_delivery_hear (user_data, result, &delivery, &answer, &facts, &error))
    return;
  if (answer == NULL && !is_elsewhere (delivery))
    hs_delivery_end_unanswered (delivery, &facts, error);
  else if (answer == NULL || answer->reply == NULL || answer->verdict != HS_IPP_DONE)
    give_up (delivery);
  else if (hs_ipp_reply_find_jobs (answer->reply, delivery->public_name, &job) == 0)
    {
      hs_delivery_note_answer (delivery);
      go_on (delivery);
    }
  else
    {
      delivery->printer_job_id = job->id;
      hs_delivery_ask (delivery, HS_ASK_CANCEL, on_taken_back);
    }
}

static void
list_left (HsDelivery *delivery)
{
  hs_delivery_ask (delivery, HS_ASK_JOBS, on_listed);
}

void
hs_delivery_sweep (HsDelivery *delivery, HsDeliveryStep next)
{
  const HsId *left = &delivery->job->left_printer;

  delivery->swept = next;
  if (hs_id_is_zero (left))
    {
      delivery->swept = NULL;
      next (delivery);
      return;
    }
  if (is_elsewhere (delivery))
    {
      delivery->sweep_client = hs_delivery_make_client (delivery, left, NULL);
      if (delivery->sweep_client == NULL)
        {
          go_on (delivery);
          return;
        }
    }
  list_left (delivery);
}
