/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Times as a person says them. */

#include "tray-ui/words/time_words.h"

#include <glib/gi18n.h>

#define MINUTE 60
#define HOUR (60 * MINUTE)
#define SHORT_HOURS 8 /* further away than this a clock time is easier to grasp than a sum */

/* Days from the day of @from_us to that of @to_us, by the calendar of here. */
static int
count_days (GDateTime *from, GDateTime *to)
{
  GDate first, second;

  g_date_clear (&first, 1);
  g_date_clear (&second, 1);
  g_date_set_dmy (&first, (GDateDay)g_date_time_get_day_of_month (from),
                  (GDateMonth)g_date_time_get_month (from), (GDateYear)g_date_time_get_year (from));
  g_date_set_dmy (&second, (GDateDay)g_date_time_get_day_of_month (to),
                  (GDateMonth)g_date_time_get_month (to), (GDateYear)g_date_time_get_year (to));
  return g_date_days_between (&first, &second);
}

static char *
format_day (GDateTime *time, int days)
{
  if (days == 0)
    /* TRANSLATORS: a time of today, as strftime takes it. */
    return g_date_time_format (time, C_ ("clock", "%H:%M"));
  if (days == -1)
    return g_date_time_format (time, _ ("yesterday at %H:%M"));
  if (days == 1)
    return g_date_time_format (time, _ ("tomorrow at %H:%M"));
  if (ABS (days) <= 6)
    /* TRANSLATORS: a day of this week: "Monday at 14:02" */
    return g_date_time_format (time, _ ("%A at %H:%M"));
  /* TRANSLATORS: "3 Nov at 14:02" */
  return g_date_time_format (time, _ ("%-d %b at %H:%M"));
}

char *
hs_time_words_clock (gint64 us, gint64 now_us)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_local (us / G_USEC_PER_SEC);
  g_autoptr (GDateTime) now = g_date_time_new_from_unix_local (now_us / G_USEC_PER_SEC);

  if (us == 0 || time == NULL || now == NULL)
    return g_strdup ("");
  return format_day (time, count_days (now, time));
}

char *
hs_time_words_ago (gint64 us, gint64 now_us)
{
  gint64 seconds = (now_us - us) / G_USEC_PER_SEC;

  if (us == 0)
    return g_strdup ("");
  if (seconds < MINUTE)
    return g_strdup (_ ("just now"));
  if (seconds < HOUR)
    return g_strdup_printf (ngettext ("%d min ago", "%d min ago", (gulong)(seconds / MINUTE)),
                            (int)(seconds / MINUTE));
  if (seconds < SHORT_HOURS * HOUR)
    return g_strdup_printf (ngettext ("%d h ago", "%d h ago", (gulong)(seconds / HOUR)),
                            (int)(seconds / HOUR));
  return hs_time_words_clock (us, now_us);
}

char *
hs_time_words_until (gint64 us, gint64 now_us)
{
  gint64 seconds = (us - now_us) / G_USEC_PER_SEC;

  if (us == 0)
    return g_strdup ("");
  if (seconds <= 0)
    return g_strdup (_ ("now"));
  if (seconds < MINUTE)
    return g_strdup (_ ("in less than a minute"));
  if (seconds < HOUR)
    return g_strdup_printf (ngettext ("in %d min", "in %d min", (gulong)(seconds / MINUTE)),
                            (int)(seconds / MINUTE));
  if (seconds < SHORT_HOURS * HOUR)
    /* TRANSLATORS: hours and minutes */
    return g_strdup_printf (_ ("in %d h %d min"), (int)(seconds / HOUR),
                            (int)(seconds % HOUR / MINUTE));
  return hs_time_words_clock (us, now_us);
}

char *
hs_time_words_countdown (gint64 left_s)
{
  int left = (int)CLAMP (left_s, 0, G_MAXINT32);

  if (left < HOUR)
    return g_strdup_printf ("%d:%02d", left / MINUTE, left % MINUTE);
  return g_strdup_printf ("%d:%02d:%02d", left / HOUR, left % HOUR / MINUTE, left % MINUTE);
}
