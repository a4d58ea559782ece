/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* One request and its reply: attributes first, then perhaps a document, then the answer. */

#define HS_LOG_AREA "intake"

#include "base/error.h"
#include "base/log.h"
#include "serve/ipp/intake_private.h"

#define EXCHANGE_KEY "hs-ipp-exchange"

/* A refused request whose body is short is read to its end, which keeps the connection; of a long
 * one only this much is read before it is answered in the middle. */
#define PATIENCE_BYTES (64 * 1024)

/* ── life ────────────────────────────────────────────────────────────────────────────────── */

HsIppExchange *
hs_ipp_exchange_ref (HsIppExchange *exchange)
{
  exchange->references++;
  return exchange;
}

/* libsoup keeps the message, and it keeps us, until the connection's next one: what was in it does
 * not stay so long. */
static void
forget_contents (HsIppExchange *exchange)
{
  g_byte_array_unref (exchange->head);
  g_byte_array_unref (exchange->waiting);
  exchange->head = g_byte_array_new ();
  exchange->waiting = g_byte_array_new ();
  g_clear_pointer (&exchange->answer, hs_answer_free);
  g_clear_pointer (&exchange->received, hs_received_free);
  g_clear_pointer (&exchange->http_inflate, hs_inflate_free); /* they remember 32 KiB each */
  g_clear_pointer (&exchange->inflate, hs_inflate_free);
}

void
hs_ipp_exchange_unref (HsIppExchange *exchange)
{
  if (--exchange->references == 1 && exchange->message == NULL)
    forget_contents (exchange); /* only the message has us */
  if (exchange->references > 0)
    return;
  hs_ipp_exchange_abort_document (exchange);
  g_byte_array_unref (exchange->head);
  hs_byte_pool_unref (exchange->pool);
  g_byte_array_unref (exchange->waiting);
  hs_inflate_free (exchange->http_inflate);
  hs_inflate_free (exchange->inflate);
  hs_answer_free (exchange->answer);
  hs_received_free (exchange->received);
  g_free (exchange->believed_name);
  g_free (exchange->view_uri);
  hs_ipp_intake_unref (exchange->server);
  g_free (exchange);
}

/* The guest is the connection's, which may be gone before a name that is being looked up is found. */
static void
part_from_message (HsIppExchange *exchange)
{
  exchange->message = NULL;
  exchange->guest = NULL;
  g_hash_table_remove (exchange->server->open, exchange);
}

/* The message is over for libsoup, however it ended. */
static void
on_finished (SoupServerMessage *message, gpointer user_data)
{
  HsIppExchange *exchange = user_data;

  if (exchange->message == NULL)
    return;
  part_from_message (exchange);
  hs_ipp_exchange_abort_document (exchange);
  if (exchange->references == 1)
    forget_contents (exchange);
}

static void
let_go (gpointer user_data)
{
  HsIppExchange *exchange = user_data;

  on_finished (NULL, exchange);
  hs_ipp_exchange_unref (exchange);
}

/* ── the reply ───────────────────────────────────────────────────────────────────────────── */

static const char challenge[] = "Basic realm=\"homespool\"";

static void
send_early (HsIppExchange *exchange)
{
  SoupServerMessage *message = exchange->message;
  g_autoptr (GBytes) body = exchange->http_status == 0 ? hs_answer_encode (exchange->answer)
                                                       : g_bytes_new_static ("", 0);
  g_autofree char *headers = exchange->http_status == SOUP_STATUS_UNAUTHORIZED
                                 ? g_strdup_printf ("WWW-Authenticate: %s\r\n", challenge)
                                 : NULL;

  part_from_message (exchange);
  hs_http_message_answer_early (message,
                                exchange->http_status != 0 ? exchange->http_status : SOUP_STATUS_OK,
                                headers, "application/ipp", body);
}

static void
send_answer (HsIppExchange *exchange)
{
  SoupServerMessage *message = exchange->message;

  if (exchange->http_status != 0)
    {
      if (exchange->http_status == SOUP_STATUS_UNAUTHORIZED)
        soup_message_headers_replace (soup_server_message_get_response_headers (message),
                                      "WWW-Authenticate", challenge);
      soup_server_message_set_status (message, exchange->http_status, NULL);
      return;
    }
  g_autoptr (GBytes) body = hs_answer_encode (exchange->answer);
  soup_message_headers_set_content_type (soup_server_message_get_response_headers (message),
                                         "application/ipp", NULL);
  soup_message_body_append_bytes (soup_server_message_get_response_body (message), body);
  soup_server_message_set_status (message, SOUP_STATUS_OK, NULL);
}

