/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Batches, groups and the outbox chain: all or nothing, in order, and no neighbour harmed. */

#include "base/error.h"
#include "store/ledger.h"
#include "support/ledger_fixture.h"
#include "support/loop.h"
#include "support/suite.h"
#include "support/temp_dir.h"

static char *folder;
static HsLedger *ledger;
static HsLedgerContents *contents;
static GAsyncQueue *gate; /* holds the worker in a batch until something is pushed */

static void
set_up (void)
{
  folder = hs_temp_dir_new ();
  ledger = hs_fixture_open (folder, NULL);
  gate = g_async_queue_new ();
}

static void
tear_down (void)
{
  g_clear_pointer (&contents, hs_ledger_contents_free);
  g_clear_pointer (&ledger, hs_ledger_free);
  g_clear_pointer (&gate, g_async_queue_unref);
  g_clear_pointer (&folder, hs_temp_dir_free);
}

static void
restart (void)
{
  hs_fixture_restart (folder, &ledger, &contents);
}

static GBytes *
wait_at_gate (guint64 n, const char *prev, gconstpointer data, GError **error)
{
  g_async_queue_pop (gate);
  return hs_fixture_encode (n, prev, data, error);
}

static void
add_event (HsLedgerBatch *batch, const char *text)
{
  hs_ledger_batch_append_event (batch, hs_fixture_encode, g_strdup (text), g_free);
}

static void
commit_event (const char *text)
{
  g_autoptr (GError) error = NULL;
  HsLedgerBatch *batch = hs_ledger_batch_new ();

  add_event (batch, text);
  HS_ASSERT (hs_fixture_commit (ledger, batch, &error));
}

/* Holds the worker, hands over @count batches that so become one group, and waits for all. */
static void
commit_together (HsLedgerBatch **batches, GAsyncResult **results, guint count)
{
  g_autoptr (GAsyncResult) first = NULL;
  HsLedgerBatch *holder = hs_ledger_batch_new ();

  hs_ledger_batch_append_event (holder, wait_at_gate, g_strdup ("holder"), g_free);
  hs_ledger_commit_async (ledger, holder, hs_loop_store_result, &first);
  for (guint i = 0; i < count; i++)
    hs_ledger_commit_async (ledger, batches[i], hs_loop_store_result, &results[i]);
  g_async_queue_push (gate, gate);
  HS_LOOP_UNTIL (results[count - 1] != NULL);
  HS_ASSERT (first != NULL);
  HS_ASSERT (hs_ledger_commit_finish (ledger, first, NULL));
}

static GPtrArray *
read_outbox (guint64 after, guint max_records, gsize max_bytes)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  hs_ledger_read_outbox_async (ledger, after, max_records, max_bytes, hs_loop_store_result,
                               &result);
  HS_LOOP_UNTIL (result != NULL);
  GPtrArray *records = hs_ledger_read_outbox_finish (ledger, result, &error);
  HS_ASSERT_NO_ERROR (error);
  return records;
}

static HsOutboxVerdict
acknowledge (const HsOutboxPlace *site)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  hs_ledger_acknowledge_async (ledger, site, hs_loop_store_result, &result);
  HS_LOOP_UNTIL (result != NULL);
  HsOutboxVerdict verdict = hs_ledger_acknowledge_finish (ledger, result, &error);
  HS_ASSERT_NO_ERROR (error);
  return verdict;
}

static HsOutboxPlace
place_of (const HsOutboxRecord *record)
{
  HsOutboxPlace place = { .n = record->n };

  memcpy (place.hash, record->hash, sizeof place.hash);
  return place;
}

