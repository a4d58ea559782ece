/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* The worker of one intake: takes plain bytes from a queue, looks what they are, counts the pages
 * that can be counted while they pass, seals, and leaves a durable spool file or nothing.
 *
 * Threads: started and answered on the main context; works on a thread of its own.
 * Blocks: never here. */

#include "base/byte_queue.h"
#include "core/job.h"
#include "core/pages/page_count.h"
#include "seal/seal_opening.h"
#include "seal/seal_plan.h"
#include "store/spool.h"

/* What the worker owns while it works; the main context must not touch it. */
typedef struct
{
  HsSpool *spool;
  HsSealPlan *plan;
  HsJob *job;          /* as offered; the worker fills format, sizes and the seal */
  HsByteQueue *queue;  /* ends with complete (seal it) or fail (leave nothing) */
  gboolean counts_pdf; /* the pages of a PDF are counted later */

  /* Results, for the main context. */
  GError *error;          /* NULL: the document is durable */
  GBytes *sealed_fields;  /* nullable: there are no private fields */
  HsSealOpening *opening; /* nullable: the key to a PDF that is still to be counted */
} HsIntakeWork;

typedef void (*HsIntakeWorkDone) (HsIntakeWork *work, gpointer user_data);

/* Takes @work; @done gets it back on the main context and frees it. */
void hs_intake_work_start (HsIntakeWork *work, HsIntakeWorkDone done, gpointer user_data);
void hs_intake_work_free (HsIntakeWork *work);

/* The formats that are taken, as MIME types; NULL-terminated. */
extern const char *const hs_intake_formats[];

/* TRUE if a document that claims to be @format (nullable) may be offered.
 * Errors: NOT_SUPPORTED. */
gboolean hs_intake_check_format (const char *format, GError **error);
