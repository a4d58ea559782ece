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
  HS_REASON_INCOMING = 1 << 0,            /* job-incoming */
  HS_REASON_RELEASE_WAIT = 1 << 1,        /* job-release-wait (PWG 5100.11) */
  HS_REASON_HELD_BY_USER = 1 << 2,        /* job-held-by-user? use "job-hold-until-specified" */
  HS_REASON_FETCHABLE = 1 << 3,           /* job-fetchable (PWG 5100.18) */
  HS_REASON_PRINTER_STOPPED = 1 << 4,     /* printer-stopped: the printer is in error */
  HS_REASON_PRINTER_UNREACHABLE = 1 << 5, /* connecting failed; IPP: printer-stopped */
  HS_REASON_PRINTER_UNTRUSTED = 1 << 6,   /* certificate or key is not the listed one */
  HS_REASON_PRINTER_REFUSED = 1 << 7,     /* the printer answered no; HsJob.failure says why */
  HS_REASON_PRINTER_BUSY = 1 << 8,        /* will be tried again */
  HS_REASON_KEY_LOCKED = 1 << 9,    /* nobody has unlocked it: sign in, or release at a printer */
  HS_REASON_DAMAGED = 1 << 10,      /* the sealed document does not verify */
  HS_REASON_PRINTING = 1 << 11,     /* job-printing */
  HS_REASON_TRANSFERRING = 1 << 12, /* job-transforming? IPP: job-outgoing */
  HS_REASON_UNCERTAIN = 1 << 13,    /* did it print? */
  HS_REASON_CANCELLED_BY_USER = 1 << 14,     /* job-canceled-by-user */
  HS_REASON_CANCELLED_BY_OPERATOR = 1 << 15, /* job-canceled-by-operator: site or administrator */
  HS_REASON_CANCELLED_AT_DEVICE = 1 << 16,   /* job-canceled-at-device */
  HS_REASON_ABORTED_BY_SYSTEM = 1 << 17,     /* aborted-by-system */
  HS_REASON_COMPLETED = 1 << 18,             /* job-completed-successfully */
  HS_REASON_COMPLETED_WITH_ERRORS = 1 << 19, /* job-completed-with-errors */
} HsJobReasons;

/* The IPP keywords of the set bits, "none" if there are none; each at most once.
 * Returns: (transfer full): a NULL-terminated list. */
const char **hs_job_reasons_dup_ipp (HsJobReasons reasons);

/* One sentence for a person, of the most important bit: what happened and what to do next. Static;
 * "" when there is nothing to say. */
const char *hs_job_reasons_to_sentence (HsJobReasons reasons);

/* Our own keywords for JSON and the ledger: "release-wait", "printer-untrusted", … */
const char *hs_job_reason_to_keyword (HsJobReasons one_reason);
