/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* A small engine in memory. */

#include "support/engine_double.h"

#include "base/error.h"
#include "crypto/random.h"
#include "platform/peer.h"

#include <string.h>

#define QUEUE_BYTES (256 * 1024)

struct HsEngine
{
  HsEngineDoubleRules rules;
  GPtrArray *jobs;   /* HsJob */
  GPtrArray *hashes; /* text, beside jobs */
  GPtrArray *open;   /* HsIntake */
  guint aborted;
  gboolean is_full; /* the disk */
};

struct HsIntake
{
  guint references;
  HsEngine *engine;
  HsJob *job;
  GChecksum *hash;
  guint64 queued;
  guint drain;
  GError *failure;
  HsIntakeDrainedFunc drained;
  gpointer user_data;
};

HsEngine *
hs_engine_double_new (const HsEngineDoubleRules *rules)
{
  HsEngine *engine = g_new0 (HsEngine, 1);

  engine->rules = *rules;
  engine->jobs = g_ptr_array_new_with_free_func ((GDestroyNotify)hs_job_free);
  engine->hashes = g_ptr_array_new_with_free_func (g_free);
  engine->open = g_ptr_array_new ();
  return engine;
}

void
hs_engine_double_free (HsEngine *engine)
{
  while (engine->open->len > 0)
    hs_intake_abort (engine->open->pdata[0]);
  g_ptr_array_unref (engine->jobs);
  g_ptr_array_unref (engine->hashes);
  g_ptr_array_unref (engine->open);
  g_free (engine);
}

static HsJob *
new_job (HsEngine *engine, const HsCaller *caller)
{
  HsJob *job = hs_job_new ();

  g_assert (hs_random_id (&job->id, NULL) && hs_random_uint31 (&job->ipp_id, NULL));
  job->owner_kind = caller->kind == HS_CALLER_STRANGER ? HS_OWNER_UNPROVEN : HS_OWNER_PROVEN;
  job->owner_uid = caller->kind == HS_CALLER_PERSON ? caller->uid : G_MAXUINT32;
  job->maker = caller->maker;
  job->user_name = caller->kind == HS_CALLER_PERSON ? hs_peer_dup_user_name (caller->uid, NULL)
                                                    : g_strdup (caller->believed_name);
  job->created_at_us = g_get_real_time ();
  job->copies = 1;
  return job;
}

static void
keep (HsEngine *engine, HsJob *job, const char *hash)
{
  g_ptr_array_add (engine->jobs, job);
  g_ptr_array_add (engine->hashes, g_strdup (hash));
}

void
hs_engine_double_fill (HsEngine *engine, guint32 uid, guint count)
{
  HsCaller caller = { .kind = HS_CALLER_PERSON, .uid = uid };

  for (guint i = 0; i < count; i++)
    {
      HsJob *job = new_job (engine, &caller);
      job->state = HS_JOB_HELD;
      job->reasons = HS_REASON_RELEASE_WAIT;
      job->title = g_strdup_printf ("Report %u", i);
      job->format = g_strdup ("application/pdf");
      job->size_bytes = 1000 + i;
      job->sealed_at_us = job->created_at_us;
      keep (engine, job, "-");
    }
}

char *
hs_engine_double_format (HsEngine *engine)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < engine->jobs->len; i++)
    {
      const HsJob *job = engine->jobs->pdata[i];
      g_string_append_printf (
          text,
          "job %u %s owner=%d kind=%s name=%s format=%s size=%" G_GUINT64_FORMAT " sha256=%s\n",
          job->ipp_id, hs_job_state_to_keyword (job->state), (int)job->owner_uid,
          job->owner_kind == HS_OWNER_PROVEN ? "proven" : "unproven",
          job->user_name ? job->user_name : "-", job->format ? job->format : "-", job->size_bytes,
          (const char *)engine->hashes->pdata[i]);
    }
  return g_string_free (text, FALSE);
}

guint
hs_engine_double_count_open (HsEngine *engine)
{
  return engine->open->len;
}

guint
hs_engine_double_count_aborted (HsEngine *engine)
{
  return engine->aborted;
}

/* ── questions ───────────────────────────────────────────────────────────────────────────── */

gboolean
hs_engine_may_see (HsEngine *engine, const HsCaller *caller, const HsJob *job)
{
  if (caller->kind == HS_CALLER_PERSON)
    return job->owner_kind == HS_OWNER_PROVEN && job->owner_uid == caller->uid;
  return !hs_id_is_zero (&caller->maker) && caller->kind != HS_CALLER_NOBODY
         && hs_id_equal (&job->maker, &caller->maker);
}

