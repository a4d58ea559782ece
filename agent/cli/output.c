/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* What the command line shows. */

#include "cli/output.h"

#include "base/safe_text.h"

#include <string.h>

#define GAP 2         /* blanks between columns */
#define LEAST_WIDE 12 /* a column that gives way keeps this much */

struct HsTable
{
  guint columns;
  guint wide;
  GPtrArray *cells; /* char *, row by row, titles first */
};

HsTable *
hs_table_new (const char *const *titles, guint wide)
{
  HsTable *table = g_new0 (HsTable, 1);

  table->columns = g_strv_length ((char **)titles);
  table->wide = wide;
  table->cells = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < table->columns; i++)
    g_ptr_array_add (table->cells, g_strdup (titles[i]));
  return table;
}

void
hs_table_free (HsTable *table)
{
  if (table == NULL)
    return;
  g_ptr_array_unref (table->cells);
  g_free (table);
}

static void
add_cell (HsTable *table, char *text)
{
  g_ptr_array_add (table->cells, hs_safe_text_dup (text));
  g_free (text);
}

void
hs_table_add (HsTable *table, char *first, ...)
{
  va_list more;

  add_cell (table, first);
  va_start (more, first);
  for (guint i = 1; i < table->columns; i++)
    add_cell (table, va_arg (more, char *));
  va_end (more);
}

static guint
text_width (const char *text)
{
  guint width = 0;

  for (const char *at = text; *at != '\0'; at = g_utf8_next_char (at))
    {
      gunichar character = g_utf8_get_char (at);
      if (!g_unichar_iszerowidth (character))
        width += g_unichar_iswide (character) ? 2 : 1;
    }
  return width;
}

static void
append_cell (GString *out, const char *text, guint width, gboolean is_last)
{
  guint full = text_width (text);
  guint used = 0;

  for (const char *at = text; *at != '\0'; at = g_utf8_next_char (at))
    {
      gunichar character = g_utf8_get_char (at);
      guint step = g_unichar_iszerowidth (character) ? 0 : g_unichar_iswide (character) ? 2 : 1;
      if (full > width && used + step + 1 > width)
        {
          g_string_append (out, "…");
          used++;
          break;
        }
      g_string_append_unichar (out, character);
      used += step;
    }
  for (; !is_last && used < width + GAP; used++)
    g_string_append_c (out, ' ');
}

static void
find_widths (const HsTable *table, guint width, guint *widths)
{
  guint total = GAP * (table->columns - 1);

  for (guint i = 0; i < table->cells->len; i++)
    {
      guint *column = &widths[i % table->columns];
      *column = MAX (*column, text_width (g_ptr_array_index (table->cells, i)));
    }
  for (guint i = 0; i < table->columns; i++)
    total += widths[i];
  /* First the last column, which is a sentence, then the wide one. */
  guint victims[] = { table->columns - 1, table->wide };
  for (guint i = 0; i < G_N_ELEMENTS (victims) && width > 0 && total > width; i++)
    {
      guint *column = &widths[victims[i]];
      guint room = *column > LEAST_WIDE ? *column - LEAST_WIDE : 0;
      guint cut = MIN (room, total - width);
      *column -= cut;
      total -= cut;
    }
}

char *
hs_table_format (const HsTable *table, guint width)
{
  GString *out = g_string_new (NULL);
  g_autofree guint *widths = g_new0 (guint, table->columns);

  find_widths (table, width, widths);
  for (guint i = 0; i < table->cells->len; i++)
    {
      gboolean is_last = (i + 1) % table->columns == 0;
      append_cell (out, g_ptr_array_index (table->cells, i), widths[i % table->columns], is_last);
      if (is_last)
        g_string_append_c (out, '\n');
    }
  return g_string_free (out, FALSE);
}

char *
hs_output_dup_size (guint64 bytes)
{
  if (bytes < 1000)
    return g_strdup_printf ("%u B", (guint)bytes);
  if (bytes < 10 * 1000 * 1000)
    return bytes < 1000 * 1000 ? g_strdup_printf ("%.0f KB", (double)bytes / 1e3)
                               : g_strdup_printf ("%.1f MB", (double)bytes / 1e6);
  return bytes < 1000 * 1000 * 1000 ? g_strdup_printf ("%.0f MB", (double)bytes / 1e6)
                                    : g_strdup_printf ("%.1f GB", (double)bytes / 1e9);
}

char *
hs_output_dup_time (gint64 us, gint64 now_us)
{
  if (us == 0)
    return g_strdup ("");
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_local (us / G_USEC_PER_SEC);
  g_autoptr (GDateTime) now = g_date_time_new_from_unix_local (now_us / G_USEC_PER_SEC);
  if (time == NULL || now == NULL)
    return g_strdup ("?");
  GDate day, today;
  g_date_clear (&day, 1);
  g_date_clear (&today, 1);
  g_date_set_dmy (&day, (GDateDay)g_date_time_get_day_of_month (time),
                  (GDateMonth)g_date_time_get_month (time), (GDateYear)g_date_time_get_year (time));
  g_date_set_dmy (&today, (GDateDay)g_date_time_get_day_of_month (now),
                  (GDateMonth)g_date_time_get_month (now), (GDateYear)g_date_time_get_year (now));
  gint days = g_date_days_between (&day, &today);
  if (days == 0)
    return g_date_time_format (time, "%H:%M");
  return g_date_time_format (time, ABS (days) <= 6 ? "%a %H:%M" : "%Y-%m-%d");
}

static const char *
media_name (const char *media)
{
  static const struct
  {
    const char *keyword;
    const char *name;
  } known[] = {
    { "iso_a4_210x297mm", "A4" },     { "iso_a3_297x420mm", "A3" },
    { "iso_a5_148x210mm", "A5" },     { "na_letter_8.5x11in", "Letter" },
    { "na_legal_8.5x14in", "Legal" }, { "na_ledger_11x17in", "Tabloid" },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (known); i++)
    if (strcmp (known[i].keyword, media) == 0)
      return known[i].name;
  return media;
}

char *
hs_output_dup_paper (const HsControlJob *job)
{
  GString *text = g_string_new (NULL);

  if (strcmp (job->pages_source, "unknown") == 0)
    g_string_append (text, "pages not known");
  else
    g_string_append_printf (text, "%s%u page%s",
                            strcmp (job->pages_source, "claimed") == 0 ? "about " : "", job->pages,
                            job->pages == 1 ? "" : "s");
  if (job->media != NULL)
    g_string_append_printf (text, ", %s", media_name (job->media));
  if (strcmp (job->colour, "colour") == 0)
    g_string_append (text, ", colour");
  if (strcmp (job->sides, "one-sided") != 0)
    g_string_append (text, ", two-sided");
  if (job->copies > 1)
    g_string_append_printf (text, ", %u copies", job->copies);
  return g_string_free (text, FALSE);
}

const char *
hs_output_job_handle (const HsControlJob *job)
{
  gsize length = strlen (job->id);
  return length > 6 ? job->id + length - 6 : job->id;
}
