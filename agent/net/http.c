/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Every outbound request.
 *
 * Results are handed out by a source of their own, never from inside libcurl, so a callback
 * may do anything, even free the HsHttp. */

#include "net/http.h"

#include "base/error.h"
#include "core/refusal.h"
#include "crypto/tls_peer.h"
#include "net/http_body.h"
#include "net/http_easy.h"
#include "net/http_error.h"
#include "net/http_pump.h"
#include "net/http_reply.h"
#include "platform/tcp_patience.h"

#include <curl/curl.h>
#include <string.h>

/* CURLOPT_MAXAGE_CONN, its default: older connections are not used in any case. */
#define LIBCURL_MOST_AGE_S 118

struct HsHttp
{
  grefcount references; /* calls hold one each, so a freed HsHttp outlives its last callback */
  GMainContext *context;
  HsHttpPump *pump;
  GPtrArray *calls;     /* element-type Call, borrowed: under way */
  gint64 doubted_at_us; /* monotonic: older connections are not used again; 0 = never */
};

typedef struct
{
  HsHttp *http;
  GTask *task;
  HsHttpEasy *easy;
  HsHttpReply *reply;
  HsHttpFacts facts;
  HsTlsPeer *peer;
  char *host; /* for sentences */

  HsHttpBody *body;   /* NULL when libcurl holds the bytes itself, to send them again if need be */
  gboolean is_hungry; /* the stream is empty: the other end does nothing wrong */

  GSource *idle;
  GSource *cancel;
  gint64 idle_us; /* 0 = for ever */
  gint64 last_byte_us;
  GError *failure; /* decided by us; wins over libcurl's */
  void (*on_body) (const guint8 *bytes, gsize length, gpointer user_data);
  gpointer on_body_data;
  void (*on_sent) (guint64 body_bytes, gpointer user_data);
  gpointer on_sent_data;

  int fd; /* of the connection in use; -1: none yet */
  GSource *silence;
  guint silent_after_ms;
  void (*on_silent) (gpointer user_data);
  gpointer on_silent_data;
} Call;

static void finish_call (Call *call, int code);

static void
unref_http (HsHttp *http)
{
  if (!g_ref_count_dec (&http->references))
    return;
  g_ptr_array_unref (http->calls);
  g_main_context_unref (http->context);
  g_free (http);
}

/* ── the end of a call ─────────────────────────────────────────────────────────────────────── */

static GError *
make_error (const Call *call, int code)
{
  if (call->failure != NULL)
    return g_error_copy (call->failure);
  if (call->peer != NULL && hs_tls_peer_is_out_of_time (call->peer))
    return hs_refusal_new (HS_REFUSAL_HOST_CLOCK, "host", call->host, NULL);
  if (call->facts.untrusted)
    return hs_refusal_new (HS_REFUSAL_HOST_UNTRUSTED, "host", call->host, NULL);
  return hs_http_error_new (code, call->host);
}

static void
free_call (gpointer data)
{
  Call *call = data;

  g_clear_pointer (&call->reply, hs_http_reply_free);
  g_clear_pointer (&call->peer, hs_tls_peer_unref);
  g_clear_pointer (&call->body, hs_http_body_free);
  g_clear_error (&call->failure);
  g_free (call->host);
  unref_http (call->http);
  g_free (call);
}

static void
gather_facts (Call *call, int code)
{
  long connections = 0;

  curl_easy_getinfo (hs_http_easy_get (call->easy), CURLINFO_NUM_CONNECTS, &connections);
  call->facts.reused = call->facts.connected && connections == 0;
  if (call->peer == NULL)
    return;
  call->facts.has_peer_spki = hs_tls_peer_get_spki (call->peer, call->facts.peer_spki);
  call->facts.untrusted = hs_tls_peer_is_refused (call->peer) || hs_http_error_is_trust (code);
}

/* Runs from the main loop, when nothing of libcurl is on the stack. */
static gboolean
on_call_over (gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Call *call = g_task_get_task_data (task);
  GError *error = g_steal_pointer (&call->failure);

  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, g_steal_pointer (&call->reply),
                           (GDestroyNotify)hs_http_reply_free);
  return G_SOURCE_REMOVE;
}

