/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Copies, sides and colour that a release changes: with every try of it, in the ledger, on the paper
 * and in what the site hears; and gone when it is taken back. */

#include "base/error.h"
#include "core/wire/announce.h"
#include "core/wire/event_record.h"
#include "core/wire/state_notice.h"
#include "journey/world.h"
#include "store/outbox.h"
#include "support/loop.h"
#include "support/suite.h"

#include <string.h>

static const HsPrintOptions none = { 0 };
static const HsPrintOptions wish = WORLD_OTHER_WISH;

static World *world;
static HsCaller anna;

static void
set_up (void)
{
  world = world_new (NULL);
  world->is_enrolled = TRUE;
  anna = world_person (WORLD_ANNA_UID);
}

static void
tear_down (void)
{
  g_clear_pointer (&world, world_free);
}

static HsId
print_and_release (guint printer, const HsPrintOptions *options)
{
  g_autoptr (GError) error = NULL;
  HsId job = world_must_print (world, &anna, 1000);

  (void)world_release_with (world, &anna, &job, printer, options, &error);
  HS_ASSERT_NO_ERROR (error);
  return job;
}

static gboolean
is_changed (const HsId *job, const HsPrintOptions *options)
{
  return hs_print_options_are_equal (&world_job (world, job)->changed, options);
}

static guint
count_made (const HsId *job, const HsPrintOptions *options)
{
  return hs_paper_count_made_as (world->paper, job, options);
}

/* The paper of each state notice in the outbox: "3x1 0x0", copies and sides; 0x0: it tells none. */
static char *
read_notices (void)
{
  g_autoptr (GAsyncResult) result = NULL;
  GString *text = g_string_new (NULL);

  world_settle (world);
  hs_ledger_read_outbox_async (world->ledger, 0, 1000, 1024 * 1024, hs_loop_store_result, &result);
  HS_LOOP_UNTIL (result != NULL);
  g_autoptr (GPtrArray) records = hs_ledger_read_outbox_finish (world->ledger, result, NULL);
  for (guint i = 0; i < records->len; i++)
    {
      const HsOutboxRecord *stored = g_ptr_array_index (records, i);
      g_autoptr (HsEventRecord) record = hs_event_record_decode (stored->bytes, NULL);
      if (record->kind != HS_RECORD_STATE)
        continue;
      g_autoptr (HsStateNotice) notice = hs_state_notice_decode (record->body, NULL);
      g_string_append_printf (text, "%s%ux%u", text->len > 0 ? " " : "", notice->copies,
                              notice->sides);
    }
  return g_string_free (text, FALSE);
}

static void
a_change_goes_with_every_try_over_every_restart (void)
{
  HsId job;

  world_start (world);
  hs_paper_set_mood (world->paper, HS_PAPER_BUSY);
  job = print_and_release (1, &wish);
  HS_ASSERT (is_changed (&job, &wish));
  HS_LOOP_UNTIL (world_job (world, &job)->attempts == 1);
  world_restart (world);
  HS_ASSERT (is_changed (&job, &wish));
  hs_paper_set_mood (world->paper, HS_PAPER_WORKS);
  world_wait_state (world, &job, HS_JOB_DELIVERED);
  HS_ASSERT_INT_EQ (hs_paper_count_made (world->paper, &job), 1);
  HS_ASSERT_INT_EQ (count_made (&job, &wish), 1);
}

static void
a_release_that_is_taken_back_takes_its_change_back (void)
{
  g_autofree char *notices = NULL;
  HsId job;

  world_start (world);
  hs_paper_set_mood (world->paper, HS_PAPER_BUSY);
  job = print_and_release (1, &wish);
  HS_LOOP_UNTIL (world_job (world, &job)->attempts == 1);
  HS_ASSERT (world_hold (world, &anna, &job, NULL));
  HS_ASSERT (is_changed (&job, &none));
  hs_paper_set_mood (world->paper, HS_PAPER_WORKS);
  HS_ASSERT (world_release (world, &anna, &job, 1, NULL));
  world_wait_state (world, &job, HS_JOB_DELIVERED);
  HS_ASSERT_INT_EQ (count_made (&job, &none), 1);
  HS_ASSERT_INT_EQ (count_made (&job, &wish), 0);
  /* Released, taken back, released, delivering. */
  notices = read_notices ();
  HS_ASSERT_STR_EQ (notices, "3x1 1x0 0x0 0x0");
}

static void
after_a_release_that_failed_the_next_one_is_the_same (void)
{
  HsId command = world_id (1);
  HsId job;

  world_start (world);
  hs_paper_set_mood (world->paper, HS_PAPER_REFUSES);
  job = print_and_release (1, &wish);
  world_wait_state (world, &job, HS_JOB_HELD);
  HS_ASSERT (is_changed (&job, &wish));
  hs_paper_set_mood (world->paper, HS_PAPER_WORKS);
  HS_ASSERT_INT_EQ (world_site_release (world, &command, &job, 1, TRUE, NULL), HS_COMMAND_DONE);
  world_wait_state (world, &job, HS_JOB_DELIVERED);
  HS_ASSERT_INT_EQ (count_made (&job, &wish), 1);
}

