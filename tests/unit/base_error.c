/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Errors of others as ours: the code says what a caller may do. */

#include "base/error.h"
#include "support/suite.h"

#include <errno.h>
#include <gio/gio.h>

static void
expect_converted (GQuark domain, int code, HsErrorCode expected)
{
  g_autoptr (GError) error = g_error_new_literal (domain, code, "as it was said");

  hs_error_convert_gio (&error);
  HS_ASSERT_ERROR (error, expected);
  HS_ASSERT_STR_EQ (error->message, "as it was said");
}

static void
errors_of_files_keep_what_callers_act_on (void)
{
  expect_converted (G_FILE_ERROR, G_FILE_ERROR_NOENT, HS_ERROR_NOT_FOUND);
  expect_converted (G_FILE_ERROR, G_FILE_ERROR_NOSPC, HS_ERROR_NO_SPACE);
  expect_converted (G_FILE_ERROR, G_FILE_ERROR_ACCES, HS_ERROR_DENIED);
  expect_converted (G_FILE_ERROR, G_FILE_ERROR_PERM, HS_ERROR_DENIED);
  expect_converted (G_FILE_ERROR, G_FILE_ERROR_IO, HS_ERROR_INTERNAL);
}

static void
errors_of_streams_keep_what_callers_act_on (void)
{
  expect_converted (G_IO_ERROR, G_IO_ERROR_NOT_FOUND, HS_ERROR_NOT_FOUND);
  expect_converted (G_IO_ERROR, G_IO_ERROR_NO_SPACE, HS_ERROR_NO_SPACE);
  expect_converted (G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED, HS_ERROR_DENIED);
  expect_converted (G_IO_ERROR, G_IO_ERROR_CANCELLED, HS_ERROR_CANCELLED);
  expect_converted (G_IO_ERROR, G_IO_ERROR_TIMED_OUT, HS_ERROR_TEMPORARY);
  expect_converted (G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, HS_ERROR_INVALID);
  expect_converted (G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, HS_ERROR_NOT_SUPPORTED);
  expect_converted (G_IO_ERROR, G_IO_ERROR_FAILED, HS_ERROR_INTERNAL);
}

static void
other_errors_stay_as_they_are (void)
{
  g_autoptr (GError) error = g_error_new_literal (HS_ERROR, HS_ERROR_EXPIRED, "ours");
  g_autoptr (GError) none = NULL;

  hs_error_convert_gio (&error);
  HS_ASSERT_ERROR (error, HS_ERROR_EXPIRED);
  hs_error_convert_gio (&none);
  hs_error_convert_gio (NULL);
  HS_ASSERT (none == NULL);
}

static void
errno_becomes_a_sentence (void)
{
  g_autoptr (GError) error = NULL;

  hs_error_set_errno (&error, ENOSPC, "cannot write");
  HS_ASSERT_ERROR (error, HS_ERROR_NO_SPACE);
  HS_ASSERT (g_str_has_prefix (error->message, "cannot write: "));
}

static void
every_code_has_a_keyword (void)
{
  for (int code = HS_ERROR_TEMPORARY; code < HS_ERROR_INTERNAL; code++)
    HS_ASSERT (g_strcmp0 (hs_error_code_to_keyword ((HsErrorCode)code), "internal") != 0);
  HS_ASSERT_STR_EQ (hs_error_code_to_keyword (HS_ERROR_INTERNAL), "internal");
  HS_ASSERT_STR_EQ (hs_error_code_to_keyword ((HsErrorCode)99), "internal");
}

HS_SUITE ("errors",
          { "errors of files keep what callers act on", errors_of_files_keep_what_callers_act_on },
          { "errors of streams keep what callers act on",
            errors_of_streams_keep_what_callers_act_on },
          { "other errors stay as they are", other_errors_stay_as_they_are },
          { "errno becomes a sentence", errno_becomes_a_sentence },
          { "every code has a keyword", every_code_has_a_keyword })
