/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* A site hears of jobs that it cannot know: those from before the enrolment, and those that it has
 * forgotten because it was put back to an older state. */

#include "base/error.h"
#include "core/identity.h"
#include "engine/site_link/put_back.h"
#include "journey/fake_site.h"
#include "journey/linked.h"
#include "support/loop.h"
#include "support/suite.h"

#include <string.h>

static Linked *linked;
static FakeSite *site;

static void
set_up (void)
{
  HsId printer = hs_paper_printer (1);

  linked = linked_new (NULL);
  site = fake_site_new (&linked->world->device, linked->world->site_public);
  fake_site_add_printer (site, &printer, "ipps://127.0.0.1:1/ipp/print");
  fake_site_publish (site);
  linked_start (linked);
}

static void
tear_down (void)
{
  g_clear_pointer (&linked, linked_free);
  g_clear_pointer (&site, fake_site_free);
}

static void
enrol (void)
{
  g_autoptr (HsEnrolToken) token = fake_site_make_token (site);
  g_autoptr (GError) error = NULL;

  (void)linked_enrol (linked, token, &error);
  HS_ASSERT_NO_ERROR (error);
}

static HsId
print (void)
{
  HsCaller anna = world_person (WORLD_ANNA_UID);

  return world_must_print (linked->world, &anna, 10000);
}

static gboolean
has_told (const char *words)
{
  g_autofree char *records = fake_site_dup_records (site);

  return strstr (records, words) != NULL;
}

static guint
count_told (const char *word)
{
  g_autofree char *records = fake_site_dup_records (site);
  g_auto (GStrv) parts = g_strsplit (records, word, -1);

  return g_strv_length (parts) > 0 ? g_strv_length (parts) - 1 : 0;
}

static gboolean
site_has_seen_id (const HsId *id)
{
  char text[HS_ID_TEXT_BYTES];

  hs_id_format (id, text);
  return fake_site_has_seen (site, text, strlen (text));
}

static void
wait_sent (void)
{
  HsEngineStatistics statistics = { .outbox_records = 1 };

  HS_LOOP_UNTIL (({
    hs_engine_get_statistics (linked->world->engine, &statistics);
    statistics.outbox_records == 0 && statistics.pending_commits == 0;
  }));
}

/* Anna as the workstation knows her while it stands alone. */
static void
be_alone (void)
{
  hs_identity_derive_local (WORLD_ANNA_UID, &linked->world->identities[0]);
}

/* And as the organisation does; a zero @identity: it does not know her yet. */
static void
become (const HsId *identity)
{
  linked->world->former[0] = linked->world->identities[0];
  linked->world->identities[0] = *identity;
}

static void
a_job_from_before_the_enrolment_is_announced_for_its_owner (void)
{
  HsCaller anna = world_person (WORLD_ANNA_UID), ben = world_person (WORLD_BEN_UID);
  HsId alice = world_id (77), local, job, command = world_id (1);

  be_alone ();
  job = print ();
  become (&alice);
  local = linked->world->former[0];
  enrol ();
  HS_LOOP_UNTIL (has_told ("agent:started announce"));
  HS_ASSERT (site_has_seen_id (&job) && site_has_seen_id (&alice));
  HS_ASSERT (!site_has_seen_id (&local));
  /* Whose it is, does not change for the person either. */
  HS_ASSERT (hs_engine_find_job (linked->world->engine, &anna, &job) != NULL);
  HS_ASSERT (hs_engine_find_job (linked->world->engine, &ben, &job) == NULL);
  HS_ASSERT (hs_id_equal (&world_job (linked->world, &job)->owner, &local));
  /* The site has nothing that would open it, the person has. */
  world_set_locked (linked->world, WORLD_ANNA_UID, TRUE);
  HS_ASSERT_INT_EQ (world_site_release (linked->world, &command, &job, 1, FALSE, NULL),
                    HS_COMMAND_REFUSED);
  world_set_locked (linked->world, WORLD_ANNA_UID, FALSE);
  HS_ASSERT (world_release (linked->world, &anna, &job, 1, NULL));
  HS_LOOP_UNTIL (has_told ("report erased"));
  HS_ASSERT_INT_EQ (count_told ("announce"), 1);
}

