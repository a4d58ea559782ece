/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* One small function for each effect of the table. An effect runs after its step is durable, and
 * again after a crash: each of them may find its work done already.
 *
 * Three kinds. A lasting effect stands in the job's row until it reports that it is done, and is
 * replayed from there. A recorded effect is work for the outbox and was done by the transaction
 * itself; running it only wakes the link to the site. (ANNOUNCE of a job whose pages are still to be
 * counted stands in the row too, and goes along with a later transaction: steps.c.) The others follow from the state: RESTARTED
 * asks for them again. */

#define HS_LOG_AREA "engine"

#include "engine/engine_private.h"

#include "base/error.h"
#include "base/log.h"

/* A file that cannot be removed now (a disk error) is tried again after this time. */
#define DESTROY_RETRY_S 60

typedef struct
{
  HsJobEffects effect;
  gboolean is_lasting;
  const char *probe;
  void (*run) (HsSlot *slot);
} Effect;

/* ── destroy ─────────────────────────────────────────────────────────────────────────────── */

typedef struct
{
  HsEngine *engine;
  HsId job;
} Destruction;

static void
destroy_in_worker (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Destruction *work = task_data;
  GError *error = NULL;

  if (hs_spool_remove (work->engine->parts.spool, &work->job, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static gboolean
on_destroy_again (gpointer user_data)
{
  HsSlot *slot = user_data;

  slot->retry_source = 0;
  if (slot->engine->phase == HS_ENGINE_RUNNING)
    hs_effects_destroy (slot);
  return G_SOURCE_REMOVE;
}

static void
on_destroyed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Destruction *work = g_task_get_task_data (G_TASK (result));
  HsEngine *engine = work->engine;
  HsSlot *slot = hs_engine_find_slot (engine, &work->job);
  g_autoptr (GError) error = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), &error))
    {
      char id[HS_ID_TEXT_BYTES];
      hs_log_warning ("job %s: the sealed document could not be removed: %s",
                      hs_id_format (&work->job, id), error->message);
      if (slot != NULL && slot->retry_source == 0)
        slot->retry_source = g_timeout_add_seconds (DESTROY_RETRY_S, on_destroy_again, slot);
    }
  else if (slot != NULL && engine->phase != HS_ENGINE_STOPPING)
    {
      hs_engine_probe (engine, "document removed");
      hs_effects_report_done (slot, HS_EFFECT_DESTROY);
    }
  hs_engine_worker_ends (engine);
}

/* The row's keys are the sealed fields and the stanzas in the file; both go. */
void
hs_effects_destroy (HsSlot *slot)
{
  Destruction *work = g_new0 (Destruction, 1);
  g_autoptr (GTask) task = g_task_new (NULL, NULL, on_destroyed, NULL);

  work->engine = slot->engine;
  work->job = slot->job->id;
  g_clear_handle_id (&slot->retry_source, g_source_remove);
  g_clear_pointer (&slot->share, hs_secret_bytes_free);
  hs_engine_worker_begins (slot->engine);
  g_task_set_task_data (task, work, g_free);
  g_task_run_in_thread (task, destroy_in_worker);
}

/* ── the others ──────────────────────────────────────────────────────────────────────────── */

static void
run_abort_intake (HsSlot *slot)
{
  if (slot->intake != NULL)
    hs_intake_drop (slot->intake);
}

static void
run_purge_os_copy (HsSlot *slot)
{
  hs_os_copies_purge (slot->engine->os_copies, slot);
}

static void
run_deliver (HsSlot *slot)
{
  hs_dispatch_deliver (slot->engine->dispatch, slot);
}

static void
run_retry_later (HsSlot *slot)
{
  hs_dispatch_deliver_later (slot->engine->dispatch, slot);
}

static void
run_stop_delivery (HsSlot *slot)
{
  hs_dispatch_stop (slot->engine->dispatch, slot);
}

static void
run_take_back (HsSlot *slot)
{
  hs_dispatch_take_back (slot->engine->dispatch, slot);
}

/* In this order: what ends comes before what begins. */
static const Effect effects[] = {
  { HS_EFFECT_ABORT_INTAKE, FALSE, "abort intake", run_abort_intake },
  { HS_EFFECT_STOP_DELIVERY, FALSE, "stop delivery", run_stop_delivery },
  { HS_EFFECT_DELIVER, FALSE, "deliver", run_deliver },
  { HS_EFFECT_RETRY_LATER, FALSE, "retry later", run_retry_later },
  { HS_EFFECT_DESTROY, TRUE, "destroy", hs_effects_destroy },
  { HS_EFFECT_TAKE_BACK, TRUE, "take back", run_take_back },
  { HS_EFFECT_PURGE_OS_COPY, TRUE, "purge the system's copy", run_purge_os_copy },
  /* Part of the transaction itself (records.c), or of the loop (steps.c). */
  { HS_EFFECT_ANNOUNCE, FALSE, "announce", NULL },
  { HS_EFFECT_REPORT, FALSE, "report", NULL },
  { HS_EFFECT_NOTIFY, FALSE, "notify", NULL },
};

HsJobEffects
hs_effects_get_lasting (HsJobEffects asked)
{
  HsJobEffects lasting = HS_EFFECT_NONE;

  for (gsize i = 0; i < G_N_ELEMENTS (effects); i++)
    if (effects[i].is_lasting)
      lasting |= asked & effects[i].effect;
  return lasting;
}

void
hs_effects_run (HsSlot *slot, HsJobEffects asked)
{
  for (gsize i = 0; i < G_N_ELEMENTS (effects); i++)
    {
      if ((asked & effects[i].effect) == 0 || effects[i].run == NULL)
        continue;
      hs_engine_probe (slot->engine, effects[i].probe);
      effects[i].run (slot);
    }
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
hs_effects_report_done (HsSlot *slot, HsJobEffects done)
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
