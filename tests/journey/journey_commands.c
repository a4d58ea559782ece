/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* What the site orders is done once, with the site's share, and told. */

#include "base/error.h"
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
  world->is_enrolled = TRUE;
  world->is_locked[0] = TRUE; /* only the site's share opens anything */
  anna = world_person (WORLD_ANNA_UID);
}

static void
tear_down (void)
{
  g_clear_pointer (&world, world_free);
}

static void
a_share_opens_the_job_where_no_key_is_unlocked (void)
{
  HsId command = world_id (1);
  g_autofree char *paper = NULL;
  g_autofree char *outbox = NULL;
  HsId job;

  world_start (world);
  job = world_print (world, &anna, 100000, NULL);
  HS_ASSERT_INT_EQ (world_site_release (world, &command, &job, 1, TRUE, NULL), HS_COMMAND_DONE);
  world_wait_state (world, &job, HS_JOB_DELIVERED);
  paper = hs_paper_dup_last (world->paper);
  HS_ASSERT (strstr (paper, WORLD_SECRET) != NULL);
  HS_ASSERT (hs_id_equal (&world_job (world, &job)->release_command, &command));
  outbox = world_outbox (world);
  HS_ASSERT_STR_EQ (outbox, "announce state command-result state report erased");
}

static void
a_release_without_share_or_key_is_refused_and_remembered (void)
{
  HsId command = world_id (1);
  gboolean already = FALSE;
  HsId job;

  world_start (world);
  job = world_print (world, &anna, 100, NULL);
  HS_ASSERT_INT_EQ (world_site_release (world, &command, &job, 1, FALSE, &already),
                    HS_COMMAND_REFUSED);
  HS_ASSERT (!already);
  world_restart (world);
  HS_ASSERT_INT_EQ (world_site_release (world, &command, &job, 1, TRUE, &already),
                    HS_COMMAND_REFUSED);
  HS_ASSERT (already);
  HS_ASSERT_INT_EQ (world_state (world, &job), HS_JOB_HELD);
}

static void
a_command_that_comes_twice_prints_once (void)
{
  HsId command = world_id (1);
  gboolean already = FALSE;
  HsId job;

  world_start (world);
  job = world_print (world, &anna, 100, NULL);
  HS_ASSERT_INT_EQ (world_site_release (world, &command, &job, 1, TRUE, &already), HS_COMMAND_DONE);
  world_wait_state (world, &job, HS_JOB_DELIVERED);
  HS_ASSERT_INT_EQ (world_site_release (world, &command, &job, 1, TRUE, &already), HS_COMMAND_DONE);
  HS_ASSERT (already);
  world_restart (world);
  HS_ASSERT_INT_EQ (world_site_release (world, &command, &job, 1, TRUE, &already), HS_COMMAND_DONE);
  HS_ASSERT (already);
  world_settle (world);
  HS_ASSERT_INT_EQ (hs_paper_count (world->paper, &job), 1);
}

static void
a_command_that_comes_twice_at_once_prints_once (void)
{
  HsId command = world_id (1);
  HsId printer = hs_paper_printer (1);
  GAsyncResult *results[2] = { NULL, NULL };
  gboolean already[2] = { FALSE, FALSE };
  HsId job;

  world_start (world);
  job = world_print (world, &anna, 100, NULL);
  for (guint i = 0; i < 2; i++)
    hs_engine_site_release_async (world->engine, &command, &job, &printer,
                                  world_make_share (world, &job), hs_loop_store_result,
                                  &results[i]);
  for (guint i = 0; i < 2; i++)
    {
      HS_LOOP_UNTIL (results[i] != NULL);
      HS_ASSERT_INT_EQ (
          hs_engine_site_command_finish (world->engine, results[i], &already[i], NULL, NULL),
          HS_COMMAND_DONE);
      g_object_unref (results[i]);
    }
  HS_ASSERT (!already[0] && already[1]);
  world_wait_state (world, &job, HS_JOB_DELIVERED);
  HS_ASSERT_INT_EQ (hs_paper_count (world->paper, &job), 1);
}

static void
after_a_restart_the_share_is_asked_for_again_under_the_same_command (void)
{
  HsId command = world_id (1);
  gboolean already = FALSE;
  HsId job;

  world_start (world);
  hs_paper_set_mood (world->paper, HS_PAPER_BUSY);
  job = world_print (world, &anna, 100, NULL);
  HS_ASSERT_INT_EQ (world_site_release (world, &command, &job, 1, TRUE, NULL), HS_COMMAND_DONE);
  HS_LOOP_UNTIL (world_job (world, &job)->attempts == 1);
  hs_paper_set_mood (world->paper, HS_PAPER_WORKS);
  HS_ASSERT_INT_EQ (world->shares_wanted, 0);
  world_restart (world);
  HS_LOOP_UNTIL (world_job (world, &job)->reasons & HS_REASON_WAITS_FOR_SITE);
  HS_ASSERT (world->shares_wanted > 0);
  HS_ASSERT (hs_id_equal (&world->share_command, &command));
  HS_ASSERT_INT_EQ (world_state (world, &job), HS_JOB_RELEASED);
  HS_ASSERT_INT_EQ (world_site_release (world, &command, &job, 1, TRUE, &already), HS_COMMAND_DONE);
  HS_ASSERT (already);
  world_wait_state (world, &job, HS_JOB_DELIVERED);
  HS_ASSERT_INT_EQ (hs_paper_count (world->paper, &job), 1);
}

