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

static GPtrArray *
make_jobs (guint count)
{
  GPtrArray *jobs = g_ptr_array_new_with_free_func ((GDestroyNotify)hs_control_job_free);

  for (guint i = 0; i < count; i++)
    g_ptr_array_add (jobs, make_job ());
  return jobs;
}

static void
set_text (char **place, const char *text)
{
  g_free (*place);
  *place = g_strdup (text);
}

/* ── one ─────────────────────────────────────────────────────────────────────────────────── */

static void
what_nobody_touched_asks_for_nothing (void)
{
  g_autoptr (GPtrArray) jobs = make_jobs (1);
  HsPaperChoice choice = hs_paper_choice_of_jobs (jobs);
  HsPrintOptions options = { .copies = 4711 };

  HS_ASSERT_INT_EQ (choice.copies, 1);
  HS_ASSERT_INT_EQ (choice.sides, HS_SIDES_WISH_TWO_LONG);
  HS_ASSERT_INT_EQ (choice.colour, HS_PAPER_COLOUR_SENT);
  HS_ASSERT (!hs_paper_choice_get_options (&choice, g_ptr_array_index (jobs, 0), &options));
  HS_ASSERT_INT_EQ (options.copies, 4711);
}

static void
what_was_touched_asks_for_all_of_it (void)
{
  g_autoptr (GPtrArray) jobs = make_jobs (1);
  HsPaperChoice choice = hs_paper_choice_of_jobs (jobs);
  HsPrintOptions options;

  choice.copies = 3;
  HS_ASSERT (hs_paper_choice_get_options (&choice, g_ptr_array_index (jobs, 0), &options));
  HS_ASSERT_INT_EQ (options.copies, 3);
  HS_ASSERT_INT_EQ (options.sides, HS_SIDES_WISH_TWO_LONG);
  HS_ASSERT_INT_EQ (options.colour, HS_COLOUR_UNKNOWN);
}

static void
what_the_last_release_changed_is_where_one_begins (void)
{
  g_autoptr (GPtrArray) jobs = make_jobs (1);
  HsControlJob *job = g_ptr_array_index (jobs, 0);
  HsPaperChoice choice;
  HsPrintOptions options;

  job->copies = 5;
  job->options = (HsPrintOptions){ .copies = 5, .colour = HS_COLOUR_MONOCHROME };
  choice = hs_paper_choice_of_jobs (jobs);
  HS_ASSERT_INT_EQ (choice.copies, 5);
  HS_ASSERT_INT_EQ (choice.colour, HS_PAPER_COLOUR_MONOCHROME);
  HS_ASSERT (!hs_paper_choice_get_options (&choice, job, &options));
  /* Back to how it was sent. */
  choice.colour = HS_PAPER_COLOUR_SENT;
  HS_ASSERT (hs_paper_choice_get_options (&choice, job, &options));
  HS_ASSERT_INT_EQ (options.colour, HS_COLOUR_UNKNOWN);
  HS_ASSERT_INT_EQ (options.copies, 5);
}

static void
nothing_is_offered_that_cannot_be (void)
{
  g_autoptr (GPtrArray) jobs = make_jobs (1);
  HsControlJob *job = g_ptr_array_index (jobs, 0);

  HS_ASSERT (hs_paper_words_why_not (jobs, "unlocked") == NULL);
  HS_ASSERT (hs_paper_words_drawn (jobs) == NULL);
  HS_ASSERT (hs_paper_words_may_colour (jobs) && hs_paper_words_may_monochrome (jobs));
  set_text (&job->colour, "monochrome");
  HS_ASSERT (!hs_paper_words_may_colour (jobs) && !hs_paper_words_may_monochrome (jobs));
  /* It is grey because somebody wanted it so. */
  job->options.colour = HS_COLOUR_MONOCHROME;
  HS_ASSERT (hs_paper_words_may_colour (jobs) && hs_paper_words_may_monochrome (jobs));
  set_text (&job->format, "image/urf");
  HS_ASSERT (g_str_has_prefix (hs_paper_words_drawn (jobs), "This document came as pictures"));
}

