/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* One delivery against a printer that drops, stalls, refuses, forgets and changes its key.
 *
 * The document source is this file's own (the linker takes it instead of engine/delivery/document_source.c):
 * its bytes are known, and it can fail where a test wants it to. */

#include "engine/delivery/delivery.h"

#include "base/error.h"
#include "support/loop.h"
#include "support/printer_double.h"
#include "support/suite.h"

#define SMALL_BYTES (40 * 1000)
#define LARGE_BYTES (8 * 1000 * 1000)
#define PIECE_BYTES (64 * 1024)

/* ── a document ────────────────────────────────────────────────────────────────────────────── */

struct HsDocumentSource
{
  gatomicrefcount references;
  guint64 length;
  guint64 fail_at; /* G_MAXUINT64 = never */
  HsErrorCode fail_code;
};

typedef struct
{
  HsDocumentSource *source;
  HsByteQueue *queue;
} Pusher;

static GBytes *
make_piece (guint64 offset, gsize length)
{
  guint8 *bytes = g_malloc (length);

  for (gsize i = 0; i < length; i++)
    bytes[i] = (guint8)((offset + i) * 31 >> 3);
  return g_bytes_new_take (bytes, length);
}

static gpointer
push_document (gpointer data)
{
  Pusher *pusher = data;
  HsDocumentSource *source = pusher->source;
  guint64 end = MIN (source->length, source->fail_at);
  gboolean is_wanted = TRUE;

  for (guint64 offset = 0; is_wanted && offset < end; offset += PIECE_BYTES)
    {
      g_autoptr (GBytes) piece = make_piece (offset, (gsize)MIN (PIECE_BYTES, end - offset));

      is_wanted = hs_byte_queue_push_wait (pusher->queue, piece);
    }
  if (source->fail_at <= source->length)
    {
      g_autoptr (GError) error
          = g_error_new_literal (HS_ERROR, (int)source->fail_code, "as the test wants");
      hs_byte_queue_fail (pusher->queue, error);
    }
  else
    hs_byte_queue_complete (pusher->queue);
  hs_byte_queue_unref (pusher->queue);
  hs_document_source_unref (source);
  g_free (pusher);
  return NULL;
}

HsByteQueue *
hs_document_source_open (HsDocumentSource *source)
{
  HsByteQueue *queue = hs_byte_queue_new (HS_DOCUMENT_QUEUE_BYTES, NULL);
  Pusher *pusher = g_new0 (Pusher, 1);

  pusher->source = hs_document_source_ref (source);
  pusher->queue = hs_byte_queue_ref (queue);
  g_thread_unref (g_thread_new ("document", push_document, pusher));
  return queue;
}

HsDocumentSource *
hs_document_source_ref (HsDocumentSource *source)
{
  g_atomic_ref_count_inc (&source->references);
  return source;
}

void
hs_document_source_unref (HsDocumentSource *source)
{
  if (g_atomic_ref_count_dec (&source->references))
    g_free (source);
}

guint64
hs_document_source_get_length (const HsDocumentSource *source)
{
  return source->length;
}

static HsDocumentSource *
make_source (guint64 length)
{
  HsDocumentSource *source = g_new0 (HsDocumentSource, 1);

  g_atomic_ref_count_init (&source->references);
  source->length = length;
  source->fail_at = G_MAXUINT64;
  return source;
}

static char *
digest_document (guint64 length)
{
  g_autoptr (GChecksum) sha256 = g_checksum_new (G_CHECKSUM_SHA256);
  g_autoptr (GBytes) bytes = make_piece (0, length);

  g_checksum_update (sha256, g_bytes_get_data (bytes, NULL), (gssize)length);
  return g_strdup (g_checksum_get_string (sha256));
}

/* ── an engine ─────────────────────────────────────────────────────────────────────────────── */

static HsHttp *http;
static HsPrinters *printers;
static HsPrinterDouble *printer;
static HsDeliverer deliverer;
static HsJob *job;
static HsDocumentSource *source;

static gpointer delivery;
static GString *told;       /* keywords of the events, in order */
static HsDeliveryNews last; /* sentence: see below */
static char *sentence;      /* of the last event */
static GString *sentences;  /* of all events */
static HsJobEvent hold_at;  /* this event is not committed by itself */
static gboolean is_held;
static gboolean is_over;

static void
on_news (const HsDeliveryNews *news, gpointer user_data)
{
  const char *keyword = hs_job_event_to_keyword (news->event);

  HS_ASSERT (!is_over);
  last = *news;
  g_free (sentence);
  sentence = g_strdup (news->sentence);
  if (news->sentence != NULL)
    g_string_append_printf (sentences, "%s\n", news->sentence);
  g_string_append_printf (told, "%s%s", told->len == 0 ? "" : " ", keyword);
  is_over = news->event == HS_EVENT_PRINTER_BUSY || news->event == HS_EVENT_PRINTER_REFUSED
            || news->event == HS_EVENT_PRINTED || news->event == HS_EVENT_NOT_PRINTED
            || news->event == HS_EVENT_OUTCOME_UNKNOWN || news->event == HS_EVENT_DAMAGED;
  is_held = !is_over && news->event == hold_at;
  if (!is_over && !is_held)
    deliverer.committed (delivery);
}

static void
let_commit (void)
{
  HS_ASSERT (is_held);
  is_held = FALSE;
  hold_at = HS_EVENT_NONE;
  deliverer.committed (delivery);
}

static void
set_list (void)
{
  g_autoptr (HsPrinterList) list = hs_printer_list_new ();
  HsPrinterEntry *entry = g_new0 (HsPrinterEntry, 1);

  list->version = 1;
  list->expires_us = g_get_real_time () + G_TIME_SPAN_HOUR;
  memset (&entry->uuid, 7, sizeof entry->uuid);
  entry->name = g_strdup ("Floor 2");
  entry->uris = g_new0 (char *, 2);
  entry->uris[0] = g_strdup (hs_printer_double_get_uri (printer));
  entry->pins = g_new0 (HsPrinterPin, 1);
  entry->n_pins = 1;
  memcpy (entry->pins[0].bytes, hs_printer_double_get_identity (printer)->pin, 32);
  g_ptr_array_add (list->printers, entry);
  hs_printers_set_list (printers, list, NULL);
}

static void
set_up (void)
{
  const HsPrinterPatience patience
      = { .connect_timeout_ms = 5000, .answer_timeout_ms = 10000, .lost_ms = 400 };
  const HsPrintersKeeper keeper = { NULL, NULL };

  http = hs_http_new ();
  printers = hs_printers_new (http, &keeper, &patience);
  printer = hs_printer_double_new ();
  set_list ();
  deliverer = hs_delivery_make_deliverer (printers);
  told = g_string_new (NULL);
  sentences = g_string_new (NULL);
  job = hs_job_new ();
  memset (&job->id, 0xab, sizeof job->id);
  memset (&job->printer, 7, sizeof job->printer);
  job->format = g_strdup ("application/pdf");
  source = make_source (SMALL_BYTES);
  job->size_bytes = SMALL_BYTES;
  hold_at = HS_EVENT_NONE;
  is_over = is_held = FALSE;
}

static void
tear_down (void)
{
  if (delivery != NULL)
    deliverer.free (delivery);
  delivery = NULL;
  g_clear_pointer (&printers, hs_printers_free);
  g_clear_pointer (&http, hs_http_free);
  while (g_main_context_iteration (NULL, FALSE))
    continue;
  g_clear_pointer (&printer, hs_printer_double_free);
  g_clear_pointer (&job, hs_job_free);
  g_clear_pointer (&source, hs_document_source_unref);
  g_string_free (told, TRUE);
  g_string_free (sentences, TRUE);
  g_clear_pointer (&sentence, g_free);
}

static void
use_length (guint64 length)
{
  source->length = length;
  job->size_bytes = length;
}

static void
begin (void)
{
  delivery = deliverer.begin (
      deliverer.data, job, source == NULL ? NULL : hs_document_source_ref (source), on_news, NULL);
  HS_ASSERT (told->len == 0);
}

