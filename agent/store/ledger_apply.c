/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* One function for each kind of operation. */

#include "store/ledger_apply.h"

#include "base/error.h"
#include "store/job_row.h"
#include "store/ledger_encode.h"

#include <string.h>

/* ── binding ─────────────────────────────────────────────────────────────────────────────── */

/* Bound values belong to the batch and outlive the step, so nothing is copied. */
static void
bind_id (sqlite3_stmt *statement, int place, const HsId *id)
{
  sqlite3_bind_blob (statement, place, id->bytes, HS_ID_BYTES, SQLITE_STATIC);
}

static void
bind_raw (sqlite3_stmt *statement, int place, const guint8 *bytes, int length)
{
  sqlite3_bind_blob (statement, place, bytes, length, SQLITE_STATIC);
}

static void
bind_text (sqlite3_stmt *statement, int place, const char *text)
{
  sqlite3_bind_text (statement, place, text, -1, SQLITE_STATIC);
}

static void
bind_bytes (sqlite3_stmt *statement, int place, GBytes *bytes)
{
  gsize length = 0;
  const void *data = bytes != NULL ? g_bytes_get_data (bytes, &length) : NULL;

  if (bytes == NULL)
    sqlite3_bind_null (statement, place);
  else if (length == 0)
    sqlite3_bind_zeroblob (statement, place, 0);
  else
    sqlite3_bind_blob64 (statement, place, data, length, SQLITE_STATIC);
}

static gboolean
refuse (GError **error, const char *sentence)
{
  g_set_error_literal (error, HS_ERROR, HS_ERROR_INVALID, sentence);
  return FALSE;
}

/* ── jobs ────────────────────────────────────────────────────────────────────────────────── */

static void
digest_bytes (GBytes *bytes, guint8 digest[HS_JOB_DIGEST_BYTES])
{
  hs_outbox_hash (bytes, digest);
}

/* The digest of the sealed fields that are stored already; zeros if there are none. */
static gboolean
keep_sealed_digest (HsLedgerDatabase *database,
                    const HsId *job,
                    guint8 digest[HS_JOB_DIGEST_BYTES],
                    GError **error)
{
  sqlite3_stmt *statement
      = hs_ledger_database_get (database, HS_STATEMENT_GET_SEALED_DIGEST, error);

  if (statement == NULL)
    return FALSE;
  bind_id (statement, 1, job);
  int code = sqlite3_step (statement);
  if (code == SQLITE_ROW && sqlite3_column_bytes (statement, 0) == HS_JOB_DIGEST_BYTES)
    memcpy (digest, sqlite3_column_blob (statement, 0), HS_JOB_DIGEST_BYTES);
  sqlite3_reset (statement);
  if (code == SQLITE_ROW || code == SQLITE_DONE)
    return TRUE;
  hs_ledger_database_set_error (database, code, error);
  return FALSE;
}

static gboolean
put_row (HsLedgerDatabase *database,
         HsJobTable table,
         HsStatement which,
         const HsJobRow *row,
         GError **error)
{
  guint8 mac[HS_LEDGER_MAC_BYTES];

  hs_job_row_encode (table, row, database->row);
  sqlite3_stmt *statement = hs_ledger_database_get (database, which, error);
  if (statement == NULL || !hs_ledger_database_mac (database, mac, error))
    return FALSE;
  int code = hs_job_row_bind (table, row, mac, sizeof mac, statement);
  if (code != SQLITE_OK)
    {
      hs_ledger_database_set_error (database, code, error);
      return FALSE;
    }
  return hs_ledger_database_run (database, statement, error);
}

static gboolean
run_with_id (HsLedgerDatabase *database, HsStatement which, const HsId *id, GError **error)
{
  sqlite3_stmt *statement = hs_ledger_database_get (database, which, error);

  if (statement == NULL)
    return FALSE;
  bind_id (statement, 1, id);
  return hs_ledger_database_run (database, statement, error);
}