/* Each record names the hash of the one before; numbers have no gap. */
static void
assert_chain (GPtrArray *records, guint64 first_n)
{
  for (guint i = 0; i < records->len; i++)
    {
      const HsOutboxRecord *record = g_ptr_array_index (records, i);
      guint8 before[HS_OUTBOX_HASH_BYTES] = { 0 };
      char prev[HS_OUTBOX_HASH_TEXT_BYTES];
      g_autofree char *text
          = g_strndup (g_bytes_get_data (record->bytes, NULL), g_bytes_get_size (record->bytes));
      const char *data = strrchr (text, ' ') + 1;
      HS_ASSERT_INT_EQ (record->n, first_n + i);
      if (i > 0)
        memcpy (before, ((HsOutboxRecord *)g_ptr_array_index (records, i - 1))->hash,
                sizeof before);
      else if (first_n > 1)
        continue;
      hs_outbox_format_hash (before, prev);
      g_autoptr (GBytes) expected = hs_fixture_encode (record->n, prev, data, NULL);
      HS_ASSERT (g_bytes_equal (record->bytes, expected));
    }
}

/* ── batches ─────────────────────────────────────────────────────────────────────────────── */

static void
a_batch_that_fails_half_way_stores_nothing (void)
{
  g_autoptr (GError) error = NULL;
  HsLedgerBatch *batch = hs_fixture_put (1);

  add_event (batch, "announce");
  add_event (batch, "fail");
  HS_ASSERT (!hs_fixture_commit (ledger, batch, &error));
  HS_ASSERT_ERROR (error, HS_ERROR_INVALID);
  restart ();
  HS_ASSERT_INT_EQ (contents->jobs->len, 0);
  HS_ASSERT_INT_EQ (contents->outbox_head.n, 0);
}

static void
a_failing_mac_fails_the_batch_with_its_own_error (void)
{
  guint countdown = 2;
  HsLedgerSetup setup = { .folder = folder, .mac = hs_fixture_mac, .mac_data = &countdown };
  g_autoptr (GError) error = NULL;

  hs_ledger_free (ledger);
  ledger = hs_ledger_open (&setup, NULL);
  HS_ASSERT (hs_fixture_commit (ledger, hs_fixture_put (1), &error));
  HS_ASSERT (!hs_fixture_commit (ledger, hs_fixture_put (2), &error));
  HS_ASSERT_ERROR (error, HS_ERROR_DENIED);
  HS_ASSERT (hs_fixture_commit (ledger, hs_fixture_put (3), NULL));
  restart ();
  HS_ASSERT_INT_EQ (contents->jobs->len, 2);
}

static void
a_failing_batch_harms_no_neighbour (void)
{
  HsLedgerBatch *batches[5];
  GAsyncResult *results[5] = { NULL };

  for (guint8 i = 0; i < 5; i++)
    {
      batches[i] = hs_fixture_put ((guint8)(i + 1));
      add_event (batches[i], i % 2 == 1 ? "fail" : "announce");
    }
  commit_together (batches, results, 5);
  for (guint i = 0; i < 5; i++)
    {
      g_autoptr (GError) error = NULL;
      HS_ASSERT_INT_EQ (hs_ledger_commit_finish (ledger, results[i], &error), i % 2 == 0);
      if (i % 2 == 1)
        HS_ASSERT_ERROR (error, HS_ERROR_INVALID);
      g_object_unref (results[i]);
    }
  restart ();
  HS_ASSERT_INT_EQ (contents->jobs->len, 3);
  g_autoptr (GPtrArray) records = read_outbox (0, 100, G_MAXSIZE);
  HS_ASSERT_INT_EQ (records->len, 4);
  assert_chain (records, 1);
}

static void
many_batches_are_all_stored (void)
{
  enum
  {
    COUNT = 200
  };
  HsLedgerBatch *batches[COUNT];
  GAsyncResult *results[COUNT] = { NULL };

  for (guint i = 0; i < COUNT; i++)
    {
      batches[i] = hs_fixture_put ((guint8)(i + 1));
      add_event (batches[i], "announce");
    }
  commit_together (batches, results, COUNT);
  for (guint i = 0; i < COUNT; i++)
    {
      HS_ASSERT (hs_ledger_commit_finish (ledger, results[i], NULL));
      g_object_unref (results[i]);
    }
  restart ();
  HS_ASSERT_INT_EQ (contents->jobs->len, COUNT);
  g_autoptr (GPtrArray) records = read_outbox (0, 1000, G_MAXSIZE);
  HS_ASSERT_INT_EQ (records->len, COUNT + 1);
  assert_chain (records, 1);
}

