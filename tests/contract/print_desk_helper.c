/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The print system behind a socket on which somebody speaks as homespool-queue does: one question and
 * one answer to a connection. */

#include "platform/linux/print_queue_wire.h"
#include "platform/linux/print_watch_wire.h"
#include "print_desk.h"
#include "support/suite.h"
#include "support/temp_dir.h"

#include <gio/gunixsocketaddress.h>

static char *folder, *path;
static GSocketService *service;
static GPtrArray *history; /* GByteArray: jobs as they travel; number i + 1 */
static HsQueueOutcome outcome;
static gboolean knocks;

static void
answer_question (const HsQueueRequest *request, GByteArray *bytes)
{
  HsQueueReply reply = { .outcome = outcome };
  guint8 head[HS_QUEUE_REPLY_MAX_BYTES];
  g_autoptr (GByteArray) jobs = g_byte_array_new ();

  if (outcome != HS_QUEUE_DONE)
    g_strlcpy (reply.sentence, "the print system does not answer", sizeof reply.sentence);
  else if (request->verb == HS_QUEUE_KNOCK)
    knocks = request->number == 1;
  else
    {
      guint end = MIN (request->number - 1 + HS_QUEUE_JOBS_AT_ONCE, history->len);
      HS_ASSERT (request->verb == HS_QUEUE_OTHERS && request->number >= 1);
      for (guint i = request->number - 1; i < end; i++)
        {
          const GByteArray *job = g_ptr_array_index (history, i);
          g_byte_array_append (jobs, job->data, job->len);
        }
      reply.last = end < history->len ? end + 1 : 0;
    }
  g_byte_array_append (bytes, head, (guint)hs_queue_reply_encode (&reply, head));
  g_byte_array_append (bytes, jobs->data, jobs->len);
}

/* The question is as short as a socket's buffer is long: nobody waits here. */
static gboolean
on_incoming (GSocketService *from, GSocketConnection *connection, GObject *source, gpointer data)
{
  guint8 question[HS_QUEUE_REQUEST_BYTES];
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  HsQueueRequest request;

  HS_ASSERT (g_input_stream_read_all (g_io_stream_get_input_stream (G_IO_STREAM (connection)),
                                      question, sizeof question, NULL, NULL, NULL));
  HS_ASSERT (hs_queue_request_decode (question, &request));
  answer_question (&request, bytes);
  (void)g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (connection)),
                                   bytes->data, bytes->len, NULL, NULL, NULL);
  (void)g_io_stream_close (G_IO_STREAM (connection), NULL, NULL);
  return TRUE;
}

const char *
hs_print_desk_open (void)
{
  g_autoptr (GSocketAddress) address = NULL;

  folder = hs_temp_dir_new ();
  path = g_build_filename (folder, "queue.sock", NULL);
  address = g_unix_socket_address_new (path);
  history = g_ptr_array_new_with_free_func ((GDestroyNotify)g_byte_array_unref);
  outcome = HS_QUEUE_DONE;
  knocks = FALSE;
  service = g_socket_service_new ();
  HS_ASSERT (g_socket_listener_add_address (G_SOCKET_LISTENER (service), address,
                                            G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_DEFAULT, NULL,
                                            NULL, NULL));
  g_signal_connect (service, "incoming", G_CALLBACK (on_incoming), NULL);
  g_socket_service_start (service);
  return path;
}

void
hs_print_desk_close (void)
{
  g_socket_service_stop (service);
  g_clear_object (&service);
  g_clear_pointer (&history, g_ptr_array_unref);
  g_clear_pointer (&path, g_free);
  g_clear_pointer (&folder, hs_temp_dir_free);
}

void
hs_print_desk_put (const HsPrintedJob *job)
{
  GByteArray *bytes = g_byte_array_new ();

  HS_ASSERT_INT_EQ (job->id, history->len + 1);
  hs_queue_job_append (bytes, job);
  g_ptr_array_add (history, bytes);
}

void
hs_print_desk_fail (GIOErrorEnum code)
{
  outcome = code == G_IO_ERROR_NOT_FOUND           ? HS_QUEUE_NOT_FOUND
            : code == G_IO_ERROR_PERMISSION_DENIED ? HS_QUEUE_DENIED
            : code == G_IO_ERROR_NOT_SUPPORTED     ? HS_QUEUE_INVALID
                                                   : HS_QUEUE_FAILED;
}

guint
hs_print_desk_get_most (void)
{
  return HS_QUEUE_JOBS_AT_ONCE;
}

gboolean
hs_print_desk_knocks (void)
{
  return knocks;
}
