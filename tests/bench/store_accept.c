/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* What it costs to make one small job durable: the spool's part, the ledger's part, and both.
 *
 *   store_accept FOLDER COUNT   one line "WHAT MEDIAN_US" for each; the folder must be on the disk
 *                               that is to be measured
 *
 * "floor" lines are the same system calls without our code: what the disk asks for by itself. */

#include "platform/durable_file.h"
#include "store/ledger.h"
#include "store/spool.h"
#include "support/ledger_fixture.h"
#include "support/suite.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define DOCUMENT_BYTES 1224 /* 1 KiB sealed for two recipients, rounded up */
#define LOG_BYTES 12360     /* three pages with their frame headers */

typedef struct
{
  const char *folder;
  guint count;
  HsSpool *spool;
  HsLedger *ledger;
  guint64 number;
} Bench;

static int
compare (gconstpointer a, gconstpointer b)
{
  return (*(const gint64 *)a > *(const gint64 *)b) - (*(const gint64 *)a < *(const gint64 *)b);
}

static void
measure (Bench *bench, const char *what, void (*run_once) (Bench *bench))
{
  g_autofree gint64 *times_us = g_new (gint64, bench->count);

  for (guint i = 0; i < bench->count; i++)
    {
      gint64 begin_us = g_get_monotonic_time ();
      run_once (bench);
      times_us[i] = g_get_monotonic_time () - begin_us;
    }
  qsort (times_us, bench->count, sizeof *times_us, compare);
  printf ("%s %" G_GINT64_FORMAT "\n", what, times_us[bench->count / 2]);
}

static HsId
next_id (Bench *bench)
{
  HsId id = { { 0xbe } };
  guint64 mixed = ++bench->number * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);

  memcpy (id.bytes + 8, &mixed, sizeof mixed);
  return id;
}

static const guint8 document[DOCUMENT_BYTES];

static void
store_document (Bench *bench, const HsId *id)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HsSpoolPart) part = hs_spool_create (bench->spool, id, &error);

  if (part == NULL
      || !g_output_stream_write_all (hs_spool_part_get_stream (part), document, sizeof document,
                                     NULL, NULL, &error)
      || !hs_spool_part_commit (part, &error))
    g_printerr ("%s\n", error->message);
}

static void
store_row (Bench *bench, const HsId *id)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HsJob) job = hs_fixture_job (1);
  g_autoptr (GBytes) sealed = g_bytes_new_static (document, 600);
  HsLedgerBatch *batch = hs_ledger_batch_new ();

  job->id = *id;
  hs_ledger_batch_put_job (batch, job, HS_EFFECT_ANNOUNCE, sealed);
  hs_ledger_batch_append_event (batch, hs_fixture_encode, g_strnfill (400, 'x'), g_free);
  if (!hs_fixture_commit (bench->ledger, batch, &error))
    g_printerr ("%s\n", error->message);
}

static void
run_spool (Bench *bench)
{
  HsId id = next_id (bench);

  store_document (bench, &id);
}

static void
run_ledger (Bench *bench)
{
  HsId id = next_id (bench);

  store_row (bench, &id);
}

static void
run_both (Bench *bench)
{
  HsId id = next_id (bench);

  store_document (bench, &id);
  store_row (bench, &id);
}

/* ── the same calls, bare ────────────────────────────────────────────────────────────────── */

static int floor_folder;
static int floor_log;

static void
run_floor_spool (Bench *bench)
{
  char part[32], name[32];

  g_snprintf (part, sizeof part, "%" G_GUINT64_FORMAT ".part", ++bench->number);
  g_snprintf (name, sizeof name, "%" G_GUINT64_FORMAT ".age", bench->number);
  int fd = openat (floor_folder, part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (write (fd, document, sizeof document) != sizeof document || fsync (fd) != 0
      || renameat (floor_folder, part, floor_folder, name) != 0 || fsync (floor_folder) != 0)
    perror ("floor");
  close (fd);
}

static void
run_floor_log (Bench *bench)
{
  static const guint8 bytes[LOG_BYTES];

  if (write (floor_log, bytes, sizeof bytes) != sizeof bytes || fdatasync (floor_log) != 0)
    perror ("floor");
}

int
main (int argc, char **argv)
{
  Bench bench = { 0 };
  g_autoptr (GError) error = NULL;

  if (argc != 3)
    return 2;
  bench.folder = argv[1];
  bench.count = (guint)CLAMP (atoi (argv[2]), 1, 100000);
  g_autofree char *spool_path = g_build_filename (bench.folder, "spool", NULL);
  g_autofree char *log_path = g_build_filename (bench.folder, "floor.log", NULL);
  bench.ledger = hs_fixture_open (bench.folder, &error);
  if (bench.ledger != NULL)
    bench.spool = hs_spool_open (spool_path, 0, &error);
  if (bench.spool == NULL)
    {
      g_printerr ("%s\n", error->message);
      return 1;
    }
  floor_folder = open (bench.folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  floor_log = open (log_path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  measure (&bench, "floor-spool", run_floor_spool);
  measure (&bench, "spool", run_spool);
  measure (&bench, "floor-log", run_floor_log);
  measure (&bench, "ledger", run_ledger);
  measure (&bench, "accept", run_both);
  close (floor_log);
  close (floor_folder);
  hs_ledger_free (bench.ledger);
  hs_spool_free (bench.spool);
  return 0;
}
