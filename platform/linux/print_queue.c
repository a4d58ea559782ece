/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The agent's side of homespool-queue: one connection for each request, its reply read to the end.
 * The helper is started by its socket when we connect, so "not found" means not installed. */

#include "platform/print_queue.h"

#include "platform/linux/print_queue_wire.h"

#include <gio/gunixsocketaddress.h>
#include <string.h>

#define LIMIT_S 60 /* the print system may be starting, and answers one client at a time */

struct HsPrintQueue
{
  char *helper_socket;
};

typedef struct
{
  guint8 request[HS_QUEUE_REQUEST_BYTES];
  guint8 reply[HS_QUEUE_REPLY_MAX_BYTES + 1]; /* one more, to notice what is too long */
  HsQueueReply answer;
  GSocketConnection *connection;
} Exchange;

HsPrintQueue *
hs_print_queue_new (const char *helper_socket)
{
  HsPrintQueue *queue = g_new0 (HsPrintQueue, 1);

  queue->helper_socket = g_strdup (helper_socket);
  return queue;
}

void
hs_print_queue_free (HsPrintQueue *queue)
{
  if (queue == NULL)
    return;
  g_free (queue->helper_socket);
  g_free (queue);
}

static void
exchange_free (gpointer data)
{
  Exchange *exchange = data;

  explicit_bzero (exchange->request, sizeof exchange->request); /* may hold the secret */
  g_clear_object (&exchange->connection);
  g_free (exchange);
}

/* ── one exchange ────────────────────────────────────────────────────────────────────────── */

static void
settle (GTask *task, const HsQueueReply *answer)
{
  static const GIOErrorEnum codes[] = {
    [HS_QUEUE_NOT_FOUND] = G_IO_ERROR_NOT_FOUND,
    [HS_QUEUE_BUSY] = G_IO_ERROR_BUSY,
    [HS_QUEUE_DENIED] = G_IO_ERROR_PERMISSION_DENIED,
    [HS_QUEUE_INVALID] = G_IO_ERROR_INVALID_ARGUMENT,
    [HS_QUEUE_FAILED] = G_IO_ERROR_FAILED,
  };

  if (answer->outcome == HS_QUEUE_DONE)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_new_error (task, G_IO_ERROR, (int)codes[answer->outcome], "%s", answer->sentence);
}

static void
on_read (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Exchange *exchange = g_task_get_task_data (task);
  GError *error = NULL;
  gsize length = 0;

  if (!g_input_stream_read_all_finish (G_INPUT_STREAM (source), result, &length, &error))
    g_task_return_error (task, error);
  else if (!hs_queue_reply_decode (exchange->reply, length, &exchange->answer))
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_FAILED,
                             "homespool-queue gave no proper answer; see its own log");
  else
    settle (task, &exchange->answer);
}

static void
on_written (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Exchange *exchange = g_task_get_task_data (task);
  GError *error = NULL;

  if (!g_output_stream_write_all_finish (G_OUTPUT_STREAM (source), result, NULL, &error))
    {
      g_task_return_error (task, error);
      return;
    }
  GInputStream *input = g_io_stream_get_input_stream (G_IO_STREAM (exchange->connection));
  GCancellable *cancellable = g_task_get_cancellable (task);
  g_input_stream_read_all_async (input, exchange->reply, sizeof exchange->reply, G_PRIORITY_DEFAULT,
                                 cancellable, on_read, g_steal_pointer (&task));
}

static void
on_connected (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Exchange *exchange = g_task_get_task_data (task);
  GError *error = NULL;

  exchange->connection = g_socket_client_connect_finish (G_SOCKET_CLIENT (source), result, &error);
  if (exchange->connection == NULL)
    {
      /* A socket file that nobody serves is as good as none. */
      if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED))
        error->code = G_IO_ERROR_NOT_FOUND;
      g_prefix_error_literal (&error, "cannot reach homespool-queue: ");
      g_task_return_error (task, error);
      return;
    }
  GOutputStream *output = g_io_stream_get_output_stream (G_IO_STREAM (exchange->connection));
  GCancellable *cancellable = g_task_get_cancellable (task);
  g_output_stream_write_all_async (output, exchange->request, sizeof exchange->request,
                                   G_PRIORITY_DEFAULT, cancellable, on_written,
                                   g_steal_pointer (&task));
}

static void
ask (HsPrintQueue *queue,
     const HsQueueRequest *request,
     GCancellable *cancellable,
     GAsyncReadyCallback callback,
     gpointer user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (queue->helper_socket);
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  Exchange *exchange = g_new0 (Exchange, 1);

  hs_queue_request_encode (request, exchange->request);
  g_task_set_source_tag (task, ask);
  g_task_set_task_data (task, exchange, exchange_free);
  g_socket_client_set_timeout (client, LIMIT_S);
  g_socket_client_connect_async (client, G_SOCKET_CONNECTABLE (address), cancellable, on_connected,
                                 task);
}

