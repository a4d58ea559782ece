/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* A printer that misbehaves on demand. */

#include "support/printer_double_private.h"

#include <stdlib.h>
#include <string.h>

#define DOCUMENT_CHUNK_BYTES (64 * 1024)

/* ── reading IPP from an exchange ──────────────────────────────────────────────────────────── */

static ssize_t
read_ipp (void *context, ipp_uchar_t *buffer, size_t length)
{
  return hs_http_exchange_read (context, buffer, length);
}

static ssize_t
write_ipp (void *context, ipp_uchar_t *bytes, size_t length)
{
  g_byte_array_append (context, bytes, (guint)length);
  return (ssize_t)length;
}

static void
send_reply (HsHttpExchange *exchange, ipp_t *reply)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  ippWriteIO (bytes, write_ipp, 1, NULL, reply);
  hs_http_exchange_reply (exchange, 200, "Content-Type: application/ipp\r\n", bytes->data,
                          bytes->len);
}

static ipp_t *
make_reply (ipp_t *request, ipp_status_t status)
{
  ipp_t *reply = ippNewResponse (request);

  ippSetStatusCode (reply, status);
  return reply;
}

/* ── what it knows ─────────────────────────────────────────────────────────────────────────── */

static ipp_t *
answer_printer (HsPrinterDouble *printer, ipp_t *request)
{
  static const int operations[]
      = { IPP_OP_PRINT_JOB,  IPP_OP_VALIDATE_JOB,       IPP_OP_CANCEL_JOB,
          IPP_OP_GET_JOBS,   IPP_OP_GET_JOB_ATTRIBUTES, IPP_OP_GET_PRINTER_ATTRIBUTES,
          IPP_OP_CREATE_JOB, IPP_OP_SEND_DOCUMENT };
  static const char *const formats[] = { "application/pdf", "image/pwg-raster", "image/jpeg" };
  static const char *const sides[] = { "one-sided", "two-sided-long-edge" };
  const HsPrinterManners *manners = &printer->manners;
  ipp_t *reply = make_reply (request, IPP_STATUS_OK);
  int count = G_N_ELEMENTS (operations) - (manners->lacks_create_job ? 2 : 0);

  ippAddIntegers (reply, IPP_TAG_PRINTER, IPP_TAG_ENUM, "operations-supported", count, operations);
  ippAddStrings (reply, IPP_TAG_PRINTER, IPP_TAG_MIMETYPE, "document-format-supported",
                 manners->takes_jpeg ? 3 : 2, NULL, formats);
  ippAddString (reply, IPP_TAG_PRINTER, IPP_TAG_TEXT, "printer-make-and-model", NULL,
                "Test double");
  ippAddInteger (reply, IPP_TAG_PRINTER, IPP_TAG_ENUM, "printer-state",
                 manners->state == 0 ? IPP_PSTATE_IDLE : manners->state);
  ippAddString (reply, IPP_TAG_PRINTER, IPP_TAG_KEYWORD, "printer-state-reasons", NULL,
                manners->reasons == NULL ? "none" : manners->reasons);
  ippAddBoolean (reply, IPP_TAG_PRINTER, "printer-is-accepting-jobs", !manners->rejects);
  ippAddRange (reply, IPP_TAG_PRINTER, "copies-supported", 1, 99);
  ippAddStrings (reply, IPP_TAG_PRINTER, IPP_TAG_KEYWORD, "sides-supported", 2, NULL, sides);
  return reply;
}

/* Borrowed; NULL if it is not known. */
static HsPrinterDoubleJob *
find_job (HsPrinterDouble *printer, ipp_t *request)
{
  ipp_attribute_t *id = ippFindAttribute (request, "job-id", IPP_TAG_INTEGER);

  for (guint i = 0; id != NULL && i < printer->jobs->len; i++)
    {
      HsPrinterDoubleJob *job = &g_array_index (printer->jobs, HsPrinterDoubleJob, i);

      if (job->id == ippGetInteger (id, 0) && !job->is_forgotten
          && !(printer->manners.forgets_jobs && job->state >= IPP_JSTATE_CANCELED))
        return job;
    }
  return NULL;
}

