/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Ledgers that somebody else changed: rows, versions, whole files. */

#include "base/error.h"
#include "store/job_row.h"
#include "store/ledger.h"
#include "store/row_bytes.h"
#include "store/schema.h"
#include "support/ledger_fixture.h"
#include "support/loop.h"
#include "support/suite.h"
#include "support/temp_dir.h"

#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/stat.h>

static char *folder;
static char *path;
static HsLedger *ledger;
static HsLedgerContents *contents;

static void
set_up (void)
{
  folder = hs_temp_dir_new ();
  path = g_build_filename (folder, HS_LEDGER_FILE_NAME, NULL);
  ledger = hs_fixture_open (folder, NULL);
}

static void
tear_down (void)
{
  g_clear_pointer (&contents, hs_ledger_contents_free);
  g_clear_pointer (&ledger, hs_ledger_free);
  g_clear_pointer (&path, g_free);
  g_clear_pointer (&folder, hs_temp_dir_free);
}

/* What an intruder with the disk does, between two runs of the agent. */
static void
tamper (const char *sql)
{
  sqlite3 *database = NULL;
  char *message = NULL;

  g_clear_pointer (&ledger, hs_ledger_free);
  HS_ASSERT_INT_EQ (sqlite3_open (path, &database), SQLITE_OK);
  sqlite3_exec (database, sql, NULL, NULL, &message);
  HS_ASSERT_STR_EQ (message, NULL);
  HS_ASSERT_INT_EQ (sqlite3_close (database), SQLITE_OK);
}

static void
load (void)
{
  g_autoptr (GError) error = NULL;

  ledger = hs_fixture_open (folder, &error);
  HS_ASSERT_NO_ERROR (error);
  contents = hs_ledger_load (ledger, &error);
  HS_ASSERT_NO_ERROR (error);
}

static void
tamper_and_load (const char *sql)
{
  g_clear_pointer (&contents, hs_ledger_contents_free);
  tamper (sql);
  load ();
}

static const HsLedgerDamage *
only_damage (void)
{
  HS_ASSERT_INT_EQ (contents->damaged->len, 1);
  return g_ptr_array_index (contents->damaged, 0);
}

static void
put (guint8 number)
{
  HS_ASSERT (hs_fixture_commit (ledger, hs_fixture_put (number), NULL));
}

static void
a_changed_job_is_reported_and_not_dropped (void)
{
  static const char *const changes[] = {
    "UPDATE jobs SET owner_uid = 1002",
    "UPDATE jobs SET state = 'released'",
    "UPDATE jobs SET pending = 8",
    "UPDATE jobs SET failure = NULL",
    "UPDATE jobs SET sealed_digest = zeroblob(32)",
    "UPDATE jobs SET mac = zeroblob(32)",
    "UPDATE jobs SET mac = zeroblob(0)",
    "UPDATE jobs SET state = 'receiving'",
    "UPDATE jobs SET state = 'nonsense'",
    "UPDATE jobs SET owner = zeroblob(15)",
    "UPDATE jobs SET colour = 99",
    "UPDATE jobs SET copies = -1",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (changes); i++)
    {
      g_autoptr (HsLedgerBatch) batch = hs_ledger_batch_new ();
      g_autoptr (HsJob) job = hs_fixture_job (1);
      g_autoptr (GBytes) sealed = g_bytes_new_static ("sealed", 6);
      HsId id = hs_fixture_id (1);
      g_autofree char *text = hs_id_dup_text (&id);
      hs_ledger_batch_put_job (batch, job, HS_EFFECT_ANNOUNCE, sealed);
      HS_ASSERT (hs_fixture_commit (ledger, g_steal_pointer (&batch), NULL));
      tamper_and_load (changes[i]);
      HS_ASSERT_INT_EQ (contents->jobs->len, 0);
      HS_ASSERT_STR_EQ (only_damage ()->table, "jobs");
      HS_ASSERT_STR_EQ (only_damage ()->key, text);
      HS_ASSERT (only_damage ()->job != NULL);
    }
}

static void
one_damaged_row_leaves_the_others_usable (void)
{
  put (1);
  put (2);
  put (3);
  tamper_and_load ("UPDATE jobs SET attempts = 7 WHERE id = "
                   "x'02020202020202020202020202020202'");
  HS_ASSERT_INT_EQ (contents->jobs->len, 2);
  HS_ASSERT_INT_EQ (contents->damaged->len, 1);
}

