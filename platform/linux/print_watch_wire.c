/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Jobs as bytes. */

#include "platform/linux/print_watch_wire.h"

#include <string.h>

void
hs_printed_job_free (HsPrintedJob *job)
{
  if (job == NULL)
    return;
  g_free (job->queue);
  g_free (job->uuid);
  g_free (job->user);
  g_free (job->title);
  g_free (job);
}

/* ── writing ─────────────────────────────────────────────────────────────────────────────── */

static void
put_8 (GByteArray *bytes, guint8 value)
{
  g_byte_array_append (bytes, &value, 1);
}

static void
put_32 (GByteArray *bytes, guint32 value)
{
  value = GUINT32_TO_BE (value);
  g_byte_array_append (bytes, (const guint8 *)&value, sizeof value);
}

static void
put_text (GByteArray *bytes, const char *text)
{
  g_autofree char *good = g_utf8_make_valid (text != NULL ? text : "", -1);
  gsize length = strlen (good);

  while (length > HS_QUEUE_TEXT_MAX_BYTES)
    length = (gsize)(g_utf8_find_prev_char (good, good + length) - good);
  put_8 (bytes, (guint8)(length >> 8));
  put_8 (bytes, (guint8)length);
  g_byte_array_append (bytes, (const guint8 *)good, (guint)length);
}

void
hs_queue_job_append (GByteArray *bytes, const HsPrintedJob *job)
{
  put_32 (bytes, job->id);
  put_8 (bytes, (guint8)job->state);
  put_8 (bytes, (guint8)job->colour);
  put_32 (bytes, job->impressions);
  put_32 (bytes, job->sheets);
  put_32 (bytes, (guint32)job->created_s);
  put_32 (bytes, (guint32)job->finished_s);
  put_text (bytes, job->queue);
  put_text (bytes, job->uuid);
  put_text (bytes, job->user);
  put_text (bytes, job->title);
}

/* ── reading ─────────────────────────────────────────────────────────────────────────────── */

typedef struct
{
  const guint8 *at;
  gsize left;
  gboolean is_good;
} Reader;

static const guint8 *
take (Reader *reader, gsize length)
{
  const guint8 *at = reader->at;

  reader->is_good = reader->is_good && reader->left >= length;
  if (!reader->is_good)
    return NULL;
  reader->at += length;
  reader->left -= length;
  return at;
}

static guint32
take_32 (Reader *reader)
{
  const guint8 *at = take (reader, 4);
  guint32 value = 0;

  if (at != NULL)
    memcpy (&value, at, sizeof value);
  return GUINT32_FROM_BE (value);
}

static guint8
take_8 (Reader *reader, guint8 most)
{
  const guint8 *at = take (reader, 1);

  reader->is_good = reader->is_good && *at <= most;
  return reader->is_good ? *at : 0;
}

static char *
take_text (Reader *reader)
{
  const guint8 *head = take (reader, 2);
  gsize length = head != NULL ? (gsize)head[0] << 8 | head[1] : 0;
  const guint8 *text = take (reader, length);

  reader->is_good = reader->is_good && length <= HS_QUEUE_TEXT_MAX_BYTES
                    && g_utf8_validate ((const char *)text, (gssize)length, NULL);
  return reader->is_good ? g_strndup ((const char *)text, length) : NULL;
}

GPtrArray *
hs_queue_jobs_decode (const guint8 *bytes, gsize length)
{
  g_autoptr (GPtrArray) jobs = g_ptr_array_new_with_free_func ((GDestroyNotify)hs_printed_job_free);
  Reader reader = { bytes, length, TRUE };

  while (reader.left > 0 && reader.is_good && jobs->len < HS_QUEUE_JOBS_AT_ONCE)
    {
      HsPrintedJob *job = g_new0 (HsPrintedJob, 1);
      g_ptr_array_add (jobs, job);
      job->id = take_32 (&reader);
      job->state = (HsPrintedState)take_8 (&reader, HS_PRINTED_ABORTED);
      job->colour = (HsPrintedColour)take_8 (&reader, HS_PRINTED_COLOUR);
      job->impressions = take_32 (&reader);
      job->sheets = take_32 (&reader);
      job->created_s = take_32 (&reader);
      job->finished_s = take_32 (&reader);
      job->queue = take_text (&reader);
      job->uuid = take_text (&reader);
      job->user = take_text (&reader);
      job->title = take_text (&reader);
    }
  return reader.is_good && reader.left == 0 ? g_steal_pointer (&jobs) : NULL;
}
