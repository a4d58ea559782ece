/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The whole life of a job: printed, held, released, delivered, reported, forgotten. */

#include "base/error.h"
#include "journey/world.h"
#include "support/loop.h"
#include "support/suite.h"

#include <string.h>

static void
a_job_is_held_released_printed_once_and_forgotten (void)
{
  World *world = world_new (NULL);
  HsCaller anna = world_person (WORLD_ANNA_UID);
  g_autoptr (GError) error = NULL;
  g_autofree char *outbox = NULL;
  g_autofree char *paper = NULL;
  HsId job;

  world->is_enrolled = TRUE;
  world_start (world);
  job = world_print (world, &anna, 200000, &error);
  HS_ASSERT_NO_ERROR (error);
  HS_ASSERT_INT_EQ (world_state (world, &job), HS_JOB_HELD);
  HS_ASSERT_INT_EQ (world_count_files (world, ".age"), 1);
  world_check_unseen (world, WORLD_SECRET);

  HS_ASSERT (world_release (world, &anna, &job, 1, &error));
  world_wait_state (world, &job, HS_JOB_DELIVERED);
  world_settle (world);
  HS_ASSERT_INT_EQ (hs_paper_count (world->paper, &job), 1);
  paper = hs_paper_dup_last (world->paper);
  HS_ASSERT (g_str_has_prefix (paper, "%PDF-1.4\n" WORLD_SECRET));
  HS_ASSERT (strlen (paper) >= 200000);
  HS_ASSERT_INT_EQ (world_count_files (world, ""), 0);
  HS_ASSERT (world_job (world, &job)->title == NULL);
  HS_ASSERT_INT_EQ (world_job (world, &job)->result_sheets, 1);
  outbox = world_outbox (world);
  HS_ASSERT_STR_EQ (outbox, "announce state state report erased");
  world_check_unseen (world, WORLD_SECRET);
  world_free (world);
}

HS_SUITE ("life",
          { "a job is held, released, printed once and forgotten",
            a_job_is_held_released_printed_once_and_forgotten })
