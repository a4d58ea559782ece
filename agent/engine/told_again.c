/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Telling the site of jobs that it does not know, or knows no more: those that were taken before
 * this workstation joined it, and all when the site was put back to an older state. */

#include "engine/engine_private.h"

/* Finished jobs to tell again after a restore of the site; the ledger keeps no more for long. */
#define HISTORY_LINES 500

typedef struct
{
  HsEngine *engine;
  guint steps; /* not durable yet */
  GError *error;
} Telling;

static void
telling_free (gpointer data)
{
  Telling *telling = data;

  g_clear_error (&telling->error);
  g_free (telling);
}

void
hs_announcing_look_again (HsEngine *engine)
{
  if (engine->phase != HS_ENGINE_RUNNING || engine->bundle == NULL)
    return;
  for (guint i = 0; i < engine->order->len; i++)
    {
      HsSlot *slot = g_ptr_array_index (engine->order, i);

      if ((slot->pending & HS_EFFECT_ANNOUNCE) != 0 && slot->has_row
          && !hs_counting_has (engine->counting, &slot->job->id)
          && !hs_records_must_wait (engine, slot->job))
        hs_slot_report_done (slot, HS_EFFECT_ANNOUNCE);
    }
}

void
hs_engine_announce_now (HsEngine *engine, const HsId *job)
{
  HsSlot *slot = hs_engine_find_slot (engine, job);

  if (engine->phase == HS_ENGINE_RUNNING && engine->bundle != NULL && slot != NULL && slot->has_row
      && (slot->pending & HS_EFFECT_ANNOUNCE) != 0 && !hs_records_must_wait (engine, slot->job))
    hs_slot_report_done (slot, HS_EFFECT_ANNOUNCE);
}

/* ── all of them ─────────────────────────────────────────────────────────────────────────── */

static void
end_one (GTask *task)
{
  Telling *telling = g_task_get_task_data (task);

  telling->steps--;
  if (telling->steps > 0)
    return;
  if (telling->error != NULL)
    g_task_return_error (task, g_steal_pointer (&telling->error));
  else
    g_task_return_boolean (task, TRUE);
  g_object_unref (task);
}

static void
on_told (HsSlot *slot, HsStep *step, const GError *error)
{
  GTask *task = step->data;
  Telling *telling = g_task_get_task_data (task);

  if (error != NULL && telling->error == NULL)
    telling->error = g_error_copy (error);
  end_one (task);
}

static void
tell (GTask *task, HsSlot *slot)
{
  Telling *telling = g_task_get_task_data (task);
  HsStep *step = hs_step_new (HS_EVENT_NONE);

  step->is_fact = TRUE;
  step->is_silent = TRUE;
  step->announces_again = TRUE;
  step->data = task;
  step->done = on_told;
  telling->steps++;
  hs_slot_push (slot, step);
}

static void
on_history_told (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  Telling *telling = g_task_get_task_data (task);
  HsEngine *engine = telling->engine;
  g_autoptr (GError) error = NULL;
  gboolean succeeded = hs_ledger_commit_finish (engine->parts.ledger, result, &error);

  hs_engine_commit_ends (engine, succeeded);
  if (!succeeded && telling->error == NULL)
    telling->error = g_steal_pointer (&error);
  end_one (task);
}

/* A final job that still has a row is told by its step. */
static void
on_history_read (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  Telling *telling = g_task_get_task_data (task);
  HsEngine *engine = telling->engine;
  g_autoptr (HsLedgerBatch) batch = hs_ledger_batch_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) audit = hs_ledger_read_audit_finish (engine->parts.ledger, result, &error);
  guint count = 0;

  /* Newest first as read; told in the order in which they ended. */
  for (guint i = audit != NULL ? audit->len : 0; i > 0; i--)
    {
      const HsJob *job = g_ptr_array_index (audit, i - 1);
      hs_records_add_for_step (engine, batch, job, job, HS_EFFECT_ANNOUNCE | HS_EFFECT_REPORT,
                               &count);
    }
  if (audit == NULL && telling->error == NULL)
    telling->error = g_steal_pointer (&error);
  if (count == 0)
    {
      hs_engine_commit_ends (engine, audit != NULL);
      end_one (task);
      return;
    }
  hs_ledger_commit_async (engine->parts.ledger, g_steal_pointer (&batch), on_history_told, task);
}

void
hs_engine_announce_again_async (HsEngine *engine,
                                gboolean with_history,
                                GAsyncReadyCallback callback,
                                gpointer user_data)
{
  GTask *task = g_task_new (NULL, NULL, callback, user_data);
  Telling *telling = g_new0 (Telling, 1);

  hs_engine_assert_thread (engine);
  telling->engine = engine;
  telling->steps = 1;
  g_task_set_task_data (task, telling, telling_free);
  if (!hs_engine_check_ready (engine, &telling->error))
    {
      end_one (task);
      return;
    }
  for (guint i = 0; i < engine->order->len; i++)
    {
      HsSlot *slot = g_ptr_array_index (engine->order, i);

      /* A job whose pages are being counted is announced with them. */
      if (slot->has_row && !slot->is_archived
          && !hs_counting_has (engine->counting, &slot->job->id))
        tell (task, slot);
    }
  if (!with_history)
    {
      end_one (task);
      return;
    }
  hs_engine_commit_begins (engine);
  hs_ledger_read_audit_async (engine->parts.ledger, NULL, HISTORY_LINES, on_history_read, task);
}

gboolean
hs_engine_announce_again_finish (HsEngine *engine, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
