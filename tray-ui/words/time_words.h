/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* Times as a person says them: "4 min ago", "in 40 min", "yesterday at 14:02".
 *
 * Texts are translated with the program's text domain. The present time is an argument, the time zone
 * is the process's.
 *
 * Threads: any, no shared state.  Blocks: never. */

#include <glib.h>

/* "just now", "4 min ago", "2 h ago", "yesterday at 14:02", "Monday at 14:02", "3 Nov at 14:02".
 * A time ahead of @now_us (a clock that was set back) is "just now". "" for 0.
 * Returns: (transfer full). */
char *hs_time_words_ago (gint64 us, gint64 now_us);

/* "in less than a minute", "in 40 min", "in 7 h 56 min", "tomorrow at 14:02", "on Monday at 14:02".
 * "now" for what is over. "" for 0. Returns: (transfer full). */
char *hs_time_words_until (gint64 us, gint64 now_us);

/* "14:02", with the day if it is not today. "" for 0. Returns: (transfer full). */
char *hs_time_words_clock (gint64 us, gint64 now_us);

/* "4:05", "1:02:09": what is left of a countdown; "0:00" once it is over. Returns: (transfer full). */
char *hs_time_words_countdown (gint64 left_s);
