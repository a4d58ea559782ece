/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* From the release to the paper: once, in order, or not at all and said so. */

#include "base/error.h"
#include "core/release_policy.h"
#include "journey/world.h"
#include "support/loop.h"
#include "support/suite.h"

static World *world;
static HsCaller anna;

static void
set_up (void)
{
  world = world_new (NULL);
  world->is_enrolled = TRUE;
  anna = world_person (WORLD_ANNA_UID);
}

static void
tear_down (void)
{
  g_clear_pointer (&world, world_free);
}

static HsId
print (void)
{
  return world_must_print (world, &anna, 100000);
}

static HsId
print_and_release (guint printer)
{
  g_autoptr (GError) error = NULL;
  HsId job = print ();

  (void)world_release (world, &anna, &job, printer, &error);
  HS_ASSERT_NO_ERROR (error);
  return job;
}

/* ── cancel in each state ────────────────────────────────────────────────────────────────── */

static void
check_gone (const HsId *job)
{
  world_wait_state (world, job, HS_JOB_CANCELLED);
  world_settle (world);
  HS_ASSERT (world_job (world, job)->reasons & HS_REASON_CANCELLED_BY_USER);
  HS_ASSERT_INT_EQ (world_count_files (world, ""), 0);
}

static void
a_held_job_is_cancelled_at_once (void)
{
  HsId job;

  world_start (world);
  job = print ();
  HS_ASSERT (world_cancel (world, &anna, &job, NULL));
  check_gone (&job);
}

static void
a_released_job_that_waits_is_cancelled_and_never_sent (void)
{
  HsId job;

  world_start (world);
  hs_paper_set_mood (world->paper, HS_PAPER_BUSY);
  job = print_and_release (1);
  HS_LOOP_UNTIL (world_job (world, &job)->attempts == 1);
  HS_ASSERT (world_cancel (world, &anna, &job, NULL));
  check_gone (&job);
  HS_ASSERT_INT_EQ (hs_paper_count_made (world->paper, &job), 0);
}

static void
a_job_cancelled_on_its_way_ends_as_the_printer_says (void)
{
  HsId job;

  world_start (world);
  hs_paper_set_mood (world->paper, HS_PAPER_SILENT);
  job = print_and_release (1);
  HS_LOOP_UNTIL (world_job (world, &job)->progress == HS_DELIVERY_SENT);
  HS_ASSERT (world_cancel (world, &anna, &job, NULL));
  HS_ASSERT_INT_EQ (world_state (world, &job), HS_JOB_DELIVERING);
  HS_ASSERT (world_job (world, &job)->cancel_wanted);
  hs_paper_finish_silent (world->paper);
  world_wait_state (world, &job, HS_JOB_DELIVERED);
  HS_ASSERT_INT_EQ (hs_paper_count (world->paper, &job), 1);
}

static void
a_job_cancelled_before_its_document_left_prints_nothing (void)
{
  HsId job;

  world_start (world);
  job = print_and_release (1);
  HS_LOOP_UNTIL (world_job (world, &job)->progress == HS_DELIVERY_INTENT);
  HS_ASSERT (world_cancel (world, &anna, &job, NULL));
  check_gone (&job);
  HS_ASSERT_INT_EQ (hs_paper_count (world->paper, &job), 0);
}

static void
an_uncertain_job_can_be_cancelled_and_a_finished_one_not (void)
{
  g_autoptr (GError) error = NULL;
  HsId job;

  world_start (world);
  hs_paper_set_mood (world->paper, HS_PAPER_SILENT);
  job = print_and_release (1);
  HS_LOOP_UNTIL (world_job (world, &job)->progress == HS_DELIVERY_SENT);
  hs_paper_set_mood (world->paper, HS_PAPER_FORGETS);
  world_restart (world);
  world_wait_state (world, &job, HS_JOB_UNCERTAIN);
  HS_ASSERT (world_cancel (world, &anna, &job, NULL));
  check_gone (&job);
  HS_ASSERT (!world_cancel (world, &anna, &job, &error));
  HS_ASSERT_ERROR (error, HS_ERROR_REFUSED);
}

/* ── release ─────────────────────────────────────────────────────────────────────────────── */