static void
a_job_whose_owner_is_not_known_waits_for_that (void)
{
  HsId nobody = { 0 }, alice = world_id (77);

  be_alone ();
  (void)print ();
  become (&nobody);
  enrol ();
  HS_LOOP_UNTIL (has_told ("agent:started"));
  wait_sent ();
  linked_stop (linked);
  linked_start (linked);
  HS_LOOP_UNTIL (count_told ("agent:started") == 2);
  wait_sent ();
  HS_ASSERT_INT_EQ (count_told ("announce"), 0);
  linked->world->identities[0] = alice;
  hs_engine_keys_changed (linked->world->engine, &alice);
  HS_LOOP_UNTIL (has_told ("announce"));
  HS_ASSERT (site_has_seen_id (&alice));
}

static void
a_job_that_ends_before_its_owner_is_known_is_reported_without_one (void)
{
  HsCaller anna = world_person (WORLD_ANNA_UID);
  HsId nobody = { 0 }, job;

  be_alone ();
  job = print ();
  become (&nobody);
  enrol ();
  HS_LOOP_UNTIL (has_told ("agent:started"));
  wait_sent ();
  HS_ASSERT (world_release (linked->world, &anna, &job, 1, NULL));
  HS_LOOP_UNTIL (has_told ("agent:started announce report erased"));
}

static void
a_cut_before_the_announcement_is_made_good_by_the_next_start (void)
{
  HsId alice = world_id (77);

  be_alone ();
  (void)print ();
  become (&alice);
  enrol ();
  linked_stop (linked);
  HS_ASSERT_INT_EQ (count_told ("announce"), 0);
  linked_start (linked);
  HS_LOOP_UNTIL (has_told ("announce"));
}

static void
a_site_that_was_put_back_is_told_again_without_doubt_about_any_job (void)
{
  HsCaller anna = world_person (WORLD_ANNA_UID);
  HsId held, printed, command = world_id (3);
  HsSiteStatus status;

  enrol ();
  held = print ();
  printed = print ();
  HS_ASSERT (world_release (linked->world, &anna, &printed, 1, NULL));
  HS_LOOP_UNTIL (has_told ("report erased"));
  wait_sent ();
  HS_ASSERT_INT_EQ (count_told ("announce"), 2);
  /* It goes away, comes back as it was once, and nothing new happens here. */
  fake_site_set_mood (site, FAKE_SITE_DROPS);
  hs_site_link_check_now (linked->link);
  HS_LOOP_UNTIL ((hs_site_link_get_status (linked->link, &status), !status.is_online));
  fake_site_forget_records (site);
  fake_site_set_mood (site, FAKE_SITE_GOOD);
  hs_site_link_check_now (linked->link);
  HS_LOOP_UNTIL (has_told ("agent:rolled-back"));
  HS_LOOP_UNTIL (count_told ("announce") == 4 && count_told ("report") == 2);
  wait_sent ();
  HS_ASSERT_INT_EQ (world_state (linked->world, &held), HS_JOB_HELD);
  HS_ASSERT_INT_EQ (count_told ("uncertain"), 0);
  /* Told once, not with each start. */
  linked_stop (linked);
  linked_start (linked);
  HS_LOOP_UNTIL (count_told ("agent:started") == 2);
  wait_sent ();
  HS_ASSERT_INT_EQ (count_told ("announce"), 4);
  HS_ASSERT_INT_EQ (world_site_release (linked->world, &command, &held, 1, TRUE, NULL),
                    HS_COMMAND_DONE);
  world_wait_state (linked->world, &held, HS_JOB_DELIVERED);
}

static void
a_site_that_comes_back_as_it_was_is_told_nothing_twice (void)
{
  HsSiteStatus status;

  enrol ();
  (void)print ();
  HS_LOOP_UNTIL (has_told ("announce"));
  wait_sent ();
  fake_site_set_mood (site, FAKE_SITE_DROPS);
  hs_site_link_check_now (linked->link);
  HS_LOOP_UNTIL ((hs_site_link_get_status (linked->link, &status), !status.is_online));
  fake_site_set_mood (site, FAKE_SITE_GOOD);
  hs_site_link_check_now (linked->link);
  HS_LOOP_UNTIL ((hs_site_link_get_status (linked->link, &status), status.is_online));
  (void)print ();
  HS_LOOP_UNTIL (count_told ("announce") == 2);
  HS_ASSERT_INT_EQ (count_told ("agent:rolled-back"), 0);
}

/* ── this workstation was put back ───────────────────────────────────────────────────────── */

static gint64
put_back_since_us (void)
{
  HsSiteStatus status;

  hs_site_link_get_status (linked->link, &status);
  return status.rolled_back_us;
}

