/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* A batch is a list of operations with copies of their values. */

#include "store/ledger_batch_private.h"

#include <string.h>

static void
operation_free (HsLedgerOperation *operation)
{
  hs_job_free (operation->job);
  g_free (operation->text);
  g_free (operation->sentence);
  g_clear_pointer (&operation->bytes, g_bytes_unref);
  if (operation->destroy != NULL)
    operation->destroy (operation->data);
  g_free (operation);
}

HsLedgerBatch *
hs_ledger_batch_new (void)
{
  HsLedgerBatch *batch = g_new0 (HsLedgerBatch, 1);

  batch->operations = g_ptr_array_new_with_free_func ((GDestroyNotify)operation_free);
  return batch;
}

void
hs_ledger_batch_free (HsLedgerBatch *batch)
{
  if (batch == NULL)
    return;
  g_ptr_array_unref (batch->operations);
  g_free (batch);
}

gboolean
hs_ledger_batch_is_empty (const HsLedgerBatch *batch)
{
  return batch->operations->len == 0;
}

void
hs_ledger_batch_may_wait (HsLedgerBatch *batch)
{
  batch->may_wait = TRUE;
}

static HsLedgerOperation *
add (HsLedgerBatch *batch, HsLedgerOperationKind kind)
{
  HsLedgerOperation *operation = g_new0 (HsLedgerOperation, 1);

  operation->kind = kind;
  g_ptr_array_add (batch->operations, operation);
  return operation;
}

static GBytes *
ref_bytes (GBytes *bytes)
{
  return bytes != NULL ? g_bytes_ref (bytes) : NULL;
}

/* The batch crosses to another thread and lives until it is durable: no plain private field may
 * travel in it. */
static HsJob *
copy_without_private (const HsJob *job)
{
  HsJob shallow = *job;

  shallow.title = NULL;
  shallow.user_name = NULL;
  shallow.ticket = NULL;
  return hs_job_copy (&shallow);
}

void
hs_ledger_batch_put_job (HsLedgerBatch *batch,
                         const HsJob *job,
                         HsJobEffects pending,
                         GBytes *sealed_fields)
{
  HsLedgerOperation *operation = add (batch, HS_LEDGER_PUT_JOB);

  operation->job = copy_without_private (job);
  operation->pending = pending;
  operation->bytes = ref_bytes (sealed_fields);
}

void
hs_ledger_batch_delete_job (HsLedgerBatch *batch, const HsId *job)
{
  add (batch, HS_LEDGER_DELETE_JOB)->id = *job;
}

void
hs_ledger_batch_archive_job (HsLedgerBatch *batch, const HsJob *job)
{
  add (batch, HS_LEDGER_ARCHIVE_JOB)->job = copy_without_private (job);
}

void
hs_ledger_batch_prune_audit (HsLedgerBatch *batch, gint64 before_us)
{
  add (batch, HS_LEDGER_PRUNE_AUDIT)->at_us = before_us;
}

void
hs_ledger_batch_append_event (HsLedgerBatch *batch,
                              HsOutboxEncodeFunc encode,
                              gpointer data,
                              GDestroyNotify destroy)
{
  HsLedgerOperation *operation = add (batch, HS_LEDGER_APPEND_EVENT);

  operation->encode = encode;
  operation->data = data;
  operation->destroy = destroy;
}

void
hs_ledger_batch_start_stream (HsLedgerBatch *batch, const guint8 stream[HS_OUTBOX_STREAM_BYTES])
{
  memcpy (add (batch, HS_LEDGER_START_STREAM)->raw, stream, HS_OUTBOX_STREAM_BYTES);
}

void
hs_ledger_batch_put_command (HsLedgerBatch *batch, const HsLedgerCommand *command)
{
  HsLedgerOperation *operation = add (batch, HS_LEDGER_PUT_COMMAND);

  operation->id = command->id;
  operation->other = command->job;
  operation->at_us = command->at_us;
  operation->text = g_strdup (command->result);
  operation->sentence = g_strdup (command->sentence);
}

