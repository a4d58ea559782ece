/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

#include "cli/output.h"
#include "support/suite.h"

static void
sizes_are_shown_as_people_read_them (void)
{
  static const struct
  {
    guint64 bytes;
    const char *text;
  } rows[] = {
    { 0, "0 B" },          { 999, "999 B" },      { 1000, "1 KB" },        { 999499, "999 KB" },
    { 3400000, "3.4 MB" }, { 34000000, "34 MB" }, { 1073741824, "1.1 GB" }
  };
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *text = hs_output_dup_size (rows[i].bytes);
      HS_ASSERT_STR_EQ (text, rows[i].text);
    }
}

static void
a_title_cannot_play_with_the_terminal (void)
{
  const char *const titles[] = { "NAME", "STATE", NULL };
  g_autoptr (HsTable) table = hs_table_new (titles, 0);

  hs_table_add (table, g_strdup ("a\033[2Jb\r\nc\u202edcba"), g_strdup ("held\033c"));
  g_autofree char *text = hs_table_format (table, 0);
  HS_ASSERT_STR_EQ (text, "NAME        STATE\na[2Jbcdcba  heldc\n");
}

static void
a_table_fits_the_terminal_and_cuts_the_sentence_first (void)
{
  const char *const titles[] = { "JOB", "NAME", "STATE", NULL };
  g_autoptr (HsTable) table = hs_table_new (titles, 1);
  hs_table_add (table, g_strdup ("1a2b3c"), g_strdup ("Zürich 漢字 plan.pdf"),
                g_strdup ("held: Waiting at your workstation. Release it at any printer."));
  g_autofree char *whole = hs_table_format (table, 0);
  HS_ASSERT (strstr (whole, "at any printer.\n") != NULL);
  g_autofree char *narrow = hs_table_format (table, 44);
  g_auto (GStrv) lines = g_strsplit (narrow, "\n", -1);
  HS_ASSERT_STR_EQ (lines[1], "1a2b3c  Zürich 漢字 plan.pdf  held: Waiting…");
}

static void
times_of_today_and_of_the_week_are_short (void)
{
  g_setenv ("TZ", "UTC", TRUE);
  gint64 now = G_GINT64_CONSTANT (1763830000) * G_USEC_PER_SEC; /* Sat 2025-11-22 16:46:40 UTC */
  g_autofree char *today = hs_output_dup_time (now - (gint64)3600 * G_USEC_PER_SEC, now);
  g_autofree char *week = hs_output_dup_time (now - (gint64)3 * 86400 * G_USEC_PER_SEC, now);
  g_autofree char *before = hs_output_dup_time (now - (gint64)30 * 86400 * G_USEC_PER_SEC, now);
  g_autofree char *none = hs_output_dup_time (0, now);
  HS_ASSERT_STR_EQ (today, "15:46");
  HS_ASSERT_STR_EQ (week, "Wed 16:46");
  HS_ASSERT_STR_EQ (before, "2025-10-23");
  HS_ASSERT_STR_EQ (none, "");
}

HS_SUITE ("command line output",
          { "sizes are shown as people read them", sizes_are_shown_as_people_read_them },
          { "a title cannot play with the terminal", a_title_cannot_play_with_the_terminal },
          { "a table fits the terminal and cuts the sentence first",
            a_table_fits_the_terminal_and_cuts_the_sentence_first },
          { "times of today and of the week are short", times_of_today_and_of_the_week_are_short })
