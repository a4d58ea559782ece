/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* What a printer answered, as a value. Whatever it sends is bounded and made safe to show.
 *
 * Threads: any, no shared state.  Blocks: never. */

#include <glib.h>

/* What the status says that we can do (RFC 8011 appendix B). */
typedef enum
{
  HS_IPP_DONE = 1,      /* successful-ok… */
  HS_IPP_BUSY,          /* busy, temporary-error, service-unavailable: the same again later */
  HS_IPP_NOT_ACCEPTING, /* not-accepting-jobs, printer-is-deactivated: a person must look at it */
  HS_IPP_AUTHENTICATION, /* not-authenticated, not-authorized, forbidden, account-…: it wants a login */
  HS_IPP_NOT_FOUND,     /* not-found, gone: it knows no such job (or printer) */
  HS_IPP_NOT_POSSIBLE,  /* not-possible: the job is in no state for that */
  HS_IPP_NO_OPERATION,  /* operation-not-supported */
  HS_IPP_NO_VERSION,    /* version-not-supported */
  HS_IPP_NO_FORMAT,     /* document-format-not-supported, -error, compression-… */
  HS_IPP_NO_ATTRIBUTES, /* attributes-or-values-not-supported, conflicting-attributes */
  HS_IPP_TOO_LARGE,     /* request-entity-too-large */
  HS_IPP_CANCELLED,     /* job-canceled */
  HS_IPP_DEVICE_ERROR,  /* device-error: jam, no paper, … */
  HS_IPP_REFUSED,       /* any other error */
} HsIppVerdict;

/* IPP job-state (RFC 8011 section 5.3.7). */
typedef enum
{
  HS_IPP_JOB_UNKNOWN = 0,
  HS_IPP_JOB_PENDING = 3,
  HS_IPP_JOB_HELD,
  HS_IPP_JOB_PROCESSING,
  HS_IPP_JOB_STOPPED,
  HS_IPP_JOB_CANCELED,
  HS_IPP_JOB_ABORTED,
  HS_IPP_JOB_COMPLETED,
} HsIppJobState;

/* A job as the printer sees it. */
typedef struct
{
  guint32 id;          /* job-id; 0 if missing */
  HsIppJobState state; /* UNKNOWN if missing or out of range */
  char *name;          /* job-name; nullable */
  char **reasons;      /* job-state-reasons */
  guint32 impressions; /* job-impressions-completed */
  guint32 sheets;      /* job-media-sheets-completed */
  gboolean counted;    /* at least one of the two was there */
} HsIppJob;

typedef struct
{
  HsIppVerdict verdict;
  guint16 status;     /* as it came */
  char *message;      /* status-message; nullable */
  char **unsupported; /* names in the unsupported attributes group */
  GPtrArray *jobs;    /* (element-type HsIppJob): one per job group */
} HsIppReply;

/* Errors: CORRUPT: not an IPP message, or beyond the limits. */
HsIppReply *hs_ipp_reply_decode (GBytes *bytes, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void hs_ipp_reply_free (HsIppReply *reply);

/* The first job; NULL if there is none. */
const HsIppJob *hs_ipp_reply_get_job (const HsIppReply *reply);

/* The jobs whose name is exactly @name: how many, and the first of them in *found. */
guint hs_ipp_reply_find_jobs (const HsIppReply *reply, const char *name, const HsIppJob **found);

/* TRUE for canceled, aborted, completed. */
gboolean hs_ipp_job_is_over (const HsIppJob *job);

gboolean hs_ipp_job_has_reason (const HsIppJob *job, const char *keyword);

/* "the printer is busy", "the printer asks for a login, which …": goes on after "printer NAME: ".
 * Static. */
const char *hs_ipp_verdict_to_sentence (HsIppVerdict verdict);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsIppReply, hs_ipp_reply_free)