static gsize
log_length (void)
{
  g_autofree char *log_path = g_build_filename (folder, HS_LEDGER_FILE_NAME "-wal", NULL);
  g_autofree char *text = NULL;
  gsize length = 0;

  HS_ASSERT (g_file_get_contents (log_path, &text, &length, NULL));
  return length;
}

/* One transaction writes each page that it changed once. */
static void
a_group_is_one_transaction (void)
{
  enum
  {
    COUNT = 40
  };
  HsLedgerBatch *batches[COUNT];
  GAsyncResult *results[COUNT] = { NULL };

  for (guint i = 0; i < COUNT; i++)
    HS_ASSERT (hs_fixture_commit (ledger, hs_fixture_put ((guint8)(i + 1)), NULL));
  gsize before = log_length ();
  for (guint i = 0; i < COUNT; i++)
    batches[i] = hs_fixture_put ((guint8)(i + 101));
  commit_together (batches, results, COUNT);
  for (guint i = 0; i < COUNT; i++)
    {
      HS_ASSERT (hs_ledger_commit_finish (ledger, results[i], NULL));
      g_object_unref (results[i]);
    }
  HS_ASSERT (log_length () - before < COUNT * 4096 / 2);
}

typedef struct
{
  guint number;
  GArray *order;
} Arrival;

static void
on_committed (GObject *source, GAsyncResult *result, gpointer data)
{
  Arrival *arrival = data;

  HS_ASSERT (hs_ledger_commit_finish (ledger, result, NULL));
  g_array_append_val (arrival->order, arrival->number);
}

static void
completions_arrive_in_the_order_of_the_calls (void)
{
  g_autoptr (GArray) order = g_array_new (FALSE, FALSE, sizeof (guint));
  Arrival arrivals[30];

  for (guint i = 0; i < G_N_ELEMENTS (arrivals); i++)
    {
      arrivals[i] = (Arrival){ i, order };
      hs_ledger_commit_async (ledger, hs_fixture_put ((guint8)(i + 1)), on_committed, &arrivals[i]);
    }
  HS_LOOP_UNTIL (order->len == G_N_ELEMENTS (arrivals));
  for (guint i = 0; i < order->len; i++)
    HS_ASSERT_INT_EQ (g_array_index (order, guint, i), i);
}

static HsLedgerBatch *
make_patient (guint8 number)
{
  HsLedgerBatch *batch = hs_fixture_put (number);

  hs_ledger_batch_may_wait (batch);
  return batch;
}

static void
a_batch_that_may_wait_is_committed_in_time (void)
{
  gint64 begin_us = g_get_monotonic_time ();

  HS_ASSERT (hs_fixture_commit (ledger, make_patient (1), NULL));
  HS_ASSERT (g_get_monotonic_time () - begin_us >= HS_LEDGER_WAIT_MS * G_TIME_SPAN_MILLISECOND);
  restart ();
  HS_ASSERT_INT_EQ (contents->jobs->len, 1);
}

static void
a_batch_that_may_wait_travels_with_the_next_one (void)
{
  g_autoptr (GAsyncResult) patient = NULL;

  hs_ledger_commit_async (ledger, make_patient (1), hs_loop_store_result, &patient);
  HS_ASSERT (hs_fixture_commit (ledger, hs_fixture_put (2), NULL));
  HS_ASSERT (patient != NULL);
  HS_ASSERT (hs_ledger_commit_finish (ledger, patient, NULL));
}

/* A busy disk may take longer than the wait; but not each time. */
static void
a_batch_that_may_wait_can_be_hurried (void)
{
  gint64 shortest_us = G_MAXINT64;

  hs_ledger_hurry (ledger); /* with nothing that waits */
  for (guint8 i = 1; i <= 10; i++)
    {
      g_autoptr (GAsyncResult) patient = NULL;
      gint64 begin_us = g_get_monotonic_time ();

      hs_ledger_commit_async (ledger, make_patient (i), hs_loop_store_result, &patient);
      hs_ledger_hurry (ledger);
      HS_LOOP_UNTIL (patient != NULL);
      HS_ASSERT (hs_ledger_commit_finish (ledger, patient, NULL));
      shortest_us = MIN (shortest_us, g_get_monotonic_time () - begin_us);
    }
  HS_ASSERT (shortest_us < HS_LEDGER_WAIT_MS * G_TIME_SPAN_MILLISECOND);
}