static void
what_cannot_be_changed_says_why (void)
{
  static const char locked[] = "With your key unlocked you choose copies, sides and colour here.";
  g_autoptr (GPtrArray) jobs = make_jobs (1);
  HsControlJob *job = g_ptr_array_index (jobs, 0);

  HS_ASSERT_STR_EQ (hs_paper_words_why_not (jobs, "locked"), locked);
  HS_ASSERT_STR_EQ (hs_paper_words_why_not (jobs, NULL), locked);
  job->from = g_strdup ("Anna");
  HS_ASSERT_STR_EQ (hs_paper_words_why_not (jobs, "unlocked"),
                    "Only its owner changes copies, sides and colour.");
  g_ptr_array_add (jobs, make_job ());
  HS_ASSERT_STR_EQ (hs_paper_words_why_not (jobs, "unlocked"),
                    "Somebody else's document is among them: they are printed as they are.");
  job->state = HS_JOB_DELIVERED;
  HS_ASSERT_STR_EQ (hs_paper_words_why_not (jobs, "unlocked"), "");
}

/* ── several ─────────────────────────────────────────────────────────────────────────────── */

/* Two that differ in everything, and a third that is like the first. */
static GPtrArray *
make_different (void)
{
  GPtrArray *jobs = make_jobs (3);
  HsControlJob *second = g_ptr_array_index (jobs, 1);

  second->copies = 4;
  set_text (&second->sides, "one-sided");
  second->options = (HsPrintOptions){ .colour = HS_COLOUR_MONOCHROME };
  return jobs;
}

static void
several_that_are_alike_begin_where_each_of_them_is (void)
{
  g_autoptr (GPtrArray) jobs = make_jobs (3);
  HsPaperChoice choice = hs_paper_choice_of_jobs (jobs);

  HS_ASSERT_INT_EQ (choice.copies, 1);
  HS_ASSERT_INT_EQ (choice.sides, HS_SIDES_WISH_TWO_LONG);
  HS_ASSERT_INT_EQ (choice.colour, HS_PAPER_COLOUR_SENT);
}

static void
that_in_which_several_differ_stays_unless_it_is_touched (void)
{
  g_autoptr (GPtrArray) jobs = make_different ();
  HsPaperChoice choice = hs_paper_choice_of_jobs (jobs);
  HsPrintOptions options;

  HS_ASSERT_INT_EQ (choice.copies, 0);
  HS_ASSERT_INT_EQ (choice.sides, HS_SIDES_WISH_NONE);
  HS_ASSERT_INT_EQ (choice.colour, HS_PAPER_COLOUR_EACH);
  for (guint i = 0; i < jobs->len; i++)
    HS_ASSERT (!hs_paper_choice_get_options (&choice, g_ptr_array_index (jobs, i), &options));
  choice.sides = HS_SIDES_WISH_ONE;
  HS_ASSERT (hs_paper_choice_get_options (&choice, g_ptr_array_index (jobs, 0), &options));
  HS_ASSERT_INT_EQ (options.copies, 1);
  HS_ASSERT_INT_EQ (options.sides, HS_SIDES_WISH_ONE);
  HS_ASSERT_INT_EQ (options.colour, HS_COLOUR_UNKNOWN);
  /* That one was so already. */
  HS_ASSERT (!hs_paper_choice_get_options (&choice, g_ptr_array_index (jobs, 1), &options));
  choice.copies = 2;
  HS_ASSERT (hs_paper_choice_get_options (&choice, g_ptr_array_index (jobs, 1), &options));
  HS_ASSERT_INT_EQ (options.copies, 2);
  HS_ASSERT_INT_EQ (options.colour, HS_COLOUR_MONOCHROME);
}

