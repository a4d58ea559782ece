/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* A printer for journeys, and the deliverer that brings documents to it.
 *
 * The printer keeps its own memory in a file (`printer.log`, beside the agent's state), so it lives
 * on when the agent is killed, and the number of times that paper came out can be counted at the
 * end. The deliverer keeps the promises of engine/delivery/deliverer.h: it tells each thing before it does
 * it, and after a restart it asks before it sends.
 *
 * Threads: main context only.  Blocks: on the small file. */

#include "engine/delivery/deliverer.h"

typedef enum
{
  HS_PAPER_WORKS = 0,
  HS_PAPER_BUSY,    /* refuses to make a job, worth another try */
  HS_PAPER_REFUSES, /* has no paper: a person must do something */
  HS_PAPER_SILENT,  /* takes the document and never says how it ended */
  HS_PAPER_FORGETS, /* does not know its jobs any more */
} HsPaperMood;

typedef struct HsPaper HsPaper;

/* @folder: where printer.log is or will be. */
HsPaper *hs_paper_new (const char *folder);
void hs_paper_free (HsPaper *paper);

void hs_paper_set_mood (HsPaper *paper, HsPaperMood mood);
HsDeliverer hs_paper_get_deliverer (HsPaper *paper);

/* The printer whose uuid is made of @number; 1 to 9 are known, others are not. Of 1 to 5 it is known
 * that they make 99 copies and print on one or, over the long edge, both sides, without colour. */
HsId hs_paper_printer (guint number);

/* How often @job came out on paper, on any printer. */
guint hs_paper_count (HsPaper *paper, const HsId *job);

/* How often the printer was asked to make a job for @job. */
guint hs_paper_count_made (HsPaper *paper, const HsId *job);

/* The same, with exactly these changes of what the job says itself. */
guint hs_paper_count_made_as (HsPaper *paper, const HsId *job, const HsPrintOptions *changed);

/* How often the printer was asked to give @job up by its job-id, and how often it did. */
guint hs_paper_count_asked_back (HsPaper *paper, const HsId *job);
guint hs_paper_count_taken_back (HsPaper *paper, const HsId *job);

/* Most deliveries at one moment, to one printer and to all together. */
guint hs_paper_get_most_at_one (HsPaper *paper);
guint hs_paper_get_most (HsPaper *paper);

/* The jobs that came out, in that order. Returns: (transfer full) (element-type HsId). */
GArray *hs_paper_list (HsPaper *paper);

/* The document as it came out last. Returns: (transfer full) (nullable). */
char *hs_paper_dup_last (HsPaper *paper);

/* A silent printer's job ends now, on paper. */
void hs_paper_finish_silent (HsPaper *paper);