static void
a_question_sees_the_batch_that_waits (void)
{
  g_autoptr (GAsyncResult) patient = NULL;
  HsLedgerBatch *batch = make_patient (1);

  add_event (batch, "a");
  hs_ledger_commit_async (ledger, batch, hs_loop_store_result, &patient);
  g_autoptr (GPtrArray) records = read_outbox (0, 10, G_MAXSIZE);
  HS_ASSERT_INT_EQ (records->len, 1);
  HS_ASSERT (patient != NULL);
}

static void
closing_commits_the_batch_that_waits (void)
{
  g_autoptr (GAsyncResult) patient = NULL;

  hs_ledger_commit_async (ledger, make_patient (1), hs_loop_store_result, &patient);
  restart ();
  HS_ASSERT_INT_EQ (contents->jobs->len, 1);
  HS_LOOP_UNTIL (patient != NULL);
}

static void
closing_commits_what_was_handed_over (void)
{
  g_autoptr (GAsyncResult) result = NULL;

  hs_ledger_commit_async (ledger, hs_fixture_put (1), hs_loop_store_result, &result);
  g_clear_pointer (&ledger, hs_ledger_free);
  HS_LOOP_UNTIL (result != NULL);
  HS_ASSERT (hs_ledger_commit_finish (NULL, result, NULL));
  restart ();
  HS_ASSERT_INT_EQ (contents->jobs->len, 1);
}

/* ── outbox ──────────────────────────────────────────────────────────────────────────────── */

static void
records_form_a_chain_across_restarts (void)
{
  commit_event ("a");
  commit_event ("b");
  restart ();
  HS_ASSERT_INT_EQ (contents->outbox_head.n, 2);
  commit_event ("c");
  g_autoptr (GPtrArray) records = read_outbox (0, 100, G_MAXSIZE);
  HS_ASSERT_INT_EQ (records->len, 3);
  assert_chain (records, 1);
}

static void
reading_keeps_to_its_limits_but_gives_at_least_one (void)
{
  for (guint i = 0; i < 5; i++)
    commit_event ("record");
  g_autoptr (GPtrArray) two = read_outbox (1, 2, G_MAXSIZE);
  HS_ASSERT_INT_EQ (two->len, 2);
  HS_ASSERT_INT_EQ (((HsOutboxRecord *)g_ptr_array_index (two, 0))->n, 2);
  gsize size = g_bytes_get_size (((HsOutboxRecord *)g_ptr_array_index (two, 0))->bytes);
  g_autoptr (GPtrArray) exactly = read_outbox (0, 100, 3 * size);
  HS_ASSERT_INT_EQ (exactly->len, 3);
  g_autoptr (GPtrArray) one = read_outbox (0, 100, 1);
  HS_ASSERT_INT_EQ (one->len, 1);
  g_autoptr (GPtrArray) none = read_outbox (5, 100, G_MAXSIZE);
  HS_ASSERT_INT_EQ (none->len, 0);
}

