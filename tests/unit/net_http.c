/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Outbound requests against a server that misbehaves. */

#include "base/error.h"
#include "net/http.h"
#include "support/http_double.h"
#include "support/loop.h"
#include "support/suite.h"

#include <netdb.h>

static HsHttp *http;
static HsHttpDouble *server;
static HsTestIdentity *identity;
static HsHttpFacts facts;

/* What the handler of the running test does and saw. */
static gint seen;       /* requests with a complete body */
static gint seen_bytes; /* of bodies */
static const char *script;
static guint8 client_pin[32];
static gint has_client_pin;
static gint saw_chunked;
static gint saw_expect;

static void
handle (HsHttpExchange *exchange, gpointer user_data)
{
  g_autoptr (GByteArray) body = NULL;

  if (g_str_equal (script, "drop before the body is read"))
    {
      char byte;
      g_assert (hs_http_exchange_read (exchange, &byte, 1) == 1);
      hs_http_exchange_drop (exchange);
      return;
    }
  g_atomic_int_set (&saw_chunked, g_hash_table_contains (exchange->headers, "transfer-encoding"));
  g_atomic_int_set (&saw_expect, g_hash_table_contains (exchange->headers, "expect"));
  if (g_str_equal (script, "count only"))
    {
      static guint8 buffer[64 * 1024];
      gssize length;
      while ((length = hs_http_exchange_read (exchange, buffer, sizeof buffer)) > 0)
        g_atomic_int_add (&seen_bytes, (gint)length);
      if (length == 0)
        g_atomic_int_inc (&seen);
      hs_http_exchange_reply (exchange, 200, NULL, "ok", 2);
      return;
    }
  body = hs_http_exchange_read_all (exchange);
  if (body == NULL)
    return;
  g_atomic_int_add (&seen_bytes, (gint)body->len);
  g_atomic_int_inc (&seen);
  if (g_str_equal (script, "echo"))
    {
      g_atomic_int_set (&has_client_pin, hs_http_exchange_get_client_pin (exchange, client_pin));
      hs_http_exchange_reply (exchange, 200, "X-Path: there\r\n", body->data, body->len);
    }
  else if (g_str_equal (script, "the second request is lost"))
    {
      if (g_atomic_int_get (&seen) == 1)
        hs_http_exchange_reply (exchange, 200, NULL, "ok", 2);
      else
        hs_http_exchange_drop (exchange);
    }
  else if (g_str_equal (script, "never answer"))
    hs_http_exchange_wait (exchange);
  else if (g_str_equal (script, "cut the answer"))
    {
      static const char cut[] = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf";
      hs_http_exchange_write (exchange, cut, sizeof cut - 1);
      hs_http_exchange_drop (exchange);
    }
  else if (g_str_equal (script, "redirect"))
    hs_http_exchange_reply (exchange, 302, "Location: /elsewhere\r\n", "", 0);
  else if (g_str_equal (script, "long answer"))
    {
      g_autofree char *big = g_malloc0 (5000);
      hs_http_exchange_reply (exchange, 200, NULL, big, 5000);
    }
  else if (g_str_equal (script, "endless headers"))
    {
      g_autofree char *line = g_strnfill (1000, 'x');
      hs_http_exchange_write (exchange, "HTTP/1.1 200 OK\r\n", 17);
      for (int i = 0; i < 100; i++)
        {
          hs_http_exchange_write (exchange, "X: ", 3);
          hs_http_exchange_write (exchange, line, 1000);
          hs_http_exchange_write (exchange, "\r\n", 2);
        }
      hs_http_exchange_drop (exchange);
    }
  else if (g_str_equal (script, "not HTTP"))
    {
      hs_http_exchange_write (exchange, "SSH-2.0-OpenSSH\r\n", 17);
      hs_http_exchange_drop (exchange);
    }
}

static void
set_up (void)
{
  seen = seen_bytes = has_client_pin = saw_chunked = saw_expect = 0;
  script = "echo";
  memset (&facts, 0, sizeof facts);
  identity = hs_test_identity_new ("127.0.0.1");
  server = hs_http_double_new (handle, NULL);
  http = hs_http_new ();
}

