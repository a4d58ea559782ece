/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Delegations of this workstation: kept in the ledger, mirrored here, ended by their time. */

#define HS_LOG_AREA "engine"

#include "engine/delegation/local_delegations.h"

#include "base/log.h"
#include "engine/delegation/local_delegations_private.h"
#include "engine/delivery/grants.h"
#include "platform/boot_clock.h"
#include "seal/age_message.h"

#define SETTING "delegation/"

char *
hs_local_delegations_dup_name (const HsId *id)
{
  char text[HS_ID_TEXT_BYTES];

  return g_strconcat (SETTING, hs_id_format (id, text), NULL);
}

HsLocalDelegations *
hs_local_delegations_new (HsEngine *engine)
{
  HsLocalDelegations *delegations = g_new0 (HsLocalDelegations, 1);

  delegations->engine = engine;
  delegations->by_id = g_hash_table_new_full (hs_id_hash, hs_id_equal_func, NULL,
                                              (GDestroyNotify)hs_local_delegation_free);
  return delegations;
}

void
hs_local_delegations_stop (HsLocalDelegations *delegations)
{
  if (delegations->end != NULL)
    g_source_destroy (delegations->end);
  g_clear_pointer (&delegations->end, g_source_unref);
}

void
hs_local_delegations_free (HsLocalDelegations *delegations)
{
  hs_local_delegations_stop (delegations);
  g_hash_table_unref (delegations->by_id);
  g_free (delegations);
}

/* ── questions ───────────────────────────────────────────────────────────────────────────── */

gboolean
hs_local_delegations_cover (HsEngine *engine, const HsJob *job, const HsId *delegate)
{
  gint64 now_us = hs_engine_now_us (engine);
  GHashTableIter all;
  gpointer delegation = NULL;

  g_hash_table_iter_init (&all, engine->delegations->by_id);
  while (g_hash_table_iter_next (&all, NULL, &delegation))
    if (hs_local_delegation_covers (delegation, &job->owner, delegate, &job->id, now_us))
      return TRUE;
  return FALSE;
}

/* What makes @caller somebody whom others let release. */
gboolean
hs_local_delegations_find_person (HsEngine *engine, const HsCaller *caller, HsId *identity)
{
  HsOwner owner;

  /* A program that prints sees what it printed, and nothing that comes of a name. */
  if (caller->kind != HS_CALLER_PERSON || !hs_id_is_zero (&caller->maker)
      || !hs_view_find_owner (engine, caller, &owner, NULL) || hs_id_is_zero (&owner.identity))
    return FALSE;
  *identity = owner.identity;
  return TRUE;
}

/* A job that waits is shown once its grant is here; the end of one that was released is shown, too. */
static gboolean
is_for (HsEngine *engine, const HsJob *job, const HsId *delegate)
{
  return !hs_id_is_zero (&job->owner) && !hs_id_equal (&job->owner, delegate)
         && (hs_job_state_is_final (job->state) || hs_grants_has (engine, &job->id, delegate))
         && hs_local_delegations_cover (engine, job, delegate);
}

static const HsLocalDelegation *
find_covering (HsEngine *engine, const HsJob *job, const HsId *delegate)
{
  gint64 now_us = hs_engine_now_us (engine);
  GHashTableIter all;
  gpointer delegation = NULL;

  g_hash_table_iter_init (&all, engine->delegations->by_id);
  while (g_hash_table_iter_next (&all, NULL, &delegation))
    if (hs_local_delegation_covers (delegation, &job->owner, delegate, &job->id, now_us))
      return delegation;
  return NULL;
}

gboolean
hs_local_delegations_find (HsEngine *engine,
                           const HsCaller *caller,
                           const HsJob *job,
                           HsId *delegate)
{
  return hs_local_delegations_find_person (engine, caller, delegate)
         && !hs_view_may_see (engine, caller, job) && is_for (engine, job, delegate);
}

GPtrArray *
hs_engine_list_delegated_jobs (HsEngine *engine, const HsCaller *caller)
{
  GPtrArray *jobs = g_ptr_array_new ();
  HsId delegate;

  hs_engine_assert_thread (engine);
  if (!hs_local_delegations_find_person (engine, caller, &delegate)
      || g_hash_table_size (engine->delegations->by_id) == 0)
    return jobs;
  for (guint i = 0; i < engine->order->len; i++)
    {
      HsJob *job = ((const HsSlot *)g_ptr_array_index (engine->order, i))->job;
      if (!hs_job_state_is_final (job->state) && is_for (engine, job, &delegate)
          && !hs_view_may_see (engine, caller, job))
        g_ptr_array_add (jobs, job);
    }
  return jobs;
}

/* NULL: the key of @identity is locked, or it is not for that key. */
static char *
open_name (HsEngine *engine, GBytes *sealed, const HsId *identity)
{
  const HsOwnerKeys *keys = &engine->parts.owner_keys;
  const HsSecretBytes *key = keys->find_unlocked (keys->data, identity);
  g_autoptr (HsSecretBytes) name = key != NULL
                                       ? hs_age_message_open (g_bytes_get_data (sealed, NULL),
                                                              g_bytes_get_size (sealed), key, NULL)
                                       : NULL;

  return name != NULL ? g_strndup ((const char *)hs_secret_bytes_peek (name),
                                   hs_secret_bytes_get_length (name))
                      : NULL;
}

gboolean
hs_engine_is_delegated (HsEngine *engine, const HsCaller *caller, const HsJob *job, char **from)
{
  HsId delegate;
  const HsLocalDelegation *delegation = NULL;

  hs_engine_assert_thread (engine);
  if (!hs_local_delegations_find (engine, caller, job, &delegate))
    return FALSE;
  delegation = find_covering (engine, job, &delegate);
  if (from != NULL)
    *from = open_name (engine, delegation->for_delegate, &delegate);
  return TRUE;
}

