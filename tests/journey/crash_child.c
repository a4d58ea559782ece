/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The agent that dies: lives one job's life in a folder and kills itself at the n-th point where a
 * crash would matter. What it could promise to others before, it leaves in small files.
 *
 *   crash_child FOLDER owner|site N */

#include "engine/engine_private.h"
#include "journey/world.h"
#include "support/loop.h"
#include "support/suite.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static guint points_left;

static void
on_probe (const char *point, gpointer data)
{
  if (--points_left > 0)
    return;
  fprintf (stderr, "killed at: %s\n", point);
  raise (SIGKILL);
}

static gboolean
count_three (const HsRenderPlan *plan,
             GCancellable *cancellable,
             HsPageFacts *facts,
             GError **error)
{
  *facts = (HsPageFacts){ .is_known = TRUE, .impressions = 3, .colour = HS_COLOUR_MONOCHROME };
  return TRUE;
}

static gboolean
is_counted (World *world, const HsId *job)
{
  return world_job (world, job)->impressions_source == HS_COUNT_MEASURED;
}

/* Somebody was told that this is done. */
static void
promise (World *world, const char *what, const HsId *job)
{
  g_autofree char *path = g_build_filename (world->folder, what, NULL);
  char id[HS_ID_TEXT_BYTES];

  g_assert_true (g_file_set_contents (path, hs_id_format (job, id), -1, NULL));
}

static gboolean
is_over (World *world, const HsId *job)
{
  const HsSlot *slot = hs_engine_find_slot (world->engine, job);

  return slot != NULL && slot->is_archived;
}

int
main (int argc, char **argv)
{
  World *world = world_new (argv[1]);
  HsCaller anna = world_person (WORLD_ANNA_UID);
  HsId command = world_id (1);
  g_autoptr (GError) error = NULL;
  HsId job;

  points_left = (guint)atoi (argv[3]);
  world->is_enrolled = TRUE;
  world->is_locked[0] = strcmp (argv[2], "site") == 0;
  world->count_pdf = count_three;
  world->probe = on_probe;
  world_start (world);
  job = world_print (world, &anna, 100000, &error);
  g_assert_no_error (error);
  promise (world, "accepted", &job);
  /* The owner is quicker than the count; the site learns of the job only after it. */
  if (world->is_locked[0])
    HS_LOOP_UNTIL (is_counted (world, &job));
  if (world->is_locked[0])
    (void)world_site_release (world, &command, &job, 1, TRUE, NULL);
  else
    (void)world_release_with (world, &anna, &job, 1, &(HsPrintOptions)WORLD_OTHER_WISH, &error);
  g_assert_no_error (error);
  promise (world, "released", &job);
  HS_LOOP_UNTIL (is_over (world, &job));
  world_free (world);
  return 0;
}