static gboolean
put_job (HsLedgerDatabase *database, const HsLedgerOperation *operation, GError **error)
{
  HsJobRow row = { .job = operation->job, .pending = operation->pending };
  HsJobState state = operation->job->state;

  if (hs_id_is_zero (&operation->job->id) || state <= HS_JOB_RECEIVING || state >= HS_JOB_N_STATES)
    return refuse (error, "a job without an id, or in a state that has no row, cannot be stored");
  /* Of a job that is over only effects are left to be done, and none of them needs its secrets. */
  if (hs_job_state_is_final (state))
    return put_row (database, HS_JOB_TABLE_JOBS, HS_STATEMENT_PUT_JOB, &row, error)
           && run_with_id (database, HS_STATEMENT_DELETE_SEALED, &operation->job->id, error);
  if (operation->bytes != NULL)
    {
      if (g_bytes_get_size (operation->bytes) > HS_LEDGER_SEALED_MAX_BYTES)
        return refuse (error, "the sealed fields of a job are too large");
      digest_bytes (operation->bytes, row.sealed_digest);
    }
  else if (!keep_sealed_digest (database, &operation->job->id, row.sealed_digest, error))
    return FALSE;
  if (!put_row (database, HS_JOB_TABLE_JOBS, HS_STATEMENT_PUT_JOB, &row, error))
    return FALSE;
  if (operation->bytes == NULL)
    return TRUE;

  sqlite3_stmt *statement = hs_ledger_database_get (database, HS_STATEMENT_PUT_SEALED, error);
  if (statement == NULL)
    return FALSE;
  bind_id (statement, 1, &operation->job->id);
  bind_bytes (statement, 2, operation->bytes);
  return hs_ledger_database_run (database, statement, error);
}

static gboolean
run_with_number (HsLedgerDatabase *database, HsStatement which, gint64 number, GError **error)
{
  sqlite3_stmt *statement = hs_ledger_database_get (database, which, error);

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, number);
  return hs_ledger_database_run (database, statement, error);
}

static gboolean
archive_job (HsLedgerDatabase *database, const HsLedgerOperation *operation, GError **error)
{
  HsJobRow row = { .job = operation->job };

  if (hs_id_is_zero (&operation->job->id) || !hs_job_state_is_final (operation->job->state))
    return refuse (error, "a job that is not final cannot be archived");
  return put_row (database, HS_JOB_TABLE_AUDIT, HS_STATEMENT_PUT_AUDIT, &row, error)
         && run_with_id (database, HS_STATEMENT_DELETE_JOB, &operation->job->id, error);
}

/* ── outbox ──────────────────────────────────────────────────────────────────────────────── */

static gboolean
append_event (HsLedgerDatabase *database, const HsLedgerOperation *operation, GError **error)
{
  const HsOutboxPlace *head = &database->chain.head;
  HsOutboxPlace next = { .n = head->n + 1 };
  guint8 mac[HS_LEDGER_MAC_BYTES];
  char prev[HS_OUTBOX_HASH_TEXT_BYTES];

  hs_outbox_format_hash (head->hash, prev);
  g_autoptr (GBytes) bytes = operation->encode (next.n, prev, operation->data, error);

  if (bytes == NULL)
    return FALSE;
  if (g_bytes_get_size (bytes) > HS_OUTBOX_RECORD_MAX_BYTES)
    return refuse (error, "a record for the site is too large");
  hs_outbox_hash (bytes, next.hash);
  hs_ledger_encode_outbox (database, next.n, head->hash, next.hash);
  sqlite3_stmt *statement = hs_ledger_database_get (database, HS_STATEMENT_PUT_OUTBOX, error);
  if (statement == NULL || !hs_ledger_database_mac (database, mac, error))
    return FALSE;
  sqlite3_bind_int64 (statement, 1, (gint64)next.n);
  bind_raw (statement, 2, head->hash, HS_OUTBOX_HASH_BYTES);
  bind_raw (statement, 3, next.hash, HS_OUTBOX_HASH_BYTES);
  bind_bytes (statement, 4, bytes);
  bind_raw (statement, 5, mac, sizeof mac);
  if (!hs_ledger_database_run (database, statement, error))
    return FALSE;
  database->chain.head = next;
  return TRUE;
}

static sqlite3_stmt *
begin_meta (HsLedgerDatabase *database, const char *name, GError **error)
{
  sqlite3_stmt *statement = hs_ledger_database_get (database, HS_STATEMENT_PUT_META, error);

  if (statement != NULL)
    bind_text (statement, 1, name);
  return statement;
}

static gboolean
put_meta_bytes (
    HsLedgerDatabase *database, const char *name, const guint8 *bytes, int length, GError **error)
{
  sqlite3_stmt *statement = begin_meta (database, name, error);

  if (statement == NULL)
    return FALSE;
  bind_raw (statement, 2, bytes, length);
  return hs_ledger_database_run (database, statement, error);
}

/* Moves the acknowledged place to @place and deletes the records up to there. */
gboolean
hs_ledger_put_acknowledged (HsLedgerDatabase *database, const HsOutboxPlace *place, GError **error)
{
  sqlite3_stmt *statement = begin_meta (database, "acknowledged_n", error);

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 2, (gint64)place->n);
  if (!hs_ledger_database_run (database, statement, error)
      || !put_meta_bytes (database, "acknowledged_hash", place->hash, HS_OUTBOX_HASH_BYTES, error)
      || !run_with_number (database, HS_STATEMENT_TRIM_OUTBOX, (gint64)place->n, error))
    return FALSE;
  database->chain.acknowledged = *place;
  return TRUE;
}

