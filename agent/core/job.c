/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* A job, as a plain value. */

#include "core/job.h"

#include "base/secret_bytes.h"

#include <string.h>

HsJob *
hs_job_new (void)
{
  HsJob *job = g_new0 (HsJob, 1);

  job->copies = 1;
  job->owner_uid = G_MAXUINT32;
  return job;
}

HsJob *
hs_job_copy (const HsJob *job)
{
  HsJob *copy = g_memdup2 (job, sizeof *job);

  copy->title = g_strdup (job->title);
  copy->user_name = g_strdup (job->user_name);
  copy->ticket = job->ticket != NULL ? g_bytes_ref (job->ticket) : NULL;
  copy->format = g_strdup (job->format);
  copy->media = g_strdup (job->media);
  copy->recipients = g_strdupv (job->recipients);
  copy->failure = g_strdup (job->failure);
  return copy;
}

static void
wipe_text (char **text)
{
  if (*text != NULL)
    hs_secret_bytes_wipe (*text, strlen (*text));
  g_clear_pointer (text, g_free);
}

void
hs_job_forget_private (HsJob *job)
{
  wipe_text (&job->title);
  wipe_text (&job->user_name);
  g_clear_pointer (&job->ticket, g_bytes_unref);
}

void
hs_job_note_left (HsJob *job)
{
  job->left_printer = job->printer;
  job->left_job_id = job->printer_job_id;
}

void
hs_job_free (HsJob *job)
{
  if (job == NULL)
    return;
  hs_job_forget_private (job);
  g_free (job->format);
  g_free (job->media);
  g_strfreev (job->recipients);
  g_free (job->failure);
  g_free (job);
}

guint32
hs_job_get_copies (const HsJob *job)
{
  return job->changed.copies != 0 ? job->changed.copies : MAX (job->copies, 1);
}

HsSides
hs_job_get_sides (const HsJob *job)
{
  return job->changed.sides != HS_SIDES_WISH_NONE ? (HsSides)(job->changed.sides - 1) : job->sides;
}

HsColour
hs_job_get_colour (const HsJob *job)
{
  gboolean is_grey
      = job->impressions_source == HS_COUNT_MEASURED && job->colour == HS_COLOUR_MONOCHROME;

  return job->changed.colour != HS_COLOUR_UNKNOWN && !is_grey ? job->changed.colour : job->colour;
}

guint32
hs_job_expected_sheets (const HsJob *job)
{
  if (job->impressions_source == HS_COUNT_UNKNOWN)
    return 0;
  guint64 a_copy = hs_job_get_sides (job) == HS_SIDES_ONE ? job->impressions
                                                          : ((guint64)job->impressions + 1) / 2;
  return (guint32)MIN (a_copy * hs_job_get_copies (job), G_MAXUINT32);
}

HsId
hs_job_get_sealed_owner (const HsJob *job)
{
  return job->owner_kind == HS_OWNER_CLAIMED ? (HsId){ 0 } : job->owner;
}

char *
hs_job_dup_public_name (const HsJob *job)
{
  const guint8 *tail = job->id.bytes + HS_ID_BYTES - 3;

  return g_strdup_printf ("Document %02x%02x%02x", tail[0], tail[1], tail[2]);
}
