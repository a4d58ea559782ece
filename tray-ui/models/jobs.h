/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* All jobs that the agent tells of, in two lists: what still waits or prints, and what is over.
 *
 * Fed with a snapshot and with events, in whichever order they come: what an event said while the
 * snapshot was under way is newer than the snapshot.
 *
 * Signal "moved" (HsJobItem *item, int before): a job came up (before HS_JOB_NONE) or changed its
 * state; not for what the first snapshot brings.
 *
 * Threads: main context only.  Blocks: never. */

#include "tray-ui/models/job_list.h"

#define HS_TYPE_JOBS (hs_jobs_get_type ())
G_DECLARE_FINAL_TYPE (HsJobs, hs_jobs, HS, JOBS, GObject)

HsJobs *hs_jobs_new (void);

/* ── questions ───────────────────────────────────────────────────────────────────────────── */

HsJobList *hs_jobs_get_open (HsJobs *jobs); /* borrowed, without what is put aside */
HsJobList *hs_jobs_get_done (HsJobs *jobs);
HsJobItem *hs_jobs_find (HsJobs *jobs, const char *id); /* borrowed, nullable */
guint hs_jobs_count (HsJobs *jobs, HsJobState state);

/* Ids of the printers of the newest jobs, newest first, each once.
 * Returns: (transfer full) (element-type utf8). */
GPtrArray *hs_jobs_list_recent_printers (HsJobs *jobs);

/* ── what the agent says ─────────────────────────────────────────────────────────────────── */

/* A snapshot has been asked for. */
void hs_jobs_begin (HsJobs *jobs);
/* Here it is: (element-type HsControlJob), whose members are taken. */
void hs_jobs_take_all (HsJobs *jobs, GPtrArray *all);
void hs_jobs_take (HsJobs *jobs, HsControlJob *job);
void hs_jobs_forget (HsJobs *jobs, const char *id);
void hs_jobs_forget_all (HsJobs *jobs);
void hs_jobs_set_progress (HsJobs *jobs, const char *id, const HsJobProgress *progress);

/* The key was locked: titles of what is over, which the agent has forgotten, are forgotten here, too. */
void hs_jobs_forget_done (HsJobs *jobs);

/* ── what the person does ────────────────────────────────────────────────────────────────── */

/* Takes it out of the list while it can still be brought back. */
void hs_jobs_put_aside (HsJobs *jobs, const char *id);
void hs_jobs_bring_back (HsJobs *jobs, const char *id);
gboolean hs_jobs_is_aside (HsJobs *jobs, const char *id);

/* A minute has passed. */
void hs_jobs_refresh (HsJobs *jobs);
