/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* A question to a printer ends, whatever the printer does. */

#include "base/error.h"
#include "net/printer_client.h"
#include "support/http_double.h"
#include "support/loop.h"
#include "support/suite.h"

#include <string.h>

#define DRIP_US 10000
#define PATIENCE_MS 500

static HsHttp *http;
static HsHttpDouble *server;
static gint has_enough; /* atomic: the printer may stop dripping */

/* Never silent, and never done: one byte after the other. */
static void
drip (HsHttpExchange *exchange, gpointer user_data)
{
  const char *head = "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n";
  g_autoptr (GByteArray) body = hs_http_exchange_read_all (exchange);

  hs_http_exchange_write (exchange, head, strlen (head));
  while (!g_atomic_int_get (&has_enough))
    {
      hs_http_exchange_write (exchange, "z", 1);
      g_usleep (DRIP_US);
    }
  hs_http_exchange_drop (exchange);
}

static void
set_up (void)
{
  g_atomic_int_set (&has_enough, FALSE);
  server = hs_http_double_new (drip, NULL);
  http = hs_http_new ();
}

static void
tear_down (void)
{
  g_atomic_int_set (&has_enough, TRUE);
  g_clear_pointer (&http, hs_http_free);
  g_clear_pointer (&server, hs_http_double_free);
}

static void
an_answer_that_comes_byte_by_byte_has_an_end (void)
{
  const HsPrinterPatience patience
      = { .connect_timeout_ms = PATIENCE_MS, .answer_timeout_ms = PATIENCE_MS };
  const HsPrinterAsk ask = { .question = HS_ASK_JOB, .printer_job_id = 1 };
  g_autoptr (GPtrArray) routes
      = g_ptr_array_new_with_free_func ((GDestroyNotify)hs_printer_route_free);
  g_autoptr (HsPrinterClient) client = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *uri
      = g_strdup_printf ("ipp://127.0.0.1:%u/ipp/print", hs_http_double_get_port (server));
  HsHttpFacts facts;

  g_ptr_array_add (routes, hs_printer_route_new (uri, HS_HTTP_TRUST_NONE, NULL, NULL, 0));
  client = hs_printer_client_new (http, g_steal_pointer (&routes), &patience);
  hs_printer_client_ask_async (client, &ask, NULL, hs_loop_store_result, &result);
  HS_LOOP_UNTIL (result != NULL);
  HS_ASSERT (hs_printer_client_ask_finish (result, &facts, &error) == NULL);
  HS_ASSERT_ERROR (error, HS_ERROR_TEMPORARY);
  HS_ASSERT (facts.connected);
}

HS_SUITE_WITH ("printer client",
               set_up,
               tear_down,
               { "an answer that comes byte by byte has an end",
                 an_answer_that_comes_byte_by_byte_has_an_end })
