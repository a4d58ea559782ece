/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* A SoupServer with a doorkeeper. */

#define HS_LOG_AREA "http"

#include "http/server.h"

#include "base/error.h"
#include "base/log.h"
#include "http/connection.h"

/* When accepting fails (no descriptors, no memory) the listener rests instead of spinning. */
#define REST_MS 1000

typedef struct
{
  HsHttpServer *server;
  GSocket *socket;
  GSource *source;
  guint rest_timer;
  GTlsCertificate *certificate; /* NULL: plain HTTP */
  GTlsDatabase *client_authorities;
  GTlsAuthenticationMode mode;
} Listener;

struct HsHttpServer
{
  HsHttpLimits limits;
  HsHttpAdmitFunc admit;
  gpointer user_data;
  SoupServer *soup;
  GMainContext *still; /* never iterated: libsoup's own accepting is parked here */
  GPtrArray *listeners;
  GHashTable *connections; /* set of HsHttpConnection, each with a reference */
  GHashTable *counts;      /* key → how many */
};

/* A TLS handshake under way. */
typedef struct
{
  HsHttpServer *server;
  HsHttpConnection *connection;
  GCancellable *late;
  guint timer;
} Handshake;

static void watch_listener (Listener *listener);

/* ── counting ────────────────────────────────────────────────────────────────────────────── */

static guint
count_of (HsHttpServer *server, const char *key)
{
  return GPOINTER_TO_UINT (g_hash_table_lookup (server->counts, key));
}

static void
set_count (HsHttpServer *server, const char *key, guint count)
{
  if (count == 0)
    g_hash_table_remove (server->counts, key);
  else
    g_hash_table_insert (server->counts, g_strdup (key), GUINT_TO_POINTER (count));
}

static void
on_closed (HsHttpConnection *connection, gpointer user_data)
{
  HsHttpServer *server = user_data;
  const char *key = hs_http_connection_get_key (connection);

  set_count (server, key, count_of (server, key) - 1);
  g_hash_table_remove (server->connections, connection);
}

guint
hs_http_server_count_connections (HsHttpServer *server)
{
  return g_hash_table_size (server->connections);
}

/* ── accepting ───────────────────────────────────────────────────────────────────────────── */

static void
hand_to_soup (HsHttpServer *server, HsHttpConnection *connection)
{
  GSocket *socket = hs_http_connection_get_socket (connection);
  g_autoptr (GError) problem = NULL;
  g_autoptr (GSocketAddress) local = g_socket_get_local_address (socket, &problem);
  g_autoptr (GSocketAddress) remote = g_socket_get_remote_address (socket, NULL);
  GIOStream *stream = G_IO_STREAM (hs_http_connection_get_stream (connection));

  if (local == NULL || remote == NULL)
    {
      g_io_stream_close (stream, NULL, NULL);
      return;
    }
  hs_http_connection_attach (connection, remote);
  if (!soup_server_accept_iostream (server->soup, stream, local, remote, &problem))
    {
      hs_log_warning ("cannot serve a connection: %s", problem->message);
      g_io_stream_close (stream, NULL, NULL);
    }
}

static gboolean
on_handshake_late (gpointer user_data)
{
  Handshake *handshake = user_data;

  handshake->timer = 0;
  g_cancellable_cancel (handshake->late);
  return G_SOURCE_REMOVE;
}

static void
on_handshake (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Handshake *handshake = user_data;
  g_autoptr (GError) problem = NULL;
  HsHttpStream *stream = hs_http_connection_get_stream (handshake->connection);

  if (!g_tls_connection_handshake_finish (G_TLS_CONNECTION (source), result, &problem))
    {
      hs_log_debug ("a TLS handshake failed: %s", problem->message);
      g_io_stream_close (G_IO_STREAM (stream), NULL, NULL);
    }
  else if (!hs_http_stream_look (stream)->is_closed)
    hand_to_soup (handshake->server, handshake->connection);
  if (handshake->timer != 0)
    g_source_remove (handshake->timer);
  g_object_unref (handshake->late);
  hs_http_connection_unref (handshake->connection);
  g_free (handshake);
}

/* GIO's server side accepts no client certificate by itself: it checks against the authorities and
 * asks here, whatever the result was. */
static gboolean
on_client_certificate (GTlsConnection *tls,
                       GTlsCertificate *certificate,
                       GTlsCertificateFlags problems,
                       gpointer user_data)
{
  return problems == 0;
}

