/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Nobody sees, counts or releases another person's job. */

#include "base/error.h"
#include "core/wire/announce.h"
#include "core/wire/local_job.h"
#include "core/wire/event_record.h"
#include "journey/world.h"
#include "seal/age_message.h"
#include "seal/title_key.h"
#include "support/loop.h"
#include "support/suite.h"

static World *world;

static void
set_up (void)
{
  world = world_new (NULL);
  world->is_enrolled = TRUE;
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

static void
a_foreign_job_looks_like_none_at_all (void)
{
  HsCaller anna = world_person (WORLD_ANNA_UID);
  HsCaller ben = world_person (WORLD_BEN_UID);
  HsId printer = hs_paper_printer (1);
  GAsyncResult *result = NULL;
  g_autoptr (GError) foreign = NULL;
  g_autoptr (GError) missing = NULL;
  HsId none = world_id (4242);
  HsId job;

  world_start (world);
  job = world_print (world, &anna, 100, NULL);
  HS_ASSERT_INT_EQ (count_seen (&anna), 1);
  HS_ASSERT_INT_EQ (count_seen (&ben), 0);
  HS_ASSERT (hs_engine_find_job (world->engine, &anna, &job) != NULL);
  HS_ASSERT (hs_engine_find_job (world->engine, &ben, &job) == NULL);
  HS_ASSERT (hs_engine_find_job_by_ipp_id (world->engine, &ben, world_job (world, &job)->ipp_id)
             == NULL);
  HS_ASSERT (hs_engine_get_trace (world->engine, &ben, &job) == NULL);
  HS_ASSERT (!world_release (world, &ben, &job, 1, &foreign));
  HS_ASSERT (!world_release (world, &ben, &none, 1, &missing));
  HS_ASSERT_ERROR (foreign, HS_ERROR_NOT_FOUND);
  HS_ASSERT_STR_EQ (foreign->message, missing->message);
  g_clear_error (&foreign);
  HS_ASSERT (!world_cancel (world, &ben, &job, &foreign));
  HS_ASSERT_STR_EQ (foreign->message, missing->message);
  g_clear_error (&foreign);
  HS_ASSERT (!world_hold (world, &ben, &job, &foreign));
  HS_ASSERT_STR_EQ (foreign->message, missing->message);
  hs_engine_set_expiry_async (world->engine, &ben, &job, g_get_real_time () + 1000000, NULL,
                              hs_loop_store_result, &result);
  HS_LOOP_UNTIL (result != NULL);
  HS_ASSERT (!hs_engine_action_finish (world->engine, result, NULL));
  g_object_unref (result);
  HS_ASSERT_INT_EQ (world_state (world, &job), HS_JOB_HELD);
  (void)printer;
}

static void
an_administrator_counts_and_cancels_but_does_not_look_inside (void)
{
  HsCaller anna = world_person (WORLD_ANNA_UID);
  HsCaller admin = world_admin ();
  HsCaller ben = world_person (WORLD_BEN_UID);
  g_autoptr (GArray) overview = NULL;
  g_autoptr (GArray) nothing = NULL;
  g_autoptr (GError) error = NULL;
  HsId job;

  world_start (world);
  job = world_print (world, &anna, 100, NULL);
  HS_ASSERT_INT_EQ (count_seen (&admin), 0);
  HS_ASSERT (hs_engine_find_job (world->engine, &admin, &job) == NULL);
  overview = hs_engine_list_overview (world->engine, &admin);
  HS_ASSERT_INT_EQ (overview->len, 1);
  HS_ASSERT_INT_EQ (g_array_index (overview, HsJobOverview, 0).owner_uid, WORLD_ANNA_UID);
  nothing = hs_engine_list_overview (world->engine, &ben);
  HS_ASSERT_INT_EQ (nothing->len, 0);
  HS_ASSERT (!world_release (world, &admin, &job, 1, &error));
  HS_ASSERT_ERROR (error, HS_ERROR_NOT_FOUND);
  HS_ASSERT (world_cancel (world, &admin, &job, NULL));
  HS_ASSERT_INT_EQ (world_state (world, &job), HS_JOB_CANCELLED);
  HS_ASSERT (world_job (world, &job)->reasons & HS_REASON_CANCELLED_BY_OPERATOR);
}

static void
the_print_system_sees_what_it_made_and_nothing_else (void)
{
  HsCaller cups = world_print_system (1, WORLD_ANNA_UID);
  HsCaller other = world_print_system (2, WORLD_ANNA_UID);
  HsCaller anna = world_person (WORLD_ANNA_UID);
  g_autoptr (GError) error = NULL;
  HsId made;
  HsId direct;

  world_start (world);
  made = world_print (world, &cups, 100, NULL);
  direct = world_print (world, &anna, 100, NULL);
  HS_ASSERT_INT_EQ (world_job (world, &made)->owner_kind, HS_OWNER_PROVEN);
  HS_ASSERT_INT_EQ (world_job (world, &made)->owner_uid, WORLD_ANNA_UID);
  HS_ASSERT_INT_EQ (count_seen (&anna), 2);
  HS_ASSERT_INT_EQ (count_seen (&cups), 1);
  HS_ASSERT_INT_EQ (count_seen (&other), 0);
  HS_ASSERT (hs_engine_find_job (world->engine, &cups, &direct) == NULL);
  HS_ASSERT (!world_release (world, &cups, &made, 1, &error));
  HS_ASSERT_ERROR (error, HS_ERROR_NOT_FOUND);
  HS_ASSERT (!world_cancel (world, &other, &made, NULL));
  HS_ASSERT (world_cancel (world, &cups, &made, NULL));
  HS_ASSERT_INT_EQ (world_state (world, &made), HS_JOB_CANCELLED);
}

static void
a_job_that_nobody_can_prove_is_shown_to_nobody_and_sealed_to_no_owner (void)
{
  HsCaller stranger = world_stranger (1);
  HsCaller unknown_name = world_print_system (3, 0);
  HsCaller anna = world_person (WORLD_ANNA_UID);
  HsId command = world_id (1);
  HsId jobs[2];
  gint64 life_us;

  world_start (world);
  jobs[0] = world_print (world, &stranger, 100, NULL);
  jobs[1] = world_print (world, &unknown_name, 100, NULL);
  for (guint i = 0; i < 2; i++)
    {
      const HsJob *job = world_job (world, &jobs[i]);
      HS_ASSERT_INT_EQ (job->state, HS_JOB_HELD);
      HS_ASSERT_INT_EQ (job->owner_kind, HS_OWNER_UNPROVEN);
      HS_ASSERT (hs_id_is_zero (&job->owner));
      HS_ASSERT_INT_EQ (g_strv_length (job->recipients), 1);
      HS_ASSERT_STR_EQ (job->recipients[0], "release");
      life_us = job->expires_at_us - job->created_at_us;
      HS_ASSERT_INT_EQ (life_us, G_TIME_SPAN_HOUR);
    }
  HS_ASSERT_INT_EQ (count_seen (&anna), 0);
  HS_ASSERT_INT_EQ (world_site_release (world, &command, &jobs[0], 1, TRUE, NULL),
                    HS_COMMAND_REFUSED);
  HS_ASSERT_INT_EQ (world_state (world, &jobs[0]), HS_JOB_HELD);
}

static void
strangers_fill_their_own_account_and_nobody_elses (void)
{
  HsCaller stranger = world_stranger (1);
  HsCaller anna = world_person (WORLD_ANNA_UID);
  g_autoptr (GError) error = NULL;
  HsId job;

  world->config->unproven_jobs = 2;
  world->config->owner_jobs = 1;
  world_start (world);
  for (guint i = 0; i < 2; i++)
    (void)world_print (world, &stranger, 100, NULL);
  job = world_print (world, &stranger, 100, &error);
  HS_ASSERT_ERROR (error, HS_ERROR_NO_SPACE);
  HS_ASSERT (hs_id_is_zero (&job));
  g_clear_error (&error);
  job = world_print (world, &anna, 100, &error);
  HS_ASSERT_NO_ERROR (error);
  HS_ASSERT (!hs_id_is_zero (&job));
}

static void
whoever_is_not_a_user_here_cannot_print (void)
{
  HsCaller nobody = { .kind = HS_CALLER_NOBODY };
  HsCaller site = { .kind = HS_CALLER_SITE };
  HsIntakeOffer offer = { 0 };
  g_autoptr (GError) error = NULL;

  world_start (world);
  HS_ASSERT (!hs_engine_check_offer (world->engine, &nobody, &offer, &error));
  HS_ASSERT_ERROR (error, HS_ERROR_DENIED);
  g_clear_error (&error);
  HS_ASSERT (hs_engine_open_intake (world->engine, &site, &offer, &error) == NULL);
  HS_ASSERT_ERROR (error, HS_ERROR_DENIED);
}

static void
a_title_is_wiped_when_the_key_is_locked_and_comes_back_with_it (void)
{
  HsCaller anna = world_person (WORLD_ANNA_UID);
  HsId job;

  world_start (world);
  job = world_print (world, &anna, 100, NULL);
  HS_ASSERT_STR_EQ (world_job (world, &job)->title, WORLD_SECRET ", a title");
  world_set_locked (world, WORLD_ANNA_UID, TRUE);
  HS_ASSERT (world_job (world, &job)->title == NULL);
  world_restart (world);
  HS_ASSERT (world_job (world, &job)->title == NULL);
  world_set_locked (world, WORLD_ANNA_UID, FALSE);
  HS_LOOP_UNTIL (world_job (world, &job)->title != NULL);
  HS_ASSERT_STR_EQ (world_job (world, &job)->title, WORLD_SECRET ", a title");
}

/* The first record of the outbox, and the only one. */
static HsEventRecord *
read_record (void)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  hs_ledger_read_outbox_async (world->ledger, 0, 1, 65536, hs_loop_store_result, &result);
  HS_LOOP_UNTIL (result != NULL);
  g_autoptr (GPtrArray) records = hs_ledger_read_outbox_finish (world->ledger, result, &error);
  HS_ASSERT_NO_ERROR (error);
  HS_ASSERT_INT_EQ (records->len, 1);
  HsOutboxRecord *first = g_ptr_array_index (records, 0);
  HsEventRecord *record = hs_event_record_decode (first->bytes, &error);
  HS_ASSERT_NO_ERROR (error);
  return record;
}

