/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Brings one job to one printer and may be killed at any moment; for deliver.py.
 *
 * usage: deliver make FOLDER NUMBER BYTES
 *        deliver run FOLDER URI PIN-HEX
 *        deliver blind FOLDER URI PIN-HEX
 *
 * make seals a document into FOLDER and writes the job's row. run goes on where the row says, writes
 * each event into the row before the delivery goes on, and prints it: "at EVENT", or "over EVENT" for
 * the last one. blind starts from the beginning whatever the row says: what deliver.py has to find
 * out.
 *
 * The row is this test's own: one file, replaced as a whole. */

#include "crypto/x25519.h"
#include "engine/delivery/delivery.h"
#include "engine/delivery/document_source_private.h"
#include "seal/seal_writer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct
{
  HsId id;
  guint64 size_bytes;
  guint64 sealed_bytes;
  guint8 header_mac[HS_JOB_MAC_BYTES];
  guint8 stanza_digest[HS_JOB_DIGEST_BYTES];
  guint8 key[HS_X25519_BYTES];
  gint32 progress;
  guint32 printer_job_id;
  guint64 sent_bytes;
  gint32 last_event; /* of an attempt that is over; said again when asked again */
} Row;

static Row row;
static char *row_path;
static HsDeliverer deliverer;
static gpointer delivery;
static gboolean is_over;
static int workers;

static void
die (const char *what, const GError *error)
{
  fprintf (stderr, "%s: %s\n", what, error == NULL ? "" : error->message);
  exit (1);
}

static void
store_row (void)
{
  g_autoptr (GError) error = NULL;

  if (!g_file_set_contents (row_path, (const char *)&row, sizeof row, &error))
    die ("row", error);
}

static void
load_row (void)
{
  g_autofree char *bytes = NULL;
  g_autoptr (GError) error = NULL;
  gsize length = 0;

  if (!g_file_get_contents (row_path, &bytes, &length, &error) || length != sizeof row)
    die ("row", error);
  memcpy (&row, bytes, sizeof row);
}

static void
make_job (HsSpool *spool, int number, guint64 length)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HsJob) job = hs_job_new ();
  g_autoptr (HsSealPlan) plan = NULL;
  g_autoptr (HsSealWriter) writer = NULL;
  g_autoptr (HsSealFacts) facts = NULL;
  g_autoptr (HsSecretBytes) key = NULL;
  guint8 public_key[HS_X25519_BYTES];
  g_autofree guint8 *bytes = g_malloc0 (length);
  HsSpoolPart *part;

  row.id.bytes[13] = (guint8)(number >> 16);
  row.id.bytes[14] = (guint8)(number >> 8);
  row.id.bytes[15] = (guint8)number;
  plan = hs_seal_plan_new (&row.id, &row.id, &row.id);
  key = hs_x25519_generate (public_key, &error);
  part = hs_spool_create (spool, &row.id, &error);
  if (key == NULL || part == NULL)
    die ("spool", error);
  hs_seal_plan_set_owner_key (plan, public_key);
  writer = hs_seal_writer_new (plan, hs_spool_part_get_stream (part), &error);
  if (writer == NULL || !hs_seal_writer_write (writer, bytes, length, &error))
    die ("seal", error);
  facts = hs_seal_writer_finish (writer, &error);
  if (facts == NULL || !hs_spool_part_commit (part, &error))
    die ("seal", error);
  hs_spool_part_free (part);
  row.size_bytes = length;
  row.sealed_bytes = facts->sealed_bytes;
  memcpy (row.header_mac, facts->header_mac, sizeof row.header_mac);
  memcpy (row.stanza_digest, facts->stanza_digest, sizeof row.stanza_digest);
  memcpy (row.key, hs_secret_bytes_peek (key), sizeof row.key);
  store_row ();
}

/* The driver waits for these lines, to kill us between two of them. */
static void
say (const char *where, HsJobEvent event)
{
  printf ("%s %s\n", where, hs_job_event_to_keyword (event));
  fflush (stdout);
}

