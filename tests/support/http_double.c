/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* An HTTP server that misbehaves on demand. */

#include "support/http_double.h"

#include <string.h>

struct HsHttpDouble
{
  GSocketService *service;
  guint16 port;
  HsHttpDoubleHandler handler;
  gpointer user_data;

  GMutex mutex; /* guards what follows */
  GCond changed;
  GTlsCertificate *identity;
  gboolean asks_certificate;
  gboolean let_go;
  guint passes; /* how often those that waited were let pass */
  guint connections;
  guint open;         /* accepted and not yet over, whether their threads have started or not */
  GPtrArray *sockets; /* element-type GSocket: open now, so that free can cut them */
};

typedef struct
{
  GSocket *socket;
  GIOStream *stream;
  GDataInputStream *in;
  gboolean is_chunked;
  gint64 left;   /* of the body or the chunk */
  gboolean over; /* the body was read to its end */
  gboolean dropped;
} Wire;

/* ── body ──────────────────────────────────────────────────────────────────────────────────── */

/* Moves on to the next chunk. Returns FALSE if the line was cut. */
static gboolean
open_chunk (Wire *wire)
{
  g_autofree char *line = g_data_input_stream_read_line (wire->in, NULL, NULL, NULL);

  if (line == NULL)
    return FALSE;
  wire->left = (gint64)g_ascii_strtoull (line, NULL, 16);
  if (wire->left == 0)
    {
      g_autofree char *last = g_data_input_stream_read_line (wire->in, NULL, NULL, NULL);
      wire->over = last != NULL;
      return wire->over;
    }
  return TRUE;
}

gssize
hs_http_exchange_read (HsHttpExchange *exchange, void *buffer, gsize capacity)
{
  Wire *wire = exchange->wire;
  gssize length;

  if (wire->over)
    return 0;
  if (wire->is_chunked && wire->left == 0 && !open_chunk (wire))
    return -1;
  if (wire->over)
    return 0;
  length = g_input_stream_read (G_INPUT_STREAM (wire->in), buffer,
                                (gsize)MIN ((gint64)capacity, wire->left), NULL, NULL);
  if (length <= 0)
    return -1;
  wire->left -= length;
  if (wire->left == 0 && wire->is_chunked)
    {
      g_autofree char *end = g_data_input_stream_read_line (wire->in, NULL, NULL, NULL);
      if (end == NULL)
        return -1;
    }
  else if (wire->left == 0)
    wire->over = TRUE;
  return length;
}

GByteArray *
hs_http_exchange_read_all (HsHttpExchange *exchange)
{
  g_autoptr (GByteArray) all = g_byte_array_new ();
  guint8 buffer[16 * 1024];
  gssize length;

  while ((length = hs_http_exchange_read (exchange, buffer, sizeof buffer)) > 0)
    if (all->len < 1024 * 1024)
      g_byte_array_append (all, buffer, (guint)length);
  return length < 0 ? NULL : g_steal_pointer (&all);
}

/* ── reply ─────────────────────────────────────────────────────────────────────────────────── */

void
hs_http_exchange_write (HsHttpExchange *exchange, const void *bytes, gsize length)
{
  Wire *wire = exchange->wire;
  GOutputStream *out = g_io_stream_get_output_stream (wire->stream);

  if (!g_output_stream_write_all (out, bytes, length, NULL, NULL, NULL))
    wire->dropped = TRUE;
}

void
hs_http_exchange_reply (
    HsHttpExchange *exchange, guint status, const char *headers, const void *body, gsize length)
{
  GString *text = g_string_new (NULL);

  g_string_append_printf (text,
                          "HTTP/1.1 %u Answer\r\n%sContent-Length: %" G_GSIZE_FORMAT "\r\n\r\n",
                          status, headers == NULL ? "" : headers, length);
  g_string_append_len (text, body, (gssize)length);
  hs_http_exchange_write (exchange, text->str, text->len);
  g_string_free (text, TRUE);
}

void
hs_http_exchange_drop (HsHttpExchange *exchange)
{
  Wire *wire = exchange->wire;

  wire->dropped = TRUE;
  g_socket_shutdown (wire->socket, TRUE, TRUE, NULL);
}

