/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* A sorted list of job items: a GListModel that changes by single rows, so that selection, focus and
 * scroll position stay.
 *
 * Threads: main context only.  Blocks: never. */

#include "tray-ui/models/job_item.h"

#include <gio/gio.h>

#define HS_TYPE_JOB_LIST (hs_job_list_get_type ())
G_DECLARE_FINAL_TYPE (HsJobList, hs_job_list, HS, JOB_LIST, GObject)

/* Questions first, then the newest. */
HsJobList *hs_job_list_new_open (void);
/* What ended last first. */
HsJobList *hs_job_list_new_done (void);

guint hs_job_list_get_length (HsJobList *list);
/* Borrowed; NULL if there is none. */
HsJobItem *hs_job_list_find (HsJobList *list, const char *id);

/* Puts @item where it belongs; one that is there already moves if it has to. */
void hs_job_list_put (HsJobList *list, HsJobItem *item);
/* Returns FALSE if it was not there. */
gboolean hs_job_list_remove (HsJobList *list, const char *id);