static void
a_row_moved_to_another_job_is_damaged (void)
{
  put (1);
  tamper_and_load ("UPDATE jobs SET id = x'09090909090909090909090909090909'");
  HS_ASSERT_STR_EQ (only_damage ()->key, "09090909-0909-0909-0909-090909090909");
}

static void
exchanged_sealed_fields_are_not_given_out (void)
{
  g_autoptr (HsLedgerBatch) batch = hs_ledger_batch_new ();
  g_autoptr (HsJob) job = hs_fixture_job (1);
  g_autoptr (GBytes) sealed = g_bytes_new_static ("sealed", 6);
  g_autoptr (GAsyncResult) result = NULL;
  HsId id = hs_fixture_id (1);

  hs_ledger_batch_put_job (batch, job, HS_EFFECT_NONE, sealed);
  HS_ASSERT (hs_fixture_commit (ledger, g_steal_pointer (&batch), NULL));
  tamper_and_load ("UPDATE sealed_fields SET bytes = x'00'");
  hs_ledger_read_sealed_async (ledger, &id, 1, hs_loop_store_result, &result);
  HS_LOOP_UNTIL (result != NULL);
  g_autoptr (GPtrArray) found = hs_ledger_read_sealed_finish (ledger, result, NULL);
  HS_ASSERT_INT_EQ (found->len, 1);
  HS_ASSERT (g_ptr_array_index (found, 0) == NULL);
}

static void
changed_small_rows_are_reported (void)
{
  static const struct
  {
    const char *table;
    const char *change;
    const char *key;
  } cases[] = {
    { "settings", "UPDATE settings SET value = x'00'", "bundle" },
    { "settings", "UPDATE settings SET name = 'root'", "root" },
    { "owner_keys", "UPDATE owner_keys SET public_key = zeroblob(32)",
      "01010101-0101-0101-0101-010101010101" },
    { "owner_keys", "UPDATE owner_keys SET title_key = randomblob(32)",
      "01010101-0101-0101-0101-010101010101" },
    { "owner_keys", "UPDATE owner_keys SET title_key = NULL",
      "01010101-0101-0101-0101-010101010101" },
    { "identities", "UPDATE identities SET uid = 0", "0" },
    { "identities", "UPDATE identities SET sealed_name = x''", "1001" },
    { "printers_seen", "UPDATE printers_seen SET facts = x'00'",
      "01010101-0101-0101-0101-010101010101" },
    { "commands", "UPDATE commands SET id = x'00'", "(no uuid)" },
    { "outbox", "UPDATE outbox SET bytes = x'00'", "1" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GBytes) value = g_bytes_new_static ("value", 5);
      HsLedgerIdentity identity = { .uid = 1001, .identity = hs_fixture_id (1) };
      HsLedgerOwnerKey key
          = { .identity = hs_fixture_id (1), .public_key = { 1 }, .has_title_key = TRUE };
      HsLedgerPrinter printer
          = { .printer = hs_fixture_id (1), .network = (char *)"home", .facts = value };
      HsLedgerCommand command = { .id = hs_fixture_id (1) };
      HsLedgerBatch *batch = hs_ledger_batch_new ();
      hs_ledger_batch_put_setting (batch, "bundle", value);
      hs_ledger_batch_put_identity (batch, &identity);
      hs_ledger_batch_put_owner_key (batch, &key);
      hs_ledger_batch_put_printer (batch, &printer);
      hs_ledger_batch_put_command (batch, &command);
      hs_ledger_batch_append_event (batch, hs_fixture_encode, (gpointer) "a", NULL);
      HS_ASSERT (hs_fixture_commit (ledger, batch, NULL));
      tamper_and_load (cases[i].change);
      HS_ASSERT_STR_EQ (only_damage ()->table, cases[i].table);
      HS_ASSERT_STR_EQ (only_damage ()->key, cases[i].key);
      tear_down ();
      set_up ();
    }
}

static void
a_missing_record_is_seen (void)
{
  HsLedgerBatch *batch = hs_ledger_batch_new ();

  for (guint i = 0; i < 3; i++)
    hs_ledger_batch_append_event (batch, hs_fixture_encode, (gpointer) "a", NULL);
  HS_ASSERT (hs_fixture_commit (ledger, batch, NULL));
  tamper_and_load ("DELETE FROM outbox WHERE n = 2");
  HS_ASSERT_STR_EQ (only_damage ()->table, "outbox");
  HS_ASSERT_STR_EQ (only_damage ()->key, "3");
}

