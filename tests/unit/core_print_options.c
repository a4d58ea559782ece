/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* core/print_options, what core/job and core/release_policy make of it, and core/wire/control_release. */

#include "base/error.h"
#include "core/release_policy.h"
#include "core/wire/control_release.h"
#include "support/suite.h"

static const HsPrintAbilities office = { .copies_max = 99,
                                         .sides = 1u << HS_SIDES_ONE | 1u << HS_SIDES_TWO_LONG,
                                         .colour = TRUE,
                                         .monochrome = TRUE };
static const HsPrintAbilities plain
    = { .copies_max = 1, .sides = 1u << HS_SIDES_ONE, .monochrome = TRUE };
static const HsPrintAbilities rainbow
    = { .copies_max = 9, .sides = 1u << HS_SIDES_TWO_LONG, .colour = TRUE };
static const HsPrintAbilities unknown = { 0 };

static HsJob *
make_job (void)
{
  HsJob *job = hs_job_new ();

  job->format = g_strdup ("application/pdf");
  job->impressions = 5;
  job->impressions_source = HS_COUNT_MEASURED;
  job->colour = HS_COLOUR_COLOUR;
  job->sides = HS_SIDES_TWO_LONG;
  job->copies = 2;
  return job;
}

/* ── the change ──────────────────────────────────────────────────────────────────────────── */

static HsPrintOptions
settle (const HsJob *job, HsPrintOptions wish, const HsPrintAbilities *abilities)
{
  g_autoptr (GError) error = NULL;
  HsPrintOptions change = { .copies = 4711 };

  HS_ASSERT (hs_release_policy_settle_options (job, &wish, abilities, &change, &error));
  HS_ASSERT_NO_ERROR (error);
  return change;
}

static void
refuses (const HsJob *job,
         HsPrintOptions wish,
         const HsPrintAbilities *abilities,
         const char *reason)
{
  g_autoptr (GError) error = NULL;
  HsPrintOptions change = { .copies = 4711 };

  HS_ASSERT (!hs_release_policy_settle_options (job, &wish, abilities, &change, &error));
  HS_ASSERT_ERROR (error, HS_ERROR_REFUSED);
  HS_ASSERT (strstr (error->message, reason) != NULL);
  HS_ASSERT_INT_EQ (change.copies, 4711);
}

static void
what_the_job_is_already_is_no_change (void)
{
  g_autoptr (HsJob) job = make_job ();
  HsPrintOptions change
      = settle (job, (HsPrintOptions){ .copies = 2, .sides = HS_SIDES_WISH_TWO_LONG }, &office);

  HS_ASSERT (hs_print_options_are_none (&change));
  change = settle (job, (HsPrintOptions){ .copies = 3, .sides = HS_SIDES_WISH_ONE }, &office);
  HS_ASSERT_INT_EQ (change.copies, 3);
  HS_ASSERT_INT_EQ (change.sides, HS_SIDES_WISH_ONE);
  HS_ASSERT_INT_EQ (change.colour, HS_COLOUR_UNKNOWN);
  /* The ticket may ask for black and white though the document has colour. */
  change = settle (job, (HsPrintOptions){ .colour = HS_COLOUR_COLOUR }, &office);
  HS_ASSERT_INT_EQ (change.colour, HS_COLOUR_COLOUR);
}

static void
what_the_printer_cannot_do_is_refused_with_what_to_do (void)
{
  g_autoptr (HsJob) job = make_job ();

  refuses (job, (HsPrintOptions){ .copies = 100 }, &office, "99 copies at the most");
  refuses (job, (HsPrintOptions){ .copies = 3 }, &plain, "one copy");
  refuses (job, (HsPrintOptions){ .sides = HS_SIDES_WISH_TWO_SHORT }, &office, "short edge");
  refuses (job, (HsPrintOptions){ .sides = HS_SIDES_WISH_ONE }, &rainbow, "one-sided");
  refuses (job, (HsPrintOptions){ .colour = HS_COLOUR_COLOUR }, &plain, "no colour");
  refuses (job, (HsPrintOptions){ .colour = HS_COLOUR_MONOCHROME }, &rainbow, "black and white");
  /* The job's own two copies are no wish of this release. */
  (void)settle (job, (HsPrintOptions){ .copies = 2 }, &plain);
  (void)settle (job, (HsPrintOptions){ 0 }, &plain);
}

