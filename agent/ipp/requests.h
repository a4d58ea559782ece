/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* What we ask of a printer, as the bytes of IPP requests (RFC 8011). The HTTP body is these bytes,
 * followed by the document where the operation carries one.
 *
 * The user name in them is always HS_IPP_USER_NAME: who printed is between the person, this
 * workstation and the site; Get-Jobs and Cancel-Job of a restarted agent find the same "user".
 *
 * Threads: any, no shared state.  Blocks: never. */

#include <glib.h>

#define HS_IPP_USER_NAME "homespool"
#define HS_IPP_CONTENT_TYPE "application/ipp"

typedef struct HsTicketFit HsTicketFit;

/* Where a request goes. */
typedef struct
{
  const char *printer_uri; /* "ipps://host/ipp/print", as the printer is listed */
  gboolean is_old;         /* speak IPP 1.1: the printer refused 2.0 */
} HsIppTarget;

/* What a job is to be. */
typedef struct
{
  const char *name;       /* job-name: the public one */
  const char *format;     /* document-format */
  const HsTicketFit *fit; /* the ticket as this printer can have it; nullable */
  guint64 size_bytes;     /* of the document; 0 = not said */
  guint32 impressions;    /* counted by us; 0 = not said */
} HsIppOffer;

/* Each returns: (transfer full). */
GBytes *hs_ipp_request_get_printer (const HsIppTarget *target);
GBytes *hs_ipp_request_validate_job (const HsIppTarget *target, const HsIppOffer *offer);
GBytes *hs_ipp_request_create_job (const HsIppTarget *target, const HsIppOffer *offer);
/* The document follows. */
GBytes *hs_ipp_request_print_job (const HsIppTarget *target, const HsIppOffer *offer);
/* The document follows; it is the last one. */
GBytes *hs_ipp_request_send_document (const HsIppTarget *target,
                                      guint32 printer_job_id,
                                      const HsIppOffer *offer);
GBytes *hs_ipp_request_get_job (const HsIppTarget *target, guint32 printer_job_id);
/* @over: completed ones instead of those that are not; at most @limit (0 = all). */
GBytes *hs_ipp_request_get_jobs (const HsIppTarget *target, gboolean over, guint limit);
GBytes *hs_ipp_request_cancel_job (const HsIppTarget *target, guint32 printer_job_id);
