/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

#include "base/error.h"
#include "tray-ui/words/agent_words.h"
#include "tray-ui/words/job_words.h"
#include "tray-ui/words/notice_words.h"
#include "tray-ui/words/refusal_words.h"
#include "tray-ui/words/time_words.h"
#include "support/suite.h"
#include "support/tray_fixture.h"

#define NOW HS_TRAY_FIXTURE_NOW
#define SECONDS(n) ((gint64)(n)*G_USEC_PER_SEC)

#define ASSERT_TEXT(expression, expected)                                                          \
  do                                                                                               \
    {                                                                                              \
      g_autofree char *text_value = (expression);                                                  \
      HS_ASSERT_STR_EQ (text_value, expected);                                                     \
    }                                                                                              \
  while (0)

static void
set_up (void)
{
  g_setenv ("TZ", "UTC", TRUE);
}

static void
times_are_said_as_people_do (void)
{
  ASSERT_TEXT (hs_time_words_ago (NOW + SECONDS (9), NOW), "just now");
  ASSERT_TEXT (hs_time_words_ago (NOW - SECONDS (59), NOW), "just now");
  ASSERT_TEXT (hs_time_words_ago (NOW - SECONDS (60), NOW), "1 min ago");
  ASSERT_TEXT (hs_time_words_ago (NOW - SECONDS (2 * 3600), NOW), "2 h ago");
  ASSERT_TEXT (hs_time_words_ago (NOW - SECONDS (10 * 3600), NOW), "06:46");
  ASSERT_TEXT (hs_time_words_ago (NOW - SECONDS (24 * 3600), NOW), "yesterday at 16:46");
  ASSERT_TEXT (hs_time_words_ago (NOW - SECONDS (72 * 3600), NOW), "Wednesday at 16:46");
  ASSERT_TEXT (hs_time_words_ago (NOW - SECONDS (30 * 86400), NOW), "23 Oct at 16:46");
  ASSERT_TEXT (hs_time_words_ago (0, NOW), "");
  ASSERT_TEXT (hs_time_words_until (NOW - SECONDS (1), NOW), "now");
  ASSERT_TEXT (hs_time_words_until (NOW + SECONDS (59), NOW), "in less than a minute");
  ASSERT_TEXT (hs_time_words_until (NOW + SECONDS (2400), NOW), "in 40 min");
  ASSERT_TEXT (hs_time_words_until (NOW + SECONDS (7 * 3600 + 56 * 60), NOW), "in 7 h 56 min");
  ASSERT_TEXT (hs_time_words_until (NOW + SECONDS (24 * 3600), NOW), "tomorrow at 16:46");
  ASSERT_TEXT (hs_time_words_countdown (245), "4:05");
  ASSERT_TEXT (hs_time_words_countdown (3729), "1:02:09");
  ASSERT_TEXT (hs_time_words_countdown (-1), "0:00");
}

static void
facts_of_a_job_are_short (void)
{
  g_autoptr (HsControlJob) job = hs_tray_fixture_job ("a", HS_JOB_HELD, 240);
  ASSERT_TEXT (hs_job_words_pages (job), "3 pages");
  ASSERT_TEXT (hs_job_words_media (job), "A4");
  HS_ASSERT_STR_EQ (hs_job_words_colour (job), "Colour");
  HS_ASSERT_STR_EQ (hs_job_words_sides (job), "Two-sided");
  HS_ASSERT (hs_job_words_copies (job) == NULL);
  HS_ASSERT (hs_job_words_state (job) == NULL);
  HS_ASSERT_INT_EQ (hs_job_words_look (job), HS_LOOK_WAITING);
  HS_ASSERT_STR_EQ (hs_job_words_trouble (job), "");
  ASSERT_TEXT (hs_job_words_line (job, NULL, NOW), "4 min ago · expires in 7 h 56 min");
  ASSERT_TEXT (hs_job_words_spoken (job, NULL, NOW),
               "Lease.pdf, 3 pages, Colour, Two-sided, A4, 4 min ago · expires in 7 h 56 min");
}

static void
media_keep_the_names_that_people_use (void)
{
  static const char *const rows[][2] = { { "iso_a3_297x420mm", "A3" },
                                         { "na_letter_8.5x11in", "Letter" },
                                         { "na_number-10_4.125x9.5in", "Number 10" },
                                         { "custom_me_100x100mm", "custom_me_100x100mm" },
                                         { "odd", "odd" } };
  g_autoptr (HsControlJob) job = hs_tray_fixture_job ("a", HS_JOB_HELD, 0);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_free (job->media);
      job->media = g_strdup (rows[i][0]);
      ASSERT_TEXT (hs_job_words_media (job), rows[i][1]);
    }
}

