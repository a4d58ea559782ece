/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Seals a document of known bytes into a spool and delivers it with the real delivery; for
 * real_printer.py.
 *
 * usage: deliver_tool probe URI
 *        deliver_tool send URI PIN-HEX BYTES FOLDER [TIMES]
 *
 * probe prints the fingerprint. send prints one line per event ("event <keyword> <sentence>"), then
 * "sha256 <hex>", "ms <from begin to SENDING> <to the end>" for each delivery, and at the end
 * "peak-kib <resident set>". */

#include "crypto/x25519.h"
#include "engine/delivery/delivery.h"
#include "engine/delivery/document_source_private.h"
#include "engine/printers/printer_approval.h"
#include "seal/seal_writer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PIECE_BYTES (64 * 1024)

static HsHttp *http;
static HsPrinters *printers;
static HsDeliverer deliverer;
static gpointer delivery;
static gboolean is_over;
static gint64 begun_us;
static gint64 sending_us;

static void
die (const char *what, const GError *error)
{
  fprintf (stderr, "%s: %s\n", what, error == NULL ? "" : error->message);
  exit (1);
}

/* ── probe ─────────────────────────────────────────────────────────────────────────────────── */

static void
on_probed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  guint8 spki[HS_HTTP_SPKI_BYTES];
  g_autoptr (GError) error = NULL;

  if (!hs_printer_probe_finish (result, spki, &error))
    die ("probe", error);
  for (gsize i = 0; i < sizeof spki; i++)
    printf ("%02x", spki[i]);
  printf ("\n");
  is_over = TRUE;
}

/* ── send ──────────────────────────────────────────────────────────────────────────────────── */

static void
on_news (const HsDeliveryNews *news, gpointer user_data)
{
  printf ("event %s %s\n", hs_job_event_to_keyword (news->event),
          news->sentence == NULL ? "" : news->sentence);
  if (news->event == HS_EVENT_SENDING)
    sending_us = g_get_monotonic_time ();
  is_over = news->event == HS_EVENT_PRINTER_BUSY || news->event == HS_EVENT_PRINTER_REFUSED
            || news->event == HS_EVENT_PRINTED || news->event == HS_EVENT_NOT_PRINTED
            || news->event == HS_EVENT_OUTCOME_UNKNOWN || news->event == HS_EVENT_DAMAGED;
  if (is_over)
    printf ("count %d %u %u\n", news->counted, news->impressions, news->sheets);
  else
    deliverer.committed (delivery);
}

static int workers;

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

/* Seals @length bytes piece by piece and fills @job. Returns the key that opens it. */
static HsSecretBytes *
seal (HsSpool *spool, HsJob *job, guint64 length)
{
  guint8 public_key[HS_X25519_BYTES];
  g_autoptr (GError) error = NULL;
  g_autoptr (HsSealPlan) plan = hs_seal_plan_new (&job->owner, &job->id, &job->owner);
  g_autoptr (GChecksum) sha256 = g_checksum_new (G_CHECKSUM_SHA256);
  g_autofree guint8 *piece = g_malloc (PIECE_BYTES);
  HsSecretBytes *key = hs_x25519_generate (public_key, &error);
  HsSpoolPart *part = hs_spool_create (spool, &job->id, &error);
  g_autoptr (HsSealWriter) writer = NULL;
  g_autoptr (HsSealFacts) facts = NULL;

  if (key == NULL || part == NULL)
    die ("spool", error);
  hs_seal_plan_set_owner_key (plan, public_key);
  writer = hs_seal_writer_new (plan, hs_spool_part_get_stream (part), &error);
  for (guint64 done = 0; writer != NULL && done < length; done += PIECE_BYTES)
    {
      gsize size = (gsize)MIN (PIECE_BYTES, length - done);

      memset (piece, (int)(done / PIECE_BYTES * 7 % 251), size);
      memcpy (piece, &done, MIN (size, sizeof done));
      g_checksum_update (sha256, piece, (gssize)size);
      if (!hs_seal_writer_write (writer, piece, size, &error))
        die ("seal", error);
    }
  facts = writer == NULL ? NULL : hs_seal_writer_finish (writer, &error);
  if (facts == NULL || !hs_spool_part_commit (part, &error))
    die ("seal", error);
  hs_seal_facts_apply (facts, job);
  hs_spool_part_free (part);
  printf ("sha256 %s\n", g_checksum_get_string (sha256));
  return key;
}

