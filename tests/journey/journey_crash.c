/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The agent is killed (SIGKILL, by itself) at every point where it matters, and started again: what
 * was promised holds, and paper comes out once. */

#include "engine/engine_private.h"
#include "journey/world.h"
#include "support/loop.h"
#include "support/suite.h"
#include "support/temp_dir.h"

#include <signal.h>
#include <string.h>

/* A life has about forty points; far more means that it never ends. */
#define MOST_POINTS 200

/* TRUE: it was killed at point @n; FALSE: its life was over before. */
static gboolean
live_and_die (const char *folder, const char *manner, guint n)
{
  g_autofree char *number = g_strdup_printf ("%u", n);
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) child = g_subprocess_new (
      G_SUBPROCESS_FLAGS_STDERR_SILENCE, &error, HS_TEST_CRASH_CHILD, folder, manner, number, NULL);

  HS_ASSERT_NO_ERROR (error);
  HS_ASSERT (g_subprocess_wait (child, NULL, NULL));
  if (g_subprocess_get_if_signaled (child))
    {
      HS_ASSERT_INT_EQ (g_subprocess_get_term_sig (child), SIGKILL);
      return TRUE;
    }
  HS_ASSERT_INT_EQ (g_subprocess_get_exit_status (child), 0);
  return FALSE;
}

static gboolean
was_promised (World *world, const char *what, HsId *job)
{
  g_autofree char *path = g_build_filename (world->folder, what, NULL);
  g_autofree char *text = NULL;

  return g_file_get_contents (path, &text, NULL, NULL) && hs_id_parse (text, job);
}

/* The only job that there can be. */
static const HsJob *
find_job (World *world)
{
  HS_ASSERT (world->engine->order->len <= 1);
  return world->engine->order->len == 1
             ? ((HsSlot *)g_ptr_array_index (world->engine->order, 0))->job
             : NULL;
}

static gboolean
is_at_rest (World *world)
{
  const HsJob *job = find_job (world);

  return job == NULL || job->state == HS_JOB_HELD || job->state == HS_JOB_UNCERTAIN
         || hs_job_state_is_final (job->state);
}

/* The site hears that a share is missing, and repeats its command. */
static void
repeat_command (World *world)
{
  HsId command = world_id (1);
  const HsJob *job = find_job (world);
  gboolean already = FALSE;

  if (job == NULL || world->shares_wanted == 0)
    return;
  world->shares_wanted = 0;
  HS_ASSERT (hs_id_equal (&world->share_command, &command));
  HS_ASSERT_INT_EQ (world_site_release (world, &command, &job->id, 1, TRUE, &already),
                    HS_COMMAND_DONE);
  HS_ASSERT (already);
}

/* The site that got no answer repeats its command until it has one: then the job is printed, once,
 * whether the command had been executed or not. */
static void
insist (World *world)
{
  HsId command = world_id (1);
  const HsJob *job = find_job (world);
  HsId id;

  if (job == NULL)
    return;
  id = job->id;
  if (job->state != HS_JOB_DELIVERED)
    HS_ASSERT_INT_EQ (world_site_release (world, &command, &id, 1, TRUE, NULL), HS_COMMAND_DONE);
  world_wait_state (world, &id, HS_JOB_DELIVERED);
  world_settle (world);
  HS_ASSERT_INT_EQ (hs_paper_count (world->paper, &id), 1);
}

static void
check_records (World *world, const HsJob *job)
{
  g_autofree char *outbox = world_outbox (world);
  guint announces = 0;
  guint reports = 0;
  g_auto (GStrv) kinds = g_strsplit (outbox, " ", -1);

  for (char **kind = kinds; *kind != NULL; kind++)
    {
      announces += strcmp (*kind, "announce") == 0;
      reports += strcmp (*kind, "report") == 0;
    }
  HS_ASSERT_INT_EQ (announces, job != NULL ? 1 : 0);
  HS_ASSERT_INT_EQ (reports, job != NULL && hs_job_state_is_final (job->state) ? 1 : 0);
}

/* Whatever was asked for with the release, every try asked the printer for that. */
static void
check_wish (World *world, const HsJob *job, gboolean by_site)
{
  const HsPrintOptions wish = WORLD_OTHER_WISH;
  const HsPrintOptions none = { 0 };

  HS_ASSERT_INT_EQ (hs_paper_count_made_as (world->paper, &job->id, by_site ? &none : &wish),
                    hs_paper_count_made (world->paper, &job->id));
  if (job->state == HS_JOB_DELIVERED)
    HS_ASSERT_INT_EQ (hs_job_get_copies (job), by_site ? 1 : 3);
}