static void
of_a_printer_that_was_never_asked_nothing_is_forbidden (void)
{
  g_autoptr (HsJob) job = make_job ();
  HsPrintOptions change = settle (
      job, (HsPrintOptions){ 9999, HS_SIDES_WISH_TWO_SHORT, HS_COLOUR_MONOCHROME }, &unknown);

  HS_ASSERT_INT_EQ (change.copies, 9999);
}

static void
of_raster_only_the_copies_can_be_changed (void)
{
  static const char *const formats[] = { "image/pwg-raster", "image/urf" };

  for (gsize i = 0; i < G_N_ELEMENTS (formats); i++)
    {
      g_autoptr (HsJob) job = make_job ();
      g_free (job->format);
      job->format = g_strdup (formats[i]);
      HS_ASSERT_INT_EQ (settle (job, (HsPrintOptions){ .copies = 7 }, &office).copies, 7);
      refuses (job, (HsPrintOptions){ .sides = HS_SIDES_WISH_ONE }, &office, "Only its copies");
      refuses (job, (HsPrintOptions){ .colour = HS_COLOUR_MONOCHROME }, &unknown, "print it again");
      /* What its pages are already may be said. */
      HsPrintOptions change = settle (
          job, (HsPrintOptions){ .sides = HS_SIDES_WISH_TWO_LONG, .colour = HS_COLOUR_COLOUR },
          &plain);
      HS_ASSERT (hs_print_options_are_none (&change));
    }
}

static void
paper_and_pages_follow_the_change (void)
{
  g_autoptr (HsJob) job = make_job ();

  HS_ASSERT_INT_EQ (hs_job_expected_sheets (job), 6);
  HS_ASSERT_INT_EQ (hs_release_policy_count_pages (job), 10);
  job->changed = (HsPrintOptions){ 3, HS_SIDES_WISH_ONE, HS_COLOUR_MONOCHROME };
  HS_ASSERT_INT_EQ (hs_job_expected_sheets (job), 15);
  HS_ASSERT_INT_EQ (hs_release_policy_count_pages (job), 15);
  HS_ASSERT_INT_EQ (hs_job_get_copies (job), 3);
  HS_ASSERT_INT_EQ (hs_job_get_sides (job), HS_SIDES_ONE);
  HS_ASSERT_INT_EQ (hs_job_get_colour (job), HS_COLOUR_MONOCHROME);
  /* Asking for colour gives none to a document that was counted to have none. */
  job->colour = HS_COLOUR_MONOCHROME;
  job->changed.colour = HS_COLOUR_COLOUR;
  HS_ASSERT_INT_EQ (hs_job_get_colour (job), HS_COLOUR_MONOCHROME);
  job->impressions_source = HS_COUNT_UNKNOWN;
  HS_ASSERT_INT_EQ (hs_job_get_colour (job), HS_COLOUR_COLOUR);
}

static void
a_change_is_told_in_words (void)
{
  HsPrintOptions options = { 2, HS_SIDES_WISH_TWO_SHORT, HS_COLOUR_COLOUR };
  g_autofree char *all = hs_print_options_dup_text (&options);
  g_autofree char *none = hs_print_options_dup_text (&(HsPrintOptions){ 0 });

  HS_ASSERT_STR_EQ (all, "2 copies, two-sided over the short edge, in colour");
  HS_ASSERT_STR_EQ (none, "");
}

/* ── the request ─────────────────────────────────────────────────────────────────────────── */

#define PRINTER "\"printer\":\"00000000-0000-4000-8000-00000000000a\""

static gboolean
decode (const char *text, HsControlRelease *release, GError **error)
{
  g_autoptr (json_t) object = hs_json_parse ("release", text, strlen (text), 4096, error);

  return object != NULL && hs_control_release_decode (object, release, error);
}

static void
a_request_says_nothing_or_what_it_changes (void)
{
  HsControlRelease release;

  HS_ASSERT (decode ("{" PRINTER "}", &release, NULL));
  HS_ASSERT (!release.has_options && hs_print_options_are_none (&release.options));
  HS_ASSERT (decode ("{" PRINTER ",\"options\":{}}", &release, NULL));
  HS_ASSERT (release.has_options && hs_print_options_are_none (&release.options));
  HS_ASSERT (decode ("{" PRINTER ",\"options\":{\"copies\":9999,\"sides\":\"two-sided-short-edge\","
                     "\"print-color-mode\":\"monochrome\"}}",
                     &release, NULL));
  HS_ASSERT_INT_EQ (release.options.copies, 9999);
  HS_ASSERT_INT_EQ (release.options.sides, HS_SIDES_WISH_TWO_SHORT);
  HS_ASSERT_INT_EQ (release.options.colour, HS_COLOUR_MONOCHROME);
}

