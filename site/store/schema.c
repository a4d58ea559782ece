/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The tables' story:
 * v1  people, sessions, failures, devices, certificates, tokens, release keys, jobs, streams,
 *     records, reports, commands, signed documents, printers.
 * v2  sealed titles of waiting jobs.
 * v3  people of a directory, PINs, guests, blocked people (a verifier '' is none); sessions of a card
 *     alone; cards; seats: a person at a workstation, with the key that is known there and the wrapped
 *     pepper; the counts of sign-ins, which have no names.
 * v4  jobs: claimed_us, when a job that was announced without an owner got one.
 * v5  terminals; sessions through one.
 * v6  delegations: who may release whose documents (no job: all), and the view that says for each
 *     waiting job who may release it until when; jobs: recipients, the ways in which a document can be
 *     opened, a line each (NULL: announced to an older version).
 * v7  reports: jobs that a workstation printed past us (is_local), with the workstation, its queue, a
 *     title as the policy allows, and whether the owner is only claimed; erased: fingerprints of people
 *     who were erased.
 * v8  terminals: the certificate that was given besides the one in use.
 *
 * Ids are 16-byte blobs, times microseconds UTC, states and kinds the keywords of the wire, so that
 * the database reads well with the sqlite3 shell. */

#include "site/store/schema.h"

#include "base/error.h"
#include "site/store/sqlite.h"

static const char step_1[]
    = "CREATE TABLE users (identity BLOB PRIMARY KEY, name TEXT NOT NULL UNIQUE,"
      " display_name TEXT NOT NULL, verifier TEXT NOT NULL, created_us INTEGER NOT NULL)"
      " WITHOUT ROWID;"
      "CREATE TABLE sessions (digest BLOB PRIMARY KEY, identity BLOB NOT NULL REFERENCES users"
      " ON DELETE CASCADE, device BLOB, csrf TEXT, flash TEXT, created_us INTEGER NOT NULL,"
      " expires_us INTEGER NOT NULL) WITHOUT ROWID;"
      "CREATE TABLE failures (subject TEXT PRIMARY KEY, count INTEGER NOT NULL,"
      " last_us INTEGER NOT NULL) WITHOUT ROWID;"

      "CREATE TABLE devices (id BLOB PRIMARY KEY, host_name TEXT NOT NULL, version TEXT,"
      " enrolled_us INTEGER NOT NULL, revoked_us INTEGER NOT NULL DEFAULT 0,"
      " last_seen_us INTEGER NOT NULL DEFAULT 0, poll_until_us INTEGER NOT NULL DEFAULT 0,"
      " power TEXT, power_at_us INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;"
      "CREATE TABLE certificates (serial TEXT PRIMARY KEY, device BLOB NOT NULL REFERENCES devices,"
      " not_after_us INTEGER NOT NULL, issued_us INTEGER NOT NULL,"
      " retired INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;"
      "CREATE TABLE tokens (digest BLOB PRIMARY KEY, created_us INTEGER NOT NULL,"
      " expires_us INTEGER NOT NULL, used_us INTEGER NOT NULL DEFAULT 0, device BLOB)"
      " WITHOUT ROWID;"
      "CREATE TABLE release_keys (device BLOB NOT NULL REFERENCES devices, epoch INTEGER NOT NULL,"
      " public BLOB NOT NULL, wrapped BLOB, not_before_us INTEGER NOT NULL,"
      " not_after_us INTEGER NOT NULL, destroyed_us INTEGER NOT NULL DEFAULT 0,"
      " PRIMARY KEY (device, epoch)) WITHOUT ROWID;"

      "CREATE TABLE jobs (id BLOB PRIMARY KEY, device BLOB NOT NULL REFERENCES devices, owner BLOB,"
      " e BLOB UNIQUE, epoch INTEGER NOT NULL, format TEXT NOT NULL, size_bytes INTEGER NOT NULL,"
      " impressions INTEGER NOT NULL, impressions_source INTEGER NOT NULL, colour INTEGER NOT NULL,"
      " sides INTEGER NOT NULL, copies INTEGER NOT NULL, media TEXT, title TEXT,"
      " created_us INTEGER NOT NULL, expires_us INTEGER NOT NULL, state TEXT NOT NULL,"
      " is_final INTEGER NOT NULL DEFAULT 0, reasons TEXT, sentence TEXT,"
      " announced_us INTEGER NOT NULL, changed_us INTEGER NOT NULL,"
      " share_issued_us INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;"
      "CREATE INDEX jobs_by_owner ON jobs (owner, is_final, changed_us);"
      "CREATE INDEX jobs_by_device ON jobs (device, is_final, epoch);"

      "CREATE TABLE streams (device BLOB NOT NULL REFERENCES devices, stream BLOB NOT NULL,"
      " n INTEGER NOT NULL, hash BLOB NOT NULL, PRIMARY KEY (device, stream)) WITHOUT ROWID;"
      "CREATE TABLE records (device BLOB NOT NULL, stream BLOB NOT NULL, n INTEGER NOT NULL,"
      " hash BLOB NOT NULL, kind TEXT NOT NULL, at_us INTEGER NOT NULL, offline INTEGER NOT NULL,"
      " received_us INTEGER NOT NULL, refusal TEXT, PRIMARY KEY (device, stream, n)) WITHOUT ROWID;"
      "CREATE INDEX records_by_time ON records (device, at_us);"
      "CREATE TABLE reports (job BLOB PRIMARY KEY, outcome TEXT NOT NULL, printer BLOB,"
      " impressions INTEGER NOT NULL, sheets INTEGER NOT NULL, counted INTEGER NOT NULL,"
      " finished_us INTEGER NOT NULL, offline INTEGER NOT NULL, command BLOB,"
      " received_us INTEGER NOT NULL, owner BLOB, colour INTEGER NOT NULL) WITHOUT ROWID;"
      "CREATE INDEX reports_by_time ON reports (finished_us);"

      "CREATE TABLE commands (id BLOB PRIMARY KEY, device BLOB NOT NULL REFERENCES devices,"
      " kind INTEGER NOT NULL, job BLOB, printer BLOB, asked_by BLOB, state INTEGER NOT NULL,"
      " asked_us INTEGER NOT NULL, sent_us INTEGER NOT NULL DEFAULT 0,"
      " expires_us INTEGER NOT NULL DEFAULT 0, result TEXT, sentence TEXT) WITHOUT ROWID;"
      "CREATE INDEX commands_open ON commands (device, state, asked_us);"
      "CREATE INDEX commands_by_job ON commands (job, asked_us);"
      "CREATE INDEX commands_by_person ON commands (asked_by, asked_us);"

      "CREATE TABLE documents (kind INTEGER PRIMARY KEY, version INTEGER NOT NULL,"
      " jws TEXT NOT NULL);"
      "CREATE TABLE printers (uuid BLOB PRIMARY KEY, place INTEGER NOT NULL, name TEXT NOT NULL,"
      " location TEXT) WITHOUT ROWID;";

