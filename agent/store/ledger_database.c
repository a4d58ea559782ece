/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The open database. WAL with synchronous=FULL: a commit is one append to the log and one sync. The
 * handle is locked exclusively, so the log's index is in our memory and there is no -shm file. */

#include "store/ledger_database.h"

#include "base/error.h"
#include "base/secret_bytes.h"
#include "platform/durable_file.h"
#include "store/job_row.h"
#include "store/schema.h"
#include "store/sqlite_error.h"

#include <string.h>

/* NULL: made from the list of columns in job_row.c. */
static const char *const statement_sql[HS_STATEMENT_N_STATEMENTS] = {
  [HS_STATEMENT_BEGIN] = "BEGIN IMMEDIATE",
  [HS_STATEMENT_COMMIT] = "COMMIT",
  [HS_STATEMENT_ROLLBACK] = "ROLLBACK",
  [HS_STATEMENT_SAVEPOINT] = "SAVEPOINT batch",
  [HS_STATEMENT_RELEASE] = "RELEASE batch",
  [HS_STATEMENT_ROLLBACK_TO] = "ROLLBACK TO batch",
  [HS_STATEMENT_PUT_META] = "INSERT INTO meta (name, value) VALUES (?1, ?2) "
                            "ON CONFLICT (name) DO UPDATE SET value = excluded.value",
  [HS_STATEMENT_GET_SEALED_DIGEST] = "SELECT sealed_digest FROM jobs WHERE id = ?1",
  [HS_STATEMENT_DELETE_JOB] = "DELETE FROM jobs WHERE id = ?1",
  [HS_STATEMENT_PUT_SEALED] = "INSERT INTO sealed_fields (job, bytes) VALUES (?1, ?2) "
                              "ON CONFLICT (job) DO UPDATE SET bytes = excluded.bytes",
  [HS_STATEMENT_DELETE_SEALED] = "DELETE FROM sealed_fields WHERE job = ?1",
  [HS_STATEMENT_GET_SEALED] = "SELECT sealed_fields.bytes, jobs.sealed_digest FROM sealed_fields "
                              "JOIN jobs ON jobs.id = sealed_fields.job WHERE jobs.id = ?1",
  [HS_STATEMENT_PRUNE_AUDIT] = "DELETE FROM audit WHERE finished_at_us < ?1",
  [HS_STATEMENT_PUT_OUTBOX]
  = "INSERT INTO outbox (n, prev, hash, bytes, mac) VALUES (?1, ?2, ?3, ?4, ?5)",
  [HS_STATEMENT_GET_OUTBOX_HASH] = "SELECT hash FROM outbox WHERE n = ?1",
  [HS_STATEMENT_READ_OUTBOX] = "SELECT n, hash, bytes FROM outbox WHERE n > ?1 ORDER BY n LIMIT ?2",
  [HS_STATEMENT_TRIM_OUTBOX] = "DELETE FROM outbox WHERE n <= ?1",
  [HS_STATEMENT_PUT_COMMAND]
  = "INSERT INTO commands (id, job, at_us, result, sentence) VALUES (?1, ?2, ?3, ?4, ?5)",
  [HS_STATEMENT_SET_COMMAND_RESULT]
  = "UPDATE commands SET result = ?2, sentence = ?3 WHERE id = ?1",
  [HS_STATEMENT_PRUNE_COMMANDS] = "DELETE FROM commands WHERE at_us < ?1",
  [HS_STATEMENT_PUT_IDENTITY]
  = "INSERT OR REPLACE INTO identities (uid, identity, at_us, sealed_name, mac) "
    "VALUES (?1, ?2, ?3, ?4, ?5)",
  [HS_STATEMENT_DELETE_IDENTITY] = "DELETE FROM identities WHERE uid = ?1",
  [HS_STATEMENT_PUT_OWNER_KEY]
  = "INSERT OR REPLACE INTO owner_keys (identity, public_key, at_us, title_key, mac) "
    "VALUES (?1, ?2, ?3, ?4, ?5)",
  [HS_STATEMENT_DELETE_OWNER_KEY] = "DELETE FROM owner_keys WHERE identity = ?1",
  [HS_STATEMENT_PUT_SETTING]
  = "INSERT OR REPLACE INTO settings (name, value, mac) VALUES (?1, ?2, ?3)",
  [HS_STATEMENT_DELETE_SETTING] = "DELETE FROM settings WHERE name = ?1",
  [HS_STATEMENT_PUT_PRINTER]
  = "INSERT OR REPLACE INTO printers_seen (printer, network, at_us, facts, mac) "
    "VALUES (?1, ?2, ?3, ?4, ?5)",
  [HS_STATEMENT_DELETE_PRINTER] = "DELETE FROM printers_seen WHERE printer = ?1",
};

