/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The window's widgets: names, keys, fingers, directions, large text. */

#include "support/loop.h"
#include "tray-ui/client/wishes.h"
#include "tray-ui/window/job_row.h"
#include "tray-ui/window/sheet.h"
#include "window_fixture.h"

#define TOUCH_PX 44 /* a finger's width on a screen of usual fineness (WCAG 2.5.5) */

static const char lease[] = "00000000-0000-4000-8000-000000000000";

/* ── states ────────────────────────────────────────────────────────────────────────────── */

static void
be_offline (HsControlStatus *status)
{
  status->site_online = FALSE;
}

static void
be_locked (HsControlStatus *status)
{
  g_free (status->key);
  status->key = g_strdup ("locked");
}

static void
be_kiosk (HsControlStatus *status)
{
  g_free (status->mode);
  status->mode = g_strdup ("kiosk");
  status->idle_sign_out_s = 120;
  status->seat_name = g_strdup ("Anna Novotná");
}

static void
be_empty_kiosk (HsControlStatus *status)
{
  be_kiosk (status);
  g_clear_pointer (&status->seat_name, g_free);
  be_offline (status);
}

/* ── names ───────────────────────────────────────────────────────────────────────────────── */

static void
every_row_and_button_has_a_name_of_its_own (void)
{
  g_autoptr (HsWindowFixture) f = hs_window_fixture_new (hs_window_fixture_jobs (), NULL);
  g_autoptr (GHashTable) names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GPtrArray) buttons = hs_window_fixture_list (f->window, GTK_TYPE_BUTTON);
  g_autoptr (GPtrArray) rows = hs_window_fixture_list (f->window, HS_TYPE_JOB_ROW);

  HS_ASSERT_INT_EQ (rows->len, 3);
  HS_ASSERT (buttons->len > 3 * 4);
  for (guint i = 0; i < buttons->len; i++)
    {
      GtkWidget *button = g_ptr_array_index (buttons, i);
      if (gtk_widget_get_ancestor (button, GTK_TYPE_WINDOW_CONTROLS) != NULL
          || GTK_IS_MENU_BUTTON (gtk_widget_get_parent (button)))
        continue; /* GTK names the first; the second's name is its parent's */
      char *name = hs_window_fixture_name (button);
      if (*name == '\0' || !g_hash_table_add (names, name))
        hs_test_fail (__FILE__, __LINE__, "no name of its own: \"%s\"", name);
      HS_ASSERT (
          gtk_test_accessible_has_role (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_ROLE_BUTTON)
          || gtk_test_accessible_has_role (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_ROLE_TAB));
    }
  for (guint i = 0; i < rows->len; i++)
    {
      GtkWidget *item = gtk_widget_get_parent (g_ptr_array_index (rows, i));
      g_autofree char *name = hs_window_fixture_name (item);
      HS_ASSERT (strstr (name, ".pdf, 3 pages, Colour, Two-sided, A4") != NULL);
      HS_ASSERT (
          gtk_test_accessible_has_role (GTK_ACCESSIBLE (item), GTK_ACCESSIBLE_ROLE_LIST_ITEM));
    }
}

/* ── doing ───────────────────────────────────────────────────────────────────────────────── */

static void
a_check_box_selects_its_row_and_the_bar_counts (void)
{
  g_autoptr (HsWindowFixture) f = hs_window_fixture_new (hs_window_fixture_jobs (), NULL);
  GtkWidget *check = hs_window_fixture_find (f->window, GTK_TYPE_CHECK_BUTTON, "Select Lease.pdf");
  GtkWidget *all = hs_window_fixture_find (f->window, GTK_TYPE_CHECK_BUTTON, "Select all");

  HS_ASSERT (check != NULL && all != NULL);
  gtk_check_button_set_active (GTK_CHECK_BUTTON (check), TRUE);
  HS_ASSERT_STR_EQ (gtk_label_get_text (f->window->selected_text), "1 job selected · 3 pages");
  HS_ASSERT_STR_EQ (gtk_button_get_label (f->window->release_selected),
                    "Print 1 job on Second floor");
  HS_ASSERT (gtk_check_button_get_inconsistent (GTK_CHECK_BUTTON (all)));
  gtk_widget_activate_action (GTK_WIDGET (f->window), "win.select-all", NULL);
  HS_ASSERT_STR_EQ (gtk_label_get_text (f->window->selected_text), "3 jobs selected · 9 pages");
  HS_ASSERT (gtk_check_button_get_active (GTK_CHECK_BUTTON (check)));
  gtk_widget_activate_action (GTK_WIDGET (f->window), "win.unselect", NULL);
  HS_ASSERT_STR_EQ (gtk_label_get_text (f->window->selected_text), "3 waiting for you");
  HS_ASSERT (!gtk_widget_get_sensitive (GTK_WIDGET (f->window->release_selected)));
}

