/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Every operation of the disk fails once, and every commit of the ledger: what cannot be done is
 * refused and leaves nothing, what has happened is not forgotten, and paper comes out once.
 *
 * The spool stands on platform/fake's disk in memory here; the ledger is real and fails through the
 * function that computes its MACs. */

#include "base/error.h"
#include "engine/engine_private.h"
#include "journey/world.h"
#include "platform/fake/durable_file.h"
#include "support/loop.h"
#include "support/suite.h"

static World *world;
static HsCaller anna;

static void
set_up (void)
{
  hs_fake_disk_reset ();
  world = world_new (NULL);
  world->is_enrolled = TRUE;
  anna = world_person (WORLD_ANNA_UID);
}

static void
tear_down (void)
{
  g_clear_pointer (&world, world_free);
  hs_fake_disk_reset ();
}

static guint64
count_bytes (void)
{
  return hs_spool_get_total_bytes (world->spool);
}

/* Takes the operations in turn until the n-th does not happen any more in one printing. */
static void
fail_each (HsFakeDiskOperation operation)
{
  g_autoptr (GError) error = NULL;
  gboolean has_failed = TRUE;
  HsId job;

  for (guint n = 1; has_failed; n++)
    {
      guint before = hs_fake_disk_get_count (operation);
      hs_fake_disk_fail (operation, n, G_IO_ERROR_NO_SPACE);
      job = world_print (world, &anna, 300000, &error);
      has_failed = hs_fake_disk_get_count (operation) - before >= n;
      hs_fake_disk_fail (operation, 0, 0);
      if (has_failed)
        {
          HS_ASSERT_ERROR (error, HS_ERROR_NO_SPACE);
          HS_ASSERT (hs_id_is_zero (&job));
          world_settle (world);
          HS_ASSERT_INT_EQ (count_bytes (), 0);
          g_clear_error (&error);
        }
      HS_ASSERT (n < 100);
    }
  HS_ASSERT_NO_ERROR (error);
  HS_ASSERT (!hs_id_is_zero (&job));
  HS_ASSERT (world_cancel (world, &anna, &job, NULL));
  world_settle (world);
}

static void
a_disk_that_fails_while_a_document_arrives_leaves_nothing (void)
{
  world_start (world);
  fail_each (HS_FAKE_DISK_CREATE);
  fail_each (HS_FAKE_DISK_WRITE);
  fail_each (HS_FAKE_DISK_SYNC_FILE);
  fail_each (HS_FAKE_DISK_RENAME);
  fail_each (HS_FAKE_DISK_SYNC_FOLDER);
}

static void
an_accepted_job_survives_a_power_cut (void)
{
  HsId job;

  world_start (world);
  job = world_print (world, &anna, 300000, NULL);
  world_stop (world);
  hs_fake_disk_crash ();
  world_start (world);
  HS_ASSERT_INT_EQ (world_state (world, &job), HS_JOB_HELD);
  HS_ASSERT (world_release (world, &anna, &job, 1, NULL));
  world_wait_state (world, &job, HS_JOB_DELIVERED);
}

static void
a_document_that_cannot_be_removed_is_removed_later (void)
{
  HsId job;

  world_start (world);
  job = world_print (world, &anna, 1000, NULL);
  hs_fake_disk_fail (HS_FAKE_DISK_REMOVE, 1, G_IO_ERROR_FAILED);
  HS_ASSERT (world_cancel (world, &anna, &job, NULL));
  world_settle (world);
  HS_ASSERT (count_bytes () > 0);
  world_restart (world);
  HS_ASSERT_INT_EQ (world_state (world, &job), HS_JOB_CANCELLED);
  world_settle (world);
  HS_ASSERT_INT_EQ (count_bytes (), 0);
}

static void
a_document_that_cannot_be_read_now_is_printed_later (void)
{
  HsId job;

  world_start (world);
  job = world_print (world, &anna, 1000, NULL);
  hs_fake_disk_fail (HS_FAKE_DISK_READ, 1, G_IO_ERROR_FAILED);
  HS_ASSERT (world_release (world, &anna, &job, 1, NULL));
  world_wait_state (world, &job, HS_JOB_HELD);
  HS_ASSERT_INT_EQ (hs_paper_count (world->paper, &job), 0);
  HS_ASSERT (world_release (world, &anna, &job, 1, NULL));
  world_wait_state (world, &job, HS_JOB_DELIVERED);
  HS_ASSERT_INT_EQ (hs_paper_count (world->paper, &job), 1);
}

