/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Preferences and About. */

#include "tray-ui/window/preferences.h"

#include "tray-ui/words/agent_words.h"

#include <glib/gi18n.h>

static GtkWidget *
make_label (const char *text, const char *css_class)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 48);
  gtk_widget_add_css_class (label, css_class);
  return label;
}

static GtkWindow *
make_window (GtkWindow *parent, const char *title, GtkWidget *content)
{
  GtkWidget *window
      = g_object_new (GTK_TYPE_WINDOW, "accessible-role", GTK_ACCESSIBLE_ROLE_DIALOG, NULL);
  GtkWidget *header = gtk_header_bar_new ();
  GtkEventController *keys = gtk_shortcut_controller_new ();

  gtk_widget_add_css_class (header, "flat");
  gtk_window_set_titlebar (GTK_WINDOW (window), header);
  gtk_window_set_title (GTK_WINDOW (window), title);
  gtk_window_set_transient_for (GTK_WINDOW (window), parent);
  gtk_window_set_modal (GTK_WINDOW (window), TRUE);
  gtk_window_set_resizable (GTK_WINDOW (window), FALSE);
  gtk_window_set_child (GTK_WINDOW (window), content);
  gtk_widget_add_css_class (window, "homespool");
  gtk_widget_add_css_class (content, "padded");
  gtk_shortcut_controller_add_shortcut (
      GTK_SHORTCUT_CONTROLLER (keys), gtk_shortcut_new (gtk_keyval_trigger_new (GDK_KEY_Escape, 0),
                                                        gtk_named_action_new ("window.close")));
  gtk_widget_add_controller (window, keys);
  return GTK_WINDOW (window);
}

/* ── preferences ─────────────────────────────────────────────────────────────────────────── */

static void
on_scheme (GtkDropDown *choice, GParamSpec *property, const HsDesk *desk)
{
  hs_settings_set_scheme (desk->settings, (HsScheme)gtk_drop_down_get_selected (choice));
}

static void
on_notifications (GtkSwitch *control, GParamSpec *property, const HsDesk *desk)
{
  hs_settings_set_notifications (desk->settings, gtk_switch_get_active (control));
}

static void
on_titles (GtkSwitch *control, GParamSpec *property, const HsDesk *desk)
{
  hs_settings_set_titles (desk->settings, gtk_switch_get_active (control));
}

static void
add_choice (GtkWidget *list, const char *name, const char *why, GtkWidget *control)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 24);
  GtkWidget *texts = gtk_box_new (GTK_ORIENTATION_VERTICAL, 1);

  gtk_box_append (GTK_BOX (texts), make_label (name, "strong"));
  gtk_box_append (GTK_BOX (texts), make_label (why, "tiny"));
  gtk_widget_set_hexpand (texts, TRUE);
  gtk_widget_set_valign (control, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (row), texts);
  gtk_box_append (GTK_BOX (row), control);
  gtk_widget_add_css_class (row, "choice");
  gtk_accessible_update_property (GTK_ACCESSIBLE (control), GTK_ACCESSIBLE_PROPERTY_LABEL, name,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, why, -1);
  gtk_box_append (GTK_BOX (list), row);
}

GtkWindow *
hs_preferences_new (GtkWindow *parent, const HsDesk *desk)
{
  const char *const schemes[] = { _ ("As the desktop"), _ ("Light"), _ ("Dark"), NULL };
  GtkWidget *list = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *scheme = gtk_drop_down_new_from_strings (schemes);
  GtkWidget *notifications = gtk_switch_new ();
  GtkWidget *titles = gtk_switch_new ();

  gtk_drop_down_set_selected (GTK_DROP_DOWN (scheme), hs_settings_get_scheme (desk->settings));
  gtk_switch_set_active (GTK_SWITCH (notifications),
                         hs_settings_shows_notifications (desk->settings));
  gtk_switch_set_active (GTK_SWITCH (titles), hs_settings_shows_titles (desk->settings));
  g_signal_connect (scheme, "notify::selected", G_CALLBACK (on_scheme), (gpointer)desk);
  g_signal_connect (notifications, "notify::active", G_CALLBACK (on_notifications), (gpointer)desk);
  g_signal_connect (titles, "notify::active", G_CALLBACK (on_titles), (gpointer)desk);
  add_choice (list, _ ("Colours"), _ ("Light or dark, or whatever the desktop says"), scheme);
  add_choice (list, _ ("Notifications"), _ ("When a job waits, was printed, or went wrong"),
              notifications);
  add_choice (list, _ ("Titles in notifications"),
              _ ("Others may see them on a locked or a shared screen"), titles);
  /* A screen for everybody shows nobody's titles. */
  gtk_widget_set_sensitive (titles, !hs_agent_is_kiosk (desk->agent));
  return make_window (parent, _ ("Preferences"), list);
}

/* ── about ───────────────────────────────────────────────────────────────────────────────── */

static void
on_copy (GtkButton *button, const HsDesk *desk)
{
  g_autofree char *text = hs_about_words_text (hs_agent_get_status (desk->agent));

  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (button)), text);
  gtk_button_set_label (button, _ ("Copied"));
}

GtkWindow *
hs_about_new (GtkWindow *parent, const HsDesk *desk)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  GtkWidget *icon = gtk_image_new_from_icon_name ("org.homespool.Tray");
  GtkWidget *copy = gtk_button_new_with_label (_ ("Copy for the helpdesk"));
  g_autofree char *text = hs_about_words_text (hs_agent_get_status (desk->agent));
  GtkWidget *facts = make_label (text, "facts");
  GtkWidget *name = make_label ("Homespool", "big");

  gtk_image_set_pixel_size (GTK_IMAGE (icon), 72);
  gtk_label_set_xalign (GTK_LABEL (name), 0.5f);
  gtk_label_set_selectable (GTK_LABEL (facts), TRUE);
  gtk_widget_add_css_class (copy, "soft");
  gtk_widget_set_halign (copy, GTK_ALIGN_CENTER);
  g_signal_connect (copy, "clicked", G_CALLBACK (on_copy), (gpointer)desk);
  gtk_box_append (GTK_BOX (box), icon);
  gtk_box_append (GTK_BOX (box), name);
  gtk_box_append (
      GTK_BOX (box),
      make_label (_ ("Print jobs stay at home, encrypted, until you release them."), "nothing"));
  gtk_box_append (GTK_BOX (box), facts);
  gtk_box_append (GTK_BOX (box), copy);
  GtkWindow *window = make_window (parent, _ ("About Homespool"), box);
  /* The text can have the focus, too: one that is selectable and cannot holds the Tab key for ever.
   * Having it, it shows itself selected, which is not how the window is to begin. */
  gtk_window_set_focus (window, copy);
  return window;
}
