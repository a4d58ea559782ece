/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* A job that this workstation printed past us, on a queue of its own print system: body of a "local"
 * record, {job, queue, printer, owner, owner_source, outcome, impressions, sheets, counted, colour,
 * created_us, finished_us, title} and, if there is one, sealed_title. Told once, when the job is over,
 * and only if the organisation's policy says so. The user's name never is in it, only an identity; the
 * title obeys the title-policy as an announcement's does.
 *
 * Threads: any, no shared state.  Blocks: never. */

#include "core/job.h"
#include "core/wire/bundle.h"
#include "core/wire/json_strict.h"

#define HS_LOCAL_JOB_MAX_QUEUE_BYTES 127 /* IPP printer-name, RFC 8011 section 5.4.4 */

/* How it is known whose the job is. */
typedef enum
{
  HS_OWNER_SOURCE_NONE = 0, /* it is not: no owner */
  HS_OWNER_SOURCE_CLAIMED,  /* the print system wrote down what the client said */
  HS_OWNER_SOURCE_PROVEN,   /* the print system lets nobody print there under another name */
} HsOwnerSource;

typedef struct
{
  HsId job;     /* the print system's job-uuid: the same whenever it is told */
  char *queue;  /* its name there */
  HsId printer; /* the queue's printer-uuid; zero if it has none */
  HsId owner;   /* zero if and only if the source is NONE */
  HsOwnerSource owner_source;
  HsJobState outcome; /* DELIVERED, CANCELLED or FAILED */
  guint32 impressions;
  guint32 sheets;
  gboolean counted; /* the print system counted */
  HsColour colour;
  gint64 created_at_us; /* UTC */
  gint64 finished_at_us;
  char *title;          /* nullable */
  GBytes *sealed_title; /* nullable; not looked into */
} HsLocalJob;

/* Of the two titles goes what @title_policy allows. Returns: (transfer full): the body. */
json_t *hs_local_job_encode (const HsLocalJob *job, HsTitlePolicy title_policy);

/* Errors: INVALID. */
HsLocalJob *hs_local_job_decode (const json_t *body, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void hs_local_job_free (HsLocalJob *job);

/* "none", "claimed", "proven". */
const char *hs_owner_source_to_keyword (HsOwnerSource source);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsLocalJob, hs_local_job_free)