static void
changed_audit_lines_are_left_out (void)
{
  g_autoptr (HsJob) job = hs_fixture_job (1);
  g_autoptr (GAsyncResult) result = NULL;
  HsLedgerBatch *batch = hs_ledger_batch_new ();

  job->state = HS_JOB_DELIVERED;
  hs_ledger_batch_archive_job (batch, job);
  HS_ASSERT (hs_fixture_commit (ledger, batch, NULL));
  tamper_and_load ("UPDATE audit SET result_sheets = 0");
  hs_ledger_read_audit_async (ledger, NULL, 10, hs_loop_store_result, &result);
  HS_LOOP_UNTIL (result != NULL);
  g_autoptr (GPtrArray) lines = hs_ledger_read_audit_finish (ledger, result, NULL);
  HS_ASSERT_INT_EQ (lines->len, 0);
}

/* ── whole files ─────────────────────────────────────────────────────────────────────────── */

static void
assert_refused (HsErrorCode code, const char *word)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  gsize before_length = 0, after_length = 0;

  HS_ASSERT (g_file_get_contents (path, &before, &before_length, NULL));
  HS_ASSERT (hs_fixture_open (folder, &error) == NULL);
  HS_ASSERT_ERROR (error, code);
  if (strstr (error->message, word) == NULL)
    hs_test_fail (__FILE__, __LINE__, "\"%s\" does not say \"%s\"", error->message, word);
  HS_ASSERT (g_file_get_contents (path, &after, &after_length, NULL));
  HS_ASSERT_BYTES_EQ (after, after_length, before, before_length);
}

static void
a_newer_ledger_is_refused_with_both_versions (void)
{
  put (1);
  tamper ("PRAGMA user_version = 42");
  assert_refused (HS_ERROR_NOT_SUPPORTED, "schema 42; this one knows up to 5");
}

static void
another_programs_database_is_refused (void)
{
  g_clear_pointer (&ledger, hs_ledger_free);
  g_remove (path);
  sqlite3 *database = NULL;
  HS_ASSERT_INT_EQ (sqlite3_open (path, &database), SQLITE_OK);
  sqlite3_exec (database, "CREATE TABLE notes (text)", NULL, NULL, NULL);
  sqlite3_close (database);
  HS_ASSERT_INT_EQ (chmod (path, 0600), 0);
  assert_refused (HS_ERROR_CORRUPT, "not a ledger");
}