GPtrArray *
hs_engine_list_delegations (HsEngine *engine, const HsCaller *caller)
{
  GPtrArray *list = g_ptr_array_new ();
  gint64 now_us = hs_engine_now_us (engine);
  GHashTableIter all;
  gpointer value = NULL;
  HsId owner;

  hs_engine_assert_thread (engine);
  if (!hs_local_delegations_find_person (engine, caller, &owner))
    return list;
  g_hash_table_iter_init (&all, engine->delegations->by_id);
  while (g_hash_table_iter_next (&all, NULL, &value))
    {
      const HsLocalDelegation *delegation = value;
      const HsSlot *slot = hs_engine_find_slot (engine, &delegation->job);
      gboolean is_over = !hs_id_is_zero (&delegation->job)
                         && (slot == NULL || hs_job_state_is_final (slot->job->state));
      if (hs_id_equal (&delegation->owner, &owner) && delegation->expires_us > now_us && !is_over)
        g_ptr_array_add (list, value);
    }
  return list;
}

char *
hs_engine_dup_delegate_name (HsEngine *engine, const HsLocalDelegation *delegation)
{
  return open_name (engine, delegation->for_owner, &delegation->owner);
}

/* ── the end of one ──────────────────────────────────────────────────────────────────────── */

void
hs_local_delegations_end (HsEngine *engine, HsLedgerBatch *batch, const HsId *id)
{
  g_autofree char *name = hs_local_delegations_dup_name (id);
  gpointer value = NULL;

  if (!g_hash_table_steal_extended (engine->delegations->by_id, id, NULL, &value))
    return;
  g_autoptr (HsLocalDelegation) delegation = value;
  hs_ledger_batch_delete_setting (batch, name);
  for (guint i = 0; i < engine->order->len; i++)
    {
      const HsJob *job = ((const HsSlot *)g_ptr_array_index (engine->order, i))->job;
      if (hs_id_equal (&job->owner, &delegation->owner)
          && (hs_id_is_zero (&delegation->job) || hs_id_equal (&delegation->job, &job->id))
          && !hs_local_delegations_cover (engine, job, &delegation->delegate))
        hs_grants_remove (engine, batch, &job->id, &delegation->delegate);
    }
}

/* Of which the time is over, or whose job has left the list. */
static void
end_old (HsEngine *engine, HsLedgerBatch *batch)
{
  g_autoptr (GList) all = g_hash_table_get_values (engine->delegations->by_id);
  gint64 now_us = hs_engine_now_us (engine);

  for (GList *each = all; each != NULL; each = each->next)
    {
      const HsLocalDelegation *delegation = each->data;
      HsId id = delegation->id;
      if (delegation->expires_us <= now_us
          || (!hs_id_is_zero (&delegation->job)
              && hs_engine_find_slot (engine, &delegation->job) == NULL))
        hs_local_delegations_end (engine, batch, &id);
    }
}

static gboolean
on_end (gpointer user_data)
{
  HsLocalDelegations *delegations = user_data;
  g_autoptr (HsLedgerBatch) batch = hs_ledger_batch_new ();

  g_clear_pointer (&delegations->end, g_source_unref);
  end_old (delegations->engine, batch);
  if (!hs_ledger_batch_is_empty (batch))
    hs_engine_commit_quietly (delegations->engine, g_steal_pointer (&batch));
  hs_local_delegations_arm (delegations);
  return G_SOURCE_REMOVE;
}

/* By the boot clock, which nobody sets back. */
void
hs_local_delegations_arm (HsLocalDelegations *delegations)
{
  gint64 now_us = hs_engine_now_us (delegations->engine);
  gint64 first_us = G_MAXINT64;
  GHashTableIter all;
  gpointer value = NULL;

  hs_local_delegations_stop (delegations);
  g_hash_table_iter_init (&all, delegations->by_id);
  while (g_hash_table_iter_next (&all, NULL, &value))
    first_us = MIN (first_us, ((const HsLocalDelegation *)value)->expires_us);
  if (first_us == G_MAXINT64)
    return;
  delegations->end = hs_boot_clock_source_new (hs_boot_clock_now_us () + MAX (first_us - now_us, 0)
                                               + G_TIME_SPAN_MILLISECOND);
  g_source_set_callback (delegations->end, on_end, delegations, NULL);
  g_source_attach (delegations->end, NULL);
}

void
hs_local_delegations_load (HsEngine *engine, const HsLedgerContents *contents)
{
  GHashTableIter settings;
  gpointer name = NULL;
  gpointer value = NULL;

  g_hash_table_iter_init (&settings, contents->settings);
  while (g_hash_table_iter_next (&settings, &name, &value))
    {
      g_autoptr (GError) error = NULL;
      HsLocalDelegation *delegation = NULL;
      if (!g_str_has_prefix (name, SETTING))
        continue;
      delegation = hs_local_delegation_decode (g_bytes_get_data (value, NULL),
                                               g_bytes_get_size (value), &error);
      if (delegation == NULL)
        hs_log_warning ("a delegation cannot be read and lets nobody release: %s", error->message);
      else
        g_hash_table_replace (engine->delegations->by_id, &delegation->id, delegation);
    }
}

void
hs_local_delegations_prune (HsEngine *engine, HsLedgerBatch *batch)
{
  end_old (engine, batch);
  hs_local_delegations_arm (engine->delegations);
}
