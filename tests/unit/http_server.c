/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The doorkeeper against hostile clients: raw sockets in this same process, short limits. */

#include "http/server.h"

#include "support/loop.h"
#include "support/suite.h"

typedef struct
{
  guint started;
  guint whole;
  guint cut;
  guint aborted;
  guint64 body_bytes;
  gboolean pauses; /* the next message is paused at its first chunk */
  gboolean answers_early;
  guint hung_up;
  gboolean is_streaming; /* the reply is chunked */
  SoupServerMessage *paused;
} Seen;

static Seen seen;
static HsHttpServer *server;
static GSocketAddress *address;

static void
on_hung_up (SoupServerMessage *message, gpointer user_data)
{
  seen.hung_up++;
  hs_http_message_unpause (message);
}

static void
on_chunk (SoupServerMessage *message, GBytes *chunk, gpointer user_data)
{
  seen.body_bytes += g_bytes_get_size (chunk);
  if (seen.pauses)
    {
      seen.pauses = FALSE;
      seen.paused = message;
      hs_http_message_pause (message, on_hung_up, NULL);
    }
  if (seen.answers_early)
    {
      g_autoptr (GBytes) body = g_bytes_new_static ("enough", 6);
      seen.answers_early = FALSE;
      hs_http_message_answer_early (message, 413, "X-Early: yes\r\n", "text/plain", body);
    }
}

static void
on_aborted (SoupServer *soup, SoupServerMessage *message, gpointer user_data)
{
  seen.aborted++;
}

static void
on_headers (SoupServer *soup,
            SoupServerMessage *message,
            const char *path,
            GHashTable *query,
            gpointer data)
{
  seen.started++;
  g_signal_connect (message, "got-chunk", G_CALLBACK (on_chunk), NULL);
}

static void
on_body (SoupServer *soup,
         SoupServerMessage *message,
         const char *path,
         GHashTable *query,
         gpointer data)
{
  if (!hs_http_message_is_whole (message))
    {
      seen.cut++;
      soup_server_message_set_status (message, 400, NULL);
      return;
    }
  seen.whole++;
  soup_server_message_set_status (message, 200, NULL);
  if (seen.is_streaming)
    {
      soup_message_headers_set_encoding (soup_server_message_get_response_headers (message),
                                         SOUP_ENCODING_CHUNKED);
      soup_message_body_append (soup_server_message_get_response_body (message), SOUP_MEMORY_STATIC,
                                "one", 3);
      soup_message_body_append (soup_server_message_get_response_body (message), SOUP_MEMORY_STATIC,
                                "two", 3);
      soup_message_body_complete (soup_server_message_get_response_body (message));
    }
  else
    soup_server_message_set_response (message, "text/plain", SOUP_MEMORY_STATIC, "done", 4);
}

static void
start (HsHttpLimits *limits)
{
  g_autoptr (GSocket) listening
      = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL);
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new_from_string ("127.0.0.1", 0);
  g_autoptr (GError) error = NULL;

  memset (&seen, 0, sizeof seen);
  HS_ASSERT (g_socket_bind (listening, any, TRUE, NULL) && g_socket_listen (listening, NULL));
  address = g_socket_get_local_address (listening, NULL);
  server = hs_http_server_new (limits, NULL, NULL);
  HS_ASSERT (hs_http_server_listen (server, listening, NULL, &error));
  soup_server_add_early_handler (hs_http_server_get_soup (server), NULL, on_headers, NULL, NULL);
  soup_server_add_handler (hs_http_server_get_soup (server), NULL, on_body, NULL, NULL);
  g_signal_connect (hs_http_server_get_soup (server), "request-aborted", G_CALLBACK (on_aborted),
                    NULL);
}

static void
start_with_defaults (void)
{
  HsHttpLimits limits;
  hs_http_limits_init (&limits);
  start (&limits);
}

static void
tear_down (void)
{
  g_clear_pointer (&server, hs_http_server_free);
  g_clear_object (&address);
}

static GSocket *
call (void)
{
  g_autoptr (GError) error = NULL;
  GSocket *socket
      = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL);

  HS_ASSERT (g_socket_connect (socket, address, NULL, &error));
  g_socket_set_blocking (socket, FALSE);
  return socket;
}

static void
say (GSocket *socket, const char *text)
{
  HS_ASSERT_INT_EQ (g_socket_send (socket, text, strlen (text), NULL, NULL), strlen (text));
}

