/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* A job that was given up, against the printer that may still have it. */

#include "engine/delivery/take_back.h"

#include "base/error.h"
#include "net/printer_client.h"
#include "support/loop.h"
#include "support/printer_double.h"
#include "support/suite.h"

#define OURS "Document ababab"
#define PROCESSING 5
#define CANCELED 7

static HsHttp *http;
static HsPrinters *printers;
static HsPrinterDouble *printer;
static HsJob *job;
static GCancellable *cancellable;

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
use_patience (guint lost_ms)
{
  const HsPrinterPatience patience
      = { .connect_timeout_ms = 5000, .answer_timeout_ms = 10000, .lost_ms = lost_ms };
  const HsPrintersKeeper keeper = { NULL, NULL };

  g_clear_pointer (&printers, hs_printers_free);
  printers = hs_printers_new (http, &keeper, &patience);
  set_list ();
}

static void
set_up (void)
{
  const HsPrinterManners manners = { .waits = TRUE };

  http = hs_http_new ();
  printer = hs_printer_double_new ();
  hs_printer_double_set_manners (printer, &manners);
  use_patience (60 * 1000);
  job = hs_job_new ();
  memset (&job->id, 0xab, sizeof job->id);
  memset (&job->left_printer, 7, sizeof job->left_printer);
  cancellable = g_cancellable_new ();
}

static void
tear_down (void)
{
  g_clear_pointer (&printers, hs_printers_free);
  g_clear_pointer (&http, hs_http_free);
  while (g_main_context_iteration (NULL, FALSE))
    continue;
  g_clear_pointer (&printer, hs_printer_double_free);
  g_clear_pointer (&job, hs_job_free);
  g_clear_object (&cancellable);
}

/* ── what is at the printer ──────────────────────────────────────────────────────────────── */

/* A document that it has and does not print yet; its job-id. */
static guint32
leave (const char *name)
{
  static const char document[] = "%PDF-1.4 of somebody";
  g_autoptr (GPtrArray) routes
      = hs_printers_dup_routes (printers, &job->left_printer, g_get_real_time (), NULL);
  const HsPrinterPatience patience = { 0 };
  g_autoptr (HsPrinterClient) client
      = hs_printer_client_new (http, g_steal_pointer (&routes), &patience);
  g_autoptr (GBytes) first = g_bytes_new_static (document, sizeof document - 1);
  HsByteQueue *rest = hs_byte_queue_new (1024, NULL);
  HsIppOffer offer = { name, "application/pdf", NULL, sizeof document - 1, 0 };
  HsPrinterAsk ask = { .question = HS_ASK_PRINT, .offer = &offer, .first = first, .rest = rest };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (HsPrinterAnswer) answer = NULL;

  hs_byte_queue_complete (rest);
  hs_printer_client_ask_async (client, &ask, NULL, hs_loop_store_result, &result);
  HS_LOOP_UNTIL (result != NULL);
  answer = hs_printer_client_ask_finish (result, NULL, NULL);
  hs_byte_queue_unref (rest);
  HS_ASSERT (answer != NULL && answer->verdict == HS_IPP_DONE);
  return hs_ipp_reply_get_job (answer->reply)->id;
}

static int
state_of (guint index)
{
  return hs_printer_double_get_job (printer, index).state;
}

static void
expect_cancels (guint count)
{
  HS_ASSERT_INT_EQ (hs_printer_double_count_asked (printer, IPP_OP_CANCEL_JOB), count);
}

/* What the story says then. */
static char *
take_back (void)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  char *sentence = NULL;

  hs_take_back_async (printers, job, cancellable, hs_loop_store_result, &result);
  HS_LOOP_UNTIL (result != NULL);
  sentence = hs_take_back_finish (result, &error);
  HS_ASSERT_NO_ERROR (error);
  return sentence;
}

static void
expect_said (const char *sentence, const char *words)
{
  if (strstr (sentence, words) == NULL)
    HS_ASSERT_STR_EQ (sentence, words);
}

/* ── stories ─────────────────────────────────────────────────────────────────────────────── */

static void
a_stuck_job_is_cancelled_at_the_printer (void)
{
  job->left_job_id = leave (OURS);
  HS_ASSERT_INT_EQ (state_of (0), PROCESSING);
  g_autofree char *said = take_back ();
  HS_ASSERT_STR_EQ (said, "Floor 2: the document was cancelled there");
  HS_ASSERT_INT_EQ (state_of (0), CANCELED);
  expect_cancels (1);
  hs_printer_double_finish_all (printer);
  HS_ASSERT_INT_EQ (hs_printer_double_get_job (printer, 0).state, CANCELED);
}

static void
it_is_found_by_its_name_where_the_job_id_is_not_known (void)
{
  (void)leave ("Document cdcdcd");
  (void)leave (OURS);
  g_autofree char *said = take_back ();
  HS_ASSERT_STR_EQ (said, "Floor 2: the document was cancelled there");
  HS_ASSERT_INT_EQ (state_of (0), PROCESSING);
  HS_ASSERT_INT_EQ (state_of (1), CANCELED);
}

static void
what_two_tries_left_is_all_cancelled (void)
{
  (void)leave (OURS);
  job->left_job_id = leave (OURS);
  g_autofree char *said = take_back ();
  HS_ASSERT_STR_EQ (said, "Floor 2: the document was cancelled there");
  HS_ASSERT_INT_EQ (state_of (0), CANCELED);
  HS_ASSERT_INT_EQ (state_of (1), CANCELED);
}

static void
a_printer_that_has_nothing_is_asked_and_believed (void)
{
  g_autofree char *nothing = take_back ();

  HS_ASSERT_STR_EQ (nothing, "Floor 2: it has nothing of the document any more");
  job->left_job_id = 77;
  g_autofree char *unknown = take_back ();
  HS_ASSERT_STR_EQ (unknown, "Floor 2: it has nothing of the document any more");
  expect_cancels (0);
}

