/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* From a request to the operation that it asks for: checks in the protocol's order, who asks, and
 * the one table of operations. */

#include "base/error.h"
#include "base/secret_bytes.h"
#include "base/worker.h"
#include "core/print_system_proof.h"
#include "serve/ipp/intake_private.h"

#include <string.h>

static const HsIppOperation operations[] = {
  { IPP_OP_PRINT_JOB, "Print-Job",
    HS_OPERATION_DOCUMENT | HS_OPERATION_CREATES | HS_OPERATION_PRINT_SYSTEM, hs_ipp_print_job },
  { IPP_OP_VALIDATE_JOB, "Validate-Job", HS_OPERATION_CREATES | HS_OPERATION_PRINT_SYSTEM,
    hs_ipp_validate_job },
  { IPP_OP_CREATE_JOB, "Create-Job", HS_OPERATION_CREATES | HS_OPERATION_PRINT_SYSTEM,
    hs_ipp_create_job },
  { IPP_OP_SEND_DOCUMENT, "Send-Document",
    HS_OPERATION_DOCUMENT | HS_OPERATION_JOB | HS_OPERATION_PRINT_SYSTEM, hs_ipp_send_document },
  { IPP_OP_CLOSE_JOB, "Close-Job", HS_OPERATION_JOB | HS_OPERATION_PRINT_SYSTEM, hs_ipp_close_job },
  { IPP_OP_CANCEL_JOB, "Cancel-Job", HS_OPERATION_JOB | HS_OPERATION_PRINT_SYSTEM,
    hs_ipp_cancel_job },
  { IPP_OP_CANCEL_JOBS, "Cancel-Jobs", HS_OPERATION_NONE, hs_ipp_cancel_my_jobs },
  { IPP_OP_CANCEL_MY_JOBS, "Cancel-My-Jobs", HS_OPERATION_NONE, hs_ipp_cancel_my_jobs },
  { IPP_OP_GET_JOB_ATTRIBUTES, "Get-Job-Attributes", HS_OPERATION_JOB | HS_OPERATION_PRINT_SYSTEM,
    hs_ipp_get_job_attributes },
  { IPP_OP_GET_JOBS, "Get-Jobs", HS_OPERATION_NONE, hs_ipp_get_jobs },
  { IPP_OP_HOLD_JOB, "Hold-Job", HS_OPERATION_JOB, hs_ipp_hold_job },
  { IPP_OP_RELEASE_JOB, "Release-Job", HS_OPERATION_JOB, hs_ipp_release_job },
  { IPP_OP_SET_JOB_ATTRIBUTES, "Set-Job-Attributes", HS_OPERATION_JOB, hs_ipp_set_job_attributes },
  { IPP_OP_GET_PRINTER_ATTRIBUTES, "Get-Printer-Attributes",
    HS_OPERATION_ANYONE | HS_OPERATION_PRINT_SYSTEM, hs_ipp_get_printer_attributes },
  { IPP_OP_IDENTIFY_PRINTER, "Identify-Printer", HS_OPERATION_NONE, hs_ipp_identify_printer },
  { IPP_OP_CUPS_GET_DEFAULT, "CUPS-Get-Default", HS_OPERATION_ANYONE | HS_OPERATION_NO_TARGET,
    hs_ipp_cups_get_printers },
  { IPP_OP_CUPS_GET_PRINTERS, "CUPS-Get-Printers", HS_OPERATION_ANYONE | HS_OPERATION_NO_TARGET,
    hs_ipp_cups_get_printers },
};

const int *
hs_ipp_operations_get_codes (void)
{
  static int codes[G_N_ELEMENTS (operations) + 1];

  for (gsize i = 0; i < G_N_ELEMENTS (operations); i++)
    codes[i] = (int)operations[i].code;
  return codes;
}

static const HsIppOperation *
find_operation (int code)
{
  for (gsize i = 0; i < G_N_ELEMENTS (operations); i++)
    if ((int)operations[i].code == code)
      return &operations[i];
  return NULL;
}