void
hs_ipp_exchange_complete (HsIppExchange *exchange)
{
  if (exchange->is_ready || exchange->message == NULL)
    return;
  exchange->is_ready = TRUE;
  if (exchange->is_pausing)
    {
      exchange->is_pausing = FALSE;
      hs_http_message_unpause (exchange->message); /* the rest of the body is thrown away */
    }
  else if (exchange->is_body_over)
    {
      send_answer (exchange);
      hs_http_message_unpause (exchange->message);
    }
}

void
hs_ipp_exchange_refuse (HsIppExchange *exchange, ipp_status_t status, const char *sentence)
{
  if (exchange->answer == NULL)
    exchange->answer = exchange->received != NULL
                           ? hs_answer_new (exchange->received)
                           : hs_answer_new_unread (exchange->head->data, exchange->head->len);
  hs_answer_set_status (exchange->answer, status, sentence);
  hs_ipp_exchange_complete (exchange);
}

void
hs_ipp_exchange_hang_up (HsIppExchange *exchange, ipp_status_t status, const char *sentence)
{
  hs_ipp_exchange_abort_document (exchange);
  hs_ipp_exchange_refuse (exchange, status, sentence);
  if (exchange->message != NULL && !exchange->is_body_over)
    send_early (exchange);
}

void
hs_ipp_exchange_fail (HsIppExchange *exchange, const GError *error)
{
  ipp_status_t status = hs_ipp_status_of (error, exchange);

  hs_log_info ("a request was refused: %s", error->message);
  hs_ipp_exchange_refuse (exchange, status, error->message);
}

/* ── the body ────────────────────────────────────────────────────────────────────────────── */

static void take (GBytes *bytes, gpointer user_data);

static void
take_head (HsIppExchange *exchange, GBytes *bytes)
{
  gsize length;
  const guint8 *data = g_bytes_get_data (bytes, &length);
  gsize before = exchange->head->len;

  g_byte_array_append (exchange->head, data, (guint)length);
  switch (hs_attributes_end_find (&exchange->end, exchange->head->data, exchange->head->len))
    {
    case HS_ATTRIBUTES_MORE:
      return;
    case HS_ATTRIBUTES_REFUSED:
      hs_ipp_exchange_refuse (exchange, IPP_STATUS_ERROR_BAD_REQUEST,
                              "the request is not readable as IPP, or is too large");
      return;
    case HS_ATTRIBUTES_END:
    default:
      break;
    }
  g_autoptr (GError) problem = NULL;
  g_autoptr (GBytes) attributes = g_bytes_new (exchange->head->data, exchange->end.offset);
  g_autoptr (GBytes) rest = g_bytes_new_from_bytes (bytes, exchange->end.offset - before,
                                                    exchange->head->len - exchange->end.offset);
  exchange->received = hs_received_decode (attributes, &problem);
  if (exchange->received == NULL)
    {
      hs_ipp_exchange_refuse (exchange, IPP_STATUS_ERROR_BAD_REQUEST, problem->message);
      return;
    }
  g_byte_array_unref (exchange->head);
  exchange->head = g_byte_array_new ();
  hs_ipp_dispatch_begin (exchange);
  if (g_bytes_get_size (rest) > 0)
    take (rest, exchange);
}

static void
take (GBytes *bytes, gpointer user_data)
{
  HsIppExchange *exchange = user_data;

  if (exchange->is_ready)
    exchange->discarded_bytes += g_bytes_get_size (bytes);
  else if (exchange->is_looking_up)
    g_byte_array_append (exchange->waiting, g_bytes_get_data (bytes, NULL),
                         (guint)g_bytes_get_size (bytes));
  else if (exchange->received == NULL)
    take_head (exchange, bytes);
  else
    hs_ipp_exchange_add_document (exchange, bytes);
}