static void
every_state_has_a_look_and_what_may_be_done (void)
{
  static const struct
  {
    HsJobState state;
    HsJobLook look;
    gboolean may_release;
    gboolean may_delete;
  } rows[] = { { HS_JOB_RECEIVING, HS_LOOK_BUSY, FALSE, TRUE },
               { HS_JOB_HELD, HS_LOOK_WAITING, TRUE, TRUE },
               { HS_JOB_RELEASED, HS_LOOK_BUSY, FALSE, TRUE },
               { HS_JOB_DELIVERING, HS_LOOK_BUSY, FALSE, TRUE },
               { HS_JOB_UNCERTAIN, HS_LOOK_QUESTION, FALSE, FALSE },
               { HS_JOB_DELIVERED, HS_LOOK_GOOD, FALSE, FALSE },
               { HS_JOB_CANCELLED, HS_LOOK_GONE, FALSE, FALSE },
               { HS_JOB_EXPIRED, HS_LOOK_BAD, FALSE, FALSE },
               { HS_JOB_FAILED, HS_LOOK_BAD, FALSE, FALSE } };
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (HsControlJob) job = hs_tray_fixture_job ("a", rows[i].state, 60);
      g_autofree char *line = hs_job_words_line (job, "Canon", NOW);
      HS_ASSERT_INT_EQ (hs_job_words_look (job), rows[i].look);
      HS_ASSERT_INT_EQ (hs_job_words_may_release (job), rows[i].may_release);
      HS_ASSERT_INT_EQ (hs_job_words_may_delete (job), rows[i].may_delete);
      HS_ASSERT (*line != '\0');
      HS_ASSERT ((hs_job_words_state (job) == NULL) == (rows[i].state == HS_JOB_HELD));
    }
}

static void
a_failed_release_says_why_and_what_to_do (void)
{
  g_autoptr (HsControlJob) job = hs_tray_fixture_job ("a", HS_JOB_HELD, 60);
  g_strfreev (job->reasons);
  job->reasons = g_strsplit ("release-wait printer-unreachable", " ", -1);
  g_free (job->sentence);
  job->sentence = g_strdup (hs_job_reasons_to_sentence (HS_REASON_PRINTER_UNREACHABLE));
  HS_ASSERT_INT_EQ (hs_job_words_look (job), HS_LOOK_TROUBLED);
  HS_ASSERT_STR_EQ (hs_job_words_state (job), "Not printed");
  HS_ASSERT (strstr (hs_job_words_trouble (job), "cannot be reached") != NULL);
}

static void
progress_is_said_only_where_it_is_known (void)
{
  g_autoptr (HsControlJob) job = hs_tray_fixture_job ("a", HS_JOB_DELIVERING, 60);
  HsJobProgress progress = { 0 };
  HS_ASSERT (hs_job_words_fraction (job, &progress) < 0);
  ASSERT_TEXT (hs_job_words_progress (job, &progress), "Printing");
  progress.sent_bytes = 1200000;
  HS_ASSERT (hs_job_words_fraction (job, &progress) == 0.25);
  ASSERT_TEXT (hs_job_words_progress (job, &progress), "Sending 25 %");
  progress.sent_bytes = job->size_bytes;
  HS_ASSERT (hs_job_words_fraction (job, &progress) < 0);
  progress.printed_pages = 2;
  ASSERT_TEXT (hs_job_words_progress (job, &progress), "Printing page 2 of 3");
  progress.printed_pages = 9;
  HS_ASSERT (hs_job_words_fraction (job, &progress) == 1.0);
  ASSERT_TEXT (hs_job_words_progress (job, &progress), "Printing page 3 of 3");
}

static void
what_was_printed_says_when_where_and_how_much (void)
{
  g_autoptr (HsControlJob) job = hs_tray_fixture_job ("a", HS_JOB_DELIVERED, 120);
  ASSERT_TEXT (hs_job_words_line (job, "Canon", NOW), "16:45 on Canon");
  job->result_counted = TRUE;
  job->result_sheets = 2;
  ASSERT_TEXT (hs_job_words_line (job, "Canon", NOW), "16:45 on Canon · 2 sheets");
}