static void
tear_down (void)
{
  g_clear_pointer (&http, hs_http_free);
  g_clear_pointer (&server, hs_http_double_free);
  g_clear_pointer (&identity, hs_test_identity_free);
}

static void
use_tls (void)
{
  hs_http_double_set_identity (server, identity->certificate_pem, identity->key_pem);
}

static HsHttpReply *
finish (GAsyncResult **result, GError **error)
{
  HsHttpReply *reply;

  HS_LOOP_UNTIL (*result != NULL);
  reply = hs_http_send_finish (*result, &facts, error);
  g_clear_object (result);
  return reply;
}

/* Sends @request to the double and waits. */
static HsHttpReply *
send_request (HsHttpRequest request, GError **error)
{
  g_autofree char *url = hs_http_double_dup_url (server, "/a");
  GAsyncResult *result = NULL;

  if (request.url == NULL)
    request.url = url;
  hs_http_send_async (http, &request, NULL, hs_loop_store_result, &result);
  return finish (&result, error);
}

static void
expect_error (HsHttpRequest request, HsErrorCode code)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HsHttpReply) reply = send_request (request, &error);

  HS_ASSERT (reply == NULL);
  HS_ASSERT_ERROR (error, code);
}

static void
expect_refusal (HsHttpRequest request, HsErrorCode code, const char *keyword)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HsHttpReply) reply = send_request (request, &error);

  HS_ASSERT (reply == NULL);
  HS_ASSERT_ERROR (error, code);
  HS_ASSERT_STR_EQ (hs_error_get_refusal (error), keyword);
  HS_ASSERT_STR_EQ (hs_error_get_values (error)[0], "host");
}

static void
expect_ok (HsHttpRequest request)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HsHttpReply) reply = send_request (request, &error);

  HS_ASSERT_NO_ERROR (error);
  HS_ASSERT_INT_EQ (hs_http_reply_get_status (reply), 200);
}

static GBytes *
make_bytes (gsize length)
{
  guint8 *bytes = g_malloc (length);

  for (gsize i = 0; i < length; i++)
    bytes[i] = (guint8)(i * 7);
  return g_bytes_new_take (bytes, length);
}

/* ── plain ─────────────────────────────────────────────────────────────────────────────────── */

static void
a_body_comes_back (void)
{
  g_autoptr (GBytes) body = make_bytes (100000);
  g_autoptr (GError) error = NULL;
  g_autoptr (HsHttpReply) reply
      = send_request ((HsHttpRequest){ .body = body, .content_type = "application/ipp" }, &error);

  HS_ASSERT_NO_ERROR (error);
  HS_ASSERT_BYTES_EQ (g_bytes_get_data (hs_http_reply_get_body (reply), NULL), 100000,
                      g_bytes_get_data (body, NULL), 100000);
  HS_ASSERT_STR_EQ (hs_http_reply_get_header (reply, "x-PATH"), "there");
  HS_ASSERT (!saw_expect);
  HS_ASSERT (facts.connected && facts.may_have_arrived && !facts.reused);
}

static void
a_connection_is_used_again (void)
{
  expect_ok ((HsHttpRequest){ 0 });
  expect_ok ((HsHttpRequest){ 0 });
  HS_ASSERT (facts.reused);
  HS_ASSERT_INT_EQ (hs_http_double_count_connections (server), 1);
}

static void
nobody_listens (void)
{
  g_autofree char *url = hs_http_double_dup_url (server, "/");
  g_autofree char *copy = g_strdup (url);

  g_clear_pointer (&server, hs_http_double_free);
  server = NULL;
  {
    HsHttpRequest request = { .url = copy };
    g_autoptr (GError) error = NULL;
    GAsyncResult *result = NULL;
    g_autoptr (HsHttpReply) reply = NULL;

    hs_http_send_async (http, &request, NULL, hs_loop_store_result, &result);
    reply = finish (&result, &error);
    HS_ASSERT (reply == NULL);
    HS_ASSERT_ERROR (error, HS_ERROR_TEMPORARY);
    HS_ASSERT_STR_EQ (hs_error_get_refusal (error), "host-silent");
    HS_ASSERT (!facts.connected && !facts.may_have_arrived);
  }
}

