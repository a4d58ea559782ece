/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Each allocation of SQLite and of OpenSSL fails once: what they are used for fails with a reason, or
 * succeeds, and never half. (GLib ends the process when memory is out: that is a kill, and lives.c has
 * those.) Each failure has a process of its own, so that nothing is left of it in a library.
 *
 *   memory    TAP on standard output */

#include "crypto/x25519.h"
#include "seal/seal_reader.h"
#include "seal/seal_writer.h"
#include "store/ledger.h"
#include "support/ledger_fixture.h"
#include "support/temp_dir.h"

#include <openssl/crypto.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define MOST_ALLOCATIONS 20000 /* far more than any of them makes */
#define DOCUMENT_BYTES 100000

static gint *made;    /* allocations since the arming; shared with children */
static gint fails_at; /* 0 = none */
static gboolean is_armed;

static gboolean
must_fail (void)
{
  return is_armed && g_atomic_int_add (made, 1) + 1 == g_atomic_int_get (&fails_at);
}

/* ── SQLite ──────────────────────────────────────────────────────────────────────────────── */

static sqlite3_mem_methods real_sqlite;

static void *
sqlite_allocate (int length)
{
  return must_fail () ? NULL : real_sqlite.xMalloc (length);
}

static void *
sqlite_reallocate (void *memory, int length)
{
  return must_fail () ? NULL : real_sqlite.xRealloc (memory, length);
}

static void
hook_sqlite (void)
{
  sqlite3_mem_methods methods;

  g_assert_cmpint (sqlite3_config (SQLITE_CONFIG_GETMALLOC, &real_sqlite), ==, SQLITE_OK);
  methods = real_sqlite;
  methods.xMalloc = sqlite_allocate;
  methods.xRealloc = sqlite_reallocate;
  g_assert_cmpint (sqlite3_config (SQLITE_CONFIG_MALLOC, &methods), ==, SQLITE_OK);
}

/* @stream is what a new ledger would get. */
static HsLedger *
open_ledger (const char *folder, guint8 stream, GError **error)
{
  HsLedgerSetup setup = { .folder = folder, .mac = hs_fixture_mac };

  memset (setup.new_stream, stream, sizeof setup.new_stream);
  return hs_ledger_open (&setup, error);
}

/* A job is stored and another is there from before; 0, or what is wrong. */
static const char *
use_ledger (const char *folder)
{
  g_autoptr (GError) error = NULL;
  HsLedger *ledger;
  g_autoptr (HsLedgerContents) contents = NULL;
  gboolean stored = FALSE;
  gboolean is_there = FALSE;

  is_armed = TRUE;
  ledger = open_ledger (folder, 2, &error);
  if (ledger != NULL)
    stored = hs_fixture_commit (ledger, hs_fixture_put (2), &error);
  is_armed = FALSE;
  if (!stored && error == NULL)
    return "it failed without a reason";
  hs_ledger_free (ledger);
  g_clear_error (&error);
  ledger = open_ledger (folder, 3, &error);
  contents = ledger == NULL ? NULL : hs_ledger_load (ledger, &error);
  if (contents == NULL)
    return "it cannot be opened again";
  if (contents->damaged->len > 0)
    return "a row is damaged";
  if (contents->stream[0] != 1)
    return "it has another stream";
  for (guint i = 0; i < contents->jobs->len; i++)
    is_there |= ((HsLedgerJob *)g_ptr_array_index (contents->jobs, i))->job->id.bytes[0] == 2;
  if (contents->jobs->len != (is_there ? 2 : 1))
    return "a job is lost";
  if (stored && !is_there)
    return "what was told to be stored is not there";
  hs_ledger_free (ledger);
  return NULL;
}

static void
prepare_ledger (const char *folder)
{
  g_autoptr (GError) error = NULL;
  HsLedger *ledger = open_ledger (folder, 1, &error);

  g_assert_no_error (error);
  g_assert_true (hs_fixture_commit (ledger, hs_fixture_put (1), &error));
  hs_ledger_free (ledger);
}

/* ── OpenSSL ─────────────────────────────────────────────────────────────────────────────── */

static void *
openssl_allocate (size_t length, const char *file, int line)
{
  return must_fail () ? NULL : malloc (length);
}

static void *
openssl_reallocate (void *memory, size_t length, const char *file, int line)
{
  return must_fail () ? NULL : realloc (memory, length);
}

static void
openssl_free (void *memory, const char *file, int line)
{
  free (memory);
}

static void
hook_openssl (void)
{
  g_assert_cmpint (CRYPTO_set_mem_functions (openssl_allocate, openssl_reallocate, openssl_free),
                   ==, 1);
}

/* Seals a document to a new key. */
static gboolean
seal (const guint8 *document,
      HsJob *job,
      GOutputStream *out,
      const HsSecretBytes *key,
      GError **error)
{
  g_autoptr (HsSealPlan) plan = hs_seal_plan_new (&job->id, &job->id, &job->id);
  g_autoptr (HsSealWriter) writer = NULL;
  g_autoptr (HsSealFacts) facts = NULL;
  guint8 public_key[HS_X25519_BYTES];

  if (!hs_x25519_get_public (key, public_key, error))
    return FALSE;
  hs_seal_plan_set_owner_key (plan, public_key);
  writer = hs_seal_writer_new (plan, out, error);
  if (writer == NULL || !hs_seal_writer_write (writer, document, DOCUMENT_BYTES, error))
    return FALSE;
  facts = hs_seal_writer_finish (writer, error);
  if (facts == NULL)
    return FALSE;
  hs_seal_facts_apply (facts, job);
  return TRUE;
}

