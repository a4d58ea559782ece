/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The loop of the engine, always the same: take the event whose turn it is, step the table, hand
 * the new row, its lasting effects and the outbox records to the ledger as one batch, and only when
 * they are durable publish the new value, tell the asker, run the effects and tell the watchers. What
 * a step means for the rooms around is in outcome.c.
 *
 * One step of a job at a time is in the ledger; others of that job wait, other jobs go on. */

#define HS_LOG_AREA "engine"

#include "engine/loop/steps.h"

#include "base/error.h"
#include "base/log.h"
#include "core/backoff.h"
#include "core/refusal.h"

/* A ledger that cannot be written (disk full) is tried again, but not in a hurry. */
#define COMMIT_BACKOFF ((HsBackoff){ 1000, 60000 })

static void
change_free (HsChange *change)
{
  hs_job_free (change->job);
  hs_trace_free (change->trace);
  g_free (change);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsChange, change_free)

HsStep *
hs_step_new (HsJobEvent event)
{
  HsStep *step = g_new0 (HsStep, 1);

  step->event = event;
  return step;
}

void
hs_step_free (HsStep *step)
{
  if (step->destroy != NULL)
    step->destroy (step->data);
  g_clear_pointer (&step->sealed_fields, g_bytes_unref);
  g_free (step->sentence);
  g_free (step->remark);
  g_free (step);
}

static gboolean on_turn (gpointer user_data);

static void
schedule (HsSlot *slot, guint delay_ms)
{
  if (slot->work_source == 0)
    slot->work_source = delay_ms == 0 ? g_idle_add_full (G_PRIORITY_DEFAULT, on_turn, slot, NULL)
                                      : g_timeout_add (delay_ms, on_turn, slot);
}

void
hs_slot_push (HsSlot *slot, HsStep *step)
{
  hs_engine_assert_thread (slot->engine);
  g_return_if_fail (!slot->is_removed);
  step->engine = slot->engine;
  /* What waits in the ledger without need must not keep what somebody waits for. */
  if (slot->coming != NULL && !step->may_wait
      && ((const HsStep *)g_queue_peek_head (&slot->steps))->may_wait)
    hs_ledger_hurry (slot->engine->parts.ledger);
  g_queue_push_tail (&slot->steps, step);
  if (slot->coming == NULL)
    schedule (slot, 0);
}

static void
finish_step (HsSlot *slot, HsStep *step, const GError *error)
{
  if (step->done != NULL)
    step->done (slot, step, error);
  hs_step_free (step);
}

void
hs_slot_drop_steps (HsSlot *slot)
{
  g_autoptr (GError) error = NULL;
  HsStep *in_ledger = slot->coming != NULL ? g_queue_pop_head (&slot->steps) : NULL;

  g_set_error_literal (&error, HS_ERROR, HS_ERROR_CANCELLED,
                       hs_refusal_get_sentence (HS_REFUSAL_AGENT_STOPPING));
  hs_error_set_refusal (error, hs_refusal_get_keyword (HS_REFUSAL_AGENT_STOPPING), NULL);
  g_clear_handle_id (&slot->work_source, g_source_remove);
  while (!g_queue_is_empty (&slot->steps))
    finish_step (slot, g_queue_pop_head (&slot->steps), error);
  if (in_ledger != NULL)
    g_queue_push_head (&slot->steps, in_ledger);
}

void
hs_engine_remove_slot (HsSlot *slot)
{
  HsEngine *engine = slot->engine;

  g_return_if_fail (slot->coming == NULL && !slot->is_removed);
  hs_slot_hold (slot);
  hs_slot_drop_steps (slot);
  engine->step_hooks->forget (slot);
  g_hash_table_remove (engine->slots, &slot->job->id);
  if (g_hash_table_lookup (engine->ipp_ids, GUINT_TO_POINTER (slot->job->ipp_id)) == slot)
    g_hash_table_remove (engine->ipp_ids, GUINT_TO_POINTER (slot->job->ipp_id));
  g_ptr_array_remove (engine->order, slot);
  slot->is_removed = TRUE;
  hs_slot_let_go (slot);
}

/* It may have been reported twice before the first report was durable. */
static gboolean
check_done (HsSlot *slot, HsStep *step, GError **error)
{
  if ((slot->pending & step->done_effects) != 0)
    return TRUE;
  g_set_error_literal (error, HS_ERROR, HS_ERROR_INVALID, "it was done already");
  return FALSE;
}

void
hs_slot_report_done (HsSlot *slot, HsJobEffects done)
{
  HsStep *step = NULL;

  if ((slot->pending & done) == 0)
    return;
  step = hs_step_new (HS_EVENT_NONE);
  step->is_fact = TRUE;
  step->is_silent = TRUE;
  step->may_wait = TRUE;
  step->check = check_done;
  step->done_effects = done;
  hs_slot_push (slot, step);
}