static void
a_waiting_share_holds_up_nobody_else_at_the_printer (void)
{
  HsCaller ben = world_person (WORLD_BEN_UID);
  HsId command = world_id (1);
  HsId waits;
  HsId goes;

  world_start (world);
  hs_paper_set_mood (world->paper, HS_PAPER_BUSY);
  waits = world_print (world, &anna, 100, NULL);
  goes = world_print (world, &ben, 100, NULL);
  HS_ASSERT_INT_EQ (world_site_release (world, &command, &waits, 1, TRUE, NULL), HS_COMMAND_DONE);
  HS_LOOP_UNTIL (world_job (world, &waits)->attempts == 1);
  hs_paper_set_mood (world->paper, HS_PAPER_WORKS);
  world_restart (world);
  HS_ASSERT (world_release (world, &ben, &goes, 1, NULL));
  world_wait_state (world, &goes, HS_JOB_DELIVERED);
  HS_ASSERT_INT_EQ (world_state (world, &waits), HS_JOB_RELEASED);
}

static void
a_key_that_is_unlocked_takes_the_place_of_a_lost_share (void)
{
  HsId command = world_id (1);
  HsId job;

  world_start (world);
  hs_paper_set_mood (world->paper, HS_PAPER_BUSY);
  job = world_print (world, &anna, 100, NULL);
  HS_ASSERT_INT_EQ (world_site_release (world, &command, &job, 1, TRUE, NULL), HS_COMMAND_DONE);
  HS_LOOP_UNTIL (world_job (world, &job)->attempts == 1);
  hs_paper_set_mood (world->paper, HS_PAPER_WORKS);
  world_restart (world);
  HS_LOOP_UNTIL (world_job (world, &job)->reasons & HS_REASON_WAITS_FOR_SITE);
  world_set_locked (world, WORLD_ANNA_UID, FALSE);
  world_wait_state (world, &job, HS_JOB_DELIVERED);
}

static void
a_cancel_of_the_site_is_done_once_and_names_the_operator (void)
{
  HsId command = world_id (2);
  HsId other = world_id (3);
  gboolean already = FALSE;
  HsId job;
  HsId none = world_id (77);

  world_start (world);
  job = world_print (world, &anna, 100, NULL);
  HS_ASSERT_INT_EQ (world_site_cancel (world, &command, &job, &already), HS_COMMAND_DONE);
  HS_ASSERT_INT_EQ (world_state (world, &job), HS_JOB_CANCELLED);
  HS_ASSERT (world_job (world, &job)->reasons & HS_REASON_CANCELLED_BY_OPERATOR);
  HS_ASSERT_INT_EQ (world_site_cancel (world, &command, &job, &already), HS_COMMAND_DONE);
  HS_ASSERT (already);
  HS_ASSERT_INT_EQ (world_site_cancel (world, &other, &none, &already), HS_COMMAND_UNKNOWN_JOB);
  HS_ASSERT (!already);
}

static void
no_share_ever_reaches_the_disk (void)
{
  HsId command = world_id (1);
  g_autoptr (HsSecretBytes) share = NULL;
  HsId job;

  world_start (world);
  hs_paper_set_mood (world->paper, HS_PAPER_BUSY);
  job = world_print (world, &anna, 100, NULL);
  share = world_make_share (world, &job);
  HS_ASSERT_INT_EQ (world_site_release (world, &command, &job, 1, TRUE, NULL), HS_COMMAND_DONE);
  world_settle (world);
  world_check_bytes_unseen (world, hs_secret_bytes_peek (share), 32);
  world_check_unseen (world, WORLD_SECRET);
}

HS_SUITE_WITH ("commands",
               set_up,
               tear_down,
               { "a share opens the job where no key is unlocked",
                 a_share_opens_the_job_where_no_key_is_unlocked },
               { "a release without share or key is refused, and remembered",
                 a_release_without_share_or_key_is_refused_and_remembered },
               { "a command that comes twice prints once", a_command_that_comes_twice_prints_once },
               { "a command that comes twice at once prints once",
                 a_command_that_comes_twice_at_once_prints_once },
               { "after a restart the share is asked for again under the same command",
                 after_a_restart_the_share_is_asked_for_again_under_the_same_command },
               { "a waiting share holds up nobody else at the printer",
                 a_waiting_share_holds_up_nobody_else_at_the_printer },
               { "a key that is unlocked takes the place of a lost share",
                 a_key_that_is_unlocked_takes_the_place_of_a_lost_share },
               { "a cancel of the site is done once and names the operator",
                 a_cancel_of_the_site_is_done_once_and_names_the_operator },
               { "no share ever reaches the disk", no_share_ever_reaches_the_disk })
