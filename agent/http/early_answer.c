/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Answering a request whose body is still on its way.
 *
 * libsoup answers only behind the last byte of a body. So the connection is taken out of its hands:
 * the reply is written, our side is shut down, and what the peer still sends is read and thrown
 * away for a while; closing at once would reset the connection and destroy the reply that the peer
 * has not read yet. */

#include "http/connection.h"

#include "base/secret_bytes.h"

#include <string.h>

#define SCRATCH_BYTES (64 * 1024)

typedef struct
{
  SoupServerMessage *message; /* until the connection is taken out */
  HsHttpConnection *connection;
  GBytes *reply;
  GIOStream *taken;
  GIOStream *base;
  GCancellable *over;
  guint timer;
  guint linger_ms;
  guint8 scratch[SCRATCH_BYTES];
} EarlyAnswer;

static void read_on (EarlyAnswer *answer);

static void
answer_free (EarlyAnswer *answer)
{
  if (answer->timer != 0)
    g_source_remove (answer->timer);
  if (answer->taken != NULL)
    g_io_stream_close (G_IO_STREAM (hs_http_connection_get_stream (answer->connection)), NULL,
                       NULL);
  hs_http_connection_unref (answer->connection);
  g_clear_object (&answer->message);
  g_clear_object (&answer->taken);
  g_clear_object (&answer->base);
  g_object_unref (answer->over);
  g_bytes_unref (answer->reply);
  g_free (answer);
}

static void
on_thrown_away (GObject *source, GAsyncResult *result, gpointer user_data)
{
  EarlyAnswer *answer = user_data;
  gssize length = g_input_stream_read_finish (G_INPUT_STREAM (source), result, NULL);

  /* Part of somebody's document, who may have left: it does not lie here until the next comes. */
  hs_secret_bytes_wipe (answer->scratch, (gsize)MAX (length, 0));
  if (length > 0)
    read_on (answer);
  else
    answer_free (answer);
}

static void
read_on (EarlyAnswer *answer)
{
  g_input_stream_read_async (g_io_stream_get_input_stream (answer->base), answer->scratch,
                             SCRATCH_BYTES, G_PRIORITY_LOW, answer->over, on_thrown_away, answer);
}

static gboolean
on_lingered (gpointer user_data)
{
  EarlyAnswer *answer = user_data;

  answer->timer = 0;
  g_cancellable_cancel (answer->over);
  return G_SOURCE_REMOVE;
}

static void
on_written (GObject *source, GAsyncResult *result, gpointer user_data)
{
  EarlyAnswer *answer = user_data;

  if (!g_output_stream_write_all_finish (G_OUTPUT_STREAM (source), result, NULL, NULL))
    {
      answer_free (answer);
      return;
    }
  if (hs_http_connection_get_tls (answer->connection) == NULL)
    g_socket_shutdown (hs_http_connection_get_socket (answer->connection), FALSE, TRUE, NULL);
  read_on (answer);
}

/* libsoup has read ahead, and what it holds would stay as long as the connection does. */
static void
empty_taken (EarlyAnswer *answer)
{
  GPollableInputStream *input
      = G_POLLABLE_INPUT_STREAM (g_io_stream_get_input_stream (answer->taken));
  gssize length;

  hs_http_stream_fail (hs_http_connection_get_stream (answer->connection), G_IO_ERROR_CLOSED,
                       "the connection was taken out");
  do
    {
      length = g_pollable_input_stream_read_nonblocking (input, answer->scratch, SCRATCH_BYTES,
                                                         NULL, NULL);
      hs_secret_bytes_wipe (answer->scratch, (gsize)MAX (length, 0));
    }
  while (length > 0);
}

static gboolean
on_take_out (gpointer user_data)
{
  EarlyAnswer *answer = user_data;

  answer->taken = soup_server_message_steal_connection (answer->message);
  g_clear_object (&answer->message);
  if (answer->taken == NULL)
    {
      answer_free (answer);
      return G_SOURCE_REMOVE;
    }
  hs_http_stream_drop_input (hs_http_connection_get_stream (answer->connection));
  empty_taken (answer);
  answer->timer = g_timeout_add (answer->linger_ms, on_lingered, answer);
  g_output_stream_write_all_async (
      g_io_stream_get_output_stream (answer->base), g_bytes_get_data (answer->reply, NULL),
      g_bytes_get_size (answer->reply), G_PRIORITY_DEFAULT, answer->over, on_written, answer);
  return G_SOURCE_REMOVE;
}

static GBytes *
format_reply (guint status, const char *headers, const char *content_type, GBytes *body)
{
  GString *text = g_string_new (NULL);
  gsize length;
  const char *data = g_bytes_get_data (body, &length);

  g_string_append_printf (text,
                          "HTTP/1.1 %u %s\r\nConnection: close\r\nContent-Type: %s\r\n"
                          "Content-Length: %zu\r\n%s\r\n",
                          status, soup_status_get_phrase (status), content_type, length,
                          headers != NULL ? headers : "");
  g_string_append_len (text, data, (gssize)length);
  return g_string_free_to_bytes (text);
}

void
hs_http_message_answer_early (SoupServerMessage *message,
                              guint status,
                              const char *headers,
                              const char *content_type,
                              GBytes *body)
{
  HsHttpConnection *connection = hs_http_connection_of (message);
  EarlyAnswer *answer = g_new0 (EarlyAnswer, 1);

  answer->message = g_object_ref (message);
  answer->connection = hs_http_connection_ref (connection);
  answer->base
      = g_object_ref (hs_http_stream_get_base (hs_http_connection_get_stream (connection)));
  answer->over = g_cancellable_new ();
  answer->linger_ms = hs_http_connection_get_limits (connection)->linger_ms;
  answer->reply = format_reply (status, headers, content_type, body);

  /* Not from inside libsoup's reading, which goes on using what would be taken away. */
  hs_http_message_pause (message, NULL, NULL);
  g_idle_add_full (G_PRIORITY_HIGH, on_take_out, answer, NULL);
}
