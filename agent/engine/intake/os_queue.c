/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Keeps the system's print queue in order.
 *
 * look → (in order: done | not: configure with a new secret → look) ; on an error wait and look. */

#define HS_LOG_AREA "queue"

#include "engine/intake/os_queue.h"

#include "base/base64.h"
#include "base/log.h"
#include "base/secret_bytes.h"
#include "core/backoff.h"
#include "crypto/random.h"

#include <string.h>

/* A print system that is not there yet is looked for after a minute, later every hour. */
#define ABSENT_FIRST_MS (60 * 1000)
#define ABSENT_MOST_MS (3600 * 1000)

/* Older than this, a look is repeated when somebody relies on it. */
#define FRESH_US (10 * 60 * G_USEC_PER_SEC)

#define SECRET_BYTES 32

/* The print system's question after configuring usually comes within a second. */
#define FORMAT_WAIT_MS 2000
#define MOST_FORMAT_WAITS 5

/* A queue that stays wrong after being made anew is not made anew again and again. */
#define MOST_REPAIRS 3

struct HsOsQueue
{
  guint calls; /* under way; the memory stays until they have come back */
  gboolean is_over;
  HsPrintQueue *queue;
  HsOsQueueKeeper keeper;
  HsPrintSystemTrust trust;
  gboolean is_closed;  /* it is to take no jobs */
  gboolean has_leaked; /* the present secret may stand in a log */

  GCancellable *cancellable;
  gboolean is_busy;
  gboolean is_repairing; /* look and repair; FALSE: only look */
  guint repairs;
  guint failures;
  guint format_waits;
  guint timer;

  gboolean has_looked;
  gint64 looked_us; /* monotonic */
  HsPrintQueueFacts facts;
  char *problem;
  GQueue waiting; /* GTask of hs_os_queue_look_async */
};

static void look (HsOsQueue *os_queue);

static void
free_now (HsOsQueue *os_queue)
{
  g_object_unref (os_queue->cancellable);
  g_free (os_queue->problem);
  g_free (os_queue);
}

/* A call came back. FALSE if nobody wants it any more. */
static gboolean
take_back (HsOsQueue *os_queue)
{
  os_queue->calls--;
  os_queue->is_busy = FALSE;
  if (!os_queue->is_over)
    return TRUE;
  if (os_queue->calls == 0)
    free_now (os_queue);
  return FALSE;
}

HsOsQueue *
hs_os_queue_new (HsPrintQueue *queue, GBytes *kept, const HsOsQueueKeeper *keeper)
{
  HsOsQueue *os_queue = g_new0 (HsOsQueue, 1);

  os_queue->queue = queue;
  os_queue->keeper = *keeper;
  if (keeper->absent_first_ms == 0)
    os_queue->keeper.absent_first_ms = ABSENT_FIRST_MS;
  if (keeper->absent_most_ms == 0)
    os_queue->keeper.absent_most_ms = ABSENT_MOST_MS;
  if (keeper->format_wait_ms == 0)
    os_queue->keeper.format_wait_ms = FORMAT_WAIT_MS;
  os_queue->cancellable = g_cancellable_new ();
  g_queue_init (&os_queue->waiting);
  if (kept != NULL && g_bytes_get_size (kept) == HS_PRINT_SYSTEM_VERIFIER_BYTES)
    {
      memcpy (os_queue->trust.verifier, g_bytes_get_data (kept, NULL),
              HS_PRINT_SYSTEM_VERIFIER_BYTES);
      os_queue->trust.has_verifier = TRUE;
    }
  return os_queue;
}

static gboolean
is_in_order (const HsOsQueue *os_queue)
{
  const HsPrintQueueFacts *facts = &os_queue->facts;

  return os_queue->trust.has_verifier && facts->exists && facts->has_policy
         && facts->refuses_false_names;
}

static void
set_verified (HsOsQueue *os_queue, gboolean is_verified)
{
  os_queue->trust.is_policy_verified = is_verified;
  os_queue->keeper.changed (os_queue->keeper.data, &os_queue->trust);
}

/* ── the end of a look ───────────────────────────────────────────────────────────────────── */

static gboolean
on_timer (gpointer user_data)
{
  HsOsQueue *os_queue = user_data;

  os_queue->timer = 0;
  look (os_queue);
  return G_SOURCE_REMOVE;
}

static void
end_look (HsOsQueue *os_queue)
{
  GTask *task;

  os_queue->is_busy = FALSE;
  while ((task = g_queue_pop_head (&os_queue->waiting)) != NULL)
    {
      g_task_return_boolean (task, TRUE);
      g_object_unref (task);
    }
}

