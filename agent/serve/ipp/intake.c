/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The virtual printer: connections, and what HTTP itself must say. */

#define HS_LOG_AREA "intake"

#include "serve/ipp/intake.h"

#include "base/log.h"
#include "serve/ipp/icon.h"
#include "serve/ipp/intake_private.h"

#include <string.h>

/* With a body, however short: GTK's print dialogs ask for a driver, which is not here, and libcups
 * waits for ever for the end of an answer of no bytes. */
static const char no_such_page[]
    = "<!DOCTYPE html><title>Homespool</title><p>There is no such page.";

static const char welcome[]
    = "<!doctype html><meta charset=\"utf-8\"><title>Homespool</title>"
      "<p>This is the virtual printer of Homespool. What is printed to it waits on this computer "
      "until it is released at a printer.</p>";

/* ── connections ─────────────────────────────────────────────────────────────────────────── */

static gboolean
admit (GSocket *socket, HsHttpGuest *guest, gpointer user_data, GError **error)
{
  HsIppIntake *intake = user_data;
  HsIppGuest *known = hs_ipp_guest_new (intake->makers, socket, error);

  if (known == NULL)
    return FALSE;
  guest->key = g_strdup_printf ("uid %u", known->peer.uid);
  guest->data = known;
  guest->free_data = (GDestroyNotify)hs_ipp_guest_free;
  return TRUE;
}

/* ── requests ────────────────────────────────────────────────────────────────────────────── */

/* A name that only this machine answers to: a page on the web that points its own name at us sends
 * that name. */
static gboolean
is_loopback_name (const char *host)
{
  static const char *const names[] = { "localhost", "127.0.0.1", "[::1]" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      gsize length = strlen (names[i]);
      if (host != NULL && g_ascii_strncasecmp (host, names[i], length) == 0
          && (host[length] == '\0' || host[length] == ':'))
        return TRUE;
    }
  return FALSE;
}

/* 0, or the status of a request that must not be served over TCP. */
static guint
check_web (const HsIppGuest *guest, SoupMessageHeaders *headers)
{
  if (guest->peer.kind != HS_PEER_LOOPBACK_TCP)
    return 0;
  if (soup_message_headers_get_one (headers, "Origin") != NULL
      || !is_loopback_name (soup_message_headers_get_one (headers, "Host")))
    return SOUP_STATUS_FORBIDDEN;
  return 0;
}

static guint
check_headers (SoupServerMessage *message, const HsIppGuest *guest)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);
  const char *method = soup_server_message_get_method (message);
  const char *type = soup_message_headers_get_content_type (headers, NULL);
  guint web = check_web (guest, headers);

  if (web != 0)
    return web;
  if (strcmp (method, "GET") == 0 || strcmp (method, "HEAD") == 0)
    return 0;
  if (strcmp (method, "POST") != 0)
    return SOUP_STATUS_METHOD_NOT_ALLOWED;
  return g_strcmp0 (type, "application/ipp") == 0 ? 0 : SOUP_STATUS_UNSUPPORTED_MEDIA_TYPE;
}

static void
on_headers (SoupServer *soup,
            SoupServerMessage *message,
            const char *path,
            GHashTable *query,
            gpointer user_data)
{
  HsIppIntake *intake = user_data;
  HsHttpConnection *connection = hs_http_connection_of (message);
  HsIppGuest *guest = hs_http_connection_get_guest (connection);
  guint status = check_headers (message, guest);

  if (status == 0
      && !hs_ipp_guest_is_still_there (guest, hs_http_connection_get_socket (connection)))
    status = SOUP_STATUS_FORBIDDEN;
  if (status != 0)
    {
      soup_message_headers_replace (soup_server_message_get_response_headers (message),
                                    "Connection", "close");
      soup_server_message_set_status (message, status, NULL);
    }
  else if (strcmp (soup_server_message_get_method (message), "POST") == 0)
    hs_ipp_exchange_begin (intake, message, guest);
}

/* The print system's notifier asks for this page. FALSE: it is none for this guest. */
static gboolean
take_knock (HsIppIntake *intake, SoupServerMessage *message, const char *path)
{
  const HsIppGuest *guest = hs_http_connection_get_guest (hs_http_connection_of (message));

  if (strcmp (path, "/printed") != 0 || !guest->is_print_system || intake->options.printed == NULL)
    return FALSE;
  soup_server_message_set_status (message, SOUP_STATUS_NO_CONTENT, NULL);
  intake->options.printed (intake->options.user_data);
  return TRUE;
}

static void
on_body (SoupServer *soup,
         SoupServerMessage *message,
         const char *path,
         GHashTable *query,
         gpointer user_data)
{
  if (strcmp (soup_server_message_get_method (message), "POST") == 0)
    {
      hs_ipp_exchange_end_body (message);
      return;
    }
  if (take_knock (user_data, message, path))
    return;
  soup_server_message_set_status (message, SOUP_STATUS_OK, NULL);
  if (strcmp (path, "/icon.png") == 0)
    soup_server_message_set_response (message, "image/png", SOUP_MEMORY_STATIC,
                                      (const char *)hs_ipp_icon, hs_ipp_icon_bytes);
  else if (strcmp (path, "/") == 0)
    soup_server_message_set_response (message, "text/html; charset=utf-8", SOUP_MEMORY_STATIC,
                                      welcome, sizeof welcome - 1);
  else
    {
      soup_server_message_set_status (message, SOUP_STATUS_NOT_FOUND, NULL);
      soup_server_message_set_response (message, "text/html; charset=utf-8", SOUP_MEMORY_STATIC,
                                        no_such_page, sizeof no_such_page - 1);
    }
}

