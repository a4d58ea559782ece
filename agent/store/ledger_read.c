/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Rows into values. The file may have been changed by anybody who had the disk, so each column's
 * kind and size is checked, then the row's MAC; what fails is reported and not used. */

#include "store/ledger_read.h"

#include "base/error.h"
#include "store/job_row.h"
#include "store/ledger_encode.h"
#include "store/schema.h"

#include <string.h>

static const char bad_value[] = "a column holds a value of another kind or size than it should";
static const char bad_mac[] = "the row was changed by somebody else: its MAC does not verify";

/* Reads the current row and adds it to @contents, or reports it. */
typedef void (*RowFunc) (HsLedgerDatabase *database,
                         sqlite3_stmt *statement,
                         HsLedgerContents *contents);

static void
report (HsLedgerContents *contents, const char *table, char *key, HsJob *job, const char *reason)
{
  HsLedgerDamage *damage = g_new0 (HsLedgerDamage, 1);

  damage->table = table;
  damage->key = key;
  damage->job = job;
  damage->reason = g_strdup (reason);
  g_ptr_array_add (contents->damaged, damage);
}

/* ── columns ─────────────────────────────────────────────────────────────────────────────── */

static gboolean
read_raw (sqlite3_stmt *statement, int column, void *bytes, int length)
{
  if (sqlite3_column_type (statement, column) != SQLITE_BLOB
      || sqlite3_column_bytes (statement, column) != length)
    return FALSE;
  memcpy (bytes, sqlite3_column_blob (statement, column), (gsize)length);
  return TRUE;
}

/* NULL in the database is NULL here. */
static gboolean
read_bytes (sqlite3_stmt *statement, int column, GBytes **bytes)
{
  int type = sqlite3_column_type (statement, column);

  if (type == SQLITE_BLOB)
    *bytes = g_bytes_new (sqlite3_column_blob (statement, column),
                          (gsize)sqlite3_column_bytes (statement, column));
  return type == SQLITE_BLOB || type == SQLITE_NULL;
}

static char *
dup_text (sqlite3_stmt *statement, int column)
{
  return g_strdup ((const char *)sqlite3_column_text (statement, column));
}

static char *
dup_key (sqlite3_stmt *statement, int column)
{
  HsId id;

  if (read_raw (statement, column, id.bytes, HS_ID_BYTES))
    return hs_id_dup_text (&id);
  return sqlite3_column_type (statement, column) == SQLITE_BLOB ? g_strdup ("(no uuid)")
                                                                : dup_text (statement, column);
}

/* ── one function for each table ─────────────────────────────────────────────────────────── */

static void
read_job (HsLedgerDatabase *database, sqlite3_stmt *statement, HsLedgerContents *contents)
{
  HsJobRow row;
  const char *wrong = hs_job_row_read (HS_JOB_TABLE_JOBS, statement, &row);

  if (wrong == NULL)
    {
      hs_job_row_encode (HS_JOB_TABLE_JOBS, &row, database->row);
      if (!hs_ledger_database_verify (database, statement,
                                      hs_job_row_get_mac_column (HS_JOB_TABLE_JOBS)))
        wrong = bad_mac;
    }
  if (wrong != NULL)
    {
      report (contents, "jobs", hs_id_dup_text (&row.job->id), row.job, wrong);
      return;
    }
  static const guint8 none[HS_JOB_DIGEST_BYTES];
  HsLedgerJob *job = g_new0 (HsLedgerJob, 1);
  job->job = row.job;
  job->pending = (HsJobEffects)row.pending;
  job->has_sealed = memcmp (row.sealed_digest, none, sizeof none) != 0;
  g_ptr_array_add (contents->jobs, job);
}

static void
read_command (HsLedgerDatabase *database, sqlite3_stmt *statement, HsLedgerContents *contents)
{
  HsLedgerCommand *command = g_new0 (HsLedgerCommand, 1);

  if (!read_raw (statement, 0, command->id.bytes, HS_ID_BYTES)
      || !read_raw (statement, 1, command->job.bytes, HS_ID_BYTES))
    report (contents, "commands", dup_key (statement, 0), NULL, bad_value);
  command->at_us = sqlite3_column_int64 (statement, 2);
  command->result = dup_text (statement, 3);
  command->sentence = dup_text (statement, 4);
  g_ptr_array_add (contents->commands, command);
}

