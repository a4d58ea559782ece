/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* What the print system's other queues print, from its history to the records for the site: the real
 * engine and ledger, and a print system in memory. */

#include "engine/host/local_printing.h"

#include "core/wire/event_record.h"
#include "core/wire/local_job.h"
#include "journey/world.h"
#include "platform/fake/print_watch.h"
#include "platform/peer.h"
#include "seal/age_message.h"
#include "seal/title_key.h"
#include "support/loop.h"
#include "support/suite.h"

#define TITLE "Zeugnis 4711"

/* Everybody's system has this OS user; to the organisation it is Anna. */
#define ANNAS_NAME "daemon"

static World *world;
static HsFakePrintWatch *fake;
static HsPrintWatch *watch;
static HsLocalPrinting *printing;
static HsTitlePolicy title_policy;
static gint64 later_s;  /* when jobs end: after all began */
static GPtrArray *told; /* HsLocalJob, of the last has_told() */

static gboolean
find_identity (gpointer data, guint32 uid, HsId *identity)
{
  guint32 annas = 0;

  if (!hs_peer_find_uid (ANNAS_NAME, &annas, NULL) || uid != annas)
    return FALSE;
  *identity = world_identity (WORLD_ANNA_UID);
  return TRUE;
}

static void
start (void)
{
  const HsOwnerKeys keys = { .data = world, .find_identity = find_identity };
  g_autoptr (GError) error = NULL;
  g_autoptr (HsBundle) bundle = hs_bundle_new ();

  bundle->policy.report_local = TRUE;
  bundle->policy.title_policy = title_policy;
  world_start (world);
  hs_engine_set_trust (world->engine, &world->device, bundle, NULL);
  hs_engine_set_site_online (world->engine, TRUE);
  g_autoptr (HsLedgerContents) contents = hs_ledger_load (world->ledger, &error);
  HS_ASSERT_NO_ERROR (error);
  printing
      = hs_local_printing_new (watch, world->engine, &keys,
                               g_hash_table_lookup (contents->settings, HS_LOCAL_PRINTING_SETTING));
}

/* Whatever is under way comes to its end. */
static void
settle (void)
{
  while (!world_is_settled (world) || g_main_context_pending (NULL))
    if (!g_main_context_iteration (NULL, FALSE))
      hs_loop_turn ();
}

static void
stop (void)
{
  g_clear_pointer (&printing, hs_local_printing_free);
  settle ();
  world_stop (world);
}

static void
set_up (void)
{
  hs_fake_print_watch_reset ();
  fake = hs_fake_print_watch_get ();
  watch = hs_print_watch_new ("");
  world = world_new (NULL);
  title_policy = HS_TITLE_POLICY_FULL;
  later_s = g_get_real_time () / G_USEC_PER_SEC + 1000;
  told = NULL;
}

static void
tear_down (void)
{
  if (world->engine != NULL)
    stop ();
  g_clear_pointer (&told, g_ptr_array_unref);
  g_clear_pointer (&world, world_free);
  g_clear_pointer (&watch, hs_print_watch_free);
}

static void
want (gboolean is_wanted)
{
  hs_local_printing_set_wanted (printing, is_wanted);
  settle ();
}

/* Job @id of a queue ends, or is begun; where the print system knocks, it is looked at. */
static void
print_as (guint32 id, HsPrintedState state, const char *queue, const char *user)
{
  g_autofree char *uuid = g_strdup_printf ("urn:uuid:00000000-0000-4000-8000-%012u", id);
  const HsPrintedJob job = { .id = id,
                             .state = state,
                             .impressions = id,
                             .sheets = id,
                             .created_s = later_s,
                             .finished_s = later_s,
                             .queue = (char *)queue,
                             .uuid = uuid,
                             .user = (char *)user,
                             .title = (char *)TITLE };

  if (hs_fake_print_watch_put (&job))
    hs_local_printing_look (printing);
  settle ();
}

static void
print (guint32 id)
{
  print_as (id, HS_PRINTED_COMPLETED, "Laser", ANNAS_NAME);
}

/* The jobs that were told, by their impressions, which are their numbers: "1 2 ". */
static void
has_told (const char *expected)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GPtrArray) records = NULL;
  g_autoptr (GString) numbers = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  settle ();
  g_clear_pointer (&told, g_ptr_array_unref);
  told = g_ptr_array_new_with_free_func ((GDestroyNotify)hs_local_job_free);
  hs_ledger_read_outbox_async (world->ledger, 0, 1000, 1024 * 1024, hs_loop_store_result, &result);
  HS_LOOP_UNTIL (result != NULL);
  records = hs_ledger_read_outbox_finish (world->ledger, result, &error);
  HS_ASSERT_NO_ERROR (error);
  for (guint i = 0; i < records->len; i++)
    {
      const HsOutboxRecord *stored = g_ptr_array_index (records, i);
      g_autoptr (HsEventRecord) record = hs_event_record_decode (stored->bytes, &error);
      HS_ASSERT_NO_ERROR (error);
      if (record->kind != HS_RECORD_LOCAL)
        continue;
      HsLocalJob *job = hs_local_job_decode (record->body, &error);
      HS_ASSERT_NO_ERROR (error);
      g_ptr_array_add (told, job);
      g_string_append_printf (numbers, "%u ", job->impressions);
    }
  HS_ASSERT_STR_EQ (numbers->str, expected);
}