static void
a_title_cannot_play_with_the_layout (void)
{
  g_autoptr (HsControlJob) job = hs_tray_fixture_job ("a", HS_JOB_HELD, 0);
  g_free (job->name);
  job->name = g_strdup ("a\nb\u202edcba");
  ASSERT_TEXT (hs_job_words_title (job), "abdcba");
  g_free (job->name);
  job->name = g_strdup ("Document 1a2b3c");
  job->titled = FALSE;
  ASSERT_TEXT (hs_job_words_title (job), "Document 1a2b3c");
}

static void
several_jobs_are_counted_in_words (void)
{
  ASSERT_TEXT (hs_job_words_waiting (0), "Nothing is waiting");
  ASSERT_TEXT (hs_job_words_waiting (4), "4 waiting for you");
  ASSERT_TEXT (hs_job_words_selected (1, 0), "1 job selected");
  ASSERT_TEXT (hs_job_words_selected (2, 77), "2 jobs selected · 77 pages");
  ASSERT_TEXT (hs_job_words_release (1, NULL), "Print 1 job…");
  ASSERT_TEXT (hs_job_words_release (2, "Canon"), "Print 2 jobs on Canon");
  ASSERT_TEXT (hs_job_words_deleted (1, "Lease"), "“Lease” is deleted");
  ASSERT_TEXT (hs_job_words_deleted (3, NULL), "3 jobs are deleted");
}

static void
the_icon_shows_what_matters_most (void)
{
  g_autoptr (HsControlStatus) status = hs_tray_fixture_status ();
  HS_ASSERT_INT_EQ (hs_agent_words_icon (NULL), HS_ICON_ABSENT);
  HS_ASSERT_INT_EQ (hs_agent_words_icon (status), HS_ICON_IDLE);
  status->held = 2;
  HS_ASSERT_INT_EQ (hs_agent_words_icon (status), HS_ICON_HELD);
  ASSERT_TEXT (hs_agent_words_tooltip (status), "2 waiting for you");
  status->site_online = FALSE;
  HS_ASSERT_INT_EQ (hs_agent_words_icon (status), HS_ICON_OFFLINE);
  status->printing = 1;
  HS_ASSERT_INT_EQ (hs_agent_words_icon (status), HS_ICON_PRINTING);
  ASSERT_TEXT (hs_agent_words_tooltip (status), "1 job is printing");
  status->uncertain = 1;
  HS_ASSERT_INT_EQ (hs_agent_words_icon (status), HS_ICON_ATTENTION);
}

static void
offline_says_since_when_and_what_still_works (void)
{
  g_autoptr (HsControlStatus) status = hs_tray_fixture_status ();
  HS_ASSERT (hs_agent_words_offline (status, NOW) == NULL);
  status->site_online = FALSE;
  g_autofree char *unlocked = hs_agent_words_offline (status, NOW);
  HS_ASSERT_STR_EQ (unlocked, "Offline since 15:46. You can go on printing from here: 40 pages, "
                              "until tomorrow at 16:46. Jobs stay encrypted on this computer.");
  g_free (status->key);
  status->key = g_strdup ("locked");
  g_autofree char *locked = hs_agent_words_offline (status, NOW);
  HS_ASSERT (strstr (locked, "Unlock your key") != NULL);
  status->offline_until_us = NOW - SECONDS (1);
  g_autofree char *over = hs_agent_words_offline (status, NOW);
  HS_ASSERT (strstr (over, "once the site is back") != NULL);
  status->enrolled = FALSE;
  HS_ASSERT (hs_agent_words_offline (status, NOW) == NULL);
}

static void
a_notification_is_for_what_the_person_did_not_just_do (void)
{
  static const struct
  {
    HsJobState before;
    HsJobState after;
    HsNotice notice;
  } rows[] = { { HS_JOB_NONE, HS_JOB_HELD, HS_NOTICE_HELD },
               { HS_JOB_RECEIVING, HS_JOB_HELD, HS_NOTICE_HELD },
               { HS_JOB_RELEASED, HS_JOB_HELD, HS_NOTICE_NONE }, /* taken back */
               { HS_JOB_UNCERTAIN, HS_JOB_HELD, HS_NOTICE_NONE },
               { HS_JOB_DELIVERING, HS_JOB_DELIVERED, HS_NOTICE_PRINTED },
               { HS_JOB_UNCERTAIN, HS_JOB_DELIVERED, HS_NOTICE_NONE },
               { HS_JOB_DELIVERING, HS_JOB_UNCERTAIN, HS_NOTICE_QUESTION },
               { HS_JOB_HELD, HS_JOB_CANCELLED, HS_NOTICE_NONE },
               { HS_JOB_HELD, HS_JOB_EXPIRED, HS_NOTICE_FAILED } };
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (HsControlJob) job = hs_tray_fixture_job ("a", rows[i].after, 60);
      HS_ASSERT_INT_EQ (hs_notice_words_choose (job, rows[i].before), rows[i].notice);
    }
}

