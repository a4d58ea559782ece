/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* What hangs on a step, room by room and in order: what of its effects must last, what belongs into its
 * commit, and what follows when that is durable. */

#include "engine/engine_private.h"

#include "engine/delivery/grants.h"

/* ── before the commit ───────────────────────────────────────────────────────────────────── */

/* An announcement that waits for a count goes along with the next change of state, before the
 * records of that: the site hears of no job that it does not know. One that waits for its owner to
 * be known keeps those records back, too, for it brings the state that the job has then. */
static void
settle_announcement (HsChange *change, const HsStep *step)
{
  const HsSlot *slot = change->slot;
  gboolean was_waiting = (slot->pending & HS_EFFECT_ANNOUNCE) != 0;
  gboolean takes_along = was_waiting
                         && (step->event != HS_EVENT_NONE || step->is_claim
                             || (step->done_effects & HS_EFFECT_ANNOUNCE) != 0);

  if (step->announces_later)
    {
      change->effects &= ~HS_EFFECT_ANNOUNCE;
      change->pending |= HS_EFFECT_ANNOUNCE;
    }
  else if ((takes_along || step->announces_again)
           && hs_records_must_wait (slot->engine, change->job))
    {
      change->effects &= ~(HsJobEffects)HS_EFFECT_REPORT;
      change->pending |= HS_EFFECT_ANNOUNCE;
    }
  else if (takes_along || step->announces_again)
    {
      change->effects |= HS_EFFECT_ANNOUNCE;
      change->pending &= ~HS_EFFECT_ANNOUNCE;
      if (change->job->state != HS_JOB_HELD || change->job->failure != NULL)
        change->effects |= HS_EFFECT_REPORT;
    }
}

/* What no print system has need not be purged there: such a job is not written a second time only
 * to strike the effect again. */
static void
settle_os_copy (HsChange *change)
{
  if (!hs_os_copies_may_have (change->engine->os_copies, change->job))
    change->effects &= ~HS_EFFECT_PURGE_OS_COPY;
}

static void
settle (HsChange *change, const HsStep *step)
{
  settle_os_copy (change);
  hs_taking_back_settle (change->engine, change->job, &change->effects);
  change->pending
      = (change->slot->pending | hs_effects_get_lasting (change->effects)) & ~step->done_effects;
  settle_announcement (change, step);
}

/* ── in the commit ───────────────────────────────────────────────────────────────────────── */

/* Release keys change every week; a job needs the S that it was sealed to until its end. */
static void
add_release_public (HsLedgerBatch *batch, HsEngine *engine, const HsJob *job)
{
  gint64 epoch = (gint64)job->release_epoch;
  GBytes *release_public = g_hash_table_lookup (engine->release_publics, &epoch);
  g_autofree char *name = g_strdup_printf (HS_RELEASE_PUBLIC_SETTING "%" G_GINT64_FORMAT, epoch);

  if (release_public != NULL)
    hs_ledger_batch_put_setting (batch, name, release_public);
}

/* The printer's own count, where it gave one. */
static void
charge_offline (HsEngine *engine, HsLedgerBatch *batch, const HsJob *job)
{
  const HsOfflineHooks *offline = &engine->parts.offline;

  if (job->offline && offline->charge != NULL)
    offline->charge (offline->data, batch, job,
                     job->result_impressions > 0 ? job->result_impressions
                                                 : hs_release_policy_count_pages (job));
}

static void
add_rows (HsChange *change, const HsStep *step, HsLedgerBatch *batch)
{
  HsEngine *engine = change->engine;
  HsSlot *slot = change->slot;

  if (hs_job_state_is_final (change->job->state))
    {
      hs_grants_add_deletion (engine, batch, &change->job->id);
      hs_sealed_titles_add_deletion (slot, batch);
    }
  if (step->event == HS_EVENT_SEALED)
    {
      add_release_public (batch, engine, change->job);
      hs_sealed_titles_note (slot, batch);
    }
  if (change->job->state == HS_JOB_DELIVERED && slot->job->state != HS_JOB_DELIVERED)
    {
      charge_offline (engine, batch, change->job);
      hs_last_printers_note (engine, batch, change->job);
    }
  hs_records_add_for_step (engine, batch, slot->job, change->job, change->effects,
                           &change->records);
  if (step->is_claim || (step->announces_again && change->job->owner_kind == HS_OWNER_CLAIMED))
    hs_records_add_claim (engine, batch, change->job, &change->records);
  if (step->done_effects & HS_EFFECT_DESTROY)
    hs_records_add_erased (engine, batch, &change->job->id, &change->records);
  if (step->has_command)
    hs_records_add_command_result (engine, batch, &step->command, &change->job->id, step->result,
                                   step->sentence, &change->records);
}

/* ── after it ────────────────────────────────────────────────────────────────────────────── */

static void
publish (const HsChange *change, const HsStep *step)
{
  HsEngine *engine = change->engine;
  HsSlot *slot = change->slot;

  if (hs_job_state_is_final (slot->job->state))
    hs_grants_forget (engine, &slot->job->id);
  hs_retention_update (engine->retention, slot);
  if (step->has_command)
    hs_command_book_add (engine->commands, &step->command, &slot->job->id, step->result,
                         step->sentence);
}

static void
carry_out (const HsChange *change)
{
  HsEngine *engine = change->engine;
  HsSlot *slot = change->slot;

  /* A stopping engine begins nothing; what lasts is replayed by the next start. */
  hs_effects_run (slot, engine->phase == HS_ENGINE_STOPPING
                            ? change->effects & HS_EFFECT_ABORT_INTAKE
                            : change->effects);
  if (slot->job->state != HS_JOB_RELEASED && slot->job->state != HS_JOB_DELIVERING)
    hs_dispatch_forget (engine->dispatch, slot);
  if (hs_job_state_is_final (slot->job->state))
    hs_counting_forget (engine->counting, &slot->job->id);
  hs_records_tell (engine, change->records);
}

static void
forget (HsSlot *slot)
{
  hs_dispatch_forget (slot->engine->dispatch, slot);
}

const HsStepHooks hs_outcome_hooks = { settle, add_rows, publish, carry_out, forget };