static void
deleting_takes_the_row_away_and_undo_brings_it_back (void)
{
  g_autoptr (HsWindowFixture) f = hs_window_fixture_new (hs_window_fixture_jobs (), NULL);
  HsJobList *open = hs_jobs_get_open (hs_agent_get_jobs (f->desk.agent));
  GtkWidget *discard = hs_window_fixture_find (f->window, GTK_TYPE_BUTTON, "Delete Lease.pdf");

  HS_ASSERT (discard != NULL);
  g_signal_emit_by_name (discard, "clicked");
  HS_ASSERT_INT_EQ (hs_job_list_get_length (open), 2);
  HS_ASSERT (gtk_revealer_get_reveal_child (f->window->toast));
  HS_ASSERT_STR_EQ (gtk_label_get_text (f->window->toast_text), "“Lease.pdf” is deleted");
  gtk_widget_activate_action (GTK_WIDGET (f->window), "win.undo", NULL);
  HS_ASSERT_INT_EQ (hs_job_list_get_length (open), 3);
  HS_ASSERT (!gtk_revealer_get_reveal_child (f->window->toast));
}

static void
a_question_has_its_answers_and_somebody_elses_job_none (void)
{
  g_autoptr (GPtrArray) jobs = g_ptr_array_new ();
  HsControlJob *own = hs_tray_fixture_job (lease, HS_JOB_UNCERTAIN, 60);
  HsControlJob *other
      = hs_tray_fixture_job ("00000001-0000-4000-8000-000000000000", HS_JOB_HELD, 90);
  g_free (other->name);
  other->name = g_strdup ("Document 1a2b3c");
  other->titled = FALSE;
  other->from = g_strdup ("maya");
  g_ptr_array_add (jobs, own);
  g_ptr_array_add (jobs, other);
  g_autoptr (HsWindowFixture) f = hs_window_fixture_new (g_steal_pointer (&jobs), NULL);

  HS_ASSERT (hs_window_fixture_find (f->window, GTK_TYPE_BUTTON, "Lease.pdf did print") != NULL);
  HS_ASSERT (hs_window_fixture_find (f->window, GTK_TYPE_BUTTON, "Delete Lease.pdf") == NULL);
  HS_ASSERT (hs_window_fixture_find (f->window, GTK_TYPE_LABEL, "From maya") != NULL);
  HS_ASSERT (hs_window_fixture_find (f->window, GTK_TYPE_BUTTON, "Print Document 1a2b3c") != NULL);
  HS_ASSERT (hs_window_fixture_find (f->window, GTK_TYPE_BUTTON, "Delete Document 1a2b3c") == NULL);
}

/* ── the first page ──────────────────────────────────────────────────────────────────────── */

/* The colour in the middle of a sheet whose page is red. */
static void
read_red_page (const char *colour, guint8 *rgb)
{
  static const guint8 red[] = { 220, 0, 0 };
  GtkWidget *window = gtk_window_new ();
  GtkWidget *sheet = hs_sheet_new ();
  g_autoptr (HsControlJob) job = hs_tray_fixture_job (lease, HS_JOB_HELD, 60);
  g_autoptr (GBytes) pixel = g_bytes_new_static (red, sizeof red);
  g_autoptr (GdkTexture) page = gdk_memory_texture_new (1, 1, GDK_MEMORY_R8G8B8, pixel, 3);

  g_free (job->colour);
  job->colour = g_strdup (colour);
  hs_sheet_set_job (HS_SHEET (sheet), job);
  hs_sheet_set_preview (HS_SHEET (sheet), page);
  gtk_window_set_child (GTK_WINDOW (window), sheet);
  gtk_window_present (GTK_WINDOW (window));
  HS_LOOP_UNTIL (gtk_widget_get_mapped (sheet));
  g_autoptr (GdkTexture) shown = hs_window_fixture_render (sheet);
  int width = gdk_texture_get_width (shown), height = gdk_texture_get_height (shown);
  g_autofree guint8 *pixels = g_malloc ((gsize)width * (gsize)height * 4);
  gdk_texture_download (shown, pixels, (gsize)width * 4);
  const guint8 *middle = pixels + ((height / 2) * width + width / 2) * 4; /* blue, green, red */
  rgb[0] = middle[2];
  rgb[1] = middle[1];
  rgb[2] = middle[0];
  gtk_window_destroy (GTK_WINDOW (window));
}