static void
a_notification_bears_a_title_only_where_it_may (void)
{
  g_autoptr (HsControlJob) held = hs_tray_fixture_job ("a", HS_JOB_HELD, 60);
  g_autoptr (HsControlJob) failed = hs_tray_fixture_job ("a", HS_JOB_FAILED, 60);
  ASSERT_TEXT (hs_notice_words_body (HS_NOTICE_HELD, held, NULL, TRUE, NOW), "Lease.pdf");
  ASSERT_TEXT (hs_notice_words_body (HS_NOTICE_HELD, held, NULL, FALSE, NOW), "3 pages · A4");
  g_autofree char *body = hs_notice_words_body (HS_NOTICE_FAILED, failed, "Canon", FALSE, NOW);
  HS_ASSERT (strstr (body, "Lease") == NULL && strstr (body, "is damaged") != NULL);
}

static void
a_countdown_ends_with_the_session_or_with_idleness (void)
{
  g_autoptr (HsControlStatus) status = hs_tray_fixture_status ();
  status->idle_sign_out_s = 120;
  HS_ASSERT (hs_person_words_countdown (status, 0, NOW) == NULL);
  status->seat_name = g_strdup ("Anna");
  ASSERT_TEXT (hs_person_words_countdown (status, 30, NOW), "Signs out in 1:30");
  status->seat_until_us = NOW + SECONDS (65);
  ASSERT_TEXT (hs_person_words_countdown (status, 30, NOW), "Signs out in 1:05");
  HS_ASSERT_INT_EQ (hs_person_words_seconds_left (status, 500, NOW), 0);
}

static void
initials_are_those_of_the_first_and_the_last_name (void)
{
  ASSERT_TEXT (hs_person_words_initials ("Maya Okafor"), "MO");
  ASSERT_TEXT (hs_person_words_initials ("maya"), "M");
  ASSERT_TEXT (hs_person_words_initials ("Ján Peter von Ásgarðr"), "JÁ");
  ASSERT_TEXT (hs_person_words_initials ("  "), "?");
  ASSERT_TEXT (hs_person_words_initials (NULL), "?");
}

static void
what_is_copied_for_the_helpdesk_has_no_title (void)
{
  g_autoptr (HsControlJob) job = hs_tray_fixture_job ("3f-id", HS_JOB_FAILED, 60);
  HsControlTraceLine line = { .at_us = NOW,
                              .event = (char *)"damaged",
                              .state = (char *)"failed",
                              .sentence = (char *)"It does not verify." };
  g_autoptr (GPtrArray) lines = g_ptr_array_new ();
  g_ptr_array_add (lines, &line);
  g_autofree char *text = hs_trace_words_text (job, lines, "Canon");
  HS_ASSERT (strstr (text, "3f-id") != NULL);
  HS_ASSERT (strstr (text, "2025-11-22T16:46:40Z  failed       damaged: It does not verify.\n")
             != NULL);
  HS_ASSERT (strstr (text, "Lease") == NULL);
}

static void
of_somebody_elses_job_nothing_but_its_release_is_offered (void)
{
  g_autoptr (HsControlJob) held = hs_tray_fixture_job ("a", HS_JOB_HELD, 240);
  held->from = g_strdup ("maya\xe2\x80\xae");
  ASSERT_TEXT (hs_job_words_from (held), "From maya");
  HS_ASSERT (hs_job_words_may_release (held) && !hs_job_words_may_delete (held));
  HS_ASSERT_INT_EQ (hs_notice_words_choose (held, HS_JOB_NONE), HS_NOTICE_NONE);
  g_autofree char *spoken = hs_job_words_spoken (held, NULL, NOW);
  HS_ASSERT (strstr (spoken, "From maya") != NULL);
  g_autoptr (HsControlJob) released = hs_tray_fixture_job ("b", HS_JOB_RELEASED, 240);
  released->from = g_strdup ("maya");
  HS_ASSERT (!hs_job_words_may_take_back (released) && !hs_job_words_may_delete (released));
  g_autoptr (HsControlJob) unsure = hs_tray_fixture_job ("c", HS_JOB_UNCERTAIN, 240);
  HS_ASSERT (hs_job_words_may_answer (unsure));
  HS_ASSERT (hs_job_words_from (unsure) == NULL);
  unsure->from = g_strdup ("maya");
  HS_ASSERT (!hs_job_words_may_answer (unsure));
}

