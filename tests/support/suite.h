/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* How a test program is written: a table of sentences and functions, and asserts that print both
 * sides. The only includer of CUnit is suite.c; results come out as TAP, one line per sentence.
 *
 *   static void a_released_job_is_kept (void) { HS_ASSERT_INT_EQ (1 + 1, 2); }
 *   HS_SUITE ("job state", { "a released job is kept", a_released_job_is_kept })
 *
 * A failed assert ends its test at once. */

#include <glib.h>
#include <string.h>

typedef struct
{
  const char *sentence;
  void (*run) (void);
} HsTest;

int hs_suite_main (int argc,
                   char **argv,
                   const char *name,
                   const HsTest *tests,
                   gsize count,
                   void (*set_up) (void),
                   void (*tear_down) (void));

/* main() of a test program. The program takes an optional argument: run only the sentences that
 * contain it. */
#define HS_SUITE_WITH(name, set_up, tear_down, ...)                                                \
  int main (int argc, char **argv)                                                                 \
  {                                                                                                \
    static const HsTest suite_tests[] = { __VA_ARGS__ };                                           \
    return hs_suite_main (argc, argv, name, suite_tests, G_N_ELEMENTS (suite_tests), set_up,       \
                          tear_down);                                                              \
  }
#define HS_SUITE(name, ...) HS_SUITE_WITH (name, NULL, NULL, __VA_ARGS__)

/* Marks the running test as failed and leaves it; outside of a suite ends the process with 3. Does not
 * return. */
_Noreturn void hs_test_fail (const char *file, int line, const char *format, ...)
    G_GNUC_PRINTF (3, 4);

/* Marks the running test as skipped, with the reason, and leaves it. Does not return. */
_Noreturn void hs_test_skip (const char *reason);

/* A file of the source tree, by its path from the root: "docs/job-states.md".
 * Returns: (transfer full). */
char *hs_test_source_path (const char *name);

/* The same below tests/vectors. Returns: (transfer full). */
char *hs_test_vector_path (const char *name);

#define HS_ASSERT(condition)                                                                       \
  do                                                                                               \
    {                                                                                              \
      if (!(condition))                                                                            \
        hs_test_fail (__FILE__, __LINE__, "not true: %s", #condition);                             \
    }                                                                                              \
  while (0)

#define HS_ASSERT_INT_EQ(left, right)                                                              \
  do                                                                                               \
    {                                                                                              \
      gint64 left_value = (gint64)(left), right_value = (gint64)(right);                           \
      if (left_value != right_value)                                                               \
        hs_test_fail (__FILE__, __LINE__,                                                          \
                      "%s is %" G_GINT64_FORMAT ", expected %" G_GINT64_FORMAT, #left, left_value, \
                      right_value);                                                                \
    }                                                                                              \
  while (0)

#define HS_ASSERT_STR_EQ(left, right)                                                              \
  do                                                                                               \
    {                                                                                              \
      const char *left_text = (left), *right_text = (right);                                       \
      if (g_strcmp0 (left_text, right_text) != 0)                                                  \
        hs_test_fail (__FILE__, __LINE__, "%s is \"%s\", expected \"%s\"", #left,                  \
                      left_text ? left_text : "(null)", right_text ? right_text : "(null)");       \
    }                                                                                              \
  while (0)

#define HS_ASSERT_BYTES_EQ(left, left_length, right, right_length)                                 \
  hs_test_bytes_eq (__FILE__, __LINE__, #left, left, left_length, right, right_length)

#define HS_ASSERT_NO_ERROR(error)                                                                  \
  do                                                                                               \
    {                                                                                              \
      if ((error) != NULL)                                                                         \
        hs_test_fail (__FILE__, __LINE__, "unexpected error: %s", (error)->message);               \
    }                                                                                              \
  while (0)

/* @code is an HsErrorCode; the domain must be HS_ERROR. */
#define HS_ASSERT_ERROR(error, code) hs_test_error (__FILE__, __LINE__, error, code, #code)

void hs_test_bytes_eq (const char *file,
                       int line,
                       const char *what,
                       const void *left,
                       gsize left_length,
                       const void *right,
                       gsize right_length);
void hs_test_error (const char *file, int line, const GError *error, int code, const char *name);