static void
the_next_release_may_say_otherwise (void)
{
  HsId job;

  world_start (world);
  hs_paper_set_mood (world->paper, HS_PAPER_REFUSES);
  job = print_and_release (1, &wish);
  world_wait_state (world, &job, HS_JOB_HELD);
  hs_paper_set_mood (world->paper, HS_PAPER_WORKS);
  HS_ASSERT (world_release_with (world, &anna, &job, 1, &none, NULL));
  world_wait_state (world, &job, HS_JOB_DELIVERED);
  HS_ASSERT_INT_EQ (count_made (&job, &none), 1);
}

static void
what_is_printed_again_is_printed_the_same (void)
{
  HsId job;

  world_start (world);
  hs_paper_set_mood (world->paper, HS_PAPER_SILENT);
  job = print_and_release (1, &wish);
  HS_LOOP_UNTIL (world_job (world, &job)->progress == HS_DELIVERY_SENT);
  hs_paper_set_mood (world->paper, HS_PAPER_FORGETS);
  world_restart (world);
  world_wait_state (world, &job, HS_JOB_UNCERTAIN);
  hs_paper_set_mood (world->paper, HS_PAPER_WORKS);
  HS_ASSERT (world_resolve (world, &anna, &job, HS_EVENT_RESOLVED_REPRINT, NULL));
  HS_ASSERT (world_release (world, &anna, &job, 1, NULL));
  world_wait_state (world, &job, HS_JOB_DELIVERED);
  HS_ASSERT_INT_EQ (count_made (&job, &wish), 2);
}

static void
what_the_printer_cannot_do_changes_nothing (void)
{
  const HsPrintOptions many = { .copies = 100 };
  const HsPrintOptions colour = { .colour = HS_COLOUR_COLOUR };
  g_autoptr (GError) error = NULL;
  HsId job;

  world_start (world);
  job = world_must_print (world, &anna, 1000);
  HS_ASSERT (!world_release_with (world, &anna, &job, 1, &many, &error));
  HS_ASSERT_ERROR (error, HS_ERROR_REFUSED);
  HS_ASSERT (strstr (error->message, "99 copies") != NULL);
  HS_ASSERT_INT_EQ (world_state (world, &job), HS_JOB_HELD);
  HS_ASSERT (is_changed (&job, &none));
  HS_ASSERT (!world_release_with (world, &anna, &job, 1, &colour, NULL));
  /* Nobody has ever asked that one; it will say so itself. */
  HS_ASSERT (world_release_with (world, &anna, &job, 6, &many, NULL));
  world_wait_state (world, &job, HS_JOB_DELIVERED);
  HS_ASSERT_INT_EQ (count_made (&job, &many), 1);
}

static void
without_the_site_all_copies_that_are_asked_for_count (void)
{
  const HsPrintOptions five = { .copies = 5 };
  const HsPrintOptions six = { .copies = 6 };
  g_autoptr (GError) error = NULL;
  HsId job;

  world->offline = HS_OFFLINE_PRINT;
  world->standing.pages_left = 5;
  world_start (world);
  hs_engine_set_site_online (world->engine, FALSE);
  job = world_must_print (world, &anna, 1000);
  HS_ASSERT (!world_release_with (world, &anna, &job, 1, &six, &error));
  HS_ASSERT_ERROR (error, HS_ERROR_REFUSED);
  HS_ASSERT (strstr (error->message, "more pages") != NULL);
  HS_ASSERT (world_release_with (world, &anna, &job, 1, &five, NULL));
  world_wait_state (world, &job, HS_JOB_DELIVERED);
}

static void
the_site_hears_of_the_change_and_of_its_report_once (void)
{
  g_autofree char *notices = NULL;
  g_autofree char *outbox = NULL;
  HsId job;

  world_start (world);
  job = print_and_release (1, &wish);
  world_wait_state (world, &job, HS_JOB_DELIVERED);
  notices = read_notices ();
  outbox = world_outbox (world);
  HS_ASSERT_STR_EQ (notices, "3x1 3x1");
  HS_ASSERT_STR_EQ (outbox, "announce state state report erased");
}

HS_SUITE_WITH ("options",
               set_up,
               tear_down,
               { "a change goes with every try, over every restart",
                 a_change_goes_with_every_try_over_every_restart },
               { "a release that is taken back takes its change back",
                 a_release_that_is_taken_back_takes_its_change_back },
               { "after a release that failed the next one is the same",
                 after_a_release_that_failed_the_next_one_is_the_same },
               { "the next release may say otherwise", the_next_release_may_say_otherwise },
               { "what is printed again is printed the same",
                 what_is_printed_again_is_printed_the_same },
               { "what the printer cannot do changes nothing",
                 what_the_printer_cannot_do_changes_nothing },
               { "without the site all copies that are asked for count",
                 without_the_site_all_copies_that_are_asked_for_count },
               { "the site hears of the change, and of its report once",
                 the_site_hears_of_the_change_and_of_its_report_once })
