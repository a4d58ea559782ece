/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The ledger: what goes in comes back after a restart, and nothing else does. */

#include "base/error.h"
#include "store/ledger.h"
#include "support/ledger_fixture.h"
#include "support/loop.h"
#include "support/suite.h"
#include "support/temp_dir.h"

static char *folder;
static HsLedger *ledger;
static HsLedgerContents *contents;

static void
set_up (void)
{
  folder = hs_temp_dir_new ();
  ledger = hs_fixture_open (folder, NULL);
}

static void
tear_down (void)
{
  g_clear_pointer (&contents, hs_ledger_contents_free);
  g_clear_pointer (&ledger, hs_ledger_free);
  g_clear_pointer (&folder, hs_temp_dir_free);
}

static void
restart (void)
{
  hs_fixture_restart (folder, &ledger, &contents);
}

static void
commit (HsLedgerBatch *batch)
{
  g_autoptr (GError) error = NULL;

  HS_ASSERT (hs_fixture_commit (ledger, batch, &error));
}

static HsLedgerJob *
only_job (void)
{
  HS_ASSERT_INT_EQ (contents->jobs->len, 1);
  return g_ptr_array_index (contents->jobs, 0);
}

static GBytes *
text_bytes (const char *text)
{
  return g_bytes_new (text, strlen (text));
}

static GPtrArray *
read_sealed (const HsId *ids, gsize count)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  hs_ledger_read_sealed_async (ledger, ids, count, hs_loop_store_result, &result);
  HS_LOOP_UNTIL (result != NULL);
  GPtrArray *sealed = hs_ledger_read_sealed_finish (ledger, result, &error);
  HS_ASSERT_NO_ERROR (error);
  return sealed;
}

static GPtrArray *
read_audit (const HsId *job, guint limit)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  hs_ledger_read_audit_async (ledger, job, limit, hs_loop_store_result, &result);
  HS_LOOP_UNTIL (result != NULL);
  GPtrArray *jobs = hs_ledger_read_audit_finish (ledger, result, &error);
  HS_ASSERT_NO_ERROR (error);
  return jobs;
}

/* ── jobs ────────────────────────────────────────────────────────────────────────────────── */

static void
a_new_ledger_is_empty_and_says_so (void)
{
  contents = hs_ledger_load (ledger, NULL);
  HS_ASSERT (contents->born);
  HS_ASSERT_INT_EQ (contents->jobs->len, 0);
  HS_ASSERT_BYTES_EQ (contents->stream, HS_OUTBOX_STREAM_BYTES, hs_fixture_stream,
                      HS_OUTBOX_STREAM_BYTES);
  restart ();
  HS_ASSERT (!contents->born);
}

static void
every_field_of_a_job_comes_back (void)
{
  g_autoptr (HsJob) job = hs_fixture_job (1);
  HsLedgerBatch *batch = hs_ledger_batch_new ();

  job->sent_bytes = (G_GUINT64_CONSTANT (7) << 32) + 1;
  job->printer_job_state = 5;
  job->left_printer = hs_fixture_id (6);
  job->left_job_id = 76;
  job->intents = 3;
  hs_ledger_batch_put_job (batch, job, HS_EFFECT_ANNOUNCE, NULL);
  commit (batch);
  restart ();
  hs_fixture_assert_jobs_equal (only_job ()->job, job);
  HS_ASSERT_INT_EQ (only_job ()->pending, HS_EFFECT_ANNOUNCE);
  HS_ASSERT (!only_job ()->has_sealed);
}

static void
missing_texts_stay_missing (void)
{
  g_autoptr (HsLedgerBatch) batch = hs_ledger_batch_new ();
  g_autoptr (HsJob) job = hs_job_new ();

  job->id = hs_fixture_id (1);
  job->state = HS_JOB_HELD;
  hs_ledger_batch_put_job (batch, job, HS_EFFECT_NONE, NULL);
  commit (g_steal_pointer (&batch));
  restart ();
  hs_fixture_assert_jobs_equal (only_job ()->job, job);
}

static void
an_empty_list_of_recipients_stays_empty (void)
{
  g_autoptr (HsJob) job = hs_fixture_job (1);
  g_autoptr (HsLedgerBatch) batch = hs_ledger_batch_new ();

  g_strfreev (job->recipients);
  job->recipients = g_new0 (char *, 1);
  hs_ledger_batch_put_job (batch, job, HS_EFFECT_NONE, NULL);
  commit (g_steal_pointer (&batch));
  restart ();
  hs_fixture_assert_jobs_equal (only_job ()->job, job);
}

