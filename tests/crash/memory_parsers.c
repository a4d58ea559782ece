/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Each allocation of what reads and writes messages fails once: libcups, jansson, GLib and our own
 * parsers, on the agent's heap. What comes out is what always does, or the process ends by itself; a
 * message that lacks something is a violation, and so is a signal. Each failure has a process of its
 * own, whose libraries have done nothing yet.
 *
 *   memory_parsers    TAP on standard output */

#include "core/age_header.h"
#include "core/wire/announce.h"
#include "core/wire/json_strict.h"
#include "core/wire/sign_in.h"
#include "ipp/answer.h"
#include "ipp/capabilities.h"
#include "ipp/requests.h"
#include "platform/wiping_memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define LEAST_ALLOCATIONS 10

static gint *made; /* allocations since the arming; shared with children */
static gint fails_at;
static gboolean is_armed;

extern void *__real___libc_malloc (size_t length);
extern void *__real___libc_calloc (size_t count, size_t length);
void *__wrap___libc_malloc (size_t length);
void *__wrap___libc_calloc (size_t count, size_t length);

static gboolean
must_fail (void)
{
  return is_armed && g_atomic_int_add (made, 1) + 1 == fails_at;
}

/* What the agent's heap calls for glibc's. */
void *
__wrap___libc_malloc (size_t length)
{
  return must_fail () ? NULL : __real___libc_malloc (length);
}

void *
__wrap___libc_calloc (size_t count, size_t length)
{
  return must_fail () ? NULL : __real___libc_calloc (count, length);
}

/* ── what is done; each gives what came out as bytes ─────────────────────────────────────── */

static const HsIppTarget target = { .printer_uri = "ipps://printer.example/ipp/print" };

static void
take (GByteArray *all, GBytes *bytes)
{
  gsize length = 0;
  const guint8 *data = bytes == NULL ? NULL : g_bytes_get_data (bytes, &length);

  g_byte_array_append (all, (const guint8 *)&length, sizeof length);
  if (length > 0)
    g_byte_array_append (all, data, (guint)length);
  if (bytes != NULL)
    g_bytes_unref (bytes);
}

static void
take_text (GByteArray *all, char *text)
{
  take (all, text == NULL ? NULL : g_bytes_new (text, strlen (text)));
  g_free (text);
}

static void
ask_printer (GByteArray *all)
{
  const HsIppOffer offer
      = { .name = "Document c0ffee", .format = "application/pdf", .size_bytes = 4711 };

  take (all, hs_ipp_request_get_printer (&target));
  take (all, hs_ipp_request_create_job (&target, &offer));
  take (all, hs_ipp_request_print_job (&target, &offer));
  take (all, hs_ipp_request_send_document (&target, 7, &offer));
  take (all, hs_ipp_request_get_jobs (&target, FALSE, 5));
}

static void
answer_client (GByteArray *all)
{
  static const int operations[] = { 2, 0 };
  const HsPrinterIdentity identity
      = { .name = "p", .info = "i", .timeout_s = 300, .operations = operations };
  const HsPrinterMoment moment
      = { .host = "localhost", .path = "/ipp/print", .is_accepting = TRUE, .message = "" };
  g_autoptr (HsPrinterAttributes) printer = hs_printer_attributes_new (&identity);
  g_autoptr (GBytes) request = hs_ipp_request_get_printer (&target);
  g_autoptr (HsReceived) received = hs_received_decode (request, NULL);
  g_autoptr (HsAnswer) answer = NULL;
  g_autoptr (GBytes) reply = NULL;
  g_autoptr (HsCapabilities) capabilities = NULL;

  if (received == NULL)
    return;
  answer = hs_answer_new (received);
  hs_answer_add_printer (answer, printer, &moment);
  reply = hs_answer_encode (answer);
  take (all, g_bytes_ref (reply));
  capabilities = hs_capabilities_decode (reply, NULL);
  if (capabilities != NULL)
    take_text (all, hs_capabilities_dup_obstacle (capabilities));
}

