/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

#include "base/error.h"
#include "support/site_fixture.h"
#include "support/suite.h"

#include <glib/gstdio.h>
#include <unistd.h>

static SiteFixture fixture;
static HsStore *store;

static void
set_up (void)
{
  site_fixture_init (&fixture);
  store = fixture.site.store;
}

static void
tear_down (void)
{
  site_fixture_clear (&fixture);
}

static void
a_second_site_in_the_same_folder_is_refused (void)
{
  g_autoptr (GError) error = NULL;

  HS_ASSERT (hs_store_create (fixture.folder, &error) == NULL);
  HS_ASSERT_ERROR (error, HS_ERROR_REFUSED);
  g_clear_error (&error);
  HS_ASSERT (hs_store_open ("/nonexistent", &error) == NULL);
  HS_ASSERT_ERROR (error, HS_ERROR_NOT_FOUND);
}

/* Whoever may make a name beside it could have a link wait there. */
static void
a_copy_is_made_under_a_new_name_and_never_through_a_link (void)
{
  g_autofree char *copy = g_build_filename (fixture.folder, "copy.db", NULL);
  g_autofree char *link = g_build_filename (fixture.folder, "link.db", NULL);
  g_autofree char *elsewhere = g_build_filename (fixture.folder, "elsewhere.db", NULL);
  g_autoptr (GError) error = NULL;
  GStatBuf facts;

  HS_ASSERT (hs_store_back_up (store, copy, &error));
  HS_ASSERT_INT_EQ (g_stat (copy, &facts), 0);
  HS_ASSERT_INT_EQ (facts.st_mode & 0777, 0600);
  HS_ASSERT (!hs_store_back_up (store, copy, &error));
  HS_ASSERT_ERROR (error, HS_ERROR_REFUSED);
  g_clear_error (&error);
  HS_ASSERT_INT_EQ (symlink (elsewhere, link), 0);
  HS_ASSERT (!hs_store_back_up (store, link, &error));
  HS_ASSERT_ERROR (error, HS_ERROR_REFUSED);
  HS_ASSERT (!g_file_test (elsewhere, G_FILE_TEST_EXISTS));
}

static void
what_was_committed_is_there_after_opening_again_and_nothing_else (void)
{
  g_autoptr (GError) error = NULL;
  HsId ada = site_fixture_id (1);
  HsId bob = site_fixture_id (2);

  HS_ASSERT (hs_store_begin (store, &error));
  site_fixture_add_user (&fixture, &ada, "ada");
  HS_ASSERT (hs_store_commit (store, &error));
  HS_ASSERT (hs_store_begin (store, &error));
  site_fixture_add_user (&fixture, &bob, "bob");
  hs_store_roll_back (store);
  hs_store_free (store);
  store = fixture.site.store = hs_store_open (fixture.folder, &error);
  HS_ASSERT_NO_ERROR (error);
  g_autoptr (GPtrArray) users = hs_store_list_users (store, &error);
  HS_ASSERT_INT_EQ (users->len, 1);
  HS_ASSERT_STR_EQ (((HsStoreUser *)g_ptr_array_index (users, 0))->name, "ada");
}

static void
a_name_is_taken_once (void)
{
  g_autoptr (GError) error = NULL;
  HsId ada = site_fixture_id (1);
  HsStoreUser other = { .identity = site_fixture_id (2),
                        .name = (char *)"ada",
                        .display_name = (char *)"",
                        .verifier = (char *)"x" };

  site_fixture_add_user (&fixture, &ada, "ada");
  HS_ASSERT (!hs_store_add_user (store, &other, &error));
  HS_ASSERT_ERROR (error, HS_ERROR_REFUSED);
}

static void
a_token_is_spent_once_and_in_time (void)
{
  HsId device = site_fixture_id (7);
  HsStoreToken token
      = { .digest = { 1 }, .created_us = SITE_NOW_US, .expires_us = SITE_NOW_US + 10 };
  static const guint8 unknown[HS_STORE_DIGEST_BYTES];
  g_autoptr (GError) error = NULL;

  HS_ASSERT (hs_store_add_token (store, &token, &error));
  HS_ASSERT (!hs_store_spend_token (store, token.digest, &device, SITE_NOW_US + 10, &error));
  HS_ASSERT_ERROR (error, HS_ERROR_EXPIRED);
  g_clear_error (&error);
  HS_ASSERT (hs_store_spend_token (store, token.digest, &device, SITE_NOW_US + 9, &error));
  HS_ASSERT (!hs_store_spend_token (store, token.digest, &device, SITE_NOW_US + 9, &error));
  HS_ASSERT_ERROR (error, HS_ERROR_REFUSED);
  g_clear_error (&error);
  HS_ASSERT (!hs_store_spend_token (store, unknown, &device, SITE_NOW_US, &error));
  HS_ASSERT_ERROR (error, HS_ERROR_NOT_FOUND);
}