static void
a_file_of_noise_is_refused_with_what_to_do (void)
{
  g_autofree char *noise = g_strnfill (8192, 'x');

  g_clear_pointer (&ledger, hs_ledger_free);
  HS_ASSERT (g_file_set_contents_full (path, noise, 8192, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
  assert_refused (HS_ERROR_CORRUPT, "keep a copy");
}

static void
a_torn_page_is_seen_at_start (void)
{
  g_autofree char *text = NULL;
  gsize length = 0;

  for (guint8 i = 1; i < 60; i++)
    put (i);
  g_clear_pointer (&ledger, hs_ledger_free);
  HS_ASSERT (g_file_get_contents (path, &text, &length, NULL));
  HS_ASSERT (length > 5 * 4096);
  /* Every page but the first: one of them belongs to jobs. */
  memset (text + 4096, 0x5a, length - 4096);
  HS_ASSERT (
      g_file_set_contents_full (path, text, (gssize)length, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
  assert_refused (HS_ERROR_CORRUPT, "keep a copy");
}

static void
two_agents_cannot_have_one_ledger (void)
{
  g_autoptr (GError) error = NULL;

  g_autofree char *index_path = g_strconcat (path, "-shm", NULL);

  put (1);
  HS_ASSERT (hs_fixture_open (folder, &error) == NULL);
  HS_ASSERT_ERROR (error, HS_ERROR_TEMPORARY);
  HS_ASSERT (!g_file_test (index_path, G_FILE_TEST_EXISTS));
  put (2);
}

static void
a_ledger_that_others_may_read_is_refused (void)
{
  g_autoptr (GError) error = NULL;

  g_clear_pointer (&ledger, hs_ledger_free);
  HS_ASSERT_INT_EQ (chmod (path, 0644), 0);
  HS_ASSERT (hs_fixture_open (folder, &error) == NULL);
  HS_ASSERT_ERROR (error, HS_ERROR_DENIED);
}

/* ── shapes ──────────────────────────────────────────────────────────────────────────────── */

static void
the_tables_have_the_columns_of_the_list (void)
{
  sqlite3 *database = NULL;

  g_clear_pointer (&ledger, hs_ledger_free);
  HS_ASSERT_INT_EQ (sqlite3_open (path, &database), SQLITE_OK);
  for (int table = HS_JOB_TABLE_JOBS; table <= HS_JOB_TABLE_AUDIT; table++)
    {
      g_autoptr (GPtrArray) names = hs_job_row_list_columns ((HsJobTable)table);
      g_autofree char *sql
          = g_strdup_printf ("SELECT name FROM pragma_table_info('%s') ORDER BY cid",
                             hs_job_table_get_name ((HsJobTable)table));
      sqlite3_stmt *statement = NULL;
      guint i = 0;
      HS_ASSERT_INT_EQ (sqlite3_prepare_v2 (database, sql, -1, &statement, NULL), SQLITE_OK);
      for (; sqlite3_step (statement) == SQLITE_ROW; i++)
        {
          HS_ASSERT (i < names->len);
          HS_ASSERT_STR_EQ ((const char *)sqlite3_column_text (statement, 0),
                            (const char *)g_ptr_array_index (names, i));
        }
      HS_ASSERT_INT_EQ (i, names->len);
      sqlite3_finalize (statement);
    }
  sqlite3_close (database);
}

/* What version 5 added. */
#define NO_CHANGES                                                                                 \
  "ALTER TABLE jobs DROP COLUMN changed_copies; ALTER TABLE jobs DROP COLUMN changed_sides;"       \
  "ALTER TABLE jobs DROP COLUMN changed_colour; ALTER TABLE audit DROP COLUMN changed_copies;"     \
  "ALTER TABLE audit DROP COLUMN changed_sides; ALTER TABLE audit DROP COLUMN changed_colour;"

static void
an_older_ledger_is_brought_up_to_date_with_its_rows (void)
{
  put (1);
  tamper ("ALTER TABLE jobs DROP COLUMN claim_tag; ALTER TABLE jobs DROP COLUMN sent_bytes;"
          "ALTER TABLE jobs DROP COLUMN printer_job_state;"
          "ALTER TABLE jobs DROP COLUMN left_printer; ALTER TABLE jobs DROP COLUMN left_job_id;"
          "ALTER TABLE jobs DROP COLUMN intents; " NO_CHANGES "PRAGMA user_version = 2");
  load ();
  HS_ASSERT_INT_EQ (contents->damaged->len, 0);
  HS_ASSERT_INT_EQ (contents->jobs->len, 1);
}

static GPtrArray *
read_audit (void)
{
  GAsyncResult *result = NULL;

  hs_ledger_read_audit_async (ledger, NULL, 10, hs_loop_store_result, &result);
  HS_LOOP_UNTIL (result != NULL);
  g_autoptr (GAsyncResult) owned = result;
  return hs_ledger_read_audit_finish (ledger, owned, NULL);
}

/* One that a release changed nothing of has the canonical bytes that it had. */
static void
a_ledger_from_before_options_is_brought_up_to_date (void)
{
  g_autoptr (HsJob) job = hs_fixture_job (1);
  g_autoptr (HsLedgerBatch) batch = hs_ledger_batch_new ();

  put (2);
  job->state = HS_JOB_DELIVERED;
  job->finished_at_us = 7;
  hs_ledger_batch_archive_job (batch, job);
  HS_ASSERT (hs_fixture_commit (ledger, g_steal_pointer (&batch), NULL));
  tamper (NO_CHANGES "PRAGMA user_version = 4");
  load ();
  HS_ASSERT_INT_EQ (contents->damaged->len, 0);
  HS_ASSERT_INT_EQ (contents->jobs->len, 1);
  g_autoptr (GPtrArray) audit = read_audit ();
  HS_ASSERT_INT_EQ (audit->len, 1);
  HS_ASSERT (hs_print_options_are_none (&((HsJob *)g_ptr_array_index (audit, 0))->changed));
}

static void
what_a_release_changed_is_kept_under_the_mac (void)
{
  g_autoptr (HsJob) job = hs_fixture_job (1);
  g_autoptr (HsJob) done = hs_fixture_job (2);
  g_autoptr (HsLedgerBatch) batch = hs_ledger_batch_new ();

  job->changed = done->changed
      = (HsPrintOptions){ 3, HS_SIDES_WISH_TWO_SHORT, HS_COLOUR_MONOCHROME };
  done->state = HS_JOB_DELIVERED;
  done->finished_at_us = 7;
  hs_ledger_batch_put_job (batch, job, 0, NULL);
  hs_ledger_batch_archive_job (batch, done);
  HS_ASSERT (hs_fixture_commit (ledger, g_steal_pointer (&batch), NULL));
  tamper ("SELECT 1");
  load ();
  HS_ASSERT_INT_EQ (contents->damaged->len, 0);
  const HsLedgerJob *row = g_ptr_array_index (contents->jobs, 0);
  HS_ASSERT (hs_print_options_are_equal (&row->job->changed, &job->changed));
  g_autoptr (GPtrArray) audit = read_audit ();
  HS_ASSERT_INT_EQ (audit->len, 1);
  HS_ASSERT (hs_print_options_are_equal (&((HsJob *)g_ptr_array_index (audit, 0))->changed,
                                         &done->changed));
  tamper_and_load ("UPDATE jobs SET changed_copies = 4");
  HS_ASSERT_INT_EQ (contents->damaged->len, 1);
  tamper_and_load ("UPDATE jobs SET changed_copies = 10000");
  HS_ASSERT_INT_EQ (contents->damaged->len, 1);
  tamper_and_load ("UPDATE jobs SET changed_copies = 3; UPDATE audit SET changed_sides = NULL");
  HS_ASSERT_INT_EQ (contents->damaged->len, 0);
  g_autoptr (GPtrArray) cut = read_audit ();
  HS_ASSERT_INT_EQ (cut->len, 0);
}

static void
a_claim_tag_is_under_the_mac_where_there_is_one (void)
{
  static const guint8 zeros[HS_JOB_DIGEST_BYTES];
  g_autoptr (HsJob) job = hs_fixture_job (1);
  HsJobRow row = { .job = job };
  g_autoptr (GByteArray) without = g_byte_array_new ();
  g_autoptr (GByteArray) with = g_byte_array_new ();

  hs_job_row_encode (HS_JOB_TABLE_JOBS, &row, without);
  HS_ASSERT_BYTES_EQ (job->claim_tag, sizeof zeros, zeros, sizeof zeros);
  job->claim_tag[31] = 1;
  hs_job_row_encode (HS_JOB_TABLE_JOBS, &row, with);
  HS_ASSERT_INT_EQ (with->len, without->len + 4 + strlen ("claim_tag") + 4 + sizeof zeros);
  HS_ASSERT (memcmp (with->data, without->data, without->len) == 0);
  put (1);
  tamper_and_load ("UPDATE jobs SET claim_tag = randomblob(32)");
  HS_ASSERT_INT_EQ (contents->damaged->len, 1);
  tamper_and_load ("UPDATE jobs SET claim_tag = NULL");
  HS_ASSERT_INT_EQ (contents->damaged->len, 0);
}

static void
canonical_bytes_are_what_the_page_says (void)
{
  static const guint8 expected[] = "homespool.row/1\0settings\0"
                                   "\0\0\0\6"
                                   "bundle"
                                   "\0\0\0\2"
                                   "\1\2"
                                   "\0\0\0\0"
                                   "\xff\xff\xff\xff"
                                   "\xff\xff\xff\xff\xff\xff\xff\xfe"
                                   "\0\0\0\0\0\0\1";
  g_autoptr (GByteArray) row = g_byte_array_new ();

  hs_row_bytes_begin (row, "settings");
  hs_row_bytes_add_text (row, "bundle");
  hs_row_bytes_add_bytes (row, "\1\2", 2);
  hs_row_bytes_add_text (row, "");
  hs_row_bytes_add_text (row, NULL);
  hs_row_bytes_add_number (row, -2);
  hs_row_bytes_add_number (row, 256);
  HS_ASSERT_BYTES_EQ (row->data, row->len, expected, sizeof expected);
}

/* Changes one bit in every byte of a job and expects other canonical bytes, except in the fields
 * that no row has. */
static void
every_stored_field_is_under_the_mac (void)
{
  g_autoptr (HsJob) job = hs_fixture_job (1);
  HsJobRow row = { .job = job, .pending = 1 };
  g_autoptr (GByteArray) before = g_byte_array_new ();
  g_autoptr (GByteArray) after = g_byte_array_new ();

  hs_job_row_encode (HS_JOB_TABLE_JOBS, &row, before);
  static const struct
  {
    gsize offset;
    gsize size;
  } fields[] = {
#define FIELD(name) { G_STRUCT_OFFSET (HsJob, name), sizeof (((HsJob *)NULL)->name) }
    FIELD (id),
    FIELD (ipp_id),
    FIELD (state),
    FIELD (reasons),
    FIELD (owner_kind),
    FIELD (owner),
    FIELD (owner_uid),
    FIELD (maker),
    FIELD (size_bytes),
    FIELD (impressions),
    FIELD (impressions_source),
    FIELD (colour),
    FIELD (sides),
    FIELD (copies),
    FIELD (created_at_us),
    FIELD (sealed_at_us),
    FIELD (expires_at_us),
    FIELD (finished_at_us),
    FIELD (header_mac),
    FIELD (stanza_digest),
    FIELD (sealed_bytes),
    FIELD (release_e),
    FIELD (release_epoch),
    FIELD (printer),
    FIELD (release_command),
    FIELD (progress),
    FIELD (printer_job_id),
    FIELD (sent_bytes),
    FIELD (printer_job_state),
    FIELD (left_printer),
    FIELD (left_job_id),
    FIELD (intents),
    FIELD (attempts),
    FIELD (cancel_wanted),
    FIELD (result_impressions),
    FIELD (result_sheets),
    FIELD (result_counted),
    FIELD (offline),
    FIELD (changed.copies),
    FIELD (changed.sides),
    FIELD (changed.colour),
#undef FIELD
  };
  for (gsize i = 0; i < G_N_ELEMENTS (fields); i++)
    {
      guint8 *byte = (guint8 *)job + fields[i].offset;
      *byte ^= 1;
      hs_job_row_encode (HS_JOB_TABLE_JOBS, &row, after);
      *byte ^= 1;
      HS_ASSERT (after->len != before->len || memcmp (after->data, before->data, after->len) != 0);
    }
  char *const texts[] = { job->format, job->media, job->failure, job->recipients[0] };
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      texts[i][0] ^= 1;
      hs_job_row_encode (HS_JOB_TABLE_JOBS, &row, after);
      texts[i][0] ^= 1;
      HS_ASSERT (memcmp (after->data, before->data, before->len) != 0);
    }
  row.pending = 2;
  hs_job_row_encode (HS_JOB_TABLE_JOBS, &row, after);
  HS_ASSERT (memcmp (after->data, before->data, before->len) != 0);
  row.pending = 1;
  row.sealed_digest[31] = 1;
  hs_job_row_encode (HS_JOB_TABLE_JOBS, &row, after);
  HS_ASSERT (memcmp (after->data, before->data, before->len) != 0);
  row.sealed_digest[31] = 0;
  hs_job_row_encode (HS_JOB_TABLE_AUDIT, &row, after);
  HS_ASSERT (after->len < before->len);
}

HS_SUITE_WITH (
    "ledger damage",
    set_up,
    tear_down,
    { "a changed job is reported and not dropped", a_changed_job_is_reported_and_not_dropped },
    { "one damaged row leaves the others usable", one_damaged_row_leaves_the_others_usable },
    { "a row that was moved to another job is damaged", a_row_moved_to_another_job_is_damaged },
    { "exchanged sealed fields are not given out", exchanged_sealed_fields_are_not_given_out },
    { "changed rows of the small tables are reported", changed_small_rows_are_reported },
    { "a missing record is seen", a_missing_record_is_seen },
    { "changed audit lines are left out", changed_audit_lines_are_left_out },
    { "a newer ledger is refused with both versions named",
      a_newer_ledger_is_refused_with_both_versions },
    { "another program's database is refused", another_programs_database_is_refused },
    { "a file of noise is refused with what to do", a_file_of_noise_is_refused_with_what_to_do },
    { "a torn page is seen at start", a_torn_page_is_seen_at_start },
    { "two agents cannot have one ledger", two_agents_cannot_have_one_ledger },
    { "a ledger that others may read is refused", a_ledger_that_others_may_read_is_refused },
    { "the tables have the columns of the list", the_tables_have_the_columns_of_the_list },
    { "an older ledger is brought up to date, with its rows",
      an_older_ledger_is_brought_up_to_date_with_its_rows },
    { "a ledger from before options is brought up to date",
      a_ledger_from_before_options_is_brought_up_to_date },
    { "what a release changed is kept under the MAC",
      what_a_release_changed_is_kept_under_the_mac },
    { "a claim tag is under the MAC, where there is one",
      a_claim_tag_is_under_the_mac_where_there_is_one },
    { "canonical bytes are what the page says", canonical_bytes_are_what_the_page_says },
    { "every stored field is under the MAC", every_stored_field_is_under_the_mac })