static void
begin_and_wait (void)
{
  begin ();
  HS_LOOP_UNTIL (is_over);
}

#define EXPECT_TOLD(text) HS_ASSERT_STR_EQ (told->str, text)
#define EXPECT_PRINTS(count) HS_ASSERT_INT_EQ (hs_printer_double_count_prints (printer), count)
#define EXPECT_JOBS(count) HS_ASSERT_INT_EQ (hs_printer_double_count_jobs (printer), count)
#define EXPECT_REASON(reason) HS_ASSERT (last.reasons &(reason))
#define EXPECT_SAID(text)                                                                          \
  do                                                                                               \
    {                                                                                              \
      if (sentence == NULL || strstr (sentence, text) == NULL)                                     \
        HS_ASSERT_STR_EQ (sentence, text);                                                         \
    }                                                                                              \
  while (0)

#define WHOLE_WAY "send-intent printer-accepted sending sent printed"

static void
set_fault (ipp_op_t operation, HsPrinterFault fault, guint64 value, guint times)
{
  hs_printer_double_set_fault (printer, operation, fault, value, times);
}

static void
set_manners (HsPrinterManners manners)
{
  hs_printer_double_set_manners (printer, &manners);
}

/* ── the whole way ─────────────────────────────────────────────────────────────────────────── */

static void
a_document_is_printed_once (void)
{
  g_autofree char *digest = digest_document (LARGE_BYTES);
  g_autofree char *log = NULL;
  HsPrinterDoubleJob made;

  use_length (LARGE_BYTES);
  job->sides = HS_SIDES_TWO_LONG;
  set_manners ((HsPrinterManners){ .pages = 3 });
  begin_and_wait ();
  EXPECT_TOLD (WHOLE_WAY);
  EXPECT_PRINTS (1);
  made = hs_printer_double_get_job (printer, 0);
  HS_ASSERT_STR_EQ (made.name, "Document ababab");
  HS_ASSERT_STR_EQ (made.sha256, digest);
  HS_ASSERT_STR_EQ (made.attributes, "copies=1 sides=two-sided-long-edge");
  HS_ASSERT (last.counted);
  HS_ASSERT_INT_EQ (last.impressions, 3);
  HS_ASSERT_INT_EQ (last.printer_job_id, made.id);
  log = hs_printer_double_dup_log (printer);
  HS_ASSERT_STR_EQ (log, "Get-Printer-Attributes Validate-Job Create-Job Send-Document "
                         "Get-Job-Attributes");
  HS_ASSERT_INT_EQ (hs_http_double_count_connections (hs_printer_double_get_server (printer)), 1);
}

static void
what_the_release_changed_is_what_the_printer_is_asked_for (void)
{
  HsPrinterDoubleJob made;

  job->sides = HS_SIDES_TWO_LONG;
  job->changed = (HsPrintOptions){ .copies = 7, .sides = HS_SIDES_WISH_ONE };
  set_manners ((HsPrinterManners){ .pages = 3 });
  begin_and_wait ();
  EXPECT_TOLD (WHOLE_WAY);
  EXPECT_PRINTS (1);
  made = hs_printer_double_get_job (printer, 0);
  HS_ASSERT_STR_EQ (made.attributes, "copies=7 sides=one-sided");
}

static void
a_printer_without_what_the_release_changed_gets_nothing (void)
{
  job->changed = (HsPrintOptions){ .colour = HS_COLOUR_COLOUR };
  begin_and_wait ();
  EXPECT_TOLD ("printer-refused");
  EXPECT_SAID ("no colour");
  EXPECT_JOBS (0);
}

typedef struct
{
  guint n_told;
  gboolean falls;            /* it once went back */
  gboolean was_over;         /* it came after the last event */
  guint64 sent_before_event; /* the most, before SENT was told */
  HsSendProgress last;
} Progress;

static void
on_progress (const HsSendProgress *now, gpointer user_data)
{
  Progress *progress = user_data;

  progress->n_told++;
  progress->falls |= now->sent_bytes < progress->last.sent_bytes
                     || now->impressions < progress->last.impressions;
  progress->was_over |= is_over;
  progress->last = *now;
  if (strstr (told->str, " sent") == NULL)
    progress->sent_before_event = now->sent_bytes;
}

static void
progress_grows_to_the_whole_before_the_event_and_not_for_each_piece (void)
{
  Progress progress = { 0 };

  use_length (LARGE_BYTES);
  set_manners ((HsPrinterManners){ .pages = 3 });
  begin ();
  deliverer.set_progress_func (delivery, on_progress, &progress);
  gint64 start_us = g_get_monotonic_time ();
  HS_LOOP_UNTIL (is_over);
  guint most = 5 * (guint)((g_get_monotonic_time () - start_us) / G_USEC_PER_SEC + 1);
  HS_ASSERT (!progress.falls && !progress.was_over);
  HS_ASSERT (progress.sent_before_event == LARGE_BYTES);
  HS_ASSERT (progress.last.sent_bytes == LARGE_BYTES && progress.last.impressions == 3);
  /* Besides, what is left is told before each of the last two events. */
  HS_ASSERT (progress.n_told >= 2 && progress.n_told <= most + 2);
}

static void
a_printer_asked_just_now_is_not_asked_again (void)
{
  begin_and_wait ();
  deliverer.free (delivery);
  is_over = FALSE;
  g_string_truncate (told, 0);
  begin_and_wait ();
  EXPECT_TOLD (WHOLE_WAY);
  EXPECT_PRINTS (2);
  HS_ASSERT_INT_EQ (hs_printer_double_count_asked (printer, IPP_OP_GET_PRINTER_ATTRIBUTES), 1);
  HS_ASSERT_INT_EQ (hs_http_double_count_connections (hs_printer_double_get_server (printer)), 1);
}

static void
expect_held_back (HsJobEvent event, const char *log_before, const char *log_after)
{
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;

  hold_at = event;
  begin ();
  HS_LOOP_UNTIL (is_held);
  hs_loop_turn ();
  hs_loop_turn ();
  before = hs_printer_double_dup_log (printer);
  HS_ASSERT_STR_EQ (before, log_before);
  let_commit ();
  HS_LOOP_UNTIL (is_over);
  after = hs_printer_double_dup_log (printer);
  HS_ASSERT (g_str_has_prefix (after, log_after));
  EXPECT_TOLD (WHOLE_WAY);
}

#define ASKED "Get-Printer-Attributes Validate-Job"

static void
nothing_is_created_before_the_intent_is_durable (void)
{
  expect_held_back (HS_EVENT_SEND_INTENT, ASKED, ASKED " Create-Job");
}

static void
nothing_is_sent_before_the_id_is_durable (void)
{
  expect_held_back (HS_EVENT_PRINTER_ACCEPTED, ASKED " Create-Job",
                    ASKED " Create-Job Send-Document");
}

static void
no_byte_leaves_before_sending_is_durable (void)
{
  expect_held_back (HS_EVENT_SENDING, ASKED " Create-Job", ASKED " Create-Job Send-Document");
}

static void
the_end_is_asked_after_sent_is_durable (void)
{
  expect_held_back (HS_EVENT_SENT, ASKED " Create-Job Send-Document",
                    ASKED " Create-Job Send-Document Get-Job-Attributes");
}

static void
an_old_printer_is_understood (void)
{
  set_fault (IPP_OP_GET_PRINTER_ATTRIBUTES, HS_FAULT_STATUS, 0x0503, 1);
  begin_and_wait ();
  EXPECT_TOLD (WHOLE_WAY);
}

/* ── nothing was sent ──────────────────────────────────────────────────────────────────────── */

static void
a_printer_in_error_gets_nothing (void)
{
  set_manners ((HsPrinterManners){ .state = 5, .reasons = "media-empty-error" });
  begin_and_wait ();
  EXPECT_TOLD ("printer-refused");
  EXPECT_REASON (HS_REASON_PRINTER_STOPPED);
  HS_ASSERT_STR_EQ (sentence, "Floor 2: it is out of paper; add some");
  EXPECT_JOBS (0);
}

