/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

#include "site/server/call.h"
#include "site/people/job_text.h"
#include "support/suite.h"

#include <string.h>

#define NOW_US (G_GINT64_CONSTANT (1795356120) * G_USEC_PER_SEC) /* Sun 2026-11-22 14:02 UTC */

static void
media_are_called_as_people_call_them (void)
{
  static const char *const cases[][2] = { { "iso_a4_210x297mm", "A4" },
                                          { "iso_a3_297x420mm", "A3" },
                                          { "na_letter_8.5x11in", "Letter" },
                                          { "jis_b5_182x257mm", "B5" },
                                          { "na_number-10_4.125x9.5in", "Number 10" },
                                          { "a4", "" },
                                          { NULL, "" },
                                          { "__", "" } };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = hs_job_text_dup_media (cases[i][0]);
      HS_ASSERT_STR_EQ (text, cases[i][1]);
    }
}

static void
facts_are_what_is_known (void)
{
  HsStoreJob job = { .announce = { .impressions = 3,
                                   .impressions_source = HS_COUNT_MEASURED,
                                   .media = (char *)"iso_a4_210x297mm",
                                   .colour = HS_COLOUR_COLOUR,
                                   .sides = HS_SIDES_TWO_LONG,
                                   .copies = 2 } };
  g_autofree char *all = hs_job_text_dup_facts (&job);
  HsStoreJob unknown = { .announce = { .impressions = 3, .copies = 1 } };
  g_autofree char *nothing = hs_job_text_dup_facts (&unknown);

  HS_ASSERT_STR_EQ (all, "3 pages, A4, colour, two-sided, 2 copies");
  HS_ASSERT_STR_EQ (nothing, "");
  HS_ASSERT_STR_EQ (hs_job_text_get_title (&job), "Document");
}

static void
times_are_as_short_as_they_can_be (void)
{
  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
  g_autofree char *today = hs_job_text_dup_time (NOW_US - G_TIME_SPAN_HOUR, NOW_US, utc);
  g_autofree char *week = hs_job_text_dup_time (NOW_US - 2 * G_TIME_SPAN_DAY, NOW_US, utc);
  g_autofree char *older = hs_job_text_dup_time (NOW_US - 20 * G_TIME_SPAN_DAY, NOW_US, utc);

  HS_ASSERT_STR_EQ (today, "13:02");
  HS_ASSERT_STR_EQ (week, "Fri 14:02");
  HS_ASSERT_STR_EQ (older, "2 Nov 14:02");
}

static void
a_workstation_is_reachable_asleep_off_or_silent (void)
{
  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
  HsStoreDevice device = { .power = HS_POWER_ASLEEP,
                           .power_at_us = NOW_US - 60 * G_USEC_PER_SEC,
                           .last_seen_us = NOW_US - 120 * G_USEC_PER_SEC,
                           .poll_until_us = NOW_US };
  g_autofree char *asleep = hs_job_text_dup_reach (&device, NOW_US, utc);
  device.power = HS_POWER_DOWN;
  g_autofree char *off = hs_job_text_dup_reach (&device, NOW_US, utc);
  device.power = HS_POWER_AWAKE;
  g_autofree char *silent = hs_job_text_dup_reach (&device, NOW_US, utc);
  device.poll_until_us = NOW_US + 1;
  g_autofree char *ready = hs_job_text_dup_reach (&device, NOW_US, utc);
  device.revoked_us = 1;
  g_autofree char *revoked = hs_job_text_dup_reach (&device, NOW_US, utc);

  HS_ASSERT_STR_EQ (asleep, "asleep since 14:01");
  HS_ASSERT_STR_EQ (off, "off since 14:01");
  HS_ASSERT_STR_EQ (silent, "not reachable, last seen 14:00");
  HS_ASSERT_STR_EQ (ready, "ready");
  HS_ASSERT_STR_EQ (revoked, "removed by an administrator");
}

static void
every_state_has_a_view_and_says_what_to_do (void)
{
  HsStoreCommand open = { .kind = HS_COMMAND_KIND_RELEASE, .state = HS_STORE_COMMAND_OPEN };
  HsStoreCommand lapsed = { .kind = HS_COMMAND_KIND_RELEASE, .state = HS_STORE_COMMAND_LAPSED };
  HsStoreJob job = { .state = HS_JOB_HELD };
  g_autofree char *only_owner = hs_job_text_dup_state (&job, NULL, HS_REACH_NOW, NULL);

  /* Sealed before the workstation joined: nothing that a release could use. */
  HS_ASSERT_INT_EQ (hs_job_text_get_view (&job, NULL, HS_REACH_NOW), HS_JOB_VIEW_UNREACHABLE);
  HS_ASSERT (strstr (only_owner, "at that workstation") != NULL);
  job.announce.epoch = 7;
  HS_ASSERT_INT_EQ (hs_job_text_get_view (&job, NULL, HS_REACH_NOW), HS_JOB_VIEW_WAITING);
  HS_ASSERT_INT_EQ (hs_job_text_get_view (&job, NULL, HS_REACH_ASLEEP), HS_JOB_VIEW_UNREACHABLE);
  HS_ASSERT_INT_EQ (hs_job_text_get_view (&job, &open, HS_REACH_NOW), HS_JOB_VIEW_BUSY);
  HS_ASSERT_INT_EQ (hs_job_text_get_view (&job, &lapsed, HS_REACH_NOW), HS_JOB_VIEW_WAITING);
  for (HsJobState state = HS_JOB_RELEASED; state < HS_JOB_N_STATES; state++)
    {
      job.state = state;
      g_autofree char *text = hs_job_text_dup_state (&job, NULL, HS_REACH_NOW, "Cellar");
      HS_ASSERT (*text != '\0');
      gboolean is_choice = hs_job_text_get_view (&job, NULL, HS_REACH_NOW) == HS_JOB_VIEW_WAITING;
      HS_ASSERT (!is_choice);
    }
}

static void
form_fields_are_decoded_strictly (void)
{
  const char *form = "user=ada+b%C3%A9&job=1&job=2&empty=&bad=%zz&nul=%00&latin=%ff&xjob=3";
  g_autofree char *user = hs_form_dup_field (form, "user");
  g_autofree char *empty = hs_form_dup_field (form, "empty");
  g_auto (GStrv) jobs = hs_form_dup_fields (form, "job");

  HS_ASSERT_STR_EQ (user, "ada bé");
  HS_ASSERT_STR_EQ (empty, "");
  HS_ASSERT_INT_EQ (g_strv_length (jobs), 2);
  HS_ASSERT (hs_form_dup_field (form, "bad") == NULL);
  HS_ASSERT (hs_form_dup_field (form, "nul") == NULL);
  HS_ASSERT (hs_form_dup_field (form, "latin") == NULL);
  HS_ASSERT (hs_form_dup_field (form, "missing") == NULL);
  HS_ASSERT (hs_form_dup_field (NULL, "user") == NULL);
}

HS_SUITE ("release page words",
          { "media are called as people call them", media_are_called_as_people_call_them },
          { "facts are what is known", facts_are_what_is_known },
          { "times are as short as they can be", times_are_as_short_as_they_can_be },
          { "a workstation is reachable, asleep, off or silent",
            a_workstation_is_reachable_asleep_off_or_silent },
          { "every state has a view and says what to do",
            every_state_has_a_view_and_says_what_to_do },
          { "form fields are decoded strictly", form_fields_are_decoded_strictly })
