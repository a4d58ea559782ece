/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

#include "engine/intake/os_queue.h"

#include "platform/fake/print_queue.h"
#include "support/loop.h"
#include "support/suite.h"

#include <string.h>

#define FIRST_MS 20

static const HsPrintQueueFacts good = { .exists = TRUE,
                                        .has_formats = TRUE,
                                        .has_policy = TRUE,
                                        .refuses_false_names = TRUE,
                                        .is_accepting = TRUE };
static HsFakePrintQueue *fake;
static HsPrintQueue *queue;
static HsOsQueue *os_queue;
static GBytes *kept;
static HsPrintSystemTrust trust;
static guint n_changes;

static void
keep (gpointer data, GBytes *verifier)
{
  g_clear_pointer (&kept, g_bytes_unref);
  kept = g_bytes_ref (verifier);
}

static void
changed (gpointer data, const HsPrintSystemTrust *now)
{
  trust = *now;
  n_changes++;
}

static void
begin (void)
{
  const HsOsQueueKeeper keeper = { .keep = keep,
                                   .changed = changed,
                                   .absent_first_ms = FIRST_MS,
                                   .absent_most_ms = 100 * FIRST_MS,
                                   .format_wait_ms = 1 };

  queue = hs_print_queue_new ("");
  os_queue = hs_os_queue_new (queue, kept, &keeper);
  hs_os_queue_start (os_queue);
}

static void
end (void)
{
  g_clear_pointer (&os_queue, hs_os_queue_free);
  /* A call that was under way comes back. */
  while (g_main_context_iteration (NULL, FALSE))
    continue;
}

static void
set_up (void)
{
  fake = hs_fake_print_queue_get ();
  *fake = (HsFakePrintQueue){ .after_making = good };
  g_clear_pointer (&kept, g_bytes_unref);
  trust = (HsPrintSystemTrust){ 0 };
  n_changes = 0;
}

static void
tear_down (void)
{
  end ();
  g_clear_pointer (&kept, g_bytes_unref);
}

static gboolean
has_settled (guint looks)
{
  HsPrintQueueFacts facts;

  return hs_os_queue_get_facts (os_queue, &facts, NULL) && fake->n_looks >= looks;
}

static void
the_first_start_makes_the_queue_and_keeps_the_verifier_of_its_secret (void)
{
  guint8 verifier[HS_PRINT_SYSTEM_VERIFIER_BYTES];

  begin ();
  HS_LOOP_UNTIL (trust.is_policy_verified && trust.has_verifier);
  HS_ASSERT (fake->n_made == 1 && kept != NULL);
  HS_ASSERT (strlen (fake->secret) == HS_PRINT_QUEUE_SECRET_CHARS);
  hs_print_system_make_verifier (fake->secret, verifier);
  HS_ASSERT (g_bytes_get_size (kept) == sizeof verifier
             && memcmp (g_bytes_get_data (kept, NULL), verifier, sizeof verifier) == 0);
}

static void
a_queue_in_order_keeps_its_secret_over_a_restart (void)
{
  begin ();
  HS_LOOP_UNTIL (trust.is_policy_verified);
  end ();
  trust = (HsPrintSystemTrust){ 0 };
  guint looks = fake->n_looks;
  begin ();
  HS_LOOP_UNTIL (has_settled (looks + 1) && trust.is_policy_verified);
  HS_ASSERT (fake->n_made == 1 && trust.has_verifier);
}

static void
a_queue_that_believes_false_names_is_made_anew_three_times_and_never_believed (void)
{
  fake->after_making.refuses_false_names = FALSE;
  begin ();
  HS_LOOP_UNTIL (fake->n_made == 3 && has_settled (4));
  HS_ASSERT (!trust.is_policy_verified && n_changes > 0);
  GAsyncResult *result = NULL;
  hs_os_queue_look_async (os_queue, hs_loop_store_result, &result);
  HS_LOOP_UNTIL (result != NULL);
  g_clear_object (&result);
  HS_ASSERT (fake->n_made == 3 && !trust.is_policy_verified);
}

static void
a_secret_that_may_stand_in_a_log_is_not_believed_and_changed_when_the_logging_ends (void)
{
  char before[HS_PRINT_QUEUE_SECRET_CHARS + 1];
  GAsyncResult *result = NULL;

  begin ();
  HS_LOOP_UNTIL (trust.is_policy_verified);
  memcpy (before, fake->secret, sizeof before);
  fake->facts.logs_secrets = TRUE;
  hs_os_queue_look_async (os_queue, hs_loop_store_result, &result);
  HS_LOOP_UNTIL (result != NULL);
  g_clear_object (&result);
  HS_ASSERT (!trust.is_policy_verified && fake->n_made == 1);
  fake->facts.logs_secrets = FALSE;
  hs_os_queue_look_async (os_queue, hs_loop_store_result, &result);
  HS_LOOP_UNTIL (result != NULL);
  g_clear_object (&result);
  HS_ASSERT (fake->n_made == 2 && strcmp (before, fake->secret) != 0 && trust.is_policy_verified);
}