static void
a_busy_printer_is_busy (void)
{
  set_fault (IPP_OP_VALIDATE_JOB, HS_FAULT_STATUS, 0x0507, 1);
  begin_and_wait ();
  EXPECT_TOLD ("printer-busy");
  EXPECT_REASON (HS_REASON_PRINTER_BUSY);
  EXPECT_JOBS (0);
}

static void
a_busy_printer_may_say_so_late (void)
{
  set_fault (IPP_OP_CREATE_JOB, HS_FAULT_STATUS, 0x0507, 1);
  begin_and_wait ();
  EXPECT_TOLD ("send-intent printer-busy");
  EXPECT_JOBS (0);
}

static void
refusals_say_what_to_do (void)
{
  set_fault (IPP_OP_VALIDATE_JOB, HS_FAULT_STATUS, 0x040b, 1);
  begin_and_wait ();
  EXPECT_TOLD ("printer-refused");
  EXPECT_REASON (HS_REASON_PRINTER_REFUSED);
  EXPECT_SAID ("choose another printer");
}

static void
a_login_is_not_given (void)
{
  set_fault (IPP_OP_GET_PRINTER_ATTRIBUTES, HS_FAULT_HTTP, 401, 1);
  begin_and_wait ();
  EXPECT_TOLD ("printer-refused");
  EXPECT_SAID ("asks for a login");
}

static void
a_login_asked_by_ipp_is_not_given (void)
{
  set_fault (IPP_OP_CREATE_JOB, HS_FAULT_STATUS, 0x0402, 1);
  begin_and_wait ();
  EXPECT_TOLD ("send-intent printer-refused");
  EXPECT_SAID ("asks for a login");
}

static void
a_changed_key_stops_with_both_fingerprints (void)
{
  g_autofree char *old_pin = hs_http_format_spki (hs_printer_double_get_identity (printer)->pin);
  g_autofree char *new_pin = NULL;

  hs_printer_double_change_key (printer);
  new_pin = hs_http_format_spki (hs_printer_double_get_identity (printer)->pin);
  begin_and_wait ();
  EXPECT_TOLD ("printer-refused");
  EXPECT_REASON (HS_REASON_PRINTER_UNTRUSTED);
  EXPECT_SAID (old_pin);
  EXPECT_SAID (new_pin);
  HS_ASSERT_INT_EQ (hs_printer_double_count_asked (printer, IPP_OP_GET_PRINTER_ATTRIBUTES), 0);
}

static void
a_printer_that_is_off_will_be_tried_again (void)
{
  set_fault (IPP_OP_GET_PRINTER_ATTRIBUTES, HS_FAULT_DROP, 0, 10);
  begin_and_wait ();
  EXPECT_TOLD ("printer-busy");
  EXPECT_REASON (HS_REASON_PRINTER_UNREACHABLE);
}

static void
an_unknown_printer_gets_nothing (void)
{
  memset (&job->printer, 8, sizeof job->printer);
  begin_and_wait ();
  EXPECT_TOLD ("printer-refused");
  EXPECT_SAID ("choose another printer");
}

static void
a_format_it_lacks_is_refused (void)
{
  g_free (job->format);
  job->format = g_strdup ("image/urf");
  begin_and_wait ();
  EXPECT_TOLD ("printer-refused");
  EXPECT_SAID ("image/urf");
  EXPECT_JOBS (0);
}

static void
garbage_is_no_printer (void)
{
  set_fault (IPP_OP_GET_PRINTER_ATTRIBUTES, HS_FAULT_GARBAGE, 0, 1);
  begin_and_wait ();
  EXPECT_TOLD ("printer-refused");
}

static void
a_damaged_document_makes_no_job (void)
{
  source->fail_at = 0;
  source->fail_code = HS_ERROR_CORRUPT;
  begin_and_wait ();
  EXPECT_TOLD ("damaged");
  EXPECT_REASON (HS_REASON_DAMAGED);
  EXPECT_JOBS (0);
}

static void
a_locked_document_makes_no_job (void)
{
  source->fail_at = 0;
  source->fail_code = HS_ERROR_DENIED;
  begin_and_wait ();
  EXPECT_TOLD ("printer-refused");
  EXPECT_REASON (HS_REASON_KEY_LOCKED);
  EXPECT_JOBS (0);
}

/* ── replies and bodies get lost ───────────────────────────────────────────────────────────── */

static void
a_lost_create_reply_is_found_by_the_tag (void)
{
  set_fault (IPP_OP_CREATE_JOB, HS_FAULT_LOSE_REPLY, 0, 1);
  begin_and_wait ();
  EXPECT_TOLD (WHOLE_WAY);
  EXPECT_JOBS (1);
  EXPECT_PRINTS (1);
  HS_ASSERT_INT_EQ (hs_printer_double_count_asked (printer, IPP_OP_CREATE_JOB), 1);
}

static void
a_create_that_never_came_is_a_certain_no (void)
{
  set_fault (IPP_OP_CREATE_JOB, HS_FAULT_DROP, 0, 1);
  begin_and_wait ();
  EXPECT_TOLD ("send-intent not-printed");
  EXPECT_REASON (HS_REASON_PRINTER_UNREACHABLE);
  EXPECT_JOBS (0);
  HS_ASSERT_INT_EQ (hs_printer_double_count_asked (printer, IPP_OP_CREATE_JOB), 1);
}

static void
a_cut_upload_that_the_printer_aborts_is_a_certain_no (void)
{
  use_length (LARGE_BYTES);
  set_fault (IPP_OP_SEND_DOCUMENT, HS_FAULT_CUT, 1000000, 1);
  begin_and_wait ();
  EXPECT_TOLD ("send-intent printer-accepted sending sending-broke not-printed");
  EXPECT_REASON (HS_REASON_PRINTER_UNREACHABLE);
  EXPECT_PRINTS (0);
  HS_ASSERT_INT_EQ (hs_printer_double_count_asked (printer, IPP_OP_SEND_DOCUMENT), 1);
}

static void
a_cut_upload_is_cancelled_at_the_printer (void)
{
  use_length (LARGE_BYTES);
  set_manners ((HsPrinterManners){ .keeps_cut_jobs = TRUE });
  set_fault (IPP_OP_SEND_DOCUMENT, HS_FAULT_CUT, 1000000, 1);
  begin_and_wait ();
  EXPECT_TOLD ("send-intent printer-accepted sending sending-broke not-printed");
  HS_ASSERT_INT_EQ (hs_printer_double_get_job (printer, 0).state, IPP_JSTATE_CANCELED);
}

static void
a_cut_upload_of_a_printer_that_does_not_count_is_uncertain (void)
{
  use_length (LARGE_BYTES);
  set_manners ((HsPrinterManners){ .keeps_cut_jobs = TRUE, .lacks_counts = TRUE });
  set_fault (IPP_OP_SEND_DOCUMENT, HS_FAULT_CUT, 1000000, 1);
  begin_and_wait ();
  EXPECT_TOLD ("send-intent printer-accepted sending sending-broke outcome-unknown");
}

static void
a_cut_upload_that_printed_is_uncertain (void)
{
  use_length (LARGE_BYTES);
  set_manners ((HsPrinterManners){ .prints_cut_jobs = TRUE });
  set_fault (IPP_OP_SEND_DOCUMENT, HS_FAULT_CUT, 1000000, 1);
  begin_and_wait ();
  EXPECT_TOLD ("send-intent printer-accepted sending sending-broke outcome-unknown");
  EXPECT_SAID ("look");
}

static void
a_lost_send_reply_does_not_print_twice (void)
{
  set_fault (IPP_OP_SEND_DOCUMENT, HS_FAULT_LOSE_REPLY, 0, 1);
  begin_and_wait ();
  EXPECT_TOLD ("send-intent printer-accepted sending sending-broke printed");
  EXPECT_PRINTS (1);
  HS_ASSERT_INT_EQ (hs_printer_double_count_asked (printer, IPP_OP_SEND_DOCUMENT), 1);
}