static void
a_second_release_while_one_is_under_way_is_refused (void)
{
  g_autoptr (GError) error = NULL;
  HsId job;

  world_start (world);
  hs_paper_set_mood (world->paper, HS_PAPER_SILENT);
  job = print_and_release (1);
  HS_LOOP_UNTIL (world_state (world, &job) == HS_JOB_DELIVERING);
  HS_ASSERT (!world_release (world, &anna, &job, 2, &error));
  HS_ASSERT_ERROR (error, HS_ERROR_REFUSED);
  hs_paper_finish_silent (world->paper);
  HS_LOOP_UNTIL (world_job (world, &job)->progress == HS_DELIVERY_SENT
                 || world_state (world, &job) == HS_JOB_DELIVERED);
  hs_paper_finish_silent (world->paper);
  world_wait_state (world, &job, HS_JOB_DELIVERED);
  HS_ASSERT_INT_EQ (hs_paper_count (world->paper, &job), 1);
}

static void
two_releases_at_once_print_once (void)
{
  GAsyncResult *first = NULL;
  GAsyncResult *second = NULL;
  HsId printers[2] = { hs_paper_printer (1), hs_paper_printer (2) };
  gboolean outcomes[2];
  HsId job;

  world_start (world);
  job = print ();
  hs_engine_release_async (world->engine, &anna, &job, &printers[0], NULL, NULL,
                           hs_loop_store_result, &first);
  hs_engine_release_async (world->engine, &anna, &job, &printers[1], NULL, NULL,
                           hs_loop_store_result, &second);
  HS_LOOP_UNTIL (first != NULL && second != NULL);
  outcomes[0] = hs_engine_action_finish (world->engine, first, NULL);
  outcomes[1] = hs_engine_action_finish (world->engine, second, NULL);
  g_object_unref (first);
  g_object_unref (second);
  HS_ASSERT (outcomes[0] && !outcomes[1]);
  world_wait_state (world, &job, HS_JOB_DELIVERED);
  HS_ASSERT_INT_EQ (hs_paper_count (world->paper, &job), 1);
}

static void
a_printer_that_is_not_listed_and_a_locked_key_are_refused (void)
{
  g_autoptr (GError) error = NULL;
  HsId job;

  world_start (world);
  job = print ();
  HS_ASSERT (!world_release (world, &anna, &job, 99, &error));
  HS_ASSERT_ERROR (error, HS_ERROR_NOT_FOUND);
  g_clear_error (&error);
  world_set_locked (world, WORLD_ANNA_UID, TRUE);
  HS_ASSERT (!world_release (world, &anna, &job, 1, &error));
  HS_ASSERT_ERROR (error, HS_ERROR_DENIED);
  HS_ASSERT_INT_EQ (world_state (world, &job), HS_JOB_HELD);
}

static void
a_printer_without_paper_leaves_the_job_held_and_says_why (void)
{
  HsId job;

  world_start (world);
  hs_paper_set_mood (world->paper, HS_PAPER_REFUSES);
  job = print_and_release (1);
  world_wait_state (world, &job, HS_JOB_HELD);
  HS_ASSERT (world_job (world, &job)->reasons & HS_REASON_PRINTER_STOPPED);
  HS_ASSERT_STR_EQ (world_job (world, &job)->failure, "The printer has no paper.");
  world_restart (world);
  HS_ASSERT (world_job (world, &job)->reasons & HS_REASON_PRINTER_STOPPED);
  hs_paper_set_mood (world->paper, HS_PAPER_WORKS);
  HS_ASSERT (world_release (world, &anna, &job, 2, NULL));
  world_wait_state (world, &job, HS_JOB_DELIVERED);
}

static void
a_busy_printer_is_tried_again_and_not_for_ever (void)
{
  HsId patient;
  HsId hopeless;

  world->config->attempts = 2;
  world_start (world);
  hs_paper_set_mood (world->paper, HS_PAPER_BUSY);
  patient = print_and_release (1);
  HS_LOOP_UNTIL (world_job (world, &patient)->attempts == 1);
  HS_ASSERT_INT_EQ (world_state (world, &patient), HS_JOB_RELEASED);
  hs_paper_set_mood (world->paper, HS_PAPER_WORKS);
  world_wait_state (world, &patient, HS_JOB_DELIVERED);
  hs_paper_set_mood (world->paper, HS_PAPER_BUSY);
  hopeless = print_and_release (1);
  HS_LOOP_UNTIL (world_job (world, &hopeless)->attempts == 1);
  world_wait_state (world, &hopeless, HS_JOB_HELD);
  HS_ASSERT (world_job (world, &hopeless)->reasons & HS_REASON_PRINTER_BUSY);
}

