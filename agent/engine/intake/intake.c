/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* A document arrives: the main side of an intake. It counts what was pushed against the owner's
 * limits, hands the bytes to the worker, and turns the worker's answer into SEALED, whose commit is
 * what a success reply waits for. Whatever else happens, nothing of the document stays. */

#include "engine/intake/intake_private.h"

#include "base/error.h"
#include "engine/delegation/local_delegations_private.h"

#include <string.h>

/* Chunks pushed but not yet sealed: enough for the cipher never to wait for the socket. */
#define QUEUE_BYTES (512 * 1024)

/* Pushed bytes between two looks at the owner's limits, beyond which a body may go by so much. */
#define QUOTA_STEP_BYTES (256 * 1024)

HsIntake *
hs_intake_ref (HsIntake *intake)
{
  intake->references++;
  return intake;
}

void
hs_intake_unref (HsIntake *intake)
{
  if (--intake->references > 0)
    return;
  g_clear_pointer (&intake->work, hs_intake_work_free);
  g_clear_pointer (&intake->queue, hs_byte_queue_unref);
  g_clear_error (&intake->failure);
  g_free (intake);
}

const HsJob *
hs_intake_get_job (HsIntake *intake)
{
  return intake->slot != NULL ? intake->slot->job : NULL;
}

const GError *
hs_intake_get_failure (HsIntake *intake)
{
  return intake->failure;
}

void
hs_intake_set_drained_func (HsIntake *intake, HsIntakeDrainedFunc func, gpointer user_data)
{
  intake->drained = func;
  intake->drained_data = user_data;
}

void
hs_intake_set_format (HsIntake *intake, const char *format)
{
  g_return_if_fail (!intake->is_started || intake->failure != NULL);
  if (intake->work == NULL)
    return;
  g_free (intake->work->job->format);
  intake->work->job->format = g_strdup (format);
}

/* ── the end ─────────────────────────────────────────────────────────────────────────────── */

/* Takes the intake out of the engine; the caller of finish gets its answer. */
static void
conclude (HsIntake *intake, const GError *error)
{
  HsEngine *engine = intake->engine;
  g_autoptr (GTask) task = g_steal_pointer (&intake->finishing);
  gboolean was_started = intake->is_started;

  g_clear_handle_id (&intake->idle_source, g_source_remove);
  if (intake->slot != NULL)
    intake->slot->intake = NULL;
  if (task != NULL && error != NULL)
    g_task_return_error (task, g_error_copy (error));
  else if (task != NULL)
    g_task_return_pointer (task, intake->slot->job, NULL);
  intake->slot = NULL;
  g_ptr_array_remove (engine->intakes, intake); /* the engine's reference */
  if (was_started)
    hs_engine_worker_ends (engine);
}

void
hs_intake_drop (HsIntake *intake)
{
  if (intake->failure == NULL)
    g_set_error_literal (&intake->failure, HS_ERROR, HS_ERROR_CANCELLED,
                         "The job was cancelled while it was being sent.");
  if (intake->is_working)
    {
      hs_byte_queue_fail (intake->queue, intake->failure);
      if (intake->drained != NULL)
        intake->drained (intake, intake->drained_data);
    }
  else
    conclude (intake, intake->failure);
}

static void
fail (HsIntake *intake, const GError *error)
{
  HsStep *step = NULL;

  if (intake->failure != NULL || intake->slot == NULL)
    return;
  intake->failure = g_error_copy (error);
  step = hs_step_new (HS_EVENT_INTAKE_FAILED);
  step->is_fact = TRUE;
  step->reasons = HS_REASON_DOCUMENT_REFUSED;
  step->remark = g_strdup (error->message);
  hs_slot_push (intake->slot, step);
}

void
hs_intake_abort (HsIntake *intake)
{
  g_autoptr (GError) error = NULL;

  /* A body that was complete is kept, even if the client did not wait for the answer. */
  if (intake->slot == NULL || intake->finishing != NULL)
    return;
  g_set_error_literal (&error, HS_ERROR, HS_ERROR_CANCELLED,
                       "The document ended before it was complete.");
  fail (intake, error);
}

