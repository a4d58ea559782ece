/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

#include "base/error.h"
#include "crypto/release_share.h"
#include "site/devices/release_epochs.h"
#include "support/site_fixture.h"
#include "support/suite.h"

static SiteFixture fixture;
static HsSite *site;
static HsId device;
static HsId owner;
static guint64 epoch;

static void
set_up (void)
{
  g_autoptr (GError) error = NULL;

  site_fixture_init (&fixture);
  site = &fixture.site;
  device = site_fixture_id (7);
  owner = site_fixture_id (2);
  epoch = hs_release_epoch_at (SITE_NOW_US);
  site_fixture_add_device (&fixture, &device);
  g_autofree char *jws = hs_release_epochs_sign_keys (site, &device, SITE_NOW_US, &error);
  HS_ASSERT_NO_ERROR (error);
}

static void
tear_down (void)
{
  site_fixture_clear (&fixture);
}

static guint
tidy (gint64 now_us)
{
  g_autoptr (GError) error = NULL;
  guint destroyed = 0;

  HS_ASSERT (hs_release_epochs_tidy (site, NULL, now_us, &destroyed, &error));
  return destroyed;
}

/* A record that was written at @at_us by the workstation's clock and came at @received_us. */
static void
tell_time (guint64 n, gint64 at_us, gint64 received_us)
{
  g_autoptr (GError) error = NULL;
  guint8 stream[HS_STREAM_BYTES] = { (guint8)n };
  HsEventRecord record = { .n = 1, .kind = HS_RECORD_POWER, .at_us = at_us };

  HS_ASSERT (
      hs_store_add_record (site->store, &device, stream, &record, NULL, received_us, &error));
}

static void
hold_job (HsId *job, const guint8 *e)
{
  g_autoptr (GError) error = NULL;

  *job = site_fixture_id (1);
  g_autoptr (HsAnnounce) announce = site_fixture_announce (job, &owner, 3, epoch);
  if (e != NULL)
    memcpy (announce->e, e, sizeof announce->e);
  announce->expires_at_us = SITE_NOW_US + 30 * G_TIME_SPAN_DAY;
  HS_ASSERT (hs_store_add_job (site->store, announce, &device, SITE_NOW_US, &error));
}

static void
an_epoch_is_a_week (void)
{
  gint64 begin_us = (gint64)(epoch - 1) * HS_RELEASE_EPOCH_US;

  HS_ASSERT_INT_EQ (hs_release_epoch_at (begin_us), epoch);
  HS_ASSERT_INT_EQ (hs_release_epoch_at (begin_us + HS_RELEASE_EPOCH_US - 1), epoch);
  HS_ASSERT_INT_EQ (hs_release_epoch_at (begin_us + HS_RELEASE_EPOCH_US), epoch + 1);
}

static void
the_share_is_the_one_that_the_workstation_makes (void)
{
  g_autoptr (GError) error = NULL;
  HsReleaseContext context = { .device = device, .owner = owner };
  g_autoptr (HsSecretBytes) e_private = hs_x25519_generate (context.e_public, &error);
  g_autoptr (HsStoreReleaseKey) key
      = hs_store_get_release_key (site->store, &device, epoch, &error);

  hold_job (&context.job, context.e_public);
  memcpy (context.s_public, key->public_key, sizeof context.s_public);
  g_autoptr (HsSecretBytes) theirs
      = hs_release_share_compute_workstation (e_private, &context, &error);
  g_autoptr (HsStoreJob) job = hs_store_get_job (site->store, &context.job, &error);
  g_autoptr (HsSecretBytes) ours = hs_release_epochs_compute_share (site, job, &error);
  HS_ASSERT_NO_ERROR (error);
  HS_ASSERT (hs_secret_bytes_equal (ours, theirs));
}

static void
a_key_stays_while_its_week_lasts_a_job_waits_or_an_announcement_may_come (void)
{
  gint64 end_us = (gint64)epoch * HS_RELEASE_EPOCH_US;
  g_autoptr (GError) error = NULL;
  HsId job;

  hold_job (&job, NULL);
  HS_ASSERT_INT_EQ (tidy (end_us - 1), 0);
  HS_ASSERT_INT_EQ (tidy (end_us + G_TIME_SPAN_DAY), 0);
  HS_ASSERT (hs_store_set_job_state (site->store, &job, HS_JOB_DELIVERED, NULL, NULL, SITE_NOW_US,
                                     &error));
  tell_time (1, end_us - 1, end_us + 1);
  HS_ASSERT_INT_EQ (tidy (end_us + G_TIME_SPAN_DAY), 0);
  tell_time (2, end_us, end_us + 1);
  HS_ASSERT_INT_EQ (tidy (end_us + G_TIME_SPAN_DAY), 1);
  HS_ASSERT_INT_EQ (tidy (end_us + G_TIME_SPAN_DAY), 0);
}

