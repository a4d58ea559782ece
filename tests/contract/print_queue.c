/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* platform/print_queue.h against a helper played here: what the agent says on the wire, and what it
 * makes of every answer. The real helper meets the real CUPS in tests/interop. */

#include "platform/linux/print_queue_wire.h"
#include "platform/listen.h"
#include "platform/print_queue.h"
#include "support/loop.h"
#include "support/suite.h"
#include "support/temp_dir.h"

#define SECRET "abcdefghijklmnopqrstuvwxyz-_0123456789ABCDE"

static char *folder;
static GSocket *listening;
static HsPrintQueue *queue;
static GAsyncResult *result;

static void
set_up (void)
{
  folder = hs_temp_dir_new ();
  g_autofree char *path = g_build_filename (folder, "queue.sock", NULL);
  listening = hs_listen_on_path (path, 0600, NULL);
  queue = hs_print_queue_new (path);
}

static void
tear_down (void)
{
  g_clear_object (&result);
  g_clear_pointer (&queue, hs_print_queue_free);
  g_clear_object (&listening);
  g_clear_pointer (&folder, hs_temp_dir_free);
}

/* Takes the one request and answers with @bytes. */
static void
play_helper (HsQueueRequest *request, const guint8 *bytes, gsize length)
{
  guint8 received[HS_QUEUE_REQUEST_BYTES];
  gsize filled = 0;

  HS_LOOP_UNTIL (g_socket_condition_check (listening, G_IO_IN) != 0);
  g_autoptr (GSocket) client = g_socket_accept (listening, NULL, NULL);
  HS_ASSERT (client != NULL);
  while (filled < sizeof received)
    {
      HS_LOOP_UNTIL (g_socket_condition_check (client, G_IO_IN) != 0);
      gssize count = g_socket_receive (client, (char *)received + filled, sizeof received - filled,
                                       NULL, NULL);
      HS_ASSERT (count > 0);
      filled += (gsize)count;
    }
  HS_ASSERT (hs_queue_request_decode (received, request));
  if (length > 0)
    HS_ASSERT_INT_EQ (g_socket_send (client, (const char *)bytes, length, NULL, NULL), length);
  g_socket_close (client, NULL);
  HS_LOOP_UNTIL (result != NULL);
}

static HsQueueRequest
answer_with (const HsQueueReply *reply)
{
  guint8 bytes[HS_QUEUE_REPLY_MAX_BYTES];
  gsize length = hs_queue_reply_encode (reply, bytes);
  HsQueueRequest request;

  play_helper (&request, bytes, length);
  return request;
}

static const HsQueueReply done;

static void
each_action_is_its_own_verb (void)
{
  g_autoptr (GError) error = NULL;
  HsQueueRequest request;

  hs_print_queue_configure_async (queue, SECRET, TRUE, NULL, hs_loop_store_result, &result);
  request = answer_with (&done);
  HS_ASSERT_INT_EQ (request.verb, HS_QUEUE_CONFIGURE);
  HS_ASSERT_STR_EQ (request.secret, SECRET);
  HS_ASSERT_INT_EQ (request.number, 0);
  HS_ASSERT (hs_print_queue_finish (queue, result, &error));
  g_clear_object (&result);
  hs_print_queue_configure_async (queue, SECRET, FALSE, NULL, hs_loop_store_result, &result);
  HS_ASSERT_INT_EQ (answer_with (&done).number, 1);
  g_clear_object (&result);
  hs_print_queue_purge_job_async (queue, 77, NULL, hs_loop_store_result, &result);
  request = answer_with (&done);
  HS_ASSERT_INT_EQ (request.verb, HS_QUEUE_PURGE_JOB);
  HS_ASSERT_INT_EQ (request.number, 77);
  g_clear_object (&result);
  hs_print_queue_set_accepting_async (queue, TRUE, NULL, hs_loop_store_result, &result);
  HS_ASSERT_INT_EQ (answer_with (&done).verb, HS_QUEUE_ACCEPT);
  g_clear_object (&result);
  hs_print_queue_set_accepting_async (queue, FALSE, NULL, hs_loop_store_result, &result);
  HS_ASSERT_INT_EQ (answer_with (&done).verb, HS_QUEUE_REJECT);
  g_clear_object (&result);
  hs_print_queue_remove_async (queue, NULL, hs_loop_store_result, &result);
  HS_ASSERT_INT_EQ (answer_with (&done).verb, HS_QUEUE_REMOVE);
  HS_ASSERT (hs_print_queue_finish (queue, result, &error));
}