static void
redirects_are_answers (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HsHttpReply) reply = NULL;

  script = "redirect";
  reply = send_request ((HsHttpRequest){ 0 }, &error);
  HS_ASSERT_NO_ERROR (error);
  HS_ASSERT_INT_EQ (hs_http_reply_get_status (reply), 302);
  HS_ASSERT_INT_EQ (g_atomic_int_get (&seen), 1);
}

static void
answers_are_bounded (void)
{
  script = "long answer";
  expect_ok ((HsHttpRequest){ .max_body_bytes = 5000 });
  expect_error ((HsHttpRequest){ .max_body_bytes = 4999 }, HS_ERROR_CORRUPT);
  script = "endless headers";
  expect_error ((HsHttpRequest){ 0 }, HS_ERROR_CORRUPT);
  script = "not HTTP";
  expect_error ((HsHttpRequest){ 0 }, HS_ERROR_CORRUPT);
  script = "cut the answer";
  expect_refusal ((HsHttpRequest){ 0 }, HS_ERROR_TEMPORARY, "host-broke-off");
  HS_ASSERT (facts.may_have_arrived);
}

static void
malformed_requests_are_refused (void)
{
  static const char *const split[] = { "X: a\r\nY: b", NULL };

  expect_error ((HsHttpRequest){ .url = "ftp://127.0.0.1/" }, HS_ERROR_INVALID);
  expect_error ((HsHttpRequest){ .url = "http://me:secret@127.0.0.1/" }, HS_ERROR_INVALID);
  expect_error ((HsHttpRequest){ .url = "http:///nohost" }, HS_ERROR_INVALID);
  expect_error ((HsHttpRequest){ .headers = split }, HS_ERROR_INVALID);
  HS_ASSERT_INT_EQ (hs_http_double_count_connections (server), 0);
}

static void
the_environment_names_no_proxy (void)
{
  g_setenv ("http_proxy", "http://127.0.0.1:9", TRUE);
  g_setenv ("ALL_PROXY", "http://127.0.0.1:9", TRUE);
  expect_ok ((HsHttpRequest){ 0 });
  g_unsetenv ("http_proxy");
  g_unsetenv ("ALL_PROXY");
}

static void
silence_ends_a_request (void)
{
  script = "never answer";
  expect_error ((HsHttpRequest){ .idle_timeout_ms = 200 }, HS_ERROR_TEMPORARY);
  HS_ASSERT (facts.may_have_arrived);
  expect_error ((HsHttpRequest){ .idle_timeout_ms = G_MAXUINT, .total_timeout_ms = 200 },
                HS_ERROR_TEMPORARY);
}

static void
a_request_can_be_cancelled (void)
{
  g_autofree char *url = hs_http_double_dup_url (server, "/");
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (HsHttpReply) reply = NULL;
  HsHttpRequest request = { .url = url };
  GAsyncResult *result = NULL;

  script = "never answer";
  hs_http_send_async (http, &request, cancellable, hs_loop_store_result, &result);
  HS_LOOP_UNTIL (g_atomic_int_get (&seen) == 1);
  g_cancellable_cancel (cancellable);
  reply = finish (&result, &error);
  HS_ASSERT (reply == NULL);
  HS_ASSERT_ERROR (error, HS_ERROR_CANCELLED);
  HS_ASSERT (facts.may_have_arrived);
}

static void
freeing_ends_everything (void)
{
  g_autofree char *url = hs_http_double_dup_url (server, "/");
  g_autoptr (GError) error = NULL;
  g_autoptr (HsHttpReply) reply = NULL;
  HsHttpRequest request = { .url = url };
  GAsyncResult *result = NULL;

  script = "never answer";
  hs_http_send_async (http, &request, NULL, hs_loop_store_result, &result);
  HS_LOOP_UNTIL (g_atomic_int_get (&seen) == 1);
  g_clear_pointer (&http, hs_http_free);
  HS_ASSERT (result == NULL);
  reply = finish (&result, &error);
  HS_ASSERT (reply == NULL);
  HS_ASSERT_ERROR (error, HS_ERROR_CANCELLED);
}