static void
a_release_is_taken_back_where_nothing_was_sent (void)
{
  HsId job;

  world_start (world);
  hs_paper_set_mood (world->paper, HS_PAPER_BUSY);
  job = print_and_release (1);
  HS_LOOP_UNTIL (world_job (world, &job)->attempts == 1);
  HS_ASSERT (world_hold (world, &anna, &job, NULL));
  HS_ASSERT_INT_EQ (world_state (world, &job), HS_JOB_HELD);
  HS_ASSERT (world_job (world, &job)->reasons & HS_REASON_HELD_BY_USER);
  HS_ASSERT_INT_EQ (hs_paper_count_made (world->paper, &job), 0);
}

/* ── lines ───────────────────────────────────────────────────────────────────────────────── */

static void
one_printer_gets_jobs_in_the_order_of_their_releases (void)
{
  HsId jobs[4];
  static const guint order[4] = { 2, 0, 3, 1 };
  g_autoptr (GArray) printed = NULL;

  world_start (world);
  for (guint i = 0; i < 4; i++)
    jobs[i] = print ();
  for (guint i = 0; i < 4; i++)
    HS_ASSERT (world_release (world, &anna, &jobs[order[i]], 1, NULL));
  for (guint i = 0; i < 4; i++)
    world_wait_state (world, &jobs[i], HS_JOB_DELIVERED);
  printed = hs_paper_list (world->paper);
  HS_ASSERT_INT_EQ (printed->len, 4);
  for (guint i = 0; i < 4; i++)
    HS_ASSERT (hs_id_equal (&g_array_index (printed, HsId, i), &jobs[order[i]]));
  HS_ASSERT_INT_EQ (hs_paper_get_most_at_one (world->paper), 1);
}

static void
printers_do_not_wait_for_each_other (void)
{
  HsId first;
  HsId second;

  world_start (world);
  hs_paper_set_mood (world->paper, HS_PAPER_SILENT);
  first = print_and_release (1);
  second = print_and_release (2);
  HS_LOOP_UNTIL (world_state (world, &first) == HS_JOB_DELIVERING
                 && world_state (world, &second) == HS_JOB_DELIVERING);
  HS_ASSERT_INT_EQ (hs_paper_get_most (world->paper), 2);
}

/* ── uncertain ───────────────────────────────────────────────────────────────────────────── */

static void
what_a_printer_does_not_remember_is_asked_of_a_person (void)
{
  HsId printed;
  HsId reprinted;

  world_start (world);
  hs_paper_set_mood (world->paper, HS_PAPER_SILENT);
  printed = print_and_release (1);
  reprinted = print_and_release (2);
  HS_LOOP_UNTIL (world_job (world, &printed)->progress == HS_DELIVERY_SENT
                 && world_job (world, &reprinted)->progress == HS_DELIVERY_SENT);
  hs_paper_set_mood (world->paper, HS_PAPER_FORGETS);
  world_restart (world);
  world_wait_state (world, &printed, HS_JOB_UNCERTAIN);
  world_wait_state (world, &reprinted, HS_JOB_UNCERTAIN);
  HS_ASSERT (world_resolve (world, &anna, &printed, HS_EVENT_RESOLVED_PRINTED, NULL));
  HS_ASSERT_INT_EQ (world_state (world, &printed), HS_JOB_DELIVERED);
  HS_ASSERT (world_resolve (world, &anna, &reprinted, HS_EVENT_RESOLVED_REPRINT, NULL));
  HS_ASSERT_INT_EQ (world_state (world, &reprinted), HS_JOB_HELD);
  HS_ASSERT_INT_EQ (hs_paper_count (world->paper, &reprinted), 1);
  hs_paper_set_mood (world->paper, HS_PAPER_WORKS);
  HS_ASSERT (world_release (world, &anna, &reprinted, 2, NULL));
  world_wait_state (world, &reprinted, HS_JOB_DELIVERED);
  HS_ASSERT_INT_EQ (hs_paper_count (world->paper, &reprinted), 2);
}

/* A job at the printer, of which nobody knows what became of it. */
static HsId
print_uncertain (void)
{
  HsId job;

  hs_paper_set_mood (world->paper, HS_PAPER_SILENT);
  job = print_and_release (1);
  HS_LOOP_UNTIL (world_job (world, &job)->progress == HS_DELIVERY_SENT);
  hs_paper_set_mood (world->paper, HS_PAPER_FORGETS);
  world_restart (world);
  world_wait_state (world, &job, HS_JOB_UNCERTAIN);
  return job;
}

static gboolean
story_tells (const HsId *job, const char *words)
{
  const HsTrace *trace = hs_engine_get_trace (world->engine, &anna, job);

  for (guint i = 0; i < hs_trace_get_length (trace); i++)
    {
      HsTraceLine line = hs_trace_get_line (trace, i);
      if (line.remark != NULL && strstr (line.remark, words) != NULL)
        return TRUE;
    }
  return FALSE;
}

