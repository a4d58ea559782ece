/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Asks homespool-sweep: to connect is the request, what it writes before it hangs up the answer. */

#include "platform/leftovers.h"

#include "platform/linux/leftovers_private.h"

#include <gio/gunixsocketaddress.h>
#include <string.h>

#define ANSWER_LIMIT_S 20 /* it gives up by itself after HS_SWEEP_MOST_ROUNDS × HS_SWEEP_ROUND_MS */

typedef struct
{
  GSocketConnection *connection;
  char answer[HS_SWEEP_ANSWER_BYTES];
} Asking;

static void
asking_free (gpointer data)
{
  Asking *asking = data;

  g_clear_object (&asking->connection);
  g_free (asking);
}

gboolean
hs_leftovers_has_helper (const char *socket_path)
{
  return g_file_test (socket_path, G_FILE_TEST_EXISTS);
}

static void
on_answer (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Asking *asking = g_task_get_task_data (task);
  GError *error = NULL;
  gsize length = 0;

  if (!g_input_stream_read_all_finish (G_INPUT_STREAM (source), result, &length, &error))
    {
      g_task_return_error (task, error);
      return;
    }
  g_autofree char *answer = g_strndup (asking->answer, length);
  if (strcmp (answer, HS_SWEEP_DONE) == 0)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_FAILED, "%s",
                             *answer != '\0' ? g_strstrip (answer)
                                             : "homespool-sweep hung up; see its own log");
}

static void
on_connected (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Asking *asking = g_task_get_task_data (task);
  GError *error = NULL;

  asking->connection = g_socket_client_connect_finish (G_SOCKET_CLIENT (source), result, &error);
  if (asking->connection == NULL)
    {
      g_prefix_error_literal (&error, "cannot reach homespool-sweep: ");
      g_task_return_error (task, error);
      return;
    }
  g_input_stream_read_all_async (g_io_stream_get_input_stream (G_IO_STREAM (asking->connection)),
                                 asking->answer, sizeof asking->answer, G_PRIORITY_DEFAULT,
                                 g_task_get_cancellable (task), on_answer, g_object_ref (task));
}

void
hs_leftovers_end_async (const char *socket_path,
                        GCancellable *cancellable,
                        GAsyncReadyCallback callback,
                        gpointer user_data)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (socket_path);
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_task_data (task, g_new0 (Asking, 1), asking_free);
  g_socket_client_set_timeout (client, ANSWER_LIMIT_S);
  g_socket_client_connect_async (client, G_SOCKET_CONNECTABLE (address), cancellable, on_connected,
                                 task);
}

gboolean
hs_leftovers_end_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
