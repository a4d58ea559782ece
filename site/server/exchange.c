/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* A request under way.
 *
 * Nobody can be woken too early or too late: a stage that finds nothing and one that brings news run
 * one after the other in the store lane, and come back to the main context in the same order. */

#define HS_LOG_AREA "site"

#include "site/server/exchange.h"

#include "base/error.h"
#include "base/log.h"
#include "core/wire/wire_error.h"
#include "site/server/handlers.h"
#include "site/server/lane.h"
#include "site/people/page.h"
#include "site/devices/release_epochs.h"
#include "site/opening.h"

#include <string.h>

#define SCRYPT_THREADS 2
#define SCRYPT_WAITING 64 /* about 4 s of work: beyond that, try again */
/* A directory that hangs holds each for some seconds; people with a password of ours do not wait for
 * it, for these threads are others. */
#define DIRECTORY_THREADS 4
#define DIRECTORY_WAITING 64

struct HsTraffic
{
  HsSite *site;
  HsLane *lanes[HS_CALL_N_LANES];
  GHashTable *waiting; /* HsId → GPtrArray of Exchange, borrowed */
  gboolean is_ending;
};

typedef struct
{
  HsTraffic *traffic;
  SoupServerMessage *message; /* NULL: nobody is there any more to be answered */
  HsCall *call;
  HsCallStage stage;
  HsCallLane lane;     /* where the stage runs */
  gboolean is_checked; /* the route's checks were passed */
  gboolean is_waiting;
  GError *error;
  guint timer;
} Exchange;

static const char ending_sentence[] = "the site is being stopped; try again in a moment";

static void push (Exchange *exchange, HsCallStage stage, HsCallLane lane);

/* ── answering ───────────────────────────────────────────────────────────────────────────── */

void
hs_traffic_add_headers (SoupServerMessage *message)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);

  soup_message_headers_replace (headers, "Cache-Control", "no-store");
  soup_message_headers_replace (
      headers, "Content-Security-Policy",
      "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src "
      "'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'");
  soup_message_headers_replace (headers, "Cross-Origin-Opener-Policy", "same-origin");
  soup_message_headers_replace (headers, "Cross-Origin-Resource-Policy", "same-origin");
  /* Not no-referrer: with that, browsers send "Origin: null" with forms. */
  soup_message_headers_replace (headers, "Referrer-Policy", "same-origin");
  soup_message_headers_replace (headers, "Permissions-Policy",
                                "camera=(), geolocation=(), microphone=()");
  soup_message_headers_replace (headers, "Strict-Transport-Security", "max-age=31536000");
  soup_message_headers_replace (headers, "X-Content-Type-Options", "nosniff");
  soup_message_headers_replace (headers, "X-Frame-Options", "DENY");
}

void
hs_traffic_refuse (SoupServerMessage *message, gboolean is_page, guint status, const GError *reason)
{
  const char *path = g_uri_get_path (soup_server_message_get_uri (message));
  const char *home = g_str_has_prefix (path, "/t/") ? "/t/" : "/";
  g_autofree char *body = is_page ? hs_page_render_error (status, reason->message, home)
                                  : hs_wire_error_encode (reason);

  hs_traffic_add_headers (message);
  soup_server_message_set_status (message, status, NULL);
  soup_server_message_set_response (message,
                                    is_page ? "text/html; charset=utf-8" : "application/json",
                                    SOUP_MEMORY_COPY, body, strlen (body));
}

static void
answer_error (Exchange *exchange)
{
  const HsCall *call = exchange->call;
  guint status = call->error_status;

  if (status == 0)
    status = hs_wire_error_to_status (exchange->error->code);
  /* Faults of ours are for the log; outside nobody learns of files and tables. */
  if (status >= 500 && exchange->error->code != HS_ERROR_TEMPORARY)
    {
      hs_log_error ("%s %s: %s", call->route->method, call->route->path, exchange->error->message);
      g_clear_error (&exchange->error);
      exchange->error = g_error_new (HS_ERROR, HS_ERROR_INTERNAL,
                                     "the site has a fault; its administrator finds more in the "
                                     "site's log");
    }
  if (status == 401 && call->route->is_page)
    {
      hs_traffic_add_headers (exchange->message);
      soup_server_message_set_status (exchange->message, 303, NULL);
      soup_message_headers_replace (soup_server_message_get_response_headers (exchange->message),
                                    "Location", "/");
      return;
    }
  hs_traffic_refuse (exchange->message, call->route->is_page, status, exchange->error);
  if (call->retry_s > 0)
    {
      g_autofree char *seconds = g_strdup_printf ("%u", call->retry_s);
      soup_message_headers_replace (soup_server_message_get_response_headers (exchange->message),
                                    "Retry-After", seconds);
    }
}

