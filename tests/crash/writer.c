/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* What the agent does to accept jobs, without the rest of the agent: a document into the spool, a
 * row and an outbox record into the ledger, then a line on standard output. Drivers in Python kill
 * it, fill its disk, fail its system calls and read what it asked of the kernel.
 *
 *   writer run FOLDER FIRST COUNT BYTES IN_FLIGHT   accepts jobs number FIRST, FIRST + 1, …
 *       "ack ID" when a job is durable, "error ID KEYWORD TEXT" when it is not accepted. With the
 *       environment variable WRITER_PAUSE it waits after each error for a line on standard input.
 *   writer check FOLDER                             opens spool and ledger as a start would
 *       "row ID" for each job whose document is whole; "bad ID TEXT", "damaged TABLE KEY TEXT",
 *       "orphan ID", and at last "records N".
 *
 * HS_CRASH_FAULT builds it with a mistake that the drivers must find; see faults.c. */

#include "base/error.h"
#include "crash/faults.h"
#include "store/ledger.h"
#include "store/spool.h"
#include "support/ledger_fixture.h"

#include <stdio.h>
#include <stdlib.h>

#define BLOCK_BYTES 16384 /* a multiple of the id's length */

typedef struct
{
  HsSpool *spool;
  HsLedger *ledger;
  gsize document_bytes;
  guint in_flight;
} Writer;

typedef struct
{
  Writer *writer;
  HsId id;
} Accepting;

static HsId
id_of (guint64 number)
{
  HsId id = { { 0xc5, 0xa5, 0x48 } };
  guint64 ordered = GUINT64_TO_BE (number);

  memcpy (id.bytes + 8, &ordered, sizeof ordered);
  return id;
}

/* A document is its job's id, over and over. */
static void
fill_block (guint8 block[BLOCK_BYTES], const HsId *id)
{
  for (gsize i = 0; i < BLOCK_BYTES; i += HS_ID_BYTES)
    memcpy (block + i, id->bytes, HS_ID_BYTES);
}

/* One write() for each line, so that a line is there whole or not at all. */
static void
say (const char *word, const HsId *id, const char *rest)
{
  char text[HS_ID_TEXT_BYTES];
  g_autofree char *line
      = g_strdup_printf ("%s %s%s%s\n", word, hs_id_format (id, text), *rest ? " " : "", rest);

  fputs (line, stdout);
  fflush (stdout);
}

static void
say_error (const HsId *id, const GError *error)
{
  g_autofree char *rest
      = g_strdup_printf ("%s %s", hs_error_code_to_keyword (error->code), error->message);
  char answer[16];

  say ("error", id, rest);
  if (g_getenv ("WRITER_PAUSE") != NULL && fgets (answer, sizeof answer, stdin) == NULL)
    exit (1);
}

/* ── accepting ───────────────────────────────────────────────────────────────────────────── */

static gboolean
store_document (Writer *writer, const HsId *id, GError **error)
{
  g_autoptr (HsSpoolPart) part = hs_spool_create (writer->spool, id, error);
  guint8 block[BLOCK_BYTES];
  gsize written = 0;

  if (part == NULL)
    return FALSE;
  fill_block (block, id);
  while (written < writer->document_bytes)
    {
      gsize length = MIN (writer->document_bytes - written, BLOCK_BYTES);
      if (!g_output_stream_write_all (hs_spool_part_get_stream (part), block, length, NULL, NULL,
                                      error))
        return FALSE;
      written += length;
    }
  return hs_spool_part_commit (part, error);
}

static HsLedgerBatch *
make_batch (Writer *writer, const HsId *id)
{
  HsLedgerBatch *batch = hs_ledger_batch_new ();
  g_autoptr (HsJob) job = hs_fixture_job (1);
  g_autoptr (GBytes) sealed = g_bytes_new (id->bytes, HS_ID_BYTES);

  job->id = *id;
  job->sealed_bytes = writer->document_bytes;
  hs_ledger_batch_put_job (batch, job, HS_EFFECT_ANNOUNCE, sealed);
  hs_ledger_batch_append_event (batch, hs_fixture_encode, hs_id_dup_text (id), g_free);
  return batch;
}

static void
on_committed (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autofree Accepting *accepting = data;
  g_autoptr (GError) error = NULL;
  Writer *writer = accepting->writer;

  writer->in_flight--;
  if (!hs_ledger_commit_finish (writer->ledger, result, &error))
    {
      (void)!hs_spool_remove (writer->spool, &accepting->id, NULL);
      say_error (&accepting->id, error);
    }
  else if (hs_crash_fault != HS_CRASH_ACK_BEFORE_COMMIT)
    say ("ack", &accepting->id, "");
}