static void
news_are_told_once_for_each_real_change (void)
{
  g_autoptr (HsControlStatus) status = hs_tray_fixture_status ();
  HsNewsState state = { 0 };

  status->site_online = FALSE;
  status->site_since_us = 0; /* not tried yet */
  HS_ASSERT_INT_EQ (hs_news_words_follow (&state, status), HS_NEWS_NONE);
  status->site_since_us = NOW;
  status->site_online = TRUE;
  HS_ASSERT_INT_EQ (hs_news_words_follow (&state, status), HS_NEWS_NONE); /* the first time */
  status->site_state = g_strdup ("degraded");
  status->site_since_us = NOW + SECONDS (1);
  HS_ASSERT_INT_EQ (hs_news_words_follow (&state, status), HS_NEWS_NONE);
  status->site_online = FALSE;
  HS_ASSERT_INT_EQ (hs_news_words_follow (&state, status), HS_NEWS_OFFLINE);
  HS_ASSERT_INT_EQ (hs_news_words_follow (&state, status), HS_NEWS_NONE);
  status->site_online = TRUE;
  g_free (status->key);
  status->key = g_strdup ("locked");
  HS_ASSERT_INT_EQ (hs_news_words_follow (&state, status), HS_NEWS_ONLINE | HS_NEWS_LOCKED);
  HS_ASSERT_INT_EQ (hs_news_words_follow (&state, status), HS_NEWS_NONE);
  /* An agent that comes back with another state has no news of the time between. */
  HS_ASSERT_INT_EQ (hs_news_words_follow (&state, NULL), HS_NEWS_NONE);
  status->site_online = FALSE;
  HS_ASSERT_INT_EQ (hs_news_words_follow (&state, status), HS_NEWS_NONE);
}

static void
a_kiosk_tells_that_somebody_was_signed_out_and_not_who (void)
{
  g_autoptr (HsControlStatus) status = hs_tray_fixture_status ();
  HsNewsState state = { 0 };

  g_free (status->mode);
  status->mode = g_strdup ("kiosk");
  status->seat_name = g_strdup ("Anna Novotná");
  HS_ASSERT_INT_EQ (hs_news_words_follow (&state, status), HS_NEWS_NONE);
  g_autofree char *body = hs_news_words_body (HS_NEWS_SIGNED_OUT, status, NOW);
  HS_ASSERT (*body != '\0' && strstr (body, "Anna") == NULL);
  g_clear_pointer (&status->seat_name, g_free);
  g_free (status->key);
  status->key = g_strdup ("absent");
  HS_ASSERT_INT_EQ (hs_news_words_follow (&state, status), HS_NEWS_SIGNED_OUT);
  HS_ASSERT_INT_EQ (hs_news_words_follow (&state, status), HS_NEWS_NONE);
}

static void
each_news_has_a_title_and_a_sentence (void)
{
  static const HsNews all[]
      = { HS_NEWS_OFFLINE, HS_NEWS_ONLINE, HS_NEWS_LOCKED, HS_NEWS_SIGNED_OUT };
  g_autoptr (HsControlStatus) status = hs_tray_fixture_status ();

  status->site_online = FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (all); i++)
    {
      g_autofree char *body = hs_news_words_body (all[i], status, NOW);
      HS_ASSERT (*hs_news_words_title (all[i]) != '\0' && body != NULL && *body != '\0');
    }
}

static void
the_choice_of_a_printer_says_whose_it_is (void)
{
  ASSERT_TEXT (hs_job_words_whose (1, "Lease.pdf"), "Lease.pdf");
  ASSERT_TEXT (hs_job_words_whose (1, NULL), "1 job");
  ASSERT_TEXT (hs_job_words_whose (12, NULL), "12 jobs");
  ASSERT_TEXT (hs_job_words_whose_spoken (1, "Lease.pdf"), "Print Lease.pdf");
  ASSERT_TEXT (hs_job_words_whose_spoken (12, NULL), "Print 12 jobs");
}

/* ── refusals ────────────────────────────────────────────────────────────────────────────── */

