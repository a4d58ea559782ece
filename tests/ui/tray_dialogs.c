/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The windows beside the main one: names for a screen reader, keys, large text. */

#include "tray-ui/window/details.h"
#include "tray-ui/window/pairing_window.h"
#include "tray-ui/window/preferences.h"
#include "tray-ui/window/sign_in.h"
#include "window_fixture.h"

#define SCREEN_WIDTH_PX 1280 /* a small screen of today */
#define SCREEN_HEIGHT_PX 720
#define MOST_STEPS 60 /* of the Tab key; no window of ours has so many controls */

static const char lease[] = "00000000-0000-4000-8000-000000000000";

static const char *const dialogs[] = { "details", "preferences", "about", "pairing", "sign-in" };

static GtkWindow *
open_dialog (HsWindowFixture *f, const char *name)
{
  GtkWindow *parent = GTK_WINDOW (f->window);
  GtkWindow *window;

  if (strcmp (name, "details") == 0)
    window = hs_details_new (parent, &f->desk,
                             hs_jobs_find (hs_agent_get_jobs (f->desk.agent), lease));
  else if (strcmp (name, "preferences") == 0)
    window = hs_preferences_new (parent, &f->desk);
  else if (strcmp (name, "about") == 0)
    window = hs_about_new (parent, &f->desk);
  else if (strcmp (name, "pairing") == 0)
    window = hs_pairing_window_new (parent, &f->desk);
  else
    window = hs_sign_in_window_new (parent, &f->desk);
  gtk_window_present (window);
  gtk_test_widget_wait_for_draw (GTK_WIDGET (window));
  hs_window_fixture_settle (f);
  return window;
}

/* What a person works with; the parts of a spin button or a drop-down belong to it. */
static gboolean
is_control (GtkWidget *widget)
{
  GtkWidget *parent = gtk_widget_get_parent (widget);
  gboolean is_part = parent != NULL
                     && (GTK_IS_SPIN_BUTTON (parent) || GTK_IS_DROP_DOWN (parent)
                         || GTK_IS_MENU_BUTTON (parent) || GTK_IS_PASSWORD_ENTRY (parent));

  return !is_part
         && (GTK_IS_BUTTON (widget) || GTK_IS_CHECK_BUTTON (widget) || GTK_IS_SWITCH (widget)
             || GTK_IS_ENTRY (widget) || GTK_IS_PASSWORD_ENTRY (widget) || GTK_IS_DROP_DOWN (widget)
             || GTK_IS_SPIN_BUTTON (widget) || GTK_IS_MENU_BUTTON (widget));
}

static void
every_control_of_every_window_has_a_name (void)
{
  g_autoptr (HsWindowFixture) f = hs_window_fixture_new (hs_window_fixture_jobs (), NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (dialogs); i++)
    {
      GtkWindow *window = open_dialog (f, dialogs[i]);
      g_autoptr (GPtrArray) all = hs_window_fixture_list (window, GTK_TYPE_WIDGET);
      guint controls = 0;

      HS_ASSERT (*gtk_window_get_title (window) != '\0');
      for (guint k = 0; k < all->len; k++)
        {
          if (!is_control (all->pdata[k]))
            continue;
          g_autofree char *name = hs_window_fixture_name (all->pdata[k]);
          controls++;
          if (*name == '\0' && gtk_widget_get_tooltip_text (all->pdata[k]) == NULL)
            hs_test_fail (__FILE__, __LINE__, "%s: a %s has no name", dialogs[i],
                          G_OBJECT_TYPE_NAME (all->pdata[k]));
        }
      HS_ASSERT (controls > 0);
      gtk_window_destroy (window);
    }
}

/* From where the window begins, forwards, until the focus is where it was before. */
static GHashTable *
walk (GtkWindow *window)
{
  GHashTable *met = g_hash_table_new (g_direct_hash, g_direct_equal);

  for (guint i = 0; i < MOST_STEPS; i++)
    {
      if (!gtk_widget_child_focus (GTK_WIDGET (window), GTK_DIR_TAB_FORWARD))
        gtk_window_set_focus (window, NULL); /* past the last one: begins again, as GTK does */
      for (GtkWidget *each = gtk_window_get_focus (window); each != NULL;
           each = gtk_widget_get_parent (each))
        g_hash_table_add (met, each);
    }
  return met;
}

