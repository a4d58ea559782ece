/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* What every body of platform/print_watch.h promises; built with the fake, and with the system's body and
 * somebody who answers as the helper does. The real helper meets the real CUPS in tests/interop. */

#include "platform/print_watch.h"
#include "print_desk.h"
#include "support/loop.h"
#include "support/suite.h"

static HsPrintWatch *watch;

static void
set_up (void)
{
  watch = hs_print_watch_new (hs_print_desk_open ());
}

static void
tear_down (void)
{
  g_clear_pointer (&watch, hs_print_watch_free);
  hs_print_desk_close ();
}

static GPtrArray *
list (guint32 from, guint32 *next, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  hs_print_watch_list_async (watch, from, NULL, hs_loop_store_result, &result);
  HS_ASSERT (result == NULL); /* in a later turn */
  HS_LOOP_UNTIL (result != NULL);
  GPtrArray *jobs = hs_print_watch_list_finish (watch, result, next, error);
  HS_ASSERT ((jobs == NULL) == (*error != NULL));
  return jobs;
}

static gboolean
set_knocking (gboolean knocks, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  hs_print_watch_set_knocking_async (watch, knocks, NULL, hs_loop_store_result, &result);
  HS_ASSERT (result == NULL);
  HS_LOOP_UNTIL (result != NULL);
  gboolean done = hs_print_watch_set_knocking_finish (watch, result, error);
  HS_ASSERT (done == (*error == NULL));
  return done;
}

static void
put (guint32 id)
{
  const HsPrintedJob job = { .id = id,
                             .state = HS_PRINTED_COMPLETED,
                             .impressions = 3,
                             .sheets = 2,
                             .colour = HS_PRINTED_COLOUR,
                             .created_s = 100,
                             .finished_s = 200,
                             .queue = (char *)"Laser",
                             .uuid = (char *)"urn:uuid:00112233-4455-6677-8899-aabbccddeeff",
                             .user = (char *)"ada",
                             .title = (char *)"Pläne" };

  hs_print_desk_put (&job);
}

static void
a_job_is_told_as_the_print_system_keeps_it (void)
{
  g_autoptr (GError) error = NULL;
  guint32 next = 4711;

  put (1);
  g_autoptr (GPtrArray) jobs = list (1, &next, &error);
  HS_ASSERT_NO_ERROR (error);
  HS_ASSERT (jobs->len == 1 && next == 0);
  const HsPrintedJob *job = g_ptr_array_index (jobs, 0);
  HS_ASSERT (job->id == 1 && job->state == HS_PRINTED_COMPLETED);
  HS_ASSERT (job->impressions == 3 && job->sheets == 2 && job->colour == HS_PRINTED_COLOUR);
  HS_ASSERT (job->created_s == 100 && job->finished_s == 200);
  HS_ASSERT_STR_EQ (job->queue, "Laser");
  HS_ASSERT_STR_EQ (job->uuid, "urn:uuid:00112233-4455-6677-8899-aabbccddeeff");
  HS_ASSERT_STR_EQ (job->user, "ada");
  HS_ASSERT_STR_EQ (job->title, "Pläne");
}

static void
a_job_that_is_not_over_is_a_number_and_texts_are_never_null (void)
{
  g_autoptr (GError) error = NULL;
  guint32 next = 4711;

  hs_print_desk_put (&(HsPrintedJob){ .id = 1 });
  g_autoptr (GPtrArray) jobs = list (1, &next, &error);
  HS_ASSERT_NO_ERROR (error);
  HS_ASSERT_INT_EQ (jobs->len, 1);
  const HsPrintedJob *job = g_ptr_array_index (jobs, 0);
  HS_ASSERT (job->id == 1 && job->state == HS_PRINTED_ACTIVE);
  HS_ASSERT (*job->queue == '\0' && *job->uuid == '\0' && *job->user == '\0');
  HS_ASSERT (*job->title == '\0');
}

static void
an_empty_history_is_no_error (void)
{
  g_autoptr (GError) error = NULL;
  guint32 next = 4711;

  g_autoptr (GPtrArray) jobs = list (1, &next, &error);
  HS_ASSERT_NO_ERROR (error);
  HS_ASSERT (jobs->len == 0 && next == 0);
}