/* ── sealed ──────────────────────────────────────────────────────────────────────────────── */

static void
apply_sealed (HsJob *job, HsStep *step)
{
  const HsJob *sealed = ((HsIntake *)step->data)->work->job;

  g_free (job->format);
  job->format = g_strdup (sealed->format);
  job->size_bytes = sealed->size_bytes;
  job->impressions = sealed->impressions;
  job->impressions_source = sealed->impressions_source;
  job->colour = sealed->colour;
  memcpy (job->header_mac, sealed->header_mac, sizeof job->header_mac);
  memcpy (job->stanza_digest, sealed->stanza_digest, sizeof job->stanza_digest);
  memcpy (job->release_e, sealed->release_e, sizeof job->release_e);
  job->sealed_bytes = sealed->sealed_bytes;
  job->release_epoch = sealed->release_epoch;
  g_strfreev (job->recipients);
  job->recipients = g_strdupv (sealed->recipients);
  job->sealed_at_us = hs_engine_now_us (step->engine);
}

static void
on_sealed (HsSlot *slot, HsStep *step, const GError *error)
{
  HsIntake *intake = step->data;
  HsEngine *engine = slot->engine;
  g_autoptr (HsSealOpening) opening = g_steal_pointer (&intake->work->opening);

  if (error == NULL)
    {
      conclude (intake, NULL);
      if (engine->phase == HS_ENGINE_RUNNING)
        hs_local_delegations_look_again (engine, &slot->job->owner);
      if (opening != NULL && engine->phase == HS_ENGINE_RUNNING)
        hs_counting_add (engine->counting, slot->job, g_steal_pointer (&opening));
      return;
    }
  /* The ledger did not take it: the durable file has no job. */
  hs_destruction_begin (slot);
  fail (intake, error);
}

/* The worker's answer. */
static void
on_worked (HsIntakeWork *work, gpointer user_data)
{
  HsIntake *intake = user_data;
  HsSlot *slot = intake->slot;
  HsStep *step = NULL;

  intake->is_working = FALSE;
  intake->work = work;
  if (intake->failure != NULL)
    {
      if (work->error == NULL)
        hs_destruction_begin (slot);
      /* Its INTAKE_FAILED may still wait for its turn; then that concludes. */
      if (hs_job_state_is_final (slot->job->state) || intake->engine->phase == HS_ENGINE_STOPPING)
        conclude (intake, intake->failure);
      return;
    }
  if (work->error != NULL)
    {
      fail (intake, work->error);
      return;
    }
  hs_engine_probe (intake->engine, "document durable");
  step = hs_step_new (HS_EVENT_SEALED);
  step->data = hs_intake_ref (intake);
  step->destroy = (GDestroyNotify)hs_intake_unref;
  step->apply = apply_sealed;
  step->done = on_sealed;
  step->announces_later = work->opening != NULL;
  step->sealed_fields = work->sealed_fields != NULL ? g_bytes_ref (work->sealed_fields) : NULL;
  hs_slot_push (slot, step);
}

/* ── bytes ───────────────────────────────────────────────────────────────────────────────── */

static void
on_queue (HsByteQueue *queue, gpointer user_data)
{
  HsIntake *intake = user_data;

  if (intake->drained != NULL)
    intake->drained (intake, intake->drained_data);
}

static void
start_worker (HsIntake *intake)
{
  if (intake->is_started || intake->work == NULL)
    return;
  intake->is_started = TRUE;
  intake->is_working = TRUE;
  intake->queue = hs_byte_queue_new (QUEUE_BYTES, NULL);
  hs_byte_queue_set_notify (intake->queue, on_queue, intake);
  intake->work->queue = hs_byte_queue_ref (intake->queue);
  hs_engine_worker_begins (intake->engine);
  hs_intake_work_start (g_steal_pointer (&intake->work), on_worked, intake);
}