static void
what_is_not_known_is_never_passed_over (void)
{
  static const char *const wrong[] = {
    "{}",
    "{\"printer\":null}",
    "{" PRINTER ",\"option\":{}}",
    "{" PRINTER ",\"copies\":2}",
    "{" PRINTER ",\"options\":null}",
    "{" PRINTER ",\"options\":[]}",
    "{" PRINTER ",\"options\":{\"copies\":0}}",
    "{" PRINTER ",\"options\":{\"copies\":10000}}",
    "{" PRINTER ",\"options\":{\"copies\":\"2\"}}",
    "{" PRINTER ",\"options\":{\"copies\":null}}",
    "{" PRINTER ",\"options\":{\"sides\":\"both\"}}",
    "{" PRINTER ",\"options\":{\"sides\":2}}",
    "{" PRINTER ",\"options\":{\"print-color-mode\":\"auto\"}}",
    "{" PRINTER ",\"options\":{\"finishings\":4}}",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (GError) error = NULL;
      HsControlRelease release = { .options.copies = 4711 };
      HS_ASSERT (!decode (wrong[i], &release, &error));
      HS_ASSERT_ERROR (error, HS_ERROR_INVALID);
      HS_ASSERT_INT_EQ (release.options.copies, 4711);
    }
}

static void
options_and_abilities_come_back_as_they_went (void)
{
  const HsPrintOptions all[] = { { 0 },
                                 { .copies = 1 },
                                 { .sides = HS_SIDES_WISH_ONE },
                                 { 9999, HS_SIDES_WISH_TWO_SHORT, HS_COLOUR_COLOUR } };
  const HsPrintAbilities *const printers[] = { &office, &plain, &rainbow, &unknown };

  for (gsize i = 0; i < G_N_ELEMENTS (all); i++)
    {
      g_autoptr (json_t) object = hs_print_options_encode (&all[i]);
      HsPrintOptions back;
      HS_ASSERT (hs_print_options_decode (object, &back, NULL));
      HS_ASSERT (hs_print_options_are_equal (&back, &all[i]));
    }
  for (gsize i = 0; i < G_N_ELEMENTS (printers); i++)
    {
      g_autoptr (json_t) object = json_object ();
      HsPrintAbilities back;
      hs_print_abilities_encode (object, printers[i]);
      HS_ASSERT (hs_print_abilities_decode (object, &back, NULL));
      HS_ASSERT_BYTES_EQ (&back, sizeof back, printers[i], sizeof back);
    }
}

static void
what_is_typed_is_a_keyword_or_a_number (void)
{
  guint32 copies = 0;
  HsSidesWish sides = HS_SIDES_WISH_NONE;
  HsColour colour = HS_COLOUR_UNKNOWN;

  HS_ASSERT (hs_print_options_parse_copies ("12", &copies) && copies == 12);
  HS_ASSERT (!hs_print_options_parse_copies ("0", &copies));
  HS_ASSERT (!hs_print_options_parse_copies ("-1", &copies));
  HS_ASSERT (!hs_print_options_parse_copies ("2x", &copies));
  HS_ASSERT (!hs_print_options_parse_copies ("10000", &copies));
  HS_ASSERT (hs_print_options_parse_sides ("one-sided", &sides) && sides == HS_SIDES_WISH_ONE);
  HS_ASSERT (!hs_print_options_parse_sides ("duplex", &sides));
  HS_ASSERT (hs_print_options_parse_colour ("color", &colour) && colour == HS_COLOUR_COLOUR);
  HS_ASSERT (!hs_print_options_parse_colour ("Color", &colour));
}

HS_SUITE ("print options",
          { "what the job is already is no change", what_the_job_is_already_is_no_change },
          { "what the printer cannot do is refused with what to do",
            what_the_printer_cannot_do_is_refused_with_what_to_do },
          { "of a printer that was never asked nothing is forbidden",
            of_a_printer_that_was_never_asked_nothing_is_forbidden },
          { "of raster only the copies can be changed", of_raster_only_the_copies_can_be_changed },
          { "paper and pages follow the change", paper_and_pages_follow_the_change },
          { "a change is told in words", a_change_is_told_in_words },
          { "a request says nothing, or what it changes",
            a_request_says_nothing_or_what_it_changes },
          { "what is not known is never passed over", what_is_not_known_is_never_passed_over },
          { "options and abilities come back as they went",
            options_and_abilities_come_back_as_they_went },
          { "what is typed is a keyword or a number", what_is_typed_is_a_keyword_or_a_number })