void
hs_ledger_batch_set_command_result (HsLedgerBatch *batch,
                                    const HsId *command,
                                    const char *result,
                                    const char *sentence)
{
  HsLedgerOperation *operation = add (batch, HS_LEDGER_SET_COMMAND_RESULT);

  operation->id = *command;
  operation->text = g_strdup (result);
  operation->sentence = g_strdup (sentence);
}

void
hs_ledger_batch_prune_commands (HsLedgerBatch *batch, gint64 before_us)
{
  add (batch, HS_LEDGER_PRUNE_COMMANDS)->at_us = before_us;
}

void
hs_ledger_batch_put_identity (HsLedgerBatch *batch, const HsLedgerIdentity *identity)
{
  HsLedgerOperation *operation = add (batch, HS_LEDGER_PUT_IDENTITY);

  operation->uid = identity->uid;
  operation->id = identity->identity;
  operation->at_us = identity->at_us;
  operation->bytes = ref_bytes (identity->sealed_name);
}

void
hs_ledger_batch_delete_identity (HsLedgerBatch *batch, guint32 uid)
{
  add (batch, HS_LEDGER_DELETE_IDENTITY)->uid = uid;
}

void
hs_ledger_batch_put_owner_key (HsLedgerBatch *batch, const HsLedgerOwnerKey *key)
{
  HsLedgerOperation *operation = add (batch, HS_LEDGER_PUT_OWNER_KEY);

  operation->id = key->identity;
  operation->at_us = key->at_us;
  memcpy (operation->raw, key->public_key, HS_LEDGER_OWNER_KEY_BYTES);
  if (key->has_title_key)
    operation->bytes = g_bytes_new (key->title_key, HS_LEDGER_OWNER_KEY_BYTES);
}

void
hs_ledger_batch_delete_owner_key (HsLedgerBatch *batch, const HsId *identity)
{
  add (batch, HS_LEDGER_DELETE_OWNER_KEY)->id = *identity;
}

void
hs_ledger_batch_put_setting (HsLedgerBatch *batch, const char *name, GBytes *value)
{
  HsLedgerOperation *operation = add (batch, HS_LEDGER_PUT_SETTING);

  operation->text = g_strdup (name);
  operation->bytes = ref_bytes (value);
}

void
hs_ledger_batch_delete_setting (HsLedgerBatch *batch, const char *name)
{
  add (batch, HS_LEDGER_DELETE_SETTING)->text = g_strdup (name);
}

void
hs_ledger_batch_put_printer (HsLedgerBatch *batch, const HsLedgerPrinter *printer)
{
  HsLedgerOperation *operation = add (batch, HS_LEDGER_PUT_PRINTER);

  operation->id = printer->printer;
  operation->text = g_strdup (printer->network);
  operation->at_us = printer->at_us;
  operation->bytes = ref_bytes (printer->facts);
}

void
hs_ledger_batch_delete_printer (HsLedgerBatch *batch, const HsId *printer)
{
  add (batch, HS_LEDGER_DELETE_PRINTER)->id = *printer;
}

/* ── values ──────────────────────────────────────────────────────────────────────────────── */

void
hs_ledger_command_free (HsLedgerCommand *command)
{
  if (command == NULL)
    return;
  g_free (command->result);
  g_free (command->sentence);
  g_free (command);
}

void
hs_ledger_identity_free (HsLedgerIdentity *identity)
{
  if (identity == NULL)
    return;
  g_clear_pointer (&identity->sealed_name, g_bytes_unref);
  g_free (identity);
}

void
hs_ledger_printer_free (HsLedgerPrinter *printer)
{
  if (printer == NULL)
    return;
  g_free (printer->network);
  g_clear_pointer (&printer->facts, g_bytes_unref);
  g_free (printer);
}
