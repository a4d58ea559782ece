/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* What owners do with delegations: give, take back; and what the site says about them. */

#include "base/error.h"
#include "core/wire/delegation.h"
#include "crypto/random.h"
#include "engine/delegation/local_delegations_private.h"
#include "engine/delivery/grants.h"
#include "seal/age_message.h"

#include <string.h>

#define LONGEST_US (366 * G_TIME_SPAN_DAY) /* as at the site: a year */

/* ── giving ──────────────────────────────────────────────────────────────────────────────── */

static gboolean
refuse (GError **error, HsErrorCode code, const char *sentence)
{
  g_set_error_literal (error, HS_ERROR, code, sentence);
  return FALSE;
}

static gboolean
has_key (HsEngine *engine, const HsId *identity)
{
  guint8 unused[HS_X25519_BYTES];

  return engine->parts.owner_keys.find_public (engine->parts.owner_keys.data, identity, unused);
}

static gboolean
is_waiting_job (HsEngine *engine, const HsCaller *caller, const HsId *job)
{
  const HsSlot *slot = hs_engine_find_slot (engine, job);

  return slot != NULL && hs_view_is_owner (engine, caller, slot->job)
         && !hs_job_state_is_final (slot->job->state);
}

static guint
count_of (HsEngine *engine, const HsId *owner)
{
  GHashTableIter all;
  gpointer value = NULL;
  guint count = 0;

  g_hash_table_iter_init (&all, engine->delegations->by_id);
  while (g_hash_table_iter_next (&all, NULL, &value))
    count += hs_id_equal (&((const HsLocalDelegation *)value)->owner, owner);
  return count;
}

gboolean
hs_engine_check_delegation (HsEngine *engine,
                            const HsCaller *caller,
                            const HsDelegationWish *wish,
                            GError **error)
{
  gint64 now_us = hs_engine_now_us (engine);
  HsId owner;

  hs_engine_assert_thread (engine);
  if (!hs_local_delegations_find_person (engine, caller, &owner) || !has_key (engine, &owner))
    return refuse (error, HS_ERROR_NOT_FOUND,
                   "You have no key on this workstation yet: `homespool unlock` makes one.");
  if (engine->bundle != NULL && !engine->bundle->policy.owner_stanza)
    return refuse (error, HS_ERROR_REFUSED,
                   "Your organisation lets no person's key open documents, so nobody can release "
                   "them without the site.");
  if (hs_id_equal (&owner, &wish->delegate))
    return refuse (error, HS_ERROR_REFUSED, "These are your own jobs: you may release them.");
  if (!has_key (engine, &wish->delegate))
    return refuse (error, HS_ERROR_NOT_FOUND,
                   "That person has no key on this workstation yet, which signing in or `homespool "
                   "unlock` makes.");
  if (!hs_id_is_zero (&wish->job) && !is_waiting_job (engine, caller, &wish->job))
    {
      hs_engine_set_not_found (error);
      return FALSE;
    }
  if (wish->expires_us <= now_us || wish->expires_us > now_us + LONGEST_US)
    return refuse (error, HS_ERROR_INVALID, "Choose an end in the future, within a year.");
  if (count_of (engine, &owner) >= HS_LOCAL_DELEGATIONS_MAX)
    return refuse (error, HS_ERROR_NO_SPACE,
                   "So many people may release your jobs already. Take some of it back first "
                   "(homespool delegate --list).");
  return TRUE;
}

static GBytes *
seal_name (HsEngine *engine, const HsId *identity, const char *name, GError **error)
{
  const HsOwnerKeys *keys = &engine->parts.owner_keys;
  guint8 recipient[HS_X25519_BYTES];
  gsize length = MIN (strlen (name), HS_DELEGATION_MAX_NAME_BYTES);

  return keys->find_public (keys->data, identity, recipient)
             ? hs_age_message_seal (recipient, (const guint8 *)name, length, error)
             : NULL;
}

static HsLocalDelegation *
make (HsEngine *engine, const HsCaller *caller, const HsDelegationWish *wish, GError **error)
{
  g_autoptr (HsLocalDelegation) delegation = g_new0 (HsLocalDelegation, 1);

  if (!hs_engine_check_delegation (engine, caller, wish, error)
      || !hs_local_delegations_find_person (engine, caller, &delegation->owner))
    return NULL;
  delegation->is_at_site = !hs_id_is_zero (&wish->id);
  if (delegation->is_at_site)
    delegation->id = wish->id;
  else if (!hs_random_id (&delegation->id, error))
    return NULL;
  delegation->delegate = wish->delegate;
  delegation->job = wish->job;
  delegation->expires_us = wish->expires_us;
  delegation->for_owner = seal_name (engine, &delegation->owner, wish->delegate_name, error);
  if (delegation->for_owner != NULL)
    delegation->for_delegate = seal_name (engine, &delegation->delegate, wish->owner_name, error);
  return delegation->for_delegate != NULL ? g_steal_pointer (&delegation) : NULL;
}