static HsAnnounce *
read_announcement (void)
{
  g_autoptr (HsEventRecord) record = read_record ();
  g_autoptr (GError) error = NULL;
  HsAnnounce *announce = hs_announce_decode (record->body, &error);

  HS_ASSERT_NO_ERROR (error);
  return announce;
}

static void
a_title_goes_to_the_site_sealed_to_its_owners_title_key_alone (void)
{
  HsCaller anna = world_person (WORLD_ANNA_UID);
  g_autoptr (HsSecretBytes) annas = hs_title_key_derive (world->keys[0], NULL);
  g_autoptr (HsSecretBytes) bens = hs_title_key_derive (world->keys[1], NULL);

  world_start (world);
  world_set_locked (world, WORLD_ANNA_UID, TRUE);
  HsId job = world_print (world, &anna, 100, NULL);
  g_autoptr (HsAnnounce) announce = read_announcement ();
  HS_ASSERT (hs_id_equal (&announce->job, &job));
  HS_ASSERT (announce->title == NULL && announce->sealed_title != NULL);
  gsize length;
  const guint8 *sealed = g_bytes_get_data (announce->sealed_title, &length);
  HS_ASSERT (hs_age_message_open (sealed, length, bens, NULL) == NULL);
  HS_ASSERT (hs_age_message_open (sealed, length, world->keys[0], NULL) == NULL);
  g_autoptr (HsSecretBytes) plain = hs_age_message_open (sealed, length, annas, NULL);
  HS_ASSERT (plain != NULL);
  g_autofree char *text
      = g_strndup ((const char *)hs_secret_bytes_peek (plain), hs_secret_bytes_get_length (plain));
  g_autofree char *uuid = hs_id_dup_text (&job);
  HS_ASSERT (strstr (text, WORLD_SECRET ", a title") != NULL && strstr (text, uuid) != NULL);
}