/* Reads until @wanted has come, or until the end if it is NULL; the loop runs meanwhile. */
static char *
hear (GSocket *socket, const char *wanted)
{
  GString *heard = g_string_new (NULL);
  gboolean over = FALSE;

  HS_LOOP_UNTIL (({
    char part[4096];
    g_autoptr (GError) error = NULL;
    gssize got = g_socket_receive (socket, part, sizeof part, NULL, &error);
    if (got > 0)
      g_string_append_len (heard, part, got);
    over = got == 0 || (got < 0 && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK));
    over || (wanted != NULL && strstr (heard->str, wanted) != NULL);
  }));
  return g_string_free (heard, FALSE);
}

#define POST "POST / HTTP/1.1\r\nHost: a\r\n"

static void
a_kept_connection_serves_many_requests (void)
{
  start_with_defaults ();
  g_autoptr (GSocket) client = call ();
  for (guint i = 0; i < 5; i++)
    {
      say (client, POST "Content-Length: 3\r\n\r\nabc");
      g_free (hear (client, "done"));
    }
  HS_ASSERT_INT_EQ (seen.whole, 5);
  HS_ASSERT_INT_EQ (seen.body_bytes, 15);
  HS_ASSERT_INT_EQ (hs_http_server_count_connections (server), 1);
  g_socket_close (client, NULL);
  HS_LOOP_UNTIL (hs_http_server_count_connections (server) == 0);
}

static void
pipelined_requests_are_answered_in_order_and_garbage_ends_it (void)
{
  start_with_defaults ();
  g_autoptr (GSocket) client = call ();
  say (client, POST "Content-Length: 3\r\n\r\nabc" POST
                    "Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n\001\002garbage\r\n\r\n");
  g_autofree char *heard = hear (client, NULL);
  HS_ASSERT_INT_EQ (seen.whole, 2);
  HS_ASSERT_INT_EQ (seen.started, 2);
  HS_ASSERT (strstr (heard, "doneHTTP/1.1 200") != NULL);
  HS_ASSERT (strstr (heard, "HTTP/1.1 400 Bad Request") != NULL);
}

static void
a_slow_header_is_ended (void)
{
  HsHttpLimits limits;
  hs_http_limits_init (&limits);
  limits.header_ms = 150;
  start (&limits);
  g_autoptr (GSocket) silent = call ();
  g_autoptr (GSocket) slow = call ();
  say (slow, "POST / HTTP/1.1\r\nHost");
  g_autofree char *heard = hear (slow, NULL);
  g_free (hear (silent, NULL));
  HS_ASSERT (strstr (heard, "408") != NULL);
  HS_ASSERT_INT_EQ (seen.started, 0);
  HS_LOOP_UNTIL (hs_http_server_count_connections (server) == 0);
}

static void
a_silent_body_is_ended (void)
{
  HsHttpLimits limits;
  hs_http_limits_init (&limits);
  limits.silence_ms = 150;
  start (&limits);
  g_autoptr (GSocket) client = call ();
  say (client, POST "Content-Length: 30\r\n\r\nabc");
  g_autofree char *heard = hear (client, NULL);
  HS_ASSERT (strstr (heard, "408") != NULL);
  HS_ASSERT_INT_EQ (seen.body_bytes, 3);
  HS_ASSERT_INT_EQ (seen.whole, 0);
  HS_LOOP_UNTIL (seen.aborted == 1);
}

static gboolean
drip (gpointer socket)
{
  g_socket_send (socket, "x", 1, NULL, NULL);
  return G_SOURCE_CONTINUE;
}

static void
a_dripping_body_is_ended_although_it_never_falls_silent (void)
{
  HsHttpLimits limits;
  hs_http_limits_init (&limits);
  limits.rate_grace_ms = 200;
  limits.rate_bytes_per_s = 1024;
  start (&limits);
  g_autoptr (GSocket) client = call ();
  say (client, POST "Content-Length: 3000\r\n\r\n");
  guint timer = g_timeout_add (20, drip, client);
  g_autofree char *heard = hear (client, NULL);
  g_source_remove (timer);
  HS_ASSERT (strstr (heard, "408") != NULL);
  HS_ASSERT (seen.body_bytes > 0 && seen.body_bytes < 100);
  HS_ASSERT_INT_EQ (seen.whole, 0);
}

static void
an_idle_kept_connection_is_ended (void)
{
  HsHttpLimits limits;
  hs_http_limits_init (&limits);
  limits.silence_ms = 150;
  start (&limits);
  g_autoptr (GSocket) client = call ();
  say (client, POST "Content-Length: 0\r\n\r\n");
  g_autofree char *heard = hear (client, NULL);
  HS_ASSERT (strstr (heard, "200") != NULL);
  HS_ASSERT_INT_EQ (seen.whole, 1);
}