GPtrArray *
hs_engine_list_jobs (HsEngine *engine, const HsCaller *caller)
{
  GPtrArray *list = g_ptr_array_new ();

  for (guint i = 0; i < engine->jobs->len; i++)
    if (hs_engine_may_see (engine, caller, engine->jobs->pdata[i]))
      g_ptr_array_add (list, engine->jobs->pdata[i]);
  return list;
}

const HsJob *
hs_engine_find_job_by_ipp_id (HsEngine *engine, const HsCaller *caller, guint32 ipp_id)
{
  for (guint i = 0; i < engine->jobs->len; i++)
    {
      const HsJob *job = engine->jobs->pdata[i];
      if (job->ipp_id == ipp_id && hs_engine_may_see (engine, caller, job))
        return job;
    }
  return NULL;
}

/* It tells no stories. */
const HsTrace *
hs_engine_get_trace (HsEngine *engine, const HsCaller *caller, const HsId *job)
{
  return NULL;
}

/* ── taking a document ───────────────────────────────────────────────────────────────────── */

gboolean
hs_engine_has_room (HsEngine *engine)
{
  return !engine->is_full;
}

void
hs_engine_double_set_full (HsEngine *engine, gboolean is_full)
{
  engine->is_full = is_full;
}

gboolean
hs_engine_check_offer (HsEngine *engine,
                       const HsCaller *caller,
                       const HsIntakeOffer *offer,
                       GError **error)
{
  if (engine->rules.refuses_offers)
    g_set_error_literal (error, HS_ERROR, HS_ERROR_REFUSED, "the rules say no; ask for them");
  else if (engine->rules.most_bytes > 0 && offer->announced_bytes > engine->rules.most_bytes)
    g_set_error_literal (error, HS_ERROR, HS_ERROR_NO_SPACE, "the document is too large here");
  else
    return TRUE;
  return FALSE;
}

HsIntake *
hs_engine_open_intake (HsEngine *engine,
                       const HsCaller *caller,
                       const HsIntakeOffer *offer,
                       GError **error)
{
  if (!hs_engine_check_offer (engine, caller, offer, error))
    return NULL;
  HsIntake *intake = g_new0 (HsIntake, 1);

  intake->references = 2; /* the caller's and the engine's */
  intake->engine = engine;
  intake->hash = g_checksum_new (G_CHECKSUM_SHA256);
  intake->job = new_job (engine, caller);
  intake->job->state = HS_JOB_RECEIVING;
  intake->job->reasons = HS_REASON_INCOMING;
  intake->job->title = g_strdup (offer->title);
  intake->job->ticket = offer->ticket != NULL ? g_bytes_ref (offer->ticket) : NULL;
  intake->job->format = g_strdup (offer->format);
  intake->job->copies = offer->copies;
  intake->job->sides = offer->sides;
  intake->job->colour = offer->colour;
  intake->job->media = g_strdup (offer->media);
  g_ptr_array_add (engine->open, intake);
  return intake;
}

HsIntake *
hs_engine_find_intake (HsEngine *engine, const HsCaller *caller, guint32 ipp_id)
{
  for (guint i = 0; i < engine->open->len; i++)
    {
      HsIntake *intake = engine->open->pdata[i];
      if (intake->job->ipp_id == ipp_id && hs_engine_may_see (engine, caller, intake->job))
        return intake;
    }
  return NULL;
}

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
  if (intake->drain != 0)
    g_source_remove (intake->drain);
  hs_job_free (intake->job);
  g_checksum_free (intake->hash);
  g_clear_error (&intake->failure);
  g_free (intake);
}

const HsJob *
hs_intake_get_job (HsIntake *intake)
{
  return intake->job;
}

void
hs_intake_set_format (HsIntake *intake, const char *format)
{
  g_assert (intake->job->size_bytes == 0);
  g_free (intake->job->format);
  intake->job->format = g_strdup (format);
}

void
hs_intake_set_drained_func (HsIntake *intake, HsIntakeDrainedFunc func, gpointer user_data)
{
  intake->drained = func;
  intake->user_data = user_data;
}

const GError *
hs_intake_get_failure (HsIntake *intake)
{
  return intake->failure;
}

static gboolean
on_drain (gpointer user_data)
{
  HsIntake *intake = user_data;

  intake->drain = 0;
  intake->queued = 0;
  if (intake->drained != NULL)
    intake->drained (intake, intake->user_data);
  return G_SOURCE_REMOVE;
}