static void
the_tab_key_reaches_every_control_of_every_window (void)
{
  g_autoptr (HsWindowFixture) f = hs_window_fixture_new (hs_window_fixture_jobs (), NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (dialogs); i++)
    {
      GtkWindow *window = open_dialog (f, dialogs[i]);
      g_autoptr (GPtrArray) all = hs_window_fixture_list (window, GTK_TYPE_WIDGET);
      g_autoptr (GHashTable) met = walk (window);

      for (guint k = 0; k < all->len; k++)
        {
          GtkWidget *widget = all->pdata[k];
          /* The window manager's keys close and move a window. */
          if (!is_control (widget) || !gtk_widget_is_sensitive (widget)
              || gtk_widget_get_ancestor (widget, GTK_TYPE_WINDOW_CONTROLS) != NULL)
            continue;
          if (!g_hash_table_contains (met, widget))
            {
              g_autofree char *name = hs_window_fixture_name (widget);
              hs_test_fail (__FILE__, __LINE__, "%s: %s “%s” is not reached", dialogs[i],
                            G_OBJECT_TYPE_NAME (widget), name);
            }
        }
      gtk_window_destroy (window);
    }
}

static void
text_of_twice_the_size_has_room_in_every_window (void)
{
  GtkSettings *settings = gtk_settings_get_default ();
  int before;

  g_object_get (settings, "gtk-xft-dpi", &before, NULL);
  g_object_set (settings, "gtk-xft-dpi", 2 * 96 * 1024, NULL);
  g_autoptr (HsWindowFixture) f = hs_window_fixture_new (hs_window_fixture_jobs (), NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (dialogs); i++)
    {
      g_autofree char *picture = g_strconcat ("large-text-", dialogs[i], NULL);
      GtkWindow *window = open_dialog (f, dialogs[i]);
      int width, height;

      hs_window_fixture_shoot_part (GTK_WIDGET (window), picture);
      gtk_widget_measure (GTK_WIDGET (window), GTK_ORIENTATION_HORIZONTAL, -1, &width, NULL, NULL,
                          NULL);
      gtk_widget_measure (GTK_WIDGET (window), GTK_ORIENTATION_VERTICAL,
                          MAX (width, gtk_widget_get_width (GTK_WIDGET (window))), &height, NULL,
                          NULL, NULL);
      gtk_window_destroy (window);
      if (width > SCREEN_WIDTH_PX || height > SCREEN_HEIGHT_PX)
        {
          g_object_set (settings, "gtk-xft-dpi", before, NULL);
          hs_test_fail (__FILE__, __LINE__, "%s needs at least %d by %d pixels", dialogs[i], width,
                        height);
        }
    }
  g_object_set (settings, "gtk-xft-dpi", before, NULL);
}

static void
what_was_open_of_a_document_closes_when_its_person_leaves (void)
{
  g_autoptr (HsWindowFixture) f = hs_window_fixture_new (hs_window_fixture_jobs (), NULL);
  g_autoptr (GtkWindow) window = g_object_ref (open_dialog (f, "details"));

  HS_ASSERT (gtk_widget_get_mapped (GTK_WIDGET (window)));
  hs_window_fixture_set_status (f, HS_AGENT_VACANT, NULL);
  HS_ASSERT (!gtk_widget_get_mapped (GTK_WIDGET (window)));
}

static const char *const shown_of_somebody[] = { "Lease.pdf", "“Lease.pdf” was not released." };

static void
expect_nothing_of (HsWindowFixture *f)
{
  g_autoptr (GPtrArray) labels = hs_window_fixture_list (f->window, GTK_TYPE_LABEL);

  for (guint i = 0; i < labels->len; i++)
    HS_ASSERT (strstr (gtk_label_get_text (labels->pdata[i]), "Lease") == NULL);
}

/* As it comes at a kiosk: the jobs go, then it is told that nobody sits there. */
static void
sign_out (HsWindowFixture *f)
{
  hs_jobs_forget_all (hs_agent_get_jobs (f->desk.agent));
  hs_window_fixture_set_status (f, HS_AGENT_VACANT, NULL);
}

static void
what_was_said_of_a_document_goes_with_its_person (void)
{
  g_autoptr (HsWindowFixture) f = hs_window_fixture_new (hs_window_fixture_jobs (), NULL);

  hs_window_tell (f->window, shown_of_somebody[1]);
  sign_out (f);
  HS_ASSERT (!gtk_revealer_get_reveal_child (f->window->toast));
  expect_nothing_of (f);
}