void
hs_ledger_database_set_error (HsLedgerDatabase *database, int code, GError **error)
{
  g_autofree char *what = g_strdup_printf ("the ledger %s", database->path);

  if (hs_sqlite_is_broken (code))
    database->broken = TRUE;
  hs_sqlite_set_error (error, database->handle, code, what);
}

gboolean
hs_ledger_database_check (HsLedgerDatabase *database, GError **error)
{
  if (!database->broken)
    return TRUE;
  g_set_error (error, HS_ERROR, HS_ERROR_INTERNAL,
               "the disk of the ledger %s has failed; check the disk, then restart the agent",
               database->path);
  return FALSE;
}

/* ── statements ──────────────────────────────────────────────────────────────────────────── */

static char *
dup_sql (HsStatement which)
{
  if (which == HS_STATEMENT_PUT_JOB)
    return hs_job_row_format_put (HS_JOB_TABLE_JOBS);
  if (which == HS_STATEMENT_PUT_AUDIT)
    return hs_job_row_format_put (HS_JOB_TABLE_AUDIT);
  return g_strdup (statement_sql[which]);
}

sqlite3_stmt *
hs_ledger_database_get (HsLedgerDatabase *database, HsStatement which, GError **error)
{
  sqlite3_stmt **kept = &database->statements[which];

  if (*kept == NULL)
    {
      g_autofree char *sql = dup_sql (which);
      int code
          = sqlite3_prepare_v3 (database->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, kept, NULL);
      if (code != SQLITE_OK)
        {
          hs_ledger_database_set_error (database, code, error);
          return NULL;
        }
      return *kept;
    }
  sqlite3_reset (*kept);
  sqlite3_clear_bindings (*kept);
  return *kept;
}

gboolean
hs_ledger_database_run (HsLedgerDatabase *database, sqlite3_stmt *statement, GError **error)
{
  int code = sqlite3_step (statement);

  if (code != SQLITE_DONE)
    hs_ledger_database_set_error (database, code, error);
  /* Also lets go of the bound values, which belong to the batch. */
  sqlite3_reset (statement);
  sqlite3_clear_bindings (statement);
  return code == SQLITE_DONE;
}

gboolean
hs_ledger_database_do (HsLedgerDatabase *database, HsStatement which, GError **error)
{
  sqlite3_stmt *statement = hs_ledger_database_get (database, which, error);

  return statement != NULL && hs_ledger_database_run (database, statement, error);
}

gboolean
hs_ledger_database_mac (HsLedgerDatabase *database, guint8 mac[HS_LEDGER_MAC_BYTES], GError **error)
{
  return database->mac (database->row->data, database->row->len, mac, database->mac_data, error);
}

gboolean
hs_ledger_database_verify (HsLedgerDatabase *database, sqlite3_stmt *statement, int column)
{
  guint8 mac[HS_LEDGER_MAC_BYTES];

  return sqlite3_column_type (statement, column) == SQLITE_BLOB
         && sqlite3_column_bytes (statement, column) == HS_LEDGER_MAC_BYTES
         && hs_ledger_database_mac (database, mac, NULL)
         && hs_constant_time_equal (mac, sqlite3_column_blob (statement, column), sizeof mac);
}

/* ── opening ─────────────────────────────────────────────────────────────────────────────── */

static gboolean
execute (HsLedgerDatabase *database, const char *sql, GError **error)
{
  if (sqlite3_exec (database->handle, sql, NULL, NULL, NULL) == SQLITE_OK)
    return TRUE;
  hs_ledger_database_set_error (database, sqlite3_extended_errcode (database->handle), error);
  return FALSE;
}

/* Runs a question that answers with one text, and compares it. */
static gboolean
expect (HsLedgerDatabase *database, const char *sql, const char *answer, GError **error)
{
  sqlite3_stmt *statement = NULL;
  int code = sqlite3_prepare_v2 (database->handle, sql, -1, &statement, NULL);

  if (code == SQLITE_OK)
    code = sqlite3_step (statement);
  if (code != SQLITE_ROW)
    hs_ledger_database_set_error (database, code, error);
  else if (g_strcmp0 ((const char *)sqlite3_column_text (statement, 0), answer) != 0)
    {
      /* Not what SQLite says: its words can hold contents of rows. */
      hs_ledger_database_set_error (database, SQLITE_CORRUPT, error);
      code = SQLITE_CORRUPT;
    }
  sqlite3_finalize (statement);
  return code == SQLITE_ROW;
}