static void
private_fields_never_reach_the_file (void)
{
  g_autoptr (HsLedgerBatch) batch = hs_ledger_batch_new ();
  g_autoptr (HsJob) job = hs_fixture_job (1);
  g_autofree char *path = g_build_filename (folder, HS_LEDGER_FILE_NAME, NULL);
  g_autofree char *log_path = g_strconcat (path, "-wal", NULL);

  job->title = g_strdup ("canary-title");
  job->user_name = g_strdup ("canary-user");
  job->ticket = text_bytes ("canary-ticket");
  hs_ledger_batch_put_job (batch, job, HS_EFFECT_NONE, NULL);
  commit (g_steal_pointer (&batch));

  const char *const paths[] = { path, log_path };
  gboolean found_id = FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      g_autofree char *text = NULL;
      gsize length = 0;
      if (!g_file_get_contents (paths[i], &text, &length, NULL))
        continue;
      HS_ASSERT (memmem (text, length, "canary", 6) == NULL);
      found_id |= memmem (text, length, job->id.bytes, HS_ID_BYTES) != NULL;
    }
  HS_ASSERT (found_id);
}

static void
a_changed_job_replaces_its_row (void)
{
  g_autoptr (HsLedgerBatch) batch = hs_ledger_batch_new ();
  g_autoptr (HsJob) job = hs_fixture_job (1);

  commit (hs_fixture_put (1));
  job->state = HS_JOB_RELEASED;
  job->attempts = 9;
  hs_ledger_batch_put_job (batch, job, HS_EFFECT_DELIVER | HS_EFFECT_REPORT, NULL);
  commit (g_steal_pointer (&batch));
  restart ();
  hs_fixture_assert_jobs_equal (only_job ()->job, job);
  HS_ASSERT_INT_EQ (only_job ()->pending, HS_EFFECT_DELIVER | HS_EFFECT_REPORT);
}

static void
sealed_fields_stay_when_a_put_brings_none (void)
{
  g_autoptr (HsLedgerBatch) batch = hs_ledger_batch_new ();
  g_autoptr (HsJob) job = hs_fixture_job (1);
  g_autoptr (GBytes) sealed = text_bytes ("sealed title");

  hs_ledger_batch_put_job (batch, job, HS_EFFECT_NONE, sealed);
  commit (g_steal_pointer (&batch));
  commit (hs_fixture_put (1));
  restart ();
  HS_ASSERT (only_job ()->has_sealed);
  HsId ids[] = { hs_fixture_id (1), hs_fixture_id (2) };
  g_autoptr (GPtrArray) found = read_sealed (ids, 2);
  HS_ASSERT_INT_EQ (found->len, 2);
  HS_ASSERT (g_bytes_equal (g_ptr_array_index (found, 0), sealed));
  HS_ASSERT (g_ptr_array_index (found, 1) == NULL);
}

static void
jobs_come_back_oldest_first (void)
{
  commit (hs_fixture_put (9));
  commit (hs_fixture_put (3));
  commit (hs_fixture_put (5));
  restart ();
  HS_ASSERT_INT_EQ (contents->jobs->len, 3);
  for (guint i = 1; i < 3; i++)
    {
      const HsLedgerJob *before = g_ptr_array_index (contents->jobs, i - 1);
      const HsLedgerJob *after = g_ptr_array_index (contents->jobs, i);
      HS_ASSERT (before->job->created_at_us < after->job->created_at_us);
    }
}

static void
a_job_that_is_over_keeps_no_sealed_fields (void)
{
  g_autoptr (HsLedgerBatch) put = hs_ledger_batch_new ();
  g_autoptr (HsLedgerBatch) end = hs_ledger_batch_new ();
  g_autoptr (HsJob) job = hs_fixture_job (1);
  g_autoptr (GBytes) sealed = text_bytes ("sealed title");
  HsId id = hs_fixture_id (1);

  hs_ledger_batch_put_job (put, job, HS_EFFECT_NONE, sealed);
  commit (g_steal_pointer (&put));
  job->state = HS_JOB_CANCELLED;
  hs_ledger_batch_put_job (end, job, HS_EFFECT_TAKE_BACK, NULL);
  commit (g_steal_pointer (&end));
  restart ();
  HS_ASSERT (!only_job ()->has_sealed);
  HS_ASSERT_INT_EQ (only_job ()->pending, HS_EFFECT_TAKE_BACK);
  g_autoptr (GPtrArray) found = read_sealed (&id, 1);
  HS_ASSERT (g_ptr_array_index (found, 0) == NULL);
}

