/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Jobs of which this ledger cannot know what became of them, because it is an older copy of itself, or
 * was made on another machine: each is asked about. That this is to be done is noted with what was
 * found, and struck when every job is in doubt; a start that finds the note does it before anything is
 * delivered. */

#include "engine/engine_private.h"

#define SETTING "jobs-in-doubt"
#define NOTED "all"

void
hs_engine_note_doubt (HsLedgerBatch *batch, GHashTable *settings)
{
  g_autoptr (GBytes) value = g_bytes_new_static (NOTED, sizeof NOTED - 1);

  hs_ledger_batch_put_setting (batch, SETTING, value);
  if (settings != NULL)
    g_hash_table_replace (settings, g_strdup (SETTING), g_bytes_ref (value));
}

gboolean
hs_doubt_is_noted (const HsLedgerContents *contents)
{
  return g_hash_table_contains (contents->settings, SETTING);
}

static void
strike (HsEngine *engine)
{
  HsLedgerBatch *batch = NULL;

  if (engine->doubts > 0 || engine->has_open_doubts || engine->phase >= HS_ENGINE_STOPPING)
    return;
  batch = hs_ledger_batch_new ();
  hs_ledger_batch_delete_setting (batch, SETTING);
  hs_engine_commit_quietly (engine, batch);
}

/* What the older ledger knows of a job at a printer; what it does not know is a person's to see. */
static void
apply_doubt (HsJob *job, HsStep *step)
{
  if (job->progress != HS_DELIVERY_NONE)
    hs_job_note_left (job);
}

/* A job that is over by now needs no doubt; any other that got none keeps the note for the next
 * start. */
static void
on_doubted (HsSlot *slot, HsStep *step, const GError *error)
{
  HsEngine *engine = slot->engine;

  engine->doubts--;
  if (error != NULL && !hs_job_state_is_final (slot->job->state))
    engine->has_open_doubts = TRUE;
  strike (engine);
}

void
hs_engine_roll_back (HsEngine *engine)
{
  hs_engine_assert_thread (engine);
  for (guint i = 0; i < engine->order->len; i++)
    {
      HsSlot *slot = g_ptr_array_index (engine->order, i);
      HsStep *step = NULL;
      if (hs_job_state_is_final (slot->job->state) || slot->job->state == HS_JOB_RECEIVING)
        continue;
      step = hs_step_new (HS_EVENT_ROLLED_BACK);
      step->is_fact = TRUE;
      step->apply = apply_doubt;
      step->done = on_doubted;
      step->remark
          = g_strdup ("this ledger is a copy: it cannot know what became of the document since");
      engine->doubts++;
      hs_slot_push (slot, step);
    }
  strike (engine);
}