static void
a_long_history_comes_in_parts_in_the_order_of_its_numbers (void)
{
  const guint count = 2 * hs_print_desk_get_most () + 1;
  guint32 seen = 0, from = 1;
  guint parts = 0;

  for (guint32 id = 1; id <= count; id++)
    put (id);
  for (; from != 0; parts++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GPtrArray) jobs = list (from, &from, &error);
      HS_ASSERT_NO_ERROR (error);
      for (guint i = 0; i < jobs->len; i++)
        HS_ASSERT_INT_EQ (((const HsPrintedJob *)g_ptr_array_index (jobs, i))->id, ++seen);
    }
  HS_ASSERT_INT_EQ (seen, count);
  HS_ASSERT_INT_EQ (parts, 3);
}

static void
a_list_begins_where_it_is_asked_to (void)
{
  g_autoptr (GError) error = NULL;
  guint32 next = 4711;

  put (1);
  put (2);
  g_autoptr (GPtrArray) jobs = list (2, &next, &error);
  HS_ASSERT_NO_ERROR (error);
  HS_ASSERT (jobs->len == 1 && next == 0);
  HS_ASSERT_INT_EQ (((const HsPrintedJob *)g_ptr_array_index (jobs, 0))->id, 2);
  g_autoptr (GPtrArray) none = list (3, &next, &error);
  HS_ASSERT_NO_ERROR (error);
  HS_ASSERT (none->len == 0 && next == 0);
}

static void
asking_again_to_knock_or_not_to_changes_nothing (void)
{
  static const gboolean wishes[] = { FALSE, TRUE, TRUE, FALSE, FALSE };

  for (gsize i = 0; i < G_N_ELEMENTS (wishes); i++)
    {
      g_autoptr (GError) error = NULL;
      HS_ASSERT (set_knocking (wishes[i], &error));
      HS_ASSERT_INT_EQ (hs_print_desk_knocks (), wishes[i]);
    }
}

static void
what_fails_says_why (void)
{
  static const GIOErrorEnum codes[] = { G_IO_ERROR_NOT_FOUND, G_IO_ERROR_PERMISSION_DENIED,
                                        G_IO_ERROR_NOT_SUPPORTED, G_IO_ERROR_FAILED };

  put (1);
  for (gsize i = 0; i < G_N_ELEMENTS (codes); i++)
    {
      g_autoptr (GError) error = NULL, knock_error = NULL;
      guint32 next = 0;
      hs_print_desk_fail (codes[i]);
      g_autoptr (GPtrArray) jobs = list (1, &next, &error);
      HS_ASSERT (jobs == NULL && g_error_matches (error, G_IO_ERROR, (int)codes[i]));
      HS_ASSERT (strstr (error->message, "does not answer") != NULL);
      HS_ASSERT (!set_knocking (TRUE, &knock_error));
      HS_ASSERT (g_error_matches (knock_error, G_IO_ERROR, (int)codes[i]));
      HS_ASSERT (!hs_print_desk_knocks ());
    }
}

static void
who_does_not_wait_any_more_is_told_so (void)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL, knock = NULL;
  g_autoptr (GError) error = NULL, knock_error = NULL;
  guint32 next = 0;

  hs_print_watch_list_async (watch, 1, cancellable, hs_loop_store_result, &result);
  hs_print_watch_set_knocking_async (watch, TRUE, cancellable, hs_loop_store_result, &knock);
  g_cancellable_cancel (cancellable);
  HS_LOOP_UNTIL (result != NULL && knock != NULL);
  HS_ASSERT (hs_print_watch_list_finish (watch, result, &next, &error) == NULL);
  HS_ASSERT (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED));
  HS_ASSERT (!hs_print_watch_set_knocking_finish (watch, knock, &knock_error));
  HS_ASSERT (g_error_matches (knock_error, G_IO_ERROR, G_IO_ERROR_CANCELLED));
}

HS_SUITE_WITH ("what other queues print",
               set_up,
               tear_down,
               { "a job is told as the print system keeps it",
                 a_job_is_told_as_the_print_system_keeps_it },
               { "a job that is not over is a number, and texts are never null",
                 a_job_that_is_not_over_is_a_number_and_texts_are_never_null },
               { "an empty history is no error", an_empty_history_is_no_error },
               { "a long history comes in parts, in the order of its numbers",
                 a_long_history_comes_in_parts_in_the_order_of_its_numbers },
               { "a list begins where it is asked to", a_list_begins_where_it_is_asked_to },
               { "asking again to knock, or not to, changes nothing",
                 asking_again_to_knock_or_not_to_changes_nothing },
               { "what fails says why", what_fails_says_why },
               { "who does not wait any more is told so", who_does_not_wait_any_more_is_told_so })
