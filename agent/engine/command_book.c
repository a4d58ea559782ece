/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Commands of the site, each executed once: its uuid, its result, the state change and the record
 * for the outbox are one transaction. The book in memory mirrors the ledger's table, so a repeated
 * uuid is answered without asking the disk. */

#include "engine/engine_private.h"

#include "base/error.h"

#include <string.h>

typedef struct
{
  HsId job; /* zero if it concerned none */
  HsCommandResult result;
  char *sentence; /* nullable */
} Entry;

struct HsCommandBook
{
  HsEngine *engine;
  GHashTable *entries; /* HsId * → Entry * */
};

/* One call of the site link. */
typedef struct
{
  HsEngine *engine;
  GTask *task;
  HsId command;
  HsId printer;
  HsPrintOptions change; /* what an earlier release had changed, as far as it is kept */
  HsSecretBytes *share;  /* nullable */
} Order;

typedef struct
{
  HsCommandResult result;
  char *sentence;
  gboolean already;
} Answer;

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  g_free (entry->sentence);
  g_free (entry);
}

static void
order_free (gpointer data)
{
  Order *order = data;

  g_object_unref (order->task);
  hs_secret_bytes_free (order->share);
  g_free (order);
}

static void
answer_free (gpointer data)
{
  Answer *answer = data;

  g_free (answer->sentence);
  g_free (answer);
}

/* ── the book ────────────────────────────────────────────────────────────────────────────── */

HsCommandBook *
hs_command_book_new (HsEngine *engine)
{
  HsCommandBook *book = g_new0 (HsCommandBook, 1);

  book->engine = engine;
  book->entries = g_hash_table_new_full (hs_id_hash, hs_id_equal_func, g_free, entry_free);
  return book;
}

void
hs_command_book_free (HsCommandBook *book)
{
  g_hash_table_unref (book->entries);
  g_free (book);
}

void
hs_command_book_add (HsCommandBook *book,
                     const HsId *command,
                     const HsId *job,
                     HsCommandResult result,
                     const char *sentence)
{
  Entry *entry = g_new0 (Entry, 1);

  if (job != NULL)
    entry->job = *job;
  entry->result = result;
  entry->sentence = g_strdup (sentence);
  g_hash_table_replace (book->entries, g_memdup2 (command, sizeof *command), entry);
}

static HsCommandResult
result_from_keyword (const char *keyword)
{
  for (guint result = HS_COMMAND_DONE; result <= HS_COMMAND_UNKNOWN_JOB; result++)
    if (g_strcmp0 (hs_command_result_to_keyword ((HsCommandResult)result), keyword) == 0)
      return (HsCommandResult)result;
  return HS_COMMAND_REFUSED;
}

void
hs_command_book_load (HsCommandBook *book, const GPtrArray *commands)
{
  for (guint i = 0; i < commands->len; i++)
    {
      const HsLedgerCommand *command = g_ptr_array_index (commands, i);
      hs_command_book_add (book, &command->id, &command->job, result_from_keyword (command->result),
                           command->sentence);
    }
}

/* ── answering ───────────────────────────────────────────────────────────────────────────── */

static void
answer (GTask *task, HsCommandResult result, const char *sentence, gboolean already)
{
  Answer *value = g_new0 (Answer, 1);

  value->result = result;
  value->sentence = g_strdup (sentence);
  value->already = already;
  g_task_return_pointer (task, value, answer_free);
}

/* The state did not change with the command: its refusal is all that has to be remembered. */
static void
on_recorded (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Order *order = user_data;
  HsEngine *engine = order->engine;
  Answer *value = g_task_get_task_data (order->task);
  GError *error = NULL;

  if (hs_ledger_commit_finish (engine->parts.ledger, result, &error))
    {
      hs_command_book_add (engine->commands, &order->command, NULL, value->result, value->sentence);
      hs_records_tell (engine, 1);
      answer (order->task, value->result, value->sentence, FALSE);
      hs_engine_commit_ends (engine, TRUE);
    }
  else
    {
      gboolean is_repeated = g_error_matches (error, HS_ERROR, HS_ERROR_REFUSED);
      g_task_return_new_error (order->task, HS_ERROR, HS_ERROR_TEMPORARY,
                               "the command could not be recorded: %s", error->message);
      hs_engine_note_failure (engine, error);
      g_clear_error (&error);
      hs_engine_commit_ends (engine, is_repeated);
    }
  order_free (order);
}

