/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Start: from what the ledger and the spool hold to running jobs. A crash is nothing special here:
 * every start takes the same way. */

#define HS_LOG_AREA "engine"

#include "engine/engine_private.h"

#include "engine/delegation/local_delegations_private.h"
#include "engine/delivery/grants.h"

#include "base/error.h"
#include "base/log.h"

#include <string.h>

/* Finished jobs to take back into the list; retention bounds them further. */
#define HISTORY_LINES 500

static void
begin_step (HsEngine *engine)
{
  engine->starting_steps++;
}

static void
end_step (HsEngine *engine)
{
  g_autoptr (GTask) task = NULL;

  engine->starting_steps--;
  if (engine->starting_steps > 0 || engine->starting == NULL)
    return;
  task = g_steal_pointer (&engine->starting);
  if (engine->phase == HS_ENGINE_STARTING)
    engine->phase = HS_ENGINE_RUNNING;
  g_task_return_boolean (task, TRUE);
}

static void
on_started_step (HsSlot *slot, HsStep *step, const GError *error)
{
  end_step (slot->engine);
}

/* ── settings ────────────────────────────────────────────────────────────────────────────── */

static HsTrace *
find_trace (const HsLedgerContents *contents, const HsId *job)
{
  char id[HS_ID_TEXT_BYTES];
  g_autofree char *name = g_strconcat (HS_TRACE_SETTING, hs_id_format (job, id), NULL);

  return hs_trace_decode (g_hash_table_lookup (contents->settings, name));
}

static void
load_release_publics (HsEngine *engine, const HsLedgerContents *contents)
{
  GHashTableIter settings;
  gpointer name = NULL;
  gpointer value = NULL;

  g_hash_table_iter_init (&settings, contents->settings);
  while (g_hash_table_iter_next (&settings, &name, &value))
    {
      gint64 epoch = 0;
      if (!g_str_has_prefix (name, HS_RELEASE_PUBLIC_SETTING)
          || g_bytes_get_size (value) != HS_X25519_BYTES)
        continue;
      epoch = g_ascii_strtoll ((char *)name + strlen (HS_RELEASE_PUBLIC_SETTING), NULL, 10);
      g_hash_table_replace (engine->release_publics, g_memdup2 (&epoch, sizeof epoch),
                            g_bytes_ref (value));
    }
}

/* ── jobs ────────────────────────────────────────────────────────────────────────────────── */

/* The lengths of all documents, by job. NULL: the folder cannot be read. */
static GHashTable *
list_documents (HsEngine *engine, GError **error)
{
  g_autoptr (GArray) files = hs_spool_list (engine->parts.spool, error);
  GHashTable *lengths = NULL;

  if (files == NULL)
    return NULL;
  lengths = g_hash_table_new_full (hs_id_hash, hs_id_equal_func, g_free, NULL);
  for (guint i = 0; i < files->len; i++)
    {
      const HsSpoolFile *file = &g_array_index (files, HsSpoolFile, i);
      g_hash_table_insert (lengths, g_memdup2 (&file->id, sizeof file->id),
                           GSIZE_TO_POINTER (file->size_bytes));
    }
  return lengths;
}

static void
push_start_step (HsSlot *slot, HsJobEvent event, gboolean is_silent, const char *remark)
{
  HsStep *step = hs_step_new (event);

  step->is_fact = TRUE;
  step->is_silent = is_silent;
  step->remark = g_strdup (remark);
  step->done = on_started_step;
  if (event == HS_EVENT_RESTARTED)
    step->reasons = slot->job->reasons & ~(HsJobReasons)HS_REASON_OUTGOING;
  else
    step->reasons = HS_REASON_DAMAGED;
  begin_step (slot->engine);
  hs_slot_push (slot, step);
}

/* A document that is gone or has another length can never be printed. One that was on its way is
 * the printer's business first: it may have all of it. */
static void
restart_job (HsSlot *slot, GHashTable *lengths)
{
  const HsJob *job = slot->job;
  gpointer length = NULL;
  gboolean is_there = g_hash_table_lookup_extended (lengths, &job->id, NULL, &length);

  if (hs_job_state_is_final (job->state))
    hs_effects_run (slot, slot->pending);
  else if (job->state == HS_JOB_DELIVERING
           || (is_there && GPOINTER_TO_SIZE (length) == job->sealed_bytes))
    {
      push_start_step (slot, HS_EVENT_RESTARTED,
                       job->state == HS_JOB_HELD || job->state == HS_JOB_UNCERTAIN, NULL);
      hs_effects_run (slot, slot->pending);
    }
  else
    push_start_step (slot, HS_EVENT_DAMAGED, FALSE,
                     is_there ? "the sealed document has another length than it had"
                              : "the sealed document is gone");
}