static void
check_world (World *world, gboolean by_site)
{
  const HsJob *job = find_job (world);
  guint papers = job != NULL ? hs_paper_count (world->paper, &job->id) : 0;
  HsId promised;

  if (was_promised (world, "accepted", &promised))
    HS_ASSERT (job != NULL && hs_id_equal (&job->id, &promised));
  if (was_promised (world, "released", &promised))
    HS_ASSERT (job->state == HS_JOB_DELIVERED);
  HS_ASSERT (papers <= 1);
  if (job != NULL)
    check_wish (world, job, by_site);
  if (job != NULL && job->state == HS_JOB_HELD)
    HS_ASSERT_INT_EQ (papers, 0);
  if (job != NULL && job->state == HS_JOB_DELIVERED)
    HS_ASSERT_INT_EQ (papers, 1);
  /* This printer remembers everything, so nothing needs to be asked of a person. */
  HS_ASSERT (job == NULL || job->state != HS_JOB_UNCERTAIN);
  HS_ASSERT_INT_EQ (world_count_files (world, ".part"), 0);
  HS_ASSERT_INT_EQ (world_count_files (world, ".age"),
                    job != NULL && !hs_job_state_is_final (job->state) ? 1 : 0);
  world_check_unseen (world, WORLD_SECRET);
  check_records (world, job);
}

static void
check_after_crash (const char *folder, gboolean by_site)
{
  World *world = world_new (folder);

  world->is_enrolled = TRUE;
  world->is_locked[0] = by_site;
  world_start (world);
  world_settle (world);
  while (!is_at_rest (world))
    {
      HS_LOOP_UNTIL (is_at_rest (world) || world->shares_wanted > 0);
      repeat_command (world);
    }
  world_settle (world);
  check_world (world, by_site);
  world_restart (world);
  world_settle (world);
  check_world (world, by_site);
  if (by_site)
    insist (world);
  world_free (world);
}

static void
die_at_every_point (const char *manner)
{
  gboolean by_site = strcmp (manner, "site") == 0;
  gboolean was_killed = TRUE;
  guint n = 0;

  while (was_killed)
    {
      char *folder = hs_temp_dir_new ();
      n++;
      was_killed = live_and_die (folder, manner, n);
      check_after_crash (folder, by_site);
      hs_temp_dir_free (folder);
      HS_ASSERT (n < MOST_POINTS);
    }
  HS_ASSERT (n > 20); /* the life had points at all */
}

static void
a_job_that_its_owner_released_survives_every_crash (void)
{
  die_at_every_point ("owner");
}

static void
a_job_that_the_site_released_survives_every_crash (void)
{
  die_at_every_point ("site");
}

static void
every_effect_may_run_twice (void)
{
  World *world = world_new (NULL);
  HsCaller anna = world_person (WORLD_ANNA_UID);
  g_autofree char *outbox = NULL;
  HsSlot *slot = NULL;
  HsId job;

  world->is_enrolled = TRUE;
  world_start (world);
  job = world_print (world, &anna, 1000, NULL);
  slot = hs_engine_find_slot (world->engine, &job);
  hs_effects_run (slot, HS_EFFECT_PURGE_OS_COPY);
  hs_effects_run (slot, HS_EFFECT_PURGE_OS_COPY);
  hs_slot_report_done (slot, HS_EFFECT_PURGE_OS_COPY);
  HS_ASSERT (world_release (world, &anna, &job, 1, NULL));
  hs_effects_run (slot, HS_EFFECT_DELIVER);
  hs_effects_run (slot, HS_EFFECT_DELIVER);
  world_wait_state (world, &job, HS_JOB_DELIVERED);
  hs_effects_run (slot, HS_EFFECT_DESTROY | HS_EFFECT_STOP_DELIVERY);
  hs_effects_run (slot, HS_EFFECT_DESTROY | HS_EFFECT_STOP_DELIVERY);
  world_settle (world);
  hs_effects_run (slot, HS_EFFECT_DESTROY);
  world_settle (world);
  HS_ASSERT_INT_EQ (hs_paper_count (world->paper, &job), 1);
  HS_ASSERT_INT_EQ (world_state (world, &job), HS_JOB_DELIVERED);
  outbox = world_outbox (world);
  HS_ASSERT_STR_EQ (outbox, "announce state state report erased");
  world_free (world);
}

HS_SUITE ("crash",
          { "a job that its owner released survives every crash",
            a_job_that_its_owner_released_survives_every_crash },
          { "a job that the site released survives every crash",
            a_job_that_the_site_released_survives_every_crash },
          { "every effect may run twice", every_effect_may_run_twice })