static void
a_deleted_job_is_gone_with_its_sealed_fields (void)
{
  g_autoptr (HsLedgerBatch) put = hs_ledger_batch_new ();
  g_autoptr (HsLedgerBatch) deletion = hs_ledger_batch_new ();
  g_autoptr (HsJob) job = hs_fixture_job (1);
  g_autoptr (GBytes) sealed = text_bytes ("sealed title");
  HsId id = hs_fixture_id (1), other = hs_fixture_id (2);

  hs_ledger_batch_put_job (put, job, HS_EFFECT_NONE, sealed);
  commit (g_steal_pointer (&put));
  hs_ledger_batch_delete_job (deletion, &id);
  hs_ledger_batch_delete_job (deletion, &other);
  commit (g_steal_pointer (&deletion));
  restart ();
  HS_ASSERT_INT_EQ (contents->jobs->len, 0);
  g_autoptr (GPtrArray) found = read_sealed (&id, 1);
  HS_ASSERT (g_ptr_array_index (found, 0) == NULL);
}

static void
jobs_without_row_or_id_are_refused (void)
{
  static const HsJobState states[] = { HS_JOB_NONE, HS_JOB_RECEIVING, HS_JOB_N_STATES };

  for (gsize i = 0; i <= G_N_ELEMENTS (states); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (HsJob) job = hs_fixture_job (1);
      g_autoptr (HsLedgerBatch) batch = hs_ledger_batch_new ();
      if (i < G_N_ELEMENTS (states))
        job->state = states[i];
      else
        memset (job->id.bytes, 0, HS_ID_BYTES);
      hs_ledger_batch_put_job (batch, job, HS_EFFECT_NONE, NULL);
      HS_ASSERT (!hs_fixture_commit (ledger, g_steal_pointer (&batch), &error));
      HS_ASSERT_ERROR (error, HS_ERROR_INVALID);
    }
  restart ();
  HS_ASSERT_INT_EQ (contents->jobs->len, 0);
}

static void
sizes_beyond_the_file_format_are_refused (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HsJob) job = hs_fixture_job (1);
  g_autoptr (HsLedgerBatch) batch = hs_ledger_batch_new ();

  job->size_bytes = G_MAXUINT64;
  hs_ledger_batch_put_job (batch, job, HS_EFFECT_NONE, NULL);
  HS_ASSERT (!hs_fixture_commit (ledger, g_steal_pointer (&batch), &error));
  HS_ASSERT_ERROR (error, HS_ERROR_INVALID);
}

static void
an_archived_job_leaves_one_audit_line (void)
{
  g_autoptr (HsLedgerBatch) batch = hs_ledger_batch_new ();
  g_autoptr (HsJob) job = hs_fixture_job (1);
  HsId id = hs_fixture_id (1), unknown = hs_fixture_id (2);

  commit (hs_fixture_put (1));
  job->state = HS_JOB_DELIVERED;
  hs_ledger_batch_archive_job (batch, job);
  commit (g_steal_pointer (&batch));
  restart ();
  HS_ASSERT_INT_EQ (contents->jobs->len, 0);
  g_autoptr (GPtrArray) lines = read_audit (&id, 1);
  HS_ASSERT_INT_EQ (lines->len, 1);
  const HsJob *line = g_ptr_array_index (lines, 0);
  HS_ASSERT_INT_EQ (line->state, HS_JOB_DELIVERED);
  HS_ASSERT_INT_EQ (line->result_sheets, job->result_sheets);
  HS_ASSERT_STR_EQ (line->failure, job->failure);
  static const guint8 zeros[HS_JOB_MAC_BYTES];
  HS_ASSERT_BYTES_EQ (line->header_mac, HS_JOB_MAC_BYTES, zeros, HS_JOB_MAC_BYTES);
  g_autoptr (GPtrArray) none = read_audit (&unknown, 1);
  HS_ASSERT_INT_EQ (none->len, 0);
}

