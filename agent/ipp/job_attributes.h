/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* A job as IPP clients see it (RFC 8011 section 5.3).
 *
 * What was asked for is settled once, as a selection, and then written for each job of a list.
 *
 * Threads: any; one owner at a time.  Blocks: never. */

#include "core/job.h"
#include "ipp/requested.h"

/* Where and when; borrowed. */
typedef struct
{
  const char *printer_uri; /* as the client wrote it: "ipp://localhost/ipp/print" */
  gint64 now_us;           /* UTC */
} HsJobView;

typedef struct HsJobSelection HsJobSelection;

HsJobSelection *hs_job_selection_new (const HsRequested *requested);
void hs_job_selection_free (HsJobSelection *selection);

/* Appends @job's attributes to the present job group of @reply. Private fields that are not known
 * now are replaced: the title by the public name, the user by "unknown". */
void hs_job_attributes_write (const HsJobSelection *selection,
                              ipp_t *reply,
                              const HsJob *job,
                              const HsJobView *view);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsJobSelection, hs_job_selection_free)