static void
fail_look (HsOsQueue *os_queue, const GError *error)
{
  const HsBackoff backoff = { os_queue->keeper.absent_first_ms, os_queue->keeper.absent_most_ms };
  guint32 random = 0;

  if (g_strcmp0 (os_queue->problem, error->message) != 0)
    hs_log_warning ("the print queue cannot be kept in order: %s", error->message);
  g_free (os_queue->problem);
  os_queue->problem = g_strdup (error->message);
  os_queue->facts = (HsPrintQueueFacts){ 0 };
  set_verified (os_queue, FALSE);
  os_queue->has_looked = TRUE;
  os_queue->looked_us = g_get_monotonic_time ();
  os_queue->failures++;
  end_look (os_queue);
  /* Without random numbers the longest delay is taken. */
  (void)!hs_random_bytes (&random, sizeof random, NULL);
  if (os_queue->is_repairing && os_queue->timer == 0)
    os_queue->timer = g_timeout_add (hs_backoff_delay_ms (backoff, os_queue->failures, random),
                                     on_timer, os_queue);
}

/* ── making it anew ──────────────────────────────────────────────────────────────────────── */

static void
on_configured (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  HsOsQueue *os_queue = user_data;
  gboolean done = hs_print_queue_finish (os_queue->queue, result, &error);

  if (!take_back (os_queue))
    return;
  if (!done)
    {
      fail_look (os_queue, error);
      return;
    }
  hs_log_info ("the print queue was made anew");
  g_autoptr (GBytes) verifier
      = g_bytes_new (os_queue->trust.verifier, HS_PRINT_SYSTEM_VERIFIER_BYTES);
  os_queue->trust.has_verifier = TRUE;
  os_queue->has_leaked = FALSE;
  os_queue->keeper.keep (os_queue->keeper.data, verifier);
  look (os_queue);
}

static void
configure (HsOsQueue *os_queue)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HsSecretBytes) bytes = hs_random_secret (SECRET_BYTES, &error);

  if (bytes == NULL)
    {
      fail_look (os_queue, error);
      return;
    }
  char *secret = hs_base64_encode (HS_BASE64_URL, hs_secret_bytes_peek (bytes), SECRET_BYTES);
  os_queue->trust.has_verifier = FALSE;
  os_queue->repairs++;
  os_queue->is_busy = TRUE;
  os_queue->calls++;
  hs_print_system_make_verifier (secret, os_queue->trust.verifier);
  hs_print_queue_configure_async (os_queue->queue, secret, !os_queue->is_closed,
                                  os_queue->cancellable, on_configured, os_queue);
  hs_secret_bytes_wipe (secret, strlen (secret));
  g_free (secret);
}

static void
on_emptied (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  HsOsQueue *os_queue = user_data;
  guint remaining = 0;
  gboolean done = hs_print_queue_purge_finish (os_queue->queue, result, &remaining, &error);

  if (!take_back (os_queue))
    return;
  if (done && remaining == 0)
    {
      configure (os_queue);
      return;
    }
  if (done)
    g_set_error (&error, G_IO_ERROR, G_IO_ERROR_BUSY,
                 "%u jobs are still in the print queue; it is repaired when they are through",
                 remaining);
  fail_look (os_queue, error);
}

/* A backend that is at work keeps the old secret, is turned away, and the print system then hands
 * the job over for a second time: so not while the queue has jobs. */
static void
repair (HsOsQueue *os_queue)
{
  if (!os_queue->facts.exists)
    {
      configure (os_queue);
      return;
    }
  os_queue->is_busy = TRUE;
  os_queue->calls++;
  hs_print_queue_purge_async (os_queue->queue, HS_PRINT_QUEUE_PURGE_FINISHED, os_queue->cancellable,
                              on_emptied, os_queue);
}

/* ── looking ─────────────────────────────────────────────────────────────────────────────── */

/* The print system asks our printer what it can do a moment after the queue was made. If it never
 * gets an answer, the queue is made again. */
static void
await_formats (HsOsQueue *os_queue)
{
  if (os_queue->facts.has_formats)
    {
      os_queue->format_waits = 0;
      if (is_in_order (os_queue))
        os_queue->repairs = 0;
      return;
    }
  if (!os_queue->is_repairing || !is_in_order (os_queue))
    return;
  if (++os_queue->format_waits <= MOST_FORMAT_WAITS)
    {
      if (os_queue->timer == 0)
        os_queue->timer = g_timeout_add (os_queue->keeper.format_wait_ms, on_timer, os_queue);
    }
  else if (os_queue->repairs < MOST_REPAIRS)
    {
      os_queue->format_waits = 0;
      repair (os_queue);
    }
}

