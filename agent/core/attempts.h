/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* Tries at a secret that this machine checks by itself: a few at once, then a growing wait.
 *
 * The count is stored before the try, so that pulling the plug does not give a free one; a success
 * sets it back. Time is the trusted one (engine/identity/last_seen.h), which only goes forward: a clock
 * set forward saves no waiting.
 *
 * Threads: any, no shared state.  Blocks: never. */

#include <glib.h>

#define HS_ATTEMPTS_FREE 5                              /* as many as the site gives a PIN */
#define HS_ATTEMPTS_FIRST_WAIT_US (30 * G_USEC_PER_SEC) /* after the fifth; doubles with each */
#define HS_ATTEMPTS_LONGEST_WAIT_US (24 * G_TIME_SPAN_HOUR)

typedef struct
{
  guint32 failed; /* in a row */
  gint64 last_us; /* of the last one, by the trusted clock */
} HsAttempts;

/* How long to wait from @now_us on, in µs; 0: try now. */
gint64 hs_attempts_get_wait_us (const HsAttempts *attempts, gint64 now_us);

/* "failed last_us" in decimal. Returns: (transfer full). What cannot be read counts as
 * HS_ATTEMPTS_FREE failures just now: damage is no way to more tries. */
char *hs_attempts_format (const HsAttempts *attempts);
HsAttempts hs_attempts_parse (const char *text, gsize length, gint64 now_us);
