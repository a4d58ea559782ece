/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* "This is mine": a job without a proven owner finds the person whom it names.
 *
 * The name in the job is a claim of whoever printed it, so it gives nobody a right; it only decides
 * who is asked. The proof is the person's own sign-in at the site, and the will is the request. */

#include "engine/engine_private.h"

#include "base/error.h"
#include "seal/claim_tag.h"

typedef struct
{
  GTask *task;
  HsId identity;
} Claim;

static void
claim_free (gpointer data)
{
  Claim *claim = data;

  g_object_unref (claim->task);
  g_free (claim);
}

static gboolean
names (HsEngine *engine, const HsJob *job, const HsId *identity)
{
  return job->owner_kind == HS_OWNER_UNPROVEN && job->state == HS_JOB_HELD
         && hs_claim_tag_names (engine->parts.machine_secret, &job->id, identity, job->claim_tag);
}

static gboolean
may_claim (HsEngine *engine, const HsJob *job, const HsId *identity)
{
  gboolean is_mine_already = job->owner_kind == HS_OWNER_CLAIMED && job->state == HS_JOB_HELD
                             && hs_id_equal (&job->owner, identity);

  return is_mine_already || names (engine, job, identity);
}

GPtrArray *
hs_engine_list_claimable (HsEngine *engine, const HsCaller *caller, const HsId *identity)
{
  GPtrArray *jobs = g_ptr_array_new ();

  hs_engine_assert_thread (engine);
  for (guint i = 0; caller->kind == HS_CALLER_PERSON && i < engine->order->len; i++)
    {
      const HsSlot *slot = g_ptr_array_index (engine->order, i);
      if (names (engine, slot->job, identity))
        g_ptr_array_add (jobs, slot->job);
    }
  return jobs;
}

/* ── claiming ────────────────────────────────────────────────────────────────────────────── */

static gboolean
check_claim (HsSlot *slot, HsStep *step, GError **error)
{
  const Claim *claim = step->data;

  if (may_claim (slot->engine, slot->job, &claim->identity))
    return TRUE;
  hs_engine_set_not_found (error);
  return FALSE;
}

static void
apply_claim (HsJob *job, HsStep *step)
{
  const Claim *claim = step->data;

  job->owner_kind = HS_OWNER_CLAIMED;
  job->owner = claim->identity;
}

static void
on_claimed (HsSlot *slot, HsStep *step, const GError *error)
{
  Claim *claim = step->data;

  if (error == NULL)
    g_task_return_boolean (claim->task, TRUE);
  else
    g_task_return_error (claim->task, g_error_copy (error));
}

static gboolean
check_call (HsEngine *engine,
            const HsCaller *caller,
            const HsId *identity,
            const HsSlot *slot,
            GError **error)
{
  if (!hs_engine_check_ready (engine, error))
    return FALSE;
  if (slot == NULL || caller->kind != HS_CALLER_PERSON || !may_claim (engine, slot->job, identity))
    {
      hs_engine_set_not_found (error);
      return FALSE;
    }
  /* Without the site it could not be printed anyhow, and the sign-in may be over by the time the
   * site hears of the claim. */
  if (engine->site_online)
    return TRUE;
  g_set_error_literal (error, HS_ERROR, HS_ERROR_TEMPORARY,
                       "The site server cannot be reached, and only with it can this job be "
                       "claimed and printed. Try again in a moment.");
  return FALSE;
}

void
hs_engine_claim_async (HsEngine *engine,
                       const HsCaller *caller,
                       const HsId *identity,
                       const HsId *job,
                       GCancellable *cancellable,
                       GAsyncReadyCallback callback,
                       gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  HsSlot *slot = hs_engine_find_slot (engine, job);
  GError *error = NULL;
  HsStep *step = NULL;
  Claim *claim = NULL;

  hs_engine_assert_thread (engine);
  g_task_set_check_cancellable (task, FALSE); /* what the ledger has taken cannot be called back */
  if (!check_call (engine, caller, identity, slot, &error))
    {
      g_task_return_error (task, error);
      return;
    }
  claim = g_new0 (Claim, 1);
  claim->task = g_object_ref (task);
  claim->identity = *identity;
  step = hs_step_new (HS_EVENT_NONE);
  step->is_claim = TRUE;
  step->data = claim;
  step->destroy = claim_free;
  step->check = check_claim;
  step->apply = apply_claim;
  step->done = on_claimed;
  step->remark = g_strdup ("claimed by the person whom it names");
  hs_slot_push (slot, step);
}
