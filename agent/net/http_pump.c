/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* libcurl's multi interface on a GMainContext. */

#include "net/http_pump.h"

#include <curl/curl.h>
#include <gio/gio.h>

struct HsHttpPump
{
  GMainContext *context;
  HsHttpPumpDone done;
  HsHttpPumpSocket on_socket;
  gpointer user_data;
  CURLM *multi; /* NULL while nothing is under way and no connection is kept */
  guint transfers;
  GSource *timer;
  GSource *rest; /* closes kept connections */
};

/* ── sources ───────────────────────────────────────────────────────────────────────────────── */

void
hs_http_pump_clear_source (GSource **source)
{
  if (*source == NULL)
    return;
  g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

static gboolean
dispatch_plain (GSource *source, GSourceFunc callback, gpointer user_data)
{
  return callback (user_data);
}

static GSourceFuncs plain_funcs = { NULL, NULL, dispatch_plain, NULL, NULL, NULL };

GSource *
hs_http_pump_attach_timer (GMainContext *context, gint64 ready_us, GSourceFunc func, gpointer data)
{
  GSource *source = g_source_new (&plain_funcs, sizeof (GSource));

  g_source_set_ready_time (source, ready_us);
  g_source_set_callback (source, func, data, NULL);
  g_source_attach (source, context);
  return source;
}

/* ── libcurl's wishes ──────────────────────────────────────────────────────────────────────── */

static void
turn_multi (HsHttpPump *pump, curl_socket_t socket, int events)
{
  CURLMsg *message;
  int running;
  int left;

  curl_multi_socket_action (pump->multi, socket, events, &running);
  while ((message = curl_multi_info_read (pump->multi, &left)) != NULL)
    {
      if (message->msg == CURLMSG_DONE)
        pump->done (message->easy_handle, (int)message->data.result, pump->user_data);
    }
}

static gboolean
on_socket_ready (GIOChannel *channel, GIOCondition condition, gpointer user_data)
{
  HsHttpPump *pump = user_data;
  int events = 0;

  if (condition & G_IO_IN)
    events |= CURL_CSELECT_IN;
  if (condition & G_IO_OUT)
    events |= CURL_CSELECT_OUT;
  if (condition & (G_IO_ERR | G_IO_HUP | G_IO_NVAL))
    events |= CURL_CSELECT_ERR;
  turn_multi (pump, g_io_channel_unix_get_fd (channel), events);
  return G_SOURCE_CONTINUE;
}

/* One GSource per socket, made anew when libcurl changes its mind about the direction. */
static int
on_socket_wanted (CURL *easy, curl_socket_t socket, int what, void *user_data, void *assigned)
{
  HsHttpPump *pump = user_data;
  GSource *source = assigned;
  GIOCondition condition = G_IO_ERR | G_IO_HUP;

  hs_http_pump_clear_source (&source);
  pump->on_socket (easy, (int)socket, what != CURL_POLL_REMOVE, pump->user_data);
  if (what != CURL_POLL_REMOVE)
    {
      g_autoptr (GIOChannel) channel = g_io_channel_unix_new ((int)socket);

      if (what & CURL_POLL_IN)
        condition |= G_IO_IN;
      if (what & CURL_POLL_OUT)
        condition |= G_IO_OUT;
      source = g_io_create_watch (channel, condition);
      g_source_set_callback (source, G_SOURCE_FUNC (on_socket_ready), pump, NULL);
      g_source_attach (source, pump->context);
    }
  curl_multi_assign (pump->multi, socket, source);
  return 0;
}

static gboolean
on_timer (gpointer user_data)
{
  HsHttpPump *pump = user_data;

  g_source_set_ready_time (pump->timer, -1);
  turn_multi (pump, CURL_SOCKET_TIMEOUT, 0);
  return G_SOURCE_CONTINUE;
}

static int
on_timer_wanted (CURLM *multi, long timeout_ms, void *user_data)
{
  HsHttpPump *pump = user_data;

  g_source_set_ready_time (
      pump->timer, timeout_ms < 0 ? -1 : g_get_monotonic_time () + (gint64)timeout_ms * 1000);
  return 0;
}

static void
close_multi (HsHttpPump *pump)
{
  g_clear_pointer (&pump->multi, curl_multi_cleanup);
  hs_http_pump_clear_source (&pump->timer);
  hs_http_pump_clear_source (&pump->rest);
}

static gboolean
on_rested (gpointer user_data)
{
  close_multi (user_data);
  return G_SOURCE_REMOVE;
}

static void
open_multi (HsHttpPump *pump)
{
  hs_http_pump_clear_source (&pump->rest);
  if (pump->multi != NULL)
    return;
  pump->timer = hs_http_pump_attach_timer (pump->context, -1, on_timer, pump);
  pump->multi = curl_multi_init ();
  curl_multi_setopt (pump->multi, CURLMOPT_SOCKETFUNCTION, on_socket_wanted);
  curl_multi_setopt (pump->multi, CURLMOPT_SOCKETDATA, pump);
  curl_multi_setopt (pump->multi, CURLMOPT_TIMERFUNCTION, on_timer_wanted);
  curl_multi_setopt (pump->multi, CURLMOPT_TIMERDATA, pump);
  curl_multi_setopt (pump->multi, CURLMOPT_MAXCONNECTS, HS_HTTP_PUMP_KEPT_CONNECTIONS);
}

/* ── life and transfers ────────────────────────────────────────────────────────────────────── */

HsHttpPump *
hs_http_pump_new (GMainContext *context,
                  HsHttpPumpDone done,
                  HsHttpPumpSocket on_socket,
                  gpointer user_data)
{
  static gsize ready = 0;
  HsHttpPump *pump = g_new0 (HsHttpPump, 1);

  if (g_once_init_enter (&ready))
    {
      curl_global_init (CURL_GLOBAL_DEFAULT);
      /* CURLOPT_NOSIGNAL leaves SIGPIPE to us; the class of GSocket ignores it process-wide. */
      g_type_class_unref (g_type_class_ref (G_TYPE_SOCKET));
      g_once_init_leave (&ready, 1);
    }
  pump->context = g_main_context_ref (context);
  pump->done = done;
  pump->on_socket = on_socket;
  pump->user_data = user_data;
  return pump;
}

void
hs_http_pump_free (HsHttpPump *pump)
{
  if (pump == NULL)
    return;
  close_multi (pump);
  g_main_context_unref (pump->context);
  g_free (pump);
}

gboolean
hs_http_pump_add (HsHttpPump *pump, gpointer easy)
{
  open_multi (pump);
  pump->transfers++;
  return pump->multi != NULL && curl_multi_add_handle (pump->multi, easy) == CURLM_OK;
}

void
hs_http_pump_remove (HsHttpPump *pump, gpointer easy)
{
  curl_multi_remove_handle (pump->multi, easy);
  pump->transfers--;
  if (pump->transfers == 0)
    pump->rest = hs_http_pump_attach_timer (
        pump->context, g_get_monotonic_time () + HS_HTTP_PUMP_KEEP_MS * G_TIME_SPAN_MILLISECOND,
        on_rested, pump);
}