/* ── once ──────────────────────────────────────────────────────────────────────────────────── */

/* The reply to the second request on a kept connection is lost. */
static void
lose_second_reply (gboolean once)
{
  g_autoptr (GBytes) body = make_bytes (300);

  script = "the second request is lost";
  expect_ok ((HsHttpRequest){ .body = body });
  expect_error ((HsHttpRequest){ .body = body, .once = once }, HS_ERROR_TEMPORARY);
  HS_ASSERT (facts.may_have_arrived);
}

static void
a_request_marked_once_arrives_once (void)
{
  lose_second_reply (TRUE);
  HS_ASSERT_INT_EQ (g_atomic_int_get (&seen), 2);
}

static void
the_danger_is_real (void)
{
  lose_second_reply (FALSE);
  HS_ASSERT (g_atomic_int_get (&seen) > 2);
}

/* ── streams ───────────────────────────────────────────────────────────────────────────────── */

static gpointer
push_slowly (gpointer data)
{
  g_autoptr (HsByteQueue) queue = data;
  g_autoptr (GBytes) piece = make_bytes (65536);

  for (int i = 0; i < 64; i++)
    if (!hs_byte_queue_push_wait (queue, piece))
      return NULL;
  hs_byte_queue_complete (queue);
  return NULL;
}

static void
a_stream_follows_the_body (void)
{
  g_autoptr (HsByteQueue) queue = hs_byte_queue_new (256 * 1024, NULL);
  g_autoptr (GBytes) body = make_bytes (10);
  GThread *thread = g_thread_new ("pusher", push_slowly, hs_byte_queue_ref (queue));

  script = "count only";
  expect_ok ((HsHttpRequest){ .body = body, .stream = queue });
  g_thread_join (thread);
  HS_ASSERT_INT_EQ (g_atomic_int_get (&seen_bytes), 10 + 64 * 65536);
  HS_ASSERT_INT_EQ (facts.body_bytes, 10 + 64 * 65536);
  HS_ASSERT (saw_chunked);
  HS_ASSERT (!saw_expect);
  HS_ASSERT (facts.first_byte_us > 0);
}

static void
a_failed_stream_is_no_complete_body (void)
{
  g_autoptr (HsByteQueue) queue = hs_byte_queue_new (256 * 1024, NULL);
  g_autoptr (GError) why = g_error_new_literal (HS_ERROR, HS_ERROR_CORRUPT, "damaged");
  g_autoptr (GBytes) piece = make_bytes (1000);

  script = "count only";
  hs_byte_queue_push (queue, piece);
  hs_byte_queue_fail (queue, why);
  expect_error ((HsHttpRequest){ .stream = queue }, HS_ERROR_CORRUPT);
  g_clear_pointer (&server, hs_http_double_free);
  HS_ASSERT_INT_EQ (seen, 0);
}

static void
a_cut_upload_closes_the_queue (void)
{
  g_autoptr (HsByteQueue) queue = hs_byte_queue_new (256 * 1024, NULL);
  GThread *thread = g_thread_new ("pusher", push_slowly, hs_byte_queue_ref (queue));

  script = "drop before the body is read";
  expect_error ((HsHttpRequest){ .stream = queue }, HS_ERROR_TEMPORARY);
  g_thread_join (thread);
  HS_ASSERT (hs_byte_queue_is_closed (queue));
  HS_ASSERT_INT_EQ (g_atomic_int_get (&seen), 0);
}