static void
acknowledged_records_are_deleted_and_the_chain_goes_on (void)
{
  for (guint i = 0; i < 4; i++)
    commit_event ("record");
  g_autoptr (GPtrArray) records = read_outbox (0, 100, G_MAXSIZE);
  HsOutboxPlace second = place_of (g_ptr_array_index (records, 1));
  HsOutboxPlace fourth = place_of (g_ptr_array_index (records, 3));
  HS_ASSERT_INT_EQ (acknowledge (&second), HS_OUTBOX_ACKNOWLEDGED);
  g_autoptr (GPtrArray) rest = read_outbox (0, 100, G_MAXSIZE);
  HS_ASSERT_INT_EQ (rest->len, 2);
  HS_ASSERT_INT_EQ (acknowledge (&fourth), HS_OUTBOX_ACKNOWLEDGED);
  HS_ASSERT_INT_EQ (acknowledge (&fourth), HS_OUTBOX_ACKNOWLEDGED);
  restart ();
  HS_ASSERT_INT_EQ (contents->outbox_acknowledged.n, 4);
  HS_ASSERT_BYTES_EQ (contents->outbox_head.hash, 32, fourth.hash, 32);
  commit_event ("fifth");
  g_autoptr (GPtrArray) fifth = read_outbox (0, 100, G_MAXSIZE);
  HS_ASSERT_INT_EQ (fifth->len, 1);
  char prev[HS_OUTBOX_HASH_TEXT_BYTES];
  hs_outbox_format_hash (fourth.hash, prev);
  g_autoptr (GBytes) expected = hs_fixture_encode (5, prev, "fifth", NULL);
  HS_ASSERT (g_bytes_equal (((HsOutboxRecord *)g_ptr_array_index (fifth, 0))->bytes, expected));
}

static void
a_site_that_knows_more_changes_nothing_here (void)
{
  commit_event ("a");
  commit_event ("b");
  g_autoptr (GPtrArray) records = read_outbox (0, 100, G_MAXSIZE);
  HsOutboxPlace ahead = place_of (g_ptr_array_index (records, 1));
  HsOutboxPlace forked = ahead;
  ahead.n = 3;
  forked.hash[0] ^= 1;
  HS_ASSERT_INT_EQ (acknowledge (&ahead), HS_OUTBOX_SITE_AHEAD);
  HS_ASSERT_INT_EQ (acknowledge (&forked), HS_OUTBOX_FORKED);
  g_autoptr (GPtrArray) still = read_outbox (0, 100, G_MAXSIZE);
  HS_ASSERT_INT_EQ (still->len, 2);
}

static void
a_site_that_lost_records_is_seen (void)
{
  commit_event ("a");
  commit_event ("b");
  g_autoptr (GPtrArray) records = read_outbox (0, 100, G_MAXSIZE);
  HsOutboxPlace first = place_of (g_ptr_array_index (records, 0));
  HsOutboxPlace second = place_of (g_ptr_array_index (records, 1));
  HS_ASSERT_INT_EQ (acknowledge (&second), HS_OUTBOX_ACKNOWLEDGED);
  HS_ASSERT_INT_EQ (acknowledge (&first), HS_OUTBOX_SITE_BEHIND);
}

static void
a_new_stream_begins_at_one_with_what_is_carried_over (void)
{
  static const guint8 stream[HS_OUTBOX_STREAM_BYTES] = { 0xbb };
  HsLedgerBatch *batch = hs_ledger_batch_new ();

  commit_event ("a");
  commit_event ("b");
  hs_ledger_batch_start_stream (batch, stream);
  add_event (batch, "b");
  HS_ASSERT (hs_fixture_commit (ledger, batch, NULL));
  restart ();
  HS_ASSERT_BYTES_EQ (contents->stream, sizeof contents->stream, stream, sizeof stream);
  HS_ASSERT_INT_EQ (contents->outbox_acknowledged.n, 0);
  HS_ASSERT_INT_EQ (contents->outbox_head.n, 1);
  g_autoptr (GPtrArray) records = read_outbox (0, 100, G_MAXSIZE);
  HS_ASSERT_INT_EQ (records->len, 1);
  assert_chain (records, 1);
}

static void
a_new_stream_that_fails_keeps_the_old_one (void)
{
  static const guint8 stream[HS_OUTBOX_STREAM_BYTES] = { 0xbb };
  HsLedgerBatch *batch = hs_ledger_batch_new ();

  commit_event ("a");
  hs_ledger_batch_start_stream (batch, stream);
  add_event (batch, "fail");
  HS_ASSERT (!hs_fixture_commit (ledger, batch, NULL));
  commit_event ("b");
  restart ();
  HS_ASSERT_BYTES_EQ (contents->stream, sizeof contents->stream, hs_fixture_stream,
                      sizeof hs_fixture_stream);
  g_autoptr (GPtrArray) records = read_outbox (0, 100, G_MAXSIZE);
  HS_ASSERT_INT_EQ (records->len, 2);
  assert_chain (records, 1);
}

