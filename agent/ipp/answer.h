/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* The virtual printer's reply to a request, as it grows.
 *
 * The status can only get worse: whoever finds a further fault sets it without asking.
 *
 * Threads: any; one owner at a time.  Blocks: never. */

#include "ipp/job_attributes.h"
#include "ipp/printer_attributes.h"
#include "ipp/received.h"
#include "ipp/ticket.h"

typedef struct HsAnswer HsAnswer;

/* @received must outlive the answer. */
HsAnswer *hs_answer_new (const HsReceived *received);

/* The answer to what could not be read; @bytes is its beginning, from which the request-id comes. */
HsAnswer *hs_answer_new_unread (const guint8 *bytes, gsize length);
void hs_answer_free (HsAnswer *answer);

/* @sentence (nullable) becomes status-message; the one of the worst status stays. */
void hs_answer_set_status (HsAnswer *answer, ipp_status_t status, const char *sentence);
ipp_status_t hs_answer_get_status (const HsAnswer *answer);
gboolean hs_answer_is_error (const HsAnswer *answer);

/* Names an operation attribute of the request in the unsupported group. */
void hs_answer_refuse (HsAnswer *answer, const char *name);

/* Names every attribute of the request's job group there, but @except. Returns how many. */
guint hs_answer_refuse_job_attributes (HsAnswer *answer, const char *except);

/* Reads the request's ticket; what is not offered goes to the unsupported group. */
void hs_answer_read_ticket (HsAnswer *answer, const HsPrinterAttributes *printer, HsTicket *ticket);

/* A printer group with what the request asked for. */
void hs_answer_add_printer (HsAnswer *answer,
                            const HsPrinterAttributes *printer,
                            const HsPrinterMoment *moment);

/* What CUPS's own clients ask of a queue: adds printer-type. */
void hs_answer_add_cups_facts (HsAnswer *answer);

/* The job attributes that the request asked for, or @otherwise (NULL-terminated); to be settled
 * before the first job is added. */
void hs_answer_select_jobs (HsAnswer *answer, const char *const *otherwise);
void hs_answer_select_exactly (HsAnswer *answer, const char *const *names);

/* One more job group. */
void hs_answer_add_job (HsAnswer *answer, const HsJob *job, const HsJobView *view);

/* Returns: (transfer full). */
GBytes *hs_answer_encode (HsAnswer *answer);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsAnswer, hs_answer_free)