static void
somebody_elses_job_under_our_job_id_is_left_alone (void)
{
  job->left_job_id = leave ("Document cdcdcd");
  g_autofree char *said = take_back ();
  HS_ASSERT_STR_EQ (said, "Floor 2: it has nothing of the document any more");
  HS_ASSERT_INT_EQ (state_of (0), PROCESSING);
  expect_cancels (0);
}

static void
a_lost_answer_is_asked_again (void)
{
  job->left_job_id = leave (OURS);
  hs_printer_double_set_fault (printer, IPP_OP_GET_JOBS, HS_FAULT_DROP, 0, 1);
  hs_printer_double_set_fault (printer, IPP_OP_CANCEL_JOB, HS_FAULT_LOSE_REPLY, 0, 1);
  g_autofree char *said = take_back ();
  HS_ASSERT_INT_EQ (state_of (0), CANCELED);
  /* The answer to the cancel was lost: all that is known is that it is gone. */
  HS_ASSERT_STR_EQ (said, "Floor 2: it has nothing of the document any more");
}

static void
a_printer_without_lists_is_asked_for_the_job (void)
{
  hs_printer_double_set_fault (printer, IPP_OP_GET_JOBS, HS_FAULT_STATUS,
                               IPP_STATUS_ERROR_OPERATION_NOT_SUPPORTED, 100);
  g_autofree char *nothing = take_back ();
  expect_said (nothing, "it could not be told");
  job->left_job_id = leave (OURS);
  g_autofree char *said = take_back ();
  HS_ASSERT_STR_EQ (said, "Floor 2: the document was cancelled there");
  HS_ASSERT_INT_EQ (state_of (0), CANCELED);
}

static void
a_printer_that_will_not_cancel_is_not_asked_for_ever (void)
{
  use_patience (300);
  job->left_job_id = leave (OURS);
  hs_printer_double_set_fault (printer, IPP_OP_CANCEL_JOB, HS_FAULT_STATUS,
                               IPP_STATUS_ERROR_NOT_POSSIBLE, 1000);
  g_autofree char *said = take_back ();
  expect_said (said, "Floor 2: it could not be told that the document was cancelled; ");
  expect_said (said, "cancel it at its panel");
  HS_ASSERT_INT_EQ (state_of (0), PROCESSING);
}

static void
a_printer_that_cannot_be_reached_ends_it_in_time (void)
{
  use_patience (300);
  (void)leave (OURS);
  g_clear_pointer (&printer, hs_printer_double_free);
  g_autofree char *said = take_back ();
  expect_said (said, "Floor 2: it could not be told that the document was cancelled; ");
}

static void
a_printer_with_another_key_is_told_nothing (void)
{
  job->left_job_id = leave (OURS);
  hs_printer_double_change_key (printer);
  hs_printer_double_set_fault (printer, IPP_OP_GET_JOBS, HS_FAULT_DROP, 0, 1);
  g_autofree char *said = take_back ();
  expect_said (said, "it could not be told");
  expect_cancels (0);
}

static void
a_printer_that_nobody_trusts_any_more_ends_it_at_once (void)
{
  g_autoptr (HsPrinterList) nobody = hs_printer_list_new ();

  nobody->version = 2;
  nobody->expires_us = g_get_real_time () + G_TIME_SPAN_HOUR;
  hs_printers_set_list (printers, nobody, NULL);
  g_autofree char *said = take_back ();
  expect_said (said, "The printer: it could not be told");
}

static void
a_stopping_agent_waits_for_no_pause (void)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  job->left_job_id = leave (OURS);
  hs_printer_double_set_fault (printer, IPP_OP_CANCEL_JOB, HS_FAULT_STATUS,
                               IPP_STATUS_ERROR_NOT_POSSIBLE, 1000);
  hs_take_back_async (printers, job, cancellable, hs_loop_store_result, &result);
  HS_LOOP_UNTIL (hs_printer_double_count_asked (printer, IPP_OP_CANCEL_JOB) >= 2);
  g_cancellable_cancel (cancellable);
  HS_LOOP_UNTIL (result != NULL);
  HS_ASSERT (hs_take_back_finish (result, &error) == NULL);
  HS_ASSERT_ERROR (error, HS_ERROR_CANCELLED);
}

HS_SUITE_WITH ("take back",
               set_up,
               tear_down,
               { "a stuck job is cancelled at the printer",
                 a_stuck_job_is_cancelled_at_the_printer },
               { "it is found by its name where the job-id is not known",
                 it_is_found_by_its_name_where_the_job_id_is_not_known },
               { "what two tries left is all cancelled", what_two_tries_left_is_all_cancelled },
               { "a printer that has nothing is asked and believed",
                 a_printer_that_has_nothing_is_asked_and_believed },
               { "somebody else's job under our job-id is left alone",
                 somebody_elses_job_under_our_job_id_is_left_alone },
               { "a lost answer is asked again", a_lost_answer_is_asked_again },
               { "a printer without lists is asked for the job",
                 a_printer_without_lists_is_asked_for_the_job },
               { "a printer that will not cancel is not asked for ever",
                 a_printer_that_will_not_cancel_is_not_asked_for_ever },
               { "a printer that cannot be reached ends it in time",
                 a_printer_that_cannot_be_reached_ends_it_in_time },
               { "a printer with another key is told nothing",
                 a_printer_with_another_key_is_told_nothing },
               { "a printer that nobody trusts any more ends it at once",
                 a_printer_that_nobody_trusts_any_more_ends_it_at_once },
               { "a stopping agent waits for no pause", a_stopping_agent_waits_for_no_pause })
