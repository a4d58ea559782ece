/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Counting a PDF: the pages may be known though the colour is not. */

#include "engine/render/page_counter.h"

#include "base/worker.h"

static void
note_pages (HsPageFacts *facts, const HsRenderMessage *message)
{
  facts->is_known = TRUE;
  facts->impressions = message->pages;
  facts->width_um = message->width_um;
  facts->height_um = message->height_um;
}

static gboolean
hear (gpointer data, const HsRenderMessage *message, const guint8 *bytes, gsize length)
{
  HsPageFacts *facts = data;

  if (message == NULL)
    return FALSE;
  if (message->kind == HS_RENDER_PAGES && !facts->is_known)
    {
      note_pages (facts, message);
      return TRUE;
    }
  if (message->kind == HS_RENDER_COLOUR && facts->is_known)
    facts->colour = message->colour;
  return FALSE;
}

gboolean
hs_page_counter_count (const HsRenderPlan *plan,
                       GCancellable *cancellable,
                       HsPageFacts *facts,
                       GError **error)
{
  const HsRenderMessage task = { .kind = HS_RENDER_COUNT, .document_bytes = plan->size_bytes };
  HsPageFacts found = { 0 };
  const HsRenderListener listener = {
    .time_limit_ms = HS_PAGE_COUNTER_TIME_LIMIT_MS, .gives_way = TRUE, .hear = hear, .data = &found
  };

  *facts = (HsPageFacts){ 0 };
  if (!hs_render_talk (plan, &task, &listener, cancellable, error))
    return FALSE;
  *facts = found;
  return TRUE;
}

/* ── async ───────────────────────────────────────────────────────────────────────────────── */

typedef struct
{
  HsRenderPlan plan;
  char *helper_folder;
  GDestroyNotify document_free;
  HsPageFacts facts;
} Work;

static void
work_free (gpointer data)
{
  Work *work = data;

  if (work->document_free != NULL)
    work->document_free (work->plan.document);
  g_free (work->helper_folder);
  g_free (work);
}

static void
run_work (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Work *work = data;
  GError *error = NULL;

  if (hs_page_counter_count (&work->plan, cancellable, &work->facts, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

void
hs_page_counter_count_async (const HsRenderPlan *plan,
                             GDestroyNotify document_free,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Work *work = g_new0 (Work, 1);

  work->plan = *plan;
  work->helper_folder = g_strdup (plan->helper_folder);
  work->plan.helper_folder = work->helper_folder;
  work->document_free = document_free;
  g_task_set_source_tag (task, hs_page_counter_count_async);
  g_task_set_check_cancellable (task, FALSE); /* the count itself says CANCELLED, in our codes */
  g_task_set_task_data (task, work, work_free);
  hs_worker_run (task, run_work);
}

gboolean
hs_page_counter_count_finish (GAsyncResult *result, HsPageFacts *facts, GError **error)
{
  Work *work = g_task_get_task_data (G_TASK (result));

  if (!g_task_propagate_boolean (G_TASK (result), error))
    return FALSE;
  *facts = work->facts;
  return TRUE;
}
