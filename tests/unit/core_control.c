/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

#include "base/error.h"
#include "core/wire/control_status.h"
#include "support/suite.h"

static HsJob *
a_job (void)
{
  HsJob *job = hs_job_new ();
  HS_ASSERT (hs_id_parse ("00000000-0000-4000-8000-0000001a2b3c", &job->id));
  job->ipp_id = 4711;
  job->state = HS_JOB_HELD;
  job->reasons = HS_REASON_RELEASE_WAIT;
  job->format = g_strdup ("application/pdf");
  job->size_bytes = 123456789012;
  job->impressions = 3;
  job->impressions_source = HS_COUNT_MEASURED;
  job->colour = HS_COLOUR_MONOCHROME;
  job->sides = HS_SIDES_TWO_LONG;
  job->media = g_strdup ("iso_a4_210x297mm");
  job->created_at_us = 1763830000123456;
  job->expires_at_us = 1763916400123456;
  job->recipients = g_strsplit ("owner,release", ",", -1);
  job->changed = (HsPrintOptions){ .copies = 4, .colour = HS_COLOUR_COLOUR };
  return job;
}

static void
a_job_comes_back_from_json_as_it_went (void)
{
  g_autoptr (HsJob) job = a_job ();
  job->title = g_strdup ("Résumé \"draft\"");
  g_autoptr (HsControlJob) view = hs_control_job_new (job);
  g_autoptr (json_t) object = hs_control_job_encode (view);
  g_autoptr (GError) error = NULL;
  g_autoptr (HsControlJob) back = hs_control_job_decode (object, &error);

  HS_ASSERT_NO_ERROR (error);
  g_autoptr (json_t) again = hs_control_job_encode (back);
  HS_ASSERT (json_equal (object, again));
  HS_ASSERT_STR_EQ (back->name, "Résumé \"draft\"");
  HS_ASSERT_INT_EQ (back->created_us, 1763830000000000);
  HS_ASSERT_INT_EQ (back->finished_us, 0);
  HS_ASSERT_INT_EQ (back->size_bytes, 123456789012);
  HS_ASSERT_STR_EQ (back->sides, "two-sided-long-edge");
  HS_ASSERT_INT_EQ (back->copies, 4);
  HS_ASSERT (hs_print_options_are_equal (&back->options, &job->changed));
  HS_ASSERT_STR_EQ (back->reasons[0], "release-wait");
  HS_ASSERT_STR_EQ (back->recipients[1], "release");
}

static void
a_sealed_title_shows_the_public_name (void)
{
  g_autoptr (HsJob) job = a_job ();
  g_autoptr (HsControlJob) view = hs_control_job_new (job);
  HS_ASSERT_STR_EQ (view->name, "Document 1a2b3c");
  HS_ASSERT (!view->titled);

  /* An empty one shows nothing, and no reader would take it. */
  job->title = g_strdup ("");
  g_autoptr (HsControlJob) empty = hs_control_job_new (job);
  HS_ASSERT_STR_EQ (empty->name, "Document 1a2b3c");
  HS_ASSERT (!empty->titled);
}

static void
the_printers_own_words_stand_before_the_general_sentence (void)
{
  g_autoptr (HsJob) job = a_job ();
  job->reasons |= HS_REASON_PRINTER_REFUSED;
  job->failure = g_strdup ("The printer has no A3 paper.");
  g_autoptr (HsControlJob) view = hs_control_job_new (job);
  HS_ASSERT_STR_EQ (view->sentence, "The printer has no A3 paper.");
}

static void
every_missing_member_is_an_error_that_names_it (void)
{
  g_autoptr (HsJob) job = a_job ();
  g_autoptr (HsControlJob) view = hs_control_job_new (job);
  g_autoptr (json_t) object = hs_control_job_encode (view);
  const char *name;
  json_t *value;

  json_object_foreach (object, name, value)
  {
    g_autoptr (json_t) cut = json_copy (object);
    json_object_del (cut, name);
    g_autoptr (GError) error = NULL;
    g_autoptr (HsControlJob) back = hs_control_job_decode (cut, &error);
    HS_ASSERT (back == NULL);
    HS_ASSERT_ERROR (error, HS_ERROR_INVALID);
    HS_ASSERT (strstr (error->message, name) != NULL);
  }
}