static void
read_identity (HsLedgerDatabase *database, sqlite3_stmt *statement, HsLedgerContents *contents)
{
  HsLedgerIdentity identity = { 0 };
  gint64 uid = sqlite3_column_int64 (statement, 0);
  const char *wrong = bad_value;

  identity.uid = (guint32)uid;
  identity.at_us = sqlite3_column_int64 (statement, 2);
  if (uid >= 0 && uid <= G_MAXUINT32
      && read_raw (statement, 1, identity.identity.bytes, HS_ID_BYTES)
      && read_bytes (statement, 3, &identity.sealed_name))
    {
      hs_ledger_encode_identity (database, identity.uid, &identity.identity, identity.at_us,
                                 identity.sealed_name);
      wrong = hs_ledger_database_verify (database, statement, 4) ? NULL : bad_mac;
    }
  if (wrong == NULL)
    {
      g_ptr_array_add (contents->identities, g_memdup2 (&identity, sizeof identity));
      return;
    }
  g_clear_pointer (&identity.sealed_name, g_bytes_unref);
  report (contents, "identities", dup_text (statement, 0), NULL, wrong);
}

static void
read_owner_key (HsLedgerDatabase *database, sqlite3_stmt *statement, HsLedgerContents *contents)
{
  HsLedgerOwnerKey key = { .at_us = sqlite3_column_int64 (statement, 2),
                           .has_title_key = sqlite3_column_type (statement, 3) != SQLITE_NULL };
  const char *wrong = bad_value;

  if (read_raw (statement, 0, key.identity.bytes, HS_ID_BYTES)
      && read_raw (statement, 1, key.public_key, HS_LEDGER_OWNER_KEY_BYTES)
      && (!key.has_title_key || read_raw (statement, 3, key.title_key, HS_LEDGER_OWNER_KEY_BYTES)))
    {
      hs_ledger_encode_owner_key (database, &key.identity, key.public_key, key.at_us,
                                  key.has_title_key ? key.title_key : NULL);
      wrong = hs_ledger_database_verify (database, statement, 4) ? NULL : bad_mac;
    }
  if (wrong == NULL)
    g_ptr_array_add (contents->owner_keys, g_memdup2 (&key, sizeof key));
  else
    report (contents, "owner_keys", dup_key (statement, 0), NULL, wrong);
}

static void
read_setting (HsLedgerDatabase *database, sqlite3_stmt *statement, HsLedgerContents *contents)
{
  g_autofree char *name = dup_text (statement, 0);
  g_autoptr (GBytes) value = NULL;
  const char *wrong = bad_value;

  if (name != NULL && read_bytes (statement, 1, &value) && value != NULL)
    {
      hs_ledger_encode_setting (database, name, value);
      wrong = hs_ledger_database_verify (database, statement, 2) ? NULL : bad_mac;
    }
  if (wrong == NULL)
    g_hash_table_replace (contents->settings, g_steal_pointer (&name), g_steal_pointer (&value));
  else
    report (contents, "settings", g_steal_pointer (&name), NULL, wrong);
}

static void
read_printer (HsLedgerDatabase *database, sqlite3_stmt *statement, HsLedgerContents *contents)
{
  HsLedgerPrinter *printer = g_new0 (HsLedgerPrinter, 1);
  const char *wrong = bad_value;

  printer->network = dup_text (statement, 1);
  printer->at_us = sqlite3_column_int64 (statement, 2);
  if (read_raw (statement, 0, printer->printer.bytes, HS_ID_BYTES) && printer->network != NULL
      && read_bytes (statement, 3, &printer->facts) && printer->facts != NULL)
    {
      hs_ledger_encode_printer (database, &printer->printer, printer->network, printer->at_us,
                                printer->facts);
      wrong = hs_ledger_database_verify (database, statement, 4) ? NULL : bad_mac;
    }
  if (wrong == NULL)
    {
      g_ptr_array_add (contents->printers, printer);
      return;
    }
  report (contents, "printers_seen", dup_key (statement, 0), NULL, wrong);
  g_free (printer->network);
  g_clear_pointer (&printer->facts, g_bytes_unref);
  g_free (printer);
}

/* Checks one record; the links between records are checked by their order: each names the hash of
 * the one before, which is in contents->outbox_head while reading. */
