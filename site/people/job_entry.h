/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* One document of a person's list with all that is said about it.
 *
 * Threads and blocking: as site/site.h; each call within a transaction of the store. */

#include "site/people/job_text.h"
#include "site/site.h"

typedef struct
{
  const HsStoreJob *job;   /* borrowed */
  HsStoreDevice *device;   /* where it waits */
  HsStoreCommand *command; /* the newest about it; nullable */
  HsStorePrinter
      *printer;       /* of the report, else of the command; nullable, also once it left the list */
  HsStoreUser *owner; /* nullable: of nobody proven, or not known any more */
  HsStoreUser *asker; /* who released it for the owner; nullable: the owner */
  HsReach reach;
  HsJobView view;
} HsJobEntry;

gboolean hs_job_entry_init (HsJobEntry *entry,
                            HsSite *site,
                            const HsStoreJob *job,
                            gint64 now_us,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Also after a failed init of a zeroed entry. */
void hs_job_entry_clear (HsJobEntry *entry);

/* One sentence about the state, "" if there is nothing to say. Returns: (transfer full). */
char *hs_job_entry_dup_state (const HsJobEntry *entry);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (HsJobEntry, hs_job_entry_clear)