static void
an_empty_stream_is_not_the_printers_silence (void)
{
  g_autoptr (HsByteQueue) queue = hs_byte_queue_new (256 * 1024, NULL);
  g_autofree char *url = hs_http_double_dup_url (server, "/");
  g_autoptr (GError) error = NULL;
  g_autoptr (HsHttpReply) reply = NULL;
  g_autoptr (GBytes) piece = make_bytes (1);
  HsHttpRequest request = { .url = url, .stream = queue, .idle_timeout_ms = 100 };
  GAsyncResult *result = NULL;
  gint64 until_us = g_get_monotonic_time () + 400 * G_TIME_SPAN_MILLISECOND;

  script = "count only";
  hs_http_send_async (http, &request, NULL, hs_loop_store_result, &result);
  HS_LOOP_UNTIL (result != NULL || g_get_monotonic_time () > until_us);
  HS_ASSERT (result == NULL);
  hs_byte_queue_push (queue, piece);
  hs_byte_queue_complete (queue);
  reply = finish (&result, &error);
  HS_ASSERT_NO_ERROR (error);
  HS_ASSERT_INT_EQ (g_atomic_int_get (&seen_bytes), 1);
}

/* ── trust ─────────────────────────────────────────────────────────────────────────────────── */

static void
no_reason_to_trust_no_connection (void)
{
  use_tls ();
  expect_error ((HsHttpRequest){ 0 }, HS_ERROR_INVALID);
  expect_error ((HsHttpRequest){ .trust = HS_HTTP_TRUST_PINS }, HS_ERROR_INVALID);
  expect_error ((HsHttpRequest){ .trust = HS_HTTP_TRUST_CA }, HS_ERROR_INVALID);
  HS_ASSERT_INT_EQ (hs_http_double_count_connections (server), 0);
}

static void
one_of_two_pins_is_enough (void)
{
  guint8 pins[2][32] = { { 1 } };

  use_tls ();
  memcpy (pins[1], identity->pin, 32);
  expect_ok ((HsHttpRequest){ .trust = HS_HTTP_TRUST_PINS, .pins = pins, .n_pins = 2 });
  HS_ASSERT_BYTES_EQ (facts.peer_spki, 32, identity->pin, 32);
}

static void
a_wrong_pin_gets_nothing_and_shows_the_key (void)
{
  guint8 pins[1][32] = { { 1 } };
  g_autoptr (GBytes) body = make_bytes (10);

  use_tls ();
  expect_error (
      (HsHttpRequest){ .trust = HS_HTTP_TRUST_PINS, .pins = pins, .n_pins = 1, .body = body },
      HS_ERROR_REFUSED);
  HS_ASSERT (facts.untrusted && facts.has_peer_spki && !facts.may_have_arrived);
  HS_ASSERT_BYTES_EQ (facts.peer_spki, 32, identity->pin, 32);
  HS_ASSERT_INT_EQ (g_atomic_int_get (&seen), 0);
}

static void
a_kept_connection_serves_its_own_trust_only (void)
{
  guint8 right[1][32];
  guint8 wrong[1][32] = { { 1 } };

  use_tls ();
  memcpy (right[0], identity->pin, 32);
  expect_ok ((HsHttpRequest){ .trust = HS_HTTP_TRUST_PINS, .pins = right, .n_pins = 1 });
  expect_error ((HsHttpRequest){ .trust = HS_HTTP_TRUST_PINS, .pins = wrong, .n_pins = 1 },
                HS_ERROR_REFUSED);
  expect_error ((HsHttpRequest){ .method = "GET", .trust = HS_HTTP_TRUST_PROBE }, HS_ERROR_REFUSED);
  expect_ok ((HsHttpRequest){ .trust = HS_HTTP_TRUST_PINS, .pins = right, .n_pins = 1 });
  HS_ASSERT (facts.reused);
  HS_ASSERT_INT_EQ (g_atomic_int_get (&seen), 2);
}

static void
a_probe_shows_the_key_and_sends_nothing (void)
{
  use_tls ();
  expect_error ((HsHttpRequest){ .method = "GET", .trust = HS_HTTP_TRUST_PROBE }, HS_ERROR_REFUSED);
  HS_ASSERT_BYTES_EQ (facts.peer_spki, 32, identity->pin, 32);
  HS_ASSERT_INT_EQ (g_atomic_int_get (&seen), 0);
}