static GIOStream *
new_tls_stream (Listener *listener, GIOStream *plain)
{
  g_autoptr (GError) problem = NULL;
  GIOStream *tls = g_tls_server_connection_new (plain, listener->certificate, &problem);

  if (tls == NULL)
    {
      hs_log_error ("cannot begin TLS: %s", problem->message);
      return NULL;
    }
  g_object_set (tls, "authentication-mode", listener->mode, "require-close-notify", TRUE, NULL);
  g_tls_connection_set_database (G_TLS_CONNECTION (tls), listener->client_authorities);
  if (listener->client_authorities != NULL)
    g_signal_connect (tls, "accept-certificate", G_CALLBACK (on_client_certificate), NULL);
  return tls;
}

static void
begin_handshake (HsHttpServer *server, HsHttpConnection *connection)
{
  Handshake *handshake = g_new0 (Handshake, 1);

  handshake->server = server;
  handshake->connection = hs_http_connection_ref (connection);
  handshake->late = g_cancellable_new ();
  handshake->timer = g_timeout_add (server->limits.header_ms, on_handshake_late, handshake);
  g_tls_connection_handshake_async (hs_http_connection_get_tls (connection), G_PRIORITY_DEFAULT,
                                    handshake->late, on_handshake, handshake);
}

/* A refused guest of a plain listener hears it; nothing is waited for. */
static void
turn_away (Listener *listener, GSocket *socket, guint status)
{
  g_autoptr (GSocketConnection) connection = g_socket_connection_factory_create_connection (socket);

  if (listener->certificate == NULL)
    hs_http_answer_plainly (g_io_stream_get_output_stream (G_IO_STREAM (connection)), status);
  g_io_stream_close (G_IO_STREAM (connection), NULL, NULL);
}

static gboolean
admit_by_address (GSocket *socket, HsHttpGuest *guest, GError **error)
{
  g_autoptr (GSocketAddress) remote = g_socket_get_remote_address (socket, error);

  if (remote == NULL)
    return FALSE;
  guest->key = G_IS_INET_SOCKET_ADDRESS (remote) ? g_inet_address_to_string (
                   g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (remote)))
                                                 : g_strdup ("local");
  return TRUE;
}

static void
receive_guest (Listener *listener, GSocket *socket)
{
  HsHttpServer *server = listener->server;
  g_autoptr (GError) problem = NULL;
  HsHttpGuest guest = { 0 };

  g_socket_set_blocking (socket, FALSE);
  if (g_hash_table_size (server->connections) >= server->limits.connections)
    {
      hs_log_warning ("a connection was turned away: %u are open", server->limits.connections);
      turn_away (listener, socket, SOUP_STATUS_SERVICE_UNAVAILABLE);
      return;
    }
  if (!(server->admit != NULL ? server->admit (socket, &guest, server->user_data, &problem)
                              : admit_by_address (socket, &guest, &problem)))
    {
      hs_log_info ("a connection was refused: %s", problem->message);
      turn_away (listener, socket, SOUP_STATUS_FORBIDDEN);
      return;
    }
  if (count_of (server, guest.key) >= server->limits.connections_per_key)
    {
      hs_log_info ("a connection was turned away: %s has %u open", guest.key,
                   server->limits.connections_per_key);
      turn_away (listener, socket, SOUP_STATUS_SERVICE_UNAVAILABLE);
      if (guest.free_data != NULL)
        guest.free_data (guest.data);
      g_free (guest.key);
      return;
    }

  g_autoptr (GIOStream) plain
      = G_IO_STREAM (g_socket_connection_factory_create_connection (socket));
  g_autoptr (GIOStream) base
      = listener->certificate != NULL ? new_tls_stream (listener, plain) : g_object_ref (plain);
  if (base == NULL)
    base = g_object_ref (plain); /* closed below, unserved */
  gboolean is_served = listener->certificate == NULL || G_IS_TLS_CONNECTION (base);
  set_count (server, guest.key, count_of (server, guest.key) + 1);
  HsHttpConnection *connection
      = hs_http_connection_new (socket, base, &server->limits, &guest, on_closed, server);
  g_hash_table_add (server->connections, connection);
  if (!is_served)
    g_io_stream_close (G_IO_STREAM (hs_http_connection_get_stream (connection)), NULL, NULL);
  else if (listener->certificate != NULL)
    begin_handshake (server, connection);
  else
    hand_to_soup (server, connection);
}

static gboolean
on_rested (gpointer user_data)
{
  Listener *listener = user_data;

  listener->rest_timer = 0;
  watch_listener (listener);
  return G_SOURCE_REMOVE;
}