static void
on_door_moved (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  HsOsQueue *os_queue = user_data;
  gboolean done = hs_print_queue_finish (os_queue->queue, result, &error);

  os_queue->calls--;
  if (os_queue->is_over)
    {
      if (os_queue->calls == 0)
        free_now (os_queue);
    }
  else if (done)
    os_queue->facts.is_accepting = !os_queue->is_closed;
  else
    hs_log_warning ("the print queue could not be %s: %s",
                    os_queue->is_closed ? "closed" : "opened", error->message);
}

/* Somebody else opened or closed it, or CUPS: it opens a queue when it has asked the printer, some
 * moments after the queue was made. No reason to make it anew. */
static void
put_door_right (HsOsQueue *os_queue, gboolean in_any_case)
{
  if (os_queue->facts.is_accepting != os_queue->is_closed && !in_any_case)
    return;
  os_queue->calls++;
  hs_print_queue_set_accepting_async (os_queue->queue, !os_queue->is_closed, os_queue->cancellable,
                                      on_door_moved, os_queue);
}

void
hs_os_queue_set_accepting (HsOsQueue *os_queue, gboolean accepting)
{
  os_queue->is_closed = !accepting;
  os_queue->facts.is_accepting = accepting;
}

static void
on_verified (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  HsOsQueue *os_queue = user_data;
  HsPrintQueueFacts facts = { 0 };
  gboolean done = hs_print_queue_verify_finish (os_queue->queue, result, &facts, &error);

  if (!take_back (os_queue))
    return;
  if (!done && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    {
      fail_look (os_queue, error);
      return;
    }
  /* A secret that was written to a log is changed as soon as the logging has ended. */
  if (facts.logs_secrets)
    os_queue->has_leaked = TRUE;
  gboolean leaked = os_queue->has_leaked && !facts.logs_secrets;
  os_queue->facts = facts;
  set_verified (os_queue, facts.exists && facts.has_policy && facts.refuses_false_names
                              && !facts.logs_secrets);
  g_clear_pointer (&os_queue->problem, g_free);
  if (os_queue->is_repairing && (leaked || !is_in_order (os_queue))
      && os_queue->repairs < MOST_REPAIRS)
    {
      repair (os_queue);
      return;
    }
  if (!done)
    {
      fail_look (os_queue, error);
      return;
    }
  os_queue->failures = 0;
  os_queue->has_looked = TRUE;
  os_queue->looked_us = g_get_monotonic_time ();
  end_look (os_queue);
  if (os_queue->is_repairing)
    put_door_right (os_queue, os_queue->format_waits > 0);
  await_formats (os_queue);
}

static void
look (HsOsQueue *os_queue)
{
  if (os_queue->is_busy)
    return;
  os_queue->is_busy = TRUE;
  os_queue->calls++;
  hs_print_queue_verify_async (os_queue->queue, os_queue->cancellable, on_verified, os_queue);
}

void
hs_os_queue_start (HsOsQueue *os_queue)
{
  os_queue->is_repairing = TRUE;
  look (os_queue);
}

void
hs_os_queue_look_async (HsOsQueue *os_queue, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (NULL, NULL, callback, user_data);

  g_queue_push_tail (&os_queue->waiting, task);
  look (os_queue);
}

/* ── questions ───────────────────────────────────────────────────────────────────────────── */

void
hs_os_queue_note_job (HsOsQueue *os_queue)
{
  if (os_queue->has_looked && g_get_monotonic_time () - os_queue->looked_us > FRESH_US)
    look (os_queue);
}

gboolean
hs_os_queue_get_facts (const HsOsQueue *os_queue, HsPrintQueueFacts *facts, const char **problem)
{
  *facts = os_queue->facts;
  if (problem != NULL)
    *problem = os_queue->problem;
  return os_queue->has_looked;
}

void
hs_os_queue_free (HsOsQueue *os_queue)
{
  if (os_queue == NULL)
    return;
  os_queue->is_over = TRUE;
  g_clear_handle_id (&os_queue->timer, g_source_remove);
  end_look (os_queue);
  g_cancellable_cancel (os_queue->cancellable);
  if (os_queue->calls == 0)
    free_now (os_queue);
}