static void
list_printer (const char *uri, const char *pin_hex, const HsId *uuid)
{
  g_autoptr (HsPrinterList) list = hs_printer_list_new ();
  HsPrinterEntry *entry = g_new0 (HsPrinterEntry, 1);

  list->version = 1;
  list->expires_us = g_get_real_time () + G_TIME_SPAN_DAY;
  entry->uuid = *uuid;
  entry->name = g_strdup ("Real printer");
  entry->uris = g_new0 (char *, 2);
  entry->uris[0] = g_strdup (uri);
  entry->pins = g_new0 (HsPrinterPin, 1);
  entry->n_pins = 1;
  for (gsize i = 0; i < HS_PRINTER_PIN_BYTES; i++)
    entry->pins[0].bytes[i] = (guint8)(g_ascii_xdigit_value (pin_hex[2 * i]) << 4
                                       | g_ascii_xdigit_value (pin_hex[2 * i + 1]));
  g_ptr_array_add (list->printers, entry);
  hs_printers_set_list (printers, list, NULL);
}

static void
send_one (HsSpool *spool, const HsId *printer, guint64 length, guint8 number)
{
  g_autoptr (HsJob) job = hs_job_new ();
  g_autoptr (HsSecretBytes) key = NULL;
  HsDocumentSource *source;

  memset (&job->id, number, sizeof job->id);
  memset (&job->owner, 3, sizeof job->owner);
  job->printer = *printer;
  job->format = g_strdup ("application/pdf");
  job->size_bytes = length;
  key = seal (spool, job, length);
  source = hs_document_source_new (spool, job, hs_seal_opening_new_key (key), on_worker_begins,
                                   on_worker_ends, NULL);
  is_over = FALSE;
  begun_us = g_get_monotonic_time ();
  sending_us = 0;
  delivery = deliverer.begin (deliverer.data, job, source, on_news, NULL);
  while (!is_over)
    g_main_context_iteration (NULL, TRUE);
  printf ("ms %.2f %.2f\n", sending_us == 0 ? -1.0 : (double)(sending_us - begun_us) / 1000,
          (double)(g_get_monotonic_time () - begun_us) / 1000);
  deliverer.free (delivery);
  while (workers > 0)
    g_main_context_iteration (NULL, TRUE);
}

static void
print_peak (void)
{
  g_autofree char *status = NULL;
  char *line;

  if (!g_file_get_contents ("/proc/self/status", &status, NULL, NULL))
    return;
  line = strstr (status, "VmHWM:");
  if (line != NULL)
    printf ("peak-kib %s\n", g_strstrip (g_strndup (line + 6, strcspn (line + 6, "k"))));
}

int
main (int argc, char **argv)
{
  const HsPrintersKeeper keeper = { NULL, NULL };
  const HsPrinterPatience patience = { .lost_ms = 5000 };
  g_autoptr (GError) error = NULL;
  HsSpool *spool;
  HsId printer;

  if (argc < 3)
    return 2;
  setvbuf (stdout, NULL, _IOLBF, 0);
  http = hs_http_new ();
  printers = hs_printers_new (http, &keeper, &patience);
  deliverer = hs_delivery_make_deliverer (printers);
  if (strcmp (argv[1], "probe") == 0)
    {
      hs_printer_probe_async (printers, argv[2], NULL, on_probed, NULL);
      while (!is_over)
        g_main_context_iteration (NULL, TRUE);
      return 0;
    }
  if (argc < 6 || strlen (argv[3]) != 2 * HS_PRINTER_PIN_BYTES)
    return 2;
  spool = hs_spool_open (argv[5], 0, &error);
  if (spool == NULL)
    die ("spool", error);
  memset (&printer, 9, sizeof printer);
  list_printer (argv[2], argv[3], &printer);
  for (int i = 0; i < (argc > 6 ? atoi (argv[6]) : 1); i++)
    send_one (spool, &printer, g_ascii_strtoull (argv[4], NULL, 10), (guint8)(i + 1));
  print_peak ();
  return 0;
}