void
hs_http_exchange_wait (HsHttpExchange *exchange)
{
  HsHttpDouble *server = exchange->server;

  g_mutex_lock (&server->mutex);
  guint passes = server->passes;
  while (!server->let_go && passes == server->passes)
    g_cond_wait (&server->changed, &server->mutex);
  g_mutex_unlock (&server->mutex);
}

gboolean
hs_http_exchange_get_client_pin (HsHttpExchange *exchange, guint8 pin[32])
{
  Wire *wire = exchange->wire;
  g_autoptr (GByteArray) der = NULL;
  g_autoptr (HsCertificate) certificate = NULL;
  GTlsCertificate *shown = NULL;

  if (G_IS_TLS_CONNECTION (wire->stream))
    shown = g_tls_connection_get_peer_certificate (G_TLS_CONNECTION (wire->stream));
  if (shown == NULL)
    return FALSE;
  g_object_get (shown, "certificate", &der, NULL);
  certificate = hs_certificate_parse_der (der->data, der->len, NULL);
  if (certificate == NULL)
    return FALSE;
  hs_certificate_get_pin (certificate, pin);
  return TRUE;
}

/* ── connections ───────────────────────────────────────────────────────────────────────────── */

/* Returns FALSE at the end of the connection. */
static gboolean
read_head (HsHttpExchange *exchange)
{
  Wire *wire = exchange->wire;
  g_autofree char *line = g_data_input_stream_read_line (wire->in, NULL, NULL, NULL);
  g_auto (GStrv) words = line == NULL ? NULL : g_strsplit (line, " ", 3);
  const char *value;

  if (words == NULL || g_strv_length (words) != 3)
    return FALSE;
  g_free (exchange->method);
  g_free (exchange->path);
  exchange->method = g_strdup (words[0]);
  exchange->path = g_strdup (words[1]);
  g_hash_table_remove_all (exchange->headers);
  for (;;)
    {
      g_autofree char *header = g_data_input_stream_read_line (wire->in, NULL, NULL, NULL);
      char *colon;

      if (header == NULL)
        return FALSE;
      if (*g_strchomp (header) == '\0')
        break;
      colon = strchr (header, ':');
      if (colon == NULL)
        return FALSE;
      *colon = '\0';
      g_hash_table_replace (exchange->headers, g_ascii_strdown (header, -1),
                            g_strdup (g_strstrip (colon + 1)));
    }
  wire->is_chunked = g_hash_table_contains (exchange->headers, "transfer-encoding");
  value = g_hash_table_lookup (exchange->headers, "content-length");
  wire->left = value == NULL ? 0 : (gint64)g_ascii_strtoull (value, NULL, 10);
  wire->over = !wire->is_chunked && wire->left == 0;
  return TRUE;
}

static gboolean
accept_any_certificate (GTlsConnection *connection,
                        GTlsCertificate *certificate,
                        GTlsCertificateFlags flags,
                        gpointer user_data)
{
  return TRUE;
}

/* Returns: (transfer full): the stream to talk over, NULL if TLS failed. */
static GIOStream *
open_stream (HsHttpDouble *server, GSocketConnection *connection)
{
  g_autoptr (GTlsCertificate) identity = NULL;
  g_autoptr (GIOStream) tls = NULL;
  gboolean asks;

  g_mutex_lock (&server->mutex);
  g_set_object (&identity, server->identity);
  asks = server->asks_certificate;
  g_mutex_unlock (&server->mutex);
  if (identity == NULL)
    return g_object_ref (G_IO_STREAM (connection));
  tls = g_tls_server_connection_new (G_IO_STREAM (connection), identity, NULL);
  if (tls == NULL)
    return NULL;
  if (asks)
    {
      g_object_set (tls, "authentication-mode", G_TLS_AUTHENTICATION_REQUESTED, NULL);
      g_signal_connect (tls, "accept-certificate", G_CALLBACK (accept_any_certificate), NULL);
    }
  g_tls_connection_set_require_close_notify (G_TLS_CONNECTION (tls), FALSE);
  if (!g_tls_connection_handshake (G_TLS_CONNECTION (tls), NULL, NULL))
    return NULL;
  return g_steal_pointer (&tls);
}

