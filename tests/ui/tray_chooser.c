/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The list of printers with the choice of paper, and where the focus is after what was done. */

#include "support/loop.h"
#include "window_fixture.h"

static const char lease[] = "00000000-0000-4000-8000-000000000000";

static void
be_locked (HsControlStatus *status)
{
  g_free (status->key);
  status->key = g_strdup ("locked");
}

static void
press (HsWindowFixture *f, const char *name)
{
  GtkWidget *button = hs_window_fixture_find (f->window, GTK_TYPE_BUTTON, name);

  HS_ASSERT (button != NULL);
  g_signal_emit_by_name (button, "clicked");
  hs_window_fixture_settle (f);
}

static void
the_list_of_printers_names_the_job_that_it_is_for (void)
{
  g_autoptr (HsWindowFixture) f = hs_window_fixture_new (hs_window_fixture_jobs (), NULL);
  GtkWidget *chooser = GTK_WIDGET (f->window->printer_chooser);

  press (f, "Choose a printer for Lease.pdf");
  HS_ASSERT (gtk_widget_get_mapped (chooser));
  HS_ASSERT (hs_window_fixture_find (chooser, GTK_TYPE_LABEL, "Lease.pdf") != NULL);
  g_autofree char *name = hs_window_fixture_name (chooser);
  HS_ASSERT_STR_EQ (name, "Print Lease.pdf");
  HS_ASSERT (gtk_test_accessible_has_role (GTK_ACCESSIBLE (chooser), GTK_ACCESSIBLE_ROLE_GROUP));
  gtk_menu_button_popdown (f->window->printer_button);
  hs_window_fixture_settle (f);
  /* The printer of all that comes: no job is meant. */
  gtk_menu_button_popup (f->window->printer_button);
  hs_window_fixture_settle (f);
  HS_ASSERT (hs_window_fixture_find (chooser, GTK_TYPE_LABEL, "Lease.pdf") == NULL);
  g_autofree char *other = hs_window_fixture_name (chooser);
  HS_ASSERT_STR_EQ (other, "Choose a printer");
  gtk_menu_button_popdown (f->window->printer_button);
}

/* The second has other copies and sides. */
static GPtrArray *
different_jobs (void)
{
  GPtrArray *jobs = hs_window_fixture_jobs ();
  HsControlJob *second = g_ptr_array_index (jobs, 1);

  second->copies = 4;
  g_free (second->sides);
  second->sides = g_strdup ("one-sided");
  return jobs;
}

static void
several_jobs_get_their_paper_together (void)
{
  g_autoptr (HsWindowFixture) f = hs_window_fixture_new (different_jobs (), NULL);
  GtkWidget *chooser = GTK_WIDGET (f->window->printer_chooser);
  HsPrintOptions options = { 0 };

  HS_ASSERT (!gtk_widget_get_sensitive (f->window->choose_selected));
  gtk_widget_activate_action (GTK_WIDGET (f->window), "win.select-all", NULL);
  HS_ASSERT (gtk_widget_get_sensitive (f->window->choose_selected));
  press (f, "Choose a printer for what is selected");
  HS_ASSERT (hs_window_fixture_find (chooser, GTK_TYPE_LABEL, "3 jobs") != NULL);
  HS_ASSERT (hs_window_fixture_find (chooser, GTK_TYPE_DROP_DOWN, "Sides") != NULL);
  GtkWidget *copies = hs_window_fixture_find (chooser, GTK_TYPE_SPIN_BUTTON, "Copies");
  HS_ASSERT_STR_EQ (gtk_editable_get_text (GTK_EDITABLE (copies)), "As it is");
  HsJobItem *first = hs_jobs_find (hs_agent_get_jobs (f->desk.agent), lease);
  HsJobItem *second
      = hs_jobs_find (hs_agent_get_jobs (f->desk.agent), "00000001-0000-4000-8000-000000000000");
  HS_ASSERT (!hs_printer_chooser_get_options (f->window->printer_chooser, first, &options));
  HS_ASSERT (!hs_printer_chooser_get_options (f->window->printer_chooser, second, &options));
  gtk_editable_set_text (GTK_EDITABLE (copies), "2");
  HS_ASSERT (hs_printer_chooser_get_options (f->window->printer_chooser, first, &options));
  HS_ASSERT_INT_EQ (options.copies, 2);
  HS_ASSERT_INT_EQ (options.sides, HS_SIDES_WISH_TWO_LONG);
  HS_ASSERT (hs_printer_chooser_get_options (f->window->printer_chooser, second, &options));
  HS_ASSERT_INT_EQ (options.copies, 2);
  HS_ASSERT_INT_EQ (options.sides, HS_SIDES_WISH_ONE);
  /* Below one copy stands what they had. */
  gtk_spin_button_set_value (GTK_SPIN_BUTTON (copies), 0);
  HS_ASSERT_STR_EQ (gtk_editable_get_text (GTK_EDITABLE (copies)), "As it is");
  HS_ASSERT (!hs_printer_chooser_get_options (f->window->printer_chooser, second, &options));
  gtk_menu_button_popdown (f->window->printer_button);
}