static void
the_chain_and_the_name_are_checked (void)
{
  g_autoptr (HsTestIdentity) other = hs_test_identity_new ("127.0.0.1");
  g_autoptr (HsTestIdentity) elsewhere = hs_test_identity_new ("printer.example");

  use_tls ();
  expect_ok ((HsHttpRequest){ .trust = HS_HTTP_TRUST_CA, .ca_pem = identity->ca_pem });
  expect_refusal ((HsHttpRequest){ .trust = HS_HTTP_TRUST_CA, .ca_pem = other->ca_pem },
                  HS_ERROR_REFUSED, "host-untrusted");
  HS_ASSERT (facts.untrusted && facts.has_peer_spki);
  hs_http_double_set_identity (server, elsewhere->certificate_pem, elsewhere->key_pem);
  expect_error ((HsHttpRequest){ .trust = HS_HTTP_TRUST_CA, .ca_pem = elsewhere->ca_pem },
                HS_ERROR_REFUSED);
  HS_ASSERT (facts.untrusted && !facts.may_have_arrived);
}

static void
anybody_is_for_first_contact_only (void)
{
  g_autoptr (GBytes) body = make_bytes (1);

  use_tls ();
  expect_error ((HsHttpRequest){ .trust = HS_HTTP_TRUST_ANYBODY, .method = "GET", .body = body },
                HS_ERROR_INVALID);
  expect_ok ((HsHttpRequest){ .trust = HS_HTTP_TRUST_ANYBODY, .method = "GET" });
  expect_ok ((HsHttpRequest){ .trust = HS_HTTP_TRUST_CA, .ca_pem = identity->ca_pem });
  HS_ASSERT (!facts.reused);
}

static void
our_certificate_is_shown (void)
{
  g_autoptr (HsTestIdentity) ours = hs_test_identity_new ("device");
  g_autoptr (HsSecretBytes) key
      = hs_secret_bytes_new_copy ((const guint8 *)ours->key_pem, strlen (ours->key_pem));

  use_tls ();
  hs_http_double_ask_for_certificate (server, TRUE);
  expect_ok ((HsHttpRequest){ .trust = HS_HTTP_TRUST_CA,
                              .ca_pem = identity->ca_pem,
                              .tls_version = HS_HTTP_TLS_1_3,
                              .certificate_pem = ours->certificate_pem,
                              .key_pem = key });
  HS_ASSERT (has_client_pin);
  HS_ASSERT_BYTES_EQ (client_pin, 32, ours->pin, 32);
}

/* ── names and idleness ────────────────────────────────────────────────────────────────────── */

static gint name_is_held; /* 1: the resolver waits */
static gint name_is_asked;
static GMutex name_mutex;
static GCond name_changed;

/* Stands before the C library's: libcurl's resolver thread comes through here. */
int
getaddrinfo (const char *node,
             const char *service,
             const struct addrinfo *hints,
             struct addrinfo **result)
{
  g_mutex_lock (&name_mutex);
  g_atomic_int_set (&name_is_asked, 1);
  while (name_is_held)
    g_cond_wait (&name_changed, &name_mutex);
  g_mutex_unlock (&name_mutex);
  return EAI_NONAME;
}

static void
a_slow_name_does_not_stop_the_loop (void)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  HsHttpRequest request = { .url = "http://slow.example/" };
  GAsyncResult *result = NULL;
  gint64 started_us;

  name_is_held = 1;
  hs_http_send_async (http, &request, cancellable, hs_loop_store_result, &result);
  HS_LOOP_UNTIL (g_atomic_int_get (&name_is_asked));
  expect_ok ((HsHttpRequest){ 0 });
  started_us = g_get_monotonic_time ();
  g_cancellable_cancel (cancellable);
  HS_ASSERT (finish (&result, &error) == NULL);
  HS_ASSERT_ERROR (error, HS_ERROR_CANCELLED);
  HS_ASSERT (g_get_monotonic_time () - started_us < G_USEC_PER_SEC);
  HS_ASSERT (!facts.may_have_arrived);

  g_mutex_lock (&name_mutex);
  name_is_held = 0;
  g_cond_broadcast (&name_changed);
  g_mutex_unlock (&name_mutex);
}

