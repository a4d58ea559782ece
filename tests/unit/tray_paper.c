/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

#include "tray-ui/words/paper_words.h"
#include "support/suite.h"
#include "support/tray_fixture.h"

static const HsPrintAbilities plain
    = { .copies_max = 1, .sides = 1u << HS_SIDES_ONE, .monochrome = TRUE };
static const HsPrintAbilities office = { .copies_max = 50,
                                         .sides = 1u << HS_SIDES_ONE | 1u << HS_SIDES_TWO_LONG,
                                         .colour = TRUE,
                                         .monochrome = TRUE };
static const HsPrintAbilities rainbow
    = { .copies_max = 9, .sides = 1u << HS_SIDES_TWO_LONG, .colour = TRUE };

static HsControlJob *
make_job (void)
{
  return hs_tray_fixture_job ("1", HS_JOB_HELD, 60);
}

static void
what_nobody_touched_asks_for_nothing (void)
{
  g_autoptr (HsControlJob) job = make_job ();
  HsPaperChoice choice = hs_paper_choice_of_job (job);
  HsPrintOptions options = { .copies = 4711 };

  HS_ASSERT_INT_EQ (choice.copies, 1);
  HS_ASSERT_INT_EQ (choice.sides, HS_SIDES_TWO_LONG);
  HS_ASSERT_INT_EQ (choice.colour, HS_COLOUR_UNKNOWN);
  HS_ASSERT (!hs_paper_choice_get_options (&choice, job, &options));
  HS_ASSERT_INT_EQ (options.copies, 4711);
}

static void
what_was_touched_asks_for_all_of_it (void)
{
  g_autoptr (HsControlJob) job = make_job ();
  HsPaperChoice choice = hs_paper_choice_of_job (job);
  HsPrintOptions options;

  choice.copies = 3;
  HS_ASSERT (hs_paper_choice_get_options (&choice, job, &options));
  HS_ASSERT_INT_EQ (options.copies, 3);
  HS_ASSERT_INT_EQ (options.sides, HS_SIDES_WISH_TWO_LONG);
  HS_ASSERT_INT_EQ (options.colour, HS_COLOUR_UNKNOWN);
}

static void
what_the_last_release_changed_is_where_one_begins (void)
{
  g_autoptr (HsControlJob) job = make_job ();
  HsPaperChoice choice;
  HsPrintOptions options;

  job->copies = 5;
  job->options = (HsPrintOptions){ .copies = 5, .colour = HS_COLOUR_MONOCHROME };
  choice = hs_paper_choice_of_job (job);
  HS_ASSERT_INT_EQ (choice.copies, 5);
  HS_ASSERT_INT_EQ (choice.colour, HS_COLOUR_MONOCHROME);
  HS_ASSERT (!hs_paper_choice_get_options (&choice, job, &options));
  /* Back to how it was sent. */
  choice.colour = HS_COLOUR_UNKNOWN;
  HS_ASSERT (hs_paper_choice_get_options (&choice, job, &options));
  HS_ASSERT_INT_EQ (options.colour, HS_COLOUR_UNKNOWN);
  HS_ASSERT_INT_EQ (options.copies, 5);
}

static void
nothing_is_offered_that_cannot_be (void)
{
  g_autoptr (HsControlJob) job = make_job ();

  HS_ASSERT (hs_paper_words_may_change (job) && !hs_paper_words_is_drawn (job));
  HS_ASSERT (hs_paper_words_has_colour_choice (job));
  g_free (job->colour);
  job->colour = g_strdup ("monochrome");
  HS_ASSERT (!hs_paper_words_has_colour_choice (job));
  /* It is grey because somebody wanted it so. */
  job->options.colour = HS_COLOUR_MONOCHROME;
  HS_ASSERT (hs_paper_words_has_colour_choice (job));
  g_free (job->format);
  job->format = g_strdup ("image/urf");
  HS_ASSERT (hs_paper_words_is_drawn (job));
  job->from = g_strdup ("Anna");
  HS_ASSERT (!hs_paper_words_may_change (job));
}

