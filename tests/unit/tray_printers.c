/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

#include "tray-ui/models/printer_list.h"
#include "tray-ui/words/agent_words.h"
#include "support/suite.h"
#include "support/tray_fixture.h"

static void
fill (HsPrinterList *list, const char *recent_id)
{
  g_autoptr (GPtrArray) all = g_ptr_array_new ();
  g_autoptr (GPtrArray) recent = g_ptr_array_new ();

  g_ptr_array_add (all, hs_tray_fixture_printer ("1", "Zebra", FALSE));
  g_ptr_array_add (all, hs_tray_fixture_printer ("2", "Canon", FALSE));
  g_ptr_array_add (all, hs_tray_fixture_printer ("3", "Xerox", TRUE));
  g_ptr_array_add (all, hs_tray_fixture_printer ("4", "Kyocera", TRUE));
  if (recent_id != NULL)
    g_ptr_array_add (recent, (gpointer)recent_id);
  hs_printer_list_take_all (list, all, recent);
}

static void
count_change (GListModel *model, guint position, guint removed, guint added, gpointer user_data)
{
  (*(guint *)user_data)++;
}

static void
recent_ones_come_first_then_used_ones_then_names (void)
{
  static const char *const expected[] = { "1", "4", "3", "2" };
  g_autoptr (HsPrinterList) list = hs_printer_list_new ();
  fill (list, "1");
  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      g_autoptr (HsPrinterItem) item = g_list_model_get_item (G_LIST_MODEL (list), i);
      HS_ASSERT_STR_EQ (hs_printer_item_get (item)->id, expected[i]);
      HS_ASSERT_INT_EQ (hs_printer_item_is_recent (item), i == 0);
    }
}

static void
the_same_answer_changes_nothing (void)
{
  g_autoptr (HsPrinterList) list = hs_printer_list_new ();
  guint changes = 0;
  g_signal_connect (list, "items-changed", G_CALLBACK (count_change), &changes);
  fill (list, "1");
  HS_ASSERT_INT_EQ (changes, 1);
  fill (list, "1");
  HS_ASSERT_INT_EQ (changes, 1);
  fill (list, "2");
  HS_ASSERT_INT_EQ (changes, 2);
}

static void
a_release_goes_where_one_printed_before_and_never_to_a_strange_one (void)
{
  g_autoptr (HsPrinterList) list = hs_printer_list_new ();
  g_autoptr (GPtrArray) strangers = g_ptr_array_new ();
  g_autoptr (GPtrArray) none = g_ptr_array_new ();
  HS_ASSERT (hs_printer_list_choose (list, "1") == NULL);
  fill (list, NULL);
  HS_ASSERT_STR_EQ (hs_printer_list_choose (list, NULL)->id, "4");
  HS_ASSERT_STR_EQ (hs_printer_list_choose (list, "2")->id, "2");
  HS_ASSERT_STR_EQ (hs_printer_list_choose (list, "gone")->id, "4");
  g_ptr_array_add (strangers, hs_tray_fixture_printer ("1", "Zebra", FALSE));
  g_ptr_array_add (strangers, hs_tray_fixture_printer ("2", "Canon", FALSE));
  hs_printer_list_take_all (list, strangers, none);
  HS_ASSERT (hs_printer_list_choose (list, NULL) == NULL);
}

static void
a_search_finds_words_of_name_and_place_without_accents (void)
{
  g_autoptr (HsControlPrinter) printer = hs_tray_fixture_printer ("1", "Café Müller", TRUE);
  HS_ASSERT (hs_printer_words_match (printer, ""));
  HS_ASSERT (hs_printer_words_match (printer, "cafe"));
  HS_ASSERT (hs_printer_words_match (printer, "KITCHEN mul"));
  HS_ASSERT (!hs_printer_words_match (printer, "kitchen canon"));
}

static void
a_printer_says_what_is_wrong_with_it (void)
{
  g_autoptr (HsControlPrinter) printer = hs_tray_fixture_printer ("1", "Canon", TRUE);
  HS_ASSERT_STR_EQ (hs_printer_words_state (printer), "Ready");
  g_free (printer->sentence);
  printer->sentence = g_strdup ("Out of paper.");
  g_autofree char *line = hs_printer_words_line (printer);
  HS_ASSERT_STR_EQ (line, "2nd floor, by the kitchen · Out of paper.");
}

HS_SUITE ("tray printers",
          { "recent ones come first, then used ones, then names",
            recent_ones_come_first_then_used_ones_then_names },
          { "the same answer changes nothing", the_same_answer_changes_nothing },
          { "a release goes where one printed before and never to a strange one",
            a_release_goes_where_one_printed_before_and_never_to_a_strange_one },
          { "a search finds words of name and place without accents",
            a_search_finds_words_of_name_and_place_without_accents },
          { "a printer says what is wrong with it", a_printer_says_what_is_wrong_with_it })
