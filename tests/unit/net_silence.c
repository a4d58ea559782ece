/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* A request whose packets are lost is told from one to an end that is slow. Packets are lost here at a
 * port whose kernel takes no more connections: it drops their first packet without a word. */

#include "base/error.h"
#include "net/http.h"
#include "platform/tcp_patience.h"
#include "support/http_double.h"
#include "support/loop.h"
#include "support/suite.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#define AFTER_MS 100

static HsHttp *http;
static HsHttpDouble *server; /* takes every request and never answers */
static int deaf, filler;     /* a port that takes one connection, and that one */
static char *deaf_url;

static void
handle (HsHttpExchange *exchange, gpointer user_data)
{
  hs_http_exchange_wait (exchange);
}

static void
set_up (void)
{
  struct sockaddr_in address = { .sin_family = AF_INET };
  socklen_t length = sizeof address;

  address.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  deaf = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  filler = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  HS_ASSERT (bind (deaf, (void *)&address, sizeof address) == 0 && listen (deaf, 0) == 0);
  HS_ASSERT (getsockname (deaf, (void *)&address, &length) == 0);
  HS_ASSERT (connect (filler, (void *)&address, sizeof address) == 0);
  deaf_url = g_strdup_printf ("http://127.0.0.1:%u/", ntohs (address.sin_port));
  server = hs_http_double_new (handle, NULL);
  http = hs_http_new ();
}

static void
tear_down (void)
{
  g_clear_pointer (&http, hs_http_free);
  g_clear_pointer (&server, hs_http_double_free);
  g_clear_pointer (&deaf_url, g_free);
  close (filler);
  close (deaf);
}

static void
count (gpointer user_data)
{
  ++*(guint *)user_data;
}

static void
ask (const char *url, guint *silences, guint silence_ms, GCancellable *stop, GAsyncResult **result)
{
  const HsHttpRequest request = { .url = url,
                                  .silence_ms = silence_ms,
                                  .on_silent = count,
                                  .on_silent_data = silences,
                                  .silent_after_ms = AFTER_MS };

  hs_http_send_async (http, &request, stop, hs_loop_store_result, result);
}

static void
a_line_that_loses_all_is_told_and_a_slow_end_is_not (void)
{
  g_autofree char *slow_url = hs_http_double_dup_url (server, "/");
  g_autoptr (GCancellable) stop = g_cancellable_new ();
  g_autoptr (GAsyncResult) slow = NULL, lost = NULL;
  guint slow_silences = 0, lost_silences = 0;

  ask (slow_url, &slow_silences, 0, stop, &slow);
  ask (deaf_url, &lost_silences, 0, stop, &lost);
  HS_LOOP_UNTIL (lost_silences > 0);
  /* The slow one was begun before, and waits as long. */
  HS_ASSERT (lost == NULL && slow == NULL);
  HS_ASSERT_INT_EQ (slow_silences, 0);
  g_cancellable_cancel (stop);
  HS_LOOP_UNTIL (lost != NULL && slow != NULL);
  HS_ASSERT_INT_EQ (lost_silences, 1);
  HS_ASSERT_INT_EQ (slow_silences, 0);
}

static void
it_is_told_once_and_before_patience_ends (void)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  guint silences = 0;

  ask (deaf_url, &silences, 3 * AFTER_MS, NULL, &result);
  HS_LOOP_UNTIL (result != NULL);
  HS_ASSERT (hs_http_send_finish (result, NULL, &error) == NULL);
  HS_ASSERT_ERROR (error, HS_ERROR_TEMPORARY);
  HS_ASSERT_INT_EQ (silences, 1);
}

static void
a_request_that_ends_sooner_tells_nothing (void)
{
  g_autoptr (GCancellable) stop = g_cancellable_new ();
  g_autoptr (GAsyncResult) stopped = NULL, later = NULL;
  guint silences = 0, later_silences = 0;

  ask (deaf_url, &silences, 0, stop, &stopped);
  g_cancellable_cancel (stop);
  HS_LOOP_UNTIL (stopped != NULL);
  ask (deaf_url, &later_silences, 3 * AFTER_MS, NULL, &later);
  HS_LOOP_UNTIL (later_silences > 0); /* its time was over before this one's */
  HS_ASSERT_INT_EQ (silences, 0);
  HS_LOOP_UNTIL (later != NULL);
}

static void
a_socket_says_how_long_nothing_was_acknowledged (void)
{
  int pair[2];

  HS_ASSERT (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == 0);
  HS_ASSERT_INT_EQ (hs_tcp_patience_get_silence_ms (pair[0]), 0); /* it does not know */
  HS_ASSERT_INT_EQ (hs_tcp_patience_get_silence_ms (filler), 0);  /* nothing waits */
  close (pair[0]);
  close (pair[1]);
}

HS_SUITE_WITH ("silence on the line",
               set_up,
               tear_down,
               { "a line that loses all is told, and a slow end is not",
                 a_line_that_loses_all_is_told_and_a_slow_end_is_not },
               { "it is told once, and before patience ends",
                 it_is_told_once_and_before_patience_ends },
               { "a request that ends sooner tells nothing",
                 a_request_that_ends_sooner_tells_nothing },
               { "a socket says how long nothing was acknowledged",
                 a_socket_says_how_long_nothing_was_acknowledged })