/* An age file that the site cannot open; forgotten when the job is final. */
static const char step_2[] = "ALTER TABLE jobs ADD COLUMN sealed_title BLOB;";

/* users keeps its NOT NULL verifier: SQLite could only drop it by making the table anew, which would
 * end every session by its foreign key. */
static const char step_3[]
    = "ALTER TABLE users ADD COLUMN is_directory INTEGER NOT NULL DEFAULT 0;"
      "ALTER TABLE users ADD COLUMN pin TEXT;"
      "ALTER TABLE users ADD COLUMN pin_failures INTEGER NOT NULL DEFAULT 0;"
      "ALTER TABLE users ADD COLUMN guest_until_us INTEGER NOT NULL DEFAULT 0;"
      "ALTER TABLE users ADD COLUMN blocked_us INTEGER NOT NULL DEFAULT 0;"
      "ALTER TABLE sessions ADD COLUMN is_card_only INTEGER NOT NULL DEFAULT 0;"
      "CREATE TABLE cards (digest BLOB PRIMARY KEY, identity BLOB NOT NULL REFERENCES users"
      " ON DELETE CASCADE, created_us INTEGER NOT NULL) WITHOUT ROWID;"
      "CREATE INDEX cards_by_person ON cards (identity);"
      "CREATE TABLE seats (identity BLOB NOT NULL REFERENCES users ON DELETE CASCADE,"
      " device BLOB NOT NULL REFERENCES devices, recipient TEXT, pepper BLOB UNIQUE, wrapped BLOB,"
      " PRIMARY KEY (identity, device)) WITHOUT ROWID;"
      "CREATE INDEX seats_by_device ON seats (device);"
      "CREATE TABLE sign_ins (day TEXT NOT NULL, method TEXT NOT NULL, tries INTEGER NOT NULL,"
      " accepted INTEGER NOT NULL, PRIMARY KEY (day, method)) WITHOUT ROWID;";

static const char step_4[] = "ALTER TABLE jobs ADD COLUMN claimed_us INTEGER NOT NULL DEFAULT 0;";