static void
facts_arrive_as_they_were_found (void)
{
  for (guint fact = 0; fact < sizeof (HsPrintQueueFacts) / sizeof (gboolean); fact++)
    {
      HsQueueReply reply = { 0 };
      HsPrintQueueFacts facts;

      ((gboolean *)&reply.facts)[fact] = TRUE;
      hs_print_queue_verify_async (queue, NULL, hs_loop_store_result, &result);
      HS_ASSERT_INT_EQ (answer_with (&reply).verb, HS_QUEUE_VERIFY);
      HS_ASSERT (hs_print_queue_verify_finish (queue, result, &facts, NULL));
      HS_ASSERT_BYTES_EQ (&facts, sizeof facts, &reply.facts, sizeof reply.facts);
      g_clear_object (&result);
    }
}

static void
what_remains_is_told (void)
{
  const HsQueueReply reply = { .remaining = 70000 };
  guint remaining = 0;

  hs_print_queue_purge_async (queue, HS_PRINT_QUEUE_PURGE_FINISHED, NULL, hs_loop_store_result,
                              &result);
  HS_ASSERT_INT_EQ (answer_with (&reply).verb, HS_QUEUE_PURGE_FINISHED);
  HS_ASSERT (hs_print_queue_purge_finish (queue, result, &remaining, NULL));
  HS_ASSERT_INT_EQ (remaining, 70000);
  g_clear_object (&result);
  hs_print_queue_purge_async (queue, HS_PRINT_QUEUE_PURGE_ALL, NULL, hs_loop_store_result, &result);
  HS_ASSERT_INT_EQ (answer_with (&done).verb, HS_QUEUE_PURGE_ALL);
}

static void
one_users_jobs_are_purged_by_the_uid (void)
{
  const HsQueueReply reply = { .remaining = 3 };
  guint remaining = 0;

  hs_print_queue_purge_user_async (queue, 1234, NULL, hs_loop_store_result, &result);
  HsQueueRequest request = answer_with (&reply);
  HS_ASSERT_INT_EQ (request.verb, HS_QUEUE_PURGE_USER);
  HS_ASSERT_INT_EQ (request.number, 1234);
  HS_ASSERT (hs_print_queue_purge_finish (queue, result, &remaining, NULL));
  HS_ASSERT_INT_EQ (remaining, 3);
}

static void
the_time_of_a_running_job_is_known_to_the_second (void)
{
  const HsQueueReply reply = { .first = 1700000000, .last = 0xfffffff0 };
  const HsQueueReply away = { .outcome = HS_QUEUE_NOT_FOUND, .sentence = "None." };
  g_autoptr (GError) error = NULL;
  gint64 from_us = 0;
  gint64 until_us = 0;

  hs_print_queue_find_running_async (queue, 1234, NULL, hs_loop_store_result, &result);
  HsQueueRequest request = answer_with (&reply);
  HS_ASSERT_INT_EQ (request.verb, HS_QUEUE_RUNNING);
  HS_ASSERT_INT_EQ (request.number, 1234);
  HS_ASSERT (hs_print_queue_find_running_finish (queue, result, &from_us, &until_us, NULL));
  HS_ASSERT (from_us == (gint64)1700000000 * G_USEC_PER_SEC);
  HS_ASSERT (until_us == (gint64)0xfffffff1 * G_USEC_PER_SEC);
  g_clear_object (&result);
  hs_print_queue_find_running_async (queue, 1234, NULL, hs_loop_store_result, &result);
  answer_with (&done);
  HS_ASSERT (hs_print_queue_find_running_finish (queue, result, &from_us, &until_us, NULL));
  HS_ASSERT (from_us == 0 && until_us == 0);
  g_clear_object (&result);
  hs_print_queue_find_running_async (queue, 1234, NULL, hs_loop_store_result, &result);
  answer_with (&away);
  HS_ASSERT (!hs_print_queue_find_running_finish (queue, result, &from_us, &until_us, &error));
  HS_ASSERT (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND));
}

static void
refusals_come_with_their_sentence (void)
{
  static const GIOErrorEnum codes[HS_QUEUE_N_OUTCOMES] = { 0,
                                                           G_IO_ERROR_NOT_FOUND,
                                                           G_IO_ERROR_BUSY,
                                                           G_IO_ERROR_PERMISSION_DENIED,
                                                           G_IO_ERROR_INVALID_ARGUMENT,
                                                           G_IO_ERROR_FAILED };

  for (guint outcome = 1; outcome < HS_QUEUE_N_OUTCOMES; outcome++)
    {
      const HsQueueReply reply = { .outcome = (HsQueueOutcome)outcome, .sentence = "It is so." };
      g_autoptr (GError) error = NULL;

      hs_print_queue_remove_async (queue, NULL, hs_loop_store_result, &result);
      answer_with (&reply);
      HS_ASSERT (!hs_print_queue_finish (queue, result, &error));
      HS_ASSERT_INT_EQ (error->code, codes[outcome]);
      HS_ASSERT_STR_EQ (error->message, "It is so.");
      g_clear_object (&result);
    }
}

