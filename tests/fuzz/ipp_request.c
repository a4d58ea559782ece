/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* What clients send to the virtual printer: the end of the attributes is where libcups finds it too,
 * and whatever stands in them, checking, reading a ticket and answering end well. */

#include "fuzz/fuzz.h"
#include "ipp/answer.h"
#include "ipp/attributes_end.h"

#include <string.h>

typedef struct
{
  const guint8 *bytes;
  gsize length;
  gsize taken;
} Reader;

static ssize_t
read_some (void *context, ipp_uchar_t *buffer, size_t capacity)
{
  Reader *reader = context;
  gsize length = MIN (capacity, reader->length - reader->taken);

  memcpy (buffer, reader->bytes + reader->taken, length);
  reader->taken += length;
  return (ssize_t)length;
}

/* Byte by byte and at once must agree. */
static HsAttributesVerdict
find_end (const guint8 *bytes, gsize length, gsize *offset)
{
  HsAttributesEnd whole, slow;
  HsAttributesVerdict verdict, slow_verdict = HS_ATTRIBUTES_MORE;

  hs_attributes_end_init (&whole, HS_ATTRIBUTES_REQUEST_MAX_BYTES);
  hs_attributes_end_init (&slow, HS_ATTRIBUTES_REQUEST_MAX_BYTES);
  verdict = hs_attributes_end_find (&whole, bytes, length);
  for (gsize i = 1; i <= length && slow_verdict == HS_ATTRIBUTES_MORE; i++)
    slow_verdict = hs_attributes_end_find (&slow, bytes, i);
  FUZZ_CHECK (verdict == slow_verdict && whole.offset == slow.offset);
  FUZZ_CHECK (whole.depth <= HS_ATTRIBUTES_MAX_DEPTH + 1);
  FUZZ_CHECK (verdict != HS_ATTRIBUTES_END
              || (whole.offset <= length && whole.offset <= HS_ATTRIBUTES_REQUEST_MAX_BYTES));
  *offset = whole.offset;
  return verdict;
}

static HsPrinterAttributes *
get_printer (void)
{
  static HsPrinterAttributes *printer;
  static const int operations[] = { IPP_OP_PRINT_JOB, 0 };
  const HsPrinterIdentity identity
      = { .name = "fuzz", .info = "fuzz", .timeout_s = 1, .operations = operations };

  if (printer == NULL)
    printer = hs_printer_attributes_new (&identity);
  return printer;
}

static void
answer_it (HsReceived *received)
{
  static const char *const all[] = { "all", NULL };
  g_autoptr (HsAnswer) answer = hs_answer_new (received);
  g_autoptr (HsJob) job = hs_job_new ();
  g_auto (HsTicket) ticket = { 0 };
  const HsPrinterMoment moment = { .host = "localhost", .path = "/", .message = "" };
  const HsJobView view = { .printer_uri = "ipp://localhost/" };

  hs_answer_read_ticket (answer, get_printer (), &ticket);
  FUZZ_CHECK (ticket.copies >= 1 && ticket.copies <= HS_PRINTER_MAX_COPIES);
  if (ticket.attributes != NULL)
    job->ticket = g_bytes_ref (ticket.attributes);
  hs_answer_add_printer (answer, get_printer (), &moment);
  hs_answer_select_jobs (answer, all);
  hs_answer_add_job (answer, job, &view);
  hs_answer_set_status (answer, IPP_STATUS_ERROR_NOT_FOUND, "no");
  hs_answer_set_status (answer, IPP_STATUS_OK_IGNORED_OR_SUBSTITUTED, NULL);
  FUZZ_CHECK (hs_answer_get_status (answer) == IPP_STATUS_ERROR_NOT_FOUND);
  g_autoptr (GBytes) bytes = hs_answer_encode (answer);
  FUZZ_CHECK (g_bytes_get_size (bytes) > 8);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, size_t size)
{
  gsize end;
  const char *why;

  if (find_end (data, size, &end) != HS_ATTRIBUTES_END)
    return 0;
  Reader reader = { data, end, 0 };
  ipp_t *message = ippNew ();
  ipp_state_t state = ippReadIO (&reader, read_some, 1, NULL, message);
  FUZZ_CHECK (state != IPP_STATE_DATA || reader.taken == end);
  /* What libcups reads to the end, it reads to the same end with a document behind it. */
  ippDelete (message);

  g_autoptr (GBytes) bytes = g_bytes_new (data, end);
  g_autoptr (GError) error = NULL;
  g_autoptr (HsReceived) received = hs_received_decode (bytes, &error);
  FUZZ_CHECK ((received == NULL) == (error != NULL));
  if (received == NULL)
    return 0;
  FUZZ_CHECK (state == IPP_STATE_DATA);
  FUZZ_CHECK (hs_received_get_job_id (received) <= G_MAXINT32);
  if (hs_received_check (received, TRUE, &why) == 0)
    answer_it (received);
  return 0;
}
