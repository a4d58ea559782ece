/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* A job without a proven owner is claimed by the person whom it names, and by nobody else. */

#include "base/error.h"
#include "core/identity.h"
#include "journey/world.h"
#include "support/loop.h"
#include "support/suite.h"

#include <string.h>

#define NAME "anna.of.the.third.floor"

static World *world;
static HsId anna_there; /* who signs in as NAME at the site */
static HsId ben_there;

static void
set_up (void)
{
  static const HsId organisation; /* world's bundle */

  world = world_new (NULL);
  world->is_enrolled = TRUE;
  world->claimed_name = NAME;
  HS_ASSERT (hs_identity_derive (&organisation, NAME, &anna_there));
  HS_ASSERT (hs_identity_derive (&organisation, "ben", &ben_there));
  world->identities[0] = anna_there;
  world->identities[1] = ben_there;
  world_start (world);
}

static void
tear_down (void)
{
  g_clear_pointer (&world, world_free);
}

static guint
count_seen (const HsCaller *caller)
{
  g_autoptr (GPtrArray) jobs = hs_engine_list_jobs (world->engine, caller);

  return jobs->len;
}

static guint
count_claimable (const HsCaller *caller, const HsId *identity)
{
  g_autoptr (GPtrArray) jobs = hs_engine_list_claimable (world->engine, caller, identity);

  return jobs->len;
}

static HsId
print_as_stranger (void)
{
  HsCaller stranger = world_stranger (1);

  return world_print (world, &stranger, 2000, NULL);
}

/* It must look like a job that is not there. */
static void
assert_not_found (const HsId *identity, const HsId *job)
{
  HsCaller caller = world_person (WORLD_BEN_UID);
  HsId none = world_id (4242);
  g_autoptr (GError) foreign = NULL;
  g_autoptr (GError) missing = NULL;

  HS_ASSERT (!world_claim (world, &caller, identity, &none, &missing));
  HS_ASSERT_ERROR (missing, HS_ERROR_NOT_FOUND);
  HS_ASSERT (!world_claim (world, &caller, identity, job, &foreign));
  HS_ASSERT_ERROR (foreign, HS_ERROR_NOT_FOUND);
  HS_ASSERT_STR_EQ (foreign->message, missing->message);
}

static void
the_named_person_claims_it_after_a_restart_and_the_site_s_share_prints_it (void)
{
  HsCaller anna = world_person (WORLD_ANNA_UID);
  HsId command = world_id (1);
  HsId job = print_as_stranger ();
  gint64 expires_us = world_job (world, &job)->expires_at_us;
  g_autofree char *told = NULL;
  g_autoptr (GError) error = NULL;

  world_restart (world);
  HS_ASSERT_INT_EQ (count_seen (&anna), 0);
  HS_ASSERT_INT_EQ (count_claimable (&anna, &anna_there), 1);
  HS_ASSERT (world_claim (world, &anna, &anna_there, &job, &error));
  HS_ASSERT_NO_ERROR (error);
  HS_ASSERT_INT_EQ (count_claimable (&anna, &anna_there), 0);
  HS_ASSERT_INT_EQ (count_seen (&anna), 1);
  HS_ASSERT_INT_EQ (world_job (world, &job)->expires_at_us, expires_us);
  told = world_outbox (world);
  HS_ASSERT_STR_EQ (told, "announce claim");
  world_restart (world);
  HS_ASSERT_INT_EQ (count_seen (&anna), 1);
  HS_ASSERT_INT_EQ (world_site_release (world, &command, &job, 1, TRUE, NULL), HS_COMMAND_DONE);
  world_wait_state (world, &job, HS_JOB_DELIVERED);
  HS_ASSERT_INT_EQ (hs_paper_count (world->paper, &job), 1);
}

static void
nobody_else_can_claim_it_or_learns_of_it (void)
{
  HsCaller ben = world_person (WORLD_BEN_UID);
  HsCaller site = { .kind = HS_CALLER_SITE, .uid = G_MAXUINT32 };
  HsCaller stranger = world_stranger (1);
  HsId nobody = { 0 };
  HsId job = print_as_stranger ();

  HS_ASSERT_INT_EQ (count_claimable (&ben, &ben_there), 0);
  HS_ASSERT_INT_EQ (count_claimable (&ben, &nobody), 0);
  assert_not_found (&ben_there, &job);
  assert_not_found (&nobody, &job);
  HS_ASSERT (!world_claim (world, &site, &anna_there, &job, NULL));
  HS_ASSERT (!world_claim (world, &stranger, &anna_there, &job, NULL));
  HS_ASSERT_INT_EQ (count_claimable (&stranger, &anna_there), 0);
  HS_ASSERT_INT_EQ (world_job (world, &job)->owner_kind, HS_OWNER_UNPROVEN);
}

/* Ben prints with Anna's name: it is neither his, nor hers before she says so. */
static void
a_lying_name_gives_nobody_anything (void)
{
  HsCaller anna = world_person (WORLD_ANNA_UID);
  HsCaller ben = world_person (WORLD_BEN_UID);
  HsId command = world_id (1);
  HsId job = print_as_stranger ();

  world->config->owner_jobs = 1;
  assert_not_found (&ben_there, &job);
  HS_ASSERT_INT_EQ (count_seen (&ben), 0);
  HS_ASSERT_INT_EQ (count_seen (&anna), 0);
  HS_ASSERT_INT_EQ (world_site_release (world, &command, &job, 1, TRUE, NULL), HS_COMMAND_REFUSED);
  /* It does not count as hers. */
  HsId own = world_print (world, &anna, 2000, NULL);
  HS_ASSERT (!hs_id_is_zero (&own));
  HS_ASSERT (world_claim (world, &anna, &anna_there, &job, NULL));
  HS_ASSERT (world_cancel (world, &anna, &own, NULL));
  /* Now it does. */
  g_autoptr (GError) error = NULL;
  (void)world_print (world, &anna, 2000, &error);
  HS_ASSERT_ERROR (error, HS_ERROR_NO_SPACE);
}

