/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* One request to the agent and its reply. */

#include "tray-ui/client/exchange.h"

#include "base/error.h"
#include "base/secret_bytes.h"
#include "core/wire/wire_error.h"
#include "tray-ui/client/reply_reader.h"
#include "tray-ui/words/refusal_words.h"

#include <glib/gi18n.h>
#include <string.h>

#define LIST_BYTES (32 * 1024 * 1024) /* 2,500 jobs of about 1 KiB, with room */
#define READ_BYTES (16 * 1024)

typedef struct
{
  char *request; /* head and body: may hold a session token: wiped */
  gsize request_length;
  HsExchangeBodyFunc func;
  gpointer func_data;
  GSocketConnection *connection;
  HsReplyReader *reader;
  GString *body;
  gboolean reached;
  char buffer[READ_BYTES];
} Exchange;

static void
exchange_free (gpointer data)
{
  Exchange *exchange = data;

  hs_secret_bytes_wipe (exchange->request, exchange->request_length);
  g_free (exchange->request);
  g_clear_object (&exchange->connection);
  hs_reply_reader_free (exchange->reader);
  g_string_free (exchange->body, TRUE);
  hs_secret_bytes_wipe (exchange->buffer, sizeof exchange->buffer);
  g_free (exchange);
}

/* An event stream has no end; its bytes are not kept. What a refusal says is. */
static void
on_body (const char *bytes, gsize length, gpointer user_data)
{
  Exchange *exchange = user_data;

  if (exchange->func != NULL && hs_reply_reader_get_status (exchange->reader) <= 299)
    exchange->func (bytes, length, exchange->func_data);
  else
    g_string_append_len (exchange->body, bytes, (gssize)length);
}

static void
fail (GTask *task, GError *error)
{
  hs_error_convert_gio (&error);
  g_task_return_error (task, error);
  g_object_unref (task);
}

/* ── reading ─────────────────────────────────────────────────────────────────────────────── */

static void read_more (GTask *task);

static void
complete (GTask *task)
{
  Exchange *exchange = g_task_get_task_data (task);
  guint status = hs_reply_reader_get_status (exchange->reader);
  GError *error = NULL;

  if (status <= 299)
    g_task_return_pointer (task, g_bytes_new (exchange->body->str, exchange->body->len),
                           (GDestroyNotify)g_bytes_unref);
  else
    {
      hs_wire_error_decode (status, exchange->body->str, exchange->body->len, &error);
      if (hs_error_get_refusal (error) == NULL)
        hs_error_set_refusal (error, HS_REFUSAL_WORDS_OTHER, NULL);
      g_task_return_error (task, error);
    }
  g_object_unref (task);
}

static void
on_read (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  Exchange *exchange = g_task_get_task_data (task);
  GError *error = NULL;
  gssize count = g_input_stream_read_finish (G_INPUT_STREAM (source), result, &error);

  if (count == 0)
    error = g_error_new_literal (HS_ERROR, HS_ERROR_TEMPORARY,
                                 _ ("The agent ended the connection. Try again in a moment."));
  if (count <= 0
      || !hs_reply_reader_feed (exchange->reader, exchange->buffer, (gsize)count, &error))
    fail (task, error);
  else if (hs_reply_reader_is_complete (exchange->reader))
    complete (task);
  else
    read_more (task);
}

static void
read_more (GTask *task)
{
  Exchange *exchange = g_task_get_task_data (task);

  g_input_stream_read_async (g_io_stream_get_input_stream (G_IO_STREAM (exchange->connection)),
                             exchange->buffer, sizeof exchange->buffer, G_PRIORITY_DEFAULT,
                             g_task_get_cancellable (task), on_read, task);
}

/* ── asking ──────────────────────────────────────────────────────────────────────────────── */

static void
on_written (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  GError *error = NULL;

  /* A request that is refused before its end breaks the pipe; the reply that says why is there. */
  if (!g_output_stream_write_all_finish (G_OUTPUT_STREAM (source), result, NULL, &error)
      && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_BROKEN_PIPE))
    {
      fail (task, error);
      return;
    }
  g_clear_error (&error);
  read_more (task);
}

static void
on_connected (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  Exchange *exchange = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  exchange->connection = g_socket_client_connect_finish (G_SOCKET_CLIENT (source), result, &error);
  if (exchange->connection == NULL)
    {
      gboolean stopped = g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      fail (task, g_error_new_literal (
                      HS_ERROR, stopped ? HS_ERROR_CANCELLED : HS_ERROR_TEMPORARY,
                      _ ("Homespool does not answer on this computer. Start it, or ask your "
                         "administrator.")));
      return;
    }
  exchange->reached = TRUE;
  g_output_stream_write_all_async (
      g_io_stream_get_output_stream (G_IO_STREAM (exchange->connection)), exchange->request,
      exchange->request_length, G_PRIORITY_DEFAULT, g_task_get_cancellable (task), on_written,
      task);
}

static void
format_request (Exchange *exchange, const HsExchangeRequest *request)
{
  GString *text = g_string_new (NULL);
  gsize length = request->body != NULL ? g_bytes_get_size (request->body) : 0;

  g_string_append_printf (text, "%s %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n",
                          request->method, request->path);
  if (request->session != NULL)
    g_string_append_printf (text, "Homespool-Session: %s\r\n", request->session);
  if (request->body != NULL)
    g_string_append_printf (text, "Content-Type: %s\r\n", request->content_type);
  if (request->body != NULL || strcmp (request->method, "POST") == 0)
    g_string_append_printf (text, "Content-Length: %zu\r\n", length);
  g_string_append (text, "\r\n");
  if (length > 0)
    g_string_append_len (text, g_bytes_get_data (request->body, NULL), (gssize)length);
  exchange->request_length = text->len;
  exchange->request = g_string_free (text, FALSE);
}

void
hs_exchange_async (const HsExchangeRequest *request,
                   HsExchangeBodyFunc func,
                   gpointer func_data,
                   GCancellable *cancellable,
                   GAsyncReadyCallback callback,
                   gpointer user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);
  Exchange *exchange = g_new0 (Exchange, 1);
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (request->socket_path);

  g_task_set_source_tag (task, hs_exchange_async);
  g_task_set_check_cancellable (task, FALSE); /* so that a cancel is told by our own code */
  g_task_set_task_data (task, exchange, exchange_free);
  exchange->func = func;
  exchange->func_data = func_data;
  exchange->body = g_string_new (NULL);
  exchange->reader = hs_reply_reader_new (func != NULL ? G_MAXSIZE : LIST_BYTES, on_body, exchange);
  format_request (exchange, request);
  g_socket_client_set_enable_proxy (client, FALSE);
  g_socket_client_connect_async (client, G_SOCKET_CONNECTABLE (address), cancellable, on_connected,
                                 task);
}

GBytes *
hs_exchange_finish (GAsyncResult *result, gboolean *reached, GError **error)
{
  Exchange *exchange = g_task_get_task_data (G_TASK (result));

  if (reached != NULL)
    *reached = exchange->reached;
  return g_task_propagate_pointer (G_TASK (result), error);
}
