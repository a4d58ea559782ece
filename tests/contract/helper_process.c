/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* platform/helper_process.h with a real child: what it is given, what it may not do, and that it is
 * gone afterwards whatever it did. */

#include "platform/helper_process.h"
#include "support/suite.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define MEMORY_BYTES (256u * 1024 * 1024)

static HsHelperProcess *
start_with (const char *what, guint time_limit_ms, gboolean gives_way)
{
  const char *const arguments[] = { what, NULL };
  const HsHelperPlan plan = { .program = HS_TEST_HELPER_CHILD,
                              .arguments = arguments,
                              .memory_bytes = MEMORY_BYTES,
                              .cpu_seconds = 1,
                              .time_limit_ms = time_limit_ms,
                              .gives_way = gives_way };
  g_autoptr (GError) error = NULL;
  HsHelperProcess *helper = hs_helper_process_start (&plan, &error);

  HS_ASSERT_NO_ERROR (error);
  return helper;
}

static HsHelperProcess *
start (const char *what, guint time_limit_ms)
{
  return start_with (what, time_limit_ms, FALSE);
}

static char *
receive_text (HsHelperProcess *helper)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) frame = hs_helper_process_receive (helper, NULL, &error);

  HS_ASSERT_NO_ERROR (error);
  return g_strndup (g_bytes_get_data (frame, NULL), g_bytes_get_size (frame));
}

static void
assert_no_answer (HsHelperProcess *helper, GIOErrorEnum code)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) frame = hs_helper_process_receive (helper, NULL, &error);

  HS_ASSERT (frame == NULL);
  if (!g_error_matches (error, G_IO_ERROR, (int)code))
    hs_test_fail (__FILE__, __LINE__, "error is %d: %s", error->code, error->message);
}

static void
assert_no_child_is_left (void)
{
  HS_ASSERT (waitpid (-1, NULL, WNOHANG) < 0);
}

static void
frames_go_both_ways (void)
{
  static const gsize lengths[] = { 0, 1, 5, 65536, HS_HELPER_FRAME_MAX_BYTES };
  g_autoptr (HsHelperProcess) helper = start ("echo", 30000);
  g_autofree guint8 *bytes = g_malloc (HS_HELPER_FRAME_MAX_BYTES + 1);

  for (gsize i = 0; i < HS_HELPER_FRAME_MAX_BYTES; i++)
    bytes[i] = (guint8)(i * 31 >> 3);
  for (gsize i = 0; i < G_N_ELEMENTS (lengths); i++)
    {
      g_autoptr (GError) error = NULL;
      HS_ASSERT (hs_helper_process_send (helper, bytes, lengths[i], NULL, &error));
      g_autoptr (GBytes) frame = hs_helper_process_receive (helper, NULL, &error);
      HS_ASSERT_NO_ERROR (error);
      HS_ASSERT_BYTES_EQ (g_bytes_get_data (frame, NULL), g_bytes_get_size (frame), bytes,
                          lengths[i]);
    }
  g_autoptr (GError) error = NULL;
  HS_ASSERT (!hs_helper_process_send (helper, bytes, HS_HELPER_FRAME_MAX_BYTES + 1, NULL, &error));
  HS_ASSERT (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT));
}

static void
a_helper_is_given_nothing_but_its_limits (void)
{
  int extra = fcntl (STDIN_FILENO, F_DUPFD, 40); /* inheritable on purpose */
  g_autoptr (HsHelperProcess) helper = start ("belongings", 30000);
  g_autofree char *text = receive_text (helper);
  g_autofree char *expected = g_strdup_printf (
      "descriptors 0 1 2; variables 0; memory %u; processor 1; privileges 1", MEMORY_BYTES);

  close (extra);
  HS_ASSERT_STR_EQ (text, expected);
}

/* Compared with ourselves: the tests may run at a priority of their own. */
static void
a_helper_that_nobody_waits_for_gives_way (void)
{
  g_autoptr (HsHelperProcess) urgent = start_with ("priority", 30000, FALSE);
  g_autoptr (HsHelperProcess) patient = start_with ("priority", 30000, TRUE);
  g_autofree char *urgent_text = receive_text (urgent);
  g_autofree char *patient_text = receive_text (patient);
  g_autofree char *ours
      = g_strdup_printf ("nice %d, %s", getpriority (PRIO_PROCESS, 0),
                         sched_getscheduler (0) == SCHED_BATCH ? "batch" : "ordinary");

  HS_ASSERT_STR_EQ (urgent_text, ours);
  HS_ASSERT_STR_EQ (patient_text, "nice 10, batch");
}