static void
a_document_without_colour_bears_black_and_white_with_others (void)
{
  g_autoptr (GPtrArray) jobs = make_jobs (2);
  HsControlJob *grey = g_ptr_array_index (jobs, 1);
  HsPaperChoice choice = hs_paper_choice_of_jobs (jobs);
  HsPrintOptions options;

  set_text (&grey->colour, "monochrome");
  HS_ASSERT (hs_paper_words_may_monochrome (jobs) && !hs_paper_words_may_colour (jobs));
  choice.colour = HS_PAPER_COLOUR_MONOCHROME;
  HS_ASSERT (hs_paper_choice_get_options (&choice, g_ptr_array_index (jobs, 0), &options));
  HS_ASSERT_INT_EQ (options.colour, HS_COLOUR_MONOCHROME);
  HS_ASSERT (!hs_paper_choice_get_options (&choice, grey, &options));
}

static void
pages_that_were_drawn_leave_only_copies_to_all (void)
{
  g_autoptr (GPtrArray) jobs = make_jobs (2);
  HsControlJob *drawn = g_ptr_array_index (jobs, 1);

  HS_ASSERT (hs_paper_words_drawn (jobs) == NULL);
  set_text (&drawn->format, "image/pwg-raster");
  HS_ASSERT (g_str_has_prefix (hs_paper_words_drawn (jobs), "A document among them came as"));
}

/* ── printers ────────────────────────────────────────────────────────────────────────────── */

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
  g_autoptr (GArray) wishes = g_array_new (FALSE, FALSE, sizeof options);

  printer->abilities = abilities;
  g_array_append_val (wishes, options);
  g_autofree char *obstacle = hs_paper_words_obstacle (printer, wishes);
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
a_printer_is_asked_for_what_the_tickets_do_not_say (void)
{
  g_autoptr (GPtrArray) jobs = make_different ();
  g_autoptr (HsControlPrinter) printer = hs_tray_fixture_printer ("1", "Canon", TRUE);
  HsPaperChoice choice = hs_paper_choice_of_jobs (jobs);
  printer->abilities = plain;

  g_autoptr (GArray) none = hs_paper_choice_list_wishes (&choice, jobs);
  HS_ASSERT_INT_EQ (none->len, 1); /* black and white: what the last release of one has changed */
  HS_ASSERT (hs_paper_words_obstacle (printer, none) == NULL);
  choice.copies = 2;
  choice.sides = HS_SIDES_WISH_TWO_LONG;
  g_autoptr (GArray) all = hs_paper_choice_list_wishes (&choice, jobs);
  HS_ASSERT_INT_EQ (all->len, 3);
  HS_ASSERT_INT_EQ (g_array_index (all, HsPrintOptions, 0).copies, 2);
  HS_ASSERT_INT_EQ (g_array_index (all, HsPrintOptions, 1).sides, HS_SIDES_WISH_TWO_LONG);
  HS_ASSERT_INT_EQ (g_array_index (all, HsPrintOptions, 2).colour, HS_COLOUR_MONOCHROME);
  g_autofree char *obstacle = hs_paper_words_obstacle (printer, all);
  HS_ASSERT_STR_EQ (obstacle, "Makes only 1 copy");
}

static void
every_choice_has_a_name (void)
{
  HS_ASSERT_STR_EQ (hs_paper_words_each (), "As it is");
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
          { "what cannot be changed says why", what_cannot_be_changed_says_why },
          { "several that are alike begin where each of them is",
            several_that_are_alike_begin_where_each_of_them_is },
          { "that in which several differ stays unless it is touched",
            that_in_which_several_differ_stays_unless_it_is_touched },
          { "a document without colour bears black and white with others",
            a_document_without_colour_bears_black_and_white_with_others },
          { "pages that were drawn leave only copies to all",
            pages_that_were_drawn_leave_only_copies_to_all },
          { "a printer is asked for what the tickets do not say",
            a_printer_is_asked_for_what_the_tickets_do_not_say },
          { "what any printer can is offered", what_any_printer_can_is_offered },
          { "a printer says what it cannot do", a_printer_says_what_it_cannot_do },
          { "every choice has a name", every_choice_has_a_name })