static void
check_record (HsLedgerDatabase *database, sqlite3_stmt *statement, HsLedgerContents *contents)
{
  HsOutboxPlace place = { .n = (guint64)sqlite3_column_int64 (statement, 0) };
  guint8 prev[HS_OUTBOX_HASH_BYTES], found[HS_OUTBOX_HASH_BYTES];
  g_autoptr (GBytes) bytes = NULL;
  const char *wrong = bad_value;

  if (read_raw (statement, 1, prev, sizeof prev)
      && read_raw (statement, 2, place.hash, sizeof place.hash) && read_bytes (statement, 3, &bytes)
      && bytes != NULL)
    {
      hs_outbox_hash (bytes, found);
      hs_ledger_encode_outbox (database, place.n, prev, place.hash);
      if (!hs_ledger_database_verify (database, statement, 4)
          || memcmp (found, place.hash, sizeof found) != 0)
        wrong = bad_mac;
      else if (place.n != contents->outbox_head.n + 1
               || memcmp (prev, contents->outbox_head.hash, sizeof prev) != 0)
        wrong = "the record does not follow the one before: records between them are missing";
      else
        wrong = NULL;
    }
  if (wrong != NULL)
    report (contents, "outbox", dup_text (statement, 0), NULL, wrong);
  contents->outbox_head = place;
}

/* ── everything ──────────────────────────────────────────────────────────────────────────── */

static gboolean
read_table (HsLedgerDatabase *database,
            const char *sql,
            RowFunc read_row,
            HsLedgerContents *contents,
            GError **error)
{
  sqlite3_stmt *statement = NULL;
  int code = sqlite3_prepare_v2 (database->handle, sql, -1, &statement, NULL);

  while (code == SQLITE_OK || code == SQLITE_ROW)
    {
      code = sqlite3_step (statement);
      if (code == SQLITE_ROW)
        read_row (database, statement, contents);
    }
  if (code != SQLITE_DONE)
    hs_ledger_database_set_error (database, code, error);
  sqlite3_finalize (statement);
  return code == SQLITE_DONE;
}

static HsLedgerContents *
contents_new (HsLedgerDatabase *database)
{
  HsLedgerContents *contents = g_new0 (HsLedgerContents, 1);

  contents->born = database->born;
  memcpy (contents->stream, database->chain.stream, HS_OUTBOX_STREAM_BYTES);
  contents->outbox_acknowledged = database->chain.acknowledged;
  contents->outbox_head = database->chain.acknowledged;
  contents->jobs = g_ptr_array_new_with_free_func ((GDestroyNotify)hs_ledger_job_free);
  contents->commands = g_ptr_array_new_with_free_func ((GDestroyNotify)hs_ledger_command_free);
  contents->identities = g_ptr_array_new_with_free_func ((GDestroyNotify)hs_ledger_identity_free);
  contents->owner_keys = g_ptr_array_new_with_free_func (g_free);
  contents->settings
      = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_bytes_unref);
  contents->printers = g_ptr_array_new_with_free_func ((GDestroyNotify)hs_ledger_printer_free);
  contents->damaged = g_ptr_array_new_with_free_func ((GDestroyNotify)hs_ledger_damage_free);
  return contents;
}

HsLedgerContents *
hs_ledger_read_all (HsLedgerDatabase *database, GError **error)
{
  const struct
  {
    const char *sql;
    RowFunc read_row;
  } tables[] = {
    { "SELECT id, job, at_us, result, sentence FROM commands ORDER BY at_us, id", read_command },
    { "SELECT uid, identity, at_us, sealed_name, mac FROM identities ORDER BY uid", read_identity },
    { "SELECT identity, public_key, at_us, title_key, mac FROM owner_keys ORDER BY identity",
      read_owner_key },
    { "SELECT name, value, mac FROM settings ORDER BY name", read_setting },
    { "SELECT printer, network, at_us, facts, mac FROM printers_seen ORDER BY at_us DESC",
      read_printer },
    { "SELECT n, prev, hash, bytes, mac FROM outbox ORDER BY n", check_record },
  };
  g_autoptr (HsLedgerContents) contents = contents_new (database);
  g_autofree char *jobs_sql
      = hs_job_row_format_select (HS_JOB_TABLE_JOBS, "ORDER BY created_at_us, id");

  if (!hs_ledger_database_check (database, error)
      || !read_table (database, jobs_sql, read_job, contents, error))
    return NULL;
  for (gsize i = 0; i < G_N_ELEMENTS (tables); i++)
    if (!read_table (database, tables[i].sql, tables[i].read_row, contents, error))
      return NULL;
  return g_steal_pointer (&contents);
}

/* ── questions while running ─────────────────────────────────────────────────────────────── */

static void
free_nullable_bytes (gpointer bytes)
{
  if (bytes != NULL)
    g_bytes_unref (bytes);
}

