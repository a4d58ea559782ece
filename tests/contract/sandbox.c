/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* platform/sandbox.h, tried from inside: a child enters it and attempts what it must not. */

#include "platform/helper_process.h"
#include "platform/sandbox.h"
#include "support/suite.h"
#include "support/temp_dir.h"

#include <unistd.h>

static char *place;

static void
set_up (void)
{
  place = hs_temp_dir_new ();
  g_autofree char *font = g_build_filename (place, "font", NULL);
  g_file_set_contents (font, "ABCD", 4, NULL);
}

static void
tear_down (void)
{
  g_clear_pointer (&place, hs_temp_dir_free);
}

/* What the child reported, or NULL if it was killed first. */
static char *
attempt_in (const char *what, const char *readable)
{
  const char *const arguments[] = { "sandbox", what, readable, NULL };
  const HsHelperPlan plan = { .program = HS_TEST_HELPER_CHILD,
                              .arguments = arguments,
                              .memory_bytes = 4096ull * 1024 * 1024,
                              .cpu_seconds = 20,
                              .time_limit_ms = 30000 };
  g_autoptr (GError) error = NULL;
  g_autoptr (HsHelperProcess) helper = hs_helper_process_start (&plan, &error);

  HS_ASSERT_NO_ERROR (error);
  g_autoptr (GBytes) frame = hs_helper_process_receive (helper, NULL, &error);
  if (frame != NULL)
    return g_strndup (g_bytes_get_data (frame, NULL), g_bytes_get_size (frame));
  HS_ASSERT (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_BROKEN_PIPE));
  return NULL;
}

static void
assert_blocked (const char *what)
{
  g_autofree char *with_paths = attempt_in (what, place);
  g_autofree char *without = attempt_in (what, NULL);

  HS_ASSERT_STR_EQ (with_paths, "blocked");
  HS_ASSERT_STR_EQ (without, "blocked");
}

static gboolean
has_landlock (void)
{
  g_autofree char *files = attempt_in ("files", place);

  return g_strcmp0 (files, "readable") == 0;
}

static void
no_socket_can_be_opened (void)
{
  assert_blocked ("socket");
  assert_blocked ("unix-socket");
}

static void
no_other_file_can_be_read (void)
{
  assert_blocked ("open-elsewhere");
  assert_blocked ("open-by-climbing");
}

static void
granted_folders_can_be_read_and_nothing_more (void)
{
  assert_blocked ("write-granted");
  assert_blocked ("make-file");
  assert_blocked ("remove");
  g_autofree char *closed = attempt_in ("open-granted", NULL);
  HS_ASSERT (g_strcmp0 (closed, "ABCD") != 0);
  if (!has_landlock ())
    hs_test_skip ("this kernel has no Landlock, so nothing can be opened at all");
  g_autofree char *text = attempt_in ("open-granted", place);
  HS_ASSERT_STR_EQ (text, "ABCD");
}

static void
no_process_or_thread_can_be_started (void)
{
  assert_blocked ("fork");
  assert_blocked ("thread");
}

static void
starting_a_program_ends_the_helper (void)
{
  HS_ASSERT (attempt_in ("exec", place) == NULL);
  HS_ASSERT (attempt_in ("exec", NULL) == NULL);
}

static void
looking_into_a_process_ends_the_helper (void)
{
  HS_ASSERT (attempt_in ("trace", NULL) == NULL);
}

static void
others_cannot_be_reached (void)
{
  assert_blocked ("kill");
  assert_blocked ("namespace");
}

static void
memory_cannot_become_code (void)
{
  assert_blocked ("code");
}

static void
limits_cannot_be_raised (void)
{
  assert_blocked ("limits");
}

static void
memory_has_an_end (void)
{
  g_autofree char *text = attempt_in ("memory", NULL);

  HS_ASSERT (text != NULL);
  HS_ASSERT (g_ascii_strtoull (text, NULL, 10) > 16);
  HS_ASSERT (g_ascii_strtoull (text, NULL, 10) < 256);
}

static void
an_endless_loop_has_an_end (void)
{
  HS_ASSERT (attempt_in ("loop", NULL) == NULL);
}

static void
computing_goes_on (void)
{
  g_autofree char *text = attempt_in ("compute", NULL);

  HS_ASSERT_STR_EQ (text, "computed");
}

HS_SUITE_WITH ("sandbox",
               set_up,
               tear_down,
               { "no socket can be opened", no_socket_can_be_opened },
               { "no other file can be read", no_other_file_can_be_read },
               { "granted folders can be read, and nothing more",
                 granted_folders_can_be_read_and_nothing_more },
               { "no process or thread can be started", no_process_or_thread_can_be_started },
               { "starting a program ends the helper", starting_a_program_ends_the_helper },
               { "looking into a process ends the helper", looking_into_a_process_ends_the_helper },
               { "other processes cannot be reached", others_cannot_be_reached },
               { "memory cannot become code", memory_cannot_become_code },
               { "limits cannot be raised", limits_cannot_be_raised },
               { "memory has an end", memory_has_an_end },
               { "an endless loop has an end", an_endless_loop_has_an_end },
               { "computing goes on", computing_goes_on })
