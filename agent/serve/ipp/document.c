/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The document of an exchange: unpacked, gathered into larger pieces, and handed to the engine with
 * back-pressure. It is accepted only after HTTP said that it is whole. */

#define HS_LOG_AREA "intake"

#include "base/error.h"
#include "base/log.h"
#include "serve/ipp/intake_private.h"

#include <string.h>

/* libsoup reads 8 KiB at a time; the sealer works in chunks of 64 KiB and copies the last one of
 * each piece. The engine queues four of these. */
#define GATHER_BYTES (128 * 1024)

/* ── back-pressure ───────────────────────────────────────────────────────────────────────── */

static void
on_hung_up (SoupServerMessage *message, gpointer user_data)
{
  HsIppExchange *exchange = user_data;

  exchange->is_pausing = FALSE;
  hs_ipp_exchange_abort_document (exchange);
  hs_http_message_unpause (message); /* libsoup finds the end, and finishes the message */
}

static void
on_drained (HsIntake *intake, gpointer user_data)
{
  HsIppExchange *exchange = user_data;
  const GError *failure = hs_intake_get_failure (intake);

  if (failure != NULL && !exchange->is_ready)
    {
      hs_ipp_exchange_ref (exchange);
      hs_ipp_exchange_fail (exchange, failure);
      hs_ipp_exchange_abort_document (exchange);
      hs_ipp_exchange_unref (exchange);
      return;
    }
  if (!exchange->is_pausing || exchange->message == NULL)
    return;
  exchange->is_pausing = FALSE;
  hs_http_message_unpause (exchange->message);
}

static void
pause_reading (HsIppExchange *exchange)
{
  if (exchange->is_pausing || exchange->message == NULL)
    return;
  exchange->is_pausing = TRUE;
  hs_http_message_pause (exchange->message, on_hung_up, exchange);
}

/* ── bytes ───────────────────────────────────────────────────────────────────────────────── */

/* What was gathered, as a piece of its own; NULL if that is nothing. */
static GBytes *
take_gathered (HsIppExchange *exchange)
{
  if (exchange->gathered == NULL)
    return NULL;
  return hs_byte_pool_pack (exchange->pool, g_steal_pointer (&exchange->gathered),
                            exchange->gathered_bytes);
}

static void
push_gathered (HsIppExchange *exchange)
{
  g_autoptr (GBytes) piece = take_gathered (exchange);

  if (piece != NULL && exchange->intake != NULL && !hs_intake_push (exchange->intake, piece))
    pause_reading (exchange);
}

static void
gather (GBytes *bytes, gpointer user_data)
{
  HsIppExchange *exchange = user_data;
  gsize length;
  const guint8 *data = g_bytes_get_data (bytes, &length);

  exchange->document_bytes += length;
  while (length > 0)
    {
      if (exchange->gathered == NULL)
        {
          if (exchange->pool == NULL)
            exchange->pool = hs_byte_pool_new (GATHER_BYTES);
          exchange->gathered = hs_byte_pool_take (exchange->pool);
          exchange->gathered_bytes = 0;
        }
      gsize piece = MIN (length, GATHER_BYTES - exchange->gathered_bytes);
      memcpy (exchange->gathered + exchange->gathered_bytes, data, piece);
      exchange->gathered_bytes += piece;
      data += piece;
      length -= piece;
      if (exchange->gathered_bytes == GATHER_BYTES)
        push_gathered (exchange);
    }
}