static void
memory_has_an_end (void)
{
  g_autoptr (HsHelperProcess) helper = start ("memory", 30000);
  g_autofree char *text = receive_text (helper);

  HS_ASSERT (g_ascii_strtoull (text, NULL, 10) > 16);
  HS_ASSERT (g_ascii_strtoull (text, NULL, 10) < 256);
}

static void
a_helper_that_computes_too_long_is_killed (void)
{
  g_autoptr (HsHelperProcess) helper = start ("loop", 30000);

  assert_no_answer (helper, G_IO_ERROR_BROKEN_PIPE);
}

static void
a_helper_that_waits_too_long_is_given_up (void)
{
  HsHelperProcess *helper = start ("wait", 200);

  assert_no_answer (helper, G_IO_ERROR_TIMED_OUT);
  hs_helper_process_free (helper);
  assert_no_child_is_left ();
}

static void
a_helper_that_is_not_read_from_can_be_freed (void)
{
  hs_helper_process_free (start ("wait", 30000));
  hs_helper_process_free (start ("belongings", 30000));
  hs_helper_process_free (NULL);
  assert_no_child_is_left ();
}

static void
a_helper_that_sends_too_much_is_refused (void)
{
  g_autoptr (HsHelperProcess) helper = start ("too-much", 30000);

  assert_no_answer (helper, G_IO_ERROR_INVALID_DATA);
}

static void
a_frame_cut_off_is_an_error (void)
{
  g_autoptr (HsHelperProcess) helper = start ("half", 30000);

  assert_no_answer (helper, G_IO_ERROR_BROKEN_PIPE);
}

static void
sending_to_a_dead_helper_is_an_error (void)
{
  g_autoptr (HsHelperProcess) helper = start ("half", 30000);
  g_autoptr (GError) error = NULL;
  char bytes[1000] = "";

  assert_no_answer (helper, G_IO_ERROR_BROKEN_PIPE);
  HS_ASSERT (!hs_helper_process_send (helper, bytes, sizeof bytes, NULL, &error));
  HS_ASSERT (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_BROKEN_PIPE));
}

static gpointer
cancel_it (gpointer cancellable)
{
  g_cancellable_cancel (cancellable);
  return NULL;
}

static void
waiting_can_be_cancelled (void)
{
  g_autoptr (HsHelperProcess) helper = start ("wait", 30000);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  GThread *thread = g_thread_new ("cancel", cancel_it, cancellable);
  g_autoptr (GBytes) frame = hs_helper_process_receive (helper, cancellable, &error);

  g_thread_join (thread);
  HS_ASSERT (frame == NULL);
  HS_ASSERT (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED));
}

static void
a_missing_program_is_not_found (void)
{
  const HsHelperPlan plan = { .program = "/no/such/program",
                              .memory_bytes = MEMORY_BYTES,
                              .cpu_seconds = 1,
                              .time_limit_ms = 1000 };
  g_autoptr (GError) error = NULL;

  HS_ASSERT (hs_helper_process_start (&plan, &error) == NULL);
  HS_ASSERT (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND));
  assert_no_child_is_left ();
}

HS_SUITE ("helper process",
          { "frames go both ways", frames_go_both_ways },
          { "a helper is given nothing but its limits", a_helper_is_given_nothing_but_its_limits },
          { "memory has an end", memory_has_an_end },
          { "a helper that computes too long is killed",
            a_helper_that_computes_too_long_is_killed },
          { "a helper that waits too long is given up", a_helper_that_waits_too_long_is_given_up },
          { "a helper that is not read from can be freed",
            a_helper_that_is_not_read_from_can_be_freed },
          { "a helper that sends too much is refused", a_helper_that_sends_too_much_is_refused },
          { "a frame cut off is an error", a_frame_cut_off_is_an_error },
          { "sending to a dead helper is an error", sending_to_a_dead_helper_is_an_error },
          { "waiting can be cancelled", waiting_can_be_cancelled },
          { "a helper that nobody waits for gives way", a_helper_that_nobody_waits_for_gives_way },
          { "a missing program is not found", a_missing_program_is_not_found })