/* One life in which commit number @n fails. TRUE if it did. */
static gboolean
live_with_failing_commit (guint n)
{
  g_autoptr (GError) error = NULL;
  gboolean has_failed = FALSE;
  HsId job;

  g_atomic_int_set (&world->mac_failures_in, (gint)n);
  job = world_print (world, &anna, 1000, &error);
  if (error != NULL)
    {
      HS_ASSERT_ERROR (error, HS_ERROR_NO_SPACE);
      world_settle (world);
      HS_ASSERT_INT_EQ (count_bytes (), 0);
      g_clear_error (&error);
      job = world_print (world, &anna, 1000, &error);
      HS_ASSERT_NO_ERROR (error);
    }
  if (!world_release (world, &anna, &job, 1, &error))
    {
      HS_ASSERT_ERROR (error, HS_ERROR_NO_SPACE);
      HS_ASSERT_INT_EQ (world_state (world, &job), HS_JOB_HELD);
      HS_ASSERT (world_release (world, &anna, &job, 1, NULL));
    }
  world_wait_state (world, &job, HS_JOB_DELIVERED);
  world_settle (world);
  HS_ASSERT_INT_EQ (hs_paper_count (world->paper, &job), 1);
  HS_ASSERT_INT_EQ (count_bytes (), 0);
  has_failed = g_atomic_int_get (&world->mac_failures_in) <= 0;
  g_atomic_int_set (&world->mac_failures_in, 0);
  return has_failed;
}

static void
a_ledger_that_fails_once_at_any_commit_neither_loses_nor_doubles_a_print (void)
{
  guint n = 1;

  world_start (world);
  while (live_with_failing_commit (n))
    HS_ASSERT (++n < 100);
  HS_ASSERT (n > 10);
}

static void
a_ledger_that_fails_is_counted_and_forgiven (void)
{
  HsEngineStatistics statistics;
  g_autoptr (GError) error = NULL;

  world_start (world);
  g_atomic_int_set (&world->mac_failures_in, 1);
  (void)world_print (world, &anna, 1000, &error);
  HS_ASSERT_ERROR (error, HS_ERROR_NO_SPACE);
  hs_engine_get_statistics (world->engine, &statistics);
  HS_ASSERT (statistics.ledger_failing_since_us > 0);
  (void)world_print (world, &anna, 1000, NULL);
  world_settle (world);
  hs_engine_get_statistics (world->engine, &statistics);
  HS_ASSERT_INT_EQ (statistics.ledger_failing_since_us, 0);
}

static void
a_ledger_that_fails_for_good_is_told_once_and_a_full_disk_never (void)
{
  HsId printed;

  world_start (world);
  for (guint i = 0; i < 2 * HS_ENGINE_MOST_FAILURES; i++)
    {
      g_atomic_int_set (&world->mac_failures_in, 1);
      (void)world_print (world, &anna, 1000, NULL);
    }
  HS_ASSERT_INT_EQ (world->times_broken, 0);
  g_atomic_int_set (&world->mac_fails_for_good, TRUE);
  for (guint i = 1; i < HS_ENGINE_MOST_FAILURES; i++)
    (void)world_print (world, &anna, 1000, NULL);
  HS_ASSERT_INT_EQ (world->times_broken, 0);
  /* One that is taken ends the row. */
  g_atomic_int_set (&world->mac_fails_for_good, FALSE);
  printed = world_print (world, &anna, 1000, NULL);
  HS_ASSERT_INT_EQ (world_state (world, &printed), HS_JOB_HELD);
  g_atomic_int_set (&world->mac_fails_for_good, TRUE);
  for (guint i = 0; i < 2 * HS_ENGINE_MOST_FAILURES; i++)
    (void)world_print (world, &anna, 1000, NULL);
  HS_ASSERT_INT_EQ (world->times_broken, 1);
  g_atomic_int_set (&world->mac_fails_for_good, FALSE);
}

HS_SUITE_WITH ("fail",
               set_up,
               tear_down,
               { "a disk that fails while a document arrives leaves nothing",
                 a_disk_that_fails_while_a_document_arrives_leaves_nothing },
               { "an accepted job survives a power cut", an_accepted_job_survives_a_power_cut },
               { "a document that cannot be removed is removed later",
                 a_document_that_cannot_be_removed_is_removed_later },
               { "a document that cannot be read now is printed later",
                 a_document_that_cannot_be_read_now_is_printed_later },
               { "a ledger that fails once, at any commit, neither loses nor doubles a print",
                 a_ledger_that_fails_once_at_any_commit_neither_loses_nor_doubles_a_print },
               { "a ledger that fails is counted, and forgiven",
                 a_ledger_that_fails_is_counted_and_forgiven },
               { "a ledger that fails for good is told once, and a full disk never",
                 a_ledger_that_fails_for_good_is_told_once_and_a_full_disk_never })
