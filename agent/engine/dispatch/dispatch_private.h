/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* The lines before the printers from within: dispatch.c decides who is next, news.c makes
 * steps of what a delivery tells, rest.c stops and goes on around the machine's sleep, taking_back.c
 * cancels what a printer may still have of a job that was given up.
 *
 * Threads: main context only.  Blocks: never. */

#include "engine/engine_private.h"

typedef struct HsLine HsLine;

/* A released job on its way. */
typedef struct
{
  HsSlot *slot;
  HsLine *line;
  gint64 released_at_us; /* its place in the line */
  gpointer delivery;     /* of parts.deliverer; nullable */
  gboolean is_over;      /* the delivery has told its last word */
  gboolean waits_for_key;
  gboolean is_settling; /* what its delivery told is not durable yet */
  gboolean was_parked;  /* while it was settling */
  guint retry_source;
} HsErrand;

struct HsLine
{
  HsDispatch *dispatch;
  HsId printer;
  GPtrArray *errands; /* by released_at_us; borrowed from their slots */
};

struct HsDispatch
{
  HsEngine *engine;
  GHashTable *lines;         /* HsId * (in the line) → HsLine * */
  GCancellable *cancellable; /* of what is being taken back */
  gboolean is_stopped;
  gboolean is_resting; /* the machine is about to sleep: nothing begins */
  guint sending;       /* as told last to HsEngineParts.host */
};

/* Starts the first job of the line that can start, unless one is under way. */
void hs_line_advance (HsLine *line);

/* ── news.c ──────────────────────────────────────────────────────────────────────────────── */

/* HsDeliveryNewsFunc and HsSendProgressFunc; @errand: the HsErrand. */
void hs_errand_on_news (const HsDeliveryNews *news, gpointer errand);
void hs_errand_on_progress (const HsSendProgress *progress, gpointer errand);

/* Ends what goes on for it without a word to the printer. */
void hs_errand_end_delivery (HsErrand *errand);

/* ── rest.c ──────────────────────────────────────────────────────────────────────────────── */

/* A delivery began, ended or came further: tells if the number of documents on their way changed. */
void hs_dispatch_count_sending (HsDispatch *dispatch);
