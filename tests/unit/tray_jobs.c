/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

#include "tray-ui/models/jobs.h"
#include "support/suite.h"
#include "support/tray_fixture.h"

typedef struct
{
  guint calls;
  guint position;
  guint removed;
  guint added;
} Changes;

static void
on_items_changed (GListModel *model, guint position, guint removed, guint added, gpointer user_data)
{
  *(Changes *)user_data = (Changes){ ((Changes *)user_data)->calls + 1, position, removed, added };
}

static HsJobs *
jobs_with (HsJobState first, HsJobState second, HsJobState third)
{
  HsJobs *jobs = hs_jobs_new ();
  g_autoptr (GPtrArray) all = g_ptr_array_new ();

  g_ptr_array_add (all, hs_tray_fixture_job ("a", first, 300));
  g_ptr_array_add (all, hs_tray_fixture_job ("b", second, 200));
  g_ptr_array_add (all, hs_tray_fixture_job ("c", third, 100));
  hs_jobs_take_all (jobs, all);
  return jobs;
}

static char *
order_of (HsJobList *list)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < hs_job_list_get_length (list); i++)
    {
      g_autoptr (HsJobItem) item = g_list_model_get_item (G_LIST_MODEL (list), i);
      g_string_append (text, hs_job_item_get_id (item));
    }
  return g_string_free (text, FALSE);
}

#define ASSERT_ORDER(list, expected)                                                               \
  do                                                                                               \
    {                                                                                              \
      g_autofree char *order = order_of (list);                                                    \
      HS_ASSERT_STR_EQ (order, expected);                                                          \
    }                                                                                              \
  while (0)

static void
questions_come_first_and_then_the_newest (void)
{
  g_autoptr (HsJobs) jobs = jobs_with (HS_JOB_UNCERTAIN, HS_JOB_HELD, HS_JOB_HELD);
  ASSERT_ORDER (hs_jobs_get_open (jobs), "acb");
}

static void
what_is_over_moves_to_the_other_list (void)
{
  g_autoptr (HsJobs) jobs = jobs_with (HS_JOB_HELD, HS_JOB_DELIVERING, HS_JOB_CANCELLED);
  ASSERT_ORDER (hs_jobs_get_open (jobs), "ba");
  ASSERT_ORDER (hs_jobs_get_done (jobs), "c");
  hs_jobs_take (jobs, hs_tray_fixture_job ("b", HS_JOB_DELIVERED, 50));
  ASSERT_ORDER (hs_jobs_get_open (jobs), "a");
  ASSERT_ORDER (hs_jobs_get_done (jobs), "bc");
}

static void
one_change_touches_one_row_only (void)
{
  g_autoptr (HsJobs) jobs = jobs_with (HS_JOB_HELD, HS_JOB_HELD, HS_JOB_HELD);
  Changes changes = { 0 };
  g_signal_connect (hs_jobs_get_open (jobs), "items-changed", G_CALLBACK (on_items_changed),
                    &changes);
  /* The same place: the row itself says that it changed, the list stays. */
  hs_jobs_take (jobs, hs_tray_fixture_job ("b", HS_JOB_RELEASED, 200));
  HS_ASSERT_INT_EQ (changes.calls, 0);
  hs_jobs_take (jobs, hs_tray_fixture_job ("d", HS_JOB_HELD, 150));
  HS_ASSERT_INT_EQ (changes.calls, 1);
  HS_ASSERT_INT_EQ (changes.position, 1);
  HS_ASSERT_INT_EQ (changes.removed, 0);
  HS_ASSERT_INT_EQ (changes.added, 1);
  hs_jobs_forget (jobs, "c");
  HS_ASSERT_INT_EQ (changes.calls, 2);
  HS_ASSERT_INT_EQ (changes.removed, 1);
  ASSERT_ORDER (hs_jobs_get_open (jobs), "dba");
}

static void
a_snapshot_keeps_the_items_that_are_there (void)
{
  g_autoptr (HsJobs) jobs = jobs_with (HS_JOB_HELD, HS_JOB_HELD, HS_JOB_HELD);
  HsJobItem *before = hs_jobs_find (jobs, "b");
  g_autoptr (GPtrArray) all = g_ptr_array_new ();
  Changes changes = { 0 };
  g_ptr_array_add (all, hs_tray_fixture_job ("b", HS_JOB_HELD, 200));
  g_ptr_array_add (all, hs_tray_fixture_job ("c", HS_JOB_HELD, 100));
  g_signal_connect (hs_jobs_get_open (jobs), "items-changed", G_CALLBACK (on_items_changed),
                    &changes);
  hs_jobs_take_all (jobs, all);
  HS_ASSERT (hs_jobs_find (jobs, "b") == before);
  HS_ASSERT_INT_EQ (changes.calls, 1);
  ASSERT_ORDER (hs_jobs_get_open (jobs), "cb");
}

static void
an_event_is_newer_than_the_snapshot_that_was_under_way (void)
{
  g_autoptr (HsJobs) jobs = jobs_with (HS_JOB_HELD, HS_JOB_HELD, HS_JOB_HELD);
  g_autoptr (GPtrArray) all = g_ptr_array_new ();
  hs_jobs_begin (jobs);
  hs_jobs_take (jobs, hs_tray_fixture_job ("a", HS_JOB_DELIVERED, 300));
  hs_jobs_forget (jobs, "b");
  hs_jobs_take (jobs, hs_tray_fixture_job ("d", HS_JOB_HELD, 10));
  g_ptr_array_add (all, hs_tray_fixture_job ("a", HS_JOB_HELD, 300));
  g_ptr_array_add (all, hs_tray_fixture_job ("b", HS_JOB_HELD, 200));
  g_ptr_array_add (all, hs_tray_fixture_job ("c", HS_JOB_HELD, 100));
  hs_jobs_take_all (jobs, all);
  ASSERT_ORDER (hs_jobs_get_open (jobs), "dc");
  ASSERT_ORDER (hs_jobs_get_done (jobs), "a");
}