/* ── from the event to the batch ─────────────────────────────────────────────────────────── */

static void
add_trace_line (HsChange *change, const HsStep *step)
{
  HsTraceLine line = { .at_us = hs_engine_now_us (change->engine),
                       .event = step->event,
                       .state = change->job->state,
                       .reasons = change->job->reasons,
                       .remark = step->remark };

  if (change->job->state == HS_JOB_RELEASED || change->job->state == HS_JOB_DELIVERING)
    line.printer = change->job->printer;
  hs_trace_add (change->trace, &line);
}

/* Who cancelled must not be forgotten while the printer still decides how it ends. */
static HsJobReasons
get_kept_reasons (const HsJob *old, HsJobState next)
{
  if (!old->cancel_wanted || (next != HS_JOB_DELIVERING && next != HS_JOB_CANCELLED))
    return HS_REASON_NONE;
  return old->reasons & (HS_REASON_CANCELLED_BY_USER | HS_REASON_CANCELLED_BY_OPERATOR);
}

/* Works out what @step would make of the job. NULL: it cannot happen. */
static HsChange *
change_new (HsSlot *slot, HsStep *step, GError **error)
{
  g_autoptr (HsChange) change = g_new0 (HsChange, 1);
  HsJobStep outcome = { .state = slot->job->state, .reasons = slot->job->reasons };

  if (step->check != NULL && !step->check (slot, step, error))
    return NULL;
  step->facts.cancel_wanted = slot->job->cancel_wanted;
  if (step->event != HS_EVENT_NONE
      && !hs_job_state_step (slot->job->state, step->event, &step->facts, &outcome, error))
    return NULL;

  change->engine = slot->engine;
  change->slot = slot;
  change->job = hs_job_copy (slot->job);
  change->job->state = outcome.state;
  change->job->reasons
      = outcome.reasons | step->reasons | get_kept_reasons (slot->job, outcome.state);
  change->effects = outcome.effects;
  /* Until it is released: it came while the site was away. */
  if (step->event == HS_EVENT_SEALED)
    change->job->offline = slot->engine->bundle != NULL && !slot->engine->site_online;
  if (step->apply != NULL)
    step->apply (change->job, step);
  if (hs_job_state_is_final (change->job->state) && change->job->finished_at_us == 0)
    change->job->finished_at_us = hs_engine_now_us (slot->engine);
  slot->engine->step_hooks->settle (change, step);
  change->trace = hs_trace_copy (slot->trace);
  if (!step->is_silent)
    add_trace_line (change, step);
  return g_steal_pointer (&change);
}

static void
add_trace_setting (HsLedgerBatch *batch, const HsChange *change)
{
  char id[HS_ID_TEXT_BYTES];
  g_autofree char *name = g_strconcat (HS_TRACE_SETTING, hs_id_format (&change->job->id, id), NULL);
  g_autoptr (GBytes) story = hs_trace_encode (change->trace);

  hs_ledger_batch_put_setting (batch, name, story);
}

static HsLedgerBatch *
make_batch (HsSlot *slot, HsStep *step, HsChange *change)
{
  HsLedgerBatch *batch = hs_ledger_batch_new ();

  /* A final job with nothing left to do needs no row: its keys and sealed fields go with it. */
  change->archives = hs_job_state_is_final (change->job->state) && change->pending == 0;
  if (change->archives)
    hs_ledger_batch_archive_job (batch, change->job);
  else
    hs_ledger_batch_put_job (batch, change->job, change->pending, step->sealed_fields);
  add_trace_setting (batch, change);
  slot->engine->step_hooks->add_rows (change, step, batch);
  return batch;
}

/* ── from the batch to the world ─────────────────────────────────────────────────────────── */

/* No step writes the private fields; they come and go with keys, also while a change is in the
 * ledger's hands, so the newest are those of the value that it replaces. */
static void
move_private (HsJob *from, HsJob *to)
{
  hs_job_forget_private (to);
  to->title = g_steal_pointer (&from->title);
  to->user_name = g_steal_pointer (&from->user_name);
  to->ticket = g_steal_pointer (&from->ticket);
}

static void
publish (HsChange *change, const HsStep *step)
{
  HsSlot *slot = change->slot;
  HsJob *old = slot->job;
  gboolean is_final = hs_job_state_is_final (change->job->state);
  gboolean is_going
      = change->job->state == HS_JOB_RELEASED || change->job->state == HS_JOB_DELIVERING;

  slot->job = g_steal_pointer (&change->job);
  move_private (old, slot->job);
  hs_trace_free (slot->trace);
  slot->trace = g_steal_pointer (&change->trace);
  slot->pending = change->pending;
  slot->has_row |= change->has_row;
  slot->is_archived |= change->archives;
  if (is_final)
    {
      hs_job_forget_private (slot->job);
      g_clear_pointer (&slot->sealed_title, g_bytes_unref);
    }
  if (!is_going)
    g_clear_pointer (&slot->share, hs_secret_bytes_free);
  hs_job_free (old);
  slot->engine->step_hooks->publish (change, step);
}

