/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* What a person can choose of a job's paper when releasing it: copies, sides and colour; which of it
 * is worth offering, what it comes to, and what a printer says to it.
 *
 * Pure, like words/job_words.h. Returned texts are (transfer full) unless they are const.
 *
 * Threads: any, no shared state.  Blocks: never. */

#include "core/wire/control_status.h"

/* What the controls stand at. */
typedef struct
{
  guint32 copies; /* 1 to HS_COPIES_MAX */
  HsSides sides;
  HsColour colour; /* UNKNOWN: as the document was sent */
} HsPaperChoice;

/* Where they stand before anybody has touched them: as the job would be printed. */
HsPaperChoice hs_paper_choice_of_job (const HsControlJob *job);

/* FALSE: nothing was touched, and nothing is to be asked for. *options: all of it. */
gboolean hs_paper_choice_get_options (const HsPaperChoice *choice,
                                      const HsControlJob *job,
                                      HsPrintOptions *options);

/* ── what is worth offering ──────────────────────────────────────────────────────────────── */

/* Somebody else's document is released as it is. */
gboolean hs_paper_words_may_change (const HsControlJob *job);

/* Pages that were drawn for their sides and colours can be copied, and nothing else. */
gboolean hs_paper_words_is_drawn (const HsControlJob *job);

/* A document without colour has nothing to choose of it. */
gboolean hs_paper_words_has_colour_choice (const HsControlJob *job);

/* Adds to @all what @printer can do: what any of them can is offered. One that was never asked
 * leaves everything open. Begin with zeros. */
void hs_paper_words_add_abilities (HsPrintAbilities *all, const HsControlPrinter *printer);

/* ── words ───────────────────────────────────────────────────────────────────────────────── */

const char *hs_paper_words_sides (HsSides sides);
const char *hs_paper_words_colour (HsColour colour); /* UNKNOWN: "As it was sent" */

/* Why @printer is not to be had for @options: "Has no colour"; NULL: it is. */
char *hs_paper_words_obstacle (const HsControlPrinter *printer, const HsPrintOptions *options);