ipp_status_t
hs_ipp_status_of (const GError *error, const HsIppExchange *exchange)
{
  gboolean is_print_system = exchange->caller.kind == HS_CALLER_PRINT_SYSTEM
                             || exchange->caller.kind == HS_CALLER_STRANGER;
  gboolean is_document
      = exchange->operation != NULL
        && (exchange->operation->flags & (HS_OPERATION_DOCUMENT | HS_OPERATION_CREATES)) != 0;

  if (error->domain != HS_ERROR)
    return IPP_STATUS_ERROR_INTERNAL;
  switch ((HsErrorCode)error->code)
    {
    case HS_ERROR_TEMPORARY:
      return IPP_STATUS_ERROR_BUSY;
    case HS_ERROR_NOT_FOUND:
      return IPP_STATUS_ERROR_NOT_FOUND;
    case HS_ERROR_CORRUPT:
    case HS_ERROR_INVALID:
      return is_document ? IPP_STATUS_ERROR_DOCUMENT_FORMAT_ERROR : IPP_STATUS_ERROR_BAD_REQUEST;
    case HS_ERROR_NOT_SUPPORTED:
      return is_document ? IPP_STATUS_ERROR_DOCUMENT_FORMAT_NOT_SUPPORTED
                         : IPP_STATUS_ERROR_OPERATION_NOT_SUPPORTED;
    case HS_ERROR_CANCELLED:
      return IPP_STATUS_ERROR_JOB_CANCELED;
    case HS_ERROR_INTERNAL:
      return IPP_STATUS_ERROR_INTERNAL;
    case HS_ERROR_REFUSED:
    case HS_ERROR_EXPIRED:
    case HS_ERROR_NO_SPACE:
    case HS_ERROR_DENIED:
    default:
      break;
    }
  /* CUPS's backend cancels its copy on this one only; "forbidden" and "not possible" would leave the
   * document with CUPS, waiting for a password or for a next try under somebody else's eyes. */
  if ((is_print_system || exchange->caller.is_kiosk) && is_document)
    return IPP_STATUS_ERROR_ATTRIBUTES_OR_VALUES;
  if (error->code == HS_ERROR_NO_SPACE)
    return IPP_STATUS_ERROR_ACCOUNT_LIMIT_REACHED;
  return error->code == HS_ERROR_DENIED ? IPP_STATUS_ERROR_NOT_AUTHORIZED
                                        : IPP_STATUS_ERROR_NOT_POSSIBLE;
}

/* ── who asks ────────────────────────────────────────────────────────────────────────────── */

static void run_if_document (HsIppExchange *exchange);

static void
look_up (GTask *task, gpointer source, gpointer name, GCancellable *cancellable)
{
  guint32 uid;

  g_task_return_int (task, hs_peer_find_uid (name, &uid, NULL) ? (gssize)uid : -1);
}

/* A name that is nobody's here leaves the job without a proven owner. */
static void
believe (HsIppExchange *exchange)
{
  exchange->believed_name = g_strdup (exchange->guest->named);
  exchange->caller.believed_name = exchange->believed_name;
  exchange->caller.believed_uid = exchange->guest->named_uid;
  exchange->caller.is_kiosk = hs_ipp_kiosk_is (exchange, exchange->guest->named_uid);
  if (exchange->guest->named_uid == HS_PEER_NO_UID)
    exchange->caller.kind = HS_CALLER_STRANGER;
}

static void
go_on (HsIppExchange *exchange)
{
  exchange->is_looking_up = FALSE;
  run_if_document (exchange);
  hs_ipp_exchange_go_on (exchange);
}

/* Whose it is on a kiosk depends on when the print system's job was made, not on who sits there. */
static gboolean
needs_maker (const HsIppExchange *exchange)
{
  return exchange->caller.is_kiosk && (exchange->operation->flags & HS_OPERATION_CREATES) != 0;
}

static void
on_looked_up (GObject *source, GAsyncResult *result, gpointer user_data)
{
  HsIppExchange *exchange = user_data;
  gssize uid = g_task_propagate_int (G_TASK (result), NULL);

  if (exchange->guest != NULL)
    {
      g_free (exchange->guest->named);
      exchange->guest->named = g_strdup (g_task_get_task_data (G_TASK (result)));
      exchange->guest->named_uid = uid >= 0 ? (guint32)uid : HS_PEER_NO_UID;
      believe (exchange);
      if (needs_maker (exchange))
        hs_ipp_kiosk_find_maker (exchange, go_on);
      else
        go_on (exchange);
    }
  hs_ipp_exchange_unref (exchange);
}

