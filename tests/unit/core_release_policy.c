/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

#include "base/error.h"
#include "core/release_policy.h"
#include "support/suite.h"

static HsJob *job;

static void
set_up (void)
{
  job = hs_job_new ();
  job->state = HS_JOB_HELD;
  job->owner_kind = HS_OWNER_PROVEN;
}

static void
tear_down (void)
{
  g_clear_pointer (&job, hs_job_free);
}

/* The owner at an enrolled, connected workstation with the key unlocked. */
static HsReleaseQuestion
owner_asks (void)
{
  return (HsReleaseQuestion){ .job = job,
                              .caller = HS_CALLER_PERSON,
                              .caller_is_owner = TRUE,
                              .is_enrolled = TRUE,
                              .site_online = TRUE,
                              .key_unlocked = TRUE,
                              .printer_known = TRUE };
}

static void
the_owner_with_an_unlocked_key_may_release_a_held_job (void)
{
  HsReleaseQuestion question = owner_asks ();
  HS_ASSERT_INT_EQ (hs_release_policy_judge (&question), HS_RELEASE_YES);
  question.key_unlocked = FALSE;
  HS_ASSERT_INT_EQ (hs_release_policy_judge (&question), HS_RELEASE_KEY_LOCKED);
  question.has_share = TRUE;
  HS_ASSERT_INT_EQ (hs_release_policy_judge (&question), HS_RELEASE_YES);
}

static void
nobody_but_the_owner_and_the_site_learns_that_the_job_exists (void)
{
  static const HsCallerKind others[]
      = { HS_CALLER_NOBODY, HS_CALLER_PRINT_SYSTEM, HS_CALLER_STRANGER };
  HsReleaseQuestion question = owner_asks ();

  question.caller_is_owner = FALSE;
  question.has_share = TRUE;
  HS_ASSERT_INT_EQ (hs_release_policy_judge (&question), HS_RELEASE_NOT_OWNER);
  question.caller_is_owner = TRUE;
  for (gsize i = 0; i < G_N_ELEMENTS (others); i++)
    {
      question.caller = others[i];
      HS_ASSERT_INT_EQ (hs_release_policy_judge (&question), HS_RELEASE_NOT_OWNER);
    }
  job->state = HS_JOB_DELIVERED;
  question = owner_asks ();
  question.caller_is_owner = FALSE;
  HS_ASSERT_INT_EQ (hs_release_policy_judge (&question), HS_RELEASE_NOT_OWNER);
}

static void
only_a_held_job_can_be_released (void)
{
  HsReleaseQuestion question = owner_asks ();
  for (guint state = HS_JOB_NONE; state < HS_JOB_N_STATES; state++)
    {
      job->state = (HsJobState)state;
      HS_ASSERT_INT_EQ (hs_release_policy_judge (&question),
                        state == HS_JOB_HELD ? HS_RELEASE_YES : HS_RELEASE_WRONG_STATE);
    }
}

static void
a_printer_off_the_list_gets_nothing_from_anybody (void)
{
  HsReleaseQuestion question = owner_asks ();
  question.printer_known = FALSE;
  HS_ASSERT_INT_EQ (hs_release_policy_judge (&question), HS_RELEASE_UNKNOWN_PRINTER);
  question.caller = HS_CALLER_SITE;
  HS_ASSERT_INT_EQ (hs_release_policy_judge (&question), HS_RELEASE_UNKNOWN_PRINTER);
}

static void
offline_rights_are_those_of_the_policy (void)
{
  HsReleaseQuestion question = owner_asks ();
  question.site_online = FALSE;
  question.offline = HS_OFFLINE_DENY;
  HS_ASSERT_INT_EQ (hs_release_policy_judge (&question), HS_RELEASE_OFFLINE_DENIED);
  question.offline = HS_OFFLINE_HOLD;
  HS_ASSERT_INT_EQ (hs_release_policy_judge (&question), HS_RELEASE_OFFLINE_DENIED);
  question.offline = HS_OFFLINE_PRINT;
  question.right = HS_OFFLINE_RIGHT_HELD;
  question.pages_left = 100;
  HS_ASSERT_INT_EQ (hs_release_policy_judge (&question), HS_RELEASE_OFFLINE_NEW_PRINTER);
  question.any_printer = TRUE;
  HS_ASSERT_INT_EQ (hs_release_policy_judge (&question), HS_RELEASE_YES);
  question.any_printer = FALSE;
  question.printer_used_before = TRUE;
  HS_ASSERT_INT_EQ (hs_release_policy_judge (&question), HS_RELEASE_YES);
  question.printer_used_before = FALSE;
  question.is_enrolled = FALSE;
  HS_ASSERT_INT_EQ (hs_release_policy_judge (&question), HS_RELEASE_YES);
}