static void
answer_request (Exchange *exchange)
{
  HsCall *call = exchange->call;
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (exchange->message);

  hs_traffic_add_headers (exchange->message);
  if (call->set_cookie != NULL)
    soup_message_headers_append (headers, "Set-Cookie", call->set_cookie);
  if (call->location != NULL)
    soup_message_headers_replace (headers, "Location", call->location);
  if (call->retry_s > 0)
    {
      g_autofree char *seconds = g_strdup_printf ("%u", call->retry_s);
      soup_message_headers_replace (headers, "Retry-After", seconds);
    }
  soup_server_message_set_status (exchange->message, call->status, NULL);
  if (call->content_type != NULL)
    soup_server_message_set_response (exchange->message, call->content_type, SOUP_MEMORY_COPY,
                                      call->reply->str, call->reply->len);
}

static void
free_exchange (Exchange *exchange)
{
  g_clear_handle_id (&exchange->timer, g_source_remove);
  g_clear_object (&exchange->message);
  g_clear_error (&exchange->error);
  hs_call_free (exchange->call);
  g_free (exchange);
}

static void
finish (Exchange *exchange)
{
  if (exchange->message != NULL)
    {
      if (exchange->error != NULL)
        answer_error (exchange);
      else
        answer_request (exchange);
      hs_http_message_unpause (exchange->message);
    }
  free_exchange (exchange);
}

static void
fail (Exchange *exchange, HsErrorCode code, const char *message)
{
  g_clear_error (&exchange->error);
  exchange->error = g_error_new_literal (HS_ERROR, code, message);
  finish (exchange);
}

/* ── waiting and waking ──────────────────────────────────────────────────────────────────── */

static void
stop_waiting (Exchange *exchange)
{
  GPtrArray *others = g_hash_table_lookup (exchange->traffic->waiting, &exchange->call->wait_key);

  g_clear_handle_id (&exchange->timer, g_source_remove);
  exchange->is_waiting = FALSE;
  g_ptr_array_remove_fast (others, exchange);
  if (others->len == 0)
    g_hash_table_remove (exchange->traffic->waiting, &exchange->call->wait_key);
}

static void
run_again (Exchange *exchange)
{
  stop_waiting (exchange);
  push (exchange, exchange->stage, HS_CALL_LANE_STORE);
}

static gboolean
on_time_over (gpointer user_data)
{
  Exchange *exchange = user_data;

  exchange->timer = 0;
  run_again (exchange);
  return G_SOURCE_REMOVE;
}

/* Runs the requests again that wait for @key; with @superseded only those that are the sole one. */
static void
wake (HsTraffic *traffic, const HsId *key, gboolean superseded)
{
  GPtrArray *waiting = g_hash_table_lookup (traffic->waiting, key);
  g_autoptr (GPtrArray) woken = g_ptr_array_new ();

  for (guint i = 0; waiting != NULL && i < waiting->len; i++)
    {
      Exchange *exchange = g_ptr_array_index (waiting, i);
      if (superseded && !exchange->call->is_sole)
        continue;
      exchange->call->is_superseded = superseded;
      g_ptr_array_add (woken, exchange);
    }
  for (guint i = 0; i < woken->len; i++)
    run_again (g_ptr_array_index (woken, i));
}

static void
begin_waiting (Exchange *exchange)
{
  HsTraffic *traffic = exchange->traffic;
  HsCall *call = exchange->call;
  gint64 wait_us = call->wait_until_us - g_get_real_time ();

  if (call->is_sole)
    wake (traffic, &call->wait_key, TRUE);
  GPtrArray *others = g_hash_table_lookup (traffic->waiting, &call->wait_key);
  if (others == NULL)
    {
      others = g_ptr_array_new ();
      g_hash_table_insert (traffic->waiting, g_memdup2 (&call->wait_key, sizeof (HsId)), others);
    }
  g_ptr_array_add (others, exchange);
  exchange->is_waiting = TRUE;
  exchange->timer
      = g_timeout_add ((guint)(CLAMP (wait_us, 0, G_TIME_SPAN_HOUR) / G_TIME_SPAN_MILLISECOND) + 1,
                       on_time_over, exchange);
}

