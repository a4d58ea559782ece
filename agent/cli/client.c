/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The command line's connection to the agent. */

#include "cli/client.h"

#include "base/error.h"
#include "core/wire/wire_error.h"
#include "net/http.h"

#include <string.h>

#define LIST_BYTES (32 * 1024 * 1024) /* 2,500 jobs of about 1 KiB, with room */
#define ANSWER_MS (120 * 1000)        /* doctor asks printers and the print system */

struct HsClient
{
  HsHttp *http;
  char *socket_path;
  char *session_header; /* nullable */
  gboolean is_unreachable;
};

typedef struct
{
  GAsyncResult *result;
  GCancellable *cancellable;
  GString *line; /* of a stream */
  HsClientLineFunc func;
  gpointer func_data;
  gboolean enough;
} Call;

HsClient *
hs_client_new (const char *socket_path)
{
  HsClient *client = g_new0 (HsClient, 1);

  client->http = hs_http_new ();
  client->socket_path = g_strdup (socket_path);
  return client;
}

void
hs_client_free (HsClient *client)
{
  if (client == NULL)
    return;
  hs_http_free (client->http);
  g_free (client->socket_path);
  g_free (client->session_header);
  g_free (client);
}

void
hs_client_set_session (HsClient *client, const char *token)
{
  g_free (client->session_header);
  client->session_header = token != NULL ? g_strconcat ("Homespool-Session: ", token, NULL) : NULL;
}

gboolean
hs_client_is_unreachable (const HsClient *client)
{
  return client->is_unreachable;
}

static void
on_sent (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Call *call = user_data;
  call->result = g_object_ref (result);
}

/* Runs the main loop until the request has ended. */
static HsHttpReply *
wait_for_reply (HsClient *client, const HsHttpRequest *request, Call *call, GError **error)
{
  HsHttpFacts facts = { 0 };

  call->cancellable = g_cancellable_new ();
  hs_http_send_async (client->http, request, call->cancellable, on_sent, call);
  while (call->result == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_autoptr (GError) failure = NULL;
  HsHttpReply *reply = hs_http_send_finish (call->result, &facts, &failure);
  g_clear_object (&call->result);
  g_clear_object (&call->cancellable);
  client->is_unreachable = reply == NULL && !facts.connected && !call->enough;
  if (client->is_unreachable)
    g_set_error (error, HS_ERROR, HS_ERROR_TEMPORARY,
                 "The Homespool agent does not answer on %s. An administrator starts it with "
                 "`systemctl start homespoold`; if it stops again, `journalctl -u homespoold` says "
                 "why.",
                 client->socket_path);
  else if (reply == NULL)
    g_propagate_error (error, g_steal_pointer (&failure));
  return reply;
}

static json_t *
read_reply (const HsHttpReply *reply, GError **error)
{
  GBytes *body = hs_http_reply_get_body (reply);
  guint status = hs_http_reply_get_status (reply);

  if (status >= 200 && status <= 299)
    return hs_json_parse_bytes ("the agent's answer", body, LIST_BYTES, error);
  hs_wire_error_decode (status, g_bytes_get_data (body, NULL), g_bytes_get_size (body), error);
  return NULL;
}

json_t *
hs_client_call (HsClient *client,
                const char *method,
                const char *path,
                GBytes *body,
                const char *content_type,
                GError **error)
{
  g_autofree char *url = g_strconcat ("http://localhost", path, NULL);
  const char *const headers[] = { client->session_header, NULL };
  const HsHttpRequest request = { .method = method,
                                  .url = url,
                                  .headers = headers,
                                  .unix_path = client->socket_path,
                                  .body = body,
                                  .content_type = content_type,
                                  .once = TRUE,
                                  .idle_timeout_ms = ANSWER_MS,
                                  .max_body_bytes = LIST_BYTES };
  Call call = { 0 };
  g_autoptr (HsHttpReply) reply = wait_for_reply (client, &request, &call, error);

  return reply != NULL ? read_reply (reply, error) : NULL;
}

json_t *
hs_client_post (HsClient *client, const char *path, const json_t *object, GError **error)
{
  g_autoptr (GBytes) body = hs_json_encode_bytes (object);
  return hs_client_call (client, "POST", path, body, "application/json", error);
}

static void
take_line (Call *call)
{
  g_autoptr (json_t) object
      = hs_json_parse ("an event", call->line->str, call->line->len, HS_JSON_MAX_BYTES, NULL);

  /* A line that is no object is a sign of life. */
  if (object != NULL && !call->func (object, call->func_data))
    {
      call->enough = TRUE;
      g_cancellable_cancel (call->cancellable);
    }
  g_string_set_size (call->line, 0);
}

static void
on_stream_bytes (const guint8 *bytes, gsize length, gpointer user_data)
{
  Call *call = user_data;

  for (gsize i = 0; i < length && !call->enough; i++)
    {
      if (bytes[i] == '\n')
        take_line (call);
      else if (call->line->len < HS_JSON_MAX_BYTES)
        g_string_append_c (call->line, (char)bytes[i]);
    }
}

gboolean
hs_client_stream (
    HsClient *client, const char *path, HsClientLineFunc func, gpointer user_data, GError **error)
{
  g_autofree char *url = g_strconcat ("http://localhost", path, NULL);
  Call call = { .line = g_string_new (NULL), .func = func, .func_data = user_data };
  const char *const headers[] = { client->session_header, NULL };
  const HsHttpRequest request = { .url = url,
                                  .headers = headers,
                                  .unix_path = client->socket_path,
                                  .idle_timeout_ms = G_MAXUINT,
                                  .on_body = on_stream_bytes,
                                  .on_body_data = &call };
  g_autoptr (GError) failure = NULL;
  g_autoptr (HsHttpReply) reply = wait_for_reply (client, &request, &call, &failure);

  g_string_free (call.line, TRUE);
  if (call.enough)
    return TRUE;
  if (reply == NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  if (hs_http_reply_get_status (reply) != 200)
    {
      json_decref (read_reply (reply, error));
      return FALSE;
    }
  g_set_error_literal (error, HS_ERROR, HS_ERROR_TEMPORARY,
                       "The agent ended the connection. Try again in a moment.");
  return FALSE;
}