static void
write_json (GByteArray *all)
{
  static const char sign_in[]
      = "{\"card\":null,\"kiosk\":false,\"method\":\"password\",\"secret\":\"x\",\"user\":\"ada\"}";
  g_autoptr (HsJob) job = hs_job_new ();
  g_autoptr (json_t) announce = NULL;
  g_autoptr (HsSignInRequest) request = NULL;

  job->id.bytes[0] = 1;
  job->format = g_strdup ("application/pdf");
  job->title = g_strdup ("A title");
  announce = hs_announce_encode (job, HS_TITLE_POLICY_FULL, NULL);
  take_text (all, hs_json_encode (announce));
  request = hs_sign_in_request_decode (sign_in, strlen (sign_in), NULL);
  if (request != NULL)
    take_text (all, hs_sign_in_request_encode (request));
}

static void
read_documents (GByteArray *all)
{
  static const char header[] = "age-encryption.org/v1\n"
                               "-> X25519 AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n"
                               "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n"
                               "-> X25519 AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n"
                               "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n"
                               "--- AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n";
  g_autoptr (HsAgeHeader) decoded = NULL;
  HsAgeHeaderOutcome result
      = hs_age_header_decode ((const guint8 *)header, strlen (header), &decoded, NULL);

  g_byte_array_append (all, (const guint8 *)&result, sizeof result);
  if (decoded != NULL)
    take (all, hs_age_header_get_stanza_lines (decoded));
}

/* ── every one ───────────────────────────────────────────────────────────────────────────── */

typedef struct
{
  const char *sentence;
  void (*use) (GByteArray *all);
} Scene;

static GByteArray *
use (const Scene *scene)
{
  GByteArray *all = g_byte_array_sized_new (64 * 1024);

  is_armed = TRUE;
  scene->use (all);
  is_armed = FALSE;
  return all;
}

static void
live (const Scene *scene, gint nth)
{
  g_autoptr (GByteArray) first = NULL;
  g_autoptr (GByteArray) second = NULL;

  alarm (60);
  *made = 0;
  fails_at = nth;
  first = use (scene);
  nth = *made;
  fails_at = 0;
  second = use (scene);
  *made = nth;
  _exit (first->len == second->len && memcmp (first->data, second->data, first->len) == 0 ? 0 : 1);
}

static gboolean
try_one (const Scene *scene, gint nth)
{
  int status = 0;
  pid_t child;

  fflush (stdout);
  child = fork ();
  if (child == 0)
    live (scene, nth);
  waitpid (child, &status, 0);
  if (WIFEXITED (status)
      && (WEXITSTATUS (status) == 0
          || (nth > 0 && WEXITSTATUS (status) == HS_WIPING_HEAP_EXIT_CODE)))
    return TRUE;
  printf ("# allocation %d: %s %d\n", nth, WIFSIGNALED (status) ? "signal" : "another result; exit",
          WIFSIGNALED (status) ? WTERMSIG (status) : WEXITSTATUS (status));
  return FALSE;
}

static gboolean
try_all (const Scene *scene, int number)
{
  guint wrong = try_one (scene, 0) ? 0 : 1;
  gint count = *made;

  /* The last words of each are no news. */
  if (g_getenv ("HOMESPOOL_KEEP") == NULL && freopen ("/dev/null", "w", stderr) == NULL)
    return FALSE;
  for (gint nth = 1; nth <= count && wrong < 10; nth++)
    wrong += try_one (scene, nth) ? 0 : 1;
  printf ("# %d allocations, %u violations\n", count, wrong);
  printf ("%s %d - %s\n", wrong == 0 && count >= LEAST_ALLOCATIONS ? "ok" : "not ok", number,
          scene->sentence);
  return wrong == 0 && count >= LEAST_ALLOCATIONS;
}

int
main (void)
{
  static const Scene scenes[]
      = { { "no request to a printer lacks what there was no memory for", ask_printer },
          { "no answer to a client, and no printer that is read, lacks it", answer_client },
          { "no JSON lacks it", write_json },
          { "no header of a document lacks it", read_documents } };
  gboolean is_well = TRUE;

  made = mmap (NULL, sizeof *made, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (made == MAP_FAILED || !hs_wiping_heap_is_active ())
    return 2;
  printf ("1..%d\n", (int)G_N_ELEMENTS (scenes));
  for (guint i = 0; i < G_N_ELEMENTS (scenes); i++)
    is_well &= try_all (&scenes[i], (int)i + 1);
  return is_well ? 0 : 1;
}
