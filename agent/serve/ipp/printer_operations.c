/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Operations on the virtual printer itself. */

#define HS_LOG_AREA "intake"

#include "base/log.h"
#include "serve/ipp/intake_private.h"

/* When something last happened to it. */
static gint64
find_last_change (HsIppExchange *exchange, const HsJob *job)
{
  const HsTrace *trace
      = hs_engine_get_trace (exchange->server->engine, &exchange->caller, &job->id);
  guint length = trace != NULL ? hs_trace_get_length (trace) : 0;

  return length > 0 ? hs_trace_get_line (trace, length - 1).at_us : job->created_at_us;
}

/* What this caller may know of: count, state and its time are theirs, not everybody's. */
static void
count_jobs (HsIppExchange *exchange, HsPrinterMoment *moment)
{
  g_autoptr (GPtrArray) jobs = hs_engine_list_jobs (exchange->server->engine, &exchange->caller);

  for (guint i = 0; i < jobs->len; i++)
    {
      const HsJob *job = jobs->pdata[i];
      moment->state_changed_us = MAX (moment->state_changed_us, find_last_change (exchange, job));
      moment->queued_jobs += !hs_job_state_is_final (job->state);
      moment->is_processing |= job->state == HS_JOB_DELIVERING;
      if (job->state == HS_JOB_RELEASED
          && (job->reasons & (HS_REASON_PRINTER_UNREACHABLE | HS_REASON_PRINTER_BUSY)) != 0)
        moment->reasons |= HS_PRINTER_CONNECTING;
    }
}

static void
add_own_state (const HsIppIntake *server, HsPrinterMoment *moment)
{
  if (!server->is_accepting)
    moment->reasons |= g_hash_table_size (server->arrivals) > 0 ? HS_PRINTER_MOVING_TO_PAUSED
                                                                : HS_PRINTER_PAUSED;
  if (hs_engine_has_room (server->engine))
    return;
  moment->reasons |= HS_PRINTER_SPOOL_FULL;
  if (server->is_accepting)
    moment->message = "The disk of this workstation is full: release or delete jobs";
}

/* Where the caller found us. libcups has no port on a Unix socket and says "localhost:0", which would
 * be no URI. */
static char *
dup_host (HsIppExchange *exchange)
{
  const char *host = hs_received_get_host (exchange->received);

  if (host == NULL)
    host = soup_message_headers_get_one (
        soup_server_message_get_request_headers (exchange->message), "Host");
  if (host != NULL && g_str_has_suffix (host, ":0"))
    return g_strndup (host, strlen (host) - 2);
  return g_strdup (host);
}

static void
add_printer (HsIppExchange *exchange)
{
  HsIppIntake *server = exchange->server;
  g_autofree char *host = dup_host (exchange);
  const char *path = hs_received_get_path (exchange->received);
  g_autofree char *queue_path
      = g_strconcat ("/printers/", hs_printer_attributes_get_name (server->printer), NULL);

  HsPrinterMoment moment
      = { .host = host,
          .path = path != NULL && strlen (path) > 1 ? path : queue_path,
          .is_accepting = server->is_accepting,
          .started_us = server->started_us,
          .now_us = g_get_real_time (),
          .state_changed_us = server->state_changed_us,
          .message = server->is_accepting ? "Jobs wait here until they are released at a printer"
                                          : server->why_not_accepting };
  add_own_state (server, &moment);
  if (exchange->caller.is_kiosk && hs_id_is_zero (&exchange->caller.identity))
    {
      moment.is_accepting = FALSE;
      moment.message = "Nobody is signed in: sign in, then print";
    }
  count_jobs (exchange, &moment);
  hs_answer_add_printer (exchange->answer, server->printer, &moment);
}

void
hs_ipp_get_printer_attributes (HsIppExchange *exchange)
{
  add_printer (exchange);
  hs_ipp_exchange_complete (exchange);
}

/* CUPS-Get-Default and CUPS-Get-Printers: with ServerName set to our socket, applications find one
 * queue, which is the default. */
void
hs_ipp_cups_get_printers (HsIppExchange *exchange)
{
  add_printer (exchange);
  hs_answer_add_cups_facts (exchange->answer);
  hs_ipp_exchange_complete (exchange);
}

void
hs_ipp_identify_printer (HsIppExchange *exchange)
{
  const HsIppIntakeOptions *options = &exchange->server->options;

  hs_log_info ("uid %u asked the printer to identify itself", exchange->caller.uid);
  if (options->identify != NULL)
    options->identify (exchange->caller.uid, options->user_data);
  hs_ipp_exchange_complete (exchange);
}