static HsPrinterDoubleJob *
add_job (HsPrinterDouble *printer, ipp_t *request)
{
  HsPrinterDoubleJob job = { .id = printer->next_id++, .state = IPP_JSTATE_PENDING };
  ipp_attribute_t *name = ippFindAttribute (request, "job-name", IPP_TAG_NAME);
  GString *attributes = g_string_new (NULL);

  if (name != NULL)
    g_strlcpy (job.name, ippGetString (name, 0, NULL), sizeof job.name);
  g_strlcpy (job.reason, "job-incoming", sizeof job.reason);
  for (ipp_attribute_t *attribute = ippFirstAttribute (request); attribute != NULL;
       attribute = ippNextAttribute (request))
    {
      char value[128];

      if (ippGetGroupTag (attribute) != IPP_TAG_JOB)
        continue;
      ippAttributeString (attribute, value, sizeof value);
      g_string_append_printf (attributes, "%s%s=%s", attributes->len == 0 ? "" : " ",
                              ippGetName (attribute), value);
    }
  g_strlcpy (job.attributes, attributes->str, sizeof job.attributes);
  g_string_free (attributes, TRUE);
  g_array_append_val (printer->jobs, job);
  return &g_array_index (printer->jobs, HsPrinterDoubleJob, printer->jobs->len - 1);
}

static void
describe_job (HsPrinterDouble *printer, ipp_t *reply, const HsPrinterDoubleJob *job)
{
  ippAddInteger (reply, IPP_TAG_JOB, IPP_TAG_INTEGER, "job-id", job->id);
  ippAddInteger (reply, IPP_TAG_JOB, IPP_TAG_ENUM, "job-state", job->state);
  ippAddString (reply, IPP_TAG_JOB, IPP_TAG_KEYWORD, "job-state-reasons", NULL, job->reason);
  ippAddString (reply, IPP_TAG_JOB, IPP_TAG_NAME, "job-name", NULL, job->name);
  if (!printer->manners.lacks_counts)
    {
      ippAddInteger (reply, IPP_TAG_JOB, IPP_TAG_INTEGER, "job-impressions-completed",
                     job->impressions);
      ippAddInteger (reply, IPP_TAG_JOB, IPP_TAG_INTEGER, "job-media-sheets-completed",
                     job->impressions);
    }
}

static ipp_t *
answer_jobs (HsPrinterDouble *printer, ipp_t *request)
{
  ipp_attribute_t *which = ippFindAttribute (request, "which-jobs", IPP_TAG_KEYWORD);
  gboolean over = which != NULL && g_strcmp0 (ippGetString (which, 0, NULL), "completed") == 0;
  ipp_t *reply = make_reply (request, IPP_STATUS_OK);
  gboolean first = TRUE;

  for (guint i = 0; i < printer->jobs->len; i++)
    {
      const HsPrinterDoubleJob *job = &g_array_index (printer->jobs, HsPrinterDoubleJob, i);

      if ((job->state >= IPP_JSTATE_CANCELED) != over || job->is_forgotten
          || (over && printer->manners.forgets_jobs))
        continue;
      if (!first)
        ippAddSeparator (reply);
      first = FALSE;
      describe_job (printer, reply, job);
    }
  return reply;
}

static ipp_t *
answer_cancel (ipp_t *request, HsPrinterDoubleJob *job)
{
  if (job == NULL)
    return make_reply (request, IPP_STATUS_ERROR_NOT_FOUND);
  if (job->state >= IPP_JSTATE_CANCELED)
    return make_reply (request, IPP_STATUS_ERROR_NOT_POSSIBLE);
  job->state = IPP_JSTATE_CANCELED;
  g_strlcpy (job->reason, "job-canceled-by-user", sizeof job->reason);
  return make_reply (request, IPP_STATUS_OK);
}

