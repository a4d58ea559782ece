/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The pages of a PDF are counted after its job was accepted. Whatever happens to the job meanwhile,
 * the site hears of it once, and before anything else about it. */

#include "core/wire/announce.h"
#include "core/wire/event_record.h"
#include "engine/engine_private.h"
#include "journey/world.h"
#include "support/loop.h"
#include "seal/age_message.h"
#include "seal/title_key.h"
#include "support/suite.h"

#include <string.h>

/* What a count that waits is told. */
#define GO "go"
#define GO_UNKNOWN "go, but say that it is unknown"
#define CANCELLED "cancelled"

static World *world;
static HsCaller anna;
static GAsyncQueue *counts; /* GAsyncQueue of each count that has begun */

static void
on_cancelled (GCancellable *cancellable, gpointer gate)
{
  g_async_queue_push (gate, (gpointer)CANCELLED);
}

/* Counts when the journey says so. */
static gboolean
count_at_gate (const HsRenderPlan *plan,
               GCancellable *cancellable,
               HsPageFacts *facts,
               GError **error)
{
  g_autoptr (GAsyncQueue) gate = g_async_queue_new ();
  char start[9] = "";
  const char *word = NULL;
  gulong handler = 0;

  if (plan->read (plan->document, 0, start, 8, error) != 8 || strcmp (start, "%PDF-1.4") != 0)
    return FALSE;
  handler = g_cancellable_connect (cancellable, G_CALLBACK (on_cancelled), gate, NULL);
  g_async_queue_push (counts, g_async_queue_ref (gate));
  word = g_async_queue_pop (gate);
  g_cancellable_disconnect (cancellable, handler);
  *facts = (HsPageFacts){ .is_known = strcmp (word, GO) == 0,
                          .impressions = 3,
                          .colour = HS_COLOUR_MONOCHROME };
  return strcmp (word, CANCELLED) != 0
         || !g_cancellable_set_error_if_cancelled (cancellable, error);
}

static void
set_up (void)
{
  counts = g_async_queue_new_full ((GDestroyNotify)g_async_queue_unref);
  world = world_new (NULL);
  anna = world_person (WORLD_ANNA_UID);
  world->count_pdf = count_at_gate;
  world->is_enrolled = TRUE;
}

static void
tear_down (void)
{
  g_clear_pointer (&world, world_free);
  g_clear_pointer (&counts, g_async_queue_unref);
}

static HsId
print (void)
{
  return world_must_print (world, &anna, 5000);
}

static GAsyncQueue *
wait_count (void)
{
  GAsyncQueue *gate = NULL;

  HS_LOOP_UNTIL ((gate = g_async_queue_try_pop (counts)) != NULL);
  return gate;
}

static void
tell (GAsyncQueue *gate, const char *word)
{
  g_async_queue_push (gate, (gpointer)word);
}

static gboolean
is_counted (const HsId *job)
{
  return world_job (world, job)->impressions_source == HS_COUNT_MEASURED;
}

static GPtrArray *
read_outbox (void)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  GPtrArray *records = NULL;

  hs_ledger_read_outbox_async (world->ledger, 0, 1000, 1024 * 1024, hs_loop_store_result, &result);
  HS_LOOP_UNTIL (result != NULL);
  records = hs_ledger_read_outbox_finish (world->ledger, result, &error);
  HS_ASSERT_NO_ERROR (error);
  return records;
}

static guint
count_settings (const char *prefix)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HsLedgerContents) contents = hs_ledger_load (world->ledger, &error);
  g_autoptr (GList) names = NULL;
  guint count = 0;

  HS_ASSERT_NO_ERROR (error);
  names = g_hash_table_get_keys (contents->settings);
  for (GList *name = names; name != NULL; name = name->next)
    count += g_str_has_prefix (name->data, prefix);
  return count;
}

/* Anna's title key opens it. */
static void
check_title (GBytes *sealed)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HsSecretBytes) key = hs_title_key_derive (world->keys[0], &error);
  g_autoptr (HsSecretBytes) plain = NULL;
  g_autofree char *text = NULL;

  HS_ASSERT (sealed != NULL);
  plain = hs_age_message_open (g_bytes_get_data (sealed, NULL), g_bytes_get_size (sealed), key,
                               &error);
  HS_ASSERT_NO_ERROR (error);
  text = g_strndup ((const char *)hs_secret_bytes_peek (plain), hs_secret_bytes_get_length (plain));
  HS_ASSERT (strstr (text, "\"title\":\"" WORLD_SECRET) != NULL);
}