/* A commit under way, and what it is about. */
typedef struct
{
  HsEngine *engine;
  HsLocalDelegation *delegation; /* nullable */
} Change;

static void
change_free (gpointer data)
{
  Change *change = data;

  hs_local_delegation_free (change->delegation);
  g_free (change);
}

static GTask *
make_task (HsEngine *engine, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (NULL, NULL, callback, user_data);
  Change *change = g_new0 (Change, 1);

  change->engine = engine;
  g_task_set_task_data (task, change, change_free);
  return task;
}

/* Ids of those that @newer takes the place of: one for each person and job, as at the site. */
static GArray *
list_older (HsEngine *engine, const HsLocalDelegation *newer)
{
  GArray *older = g_array_new (FALSE, FALSE, sizeof (HsId));
  GHashTableIter all;
  gpointer value = NULL;

  g_hash_table_iter_init (&all, engine->delegations->by_id);
  while (g_hash_table_iter_next (&all, NULL, &value))
    {
      const HsLocalDelegation *other = value;
      if (hs_id_equal (&other->owner, &newer->owner)
          && hs_id_equal (&other->delegate, &newer->delegate)
          && hs_id_equal (&other->job, &newer->job) && !hs_id_equal (&other->id, &newer->id))
        g_array_append_val (older, other->id);
    }
  return older;
}

/* What was taken out of the table leaves the ledger as well. */
static void
commit_end (HsEngine *engine, HsLedgerBatch *batch)
{
  g_autoptr (HsLedgerBatch) owned = batch;

  if (hs_ledger_batch_is_empty (batch) || engine->phase != HS_ENGINE_RUNNING)
    return;
  hs_local_delegations_arm (engine->delegations);
  hs_engine_commit_quietly (engine, g_steal_pointer (&owned));
}

/* The batch of @newer removed those that were there when it was made; one that was given at the same
 * moment is ended now. */
static void
end_older (HsEngine *engine, const HsLocalDelegation *newer)
{
  g_autoptr (GArray) older = list_older (engine, newer);
  HsLedgerBatch *batch = hs_ledger_batch_new ();

  for (guint i = 0; i < older->len; i++)
    hs_local_delegations_end (engine, batch, &g_array_index (older, HsId, i));
  commit_end (engine, batch);
}

static void
on_given (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Change *change = g_task_get_task_data (task);
  HsEngine *engine = change->engine;
  GError *error = NULL;
  gboolean done = hs_ledger_commit_finish (engine->parts.ledger, result, &error);

  if (done)
    {
      HsLocalDelegation *delegation = g_steal_pointer (&change->delegation);
      g_task_return_pointer (task, g_memdup2 (&delegation->id, sizeof delegation->id), g_free);
      g_hash_table_replace (engine->delegations->by_id, &delegation->id, delegation);
      end_older (engine, delegation);
      hs_local_delegations_arm (engine->delegations);
      if (delegation->is_at_site && engine->parts.site.delegation_kept != NULL)
        engine->parts.site.delegation_kept (engine->parts.site.data);
      if (engine->phase == HS_ENGINE_RUNNING)
        hs_local_delegations_look_again (engine, &delegation->owner);
    }
  else
    g_task_return_error (task, error);
  hs_engine_commit_ends (engine, done);
}

