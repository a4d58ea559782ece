/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Jobs end when their time is over, whatever the wall clock does meanwhile; finished ones stay in
 * the list for a while, and their story with them. */

#include "base/error.h"
#include "journey/world.h"
#include "support/loop.h"
#include "support/suite.h"

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

static void
a_held_job_expires_and_leaves_nothing (void)
{
  HsId job;

  world->config->retention_s = 1;
  world_start (world);
  job = world_print (world, &anna, 100, NULL);
  world_wait_state (world, &job, HS_JOB_EXPIRED);
  world_settle (world);
  HS_ASSERT_INT_EQ (world_count_files (world, ""), 0);
}

static void
a_job_expires_while_the_agent_is_down (void)
{
  HsId job;

  world_start (world);
  job = world_print (world, &anna, 100, NULL);
  world_stop (world);
  world->clock_offset_us = 25 * G_TIME_SPAN_HOUR;
  world_start (world);
  world_wait_state (world, &job, HS_JOB_EXPIRED);
}

static void
a_wall_clock_that_jumps_ends_no_job (void)
{
  HsEngineStatistics before;
  HsEngineStatistics after;
  HsId first;
  HsId second;

  world_start (world);
  first = world_print (world, &anna, 100, NULL);
  hs_engine_get_statistics (world->engine, &before);
  world->clock_offset_us = 1000 * G_TIME_SPAN_DAY;
  second = world_print (world, &anna, 100, NULL);
  hs_paper_set_mood (world->paper, HS_PAPER_REFUSES);
  HS_ASSERT (world_release (world, &anna, &first, 1, NULL));
  world_wait_state (world, &first, HS_JOB_HELD);
  world_settle (world);
  HS_ASSERT_INT_EQ (world_state (world, &second), HS_JOB_HELD);
  hs_engine_get_statistics (world->engine, &after);
  HS_ASSERT (after.next_expiry_us - world->clock_offset_us - before.next_expiry_us
             < G_TIME_SPAN_MINUTE);
}

static void
a_wall_clock_set_back_keeps_no_job_for_ever (void)
{
  HsEngineStatistics statistics;

  world_start (world);
  (void)world_print (world, &anna, 100, NULL);
  world_stop (world);
  world->clock_offset_us = -1000 * G_TIME_SPAN_DAY;
  world_start (world);
  hs_engine_get_statistics (world->engine, &statistics);
  HS_ASSERT (statistics.next_expiry_us - g_get_real_time () - world->clock_offset_us
             <= 24 * G_TIME_SPAN_HOUR);
}

static gboolean
set_expiry (const HsId *job, gint64 expires_at_us, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  hs_engine_set_expiry_async (world->engine, &anna, job, expires_at_us, NULL, hs_loop_store_result,
                              &result);
  HS_LOOP_UNTIL (result != NULL);
  return hs_engine_action_finish (world->engine, result, error);
}

static void
the_owner_may_shorten_the_wait_but_not_lengthen_it_beyond_the_limit (void)
{
  g_autoptr (GError) error = NULL;
  gint64 now_us = g_get_real_time ();
  HsId job;

  world_start (world);
  job = world_print (world, &anna, 100, NULL);
  HS_ASSERT (!set_expiry (&job, now_us + 48 * G_TIME_SPAN_HOUR, &error));
  HS_ASSERT_ERROR (error, HS_ERROR_REFUSED);
  g_clear_error (&error);
  HS_ASSERT (!set_expiry (&job, now_us - 1, &error));
  HS_ASSERT_ERROR (error, HS_ERROR_REFUSED);
  HS_ASSERT (set_expiry (&job, g_get_real_time () + G_TIME_SPAN_SECOND / 2, NULL));
  world_wait_state (world, &job, HS_JOB_EXPIRED);
}

