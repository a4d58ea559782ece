/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* How the release page words a document, its state and its workstation.
 *
 * Times are shown in @zone: "14:02" today, "Mon 14:02" within a week, else "3 Nov 14:02".
 *
 * Threads: any, no shared state.  Blocks: never. */

#include "site/devices/orders.h"
#include "site/store/store.h"

/* "14:02". Returns: (transfer full). */
char *hs_job_text_dup_time (gint64 at_us, gint64 now_us, GTimeZone *zone);

/* "Mon 23 Nov 14:02": when something ends. Returns: (transfer full). */
char *hs_job_text_dup_end (gint64 at_us, GTimeZone *zone);

/* What the document is called: its title if the organisation's policy lets the site have it, else
 * "Document". Borrowed. */
const char *hs_job_text_get_title (const HsStoreJob *job);

/* "3 pages, A4, colour, two-sided, 2 copies". Returns: (transfer full): "" if nothing is known. */
char *hs_job_text_dup_facts (const HsStoreJob *job);

/* "iso_a4_210x297mm" → "A4"; what is not understood is "". Returns: (transfer full). */
char *hs_job_text_dup_media (const char *media);

/* "ready", "asleep since 14:02", "off since 14:02", "not heard of since 14:02". Returns: (transfer
 * full). */
char *hs_job_text_dup_reach (const HsStoreDevice *device, gint64 now_us, GTimeZone *zone);

/* How the job looks to its owner. */
typedef enum
{
  HS_JOB_VIEW_WAITING = 1, /* can be released */
  HS_JOB_VIEW_UNREACHABLE, /* waiting on a workstation that does not listen */
  HS_JOB_VIEW_BUSY,        /* on its way: asked, released, printing, being deleted */
  HS_JOB_VIEW_ATTENTION,   /* a person has to decide at the workstation */
  HS_JOB_VIEW_DONE,        /* printed */
  HS_JOB_VIEW_GONE,        /* deleted, expired, failed */
} HsJobView;

/* @command is the newest about the job, nullable. */
HsJobView
hs_job_text_get_view (const HsStoreJob *job, const HsStoreCommand *command, HsReach reach);

/* One sentence about the state, "" if there is nothing to say. @printer is the name of the printer
 * of the command or report; nullable. Returns: (transfer full). */
char *hs_job_text_dup_state (const HsStoreJob *job,
                             const HsStoreCommand *command,
                             HsReach reach,
                             const char *printer);
