/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* A job as the control API shows it to its owner: what the agent writes and the command line and
 * the tray read.
 *
 * {id, ipp_id, name, state, reasons, sentence, format, size_bytes, pages, pages_source, colour,
 * sides, copies, options, media, printer, created, expires, finished, result_pages, result_sheets,
 * offline, from, recipients}. Colour, sides and copies are those that are or will be printed. Times are RFC 3339 in UTC; what is not known is null.
 *
 * Threads: any, no shared state.  Blocks: never. */

#include "core/job.h"
#include "core/wire/control_release.h"

typedef struct
{
  char *id; /* uuid */
  guint32 ipp_id;
  char *name;      /* the title, or "Document 1a2b3c" while it is sealed */
  gboolean titled; /* name is the title */
  HsJobState state;
  char *sentence; /* why it is where it is, and what to do next; never NULL */
  char **reasons; /* keywords */
  char *format;   /* MIME type; nullable */
  guint64 size_bytes;
  guint32 pages;      /* of one copy; 0 if pages_source is "unknown" */
  char *pages_source; /* "measured", "claimed" or "unknown" */
  char *colour;       /* "colour", "monochrome" or "unknown" */
  char *sides;        /* IPP sides keyword */
  guint32 copies;
  HsPrintOptions options;  /* what of these three the release changed */
  char *media;             /* IPP media keyword; nullable */
  char *printer;           /* uuid; nullable until released */
  gint64 created_us;       /* UTC */
  gint64 expires_us;       /* UTC; 0 = none */
  gint64 finished_us;      /* UTC; 0 = not final */
  gboolean result_counted; /* result_pages and result_sheets are the printer's own */
  guint32 result_pages;
  guint32 result_sheets;
  gboolean offline;
  char *from; /* whose it is, if the caller may only release it; nullable: the caller's own */
  char **recipients; /* who can open it: "owner", "release", "escrow:<name>" */
} HsControlJob;

/* Copies what the owner may see of @job. Returns: (transfer full). */
HsControlJob *hs_control_job_new (const HsJob *job);
void hs_control_job_free (HsControlJob *job);

/* Returns: (transfer full). */
json_t *hs_control_job_encode (const HsControlJob *job);

/* Returns: (transfer full). Errors: INVALID. Members that are not known are passed over. */
HsControlJob *hs_control_job_decode (const json_t *object,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* "2026-11-22T17:50:00Z" ↔ microseconds UTC (whole seconds). @us 0 gives NULL.
 * Returns: (transfer full) (nullable). */
char *hs_control_format_time (gint64 us);
gboolean hs_control_parse_time (const char *text, gint64 *us) G_GNUC_WARN_UNUSED_RESULT;

/* Members shared by all control values: a time that may be null. */
void hs_control_set_time (json_t *object, const char *name, gint64 us);
gboolean hs_control_get_time (const json_t *object, const char *name, gint64 *us, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/* A count: 0 to 4,294,967,295. *out is written only on success. Errors: INVALID. */
gboolean hs_control_get_count (const json_t *object, const char *name, guint32 *out, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsControlJob, hs_control_job_free)