static const HsLocalJob *
get_told (guint index)
{
  return g_ptr_array_index (told, index);
}

/* ── once ────────────────────────────────────────────────────────────────────────────────── */

static void
without_the_policy_nothing_is_asked_for (void)
{
  start ();
  print (1);
  want (FALSE);
  HS_ASSERT (!fake->knocks && fake->n_lists == 0);
  has_told ("");
}

static void
a_job_of_another_queue_is_told_once (void)
{
  start ();
  want (TRUE);
  HS_ASSERT (fake->knocks);
  print (1);
  has_told ("1 ");
  HS_ASSERT_STR_EQ (get_told (0)->queue, "Laser");
  HS_ASSERT_INT_EQ (get_told (0)->outcome, HS_JOB_DELIVERED);
  HS_ASSERT (get_told (0)->counted && get_told (0)->sheets == 1);
  hs_local_printing_look (printing);
  hs_local_printing_look (printing); /* knocked twice */
  has_told ("1 ");
  for (guint32 id = 2; id <= 7; id++) /* the history comes in several parts */
    print_as (id, HS_PRINTED_ACTIVE, "Laser", ANNAS_NAME);
  has_told ("1 ");
  for (guint32 id = 7; id >= 2; id--)
    print (id);
  has_told ("1 7 6 5 4 3 2 ");
}

static void
our_own_queues_jobs_are_not_told_and_other_ends_are_told_as_such (void)
{
  start ();
  want (TRUE);
  print_as (1, HS_PRINTED_COMPLETED, HS_FAKE_PRINT_WATCH_OWN_QUEUE, ANNAS_NAME);
  print_as (2, HS_PRINTED_CANCELED, "Laser", ANNAS_NAME);
  print_as (3, HS_PRINTED_ABORTED, "Inkjet", ANNAS_NAME);
  has_told ("2 3 ");
  HS_ASSERT_INT_EQ (get_told (0)->outcome, HS_JOB_CANCELLED);
  HS_ASSERT_INT_EQ (get_told (1)->outcome, HS_JOB_FAILED);
  HS_ASSERT_STR_EQ (get_told (1)->queue, "Inkjet");
}

static void
what_was_printed_before_is_nobodys_business (void)
{
  start ();
  later_s -= 2000;
  print (1);
  want (TRUE);
  has_told ("");
  want (FALSE);
  HS_ASSERT (!fake->knocks);
  g_autoptr (HsLedgerContents) contents = hs_ledger_load (world->ledger, NULL);
  HS_ASSERT (contents != NULL);
  HS_ASSERT (!g_hash_table_contains (contents->settings, HS_LOCAL_PRINTING_SETTING));
  print (2); /* between the two policies */
  want (TRUE);
  later_s += 2000;
  print (3);
  has_told ("3 ");
}

/* ── restarts ────────────────────────────────────────────────────────────────────────────── */

static void
an_agent_that_starts_again_tells_what_ended_meanwhile (void)
{
  start ();
  want (TRUE);
  print (1);
  print_as (2, HS_PRINTED_ACTIVE, "Laser", ANNAS_NAME);
  stop ();
  start ();
  fake->knocks = FALSE; /* nobody is there to be knocked at */
  print (2);
  print (3);
  want (TRUE);
  has_told ("1 2 3 ");
}

static void
a_print_system_that_starts_again_without_our_subscription_knocks_again (void)
{
  const char *problem = NULL;

  start ();
  want (TRUE);
  print (1);
  fake->fails = TRUE;
  fake->error_code = G_IO_ERROR_NOT_FOUND;
  hs_local_printing_look (printing);
  settle ();
  HS_ASSERT (hs_local_printing_is_wanted (printing, &problem) && problem != NULL);
  fake->knocks = FALSE;
  fake->fails = FALSE;
  print (2); /* before we know that it is back */
  has_told ("1 ");
  hs_local_printing_look (printing); /* our queue's watcher says so */
  settle ();
  HS_ASSERT (fake->knocks);
  HS_ASSERT_INT_EQ (fake->n_subscribed, 2);
  (void)hs_local_printing_is_wanted (printing, &problem);
  HS_ASSERT (problem == NULL);
  print (3);
  has_told ("1 2 3 ");
}