/* ── documents ─────────────────────────────────────────────────────────────────────────────── */

void
hs_printer_double_complete (HsPrinterDouble *printer, HsPrinterDoubleJob *job)
{
  HsPrinterDoublePaper paper = { .at_us = g_get_monotonic_time (), .id = job->id };

  g_strlcpy (paper.name, job->name, sizeof paper.name);
  g_strlcpy (paper.sha256, job->sha256, sizeof paper.sha256);
  g_array_append_val (printer->papers, paper);
  job->state = IPP_JSTATE_COMPLETED;
  job->impressions = (int)MAX (printer->manners.pages, 1);
  g_strlcpy (job->reason, "job-completed-successfully", sizeof job->reason);
}

static void
take_whole (HsPrinterDouble *printer, HsPrinterDoubleJob *job)
{
  const HsPrinterManners *manners = &printer->manners;

  if (job->state >= IPP_JSTATE_CANCELED)
    return; /* cancelled while it came */
  job->documents++;
  printer->prints++;
  if (!manners->waits && manners->asks == 0)
    {
      hs_printer_double_complete (printer, job);
      return;
    }
  job->state = IPP_JSTATE_PROCESSING;
  g_strlcpy (job->reason, "job-printing", sizeof job->reason);
}

/* A job that was asked for often enough is completed. */
static void
count_question (HsPrinterDouble *printer, HsPrinterDoubleJob *job)
{
  if (job->documents == 0 || job->state != IPP_JSTATE_PROCESSING || printer->manners.asks == 0)
    return;
  job->asked++;
  if (job->asked >= printer->manners.asks && !printer->manners.waits)
    hs_printer_double_complete (printer, job);
}

static void
take_cut (HsPrinterDouble *printer, HsPrinterDoubleJob *job)
{
  if (printer->manners.prints_cut_jobs)
    {
      take_whole (printer, job);
      return;
    }
  if (job->state >= IPP_JSTATE_CANCELED)
    return;
  job->state = printer->manners.keeps_cut_jobs ? IPP_JSTATE_PROCESSING : IPP_JSTATE_ABORTED;
  g_strlcpy (job->reason, printer->manners.keeps_cut_jobs ? "job-incoming" : "aborted-by-system",
             sizeof job->reason);
}

/* Reads the document of the job with index @index. Returns FALSE if it was cut. */
static gboolean
read_document (HsPrinterDouble *printer,
               HsHttpExchange *exchange,
               guint index,
               const HsDoubleFault *fault)
{
  g_autoptr (GChecksum) sha256 = g_checksum_new (G_CHECKSUM_SHA256);
  g_autofree guint8 *buffer = g_malloc (DOCUMENT_CHUNK_BYTES);
  HsPrinterDoubleJob *job;
  guint64 total = 0;
  gssize length;

  if (fault->fault == HS_FAULT_STALL)
    hs_http_exchange_wait (exchange);
  while ((length = hs_http_exchange_read (exchange, buffer, DOCUMENT_CHUNK_BYTES)) > 0)
    {
      total += (guint64)length;
      g_checksum_update (sha256, buffer, length);
      if (fault->fault == HS_FAULT_CUT && total >= fault->value)
        {
          length = -1;
          break;
        }
    }
  g_mutex_lock (&printer->mutex);
  job = &g_array_index (printer->jobs, HsPrinterDoubleJob, index);
  job->document_bytes = total;
  if (length == 0)
    {
      g_strlcpy (job->sha256, g_checksum_get_string (sha256), sizeof job->sha256);
      take_whole (printer, job);
    }
  else
    take_cut (printer, job);
  g_mutex_unlock (&printer->mutex);
  return length == 0;
}