/* A name service may have to ask over the network, so this happens in a thread, and the request
 * waits; the same name on the same connection is known already. */
static void
believe_name (HsIppExchange *exchange)
{
  const char *name = hs_received_get_string (exchange->received, "requesting-user-name");
  HsIppGuest *guest = exchange->guest;

  if (name == NULL)
    exchange->caller.kind = HS_CALLER_STRANGER;
  else if (g_strcmp0 (name, guest->named) == 0)
    {
      believe (exchange);
      if (!needs_maker (exchange))
        return;
      exchange->is_looking_up = TRUE;
      hs_http_message_pause (exchange->message, NULL, NULL);
      hs_ipp_kiosk_find_maker (exchange, go_on);
    }
  else
    {
      g_autoptr (GTask) task
          = g_task_new (NULL, NULL, on_looked_up, hs_ipp_exchange_ref (exchange));
      g_task_set_task_data (task, g_strdup (name), g_free);
      exchange->is_looking_up = TRUE;
      hs_http_message_pause (exchange->message, NULL, NULL);
      hs_worker_run (task, look_up);
    }
}

/* The print system proves itself by the secret of our own queue, and is believed about names only
 * while that queue demands proven ones. FALSE: it has not tried yet, and is asked to. */
static gboolean
identify_print_system (HsIppExchange *exchange)
{
  const char *header = soup_message_headers_get_one (
      soup_server_message_get_request_headers (exchange->message), "Authorization");
  g_autofree char *password = hs_ipp_guest_dup_password (header);
  const HsPrintSystemClaim claim = { .is_unix_socket = TRUE,
                                     .is_print_system_uid = exchange->guest->is_print_system,
                                     .secret = password };

  if (password == NULL)
    return FALSE;
  exchange->caller.kind = hs_print_system_judge (&exchange->server->trust, &claim);
  hs_secret_bytes_wipe (password, strlen (password));
  return TRUE;
}

/* Refused without asking for a password first: CUPS would keep the document until somebody has one. */
static gboolean
is_kept_out (HsIppExchange *exchange)
{
  if (!exchange->server->options.is_strict || !exchange->guest->is_print_system
      || (exchange->operation->flags & HS_OPERATION_ANYONE) != 0)
    return FALSE;
  hs_ipp_exchange_refuse (
      exchange, IPP_STATUS_ERROR_ATTRIBUTES_OR_VALUES,
      "documents come here straight from applications and not through CUPS: set "
      "ServerName in /etc/cups/client.conf to this socket");
  return TRUE;
}

static gboolean
settle_caller (HsIppExchange *exchange)
{
  HsIppOperationFlags flags = exchange->operation->flags;

  exchange->caller = hs_ipp_guest_get_caller (exchange->guest);
  if (!exchange->guest->is_print_system)
    {
      hs_ipp_kiosk_settle (exchange);
      return TRUE;
    }
  if (is_kept_out (exchange))
    return FALSE;
  if (identify_print_system (exchange))
    {
      if ((flags & (HS_OPERATION_PRINT_SYSTEM | HS_OPERATION_ANYONE)) == 0)
        {
          hs_ipp_exchange_refuse (exchange, IPP_STATUS_ERROR_NOT_AUTHORIZED,
                                  "the print system may only hand in jobs and follow its own");
          return FALSE;
        }
      if (exchange->caller.kind == HS_CALLER_PRINT_SYSTEM)
        believe_name (exchange);
      return TRUE;
    }
  if ((flags & HS_OPERATION_ANYONE) != 0)
    return TRUE;
  exchange->http_status = SOUP_STATUS_UNAUTHORIZED;
  hs_ipp_exchange_complete (exchange);
  return FALSE;
}

/* ── checks ──────────────────────────────────────────────────────────────────────────────── */

static gboolean
is_our_path (HsIppExchange *exchange)
{
  const char *path = hs_received_get_path (exchange->received);

  if (path == NULL || strcmp (path, "/") == 0 || strcmp (path, HS_PRINTER_PATH) == 0
      || strcmp (path, "/jobs") == 0)
    return TRUE;
  return g_str_has_prefix (path, "/printers/")
         && strcmp (path + strlen ("/printers/"),
                    hs_printer_attributes_get_name (exchange->server->printer))
                == 0;
}

