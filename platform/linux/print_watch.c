/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The agent's side of homespool-queue's word about other queues. Rare and short, so each question is
 * one connection in a worker thread that owns it. */

#include "platform/print_watch.h"

#include "platform/linux/print_queue_wire.h"
#include "platform/linux/print_watch_wire.h"

#include <gio/gunixsocketaddress.h>

#define LIMIT_S 60 /* as print_queue.c */

struct HsPrintWatch
{
  char *helper_socket;
};

typedef struct
{
  char *helper_socket;
  HsQueueRequest request;
  guint32 next;
  GPtrArray *jobs; /* (element-type HsPrintedJob) */
} Question;

HsPrintWatch *
hs_print_watch_new (const char *helper_socket)
{
  HsPrintWatch *watch = g_new0 (HsPrintWatch, 1);

  watch->helper_socket = g_strdup (helper_socket);
  return watch;
}

void
hs_print_watch_free (HsPrintWatch *watch)
{
  if (watch == NULL)
    return;
  g_free (watch->helper_socket);
  g_free (watch);
}

static void
question_free (gpointer data)
{
  Question *question = data;

  g_free (question->helper_socket);
  g_clear_pointer (&question->jobs, g_ptr_array_unref);
  g_free (question);
}

static gboolean
read_reply (Question *question, const guint8 *bytes, gsize length, GError **error)
{
  static const GIOErrorEnum codes[] = {
    [HS_QUEUE_NOT_FOUND] = G_IO_ERROR_NOT_FOUND,
    [HS_QUEUE_BUSY] = G_IO_ERROR_BUSY,
    [HS_QUEUE_DENIED] = G_IO_ERROR_PERMISSION_DENIED,
    [HS_QUEUE_INVALID] = G_IO_ERROR_NOT_SUPPORTED,
    [HS_QUEUE_FAILED] = G_IO_ERROR_FAILED,
  };
  gsize head = length >= HS_QUEUE_REPLY_HEAD_BYTES
                   ? HS_QUEUE_REPLY_HEAD_BYTES + ((gsize)bytes[18] << 8 | bytes[19])
                   : 0;
  HsQueueReply reply;

  if (head == 0 || head > length || !hs_queue_reply_decode (bytes, head, &reply)
      || (question->jobs = hs_queue_jobs_decode (bytes + head, length - head)) == NULL)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED,
                   "homespool-queue gave no proper answer; see its own log");
      return FALSE;
    }
  question->next = reply.last;
  if (reply.outcome == HS_QUEUE_DONE)
    return TRUE;
  g_set_error_literal (error, G_IO_ERROR, (int)codes[reply.outcome], reply.sentence);
  return FALSE;
}

static gboolean
exchange (Question *question, GCancellable *cancellable, GError **error)
{
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (question->helper_socket);
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autofree guint8 *reply = g_malloc (HS_QUEUE_REPLY_MAX_BYTES + HS_QUEUE_JOBS_MAX_BYTES + 1);
  guint8 request[HS_QUEUE_REQUEST_BYTES];
  gsize length = 0;

  g_socket_client_set_timeout (client, LIMIT_S);
  g_autoptr (GSocketConnection) connection
      = g_socket_client_connect (client, G_SOCKET_CONNECTABLE (address), cancellable, error);
  if (connection == NULL)
    {
      /* A socket file that nobody serves is as good as none. */
      if (g_error_matches (*error, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED))
        (*error)->code = G_IO_ERROR_NOT_FOUND;
      g_prefix_error_literal (error, "cannot reach homespool-queue: ");
      return FALSE;
    }
  hs_queue_request_encode (&question->request, request);
  return g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (connection)),
                                    request, sizeof request, NULL, cancellable, error)
         && g_input_stream_read_all (g_io_stream_get_input_stream (G_IO_STREAM (connection)), reply,
                                     HS_QUEUE_REPLY_MAX_BYTES + HS_QUEUE_JOBS_MAX_BYTES + 1,
                                     &length, cancellable, error)
         && read_reply (question, reply, length, error);
}

static void
run (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GError *error = NULL;

  if (exchange (data, cancellable, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
ask (HsPrintWatch *watch,
     const HsQueueRequest *request,
     GCancellable *cancellable,
     GAsyncReadyCallback callback,
     gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Question *question = g_new0 (Question, 1);

  question->helper_socket = g_strdup (watch->helper_socket);
  question->request = *request;
  g_task_set_task_data (task, question, question_free);
  g_task_run_in_thread (task, run);
}

void
hs_print_watch_set_knocking_async (HsPrintWatch *watch,
                                   gboolean knocks,
                                   GCancellable *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data)
{
  const HsQueueRequest request = { .verb = HS_QUEUE_KNOCK, .number = knocks ? 1 : 0 };

  ask (watch, &request, cancellable, callback, user_data);
}

gboolean
hs_print_watch_set_knocking_finish (HsPrintWatch *watch, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

void
hs_print_watch_list_async (HsPrintWatch *watch,
                           guint32 from,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data)
{
  const HsQueueRequest request = { .verb = HS_QUEUE_OTHERS, .number = from };

  ask (watch, &request, cancellable, callback, user_data);
}

GPtrArray *
hs_print_watch_list_finish (HsPrintWatch *watch,
                            GAsyncResult *result,
                            guint32 *next,
                            GError **error)
{
  Question *question = g_task_get_task_data (G_TASK (result));

  if (!g_task_propagate_boolean (G_TASK (result), error))
    return NULL;
  *next = question->next;
  return g_steal_pointer (&question->jobs);
}
