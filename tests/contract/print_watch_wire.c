/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* platform/print_watch.h on Linux's wire: jobs arrive as they were sent, and bytes that are no jobs are
 * none. What every body promises is in print_watch.c. */

#include "platform/linux/print_watch_wire.h"
#include "platform/print_watch.h"
#include "support/loop.h"
#include "support/suite.h"

#include <string.h>

static const HsPrintedJob sent = { .id = 7,
                                   .state = HS_PRINTED_COMPLETED,
                                   .impressions = 3,
                                   .sheets = 2,
                                   .colour = HS_PRINTED_MONOCHROME,
                                   .created_s = 100,
                                   .finished_s = 200,
                                   .queue = (char *)"Laser",
                                   .uuid = (char *)"urn:uuid:00112233-4455-6677-8899-aabbccddeeff",
                                   .user = (char *)"ada",
                                   .title = (char *)"Pläne" };

static void
a_job_arrives_as_it_was_sent (void)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  hs_queue_job_append (bytes, &sent);
  hs_queue_job_append (bytes, &(HsPrintedJob){ .id = 8 });
  g_autoptr (GPtrArray) jobs = hs_queue_jobs_decode (bytes->data, bytes->len);
  HS_ASSERT (jobs != NULL);
  HS_ASSERT_INT_EQ (jobs->len, 2);
  const HsPrintedJob *job = g_ptr_array_index (jobs, 0);
  HS_ASSERT (job->id == 7 && job->state == HS_PRINTED_COMPLETED && job->impressions == 3);
  HS_ASSERT (job->sheets == 2 && job->colour == HS_PRINTED_MONOCHROME && job->created_s == 100);
  HS_ASSERT_INT_EQ (job->finished_s, 200);
  HS_ASSERT_STR_EQ (job->queue, "Laser");
  HS_ASSERT_STR_EQ (job->uuid, sent.uuid);
  HS_ASSERT_STR_EQ (job->user, "ada");
  HS_ASSERT_STR_EQ (job->title, "Pläne");
  job = g_ptr_array_index (jobs, 1);
  HS_ASSERT (job->id == 8 && job->state == HS_PRINTED_ACTIVE && *job->title == '\0');
}

static void
a_text_is_cut_between_characters_and_mended (void)
{
  g_autofree char *half = g_strnfill (HS_QUEUE_TEXT_MAX_BYTES - 1, 'x');
  g_autofree char *title = g_strconcat (half, "ä", NULL);
  HsPrintedJob job = sent;
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  job.title = title;
  job.user = (char *)"\xff";
  hs_queue_job_append (bytes, &job);
  g_autoptr (GPtrArray) jobs = hs_queue_jobs_decode (bytes->data, bytes->len);
  HS_ASSERT (jobs != NULL);
  HS_ASSERT_STR_EQ (((HsPrintedJob *)g_ptr_array_index (jobs, 0))->title, half);
  HS_ASSERT_STR_EQ (((HsPrintedJob *)g_ptr_array_index (jobs, 0))->user, "\357\277\275");
}

static void
bytes_that_are_cut_or_changed_are_no_jobs (void)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  hs_queue_job_append (bytes, &sent);
  for (guint length = 1; length < bytes->len; length++)
    {
      g_autoptr (GPtrArray) jobs = hs_queue_jobs_decode (bytes->data, length);
      HS_ASSERT (jobs == NULL);
    }
  static const struct
  {
    guint at;
    guint8 value;
  } changes[] = { { 4, 4 }, { 5, 3 }, { 22, 0xff }, { 24, 0xff } };
  for (gsize i = 0; i < G_N_ELEMENTS (changes); i++)
    {
      guint8 kept = bytes->data[changes[i].at];
      bytes->data[changes[i].at] = changes[i].value;
      g_autoptr (GPtrArray) jobs = hs_queue_jobs_decode (bytes->data, bytes->len);
      HS_ASSERT (jobs == NULL);
      bytes->data[changes[i].at] = kept;
    }
}

static void
more_jobs_than_one_answer_holds_are_none (void)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  for (guint i = 0; i < HS_QUEUE_JOBS_AT_ONCE; i++)
    hs_queue_job_append (bytes, &sent);
  g_autoptr (GPtrArray) most = hs_queue_jobs_decode (bytes->data, bytes->len);
  HS_ASSERT (most != NULL);
  hs_queue_job_append (bytes, &sent);
  g_autoptr (GPtrArray) more = hs_queue_jobs_decode (bytes->data, bytes->len);
  HS_ASSERT (more == NULL);
}

static void
on_listed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **)user_data = g_object_ref (result);
}

static void
without_a_helper_there_is_nothing_to_find (void)
{
  g_autoptr (HsPrintWatch) watch = hs_print_watch_new ("/nonexistent/queue.sock");
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  guint32 next = 0;

  hs_print_watch_list_async (watch, 1, NULL, on_listed, &result);
  HS_LOOP_UNTIL (result != NULL);
  g_autoptr (GPtrArray) jobs = hs_print_watch_list_finish (watch, result, &next, &error);
  HS_ASSERT (jobs == NULL && g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND));
}

HS_SUITE (
    "print watch on the wire",
    { "a job arrives as it was sent", a_job_arrives_as_it_was_sent },
    { "a text is cut between characters and mended", a_text_is_cut_between_characters_and_mended },
    { "bytes that are cut or changed are no jobs", bytes_that_are_cut_or_changed_are_no_jobs },
    { "more jobs than one answer holds are none", more_jobs_than_one_answer_holds_are_none },
    { "without a helper there is nothing to find", without_a_helper_there_is_nothing_to_find })