static void
check_limits (HsIntake *intake)
{
  g_autoptr (GError) error = NULL;

  if (intake->pushed_bytes < intake->check_at_bytes)
    return;
  intake->check_at_bytes = intake->pushed_bytes + QUOTA_STEP_BYTES;
  if (!hs_intake_check_quota (intake->engine, intake->slot->job->owner_kind,
                              &intake->slot->job->owner, intake->slot->job->owner_uid, intake->slot,
                              intake->pushed_bytes, &error))
    fail (intake, error);
}

gboolean
hs_intake_push (HsIntake *intake, GBytes *bytes)
{
  hs_engine_assert_thread (intake->engine);
  if (intake->slot == NULL || intake->failure != NULL || intake->finishing != NULL)
    return TRUE;
  intake->last_push_us = g_get_monotonic_time ();
  intake->pushed_bytes += g_bytes_get_size (bytes);
  check_limits (intake);
  if (intake->failure != NULL || g_bytes_get_size (bytes) == 0)
    return TRUE;
  start_worker (intake);
  return hs_byte_queue_push (intake->queue, bytes);
}

static gboolean
finish_failed (gpointer user_data)
{
  GTask *task = user_data;
  HsIntake *intake = g_task_get_task_data (task);

  g_task_return_error (task, g_error_copy (intake->failure));
  return G_SOURCE_REMOVE;
}

void
hs_intake_finish_async (HsIntake *intake,
                        GCancellable *cancellable,
                        GAsyncReadyCallback callback,
                        gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  g_autoptr (GError) error = NULL;

  hs_engine_assert_thread (intake->engine);
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, hs_intake_ref (intake), (GDestroyNotify)hs_intake_unref);
  if (intake->slot == NULL)
    {
      /* It has failed and is over already. */
      g_idle_add_full (G_PRIORITY_DEFAULT, finish_failed, g_steal_pointer (&task), g_object_unref);
      return;
    }
  g_return_if_fail (intake->finishing == NULL);
  intake->finishing = g_steal_pointer (&task);
  g_clear_handle_id (&intake->idle_source, g_source_remove);
  if (intake->failure != NULL)
    return;
  if (intake->is_started)
    {
      hs_byte_queue_complete (intake->queue);
      hs_sealed_titles_prepare (intake->slot); /* while the worker waits for the disk */
      return;
    }
  g_set_error_literal (&error, HS_ERROR, HS_ERROR_INVALID,
                       "The document is empty. Print it again; if it stays empty, the program that "
                       "made it is at fault.");
  fail (intake, error);
}

const HsJob *
hs_intake_finish_finish (HsIntake *intake, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* ── an intake that nobody feeds ─────────────────────────────────────────────────────────── */

static gboolean
on_idle_limit (gpointer user_data)
{
  HsIntake *intake = user_data;
  gint64 limit_us = (gint64)intake->engine->parts.config->create_timeout_s * G_USEC_PER_SEC;
  gint64 left_us = intake->last_push_us + limit_us - g_get_monotonic_time ();

  intake->idle_source = 0;
  if (left_us > 0)
    intake->idle_source = g_timeout_add ((guint)(left_us / 1000) + 1, on_idle_limit, intake);
  else
    hs_intake_abort (intake);
  return G_SOURCE_REMOVE;
}

HsIntake *
hs_intake_new (HsEngine *engine, HsSlot *slot, HsIntakeWork *work)
{
  HsIntake *intake = g_new0 (HsIntake, 1);

  intake->references = 1;
  intake->engine = engine;
  intake->slot = slot;
  intake->work = work;
  intake->check_at_bytes = QUOTA_STEP_BYTES;
  intake->last_push_us = g_get_monotonic_time ();
  slot->intake = intake;
  intake->idle_source = g_timeout_add_seconds ((guint)engine->parts.config->create_timeout_s,
                                               on_idle_limit, intake);
  return intake;
}