void
hs_ipp_exchange_add_document (HsIppExchange *exchange, GBytes *bytes)
{
  g_autoptr (GError) problem = NULL;

  if (exchange->intake == NULL)
    {
      gboolean is_second = (exchange->operation->flags & HS_OPERATION_DOCUMENT) != 0;
      hs_ipp_exchange_refuse (
          exchange,
          is_second ? IPP_STATUS_ERROR_MULTIPLE_JOBS_NOT_SUPPORTED : IPP_STATUS_ERROR_BAD_REQUEST,
          is_second ? "a job takes one document" : "this operation takes no document");
      return;
    }
  if (exchange->inflate == NULL)
    gather (bytes, exchange);
  else if (!hs_inflate_push (exchange->inflate, bytes, gather, exchange, &problem))
    {
      hs_ipp_exchange_fail (exchange, problem);
      hs_ipp_exchange_abort_document (exchange);
      return;
    }
  const GError *failure = hs_intake_get_failure (exchange->intake);
  if (failure != NULL)
    {
      hs_ipp_exchange_fail (exchange, failure);
      hs_ipp_exchange_abort_document (exchange);
    }
}

/* ── beginning and end ───────────────────────────────────────────────────────────────────── */

void
hs_ipp_exchange_take_document (HsIppExchange *exchange, HsIntake *intake)
{
  const char *packing = hs_received_get_string (exchange->received, "compression");

  exchange->intake = intake;
  g_hash_table_insert (exchange->server->arrivals, intake, exchange);
  hs_intake_set_drained_func (intake, on_drained, exchange);
  if (packing != NULL && g_strcmp0 (packing, "none") != 0)
    exchange->inflate = hs_inflate_new (packing, 0); /* dispatch has checked the word */
}

static void
let_go_of_intake (HsIppExchange *exchange)
{
  g_hash_table_remove (exchange->server->arrivals, exchange->intake);
  hs_intake_set_drained_func (exchange->intake, NULL, NULL);
  g_clear_pointer (&exchange->intake, hs_intake_unref);
  /* libsoup keeps us until the connection's next request; the document does not stay so long. */
  g_clear_pointer (&exchange->pool, hs_byte_pool_unref);
}

void
hs_ipp_exchange_abort_document (HsIppExchange *exchange)
{
  g_autoptr (GBytes) dropped = take_gathered (exchange);

  if (exchange->intake == NULL || exchange->is_finishing)
    return;
  hs_intake_abort (exchange->intake);
  let_go_of_intake (exchange);
}

static void
on_durable (GObject *source, GAsyncResult *result, gpointer user_data)
{
  HsIppExchange *exchange = user_data;
  g_autoptr (GError) problem = NULL;
  const HsJob *job = hs_intake_finish_finish (exchange->intake, result, &problem);

  if (job != NULL)
    {
      hs_ipp_answer_with_job (exchange, job);
      hs_ipp_exchange_complete (exchange);
    }
  else
    hs_ipp_exchange_fail (exchange, problem);
  let_go_of_intake (exchange);
  exchange->is_finishing = FALSE;
  hs_ipp_exchange_unref (exchange);
}

void
hs_ipp_exchange_finish_document (HsIppExchange *exchange)
{
  g_autoptr (GError) problem = NULL;
  GSocket *socket = hs_http_connection_get_socket (hs_http_connection_of (exchange->message));

  if (exchange->intake == NULL)
    {
      hs_ipp_exchange_complete (exchange); /* Send-Document that only closes */
      return;
    }
  push_gathered (exchange);
  exchange->is_pausing = FALSE; /* the body is over: nothing waits for the engine to drain */
  if (exchange->inflate != NULL && !hs_inflate_finish (exchange->inflate, &problem))
    hs_ipp_exchange_fail (exchange, problem);
  else if (exchange->document_bytes == 0)
    hs_ipp_exchange_refuse (exchange, IPP_STATUS_ERROR_BAD_REQUEST, "the request has no document");
  else if (!hs_ipp_guest_is_still_there (exchange->guest, socket))
    hs_ipp_exchange_refuse (exchange, IPP_STATUS_ERROR_FORBIDDEN,
                            "it could not be proven again whose connection this is");
  else
    {
      exchange->is_finishing = TRUE;
      hs_intake_finish_async (exchange->intake, NULL, on_durable, hs_ipp_exchange_ref (exchange));
      return;
    }
  hs_ipp_exchange_abort_document (exchange);
}