static void
load_job (HsEngine *engine, const HsLedgerContents *contents, HsLedgerJob *row)
{
  HsSlot *slot = hs_engine_add_slot (engine, g_steal_pointer (&row->job));

  slot->has_row = TRUE;
  slot->pending = row->pending;
  hs_trace_free (slot->trace);
  slot->trace = find_trace (contents, &slot->job->id);
  hs_sealed_titles_load (slot, contents);
  hs_retention_update (engine->retention, slot);
}

/* A row that does not verify says nothing that can be trusted but its key. It ends as a failed job
 * without an owner, so that nobody is shown a job that an attacker may have given them, and the
 * site, which knows the owner, is told. */
static void
load_damaged (HsEngine *engine, const HsLedgerDamage *damage)
{
  g_autoptr (HsJob) job = NULL;
  HsSlot *slot = NULL;
  HsId id;

  hs_log_warning ("the ledger's table %s holds a damaged row: %s", damage->table, damage->reason);
  if (strcmp (damage->table, "jobs") != 0 || !hs_id_parse (damage->key, &id)
      || hs_engine_find_slot (engine, &id) != NULL)
    return;
  job = hs_job_new ();
  job->id = id;
  job->state = HS_JOB_HELD;
  job->owner_kind = HS_OWNER_UNPROVEN;
  job->owner_uid = G_MAXUINT32;
  job->format = g_strdup ("application/octet-stream");
  job->created_at_us = hs_engine_now_us (engine);
  job->expires_at_us = job->created_at_us;
  slot = hs_engine_add_slot (engine, g_steal_pointer (&job));
  slot->has_row = TRUE;
  push_start_step (slot, HS_EVENT_DAMAGED, FALSE, "the ledger's row of the job does not verify");
}

/* ── documents that no row names ─────────────────────────────────────────────────────────── */

/* The ledger was lost (a repaired disk, a careless hand) and a new one begun: the documents are no
 * left-overs. Nobody here can print them any more, but their owners' keys still open them, so they
 * are kept, and remembered as such. */
static gboolean
keep_documents (HsEngine *engine, GError **error)
{
  g_autoptr (GArray) files = hs_spool_list (engine->parts.spool, error);
  g_autoptr (HsLedgerBatch) batch = hs_ledger_batch_new ();
  g_autoptr (GByteArray) ids = g_byte_array_new ();
  g_autoptr (GBytes) value = NULL;

  if (files == NULL)
    return FALSE;
  for (guint i = 0; i < files->len; i++)
    g_byte_array_append (ids, g_array_index (files, HsSpoolFile, i).id.bytes, HS_ID_BYTES);
  engine->kept_documents = files->len;
  if (files->len == 0)
    return TRUE;
  hs_log_warning ("the ledger was lost: %u sealed documents have no job any more and are kept; "
                  "remove them from the spool when nobody needs them",
                  files->len);
  value = g_byte_array_free_to_bytes (g_steal_pointer (&ids));
  hs_ledger_batch_put_setting (batch, HS_KEPT_DOCUMENTS_SETTING, value);
  hs_engine_commit_quietly (engine, g_steal_pointer (&batch));
  return TRUE;
}

/* The ids that stand in the setting. */
static GHashTable *
load_kept (const HsLedgerContents *contents)
{
  GHashTable *kept = g_hash_table_new_full (hs_id_hash, hs_id_equal_func, g_free, NULL);
  GBytes *value = g_hash_table_lookup (contents->settings, HS_KEPT_DOCUMENTS_SETTING);
  gsize length = 0;
  const guint8 *ids = value != NULL ? g_bytes_get_data (value, &length) : NULL;

  for (gsize i = 0; i + HS_ID_BYTES <= length; i += HS_ID_BYTES)
    g_hash_table_add (kept, g_memdup2 (ids + i, HS_ID_BYTES));
  return kept;
}

/* A crash between the document and its row, or after its last row, leaves an orphan. */
static gboolean
remove_orphans (HsEngine *engine, const HsLedgerContents *contents, GError **error)
{
  g_autoptr (GHashTable) kept = load_kept (contents);
  g_autoptr (GArray) orphans = NULL;

  if (contents->born)
    return keep_documents (engine, error);
  orphans = hs_spool_list_orphans (engine->parts.spool, engine->slots, error);
  for (guint i = 0; orphans != NULL && i < orphans->len; i++)
    {
      const HsId *id = &g_array_index (orphans, HsSpoolFile, i).id;
      if (g_hash_table_contains (kept, id))
        engine->kept_documents++;
      else if (!hs_spool_remove (engine->parts.spool, id, error))
        return FALSE;
    }
  return orphans != NULL;
}

/* ── history ─────────────────────────────────────────────────────────────────────────────── */

static gint
compare_slots (gconstpointer a, gconstpointer b)
{
  gint64 left = (*(const HsSlot *const *)a)->job->created_at_us;
  gint64 right = (*(const HsSlot *const *)b)->job->created_at_us;

  return left < right ? -1 : left > right ? 1 : 0;
}