static gboolean
on_incoming (GSocket *listening, GIOCondition condition, gpointer user_data)
{
  Listener *listener = user_data;

  /* One in a turn: a request that came along is answered at once, and a client that then hangs up
   * and calls again must not be counted twice. */
  g_autoptr (GError) problem = NULL;
  g_autoptr (GSocket) socket = g_socket_accept (listening, NULL, &problem);
  if (socket != NULL)
    receive_guest (listener, socket);
  else if (!g_error_matches (problem, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
    {
      hs_log_warning ("cannot accept a connection: %s", problem->message);
      listener->rest_timer = g_timeout_add (REST_MS, on_rested, listener);
      g_clear_pointer (&listener->source, g_source_unref);
      return G_SOURCE_REMOVE;
    }
  return G_SOURCE_CONTINUE;
}

static void
watch_listener (Listener *listener)
{
  listener->source = g_socket_create_source (listener->socket, G_IO_IN, NULL);
  g_source_set_callback (listener->source, G_SOURCE_FUNC (on_incoming), listener, NULL);
  g_source_attach (listener->source, NULL);
}

static void
listener_free (gpointer pointer)
{
  Listener *listener = pointer;

  if (listener->source != NULL)
    g_source_destroy (listener->source);
  g_clear_pointer (&listener->source, g_source_unref);
  if (listener->rest_timer != 0)
    g_source_remove (listener->rest_timer);
  g_clear_object (&listener->certificate);
  g_clear_object (&listener->client_authorities);
  g_object_unref (listener->socket);
  g_free (listener);
}

/* ── messages ────────────────────────────────────────────────────────────────────────────── */

static void
on_request_started (SoupServer *soup, SoupServerMessage *message, gpointer user_data)
{
  HsHttpServer *server = user_data;

  soup_message_body_set_accumulate (soup_server_message_get_request_body (message),
                                    server->limits.accumulate_bodies);
  hs_http_connection_note_message (hs_http_connection_of (message), message);
}

/* ── life ────────────────────────────────────────────────────────────────────────────────── */

HsHttpServer *
hs_http_server_new (const HsHttpLimits *limits, HsHttpAdmitFunc admit, gpointer user_data)
{
  g_return_val_if_fail (!limits->accumulate_bodies || limits->body_bytes > 0, NULL);
  HsHttpServer *server = g_new0 (HsHttpServer, 1);

  server->limits = *limits;
  server->admit = admit;
  server->user_data = user_data;
  server->soup = soup_server_new (NULL, NULL);
  server->still = g_main_context_new ();
  server->listeners = g_ptr_array_new_with_free_func (listener_free);
  server->connections
      = g_hash_table_new_full (NULL, NULL, (GDestroyNotify)hs_http_connection_unref, NULL);
  server->counts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_signal_connect (server->soup, "request-started", G_CALLBACK (on_request_started), server);
  return server;
}

void
hs_http_server_free (HsHttpServer *server)
{
  if (server == NULL)
    return;
  g_ptr_array_unref (server->listeners);
  g_autoptr (GList) open = g_hash_table_get_keys (server->connections);
  soup_server_disconnect (server->soup); /* closes those that libsoup has */
  for (GList *each = open; each != NULL; each = each->next)
    if (g_hash_table_contains (server->connections, each->data))
      g_io_stream_close (G_IO_STREAM (hs_http_connection_get_stream (each->data)), NULL, NULL);
  g_signal_handlers_disconnect_by_data (server->soup, server);
  g_object_unref (server->soup);
  g_hash_table_unref (server->connections);
  g_hash_table_unref (server->counts);
  g_main_context_unref (server->still);
  g_free (server);
}

SoupServer *
hs_http_server_get_soup (HsHttpServer *server)
{
  return server->soup;
}

gboolean
hs_http_server_listen (HsHttpServer *server,
                       GSocket *listening,
                       const HsHttpTls *tls,
                       GError **error)
{
  gboolean parked;

  /* libsoup keeps connections alive only while it has a listener, so it gets this one, with its
   * own accepting parked in a context that never runs. */
  g_main_context_push_thread_default (server->still);
  parked = soup_server_listen_socket (server->soup, listening, 0, error);
  g_main_context_pop_thread_default (server->still);
  if (!parked)
    {
      g_prefix_error_literal (error, "cannot listen: ");
      hs_error_convert_gio (error);
      return FALSE;
    }

  Listener *listener = g_new0 (Listener, 1);
  listener->server = server;
  listener->socket = g_object_ref (listening);
  g_socket_set_blocking (listening, FALSE);
  if (tls != NULL)
    {
      listener->certificate = g_object_ref (tls->certificate);
      g_set_object (&listener->client_authorities, tls->client_authorities);
      listener->mode = tls->mode;
    }
  g_ptr_array_add (server->listeners, listener);
  watch_listener (listener);
  return TRUE;
}

void
hs_http_server_set_certificate (HsHttpServer *server, GTlsCertificate *certificate)
{
  for (guint i = 0; i < server->listeners->len; i++)
    {
      Listener *listener = g_ptr_array_index (server->listeners, i);
      if (listener->certificate != NULL)
        g_set_object (&listener->certificate, certificate);
    }
}
