/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The sealed document of a job that is over is removed, and nothing can open it any more. */

#define HS_LOG_AREA "engine"

#include "engine/engine_private.h"

#include "base/log.h"

/* A file that cannot be removed now (a disk error) is tried again after this time. */
#define DESTROY_RETRY_S 60

typedef struct
{
  HsEngine *engine;
  HsId job;
} Destruction;

static void
destroy_in_worker (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Destruction *work = task_data;
  GError *error = NULL;

  if (hs_spool_remove (work->engine->parts.spool, &work->job, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static gboolean
on_destroy_again (gpointer user_data)
{
  HsSlot *slot = user_data;

  slot->retry_source = 0;
  if (slot->engine->phase == HS_ENGINE_RUNNING)
    hs_destruction_begin (slot);
  return G_SOURCE_REMOVE;
}

static void
on_destroyed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Destruction *work = g_task_get_task_data (G_TASK (result));
  HsEngine *engine = work->engine;
  HsSlot *slot = hs_engine_find_slot (engine, &work->job);
  g_autoptr (GError) error = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), &error))
    {
      char id[HS_ID_TEXT_BYTES];
      hs_log_warning ("job %s: the sealed document could not be removed: %s",
                      hs_id_format (&work->job, id), error->message);
      if (slot != NULL && slot->retry_source == 0)
        slot->retry_source = g_timeout_add_seconds (DESTROY_RETRY_S, on_destroy_again, slot);
    }
  else if (slot != NULL && engine->phase != HS_ENGINE_STOPPING)
    {
      hs_engine_probe (engine, "document removed");
      hs_slot_report_done (slot, HS_EFFECT_DESTROY);
    }
  hs_engine_worker_ends (engine);
}

/* The row's keys are the sealed fields and the stanzas in the file; both go. */
void
hs_destruction_begin (HsSlot *slot)
{
  Destruction *work = g_new0 (Destruction, 1);
  g_autoptr (GTask) task = g_task_new (NULL, NULL, on_destroyed, NULL);

  work->engine = slot->engine;
  work->job = slot->job->id;
  g_clear_handle_id (&slot->retry_source, g_source_remove);
  g_clear_pointer (&slot->share, hs_secret_bytes_free);
  hs_engine_worker_begins (slot->engine);
  g_task_set_task_data (task, work, g_free);
  g_task_run_in_thread (task, destroy_in_worker);
}