/* The sealed fields of one job, if they are those that its row was written with. */
static gboolean
read_sealed_of (HsLedgerDatabase *database, const HsId *job, GBytes **sealed, GError **error)
{
  guint8 expected[HS_JOB_DIGEST_BYTES], found[HS_JOB_DIGEST_BYTES];
  sqlite3_stmt *statement = hs_ledger_database_get (database, HS_STATEMENT_GET_SEALED, error);

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_blob (statement, 1, job->bytes, HS_ID_BYTES, SQLITE_STATIC);
  int code = sqlite3_step (statement);
  if (code == SQLITE_ROW && read_bytes (statement, 0, sealed) && *sealed != NULL)
    {
      hs_outbox_hash (*sealed, found);
      if (!read_raw (statement, 1, expected, sizeof expected)
          || memcmp (expected, found, sizeof found) != 0)
        g_clear_pointer (sealed, g_bytes_unref);
    }
  sqlite3_reset (statement);
  sqlite3_clear_bindings (statement);
  if (code == SQLITE_ROW || code == SQLITE_DONE)
    return TRUE;
  hs_ledger_database_set_error (database, code, error);
  return FALSE;
}

GPtrArray *
hs_ledger_read_sealed (HsLedgerDatabase *database, const HsId *jobs, gsize count, GError **error)
{
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func (free_nullable_bytes);

  for (gsize i = 0; i < count; i++)
    {
      GBytes *sealed = NULL;
      if (!read_sealed_of (database, &jobs[i], &sealed, error))
        return NULL;
      g_ptr_array_add (all, sealed);
    }
  return g_steal_pointer (&all);
}

GPtrArray *
hs_ledger_read_outbox (
    HsLedgerDatabase *database, guint64 after, guint max_records, gsize max_bytes, GError **error)
{
  g_autoptr (GPtrArray) records
      = g_ptr_array_new_with_free_func ((GDestroyNotify)hs_outbox_record_free);
  sqlite3_stmt *statement = hs_ledger_database_get (database, HS_STATEMENT_READ_OUTBOX, error);
  gsize total = 0;
  int code;

  if (statement == NULL)
    return NULL;
  sqlite3_bind_int64 (statement, 1, (gint64)MIN (after, G_MAXINT64));
  sqlite3_bind_int64 (statement, 2, max_records);
  while ((code = sqlite3_step (statement)) == SQLITE_ROW)
    {
      g_autoptr (HsOutboxRecord) record = g_new0 (HsOutboxRecord, 1);
      record->n = (guint64)sqlite3_column_int64 (statement, 0);
      if (!read_raw (statement, 1, record->hash, sizeof record->hash)
          || !read_bytes (statement, 2, &record->bytes) || record->bytes == NULL)
        {
          code = SQLITE_CORRUPT;
          break;
        }
      total += g_bytes_get_size (record->bytes);
      if (records->len > 0 && total > max_bytes)
        {
          code = SQLITE_DONE;
          break;
        }
      g_ptr_array_add (records, g_steal_pointer (&record));
    }
  sqlite3_reset (statement);
  if (code == SQLITE_DONE)
    return g_steal_pointer (&records);
  hs_ledger_database_set_error (database, code, error);
  return NULL;
}

GPtrArray *
hs_ledger_read_audit (HsLedgerDatabase *database, const HsId *job, guint limit, GError **error)
{
  g_autoptr (GPtrArray) jobs = g_ptr_array_new_with_free_func ((GDestroyNotify)hs_job_free);
  g_autofree char *sql = hs_job_row_format_select (
      HS_JOB_TABLE_AUDIT,
      job != NULL ? "WHERE id = ?1 LIMIT ?2" : "ORDER BY finished_at_us DESC, id LIMIT ?2");
  sqlite3_stmt *statement = NULL;
  int code = sqlite3_prepare_v2 (database->handle, sql, -1, &statement, NULL);

  if (code == SQLITE_OK)
    {
      if (job != NULL)
        sqlite3_bind_blob (statement, 1, job->bytes, HS_ID_BYTES, SQLITE_STATIC);
      sqlite3_bind_int64 (statement, 2, limit);
    }
  while (code == SQLITE_OK || code == SQLITE_ROW)
    {
      code = sqlite3_step (statement);
      if (code != SQLITE_ROW)
        break;
      HsJobRow row;
      const char *wrong = hs_job_row_read (HS_JOB_TABLE_AUDIT, statement, &row);
      hs_job_row_encode (HS_JOB_TABLE_AUDIT, &row, database->row);
      if (wrong == NULL
          && hs_ledger_database_verify (database, statement,
                                        hs_job_row_get_mac_column (HS_JOB_TABLE_AUDIT)))
        g_ptr_array_add (jobs, row.job);
      else
        hs_job_free (row.job);
    }
  if (code != SQLITE_DONE)
    hs_ledger_database_set_error (database, code, error);
  sqlite3_finalize (statement);
  return code == SQLITE_DONE ? g_steal_pointer (&jobs) : NULL;
}