void
hs_ipp_exchange_go_on (HsIppExchange *exchange)
{
  g_autoptr (GBytes) waiting = g_byte_array_free_to_bytes (exchange->waiting);

  exchange->waiting = g_byte_array_new ();
  exchange->is_looking_up = FALSE;
  if (g_bytes_get_size (waiting) > 0)
    take (waiting, exchange);
  if (exchange->message != NULL && !exchange->is_pausing)
    hs_http_message_unpause (exchange->message);
}

static void
on_chunk (SoupServerMessage *message, GBytes *chunk, gpointer user_data)
{
  HsIppExchange *exchange = user_data;
  g_autoptr (GError) problem = NULL;

  if (exchange->message == NULL)
    return;
  hs_ipp_exchange_ref (exchange);
  if (exchange->http_inflate == NULL || exchange->is_ready)
    take (chunk, exchange);
  else if (!hs_inflate_push (exchange->http_inflate, chunk, take, exchange, &problem))
    {
      hs_ipp_exchange_abort_document (exchange);
      hs_ipp_exchange_fail (exchange, problem);
    }
  if (exchange->is_ready && exchange->message != NULL && exchange->discarded_bytes > PATIENCE_BYTES)
    send_early (exchange);
  hs_ipp_exchange_unref (exchange);
}

void
hs_ipp_exchange_begin (HsIppIntake *server, SoupServerMessage *message, HsIppGuest *guest)
{
  HsIppExchange *exchange = g_new0 (HsIppExchange, 1);
  const char *coding = soup_message_headers_get_one (
      soup_server_message_get_request_headers (message), "Content-Encoding");

  exchange->references = 1;
  server->references++;
  exchange->server = server;
  exchange->message = message;
  exchange->guest = guest;
  exchange->head = g_byte_array_new ();
  exchange->waiting = g_byte_array_new ();
  hs_attributes_end_init (&exchange->end, HS_ATTRIBUTES_REQUEST_MAX_BYTES);
  g_hash_table_add (server->open, exchange);
  g_object_set_data_full (G_OBJECT (message), EXCHANGE_KEY, exchange, let_go);
  g_signal_connect (message, "finished", G_CALLBACK (on_finished), exchange);
  g_signal_connect (message, "got-chunk", G_CALLBACK (on_chunk), exchange);
  if (coding == NULL || g_ascii_strcasecmp (coding, "identity") == 0)
    return;
  exchange->http_inflate = hs_inflate_new (coding, 0);
  if (exchange->http_inflate == NULL)
    {
      exchange->http_status = SOUP_STATUS_UNSUPPORTED_MEDIA_TYPE;
      exchange->is_ready = TRUE;
    }
}

static void
end_whole_body (HsIppExchange *exchange)
{
  g_autoptr (GError) problem = NULL;

  if (exchange->http_inflate != NULL && !hs_inflate_finish (exchange->http_inflate, &problem))
    {
      hs_ipp_exchange_abort_document (exchange);
      hs_ipp_exchange_fail (exchange, problem);
    }
  else if (exchange->received == NULL)
    hs_ipp_exchange_refuse (exchange, IPP_STATUS_ERROR_BAD_REQUEST,
                            "the request ends before its attributes do");
  else if ((exchange->operation->flags & HS_OPERATION_DOCUMENT) != 0)
    hs_ipp_exchange_finish_document (exchange);
  else
    hs_ipp_dispatch_run (exchange);
}

void
hs_ipp_exchange_end_body (SoupServerMessage *message)
{
  HsIppExchange *exchange = g_object_get_data (G_OBJECT (message), EXCHANGE_KEY);

  if (exchange == NULL || exchange->message == NULL)
    return;
  hs_ipp_exchange_ref (exchange);
  if (!hs_http_message_is_whole (message) || hs_http_message_is_abandoned (message))
    {
      /* Cut, or nobody waits for the answer: nothing is accepted that nobody will hear of. */
      hs_ipp_exchange_abort_document (exchange);
      soup_server_message_set_status (message, SOUP_STATUS_BAD_REQUEST, NULL);
      part_from_message (exchange);
    }
  else
    {
      if (!exchange->is_ready)
        end_whole_body (exchange);
      if (exchange->is_ready && exchange->message != NULL)
        send_answer (exchange);
      else if (exchange->message != NULL)
        {
          exchange->is_body_over = TRUE;
          hs_http_message_pause (message, NULL, NULL);
        }
    }
  hs_ipp_exchange_unref (exchange);
}
