/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The ledger's front: requests go through one queue to one worker, which owns the database.
 *
 * Group commit: the worker takes all batches that wait, up to a bound, into one transaction, so one
 * sync of the disk serves them all; batches that arrive meanwhile are the next group. A question is
 * answered in its turn between groups, so it sees everything that was handed over before it. A
 * batch that may wait stays in the group until another one or its time comes, which saves it a sync
 * of its own. The worker sleeps in the queue: an idle ledger wakes nobody. */

#include "store/ledger.h"

#include "base/error.h"
#include "store/ledger_batch_private.h"
#include "store/ledger_database.h"
#include "store/ledger_read.h"
#include "store/ledger_write.h"

#include <string.h>

typedef enum
{
  REQUEST_COMMIT,
  REQUEST_HURRY,
  REQUEST_LOAD,
  REQUEST_READ_SEALED,
  REQUEST_READ_OUTBOX,
  REQUEST_ACKNOWLEDGE,
  REQUEST_READ_AUDIT,
  REQUEST_STOP,
} RequestKind;

typedef struct
{
  RequestKind kind;
  GTask *task;          /* NULL: HURRY, LOAD, STOP */
  HsLedgerBatch *batch; /* COMMIT */
  HsId *ids;            /* READ_SEALED; READ_AUDIT: one or NULL */
  gsize count;          /* of ids */
  HsOutboxPlace place;  /* ACKNOWLEDGE; READ_OUTBOX: after n */
  guint limit;          /* rows */
  gsize limit_bytes;    /* READ_OUTBOX */

  /* LOAD: the asker waits at the queue for its own request to come back. */
  GAsyncQueue *reply;
  HsLedgerContents *contents;
  GError *error;
} Request;

struct HsLedger
{
  GThread *owner; /* for the assertion */
  GThread *worker;
  GAsyncQueue *requests;
};

typedef struct
{
  const HsLedgerSetup *setup;
  GAsyncQueue *requests;
  GAsyncQueue *reply; /* gets this struct back when the database is open, or not */
  gboolean opened;
  GError *error;
} Start;

static void
request_free (Request *request)
{
  g_clear_object (&request->task);
  hs_ledger_batch_free (request->batch);
  g_free (request->ids);
  g_free (request);
}

/* ── the worker ──────────────────────────────────────────────────────────────────────────── */

static void
commit_group (HsLedgerDatabase *database, Request **requests, guint count)
{
  HsLedgerBatch *batches[HS_LEDGER_GROUP_BATCHES];
  GError *errors[HS_LEDGER_GROUP_BATCHES] = { NULL };

  for (guint i = 0; i < count; i++)
    batches[i] = requests[i]->batch;
  hs_ledger_write_group (database, batches, errors, count);
  for (guint i = 0; i < count; i++)
    {
      if (errors[i] != NULL)
        g_task_return_error (requests[i]->task, errors[i]);
      else
        g_task_return_boolean (requests[i]->task, TRUE);
      request_free (requests[i]);
    }
}

static void
return_array (GTask *task, GPtrArray *array, GError *error)
{
  if (array != NULL)
    g_task_return_pointer (task, array, (GDestroyNotify)g_ptr_array_unref);
  else
    g_task_return_error (task, error);
}

static void
answer (HsLedgerDatabase *database, Request *request)
{
  GError *error = NULL;
  GPtrArray *array = NULL;

  if (request->kind == REQUEST_LOAD)
    {
      g_autoptr (GAsyncQueue) reply = g_async_queue_ref (request->reply);
      request->contents = hs_ledger_read_all (database, &request->error);
      g_async_queue_push (reply, request); /* *request belongs to the asker after this */
      return;
    }
  if (request->kind == REQUEST_ACKNOWLEDGE)
    {
      HsOutboxVerdict verdict = hs_ledger_write_acknowledgement (database, &request->place, &error);
      if (error != NULL)
        g_task_return_error (request->task, error);
      else
        g_task_return_int (request->task, verdict);
      request_free (request);
      return;
    }
  if (!hs_ledger_database_check (database, &error))
    ;
  else if (request->kind == REQUEST_READ_SEALED)
    array = hs_ledger_read_sealed (database, request->ids, request->count, &error);
  else if (request->kind == REQUEST_READ_OUTBOX)
    array = hs_ledger_read_outbox (database, request->place.n, request->limit, request->limit_bytes,
                                   &error);
  else
    array = hs_ledger_read_audit (database, request->ids, request->limit, &error);
  return_array (request->task, array, error);
  request_free (request);
}

static void
write_log_back (HsLedgerDatabase *database, GAsyncQueue *requests)
{
  gboolean idle = g_async_queue_length (requests) <= 0;

  if (database->log_bytes > HS_LEDGER_LOG_LIMIT_BYTES
      || (idle && database->log_bytes > HS_LEDGER_LOG_BYTES))
    hs_ledger_database_checkpoint (database);
}