/* The outbox begins with the announcement of this job, with these pages and its title. */
static void
check_announced (const HsId *job, HsCountSource source, guint pages)
{
  g_autoptr (GPtrArray) records = read_outbox ();
  g_autoptr (GError) error = NULL;
  g_autoptr (HsEventRecord) record = NULL;
  g_autoptr (HsAnnounce) announce = NULL;

  HS_ASSERT (records->len > 0);
  record
      = hs_event_record_decode (((HsOutboxRecord *)g_ptr_array_index (records, 0))->bytes, &error);
  HS_ASSERT_NO_ERROR (error);
  announce = hs_announce_decode (record->body, &error);
  HS_ASSERT_NO_ERROR (error);
  HS_ASSERT (hs_id_equal (&announce->job, job));
  HS_ASSERT_INT_EQ (announce->impressions_source, source);
  HS_ASSERT_INT_EQ (announce->impressions, pages);
  check_title (announce->sealed_title);
}

static void
check_outbox (const char *expected)
{
  g_autofree char *outbox = world_outbox (world);

  HS_ASSERT_STR_EQ (outbox, expected);
}

static void
note_pages (HsEngine *engine, const HsJob *job, gpointer user_data)
{
  *(guint32 *)user_data = job->impressions;
}

static void
the_reply_comes_before_the_count_and_the_announcement_after_it (void)
{
  g_autoptr (GAsyncQueue) gate = NULL;
  g_autoptr (GPtrArray) before = NULL;
  guint32 seen = 0;
  HsId job;

  world_start (world);
  hs_engine_watch (world->engine, note_pages, &seen);
  job = print ();
  gate = wait_count ();
  HS_ASSERT_INT_EQ (world_state (world, &job), HS_JOB_HELD);
  HS_ASSERT (!is_counted (&job));
  before = read_outbox ();
  HS_ASSERT_INT_EQ (before->len, 0);
  tell (gate, GO);
  HS_LOOP_UNTIL (seen == 3);
  HS_ASSERT (is_counted (&job));
  check_outbox ("announce");
  check_announced (&job, HS_COUNT_MEASURED, 3);
  world_check_unseen (world, WORLD_SECRET);
  world_restart (world);
  HS_ASSERT (is_counted (&job));
  check_outbox ("announce");
}

static void
a_job_that_cannot_be_counted_is_announced_all_the_same (void)
{
  g_autoptr (GAsyncQueue) gate = NULL;
  HsId job;

  world_start (world);
  job = print ();
  gate = wait_count ();
  tell (gate, GO_UNKNOWN);
  check_outbox ("announce");
  check_announced (&job, HS_COUNT_UNKNOWN, 0);
}

static void
a_stop_while_counting_leaves_the_announcement_to_the_next_start (void)
{
  g_autoptr (GAsyncQueue) gate = NULL;
  HsId job;

  world_start (world);
  job = print ();
  gate = wait_count ();
  world_restart (world);
  HS_ASSERT_INT_EQ (world_state (world, &job), HS_JOB_HELD);
  check_outbox ("announce");
  check_announced (&job, HS_COUNT_UNKNOWN, 0);
  world_restart (world);
  check_outbox ("announce");
}

static void
a_job_that_is_announced_after_a_restart_has_its_title_though_the_key_is_locked (void)
{
  g_autoptr (GAsyncQueue) gate = NULL;
  HsId job;

  world_start (world);
  job = print ();
  gate = wait_count ();
  world_set_locked (world, WORLD_ANNA_UID, TRUE);
  HS_ASSERT (world_job (world, &job)->title == NULL);
  HS_ASSERT_INT_EQ (count_settings ("title/"), 1);
  world_restart (world);
  HS_ASSERT (world_job (world, &job)->title == NULL);
  check_announced (&job, HS_COUNT_UNKNOWN, 0);
  HS_ASSERT (world_cancel (world, &anna, &job, NULL));
  HS_ASSERT_INT_EQ (count_settings ("title/"), 0);
}

static void
a_cancelled_job_stops_its_count (void)
{
  g_autoptr (GAsyncQueue) gate = NULL;
  HsId job;

  world_start (world);
  job = print ();
  gate = wait_count ();
  HS_ASSERT (world_cancel (world, &anna, &job, NULL));
  check_outbox ("announce report erased"); /* nobody said GO, and yet nothing goes on */
  HS_ASSERT_INT_EQ (world_state (world, &job), HS_JOB_CANCELLED);
  HS_ASSERT (!is_counted (&job));
  HS_ASSERT_INT_EQ (world_count_files (world, ""), 0);
}