static void
an_uncertain_job_that_is_given_up_is_taken_back_at_its_printer (void)
{
  static const HsJobEvent ways[] = { HS_EVENT_RESOLVED_CANCEL, HS_EVENT_CANCEL_ASKED };

  world_start (world);
  for (guint i = 0; i < G_N_ELEMENTS (ways); i++)
    {
      HsId job = print_uncertain ();
      HS_ASSERT_INT_EQ (hs_paper_count_asked_back (world->paper, &job), 0);
      if (ways[i] == HS_EVENT_CANCEL_ASKED)
        HS_ASSERT (world_cancel (world, &anna, &job, NULL));
      else
        HS_ASSERT (world_resolve (world, &anna, &job, ways[i], NULL));
      HS_ASSERT_INT_EQ (world_state (world, &job), HS_JOB_CANCELLED);
      HS_LOOP_UNTIL (story_tells (&job, "taken back"));
      world_settle (world);
      world_restart (world);
      world_settle (world);
      HS_ASSERT_INT_EQ (hs_paper_count_asked_back (world->paper, &job), 1);
      HS_ASSERT_INT_EQ (hs_paper_count_made (world->paper, &job), 1);
      HS_ASSERT_INT_EQ (world_state (world, &job), HS_JOB_CANCELLED);
    }
}

static void
what_could_not_be_taken_back_yet_is_tried_by_the_next_start (void)
{
  HsId job;

  world_start (world);
  job = print_uncertain ();
  hs_paper_set_mood (world->paper, HS_PAPER_SILENT);
  /* The printer says nothing, and nobody waits for it. */
  HS_ASSERT (world_resolve (world, &anna, &job, HS_EVENT_RESOLVED_CANCEL, NULL));
  HS_ASSERT_INT_EQ (world_state (world, &job), HS_JOB_CANCELLED);
  HS_LOOP_UNTIL (hs_paper_count_asked_back (world->paper, &job) == 1);
  world_restart (world);
  HS_LOOP_UNTIL (hs_paper_count_asked_back (world->paper, &job) == 2);
  HS_ASSERT_INT_EQ (world_state (world, &job), HS_JOB_CANCELLED);
  hs_paper_set_mood (world->paper, HS_PAPER_WORKS);
  world_restart (world);
  HS_LOOP_UNTIL (story_tells (&job, "taken back"));
  HS_ASSERT_INT_EQ (hs_paper_count_taken_back (world->paper, &job), 1);
  HS_ASSERT_INT_EQ (hs_paper_count_made (world->paper, &job), 1);
  HS_ASSERT_INT_EQ (world_count_files (world, ".age"), 0);
}

static void
a_job_that_was_at_no_printer_is_not_taken_back (void)
{
  HsId held;
  HsId released;

  world_start (world);
  held = print ();
  hs_paper_set_mood (world->paper, HS_PAPER_BUSY);
  released = print_and_release (1);
  HS_ASSERT (world_cancel (world, &anna, &held, NULL));
  HS_ASSERT (world_cancel (world, &anna, &released, NULL));
  world_settle (world);
  HS_ASSERT_INT_EQ (hs_paper_count_asked_back (world->paper, &held), 0);
  HS_ASSERT_INT_EQ (hs_paper_count_asked_back (world->paper, &released), 0);
  HS_ASSERT_INT_EQ (hs_paper_count_taken_back (world->paper, &released), 0);
}

static void
an_old_copy_of_the_ledger_makes_every_job_uncertain (void)
{
  HsId job;

  world_start (world);
  job = print ();
  hs_engine_roll_back (world->engine);
  world_wait_state (world, &job, HS_JOB_UNCERTAIN);
}

/* ── offline ─────────────────────────────────────────────────────────────────────────────── */