static void
a_refused_document_is_cleaned_up (void)
{
  set_fault (IPP_OP_SEND_DOCUMENT, HS_FAULT_STATUS, 0x0411, 1);
  begin_and_wait ();
  EXPECT_TOLD ("send-intent printer-accepted sending sending-broke not-printed");
  EXPECT_REASON (HS_REASON_PRINTER_REFUSED);
  HS_ASSERT_INT_EQ (hs_printer_double_get_job (printer, 0).state, IPP_JSTATE_CANCELED);
}

static void
a_document_damaged_on_the_way_is_cancelled (void)
{
  use_length (LARGE_BYTES);
  source->fail_at = 2000000;
  source->fail_code = HS_ERROR_CORRUPT;
  set_manners ((HsPrinterManners){ .keeps_cut_jobs = TRUE });
  begin_and_wait ();
  EXPECT_TOLD ("send-intent printer-accepted sending sending-broke not-printed");
  HS_ASSERT (last.damaged_for_good);
  EXPECT_REASON (HS_REASON_DAMAGED);
  EXPECT_PRINTS (0);
  HS_ASSERT_INT_EQ (hs_printer_double_get_job (printer, 0).state, IPP_JSTATE_CANCELED);
}

/* ── the printer's last word ───────────────────────────────────────────────────────────────── */

/* Delivers to a printer that waits, and lets it come to that end. */
static void
end_as (int state, const char *reason, int impressions)
{
  set_manners ((HsPrinterManners){ .waits = TRUE });
  begin ();
  HS_LOOP_UNTIL (hs_printer_double_count_asked (printer, IPP_OP_GET_JOB_ATTRIBUTES) > 0);
  HS_ASSERT (!is_over);
  hs_printer_double_finish_job (printer, 101, state, reason, impressions);
  HS_LOOP_UNTIL (is_over);
}

static void
completed_with_errors_is_printed (void)
{
  end_as (IPP_JSTATE_COMPLETED, "job-completed-with-errors", 2);
  EXPECT_TOLD (WHOLE_WAY);
  EXPECT_REASON (HS_REASON_COMPLETED_WITH_ERRORS);
  HS_ASSERT_INT_EQ (last.impressions, 2);
}

static void
cancelled_at_the_panel_is_not_tried_again (void)
{
  end_as (IPP_JSTATE_CANCELED, "job-canceled-at-device", 1);
  EXPECT_TOLD ("send-intent printer-accepted sending sent not-printed");
  EXPECT_REASON (HS_REASON_CANCELLED_AT_DEVICE);
}

static void
aborted_without_paper_is_a_no (void)
{
  end_as (IPP_JSTATE_ABORTED, "document-format-error", 0);
  EXPECT_TOLD ("send-intent printer-accepted sending sent not-printed");
  EXPECT_REASON (HS_REASON_PRINTER_REFUSED);
  EXPECT_SAID ("document-format-error");
}

static void
aborted_with_paper_is_uncertain (void)
{
  end_as (IPP_JSTATE_ABORTED, "aborted-by-system", 1);
  EXPECT_TOLD ("send-intent printer-accepted sending sent outcome-unknown");
}

static void
a_printer_that_forgets_leaves_it_uncertain (void)
{
  set_manners ((HsPrinterManners){ .forgets_jobs = TRUE });
  begin_and_wait ();
  EXPECT_TOLD ("send-intent printer-accepted sending sent outcome-unknown");
  EXPECT_SAID ("look whether it printed");
}

static void
a_printer_that_vanishes_leaves_it_uncertain (void)
{
  set_fault (IPP_OP_GET_JOB_ATTRIBUTES, HS_FAULT_DROP, 0, 1000);
  begin_and_wait ();
  EXPECT_TOLD ("send-intent printer-accepted sending sent outcome-unknown");
  EXPECT_REASON (HS_REASON_PRINTER_UNREACHABLE);
}

static void
a_short_silence_is_waited_out (void)
{
  set_fault (IPP_OP_GET_JOB_ATTRIBUTES, HS_FAULT_DROP, 0, 1);
  begin_and_wait ();
  EXPECT_TOLD (WHOLE_WAY);
}

static void
what_holds_the_printer_up_is_told (void)
{
  set_manners ((HsPrinterManners){ .waits = TRUE });
  begin ();
  HS_LOOP_UNTIL (hs_printer_double_count_asked (printer, IPP_OP_GET_JOB_ATTRIBUTES) > 0);
  set_manners ((HsPrinterManners){ .waits = TRUE, .state = 5, .reasons = "media-needed-error" });
  HS_LOOP_UNTIL (strstr (sentences->str, "it wants paper") != NULL);
  set_manners ((HsPrinterManners){ .waits = TRUE });
  HS_LOOP_UNTIL (strstr (sentences->str, "it prints again") != NULL);
  hs_printer_double_finish_job (printer, 101, IPP_JSTATE_COMPLETED, "none", 1);
  HS_LOOP_UNTIL (is_over);
  EXPECT_TOLD ("send-intent printer-accepted sending sent sent sent printed");
}

/* ── stop ──────────────────────────────────────────────────────────────────────────────────── */

static void
stop_while_held_at (HsJobEvent event, const char *expected, int printer_state)
{
  hold_at = event;
  begin ();
  HS_LOOP_UNTIL (is_held);
  deliverer.stop (delivery);
  deliverer.stop (delivery);
  let_commit ();
  HS_LOOP_UNTIL (is_over);
  EXPECT_TOLD (expected);
  HS_ASSERT_INT_EQ (hs_printer_double_get_job (printer, 0).state, printer_state);
}

static void
stopping_before_create_job_makes_no_job (void)
{
  stop_while_held_at (HS_EVENT_SEND_INTENT, "send-intent not-printed", 0);
}

static void
stopping_before_the_document_cancels_the_job (void)
{
  stop_while_held_at (HS_EVENT_PRINTER_ACCEPTED, "send-intent printer-accepted not-printed",
                      IPP_JSTATE_CANCELED);
  EXPECT_PRINTS (0);
}

static void
stopping_at_the_last_moment_sends_nothing (void)
{
  stop_while_held_at (HS_EVENT_SENDING, "send-intent printer-accepted sending not-printed",
                      IPP_JSTATE_CANCELED);
  EXPECT_PRINTS (0);
  HS_ASSERT_INT_EQ (hs_printer_double_count_asked (printer, IPP_OP_SEND_DOCUMENT), 0);
}

static void
stopping_an_upload_breaks_it_off (void)
{
  use_length (LARGE_BYTES);
  set_manners ((HsPrinterManners){ .keeps_cut_jobs = TRUE });
  set_fault (IPP_OP_SEND_DOCUMENT, HS_FAULT_STALL, 0, 1);
  begin ();
  HS_LOOP_UNTIL (hs_printer_double_count_asked (printer, IPP_OP_SEND_DOCUMENT) == 1);
  deliverer.stop (delivery);
  HS_LOOP_UNTIL (is_over);
  EXPECT_TOLD ("send-intent printer-accepted sending sending-broke not-printed");
  HS_ASSERT_INT_EQ (hs_printer_double_get_job (printer, 0).state, IPP_JSTATE_CANCELED);
}

static void
stopping_a_printing_job_cancels_it (void)
{
  set_manners ((HsPrinterManners){ .waits = TRUE });
  begin ();
  HS_LOOP_UNTIL (hs_printer_double_count_asked (printer, IPP_OP_GET_JOB_ATTRIBUTES) > 1);
  deliverer.stop (delivery);
  HS_LOOP_UNTIL (is_over);
  EXPECT_TOLD ("send-intent printer-accepted sending sent not-printed");
  HS_ASSERT_INT_EQ (hs_printer_double_get_job (printer, 0).state, IPP_JSTATE_CANCELED);
}

