/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* What the window, the notifications and the tray's menu say of a job.
 *
 * Pure: a job, the present time and the name of its printer go in, a text comes out, translated with
 * the program's text domain. Returned texts are (transfer full) unless they are const.
 *
 * Threads: any, no shared state.  Blocks: never. */

#include "core/wire/control_job.h"

/* How a job shows itself; the window has a colour for each. */
typedef enum
{
  HS_LOOK_WAITING = 0, /* held: it can be released */
  HS_LOOK_TROUBLED,    /* held, but the last release failed or cannot work now */
  HS_LOOK_BUSY,        /* arriving, released or printing */
  HS_LOOK_QUESTION,    /* did it print? */
  HS_LOOK_GOOD,        /* printed */
  HS_LOOK_BAD,         /* failed, or expired */
  HS_LOOK_GONE,        /* deleted */
} HsJobLook;

/* How far it is; from GET /v1/events. */
typedef struct
{
  guint64 sent_bytes;
  guint32 printed_pages;
} HsJobProgress;

/* ── facts: short, one for each badge; NULL if not known or not worth saying ─────────────── */

char *hs_job_words_pages (const HsControlJob *job);        /* "34 pages", "about 3 pages"; NULL */
char *hs_job_words_copies (const HsControlJob *job);       /* "2 copies"; NULL for one */
char *hs_job_words_media (const HsControlJob *job);        /* "A4"; NULL */
const char *hs_job_words_colour (const HsControlJob *job); /* "Colour", "Black and white"; NULL */
const char *hs_job_words_sides (const HsControlJob *job);  /* "Two-sided", "One-sided" */
char *hs_job_words_size (guint64 bytes);                   /* "4.8 MB" */
char *
hs_job_words_from (const HsControlJob *job); /* "From Maya": somebody else's; NULL: one's own */

/* ── sentences ───────────────────────────────────────────────────────────────────────────── */

HsJobLook hs_job_words_look (const HsControlJob *job);

/* One or two words for the state: "Printing", "Did it print?"; NULL for a job that just waits. */
const char *hs_job_words_state (const HsControlJob *job);

/* The line below the facts: "held 4 min ago · expires in 7 h 56 min", "sent to Canon", "Printed at
 * 14:02 on Canon: 34 pages on 17 sheets". @printer: name; nullable. */
char *hs_job_words_line (const HsControlJob *job, const char *printer, gint64 now_us);

/* Why it is where it is and what to do, in the person's language where we know the sentence; "" if
 * there is nothing to say that hs_job_words_line() does not. Borrowed from @job. */
const char *hs_job_words_trouble (const HsControlJob *job);

/* The title; "Document 1a2b3c" while it is sealed. Without what could play with the layout. */
char *hs_job_words_title (const HsControlJob *job);

/* 0 to 1; -1 if nobody can say. */
double hs_job_words_fraction (const HsControlJob *job, const HsJobProgress *progress);
char *hs_job_words_progress (const HsControlJob *job, const HsJobProgress *progress);

/* The whole row in one sentence, for a screen reader. */
char *hs_job_words_spoken (const HsControlJob *job, const char *printer, gint64 now_us);

/* ── several ─────────────────────────────────────────────────────────────────────────────── */

char *hs_job_words_waiting (guint waiting);            /* "4 waiting for you" */
char *hs_job_words_selected (guint jobs, guint pages); /* "2 jobs, 77 pages" */
char *hs_job_words_release (guint jobs,
                            const char *printer); /* "Print 2 on Canon"; @printer nullable */
/* Above the choice of paper and printer, whose it is: @title, or "3 jobs"; and the same for a screen
 * reader: "Print Lease.pdf", "Print 3 jobs". @title: of the only one. */
char *hs_job_words_whose (guint jobs, const char *title);
char *hs_job_words_whose_spoken (guint jobs, const char *title);
/* Titles with commas, of the first few. @jobs: (element-type HsControlJob). */
char *hs_job_words_titles (const GPtrArray *jobs);
/* Those of several that the agent did not take, by name: “A” and “B” were not released. @titles:
 * (element-type utf8), not empty; @why: the same of all of them; nullable: each has its own. */
char *hs_job_words_refused (const GPtrArray *titles, const char *why);
char *hs_job_words_deleted (guint jobs,
                            const char *title); /* "“Lease” deleted"; several: title NULL */

/* ── questions: of somebody else's job one may release it, and nothing else ──────────────── */

gboolean hs_job_words_may_release (const HsControlJob *job);
gboolean hs_job_words_may_delete (const HsControlJob *job);
gboolean hs_job_words_may_take_back (const HsControlJob *job); /* released, nothing sent */
gboolean hs_job_words_may_answer (const HsControlJob *job);    /* the question whether it printed */