/* Where the keys go: its name, or that of what it is within. */
static char *
name_of_focus (HsWindowFixture *f)
{
  for (GtkWidget *each = gtk_window_get_focus (GTK_WINDOW (f->window)); each != NULL;
       each = gtk_widget_get_parent (each))
    {
      g_autofree char *name = hs_window_fixture_name (each);
      if (*name != '\0')
        return g_steal_pointer (&name);
    }
  return g_strdup ("");
}

static void
focus (HsWindowFixture *f, const char *name)
{
  GtkWidget *button = hs_window_fixture_find (f->window, GTK_TYPE_BUTTON, name);

  HS_ASSERT (button != NULL);
  HS_ASSERT (gtk_widget_grab_focus (button));
}

static void
the_focus_comes_back_to_where_a_printer_was_asked_for (void)
{
  g_autoptr (HsWindowFixture) f = hs_window_fixture_new (hs_window_fixture_jobs (), NULL);

  focus (f, "Choose a printer for Board pack.pdf");
  press (f, "Choose a printer for Board pack.pdf");
  HS_ASSERT (gtk_widget_get_mapped (GTK_WIDGET (f->window->printer_chooser)));
  gtk_menu_button_popdown (f->window->printer_button);
  hs_window_fixture_settle (f);
  g_autofree char *name = name_of_focus (f);
  HS_ASSERT_STR_EQ (name, "Choose a printer for Board pack.pdf");
}

static void
after_a_deletion_the_focus_is_at_the_next_job (void)
{
  g_autoptr (HsWindowFixture) f = hs_window_fixture_new (hs_window_fixture_jobs (), NULL);

  focus (f, "Delete Lease.pdf");
  press (f, "Delete Lease.pdf");
  g_autofree char *name = name_of_focus (f);
  if (strstr (name, "Board pack.pdf") == NULL)
    hs_test_fail (__FILE__, __LINE__, "the focus is at \"%s\"", name);
}

static void
after_a_release_the_focus_is_still_at_the_job (void)
{
  g_autoptr (HsWindowFixture) f = hs_window_fixture_new (hs_window_fixture_jobs (), NULL);
  HsJobs *jobs = hs_agent_get_jobs (f->desk.agent);

  focus (f, "Print Board pack.pdf");
  hs_job_item_set_asked (hs_jobs_find (jobs, "00000001-0000-4000-8000-000000000000"), TRUE);
  hs_window_fixture_settle (f);
  HsControlJob *job
      = hs_tray_fixture_job ("00000001-0000-4000-8000-000000000000", HS_JOB_DELIVERING, 120);
  g_free (job->name);
  job->name = g_strdup ("Board pack.pdf");
  hs_jobs_take (jobs, job);
  hs_window_fixture_settle (f);
  g_autofree char *name = name_of_focus (f);
  if (strstr (name, "Board pack.pdf") == NULL)
    hs_test_fail (__FILE__, __LINE__, "the focus is at \"%s\"", name);
}