static void
be_found_an_old_copy (void)
{
  fake_site_pretend_records (site, 1000);
  hs_site_link_check_now (linked->link);
  (void)print ();
  HS_LOOP_UNTIL (put_back_since_us () != 0);
}

static void
on_acknowledged (GObject *source, GAsyncResult *result, gpointer data)
{
  gboolean *done = data;

  *done = TRUE;
  HS_ASSERT (hs_site_link_acknowledge_put_back_finish (result, NULL));
}

static void
that_it_was_put_back_is_said_until_somebody_acknowledges_it (void)
{
  gboolean done = FALSE;
  gint64 since_us;
  HsId held;

  enrol ();
  held = print ();
  wait_sent ();
  HS_ASSERT_INT_EQ (put_back_since_us (), 0);
  be_found_an_old_copy ();
  world_wait_state (linked->world, &held, HS_JOB_UNCERTAIN);
  since_us = put_back_since_us ();
  for (guint i = 0; i < 2; i++)
    {
      linked_stop (linked);
      linked_start (linked);
      HS_ASSERT_INT_EQ (put_back_since_us (), since_us);
    }
  hs_site_link_acknowledge_put_back_async (linked->link, on_acknowledged, &done);
  HS_LOOP_UNTIL (done);
  HS_ASSERT_INT_EQ (put_back_since_us (), 0);
  linked_stop (linked);
  linked_start (linked);
  HS_ASSERT_INT_EQ (put_back_since_us (), 0);
}

/* As the ledger is after a cut between the transaction that begins the stream and those of the jobs. */
static void
note_doubt (void)
{
  HsLedger *ledger = linked->world->ledger;
  HsLedgerBatch *batch = hs_ledger_batch_new ();
  g_autoptr (GAsyncResult) result = NULL;

  hs_engine_note_doubt (batch, NULL);
  hs_ledger_commit_async (ledger, batch, hs_loop_store_result, &result);
  HS_LOOP_UNTIL (result != NULL);
  HS_ASSERT (hs_ledger_commit_finish (ledger, result, NULL));
}

static void
a_cut_before_all_jobs_are_in_doubt_is_made_good_before_anything_prints (void)
{
  HsCaller anna = world_person (WORLD_ANNA_UID);
  HsId held, released, later;

  enrol ();
  held = print ();
  released = print ();
  hs_paper_set_mood (linked->world->paper, HS_PAPER_BUSY);
  HS_ASSERT (world_release (linked->world, &anna, &released, 1, NULL));
  HS_LOOP_UNTIL (world_job (linked->world, &released)->attempts > 0);
  wait_sent ();
  note_doubt ();
  linked_stop (linked);
  hs_paper_set_mood (linked->world->paper, HS_PAPER_WORKS);
  linked_start (linked);
  world_wait_state (linked->world, &held, HS_JOB_UNCERTAIN);
  world_wait_state (linked->world, &released, HS_JOB_UNCERTAIN);
  HS_ASSERT_INT_EQ (hs_paper_count (linked->world->paper, &released), 0);
  /* Once: what is printed afterwards is not asked about with each start. */
  wait_sent ();
  later = print ();
  linked_stop (linked);
  linked_start (linked);
  HS_ASSERT_INT_EQ (world_state (linked->world, &later), HS_JOB_HELD);
}

HS_SUITE_WITH ("announce",
               set_up,
               tear_down,
               { "a job from before the enrolment is announced for its owner",
                 a_job_from_before_the_enrolment_is_announced_for_its_owner },
               { "a job whose owner is not known waits for that",
                 a_job_whose_owner_is_not_known_waits_for_that },
               { "a job that ends before its owner is known is reported without one",
                 a_job_that_ends_before_its_owner_is_known_is_reported_without_one },
               { "a cut before the announcement is made good by the next start",
                 a_cut_before_the_announcement_is_made_good_by_the_next_start },
               { "a site that was put back is told again, without doubt about any job",
                 a_site_that_was_put_back_is_told_again_without_doubt_about_any_job },
               { "a site that comes back as it was is told nothing twice",
                 a_site_that_comes_back_as_it_was_is_told_nothing_twice },
               { "that it was put back is said, over restarts, until somebody acknowledges it",
                 that_it_was_put_back_is_said_until_somebody_acknowledges_it },
               { "a cut before all jobs are in doubt is made good before anything prints",
                 a_cut_before_all_jobs_are_in_doubt_is_made_good_before_anything_prints })
