/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* One job in the lists: what the agent last said of it, and how far it is. Rows listen to "changed".
 *
 * Threads: main context only.  Blocks: never. */

#include "tray-ui/words/job_words.h"

#include <glib-object.h>

#define HS_TYPE_JOB_ITEM (hs_job_item_get_type ())
G_DECLARE_FINAL_TYPE (HsJobItem, hs_job_item, HS, JOB_ITEM, GObject)

/* Takes @job. */
HsJobItem *hs_job_item_new (HsControlJob *job);

/* Borrowed until the next change. */
const HsControlJob *hs_job_item_get_job (HsJobItem *item);
const char *hs_job_item_get_id (HsJobItem *item);
const HsJobProgress *hs_job_item_get_progress (HsJobItem *item);

/* Takes @job, of the same id. Progress is forgotten unless it is being delivered. Emits "changed"
 * if anything differs. Returns TRUE if so. */
gboolean hs_job_item_take (HsJobItem *item, HsControlJob *job);
void hs_job_item_set_progress (HsJobItem *item, const HsJobProgress *progress);

/* Why the last thing that the person asked for could not be done; NULL: it could. */
const char *hs_job_item_get_refusal (HsJobItem *item);
void hs_job_item_set_refusal (HsJobItem *item, const char *sentence);

/* A request about it is under way: its buttons rest. */
gboolean hs_job_item_is_asked (HsJobItem *item);
void hs_job_item_set_asked (HsJobItem *item, gboolean is_asked);

/* Time has passed: rows say "5 min ago" anew. */
void hs_job_item_refresh (HsJobItem *item);
