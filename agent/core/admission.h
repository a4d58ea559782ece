/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* May this many bytes be taken for this owner now?
 *
 * Asked before a body comes (with what the client announced), again and again while it streams, and
 * never decided anywhere else.
 *
 * Threads: any, no shared state.  Blocks: never. */

#include <glib.h>

typedef struct
{
  guint64 jobs;  /* held and arriving */
  guint64 bytes; /* sealed and arriving */
} HsUsage;

typedef struct
{
  guint64 most_jobs;
  guint64 most_bytes;
  guint64 most_job_bytes;
  guint64 disk_reserve_bytes;
} HsAdmissionLimits;

typedef enum
{
  HS_ADMISSION_YES = 0,
  HS_ADMISSION_TOO_MANY_JOBS,
  HS_ADMISSION_OWNER_FULL,
  HS_ADMISSION_JOB_TOO_LARGE,
  HS_ADMISSION_DISK_FULL,
} HsAdmission;

/* @others: what the owner holds without this job; @job_bytes: of this job so far, or announced;
 * @disk_free: free bytes now, with this job's bytes so far already on the disk. */
HsAdmission hs_admission_judge (const HsAdmissionLimits *limits,
                                const HsUsage *others,
                                guint64 job_bytes,
                                guint64 disk_free);

/* Turns a refusal into HS_ERROR_NO_SPACE (or REFUSED for JOB_TOO_LARGE) with a sentence that says
 * what to do. Returns TRUE for YES, FALSE with *error set otherwise. */
gboolean hs_admission_check (HsAdmission admission, GError **error);