static GBytes *
encode_large (guint64 n, const char *prev, gconstpointer data, GError **error)
{
  return g_bytes_new_take (g_malloc0 (HS_OUTBOX_RECORD_MAX_BYTES + 1),
                           HS_OUTBOX_RECORD_MAX_BYTES + 1);
}

static void
a_record_over_the_limit_is_refused (void)
{
  g_autoptr (GError) error = NULL;
  HsLedgerBatch *batch = hs_ledger_batch_new ();

  hs_ledger_batch_append_event (batch, encode_large, NULL, NULL);
  HS_ASSERT (!hs_fixture_commit (ledger, batch, &error));
  HS_ASSERT_ERROR (error, HS_ERROR_INVALID);
}

static void
the_log_stays_bounded (void)
{
  g_autofree char *large = g_malloc0 (HS_LEDGER_SEALED_MAX_BYTES);
  gsize largest = 0;

  for (guint i = 0; i < 40; i++)
    {
      g_autoptr (HsJob) job = hs_fixture_job ((guint8)(1 + i % 3));
      HsLedgerBatch *batch = hs_ledger_batch_new ();
      memset (large, (int)i, HS_LEDGER_SEALED_MAX_BYTES); /* equal bytes would not be written */
      g_autoptr (GBytes) sealed = g_bytes_new (large, HS_LEDGER_SEALED_MAX_BYTES);
      hs_ledger_batch_put_job (batch, job, HS_EFFECT_NONE, sealed);
      HS_ASSERT (hs_fixture_commit (ledger, batch, NULL));
      largest = MAX (largest, log_length ());
    }
  HS_ASSERT (largest > HS_LEDGER_LOG_BYTES / 2);
  HS_ASSERT (largest <= HS_LEDGER_LOG_LIMIT_BYTES + 2 * HS_LEDGER_SEALED_MAX_BYTES);
}

HS_SUITE_WITH (
    "ledger commit",
    set_up,
    tear_down,
    { "a batch that fails half way stores nothing", a_batch_that_fails_half_way_stores_nothing },
    { "a failing MAC fails the batch with its own error",
      a_failing_mac_fails_the_batch_with_its_own_error },
    { "a failing batch harms no neighbour in its group", a_failing_batch_harms_no_neighbour },
    { "more batches than a group holds are all stored", many_batches_are_all_stored },
    { "a group is one transaction", a_group_is_one_transaction },
    { "completions arrive in the order of the calls",
      completions_arrive_in_the_order_of_the_calls },
    { "a batch that may wait is committed in time", a_batch_that_may_wait_is_committed_in_time },
    { "a batch that may wait travels with the next one",
      a_batch_that_may_wait_travels_with_the_next_one },
    { "a batch that may wait can be hurried", a_batch_that_may_wait_can_be_hurried },
    { "a question sees the batch that waits", a_question_sees_the_batch_that_waits },
    { "closing commits the batch that waits", closing_commits_the_batch_that_waits },
    { "closing commits what was handed over", closing_commits_what_was_handed_over },
    { "records form a chain across restarts", records_form_a_chain_across_restarts },
    { "reading keeps to its limits but gives at least one",
      reading_keeps_to_its_limits_but_gives_at_least_one },
    { "acknowledged records are deleted and the chain goes on",
      acknowledged_records_are_deleted_and_the_chain_goes_on },
    { "a site that knows more changes nothing here", a_site_that_knows_more_changes_nothing_here },
    { "a site that lost records is seen", a_site_that_lost_records_is_seen },
    { "a new stream begins at one with what is carried over",
      a_new_stream_begins_at_one_with_what_is_carried_over },
    { "a new stream that fails keeps the old one", a_new_stream_that_fails_keeps_the_old_one },
    { "a record over the limit is refused", a_record_over_the_limit_is_refused },
    { "the write-ahead log stays bounded", the_log_stays_bounded })