static void
skip_body (HsHttpExchange *exchange)
{
  g_autofree guint8 *buffer = g_malloc (DOCUMENT_CHUNK_BYTES);

  while (hs_http_exchange_read (exchange, buffer, DOCUMENT_CHUNK_BYTES) > 0)
    continue;
}

/* Send-Document and Print-Job. Returns NULL if the connection is to be dropped. */
static ipp_t *
answer_document (HsPrinterDouble *printer,
                 HsHttpExchange *exchange,
                 ipp_t *request,
                 const HsDoubleFault *fault)
{
  HsPrinterDoubleJob *job;
  guint index = 0;
  ipp_t *reply;

  g_mutex_lock (&printer->mutex);
  job = ippGetOperation (request) == IPP_OP_PRINT_JOB ? add_job (printer, request)
                                                      : find_job (printer, request);
  if (job != NULL)
    index = (guint)(job - (HsPrinterDoubleJob *)(void *)printer->jobs->data);
  g_mutex_unlock (&printer->mutex);
  if (job == NULL)
    {
      skip_body (exchange);
      return make_reply (request, IPP_STATUS_ERROR_NOT_FOUND);
    }
  if (!read_document (printer, exchange, index, fault))
    return NULL;
  reply = make_reply (request, IPP_STATUS_OK);
  g_mutex_lock (&printer->mutex);
  describe_job (printer, reply, &g_array_index (printer->jobs, HsPrinterDoubleJob, index));
  g_mutex_unlock (&printer->mutex);
  return reply;
}

/* ── requests ──────────────────────────────────────────────────────────────────────────────── */

/* Everything without a document; with the mutex held. */
static ipp_t *
answer_short (HsPrinterDouble *printer, ipp_t *request)
{
  HsPrinterDoubleJob *job = find_job (printer, request);
  ipp_t *reply;

  switch ((int)ippGetOperation (request))
    {
    case IPP_OP_GET_PRINTER_ATTRIBUTES:
      return answer_printer (printer, request);
    case IPP_OP_VALIDATE_JOB:
      return make_reply (request, IPP_STATUS_OK);
    case IPP_OP_CREATE_JOB:
      if (printer->manners.lacks_create_job)
        break;
      reply = make_reply (request, IPP_STATUS_OK);
      describe_job (printer, reply, add_job (printer, request));
      return reply;
    case IPP_OP_GET_JOB_ATTRIBUTES:
      if (job == NULL)
        return make_reply (request, IPP_STATUS_ERROR_NOT_FOUND);
      count_question (printer, job);
      reply = make_reply (request, IPP_STATUS_OK);
      describe_job (printer, reply, job);
      return reply;
    case IPP_OP_GET_JOBS:
      return answer_jobs (printer, request);
    case IPP_OP_CANCEL_JOB:
      return answer_cancel (request, job);
    default:
      break;
    }
  return make_reply (request, IPP_STATUS_ERROR_OPERATION_NOT_SUPPORTED);
}

/* Notes the request and takes the fault that is meant for it. */
static HsDoubleFault
take_fault (HsPrinterDouble *printer, ipp_op_t operation)
{
  HsDoubleFault fault = { HS_FAULT_NONE, 0, 0 };

  g_mutex_lock (&printer->mutex);
  g_string_append_printf (printer->log, "%s%s", printer->log->len == 0 ? "" : " ",
                          ippOpString (operation));
  if ((guint)operation < HS_DOUBLE_MAX_OPERATION)
    {
      printer->asked[operation]++;
      if (printer->faults[operation].times > 0)
        {
          printer->faults[operation].times--;
          fault = printer->faults[operation];
        }
    }
  g_mutex_unlock (&printer->mutex);
  return fault;
}

