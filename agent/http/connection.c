/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* One accepted connection: its stream, its guest and its clock. */

#include "http/connection.h"

#include "platform/peer.h"

#include <string.h>

#define CONNECTION_KEY "hs-http-connection"
#define NEVER G_MAXINT64

struct HsHttpConnection
{
  gatomicrefcount references;
  GSocket *socket;
  GIOStream *base;
  HsHttpStream *stream;
  HsHttpLimits limits;
  HsHttpGuest guest;
  HsHttpConnectionClosedFunc closed;
  gpointer user_data;

  GSource *clock;
  gint64 armed_us;   /* when the clock fires; NEVER if it does not */
  guint64 traffic;   /* of the stream, when traffic_us was taken */
  gint64 traffic_us; /* monotonic: the last byte in either direction */
  gint64 request_us; /* the present request's first byte, or accept */
  gint64 body_us;    /* the first byte of the present body, pauses added */
  gint64 paused_us;  /* start of the present pause; 0 = not paused */
  HsHttpFramingState phase;
  gboolean is_first; /* no request has been begun yet */

  SoupServerMessage *newest; /* by which libsoup's connection can be taken back */
  guint letting_go;          /* idle source */
  SoupServerMessage *paused; /* borrowed */
  HsHttpHungUpFunc hung_up;
  gpointer hung_up_data;
  GSource *hang_up_watch;
};

static void on_stream (HsHttpStream *stream, gpointer user_data);
static gboolean on_clock (gpointer user_data);

/* GLib wants a dispatcher for a source that has nothing but a ready time. */
static gboolean
dispatch_clock (GSource *source, GSourceFunc callback, gpointer user_data)
{
  return callback (user_data);
}

static GSourceFuncs clock_funcs = { .dispatch = dispatch_clock };

HsHttpConnection *
hs_http_connection_new (GSocket *socket,
                        GIOStream *base,
                        const HsHttpLimits *limits,
                        HsHttpGuest *guest,
                        HsHttpConnectionClosedFunc closed,
                        gpointer user_data)
{
  HsHttpConnection *connection = g_new0 (HsHttpConnection, 1);

  g_atomic_ref_count_init (&connection->references);
  connection->socket = g_object_ref (socket);
  connection->base = g_object_ref (base);
  connection->limits = *limits;
  connection->guest = *guest;
  memset (guest, 0, sizeof *guest);
  connection->closed = closed;
  connection->user_data = user_data;
  connection->is_first = TRUE;
  connection->armed_us = NEVER;
  connection->request_us = connection->traffic_us = g_get_monotonic_time ();

  connection->clock = g_source_new (&clock_funcs, sizeof (GSource));
  g_source_set_callback (connection->clock, on_clock, connection, NULL);
  g_source_attach (connection->clock, NULL);

  connection->stream = hs_http_stream_new (base, socket, limits);
  hs_http_stream_watch (connection->stream, on_stream, connection);
  return connection;
}

HsHttpConnection *
hs_http_connection_ref (HsHttpConnection *connection)
{
  g_atomic_ref_count_inc (&connection->references);
  return connection;
}

static void
stop_watching_for_hang_up (HsHttpConnection *connection)
{
  if (connection->hang_up_watch != NULL)
    g_source_destroy (connection->hang_up_watch);
  g_clear_pointer (&connection->hang_up_watch, g_source_unref);
}

void
hs_http_connection_unref (HsHttpConnection *connection)
{
  if (!g_atomic_ref_count_dec (&connection->references))
    return;
  stop_watching_for_hang_up (connection);
  if (connection->letting_go != 0)
    g_source_remove (connection->letting_go);
  g_clear_object (&connection->newest);
  hs_http_stream_watch (connection->stream, NULL, NULL);
  g_source_destroy (connection->clock);
  g_source_unref (connection->clock);
  g_object_unref (connection->stream);
  g_object_unref (connection->base);
  g_object_unref (connection->socket);
  if (connection->guest.free_data != NULL)
    connection->guest.free_data (connection->guest.data);
  g_free (connection->guest.key);
  g_free (connection);
}

void
hs_http_connection_attach (HsHttpConnection *connection, GSocketAddress *address)
{
  g_object_set_data_full (G_OBJECT (address), CONNECTION_KEY, hs_http_connection_ref (connection),
                          (GDestroyNotify)hs_http_connection_unref);
}

HsHttpConnection *
hs_http_connection_of (SoupServerMessage *message)
{
  GSocketAddress *address = soup_server_message_get_remote_address (message);

  return g_object_get_data (G_OBJECT (address), CONNECTION_KEY);
}

/* The message lives until the connection's next one, and the connection for as long as the peer
 * likes; what was asked and answered does not. */
static void
on_finished (SoupServerMessage *message, gpointer user_data)
{
  soup_message_body_truncate (soup_server_message_get_request_body (message));
  soup_message_body_truncate (soup_server_message_get_response_body (message));
}

void
hs_http_connection_note_message (HsHttpConnection *connection, SoupServerMessage *message)
{
  g_set_object (&connection->newest, message);
  g_signal_connect (message, "finished", G_CALLBACK (on_finished), NULL);
}

