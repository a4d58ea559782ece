/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Many people at one OS account: whoever is signed in prints and sees the own jobs, nobody else's. */

#include "base/error.h"
#include "journey/world.h"
#include "support/suite.h"

#define COUNTER_UID 1500

static World *world;

static void
set_up (void)
{
  world = world_new (NULL);
  world->is_enrolled = TRUE;
  world_start (world);
}

static void
tear_down (void)
{
  g_clear_pointer (&world, world_free);
}

/* @person: Anna's or Ben's uid elsewhere, 0 for nobody. @occupancy: 0 for a session token. */
static HsCaller
at_the_counter (guint32 person, guint occupancy)
{
  HsCaller caller = world_person (COUNTER_UID);

  caller.is_kiosk = TRUE;
  if (person != 0)
    caller.identity = world_identity (person);
  if (occupancy != 0)
    caller.maker = world_id (occupancy);
  return caller;
}

static guint
count_seen (HsCaller caller)
{
  g_autoptr (GPtrArray) jobs = hs_engine_list_jobs (world->engine, &caller);

  return jobs->len;
}

static void
with_nobody_signed_in_a_document_is_refused_with_what_to_do (void)
{
  HsCaller nobody = at_the_counter (0, 0);
  HsIntakeOffer offer = { .format = "application/pdf" };
  g_autoptr (GError) error = NULL;

  HS_ASSERT (!hs_engine_check_offer (world->engine, &nobody, &offer, &error));
  HS_ASSERT_ERROR (error, HS_ERROR_DENIED);
  HS_ASSERT (strstr (error->message, "homespool sign-in") != NULL);
  HS_ASSERT (hs_engine_open_intake (world->engine, &nobody, &offer, NULL) == NULL);
  HS_ASSERT_INT_EQ (count_seen (world_admin ()), 0);
}

static void
the_next_person_neither_sees_nor_moves_a_job_of_the_one_before (void)
{
  HsCaller anna = at_the_counter (WORLD_ANNA_UID, 1);
  HsCaller ben = at_the_counter (WORLD_BEN_UID, 0);
  HsCaller nobody = at_the_counter (0, 0);
  HsId job = world_print (world, &anna, 100, NULL);
  HsId none = world_id (4242);
  g_autoptr (GError) foreign = NULL;
  g_autoptr (GError) missing = NULL;

  HS_ASSERT_INT_EQ (count_seen (at_the_counter (WORLD_ANNA_UID, 0)), 1);
  HS_ASSERT_INT_EQ (count_seen (ben), 0);
  HS_ASSERT_INT_EQ (count_seen (nobody), 0);
  HS_ASSERT_INT_EQ (count_seen (world_person (COUNTER_UID)), 0);
  HS_ASSERT (hs_engine_find_job_by_ipp_id (world->engine, &ben, world_job (world, &job)->ipp_id)
             == NULL);
  HS_ASSERT (!world_release (world, &ben, &job, 1, &foreign));
  HS_ASSERT (!world_release (world, &ben, &none, 1, &missing));
  HS_ASSERT_ERROR (foreign, HS_ERROR_NOT_FOUND);
  HS_ASSERT_STR_EQ (foreign->message, missing->message);
  g_clear_error (&foreign);
  HS_ASSERT (!world_cancel (world, &nobody, &job, &foreign));
  HS_ASSERT_STR_EQ (foreign->message, missing->message);
  HS_ASSERT_INT_EQ (world_state (world, &job), HS_JOB_HELD);
}

static void
an_identity_sees_the_jobs_of_its_own_os_user_too (void)
{
  HsCaller anna = at_the_counter (WORLD_ANNA_UID, 0);
  HsCaller herself = world_person (WORLD_ANNA_UID);
  HsId job = world_print (world, &herself, 100, NULL);

  HS_ASSERT (hs_engine_find_job (world->engine, &anna, &job) != NULL);
  HS_ASSERT (world_release (world, &anna, &job, 1, NULL));
  world_wait_state (world, &job, HS_JOB_DELIVERED);
}

static void
a_program_sees_only_what_was_printed_since_its_person_sat_down (void)
{
  HsCaller first = at_the_counter (WORLD_ANNA_UID, 1);
  HsCaller second = at_the_counter (WORLD_ANNA_UID, 2);
  HsId job = world_print (world, &first, 100, NULL);

  HS_ASSERT (hs_engine_find_job (world->engine, &first, &job) != NULL);
  HS_ASSERT (hs_engine_find_job (world->engine, &second, &job) == NULL);
  HS_ASSERT_INT_EQ (count_seen (at_the_counter (WORLD_ANNA_UID, 0)), 1);
}

static void
who_leaves_takes_the_documents_along_that_are_still_arriving (void)
{
  HsCaller anna = at_the_counter (WORLD_ANNA_UID, 1);
  HsCaller ben = world_person (WORLD_BEN_UID);
  HsIntakeOffer offer = { .format = "application/pdf" };
  HsIntake *leaving = hs_engine_open_intake (world->engine, &anna, &offer, NULL);
  HsIntake *staying = hs_engine_open_intake (world->engine, &ben, &offer, NULL);
  HsId owner = world_identity (WORLD_ANNA_UID);
  g_autoptr (GBytes) some = world_document (5000);

  hs_intake_push (leaving, some);
  hs_engine_abort_intakes (world->engine, &owner);
  HS_ASSERT (hs_intake_get_failure (leaving) != NULL);
  HS_ASSERT (hs_intake_get_failure (staying) == NULL);
  hs_intake_abort (staying);
  hs_intake_unref (leaving);
  hs_intake_unref (staying);
  world_settle (world);
  HS_ASSERT_INT_EQ (world_count_files (world, ""), 0);
}

HS_SUITE_WITH ("journey/kiosk",
               set_up,
               tear_down,
               { "with nobody signed in a document is refused, with what to do",
                 with_nobody_signed_in_a_document_is_refused_with_what_to_do },
               { "the next person neither sees nor moves a job of the one before",
                 the_next_person_neither_sees_nor_moves_a_job_of_the_one_before },
               { "an identity sees the jobs of its own OS user, too",
                 an_identity_sees_the_jobs_of_its_own_os_user_too },
               { "a program sees only what was printed since its person sat down",
                 a_program_sees_only_what_was_printed_since_its_person_sat_down },
               { "who leaves takes the documents along that are still arriving",
                 who_leaves_takes_the_documents_along_that_are_still_arriving })