static void
a_pause_of_ours_does_not_count_against_the_peer (void)
{
  HsHttpLimits limits;
  hs_http_limits_init (&limits);
  limits.silence_ms = limits.rate_grace_ms = 100;
  start (&limits);
  seen.pauses = TRUE;
  g_autoptr (GSocket) client = call ();
  say (client, POST "Content-Length: 6\r\n\r\nabc");
  HS_LOOP_UNTIL (seen.paused != NULL);
  gint64 until = g_get_monotonic_time () + 400 * 1000;
  HS_LOOP_UNTIL (g_get_monotonic_time () > until);
  say (client, "def");
  hs_http_message_unpause (seen.paused);
  g_free (hear (client, "done"));
  HS_ASSERT_INT_EQ (seen.whole, 1);
}

static void
a_cut_chunked_body_is_told_from_a_whole_one (void)
{
  const char *whole = POST "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n";
  gsize first = strstr (whole, "\r\n\r\n") + 4 - whole;

  start_with_defaults ();
  for (gsize length = first; length < strlen (whole); length++)
    {
      g_autofree char *part = g_strndup (whole, length);
      g_autoptr (GSocket) client = call ();
      guint over = seen.cut + seen.aborted;
      say (client, part);
      g_socket_shutdown (client, FALSE, TRUE, NULL);
      g_free (hear (client, NULL));
      HS_LOOP_UNTIL (seen.cut + seen.aborted > over);
    }
  HS_ASSERT_INT_EQ (seen.whole, 0);
}

static void
half_a_close_after_a_whole_request_is_no_cut (void)
{
  start_with_defaults ();
  g_autoptr (GSocket) client = call ();
  say (client, POST "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n");
  g_socket_shutdown (client, FALSE, TRUE, NULL);
  g_autofree char *heard = hear (client, NULL);
  HS_ASSERT (strstr (heard, "done") != NULL);
  HS_ASSERT_INT_EQ (seen.whole, 1);
}

static void
a_hang_up_during_a_pause_is_noticed (void)
{
  start_with_defaults ();
  seen.pauses = TRUE;
  g_autoptr (GSocket) client = call ();
  say (client, POST "Content-Length: 6\r\nExpect: 100-continue\r\n\r\n");
  HS_LOOP_UNTIL (g_socket_condition_check (client, G_IO_IN) != 0);
  say (client, "abc");
  HS_LOOP_UNTIL (seen.paused != NULL);
  HS_ASSERT (!hs_http_message_is_abandoned (seen.paused));
  g_socket_close (client, NULL); /* with an unread "100 Continue": the peer's end is a reset */
  HS_LOOP_UNTIL (seen.hung_up == 1);
  HS_LOOP_UNTIL (seen.aborted == 1);
  HS_ASSERT_INT_EQ (seen.whole, 0);
}

static void
one_guest_gets_a_few_connections_and_all_together_get_some (void)
{
  HsHttpLimits limits;
  hs_http_limits_init (&limits);
  limits.connections_per_key = 2;
  start (&limits);
  g_autoptr (GSocket) first = call ();
  g_autoptr (GSocket) second = call ();
  g_autoptr (GSocket) third = call ();
  g_autofree char *heard = hear (third, NULL);
  HS_ASSERT (g_socket_is_connected (second));
  HS_ASSERT (strstr (heard, "503") != NULL && strstr (heard, "Retry-After") != NULL);
  g_socket_close (first, NULL);
  HS_LOOP_UNTIL (hs_http_server_count_connections (server) == 1);
  g_autoptr (GSocket) fourth = call ();
  say (fourth, POST "Content-Length: 0\r\n\r\n");
  g_free (hear (fourth, "done"));
  tear_down ();

  limits.connections_per_key = 64;
  limits.connections = 1;
  start (&limits);
  g_autoptr (GSocket) fifth = call ();
  g_autoptr (GSocket) sixth = call ();
  g_autofree char *refusal = hear (sixth, NULL);
  HS_ASSERT (g_socket_is_connected (fifth));
  HS_ASSERT (strstr (refusal, "503") != NULL);
}