gboolean
hs_intake_push (HsIntake *intake, GBytes *bytes)
{
  const HsEngineDoubleRules *rules = &intake->engine->rules;
  gsize length;
  const guint8 *data = g_bytes_get_data (bytes, &length);

  g_assert (intake->job->state == HS_JOB_RECEIVING);
  if (intake->failure != NULL)
    return TRUE;
  if (!rules->hashes_nothing)
    g_checksum_update (intake->hash, data, (gssize)length);
  intake->job->size_bytes += length;
  if (rules->most_bytes > 0 && intake->job->size_bytes > rules->most_bytes)
    intake->failure
        = g_error_new_literal (HS_ERROR, HS_ERROR_NO_SPACE, "the document is too large here");
  if (!rules->is_slow && !rules->stalls)
    return TRUE;
  intake->queued += length;
  if (intake->drain == 0 && !rules->stalls)
    intake->drain = g_timeout_add (2, on_drain, intake);
  return intake->queued < QUEUE_BYTES;
}

static gboolean
on_printed (gpointer user_data)
{
  HsJob *job = user_data;

  if (job->state != HS_JOB_HELD)
    return G_SOURCE_REMOVE;
  job->state = HS_JOB_DELIVERED;
  job->reasons = HS_REASON_COMPLETED;
  job->finished_at_us = g_get_real_time ();
  return G_SOURCE_REMOVE;
}

static void
close_intake (HsIntake *intake)
{
  g_ptr_array_remove (intake->engine->open, intake);
  hs_intake_unref (intake);
}

static gboolean
on_durable (gpointer user_data)
{
  GTask *task = user_data;
  HsIntake *intake = g_task_get_task_data (task);
  HsEngine *engine = intake->engine;

  if (intake->failure != NULL)
    g_task_return_error (task, g_error_copy (intake->failure));
  else
    {
      HsJob *job = hs_job_copy (intake->job);
      job->state = HS_JOB_HELD;
      job->reasons = HS_REASON_RELEASE_WAIT;
      job->sealed_at_us = g_get_real_time ();
      keep (engine, job, g_checksum_get_string (intake->hash));
      if (engine->rules.print_after_ms > 0)
        g_timeout_add (engine->rules.print_after_ms, on_printed, job);
      g_task_return_pointer (task, job, NULL);
    }
  close_intake (intake);
  g_object_unref (task);
  return G_SOURCE_REMOVE;
}

void
hs_intake_finish_async (HsIntake *intake,
                        GCancellable *cancellable,
                        GAsyncReadyCallback callback,
                        gpointer user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_task_data (task, hs_intake_ref (intake), (GDestroyNotify)hs_intake_unref);
  g_idle_add (on_durable, task);
}

const HsJob *
hs_intake_finish_finish (HsIntake *intake, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

void
hs_intake_abort (HsIntake *intake)
{
  intake->engine->aborted++;
  close_intake (intake);
}

/* ── actions ─────────────────────────────────────────────────────────────────────────────── */

static void
act (HsEngine *engine,
     const HsCaller *caller,
     const HsId *id,
     HsJobState state,
     GAsyncReadyCallback callback,
     gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, callback, user_data);

  for (guint i = 0; i < engine->jobs->len; i++)
    {
      HsJob *job = engine->jobs->pdata[i];
      if (!hs_id_equal (&job->id, id) || !hs_engine_may_see (engine, caller, job))
        continue;
      if (hs_job_state_is_final (job->state))
        {
          g_task_return_new_error (task, HS_ERROR, HS_ERROR_REFUSED, "the job is over");
          return;
        }
      job->state = state;
      job->reasons
          = state == HS_JOB_CANCELLED ? HS_REASON_CANCELLED_BY_USER : HS_REASON_RELEASE_WAIT;
      job->finished_at_us = state == HS_JOB_CANCELLED ? g_get_real_time () : 0;
      g_task_return_boolean (task, TRUE);
      return;
    }
  g_task_return_new_error (task, HS_ERROR, HS_ERROR_NOT_FOUND, "there is no such job");
}

void
hs_engine_cancel_async (HsEngine *engine,
                        const HsCaller *caller,
                        const HsId *job,
                        GCancellable *cancellable,
                        GAsyncReadyCallback callback,
                        gpointer user_data)
{
  act (engine, caller, job, HS_JOB_CANCELLED, callback, user_data);
}

void
hs_engine_hold_async (HsEngine *engine,
                      const HsCaller *caller,
                      const HsId *job,
                      GCancellable *cancellable,
                      GAsyncReadyCallback callback,
                      gpointer user_data)
{
  act (engine, caller, job, HS_JOB_HELD, callback, user_data);
}

void
hs_engine_release_async (HsEngine *engine,
                         const HsCaller *caller,
                         const HsId *job,
                         const HsId *printer,
                         const HsPrintOptions *options,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer user_data)
{
  act (engine, caller, job, HS_JOB_RELEASED, callback, user_data);
}

gboolean
hs_engine_action_finish (HsEngine *engine, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