/* Printed past us: the owner is only claimed, and so is the title sealed for that person alone. */
static void
another_queues_title_goes_sealed_to_the_claimed_owner (void)
{
  g_autoptr (HsSecretBytes) annas = hs_title_key_derive (world->keys[0], NULL);
  g_autoptr (GPtrArray) jobs = g_ptr_array_new_with_free_func ((GDestroyNotify)hs_local_job_free);
  g_autoptr (GBytes) place = g_bytes_new_static ("here", 4);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  HsLocalJob *job = g_new0 (HsLocalJob, 1);

  HS_ASSERT (hs_id_parse ("00112233-4455-6677-8899-aabbccddeeff", &job->job));
  job->queue = g_strdup ("Laser");
  job->owner = world->identities[0];
  job->owner_source = HS_OWNER_SOURCE_CLAIMED;
  job->outcome = HS_JOB_DELIVERED;
  job->created_at_us = job->finished_at_us = 1;
  job->title = g_strdup (WORLD_SECRET ", another title");
  g_ptr_array_add (jobs, job);
  world_start (world);
  hs_engine_record_local_jobs_async (world->engine, jobs, "printing.others", place,
                                     hs_loop_store_result, &result);
  HS_LOOP_UNTIL (result != NULL);
  HS_ASSERT (hs_engine_record_local_jobs_finish (world->engine, result, &error));
  g_autoptr (HsEventRecord) record = read_record ();
  HS_ASSERT_INT_EQ (record->kind, HS_RECORD_LOCAL);
  g_autoptr (HsLocalJob) told = hs_local_job_decode (record->body, &error);
  HS_ASSERT_NO_ERROR (error);
  HS_ASSERT (told->title == NULL && told->sealed_title != NULL);
  gsize length;
  const guint8 *sealed = g_bytes_get_data (told->sealed_title, &length);
  g_autoptr (HsSecretBytes) plain = hs_age_message_open (sealed, length, annas, NULL);
  HS_ASSERT (plain != NULL);
  g_autofree char *text
      = g_strndup ((const char *)hs_secret_bytes_peek (plain), hs_secret_bytes_get_length (plain));
  HS_ASSERT (strstr (text, ", another title") != NULL);
}

HS_SUITE_WITH ("owner",
               set_up,
               tear_down,
               { "a foreign job looks like none at all", a_foreign_job_looks_like_none_at_all },
               { "an administrator counts and cancels but does not look inside",
                 an_administrator_counts_and_cancels_but_does_not_look_inside },
               { "the print system sees what it made and nothing else",
                 the_print_system_sees_what_it_made_and_nothing_else },
               { "a job that nobody can prove is shown to nobody and sealed to no owner",
                 a_job_that_nobody_can_prove_is_shown_to_nobody_and_sealed_to_no_owner },
               { "strangers fill their own account and nobody else's",
                 strangers_fill_their_own_account_and_nobody_elses },
               { "whoever is not a user here cannot print",
                 whoever_is_not_a_user_here_cannot_print },
               { "a title is wiped when the key is locked and comes back with it",
                 a_title_is_wiped_when_the_key_is_locked_and_comes_back_with_it },
               { "a title goes to the site sealed to its owner's title key alone",
                 a_title_goes_to_the_site_sealed_to_its_owners_title_key_alone },
               { "another queue's title goes sealed to the claimed owner",
                 another_queues_title_goes_sealed_to_the_claimed_owner })
