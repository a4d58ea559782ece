/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* The story of one job: what happened, when, and why, for `homespool trace` and for support.
 *
 * Kept with the job's row, so it survives a restart and outlives the document. Holds times, events,
 * states, reasons, printer uuids and remarks of ours; never a title, a name or a key. Bounded: the
 * beginning and the end of a long story are kept, the middle is counted.
 *
 * Threads: any; one owner at a time.  Blocks: never. */

#include "core/job.h"

#define HS_TRACE_LINES 64         /* per job; a job's whole life is about ten */
#define HS_TRACE_HEAD_LINES 8     /* of them, kept from the beginning */
#define HS_TRACE_REMARK_BYTES 200 /* longer remarks are cut at a character */

/* One line of the story. */
typedef struct
{
  gint64 at_us;         /* UTC */
  HsJobEvent event;     /* HS_EVENT_NONE for a remark */
  HsJobState state;     /* after the event */
  HsJobReasons reasons; /* after the event */
  HsId printer;         /* zero if no printer is concerned */
  const char *remark;   /* a sentence; "" if there is none */
} HsTraceLine;

typedef struct HsTrace HsTrace;

HsTrace *hs_trace_new (void);
HsTrace *hs_trace_copy (const HsTrace *trace);
void hs_trace_free (HsTrace *trace);

/* Adds one line; line->remark is copied, NULL counts as "". */
void hs_trace_add (HsTrace *trace, const HsTraceLine *line);

guint hs_trace_get_length (const HsTrace *trace);

/* Line @index (below the length); its remark is borrowed from @trace. Where lines were left out, the
 * line after the gap is a remark that says how many. */
HsTraceLine hs_trace_get_line (const HsTrace *trace, guint index);

/* One text line per line of the story, for the ledger. Returns: (transfer full). */
GBytes *hs_trace_encode (const HsTrace *trace);

/* Reads what encode wrote; lines of an unknown form are left out, so that a story is never the
 * reason for losing a job. @bytes NULL gives an empty story. Returns: (transfer full). */
HsTrace *hs_trace_decode (GBytes *bytes);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsTrace, hs_trace_free)
