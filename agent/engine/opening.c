/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Which way a job can be opened here and now: by its owner's unlocked key, or by the share that came
 * with its release. */

#include "engine/engine_private.h"

#include "engine/delivery/document_source_private.h"
#include "engine/delivery/grants.h"

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