static void
finish_call (Call *call, int code)
{
  HsHttp *http = call->http;
  g_autoptr (GSource) over = g_idle_source_new ();

  gather_facts (call, code);
  if (code == CURLE_OK && call->failure == NULL)
    hs_http_reply_close (call->reply);
  else
    {
      GError *error = make_error (call, code);

      g_clear_error (&call->failure);
      call->failure = error;
    }
  hs_http_pump_clear_source (&call->idle);
  hs_http_pump_clear_source (&call->silence);
  hs_http_pump_clear_source (&call->cancel);
  hs_http_pump_remove (http->pump, hs_http_easy_get (call->easy));
  g_clear_pointer (&call->easy, hs_http_easy_free);
  g_clear_pointer (&call->body, hs_http_body_free);
  g_ptr_array_remove_fast (http->calls, call);

  g_source_set_priority (over, G_PRIORITY_DEFAULT);
  g_source_set_callback (over, on_call_over, g_steal_pointer (&call->task), NULL);
  g_source_attach (over, http->context);
}

/* Ends a call from our side, outside libcurl. */
static void
abort_call (Call *call, int code, const char *message)
{
  if (call->failure == NULL)
    call->failure = g_error_new_literal (HS_ERROR, code, message);
  finish_call (call, CURLE_ABORTED_BY_CALLBACK);
}

static gboolean
on_cancelled (GCancellable *cancellable, gpointer user_data)
{
  abort_call (user_data, HS_ERROR_CANCELLED, "the request was stopped");
  return G_SOURCE_REMOVE;
}

/* Fires when the other end has been silent long enough, or only to look again later. */
static gboolean
on_idle (gpointer user_data)
{
  Call *call = user_data;
  gint64 now_us = g_get_monotonic_time ();
  gint64 due_us = call->last_byte_us + call->idle_us;
  g_autofree char *message = NULL;

  /* Until it is connected the connect time-out counts, and an empty stream is our own delay. */
  if (!call->facts.connected || call->is_hungry)
    due_us = now_us + call->idle_us;
  if (due_us > now_us)
    {
      g_source_set_ready_time (call->idle, due_us);
      return G_SOURCE_CONTINUE;
    }
  message = g_strdup_printf ("“%s” was silent for %" G_GINT64_FORMAT
                             " s; check that it is switched on and reachable",
                             call->host, call->idle_us / G_USEC_PER_SEC);
  abort_call (call, HS_ERROR_TEMPORARY, message);
  return G_SOURCE_REMOVE;
}

/* While names are resolved nothing can be said; what has arrived at the other end is its business. */
static gboolean
on_silence (gpointer user_data)
{
  Call *call = user_data;
  guint silence_ms = call->fd >= 0 ? hs_tcp_patience_get_silence_ms (call->fd) : 0;
  gboolean is_silent = silence_ms >= call->silent_after_ms;
  guint left_ms = call->silent_after_ms - (is_silent ? 0 : silence_ms);

  if (is_silent)
    call->on_silent (call->on_silent_data);
  g_source_set_ready_time (call->silence,
                           is_silent || (call->fd >= 0 && silence_ms == 0)
                               ? -1
                               : g_get_monotonic_time () + left_ms * G_TIME_SPAN_MILLISECOND);
  return G_SOURCE_CONTINUE;
}

/* ── what libcurl calls while it works ─────────────────────────────────────────────────────── */

static int
on_connected (void *user_data, char *ip, char *local_ip, int port, int local_port)
{
  Call *call = user_data;

  call->facts.connected = TRUE;
  call->facts.may_have_arrived = TRUE;
  call->last_byte_us = g_get_monotonic_time ();
  return CURL_PREREQFUNC_OK;
}

static CURLcode
on_tls_context (CURL *easy, void *ssl_ctx, void *user_data)
{
  Call *call = user_data;

  return hs_tls_peer_attach (call->peer, ssl_ctx) ? CURLE_OK : CURLE_OUT_OF_MEMORY;
}

static size_t
on_body_wanted (char *buffer, size_t size, size_t count, void *user_data)
{
  Call *call = user_data;
  gsize length = 0;

  call->last_byte_us = g_get_monotonic_time ();
  switch (hs_http_body_read (call->body, buffer, size * count, &length, &call->failure))
    {
    case HS_BYTE_QUEUE_BYTES:
      if (call->facts.first_byte_us == 0)
        call->facts.first_byte_us = call->last_byte_us;
      call->facts.body_bytes += length;
      if (call->on_sent != NULL)
        call->on_sent (call->facts.body_bytes, call->on_sent_data);
      return length;
    case HS_BYTE_QUEUE_EMPTY:
      call->is_hungry = TRUE;
      return CURL_READFUNC_PAUSE;
    case HS_BYTE_QUEUE_END:
      call->facts.body_complete = TRUE;
      return 0;
    case HS_BYTE_QUEUE_FAILED:
      call->facts.stream_failed = TRUE;
      break;
    }
  return CURL_READFUNC_ABORT;
}