/* The batches that the worker has taken and not committed yet. */
typedef struct
{
  Request *requests[HS_LEDGER_GROUP_BATCHES];
  guint count;
  gboolean is_urgent;  /* one of them cannot wait */
  gint64 commit_at_us; /* monotonic; when none is urgent */
} Group;

/* The next request; NULL when the group should be committed now. */
static Request *
take_request (GAsyncQueue *requests, const Group *group)
{
  if (group->count == 0)
    return g_async_queue_pop (requests);
  if (group->is_urgent)
    return g_async_queue_try_pop (requests);
  gint64 left_us = group->commit_at_us - g_get_monotonic_time ();
  return left_us > 0 ? g_async_queue_timeout_pop (requests, (guint64)left_us)
                     : g_async_queue_try_pop (requests);
}

static void
join_group (Group *group, Request *request)
{
  if (group->count == 0)
    group->commit_at_us = g_get_monotonic_time () + HS_LEDGER_WAIT_MS * G_TIME_SPAN_MILLISECOND;
  group->requests[group->count++] = request;
  group->is_urgent |= !request->batch->may_wait;
}

static void
serve_requests (HsLedgerDatabase *database, GAsyncQueue *requests)
{
  Group group = { .count = 0 };

  while (TRUE)
    {
      Request *request = take_request (requests, &group);
      if (request != NULL && request->kind == REQUEST_COMMIT)
        {
          join_group (&group, request);
          if (group.count < HS_LEDGER_GROUP_BATCHES)
            continue;
          request = NULL;
        }
      if (group.count > 0)
        {
          commit_group (database, group.requests, group.count);
          group.count = 0;
          group.is_urgent = FALSE;
          write_log_back (database, requests);
        }
      if (request == NULL)
        continue;
      if (request->kind == REQUEST_STOP)
        {
          request_free (request);
          return;
        }
      if (request->kind == REQUEST_HURRY)
        request_free (request); /* that it came was all */
      else
        answer (database, request);
    }
}

static gpointer
run_worker (gpointer data)
{
  Start *start = data;
  g_autoptr (GAsyncQueue) requests = g_async_queue_ref (start->requests);
  g_autoptr (GAsyncQueue) reply = g_async_queue_ref (start->reply);
  HsLedgerDatabase *database = hs_ledger_database_open (start->setup, &start->error);

  start->opened = database != NULL;
  g_async_queue_push (reply, start); /* *start is gone after this */
  if (database == NULL)
    return NULL;
  serve_requests (database, requests);
  hs_ledger_database_close (database);
  return NULL;
}

/* ── life ────────────────────────────────────────────────────────────────────────────────── */

HsLedger *
hs_ledger_open (const HsLedgerSetup *setup, GError **error)
{
  g_return_val_if_fail (setup->folder != NULL && setup->mac != NULL, NULL);

  g_autoptr (GAsyncQueue) requests = g_async_queue_new ();
  g_autoptr (GAsyncQueue) reply = g_async_queue_new ();
  Start start = { .setup = setup, .requests = requests, .reply = reply };
  GThread *worker = g_thread_new ("hs-ledger", run_worker, &start);

  g_async_queue_pop (reply);
  if (!start.opened)
    {
      g_thread_join (worker);
      g_propagate_error (error, start.error);
      return NULL;
    }
  HsLedger *ledger = g_new0 (HsLedger, 1);
  ledger->owner = g_thread_self ();
  ledger->worker = worker;
  ledger->requests = g_steal_pointer (&requests);
  return ledger;
}

static void
push (HsLedger *ledger, Request *request)
{
  g_return_if_fail (ledger->owner == g_thread_self ());
  g_async_queue_push (ledger->requests, request);
}

static Request *
request_new (RequestKind kind)
{
  Request *request = g_new0 (Request, 1);

  request->kind = kind;
  return request;
}

void
hs_ledger_free (HsLedger *ledger)
{
  if (ledger == NULL)
    return;
  push (ledger, request_new (REQUEST_STOP));
  g_thread_join (ledger->worker);
  g_async_queue_unref (ledger->requests);
  g_free (ledger);
}

HsLedgerContents *
hs_ledger_load (HsLedger *ledger, GError **error)
{
  g_autoptr (GAsyncQueue) reply = g_async_queue_new ();
  Request *request = request_new (REQUEST_LOAD);

  request->reply = reply;
  push (ledger, request);
  g_async_queue_pop (reply);
  HsLedgerContents *contents = request->contents;
  if (request->error != NULL)
    g_propagate_error (error, request->error);
  request_free (request);
  return contents;
}

/* ── requests ────────────────────────────────────────────────────────────────────────────── */