static void
a_page_that_prints_without_colour_is_shown_without (void)
{
  guint8 rgb[3];

  read_red_page ("colour", rgb);
  HS_ASSERT_INT_EQ (rgb[0], 220);
  HS_ASSERT_INT_EQ (rgb[1], 0);
  read_red_page ("monochrome", rgb);
  HS_ASSERT_INT_EQ (rgb[0], rgb[1]);
  HS_ASSERT_INT_EQ (rgb[1], rgb[2]);
  HS_ASSERT (rgb[0] > 50 && rgb[0] < 80);
  read_red_page ("unknown", rgb);
  HS_ASSERT_INT_EQ (rgb[0], 220);
}

/* ── faces ───────────────────────────────────────────────────────────────────────────────── */

static void
each_state_of_the_agent_has_its_face (void)
{
  g_autoptr (HsWindowFixture) f = hs_window_fixture_new (hs_window_fixture_jobs (), NULL);

  HS_ASSERT (!gtk_revealer_get_reveal_child (f->window->offline));
  HS_ASSERT (!gtk_revealer_get_reveal_child (f->window->key));
  hs_window_fixture_set_status (f, HS_AGENT_READY, be_offline);
  HS_ASSERT (gtk_revealer_get_reveal_child (f->window->offline));
  hs_window_fixture_set_status (f, HS_AGENT_READY, be_locked);
  HS_ASSERT (gtk_revealer_get_reveal_child (f->window->key));
  HS_ASSERT_STR_EQ (gtk_button_get_label (f->window->key_button), "Unlock");
  hs_window_fixture_set_status (f, HS_AGENT_MISSING, NULL);
  HS_ASSERT_STR_EQ (gtk_stack_get_visible_child_name (f->window->faces), "missing");
  HS_ASSERT (hs_window_fixture_find (f->window, GTK_TYPE_BUTTON, "Try again") != NULL);
  hs_window_fixture_set_status (f, HS_AGENT_VACANT, be_empty_kiosk);
  HS_ASSERT_STR_EQ (gtk_stack_get_visible_child_name (f->window->faces), "sign-in");
  HS_ASSERT (gtk_revealer_get_reveal_child (f->window->offline));
  HS_ASSERT (strstr (gtk_label_get_text (f->window->offline_text), "long password") != NULL);
  HS_ASSERT (!gtk_widget_get_mapped (GTK_WIDGET (f->window->header)));
}

static void
at_a_kiosk_everything_is_as_large_as_a_finger (void)
{
  g_autoptr (HsWindowFixture) f = hs_window_fixture_new (hs_window_fixture_jobs (), be_kiosk);
  g_autoptr (GPtrArray) buttons = hs_window_fixture_list (f->window, GTK_TYPE_BUTTON);
  g_autoptr (GPtrArray) checks = hs_window_fixture_list (f->window, GTK_TYPE_CHECK_BUTTON);

  HS_ASSERT (gtk_widget_has_css_class (GTK_WIDGET (f->window), "kiosk"));
  HS_ASSERT (buttons->len > 12 && checks->len == 4);
  g_ptr_array_extend (buttons, checks, NULL, NULL);
  for (guint i = 0; i < buttons->len; i++)
    {
      GtkWidget *button = g_ptr_array_index (buttons, i);
      graphene_rect_t bounds = hs_window_fixture_bounds (button);
      g_autofree char *name = hs_window_fixture_name (button);
      if (bounds.size.width < TOUCH_PX || bounds.size.height < TOUCH_PX)
        hs_test_fail (__FILE__, __LINE__, "\"%s\" is %.0f × %.0f", name, bounds.size.width,
                      bounds.size.height);
    }
}

/* ── keys ────────────────────────────────────────────────────────────────────────────────── */