static void
a_cancel_that_the_printer_ignores_ends_uncertain (void)
{
  set_manners ((HsPrinterManners){ .waits = TRUE });
  set_fault (IPP_OP_CANCEL_JOB, HS_FAULT_STATUS, 0x0404, 1000);
  begin ();
  HS_LOOP_UNTIL (hs_printer_double_count_asked (printer, IPP_OP_GET_JOB_ATTRIBUTES) > 1);
  deliverer.stop (delivery);
  HS_LOOP_UNTIL (is_over);
  EXPECT_TOLD ("send-intent printer-accepted sending sent outcome-unknown");
  EXPECT_SAID ("panel");
  HS_ASSERT (last.leaves_job);
  HS_ASSERT_INT_EQ (hs_printer_double_count_asked (printer, IPP_OP_CANCEL_JOB), 1);
}

static void
a_cut_document_that_the_printer_will_not_give_up_is_uncertain (void)
{
  use_length (LARGE_BYTES);
  set_manners ((HsPrinterManners){ .keeps_cut_jobs = TRUE });
  set_fault (IPP_OP_SEND_DOCUMENT, HS_FAULT_CUT, 1000000, 1);
  set_fault (IPP_OP_CANCEL_JOB, HS_FAULT_STATUS, 0x0403, 1000);
  begin_and_wait ();
  HS_ASSERT_INT_EQ (last.event, HS_EVENT_OUTCOME_UNKNOWN);
  HS_ASSERT (last.leaves_job);
}

static void
stopping_too_late_is_printed (void)
{
  set_manners ((HsPrinterManners){ .waits = TRUE });
  begin ();
  HS_LOOP_UNTIL (hs_printer_double_count_asked (printer, IPP_OP_GET_JOB_ATTRIBUTES) > 0);
  hs_printer_double_finish_job (printer, 101, IPP_JSTATE_COMPLETED, "none", 1);
  deliverer.stop (delivery);
  HS_LOOP_UNTIL (is_over);
  EXPECT_TOLD (WHOLE_WAY);
}

static void
stopping_what_printed_and_was_forgotten_is_uncertain (void)
{
  set_manners ((HsPrinterManners){ .forgets_jobs = TRUE });
  set_fault (IPP_OP_SEND_DOCUMENT, HS_FAULT_LATE, 0, 1);
  begin ();
  HS_LOOP_UNTIL (hs_printer_double_count_prints (printer) == 1);
  deliverer.stop (delivery);
  HS_LOOP_UNTIL (is_over);
  EXPECT_TOLD ("send-intent printer-accepted sending sending-broke outcome-unknown");
}

static void
stopping_a_job_that_is_forgotten_when_cancelled_ends_it (void)
{
  set_manners ((HsPrinterManners){ .waits = TRUE, .forgets_jobs = TRUE });
  begin ();
  HS_LOOP_UNTIL (hs_printer_double_count_asked (printer, IPP_OP_GET_JOB_ATTRIBUTES) > 1);
  deliverer.stop (delivery);
  HS_LOOP_UNTIL (is_over);
  EXPECT_TOLD ("send-intent printer-accepted sending sent not-printed");
  HS_ASSERT_INT_EQ (hs_printer_double_get_job (printer, 0).state, IPP_JSTATE_CANCELED);
}

static void
freeing_says_nothing_to_the_printer (void)
{
  set_manners ((HsPrinterManners){ .waits = TRUE });
  begin ();
  HS_LOOP_UNTIL (hs_printer_double_count_asked (printer, IPP_OP_GET_JOB_ATTRIBUTES) > 0);
  deliverer.free (delivery);
  delivery = NULL;
  hs_loop_turn ();
  HS_ASSERT_INT_EQ (hs_printer_double_count_asked (printer, IPP_OP_CANCEL_JOB), 0);
  HS_ASSERT (!is_over);
}

static void
freeing_in_any_phase_is_clean (void)
{
  static const ipp_op_t operations[]
      = { IPP_OP_GET_PRINTER_ATTRIBUTES, IPP_OP_VALIDATE_JOB, IPP_OP_CREATE_JOB,
          IPP_OP_SEND_DOCUMENT, IPP_OP_GET_JOB_ATTRIBUTES };

  for (gsize i = 0; i < G_N_ELEMENTS (operations); i++)
    {
      guint before = hs_printer_double_count_asked (printer, operations[i]);

      hs_printers_doubt (printers, &job->printer);
      set_fault (operations[i], HS_FAULT_LATE, 0, 1);
      g_string_truncate (told, 0);
      begin ();
      HS_LOOP_UNTIL (hs_printer_double_count_asked (printer, operations[i]) > before);
      deliverer.free (delivery);
      delivery = NULL;
      hs_loop_turn ();
      HS_ASSERT (!is_over);
    }
}

/* ── after a restart ───────────────────────────────────────────────────────────────────────── */

/* Brings a first delivery to @until, drops it, and puts the job where the ledger would have it. */
static void
crash_at (HsJobEvent until, HsDeliveryProgress progress)
{
  hold_at = until;
  begin ();
  HS_LOOP_UNTIL (is_held);
  deliverer.free (delivery);
  delivery = NULL;
  is_held = FALSE;
  hold_at = HS_EVENT_NONE;
  job->progress = progress;
  job->printer_job_id = progress >= HS_DELIVERY_ACCEPTED ? last.printer_job_id : 0;
  g_string_truncate (told, 0);
}

static void
a_restart_after_the_intent_without_a_job (void)
{
  crash_at (HS_EVENT_SEND_INTENT, HS_DELIVERY_INTENT);
  begin_and_wait ();
  EXPECT_TOLD ("not-printed");
  EXPECT_REASON (HS_REASON_PRINTER_UNREACHABLE);
  EXPECT_JOBS (0);
}

static void
a_restart_before_the_id_was_durable_finds_the_job (void)
{
  crash_at (HS_EVENT_PRINTER_ACCEPTED, HS_DELIVERY_INTENT);
  begin_and_wait ();
  EXPECT_TOLD ("printer-accepted sending sent printed");
  EXPECT_JOBS (1);
  EXPECT_PRINTS (1);
}

static void
a_restart_with_an_accepted_job_sends_the_document (void)
{
  crash_at (HS_EVENT_SENDING, HS_DELIVERY_ACCEPTED);
  begin_and_wait ();
  EXPECT_TOLD ("sending sent printed");
  EXPECT_JOBS (1);
  EXPECT_PRINTS (1);
}

static void
a_restart_without_the_key_cancels_the_empty_job (void)
{
  crash_at (HS_EVENT_SENDING, HS_DELIVERY_ACCEPTED);
  g_clear_pointer (&source, hs_document_source_unref);
  begin_and_wait ();
  EXPECT_TOLD ("not-printed");
  EXPECT_REASON (HS_REASON_KEY_LOCKED);
  HS_ASSERT_INT_EQ (hs_printer_double_get_job (printer, 0).state, IPP_JSTATE_CANCELED);
}

static void
a_restart_while_sending_cancels_and_is_a_no (void)
{
  crash_at (HS_EVENT_SENDING, HS_DELIVERY_SENDING);
  begin_and_wait ();
  EXPECT_TOLD ("not-printed");
  EXPECT_REASON (HS_REASON_PRINTER_UNREACHABLE);
  EXPECT_PRINTS (0);
  HS_ASSERT_INT_EQ (hs_printer_double_get_job (printer, 0).state, IPP_JSTATE_CANCELED);
  HS_ASSERT_INT_EQ (hs_printer_double_count_asked (printer, IPP_OP_SEND_DOCUMENT), 0);
}

static void
a_restart_before_sent_was_durable_counts_the_pages (void)
{
  set_manners ((HsPrinterManners){ .pages = 4 });
  job->impressions = 2;
  job->copies = 2;
  job->impressions_source = HS_COUNT_MEASURED;
  crash_at (HS_EVENT_SENT, HS_DELIVERY_SENDING);
  begin_and_wait ();
  EXPECT_TOLD ("printed");
  EXPECT_PRINTS (1);
}