static void
a_finished_job_stays_listed_over_a_restart_and_then_leaves (void)
{
  g_autoptr (GPtrArray) seen = NULL;
  HsId job;

  world->config->history_s = 3;
  world_start (world);
  job = world_print (world, &anna, 100, NULL);
  HS_ASSERT (world_release (world, &anna, &job, 1, NULL));
  world_wait_state (world, &job, HS_JOB_DELIVERED);
  world_settle (world);
  world_restart (world);
  seen = hs_engine_list_jobs (world->engine, &anna);
  HS_ASSERT_INT_EQ (seen->len, 1);
  HS_ASSERT_INT_EQ (world_state (world, &job), HS_JOB_DELIVERED);
  HS_ASSERT (world_job (world, &job)->title == NULL);
  world_wait_state (world, &job, HS_JOB_NONE);
}

static void
the_last_printer_is_remembered_when_its_job_has_left_the_list (void)
{
  HsCaller ben = world_person (WORLD_BEN_UID);
  const HsId printer = hs_paper_printer (1);
  HsId found = { { 0 } };
  HsId job;

  world->config->history_s = 1;
  world_start (world);
  HS_ASSERT (!hs_engine_find_last_printer (world->engine, &anna, &found));
  job = world_print (world, &anna, 100, NULL);
  HS_ASSERT (world_release (world, &anna, &job, 1, NULL));
  world_wait_state (world, &job, HS_JOB_DELIVERED);
  world_wait_state (world, &job, HS_JOB_NONE);
  HS_ASSERT (hs_engine_find_last_printer (world->engine, &anna, &found));
  HS_ASSERT (hs_id_equal (&found, &printer));
  HS_ASSERT (!hs_engine_find_last_printer (world->engine, &ben, &found));
  world_settle (world);
  world_restart (world);
  found = (HsId){ { 0 } };
  HS_ASSERT (hs_engine_find_last_printer (world->engine, &anna, &found));
  HS_ASSERT (hs_id_equal (&found, &printer));
  HS_ASSERT (!hs_engine_find_last_printer (world->engine, &ben, &found));
}

static void
the_story_of_a_job_survives_a_restart (void)
{
  const HsTrace *trace = NULL;
  gboolean was_released = FALSE;
  gboolean was_printed = FALSE;
  HsId printer = hs_paper_printer (1);
  HsId job;

  world_start (world);
  job = world_print (world, &anna, 100, NULL);
  HS_ASSERT (world_release (world, &anna, &job, 1, NULL));
  world_wait_state (world, &job, HS_JOB_DELIVERED);
  world_settle (world);
  world_restart (world);
  trace = hs_engine_get_trace (world->engine, &anna, &job);
  HS_ASSERT (trace != NULL);
  for (guint i = 0; i < hs_trace_get_length (trace); i++)
    {
      HsTraceLine line = hs_trace_get_line (trace, i);
      if (line.event == HS_EVENT_RELEASE_ASKED)
        was_released = hs_id_equal (&line.printer, &printer);
      if (line.event == HS_EVENT_PRINTED)
        was_printed = line.state == HS_JOB_DELIVERED && line.at_us > 0;
    }
  HS_ASSERT (was_released && was_printed);
}

HS_SUITE_WITH ("time",
               set_up,
               tear_down,
               { "a held job expires and leaves nothing", a_held_job_expires_and_leaves_nothing },
               { "a job expires while the agent is down", a_job_expires_while_the_agent_is_down },
               { "a wall clock that jumps ends no job", a_wall_clock_that_jumps_ends_no_job },
               { "a wall clock set back keeps no job for ever",
                 a_wall_clock_set_back_keeps_no_job_for_ever },
               { "the owner may shorten the wait, but not lengthen it beyond the limit",
                 the_owner_may_shorten_the_wait_but_not_lengthen_it_beyond_the_limit },
               { "a finished job stays listed over a restart, and then leaves",
                 a_finished_job_stays_listed_over_a_restart_and_then_leaves },
               { "the last printer is remembered when its job has left the list",
                 the_last_printer_is_remembered_when_its_job_has_left_the_list },
               { "the story of a job survives a restart", the_story_of_a_job_survives_a_restart })