/* TRUE: the fault stands in place of an answer. */
static gboolean
act_out (HsHttpExchange *exchange, ipp_t *request, const HsDoubleFault *fault)
{
  ipp_t *reply;

  switch (fault->fault)
    {
    case HS_FAULT_DROP:
      hs_http_exchange_drop (exchange);
      return TRUE;
    case HS_FAULT_STATUS:
      skip_body (exchange);
      reply = make_reply (request, (ipp_status_t)fault->value);
      send_reply (exchange, reply);
      ippDelete (reply);
      return TRUE;
    case HS_FAULT_HTTP:
      skip_body (exchange);
      hs_http_exchange_reply (exchange, (guint)fault->value, NULL, "", 0);
      return TRUE;
    case HS_FAULT_GARBAGE:
      skip_body (exchange);
      hs_http_exchange_reply (exchange, 200, NULL, "<html>", 6);
      return TRUE;
    case HS_FAULT_NONE:
    case HS_FAULT_CUT:
    case HS_FAULT_LOSE_REPLY:
    case HS_FAULT_LATE:
    case HS_FAULT_STALL:
      break;
    }
  return FALSE;
}

static void
tell (HsPrinterDouble *printer, const char *what, ipp_op_t operation)
{
  if (printer->witness != NULL)
    printer->witness (what, ippOpString (operation));
}

static void
handle (HsHttpExchange *exchange, gpointer user_data)
{
  HsPrinterDouble *printer = user_data;
  ipp_t *request = ippNew ();
  ipp_t *reply = NULL;
  ipp_op_t operation;
  HsDoubleFault fault;

  if (ippReadIO (exchange, read_ipp, 1, NULL, request) != IPP_STATE_DATA)
    {
      ippDelete (request);
      hs_http_exchange_reply (exchange, 400, NULL, "", 0);
      return;
    }
  operation = ippGetOperation (request);
  tell (printer, "asked", operation);
  fault = take_fault (printer, operation);
  if (act_out (exchange, request, &fault))
    {
      ippDelete (request);
      return;
    }
  if (operation == IPP_OP_SEND_DOCUMENT || operation == IPP_OP_PRINT_JOB)
    reply = answer_document (printer, exchange, request, &fault);
  else
    {
      skip_body (exchange);
      g_mutex_lock (&printer->mutex);
      reply = answer_short (printer, request);
      g_mutex_unlock (&printer->mutex);
    }
  tell (printer, "answers", operation);
  if (fault.fault == HS_FAULT_LATE)
    hs_http_exchange_wait (exchange);
  if (reply == NULL || fault.fault == HS_FAULT_LOSE_REPLY)
    hs_http_exchange_drop (exchange);
  else
    send_reply (exchange, reply);
  ippDelete (reply);
  ippDelete (request);
}

/* ── life ──────────────────────────────────────────────────────────────────────────────────── */

HsPrinterDouble *
hs_printer_double_new (void)
{
  HsPrinterDouble *printer = g_new0 (HsPrinterDouble, 1);

  g_mutex_init (&printer->mutex);
  printer->log = g_string_new (NULL);
  printer->jobs = g_array_new (FALSE, TRUE, sizeof (HsPrinterDoubleJob));
  printer->papers = g_array_new (FALSE, TRUE, sizeof (HsPrinterDoublePaper));
  printer->next_id = HS_DOUBLE_FIRST_ID;
  printer->server = hs_http_double_new (handle, printer);
  printer->uri = g_strdup_printf ("ipps://127.0.0.1:%u/ipp/print",
                                  hs_http_double_get_port (printer->server));
  printer->own_identity = hs_test_identity_new ("127.0.0.1");
  hs_printer_double_take_own_key (printer);
  return printer;
}

void
hs_printer_double_free (HsPrinterDouble *printer)
{
  if (printer == NULL)
    return;
  hs_http_double_free (printer->server);
  if (printer->identity != printer->own_identity)
    hs_test_identity_free (printer->identity);
  hs_test_identity_free (printer->own_identity);
  g_array_unref (printer->jobs);
  g_array_unref (printer->papers);
  g_string_free (printer->log, TRUE);
  g_free (printer->uri);
  g_mutex_clear (&printer->mutex);
  g_free (printer);
}
