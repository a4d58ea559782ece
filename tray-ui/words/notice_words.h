/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* What a notification says of a job that came up or changed its state. Pure, like words/job_words.h.
 *
 * Threads: any, no shared state.  Blocks: never. */

#include "tray-ui/words/job_words.h"

/* What is worth a notification. */
typedef enum
{
  HS_NOTICE_NONE = 0,
  HS_NOTICE_HELD, /* a new job waits */
  HS_NOTICE_PRINTED,
  HS_NOTICE_RETURNED, /* a release did not work: it waits again */
  HS_NOTICE_QUESTION, /* did it print? */
  HS_NOTICE_FAILED,   /* it can never be printed, or has expired */
} HsNotice;

/* @before: its state until now, HS_JOB_NONE for a job that was not known. What the person did here just
 * now (deleting, answering, taking back) is nothing new. */
HsNotice hs_notice_words_choose (const HsControlJob *job, HsJobState before);

const char *hs_notice_words_title (HsNotice notice);

/* @printer: name; nullable. With @shows_title the job's title stands in it, else only facts.
 * (transfer full) */
char *hs_notice_words_body (HsNotice notice,
                            const HsControlJob *job,
                            const char *printer,
                            gboolean shows_title,
                            gint64 now_us);