static void
the_tab_key_alone_reaches_everything_that_can_be_done (void)
{
  static const char *const wanted[] = { "Second floor",
                                        "Printing as",
                                        "Select Lease.pdf",
                                        "Print Lease.pdf",
                                        "Choose a printer for Lease.pdf",
                                        "Details of Lease.pdf",
                                        "Delete Lease.pdf",
                                        "Select all" };
  g_autoptr (HsWindowFixture) f = hs_window_fixture_new (hs_window_fixture_jobs (), NULL);
  g_autoptr (GHashTable) reached = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  gtk_window_set_focus (GTK_WINDOW (f->window), NULL);
  for (guint i = 0; i < 60; i++)
    {
      (void)!gtk_widget_child_focus (GTK_WIDGET (f->window), GTK_DIR_TAB_FORWARD);
      GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (f->window));
      /* The name is the button's, or that of the menu button whose part it is. */
      for (GtkWidget *each = focus; each != NULL && each != GTK_WIDGET (f->window);
           each = gtk_widget_get_parent (each))
        if (GTK_IS_BUTTON (each) || GTK_IS_CHECK_BUTTON (each) || GTK_IS_MENU_BUTTON (each))
          g_hash_table_add (reached, hs_window_fixture_name (each));
    }
  for (gsize i = 0; i < G_N_ELEMENTS (wanted); i++)
    {
      gboolean is_reached = FALSE;
      GHashTableIter all;
      gpointer name;
      g_hash_table_iter_init (&all, reached);
      while (g_hash_table_iter_next (&all, &name, NULL))
        is_reached = is_reached || g_str_has_prefix (name, wanted[i]);
      if (!is_reached)
        hs_test_fail (__FILE__, __LINE__, "never reached: %s", wanted[i]);
    }
}

/* ── directions and sizes ────────────────────────────────────────────────────────────────── */

/* Nothing sticks out of the window, and no button lies upon another one. */
static void
check_layout (HsWindowFixture *f)
{
  g_autoptr (GPtrArray) all = hs_window_fixture_list (f->window, GTK_TYPE_WIDGET);
  g_autoptr (GPtrArray) buttons = hs_window_fixture_list (f->window, GTK_TYPE_BUTTON);
  float width = (float)gtk_widget_get_width (GTK_WIDGET (f->window));

  for (guint i = 0; i < all->len; i++)
    {
      GtkWidget *widget = g_ptr_array_index (all, i);
      graphene_rect_t bounds = hs_window_fixture_bounds (widget);
      if (bounds.size.width > 0
          && (bounds.origin.x < -1 || bounds.origin.x + bounds.size.width > width + 1))
        hs_test_fail (__FILE__, __LINE__, "%s sticks out: %.0f to %.0f of %.0f",
                      G_OBJECT_TYPE_NAME (widget), bounds.origin.x,
                      bounds.origin.x + bounds.size.width, width);
    }
  for (guint i = 0; i < buttons->len; i++)
    for (guint k = i + 1; k < buttons->len; k++)
      {
        graphene_rect_t one = hs_window_fixture_bounds (g_ptr_array_index (buttons, i));
        graphene_rect_t two = hs_window_fixture_bounds (g_ptr_array_index (buttons, k));
        graphene_rect_t both;
        if (gtk_widget_get_ancestor (g_ptr_array_index (buttons, i), HS_TYPE_JOB_ROW)
            != gtk_widget_get_ancestor (g_ptr_array_index (buttons, k), HS_TYPE_JOB_ROW))
          continue; /* rows scroll below the bar */
        if (graphene_rect_intersection (&one, &two, &both) && both.size.width > 1
            && both.size.height > 1)
          {
            g_autofree char *first = hs_window_fixture_name (g_ptr_array_index (buttons, i));
            g_autofree char *second = hs_window_fixture_name (g_ptr_array_index (buttons, k));
            hs_test_fail (__FILE__, __LINE__, "\"%s\" and \"%s\" lie upon each other", first,
                          second);
          }
      }
}

static void
right_to_left_everything_changes_sides (void)
{
  gtk_widget_set_default_direction (GTK_TEXT_DIR_RTL);
  g_autoptr (HsWindowFixture) f = hs_window_fixture_new (hs_window_fixture_jobs (), NULL);
  float middle = (float)gtk_widget_get_width (GTK_WIDGET (f->window)) / 2;
  GtkWidget *print = hs_window_fixture_find (f->window, GTK_TYPE_BUTTON, "Print Lease.pdf");
  GtkWidget *check = hs_window_fixture_find (f->window, GTK_TYPE_CHECK_BUTTON, "Select Lease.pdf");

  HS_ASSERT (print != NULL && check != NULL);
  hs_window_fixture_shoot (f, "right-to-left");
  HS_ASSERT (hs_window_fixture_bounds (print).origin.x < middle);
  HS_ASSERT (hs_window_fixture_bounds (check).origin.x > middle);
  check_layout (f);
  gtk_widget_set_default_direction (GTK_TEXT_DIR_LTR);
}