static void
an_unknown_name_says_so (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HsHttpReply) reply
      = send_request ((HsHttpRequest){ .url = "http://nowhere.example/" }, &error);

  HS_ASSERT (reply == NULL);
  HS_ASSERT_ERROR (error, HS_ERROR_TEMPORARY);
  HS_ASSERT (strstr (error->message, "nowhere.example") != NULL);
}

static gint polls;

static gint
count_poll (GPollFD *fds, guint n_fds, gint timeout_ms)
{
  polls++;
  return g_poll (fds, n_fds, timeout_ms);
}

/* A long poll of 2 s: how often does the main loop wake up meanwhile? */
static void
a_waiting_request_wakes_nobody (void)
{
  g_autofree char *url = hs_http_double_dup_url (server, "/");
  HsHttpRequest request = { .url = url, .idle_timeout_ms = G_MAXUINT, .total_timeout_ms = 2000 };
  g_autoptr (GError) error = NULL;
  GAsyncResult *result = NULL;
  gint after_start;

  script = "never answer";
  hs_http_send_async (http, &request, NULL, hs_loop_store_result, &result);
  HS_LOOP_UNTIL (g_atomic_int_get (&seen) == 1);
  while (g_main_context_iteration (NULL, FALSE))
    continue;
  polls = 0;
  g_main_context_set_poll_func (g_main_context_default (), count_poll);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  after_start = polls;
  g_main_context_set_poll_func (g_main_context_default (), NULL);
  HS_ASSERT (finish (&result, &error) == NULL);
  HS_ASSERT_ERROR (error, HS_ERROR_TEMPORARY);
  HS_ASSERT (after_start <= 5);
}

HS_SUITE_WITH (
    "http",
    set_up,
    tear_down,
    { "a body goes out and comes back, with headers, without Expect", a_body_comes_back },
    { "a connection is used again", a_connection_is_used_again },
    { "where nobody listens nothing was sent", nobody_listens },
    { "a redirect is an answer and is not followed", redirects_are_answers },
    { "answers are bounded and must be HTTP", answers_are_bounded },
    { "malformed requests are refused before connecting", malformed_requests_are_refused },
    { "the environment names no proxy", the_environment_names_no_proxy },
    { "silence and the total time end a request", silence_ends_a_request },
    { "a request can be cancelled", a_request_can_be_cancelled },
    { "freeing ends what is under way, in a later turn", freeing_ends_everything },
    { "a request marked once arrives at most once", a_request_marked_once_arrives_once },
    { "without that mark it is repeated", the_danger_is_real },
    { "a stream follows the body, chunked", a_stream_follows_the_body },
    { "a failed stream never looks like a complete body", a_failed_stream_is_no_complete_body },
    { "a cut upload closes the queue of its worker", a_cut_upload_closes_the_queue },
    { "an empty stream does not count as the other end's silence",
      an_empty_stream_is_not_the_printers_silence },
    { "without a reason to trust there is no connection", no_reason_to_trust_no_connection },
    { "one of two pins is enough", one_of_two_pins_is_enough },
    { "a wrong pin gets nothing and shows the key it met",
      a_wrong_pin_gets_nothing_and_shows_the_key },
    { "a kept connection serves its own trust only", a_kept_connection_serves_its_own_trust_only },
    { "a probe shows the key and sends nothing", a_probe_shows_the_key_and_sends_nothing },
    { "chain and name are checked against the given authority",
      the_chain_and_the_name_are_checked },
    { "trusting anybody is for first contact only", anybody_is_for_first_contact_only },
    { "our certificate and key come from memory", our_certificate_is_shown },
    { "a slow name stops neither the loop nor a cancel", a_slow_name_does_not_stop_the_loop },
    { "an unknown name is said", an_unknown_name_says_so },
    { "a waiting long poll wakes nobody", a_waiting_request_wakes_nobody })