/* ── life ────────────────────────────────────────────────────────────────────────────────── */

static HsPrinterAttributes *
new_printer (const HsIppIntakeOptions *options)
{
  HsPrinterIdentity identity = { .uuid = options->uuid,
                                 .name = options->name,
                                 .info = options->info,
                                 .location = options->location,
                                 .organization = options->organization,
                                 .timeout_s = options->timeout_s,
                                 .operations = hs_ipp_operations_get_codes () };

  return hs_printer_attributes_new (&identity);
}

HsIppIntake *
hs_ipp_intake_new (const HsIppIntakeOptions *options, GPtrArray *sockets, GError **error)
{
  g_autoptr (HsIppIntake) intake = g_new0 (HsIppIntake, 1);

  intake->references = 1;
  intake->options = *options;
  intake->engine = options->engine;
  intake->is_accepting = TRUE;
  intake->started_us = intake->state_changed_us = g_get_real_time ();
  intake->makers = hs_ipp_makers_new (options->print_system_uid);
  intake->printer = new_printer (options);
  intake->arrivals = g_hash_table_new (NULL, NULL);
  intake->open = g_hash_table_new (NULL, NULL);
  intake->http = hs_http_server_new (&options->limits, admit, intake);
  soup_server_add_early_handler (hs_http_server_get_soup (intake->http), NULL, on_headers, intake,
                                 NULL);
  soup_server_add_handler (hs_http_server_get_soup (intake->http), NULL, on_body, intake, NULL);
  for (guint i = 0; i < sockets->len; i++)
    if (!hs_http_server_listen (intake->http, sockets->pdata[i], NULL, error))
      return NULL;
  return g_steal_pointer (&intake);
}

void
hs_ipp_intake_unref (HsIppIntake *intake)
{
  if (--intake->references > 0)
    return;
  hs_ipp_makers_free (intake->makers);
  hs_printer_attributes_free (intake->printer);
  g_hash_table_unref (intake->arrivals);
  g_hash_table_unref (intake->open);
  g_free (intake->why_not_accepting);
  g_free (intake);
}

/* What is being stored at this moment becomes a job, though nobody is there any more to hear of it. */
void
hs_ipp_intake_free (HsIppIntake *intake)
{
  if (intake == NULL)
    return;
  hs_ipp_intake_end_arrivals (intake, NULL);
  g_clear_pointer (&intake->http, hs_http_server_free);
  hs_ipp_intake_unref (intake);
}

void
hs_ipp_intake_set_queue (HsIppIntake *intake, const HsPrintSystemTrust *trust)
{
  intake->trust = *trust;
}

void
hs_ipp_intake_set_accepting (HsIppIntake *intake, gboolean is_accepting, const char *why)
{
  g_free (intake->why_not_accepting);
  intake->why_not_accepting = g_strdup (why);
  intake->is_accepting = is_accepting;
  intake->state_changed_us = g_get_real_time ();
}

/* Whoever is still sending keeps its connection for as long as it likes; what came over it so far
 * leaves memory with the owner. */
static void
end_arrival (HsIppExchange *exchange, gboolean hangs_up)
{
  static const char sentence[] = "the printer stopped taking this document; print it again";

  if (hangs_up)
    {
      hs_ipp_exchange_hang_up (exchange, IPP_STATUS_ERROR_JOB_CANCELED, sentence);
      return;
    }
  hs_ipp_exchange_abort_document (exchange);
  hs_ipp_exchange_refuse (exchange, IPP_STATUS_ERROR_JOB_CANCELED, sentence);
}

/* A kiosk's program that is still sending, to no job: what came is not whole, or was refused. What the
 * print system sends it also ends by itself. */
static gboolean
is_left_sending (HsIppExchange *exchange)
{
  return exchange->intake == NULL && exchange->guest != NULL && !exchange->is_body_over
         && hs_ipp_kiosk_is (exchange, exchange->guest->peer.uid);
}

void
hs_ipp_intake_end_arrivals (HsIppIntake *intake, const HsId *owner)
{
  g_autoptr (GList) exchanges = g_hash_table_get_keys (intake->open);

  g_list_foreach (exchanges, (GFunc)(void (*) (void))hs_ipp_exchange_ref, NULL);
  for (GList *each = exchanges; each != NULL; each = each->next)
    {
      HsIppExchange *exchange = each->data;
      gboolean is_arrival = exchange->intake != NULL
                            && (owner == NULL
                                || (hs_id_equal (owner, &exchange->caller.identity)
                                    && !exchange->is_finishing)); /* whole: it will be a job */
      if (is_arrival || (owner != NULL && is_left_sending (exchange)))
        end_arrival (exchange, owner != NULL);
      hs_ipp_exchange_unref (exchange);
    }
}

guint
hs_ipp_intake_count_arrivals (HsIppIntake *intake)
{
  return g_hash_table_size (intake->arrivals);
}