static const char step_5[]
    = "CREATE TABLE terminals (id BLOB PRIMARY KEY, printer BLOB NOT NULL, name TEXT NOT NULL,"
      " is_card_only INTEGER NOT NULL, added_us INTEGER NOT NULL, secret BLOB UNIQUE,"
      " secret_until_us INTEGER NOT NULL, fingerprint BLOB UNIQUE, not_after_us INTEGER NOT NULL,"
      " token BLOB UNIQUE, enrolled_us INTEGER NOT NULL, last_seen_us INTEGER NOT NULL,"
      " revoked_us INTEGER NOT NULL) WITHOUT ROWID;"
      "ALTER TABLE sessions ADD COLUMN terminal BLOB;";

/* A blocked owner, or a guest whose time is over, cannot have anything printed by others either. */
static const char step_6[]
    = "ALTER TABLE jobs ADD COLUMN recipients TEXT;"
      "CREATE TABLE delegations (id BLOB PRIMARY KEY, owner BLOB NOT NULL REFERENCES users"
      " ON DELETE CASCADE, delegate BLOB NOT NULL REFERENCES users ON DELETE CASCADE, job BLOB,"
      " created_us INTEGER NOT NULL, expires_us INTEGER NOT NULL) WITHOUT ROWID;"
      "CREATE INDEX delegations_by_owner ON delegations (owner);"
      "CREATE INDEX delegations_by_delegate ON delegations (delegate);"
      "CREATE VIEW delegated AS SELECT jobs.id AS job, d.delegate AS delegate, d.owner AS owner,"
      " iif (o.guest_until_us<>0, min (d.expires_us, o.guest_until_us), d.expires_us) AS until_us"
      " FROM delegations AS d JOIN users AS o ON o.identity=d.owner JOIN jobs ON jobs.owner=d.owner"
      " WHERE (d.job IS NULL OR d.job=jobs.id) AND jobs.is_final=0 AND o.blocked_us=0;";

/* One table for both: each printed job is one row, and counts once. */
static const char step_7[]
    = "ALTER TABLE reports ADD COLUMN is_local INTEGER NOT NULL DEFAULT 0;"
      "ALTER TABLE reports ADD COLUMN is_claimed INTEGER NOT NULL DEFAULT 0;"
      "ALTER TABLE reports ADD COLUMN device BLOB;"
      "ALTER TABLE reports ADD COLUMN queue TEXT;"
      "ALTER TABLE reports ADD COLUMN created_us INTEGER NOT NULL DEFAULT 0;"
      "ALTER TABLE reports ADD COLUMN title TEXT;"
      "ALTER TABLE reports ADD COLUMN sealed_title BLOB;"
      "CREATE INDEX reports_by_owner ON reports (owner, finished_us);"
      "CREATE TABLE erased (fingerprint BLOB PRIMARY KEY, at_us INTEGER NOT NULL) WITHOUT ROWID;";

static const char step_8[] = "ALTER TABLE terminals ADD COLUMN next_fingerprint BLOB;"
                             "ALTER TABLE terminals ADD COLUMN next_not_after_us INTEGER NOT NULL"
                             " DEFAULT 0;";

static const char *const steps[]
    = { step_1, step_2, step_3, step_4, step_5, step_6, step_7, step_8 };

static gboolean
run_step (HsStore *store, guint version, GError **error)
{
  g_autofree char *mark = g_strdup_printf ("PRAGMA user_version=%u", version);

  if (sqlite3_exec (store->database, steps[version - 1], NULL, NULL, NULL) == SQLITE_OK
      && sqlite3_exec (store->database, mark, NULL, NULL, NULL) == SQLITE_OK)
    return TRUE;
  hs_store_sqlite_fail (store, "the tables cannot be brought up to date", error);
  return FALSE;
}

gboolean
hs_store_schema_upgrade (HsStore *store, GError **error)
{
  g_autoptr (sqlite3_stmt) statement
      = hs_store_sqlite_prepare (store, error, "PRAGMA user_version", "");

  if (statement == NULL || hs_store_sqlite_step (store, statement, error) != HS_STORE_ROW_ONE)
    return FALSE;
  gint64 version = hs_store_sqlite_integer (statement, 0);
  g_clear_pointer (&statement, sqlite3_finalize);
  if (version > (gint64)G_N_ELEMENTS (steps))
    {
      g_set_error (error, HS_ERROR, HS_ERROR_NOT_SUPPORTED,
                   "the site's database was made by a newer version (tables %" G_GINT64_FORMAT
                   ", this program knows %zu); install that version again",
                   version, G_N_ELEMENTS (steps));
      return FALSE;
    }
  if (version == (gint64)G_N_ELEMENTS (steps))
    return TRUE;
  if (!hs_store_begin (store, error))
    return FALSE;
  for (guint next = (guint)version + 1; next <= G_N_ELEMENTS (steps); next++)
    if (!run_step (store, next, error))
      {
        hs_store_roll_back (store);
        return FALSE;
      }
  return hs_store_commit (store, error);
}
