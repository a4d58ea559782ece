/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

#include "core/attempts.h"
#include "support/suite.h"

#include <string.h>

#define NOW_US (G_GINT64_CONSTANT (1800000000) * G_USEC_PER_SEC)

static gint64
wait_after (guint32 failed)
{
  const HsAttempts attempts = { .failed = failed, .last_us = NOW_US };

  return hs_attempts_get_wait_us (&attempts, NOW_US);
}

static void
a_few_are_free_and_then_each_waits_twice_as_long_up_to_a_day (void)
{
  HS_ASSERT_INT_EQ (wait_after (0), 0);
  HS_ASSERT_INT_EQ (wait_after (4), 0);
  HS_ASSERT_INT_EQ (wait_after (5), HS_ATTEMPTS_FIRST_WAIT_US);
  HS_ASSERT_INT_EQ (wait_after (6), 2 * HS_ATTEMPTS_FIRST_WAIT_US);
  HS_ASSERT_INT_EQ (wait_after (9), 16 * HS_ATTEMPTS_FIRST_WAIT_US);
  HS_ASSERT_INT_EQ (wait_after (40), HS_ATTEMPTS_LONGEST_WAIT_US);
  HS_ASSERT_INT_EQ (wait_after (G_MAXUINT32), HS_ATTEMPTS_LONGEST_WAIT_US);
}

static void
time_that_passes_counts_and_time_that_goes_back_does_not_help (void)
{
  const HsAttempts attempts = { .failed = 5, .last_us = NOW_US };

  HS_ASSERT_INT_EQ (hs_attempts_get_wait_us (&attempts, NOW_US + 10 * G_USEC_PER_SEC),
                    HS_ATTEMPTS_FIRST_WAIT_US - 10 * G_USEC_PER_SEC);
  HS_ASSERT_INT_EQ (hs_attempts_get_wait_us (&attempts, NOW_US + HS_ATTEMPTS_FIRST_WAIT_US), 0);
  HS_ASSERT_INT_EQ (hs_attempts_get_wait_us (&attempts, NOW_US - G_TIME_SPAN_DAY),
                    HS_ATTEMPTS_FIRST_WAIT_US);
}

static void
what_was_written_is_read_back_and_damage_gives_no_tries (void)
{
  const HsAttempts attempts = { .failed = 3, .last_us = NOW_US };
  g_autofree char *text = hs_attempts_format (&attempts);
  HsAttempts again = hs_attempts_parse (text, strlen (text), 0);

  HS_ASSERT_INT_EQ (again.failed, 3);
  HS_ASSERT_INT_EQ (again.last_us, NOW_US);
  again = hs_attempts_parse ("3", 1, NOW_US);
  HS_ASSERT_INT_EQ (again.failed, HS_ATTEMPTS_FREE);
  HS_ASSERT_INT_EQ (again.last_us, NOW_US);
  again = hs_attempts_parse ("-1 5", 4, NOW_US);
  HS_ASSERT_INT_EQ (again.failed, HS_ATTEMPTS_FREE);
  again = hs_attempts_parse ("", 0, NOW_US);
  HS_ASSERT_INT_EQ (again.failed, HS_ATTEMPTS_FREE);
}

HS_SUITE ("core/attempts",
          { "a few are free, and then each waits twice as long, up to a day",
            a_few_are_free_and_then_each_waits_twice_as_long_up_to_a_day },
          { "time that passes counts, and time that goes back does not help",
            time_that_passes_counts_and_time_that_goes_back_does_not_help },
          { "what was written is read back, and damage gives no tries",
            what_was_written_is_read_back_and_damage_gives_no_tries })
