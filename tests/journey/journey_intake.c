/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* A document arrives, or does not: what is refused says why, and leaves nothing. */

#include "base/error.h"
#include "engine/engine_private.h"
#include "journey/world.h"
#include "support/loop.h"
#include "support/suite.h"

#include <string.h>

static World *world;
static HsCaller anna;

static void
set_up (void)
{
  world = world_new (NULL);
  anna = world_person (WORLD_ANNA_UID);
}

static void
tear_down (void)
{
  g_clear_pointer (&world, world_free);
}

/* Nothing of any document is on the disk, and no job waits. */
static void
check_nothing_left (void)
{
  HsEngineStatistics statistics;

  world_settle (world);
  hs_engine_get_statistics (world->engine, &statistics);
  HS_ASSERT_INT_EQ (statistics.open_intakes, 0);
  HS_ASSERT_INT_EQ (statistics.jobs_by_state[HS_JOB_HELD], 0);
  HS_ASSERT_INT_EQ (statistics.jobs_by_state[HS_JOB_RECEIVING], 0);
  HS_ASSERT_INT_EQ (statistics.sealed_bytes, 0);
  HS_ASSERT_INT_EQ (world_count_files (world, ""), 0);
}

static void
check_refused (const char *text, gsize length, const char *format, int code)
{
  g_autoptr (GBytes) document = g_bytes_new (text, length);
  g_autoptr (GError) error = NULL;
  HsId job = world_print_bytes (world, &anna, document, format, &error);

  HS_ASSERT (hs_id_is_zero (&job));
  HS_ASSERT_ERROR (error, code);
  HS_ASSERT (strlen (error->message) > 20 && g_str_has_suffix (error->message, "."));
  check_nothing_left ();
}

static void
empty_and_foreign_documents_are_refused_with_a_sentence (void)
{
  world_start (world);
  check_refused ("", 0, "application/pdf", HS_ERROR_INVALID);
  check_refused ("", 0, NULL, HS_ERROR_INVALID);
  check_refused ("just a text", 11, "text/plain", HS_ERROR_NOT_SUPPORTED);
  check_refused ("just a text", 11, "application/octet-stream", HS_ERROR_NOT_SUPPORTED);
  check_refused ("just a text", 11, NULL, HS_ERROR_NOT_SUPPORTED);
  check_refused ("just a text", 11, "application/pdf", HS_ERROR_INVALID);
  check_refused ("%PDF-1.4\n", 9, "image/jpeg", HS_ERROR_INVALID);
}

static void
a_document_without_a_format_is_recognised (void)
{
  g_autoptr (GBytes) document = world_document (5000);
  HsId job;

  world_start (world);
  job = world_print_bytes (world, &anna, document, "application/octet-stream", NULL);
  HS_ASSERT_STR_EQ (world_job (world, &job)->format, "application/pdf");
  HS_ASSERT_INT_EQ (world_job (world, &job)->size_bytes, g_bytes_get_size (document));
}

static void
a_body_that_is_cut_leaves_nothing (void)
{
  g_autoptr (GBytes) document = world_document (300000);
  HsIntakeOffer offer = { .format = "application/pdf" };
  HsIntake *intake = NULL;
  HsId job;

  world_start (world);
  intake = hs_engine_open_intake (world->engine, &anna, &offer, NULL);
  job = hs_intake_get_job (intake)->id;
  HS_ASSERT_INT_EQ (world_state (world, &job), HS_JOB_RECEIVING);
  (void)hs_intake_push (intake, document);
  hs_intake_abort (intake);
  world_wait_state (world, &job, HS_JOB_FAILED);
  HS_LOOP_UNTIL (hs_intake_get_job (intake) == NULL);
  check_nothing_left ();
  hs_intake_unref (intake);
  world_restart (world);
  HS_ASSERT_INT_EQ (world_state (world, &job), HS_JOB_NONE);
}