/* The change is durable, or needs no ledger: the head of the queue has happened. */
static void
carry_out (HsChange *change)
{
  HsSlot *slot = change->slot;
  HsEngine *engine = slot->engine;
  HsStep *step = g_queue_pop_head (&slot->steps);
  gboolean tells = (change->effects & HS_EFFECT_NOTIFY) != 0
                   || (step->event == HS_EVENT_NONE && step->apply != NULL);

  slot->coming = NULL;
  slot->commit_failures = 0;
  publish (change, step);
  finish_step (slot, step, NULL);
  engine->step_hooks->carry_out (change);
  if (tells)
    hs_engine_notify (engine, slot->job);
  if (!g_queue_is_empty (&slot->steps))
    schedule (slot, 0);
}

/* A fact stays at the head of the queue until the disk takes it; a wish is refused. */
static void
commit_failed (HsSlot *slot, const GError *error)
{
  HsStep *step = g_queue_peek_head (&slot->steps);
  guint32 delay_ms;

  slot->coming = NULL;
  if (!step->is_fact || slot->engine->phase == HS_ENGINE_STOPPING)
    {
      (void)g_queue_pop_head (&slot->steps);
      finish_step (slot, step, error);
      if (!g_queue_is_empty (&slot->steps))
        schedule (slot, 0);
      return;
    }
  slot->commit_failures++;
  delay_ms = hs_backoff_delay_ms (COMMIT_BACKOFF, slot->commit_failures, g_random_int ());
  schedule (slot, delay_ms);
}

static void
on_committed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (HsChange) change = user_data;
  HsEngine *engine = change->engine;
  HsSlot *slot = change->slot;
  g_autoptr (GError) error = NULL;
  gboolean succeeded = hs_ledger_commit_finish (engine->parts.ledger, result, &error);

  hs_slot_hold (slot);
  if (succeeded)
    {
      hs_engine_probe (engine, "committed");
      carry_out (change);
    }
  else
    {
      char id[HS_ID_TEXT_BYTES];
      hs_log_warning ("job %s: the ledger did not take a change: %s",
                      hs_id_format (&change->job->id, id), error->message);
      hs_engine_note_failure (engine, error);
      commit_failed (slot, error);
    }
  hs_slot_let_go (slot);
  hs_engine_commit_ends (engine, succeeded || g_error_matches (error, HS_ERROR, HS_ERROR_REFUSED));
}

/* A job has no row before it is sealed, and none if it ends before that; and a restart that changes
 * nothing needs no writing. */
static gboolean
needs_ledger (const HsSlot *slot, const HsStep *step, const HsChange *change)
{
  if (step->event == HS_EVENT_RESTARTED && step->is_silent && change->job->state == slot->job->state
      && change->pending == slot->pending)
    return FALSE;
  return slot->has_row || change->job->state == HS_JOB_HELD;
}

/* TRUE: the queue may go on with the next step. */
static gboolean
take_turn (HsSlot *slot)
{
  HsStep *step = g_queue_peek_head (&slot->steps);
  g_autoptr (GError) error = NULL;
  g_autoptr (HsChange) change = NULL;

  if (step == NULL)
    return FALSE;
  change = change_new (slot, step, &error);
  if (change == NULL)
    {
      (void)g_queue_pop_head (&slot->steps);
      finish_step (slot, step, error);
      return TRUE;
    }
  if (!needs_ledger (slot, step, change))
    {
      carry_out (change);
      return TRUE;
    }
  hs_engine_probe (slot->engine, "before commit");
  slot->coming = change->job;
  change->has_row = TRUE;
  hs_engine_commit_begins (slot->engine);
  HsLedgerBatch *batch = make_batch (slot, step, change);
  if (step->may_wait)
    hs_ledger_batch_may_wait (batch);
  hs_ledger_commit_async (slot->engine->parts.ledger, batch, on_committed,
                          g_steal_pointer (&change));
  return FALSE;
}

static gboolean
on_turn (gpointer user_data)
{
  HsSlot *slot = user_data;

  slot->work_source = 0;
  if (slot->coming != NULL)
    return G_SOURCE_REMOVE;
  hs_slot_hold (slot);
  if (take_turn (slot) && !g_queue_is_empty (&slot->steps) && !slot->is_removed)
    schedule (slot, 0);
  hs_slot_let_go (slot);
  return G_SOURCE_REMOVE;
}
