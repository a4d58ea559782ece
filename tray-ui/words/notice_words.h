/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* What a notification says of a job that came up or changed its state, and of the site and the person.
 * Pure, like words/job_words.h.
 *
 * Threads: any, no shared state.  Blocks: never. */

#include "core/wire/control_status.h"
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

/* ── the site and the person ─────────────────────────────────────────────────────────────── */

/* What is worth a notification; several may come at once. */
typedef enum
{
  HS_NEWS_NONE = 0,
  HS_NEWS_OFFLINE = 1 << 0,
  HS_NEWS_ONLINE = 1 << 1,
  HS_NEWS_LOCKED = 1 << 2,     /* the person's key, by somebody or something else */
  HS_NEWS_SIGNED_OUT = 1 << 3, /* at a kiosk */
} HsNews;

/* What was known last; begins with zeros. */
typedef struct
{
  gboolean knows_site;
  gboolean is_online;
  gboolean is_unlocked;
  gboolean is_signed_in;
} HsNewsState;

/* Compares @status (NULL: the agent does not answer) with what was known, and remembers it. The first
 * that is learnt of anything is no news, and a doubt (one failure) is none. */
HsNews hs_news_words_follow (HsNewsState *state, const HsControlStatus *status);

/* Of one of them. */
const char *hs_news_words_title (HsNews news);
/* (transfer full); names nobody. */
char *hs_news_words_body (HsNews news, const HsControlStatus *status, gint64 now_us);