static void
text_of_twice_the_size_has_room (void)
{
  GtkSettings *settings = gtk_settings_get_default ();
  int before;

  g_object_get (settings, "gtk-xft-dpi", &before, NULL);
  g_object_set (settings, "gtk-xft-dpi", 2 * 96 * 1024, NULL);
  g_autoptr (HsWindowFixture) f = hs_window_fixture_new (hs_window_fixture_jobs (), be_offline);
  int minimum;
  gtk_widget_measure (GTK_WIDGET (f->window), GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL, NULL,
                      NULL);
  hs_window_fixture_shoot (f, "large-text");
  check_layout (f);
  g_object_set (settings, "gtk-xft-dpi", before, NULL);
  if (minimum > 1280) /* a small screen of today */
    hs_test_fail (__FILE__, __LINE__, "the window is at least %d pixels wide", minimum);
}

/* How light the letters of a window are that has none of our colours. */
static double
lightness_of_plain_text (void)
{
  GtkWidget *window = gtk_window_new ();
  GtkWidget *label = gtk_label_new ("text");
  GdkRGBA colour;

  gtk_window_set_child (GTK_WINDOW (window), label);
  gtk_style_context_get_color (gtk_widget_get_style_context (label), &colour);
  gtk_window_destroy (GTK_WINDOW (window));
  return (double)(colour.red + colour.green + colour.blue) / 3;
}

static double
lightness_of_our_text (HsWindowFixture *fixture)
{
  GdkRGBA colour;

  gtk_style_context_get_color (gtk_widget_get_style_context (GTK_WIDGET (fixture->window)),
                               &colour);
  return (double)(colour.red + colour.green + colour.blue) / 3;
}

static void
our_colours_and_the_desktops_are_dark_together_or_light_together (void)
{
  static const char *const looks[]
      = { "Default", "Adwaita-dark", "Greybird-dark", "HighContrastInverse", "Default" };
  g_autoptr (HsWindowFixture) fixture = hs_window_fixture_new (hs_window_fixture_jobs (), NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (looks); i++)
    {
      gboolean is_dark = strcmp (looks[i], "Default") != 0;
      g_object_set (gtk_settings_get_default (), "gtk-theme-name", looks[i], NULL);
      hs_window_fixture_settle (fixture);
      HS_ASSERT_INT_EQ (lightness_of_our_text (fixture) > 0.5, is_dark);
      HS_ASSERT_INT_EQ (lightness_of_plain_text () > 0.5, is_dark);
    }
  g_object_set (gtk_settings_get_default (), "gtk-theme-name", "Adwaita-dark", NULL);
  hs_settings_set_scheme (fixture->desk.settings, HS_SCHEME_LIGHT);
  hs_window_fixture_settle (fixture);
  HS_ASSERT (lightness_of_our_text (fixture) < 0.5 && lightness_of_plain_text () < 0.5);
  hs_settings_set_scheme (fixture->desk.settings, HS_SCHEME_DARK);
  hs_window_fixture_settle (fixture);
  HS_ASSERT (lightness_of_our_text (fixture) > 0.5 && lightness_of_plain_text () > 0.5);
  hs_settings_set_scheme (fixture->desk.settings, HS_SCHEME_DESKTOP);
  gtk_settings_reset_property (gtk_settings_get_default (), "gtk-theme-name");
}

HS_SUITE_WITH ("tray window",
               hs_window_fixture_set_up,
               NULL,
               { "every row and button has a name of its own",
                 every_row_and_button_has_a_name_of_its_own },
               { "a check box selects its row, and the bar counts",
                 a_check_box_selects_its_row_and_the_bar_counts },
               { "deleting takes the row away, and undo brings it back",
                 deleting_takes_the_row_away_and_undo_brings_it_back },
               { "a question has its answers, and somebody else's job none",
                 a_question_has_its_answers_and_somebody_elses_job_none },
               { "a page that prints without colour is shown without",
                 a_page_that_prints_without_colour_is_shown_without },
               { "each state of the agent has its face", each_state_of_the_agent_has_its_face },
               { "at a kiosk everything is as large as a finger",
                 at_a_kiosk_everything_is_as_large_as_a_finger },
               { "the Tab key alone reaches everything that can be done",
                 the_tab_key_alone_reaches_everything_that_can_be_done },
               { "our colours and the desktop's are dark together, or light together",
                 our_colours_and_the_desktops_are_dark_together_or_light_together },
               { "right to left everything changes sides", right_to_left_everything_changes_sides },
               { "text of twice the size has room", text_of_twice_the_size_has_room })