static void
a_job_that_expires_stops_its_count (void)
{
  g_autoptr (GAsyncQueue) gate = NULL;
  HsId job;

  world->config->retention_s = 1;
  world_start (world);
  job = print ();
  gate = wait_count ();
  world_wait_state (world, &job, HS_JOB_EXPIRED);
  check_outbox ("announce report erased");
  HS_ASSERT_INT_EQ (world_count_files (world, ""), 0);
}

static void
a_job_that_is_printed_before_its_count_is_announced_first (void)
{
  g_autoptr (GAsyncQueue) gate = NULL;
  HsId job;

  world_start (world);
  job = print ();
  gate = wait_count ();
  HS_ASSERT (world_release (world, &anna, &job, 1, NULL));
  world_wait_state (world, &job, HS_JOB_DELIVERED);
  check_outbox ("announce state state report erased");
  check_announced (&job, HS_COUNT_UNKNOWN, 0);
  HS_ASSERT_INT_EQ (hs_paper_count (world->paper, &job), 1);
}

static void
a_count_that_ends_after_a_release_is_kept_and_not_announced_again (void)
{
  g_autoptr (GAsyncQueue) gate = NULL;
  HsId job;

  world_start (world);
  hs_paper_set_mood (world->paper, HS_PAPER_REFUSES);
  job = print ();
  gate = wait_count ();
  HS_ASSERT (world_release (world, &anna, &job, 1, NULL));
  world_wait_state (world, &job, HS_JOB_HELD);
  tell (gate, GO);
  HS_LOOP_UNTIL (is_counted (&job));
  check_outbox ("announce state state");
  check_announced (&job, HS_COUNT_UNKNOWN, 0);
  world_restart (world);
  HS_ASSERT (is_counted (&job));
  check_outbox ("announce state state");
}

static void
two_are_counted_at_once_and_the_others_wait_in_order (void)
{
  g_autoptr (GAsyncQueue) first = NULL;
  g_autoptr (GAsyncQueue) second = NULL;
  g_autoptr (GAsyncQueue) last = NULL;
  HsId jobs[4];

  world_start (world);
  jobs[0] = print ();
  first = wait_count ();
  jobs[1] = print ();
  second = wait_count ();
  jobs[2] = print ();
  jobs[3] = print ();
  HS_ASSERT (g_async_queue_try_pop (counts) == NULL);
  HS_ASSERT (world_cancel (world, &anna, &jobs[2], NULL)); /* it leaves the line */
  HS_LOOP_UNTIL (hs_engine_find_slot (world->engine, &jobs[2])->is_archived);
  tell (first, GO);
  last = wait_count ();
  HS_LOOP_UNTIL (is_counted (&jobs[0]));
  HS_ASSERT (!is_counted (&jobs[1]) && !is_counted (&jobs[3]));
  tell (last, GO);
  HS_LOOP_UNTIL (is_counted (&jobs[3]));
  tell (second, GO);
  HS_LOOP_UNTIL (is_counted (&jobs[1]));
  HS_ASSERT (g_async_queue_try_pop (counts) == NULL);
  check_outbox ("announce report erased announce announce announce");
}

HS_SUITE_WITH ("counting",
               set_up,
               tear_down,
               { "the reply comes before the count, and the announcement after it",
                 the_reply_comes_before_the_count_and_the_announcement_after_it },
               { "a job that cannot be counted is announced all the same",
                 a_job_that_cannot_be_counted_is_announced_all_the_same },
               { "a stop while counting leaves the announcement to the next start",
                 a_stop_while_counting_leaves_the_announcement_to_the_next_start },
               { "a job that is announced after a restart has its title, though the key is locked",
                 a_job_that_is_announced_after_a_restart_has_its_title_though_the_key_is_locked },
               { "a cancelled job stops its count", a_cancelled_job_stops_its_count },
               { "a job that expires stops its count", a_job_that_expires_stops_its_count },
               { "a job that is printed before its count is announced first",
                 a_job_that_is_printed_before_its_count_is_announced_first },
               { "a count that ends after a release is kept and not announced again",
                 a_count_that_ends_after_a_release_is_kept_and_not_announced_again },
               { "two are counted at once, and the others wait in order",
                 two_are_counted_at_once_and_the_others_wait_in_order })