static int
on_log_grown (gpointer user_data, sqlite3 *handle, const char *name, int pages)
{
  HsLedgerDatabase *database = user_data;

  database->log_bytes = (guint64)pages * 4096; /* the page size of files that SQLite makes */
  return SQLITE_OK;
}

/* Settings of the connection that change nothing in the file. Exclusive locking comes before the
 * first look at it. */
static gboolean
configure (HsLedgerDatabase *database, GError **error)
{
  sqlite3 *handle = database->handle;

  sqlite3_extended_result_codes (handle, 1);
  sqlite3_db_config (handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
  sqlite3_db_config (handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
  sqlite3_db_config (handle, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
  sqlite3_db_config (handle, SQLITE_DBCONFIG_ENABLE_VIEW, 0, NULL);
  sqlite3_wal_hook (handle, on_log_grown, database);
  return execute (database,
                  "PRAGMA locking_mode = EXCLUSIVE; PRAGMA synchronous = FULL;"
                  "PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON;"
                  "PRAGMA cell_size_check = ON; PRAGMA temp_store = MEMORY;"
                  "PRAGMA mmap_size = 0; PRAGMA cache_size = -1024;" /* KiB */
                  /* Cuts a log that one large transaction made long, when it starts again. */
                  "PRAGMA journal_size_limit = 4194304",
                  error);
}

G_STATIC_ASSERT (HS_LEDGER_LOG_LIMIT_BYTES == 4194304);

/* A file that is not ours, or newer than us, is refused before a byte of it changes. */
static gboolean
prepare_schema (HsLedgerDatabase *database, GError **error)
{
  gint64 version = 0;

  if (!hs_schema_check (database->handle, database->path, &version, error)
      || !expect (database, "PRAGMA quick_check(1)", "ok", error)
      || !expect (database, "PRAGMA journal_mode = WAL", "wal", error))
    return FALSE;
  database->born = version == 0;
  return hs_schema_upgrade (database->handle, version, error);
}

/* Reads one value of meta; *found is FALSE if there is none of the right size. A read that fails is
 * an error and not "none": the stream's id and the acknowledged place must not be begun anew. */
static gboolean
read_meta (HsLedgerDatabase *database,
           const char *name,
           gint64 *number,
           guint8 *bytes,
           int length,
           gboolean *has_value,
           GError **error)
{
  sqlite3_stmt *statement = NULL;
  gboolean found = FALSE;
  int code = sqlite3_prepare_v2 (database->handle, "SELECT value FROM meta WHERE name = ?1", -1,
                                 &statement, NULL);

  if (code == SQLITE_OK)
    code = sqlite3_bind_text (statement, 1, name, -1, SQLITE_STATIC);
  if (code == SQLITE_OK)
    code = sqlite3_step (statement);
  if (code == SQLITE_ROW)
    {
      if (number != NULL && sqlite3_column_type (statement, 0) == SQLITE_INTEGER)
        {
          *number = sqlite3_column_int64 (statement, 0);
          found = *number >= 0;
        }
      else if (bytes != NULL && sqlite3_column_bytes (statement, 0) == length)
        {
          memcpy (bytes, sqlite3_column_blob (statement, 0), (gsize)length);
          found = TRUE;
        }
    }
  sqlite3_finalize (statement);
  *has_value = found;
  if (code == SQLITE_ROW || code == SQLITE_DONE)
    return TRUE;
  hs_ledger_database_set_error (database, code, error);
  return FALSE;
}

/* The end of the chain: the last record, or the last acknowledged place if there is none. */
static gboolean
read_head (HsLedgerDatabase *database, GError **error)
{
  sqlite3_stmt *statement = NULL;
  int code = sqlite3_prepare_v2 (
      database->handle, "SELECT n, hash FROM outbox ORDER BY n DESC LIMIT 1", -1, &statement, NULL);

  database->chain.head = database->chain.acknowledged;
  if (code == SQLITE_OK)
    code = sqlite3_step (statement);
  if (code == SQLITE_ROW && sqlite3_column_bytes (statement, 1) == HS_OUTBOX_HASH_BYTES)
    {
      database->chain.head.n = (guint64)sqlite3_column_int64 (statement, 0);
      memcpy (database->chain.head.hash, sqlite3_column_blob (statement, 1), HS_OUTBOX_HASH_BYTES);
    }
  else if (code != SQLITE_DONE)
    hs_ledger_database_set_error (database, code == SQLITE_ROW ? SQLITE_CORRUPT : code, error);
  sqlite3_finalize (statement);
  return code == SQLITE_DONE || code == SQLITE_ROW;
}

static gboolean
read_chain (HsLedgerDatabase *database, const guint8 *new_stream, GError **error)
{
  HsOutboxPlace *acknowledged = &database->chain.acknowledged;
  gboolean has_n = FALSE, has_hash = FALSE, has_stream = FALSE;
  gint64 n = 0;

  if (!read_meta (database, "acknowledged_n", &n, NULL, 0, &has_n, error)
      || !read_meta (database, "acknowledged_hash", NULL, acknowledged->hash, HS_OUTBOX_HASH_BYTES,
                     &has_hash, error)
      || !read_meta (database, "stream", NULL, database->chain.stream, HS_OUTBOX_STREAM_BYTES,
                     &has_stream, error))
    return FALSE;
  if (has_n && has_hash)
    acknowledged->n = (guint64)n;
  if (!has_stream)
    {
      /* New, or cut off between making the tables and this. */
      memcpy (database->chain.stream, new_stream, HS_OUTBOX_STREAM_BYTES);
      sqlite3_stmt *statement = hs_ledger_database_get (database, HS_STATEMENT_PUT_META, error);
      if (statement == NULL)
        return FALSE;
      sqlite3_bind_text (statement, 1, "stream", -1, SQLITE_STATIC);
      sqlite3_bind_blob (statement, 2, new_stream, HS_OUTBOX_STREAM_BYTES, SQLITE_STATIC);
      if (!hs_ledger_database_run (database, statement, error))
        return FALSE;
    }
  return read_head (database, error);
}

/* The file must be ours alone before SQLite writes the first byte: it copies the mode to the log. */
static gboolean
prepare_file (HsLedgerDatabase *database, const char *folder_path, GError **error)
{
  g_autoptr (HsDurableFolder) folder = hs_durable_folder_open (folder_path, error);

  if (folder != NULL && hs_durable_folder_ensure_file (folder, HS_LEDGER_FILE_NAME, error))
    return TRUE;
  hs_error_convert_gio (error);
  g_prefix_error (error, "cannot open the ledger %s: ", database->path);
  return FALSE;
}

HsLedgerDatabase *
hs_ledger_database_open (const HsLedgerSetup *setup, GError **error)
{
  HsLedgerDatabase *database = g_new0 (HsLedgerDatabase, 1);

  database->path = g_build_filename (setup->folder, HS_LEDGER_FILE_NAME, NULL);
  database->mac = setup->mac;
  database->mac_data = setup->mac_data;
  database->row = g_byte_array_new ();

  gboolean opened = prepare_file (database, setup->folder, error);
  if (opened)
    {
      int code = sqlite3_open_v2 (database->path, &database->handle,
                                  SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX
                                      | SQLITE_OPEN_NOFOLLOW,
                                  NULL);
      opened = code == SQLITE_OK;
      /* SQLite opens a file that it may not write for reading, and says nothing. */
      if (opened && sqlite3_db_readonly (database->handle, "main") == 1)
        {
          code = SQLITE_READONLY;
          opened = FALSE;
        }
      if (!opened)
        hs_ledger_database_set_error (database, code, error);
    }
  if (!opened || !configure (database, error) || !prepare_schema (database, error)
      || !read_chain (database, setup->new_stream, error))
    {
      hs_ledger_database_close (database);
      return NULL;
    }
  return database;
}

void
hs_ledger_database_close (HsLedgerDatabase *database)
{
  for (guint i = 0; i < HS_STATEMENT_N_STATEMENTS; i++)
    sqlite3_finalize (database->statements[i]);
  /* Writes the log back and removes it, unless the disk has failed: the log then stays for the next
   * start. */
  sqlite3_close (database->handle);
  g_byte_array_unref (database->row);
  g_free (database->path);
  g_free (database);
}

void
hs_ledger_database_checkpoint (HsLedgerDatabase *database)
{
  int code
      = sqlite3_wal_checkpoint_v2 (database->handle, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);

  if (hs_sqlite_is_broken (code))
    database->broken = TRUE;
  database->log_bytes = 0;
}
