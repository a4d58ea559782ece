/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* A job was given up that a printer may still have: that it is to be cancelled there stands in the
 * job's row until the printer was told, or could not be. The person has the answer before that. */

#include "engine/dispatch/dispatch_private.h"

#include "base/error.h"

typedef struct
{
  HsEngine *engine;
  HsId job;
} Errand;

/* A job whose end nobody knew is where it was sent; one that was held since may have been left
 * somewhere by an earlier try. */
static void
note_place (HsJob *job)
{
  if (hs_id_is_zero (&job->left_printer) && job->progress != HS_DELIVERY_NONE)
    hs_job_note_left (job);
}

void
hs_taking_back_settle (HsEngine *engine, HsJob *job, HsJobEffects *effects)
{
  if ((*effects & HS_EFFECT_TAKE_BACK) == 0)
    return;
  note_place (job);
  if (hs_id_is_zero (&job->left_printer) || engine->parts.deliverer.take_back_async == NULL)
    *effects &= ~(HsJobEffects)HS_EFFECT_TAKE_BACK;
}

static gboolean
check_pending (HsSlot *slot, HsStep *step, GError **error)
{
  if ((slot->pending & HS_EFFECT_TAKE_BACK) != 0)
    return TRUE;
  g_set_error_literal (error, HS_ERROR, HS_ERROR_INVALID, "it was taken back already");
  return FALSE;
}

static void
on_taken_back (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree Errand *errand = user_data;
  HsEngine *engine = errand->engine;
  HsSlot *slot = hs_engine_find_slot (engine, &errand->job);
  g_autofree char *sentence = engine->parts.deliverer.take_back_finish (result, NULL);

  /* Without a sentence the agent is being stopped: the next start takes it up. */
  if (sentence != NULL && slot != NULL && engine->phase != HS_ENGINE_STOPPING)
    {
      HsStep *step = hs_step_new (HS_EVENT_NONE);
      hs_engine_probe (engine, "taken back");
      step->is_fact = TRUE;
      step->check = check_pending;
      step->remark = g_steal_pointer (&sentence);
      step->done_effects = HS_EFFECT_TAKE_BACK;
      hs_slot_push (slot, step);
    }
  hs_engine_worker_ends (engine);
}

void
hs_dispatch_take_back (HsDispatch *dispatch, HsSlot *slot)
{
  const HsDeliverer *deliverer = &slot->engine->parts.deliverer;
  Errand *errand = NULL;

  if (dispatch->is_stopped || deliverer->take_back_async == NULL)
    return;
  errand = g_new0 (Errand, 1);
  errand->engine = slot->engine;
  errand->job = slot->job->id;
  hs_engine_worker_begins (slot->engine);
  deliverer->take_back_async (deliverer->data, slot->job, dispatch->cancellable, on_taken_back,
                              errand);
}