static gboolean
announce (guint8 job, guint8 owner, guint8 e, guint8 device, GError **error)
{
  HsId job_id = site_fixture_id (job);
  HsId owner_id = site_fixture_id (owner);
  HsId device_id = site_fixture_id (device);
  g_autoptr (HsAnnounce) body = site_fixture_announce (&job_id, &owner_id, e, 5);

  return hs_store_add_job (store, body, &device_id, SITE_NOW_US, error);
}

static void
the_first_announcement_wins (void)
{
  HsId one = site_fixture_id (7);
  HsId two = site_fixture_id (8);
  g_autoptr (GError) error = NULL;

  site_fixture_add_device (&fixture, &one);
  site_fixture_add_device (&fixture, &two);
  HS_ASSERT (announce (1, 2, 3, 7, &error));
  HS_ASSERT (announce (1, 2, 3, 7, &error));
  static const guint8 second[][4]
      = { { 1, 9, 3, 7 }, { 1, 2, 9, 7 }, { 1, 2, 3, 8 }, { 4, 2, 3, 7 }, { 4, 2, 3, 8 } };
  for (gsize i = 0; i < G_N_ELEMENTS (second); i++)
    {
      g_autoptr (GError) reason = NULL;
      HS_ASSERT (!announce (second[i][0], second[i][1], second[i][2], second[i][3], &reason));
      HS_ASSERT_ERROR (reason, HS_ERROR_REFUSED);
    }
  /* Jobs without a release stanza have no E; there may be many of them. */
  HS_ASSERT (announce (5, 2, 0, 7, &error) && announce (6, 2, 0, 7, &error));
}

static void
a_final_state_stays (void)
{
  HsId device = site_fixture_id (7);
  HsId job = site_fixture_id (1);
  g_autoptr (GError) error = NULL;

  site_fixture_add_device (&fixture, &device);
  HS_ASSERT (announce (1, 2, 3, 7, &error));
  HS_ASSERT (
      hs_store_set_job_state (store, &job, HS_JOB_DELIVERED, NULL, NULL, SITE_NOW_US + 1, &error));
  HS_ASSERT (
      hs_store_set_job_state (store, &job, HS_JOB_HELD, NULL, "again", SITE_NOW_US + 2, &error));
  g_autoptr (HsStoreJob) row = hs_store_get_job (store, &job, &error);
  HS_ASSERT_INT_EQ (row->state, HS_JOB_DELIVERED);
  HS_ASSERT (row->sentence == NULL);
}

static void
a_workstation_cannot_fill_the_store (void)
{
  HsId device = site_fixture_id (7);
  HsId owner = site_fixture_id (2);
  g_autoptr (GError) error = NULL;

  site_fixture_add_device (&fixture, &device);
  HS_ASSERT (hs_store_begin (store, &error));
  for (guint i = 0; i <= HS_STORE_MAX_LIVE_JOBS; i++)
    {
      HsId job = site_fixture_id (1);
      memcpy (job.bytes, &i, sizeof i);
      g_autoptr (HsAnnounce) body = site_fixture_announce (&job, &owner, 0, 5);
      gboolean ok = hs_store_add_job (store, body, &device, SITE_NOW_US, &error);
      HS_ASSERT (ok == (i < HS_STORE_MAX_LIVE_JOBS));
    }
  HS_ASSERT_ERROR (error, HS_ERROR_NO_SPACE);
  hs_store_roll_back (store);
}

static void
a_record_continues_its_stream_or_is_refused (void)
{
  HsId device = site_fixture_id (7);
  guint8 stream[HS_STREAM_BYTES] = { 4 };
  HsEventRecord record = { .n = 1, .hash = { 1 }, .kind = HS_RECORD_POWER, .at_us = 5 };
  HsUploadAnswer answer;
  g_autoptr (GError) error = NULL;

  site_fixture_add_device (&fixture, &device);
  HS_ASSERT (hs_store_get_stream (store, &device, stream, &answer, &error));
  HS_ASSERT_INT_EQ (answer.n, 0);
  HS_ASSERT (hs_store_add_record (store, &device, stream, &record, NULL, SITE_NOW_US, &error));
  HS_ASSERT (!hs_store_add_record (store, &device, stream, &record, NULL, SITE_NOW_US, &error));
  HS_ASSERT_ERROR (error, HS_ERROR_REFUSED);
  g_clear_error (&error);
  record.n = 2; /* its prev is still zeros */
  HS_ASSERT (!hs_store_add_record (store, &device, stream, &record, NULL, SITE_NOW_US, &error));
  HS_ASSERT_ERROR (error, HS_ERROR_REFUSED);
  g_clear_error (&error);
  record.previous[0] = 1;
  record.hash[0] = 2;
  HS_ASSERT (hs_store_add_record (store, &device, stream, &record, NULL, SITE_NOW_US, &error));
  HS_ASSERT (hs_store_get_stream (store, &device, stream, &answer, &error));
  HS_ASSERT_INT_EQ (answer.n, 2);
  HS_ASSERT_INT_EQ (answer.hash[0], 2);
}

