/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* What a client wants done with its document: read from a job creation request, checked against the
 * virtual printer's offer, and kept as the job's ticket.
 *
 * Threads: any; one owner at a time.  Blocks: never. */

#include "core/job.h"
#include "ipp/printer_attributes.h"

typedef struct
{
  GBytes *attributes; /* the accepted job template attributes as one IPP message; NULL = none */
  char *media;        /* media keyword, also of a media-col; nullable */
  guint32 copies;     /* 1 if not given */
  HsSides sides;
  HsColour colour;
  gboolean has_refused_mandatory; /* one of them is named by job-mandatory-attributes */
  gboolean has_refused; /* something was not accepted; it is in the reply's unsupported group */
} HsTicket;

/* Reads the job group of @request; what the printer does not offer goes into @reply's unsupported
 * group (the value where the value is the trouble, "unsupported" where it is the attribute). */
void
hs_ticket_read (HsTicket *ticket, const HsPrinterAttributes *printer, ipp_t *request, ipp_t *reply);
void hs_ticket_clear (HsTicket *ticket);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (HsTicket, hs_ticket_clear)