static void
record (HsEngine *engine,
        GTask *task,
        const HsId *command,
        HsCommandResult result,
        const char *sentence)
{
  HsLedgerBatch *batch = hs_ledger_batch_new ();
  Order *order = g_new0 (Order, 1);
  Answer *value = g_new0 (Answer, 1);
  guint count = 0;

  order->engine = engine;
  order->task = g_object_ref (task);
  order->command = *command;
  value->result = result;
  value->sentence = g_strdup (sentence);
  g_task_set_task_data (task, value, answer_free);
  hs_records_add_command_result (engine, batch, command, NULL, result, sentence, &count);
  hs_engine_commit_begins (engine);
  hs_ledger_commit_async (engine->parts.ledger, batch, on_recorded, order);
}

/* TRUE: the command was executed before and *task is answered. */
static gboolean
answer_from_book (HsEngine *engine, GTask *task, const HsId *command)
{
  const Entry *entry = g_hash_table_lookup (engine->commands->entries, command);

  if (entry == NULL)
    return FALSE;
  answer (task, entry->result, entry->sentence, TRUE);
  return TRUE;
}

/* ── release and cancel ──────────────────────────────────────────────────────────────────── */

static gboolean
check_order (HsSlot *slot, HsStep *step, GError **error)
{
  Order *order = step->data;
  HsCaller site = { .kind = HS_CALLER_SITE, .uid = G_MAXUINT32 };

  /* The same command came twice before the first was durable. */
  if (g_hash_table_contains (slot->engine->commands->entries, &order->command))
    {
      g_set_error_literal (error, HS_ERROR, HS_ERROR_CANCELLED, "executed before");
      return FALSE;
    }
  if (step->event != HS_EVENT_RELEASE_ASKED)
    return TRUE;
  return hs_actions_check_release (slot, &site, &order->printer, NULL, order->share != NULL,
                                   &order->change, error);
}

static void
apply_release (HsJob *job, HsStep *step)
{
  Order *order = step->data;

  hs_actions_apply_release (order->engine, job, &order->printer, &order->change, &order->command);
}

static void
on_order_done (HsSlot *slot, HsStep *step, const GError *error)
{
  Order *order = step->data;
  HsEngine *engine = order->engine;
  g_autoptr (GError) refusal = NULL;

  if (error == NULL)
    {
      if (order->share != NULL)
        {
          hs_secret_bytes_free (slot->share);
          slot->share = g_steal_pointer (&order->share);
        }
      answer (order->task, HS_COMMAND_DONE, NULL, FALSE);
      return;
    }
  if (answer_from_book (engine, order->task, &order->command))
    return;
  if (g_error_matches (error, HS_ERROR, HS_ERROR_INVALID))
    (void)hs_release_policy_check (HS_RELEASE_WRONG_STATE, slot->job, &refusal);
  else if (g_error_matches (error, HS_ERROR, HS_ERROR_REFUSED)
           || g_error_matches (error, HS_ERROR, HS_ERROR_DENIED)
           || g_error_matches (error, HS_ERROR, HS_ERROR_NOT_FOUND))
    refusal = g_error_copy (error);
  if (refusal != NULL && engine->phase == HS_ENGINE_RUNNING)
    record (engine, order->task, &order->command, HS_COMMAND_REFUSED, refusal->message);
  else
    g_task_return_new_error (order->task, HS_ERROR, HS_ERROR_TEMPORARY,
                             "the command was not executed: %s", error->message);
}

