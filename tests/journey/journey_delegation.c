/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Anna lets Ben release her jobs on this workstation, and takes it back at every moment. */

#include "base/error.h"
#include "engine/delegation/local_delegations.h"
#include "engine/delivery/grants.h"
#include "journey/world.h"
#include "support/loop.h"
#include "support/suite.h"

#include <string.h>

static World *world;
static HsCaller anna, ben;
static HsId ben_id, delegation;
static gboolean is_given, is_taken_back;

static void
set_up (void)
{
  world = world_new (NULL);
  world->is_enrolled = TRUE;
  world_start (world);
  anna = world_person (WORLD_ANNA_UID);
  ben = world_person (WORLD_BEN_UID);
  ben_id = world_identity (WORLD_BEN_UID);
  is_given = is_taken_back = FALSE;
}

static void
tear_down (void)
{
  g_clear_pointer (&world, world_free);
}

static void
on_given (GObject *source, GAsyncResult *result, gpointer user_data)
{
  HS_ASSERT (hs_engine_delegate_finish (world->engine, result, &delegation, NULL));
  is_given = TRUE;
}

static void
give (void)
{
  HsDelegationWish wish = { .delegate = ben_id,
                            .expires_us = g_get_real_time () + G_TIME_SPAN_HOUR,
                            .delegate_name = "Ben",
                            .owner_name = "Anna" };

  hs_engine_delegate_async (world->engine, &anna, &wish, on_given, NULL);
  HS_LOOP_UNTIL (is_given);
}

static void
on_taken_back (GObject *source, GAsyncResult *result, gpointer user_data)
{
  HS_ASSERT (hs_engine_revoke_delegation_finish (world->engine, result, NULL));
  is_taken_back = TRUE;
}

static void
take_back (void)
{
  hs_engine_revoke_delegation_async (world->engine, &anna, &delegation, on_taken_back, NULL);
}

/* Of those that were given at one moment only the last counts, and no start brings back another. */
static void
two_of_one_moment_are_one (void)
{
  const HsDelegationWish wish = { .delegate = ben_id,
                                  .expires_us = g_get_real_time () + G_TIME_SPAN_HOUR,
                                  .delegate_name = "Ben",
                                  .owner_name = "Anna" };
  g_autoptr (GPtrArray) before = NULL;
  g_autoptr (GPtrArray) after = NULL;

  hs_engine_delegate_async (world->engine, &anna, &wish, on_given, NULL);
  give ();
  world_settle (world);
  before = hs_engine_list_delegations (world->engine, &anna);
  HS_ASSERT_INT_EQ (before->len, 1);
  take_back ();
  HS_LOOP_UNTIL (is_taken_back);
  world_settle (world);
  world_restart (world);
  after = hs_engine_list_delegations (world->engine, &anna);
  HS_ASSERT_INT_EQ (after->len, 0);
}

static guint
count_of_ben (void)
{
  g_autoptr (GPtrArray) jobs = hs_engine_list_delegated_jobs (world->engine, &ben);

  return jobs->len;
}

static void
take_back_at_grant (const char *point, gpointer data)
{
  if (strcmp (point, "grant") == 0)
    take_back ();
}

static void
a_delegate_may_release_until_it_is_taken_back (void)
{
  HsId job = world_must_print (world, &anna, 1000);

  give ();
  HS_LOOP_UNTIL (count_of_ben () == 1);
  HS_ASSERT (hs_grants_has (world->engine, &job, &ben_id));
  take_back ();
  HS_ASSERT_INT_EQ (count_of_ben (), 0);
  HS_LOOP_UNTIL (is_taken_back);
  world_settle (world);
  world_restart (world);
  HS_ASSERT_INT_EQ (count_of_ben (), 0);
  HS_ASSERT (!hs_grants_has (world->engine, &job, &ben_id));
}

static void
a_grant_on_its_way_is_taken_back_with_it (void)
{
  HsId job = world_must_print (world, &anna, 1000);

  world->probe = take_back_at_grant;
  give ();
  HS_LOOP_UNTIL (is_taken_back);
  world_settle (world);
  world->probe = NULL;
  HS_ASSERT (!hs_grants_has (world->engine, &job, &ben_id));
  world_restart (world);
  HS_ASSERT (!hs_grants_has (world->engine, &job, &ben_id));
}

static void
a_delegate_releases_it_as_it_is (void)
{
  const HsPrintOptions more = { .copies = 2 };
  const HsPrintOptions none = { 0 };
  g_autoptr (GError) error = NULL;
  HsId job = world_must_print (world, &anna, 1000);

  give ();
  HS_LOOP_UNTIL (count_of_ben () == 1 && hs_grants_has (world->engine, &job, &ben_id));
  world_settle (world);
  HS_ASSERT (!world_release_with (world, &ben, &job, 1, &more, &error));
  HS_ASSERT_ERROR (error, HS_ERROR_REFUSED);
  HS_ASSERT_INT_EQ (world_state (world, &job), HS_JOB_HELD);
  g_clear_error (&error);
  HS_ASSERT (world_release_with (world, &ben, &job, 1, &none, &error));
  world_wait_state (world, &job, HS_JOB_DELIVERED);
  HS_ASSERT_INT_EQ (hs_paper_count_made_as (world->paper, &job, &none), 1);
}

HS_SUITE_WITH ("delegation",
               set_up,
               tear_down,
               { "a delegate may release until it is taken back",
                 a_delegate_may_release_until_it_is_taken_back },
               { "a grant that is on its way to the disk is taken back with its permission",
                 a_grant_on_its_way_is_taken_back_with_it },
               { "a delegate releases it as it is", a_delegate_releases_it_as_it_is },
               { "two that are given at one moment are one", two_of_one_moment_are_one })