static gboolean
check_words (HsIppExchange *exchange)
{
  const char *packing = hs_received_get_string (exchange->received, "compression");
  const char *format = hs_received_get_string (exchange->received, "document-format");

  if (packing != NULL && strcmp (packing, "none") != 0 && strcmp (packing, "gzip") != 0
      && strcmp (packing, "deflate") != 0)
    {
      hs_answer_refuse (exchange->answer, "compression");
      hs_ipp_exchange_refuse (exchange, IPP_STATUS_ERROR_COMPRESSION_NOT_SUPPORTED,
                              "documents may be packed with gzip or deflate");
      return FALSE;
    }
  /* What each unpacking may make of a byte is bounded, and both together would not be. */
  if (exchange->http_inflate != NULL && packing != NULL && strcmp (packing, "none") != 0)
    {
      hs_answer_refuse (exchange->answer, "compression");
      hs_ipp_exchange_refuse (exchange, IPP_STATUS_ERROR_COMPRESSION_NOT_SUPPORTED,
                              "a document may be packed once: by IPP or by HTTP, not by both");
      return FALSE;
    }
  if (format != NULL && !g_strv_contains (hs_printer_formats, format)
      && (exchange->operation->flags & (HS_OPERATION_DOCUMENT | HS_OPERATION_CREATES)) != 0)
    {
      hs_answer_refuse (exchange->answer, "document-format");
      hs_ipp_exchange_refuse (exchange, IPP_STATUS_ERROR_DOCUMENT_FORMAT_NOT_SUPPORTED,
                              "this printer takes PDF, PWG raster, Apple raster and JPEG");
      return FALSE;
    }
  return TRUE;
}

static gboolean
check (HsIppExchange *exchange)
{
  HsReceived *received = exchange->received;
  const char *why;
  int code = hs_received_get_operation (received);
  const HsIppOperation *operation = find_operation (code);
  gboolean needs_target = operation == NULL || (operation->flags & HS_OPERATION_NO_TARGET) == 0;
  ipp_status_t status = hs_received_check (received, needs_target, &why);

  exchange->operation = operation;
  if (status == 0 && operation == NULL)
    {
      status = IPP_STATUS_ERROR_OPERATION_NOT_SUPPORTED;
      why = "this printer does not offer that operation";
    }
  else if (status == 0 && !is_our_path (exchange))
    {
      status = IPP_STATUS_ERROR_NOT_FOUND;
      why = "there is no such printer here";
    }
  else if (status == 0 && (operation->flags & HS_OPERATION_JOB) != 0
           && hs_received_get_job_id (received) == 0)
    {
      status = IPP_STATUS_ERROR_BAD_REQUEST;
      why = "the request names no job";
    }
  if (status == 0)
    return check_words (exchange);
  hs_ipp_exchange_refuse (exchange, status, why);
  return FALSE;
}

static void
run_if_document (HsIppExchange *exchange)
{
  if ((exchange->operation->flags & HS_OPERATION_DOCUMENT) != 0 && !exchange->is_ready
      && hs_ipp_kiosk_check (exchange))
    exchange->operation->run (exchange);
}

void
hs_ipp_dispatch_begin (HsIppExchange *exchange)
{
  HsIppIntake *server = exchange->server;

  exchange->answer = hs_answer_new (exchange->received);
  if (!check (exchange) || !settle_caller (exchange))
    return;
  if ((exchange->operation->flags & HS_OPERATION_CREATES) != 0 && !server->is_accepting)
    {
      gboolean is_person = exchange->caller.kind == HS_CALLER_PERSON;
      hs_ipp_exchange_refuse (exchange,
                              is_person ? IPP_STATUS_ERROR_NOT_ACCEPTING_JOBS
                                        : IPP_STATUS_ERROR_ATTRIBUTES_OR_VALUES,
                              server->why_not_accepting);
    }
  else if (!exchange->is_looking_up)
    run_if_document (exchange);
}

void
hs_ipp_dispatch_run (HsIppExchange *exchange)
{
  if (hs_ipp_kiosk_check (exchange))
    exchange->operation->run (exchange);
}
