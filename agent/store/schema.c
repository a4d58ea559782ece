/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The ledger's tables.
 *
 * Life story:
 *   v1  jobs with their sealed fields, outbox, commands, identities, owner keys, settings, printers
 *       seen, audit.
 *   v2  the title key of an owner.
 *   v3  jobs: claim_tag, whom a job without a proven owner names.
 *   v4  jobs: what a delivery sent, the printer's last job-state, and where an earlier try may have
 *       left a job.
 *   v5  jobs and audit: what a release changed of copies, sides and colour.
 *
 * A change is a new step at the end of steps[]; an old step is never edited. Ids and hashes are raw
 * bytes, times are microseconds UTC. Tables keyed by something else than a number have no rowid:
 * a new row then dirties one page, not two. The columns of jobs and audit are those of job_row.c
 * (a test compares). */

#include "store/schema.h"

#include "base/error.h"
#include "store/sqlite_error.h"

#include <sqlite3.h>

static const char version_1[]
    = "CREATE TABLE meta ("
      "  name TEXT PRIMARY KEY," /* stream, acknowledged_n, acknowledged_hash */
      "  value ANY NOT NULL"
      ") STRICT, WITHOUT ROWID;"
      "CREATE TABLE jobs ("
      "  id BLOB PRIMARY KEY,"
      "  ipp_id INTEGER NOT NULL,"
      "  state TEXT NOT NULL,"
      "  reasons INTEGER NOT NULL,"
      "  owner_kind INTEGER NOT NULL,"
      "  owner BLOB NOT NULL,"
      "  owner_uid INTEGER NOT NULL,"
      "  maker BLOB NOT NULL,"
      "  format TEXT,"
      "  size_bytes INTEGER NOT NULL,"
      "  impressions INTEGER NOT NULL,"
      "  impressions_source INTEGER NOT NULL,"
      "  colour INTEGER NOT NULL,"
      "  sides INTEGER NOT NULL,"
      "  copies INTEGER NOT NULL,"
      "  media TEXT,"
      "  created_at_us INTEGER NOT NULL,"
      "  sealed_at_us INTEGER NOT NULL,"
      "  expires_at_us INTEGER NOT NULL,"
      "  finished_at_us INTEGER NOT NULL,"
      "  header_mac BLOB NOT NULL,"
      "  stanza_digest BLOB NOT NULL,"
      "  sealed_bytes INTEGER NOT NULL,"
      "  release_e BLOB NOT NULL,"
      "  release_epoch INTEGER NOT NULL,"
      "  recipients TEXT,"
      "  printer BLOB NOT NULL,"
      "  release_command BLOB NOT NULL,"
      "  progress INTEGER NOT NULL,"
      "  printer_job_id INTEGER NOT NULL,"
      "  attempts INTEGER NOT NULL,"
      "  cancel_wanted INTEGER NOT NULL,"
      "  failure TEXT,"
      "  result_impressions INTEGER NOT NULL,"
      "  result_sheets INTEGER NOT NULL,"
      "  result_counted INTEGER NOT NULL,"
      "  offline INTEGER NOT NULL,"
      "  pending INTEGER NOT NULL," /* effects that are still to be run */
      "  sealed_digest BLOB NOT NULL,"
      "  mac BLOB NOT NULL"
      ") STRICT, WITHOUT ROWID;"
      /* Apart from jobs, so that a change of state does not write them again. */
      "CREATE TABLE sealed_fields ("
      "  job BLOB PRIMARY KEY REFERENCES jobs (id) ON DELETE CASCADE,"
      "  bytes BLOB NOT NULL"
      ") STRICT, WITHOUT ROWID;"
      "CREATE TABLE audit ("
      "  id BLOB PRIMARY KEY,"
      "  ipp_id INTEGER NOT NULL,"
      "  state TEXT NOT NULL,"
      "  reasons INTEGER NOT NULL,"
      "  owner_kind INTEGER NOT NULL,"
      "  owner BLOB NOT NULL,"
      "  owner_uid INTEGER NOT NULL,"
      "  format TEXT,"
      "  size_bytes INTEGER NOT NULL,"
      "  impressions INTEGER NOT NULL,"
      "  impressions_source INTEGER NOT NULL,"
      "  colour INTEGER NOT NULL,"
      "  sides INTEGER NOT NULL,"
      "  copies INTEGER NOT NULL,"
      "  media TEXT,"
      "  created_at_us INTEGER NOT NULL,"
      "  sealed_at_us INTEGER NOT NULL,"
      "  finished_at_us INTEGER NOT NULL,"
      "  printer BLOB NOT NULL,"
      "  release_command BLOB NOT NULL,"
      "  printer_job_id INTEGER NOT NULL,"
      "  attempts INTEGER NOT NULL,"
      "  failure TEXT,"
      "  result_impressions INTEGER NOT NULL,"
      "  result_sheets INTEGER NOT NULL,"
      "  result_counted INTEGER NOT NULL,"
      "  offline INTEGER NOT NULL,"
      "  mac BLOB NOT NULL"
      ") STRICT, WITHOUT ROWID;"
      "CREATE INDEX audit_by_time ON audit (finished_at_us);"
      "CREATE TABLE outbox ("
      "  n INTEGER PRIMARY KEY,"
      "  prev BLOB NOT NULL,"
      "  hash BLOB NOT NULL,"
      "  bytes BLOB NOT NULL,"
      "  mac BLOB NOT NULL"
      ") STRICT;"
      "CREATE TABLE commands ("
      "  id BLOB PRIMARY KEY,"
      "  at_us INTEGER NOT NULL,"
      "  job BLOB NOT NULL,"
      "  result TEXT,"
      "  sentence TEXT"
      ") STRICT, WITHOUT ROWID;"
      "CREATE TABLE identities ("
      "  uid INTEGER PRIMARY KEY,"
      "  identity BLOB NOT NULL,"
      "  at_us INTEGER NOT NULL,"
      "  sealed_name BLOB,"
      "  mac BLOB NOT NULL"
      ") STRICT;"
      "CREATE TABLE owner_keys ("
      "  identity BLOB PRIMARY KEY,"
      "  public_key BLOB NOT NULL,"
      "  at_us INTEGER NOT NULL,"
      "  mac BLOB NOT NULL"
      ") STRICT, WITHOUT ROWID;"
      "CREATE TABLE settings ("
      "  name TEXT PRIMARY KEY,"
      "  value BLOB NOT NULL,"
      "  mac BLOB NOT NULL"
      ") STRICT, WITHOUT ROWID;"
      "CREATE TABLE printers_seen ("
      "  printer BLOB NOT NULL,"
      "  network TEXT NOT NULL,"
      "  at_us INTEGER NOT NULL,"
      "  facts BLOB NOT NULL,"
      "  mac BLOB NOT NULL,"
      "  PRIMARY KEY (printer, network)"
      ") STRICT, WITHOUT ROWID;";

