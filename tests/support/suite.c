/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The bridge from our tables to CUnit, and from CUnit to TAP. */

#include "support/suite.h"

#include "base/error.h"

#include <CUnit/CUnit.h>
#include <CUnit/TestRun.h>
#include <locale.h>
#include <setjmp.h>
#include <stdio.h>
#include <unistd.h>

#define HS_TEST_FAILED_OUTSIDE 3

static const HsTest *running; /* NULL outside of a suite */
static jmp_buf leave_test;
static const char *skip_reason;
static char *failure;
static guint number;

void
hs_test_fail (const char *file, int line, const char *format, ...)
{
  va_list arguments;
  va_start (arguments, format);
  g_autofree char *message = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  if (running == NULL)
    {
      /* A process without a suite: a child of a crash test. */
      fprintf (stderr, "%s:%d: %s\n", file, line, message);
      _exit (HS_TEST_FAILED_OUTSIDE);
    }
  g_free (failure);
  failure = g_strdup_printf ("%s:%d: %s", file, line, message);
  CU_assertImplementation (CU_FALSE, (unsigned)line, failure, file, "", CU_FALSE);
  longjmp (leave_test, 1);
}

void
hs_test_skip (const char *reason)
{
  skip_reason = reason;
  longjmp (leave_test, 1);
}

static void
append_hex (GString *text, const guint8 *bytes, gsize length)
{
  for (gsize i = 0; i < MIN (length, 48); i++)
    g_string_append_printf (text, "%02x", bytes[i]);
  if (length > 48)
    g_string_append (text, "…");
}

void
hs_test_bytes_eq (const char *file,
                  int line,
                  const char *what,
                  const void *left,
                  gsize left_length,
                  const void *right,
                  gsize right_length)
{
  if (left_length == right_length && (left_length == 0 || memcmp (left, right, left_length) == 0))
    return;
  g_autoptr (GString) text = g_string_new (NULL);
  g_string_append_printf (text, "%s is %zu bytes ", what, left_length);
  append_hex (text, left, left_length);
  g_string_append_printf (text, ", expected %zu bytes ", right_length);
  append_hex (text, right, right_length);
  hs_test_fail (file, line, "%s", text->str);
}

void
hs_test_error (const char *file, int line, const GError *error, int code, const char *name)
{
  if (error == NULL)
    hs_test_fail (file, line, "no error, expected %s", name);
  if (error->domain != HS_ERROR || error->code != code)
    hs_test_fail (file, line, "error is %s %d (%s), expected %s", g_quark_to_string (error->domain),
                  error->code, error->message, name);
}

char *
hs_test_source_path (const char *name)
{
  return g_build_filename (HS_TEST_SOURCE_ROOT, name, NULL);
}

char *
hs_test_vector_path (const char *name)
{
  return g_build_filename (HS_TEST_SOURCE_ROOT, "tests", "vectors", name, NULL);
}

/* CUnit runs functions without arguments, so the table entry travels beside it. */
static const HsTest *selected_tests[1024];
static guint selected_count;

static void
run_guarded (void)
{
  skip_reason = NULL;
  g_clear_pointer (&failure, g_free);
  if (setjmp (leave_test) == 0)
    running->run ();
}

static void
on_test_start (const CU_pTest test, const CU_pSuite suite)
{
  running = selected_tests[number];
}

static void
on_test_complete (const CU_pTest test, const CU_pSuite suite, const CU_pFailureRecord record)
{
  number++;
  if (record != NULL)
    {
      printf ("not ok %u - %s\n", number, running->sentence);
      if (failure != NULL)
        printf ("# %s\n", failure);
    }
  else if (skip_reason != NULL)
    printf ("ok %u - %s # SKIP %s\n", number, running->sentence, skip_reason);
  else
    printf ("ok %u - %s\n", number, running->sentence);
  fflush (stdout);
}

int
hs_suite_main (int argc,
               char **argv,
               const char *name,
               const HsTest *tests,
               gsize count,
               void (*set_up) (void),
               void (*tear_down) (void))
{
  setlocale (LC_ALL, "C.UTF-8");
  /* What a library calls critical is a fault of its caller. */
  g_log_set_always_fatal (G_LOG_LEVEL_CRITICAL | G_LOG_FATAL_MASK);
  if (CU_initialize_registry () != CUE_SUCCESS)
    return 2;
  CU_pSuite suite = CU_add_suite_with_setup_and_teardown (name, NULL, NULL, set_up, tear_down);
  for (gsize i = 0; i < count; i++)
    {
      if (argc > 1 && strstr (tests[i].sentence, argv[1]) == NULL)
        continue;
      g_assert (selected_count < G_N_ELEMENTS (selected_tests));
      selected_tests[selected_count++] = &tests[i];
      CU_add_test (suite, tests[i].sentence, run_guarded);
    }
  printf ("1..%u\n", selected_count);
  fflush (stdout);
  CU_set_test_start_handler (on_test_start);
  CU_set_test_complete_handler (on_test_complete);
  CU_run_all_tests ();
  unsigned failed = CU_get_number_of_tests_failed ();
  CU_cleanup_registry ();
  g_clear_pointer (&failure, g_free);
  return failed == 0 && number == selected_count ? 0 : 1;
}