static void
a_job_that_is_not_final_is_not_archived (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HsLedgerBatch) batch = hs_ledger_batch_new ();
  g_autoptr (HsJob) job = hs_fixture_job (1);

  commit (hs_fixture_put (1));
  hs_ledger_batch_archive_job (batch, job);
  HS_ASSERT (!hs_fixture_commit (ledger, g_steal_pointer (&batch), &error));
  HS_ASSERT_ERROR (error, HS_ERROR_INVALID);
  restart ();
  HS_ASSERT_INT_EQ (contents->jobs->len, 1);
}

static void
old_audit_lines_are_pruned_and_new_ones_listed_first (void)
{
  g_autoptr (HsLedgerBatch) batch = hs_ledger_batch_new ();

  for (guint8 i = 1; i <= 4; i++)
    {
      g_autoptr (HsJob) job = hs_fixture_job (i);
      job->state = HS_JOB_CANCELLED;
      job->finished_at_us = i * 100;
      hs_ledger_batch_archive_job (batch, job);
    }
  hs_ledger_batch_prune_audit (batch, 200);
  commit (g_steal_pointer (&batch));
  g_autoptr (GPtrArray) newest = read_audit (NULL, 2);
  HS_ASSERT_INT_EQ (newest->len, 2);
  HS_ASSERT_INT_EQ (((HsJob *)g_ptr_array_index (newest, 0))->finished_at_us, 400);
  g_autoptr (GPtrArray) all = read_audit (NULL, 100);
  HS_ASSERT_INT_EQ (all->len, 3);
}

/* ── the rest ────────────────────────────────────────────────────────────────────────────── */

static void
a_command_is_executed_once (void)
{
  g_autoptr (GError) error = NULL;
  HsLedgerCommand command = {
    .id = hs_fixture_id (7), .job = hs_fixture_id (1), .at_us = 50, .result = (char *)"done"
  };
  g_autoptr (HsLedgerBatch) first = hs_ledger_batch_new ();
  g_autoptr (HsLedgerBatch) second = hs_fixture_put (1);

  hs_ledger_batch_put_command (first, &command);
  commit (g_steal_pointer (&first));
  hs_ledger_batch_put_command (second, &command);
  HS_ASSERT (!hs_fixture_commit (ledger, g_steal_pointer (&second), &error));
  HS_ASSERT_ERROR (error, HS_ERROR_REFUSED);
  restart ();
  HS_ASSERT_INT_EQ (contents->jobs->len, 0);
  HS_ASSERT_INT_EQ (contents->commands->len, 1);
  const HsLedgerCommand *found = g_ptr_array_index (contents->commands, 0);
  HS_ASSERT (hs_id_equal (&found->id, &command.id) && hs_id_equal (&found->job, &command.job));
  HS_ASSERT_INT_EQ (found->at_us, 50);
  HS_ASSERT_STR_EQ (found->result, "done");
  HS_ASSERT_STR_EQ (found->sentence, NULL);
}

static void
a_command_gets_its_result_later_and_is_pruned (void)
{
  g_autoptr (GError) error = NULL;
  HsLedgerCommand old = { .id = hs_fixture_id (7), .at_us = 50 };
  HsLedgerCommand young = { .id = hs_fixture_id (8), .at_us = 60 };
  HsId unknown = hs_fixture_id (9);
  g_autoptr (HsLedgerBatch) batch = hs_ledger_batch_new ();
  g_autoptr (HsLedgerBatch) wrong = hs_ledger_batch_new ();

  hs_ledger_batch_put_command (batch, &old);
  hs_ledger_batch_put_command (batch, &young);
  hs_ledger_batch_set_command_result (batch, &young.id, "refused", "The printer said no.");
  hs_ledger_batch_prune_commands (batch, 60);
  commit (g_steal_pointer (&batch));
  hs_ledger_batch_set_command_result (wrong, &unknown, "done", NULL);
  HS_ASSERT (!hs_fixture_commit (ledger, g_steal_pointer (&wrong), &error));
  HS_ASSERT_ERROR (error, HS_ERROR_INVALID);
  restart ();
  HS_ASSERT_INT_EQ (contents->commands->len, 1);
  const HsLedgerCommand *found = g_ptr_array_index (contents->commands, 0);
  HS_ASSERT_STR_EQ (found->result, "refused");
  HS_ASSERT_STR_EQ (found->sentence, "The printer said no.");
}