static void
what_was_to_be_deleted_is_not_named_to_the_next_person (void)
{
  g_autoptr (HsWindowFixture) f = hs_window_fixture_new (hs_window_fixture_jobs (), NULL);

  gtk_widget_activate_action (GTK_WIDGET (f->window), "win.delete", "s", lease);
  HS_ASSERT (gtk_revealer_get_reveal_child (f->window->toast));
  sign_out (f);
  HS_ASSERT (!gtk_revealer_get_reveal_child (f->window->toast));
  HS_ASSERT_INT_EQ (hs_wishes_get_deleted (f->desk.wishes, NULL), 0);
  expect_nothing_of (f);
}

static void
a_list_of_printers_that_was_open_is_not_open_for_the_next_person (void)
{
  g_autoptr (HsWindowFixture) f = hs_window_fixture_new (hs_window_fixture_jobs (), NULL);
  GtkWidget *chooser = GTK_WIDGET (f->window->printer_chooser);

  gtk_widget_activate_action (GTK_WIDGET (f->window), "win.choose", "s", lease);
  hs_window_fixture_settle (f);
  HS_ASSERT (hs_window_fixture_find (chooser, GTK_TYPE_LABEL, shown_of_somebody[0]) != NULL);
  sign_out (f);
  expect_nothing_of (f);
  hs_window_fixture_set_status (f, HS_AGENT_READY, NULL);
  HS_ASSERT (!gtk_widget_get_mapped (chooser));
  expect_nothing_of (f);
}

static void
details_close_when_their_document_is_no_longer_to_be_named (void)
{
  g_autoptr (HsWindowFixture) f = hs_window_fixture_new (hs_window_fixture_jobs (), NULL);
  g_autoptr (GtkWindow) window = g_object_ref (open_dialog (f, "details"));

  /* As with one that is over when the key is locked. */
  hs_jobs_forget (hs_agent_get_jobs (f->desk.agent), lease);
  hs_window_fixture_set_status (f, HS_AGENT_READY, NULL);
  HS_ASSERT (!gtk_widget_get_mapped (GTK_WIDGET (window)));
}

static GtkWidget *
find_text (GtkWidget *entry)
{
  g_autoptr (GPtrArray) texts = hs_window_fixture_list (entry, GTK_TYPE_TEXT);

  HS_ASSERT_INT_EQ (texts->len, 1);
  return texts->pdata[0];
}

static void
no_key_brings_back_the_name_that_was_typed_before (void)
{
  g_autoptr (HsWindowFixture) f = hs_window_fixture_new (hs_window_fixture_jobs (), NULL);
  GtkWidget *user;

  hs_window_fixture_set_status (f, HS_AGENT_VACANT, NULL);
  user = hs_window_fixture_find (f->window, GTK_TYPE_ENTRY, "User name");
  HS_ASSERT (user != NULL);
  gtk_editable_set_text (GTK_EDITABLE (user), "");
  gtk_editable_insert_text (GTK_EDITABLE (user), "anna", -1, &(int){ 0 });
  hs_sign_in_begin (f->window->sign_in);
  for (guint i = 0; i < 3; i++)
    {
      gtk_widget_activate_action (find_text (user), "text.undo", NULL);
      HS_ASSERT (strstr (gtk_editable_get_text (GTK_EDITABLE (user)), "anna") == NULL);
    }
}

HS_SUITE_WITH ("tray dialogs",
               hs_window_fixture_set_up,
               NULL,
               { "every control of every window has a name",
                 every_control_of_every_window_has_a_name },
               { "the Tab key reaches every control of every window",
                 the_tab_key_reaches_every_control_of_every_window },
               { "text of twice the size has room in every window",
                 text_of_twice_the_size_has_room_in_every_window },
               { "what was open of a document closes when its person leaves",
                 what_was_open_of_a_document_closes_when_its_person_leaves },
               { "details close when their document is no longer to be named",
                 details_close_when_their_document_is_no_longer_to_be_named },
               { "what was said of a document goes with its person",
                 what_was_said_of_a_document_goes_with_its_person },
               { "what was to be deleted is not named to the next person",
                 what_was_to_be_deleted_is_not_named_to_the_next_person },
               { "a list of printers that was open is not open for the next person",
                 a_list_of_printers_that_was_open_is_not_open_for_the_next_person },
               { "no key brings back the name that was typed before",
                 no_key_brings_back_the_name_that_was_typed_before })
