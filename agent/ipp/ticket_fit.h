/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* The job's ticket, fitted to one printer: which job template attributes go along, which are left
 * out because the printer does not have them, and whether one of those was mandatory.
 *
 * Attributes come from the client's ticket (an IPP message; nullable when its key is locked) and
 * from the job itself, which knows copies, sides, colour and media even then. What the release changed
 * of copies, sides and colour goes before both, and is never left out: a printer without it is refused.
 * Anything that is not
 * a job template attribute about the paper (names, accounts, holds, priorities) never goes along.
 *
 * Threads: any; never changes.  Blocks: never. */

#include "core/job.h"
#include "ipp/capabilities.h"

typedef struct HsTicketFit HsTicketFit;

/* Errors: REFUSED, with a sentence, when the printer cannot print the job's format or as its release
 * wants it, or lacks something that job-mandatory-attributes names; CORRUPT when the ticket is no IPP message. */
HsTicketFit *hs_ticket_fit_new (const HsJob *job,
                                const HsCapabilities *capabilities,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;
void hs_ticket_fit_free (HsTicketFit *fit);

/* Names of what was left out; NULL-terminated, borrowed, empty if all goes along. */
const char *const *hs_ticket_fit_get_dropped (const HsTicketFit *fit);

/* "this printer does not offer: sides, finishings".
 * Returns: (transfer full) (nullable): NULL if nothing was left out. */
char *hs_ticket_fit_dup_remark (const HsTicketFit *fit);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsTicketFit, hs_ticket_fit_free)
