/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* Days and ends as an administrator writes them. A day is one of the machine's time zone, or of the one that
 * is given, but for what is counted per day in UTC.
 *
 * Threads: main only.  Blocks: on the files of time zones. */

#include <glib.h>

/* "2026-11-22" as midnight UTC. @option is for the error. Errors: INVALID. */
gboolean hs_cli_parse_day (const char *text, const char *option, gint64 *at_us, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/* "2026-11-22" as its first moment in @zone; @text NULL: *at_us stays. Errors: INVALID. */
gboolean hs_cli_read_day (const char *text,
                          const char *option,
                          GTimeZone *zone,
                          gint64 *at_us,
                          GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The first moment of the day of @day (its year, month and day). */
gint64 hs_cli_begin_of_day (GTimeZone *zone, GDateTime *day);

/* "2d", "8h" from @now_us, or the end of the day "2026-11-22" of the machine's time zone, later than now.
 * Errors: INVALID. */
gboolean hs_cli_parse_until (const char *text, gint64 now_us, gint64 *until_us, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