void
hs_engine_delegate_async (HsEngine *engine,
                          const HsCaller *caller,
                          const HsDelegationWish *wish,
                          GAsyncReadyCallback callback,
                          gpointer user_data)
{
  g_autoptr (GTask) task = make_task (engine, callback, user_data);
  Change *change = g_task_get_task_data (task);
  HsLedgerBatch *batch = NULL;
  GError *error = NULL;

  if (hs_engine_check_ready (engine, &error))
    change->delegation = make (engine, caller, wish, &error);
  if (change->delegation == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  g_autofree char *name = hs_local_delegations_dup_name (&change->delegation->id);
  g_autofree char *text = hs_local_delegation_encode (change->delegation);
  g_autoptr (GBytes) value = g_bytes_new (text, strlen (text));
  batch = hs_ledger_batch_new ();
  hs_ledger_batch_put_setting (batch, name, value);
  g_autoptr (GArray) older = list_older (engine, change->delegation);
  for (guint i = 0; i < older->len; i++)
    {
      g_autofree char *old_name = hs_local_delegations_dup_name (&g_array_index (older, HsId, i));
      hs_ledger_batch_delete_setting (batch, old_name);
    }
  hs_engine_commit_begins (engine);
  hs_ledger_commit_async (engine->parts.ledger, batch, on_given, g_steal_pointer (&task));
}

gboolean
hs_engine_delegate_finish (HsEngine *engine, GAsyncResult *result, HsId *id, GError **error)
{
  g_autofree HsId *given = g_task_propagate_pointer (G_TASK (result), error);

  if (given != NULL)
    *id = *given;
  return given != NULL;
}

/* For each waiting job that a delegation of @owner covers: it gets its grant, if the key is here. */
void
hs_local_delegations_look_again (HsEngine *engine, const HsId *owner)
{
  GHashTableIter all;
  gpointer value = NULL;

  g_hash_table_iter_init (&all, engine->delegations->by_id);
  while (g_hash_table_iter_next (&all, NULL, &value))
    {
      const HsLocalDelegation *delegation = value;
      if (!hs_id_equal (&delegation->owner, owner))
        continue;
      for (guint i = 0; i < engine->order->len; i++)
        hs_granting_start (g_ptr_array_index (engine->order, i), &delegation->delegate);
    }
}

/* ── taking back ─────────────────────────────────────────────────────────────────────────── */

static void
on_revoked (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  HsEngine *engine = ((Change *)g_task_get_task_data (task))->engine;
  GError *error = NULL;
  gboolean done = hs_ledger_commit_finish (engine->parts.ledger, result, &error);

  if (done)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
  hs_engine_commit_ends (engine, done);
}

void
hs_engine_revoke_delegation_async (HsEngine *engine,
                                   const HsCaller *caller,
                                   const HsId *id,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data)
{
  g_autoptr (GTask) task = make_task (engine, callback, user_data);
  const HsLocalDelegation *delegation = g_hash_table_lookup (engine->delegations->by_id, id);
  HsLedgerBatch *batch = NULL;
  GError *error = NULL;
  HsId owner;

  if (!hs_engine_check_ready (engine, &error))
    g_task_return_error (task, error);
  else if (delegation == NULL || !hs_local_delegations_find_person (engine, caller, &owner)
           || !hs_id_equal (&delegation->owner, &owner))
    g_task_return_new_error (task, HS_ERROR, HS_ERROR_NOT_FOUND,
                             "You have given no such permission. `homespool delegate --list` shows "
                             "what you gave.");
  else
    {
      batch = hs_ledger_batch_new ();
      hs_local_delegations_end (engine, batch, &delegation->id);
      hs_local_delegations_arm (engine->delegations);
      hs_engine_commit_begins (engine);
      hs_ledger_commit_async (engine->parts.ledger, batch, on_revoked, g_steal_pointer (&task));
    }
}

gboolean
hs_engine_revoke_delegation_finish (HsEngine *engine, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* ── the site ────────────────────────────────────────────────────────────────────────────── */

gboolean
hs_engine_has_site_delegations (HsEngine *engine, const HsId *owner)
{
  GHashTableIter all;
  gpointer value = NULL;

  g_hash_table_iter_init (&all, engine->delegations->by_id);
  while (g_hash_table_iter_next (&all, NULL, &value))
    {
      const HsLocalDelegation *delegation = value;
      if (delegation->is_at_site && hs_id_equal (&delegation->owner, owner))
        return TRUE;
    }
  return FALSE;
}

static gboolean
is_among (const GPtrArray *at_site, const HsId *id)
{
  for (guint i = 0; i < at_site->len; i++)
    if (hs_id_equal (&((const HsDelegation *)g_ptr_array_index (at_site, i))->id, id))
      return TRUE;
  return FALSE;
}

static int
compare_ids (gconstpointer a, gconstpointer b)
{
  return memcmp (a, b, sizeof (HsId));
}

GArray *
hs_engine_list_site_delegations (HsEngine *engine)
{
  GArray *ids = g_array_new (FALSE, FALSE, sizeof (HsId));
  GHashTableIter all;
  gpointer value = NULL;

  hs_engine_assert_thread (engine);
  g_hash_table_iter_init (&all, engine->delegations->by_id);
  while (g_hash_table_iter_next (&all, NULL, &value))
    if (((const HsLocalDelegation *)value)->is_at_site)
      g_array_append_val (ids, ((const HsLocalDelegation *)value)->id);
  g_array_sort (ids, compare_ids);
  return ids;
}

void
hs_engine_end_delegations (HsEngine *engine, const GArray *gone)
{
  HsLedgerBatch *batch = hs_ledger_batch_new ();

  hs_engine_assert_thread (engine);
  for (guint i = 0; i < gone->len; i++)
    {
      const HsId id = g_array_index (gone, HsId, i);
      const HsLocalDelegation *delegation = g_hash_table_lookup (engine->delegations->by_id, &id);
      if (delegation != NULL && delegation->is_at_site)
        hs_local_delegations_end (engine, batch, &id);
    }
  commit_end (engine, batch);
}

void
hs_engine_follow_delegations (HsEngine *engine, const HsId *owner, const GPtrArray *at_site)
{
  g_autoptr (GList) all = g_hash_table_get_values (engine->delegations->by_id);
  HsLedgerBatch *batch = hs_ledger_batch_new ();

  for (GList *each = all; each != NULL; each = each->next)
    {
      const HsLocalDelegation *delegation = each->data;
      HsId id = delegation->id;
      if (delegation->is_at_site && hs_id_equal (&delegation->owner, owner)
          && !is_among (at_site, &id))
        hs_local_delegations_end (engine, batch, &id);
    }
  commit_end (engine, batch);
}