static void
an_intake_that_nobody_feeds_ends_by_itself (void)
{
  HsIntakeOffer offer = { 0 };
  HsIntake *intake = NULL;
  HsId job;

  world->config->create_timeout_s = 1;
  world_start (world);
  intake = hs_engine_open_intake (world->engine, &anna, &offer, NULL);
  job = hs_intake_get_job (intake)->id;
  world_wait_state (world, &job, HS_JOB_FAILED);
  check_nothing_left ();
  HS_ASSERT (hs_intake_get_failure (intake) != NULL);
  hs_intake_unref (intake);
}

static void
a_job_cancelled_while_it_arrives_leaves_nothing (void)
{
  g_autoptr (GBytes) document = world_document (300000);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  HsIntakeOffer offer = { .format = "application/pdf" };
  HsIntake *intake = NULL;
  HsId job;

  world_start (world);
  intake = hs_engine_open_intake (world->engine, &anna, &offer, NULL);
  job = hs_intake_get_job (intake)->id;
  (void)hs_intake_push (intake, document);
  HS_ASSERT (world_cancel (world, &anna, &job, NULL));
  HS_ASSERT_INT_EQ (world_state (world, &job), HS_JOB_CANCELLED);
  hs_intake_finish_async (intake, NULL, hs_loop_store_result, &result);
  HS_LOOP_UNTIL (result != NULL);
  HS_ASSERT (hs_intake_finish_finish (intake, result, &error) == NULL);
  HS_ASSERT_ERROR (error, HS_ERROR_CANCELLED);
  check_nothing_left ();
  hs_intake_unref (intake);
}

static void
limits_hold_while_the_document_streams (void)
{
  g_autoptr (GError) error = NULL;
  HsIntakeOffer offer = { .announced_bytes = 2000000 };
  HsId job;

  world->config->owner_bytes = 1000000;
  world_start (world);
  job = world_print (world, &anna, 2000000, &error);
  HS_ASSERT_ERROR (error, HS_ERROR_NO_SPACE);
  HS_ASSERT (hs_id_is_zero (&job));
  check_nothing_left ();
  g_clear_error (&error);
  HS_ASSERT (!hs_engine_check_offer (world->engine, &anna, &offer, &error));
  HS_ASSERT_ERROR (error, HS_ERROR_NO_SPACE);
  g_clear_error (&error);
  (void)world_print (world, &anna, 600000, &error);
  HS_ASSERT_NO_ERROR (error);
  (void)world_print (world, &anna, 600000, &error);
  HS_ASSERT_ERROR (error, HS_ERROR_NO_SPACE);
}

static void
the_number_of_jobs_is_limited_for_each_owner (void)
{
  HsCaller ben = world_person (WORLD_BEN_UID);
  g_autoptr (GError) error = NULL;
  HsId first;

  world->config->owner_jobs = 2;
  world_start (world);
  first = world_print (world, &anna, 100, NULL);
  (void)world_print (world, &anna, 100, NULL);
  (void)world_print (world, &anna, 100, &error);
  HS_ASSERT_ERROR (error, HS_ERROR_NO_SPACE);
  g_clear_error (&error);
  (void)world_print (world, &ben, 100, &error);
  HS_ASSERT_NO_ERROR (error);
  HS_ASSERT (world_cancel (world, &anna, &first, NULL));
  (void)world_print (world, &anna, 100, &error);
  HS_ASSERT_NO_ERROR (error);
}

static void
a_job_that_nobody_could_ever_open_is_refused (void)
{
  HsCaller keyless = world_person (3000);
  g_autoptr (GError) error = NULL;

  world_start (world);
  (void)world_print (world, &keyless, 100, &error);
  HS_ASSERT_ERROR (error, HS_ERROR_REFUSED);
  check_nothing_left ();
}

static void
a_slow_cipher_pauses_its_source (void)
{
  g_autoptr (GBytes) chunk = world_document (512 * 1024);
  g_autoptr (GAsyncResult) result = NULL;
  HsIntakeOffer offer = { .format = "application/pdf" };
  HsIntake *intake = NULL;
  gboolean was_full = FALSE;
  guint pushed = 0;

  world_start (world);
  intake = hs_engine_open_intake (world->engine, &anna, &offer, NULL);
  while (!was_full && pushed < 1000)
    {
      was_full = !hs_intake_push (intake, chunk);
      pushed++;
    }
  HS_ASSERT (was_full);
  hs_intake_finish_async (intake, NULL, hs_loop_store_result, &result);
  HS_LOOP_UNTIL (result != NULL);
  HS_ASSERT_INT_EQ (hs_intake_finish_finish (intake, result, NULL)->size_bytes,
                    pushed * g_bytes_get_size (chunk));
  hs_intake_unref (intake);
}

