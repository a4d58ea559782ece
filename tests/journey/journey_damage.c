/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* What was changed, cut or swapped behind our back never comes out on paper, and is told. */

#include "base/error.h"
#include "journey/world.h"
#include "support/loop.h"
#include "support/suite.h"

#include <stdio.h>
#include <string.h>

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
  return world_must_print (world, &anna, 200000);
}

static char *
document_path (const HsId *job)
{
  char id[HS_ID_TEXT_BYTES];
  g_autofree char *name = g_strconcat (hs_id_format (job, id), ".age", NULL);

  return g_build_filename (world->folder, "spool", name, NULL);
}

static void
rewrite (const HsId *job, gsize keep, gssize flip)
{
  g_autofree char *path = document_path (job);
  g_autofree char *bytes = NULL;
  gsize length = 0;

  HS_ASSERT (g_file_get_contents (path, &bytes, &length, NULL));
  if (flip >= 0)
    bytes[(gsize)flip % length] ^= 1;
  HS_ASSERT (g_file_set_contents_full (path, bytes, (gssize)MIN (keep, length),
                                       G_FILE_SET_CONTENTS_CONSISTENT, 0600, NULL));
}

static void
check_failed (const HsId *job)
{
  world_wait_state (world, job, HS_JOB_FAILED);
  world_settle (world);
  HS_ASSERT (world_job (world, job)->reasons & HS_REASON_DAMAGED);
  HS_ASSERT_INT_EQ (hs_paper_count (world->paper, job), 0);
}

static void
a_document_that_was_cut_fails_at_the_start_and_is_reported (void)
{
  g_autofree char *outbox = NULL;
  HsId job;

  world_start (world);
  job = print ();
  world_stop (world);
  rewrite (&job, 100000, -1);
  world_start (world);
  check_failed (&job);
  HS_ASSERT_INT_EQ (world_count_files (world, ""), 0);
  outbox = world_outbox (world);
  HS_ASSERT_STR_EQ (outbox, "announce report erased");
}

static void
a_document_that_is_gone_fails_at_the_start (void)
{
  g_autofree char *path = NULL;
  HsId job;

  world_start (world);
  job = print ();
  world_stop (world);
  path = document_path (&job);
  HS_ASSERT_INT_EQ (remove (path), 0);
  world_start (world);
  check_failed (&job);
}

static void
a_flipped_bit_is_found_before_anything_is_printed (void)
{
  static const gssize places[] = { 30, 3000, 70000, 200000, -1 };

  world_start (world);
  for (gsize i = 0; places[i] >= 0; i++)
    {
      HsId job = print ();
      rewrite (&job, G_MAXSIZE, places[i]);
      HS_ASSERT (world_release (world, &anna, &job, 1, NULL));
      check_failed (&job);
    }
}

static void
swapped_documents_are_found_before_anything_is_printed (void)
{
  g_autofree char *left = NULL;
  g_autofree char *right = NULL;
  g_autofree char *aside = NULL;
  HsId jobs[2];

  world_start (world);
  jobs[0] = print ();
  jobs[1] = print ();
  left = document_path (&jobs[0]);
  right = document_path (&jobs[1]);
  aside = g_strconcat (left, ".aside", NULL);
  HS_ASSERT_INT_EQ (rename (left, aside), 0);
  HS_ASSERT_INT_EQ (rename (right, left), 0);
  HS_ASSERT_INT_EQ (rename (aside, right), 0);
  for (guint i = 0; i < 2; i++)
    {
      HS_ASSERT (world_release (world, &anna, &jobs[i], 1, NULL));
      check_failed (&jobs[i]);
    }
}

/* Gives every row that names Anna to Ben, with an editor for bytes. */
static void
forge_owner (void)
{
  g_autofree char *path = g_build_filename (world->folder, HS_LEDGER_FILE_NAME, NULL);
  g_autofree char *bytes = NULL;
  HsId from = world_identity (WORLD_ANNA_UID);
  HsId to = world_identity (WORLD_BEN_UID);
  gsize length = 0;
  char *place = NULL;

  HS_ASSERT (g_file_get_contents (path, &bytes, &length, NULL));
  place = memmem (bytes, length, from.bytes, HS_ID_BYTES);
  HS_ASSERT (place != NULL);
  memcpy (place, to.bytes, HS_ID_BYTES);
  HS_ASSERT (g_file_set_contents_full (path, bytes, (gssize)length, G_FILE_SET_CONTENTS_CONSISTENT,
                                       0600, NULL));
}

static void
a_row_that_was_changed_is_nobodys_and_fails (void)
{
  HsCaller ben = world_person (WORLD_BEN_UID);
  g_autoptr (GPtrArray) seen = NULL;
  g_autofree char *outbox = NULL;
  HsId job;

  world_start (world);
  job = print ();
  world_stop (world);
  forge_owner ();
  world_start (world);
  check_failed (&job);
  seen = hs_engine_list_jobs (world->engine, &ben);
  HS_ASSERT_INT_EQ (seen->len, 0);
  HS_ASSERT_INT_EQ (world_count_files (world, ""), 0);
  outbox = world_outbox (world);
  HS_ASSERT_STR_EQ (outbox, "announce report erased");
  world_restart (world);
  HS_ASSERT_INT_EQ (world_state (world, &job), HS_JOB_FAILED);
}

static void
what_no_row_names_is_removed_at_the_start (void)
{
  g_autofree char *orphan = NULL;
  HsId stranger = world_id (600);
  HsId job;

  world_start (world);
  job = print ();
  world_stop (world);
  orphan = document_path (&stranger);
  HS_ASSERT (g_file_set_contents_full (orphan, "x", 1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, NULL));
  world_start (world);
  HS_ASSERT_INT_EQ (world_count_files (world, ".age"), 1);
  HS_ASSERT_INT_EQ (world_state (world, &job), HS_JOB_HELD);
}

static void
documents_of_a_lost_ledger_are_kept (void)
{
  static const char *const names[] = { "", "-wal", "-shm" };
  HsEngineStatistics statistics;

  world_start (world);
  (void)print ();
  world_stop (world);
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *name = g_strconcat (HS_LEDGER_FILE_NAME, names[i], NULL);
      g_autofree char *path = g_build_filename (world->folder, name, NULL);
      (void)remove (path);
    }
  for (guint i = 0; i < 2; i++)
    {
      world_start (world);
      HS_ASSERT_INT_EQ (world_count_files (world, ".age"), 1);
      hs_engine_get_statistics (world->engine, &statistics);
      HS_ASSERT_INT_EQ (statistics.documents_without_ledger, 1);
      world_stop (world);
    }
}

HS_SUITE_WITH ("damage",
               set_up,
               tear_down,
               { "a document that was cut fails at the start and is reported",
                 a_document_that_was_cut_fails_at_the_start_and_is_reported },
               { "a document that is gone fails at the start",
                 a_document_that_is_gone_fails_at_the_start },
               { "a flipped bit is found before anything is printed",
                 a_flipped_bit_is_found_before_anything_is_printed },
               { "swapped documents are found before anything is printed",
                 swapped_documents_are_found_before_anything_is_printed },
               { "a row that was changed is nobody's, and fails",
                 a_row_that_was_changed_is_nobodys_and_fails },
               { "what no row names is removed at the start",
                 what_no_row_names_is_removed_at_the_start },
               { "documents of a lost ledger are kept", documents_of_a_lost_ledger_are_kept })