static void
a_clock_that_was_ahead_does_not_end_a_week (void)
{
  gint64 end_us = (gint64)epoch * HS_RELEASE_EPOCH_US;

  tell_time (1, end_us + G_TIME_SPAN_DAY, end_us - 1);
  HS_ASSERT_INT_EQ (tidy (end_us + 1), 0);
  tell_time (2, end_us + 2, end_us + 3);
  HS_ASSERT_INT_EQ (tidy (end_us + 4), 1);
}

static void
a_key_of_a_silent_workstation_goes_when_no_job_can_live_any_more (void)
{
  gint64 end_us = (gint64)epoch * HS_RELEASE_EPOCH_US;
  gint64 life_us = HS_BUNDLE_MAX_RETENTION_S * G_TIME_SPAN_SECOND + G_TIME_SPAN_DAY;

  HS_ASSERT_INT_EQ (tidy (end_us + life_us), 0);
  HS_ASSERT_INT_EQ (tidy (end_us + life_us + 1), 1);
}

static void
a_destroyed_key_gives_no_share_and_is_not_made_again (void)
{
  g_autoptr (GError) error = NULL;
  guint destroyed = 0;
  HsId id;

  hold_job (&id, NULL);
  HS_ASSERT (hs_release_epochs_destroy_all (site, &device, SITE_NOW_US, &destroyed, &error));
  HS_ASSERT_INT_EQ (destroyed, 2);
  g_autoptr (HsStoreJob) job = hs_store_get_job (site->store, &id, &error);
  HS_ASSERT (hs_release_epochs_compute_share (site, job, &error) == NULL);
  HS_ASSERT_ERROR (error, HS_ERROR_EXPIRED);
}

static void
the_log_destroys_again_what_a_backup_brings_back (void)
{
  g_autoptr (GError) error = NULL;
  guint destroyed = 0;

  HS_ASSERT (hs_site_secrets_log_destroyed (site->secrets, &device, epoch, &error));
  HS_ASSERT (hs_release_epochs_apply_log (site, SITE_NOW_US, &destroyed, &error));
  HS_ASSERT_INT_EQ (destroyed, 1);
  g_autoptr (HsSiteSecrets) loaded = hs_site_secrets_load (site->config, &error);
  HS_ASSERT (hs_site_secrets_is_destroyed (loaded, &device, epoch));
  HS_ASSERT (!hs_site_secrets_is_destroyed (loaded, &device, epoch + 1));
}

static void
a_wrapped_key_belongs_to_its_device_and_epoch (void)
{
  g_autoptr (GError) error = NULL;
  HsId other = site_fixture_id (8);
  g_autoptr (HsStoreReleaseKey) key
      = hs_store_get_release_key (site->store, &device, epoch, &error);
  g_autoptr (HsSecretBytes) right
      = hs_site_secrets_unwrap (site->secrets, &device, epoch, key->wrapped, &error);

  HS_ASSERT_NO_ERROR (error);
  HS_ASSERT (hs_site_secrets_unwrap (site->secrets, &other, epoch, key->wrapped, &error) == NULL);
  HS_ASSERT_ERROR (error, HS_ERROR_CORRUPT);
  g_clear_error (&error);
  HS_ASSERT (hs_site_secrets_unwrap (site->secrets, &device, epoch + 1, key->wrapped, &error)
             == NULL);
  HS_ASSERT_ERROR (error, HS_ERROR_CORRUPT);
}

HS_SUITE_WITH ("release epochs",
               set_up,
               tear_down,
               { "an epoch is a week", an_epoch_is_a_week },
               { "the share is the one that the workstation makes",
                 the_share_is_the_one_that_the_workstation_makes },
               { "a key stays while its week lasts, a job waits or an announcement may come",
                 a_key_stays_while_its_week_lasts_a_job_waits_or_an_announcement_may_come },
               { "a key of a silent workstation goes when no job can live any more",
                 a_key_of_a_silent_workstation_goes_when_no_job_can_live_any_more },
               { "a clock that was ahead does not end a week",
                 a_clock_that_was_ahead_does_not_end_a_week },
               { "a destroyed key gives no share and is not made again",
                 a_destroyed_key_gives_no_share_and_is_not_made_again },
               { "the log destroys again what a backup brings back",
                 the_log_destroys_again_what_a_backup_brings_back },
               { "a wrapped key belongs to its device and epoch",
                 a_wrapped_key_belongs_to_its_device_and_epoch })