static void
without_a_printer_it_says_whose_affair_that_is (void)
{
  g_autoptr (HsWindowFixture) f = hs_window_fixture_new (hs_window_fixture_jobs (), NULL);
  GtkWidget *chooser = GTK_WIDGET (f->window->printer_chooser);
  g_autoptr (GPtrArray) none = g_ptr_array_new ();
  g_autoptr (GPtrArray) recent = g_ptr_array_new ();
  int height;

  hs_printer_list_take_all (hs_agent_get_printers (f->desk.agent), none, recent);
  press (f, "Choose a printer for Lease.pdf");
  HS_ASSERT (hs_window_fixture_find (chooser, GTK_TYPE_SPIN_BUTTON, "Copies") == NULL);
  GtkWidget *why = hs_window_fixture_find (
      chooser, GTK_TYPE_LABEL,
      "There is no printer yet. Your administrator lists printers; one is also found after it was "
      "approved on this computer.");
  HS_ASSERT (why != NULL);
  /* All of its lines are seen. */
  gtk_widget_measure (why, GTK_ORIENTATION_VERTICAL, gtk_widget_get_width (why), &height, NULL,
                      NULL, NULL);
  graphene_rect_t bounds;
  HS_ASSERT (gtk_widget_compute_bounds (why, chooser, &bounds));
  HS_ASSERT (bounds.size.height >= (float)height);
  HS_ASSERT (bounds.origin.y + bounds.size.height <= (float)gtk_widget_get_height (chooser));
  gtk_menu_button_popdown (f->window->printer_button);
}

static void
a_long_name_of_a_printer_leaves_the_window_as_narrow_as_it_is (void)
{
  g_autoptr (HsWindowFixture) f = hs_window_fixture_new (hs_window_fixture_jobs (), NULL);
  g_autoptr (GPtrArray) printers = g_ptr_array_new ();
  g_autoptr (GPtrArray) recent = g_ptr_array_new ();
  int before, after;

  gtk_widget_activate_action (GTK_WIDGET (f->window), "win.select-all", NULL);
  hs_window_fixture_settle (f);
  gtk_widget_measure (GTK_WIDGET (f->window), GTK_ORIENTATION_HORIZONTAL, -1, &before, NULL, NULL,
                      NULL);
  g_ptr_array_add (printers,
                   hs_tray_fixture_printer ("q",
                                            "Second floor, east wing, by the kitchen behind the "
                                            "glass door, the large one with the folder",
                                            TRUE));
  hs_printer_list_take_all (hs_agent_get_printers (f->desk.agent), printers, recent);
  hs_window_show_all (f->window);
  hs_window_fixture_settle (f);
  HS_ASSERT (strstr (gtk_button_get_label (f->window->release_selected), "glass door") != NULL);
  gtk_widget_measure (GTK_WIDGET (f->window), GTK_ORIENTATION_HORIZONTAL, -1, &after, NULL, NULL,
                      NULL);
  HS_ASSERT (after <= before);
}

static void
with_a_locked_key_the_paper_says_what_it_needs (void)
{
  g_autoptr (HsWindowFixture) f = hs_window_fixture_new (hs_window_fixture_jobs (), be_locked);
  GtkWidget *chooser = GTK_WIDGET (f->window->printer_chooser);

  press (f, "Choose a printer for Lease.pdf");
  HS_ASSERT (hs_window_fixture_find (chooser, GTK_TYPE_SPIN_BUTTON, "Copies") == NULL);
  HS_ASSERT (
      hs_window_fixture_find (chooser, GTK_TYPE_LABEL,
                              "With your key unlocked you choose copies, sides and colour here.")
      != NULL);
  gtk_menu_button_popdown (f->window->printer_button);
}

