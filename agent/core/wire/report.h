/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* How a job ended: body of a "report" record, {job, outcome, printer, impressions, sheets, counted,
 * finished_us, command}. The counts are the printer's own, of all copies and of the sides that were
 * printed; counted says whether it gave any.
 *
 * Threads: any, no shared state.  Blocks: never. */

#include "core/job.h"
#include "core/wire/json_strict.h"

typedef struct
{
  HsId job;
  HsJobState outcome; /* a final state */
  HsId printer;       /* zero if it was never released */
  guint32 impressions;
  guint32 sheets;
  gboolean counted;
  gint64 finished_at_us;
  HsId command; /* the site command that released it; zero if local or never */
} HsReport;

/* Returns: (transfer full): the body; @job must be final. */
json_t *hs_report_encode (const HsJob *job);

/* Errors: INVALID. */
gboolean
hs_report_decode (const json_t *body, HsReport *report, GError **error) G_GNUC_WARN_UNUSED_RESULT;