static void
a_restart_before_sent_was_durable_without_a_count_is_uncertain (void)
{
  crash_at (HS_EVENT_SENT, HS_DELIVERY_SENDING);
  begin_and_wait ();
  EXPECT_TOLD ("outcome-unknown");
  EXPECT_PRINTS (1);
}

static void
a_restart_while_printing_waits_for_the_end (void)
{
  crash_at (HS_EVENT_SENT, HS_DELIVERY_SENT);
  g_clear_pointer (&source, hs_document_source_unref);
  begin_and_wait ();
  EXPECT_TOLD ("printed");
  EXPECT_PRINTS (1);
}

static void
a_restart_with_the_printer_gone_is_uncertain (void)
{
  crash_at (HS_EVENT_SENT, HS_DELIVERY_SENT);
  set_fault (IPP_OP_GET_JOB_ATTRIBUTES, HS_FAULT_DROP, 0, 1000);
  begin_and_wait ();
  EXPECT_TOLD ("outcome-unknown");
}

static void
a_restart_with_the_printer_unlisted_is_uncertain (void)
{
  crash_at (HS_EVENT_SENT, HS_DELIVERY_SENT);
  hs_printers_set_list (printers, NULL, NULL);
  begin_and_wait ();
  EXPECT_TOLD ("outcome-unknown");
}

static void
a_restart_with_another_key_is_uncertain (void)
{
  crash_at (HS_EVENT_SENT, HS_DELIVERY_SENT);
  g_clear_pointer (&http, hs_http_free);
  http = hs_http_new ();
  g_clear_pointer (&printers, hs_printers_free);
  printers = hs_printers_new (http, &(HsPrintersKeeper){ NULL, NULL },
                              &(HsPrinterPatience){ .lost_ms = 400 });
  set_list ();
  deliverer = hs_delivery_make_deliverer (printers);
  hs_printer_double_change_key (printer);
  begin_and_wait ();
  EXPECT_TOLD ("outcome-unknown");
  EXPECT_REASON (HS_REASON_PRINTER_UNTRUSTED);
}

/* ── printers that know Print-Job only ─────────────────────────────────────────────────────── */

static void
print_job_prints_once (void)
{
  g_autofree char *digest = digest_document (SMALL_BYTES);
  g_autofree char *log = NULL;

  set_manners ((HsPrinterManners){ .lacks_create_job = TRUE });
  begin_and_wait ();
  EXPECT_TOLD ("send-intent sending sent printed");
  EXPECT_PRINTS (1);
  HS_ASSERT_STR_EQ (hs_printer_double_get_job (printer, 0).sha256, digest);
  HS_ASSERT_INT_EQ (last.printer_job_id, 101);
  log = hs_printer_double_dup_log (printer);
  HS_ASSERT_STR_EQ (log, ASKED " Print-Job Get-Job-Attributes");
}

static void
a_lost_print_reply_is_found_by_the_tag (void)
{
  set_manners ((HsPrinterManners){ .lacks_create_job = TRUE });
  set_fault (IPP_OP_PRINT_JOB, HS_FAULT_LOSE_REPLY, 0, 1);
  begin_and_wait ();
  EXPECT_TOLD ("send-intent sending sending-broke printed");
  EXPECT_PRINTS (1);
  HS_ASSERT_INT_EQ (hs_printer_double_count_asked (printer, IPP_OP_PRINT_JOB), 1);
}

/* A Print-Job whose reply was lost, of a printer that has kept what came and waits for the rest. */
static void
lose_a_print_reply (void)
{
  set_manners ((HsPrinterManners){ .lacks_create_job = TRUE, .waits = TRUE });
  set_fault (IPP_OP_PRINT_JOB, HS_FAULT_LOSE_REPLY, 0, 1);
  hold_at = HS_EVENT_PRINTER_STATE;
  begin ();
  HS_LOOP_UNTIL (is_held || is_over);
  EXPECT_TOLD ("send-intent sending sending-broke printer-state");
  HS_ASSERT_INT_EQ (last.printer_job_id, 101);
  HS_ASSERT_INT_EQ (last.printer_job_state, IPP_JSTATE_PROCESSING);
  hs_printer_double_finish_job (printer, 101, IPP_JSTATE_PROCESSING, "job-incoming", 0);
}

static void
a_lost_print_reply_is_no_yes (void)
{
  lose_a_print_reply ();
  let_commit ();
  HS_LOOP_UNTIL (is_over);
  EXPECT_TOLD ("send-intent sending sending-broke printer-state not-printed");
  HS_ASSERT_INT_EQ (hs_printer_double_get_job (printer, 0).state, IPP_JSTATE_CANCELED);
}

static void
a_restart_after_a_lost_print_reply_ends (void)
{
  lose_a_print_reply ();
  deliverer.free (delivery);
  delivery = NULL;
  is_held = FALSE;
  job->progress = HS_DELIVERY_UNANSWERED;
  job->printer_job_id = last.printer_job_id;
  job->printer_job_state = last.printer_job_state;
  g_string_truncate (told, 0);
  hold_at = HS_EVENT_NONE;
  begin_and_wait ();
  HS_ASSERT_INT_EQ (hs_printer_double_get_job (printer, 0).state, IPP_JSTATE_CANCELED);
}

static void
a_lost_print_reply_of_a_forgetful_printer_is_uncertain (void)
{
  set_manners ((HsPrinterManners){ .lacks_create_job = TRUE, .forgets_jobs = TRUE });
  set_fault (IPP_OP_PRINT_JOB, HS_FAULT_LOSE_REPLY, 0, 1);
  begin_and_wait ();
  EXPECT_TOLD ("send-intent sending sending-broke outcome-unknown");
  HS_ASSERT_INT_EQ (hs_printer_double_count_asked (printer, IPP_OP_PRINT_JOB), 1);
}

static void
a_cut_print_job_is_cancelled (void)
{
  use_length (LARGE_BYTES);
  set_manners ((HsPrinterManners){ .lacks_create_job = TRUE, .keeps_cut_jobs = TRUE });
  set_fault (IPP_OP_PRINT_JOB, HS_FAULT_CUT, 1000000, 1);
  begin_and_wait ();
  EXPECT_TOLD ("send-intent sending sending-broke not-printed");
  HS_ASSERT_INT_EQ (hs_printer_double_get_job (printer, 0).state, IPP_JSTATE_CANCELED);
}

static void
a_refused_print_job_is_a_no (void)
{
  set_manners ((HsPrinterManners){ .lacks_create_job = TRUE });
  set_fault (IPP_OP_PRINT_JOB, HS_FAULT_STATUS, 0x0507, 1);
  begin_and_wait ();
  EXPECT_TOLD ("send-intent sending printer-busy");
}

static void
a_restart_within_print_job_finds_it (void)
{
  set_manners ((HsPrinterManners){ .lacks_create_job = TRUE });
  job->impressions = 1;
  job->impressions_source = HS_COUNT_MEASURED;
  crash_at (HS_EVENT_SENT, HS_DELIVERY_SENDING);
  job->printer_job_id = 0;
  begin_and_wait ();
  EXPECT_TOLD ("printed");
  EXPECT_PRINTS (1);
}

/* ── what was sent, and what the printer told last ─────────────────────────────────────────── */

static void
what_had_left_is_durable_before_anything_is_asked (void)
{
  use_length (LARGE_BYTES);
  set_manners ((HsPrinterManners){ .keeps_cut_jobs = TRUE });
  set_fault (IPP_OP_SEND_DOCUMENT, HS_FAULT_CUT, 1000000, 1);
  hold_at = HS_EVENT_SENDING_BROKE;
  begin ();
  HS_LOOP_UNTIL (is_held);
  HS_ASSERT (last.sent_bytes >= 1000000 && last.sent_bytes < LARGE_BYTES && !last.all_sent);
  hs_loop_turn ();
  HS_ASSERT_INT_EQ (hs_printer_double_count_asked (printer, IPP_OP_CANCEL_JOB), 0);
  let_commit ();
  HS_LOOP_UNTIL (is_over);
  HS_ASSERT_INT_EQ (hs_printer_double_count_asked (printer, IPP_OP_CANCEL_JOB), 1);
}