static void
on_body_refilled (gpointer user_data)
{
  Call *call = user_data;

  call->is_hungry = FALSE;
  call->last_byte_us = g_get_monotonic_time ();
  curl_easy_pause (hs_http_easy_get (call->easy), CURLPAUSE_CONT);
}

static size_t
on_header_line (char *line, size_t size, size_t count, void *user_data)
{
  Call *call = user_data;

  call->last_byte_us = g_get_monotonic_time ();
  if (hs_http_reply_add_line (call->reply, line, size * count))
    return size * count;
  g_clear_error (&call->failure);
  call->failure = g_error_new (HS_ERROR, HS_ERROR_CORRUPT,
                               "“%s” sent more header lines than we read", call->host);
  return 0;
}

static size_t
on_body_piece (char *bytes, size_t size, size_t count, void *user_data)
{
  Call *call = user_data;
  gsize length = size * count;

  call->last_byte_us = g_get_monotonic_time ();
  if (call->on_body != NULL && hs_http_reply_get_status (call->reply) / 100 == 2)
    {
      call->on_body ((const guint8 *)bytes, length, call->on_body_data);
      return length;
    }
  if (hs_http_reply_add_body (call->reply, (const guint8 *)bytes, length))
    return length;
  g_clear_error (&call->failure);
  call->failure = g_error_new (HS_ERROR, HS_ERROR_CORRUPT, "“%s” sent a longer answer than we read",
                               call->host);
  return 0;
}

/* ── making a call ─────────────────────────────────────────────────────────────────────────── */

static void
set_callbacks (Call *call, const HsHttpRequest *request)
{
  static const HsTlsPeerRule rules[] = {
    [HS_HTTP_TRUST_NONE] = HS_TLS_PEER_NOBODY,     [HS_HTTP_TRUST_CA] = HS_TLS_PEER_CHAIN,
    [HS_HTTP_TRUST_PINS] = HS_TLS_PEER_PINS,       [HS_HTTP_TRUST_PROBE] = HS_TLS_PEER_NOBODY,
    [HS_HTTP_TRUST_ANYBODY] = HS_TLS_PEER_ANYBODY,
  };
  CURL *curl = hs_http_easy_get (call->easy);

  call->peer = hs_tls_peer_new (rules[request->trust], request->pins, request->n_pins);
  curl_easy_setopt (curl, CURLOPT_SSL_CTX_FUNCTION, on_tls_context);
  curl_easy_setopt (curl, CURLOPT_SSL_CTX_DATA, call);
  curl_easy_setopt (curl, CURLOPT_PREREQFUNCTION, on_connected);
  curl_easy_setopt (curl, CURLOPT_PREREQDATA, call);
  curl_easy_setopt (curl, CURLOPT_HEADERFUNCTION, on_header_line);
  curl_easy_setopt (curl, CURLOPT_HEADERDATA, call);
  curl_easy_setopt (curl, CURLOPT_WRITEFUNCTION, on_body_piece);
  curl_easy_setopt (curl, CURLOPT_WRITEDATA, call);
  curl_easy_setopt (curl, CURLOPT_PRIVATE, call);
  if (!hs_http_easy_needs_body (call->easy, request))
    return;
  call->body = hs_http_body_new (request->body, request->stream);
  hs_http_body_set_refilled (call->body, on_body_refilled, call);
  curl_easy_setopt (curl, CURLOPT_READFUNCTION, on_body_wanted);
  curl_easy_setopt (curl, CURLOPT_READDATA, call);
}

/* libcurl counts the age of a kept connection from its last use, in whole seconds. */
static void
avoid_doubted (Call *call)
{
  gint64 doubted_s = (g_get_monotonic_time () - call->http->doubted_at_us) / G_USEC_PER_SEC;

  if (call->http->doubted_at_us == 0 || doubted_s > LIBCURL_MOST_AGE_S)
    return;
  if (doubted_s < 2)
    curl_easy_setopt (hs_http_easy_get (call->easy), CURLOPT_FRESH_CONNECT, 1L);
  else
    curl_easy_setopt (hs_http_easy_get (call->easy), CURLOPT_MAXAGE_CONN, (long)doubted_s - 1);
}