static void
what_is_put_aside_comes_back_to_its_place (void)
{
  g_autoptr (HsJobs) jobs = jobs_with (HS_JOB_HELD, HS_JOB_HELD, HS_JOB_HELD);
  hs_jobs_put_aside (jobs, "b");
  ASSERT_ORDER (hs_jobs_get_open (jobs), "ca");
  hs_jobs_take (jobs, hs_tray_fixture_job ("b", HS_JOB_HELD, 200));
  ASSERT_ORDER (hs_jobs_get_open (jobs), "ca");
  hs_jobs_bring_back (jobs, "b");
  ASSERT_ORDER (hs_jobs_get_open (jobs), "cba");
}

static HsControlJob *
untitled (HsControlJob *job)
{
  g_free (job->name);
  job->name = g_strdup ("Document 1a2b3c");
  job->titled = FALSE;
  return job;
}

static void
a_title_outlives_the_end_of_its_job_but_not_a_locked_key (void)
{
  g_autoptr (HsJobs) jobs = jobs_with (HS_JOB_DELIVERING, HS_JOB_HELD, HS_JOB_HELD);
  hs_jobs_take (jobs, untitled (hs_tray_fixture_job ("a", HS_JOB_DELIVERED, 300)));
  HS_ASSERT_STR_EQ (hs_job_item_get_job (hs_jobs_find (jobs, "a"))->name, "Lease.pdf");
  hs_jobs_take (jobs, untitled (hs_tray_fixture_job ("b", HS_JOB_HELD, 200)));
  HS_ASSERT_STR_EQ (hs_job_item_get_job (hs_jobs_find (jobs, "b"))->name, "Document 1a2b3c");
  hs_jobs_forget_done (jobs);
  HS_ASSERT (hs_jobs_find (jobs, "a") == NULL);
  ASSERT_ORDER (hs_jobs_get_done (jobs), "");
}

static void
on_moved (HsJobs *jobs, HsJobItem *item, int before, gpointer user_data)
{
  g_string_append_printf (user_data, "%s%d→%d ", hs_job_item_get_id (item), before,
                          (int)hs_job_item_get_job (item)->state);
}

static void
moves_are_told_but_not_those_of_the_first_snapshot (void)
{
  g_autoptr (HsJobs) jobs = hs_jobs_new ();
  g_autoptr (GPtrArray) all = g_ptr_array_new ();
  GString *told = g_string_new (NULL);
  g_signal_connect (jobs, "moved", G_CALLBACK (on_moved), told);
  g_ptr_array_add (all, hs_tray_fixture_job ("a", HS_JOB_HELD, 300));
  hs_jobs_take_all (jobs, all);
  hs_jobs_take (jobs, hs_tray_fixture_job ("b", HS_JOB_HELD, 10));
  hs_jobs_take (jobs, hs_tray_fixture_job ("a", HS_JOB_HELD, 300));
  hs_jobs_take (jobs, hs_tray_fixture_job ("a", HS_JOB_FAILED, 300));
  g_autofree char *text = g_string_free (told, FALSE);
  HS_ASSERT_STR_EQ (text, "b0→2 a2→9 ");
}

static void
recent_printers_are_those_of_the_newest_jobs_each_once (void)
{
  g_autoptr (HsJobs) jobs = hs_jobs_new ();
  const char *printers[] = { "one", "two", "one" };
  for (guint i = 0; i < G_N_ELEMENTS (printers); i++)
    {
      char id[] = { (char)('a' + i), '\0' };
      HsControlJob *job = hs_tray_fixture_job (id, HS_JOB_DELIVERED, 300 - 100 * i);
      job->printer = g_strdup (printers[i]);
      hs_jobs_take (jobs, job);
    }
  g_autoptr (GPtrArray) recent = hs_jobs_list_recent_printers (jobs);
  HS_ASSERT_INT_EQ (recent->len, 2);
  HS_ASSERT_STR_EQ (g_ptr_array_index (recent, 0), "one");
  HS_ASSERT_STR_EQ (g_ptr_array_index (recent, 1), "two");
}

HS_SUITE ("tray jobs",
          { "questions come first and then the newest", questions_come_first_and_then_the_newest },
          { "what is over moves to the other list", what_is_over_moves_to_the_other_list },
          { "one change touches one row only", one_change_touches_one_row_only },
          { "a snapshot keeps the items that are there",
            a_snapshot_keeps_the_items_that_are_there },
          { "an event is newer than the snapshot that was under way",
            an_event_is_newer_than_the_snapshot_that_was_under_way },
          { "what is put aside comes back to its place",
            what_is_put_aside_comes_back_to_its_place },
          { "a title outlives the end of its job but not a locked key",
            a_title_outlives_the_end_of_its_job_but_not_a_locked_key },
          { "moves are told, but not those of the first snapshot",
            moves_are_told_but_not_those_of_the_first_snapshot },
          { "recent printers are those of the newest jobs, each once",
            recent_printers_are_those_of_the_newest_jobs_each_once })
