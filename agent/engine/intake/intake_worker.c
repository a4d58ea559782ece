/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The worker of one intake. Chunks go from the queue into the cipher as they came, without a copy;
 * only the first kilobyte is kept, until it has told the format. The plain text of a chunk is wiped
 * where we own it (the server's buffers are its own affair, and the process is locked in memory). */

#include "engine/intake/intake_worker.h"

#include "base/error.h"
#include "base/worker.h"
#include "core/pages/format_sniff.h"
#include "engine/engine_private.h"
#include "seal/private_fields.h"
#include "seal/seal_writer.h"

#include <string.h>

typedef struct
{
  HsIntakeWork *work;
  HsIntakeWorkDone done;
  gpointer user_data;

  /* Of the thread. */
  HsSpoolPart *part;
  HsSealWriter *writer;
  HsPageCount *count;
  GByteArray *head; /* the first bytes, until they tell the format */
  gboolean is_known;
} Worker;

const char *const hs_intake_formats[]
    = { "application/pdf", "image/pwg-raster", "image/urf", "image/jpeg", NULL };

static gboolean
is_generic (const char *format)
{
  return format == NULL || g_ascii_strcasecmp (format, "application/octet-stream") == 0;
}

gboolean
hs_intake_check_format (const char *format, GError **error)
{
  if (is_generic (format))
    return TRUE;
  for (const char *const *each = hs_intake_formats; *each != NULL; each++)
    if (g_ascii_strcasecmp (*each, format) == 0)
      return TRUE;
  g_set_error_literal (error, HS_ERROR, HS_ERROR_NOT_SUPPORTED,
                       "This kind of document is not taken. Print it as PDF, PWG or Apple raster, "
                       "or JPEG.");
  return FALSE;
}

void
hs_intake_work_free (HsIntakeWork *work)
{
  hs_seal_plan_free (work->plan);
  hs_job_free (work->job);
  g_clear_pointer (&work->queue, hs_byte_queue_unref);
  g_clear_error (&work->error);
  g_clear_pointer (&work->sealed_fields, g_bytes_unref);
  g_clear_pointer (&work->opening, hs_seal_opening_free);
  g_free (work);
}

/* ── what it is ──────────────────────────────────────────────────────────────────────────── */

static gboolean
settle_format (Worker *worker, const char *found, GError **error)
{
  HsJob *job = worker->work->job;

  if (found == NULL && is_generic (job->format))
    {
      g_set_error_literal (error, HS_ERROR, HS_ERROR_NOT_SUPPORTED,
                           "It cannot be seen what kind of document this is. Print it as PDF, PWG "
                           "or Apple raster, or JPEG.");
      return FALSE;
    }
  if (found == NULL || (!is_generic (job->format) && g_ascii_strcasecmp (found, job->format) != 0))
    {
      g_set_error_literal (error, HS_ERROR, HS_ERROR_INVALID,
                           "The document is not of the kind that the program said it is. Print it "
                           "again, or from another program.");
      return FALSE;
    }
  g_free (job->format);
  job->format = g_strdup (found);
  worker->count = hs_page_count_new (found);
  worker->is_known = TRUE;
  return TRUE;
}

/* Feeds the counter and, until it is known, the nose. */
static gboolean
look_at (Worker *worker, const guint8 *data, gsize length, GError **error)
{
  const char *found = NULL;

  if (!worker->is_known)
    {
      gsize missing = HS_FORMAT_SNIFF_BYTES - worker->head->len;
      gsize taken = MIN (missing, length);
      g_byte_array_append (worker->head, data, (guint)taken);
      found = hs_format_sniff (worker->head->data, worker->head->len);
      if (found == NULL && worker->head->len < HS_FORMAT_SNIFF_BYTES)
        return TRUE;
      if (!settle_format (worker, found, error))
        return FALSE;
      if (worker->count != NULL)
        hs_page_count_feed (worker->count, worker->head->data, worker->head->len);
      data += taken;
      length -= taken;
    }
  if (worker->count != NULL && length > 0)
    hs_page_count_feed (worker->count, data, length);
  return TRUE;
}

/* The document is shorter than the nose needs to be sure. */
static gboolean
look_at_end (Worker *worker, GError **error)
{
  if (worker->is_known)
    return TRUE;
  if (!settle_format (worker, hs_format_sniff (worker->head->data, worker->head->len), error))
    return FALSE;
  if (worker->count != NULL)
    hs_page_count_feed (worker->count, worker->head->data, worker->head->len);
  return TRUE;
}

/* A PDF tells its pages only as a whole. The client does not wait for that: its key is handed on to
 * whoever counts them when the job is durable. */
static void
keep_key_of_pdf (HsIntakeWork *work, const HsSealFacts *facts)
{
  if (work->counts_pdf && strcmp (work->job->format, "application/pdf") == 0)
    work->opening = hs_seal_opening_new_file_key (facts->file_key);
}

/* ── the work ────────────────────────────────────────────────────────────────────────────── */

static gboolean
take_all (Worker *worker, GError **error)
{
  guint64 total = 0;

  for (;;)
    {
      g_autoptr (GBytes) bytes = NULL;
      gsize length = 0;
      const guint8 *data = NULL;
      HsByteQueuePull pulled = hs_byte_queue_pull_wait (worker->work->queue, &bytes, error);

      if (pulled == HS_BYTE_QUEUE_FAILED)
        return FALSE;
      if (pulled == HS_BYTE_QUEUE_END)
        break;
      data = g_bytes_get_data (bytes, &length);
      total += length;
      if (length > 0
          && (!look_at (worker, data, length, error)
              || !hs_seal_writer_write (worker->writer, data, length, error)))
        return FALSE;
    }
  if (total == 0)
    {
      g_set_error_literal (error, HS_ERROR, HS_ERROR_INVALID,
                           "The document is empty. Print it again; if it stays empty, the program "
                           "that made it is at fault.");
      return FALSE;
    }
  return look_at_end (worker, error);
}

static gboolean
has_private_fields (const HsJob *job)
{
  return job->title != NULL || job->user_name != NULL || job->ticket != NULL;
}

static gboolean
seal_all (Worker *worker, GError **error)
{
  HsIntakeWork *work = worker->work;
  g_autoptr (HsSealFacts) facts = NULL;
  HsPageFacts pages = { 0 };

  worker->part = hs_spool_create (work->spool, &work->job->id, error);
  if (worker->part == NULL)
    return FALSE;
  worker->writer = hs_seal_writer_new (work->plan, hs_spool_part_get_stream (worker->part), error);
  if (worker->writer == NULL || !take_all (worker, error))
    return FALSE;
  facts = hs_seal_writer_finish (worker->writer, error);
  if (facts == NULL)
    return FALSE;
  hs_seal_facts_apply (facts, work->job);
  if (worker->count != NULL)
    {
      hs_page_count_finish (worker->count, &pages);
      hs_counting_apply (work->job, &pages);
    }
  if (has_private_fields (work->job))
    {
      work->sealed_fields = hs_private_fields_seal (facts, work->job, error);
      if (work->sealed_fields == NULL)
        return FALSE;
    }
  if (!hs_spool_part_commit (worker->part, error))
    return FALSE;
  keep_key_of_pdf (work, facts);
  return TRUE;
}

static gboolean
on_ended (gpointer user_data)
{
  Worker *worker = user_data;

  worker->done (worker->work, worker->user_data);
  g_free (worker);
  return G_SOURCE_REMOVE;
}

static void
worker_main (gpointer data)
{
  Worker *worker = data;

  worker->head = g_byte_array_new ();
  if (!seal_all (worker, &worker->work->error))
    hs_error_convert_gio (&worker->work->error);
  hs_byte_queue_close (worker->work->queue);
  g_clear_pointer (&worker->writer, hs_seal_writer_free);
  g_clear_pointer (&worker->part, hs_spool_part_free);
  g_clear_pointer (&worker->count, hs_page_count_free);
  hs_secret_bytes_wipe (worker->head->data, worker->head->len);
  g_byte_array_unref (worker->head);
  g_idle_add_full (G_PRIORITY_DEFAULT, on_ended, worker, NULL);
}

void
hs_intake_work_start (HsIntakeWork *work, HsIntakeWorkDone done, gpointer user_data)
{
  Worker *worker = g_new0 (Worker, 1);

  worker->work = work;
  worker->done = done;
  worker->user_data = user_data;
  hs_worker_start (worker_main, worker);
}