static Request *
request_new_with_task (RequestKind kind,
                       gpointer tag,
                       GAsyncReadyCallback callback,
                       gpointer user_data)
{
  Request *request = request_new (kind);

  request->task = g_task_new (NULL, NULL, callback, user_data);
  g_task_set_source_tag (request->task, tag);
  return request;
}

static gboolean
is_result_of (GAsyncResult *result, gpointer tag)
{
  return g_task_is_valid (result, NULL) && g_async_result_is_tagged (result, tag);
}

void
hs_ledger_commit_async (HsLedger *ledger,
                        HsLedgerBatch *batch,
                        GAsyncReadyCallback callback,
                        gpointer user_data)
{
  Request *request
      = request_new_with_task (REQUEST_COMMIT, hs_ledger_commit_async, callback, user_data);

  request->batch = batch;
  push (ledger, request);
}

gboolean
hs_ledger_commit_finish (HsLedger *ledger, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (is_result_of (result, hs_ledger_commit_async), FALSE);
  return g_task_propagate_boolean (G_TASK (result), error);
}

void
hs_ledger_hurry (HsLedger *ledger)
{
  push (ledger, request_new (REQUEST_HURRY));
}

void
hs_ledger_read_sealed_async (HsLedger *ledger,
                             const HsId *jobs,
                             gsize count,
                             GAsyncReadyCallback callback,
                             gpointer user_data)
{
  Request *request = request_new_with_task (REQUEST_READ_SEALED, hs_ledger_read_sealed_async,
                                            callback, user_data);

  request->ids = g_memdup2 (jobs, count * sizeof *jobs);
  request->count = count;
  push (ledger, request);
}

GPtrArray *
hs_ledger_read_sealed_finish (HsLedger *ledger, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (is_result_of (result, hs_ledger_read_sealed_async), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}

void
hs_ledger_read_outbox_async (HsLedger *ledger,
                             guint64 after,
                             guint max_records,
                             gsize max_bytes,
                             GAsyncReadyCallback callback,
                             gpointer user_data)
{
  Request *request = request_new_with_task (REQUEST_READ_OUTBOX, hs_ledger_read_outbox_async,
                                            callback, user_data);

  request->place.n = after;
  request->limit = max_records;
  request->limit_bytes = max_bytes;
  push (ledger, request);
}

GPtrArray *
hs_ledger_read_outbox_finish (HsLedger *ledger, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (is_result_of (result, hs_ledger_read_outbox_async), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}

void
hs_ledger_acknowledge_async (HsLedger *ledger,
                             const HsOutboxPlace *site,
                             GAsyncReadyCallback callback,
                             gpointer user_data)
{
  Request *request = request_new_with_task (REQUEST_ACKNOWLEDGE, hs_ledger_acknowledge_async,
                                            callback, user_data);

  request->place = *site;
  push (ledger, request);
}

HsOutboxVerdict
hs_ledger_acknowledge_finish (HsLedger *ledger, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (is_result_of (result, hs_ledger_acknowledge_async), HS_OUTBOX_NONE);
  /* -1 with the error set. */
  gssize verdict = g_task_propagate_int (G_TASK (result), error);
  return verdict < 0 ? HS_OUTBOX_NONE : (HsOutboxVerdict)verdict;
}

void
hs_ledger_read_audit_async (HsLedger *ledger,
                            const HsId *job,
                            guint limit,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  Request *request
      = request_new_with_task (REQUEST_READ_AUDIT, hs_ledger_read_audit_async, callback, user_data);

  request->ids = job != NULL ? g_memdup2 (job, sizeof *job) : NULL;
  request->limit = job != NULL ? 1 : limit;
  push (ledger, request);
}

GPtrArray *
hs_ledger_read_audit_finish (HsLedger *ledger, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (is_result_of (result, hs_ledger_read_audit_async), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* ── values ──────────────────────────────────────────────────────────────────────────────── */

void
hs_ledger_job_free (HsLedgerJob *job)
{
  if (job == NULL)
    return;
  hs_job_free (job->job);
  g_free (job);
}

void
hs_ledger_damage_free (HsLedgerDamage *damage)
{
  if (damage == NULL)
    return;
  g_free (damage->key);
  hs_job_free (damage->job);
  g_free (damage->reason);
  g_free (damage);
}

void
hs_ledger_contents_free (HsLedgerContents *contents)
{
  if (contents == NULL)
    return;
  g_ptr_array_unref (contents->jobs);
  g_ptr_array_unref (contents->commands);
  g_ptr_array_unref (contents->identities);
  g_ptr_array_unref (contents->owner_keys);
  g_hash_table_unref (contents->settings);
  g_ptr_array_unref (contents->printers);
  g_ptr_array_unref (contents->damaged);
  g_free (contents);
}