/* ── the verbs ───────────────────────────────────────────────────────────────────────────── */

void
hs_print_queue_configure_async (HsPrintQueue *queue,
                                const char *secret,
                                gboolean accepting,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data)
{
  HsQueueRequest request = { .verb = HS_QUEUE_CONFIGURE, .number = accepting ? 0 : 1 };

  g_return_if_fail (strlen (secret) == HS_PRINT_QUEUE_SECRET_CHARS);
  memcpy (request.secret, secret, HS_PRINT_QUEUE_SECRET_CHARS);
  ask (queue, &request, cancellable, callback, user_data);
  explicit_bzero (&request, sizeof request);
}

static void
ask_plainly (HsPrintQueue *queue,
             HsQueueVerb verb,
             GCancellable *cancellable,
             GAsyncReadyCallback callback,
             gpointer user_data)
{
  const HsQueueRequest request = { .verb = verb };

  ask (queue, &request, cancellable, callback, user_data);
}

void
hs_print_queue_verify_async (HsPrintQueue *queue,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data)
{
  ask_plainly (queue, HS_QUEUE_VERIFY, cancellable, callback, user_data);
}

void
hs_print_queue_purge_job_async (HsPrintQueue *queue,
                                guint32 os_job_id,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data)
{
  const HsQueueRequest request = { .verb = HS_QUEUE_PURGE_JOB, .number = os_job_id };

  ask (queue, &request, cancellable, callback, user_data);
}

void
hs_print_queue_purge_async (HsPrintQueue *queue,
                            HsPrintQueuePurge which,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  g_return_if_fail (which != HS_PRINT_QUEUE_PURGE_NONE);
  ask_plainly (queue,
               which == HS_PRINT_QUEUE_PURGE_ALL ? HS_QUEUE_PURGE_ALL : HS_QUEUE_PURGE_FINISHED,
               cancellable, callback, user_data);
}

void
hs_print_queue_purge_user_async (HsPrintQueue *queue,
                                 guint32 uid,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data)
{
  const HsQueueRequest request = { .verb = HS_QUEUE_PURGE_USER, .number = uid };

  ask (queue, &request, cancellable, callback, user_data);
}

void
hs_print_queue_purge_running_async (HsPrintQueue *queue,
                                    gint64 until_us,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data)
{
  const HsQueueRequest request
      = { .verb = HS_QUEUE_PURGE_RUNNING, .number = (guint32)(until_us / G_USEC_PER_SEC) };

  ask (queue, &request, cancellable, callback, user_data);
}

void
hs_print_queue_find_running_async (HsPrintQueue *queue,
                                   guint32 uid,
                                   GCancellable *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data)
{
  const HsQueueRequest request = { .verb = HS_QUEUE_RUNNING, .number = uid };

  ask (queue, &request, cancellable, callback, user_data);
}

void
hs_print_queue_set_accepting_async (HsPrintQueue *queue,
                                    gboolean accepting,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data)
{
  ask_plainly (queue, accepting ? HS_QUEUE_ACCEPT : HS_QUEUE_REJECT, cancellable, callback,
               user_data);
}

void
hs_print_queue_remove_async (HsPrintQueue *queue,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data)
{
  ask_plainly (queue, HS_QUEUE_REMOVE, cancellable, callback, user_data);
}

gboolean
hs_print_queue_verify_finish (HsPrintQueue *queue,
                              GAsyncResult *result,
                              HsPrintQueueFacts *facts,
                              GError **error)
{
  Exchange *exchange = g_task_get_task_data (G_TASK (result));

  if (!g_task_propagate_boolean (G_TASK (result), error))
    return FALSE;
  *facts = exchange->answer.facts;
  return TRUE;
}

gboolean
hs_print_queue_purge_finish (HsPrintQueue *queue,
                             GAsyncResult *result,
                             guint *remaining,
                             GError **error)
{
  Exchange *exchange = g_task_get_task_data (G_TASK (result));

  if (!g_task_propagate_boolean (G_TASK (result), error))
    return FALSE;
  if (remaining != NULL)
    *remaining = exchange->answer.remaining;
  return TRUE;
}

gboolean
hs_print_queue_find_running_finish (
    HsPrintQueue *queue, GAsyncResult *result, gint64 *from_us, gint64 *until_us, GError **error)
{
  Exchange *exchange = g_task_get_task_data (G_TASK (result));

  if (!g_task_propagate_boolean (G_TASK (result), error))
    return FALSE;
  gboolean is_found = exchange->answer.last > 0;
  *from_us = is_found ? (gint64)exchange->answer.first * G_USEC_PER_SEC : 0;
  *until_us = is_found ? ((gint64)exchange->answer.last + 1) * G_USEC_PER_SEC : 0;
  return TRUE;
}

gboolean
hs_print_queue_finish (HsPrintQueue *queue, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
