/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

#include "engine/render/preview.h"

#include "base/error.h"
#include "base/worker.h"
#include "core/refusal.h"
#include "engine/engine_private.h"
#include "seal/seal_reader.h"

#include <string.h>

/* Data of a task; the worker's while it runs. */
typedef struct
{
  HsEngine *engine;
  HsJob *job; /* what the reader checks the document against */
  HsSealOpening *opening;
  guint32 side_px;
} Preview;

static void
preview_free (gpointer data)
{
  Preview *preview = data;

  hs_job_free (preview->job);
  g_clear_pointer (&preview->opening, hs_seal_opening_free);
  g_free (preview);
}

static gssize
read_plain (gpointer reader, guint64 offset_bytes, void *buffer, gsize capacity, GError **error)
{
  return hs_seal_reader_read_at (reader, offset_bytes, buffer, capacity, error);
}

static HsPagePicture *
draw (const Preview *preview, GCancellable *cancellable, GError **error)
{
  const HsEngineParts *parts = &preview->engine->parts;
  g_autoptr (GInputStream) file = hs_spool_read (parts->spool, &preview->job->id, error);
  g_autoptr (HsSealReader) reader = NULL;
  HsRenderPlan plan = { .helper_folder = parts->helper_folder,
                        .size_bytes = preview->job->size_bytes,
                        .read = read_plain };

  if (file != NULL)
    reader = hs_seal_reader_new (file, preview->opening, preview->job, error);
  plan.document = reader;
  return reader != NULL ? hs_page_picture_draw (&plan, preview->side_px, cancellable, error) : NULL;
}

static void
draw_in_worker (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Preview *preview = task_data;
  GError *error = NULL;
  HsPagePicture *picture = draw (preview, cancellable, &error);

  g_clear_pointer (&preview->opening, hs_seal_opening_free);
  if (picture != NULL)
    g_task_return_pointer (task, picture, (GDestroyNotify)hs_page_picture_free);
  else
    g_task_return_error (task, error);
}

static gboolean
check (HsSlot *slot, guint32 side_px, GError **error)
{
  const HsEngine *engine = slot->engine;

  if (side_px < HS_RENDER_LEAST_SIDE_PX || side_px > HS_RENDER_MOST_SIDE_PX)
    g_set_error (error, HS_ERROR, HS_ERROR_INVALID, "A preview is %d to %d pixels wide and high.",
                 HS_RENDER_LEAST_SIDE_PX, HS_RENDER_MOST_SIDE_PX);
  else if (slot->job->state == HS_JOB_RECEIVING || hs_job_state_is_final (slot->job->state))
    g_set_error_literal (error, HS_ERROR, HS_ERROR_REFUSED,
                         "There is no document of this job: it is still coming, or over.");
  else if (g_strcmp0 (slot->job->format, "application/pdf") != 0
           || engine->parts.helper_folder == NULL)
    g_set_error_literal (error, HS_ERROR, HS_ERROR_NOT_SUPPORTED,
                         "There are previews of PDFs only. The job can be printed all the same.");
  else if (engine->n_previews >= HS_PREVIEWS_MOST)
    g_set_error_literal (error, HS_ERROR, HS_ERROR_TEMPORARY,
                         "Other previews are being drawn. Try again in a moment.");
  else if (!hs_opening_has_key (slot))
    g_set_error_literal (error, HS_ERROR, HS_ERROR_REFUSED,
                         "Your key is locked, so nobody can look into the document. Run `homespool "
                         "unlock`.");
  else
    return TRUE;
  return FALSE;
}

void
hs_engine_preview_async (HsEngine *engine,
                         const HsCaller *caller,
                         const HsId *job,
                         guint32 side_px,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  HsSlot *slot = hs_engine_find_slot (engine, job);
  GError *error = NULL;
  Preview *preview = NULL;

  hs_engine_assert_thread (engine);
  g_task_set_source_tag (task, hs_engine_preview_async);
  g_task_set_check_cancellable (task, FALSE); /* the talk itself says CANCELLED, in our codes */
  if (slot == NULL || engine->phase != HS_ENGINE_RUNNING
      || !hs_view_is_owner (engine, caller, slot->job))
    {
      g_task_return_error (task, hs_refusal_new (HS_REFUSAL_JOB_UNKNOWN, NULL));
      return;
    }
  if (!check (slot, side_px, &error))
    {
      g_task_return_error (task, error);
      return;
    }
  preview = g_new0 (Preview, 1);
  preview->engine = engine;
  preview->job = hs_job_copy (slot->job);
  hs_job_forget_private (preview->job);
  preview->side_px = side_px;
  preview->opening = hs_opening_by_owner (slot);
  g_task_set_task_data (task, preview, preview_free);
  engine->n_previews++;
  hs_engine_worker_begins (engine);
  hs_worker_run (task, draw_in_worker);
}

HsPagePicture *
hs_engine_preview_finish (HsEngine *engine, GAsyncResult *result, GError **error)
{
  HsPagePicture *picture = g_task_propagate_pointer (G_TASK (result), error);

  if (g_task_get_task_data (G_TASK (result)) != NULL)
    {
      engine->n_previews--;
      hs_engine_worker_ends (engine);
    }
  return picture;
}