static void
status_printer_check_and_trace_come_back_as_they_went (void)
{
  HsControlStatus status = { .version = (char *)"1.0",
                             .mode = (char *)"kiosk",
                             .seat_problem = (char *)"2 jobs are still in the print queue",
                             .is_seat_taken = TRUE,
                             .seat_name = (char *)"Anna",
                             .seat_until_us = G_GINT64_CONSTANT (1800000000000000),
                             .idle_sign_out_s = 60,
                             .ready = TRUE,
                             .uid = 1000,
                             .held = 2,
                             .key = (char *)"locked",
                             .site_state = (char *)"degraded",
                             .site_since_us = 1763830000000000,
                             .copied_us = 1763830000000001,
                             .offline_policy = (char *)"print",
                             .offline_until_us = 1763930000000000,
                             .offline_pages = 7,
                             .site_url = (char *)"https://print.example.org",
                             .title_policy = (char *)"sealed",
                             .escrow = (char *[]){ (char *)"legal", NULL } };
  g_autoptr (json_t) one = hs_control_status_encode (&status);
  g_autoptr (HsControlStatus) status_back = hs_control_status_decode (one, NULL);
  HS_ASSERT (status_back != NULL);
  g_autoptr (json_t) one_again = hs_control_status_encode (status_back);
  HS_ASSERT (json_equal (one, one_again));

  HsControlPrinter printer = { .id = (char *)"x",
                               .name = (char *)"Second floor",
                               .state = (char *)"ready",
                               .sentence = (char *)"",
                               .trust = (char *)"pinned",
                               .place = (char *)"here",
                               .abilities = { .copies_max = 99, .sides = 3, .monochrome = TRUE },
                               .used_before = TRUE };
  g_autoptr (json_t) two = hs_control_printer_encode (&printer);
  g_autoptr (HsControlPrinter) printer_back = hs_control_printer_decode (two, NULL);
  HS_ASSERT (printer_back != NULL && printer_back->used_before);
  HS_ASSERT_STR_EQ (printer_back->sentence, "");
  HS_ASSERT_INT_EQ (printer_back->abilities.sides, 3);

  g_autoptr (HsControlCheck) check
      = hs_control_check_new ("disk", HS_CHECK_WARNING, "Free some space.", "%d MiB left.", 12);
  g_autoptr (json_t) three = hs_control_check_encode (check);
  g_autoptr (HsControlCheck) check_back = hs_control_check_decode (three, NULL);
  HS_ASSERT_STR_EQ (check_back->sentence, "12 MiB left.");
  HS_ASSERT_INT_EQ (check_back->verdict, HS_CHECK_WARNING);

  HsControlTraceLine line = { .at_us = 1763830000000000,
                              .event = (char *)"sealed",
                              .state = (char *)"held",
                              .sentence = (char *)"" };
  g_autoptr (json_t) four = hs_control_trace_line_encode (&line);
  g_autoptr (HsControlTraceLine) line_back = hs_control_trace_line_decode (four, NULL);
  HS_ASSERT_INT_EQ (line_back->at_us, line.at_us);
  HS_ASSERT_STR_EQ (line_back->event, "sealed");
}

static void
a_time_that_is_none_is_refused (void)
{
  gint64 us = 5;
  HS_ASSERT (!hs_control_parse_time ("yesterday", &us));
  HS_ASSERT (!hs_control_parse_time ("2026-13-01T00:00:00Z", &us));
  HS_ASSERT_INT_EQ (us, 5);
  HS_ASSERT (hs_control_format_time (0) == NULL);
}

HS_SUITE ("control values",
          { "a job comes back from JSON as it went", a_job_comes_back_from_json_as_it_went },
          { "a sealed title shows the public name", a_sealed_title_shows_the_public_name },
          { "the printer's own words stand before the general sentence",
            the_printers_own_words_stand_before_the_general_sentence },
          { "every missing member is an error that names it",
            every_missing_member_is_an_error_that_names_it },
          { "status, printer, check and trace come back as they went",
            status_printer_check_and_trace_come_back_as_they_went },
          { "a time that is none is refused", a_time_that_is_none_is_refused })