static const char version_2[]
    = "ALTER TABLE owner_keys ADD COLUMN title_key BLOB;"; /* NULL: not learnt yet */

static const char version_3[] = "ALTER TABLE jobs ADD COLUMN claim_tag BLOB;";

static const char version_4[] = "ALTER TABLE jobs ADD COLUMN sent_bytes INTEGER;"
                                "ALTER TABLE jobs ADD COLUMN printer_job_state INTEGER;"
                                "ALTER TABLE jobs ADD COLUMN left_printer BLOB;"
                                "ALTER TABLE jobs ADD COLUMN left_job_id INTEGER;"
                                "ALTER TABLE jobs ADD COLUMN intents INTEGER;";

static const char version_5[] = "ALTER TABLE jobs ADD COLUMN changed_copies INTEGER;"
                                "ALTER TABLE jobs ADD COLUMN changed_sides INTEGER;"
                                "ALTER TABLE jobs ADD COLUMN changed_colour INTEGER;"
                                "ALTER TABLE audit ADD COLUMN changed_copies INTEGER;"
                                "ALTER TABLE audit ADD COLUMN changed_sides INTEGER;"
                                "ALTER TABLE audit ADD COLUMN changed_colour INTEGER;";

/* Step i leads from version i to version i + 1. */
static const char *const steps[] = { version_1, version_2, version_3, version_4, version_5 };