static gboolean
on_let_go (gpointer user_data)
{
  HsHttpConnection *connection = hs_http_connection_ref (user_data);

  connection->letting_go = 0;
  if (connection->newest != NULL && !hs_http_stream_look (connection->stream)->is_closed)
    {
      GIOStream *taken = soup_server_message_steal_connection (connection->newest);
      g_clear_object (&taken);
    }
  g_clear_object (&connection->newest);
  g_io_stream_close (G_IO_STREAM (connection->stream), NULL, NULL);
  hs_http_connection_unref (connection);
  return G_SOURCE_REMOVE;
}

/* Ends a connection between two requests. libsoup 3.2 would keep it for ever: only a request that
 * was begun has somebody who is told of its end. */
static void
let_go (HsHttpConnection *connection)
{
  if (connection->letting_go == 0)
    connection->letting_go = g_idle_add_full (G_PRIORITY_HIGH, on_let_go, connection, NULL);
}

/* ── the clock ───────────────────────────────────────────────────────────────────────────── */

static gint64
get_input_deadline (HsHttpConnection *connection)
{
  const HsHttpLimits *limits = &connection->limits;
  const HsHttpFraming *framing = &hs_http_stream_look (connection->stream)->framing;
  gint64 silence = connection->traffic_us + (gint64)limits->silence_ms * 1000;

  switch (framing->state)
    {
    case HS_HTTP_FRAMING_START:
    case HS_HTTP_FRAMING_WHOLE:
      if (connection->is_first)
        return connection->request_us + (gint64)limits->header_ms * 1000;
      return silence;
    case HS_HTTP_FRAMING_HEADERS:
      return connection->request_us + (gint64)limits->header_ms * 1000;
    case HS_HTTP_FRAMING_BODY:
      {
        gint64 earned = (gint64)(hs_http_framing_get_body_bytes (framing) * G_USEC_PER_SEC
                                 / MAX (limits->rate_bytes_per_s, 1));
        gint64 rate = connection->body_us + MAX ((gint64)limits->rate_grace_ms * 1000, earned);
        return MIN (silence, rate);
      }
    case HS_HTTP_FRAMING_BROKEN:
    default:
      return NEVER;
    }
}

static gint64
get_deadline (HsHttpConnection *connection)
{
  if (connection->paused_us != 0 || hs_http_stream_look (connection->stream)->is_closed)
    return NEVER;
  if (hs_http_stream_look (connection->stream)->waits_for_output)
    return connection->traffic_us + (gint64)connection->limits.silence_ms * 1000;
  if (hs_http_stream_look (connection->stream)->waits_for_input)
    return get_input_deadline (connection);
  return NEVER;
}

/* Only ever moved forward here; a clock that fires too early looks again. */
static void
arm (HsHttpConnection *connection)
{
  gint64 deadline = get_deadline (connection);

  if (deadline >= connection->armed_us)
    return;
  connection->armed_us = deadline;
  g_source_set_ready_time (connection->clock, deadline);
}

static gboolean
on_clock (gpointer user_data)
{
  HsHttpConnection *connection = user_data;
  HsHttpFramingState state = hs_http_stream_look (connection->stream)->framing.state;

  connection->armed_us = NEVER;
  g_source_set_ready_time (connection->clock, -1);
  if (get_deadline (connection) > g_get_monotonic_time ())
    {
      arm (connection);
      return G_SOURCE_CONTINUE;
    }
  if (hs_http_stream_look (connection->stream)->waits_for_input
      && hs_http_stream_look (connection->stream)->is_between)
    {
      let_go (connection);
      return G_SOURCE_CONTINUE;
    }
  if (state == HS_HTTP_FRAMING_HEADERS || state == HS_HTTP_FRAMING_BODY)
    hs_http_answer_plainly (g_io_stream_get_output_stream (connection->base),
                            SOUP_STATUS_REQUEST_TIMEOUT);
  hs_http_stream_fail (connection->stream, G_IO_ERROR_TIMED_OUT, "the peer is too slow");
  return G_SOURCE_CONTINUE;
}

static void
note_phase (HsHttpConnection *connection)
{
  HsHttpFramingState state = hs_http_stream_look (connection->stream)->framing.state;

  if (state == connection->phase)
    return;
  /* From an idle connection's first byte the headers' time runs; that of the first request has been
   * running since accept. */
  if (connection->phase != HS_HTTP_FRAMING_HEADERS && !connection->is_first)
    connection->request_us = connection->traffic_us;
  if (state == HS_HTTP_FRAMING_BODY)
    connection->body_us = connection->traffic_us;
  if (state != HS_HTTP_FRAMING_START)
    connection->is_first = connection->is_first && state == HS_HTTP_FRAMING_HEADERS;
  connection->phase = state;
}