static void
load_history (HsEngine *engine, const HsLedgerContents *contents, GPtrArray *audit)
{
  gint64 since_us
      = hs_engine_now_us (engine) - (gint64)engine->parts.config->history_s * G_USEC_PER_SEC;

  for (guint i = 0; i < audit->len; i++)
    {
      const HsJob *job = g_ptr_array_index (audit, i);
      HsSlot *slot = NULL;
      if (job->finished_at_us < since_us || hs_engine_find_slot (engine, &job->id) != NULL)
        continue;
      slot = hs_engine_add_slot (engine, hs_job_copy (job));
      slot->has_row = TRUE;
      slot->is_archived = TRUE;
      hs_trace_free (slot->trace);
      slot->trace = find_trace (contents, &job->id);
      hs_retention_update (engine->retention, slot);
    }
  g_ptr_array_sort (engine->order, compare_slots);
}

/* Stories, titles and grants of jobs that left the list while the agent was down. */
static void
prune_stories (HsEngine *engine, const HsLedgerContents *contents)
{
  g_autoptr (HsLedgerBatch) batch = hs_ledger_batch_new ();
  GHashTableIter settings;
  gpointer name = NULL;

  g_hash_table_iter_init (&settings, contents->settings);
  while (g_hash_table_iter_next (&settings, &name, NULL))
    {
      HsId id;
      if (g_str_has_prefix (name, HS_TRACE_SETTING)
          && hs_id_parse ((char *)name + strlen (HS_TRACE_SETTING), &id)
          && hs_engine_find_slot (engine, &id) == NULL)
        hs_ledger_batch_delete_setting (batch, name);
    }
  hs_sealed_titles_prune (engine, contents, batch);
  hs_grants_prune (engine, batch);
  hs_local_delegations_prune (engine, batch);
  if (!hs_ledger_batch_is_empty (batch))
    hs_engine_commit_quietly (engine, g_steal_pointer (&batch));
}

/* ── start ───────────────────────────────────────────────────────────────────────────────── */

static void
fail_start (HsEngine *engine, GError *error)
{
  g_autoptr (GTask) task = g_steal_pointer (&engine->starting);

  engine->phase = HS_ENGINE_STOPPED;
  g_prefix_error (&error, "cannot take up the jobs of this workstation: ");
  g_task_return_error (task, error);
}

static void
on_audit_read (GObject *source, GAsyncResult *result, gpointer user_data)
{
  HsEngine *engine = user_data;
  const HsLedgerContents *contents = g_task_get_task_data (engine->starting);
  g_autoptr (GHashTable) lengths = NULL;
  g_autoptr (GPtrArray) slots = NULL;
  GError *error = NULL;
  g_autoptr (GPtrArray) audit = hs_ledger_read_audit_finish (engine->parts.ledger, result, &error);

  if (audit != NULL && remove_orphans (engine, contents, &error))
    lengths = list_documents (engine, &error);
  if (lengths == NULL)
    {
      fail_start (engine, error);
      return;
    }
  slots = g_ptr_array_copy (engine->order, NULL, NULL);
  begin_step (engine);
  if (hs_doubt_is_noted (contents))
    hs_engine_roll_back (engine); /* each before its own start: nothing is delivered meanwhile */
  for (guint i = 0; i < contents->damaged->len; i++)
    load_damaged (engine, g_ptr_array_index (contents->damaged, i));
  for (guint i = 0; i < slots->len; i++)
    restart_job (g_ptr_array_index (slots, i), lengths);
  load_history (engine, contents, audit);
  prune_stories (engine, contents);
  end_step (engine);
}

void
hs_engine_start_async (HsEngine *engine, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, callback, user_data);
  HsLedgerContents *contents = NULL;
  GError *error = NULL;

  hs_engine_assert_thread (engine);
  g_return_if_fail (engine->phase == HS_ENGINE_NEW);
  engine->phase = HS_ENGINE_STARTING;
  engine->starting = g_steal_pointer (&task);
  contents = hs_ledger_load (engine->parts.ledger, &error);
  if (contents == NULL)
    {
      fail_start (engine, error);
      return;
    }
  g_task_set_task_data (engine->starting, contents, (GDestroyNotify)hs_ledger_contents_free);
  engine->outbox_head = contents->outbox_head.n;
  engine->outbox_acknowledged = contents->outbox_acknowledged.n;
  load_release_publics (engine, contents);
  hs_grants_load (engine->grants, contents);
  hs_local_delegations_load (engine, contents);
  hs_last_printers_load (engine, contents);
  hs_command_book_load (engine->commands, contents->commands);
  for (guint i = 0; i < contents->jobs->len; i++)
    load_job (engine, contents, g_ptr_array_index (contents->jobs, i));
  hs_ledger_read_audit_async (engine->parts.ledger, NULL, HISTORY_LINES, on_audit_read, engine);
}

gboolean
hs_engine_start_finish (HsEngine *engine, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