G_STATIC_ASSERT (G_N_ELEMENTS (steps) == HS_SCHEMA_VERSION);

static gboolean
execute (sqlite3 *database, const char *sql, const char *what, GError **error)
{
  int code = sqlite3_exec (database, sql, NULL, NULL, NULL);

  if (code == SQLITE_OK)
    return TRUE;
  hs_sqlite_set_error (error, database, sqlite3_extended_errcode (database), what);
  return FALSE;
}

static gboolean
ask_number (sqlite3 *database, const char *sql, gint64 *number, GError **error)
{
  sqlite3_stmt *statement = NULL;
  int code = sqlite3_prepare_v2 (database, sql, -1, &statement, NULL);

  if (code == SQLITE_OK)
    code = sqlite3_step (statement);
  if (code == SQLITE_ROW)
    *number = sqlite3_column_int64 (statement, 0);
  else
    hs_sqlite_set_error (error, database, sqlite3_extended_errcode (database),
                         "cannot read the ledger");
  sqlite3_finalize (statement);
  return code == SQLITE_ROW;
}

gboolean
hs_schema_check (sqlite3 *database, const char *path, gint64 *version, GError **error)
{
  gint64 application = 0, objects = 0;

  if (!ask_number (database, "PRAGMA application_id", &application, error)
      || !ask_number (database, "PRAGMA user_version", version, error)
      || !ask_number (database, "SELECT count(*) FROM sqlite_schema", &objects, error))
    return FALSE;
  if (application == 0 && *version == 0 && objects == 0)
    return TRUE;
  if (application != HS_SCHEMA_APPLICATION || *version < 1)
    {
      g_set_error (error, HS_ERROR, HS_ERROR_CORRUPT,
                   "%s is a database, but not a ledger; nothing was changed. Move it away if it "
                   "does not belong there",
                   path);
      return FALSE;
    }
  if (*version > HS_SCHEMA_VERSION)
    {
      g_set_error (error, HS_ERROR, HS_ERROR_NOT_SUPPORTED,
                   "%s was written by a newer version of Homespool (schema %" G_GINT64_FORMAT
                   "; this one knows up to %d); nothing was changed. Install the newer version "
                   "again, or put back the backup made before the update",
                   path, *version, HS_SCHEMA_VERSION);
      return FALSE;
    }
  return TRUE;
}

gboolean
hs_schema_upgrade (sqlite3 *database, gint64 version, GError **error)
{
  g_autofree char *stamp
      = g_strdup_printf ("PRAGMA application_id = %d; PRAGMA user_version = %d; COMMIT",
                         HS_SCHEMA_APPLICATION, HS_SCHEMA_VERSION);

  if (version == HS_SCHEMA_VERSION)
    return TRUE;
  if (!execute (database, "BEGIN EXCLUSIVE", "cannot change the ledger", error))
    return FALSE;
  for (gint64 step = version; step < HS_SCHEMA_VERSION; step++)
    if (!execute (database, steps[step], "cannot make the ledger's tables", error))
      {
        sqlite3_exec (database, "ROLLBACK", NULL, NULL, NULL);
        return FALSE;
      }
  if (execute (database, stamp, "cannot finish the ledger's tables", error))
    return TRUE;
  sqlite3_exec (database, "ROLLBACK", NULL, NULL, NULL);
  return FALSE;
}
