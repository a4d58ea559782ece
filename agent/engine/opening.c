/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Which way a job can be opened here and now: by its owner's unlocked key, or by the share that came
 * with its release. */

#define HS_LOG_AREA "engine"

#include "engine/engine_private.h"

#include "base/log.h"
#include "engine/delegation/local_delegations_private.h"
#include "engine/delivery/document_source_private.h"
#include "engine/delivery/grants.h"
#include "seal/private_fields.h"

gboolean
hs_opening_has_way (const HsJob *job, const char *way)
{
  return job->recipients != NULL && g_strv_contains ((const char *const *)job->recipients, way);
}

HsSealOpening *
hs_opening_by_owner (HsSlot *slot)
{
  const HsOwnerKeys *keys = &slot->engine->parts.owner_keys;
  const HsSecretBytes *key = NULL;

  if (hs_opening_has_way (slot->job, "owner") && !hs_id_is_zero (&slot->job->owner))
    key = keys->find_unlocked (keys->data, &slot->job->owner);
  if (key != NULL)
    return hs_seal_opening_new_key (key);
  g_autoptr (HsSecretBytes) file_key
      = hs_grants_open (slot->engine, &slot->job->id, &slot->job->owner);
  return file_key != NULL ? hs_seal_opening_new_file_key (file_key) : NULL;
}

/* Whoever released it was allowed to: a delegate's key is as good as the owner's. */
static HsSealOpening *
open_by_any_key (HsSlot *slot)
{
  HsSealOpening *opening = hs_opening_by_owner (slot);
  g_autoptr (HsSecretBytes) file_key
      = opening == NULL ? hs_grants_open_any (slot->engine, &slot->job->id) : NULL;

  return file_key != NULL ? hs_seal_opening_new_file_key (file_key) : opening;
}

gboolean
hs_opening_has_key (HsSlot *slot)
{
  const HsOwnerKeys *keys = &slot->engine->parts.owner_keys;

  return (hs_opening_has_way (slot->job, "owner")
          && keys->find_unlocked (keys->data, &slot->job->owner) != NULL)
         || hs_grants_may_open (slot->engine, &slot->job->id, &slot->job->owner);
}

HsSealOpening *
hs_opening_by_share (HsSlot *slot, const HsSecretBytes *share)
{
  HsEngine *engine = slot->engine;
  gint64 epoch = (gint64)slot->job->release_epoch;
  GBytes *release_public = g_hash_table_lookup (engine->release_publics, &epoch);

  if (share == NULL || release_public == NULL || !hs_opening_has_way (slot->job, "release"))
    return NULL;
  return hs_seal_opening_new_share (share, engine->parts.machine_secret,
                                    engine->parts.machine_generation,
                                    g_bytes_get_data (release_public, NULL), &engine->device);
}

static void
on_worker_begins (gpointer data)
{
  hs_engine_worker_begins (data);
}

static void
on_worker_ends (gpointer data)
{
  hs_engine_worker_ends (data);
}

/* A share need not fit: a site that was put back to an older state has another key for the same
 * week. If the owner's key is here as well, that is no reason to print nothing. */
HsDocumentSource *
hs_opening_make_source (HsSlot *slot)
{
  HsSealOpening *share = hs_opening_by_share (slot, slot->share);
  HsSealOpening *key = open_by_any_key (slot);
  HsDocumentSource *source;

  if (share == NULL && key == NULL)
    return NULL;
  source
      = hs_document_source_new (slot->engine->parts.spool, slot->job, share != NULL ? share : key,
                                on_worker_begins, on_worker_ends, slot->engine);
  if (share != NULL)
    hs_document_source_set_second (source, key);
  return source;
}

/* ── titles ──────────────────────────────────────────────────────────────────────────────── */

/* Jobs whose sealed fields were asked for, in order. */
typedef struct
{
  HsEngine *engine;
  GArray *jobs; /* HsId */
} Reading;

static void
reading_free (Reading *reading)
{
  g_array_unref (reading->jobs);
  g_free (reading);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Reading, reading_free)

static void
open_fields (HsSlot *slot, GBytes *sealed)
{
  g_autoptr (HsSealOpening) opening = hs_opening_by_owner (slot);
  g_autoptr (GError) error = NULL;
  char id[HS_ID_TEXT_BYTES];

  if (opening == NULL)
    return;
  if (hs_private_fields_open (sealed, opening, slot->job, &error))
    hs_engine_notify (slot->engine, slot->job);
  else
    hs_log_warning ("job %s: its sealed title cannot be read: %s",
                    hs_id_format (&slot->job->id, id), error->message);
}

static void
on_sealed_read (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Reading) reading = user_data;
  HsEngine *engine = reading->engine;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) blobs = hs_ledger_read_sealed_finish (engine->parts.ledger, result, &error);

  if (blobs == NULL)
    hs_log_warning ("sealed titles could not be read: %s", error->message);
  for (guint i = 0; blobs != NULL && i < blobs->len && engine->phase == HS_ENGINE_RUNNING; i++)
    {
      HsSlot *slot = hs_engine_find_slot (engine, &g_array_index (reading->jobs, HsId, i));
      GBytes *sealed = g_ptr_array_index (blobs, i);
      if (slot != NULL && sealed != NULL && !hs_job_state_is_final (slot->job->state))
        open_fields (slot, sealed);
    }
  hs_engine_commit_ends (engine, TRUE);
}

static gboolean
is_of (const HsSlot *slot, const HsId *identity)
{
  return slot->has_row && !hs_job_state_is_final (slot->job->state)
         && hs_id_equal (&slot->job->owner, identity);
}

void
hs_engine_keys_changed (HsEngine *engine, const HsId *identity)
{
  const HsOwnerKeys *keys = &engine->parts.owner_keys;
  gboolean is_unlocked = keys->find_unlocked (keys->data, identity) != NULL;
  g_autoptr (Reading) reading = g_new0 (Reading, 1);

  hs_engine_assert_thread (engine);
  reading->engine = engine;
  reading->jobs = g_array_new (FALSE, FALSE, sizeof (HsId));
  for (guint i = 0; i < engine->order->len; i++)
    {
      HsSlot *slot = g_ptr_array_index (engine->order, i);
      if (!is_of (slot, identity))
        continue;
      gboolean is_open
          = slot->job->title != NULL || slot->job->user_name != NULL || slot->job->ticket != NULL;
      if (!is_unlocked && is_open)
        {
          hs_job_forget_private (slot->job);
          hs_engine_notify (engine, slot->job);
        }
      else if (is_unlocked && !is_open)
        g_array_append_val (reading->jobs, slot->job->id);
    }
  if (is_unlocked)
    {
      hs_dispatch_look_again (engine->dispatch);
      hs_local_delegations_look_again (engine, identity);
    }
  hs_announcing_look_again (engine);
  if (reading->jobs->len == 0 || engine->phase != HS_ENGINE_RUNNING)
    return;
  /* Counted like a commit: the ledger may not be closed before the answer. */
  hs_engine_commit_begins (engine);
  {
    const HsId *jobs = (const HsId *)reading->jobs->data;
    guint count = reading->jobs->len;
    hs_ledger_read_sealed_async (engine->parts.ledger, jobs, count, on_sealed_read,
                                 g_steal_pointer (&reading));
  }
}
