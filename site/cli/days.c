/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Days of a time zone. */

#include "site/cli/days.h"

#include "base/error.h"

#include <string.h>

static gint64
to_us (GDateTime *moment)
{
  return g_date_time_to_unix (moment) * G_USEC_PER_SEC;
}

/* The first moment of that day. Where clocks go back over midnight there are two midnights, of which
 * GLib gives the later one. */
gint64
hs_cli_begin_of_day (GTimeZone *zone, GDateTime *day)
{
  g_autoptr (GDateTime) midnight
      = g_date_time_new (zone, g_date_time_get_year (day), g_date_time_get_month (day),
                         g_date_time_get_day_of_month (day), 0, 0, 0);
  g_autoptr (GDateTime) hour_before = g_date_time_add (midnight, -G_TIME_SPAN_HOUR);
  gboolean is_second
      = g_date_time_get_day_of_month (hour_before) == g_date_time_get_day_of_month (midnight);

  return to_us (is_second ? hour_before : midnight);
}

gboolean
hs_cli_parse_day (const char *text, const char *option, gint64 *at_us, GError **error)
{
  g_autofree char *iso = g_strconcat (text, "T00:00:00Z", NULL);
  g_autoptr (GDateTime) day = g_date_time_new_from_iso8601 (iso, NULL);

  if (day == NULL || strlen (text) != 10)
    {
      g_set_error (error, HS_ERROR, HS_ERROR_INVALID, "%s is a day like 2026-11-22", option);
      return FALSE;
    }
  *at_us = g_date_time_to_unix (day) * G_USEC_PER_SEC;
  return TRUE;
}

gboolean
hs_cli_read_day (
    const char *text, const char *option, GTimeZone *zone, gint64 *at_us, GError **error)
{
  gint64 utc_us = 0;

  if (text == NULL)
    return TRUE;
  if (!hs_cli_parse_day (text, option, &utc_us, error))
    return FALSE;
  g_autoptr (GDateTime) day = g_date_time_new_from_unix_utc (utc_us / G_USEC_PER_SEC);
  *at_us = hs_cli_begin_of_day (zone, day);
  return TRUE;
}

static gboolean
read_end_of_day (const char *text, gint64 *end_us)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_local ();
  gint64 utc_us = 0;

  if (!hs_cli_parse_day (text, "--until", &utc_us, NULL))
    return FALSE;
  g_autoptr (GDateTime) day = g_date_time_new_from_unix_utc (utc_us / G_USEC_PER_SEC);
  g_autoptr (GDateTime) next = g_date_time_add_days (day, 1);
  *end_us = hs_cli_begin_of_day (zone, next);
  return TRUE;
}

gboolean
hs_cli_parse_until (const char *text, gint64 now_us, gint64 *until_us, GError **error)
{
  gsize length = strlen (text);
  gint64 unit_us = length < 2                ? 0
                   : text[length - 1] == 'd' ? G_TIME_SPAN_DAY
                   : text[length - 1] == 'h' ? G_TIME_SPAN_HOUR
                                             : 0;
  g_autofree char *digits = unit_us != 0 ? g_strndup (text, length - 1) : NULL;
  guint64 count = 0;
  gint64 end_us = 0;

  if (digits != NULL && g_ascii_string_to_unsigned (digits, 10, 1, 10000, &count, NULL))
    {
      *until_us = now_us + (gint64)count * unit_us;
      return TRUE;
    }
  if (digits == NULL && read_end_of_day (text, &end_us) && end_us > now_us)
    {
      *until_us = end_us;
      return TRUE;
    }
  g_set_error (error, HS_ERROR, HS_ERROR_INVALID,
               "--until is a time from now like 2d or 8h, or the last day like 2026-11-22");
  return FALSE;
}
