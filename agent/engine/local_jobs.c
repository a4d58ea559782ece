/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Jobs that the print system's other queues printed, told to the site. */

#define HS_LOG_AREA "engine"

#include "engine/engine_private.h"

#include "base/log.h"
#include "core/wire/local_job.h"
#include "engine/event_draft.h"
#include "seal/sealed_title.h"

typedef struct
{
  HsEngine *engine;
  guint records;
} Telling;

static void
seal_title (HsEngine *engine, HsLocalJob *job)
{
  const HsOwnerKeys *keys = &engine->parts.owner_keys;
  guint8 title_public[HS_X25519_BYTES];
  g_autoptr (GError) error = NULL;

  g_clear_pointer (&job->sealed_title, g_bytes_unref);
  if (job->title == NULL || hs_id_is_zero (&job->owner)
      || !keys->find_title_public (keys->data, &job->owner, title_public))
    return;
  job->sealed_title = hs_sealed_title_seal (title_public, &job->job, job->title, &error);
  if (job->sealed_title == NULL)
    hs_log_warning ("a job of another queue is told without its title, which could not be sealed: "
                    "%s",
                    error->message);
}

static void
append (HsEngine *engine, HsLedgerBatch *batch, HsLocalJob *job)
{
  HsTitlePolicy title_policy = engine->bundle->policy.title_policy;

  if (title_policy == HS_TITLE_POLICY_SEALED)
    seal_title (engine, job);
  hs_event_draft_append (batch, HS_RECORD_LOCAL, hs_engine_now_us (engine), !engine->site_online,
                         hs_local_job_encode (job, title_policy));
}

static void
on_committed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Telling *telling = g_task_get_task_data (task);
  HsEngine *engine = telling->engine;
  GError *error = NULL;

  if (hs_ledger_commit_finish (engine->parts.ledger, result, &error))
    {
      hs_records_tell (engine, telling->records);
      g_task_return_boolean (task, TRUE);
      hs_engine_commit_ends (engine, TRUE);
      return;
    }
  hs_engine_note_failure (engine, error);
  g_task_return_error (task, error);
  hs_engine_commit_ends (engine, FALSE);
}

void
hs_engine_record_local_jobs_async (HsEngine *engine,
                                   const GPtrArray *jobs,
                                   const char *setting,
                                   GBytes *value,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data)
{
  GTask *task = g_task_new (NULL, NULL, callback, user_data);
  HsLedgerBatch *batch = hs_ledger_batch_new ();
  Telling *telling = g_new0 (Telling, 1);

  telling->engine = engine;
  g_task_set_task_data (task, telling, g_free);
  if (engine->bundle != NULL && engine->bundle->policy.report_local)
    for (guint i = 0; i < jobs->len; i++, telling->records++)
      append (engine, batch, g_ptr_array_index (jobs, i));
  if (value != NULL)
    hs_ledger_batch_put_setting (batch, setting, value);
  else
    hs_ledger_batch_delete_setting (batch, setting);
  hs_engine_commit_begins (engine);
  hs_ledger_commit_async (engine->parts.ledger, batch, on_committed, task);
}

gboolean
hs_engine_record_local_jobs_finish (HsEngine *engine, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
