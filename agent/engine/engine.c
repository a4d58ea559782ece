/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The engine's life, its figures, and news from the parts around it. The loop is in loop/steps.c. */

#include "engine/engine_private.h"

#include "engine/delegation/local_delegations_private.h"
#include "engine/delivery/grants.h"

/* ── life ────────────────────────────────────────────────────────────────────────────────── */

HsEngine *
hs_engine_new (const HsEngineParts *parts)
{
  HsEngine *engine = g_new0 (HsEngine, 1);

  engine->parts = *parts;
  engine->thread = g_thread_self ();
  engine->step_hooks = &hs_outcome_hooks;
  engine->slots = g_hash_table_new_full (hs_id_hash, hs_id_equal_func, g_free, NULL);
  engine->ipp_ids = g_hash_table_new (g_direct_hash, g_direct_equal);
  engine->order = g_ptr_array_new ();
  engine->intakes = g_ptr_array_new_with_free_func ((GDestroyNotify)hs_intake_unref);
  engine->watches = g_array_new (FALSE, FALSE, sizeof (HsWatch));
  engine->release_publics
      = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, (GDestroyNotify)g_bytes_unref);
  engine->dispatch = hs_dispatch_new (engine);
  engine->retention = hs_retention_new (engine);
  engine->os_copies = hs_os_copies_new (engine);
  engine->commands = hs_command_book_new (engine);
  engine->counting = hs_counting_new (engine);
  engine->grants = hs_grants_new ();
  engine->delegations = hs_local_delegations_new (engine);
  engine->last_printers = hs_last_printers_new ();
  return engine;
}

void
hs_engine_free (HsEngine *engine)
{
  if (engine == NULL)
    return;
  g_return_if_fail (engine->phase == HS_ENGINE_NEW || engine->phase == HS_ENGINE_STOPPED);
  while (engine->order->len > 0)
    hs_engine_remove_slot (g_ptr_array_index (engine->order, engine->order->len - 1));
  hs_dispatch_free (engine->dispatch);
  hs_retention_free (engine->retention);
  hs_os_copies_free (engine->os_copies);
  hs_command_book_free (engine->commands);
  hs_counting_free (engine->counting);
  hs_grants_free (engine->grants);
  hs_local_delegations_free (engine->delegations);
  g_hash_table_unref (engine->last_printers);
  g_ptr_array_unref (engine->intakes);
  g_ptr_array_unref (engine->order);
  g_hash_table_unref (engine->ipp_ids);
  g_hash_table_unref (engine->slots);
  g_hash_table_unref (engine->release_publics);
  g_array_unref (engine->watches);
  hs_bundle_free (engine->bundle);
  hs_release_keys_free (engine->release_keys);
  g_free (engine);
}

void
hs_engine_stop_async (HsEngine *engine, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, callback, user_data);

  hs_engine_assert_thread (engine);
  g_task_set_source_tag (task, hs_engine_stop_async);
  if (engine->stopping != NULL || engine->phase == HS_ENGINE_STOPPED)
    {
      g_task_return_boolean (task, TRUE);
      return;
    }
  engine->phase = HS_ENGINE_STOPPING;
  engine->stopping = g_steal_pointer (&task);
  hs_intake_stop_all (engine);
  hs_counting_stop (engine->counting);
  hs_dispatch_drop_all (engine->dispatch);
  hs_os_copies_stop (engine->os_copies);
  hs_retention_stop (engine->retention);
  hs_local_delegations_stop (engine->delegations);
  for (guint i = 0; i < engine->order->len; i++)
    {
      HsSlot *slot = g_ptr_array_index (engine->order, i);
      if (slot->intake == NULL) /* a complete document is still taken */
        hs_slot_drop_steps (slot);
    }
  if (engine->pending_commits > 0)
    hs_ledger_hurry (engine->parts.ledger);
  hs_engine_check_stopped (engine);
}

