/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* What a test may do to the print system in memory that platform/fake/print_watch.c offers: its history
 * of jobs, and whether it knocks. There is one for the process.
 *
 * Threads: main context only.  Blocks: never. */

#include "platform/print_watch.h"

/* Our queue there: its jobs are never shown. */
#define HS_FAKE_PRINT_WATCH_OWN_QUEUE "homespool"

typedef struct
{
  GPtrArray *jobs;    /* HsPrintedJob, the history */
  guint most_at_once; /* jobs in one answer */
  gboolean knocks;    /* somebody asked for it; a test that wants it forgotten clears it */
  gboolean fails;     /* every call … */
  int error_code;     /* … with this GIOErrorEnum */
  guint n_subscribed; /* it began to knock, so often */
  guint n_lists;      /* answers with jobs or without */
} HsFakePrintWatch;

HsFakePrintWatch *hs_fake_print_watch_get (void);

/* There is a print system without a history, which does not knock. */
void hs_fake_print_watch_reset (void);

/* Puts a copy of @job into the history, or in place of the one with its number. TRUE: it knocks. */
gboolean hs_fake_print_watch_put (const HsPrintedJob *job);
