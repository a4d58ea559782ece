/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* May this job be released to this printer, by this way, now?
 *
 * The engine gathers the facts, this module gives the verdict, and nobody else decides.
 *
 * Threads: any, no shared state.  Blocks: never. */

#include "core/wire/bundle.h"
#include "core/caller.h"
#include "core/job.h"

/* What the site has given the owner for the time without it. */
typedef enum
{
  HS_OFFLINE_RIGHT_NONE = 0,
  HS_OFFLINE_RIGHT_EXPIRED,
  HS_OFFLINE_RIGHT_EXCLUDED, /* the site takes nothing of this workstation any more */
  HS_OFFLINE_RIGHT_HELD,
} HsOfflineRight;

typedef struct
{
  const HsJob *job;
  HsCallerKind caller;      /* who asks: PERSON for tray and CLI, SITE for a verified command */
  gboolean caller_is_owner; /* PERSON: uid or identity matches, or the owner lets them release */
  gboolean is_enrolled;     /* this workstation belongs to a site */
  gboolean site_online;
  HsOfflinePolicy offline;
  gboolean key_unlocked;  /* a key of the asker that opens the job is unlocked here */
  gboolean has_share;     /* the site's share came with the command and the job has the stanza */
  gboolean printer_known; /* on the signed list, or approved here by an administrator */
  gboolean printer_used_before; /* a job of this workstation was printed there */

  /* PERSON while the site is away only. */
  HsOfflineRight right;
  guint32 pages_left;   /* of the right, without what is on its way */
  gboolean any_printer; /* the policy also allows printers that were not used before */
} HsReleaseQuestion;

typedef enum
{
  HS_RELEASE_YES = 0,
  HS_RELEASE_NOT_OWNER,   /* look like "no such job" */
  HS_RELEASE_WRONG_STATE, /* not held: already released, uncertain or over */
  HS_RELEASE_UNKNOWN_PRINTER,
  HS_RELEASE_OFFLINE_DENIED,
  HS_RELEASE_OFFLINE_NEW_PRINTER,
  HS_RELEASE_OFFLINE_NO_RIGHT,
  HS_RELEASE_OFFLINE_EXPIRED,
  HS_RELEASE_OFFLINE_EXCLUDED,
  HS_RELEASE_OFFLINE_PAGES, /* more than are left */
  HS_RELEASE_KEY_LOCKED,
  HS_RELEASE_OWNER_UNPROVEN, /* must be claimed first */
} HsReleaseVerdict;

/* Pages that the job takes of a limit: of all copies that are asked for, at least 1. */
guint32 hs_release_policy_count_pages (const HsJob *job);

/* Works out what a release that asks for @wish changes of the job's own ticket: what the job is already
 * is no change. A document in raster form (PWG Raster, URF) is laid out and coloured already; only its
 * copies can be changed. @abilities: of the printer; unknown ones forbid nothing.
 * Errors: REFUSED, with a sentence. */
gboolean hs_release_policy_settle_options (const HsJob *job,
                                           const HsPrintOptions *wish,
                                           const HsPrintAbilities *abilities,
                                           HsPrintOptions *change,
                                           GError **error) G_GNUC_WARN_UNUSED_RESULT;

HsReleaseVerdict hs_release_policy_judge (const HsReleaseQuestion *question);

/* TRUE for YES, else *error with the sentence for the person. Errors: NOT_FOUND, REFUSED, DENIED. */
gboolean hs_release_policy_check (HsReleaseVerdict verdict, const HsJob *job, GError **error);