static void
a_complete_document_survives_the_agents_stop (void)
{
  g_autoptr (GBytes) document = world_document (3000000);
  g_autoptr (GAsyncResult) result = NULL;
  HsIntakeOffer offer = { .format = "application/pdf" };
  HsIntake *intake = NULL;
  HsId job;

  world_start (world);
  intake = hs_engine_open_intake (world->engine, &anna, &offer, NULL);
  job = hs_intake_get_job (intake)->id;
  (void)hs_intake_push (intake, document);
  hs_intake_finish_async (intake, NULL, hs_loop_store_result, &result);
  world_stop (world);
  HS_LOOP_UNTIL (result != NULL);
  HS_ASSERT (!g_task_had_error (G_TASK (result)));
  hs_intake_unref (intake);
  world_start (world);
  HS_ASSERT_INT_EQ (world_state (world, &job), HS_JOB_HELD);
}

static void
stopping_ends_open_intakes_without_a_trace (void)
{
  g_autoptr (GBytes) document = world_document (300000);
  HsIntakeOffer offer = { .format = "application/pdf" };
  HsIntake *fed = NULL;
  HsIntake *unfed = NULL;

  world_start (world);
  fed = hs_engine_open_intake (world->engine, &anna, &offer, NULL);
  unfed = hs_engine_open_intake (world->engine, &anna, &offer, NULL);
  (void)hs_intake_push (fed, document);
  world_stop (world);
  hs_intake_unref (fed);
  hs_intake_unref (unfed);
  HS_ASSERT_INT_EQ (world_count_files (world, ""), 0);
}

static gboolean
is_purged (const HsId *job)
{
  return (hs_engine_find_slot (world->engine, job)->pending & HS_EFFECT_PURGE_OS_COPY) == 0;
}

static void
the_print_systems_copy_is_purged_until_it_is_gone_also_over_a_restart (void)
{
  HsCaller cups = world_print_system (1, WORLD_ANNA_UID);
  HsId direct;
  HsId job;

  world->has_print_system = TRUE;
  world->copies_left = 1;
  world_start (world);
  direct = world_print (world, &anna, 100, NULL);
  job = world_print (world, &cups, 100, NULL);
  world_settle (world);
  HS_ASSERT (is_purged (&direct)); /* it never was in the print system */
  HS_ASSERT (!is_purged (&job));
  world_restart (world);
  HS_ASSERT (!is_purged (&job));
  HS_LOOP_UNTIL (is_purged (&job));
  HS_ASSERT_INT_EQ (world->purges, 2);
}

HS_SUITE_WITH (
    "intake",
    set_up,
    tear_down,
    { "the print system's copy is purged until it is gone, also over a restart",
      the_print_systems_copy_is_purged_until_it_is_gone_also_over_a_restart },
    { "empty and foreign documents are refused with a sentence",
      empty_and_foreign_documents_are_refused_with_a_sentence },
    { "a document without a format is recognised", a_document_without_a_format_is_recognised },
    { "a body that is cut leaves nothing", a_body_that_is_cut_leaves_nothing },
    { "an intake that nobody feeds ends by itself", an_intake_that_nobody_feeds_ends_by_itself },
    { "a job cancelled while it arrives leaves nothing",
      a_job_cancelled_while_it_arrives_leaves_nothing },
    { "limits hold while the document streams", limits_hold_while_the_document_streams },
    { "the number of jobs is limited for each owner",
      the_number_of_jobs_is_limited_for_each_owner },
    { "a job that nobody could ever open is refused",
      a_job_that_nobody_could_ever_open_is_refused },
    { "a slow cipher pauses its source", a_slow_cipher_pauses_its_source },
    { "a complete document survives the agent's stop",
      a_complete_document_survives_the_agents_stop },
    { "stopping ends open intakes without a trace", stopping_ends_open_intakes_without_a_trace })
