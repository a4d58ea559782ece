/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* Putting a fitted ticket into a request; for files of agent/ipp only.
 *
 * Threads: any; one user at a time.  Blocks: never. */

#include "ipp/message.h"
#include "ipp/ticket_fit.h"

/* Appends to @request: job-mandatory-attributes to its operation attributes, then the job group. */
void hs_ticket_fit_add_to (const HsTicketFit *fit, ipp_t *request);