static void
a_new_state_of_the_printers_job_is_durable_before_it_is_asked_again (void)
{
  guint asked;

  set_manners ((HsPrinterManners){ .waits = TRUE });
  begin ();
  HS_LOOP_UNTIL (strstr (told->str, "sent") != NULL && last.event == HS_EVENT_SENT);
  HS_ASSERT_INT_EQ (last.printer_job_state, IPP_JSTATE_PROCESSING);
  HS_ASSERT_INT_EQ (last.sent_bytes, job->size_bytes);
  hold_at = HS_EVENT_PRINTER_STATE;
  hs_printer_double_finish_job (printer, 101, IPP_JSTATE_STOPPED, "printer-stopped", 0);
  HS_LOOP_UNTIL (is_held);
  HS_ASSERT_INT_EQ (last.printer_job_state, IPP_JSTATE_STOPPED);
  asked = hs_printer_double_count_asked (printer, IPP_OP_GET_JOB_ATTRIBUTES);
  hs_loop_turn ();
  HS_ASSERT_INT_EQ (hs_printer_double_count_asked (printer, IPP_OP_GET_JOB_ATTRIBUTES), asked);
  let_commit ();
  hs_printer_double_finish_job (printer, 101, IPP_JSTATE_COMPLETED, "none", 1);
  HS_LOOP_UNTIL (is_over);
  EXPECT_TOLD ("send-intent printer-accepted sending sent printer-state printed");
}

static void
a_restart_after_a_lost_answer_waits_for_the_end (void)
{
  set_manners ((HsPrinterManners){ .lacks_counts = TRUE });
  set_fault (IPP_OP_SEND_DOCUMENT, HS_FAULT_LOSE_REPLY, 0, 1);
  crash_at (HS_EVENT_SENDING_BROKE, HS_DELIVERY_UNANSWERED);
  HS_ASSERT (last.all_sent);
  HS_ASSERT_INT_EQ (last.sent_bytes, job->size_bytes);
  begin_and_wait ();
  EXPECT_TOLD ("printed");
  EXPECT_PRINTS (1);
  HS_ASSERT_INT_EQ (hs_printer_double_count_asked (printer, IPP_OP_CANCEL_JOB), 0);
}

static void
a_restart_after_a_cut_before_the_first_byte_is_a_no (void)
{
  set_manners ((HsPrinterManners){ .keeps_cut_jobs = TRUE, .lacks_counts = TRUE });
  crash_at (HS_EVENT_SENDING, HS_DELIVERY_CUT);
  job->sent_bytes = 0;
  begin_and_wait ();
  EXPECT_TOLD ("not-printed");
  HS_ASSERT_INT_EQ (hs_printer_double_get_job (printer, 0).state, IPP_JSTATE_CANCELED);
}

static void
another_job_under_the_printers_id_is_not_taken_for_ours (void)
{
  crash_at (HS_EVENT_SENT, HS_DELIVERY_SENT);
  memset (&job->id, 0xcd, sizeof job->id); /* the printer was restarted, and gave its id again */
  begin_and_wait ();
  EXPECT_TOLD ("outcome-unknown");
}

static void
another_job_under_the_printers_id_is_not_cancelled (void)
{
  set_manners ((HsPrinterManners){ .waits = TRUE });
  crash_at (HS_EVENT_SENT, HS_DELIVERY_SENDING);
  memset (&job->id, 0xcd, sizeof job->id);
  begin_and_wait ();
  EXPECT_TOLD ("outcome-unknown");
  HS_ASSERT_INT_EQ (hs_printer_double_count_asked (printer, IPP_OP_CANCEL_JOB), 0);
}

/* ── what an earlier try left ──────────────────────────────────────────────────────────────── */

/* A first delivery that ends without anybody knowing how, and leaves its job at the printer; then
 * the job as it is when a person has decided that it is to be printed again. */
static void
leave_a_stuck_job (void)
{
  use_length (LARGE_BYTES);
  set_manners ((HsPrinterManners){ .keeps_cut_jobs = TRUE });
  set_fault (IPP_OP_SEND_DOCUMENT, HS_FAULT_CUT, 1000000, 1);
  set_fault (IPP_OP_CANCEL_JOB, HS_FAULT_DROP, 0, 1000);
  begin_and_wait ();
  EXPECT_TOLD ("send-intent printer-accepted sending sending-broke outcome-unknown");
  HS_ASSERT (last.leaves_job);
  HS_ASSERT_INT_EQ (hs_printer_double_get_job (printer, 0).state, IPP_JSTATE_PROCESSING);
  deliverer.free (delivery);
  delivery = NULL;
  set_fault (IPP_OP_CANCEL_JOB, HS_FAULT_NONE, 0, 0);
  job->left_printer = job->printer;
  job->left_job_id = last.printer_job_id;
  job->intents = 1;
  is_over = FALSE;
  g_string_truncate (told, 0);
}

static void
a_stuck_job_is_cancelled_before_the_document_goes_again (void)
{
  leave_a_stuck_job ();
  hold_at = HS_EVENT_SEND_INTENT;
  begin ();
  HS_LOOP_UNTIL (is_held);
  HS_ASSERT (last.swept);
  EXPECT_JOBS (1);
  HS_ASSERT_INT_EQ (hs_printer_double_get_job (printer, 0).state, IPP_JSTATE_CANCELED);
  let_commit ();
  HS_LOOP_UNTIL (is_over);
  EXPECT_TOLD (WHOLE_WAY);
  EXPECT_PRINTS (1);
  EXPECT_JOBS (2);
}

static void
a_stuck_job_that_stays_keeps_the_document_back (void)
{
  leave_a_stuck_job ();
  set_fault (IPP_OP_CANCEL_JOB, HS_FAULT_STATUS, 0x0404, 1000);
  begin_and_wait ();
  EXPECT_TOLD ("printer-refused");
  EXPECT_SAID ("stuck");
  EXPECT_JOBS (1);
}

static void
a_printer_that_cannot_be_asked_what_is_left_gets_nothing (void)
{
  leave_a_stuck_job ();
  set_fault (IPP_OP_GET_JOBS, HS_FAULT_DROP, 0, 1000);
  begin_and_wait ();
  EXPECT_TOLD ("printer-busy");
  EXPECT_JOBS (1);
}

static void
a_stuck_job_at_a_printer_that_is_gone_keeps_nobody_waiting (void)
{
  leave_a_stuck_job ();
  memset (&job->left_printer, 9, sizeof job->left_printer);
  begin_and_wait ();
  EXPECT_TOLD (WHOLE_WAY);
  EXPECT_PRINTS (1);
}

static void
an_old_job_of_an_earlier_release_proves_nothing (void)
{
  set_manners ((HsPrinterManners){ .lacks_create_job = TRUE });
  begin_and_wait ();
  EXPECT_TOLD ("send-intent sending sent printed");
  deliverer.free (delivery);
  delivery = NULL;
  is_over = FALSE;
  g_string_truncate (told, 0);
  job->intents = 2;
  set_fault (IPP_OP_PRINT_JOB, HS_FAULT_DROP, 0, 1);
  begin_and_wait ();
  EXPECT_TOLD ("send-intent sending sending-broke outcome-unknown");
}