static void
on_news (const HsDeliveryNews *news, gpointer user_data)
{
  static const HsDeliveryProgress progress[HS_EVENT_N_EVENTS]
      = { [HS_EVENT_SEND_INTENT] = HS_DELIVERY_INTENT,
          [HS_EVENT_PRINTER_ACCEPTED] = HS_DELIVERY_ACCEPTED,
          [HS_EVENT_SENDING] = HS_DELIVERY_SENDING,
          [HS_EVENT_SENT] = HS_DELIVERY_SENT };

  if (news->event == HS_EVENT_SENDING_BROKE)
    row.progress = news->all_sent ? HS_DELIVERY_UNANSWERED : HS_DELIVERY_CUT;
  else if (news->event != HS_EVENT_PRINTER_STATE)
    row.progress = (gint32)progress[news->event];
  is_over = row.progress == HS_DELIVERY_NONE;
  row.sent_bytes = news->sent_bytes;
  row.printer_job_id = is_over ? 0 : news->printer_job_id;
  row.last_event = is_over ? (gint32)news->event : HS_EVENT_NONE;
  store_row ();
  say (is_over ? "over" : "at", news->event);
  if (!is_over)
    deliverer.committed (delivery);
}

static HsPrinters *
list_printer (HsHttp *http, const char *uri, const char *pin_hex)
{
  const HsPrintersKeeper keeper = { NULL, NULL };
  const HsPrinterPatience patience = { .lost_ms = 2000 };
  g_autoptr (HsPrinterList) list = hs_printer_list_new ();
  HsPrinterEntry *entry = g_new0 (HsPrinterEntry, 1);
  HsPrinters *printers = hs_printers_new (http, &keeper, &patience);

  list->version = 1;
  list->expires_us = g_get_real_time () + G_TIME_SPAN_DAY;
  entry->uuid.bytes[0] = 1;
  entry->name = g_strdup ("Double");
  entry->uris = g_new0 (char *, 2);
  entry->uris[0] = g_strdup (uri);
  entry->pins = g_new0 (HsPrinterPin, 1);
  entry->n_pins = 1;
  for (gsize i = 0; i < HS_PRINTER_PIN_BYTES; i++)
    entry->pins[0].bytes[i] = (guint8)(g_ascii_xdigit_value (pin_hex[2 * i]) << 4
                                       | g_ascii_xdigit_value (pin_hex[2 * i + 1]));
  g_ptr_array_add (list->printers, entry);
  hs_printers_set_list (printers, list, NULL);
  return printers;
}

static void
on_worker_begins (gpointer data)
{
  workers++;
}

static void
on_worker_ends (gpointer data)
{
  workers--;
}

static void
deliver (HsSpool *spool, const char *uri, const char *pin_hex)
{
  g_autoptr (HsHttp) http = hs_http_new ();
  g_autoptr (HsPrinters) printers = list_printer (http, uri, pin_hex);
  g_autoptr (HsJob) job = hs_job_new ();
  g_autoptr (HsSecretBytes) key = hs_secret_bytes_new_copy (row.key, sizeof row.key);

  job->id = row.id;
  job->printer.bytes[0] = 1;
  job->format = g_strdup ("application/pdf");
  job->size_bytes = row.size_bytes;
  job->sealed_bytes = row.sealed_bytes;
  memcpy (job->header_mac, row.header_mac, sizeof row.header_mac);
  memcpy (job->stanza_digest, row.stanza_digest, sizeof row.stanza_digest);
  job->progress = (HsDeliveryProgress)row.progress;
  job->printer_job_id = row.printer_job_id;
  job->sent_bytes = row.sent_bytes;
  job->intents = row.progress == HS_DELIVERY_NONE ? 0 : 1;
  deliverer = hs_delivery_make_deliverer (printers);
  delivery = deliverer.begin (deliverer.data, job,
                              hs_document_source_new (spool, job, hs_seal_opening_new_key (key),
                                                      on_worker_begins, on_worker_ends, NULL),
                              on_news, NULL);
  while (!is_over)
    g_main_context_iteration (NULL, TRUE);
  deliverer.free (delivery);
  while (workers > 0)
    g_main_context_iteration (NULL, TRUE);
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  HsSpool *spool;

  if (argc != 5)
    return 2;
  row_path = g_build_filename (argv[2], "row", NULL);
  spool = hs_spool_open (argv[2], 0, &error);
  if (spool == NULL)
    die ("spool", error);
  if (strcmp (argv[1], "make") == 0)
    {
      make_job (spool, atoi (argv[3]), g_ascii_strtoull (argv[4], NULL, 10));
      return 0;
    }
  load_row ();
  if (row.last_event != HS_EVENT_NONE)
    {
      say ("over", (HsJobEvent)row.last_event);
      return 0;
    }
  if (strcmp (argv[1], "blind") == 0)
    row.progress = HS_DELIVERY_NONE;
  deliver (spool, argv[3], argv[4]);
  return 0;
}
