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
                 what_was_open_of_a_document_closes_when_its_person_leaves })