/* The end of an exchange whose peer is gone. A lost poll tells how long its workstation was there. */
static void
drop (Exchange *exchange)
{
  if (exchange->call->route->stage == hs_handle_commands && exchange->is_checked
      && exchange->stage != hs_handle_poll_lost && !exchange->traffic->is_ending)
    push (exchange, hs_handle_poll_lost, HS_CALL_LANE_STORE);
  else
    free_exchange (exchange);
}

static void
on_hung_up (SoupServerMessage *message, gpointer user_data)
{
  Exchange *exchange = user_data;

  g_clear_object (&exchange->message);
  hs_http_message_unpause (message);
  if (!exchange->is_waiting)
    return; /* it is in a lane and ends when it comes back */
  stop_waiting (exchange);
  drop (exchange);
}

/* ── stages ──────────────────────────────────────────────────────────────────────────────── */

static gboolean
run_in_transaction (HsSite *site, Exchange *exchange)
{
  HsCall *call = exchange->call;
  GError **error = &exchange->error;

  if (!hs_store_begin (site->store, error))
    return FALSE;
  /* Checked again each time: who is revoked while a poll is held gets nothing more. */
  hs_store_session_free (g_steal_pointer (&call->session));
  if (!hs_site_routes_check (site, call, error) || !exchange->stage (site, call, error))
    {
      hs_store_roll_back (site->store);
      return FALSE;
    }
  exchange->is_checked = TRUE;
  if (!hs_store_commit (site->store, error))
    return FALSE;
  return !call->wants_scrub || hs_store_scrub (site->store, error);
}

static void
run_stage (gpointer user_data)
{
  Exchange *exchange = user_data;
  HsCall *call = exchange->call;

  call->now_us = g_get_real_time ();
  call->next = NULL;
  call->wants_wait = FALSE;
  call->wants_scrub = FALSE;
  g_hash_table_remove_all (call->wakes);
  if (exchange->lane != HS_CALL_LANE_STORE)
    exchange->stage (NULL, call, &exchange->error);
  else
    run_in_transaction (exchange->traffic->site, exchange);
}

static void
stage_done (gpointer user_data)
{
  Exchange *exchange = user_data;
  HsCall *call = exchange->call;
  GHashTableIter iter;
  gpointer key;

  if (exchange->error == NULL)
    {
      g_hash_table_iter_init (&iter, call->wakes);
      while (g_hash_table_iter_next (&iter, &key, NULL))
        wake (exchange->traffic, key, FALSE);
    }
  if (exchange->message == NULL)
    drop (exchange);
  else if (exchange->error != NULL)
    finish (exchange);
  else if (call->next != NULL)
    push (exchange, call->next, call->next_lane);
  else if (call->wants_wait && exchange->traffic->is_ending)
    fail (exchange, HS_ERROR_TEMPORARY, ending_sentence);
  else if (call->wants_wait)
    begin_waiting (exchange);
  else
    finish (exchange);
}

static void
push (Exchange *exchange, HsCallStage stage, HsCallLane lane)
{
  HsTraffic *traffic = exchange->traffic;

  exchange->stage = stage;
  exchange->lane = lane;
  if (lane != HS_CALL_LANE_STORE && traffic->is_ending) /* those lanes go before the store's */
    fail (exchange, HS_ERROR_TEMPORARY, ending_sentence);
  else if (!hs_lane_push (traffic->lanes[lane], run_stage, stage_done, exchange))
    fail (exchange, HS_ERROR_TEMPORARY, "too many people sign in at this moment; try again");
}

void
hs_traffic_take (HsTraffic *traffic, SoupServerMessage *message, HsCall *call)
{
  Exchange *exchange = g_new0 (Exchange, 1);

  exchange->traffic = traffic;
  exchange->message = g_object_ref (message);
  exchange->call = call;
  hs_http_message_pause (message, on_hung_up, exchange);
  if (traffic->is_ending)
    fail (exchange, HS_ERROR_TEMPORARY, ending_sentence);
  else
    push (exchange, call->route->stage, HS_CALL_LANE_STORE);
}