/* Every place of the window's sentence is one that the agent gives a value for. */
static gboolean
asks_for_no_more (const char *words, const char *sentence)
{
  for (const char *at = strchr (words, '{'); at != NULL; at = strchr (at + 1, '{'))
    {
      g_autofree char *place = g_strndup (at, strcspn (at, "}") + 1);
      if (strstr (sentence, place) == NULL)
        return FALSE;
    }
  return TRUE;
}

static void
the_window_has_words_for_every_refusal (void)
{
  for (int i = 0; i < HS_REFUSAL_N_REFUSALS; i++)
    {
      const char *words = hs_refusal_words_get ((HsRefusal)i);
      HS_ASSERT (words != NULL && g_str_has_suffix (words, "."));
      HS_ASSERT (asks_for_no_more (words, hs_refusal_get_sentence ((HsRefusal)i)));
      HS_ASSERT (strstr (words, "`") == NULL);
    }
}

static void
a_refusal_is_worded_with_its_values_and_safely (void)
{
  g_autoptr (GError) known
      = hs_refusal_new (HS_REFUSAL_PRINTER_COPIES, "copies", "3\n\xe2\x80\xae", NULL);
  g_autoptr (GError) other = g_error_new (HS_ERROR, HS_ERROR_REFUSED, "The disk\tsays no.");
  g_autoptr (GError) newer = g_error_new (HS_ERROR, HS_ERROR_REFUSED, "Something new.");

  hs_error_set_refusal (newer, "of-a-newer-agent", NULL);
  ASSERT_TEXT (hs_refusal_words_dup (known),
               "This printer makes 3 copies at the most. Choose fewer copies, or another printer.");
  ASSERT_TEXT (hs_refusal_words_dup (other), "The disksays no.");
  ASSERT_TEXT (hs_refusal_words_dup (newer), "Something new.");
}

static void
signing_in_at_a_kiosk_is_worded_by_the_state_of_the_key (void)
{
  static const char *const keys[]
      = { "new", "not-asked", "other-way", "locked", "damaged", "lost", "unreadable" };

  HS_ASSERT (hs_person_words_welcome ("unlocked", NULL) == NULL);
  HS_ASSERT_STR_EQ (hs_person_words_welcome ("of-a-newer-agent", "So it is."), "So it is.");
  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    HS_ASSERT (strlen (hs_person_words_welcome (keys[i], "")) > 20);
}

HS_SUITE_WITH (
    "tray words",
    set_up,
    NULL,
    { "times are said as people do", times_are_said_as_people_do },
    { "the window has words for every refusal", the_window_has_words_for_every_refusal },
    { "a refusal is worded with its values, and safely",
      a_refusal_is_worded_with_its_values_and_safely },
    { "signing in at a kiosk is worded by the state of the key",
      signing_in_at_a_kiosk_is_worded_by_the_state_of_the_key },
    { "facts of a job are short", facts_of_a_job_are_short },
    { "media keep the names that people use", media_keep_the_names_that_people_use },
    { "every state has a look and what may be done", every_state_has_a_look_and_what_may_be_done },
    { "a failed release says why and what to do", a_failed_release_says_why_and_what_to_do },
    { "progress is said only where it is known", progress_is_said_only_where_it_is_known },
    { "what was printed says when, where and how much",
      what_was_printed_says_when_where_and_how_much },
    { "a title cannot play with the layout", a_title_cannot_play_with_the_layout },
    { "the choice of a printer says whose it is", the_choice_of_a_printer_says_whose_it_is },
    { "several jobs are counted in words", several_jobs_are_counted_in_words },
    { "the icon shows what matters most", the_icon_shows_what_matters_most },
    { "offline says since when and what still works",
      offline_says_since_when_and_what_still_works },
    { "a notification is for what the person did not just do",
      a_notification_is_for_what_the_person_did_not_just_do },
    { "a notification bears a title only where it may",
      a_notification_bears_a_title_only_where_it_may },
    { "of somebody else's job nothing but its release is offered",
      of_somebody_elses_job_nothing_but_its_release_is_offered },
    { "news are told once for each real change", news_are_told_once_for_each_real_change },
    { "a kiosk tells that somebody was signed out, and not who",
      a_kiosk_tells_that_somebody_was_signed_out_and_not_who },
    { "each news has a title and a sentence", each_news_has_a_title_and_a_sentence },
    { "a countdown ends with the session or with idleness",
      a_countdown_ends_with_the_session_or_with_idleness },
    { "initials are those of the first and the last name",
      initials_are_those_of_the_first_and_the_last_name },
    { "what is copied for the helpdesk has no title",
      what_is_copied_for_the_helpdesk_has_no_title })
