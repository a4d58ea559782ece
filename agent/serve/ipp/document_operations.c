/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Operations that make jobs and bring documents. */

#include "base/error.h"
#include "serve/ipp/intake_private.h"

/* Reads the ticket and what else is known of the job. FALSE: refused. */
static gboolean
read_offer (HsIppExchange *exchange, HsTicket *ticket, HsIntakeOffer *offer)
{
  const HsReceived *received = exchange->received;
  const char *title = hs_received_get_string (received, "job-name");
  const char *format = hs_received_get_string (received, "document-format");

  hs_answer_read_ticket (exchange->answer, exchange->server->printer, ticket);
  if (ticket->has_refused
      && (ticket->has_refused_mandatory
          || hs_received_get_boolean (received, "ipp-attribute-fidelity", FALSE)))
    {
      hs_ipp_exchange_refuse (exchange, IPP_STATUS_ERROR_ATTRIBUTES_OR_VALUES,
                              "this printer does not offer something that the job insists on");
      return FALSE;
    }
  if (ticket->has_refused)
    hs_answer_set_status (exchange->answer, IPP_STATUS_OK_IGNORED_OR_SUBSTITUTED, NULL);
  *offer = (HsIntakeOffer){
    .title
    = title != NULL && *title != '\0' ? title : hs_received_get_string (received, "document-name"),
    .claimed_name = hs_received_get_string (received, "requesting-user-name"),
    .ticket = ticket->attributes,
    .format = g_strcmp0 (format, "application/octet-stream") == 0 ? NULL : format,
    .claimed_impressions
    = (guint32)MIN (hs_received_get_size_claim (received, "job-impressions"), G_MAXUINT32),
    .copies = ticket->copies,
    .sides = ticket->sides,
    .colour = ticket->colour,
    .media = ticket->media,
    .announced_bytes = hs_received_get_size_claim (received, "job-k-octets") * 1024,
  };
  return TRUE;
}

/* A body of known length that is not packed announces itself. */
static void
add_announced_length (HsIppExchange *exchange, HsIntakeOffer *offer)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (exchange->message);
  const char *packing = hs_received_get_string (exchange->received, "compression");
  goffset length = soup_message_headers_get_content_length (headers);

  if (length > (goffset)exchange->end.offset && exchange->http_inflate == NULL
      && (packing == NULL || g_strcmp0 (packing, "none") == 0))
    offer->announced_bytes = (guint64)length - exchange->end.offset;
}

void
hs_ipp_validate_job (HsIppExchange *exchange)
{
  g_auto (HsTicket) ticket = { 0 };
  g_autoptr (GError) problem = NULL;
  HsIntakeOffer offer;

  if (!read_offer (exchange, &ticket, &offer))
    return;
  if (hs_engine_check_offer (exchange->server->engine, &exchange->caller, &offer, &problem))
    hs_ipp_exchange_complete (exchange);
  else
    hs_ipp_exchange_fail (exchange, problem);
}

static HsIntake *
open_intake (HsIppExchange *exchange, gboolean has_document)
{
  g_auto (HsTicket) ticket = { 0 };
  g_autoptr (GError) problem = NULL;
  HsIntakeOffer offer;

  if (!read_offer (exchange, &ticket, &offer))
    return NULL;
  if (has_document)
    add_announced_length (exchange, &offer);
  HsIntake *intake
      = hs_engine_open_intake (exchange->server->engine, &exchange->caller, &offer, &problem);
  if (intake == NULL)
    hs_ipp_exchange_fail (exchange, problem);
  return intake;
}

void
hs_ipp_print_job (HsIppExchange *exchange)
{
  HsIntake *intake = open_intake (exchange, TRUE);

  if (intake != NULL)
    hs_ipp_exchange_take_document (exchange, intake);
}

void
hs_ipp_create_job (HsIppExchange *exchange)
{
  HsIntake *intake = open_intake (exchange, FALSE);

  if (intake == NULL)
    return;
  hs_ipp_answer_with_job (exchange, hs_intake_get_job (intake));
  hs_ipp_exchange_complete (exchange);
  hs_intake_unref (intake); /* the engine keeps it until the document or its time has come */
}

/* The job that Send-Document or Close-Job means, if it is not waiting for its document any more. */
static const HsJob *
find_job (HsIppExchange *exchange)
{
  return hs_engine_find_job_by_ipp_id (exchange->server->engine, &exchange->caller,
                                       hs_received_get_job_id (exchange->received));
}

void
hs_ipp_send_document (HsIppExchange *exchange)
{
  HsIppIntake *server = exchange->server;
  const char *format = hs_received_get_string (exchange->received, "document-format");
  HsIntake *intake = hs_engine_find_intake (server->engine, &exchange->caller,
                                            hs_received_get_job_id (exchange->received));

  if (!hs_received_has (exchange->received, "last-document"))
    hs_ipp_exchange_refuse (exchange, IPP_STATUS_ERROR_BAD_REQUEST,
                            "the request does not say whether this is the last document");
  else if (intake != NULL && g_hash_table_contains (server->arrivals, intake))
    hs_ipp_exchange_refuse (exchange, IPP_STATUS_ERROR_BUSY,
                            "this job's document is arriving already");
  else if (intake != NULL)
    {
      if (format != NULL && g_strcmp0 (format, "application/octet-stream") != 0)
        hs_intake_set_format (intake, format);
      hs_ipp_exchange_take_document (exchange, hs_intake_ref (intake));
    }
  else if (find_job (exchange) == NULL)
    hs_ipp_exchange_refuse (exchange, IPP_STATUS_ERROR_NOT_FOUND, "there is no such job");
  else
    hs_ipp_answer_with_job (exchange, find_job (exchange)); /* closes, unless a document follows */
}

void
hs_ipp_close_job (HsIppExchange *exchange)
{
  HsIppIntake *server = exchange->server;
  HsIntake *intake = hs_engine_find_intake (server->engine, &exchange->caller,
                                            hs_received_get_job_id (exchange->received));

  if (intake != NULL && g_hash_table_contains (server->arrivals, intake))
    hs_ipp_exchange_refuse (exchange, IPP_STATUS_ERROR_NOT_POSSIBLE,
                            "this job's document is still arriving");
  else if (intake != NULL)
    {
      hs_intake_abort (intake); /* a job without a document is over when it is closed */
      hs_ipp_exchange_complete (exchange);
    }
  else if (find_job (exchange) != NULL)
    hs_ipp_exchange_complete (exchange);
  else
    hs_ipp_exchange_refuse (exchange, IPP_STATUS_ERROR_NOT_FOUND, "there is no such job");
}