gboolean
hs_engine_stop_finish (HsEngine *engine, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* ── counting ────────────────────────────────────────────────────────────────────────────── */

void
hs_engine_get_statistics (HsEngine *engine, HsEngineStatistics *statistics)
{
  hs_engine_assert_thread (engine);
  *statistics = (HsEngineStatistics){ .ready = engine->phase == HS_ENGINE_RUNNING,
                                      .site_online = engine->site_online,
                                      .open_intakes = engine->intakes->len,
                                      .pending_commits = engine->pending_commits,
                                      .ledger_failing_since_us = engine->failing_since_us };
  for (guint i = 0; i < engine->order->len; i++)
    {
      const HsSlot *slot = g_ptr_array_index (engine->order, i);
      statistics->jobs_by_state[slot->job->state]++;
      if (slot->job->owner_kind == HS_OWNER_UNPROVEN && !hs_job_state_is_final (slot->job->state))
        statistics->unproven_jobs++;
    }
  statistics->sealed_bytes = hs_spool_get_total_bytes (engine->parts.spool);
  statistics->documents_without_ledger = engine->kept_documents;
  statistics->outbox_records = engine->outbox_head - engine->outbox_acknowledged;
  statistics->next_expiry_us = hs_retention_get_next_us (engine->retention);
  hs_dispatch_count (engine->dispatch, statistics);
}

/* ── news from the parts around it ───────────────────────────────────────────────────────── */

void
hs_engine_set_site_online (HsEngine *engine, gboolean online)
{
  hs_engine_assert_thread (engine);
  engine->site_online = online;
  if (online)
    hs_dispatch_look_again (engine->dispatch);
}

void
hs_engine_rest (HsEngine *engine, gboolean forget_shares)
{
  hs_engine_assert_thread (engine);
  hs_dispatch_rest (engine->dispatch);
  for (guint i = 0; i < engine->order->len && forget_shares; i++)
    g_clear_pointer (&((HsSlot *)g_ptr_array_index (engine->order, i))->share,
                     hs_secret_bytes_free);
}

void
hs_engine_park (HsEngine *engine)
{
  hs_engine_assert_thread (engine);
  hs_dispatch_park (engine->dispatch);
}

void
hs_engine_wake (HsEngine *engine)
{
  hs_engine_assert_thread (engine);
  hs_dispatch_wake (engine->dispatch);
}

void
hs_engine_network_changed (HsEngine *engine)
{
  hs_engine_assert_thread (engine);
  hs_dispatch_network_changed (engine->dispatch);
}

void
hs_engine_printers_changed (HsEngine *engine)
{
  hs_engine_assert_thread (engine);
  hs_dispatch_look_again (engine->dispatch);
}

void
hs_engine_stream_began (HsEngine *engine, guint64 records)
{
  hs_engine_assert_thread (engine);
  engine->outbox_head = records;
  engine->outbox_acknowledged = 0;
}

void
hs_engine_outbox_acknowledged (HsEngine *engine, guint64 n)
{
  hs_engine_assert_thread (engine);
  engine->outbox_acknowledged = n;
  engine->outbox_head = MAX (engine->outbox_head, n);
}

static void
remember_release_keys (HsEngine *engine)
{
  for (gsize i = 0; engine->release_keys != NULL && i < engine->release_keys->n_keys; i++)
    {
      const HsReleaseKey *key = &engine->release_keys->keys[i];
      gint64 *epoch = g_memdup2 (&(gint64){ (gint64)key->epoch }, sizeof (gint64));

      g_hash_table_insert (engine->release_publics, epoch,
                           g_bytes_new (key->public_bytes, sizeof key->public_bytes));
    }
}

void
hs_engine_set_trust (HsEngine *engine,
                     const HsId *device,
                     const HsBundle *bundle,
                     const HsReleaseKeys *release_keys)
{
  hs_engine_assert_thread (engine);
  g_clear_pointer (&engine->bundle, hs_bundle_free);
  g_clear_pointer (&engine->release_keys, hs_release_keys_free);
  engine->device = bundle != NULL ? *device : (HsId){ 0 };
  engine->bundle = bundle != NULL ? hs_bundle_copy (bundle) : NULL;
  if (bundle != NULL && release_keys != NULL)
    engine->release_keys = g_memdup2 (release_keys, sizeof *release_keys);
  remember_release_keys (engine);
  if (engine->phase == HS_ENGINE_RUNNING)
    hs_dispatch_look_again (engine->dispatch);
}