static void
add_command (guint8 id, gint64 expires_us)
{
  g_autoptr (GError) error = NULL;
  HsStoreCommand command = { .id = site_fixture_id (id),
                             .device = site_fixture_id (7),
                             .kind = HS_COMMAND_KIND_RELEASE,
                             .job = site_fixture_id (1),
                             .printer = site_fixture_id (9),
                             .asked_by = site_fixture_id (2),
                             .asked_us = SITE_NOW_US + id,
                             .expires_us = expires_us };

  HS_ASSERT (hs_store_add_command (store, &command, &error));
}

static guint
count_open (gint64 now_us)
{
  g_autoptr (GError) error = NULL;
  HsId device = site_fixture_id (7);
  g_autoptr (GPtrArray) open = hs_store_list_open_commands (store, &device, now_us, 64, &error);

  HS_ASSERT_NO_ERROR (error);
  return open->len;
}

static void
a_command_that_was_never_sent_lapses_and_one_that_was_sent_waits_for_its_answer (void)
{
  g_autoptr (GError) error = NULL;
  HsId device = site_fixture_id (7);
  HsId other = site_fixture_id (8);
  HsId sent = site_fixture_id (21);

  site_fixture_add_device (&fixture, &device);
  add_command (20, SITE_NOW_US + 100);
  add_command (21, SITE_NOW_US + 100);
  add_command (22, 0);
  HS_ASSERT (hs_store_set_command_sent (store, &sent, SITE_NOW_US + 50, &error));
  HS_ASSERT_INT_EQ (count_open (SITE_NOW_US + 99), 3);
  HS_ASSERT_INT_EQ (count_open (SITE_NOW_US + 100), 2);
  HS_ASSERT (!hs_store_answer_command (store, &other, &sent, HS_COMMAND_DONE, NULL, &error));
  HS_ASSERT_ERROR (error, HS_ERROR_NOT_FOUND);
  g_clear_error (&error);
  HS_ASSERT (hs_store_answer_command (store, &device, &sent, HS_COMMAND_REFUSED, "no", &error));
  HS_ASSERT (hs_store_answer_command (store, &device, &sent, HS_COMMAND_DONE, NULL, &error));
  g_autoptr (HsStoreCommand) row = hs_store_get_command (store, &sent, &error);
  HS_ASSERT_INT_EQ (row->result, HS_COMMAND_REFUSED);
  HS_ASSERT_STR_EQ (row->sentence, "no");
  HS_ASSERT_INT_EQ (count_open (SITE_NOW_US + 101), 1);
}

static void
an_older_certificate_holds_until_the_newer_one_is_used (void)
{
  HsId device = site_fixture_id (7);
  g_autoptr (GError) error = NULL;

  site_fixture_add_device (&fixture, &device);
  HS_ASSERT (hs_store_add_certificate (store, &device, "aa", SITE_NOW_US, 1, &error));
  HS_ASSERT (hs_store_add_certificate (store, &device, "bb", SITE_NOW_US, 2, &error));
  HS_ASSERT (hs_store_use_certificate (store, &device, "aa", &error));
  HS_ASSERT (hs_store_use_certificate (store, &device, "bb", &error));
  HS_ASSERT (!hs_store_use_certificate (store, &device, "aa", &error));
  HS_ASSERT_ERROR (error, HS_ERROR_NOT_FOUND);
}

HS_SUITE_WITH ("site store",
               set_up,
               tear_down,
               { "a second site in the same folder is refused",
                 a_second_site_in_the_same_folder_is_refused },
               { "a copy is made under a new name, and never through a link",
                 a_copy_is_made_under_a_new_name_and_never_through_a_link },
               { "what was committed is there after opening again, and nothing else",
                 what_was_committed_is_there_after_opening_again_and_nothing_else },
               { "a name is taken once", a_name_is_taken_once },
               { "a token is spent once and in time", a_token_is_spent_once_and_in_time },
               { "the first announcement wins", the_first_announcement_wins },
               { "a final state stays", a_final_state_stays },
               { "a workstation cannot fill the store", a_workstation_cannot_fill_the_store },
               { "a record continues its stream or is refused",
                 a_record_continues_its_stream_or_is_refused },
               { "a command that was never sent lapses, and one that was sent waits for its answer",
                 a_command_that_was_never_sent_lapses_and_one_that_was_sent_waits_for_its_answer },
               { "an older certificate holds until the newer one is used",
                 an_older_certificate_holds_until_the_newer_one_is_used })
