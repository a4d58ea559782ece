/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

#include "base/error.h"
#include "cli/find.h"
#include "support/suite.h"

/* Id 1, 2, … in the order of @names. */
static GPtrArray *
make_printers (const char *const *names)
{
  GPtrArray *printers = g_ptr_array_new_with_free_func ((GDestroyNotify)hs_control_printer_free);

  for (guint i = 0; names[i] != NULL; i++)
    {
      HsControlPrinter *printer = g_new0 (HsControlPrinter, 1);
      printer->id = g_strdup_printf ("%u", i + 1);
      printer->name = g_strdup (names[i]);
      g_ptr_array_add (printers, printer);
    }
  return printers;
}

/* The id of what is found; "": nothing, "?": several. */
static void
check (const char *const *names, const char *typed, const char *expected)
{
  g_autoptr (GPtrArray) printers = make_printers (names);
  g_autoptr (GError) error = NULL;
  g_autoptr (HsControlPrinter) printer = hs_find_take_printer (printers, typed, &error);
  const char *found = printer != NULL                                         ? printer->id
                      : g_error_matches (error, HS_ERROR, HS_ERROR_NOT_FOUND) ? ""
                                                                              : "?";
  HS_ASSERT_STR_EQ (found, expected);
}

static void
a_whole_name_goes_before_the_beginning_of_one (void)
{
  const char *const names[] = { "Office two", "Office", "Office three", "Hall", NULL };

  check (names, "Office", "2");
  check (names, "off", "?");
  check (names, "office t", "?");
  check (names, "office th", "3");
  check (names, "HALL", "4");
  check (names, "Cellar", "");
}

static void
nothing_is_chosen_between_two_of_the_same_name (void)
{
  const char *const names[] = { "Office", "Office two", "Office", NULL };

  check (names, "Office", "?");
  check (names, "3", "3");
  check (names, "Office two", "2");
}

static void
an_empty_name_means_no_printer (void)
{
  const char *const names[] = { "Office", NULL };

  check (names, "", "");
}

static void
a_name_is_found_as_it_was_shown (void)
{
  const char *const names[] = { "Cellar \u202e)llaH(", "Cellar", NULL };

  check (names, "Cellar )llaH(", "1");
  check (names, "Cellar", "2");
}

HS_SUITE ("what is typed for a printer",
          { "a whole name goes before the beginning of one",
            a_whole_name_goes_before_the_beginning_of_one },
          { "nothing is chosen between two of the same name",
            nothing_is_chosen_between_two_of_the_same_name },
          { "an empty name means no printer", an_empty_name_means_no_printer },
          { "a name is found as it was shown", a_name_is_found_as_it_was_shown })