static void
assert_same_key (const HsLedgerOwnerKey *found, const HsLedgerOwnerKey *kept)
{
  HS_ASSERT (hs_id_equal (&found->identity, &kept->identity));
  HS_ASSERT_BYTES_EQ (found->public_key, sizeof found->public_key, kept->public_key,
                      sizeof kept->public_key);
  HS_ASSERT (found->has_title_key == kept->has_title_key);
  HS_ASSERT_BYTES_EQ (found->title_key, sizeof found->title_key, kept->title_key,
                      sizeof kept->title_key);
  HS_ASSERT (found->at_us == kept->at_us);
}

static void
identities_and_owner_keys_come_back (void)
{
  g_autoptr (GBytes) name = text_bytes ("sealed name");
  HsLedgerIdentity alice
      = { .uid = 1001, .identity = hs_fixture_id (1), .at_us = 5, .sealed_name = name };
  HsLedgerIdentity bob = { .uid = 4294967294u, .identity = hs_fixture_id (2) };
  HsLedgerOwnerKey key = { .identity = hs_fixture_id (1), .public_key = { 1, 2 }, .at_us = 6 };
  HsLedgerOwnerKey titled = { .identity = hs_fixture_id (2),
                              .public_key = { 3 },
                              .has_title_key = TRUE,
                              .title_key = { 4, 5 },
                              .at_us = 7 };
  g_autoptr (HsLedgerBatch) batch = hs_ledger_batch_new ();
  g_autoptr (HsLedgerBatch) removal = hs_ledger_batch_new ();

  hs_ledger_batch_put_identity (batch, &alice);
  hs_ledger_batch_put_identity (batch, &bob);
  hs_ledger_batch_put_owner_key (batch, &key);
  hs_ledger_batch_put_owner_key (batch, &titled);
  commit (g_steal_pointer (&batch));
  restart ();
  HS_ASSERT_INT_EQ (contents->identities->len, 2);
  const HsLedgerIdentity *found = g_ptr_array_index (contents->identities, 0);
  HS_ASSERT_INT_EQ (found->uid, 1001);
  HS_ASSERT (hs_id_equal (&found->identity, &alice.identity));
  HS_ASSERT (g_bytes_equal (found->sealed_name, name));
  found = g_ptr_array_index (contents->identities, 1);
  HS_ASSERT_INT_EQ (found->uid, 4294967294u);
  HS_ASSERT (found->sealed_name == NULL);
  const HsLedgerOwnerKey *found_key = g_ptr_array_index (contents->owner_keys, 0);
  assert_same_key (found_key, &key);
  found_key = g_ptr_array_index (contents->owner_keys, 1);
  assert_same_key (found_key, &titled);

  hs_ledger_batch_delete_identity (removal, 1001);
  hs_ledger_batch_delete_owner_key (removal, &key.identity);
  commit (g_steal_pointer (&removal));
  restart ();
  HS_ASSERT_INT_EQ (contents->identities->len, 1);
  HS_ASSERT_INT_EQ (contents->owner_keys->len, 1);
}

static void
settings_come_back_and_can_be_deleted (void)
{
  g_autoptr (GBytes) first = text_bytes ("bundle 1");
  g_autoptr (GBytes) second = text_bytes ("bundle 2");
  g_autoptr (GBytes) empty = text_bytes ("");
  g_autoptr (HsLedgerBatch) batch = hs_ledger_batch_new ();

  hs_ledger_batch_put_setting (batch, "bundle", first);
  hs_ledger_batch_put_setting (batch, "bundle", second);
  hs_ledger_batch_put_setting (batch, "empty", empty);
  hs_ledger_batch_put_setting (batch, "gone", first);
  hs_ledger_batch_delete_setting (batch, "gone");
  commit (g_steal_pointer (&batch));
  restart ();
  HS_ASSERT_INT_EQ (g_hash_table_size (contents->settings), 2);
  HS_ASSERT (g_bytes_equal (g_hash_table_lookup (contents->settings, "bundle"), second));
  HS_ASSERT (g_bytes_equal (g_hash_table_lookup (contents->settings, "empty"), empty));
}

