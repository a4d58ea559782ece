/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* A person's key was unlocked or locked: titles and names of their jobs come into memory and go from it,
 * and what waited for the key goes on. */

#define HS_LOG_AREA "engine"

#include "engine/engine_private.h"

#include "base/log.h"
#include "engine/delegation/local_delegations_private.h"
#include "seal/private_fields.h"

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
