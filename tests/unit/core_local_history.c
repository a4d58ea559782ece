/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Which jobs were told: core/local_history. */

#include "core/local_history.h"
#include "support/suite.h"

static HsLocalHistory *history;

static void
set_up (void)
{
  history = hs_local_history_new (1000);
}

static void
tear_down (void)
{
  g_clear_pointer (&history, hs_local_history_free);
}

/* As after a restart. */
static void
keep_and_read (void)
{
  g_autoptr (GBytes) bytes = hs_local_history_encode (history);

  hs_local_history_free (history);
  history = hs_local_history_decode (bytes);
  HS_ASSERT (history != NULL);
}

/* A look at jobs as text, "3+ 4- 5+": over or not; the ones that are to be told. */
static char *
look_at (const char *jobs, gint64 finished_s, gboolean *is_ended)
{
  g_auto (GStrv) words = g_strsplit_set (jobs, " ", -1);
  GString *told = g_string_new (NULL);

  hs_local_history_begin (history, FALSE);
  for (char **word = words; *word != NULL && **word != '\0'; word++)
    {
      guint32 id = (guint32)g_ascii_strtoull (*word, NULL, 10);
      if (id < hs_local_history_get_from (history))
        continue;
      if (hs_local_history_see (history, id, g_str_has_suffix (*word, "+"), finished_s))
        g_string_append_printf (told, "%u ", id);
    }
  gboolean ended = hs_local_history_end (history);
  if (is_ended != NULL)
    *is_ended = ended;
  else
    HS_ASSERT (ended);
  return g_string_free (told, FALSE);
}

static void
tells (const char *jobs, const char *expected)
{
  g_autofree char *told = look_at (jobs, 2000, NULL);

  HS_ASSERT_STR_EQ (told, expected);
}

static void
each_job_is_told_once (void)
{
  tells ("1+ 2+", "1 2 ");
  tells ("1+ 2+", "");
  tells ("1+ 2+ 3+", "3 ");
  keep_and_read ();
  tells ("1+ 2+ 3+ 4+", "4 ");
}

static void
what_was_over_before_is_nobodys_business (void)
{
  g_autofree char *told = look_at ("1+ 2+", 999, NULL);

  HS_ASSERT_STR_EQ (told, "");
  tells ("1+ 2+ 3+", "3 ");
}

/* The print system counts whole seconds. */
static void
the_second_of_the_beginning_is_split_by_the_first_look (void)
{
  g_autofree char *before = look_at ("1+", 1000, NULL);
  g_autofree char *after = look_at ("1+ 2+", 1000, NULL);

  HS_ASSERT_STR_EQ (before, "");
  HS_ASSERT_STR_EQ (after, "2 ");
}

static void
jobs_end_in_any_order (void)
{
  tells ("1+ 2- 3+ 4-", "1 3 ");
  keep_and_read ();
  HS_ASSERT_INT_EQ (hs_local_history_get_from (history), 1);
  tells ("1+ 2- 3+ 4+", "4 ");
  keep_and_read ();
  tells ("1+ 2+ 3+ 4+ 5-", "2 ");
  tells ("1+ 2+ 3+ 4+ 5+", "5 ");
  tells ("1+ 2+ 3+ 4+ 5+", "");
}

static void
what_the_print_system_forgot_is_forgotten (void)
{
  tells ("1- 2+ 3+", "2 3 ");
  tells ("1- 3+ 4+", "4 ");
  g_autoptr (GBytes) bytes = hs_local_history_encode (history);
  g_autofree char *text = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  HS_ASSERT (strstr (text, " 2 ") == NULL && !g_str_has_suffix (text, " 2"));
}

static void
an_empty_history_that_should_not_be_is_looked_at_anew (void)
{
  gboolean is_ended = TRUE;
  g_autofree char *first = look_at ("", 2000, &is_ended);

  HS_ASSERT (is_ended); /* nothing was ever there */
  tells ("7+ 8+", "7 8 ");
  /* Numbers from the beginning again. */
  g_autofree char *second = look_at ("1+ 2+", 3000, &is_ended);
  HS_ASSERT (!is_ended);
  HS_ASSERT_STR_EQ (second, "");
  hs_local_history_begin (history, TRUE);
  HS_ASSERT_INT_EQ (hs_local_history_get_from (history), 1);
  HS_ASSERT (hs_local_history_see (history, 1, TRUE, 3000));
  HS_ASSERT (hs_local_history_see (history, 2, TRUE, 3000));
  HS_ASSERT (hs_local_history_end (history));
  tells ("1+ 2+ 3+", "3 ");
}

static void
what_cannot_be_read_is_nothing (void)
{
  static const char *const bad[]
      = { "", "1", "1 5", "2 5 6", "1 x 6", "1 5 0", "1 5 6 y", "1 5 6 0", "1 5 6 ", "1 -5 6" };

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GBytes) bytes = g_bytes_new (bad[i], strlen (bad[i]));
      g_autoptr (HsLocalHistory) read = hs_local_history_decode (bytes);
      HS_ASSERT (read == NULL);
    }
}

HS_SUITE_WITH ("local history",
               set_up,
               tear_down,
               { "each job is told once", each_job_is_told_once },
               { "what was over before is nobody's business",
                 what_was_over_before_is_nobodys_business },
               { "the second of the beginning is split by the first look",
                 the_second_of_the_beginning_is_split_by_the_first_look },
               { "jobs end in any order", jobs_end_in_any_order },
               { "what the print system forgot is forgotten",
                 what_the_print_system_forgot_is_forgotten },
               { "an empty history that should not be is looked at anew",
                 an_empty_history_that_should_not_be_is_looked_at_anew },
               { "what cannot be read is nothing", what_cannot_be_read_is_nothing })