static void
an_early_answer_reaches_a_client_that_is_still_sending (void)
{
  g_autofree char *block = g_strnfill (64 * 1024, 'x');

  start_with_defaults ();
  seen.answers_early = TRUE;
  g_autoptr (GSocket) client = call ();
  say (client, POST "Content-Length: 1000000000\r\n\r\n");
  g_socket_send (client, block, 64 * 1024, NULL, NULL);
  g_autofree char *heard = hear (client, "enough");
  HS_ASSERT (strstr (heard, "413") != NULL && strstr (heard, "X-Early: yes") != NULL);
  /* What it still sends is swallowed, not answered by a reset. */
  for (guint i = 0; i < 64; i++)
    {
      HS_LOOP_UNTIL (g_socket_condition_check (client, G_IO_OUT) != 0);
      g_autoptr (GError) error = NULL;
      g_socket_send (client, block, 64 * 1024, NULL, &error);
      HS_ASSERT (error == NULL || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK));
    }
  g_socket_close (client, NULL);
  HS_LOOP_UNTIL (hs_http_server_count_connections (server) == 0);
  HS_ASSERT_INT_EQ (seen.whole, 0);
}

static void
an_early_answer_lingers_only_for_a_while (void)
{
  HsHttpLimits limits;
  hs_http_limits_init (&limits);
  limits.linger_ms = 100;
  start (&limits);
  seen.answers_early = TRUE;
  g_autoptr (GSocket) client = call ();
  say (client, POST "Content-Length: 1000\r\n\r\nabc");
  g_free (hear (client, "enough"));
  HS_LOOP_UNTIL (hs_http_server_count_connections (server) == 0);
}

static void
a_chunked_reply_is_ended_properly (void)
{
  start_with_defaults ();
  seen.is_streaming = TRUE;
  g_autoptr (GSocket) client = call ();
  for (guint i = 0; i < 20; i++)
    {
      say (client, POST "Content-Length: 0\r\n\r\n");
      g_autofree char *heard = hear (client, "0\r\n\r\n");
      HS_ASSERT (strstr (heard, "3\r\none\r\n3\r\ntwo\r\n0\r\n\r\n") != NULL);
    }
  HS_ASSERT_INT_EQ (seen.whole, 20);
}

static void
two_lengths_are_refused_before_a_handler_sees_them (void)
{
  start_with_defaults ();
  g_autoptr (GSocket) client = call ();
  say (client, POST "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
  g_autofree char *heard = hear (client, NULL);
  HS_ASSERT (strstr (heard, "400") != NULL);
  HS_ASSERT_INT_EQ (seen.started, 0);
}

static void
nothing_of_it_runs_when_nobody_calls (void)
{
  start_with_defaults ();
  gint64 until = g_get_monotonic_time () + 200 * 1000;
  guint turns = 0;
  while (g_main_context_iteration (NULL, FALSE))
    ;
  HS_LOOP_UNTIL ((turns++, g_get_monotonic_time () > until));
  HS_ASSERT (turns < 12); /* a turn of the test's own loop lasts 50 ms */
}

HS_SUITE_WITH ("http server",
               NULL,
               tear_down,
               { "a kept connection serves many requests", a_kept_connection_serves_many_requests },
               { "pipelined requests are answered in order and garbage ends it",
                 pipelined_requests_are_answered_in_order_and_garbage_ends_it },
               { "a slow header is ended", a_slow_header_is_ended },
               { "a silent body is ended", a_silent_body_is_ended },
               { "a dripping body is ended although it never falls silent",
                 a_dripping_body_is_ended_although_it_never_falls_silent },
               { "an idle kept connection is ended", an_idle_kept_connection_is_ended },
               { "a pause of ours does not count against the peer",
                 a_pause_of_ours_does_not_count_against_the_peer },
               { "a cut chunked body is told from a whole one",
                 a_cut_chunked_body_is_told_from_a_whole_one },
               { "half a close after a whole request is no cut",
                 half_a_close_after_a_whole_request_is_no_cut },
               { "a hang-up during a pause is noticed", a_hang_up_during_a_pause_is_noticed },
               { "one guest gets a few connections and all together get some",
                 one_guest_gets_a_few_connections_and_all_together_get_some },
               { "an early answer reaches a client that is still sending",
                 an_early_answer_reaches_a_client_that_is_still_sending },
               { "an early answer lingers only for a while",
                 an_early_answer_lingers_only_for_a_while },
               { "a chunked reply is ended properly", a_chunked_reply_is_ended_properly },
               { "two lengths are refused before a handler sees them",
                 two_lengths_are_refused_before_a_handler_sees_them },
               { "nothing of it runs when nobody calls", nothing_of_it_runs_when_nobody_calls })
