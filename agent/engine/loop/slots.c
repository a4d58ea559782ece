/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The jobs in memory, what their commits and workers keep open, and who watches them. */

#define HS_LOG_AREA "engine"

#include "engine/loop/slots.h"

#include "base/error.h"
#include "base/log.h"
#include "core/refusal.h"
#include "engine/trace.h"

void
hs_engine_assert_thread (HsEngine *engine)
{
  g_return_if_fail (engine->thread == g_thread_self ());
}

gint64
hs_engine_now_us (HsEngine *engine)
{
  return engine->parts.now_us != NULL ? engine->parts.now_us (engine->parts.test_data)
                                      : g_get_real_time ();
}

void
hs_engine_probe (HsEngine *engine, const char *point)
{
  if (engine->parts.probe != NULL)
    engine->parts.probe (point, engine->parts.test_data);
}

void
hs_engine_set_not_found (GError **error)
{
  hs_refusal_set (error, HS_REFUSAL_JOB_UNKNOWN, NULL);
}

gboolean
hs_engine_check_ready (HsEngine *engine, GError **error)
{
  if (engine->phase == HS_ENGINE_RUNNING)
    return TRUE;
  hs_refusal_set (error,
                  engine->phase < HS_ENGINE_RUNNING ? HS_REFUSAL_AGENT_STARTING
                                                    : HS_REFUSAL_AGENT_STOPPING,
                  NULL);
  return FALSE;
}

/* ── slots ───────────────────────────────────────────────────────────────────────────────── */

static void
slot_free (HsSlot *slot)
{
  g_clear_handle_id (&slot->retry_source, g_source_remove);
  hs_job_free (slot->job);
  hs_trace_free (slot->trace);
  hs_secret_bytes_free (slot->share);
  g_clear_pointer (&slot->sealed_title, g_bytes_unref);
  g_free (slot);
}

void
hs_slot_hold (HsSlot *slot)
{
  slot->holds++;
}

void
hs_slot_let_go (HsSlot *slot)
{
  slot->holds--;
  if (slot->holds == 0 && slot->is_removed)
    slot_free (slot);
}

HsSlot *
hs_engine_add_slot (HsEngine *engine, HsJob *job)
{
  HsSlot *slot = g_new0 (HsSlot, 1);

  slot->engine = engine;
  slot->job = job;
  slot->trace = hs_trace_new ();
  slot->deadline_boot_us = G_MAXINT64;
  g_queue_init (&slot->steps);
  g_hash_table_insert (engine->slots, g_memdup2 (&job->id, sizeof job->id), slot);
  if (job->ipp_id != 0)
    g_hash_table_insert (engine->ipp_ids, GUINT_TO_POINTER (job->ipp_id), slot);
  g_ptr_array_add (engine->order, slot);
  return slot;
}

HsSlot *
hs_engine_find_slot (HsEngine *engine, const HsId *id)
{
  return g_hash_table_lookup (engine->slots, id);
}

/* ── commits and workers ─────────────────────────────────────────────────────────────────── */

void
hs_engine_check_stopped (HsEngine *engine)
{
  g_autoptr (GTask) task = NULL;

  if (engine->stopping == NULL || engine->pending_commits > 0 || engine->workers > 0)
    return;
  engine->phase = HS_ENGINE_STOPPED;
  task = g_steal_pointer (&engine->stopping);
  g_task_return_boolean (task, TRUE);
}

void
hs_engine_commit_begins (HsEngine *engine)
{
  engine->pending_commits++;
}

void
hs_engine_commit_ends (HsEngine *engine, gboolean succeeded)
{
  engine->pending_commits--;
  if (succeeded)
    {
      engine->failing_since_us = 0;
      engine->broken_commits = 0;
    }
  else if (engine->failing_since_us == 0)
    engine->failing_since_us = hs_engine_now_us (engine);
  hs_engine_check_stopped (engine);
}

/* A full disk may get room, another process may let go; after a failed sync, though, the ledger takes
 * nothing any more until it is opened anew. */