static void
a_print_system_that_forgot_its_history_and_counts_anew_is_told_on (void)
{
  start ();
  want (TRUE);
  for (guint32 id = 1; id <= 5; id++)
    print (id);
  g_ptr_array_set_size (fake->jobs, 0);
  hs_local_printing_look (printing);
  has_told ("1 2 3 4 5 ");
  print (1); /* another one, with a number that was there before */
  has_told ("1 2 3 4 5 1 ");
}

static void
what_could_not_be_kept_is_told_at_the_next_look_with_the_same_uuid (void)
{
  const char *problem = NULL;

  start ();
  want (TRUE);
  print (1);
  world->mac_failures_in = 1;
  print (2);
  has_told ("1 ");
  HS_ASSERT (hs_local_printing_is_wanted (printing, &problem) && problem != NULL);
  hs_local_printing_look (printing);
  has_told ("1 1 2 "); /* what is told twice the site knows by its uuid */
  HS_ASSERT (hs_id_equal (&get_told (0)->job, &get_told (1)->job));
}

/* ── titles and owners ───────────────────────────────────────────────────────────────────── */

static void
a_title_is_told_under_full_alone (void)
{
  start ();
  want (TRUE);
  print (1);
  has_told ("1 ");
  HS_ASSERT_STR_EQ (get_told (0)->title, TITLE);
  HS_ASSERT (get_told (0)->sealed_title == NULL);
}

static void
no_title_is_told_or_kept_under_none (void)
{
  title_policy = HS_TITLE_POLICY_NONE;
  start ();
  want (TRUE);
  print (1);
  has_told ("1 ");
  HS_ASSERT (get_told (0)->title == NULL && get_told (0)->sealed_title == NULL);
  stop ();
  world_check_unseen (world, TITLE);
}

static void
under_sealed_a_title_opens_for_its_owner_alone (void)
{
  const HsId anna = world_identity (WORLD_ANNA_UID);

  title_policy = HS_TITLE_POLICY_SEALED;
  start ();
  want (TRUE);
  print (1);
  print_as (2, HS_PRINTED_COMPLETED, "Laser", "nobody-of-this-name");
  has_told ("1 2 ");
  HS_ASSERT (hs_id_equal (&get_told (0)->owner, &anna));
  HS_ASSERT_INT_EQ (get_told (0)->owner_source, HS_OWNER_SOURCE_CLAIMED);
  GBytes *sealed = get_told (0)->sealed_title;
  HS_ASSERT (get_told (0)->title == NULL && sealed != NULL);
  for (guint person = 0; person < 2; person++)
    {
      g_autoptr (HsSecretBytes) key = hs_title_key_derive (world->keys[person], NULL);
      g_autoptr (HsSecretBytes) plain = hs_age_message_open (g_bytes_get_data (sealed, NULL),
                                                             g_bytes_get_size (sealed), key, NULL);
      HS_ASSERT_INT_EQ (plain != NULL, person == 0);
      HS_ASSERT (plain == NULL
                 || memmem (hs_secret_bytes_peek (plain), hs_secret_bytes_get_length (plain), TITLE,
                            strlen (TITLE))
                        != NULL);
    }
  /* Whose it is nobody knows: nobody could open it. */
  HS_ASSERT (hs_id_is_zero (&get_told (1)->owner));
  HS_ASSERT (get_told (1)->title == NULL && get_told (1)->sealed_title == NULL);
  stop ();
  world_check_unseen (world, TITLE);
}

HS_SUITE_WITH ("what other queues print, told",
               set_up,
               tear_down,
               { "without the policy nothing is asked for",
                 without_the_policy_nothing_is_asked_for },
               { "a job of another queue is told once", a_job_of_another_queue_is_told_once },
               { "our own queue's jobs are not told, and other ends are told as such",
                 our_own_queues_jobs_are_not_told_and_other_ends_are_told_as_such },
               { "what was printed before is nobody's business",
                 what_was_printed_before_is_nobodys_business },
               { "an agent that starts again tells what ended meanwhile",
                 an_agent_that_starts_again_tells_what_ended_meanwhile },
               { "a print system that starts again without our subscription knocks again",
                 a_print_system_that_starts_again_without_our_subscription_knocks_again },
               { "a print system that forgot its history and counts anew is told on",
                 a_print_system_that_forgot_its_history_and_counts_anew_is_told_on },
               { "what could not be kept is told at the next look, with the same uuid",
                 what_could_not_be_kept_is_told_at_the_next_look_with_the_same_uuid },
               { "a title is told under full alone", a_title_is_told_under_full_alone },
               { "no title is told or kept under none", no_title_is_told_or_kept_under_none },
               { "under sealed a title opens for its owner alone",
                 under_sealed_a_title_opens_for_its_owner_alone })