static void
values_beyond_their_limits_are_refused (void)
{
  g_autofree char *long_name = g_strnfill (HS_LEDGER_KEY_MAX_BYTES + 1, 'a');
  g_autofree char *large = g_malloc0 (HS_LEDGER_VALUE_MAX_BYTES + 1);
  g_autoptr (GBytes) value = text_bytes ("x");
  g_autoptr (GBytes) too_large = g_bytes_new (large, HS_LEDGER_VALUE_MAX_BYTES + 1);
  g_autoptr (HsJob) job = hs_fixture_job (1);
  HsLedgerBatch *batches[4];

  for (gsize i = 0; i < G_N_ELEMENTS (batches); i++)
    batches[i] = hs_ledger_batch_new ();
  hs_ledger_batch_put_setting (batches[0], long_name, value);
  hs_ledger_batch_put_setting (batches[1], "", value);
  hs_ledger_batch_put_setting (batches[2], "bundle", too_large);
  hs_ledger_batch_put_job (batches[3], job, HS_EFFECT_NONE, too_large);
  for (gsize i = 0; i < G_N_ELEMENTS (batches); i++)
    {
      g_autoptr (GError) error = NULL;
      HS_ASSERT (!hs_fixture_commit (ledger, batches[i], &error));
      HS_ASSERT_ERROR (error, HS_ERROR_INVALID);
    }
}

static void
printers_are_remembered_for_each_network (void)
{
  g_autoptr (GBytes) facts = text_bytes ("{}");
  HsLedgerPrinter home
      = { .printer = hs_fixture_id (1), .network = (char *)"home", .at_us = 1, .facts = facts };
  HsLedgerPrinter office
      = { .printer = hs_fixture_id (1), .network = (char *)"office", .at_us = 2, .facts = facts };
  HsLedgerPrinter other
      = { .printer = hs_fixture_id (2), .network = (char *)"", .at_us = 3, .facts = facts };
  g_autoptr (HsLedgerBatch) batch = hs_ledger_batch_new ();
  g_autoptr (HsLedgerBatch) removal = hs_ledger_batch_new ();

  hs_ledger_batch_put_printer (batch, &home);
  hs_ledger_batch_put_printer (batch, &office);
  hs_ledger_batch_put_printer (batch, &other);
  commit (g_steal_pointer (&batch));
  restart ();
  HS_ASSERT_INT_EQ (contents->printers->len, 3);
  const HsLedgerPrinter *found = g_ptr_array_index (contents->printers, 1);
  HS_ASSERT_STR_EQ (found->network, "office");
  HS_ASSERT (g_bytes_equal (found->facts, facts));
  hs_ledger_batch_delete_printer (removal, &home.printer);
  commit (g_steal_pointer (&removal));
  restart ();
  HS_ASSERT_INT_EQ (contents->printers->len, 1);
}

static void
an_empty_batch_is_durable_at_once (void)
{
  g_autoptr (HsLedgerBatch) batch = hs_ledger_batch_new ();

  HS_ASSERT (hs_ledger_batch_is_empty (batch));
  commit (g_steal_pointer (&batch));
}

HS_SUITE_WITH (
    "ledger",
    set_up,
    tear_down,
    { "a new ledger is empty and says so", a_new_ledger_is_empty_and_says_so },
    { "every field of a job comes back", every_field_of_a_job_comes_back },
    { "missing texts stay missing", missing_texts_stay_missing },
    { "an empty list of recipients stays empty", an_empty_list_of_recipients_stays_empty },
    { "private fields never reach the file", private_fields_never_reach_the_file },
    { "a changed job replaces its row", a_changed_job_replaces_its_row },
    { "sealed fields stay when a put brings none", sealed_fields_stay_when_a_put_brings_none },
    { "jobs come back oldest first", jobs_come_back_oldest_first },
    { "a job that is over keeps no sealed fields", a_job_that_is_over_keeps_no_sealed_fields },
    { "a deleted job is gone with its sealed fields",
      a_deleted_job_is_gone_with_its_sealed_fields },
    { "jobs without a row or an id are refused", jobs_without_row_or_id_are_refused },
    { "sizes beyond the file format are refused", sizes_beyond_the_file_format_are_refused },
    { "an archived job leaves one audit line", an_archived_job_leaves_one_audit_line },
    { "a job that is not final is not archived", a_job_that_is_not_final_is_not_archived },
    { "old audit lines are pruned and new ones listed first",
      old_audit_lines_are_pruned_and_new_ones_listed_first },
    { "a command is executed once", a_command_is_executed_once },
    { "a command gets its result later and is pruned",
      a_command_gets_its_result_later_and_is_pruned },
    { "identities and owner keys come back", identities_and_owner_keys_come_back },
    { "settings come back and can be deleted", settings_come_back_and_can_be_deleted },
    { "values beyond their limits are refused", values_beyond_their_limits_are_refused },
    { "printers are remembered for each network", printers_are_remembered_for_each_network },
    { "an empty batch is durable at once", an_empty_batch_is_durable_at_once })