static void
a_long_title_leaves_the_list_of_printers_as_wide_as_it_is (void)
{
  g_autoptr (HsWindowFixture) f = hs_window_fixture_new (hs_window_fixture_jobs (), NULL);
  GtkWidget *chooser = GTK_WIDGET (f->window->printer_chooser);

  press (f, "Choose a printer for Lease.pdf");
  int width = gtk_widget_get_width (chooser);
  gtk_menu_button_popdown (f->window->printer_button);
  hs_window_fixture_settle (f);
  press (f, "Choose a printer for Minutes of the meeting about the minutes, with all annexes, "
            "second and final.pdf");
  HS_ASSERT (width > 0);
  HS_ASSERT_INT_EQ (gtk_widget_get_width (chooser), width);
  gtk_menu_button_popdown (f->window->printer_button);
}

/* No word of a control is cut: names and titles may be. */
static void
check_words (GtkWidget *chooser)
{
  g_autoptr (GPtrArray) drops = hs_window_fixture_list (chooser, GTK_TYPE_DROP_DOWN);

  HS_ASSERT (drops->len >= 2);
  for (guint i = 0; i < drops->len; i++)
    {
      g_autoptr (GPtrArray) labels = hs_window_fixture_list (drops->pdata[i], GTK_TYPE_LABEL);
      for (guint k = 0; k < labels->len; k++)
        HS_ASSERT (!pango_layout_is_ellipsized (gtk_label_get_layout (labels->pdata[k])));
    }
}

static void
text_of_twice_the_size_has_room_in_the_list_of_printers (void)
{
  GtkSettings *settings = gtk_settings_get_default ();
  int before, width, height;

  g_object_get (settings, "gtk-xft-dpi", &before, NULL);
  g_object_set (settings, "gtk-xft-dpi", 2 * 96 * 1024, NULL);
  g_autoptr (HsWindowFixture) f = hs_window_fixture_new (hs_window_fixture_jobs (), NULL);
  GtkWidget *chooser = GTK_WIDGET (f->window->printer_chooser);
  press (f, "Choose a printer for Lease.pdf");
  hs_window_fixture_shoot_part (chooser, "large-text-printers");
  gtk_widget_measure (chooser, GTK_ORIENTATION_HORIZONTAL, -1, &width, NULL, NULL, NULL);
  gtk_widget_measure (chooser, GTK_ORIENTATION_VERTICAL, width, &height, NULL, NULL, NULL);
  check_words (chooser);
  gtk_menu_button_popdown (f->window->printer_button);
  g_object_set (settings, "gtk-xft-dpi", before, NULL);
  if (width > 680 || height > 640) /* a screen of 1280 by 720, and the popover's own border */
    hs_test_fail (__FILE__, __LINE__, "it needs at least %d by %d pixels", width, height);
}

HS_SUITE_WITH ("tray chooser",
               hs_window_fixture_set_up,
               NULL,
               { "the list of printers names the job that it is for",
                 the_list_of_printers_names_the_job_that_it_is_for },
               { "several jobs get their paper together", several_jobs_get_their_paper_together },
               { "the focus comes back to where a printer was asked for",
                 the_focus_comes_back_to_where_a_printer_was_asked_for },
               { "after a deletion the focus is at the next job",
                 after_a_deletion_the_focus_is_at_the_next_job },
               { "after a release the focus is still at the job",
                 after_a_release_the_focus_is_still_at_the_job },
               { "without a printer it says whose affair that is",
                 without_a_printer_it_says_whose_affair_that_is },
               { "a long name of a printer leaves the window as narrow as it is",
                 a_long_name_of_a_printer_leaves_the_window_as_narrow_as_it_is },
               { "with a locked key the paper says what it needs",
                 with_a_locked_key_the_paper_says_what_it_needs },
               { "a long title leaves the list of printers as wide as it is",
                 a_long_title_leaves_the_list_of_printers_as_wide_as_it_is },
               { "text of twice the size has room in the list of printers",
                 text_of_twice_the_size_has_room_in_the_list_of_printers })