static void
serve (HsHttpDouble *server, GSocketConnection *connection, guint number)
{
  g_autoptr (GIOStream) stream = open_stream (server, connection);
  Wire wire = { .socket = g_socket_connection_get_socket (connection), .stream = stream };
  HsHttpExchange exchange = { .server = server, .connection = number, .wire = &wire };

  if (stream == NULL)
    return;
  wire.in = g_data_input_stream_new (g_io_stream_get_input_stream (stream));
  g_data_input_stream_set_newline_type (wire.in, G_DATA_STREAM_NEWLINE_TYPE_CR_LF);
  exchange.headers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  while (!wire.dropped && read_head (&exchange))
    {
      server->handler (&exchange, server->user_data);
      if (!wire.over)
        break;
    }
  if (!wire.dropped)
    g_io_stream_close (stream, NULL, NULL);
  g_free (exchange.method);
  g_free (exchange.path);
  g_hash_table_unref (exchange.headers);
  g_object_unref (wire.in);
}

/* Runs where the connection is accepted, before its thread starts: hs_http_double_free() must wait for
 * that thread even if it has not come to run yet. */
static gboolean
on_incoming (GSocketService *service,
             GSocketConnection *connection,
             GObject *source,
             gpointer user_data)
{
  HsHttpDouble *server = user_data;

  g_mutex_lock (&server->mutex);
  server->open++;
  g_ptr_array_add (server->sockets, g_object_ref (g_socket_connection_get_socket (connection)));
  g_mutex_unlock (&server->mutex);
  return FALSE;
}

static gboolean
on_connection (GThreadedSocketService *service,
               GSocketConnection *connection,
               GObject *source,
               gpointer user_data)
{
  HsHttpDouble *server = user_data;
  GSocket *socket = g_socket_connection_get_socket (connection);
  guint number;

  g_mutex_lock (&server->mutex);
  number = ++server->connections;
  g_mutex_unlock (&server->mutex);

  serve (server, connection, number);
  /* A client may not be left waiting for the end by a stray reference. */
  g_socket_shutdown (socket, TRUE, TRUE, NULL);

  g_mutex_lock (&server->mutex);
  g_ptr_array_remove_fast (server->sockets, socket);
  server->open--;
  g_cond_broadcast (&server->changed);
  g_mutex_unlock (&server->mutex);
  return TRUE;
}

/* ── life ──────────────────────────────────────────────────────────────────────────────────── */

HsHttpDouble *
hs_http_double_new (HsHttpDoubleHandler handler, gpointer user_data)
{
  HsHttpDouble *server = g_new0 (HsHttpDouble, 1);
  g_autoptr (GInetAddress) host = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new (host, 0);
  g_autoptr (GSocketAddress) bound = NULL;

  g_mutex_init (&server->mutex);
  g_cond_init (&server->changed);
  server->sockets = g_ptr_array_new_with_free_func (g_object_unref);
  server->handler = handler;
  server->user_data = user_data;
  server->service = g_threaded_socket_service_new (64);
  if (!g_socket_listener_add_address (G_SOCKET_LISTENER (server->service), any,
                                      G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL, &bound,
                                      NULL))
    g_error ("the double cannot listen");
  server->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound));
  g_signal_connect (server->service, "incoming", G_CALLBACK (on_incoming), server);
  g_signal_connect (server->service, "run", G_CALLBACK (on_connection), server);
  g_socket_service_start (server->service);
  return server;
}

void
hs_http_double_free (HsHttpDouble *server)
{
  if (server == NULL)
    return;
  g_socket_service_stop (server->service);
  g_socket_listener_close (G_SOCKET_LISTENER (server->service));
  hs_http_double_let_go (server);
  g_mutex_lock (&server->mutex);
  for (guint i = 0; i < server->sockets->len; i++)
    g_socket_shutdown (g_ptr_array_index (server->sockets, i), TRUE, TRUE, NULL);
  while (server->open > 0)
    g_cond_wait (&server->changed, &server->mutex);
  g_mutex_unlock (&server->mutex);
  g_object_unref (server->service);
  g_clear_object (&server->identity);
  g_ptr_array_unref (server->sockets);
  g_mutex_clear (&server->mutex);
  g_cond_clear (&server->changed);
  g_free (server);
}