static gboolean
start_stream (HsLedgerDatabase *database, const HsLedgerOperation *operation, GError **error)
{
  const HsOutboxPlace beginning = { .n = 0 };

  if (!put_meta_bytes (database, "stream", operation->raw, HS_OUTBOX_STREAM_BYTES, error)
      || !hs_ledger_put_acknowledged (database, &beginning, error)
      || !run_with_number (database, HS_STATEMENT_TRIM_OUTBOX, G_MAXINT64, error))
    return FALSE;
  memcpy (database->chain.stream, operation->raw, HS_OUTBOX_STREAM_BYTES);
  database->chain.head = beginning;
  return TRUE;
}

/* ── the rest ────────────────────────────────────────────────────────────────────────────── */

static gboolean
put_command (HsLedgerDatabase *database, const HsLedgerOperation *operation, GError **error)
{
  g_autoptr (GError) failure = NULL;
  sqlite3_stmt *statement = hs_ledger_database_get (database, HS_STATEMENT_PUT_COMMAND, error);

  if (statement == NULL)
    return FALSE;
  bind_id (statement, 1, &operation->id);
  bind_id (statement, 2, &operation->other);
  sqlite3_bind_int64 (statement, 3, operation->at_us);
  bind_text (statement, 4, operation->text);
  bind_text (statement, 5, operation->sentence);
  if (hs_ledger_database_run (database, statement, &failure))
    return TRUE;
  if (sqlite3_extended_errcode (database->handle) == SQLITE_CONSTRAINT_PRIMARYKEY)
    g_set_error_literal (error, HS_ERROR, HS_ERROR_REFUSED,
                         "this command was executed before; nothing was done again");
  else
    g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

static gboolean
set_command_result (HsLedgerDatabase *database, const HsLedgerOperation *operation, GError **error)
{
  sqlite3_stmt *statement
      = hs_ledger_database_get (database, HS_STATEMENT_SET_COMMAND_RESULT, error);

  if (statement == NULL)
    return FALSE;
  bind_id (statement, 1, &operation->id);
  bind_text (statement, 2, operation->text);
  bind_text (statement, 3, operation->sentence);
  if (!hs_ledger_database_run (database, statement, error))
    return FALSE;
  return sqlite3_changes (database->handle) == 1
         || refuse (error, "a result for a command that was never executed here");
}

static gboolean
put_identity (HsLedgerDatabase *database, const HsLedgerOperation *operation, GError **error)
{
  guint8 mac[HS_LEDGER_MAC_BYTES];

  if (operation->bytes != NULL && g_bytes_get_size (operation->bytes) > HS_LEDGER_SEALED_MAX_BYTES)
    return refuse (error, "the sealed name of an identity is too large");
  hs_ledger_encode_identity (database, operation->uid, &operation->id, operation->at_us,
                             operation->bytes);
  sqlite3_stmt *statement = hs_ledger_database_get (database, HS_STATEMENT_PUT_IDENTITY, error);
  if (statement == NULL || !hs_ledger_database_mac (database, mac, error))
    return FALSE;
  sqlite3_bind_int64 (statement, 1, operation->uid);
  bind_id (statement, 2, &operation->id);
  sqlite3_bind_int64 (statement, 3, operation->at_us);
  bind_bytes (statement, 4, operation->bytes);
  bind_raw (statement, 5, mac, sizeof mac);
  return hs_ledger_database_run (database, statement, error);
}

static gboolean
put_owner_key (HsLedgerDatabase *database, const HsLedgerOperation *operation, GError **error)
{
  guint8 mac[HS_LEDGER_MAC_BYTES];

  hs_ledger_encode_owner_key (database, &operation->id, operation->raw, operation->at_us,
                              operation->bytes != NULL ? g_bytes_get_data (operation->bytes, NULL)
                                                       : NULL);
  sqlite3_stmt *statement = hs_ledger_database_get (database, HS_STATEMENT_PUT_OWNER_KEY, error);
  if (statement == NULL || !hs_ledger_database_mac (database, mac, error))
    return FALSE;
  bind_id (statement, 1, &operation->id);
  bind_raw (statement, 2, operation->raw, HS_LEDGER_OWNER_KEY_BYTES);
  sqlite3_bind_int64 (statement, 3, operation->at_us);
  bind_bytes (statement, 4, operation->bytes);
  bind_raw (statement, 5, mac, sizeof mac);
  return hs_ledger_database_run (database, statement, error);
}

static gboolean
is_key (const char *text)
{
  return text != NULL && strlen (text) <= HS_LEDGER_KEY_MAX_BYTES;
}

static gboolean
is_value (GBytes *bytes)
{
  return bytes != NULL && g_bytes_get_size (bytes) <= HS_LEDGER_VALUE_MAX_BYTES;
}

static gboolean
put_setting (HsLedgerDatabase *database, const HsLedgerOperation *operation, GError **error)
{
  guint8 mac[HS_LEDGER_MAC_BYTES];

  if (!is_key (operation->text) || operation->text[0] == '\0' || !is_value (operation->bytes))
    return refuse (error, "a setting needs a name and a value within their limits");
  hs_ledger_encode_setting (database, operation->text, operation->bytes);
  sqlite3_stmt *statement = hs_ledger_database_get (database, HS_STATEMENT_PUT_SETTING, error);
  if (statement == NULL || !hs_ledger_database_mac (database, mac, error))
    return FALSE;
  bind_text (statement, 1, operation->text);
  bind_bytes (statement, 2, operation->bytes);
  bind_raw (statement, 3, mac, sizeof mac);
  return hs_ledger_database_run (database, statement, error);
}

static gboolean
delete_setting (HsLedgerDatabase *database, const HsLedgerOperation *operation, GError **error)
{
  sqlite3_stmt *statement = hs_ledger_database_get (database, HS_STATEMENT_DELETE_SETTING, error);

  if (statement == NULL)
    return FALSE;
  bind_text (statement, 1, operation->text);
  return hs_ledger_database_run (database, statement, error);
}

static gboolean
put_printer (HsLedgerDatabase *database, const HsLedgerOperation *operation, GError **error)
{
  guint8 mac[HS_LEDGER_MAC_BYTES];

  if (!is_key (operation->text) || !is_value (operation->bytes))
    return refuse (error, "a printer's network and facts must be within their limits");
  hs_ledger_encode_printer (database, &operation->id, operation->text, operation->at_us,
                            operation->bytes);
  sqlite3_stmt *statement = hs_ledger_database_get (database, HS_STATEMENT_PUT_PRINTER, error);
  if (statement == NULL || !hs_ledger_database_mac (database, mac, error))
    return FALSE;
  bind_id (statement, 1, &operation->id);
  bind_text (statement, 2, operation->text);
  sqlite3_bind_int64 (statement, 3, operation->at_us);
  bind_bytes (statement, 4, operation->bytes);
  bind_raw (statement, 5, mac, sizeof mac);
  return hs_ledger_database_run (database, statement, error);
}

gboolean
hs_ledger_apply (HsLedgerDatabase *database, const HsLedgerOperation *operation, GError **error)
{
  switch (operation->kind)
    {
    case HS_LEDGER_PUT_JOB:
      return put_job (database, operation, error);
    case HS_LEDGER_DELETE_JOB:
      return run_with_id (database, HS_STATEMENT_DELETE_JOB, &operation->id, error);
    case HS_LEDGER_ARCHIVE_JOB:
      return archive_job (database, operation, error);
    case HS_LEDGER_PRUNE_AUDIT:
      return run_with_number (database, HS_STATEMENT_PRUNE_AUDIT, operation->at_us, error);
    case HS_LEDGER_APPEND_EVENT:
      return append_event (database, operation, error);
    case HS_LEDGER_START_STREAM:
      return start_stream (database, operation, error);
    case HS_LEDGER_PUT_COMMAND:
      return put_command (database, operation, error);
    case HS_LEDGER_SET_COMMAND_RESULT:
      return set_command_result (database, operation, error);
    case HS_LEDGER_PRUNE_COMMANDS:
      return run_with_number (database, HS_STATEMENT_PRUNE_COMMANDS, operation->at_us, error);
    case HS_LEDGER_PUT_IDENTITY:
      return put_identity (database, operation, error);
    case HS_LEDGER_DELETE_IDENTITY:
      return run_with_number (database, HS_STATEMENT_DELETE_IDENTITY, operation->uid, error);
    case HS_LEDGER_PUT_OWNER_KEY:
      return put_owner_key (database, operation, error);
    case HS_LEDGER_DELETE_OWNER_KEY:
      return run_with_id (database, HS_STATEMENT_DELETE_OWNER_KEY, &operation->id, error);
    case HS_LEDGER_PUT_SETTING:
      return put_setting (database, operation, error);
    case HS_LEDGER_DELETE_SETTING:
      return delete_setting (database, operation, error);
    case HS_LEDGER_PUT_PRINTER:
      return put_printer (database, operation, error);
    case HS_LEDGER_DELETE_PRINTER:
      return run_with_id (database, HS_STATEMENT_DELETE_PRINTER, &operation->id, error);
    }
  return refuse (error, "an operation that this ledger does not know");
}