static gboolean
is_for_good (const GError *error)
{
  return !g_error_matches (error, HS_ERROR, HS_ERROR_NO_SPACE)
         && !g_error_matches (error, HS_ERROR, HS_ERROR_TEMPORARY)
         && !g_error_matches (error, HS_ERROR, HS_ERROR_REFUSED)
         && !g_error_matches (error, HS_ERROR, HS_ERROR_INVALID);
}

void
hs_engine_note_failure (HsEngine *engine, const GError *error)
{
  if (!is_for_good (error))
    return;
  engine->broken_commits++;
  if (engine->broken_commits == HS_ENGINE_MOST_FAILURES && engine->parts.ledger_broke != NULL)
    engine->parts.ledger_broke (engine->parts.ledger_data, error);
}

void
hs_engine_worker_begins (HsEngine *engine)
{
  engine->workers++;
}

void
hs_engine_worker_ends (HsEngine *engine)
{
  engine->workers--;
  hs_engine_check_stopped (engine);
}

static void
on_quiet_commit (GObject *source, GAsyncResult *result, gpointer user_data)
{
  HsEngine *engine = user_data;
  g_autoptr (GError) error = NULL;
  gboolean succeeded = hs_ledger_commit_finish (engine->parts.ledger, result, &error);

  if (!succeeded)
    {
      hs_log_warning ("the ledger could not be tidied: %s", error->message);
      hs_engine_note_failure (engine, error);
    }
  hs_engine_commit_ends (engine, succeeded);
}

void
hs_engine_commit_quietly (HsEngine *engine, HsLedgerBatch *batch)
{
  hs_engine_commit_begins (engine);
  hs_ledger_batch_may_wait (batch);
  hs_ledger_commit_async (engine->parts.ledger, batch, on_quiet_commit, engine);
}

/* ── watching ────────────────────────────────────────────────────────────────────────────── */

static guint
add_watch (HsEngine *engine, HsWatch watch)
{
  hs_engine_assert_thread (engine);
  watch.id = ++engine->last_watch;
  g_array_append_val (engine->watches, watch);
  return watch.id;
}

guint
hs_engine_watch (HsEngine *engine, HsEngineWatchFunc func, gpointer user_data)
{
  return add_watch (engine, (HsWatch){ .func = func, .user_data = user_data });
}

guint
hs_engine_watch_progress (HsEngine *engine, HsEngineProgressFunc func, gpointer user_data)
{
  return add_watch (engine, (HsWatch){ .progress_func = func, .user_data = user_data });
}

void
hs_engine_unwatch (HsEngine *engine, guint id)
{
  hs_engine_assert_thread (engine);
  for (guint i = 0; i < engine->watches->len; i++)
    if (g_array_index (engine->watches, HsWatch, i).id == id)
      {
        g_array_remove_index (engine->watches, i);
        return;
      }
}

static gboolean
find_watch (HsEngine *engine, guint id, HsWatch *found)
{
  for (guint i = 0; i < engine->watches->len; i++)
    if (g_array_index (engine->watches, HsWatch, i).id == id)
      {
        *found = g_array_index (engine->watches, HsWatch, i);
        return TRUE;
      }
  return FALSE;
}

void
hs_engine_notify (HsEngine *engine, const HsJob *job)
{
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (guint));

  /* A watcher may add or remove watches, itself included. */
  for (guint i = 0; i < engine->watches->len; i++)
    g_array_append_val (ids, g_array_index (engine->watches, HsWatch, i).id);
  for (guint i = 0; i < ids->len; i++)
    {
      HsWatch watch;
      if (find_watch (engine, g_array_index (ids, guint, i), &watch) && watch.func != NULL)
        watch.func (engine, job, watch.user_data);
    }
}

void
hs_engine_notify_progress (HsEngine *engine, const HsJob *job, const HsSendProgress *progress)
{
  for (guint i = 0; i < engine->watches->len; i++)
    {
      const HsWatch *watch = &g_array_index (engine->watches, HsWatch, i);
      if (watch->progress_func != NULL)
        watch->progress_func (engine, job, progress, watch->user_data);
    }
}