void
hs_http_double_set_identity (HsHttpDouble *server, const char *certificate_pem, const char *key_pem)
{
  g_autofree char *both = g_strconcat (certificate_pem, key_pem, NULL);

  g_mutex_lock (&server->mutex);
  g_clear_object (&server->identity);
  server->identity = g_tls_certificate_new_from_pem (both, -1, NULL);
  g_mutex_unlock (&server->mutex);
}

void
hs_http_double_ask_for_certificate (HsHttpDouble *server, gboolean ask)
{
  g_mutex_lock (&server->mutex);
  server->asks_certificate = ask;
  g_mutex_unlock (&server->mutex);
}

guint16
hs_http_double_get_port (const HsHttpDouble *server)
{
  return server->port;
}

char *
hs_http_double_dup_url (const HsHttpDouble *server, const char *path)
{
  return g_strdup_printf ("%s://127.0.0.1:%u%s", server->identity == NULL ? "http" : "https",
                          server->port, path);
}

guint
hs_http_double_count_connections (HsHttpDouble *server)
{
  guint count;

  g_mutex_lock (&server->mutex);
  count = server->connections;
  g_mutex_unlock (&server->mutex);
  return count;
}

void
hs_http_double_let_go (HsHttpDouble *server)
{
  g_mutex_lock (&server->mutex);
  server->let_go = TRUE;
  g_cond_broadcast (&server->changed);
  g_mutex_unlock (&server->mutex);
}

void
hs_http_double_let_pass (HsHttpDouble *server)
{
  g_mutex_lock (&server->mutex);
  server->passes++;
  g_cond_broadcast (&server->changed);
  g_mutex_unlock (&server->mutex);
}

void
hs_http_double_drop_all (HsHttpDouble *server)
{
  g_mutex_lock (&server->mutex);
  for (guint i = 0; i < server->sockets->len; i++)
    g_socket_shutdown (g_ptr_array_index (server->sockets, i), TRUE, TRUE, NULL);
  g_mutex_unlock (&server->mutex);
  hs_http_double_let_pass (server);
}

/* ── identities ────────────────────────────────────────────────────────────────────────────── */

HsTestIdentity *
hs_test_identity_new (const char *name)
{
  const char *names[] = { name, NULL };
  gint64 now_us = g_get_real_time ();
  gint64 from_us = now_us - G_TIME_SPAN_HOUR;
  gint64 to_us = now_us + G_TIME_SPAN_DAY;
  g_autoptr (HsCertificateKey) ca_key = hs_certificate_key_new (NULL);
  g_autoptr (HsCertificateKey) key = hs_certificate_key_new (NULL);
  g_autoptr (HsCertificate) ca
      = hs_certificate_make_authority (ca_key, "Test authority", from_us, to_us, NULL);
  g_autoptr (HsCertificate) certificate
      = hs_certificate_issue_server (ca, ca_key, key, names, from_us, to_us, NULL);
  g_autoptr (HsSecretBytes) key_pem = hs_certificate_key_dup_pem (key);
  HsTestIdentity *identity = g_new0 (HsTestIdentity, 1);

  identity->ca_pem = hs_certificate_dup_pem (ca);
  identity->certificate_pem = hs_certificate_dup_pem (certificate);
  identity->key_pem = g_strndup ((const char *)hs_secret_bytes_peek (key_pem),
                                 hs_secret_bytes_get_length (key_pem));
  hs_certificate_get_pin (certificate, identity->pin);
  return identity;
}

void
hs_test_identity_free (HsTestIdentity *identity)
{
  if (identity == NULL)
    return;
  g_free (identity->ca_pem);
  g_free (identity->certificate_pem);
  g_free (identity->key_pem);
  g_free (identity);
}
