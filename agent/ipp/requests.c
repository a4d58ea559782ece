/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* What we ask of a printer. The order of the first attributes is fixed by RFC 8011 section 4.1.4. */

#include "ipp/requests.h"

#include "ipp/message.h"
#include "ipp/ticket_fit_private.h"

/* HTTP keeps requests apart, so the number only has to be a valid one. */
#define REQUEST_ID 1

static const char *const printer_attributes[] = { "all" };
static const char *const job_attributes[] = { "job-id",
                                              "job-name",
                                              "job-state",
                                              "job-state-reasons",
                                              "job-impressions-completed",
                                              "job-media-sheets-completed" };

static ipp_t *
make_request (ipp_op_t operation, const HsIppTarget *target)
{
  ipp_t *request = ippNew ();

  ippSetVersion (request, target->is_old ? 1 : 2, target->is_old ? 1 : 0);
  ippSetOperation (request, operation);
  ippSetRequestId (request, REQUEST_ID);
  ippAddString (request, IPP_TAG_OPERATION, IPP_TAG_CHARSET, "attributes-charset", NULL, "utf-8");
  ippAddString (request, IPP_TAG_OPERATION, IPP_TAG_LANGUAGE, "attributes-natural-language", NULL,
                "en");
  ippAddString (request, IPP_TAG_OPERATION, IPP_TAG_URI, "printer-uri", NULL, target->printer_uri);
  return request;
}

static void
add_user (ipp_t *request)
{
  ippAddString (request, IPP_TAG_OPERATION, IPP_TAG_NAME, "requesting-user-name", NULL,
                HS_IPP_USER_NAME);
}

static void
add_offer (ipp_t *request, const HsIppOffer *offer, gboolean with_format)
{
  add_user (request);
  ippAddString (request, IPP_TAG_OPERATION, IPP_TAG_NAME, "job-name", NULL, offer->name);
  if (with_format && offer->format != NULL)
    ippAddString (request, IPP_TAG_OPERATION, IPP_TAG_MIMETYPE, "document-format", NULL,
                  offer->format);
  if (offer->size_bytes > 0)
    ippAddInteger (request, IPP_TAG_OPERATION, IPP_TAG_INTEGER, "job-k-octets",
                   (int)MIN ((offer->size_bytes + 1023) / 1024, G_MAXINT32));
  if (offer->impressions > 0)
    ippAddInteger (request, IPP_TAG_OPERATION, IPP_TAG_INTEGER, "job-impressions",
                   (int)MIN (offer->impressions, G_MAXINT32));
  if (offer->fit != NULL)
    hs_ticket_fit_add_to (offer->fit, request);
}

static GBytes *
encode (ipp_t *request)
{
  g_autoptr (ipp_t) owned = request;

  return hs_ipp_message_encode (owned);
}

GBytes *
hs_ipp_request_get_printer (const HsIppTarget *target)
{
  ipp_t *request = make_request (IPP_OP_GET_PRINTER_ATTRIBUTES, target);

  add_user (request);
  ippAddStrings (request, IPP_TAG_OPERATION, IPP_TAG_KEYWORD, "requested-attributes", 1, NULL,
                 printer_attributes);
  return encode (request);
}

GBytes *
hs_ipp_request_validate_job (const HsIppTarget *target, const HsIppOffer *offer)
{
  ipp_t *request = make_request (IPP_OP_VALIDATE_JOB, target);

  add_offer (request, offer, TRUE);
  return encode (request);
}

GBytes *
hs_ipp_request_create_job (const HsIppTarget *target, const HsIppOffer *offer)
{
  ipp_t *request = make_request (IPP_OP_CREATE_JOB, target);

  /* Create-Job has no document-format: that is Send-Document's (RFC 8011 section 4.2.4). */
  add_offer (request, offer, FALSE);
  return encode (request);
}

GBytes *
hs_ipp_request_print_job (const HsIppTarget *target, const HsIppOffer *offer)
{
  ipp_t *request = make_request (IPP_OP_PRINT_JOB, target);

  add_offer (request, offer, TRUE);
  return encode (request);
}

GBytes *
hs_ipp_request_send_document (const HsIppTarget *target,
                              guint32 printer_job_id,
                              const HsIppOffer *offer)
{
  ipp_t *request = make_request (IPP_OP_SEND_DOCUMENT, target);

  ippAddInteger (request, IPP_TAG_OPERATION, IPP_TAG_INTEGER, "job-id", (int)printer_job_id);
  add_user (request);
  if (offer->format != NULL)
    ippAddString (request, IPP_TAG_OPERATION, IPP_TAG_MIMETYPE, "document-format", NULL,
                  offer->format);
  ippAddBoolean (request, IPP_TAG_OPERATION, "last-document", 1);
  return encode (request);
}

GBytes *
hs_ipp_request_get_job (const HsIppTarget *target, guint32 printer_job_id)
{
  ipp_t *request = make_request (IPP_OP_GET_JOB_ATTRIBUTES, target);

  ippAddInteger (request, IPP_TAG_OPERATION, IPP_TAG_INTEGER, "job-id", (int)printer_job_id);
  add_user (request);
  ippAddStrings (request, IPP_TAG_OPERATION, IPP_TAG_KEYWORD, "requested-attributes",
                 G_N_ELEMENTS (job_attributes), NULL, job_attributes);
  return encode (request);
}

GBytes *
hs_ipp_request_get_jobs (const HsIppTarget *target, gboolean over, guint limit)
{
  ipp_t *request = make_request (IPP_OP_GET_JOBS, target);

  add_user (request);
  if (limit > 0)
    ippAddInteger (request, IPP_TAG_OPERATION, IPP_TAG_INTEGER, "limit", (int)limit);
  ippAddString (request, IPP_TAG_OPERATION, IPP_TAG_KEYWORD, "which-jobs", NULL,
                over ? "completed" : "not-completed");
  ippAddStrings (request, IPP_TAG_OPERATION, IPP_TAG_KEYWORD, "requested-attributes",
                 G_N_ELEMENTS (job_attributes), NULL, job_attributes);
  return encode (request);
}

GBytes *
hs_ipp_request_cancel_job (const HsIppTarget *target, guint32 printer_job_id)
{
  ipp_t *request = make_request (IPP_OP_CANCEL_JOB, target);

  ippAddInteger (request, IPP_TAG_OPERATION, IPP_TAG_INTEGER, "job-id", (int)printer_job_id);
  add_user (request);
  return encode (request);
}