/* ── from time to time ───────────────────────────────────────────────────────────────────── */

static gboolean
tidy_store (HsSite *site, GError **error)
{
  guint destroyed = 0;
  gint64 now_us = g_get_real_time ();

  if (!hs_store_begin (site->store, error))
    return FALSE;
  if (!hs_store_remove_expired (site->store, now_us, error)
      || !hs_release_epochs_tidy (site, NULL, now_us, &destroyed, error)
      || !hs_site_prune_destroyed_log (site, now_us, error))
    {
      hs_store_roll_back (site->store);
      return FALSE;
    }
  return hs_store_commit (site->store, error)
         && (destroyed == 0 || hs_store_scrub (site->store, error));
}

static void
run_tidy (gpointer user_data)
{
  HsTraffic *traffic = user_data;
  g_autoptr (GError) error = NULL;

  if (!tidy_store (traffic->site, &error))
    hs_log_error ("tidying up: %s", error->message);
}

static void
tidy_done (gpointer user_data)
{
}

void
hs_traffic_tidy (HsTraffic *traffic)
{
  if (!hs_lane_push (traffic->lanes[HS_CALL_LANE_STORE], run_tidy, tidy_done, traffic))
    hs_log_warning ("tidying up is put off: too much is waiting");
}

/* ── life ────────────────────────────────────────────────────────────────────────────────── */

HsTraffic *
hs_traffic_new (HsSite *site)
{
  HsTraffic *traffic = g_new0 (HsTraffic, 1);

  traffic->site = site;
  traffic->lanes[HS_CALL_LANE_STORE] = hs_lane_new (1, 0);
  traffic->lanes[HS_CALL_LANE_SCRYPT] = hs_lane_new (SCRYPT_THREADS, SCRYPT_WAITING);
  traffic->lanes[HS_CALL_LANE_DIRECTORY] = hs_lane_new (DIRECTORY_THREADS, DIRECTORY_WAITING);
  traffic->waiting = g_hash_table_new_full (hs_id_hash, hs_id_equal_func, g_free,
                                            (GDestroyNotify)g_ptr_array_unref);
  return traffic;
}

guint
hs_traffic_count_waiting (HsTraffic *traffic)
{
  GHashTableIter iter;
  gpointer others;
  guint count = 0;

  g_hash_table_iter_init (&iter, traffic->waiting);
  while (g_hash_table_iter_next (&iter, NULL, &others))
    count += ((GPtrArray *)others)->len;
  return count;
}

void
hs_traffic_wake_all (HsTraffic *traffic)
{
  GHashTableIter iter;
  gpointer others;
  g_autoptr (GPtrArray) all = g_ptr_array_new ();

  g_hash_table_iter_init (&iter, traffic->waiting);
  while (g_hash_table_iter_next (&iter, NULL, &others))
    g_ptr_array_extend (all, others, NULL, NULL);
  for (guint i = 0; i < all->len; i++)
    run_again (g_ptr_array_index (all, i));
}

static void
end_waiting (HsTraffic *traffic)
{
  GHashTableIter iter;
  gpointer others;

  for (g_hash_table_iter_init (&iter, traffic->waiting);
       g_hash_table_iter_next (&iter, NULL, &others);
       g_hash_table_iter_init (&iter, traffic->waiting))
    {
      Exchange *exchange = g_ptr_array_index ((GPtrArray *)others, 0);
      stop_waiting (exchange);
      fail (exchange, HS_ERROR_TEMPORARY, ending_sentence);
    }
}

void
hs_traffic_free (HsTraffic *traffic)
{
  if (traffic == NULL)
    return;
  traffic->is_ending = TRUE;
  end_waiting (traffic);
  /* The store lane last: what the others finish goes on there. */
  for (int lane = HS_CALL_N_LANES - 1; lane >= HS_CALL_LANE_STORE; lane--)
    {
      hs_lane_free (traffic->lanes[lane]);
      while (g_main_context_iteration (NULL, FALSE))
        ;
    }
  g_hash_table_unref (traffic->waiting);
  hs_site_free (traffic->site);
  g_free (traffic);
}
