/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* What a person can choose of the paper of one job, or of several, when releasing: copies, sides and
 * colour; which of it is worth offering, what it comes to for each of them, and what a printer says
 * to it.
 *
 * Pure, like words/job_words.h. Returned texts are (transfer full) unless they are const. Lists of
 * jobs are (element-type HsControlJob) and not empty.
 *
 * Threads: any, no shared state.  Blocks: never. */

#include "core/wire/control_status.h"

/* Colour, or that of several jobs left alone: EACH, or HsColour plus 1. */
typedef enum
{
  HS_PAPER_COLOUR_EACH = 0,
  HS_PAPER_COLOUR_SENT,
  HS_PAPER_COLOUR_MONOCHROME,
  HS_PAPER_COLOUR_COLOUR,
} HsPaperColour;

/* What the controls stand at. Zero of each: as each of the jobs is. */
typedef struct
{
  guint32 copies; /* 1 to HS_COPIES_MAX */
  HsSidesWish sides;
  HsPaperColour colour; /* SENT: as the document was sent */
} HsPaperChoice;

/* Where they stand before anybody has touched them: as the jobs would be printed, and zero for that in
 * which they differ. */
HsPaperChoice hs_paper_choice_of_jobs (const GPtrArray *jobs);

/* FALSE: nothing was touched that is another for @job, and nothing is to be asked for. *options: all of
 * it. */
gboolean hs_paper_choice_get_options (const HsPaperChoice *choice,
                                      const HsControlJob *job,
                                      HsPrintOptions *options);

/* What @choice asks of a printer for all of @jobs together, one kind in each: (transfer full)
 * (element-type HsPrintOptions). What a job's own ticket says is asked of nobody. */
GArray *hs_paper_choice_list_wishes (const HsPaperChoice *choice, const GPtrArray *jobs);

/* ── what is worth offering ──────────────────────────────────────────────────────────────── */

/* Why nothing can be changed of the paper of @jobs: "" if there is nothing to be said of it; NULL: it
 * can. @key: HsControlStatus.key, nullable. */
const char *hs_paper_words_why_not (const GPtrArray *jobs, const char *key);

/* Pages that were drawn for their sides and colours can be copied, and nothing else: why, of one of
 * @jobs; NULL: none was. */
const char *hs_paper_words_drawn (const GPtrArray *jobs);

/* A document without colour has nothing to choose of it. All of @jobs may be printed in colour, and
 * any of them in black and white. */
gboolean hs_paper_words_may_colour (const GPtrArray *jobs);
gboolean hs_paper_words_may_monochrome (const GPtrArray *jobs);

/* Adds to @all what @printer can do: what any of them can is offered. One that was never asked
 * leaves everything open. Begin with zeros. */
void hs_paper_words_add_abilities (HsPrintAbilities *all, const HsControlPrinter *printer);

/* ── words ───────────────────────────────────────────────────────────────────────────────── */

const char *hs_paper_words_each (void); /* "As it is": of several, each its own */
const char *hs_paper_words_sides (HsSides sides);
const char *hs_paper_words_colour (HsColour colour); /* UNKNOWN: "As it was sent" */

/* Why @printer is not to be had for @wishes: "Has no colour"; NULL: it is. */
char *hs_paper_words_obstacle (const HsControlPrinter *printer, const GArray *wishes);