HS_SUITE_WITH (
    "delivery",
    set_up,
    tear_down,
    { "what the release changed is what the printer is asked for",
      what_the_release_changed_is_what_the_printer_is_asked_for },
    { "a printer without what the release changed gets nothing",
      a_printer_without_what_the_release_changed_gets_nothing },
    { "a document is printed once, byte for byte, under its public name",
      a_document_is_printed_once },
    { "progress grows to the whole before the event, and is not told for each piece",
      progress_grows_to_the_whole_before_the_event_and_not_for_each_piece },
    { "the next job finds a warm connection and fresh capabilities",
      a_printer_asked_just_now_is_not_asked_again },
    { "nothing is created before the intent is durable",
      nothing_is_created_before_the_intent_is_durable },
    { "nothing is sent before the printer's id is durable",
      nothing_is_sent_before_the_id_is_durable },
    { "no byte leaves before SENDING is durable", no_byte_leaves_before_sending_is_durable },
    { "the end is asked for after SENT is durable", the_end_is_asked_after_sent_is_durable },
    { "a printer that speaks IPP 1.1 only is understood", an_old_printer_is_understood },
    { "a printer in error gets nothing and says why", a_printer_in_error_gets_nothing },
    { "a busy printer is busy", a_busy_printer_is_busy },
    { "a printer may say that it is busy at Create-Job", a_busy_printer_may_say_so_late },
    { "a refusal says what to do next", refusals_say_what_to_do },
    { "a login asked for by HTTP is not given", a_login_is_not_given },
    { "a login asked for by IPP is not given", a_login_asked_by_ipp_is_not_given },
    { "a changed key stops everything with both fingerprints",
      a_changed_key_stops_with_both_fingerprints },
    { "a printer that does not answer will be tried again",
      a_printer_that_is_off_will_be_tried_again },
    { "a printer that nobody listed gets nothing", an_unknown_printer_gets_nothing },
    { "a format that the printer lacks is refused", a_format_it_lacks_is_refused },
    { "garbage is no printer", garbage_is_no_printer },
    { "a damaged document makes no job at the printer", a_damaged_document_makes_no_job },
    { "a locked document makes no job at the printer", a_locked_document_makes_no_job },
    { "a lost Create-Job reply is found by the tag", a_lost_create_reply_is_found_by_the_tag },
    { "a Create-Job that never came is a certain no", a_create_that_never_came_is_a_certain_no },
    { "a cut upload that the printer aborts is a certain no",
      a_cut_upload_that_the_printer_aborts_is_a_certain_no },
    { "a cut upload is cancelled at the printer", a_cut_upload_is_cancelled_at_the_printer },
    { "a cut upload at a printer that does not count is uncertain",
      a_cut_upload_of_a_printer_that_does_not_count_is_uncertain },
    { "a cut upload that was printed is uncertain", a_cut_upload_that_printed_is_uncertain },
    { "a lost Send-Document reply does not print twice", a_lost_send_reply_does_not_print_twice },
    { "a document that the printer refuses is cleaned up", a_refused_document_is_cleaned_up },
    { "a document found damaged on the way is cancelled and not tried again",
      a_document_damaged_on_the_way_is_cancelled },
    { "completed with errors is printed, with a word", completed_with_errors_is_printed },
    { "what was cancelled at the panel is not tried again",
      cancelled_at_the_panel_is_not_tried_again },
    { "aborted without paper is a no with the printer's reasons", aborted_without_paper_is_a_no },
    { "aborted with paper is uncertain", aborted_with_paper_is_uncertain },
    { "a printer that forgets its jobs leaves it uncertain",
      a_printer_that_forgets_leaves_it_uncertain },
    { "a printer that vanishes leaves it uncertain", a_printer_that_vanishes_leaves_it_uncertain },
    { "a short silence is waited out", a_short_silence_is_waited_out },
    { "what holds the printer up is told, and its end", what_holds_the_printer_up_is_told },
    { "stopping before Create-Job makes no job", stopping_before_create_job_makes_no_job },
    { "stopping before the document cancels the job",
      stopping_before_the_document_cancels_the_job },
    { "stopping at the last moment sends nothing", stopping_at_the_last_moment_sends_nothing },
    { "stopping an upload breaks it off and cancels", stopping_an_upload_breaks_it_off },
    { "stopping a printing job cancels it at the printer", stopping_a_printing_job_cancels_it },
    { "a cancel that the printer ignores ends, and is uncertain",
      a_cancel_that_the_printer_ignores_ends_uncertain },
    { "a cut document that the printer will not give up ends, and is uncertain",
      a_cut_document_that_the_printer_will_not_give_up_is_uncertain },
    { "stopping too late is printed", stopping_too_late_is_printed },
    { "stopping what printed and was forgotten is uncertain",
      stopping_what_printed_and_was_forgotten_is_uncertain },
    { "stopping a job that is forgotten when cancelled ends it",
      stopping_a_job_that_is_forgotten_when_cancelled_ends_it },
    { "freeing says nothing to the printer", freeing_says_nothing_to_the_printer },
    { "freeing in any phase is clean", freeing_in_any_phase_is_clean },
    { "restart after the intent: no job, a certain no", a_restart_after_the_intent_without_a_job },
    { "restart before the id was durable: the job is found and gets its document",
      a_restart_before_the_id_was_durable_finds_the_job },
    { "restart with an accepted job: it gets its document",
      a_restart_with_an_accepted_job_sends_the_document },
    { "restart without the key: the empty job is cancelled",
      a_restart_without_the_key_cancels_the_empty_job },
    { "restart while sending: cancelled, a certain no",
      a_restart_while_sending_cancels_and_is_a_no },
    { "restart before SENT was durable: the printer's count decides",
      a_restart_before_sent_was_durable_counts_the_pages },
    { "restart before SENT was durable, nothing counted: uncertain",
      a_restart_before_sent_was_durable_without_a_count_is_uncertain },
    { "restart while printing: waits for the end", a_restart_while_printing_waits_for_the_end },
    { "restart with the printer gone: uncertain", a_restart_with_the_printer_gone_is_uncertain },
    { "restart with the printer unlisted: uncertain",
      a_restart_with_the_printer_unlisted_is_uncertain },
    { "restart with another key: uncertain", a_restart_with_another_key_is_uncertain },
    { "a printer without Create-Job prints once", print_job_prints_once },
    { "a lost Print-Job reply is found by the tag", a_lost_print_reply_is_found_by_the_tag },
    { "a lost Print-Job reply is no yes, though the printer has the job",
      a_lost_print_reply_is_no_yes },
    { "restart after a lost Print-Job reply: what waits for the rest is cancelled",
      a_restart_after_a_lost_print_reply_ends },
    { "a lost Print-Job reply of a forgetful printer is uncertain",
      a_lost_print_reply_of_a_forgetful_printer_is_uncertain },
    { "a cut Print-Job is cancelled at the printer", a_cut_print_job_is_cancelled },
    { "a refused Print-Job is a no", a_refused_print_job_is_a_no },
    { "restart within Print-Job: found by the tag", a_restart_within_print_job_finds_it },
    { "what had left is durable before anything is asked",
      what_had_left_is_durable_before_anything_is_asked },
    { "a new state of the printer's job is durable before it is asked again",
      a_new_state_of_the_printers_job_is_durable_before_it_is_asked_again },
    { "restart after a lost answer: waits for the end",
      a_restart_after_a_lost_answer_waits_for_the_end },
    { "restart after a cut before the first byte: a certain no",
      a_restart_after_a_cut_before_the_first_byte_is_a_no },
    { "another job under the printer's id is not taken for ours",
      another_job_under_the_printers_id_is_not_taken_for_ours },
    { "another job under the printer's id is not cancelled",
      another_job_under_the_printers_id_is_not_cancelled },
    { "a stuck job is cancelled before the document goes again",
      a_stuck_job_is_cancelled_before_the_document_goes_again },
    { "a stuck job that stays keeps the document back",
      a_stuck_job_that_stays_keeps_the_document_back },
    { "a printer that cannot be asked what is left gets nothing",
      a_printer_that_cannot_be_asked_what_is_left_gets_nothing },
    { "a stuck job at a printer that is gone keeps nobody waiting",
      a_stuck_job_at_a_printer_that_is_gone_keeps_nobody_waiting },
    { "an old job of an earlier release proves nothing",
      an_old_job_of_an_earlier_release_proves_nothing })