static void
on_stream (HsHttpStream *stream, gpointer user_data)
{
  HsHttpConnection *connection = user_data;
  const HsHttpFraming *framing = &hs_http_stream_look (stream)->framing;

  if (hs_http_stream_look (stream)->is_closed)
    {
      HsHttpConnectionClosedFunc closed = connection->closed;
      connection->closed = NULL;
      g_clear_object (&connection->newest);
      if (closed != NULL)
        closed (connection, connection->user_data);
      return;
    }
  if (hs_http_stream_look (stream)->traffic != connection->traffic)
    {
      connection->traffic = hs_http_stream_look (stream)->traffic;
      connection->traffic_us = g_get_monotonic_time ();
    }
  if (framing->state == HS_HTTP_FRAMING_BROKEN)
    {
      hs_http_answer_plainly (g_io_stream_get_output_stream (connection->base), framing->status);
      if (!hs_http_stream_look (stream)->is_orphan)
        hs_http_stream_fail (stream, G_IO_ERROR_INVALID_DATA, "the request is malformed");
    }
  if (hs_http_stream_look (stream)->is_orphan)
    let_go (connection);
  note_phase (connection);
  arm (connection);
}

/* ── pauses and hang-ups ─────────────────────────────────────────────────────────────────── */

static gboolean
on_hang_up (GSocket *socket, GIOCondition condition, gpointer user_data)
{
  HsHttpConnection *connection = user_data;
  HsHttpHungUpFunc hung_up = connection->hung_up;

  stop_watching_for_hang_up (connection);
  connection->hung_up = NULL;
  if (hung_up != NULL && connection->paused != NULL)
    hung_up (connection->paused, connection->hung_up_data);
  return G_SOURCE_REMOVE;
}

void
hs_http_message_pause (SoupServerMessage *message, HsHttpHungUpFunc hung_up, gpointer user_data)
{
  HsHttpConnection *connection = hs_http_connection_of (message);

  if (connection->paused_us == 0)
    connection->paused_us = g_get_monotonic_time ();
  connection->paused = message;
  connection->hung_up = hung_up;
  connection->hung_up_data = user_data;
  stop_watching_for_hang_up (connection);
  if (hung_up != NULL)
    {
      /* Plain HTTP clients may close their direction and still read; with TLS that is an end. */
      GIOCondition condition = hs_http_connection_get_tls (connection) != NULL
                                   ? hs_peer_get_hang_up_condition ()
                                   : G_IO_HUP | G_IO_ERR;
      connection->hang_up_watch = g_socket_create_source (connection->socket, condition, NULL);
      g_source_set_callback (connection->hang_up_watch, G_SOURCE_FUNC (on_hang_up), connection,
                             NULL);
      g_source_attach (connection->hang_up_watch, NULL);
    }
  soup_server_message_pause (message);
}

void
hs_http_message_unpause (SoupServerMessage *message)
{
  HsHttpConnection *connection = hs_http_connection_of (message);
  gint64 now = g_get_monotonic_time ();

  stop_watching_for_hang_up (connection);
  connection->hung_up = NULL;
  connection->paused = NULL;
  if (connection->paused_us != 0)
    {
      connection->body_us += now - connection->paused_us;
      connection->traffic_us = now;
      connection->paused_us = 0;
    }
  if (!hs_http_stream_look (connection->stream)->is_closed)
    soup_server_message_unpause (message);
  arm (connection);
}

gboolean
hs_http_message_is_whole (SoupServerMessage *message)
{
  HsHttpConnection *connection = hs_http_connection_of (message);

  return hs_http_stream_look (connection->stream)->framing.state == HS_HTTP_FRAMING_WHOLE;
}

gboolean
hs_http_message_is_abandoned (SoupServerMessage *message)
{
  HsHttpConnection *connection = hs_http_connection_of (message);

  return hs_http_stream_look (connection->stream)->is_closed
         || g_socket_condition_check (connection->socket, G_IO_HUP | G_IO_ERR) != 0;
}

/* ── questions and the end ───────────────────────────────────────────────────────────────── */

gpointer
hs_http_connection_get_guest (HsHttpConnection *connection)
{
  return connection->guest.data;
}

const char *
hs_http_connection_get_key (HsHttpConnection *connection)
{
  return connection->guest.key;
}

const HsHttpLimits *
hs_http_connection_get_limits (HsHttpConnection *connection)
{
  return &connection->limits;
}

GSocket *
hs_http_connection_get_socket (HsHttpConnection *connection)
{
  return connection->socket;
}

GTlsConnection *
hs_http_connection_get_tls (HsHttpConnection *connection)
{
  return G_IS_TLS_CONNECTION (connection->base) ? G_TLS_CONNECTION (connection->base) : NULL;
}

HsHttpStream *
hs_http_connection_get_stream (HsHttpConnection *connection)
{
  return connection->stream;
}

void
hs_http_answer_plainly (GOutputStream *output, guint status)
{
  g_autofree char *answer
      = g_strdup_printf ("HTTP/1.1 %u %s\r\nConnection: close\r\nContent-Length: 0\r\n%s\r\n",
                         status, soup_status_get_phrase (status),
                         status == SOUP_STATUS_SERVICE_UNAVAILABLE ? "Retry-After: 5\r\n" : "");

  g_pollable_output_stream_write_nonblocking (G_POLLABLE_OUTPUT_STREAM (output), answer,
                                              strlen (answer), NULL, NULL);
}