static const char *
use_seal (const char *folder)
{
  g_autoptr (HsJob) job = hs_job_new ();
  g_autoptr (GOutputStream) out = g_memory_output_stream_new_resizable ();
  g_autoptr (HsSecretBytes) key = hs_secret_bytes_new (HS_X25519_BYTES);
  g_autofree guint8 *document = g_malloc (DOCUMENT_BYTES);
  g_autofree guint8 *opened = g_malloc0 (DOCUMENT_BYTES);
  g_autoptr (GError) error = NULL;
  gsize length = 0;
  gssize piece = 1;

  memset (hs_secret_bytes_get (key), 7, HS_X25519_BYTES);
  memset (document, 'x', DOCUMENT_BYTES);
  job->id = hs_fixture_id (1);
  is_armed = TRUE;
  if (!seal (document, job, out, key, &error))
    return error != NULL ? NULL : "it failed without a reason";
  g_output_stream_close (out, NULL, NULL);
  g_autoptr (GBytes) sealed = g_memory_output_stream_steal_as_bytes (G_MEMORY_OUTPUT_STREAM (out));
  g_autoptr (GInputStream) in = g_memory_input_stream_new_from_bytes (sealed);
  HsSealOpening *opening = hs_seal_opening_new_key (key);
  g_autoptr (HsSealReader) reader = hs_seal_reader_new (in, opening, job, &error);
  while (reader != NULL && piece > 0 && length < DOCUMENT_BYTES)
    {
      piece = hs_seal_reader_read (reader, opened + length, DOCUMENT_BYTES - length, &error);
      length += piece > 0 ? (gsize)piece : 0;
    }
  is_armed = FALSE;
  hs_seal_opening_free (opening);
  if (error != NULL)
    return NULL;
  return length == DOCUMENT_BYTES && memcmp (document, opened, length) == 0
             ? NULL
             : "another document came out";
}

/* OpenSSL 3.0 itself does not survive its own beginning without memory: that is over before. */
static void
warm_up (const char *folder)
{
  g_assert_null (use_seal (folder));
}

/* ── every one ───────────────────────────────────────────────────────────────────────────── */

typedef struct
{
  const char *sentence;
  void (*hook) (void);
  void (*prepare) (const char *folder);
  const char *(*use) (const char *folder);
} Scene;

/* Returns the child's status. */
static int
try_one (const Scene *scene, gint nth)
{
  char *folder = hs_temp_dir_new ();
  int status = 0;
  pid_t child;

  g_atomic_int_set (made, 0);
  fflush (stdout);
  child = fork ();
  if (child == 0)
    {
      const char *wrong;
      alarm (60);
      scene->hook ();
      if (scene->prepare != NULL)
        scene->prepare (folder);
      g_atomic_int_set (made, 0);
      fails_at = nth;
      wrong = scene->use (folder);
      if (wrong != NULL)
        printf ("# allocation %d: %s\n", nth, wrong);
      fflush (stdout);
      _exit (wrong == NULL ? 0 : 1);
    }
  waitpid (child, &status, 0);
  if (WIFSIGNALED (status))
    printf ("# allocation %d: signal %d\n", nth, WTERMSIG (status));
  hs_temp_dir_free (folder);
  return status;
}

static gboolean
try_all (const Scene *scene, int number)
{
  gint tried = 0;
  guint wrong = try_one (scene, 0) != 0 ? 1 : 0;
  gint count = *made;

  for (gint nth = 1; nth <= count && nth <= MOST_ALLOCATIONS && wrong < 10; nth++, tried++)
    wrong += try_one (scene, nth) != 0 ? 1 : 0;
  printf ("# %d allocations, %u violations\n", tried, wrong);
  printf ("%s %d - %s\n", wrong == 0 && tried >= 50 ? "ok" : "not ok", number, scene->sentence);
  return wrong == 0 && tried >= 50;
}

int
main (void)
{
  static const Scene scenes[]
      = { { "each allocation of SQLite may fail", hook_sqlite, prepare_ledger, use_ledger },
          { "each allocation of OpenSSL may fail", hook_openssl, warm_up, use_seal } };
  gboolean is_well = TRUE;

  made = mmap (NULL, sizeof *made, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (made == MAP_FAILED)
    return 2;
  if (access ("/dev/shm", W_OK) == 0)
    g_setenv ("TMPDIR", "/dev/shm", TRUE); /* a sync costs nothing there */
  printf ("1..%d\n", (int)G_N_ELEMENTS (scenes));
  for (guint i = 0; i < G_N_ELEMENTS (scenes); i++)
    is_well &= try_all (&scenes[i], (int)i + 1);
  return is_well ? 0 : 1;
}