static void
push_order (HsSlot *slot, HsJobEvent event, Order *order)
{
  HsStep *step = hs_step_new (event);

  step->data = order;
  step->destroy = order_free;
  step->check = check_order;
  step->done = on_order_done;
  step->has_command = TRUE;
  step->command = order->command;
  step->result = HS_COMMAND_DONE;
  if (event == HS_EVENT_RELEASE_ASKED)
    step->apply = apply_release;
  else
    {
      step->apply = hs_actions_apply_cancel;
      step->reasons = HS_REASON_CANCELLED_BY_OPERATOR;
    }
  hs_slot_push (slot, step);
}

/* After a restart: the command was executed, but its share died with the old process. */
static void
take_share_again (HsEngine *engine, const HsId *command, const HsId *job, HsSecretBytes *share)
{
  HsSlot *slot = hs_engine_find_slot (engine, job);

  if (slot == NULL || share == NULL || slot->share != NULL
      || !hs_id_equal (&slot->job->release_command, command)
      || (slot->job->state != HS_JOB_RELEASED && slot->job->state != HS_JOB_DELIVERING))
    {
      hs_secret_bytes_free (share);
      return;
    }
  slot->share = share;
  hs_dispatch_look_again (engine->dispatch);
}

static void
execute (HsEngine *engine,
         HsJobEvent event,
         const HsId *command,
         const HsId *job,
         const HsId *printer,
         HsSecretBytes *share,
         GTask *task)
{
  g_autoptr (HsSecretBytes) owned_share = share;
  HsSlot *slot = hs_engine_find_slot (engine, job);
  GError *error = NULL;
  Order *order = NULL;

  hs_engine_assert_thread (engine);
  if (!hs_engine_check_ready (engine, &error))
    {
      g_task_return_error (task, error);
      return;
    }
  if (answer_from_book (engine, task, command))
    {
      take_share_again (engine, command, job, g_steal_pointer (&owned_share));
      return;
    }
  if (slot == NULL || hs_job_state_is_final (slot->job->state))
    {
      record (engine, task, command, HS_COMMAND_UNKNOWN_JOB,
              "The job is not on this workstation any more.");
      return;
    }
  order = g_new0 (Order, 1);
  order->engine = engine;
  order->task = g_object_ref (task);
  order->command = *command;
  order->printer = *printer;
  order->share = g_steal_pointer (&owned_share);
  push_order (slot, event, order);
}

void
hs_engine_site_release_async (HsEngine *engine,
                              const HsId *command,
                              const HsId *job,
                              const HsId *printer,
                              HsSecretBytes *share,
                              GAsyncReadyCallback callback,
                              gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, callback, user_data);

  execute (engine, HS_EVENT_RELEASE_ASKED, command, job, printer, share, task);
}

void
hs_engine_site_cancel_async (HsEngine *engine,
                             const HsId *command,
                             const HsId *job,
                             GAsyncReadyCallback callback,
                             gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, callback, user_data);

  execute (engine, HS_EVENT_CANCEL_ASKED, command, job, &(HsId){ 0 }, NULL, task);
}

void
hs_engine_site_record_async (HsEngine *engine,
                             const HsId *command,
                             HsCommandResult command_result,
                             const char *sentence,
                             GAsyncReadyCallback callback,
                             gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, callback, user_data);
  GError *error = NULL;

  hs_engine_assert_thread (engine);
  if (!hs_engine_check_ready (engine, &error))
    g_task_return_error (task, error);
  else if (!answer_from_book (engine, task, command))
    record (engine, task, command, command_result, sentence);
}

HsCommandResult
hs_engine_site_command_finish (
    HsEngine *engine, GAsyncResult *result, gboolean *already, char **sentence, GError **error)
{
  Answer *value = g_task_propagate_pointer (G_TASK (result), error);
  HsCommandResult outcome = HS_COMMAND_NONE;

  if (value == NULL)
    return HS_COMMAND_NONE;
  outcome = value->result;
  if (already != NULL)
    *already = value->already;
  if (sentence != NULL)
    *sentence = g_steal_pointer (&value->sentence);
  answer_free (value);
  return outcome;
}