static void
an_answer_that_is_none_is_a_failure (void)
{
  const HsQueueReply reply = { .outcome = HS_QUEUE_BUSY, .sentence = "It is so." };
  guint8 bytes[HS_QUEUE_REPLY_MAX_BYTES + 1] = { 0 };
  gsize length = hs_queue_reply_encode (&reply, bytes);

  for (gsize cut = 0; cut <= length + 1; cut++)
    {
      g_autoptr (GError) error = NULL;
      HsQueueRequest request;

      hs_print_queue_remove_async (queue, NULL, hs_loop_store_result, &result);
      play_helper (&request, bytes, cut);
      HS_ASSERT (!hs_print_queue_finish (queue, result, &error));
      HS_ASSERT_INT_EQ (error->code, cut == length ? G_IO_ERROR_BUSY : G_IO_ERROR_FAILED);
      g_clear_object (&result);
    }
}

static void
no_helper_is_not_found (void)
{
  g_autoptr (GError) error = NULL;
  HsPrintQueueFacts facts;

  g_clear_object (&listening); /* the file stays, nobody serves it */
  hs_print_queue_verify_async (queue, NULL, hs_loop_store_result, &result);
  HS_LOOP_UNTIL (result != NULL);
  HS_ASSERT (!hs_print_queue_verify_finish (queue, result, &facts, &error));
  HS_ASSERT (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND));
}

static void
a_request_can_be_cancelled (void)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  hs_print_queue_remove_async (queue, cancellable, hs_loop_store_result, &result);
  g_cancellable_cancel (cancellable);
  HS_LOOP_UNTIL (result != NULL);
  HS_ASSERT (!hs_print_queue_finish (queue, result, &error));
  HS_ASSERT (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED));
}

static void
only_proper_requests_are_decoded (void)
{
  HsQueueRequest good = { .verb = HS_QUEUE_CONFIGURE };
  guint8 bytes[HS_QUEUE_REQUEST_BYTES];
  HsQueueRequest back;

  memcpy (good.secret, SECRET, sizeof SECRET);
  hs_queue_request_encode (&good, bytes);
  HS_ASSERT (hs_queue_request_decode (bytes, &back));
  HS_ASSERT_STR_EQ (back.secret, SECRET);
  /* Any other byte in the secret, a number where none belongs, another magic or verb. */
  for (guint byte = 0; byte < 256; byte++)
    {
      hs_queue_request_encode (&good, bytes);
      bytes[20] = (guint8)byte;
      HS_ASSERT (hs_queue_request_decode (bytes, &back)
                 == (g_ascii_isalnum (byte) || byte == '-' || byte == '_'));
      hs_queue_request_encode (&good, bytes);
      bytes[4] = (guint8)byte;
      HS_ASSERT (hs_queue_request_decode (bytes, &back) == (byte == HS_QUEUE_CONFIGURE));
    }
  hs_queue_request_encode (&good, bytes);
  bytes[8] = 2;
  HS_ASSERT (!hs_queue_request_decode (bytes, &back));
  hs_queue_request_encode (&good, bytes);
  bytes[0] = 'h';
  HS_ASSERT (!hs_queue_request_decode (bytes, &back));
  hs_queue_request_encode (&(HsQueueRequest){ .verb = HS_QUEUE_PURGE_JOB }, bytes);
  HS_ASSERT (!hs_queue_request_decode (bytes, &back));
  /* Neither root nor nobody is a person. */
  for (guint i = 0; i < 4; i++)
    {
      static const guint32 uids[] = { 0, 1, G_MAXUINT32 - 1, G_MAXUINT32 };
      HsQueueRequest about = { .verb = HS_QUEUE_PURGE_USER, .number = uids[i] };
      hs_queue_request_encode (&about, bytes);
      HS_ASSERT (hs_queue_request_decode (bytes, &back) == (i == 1 || i == 2));
      about.verb = HS_QUEUE_RUNNING;
      hs_queue_request_encode (&about, bytes);
      HS_ASSERT (hs_queue_request_decode (bytes, &back) == (i == 1 || i == 2));
    }
}

HS_SUITE_WITH ("print queue",
               set_up,
               tear_down,
               { "each action is its own verb", each_action_is_its_own_verb },
               { "facts arrive as they were found", facts_arrive_as_they_were_found },
               { "what remains is told", what_remains_is_told },
               { "one user's jobs are purged by the uid", one_users_jobs_are_purged_by_the_uid },
               { "the time of a running job is known to the second",
                 the_time_of_a_running_job_is_known_to_the_second },
               { "refusals come with their sentence", refusals_come_with_their_sentence },
               { "an answer that is none is a failure", an_answer_that_is_none_is_a_failure },
               { "no helper is not found", no_helper_is_not_found },
               { "a request can be cancelled", a_request_can_be_cancelled },
               { "only proper requests are decoded", only_proper_requests_are_decoded })