static void
a_proven_job_cannot_be_claimed_not_even_by_its_owner (void)
{
  HsCaller anna = world_person (WORLD_ANNA_UID);
  HsId job = world_print (world, &anna, 2000, NULL);

  assert_not_found (&anna_there, &job);
  HS_ASSERT (!world_claim (world, &anna, &anna_there, &job, NULL));
  HS_ASSERT_INT_EQ (world_job (world, &job)->owner_kind, HS_OWNER_PROVEN);
}

static void
claimed_twice_is_claimed_once_and_the_site_is_told_again (void)
{
  HsCaller anna = world_person (WORLD_ANNA_UID);
  HsId job = print_as_stranger ();
  g_autofree char *told = NULL;

  HS_ASSERT (world_claim (world, &anna, &anna_there, &job, NULL));
  HS_ASSERT (world_claim (world, &anna, &anna_there, &job, NULL));
  assert_not_found (&ben_there, &job);
  told = world_outbox (world);
  HS_ASSERT_STR_EQ (told, "announce claim claim");
  HS_ASSERT_INT_EQ (count_seen (&anna), 1);
}

static void
what_is_over_cannot_be_claimed (void)
{
  HsCaller admin = world_admin ();
  HsId job = print_as_stranger ();

  HS_ASSERT (world_cancel (world, &admin, &job, NULL));
  assert_not_found (&anna_there, &job);
}

static void
without_the_site_nothing_is_claimed (void)
{
  HsCaller anna = world_person (WORLD_ANNA_UID);
  HsId job = print_as_stranger ();
  g_autoptr (GError) error = NULL;

  hs_engine_set_site_online (world->engine, FALSE);
  HS_ASSERT (!world_claim (world, &anna, &anna_there, &job, &error));
  HS_ASSERT_ERROR (error, HS_ERROR_TEMPORARY);
  HS_ASSERT_INT_EQ (world_job (world, &job)->owner_kind, HS_OWNER_UNPROVEN);
}

static void
a_name_that_is_none_can_be_claimed_by_nobody (void)
{
  static const guint8 zeros[HS_JOB_DIGEST_BYTES];
  HsId job;

  world->claimed_name = NULL;
  job = print_as_stranger ();
  HS_ASSERT_BYTES_EQ (world_job (world, &job)->claim_tag, sizeof zeros, zeros, sizeof zeros);
  assert_not_found (&anna_there, &job);
}

static void
a_claim_makes_nothing_live_longer (void)
{
  HsCaller anna = world_person (WORLD_ANNA_UID);
  HsId job = print_as_stranger ();
  gint64 end_us = world_job (world, &job)->expires_at_us;
  const gint64 wished_us[] = { end_us + G_TIME_SPAN_MINUTE, end_us - G_TIME_SPAN_MINUTE };

  HS_ASSERT (world_claim (world, &anna, &anna_there, &job, NULL));
  for (guint i = 0; i < 2; i++)
    {
      GAsyncResult *result = NULL;
      hs_engine_set_expiry_async (world->engine, &anna, &job, wished_us[i], NULL,
                                  hs_loop_store_result, &result);
      HS_LOOP_UNTIL (result != NULL);
      HS_ASSERT_INT_EQ (hs_engine_action_finish (world->engine, result, NULL), i == 1);
      g_object_unref (result);
    }
  world->clock_offset_us = G_TIME_SPAN_HOUR;
  world_restart (world);
  world_wait_state (world, &job, HS_JOB_EXPIRED);
}

static void
the_claimed_name_is_on_no_disk (void)
{
  HsId job = print_as_stranger ();

  world_stop (world);
  world_check_unseen (world, NAME);
  world_check_bytes_unseen (world, anna_there.bytes, HS_ID_BYTES);
  world_start (world);
  HS_ASSERT_INT_EQ (world_state (world, &job), HS_JOB_HELD);
}

HS_SUITE_WITH ("journey: claiming a job",
               set_up,
               tear_down,
               { "the named person claims it after a restart, and the site's share prints it",
                 the_named_person_claims_it_after_a_restart_and_the_site_s_share_prints_it },
               { "nobody else can claim it or learns of it",
                 nobody_else_can_claim_it_or_learns_of_it },
               { "a lying name gives nobody anything", a_lying_name_gives_nobody_anything },
               { "a proven job cannot be claimed, not even by its owner",
                 a_proven_job_cannot_be_claimed_not_even_by_its_owner },
               { "claimed twice is claimed once, and the site is told again",
                 claimed_twice_is_claimed_once_and_the_site_is_told_again },
               { "what is over cannot be claimed", what_is_over_cannot_be_claimed },
               { "without the site nothing is claimed", without_the_site_nothing_is_claimed },
               { "a name that is none can be claimed by nobody",
                 a_name_that_is_none_can_be_claimed_by_nobody },
               { "a claim makes nothing live longer", a_claim_makes_nothing_live_longer },
               { "the claimed name is on no disk", the_claimed_name_is_on_no_disk })
