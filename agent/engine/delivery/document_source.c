/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The document of one job, opened by a worker of its own for each attempt. */

#include "engine/delivery/document_source_private.h"

#include "base/error.h"
#include "base/secret_bytes.h"
#include "base/worker.h"
#include "seal/seal_reader.h"

/* One age chunk: what the reader decrypts at once. */
#define CHUNK_BYTES (64 * 1024)

struct HsDocumentSource
{
  gint references; /* main context only */
  HsSpool *spool;
  HsJob *job;
  HsSealOpening *opening;
  HsSealOpening *second; /* nullable */
  void (*begins) (gpointer data);
  void (*ends) (gpointer data);
  gpointer data;
};

/* What one worker owns. */
typedef struct
{
  HsSpool *spool;
  HsJob *job;
  HsSealOpening *opening;
  HsSealOpening *second; /* nullable */
  HsByteQueue *queue;
  void (*ends) (gpointer data);
  gpointer data;
} Work;

HsDocumentSource *
hs_document_source_new (HsSpool *spool,
                        const HsJob *job,
                        HsSealOpening *opening,
                        void (*begins) (gpointer data),
                        void (*ends) (gpointer data),
                        gpointer data)
{
  HsDocumentSource *source = g_new0 (HsDocumentSource, 1);

  source->references = 1;
  source->spool = spool;
  source->job = hs_job_copy (job);
  hs_job_forget_private (source->job);
  source->opening = opening;
  source->begins = begins;
  source->ends = ends;
  source->data = data;
  return source;
}

void
hs_document_source_set_second (HsDocumentSource *source, HsSealOpening *opening)
{
  g_return_if_fail (source->second == NULL);
  source->second = opening;
}

HsDocumentSource *
hs_document_source_ref (HsDocumentSource *source)
{
  source->references++;
  return source;
}

void
hs_document_source_unref (HsDocumentSource *source)
{
  if (--source->references > 0)
    return;
  hs_job_free (source->job);
  hs_seal_opening_free (source->opening);
  g_clear_pointer (&source->second, hs_seal_opening_free);
  g_free (source);
}

guint64
hs_document_source_get_length (const HsDocumentSource *source)
{
  return source->job->size_bytes;
}

/* ── the worker ──────────────────────────────────────────────────────────────────────────── */

static void
work_free (Work *work)
{
  hs_job_free (work->job);
  hs_seal_opening_free (work->opening);
  g_clear_pointer (&work->second, hs_seal_opening_free);
  hs_byte_queue_unref (work->queue);
  g_free (work);
}

static gboolean
on_ended (gpointer user_data)
{
  Work *work = user_data;

  work->ends (work->data);
  work_free (work);
  return G_SOURCE_REMOVE;
}

static void
free_plain (gpointer chunk)
{
  hs_secret_bytes_wipe (chunk, CHUNK_BYTES);
  g_free (chunk);
}

static gboolean
pump (Work *work, HsSealReader *reader, GError **error)
{
  for (;;)
    {
      guint8 *chunk = g_malloc (CHUNK_BYTES);
      gssize length = hs_seal_reader_read (reader, chunk, CHUNK_BYTES, error);
      g_autoptr (GBytes) bytes = NULL;

      if (length <= 0)
        {
          free_plain (chunk);
          return length == 0;
        }
      bytes = g_bytes_new_with_free_func (chunk, (gsize)length, free_plain, chunk);
      if (!hs_byte_queue_push_wait (work->queue, bytes))
        return TRUE; /* the puller has closed and asks no more */
    }
}

/* "Not with this key" is no damage: another way may open it. */
static void
translate (GError *error)
{
  if (g_error_matches (error, HS_ERROR, HS_ERROR_REFUSED))
    error->code = HS_ERROR_DENIED;
  else if (g_error_matches (error, HS_ERROR, HS_ERROR_NOT_FOUND))
    error->code = HS_ERROR_CORRUPT; /* the file of a job that has one is gone */
}

static HsSealReader *
open_with (const Work *work, const HsSealOpening *opening, GError **error)
{
  g_autoptr (GInputStream) file = hs_spool_read (work->spool, &work->job->id, error);

  return file != NULL ? hs_seal_reader_new (file, opening, work->job, error) : NULL;
}

static void
worker_main (gpointer data)
{
  Work *work = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (HsSealReader) reader = open_with (work, work->opening, &error);

  if (work->second != NULL && g_error_matches (error, HS_ERROR, HS_ERROR_REFUSED))
    {
      g_clear_error (&error);
      reader = open_with (work, work->second, &error);
    }
  if (reader != NULL && pump (work, reader, &error))
    hs_byte_queue_complete (work->queue);
  else
    {
      hs_error_convert_gio (&error);
      translate (error);
      hs_byte_queue_fail (work->queue, error);
    }
  g_clear_pointer (&reader, hs_seal_reader_free);
  g_idle_add_full (G_PRIORITY_DEFAULT, on_ended, work, NULL);
}

HsByteQueue *
hs_document_source_open (HsDocumentSource *source)
{
  Work *work = g_new0 (Work, 1);
  HsByteQueue *queue = hs_byte_queue_new (HS_DOCUMENT_QUEUE_BYTES, NULL);

  work->spool = source->spool;
  work->job = hs_job_copy (source->job);
  work->opening = hs_seal_opening_copy (source->opening);
  work->second = source->second != NULL ? hs_seal_opening_copy (source->second) : NULL;
  work->queue = hs_byte_queue_ref (queue);
  work->ends = source->ends;
  work->data = source->data;
  source->begins (source->data);
  hs_worker_start (worker_main, work);
  return queue;
}
