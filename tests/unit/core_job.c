/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

#include "core/backoff.h"
#include "core/job.h"
#include "support/suite.h"

static void
a_copy_owns_all_that_it_points_to (void)
{
  g_autoptr (HsJob) job = hs_job_new ();
  job->title = g_strdup ("Budget");
  job->user_name = g_strdup ("alice");
  job->ticket = g_bytes_new_static ("ipp", 3);
  job->recipients = g_strsplit ("owner,release", ",", -1);
  g_autoptr (HsJob) copy = hs_job_copy (job);

  hs_job_forget_private (job);
  HS_ASSERT (job->title == NULL && job->user_name == NULL && job->ticket == NULL);
  HS_ASSERT_STR_EQ (copy->title, "Budget");
  HS_ASSERT_STR_EQ (copy->user_name, "alice");
  HS_ASSERT_STR_EQ (copy->recipients[1], "release");
  HS_ASSERT_INT_EQ (g_bytes_get_size (copy->ticket), 3);
}

static void
sheets_follow_sides_and_copies_and_never_wrap (void)
{
  g_autoptr (HsJob) job = hs_job_new ();
  job->impressions = 5;
  job->copies = 3;
  HS_ASSERT_INT_EQ (hs_job_expected_sheets (job), 0);
  job->impressions_source = HS_COUNT_MEASURED;
  HS_ASSERT_INT_EQ (hs_job_expected_sheets (job), 15);
  job->sides = HS_SIDES_TWO_LONG;
  HS_ASSERT_INT_EQ (hs_job_expected_sheets (job), 9);
  job->impressions = G_MAXUINT32;
  job->copies = 9999;
  HS_ASSERT_INT_EQ (hs_job_expected_sheets (job), G_MAXUINT32);
}

static void
the_public_name_shows_the_id_and_not_the_title (void)
{
  g_autoptr (HsJob) job = hs_job_new ();
  job->title = g_strdup ("Budget");
  HS_ASSERT (hs_id_parse ("00000000-0000-4000-8000-0000001a2b3c", &job->id));
  g_autofree char *name = hs_job_dup_public_name (job);
  HS_ASSERT_STR_EQ (name, "Document 1a2b3c");
}

static void
reasons_become_keywords_once_each_and_one_sentence (void)
{
  g_autofree const char **ipp = hs_job_reasons_dup_ipp (
      HS_REASON_RELEASE_WAIT | HS_REASON_PRINTER_STOPPED | HS_REASON_PRINTER_BUSY);
  HS_ASSERT_INT_EQ (g_strv_length ((char **)ipp), 2);
  HS_ASSERT_STR_EQ (ipp[0], "printer-stopped");
  HS_ASSERT_STR_EQ (ipp[1], "job-release-wait");
  g_autofree const char **none = hs_job_reasons_dup_ipp (HS_REASON_NONE);
  HS_ASSERT_STR_EQ (none[0], "none");
  for (guint bit = 0; bit <= 21; bit++)
    {
      g_autofree const char **own = hs_job_reasons_dup_keywords ((HsJobReasons)(1u << bit));
      HS_ASSERT_INT_EQ (g_strv_length ((char **)own), 1);
      HS_ASSERT_INT_EQ (hs_job_reason_from_keyword (own[0]), 1u << bit);
      HS_ASSERT (strlen (hs_job_reasons_to_sentence ((HsJobReasons)(1u << bit))) > 5);
    }
}

static void
backoff_doubles_up_to_its_bound_and_stays_above_half (void)
{
  HsBackoff backoff = { 1000, 8000 };
  HS_ASSERT_INT_EQ (hs_backoff_delay_ms (backoff, 1, 0), 1000);
  HS_ASSERT_INT_EQ (hs_backoff_delay_ms (backoff, 1, G_MAXUINT32), 500);
  HS_ASSERT_INT_EQ (hs_backoff_delay_ms (backoff, 3, 0), 4000);
  HS_ASSERT_INT_EQ (hs_backoff_delay_ms (backoff, 4, 0), 8000);
  HS_ASSERT_INT_EQ (hs_backoff_delay_ms (backoff, 4000000000u, 0), 8000);
  HS_ASSERT_INT_EQ (hs_backoff_delay_ms (backoff, 4000000000u, G_MAXUINT32), 4000);
}

HS_SUITE ("job",
          { "a copy owns all that it points to", a_copy_owns_all_that_it_points_to },
          { "sheets follow sides and copies and never wrap",
            sheets_follow_sides_and_copies_and_never_wrap },
          { "the public name shows the id and not the title",
            the_public_name_shows_the_id_and_not_the_title },
          { "reasons become keywords once each and one sentence",
            reasons_become_keywords_once_each_and_one_sentence },
          { "backoff doubles up to its bound and stays above half",
            backoff_doubles_up_to_its_bound_and_stays_above_half })