static void
offline_nobody_prints_without_a_right_that_holds (void)
{
  HsReleaseQuestion question = owner_asks ();
  question.site_online = FALSE;
  question.offline = HS_OFFLINE_PRINT;
  question.printer_used_before = TRUE;
  question.pages_left = 100;
  HS_ASSERT_INT_EQ (hs_release_policy_judge (&question), HS_RELEASE_OFFLINE_NO_RIGHT);
  question.right = HS_OFFLINE_RIGHT_EXPIRED;
  HS_ASSERT_INT_EQ (hs_release_policy_judge (&question), HS_RELEASE_OFFLINE_EXPIRED);
  question.right = HS_OFFLINE_RIGHT_EXCLUDED;
  HS_ASSERT_INT_EQ (hs_release_policy_judge (&question), HS_RELEASE_OFFLINE_EXCLUDED);
  /* None of it is asked while the site is there. */
  question.site_online = TRUE;
  HS_ASSERT_INT_EQ (hs_release_policy_judge (&question), HS_RELEASE_YES);
}

static void
offline_pages_of_all_copies_count_and_unknown_ones_as_one (void)
{
  HsReleaseQuestion question = owner_asks ();
  question.site_online = FALSE;
  question.offline = HS_OFFLINE_PRINT;
  question.printer_used_before = TRUE;
  question.right = HS_OFFLINE_RIGHT_HELD;
  question.pages_left = 5;
  job->impressions = 3;
  job->copies = 2;
  HS_ASSERT_INT_EQ (hs_release_policy_judge (&question), HS_RELEASE_OFFLINE_PAGES);
  question.pages_left = 6;
  HS_ASSERT_INT_EQ (hs_release_policy_judge (&question), HS_RELEASE_YES);
  job->impressions = 0;
  job->copies = 1;
  question.pages_left = 0;
  HS_ASSERT_INT_EQ (hs_release_policy_judge (&question), HS_RELEASE_OFFLINE_PAGES);
  question.pages_left = 1;
  HS_ASSERT_INT_EQ (hs_release_policy_judge (&question), HS_RELEASE_YES);
  job->impressions = G_MAXUINT32;
  job->copies = 9999;
  HS_ASSERT_INT_EQ (hs_release_policy_judge (&question), HS_RELEASE_OFFLINE_PAGES);
}

static void
an_unproven_job_must_be_claimed_first (void)
{
  HsReleaseQuestion question = owner_asks ();
  job->owner_kind = HS_OWNER_UNPROVEN;
  HS_ASSERT_INT_EQ (hs_release_policy_judge (&question), HS_RELEASE_NOT_OWNER);
  question.caller = HS_CALLER_SITE;
  question.has_share = TRUE;
  HS_ASSERT_INT_EQ (hs_release_policy_judge (&question), HS_RELEASE_OWNER_UNPROVEN);
  job->owner_kind = HS_OWNER_CLAIMED;
  HS_ASSERT_INT_EQ (hs_release_policy_judge (&question), HS_RELEASE_YES);
}

static void
each_refusal_is_a_sentence_with_a_next_step (void)
{
  for (guint verdict = HS_RELEASE_NOT_OWNER; verdict <= HS_RELEASE_OWNER_UNPROVEN; verdict++)
    {
      g_autoptr (GError) error = NULL;
      HS_ASSERT (!hs_release_policy_check ((HsReleaseVerdict)verdict, job, &error));
      HS_ASSERT (error != NULL && strchr (error->message, '.') != NULL);
    }
  HS_ASSERT (hs_release_policy_check (HS_RELEASE_YES, job, NULL));
}

HS_SUITE_WITH ("release policy",
               set_up,
               tear_down,
               { "the owner with an unlocked key may release a held job",
                 the_owner_with_an_unlocked_key_may_release_a_held_job },
               { "nobody but the owner and the site learns that the job exists",
                 nobody_but_the_owner_and_the_site_learns_that_the_job_exists },
               { "only a held job can be released", only_a_held_job_can_be_released },
               { "a printer off the list gets nothing from anybody",
                 a_printer_off_the_list_gets_nothing_from_anybody },
               { "offline rights are those of the policy", offline_rights_are_those_of_the_policy },
               { "offline nobody prints without a right that holds",
                 offline_nobody_prints_without_a_right_that_holds },
               { "offline, pages of all copies count, and unknown ones as one",
                 offline_pages_of_all_copies_count_and_unknown_ones_as_one },
               { "an unproven job must be claimed first", an_unproven_job_must_be_claimed_first },
               { "each refusal is a sentence with a next step",
                 each_refusal_is_a_sentence_with_a_next_step })
