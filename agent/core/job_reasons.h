/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* Why a job is where it is: bits ↔ IPP job-state-reasons keywords (RFC 8011 section 5.3.8,
 * PWG 5100.7, 5100.13 and 5100.18) ↔ a sentence for a person.
 *
 * Threads: any, no shared state.  Blocks: never. */

#include <glib.h>

typedef enum
{
  HS_REASON_NONE = 0,
  HS_REASON_INCOMING = 1 << 0,               /* job-incoming */
  HS_REASON_RELEASE_WAIT = 1 << 1,           /* job-release-wait (PWG 5100.11) */
  HS_REASON_HELD_BY_USER = 1 << 2,           /* a release was taken back; IPP job-release-wait */
  HS_REASON_FETCHABLE = 1 << 3,              /* job-fetchable (PWG 5100.18) */
  HS_REASON_PRINTER_STOPPED = 1 << 4,        /* the printer is in error; IPP printer-stopped */
  HS_REASON_PRINTER_UNREACHABLE = 1 << 5,    /* no connection; IPP printer-stopped */
  HS_REASON_PRINTER_UNTRUSTED = 1 << 6,      /* its key is not the listed one */
  HS_REASON_PRINTER_REFUSED = 1 << 7,        /* it answered no; HsJob.failure says why */
  HS_REASON_PRINTER_BUSY = 1 << 8,           /* will be tried again */
  HS_REASON_KEY_LOCKED = 1 << 9,             /* nobody here has unlocked the document */
  HS_REASON_DAMAGED = 1 << 10,               /* the sealed document does not verify */
  HS_REASON_PRINTING = 1 << 11,              /* job-printing */
  HS_REASON_OUTGOING = 1 << 12,              /* job-outgoing: the document is being sent */
  HS_REASON_UNCERTAIN = 1 << 13,             /* did it print? IPP processing-to-stop-point */
  HS_REASON_CANCELLED_BY_USER = 1 << 14,     /* job-canceled-by-user */
  HS_REASON_CANCELLED_BY_OPERATOR = 1 << 15, /* job-canceled-by-operator: administrator or site */
  HS_REASON_CANCELLED_AT_DEVICE = 1 << 16,   /* job-canceled-at-device */
  HS_REASON_ABORTED_BY_SYSTEM = 1 << 17,     /* aborted-by-system */
  HS_REASON_COMPLETED = 1 << 18,             /* job-completed-successfully */
  HS_REASON_COMPLETED_WITH_ERRORS = 1 << 19, /* job-completed-with-errors */
  HS_REASON_DOCUMENT_REFUSED = 1 << 20,      /* cut, too large, or not a format we take */
  HS_REASON_WAITS_FOR_SITE = 1 << 21,        /* released, but the site's share has to come again */
} HsJobReasons;

/* The IPP keywords of the set bits, "none" if there are none; each at most once.
 * Returns: (transfer full): a NULL-terminated list. */
const char **hs_job_reasons_dup_ipp (HsJobReasons reasons);

/* One sentence for a person, of the most important bit: what happened and what to do next. Static;
 * "" when there is nothing to say. */
const char *hs_job_reasons_to_sentence (HsJobReasons reasons);

/* Our own keywords for JSON and the wire: "release-wait", "printer-untrusted", …
 * Returns: (transfer full): a NULL-terminated list of static strings; empty for none. */
const char **hs_job_reasons_dup_keywords (HsJobReasons reasons);

/* The bit of one keyword, HS_REASON_NONE if there is none. */
HsJobReasons hs_job_reason_from_keyword (const char *keyword);