static void
the_secret_is_left_alone_while_the_print_system_has_jobs (void)
{
  const char *problem = NULL;
  HsPrintQueueFacts facts;

  fake->facts = good;
  fake->facts.has_policy = FALSE;
  fake->jobs = 2;
  begin ();
  HS_LOOP_UNTIL (has_settled (2));
  HS_ASSERT (fake->n_made == 0 && !trust.is_policy_verified);
  hs_os_queue_get_facts (os_queue, &facts, &problem);
  HS_ASSERT (problem != NULL && strstr (problem, "2 jobs") != NULL);
  fake->jobs = 0;
  HS_LOOP_UNTIL (trust.is_policy_verified);
  HS_ASSERT (fake->n_made == 1);
}

static void
without_a_helper_it_looks_again_more_and_more_rarely_until_there_is_one (void)
{
  gint64 start_us = g_get_monotonic_time ();

  fake->fails = TRUE;
  fake->error_code = G_IO_ERROR_TIMED_OUT;
  begin ();
  HS_LOOP_UNTIL (fake->n_looks == 5);
  /* Each delay is twice the one before, and lies between the half and the whole of it; without
   * growth four of them would last 4 × FIRST_MS at most. */
  HS_ASSERT (g_get_monotonic_time () - start_us >= FIRST_MS * 15 / 2 * 1000);
  HS_ASSERT (fake->n_made == 0 && !trust.is_policy_verified);
  fake->fails = FALSE;
  HS_LOOP_UNTIL (trust.is_policy_verified);
  HS_ASSERT (fake->n_made == 1);
}

static void
a_queue_that_takes_no_jobs_is_opened_but_not_made_anew (void)
{
  begin ();
  HS_LOOP_UNTIL (trust.is_policy_verified);
  end ();
  fake->facts.is_accepting = FALSE;
  begin ();
  HS_LOOP_UNTIL (fake->facts.is_accepting);
  HS_ASSERT (fake->n_made == 1);
}

static void
a_queue_that_is_to_take_no_jobs_is_made_closed_and_closed_again (void)
{
  const HsOsQueueKeeper keeper = { .keep = keep, .changed = changed, .format_wait_ms = 1 };

  /* The print system asks the printer only later, and opens the queue then. */
  fake->after_making.has_formats = FALSE;
  queue = hs_print_queue_new ("");
  os_queue = hs_os_queue_new (queue, NULL, &keeper);
  hs_os_queue_set_accepting (os_queue, FALSE);
  hs_os_queue_start (os_queue);
  HS_LOOP_UNTIL (has_settled (2));
  HS_ASSERT (fake->n_made == 1 && !fake->facts.is_accepting);
  fake->facts.has_formats = fake->facts.is_accepting = TRUE;
  guint looks = fake->n_looks;
  HS_LOOP_UNTIL (has_settled (looks + 1) && !fake->facts.is_accepting);
  HS_ASSERT (fake->n_made == 1);
}

HS_SUITE_WITH (
    "engine/intake/os_queue",
    set_up,
    tear_down,
    { "the first start makes the queue and keeps the verifier of its secret",
      the_first_start_makes_the_queue_and_keeps_the_verifier_of_its_secret },
    { "a queue in order keeps its secret over a restart",
      a_queue_in_order_keeps_its_secret_over_a_restart },
    { "a queue that believes false names is made anew three times and never believed",
      a_queue_that_believes_false_names_is_made_anew_three_times_and_never_believed },
    { "a secret that may stand in a log is not believed, and changed when the logging ends",
      a_secret_that_may_stand_in_a_log_is_not_believed_and_changed_when_the_logging_ends },
    { "the secret is left alone while the print system has jobs",
      the_secret_is_left_alone_while_the_print_system_has_jobs },
    { "without a helper it looks again, more and more rarely, until there is one",
      without_a_helper_it_looks_again_more_and_more_rarely_until_there_is_one },
    { "a queue that takes no jobs is opened but not made anew",
      a_queue_that_takes_no_jobs_is_opened_but_not_made_anew },
    { "a queue that is to take no jobs is made closed and closed again",
      a_queue_that_is_to_take_no_jobs_is_made_closed_and_closed_again })