static void
what_any_printer_can_is_offered (void)
{
  g_autoptr (HsControlPrinter) printer = hs_tray_fixture_printer ("1", "Canon", TRUE);
  HsPrintAbilities all = { 0 };

  printer->abilities = plain;
  hs_paper_words_add_abilities (&all, printer);
  HS_ASSERT_BYTES_EQ (&all, sizeof all, &plain, sizeof plain);
  printer->abilities = rainbow;
  hs_paper_words_add_abilities (&all, printer);
  HS_ASSERT_INT_EQ (all.copies_max, 9);
  HS_ASSERT_INT_EQ (all.sides, 1u << HS_SIDES_ONE | 1u << HS_SIDES_TWO_LONG);
  HS_ASSERT (all.colour && all.monochrome);
  printer->abilities = (HsPrintAbilities){ 0 };
  hs_paper_words_add_abilities (&all, printer);
  HS_ASSERT_INT_EQ (all.copies_max, HS_COPIES_MAX);
}

static void
expect (HsPrintAbilities abilities, HsPrintOptions options, const char *sentence)
{
  g_autoptr (HsControlPrinter) printer = hs_tray_fixture_printer ("1", "Canon", TRUE);

  printer->abilities = abilities;
  g_autofree char *obstacle = hs_paper_words_obstacle (printer, &options);
  HS_ASSERT_STR_EQ (obstacle, sentence);
}

static void
a_printer_says_what_it_cannot_do (void)
{
  expect (office, (HsPrintOptions){ 50, HS_SIDES_WISH_TWO_LONG, HS_COLOUR_COLOUR }, NULL);
  expect (office, (HsPrintOptions){ .copies = 51 }, "Makes only 50 copies");
  expect (plain, (HsPrintOptions){ .copies = 2 }, "Makes only 1 copy");
  expect (plain, (HsPrintOptions){ .sides = HS_SIDES_WISH_TWO_LONG }, "Prints on one side only");
  expect (rainbow, (HsPrintOptions){ .sides = HS_SIDES_WISH_ONE }, "Prints on both sides only");
  expect (office, (HsPrintOptions){ .sides = HS_SIDES_WISH_TWO_SHORT },
          "Cannot turn the pages over that edge");
  expect (plain, (HsPrintOptions){ .colour = HS_COLOUR_COLOUR }, "Has no colour");
  expect (rainbow, (HsPrintOptions){ .colour = HS_COLOUR_MONOCHROME }, "Prints in colour only");
  /* One that was never asked says nothing. */
  expect ((HsPrintAbilities){ 0 }, (HsPrintOptions){ 9999, HS_SIDES_WISH_ONE, HS_COLOUR_COLOUR },
          NULL);
}

static void
every_choice_has_a_name (void)
{
  HS_ASSERT_STR_EQ (hs_paper_words_sides (HS_SIDES_ONE), "One-sided");
  HS_ASSERT_STR_EQ (hs_paper_words_sides (HS_SIDES_TWO_SHORT), "Two-sided, short edge");
  HS_ASSERT_STR_EQ (hs_paper_words_colour (HS_COLOUR_UNKNOWN), "As it was sent");
  HS_ASSERT_STR_EQ (hs_paper_words_colour (HS_COLOUR_MONOCHROME), "Black and white");
}

HS_SUITE ("tray paper",
          { "what nobody touched asks for nothing", what_nobody_touched_asks_for_nothing },
          { "what was touched asks for all of it", what_was_touched_asks_for_all_of_it },
          { "what the last release changed is where one begins",
            what_the_last_release_changed_is_where_one_begins },
          { "nothing is offered that cannot be", nothing_is_offered_that_cannot_be },
          { "what any printer can is offered", what_any_printer_can_is_offered },
          { "a printer says what it cannot do", a_printer_says_what_it_cannot_do },
          { "every choice has a name", every_choice_has_a_name })