static void
start_call (Call *call, const HsHttpRequest *request, GCancellable *cancellable)
{
  HsHttp *http = call->http;

  call->easy = hs_http_easy_new (request);
  set_callbacks (call, request);
  avoid_doubted (call);
  call->last_byte_us = g_get_monotonic_time ();
  if (call->idle_us > 0)
    call->idle = hs_http_pump_attach_timer (http->context, call->last_byte_us + call->idle_us,
                                            on_idle, call);
  if (call->on_silent != NULL)
    call->silence = hs_http_pump_attach_timer (
        http->context, call->last_byte_us + call->silent_after_ms * G_TIME_SPAN_MILLISECOND,
        on_silence, call);
  if (cancellable != NULL)
    {
      call->cancel = g_cancellable_source_new (cancellable);
      g_source_set_callback (call->cancel, G_SOURCE_FUNC (on_cancelled), call, NULL);
      g_source_attach (call->cancel, http->context);
    }
  g_ptr_array_add (http->calls, call);
  if (!hs_http_pump_add (http->pump, hs_http_easy_get (call->easy)))
    {
      /* finish_call() takes it out again. */
      abort_call (call, HS_ERROR_INTERNAL, "no memory for a request");
    }
}

void
hs_http_send_async (HsHttp *http,
                    const HsHttpRequest *request,
                    GCancellable *cancellable,
                    GAsyncReadyCallback callback,
                    gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, callback, user_data);
  g_autoptr (GError) error = NULL;
  guint idle_ms = request->idle_timeout_ms;
  Call *call = g_new0 (Call, 1);

  g_task_set_source_tag (task, hs_http_send_async);
  g_task_set_task_data (task, call, free_call);
  g_ref_count_inc (&http->references);
  call->http = http;
  call->host = hs_http_easy_check (request, &error);
  if (call->host == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  if (idle_ms == 0)
    idle_ms = HS_HTTP_IDLE_DEFAULT_MS;
  call->idle_us = idle_ms == G_MAXUINT ? 0 : idle_ms * G_TIME_SPAN_MILLISECOND;
  call->reply = hs_http_reply_new (request->max_body_bytes == 0 ? HS_HTTP_BODY_MAX_BYTES
                                                                : request->max_body_bytes);
  call->on_body = request->on_body;
  call->on_body_data = request->on_body_data;
  call->on_sent = request->on_sent;
  call->on_sent_data = request->on_sent_data;
  call->fd = -1;
  call->on_silent = request->on_silent;
  call->on_silent_data = request->on_silent_data;
  call->silent_after_ms = request->silent_after_ms;
  call->task = g_steal_pointer (&task);
  start_call (call, request, cancellable);
}

HsHttpReply *
hs_http_send_finish (GAsyncResult *result, HsHttpFacts *facts, GError **error)
{
  Call *call = g_task_get_task_data (G_TASK (result));

  if (facts != NULL)
    *facts = call->facts;
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* ── life ──────────────────────────────────────────────────────────────────────────────────── */

static void
on_transfer_done (gpointer easy, int code, gpointer user_data)
{
  Call *call = NULL;

  curl_easy_getinfo (easy, CURLINFO_PRIVATE, (char **)&call);
  finish_call (call, code);
}

static void
on_transfer_socket (gpointer easy, int fd, gboolean is_used, gpointer user_data)
{
  Call *call = NULL;

  curl_easy_getinfo (easy, CURLINFO_PRIVATE, (char **)&call);
  if (call != NULL && (is_used || call->fd == fd))
    call->fd = is_used ? fd : -1;
}

HsHttp *
hs_http_new (void)
{
  HsHttp *http = g_new0 (HsHttp, 1);

  g_ref_count_init (&http->references);
  http->context = g_main_context_ref_thread_default ();
  http->calls = g_ptr_array_new ();
  http->pump = hs_http_pump_new (http->context, on_transfer_done, on_transfer_socket, http);
  return http;
}

void
hs_http_free (HsHttp *http)
{
  if (http == NULL)
    return;
  while (http->calls->len > 0)
    abort_call (g_ptr_array_index (http->calls, 0), HS_ERROR_CANCELLED, "the request was stopped");
  g_clear_pointer (&http->pump, hs_http_pump_free);
  unref_http (http);
}

void
hs_http_doubt_connections (HsHttp *http)
{
  http->doubted_at_us = g_get_monotonic_time ();
}