static void
commit_row (Writer *writer, const HsId *id)
{
  Accepting *accepting = g_new0 (Accepting, 1);

  accepting->writer = writer;
  accepting->id = *id;
  writer->in_flight++;
  hs_ledger_commit_async (writer->ledger, make_batch (writer, id), on_committed, accepting);
  if (hs_crash_fault == HS_CRASH_ACK_BEFORE_COMMIT)
    say ("ack", id, "");
}

static void
accept_one (Writer *writer, const HsId *id)
{
  g_autoptr (GError) error = NULL;

  if (hs_crash_fault == HS_CRASH_ROW_BEFORE_FILE)
    {
      commit_row (writer, id);
      while (writer->in_flight > 0)
        g_main_context_iteration (NULL, TRUE);
      (void)!store_document (writer, id, NULL);
    }
  else if (store_document (writer, id, &error))
    commit_row (writer, id);
  else
    say_error (id, error);
}

static int
run (Writer *writer, guint64 first, guint64 count, guint most_in_flight)
{
  for (guint64 i = 0; i < count; i++)
    {
      HsId id = id_of (first + i);
      accept_one (writer, &id);
      while (writer->in_flight >= most_in_flight)
        g_main_context_iteration (NULL, TRUE);
    }
  while (writer->in_flight > 0)
    g_main_context_iteration (NULL, TRUE);
  return 0;
}

/* ── checking ────────────────────────────────────────────────────────────────────────────── */

/* NULL when the document is as it was written. */
static const char *
find_fault (Writer *writer, const HsJob *job)
{
  guint8 expected[BLOCK_BYTES], block[BLOCK_BYTES];
  guint64 total = 0;
  gsize length = 0;
  g_autoptr (GInputStream) stream = hs_spool_read (writer->spool, &job->id, NULL);

  if (stream == NULL)
    return "no document";
  fill_block (expected, &job->id);
  while (g_input_stream_read_all (stream, block, sizeof block, &length, NULL, NULL) && length > 0)
    {
      if (memcmp (block, expected, length) != 0)
        return "other bytes in the document";
      total += length;
    }
  return total == job->sealed_bytes ? NULL : "a document of another length";
}

static int
check (Writer *writer)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HsLedgerContents) contents = hs_ledger_load (writer->ledger, &error);
  g_autoptr (GHashTable) known = g_hash_table_new (hs_id_hash, hs_id_equal_func);

  if (contents == NULL)
    {
      fprintf (stderr, "%s\n", error->message);
      return 1;
    }
  for (guint i = 0; i < contents->jobs->len; i++)
    {
      HsJob *job = ((HsLedgerJob *)g_ptr_array_index (contents->jobs, i))->job;
      const char *fault = find_fault (writer, job);
      say (fault == NULL ? "row" : "bad", &job->id, fault == NULL ? "" : fault);
      g_hash_table_add (known, &job->id);
    }
  for (guint i = 0; i < contents->damaged->len; i++)
    {
      const HsLedgerDamage *damage = g_ptr_array_index (contents->damaged, i);
      printf ("damaged %s %s %s\n", damage->table, damage->key, damage->reason);
    }
  g_autoptr (GArray) orphans = hs_spool_list_orphans (writer->spool, known, &error);
  for (guint i = 0; orphans != NULL && i < orphans->len; i++)
    say ("orphan", &g_array_index (orphans, HsSpoolFile, i).id, "");
  printf ("records %" G_GUINT64_FORMAT "\n", contents->outbox_head.n);
  return orphans != NULL ? 0 : 1;
}

int
main (int argc, char **argv)
{
  Writer writer = { 0 };
  g_autoptr (GError) error = NULL;
  int result;

  if (argc != 3 && argc != 7)
    return 2;
  g_autofree char *spool_path = g_build_filename (argv[2], "spool", NULL);
  writer.ledger = hs_fixture_open (argv[2], &error);
  if (writer.ledger != NULL)
    writer.spool = hs_spool_open (spool_path, 0, &error);
  if (writer.spool == NULL)
    {
      fprintf (stderr, "%s: %s\n", hs_error_code_to_keyword (error->code), error->message);
      hs_ledger_free (writer.ledger);
      return 1;
    }
  if (argc == 3)
    result = check (&writer);
  else
    {
      writer.document_bytes = g_ascii_strtoull (argv[5], NULL, 10);
      result = run (&writer, g_ascii_strtoull (argv[3], NULL, 10),
                    g_ascii_strtoull (argv[4], NULL, 10), (guint)atoi (argv[6]));
    }
  hs_ledger_free (writer.ledger);
  hs_spool_free (writer.spool);
  return result;
}
