/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

#include "base/safe_text.h"
#include "support/suite.h"

static void
what_plays_with_a_terminal_is_left_out (void)
{
  g_autofree char *text = hs_safe_text_dup ("a\033[2Jb\r\n\tc\x7f\xc2\x9b\u2028\u2029x\xff");

  HS_ASSERT_STR_EQ (text, "a[2Jbcx\xef\xbf\xbd");
}

static void
no_name_is_read_in_another_order_than_it_stands (void)
{
  static const gunichar turns[]
      = { 0x202a, 0x202b, 0x202c, 0x202d, 0x202e, 0x2066, 0x2067, 0x2068, 0x2069 };

  for (gsize i = 0; i < G_N_ELEMENTS (turns); i++)
    {
      char turn[7] = "";
      g_unichar_to_utf8 (turns[i], turn);
      g_autofree char *name = g_strconcat ("gnp", turn, "tac", NULL);
      g_autofree char *text = hs_safe_text_dup (name);
      HS_ASSERT_STR_EQ (text, "gnptac");
    }
}

static void
names_of_every_script_stay_as_they_are (void)
{
  static const char *const names[]
      = { "", "Zürich 2. OG", "漢字", "מדפסת\u200f!", "طابعة\u061c 2", "👩\u200d🔧" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *text = hs_safe_text_dup (names[i]);
      HS_ASSERT_STR_EQ (text, names[i]);
    }
}

static void
a_name_of_which_nothing_is_seen_is_blank (void)
{
  static const char *const blank[] = { "", " ", "\u00a0\u3000", "\u202e", "\u200b\u200f", "\033" };
  static const char *const seen[] = { ".", " 2 ", "漢", "\u202ea", "\xff" };

  for (gsize i = 0; i < G_N_ELEMENTS (blank); i++)
    HS_ASSERT (hs_safe_text_is_blank (blank[i]));
  for (gsize i = 0; i < G_N_ELEMENTS (seen); i++)
    HS_ASSERT (!hs_safe_text_is_blank (seen[i]));
}

static void
lines_stay_lines (void)
{
  g_autofree char *text = hs_safe_text_dup_lines ("a\033b\nc\u202ed\n");

  HS_ASSERT_STR_EQ (text, "ab\ncd\n");
}

HS_SUITE ("safe text",
          { "what plays with a terminal is left out", what_plays_with_a_terminal_is_left_out },
          { "no name is read in another order than it stands",
            no_name_is_read_in_another_order_than_it_stands },
          { "names of every script stay as they are", names_of_every_script_stay_as_they_are },
          { "a name of which nothing is seen is blank", a_name_of_which_nothing_is_seen_is_blank },
          { "lines stay lines", lines_stay_lines })