static void
without_the_site_the_policy_decides (void)
{
  g_autoptr (GError) error = NULL;
  HsId job;

  world->offline = HS_OFFLINE_PRINT;
  world_start (world);
  job = print ();
  hs_engine_set_site_online (world->engine, FALSE);
  HS_ASSERT (!world_release (world, &anna, &job, 8, &error)); /* never used before */
  HS_ASSERT_ERROR (error, HS_ERROR_REFUSED);
  g_clear_error (&error);
  HS_ASSERT (world_release (world, &anna, &job, 1, NULL));
  world_wait_state (world, &job, HS_JOB_DELIVERED);
  HS_ASSERT (world_job (world, &job)->offline);
  HS_ASSERT (world->charged > 0);

  world->standing.right = HS_OFFLINE_RIGHT_NONE;
  job = print ();
  HS_ASSERT (!world_release (world, &anna, &job, 1, &error));
  HS_ASSERT_ERROR (error, HS_ERROR_REFUSED);
  g_clear_error (&error);
  world->standing = (HsOfflineStanding){ HS_OFFLINE_RIGHT_HELD, G_MAXINT64, 0 };
  HS_ASSERT (!world_release (world, &anna, &job, 1, &error));
  HS_ASSERT_ERROR (error, HS_ERROR_REFUSED);
  g_clear_error (&error);
  HS_ASSERT_INT_EQ (world_job (world, &job)->state, HS_JOB_HELD);

  world->offline = HS_OFFLINE_DENY;
  world_restart (world);
  hs_engine_set_site_online (world->engine, FALSE);
  (void)world_print (world, &anna, 100, &error);
  HS_ASSERT_ERROR (error, HS_ERROR_REFUSED);
}

/* Releases of one moment: none is durable yet when the next one is judged. */
static void
without_the_site_releases_of_one_moment_share_the_pages (void)
{
  const HsId printer = hs_paper_printer (1);
  GAsyncResult *results[3] = { NULL };
  HsId jobs[3];
  guint released = 0;

  world->offline = HS_OFFLINE_PRINT;
  world_start (world);
  for (guint i = 0; i < G_N_ELEMENTS (jobs); i++)
    jobs[i] = print ();
  hs_engine_set_site_online (world->engine, FALSE);
  world->standing.pages_left = 2 * hs_release_policy_count_pages (world_job (world, &jobs[0]));
  for (guint i = 0; i < G_N_ELEMENTS (jobs); i++)
    hs_engine_release_async (world->engine, &anna, &jobs[i], &printer, NULL, NULL,
                             hs_loop_store_result, &results[i]);
  for (guint i = 0; i < G_N_ELEMENTS (jobs); i++)
    {
      g_autoptr (GAsyncResult) result = NULL;
      HS_LOOP_UNTIL (results[i] != NULL);
      result = results[i];
      released += hs_engine_action_finish (world->engine, result, NULL);
    }
  HS_ASSERT_INT_EQ (released, 2);
}

HS_SUITE_WITH ("release",
               set_up,
               tear_down,
               { "a held job is cancelled at once", a_held_job_is_cancelled_at_once },
               { "a released job that waits is cancelled and never sent",
                 a_released_job_that_waits_is_cancelled_and_never_sent },
               { "a job cancelled on its way ends as the printer says",
                 a_job_cancelled_on_its_way_ends_as_the_printer_says },
               { "a job cancelled before its document left prints nothing",
                 a_job_cancelled_before_its_document_left_prints_nothing },
               { "an uncertain job can be cancelled and a finished one not",
                 an_uncertain_job_can_be_cancelled_and_a_finished_one_not },
               { "a second release while one is under way is refused",
                 a_second_release_while_one_is_under_way_is_refused },
               { "two releases at once print once", two_releases_at_once_print_once },
               { "a printer that is not listed and a locked key are refused",
                 a_printer_that_is_not_listed_and_a_locked_key_are_refused },
               { "a printer without paper leaves the job held and says why",
                 a_printer_without_paper_leaves_the_job_held_and_says_why },
               { "a busy printer is tried again, and not for ever",
                 a_busy_printer_is_tried_again_and_not_for_ever },
               { "a release is taken back where nothing was sent",
                 a_release_is_taken_back_where_nothing_was_sent },
               { "one printer gets jobs in the order of their releases",
                 one_printer_gets_jobs_in_the_order_of_their_releases },
               { "printers do not wait for each other", printers_do_not_wait_for_each_other },
               { "what a printer does not remember is asked of a person",
                 what_a_printer_does_not_remember_is_asked_of_a_person },
               { "an uncertain job that is given up is taken back at its printer",
                 an_uncertain_job_that_is_given_up_is_taken_back_at_its_printer },
               { "what could not be taken back yet is tried by the next start",
                 what_could_not_be_taken_back_yet_is_tried_by_the_next_start },
               { "a job that was at no printer is not taken back",
                 a_job_that_was_at_no_printer_is_not_taken_back },
               { "an old copy of the ledger makes every job uncertain",
                 an_old_copy_of_the_ledger_makes_every_job_uncertain },
               { "without the site the policy decides", without_the_site_the_policy_decides },
               { "without the site releases of one moment share the pages",
                 without_the_site_releases_of_one_moment_share_the_pages })
