/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The window: its template and its life. */

#include "tray-ui/window/window_private.h"

#include <glib/gi18n.h>

#define TOAST_S 6

G_DEFINE_FINAL_TYPE (HsWindow, hs_window, GTK_TYPE_APPLICATION_WINDOW)

/* ── telling ─────────────────────────────────────────────────────────────────────────────── */

static gboolean
on_toast_over (gpointer user_data)
{
  HsWindow *self = user_data;

  self->toast_source = 0;
  if (hs_wishes_get_deleted (self->desk->wishes, NULL) > 0)
    hs_window_show_deleted (self);
  else
    gtk_revealer_set_reveal_child (self->toast, FALSE);
  return G_SOURCE_REMOVE;
}

void
hs_window_tell (HsWindow *window, const char *sentence)
{
  g_clear_handle_id (&window->toast_source, g_source_remove);
  gtk_label_set_text (window->toast_text, sentence);
  gtk_widget_set_visible (GTK_WIDGET (window->toast_undo), FALSE);
  gtk_revealer_set_reveal_child (window->toast, TRUE);
  window->toast_source = g_timeout_add_seconds (TOAST_S, on_toast_over, window);
}

/* ── signals ─────────────────────────────────────────────────────────────────────────────── */

static void
on_agent_changed (HsAgent *agent, HsWindow *self)
{
  hs_window_show_all (self);
}

static void
on_deleted_changed (HsWishes *wishes, HsWindow *self)
{
  hs_window_show_deleted (self);
}

static void
on_refused (HsWishes *wishes, const char *sentence, HsWindow *self)
{
  hs_window_tell (self, sentence);
}

static void
on_printer_chosen (HsWindow *self, const char *printer)
{
  /* First what it was chosen for: with the list closed, that is forgotten. */
  hs_window_take_printer (self, printer);
  /* Not within its own click: the next one would be taken for one that closes it. */
  g_idle_add_once ((GSourceOnceFunc)gtk_menu_button_popdown, self->printer_button);
}

static void
on_printer_popover_shown (HsWindow *self)
{
  g_autoptr (GPtrArray) items = g_ptr_array_new ();

  for (guint i = 0; self->choosing_for != NULL && i < self->choosing_for->len; i++)
    {
      const char *id = g_ptr_array_index (self->choosing_for, i);
      HsJobItem *item = hs_jobs_find (hs_agent_get_jobs (self->desk->agent), id);
      if (item != NULL)
        g_ptr_array_add (items, item);
    }
  hs_printer_chooser_begin (self->printer_chooser, items);
}

static gboolean
on_printers_gone (gpointer user_data)
{
  HsWindow *self = user_data;

  self->focus_source = 0;
  gtk_popover_set_pointing_to (gtk_menu_button_get_popover (self->printer_button), NULL);
  hs_window_return_focus (self);
  return G_SOURCE_REMOVE;
}

static void
on_printer_popover_closed (HsWindow *self)
{
  g_clear_pointer (&self->choosing_for, g_ptr_array_unref);
  /* GTK gives the focus to the button in the header first. */
  if (self->focus_source == 0)
    self->focus_source = g_idle_add (on_printers_gone, self);
}

static void
on_person_popover_shown (HsWindow *self)
{
  hs_identity_panel_refresh (self->identity_panel);
}

static void
on_select_all_toggled (HsWindow *self)
{
  if (self->is_setting)
    return;
  if (gtk_check_button_get_active (self->select_all))
    gtk_selection_model_select_all (GTK_SELECTION_MODEL (self->selection));
  else
    gtk_selection_model_unselect_all (GTK_SELECTION_MODEL (self->selection));
}

static void
on_page_changed (HsWindow *self)
{
  if (self->desk != NULL)
    hs_window_show_all (self);
}

/* At a kiosk: whatever is touched or typed is a sign of life. */
static gboolean
on_any_event (GtkEventControllerLegacy *controller, GdkEvent *event, HsWindow *self)
{
  GdkEventType type = gdk_event_get_event_type (event);

  if (type != GDK_BUTTON_PRESS && type != GDK_KEY_PRESS && type != GDK_TOUCH_BEGIN
      && type != GDK_SCROLL)
    return GDK_EVENT_PROPAGATE;
  /* The agent counts its own: a look at the status carries the token. Not more than needed. */
  gint64 now_us = g_get_monotonic_time ();
  if (self->is_kiosk && now_us - self->last_sign_us > 5 * G_USEC_PER_SEC)
    hs_agent_refresh (self->desk->agent);
  self->last_sign_us = now_us;
  return GDK_EVENT_PROPAGATE;
}

static void
on_mapped (HsWindow *self)
{
  if (self->desk == NULL)
    return;
  hs_window_start_clocks (self);
  hs_window_show_all (self);
}

static void
on_unmapped (HsWindow *self)
{
  hs_window_stop_clocks (self);
}

static gboolean
hs_window_close_request (GtkWindow *window)
{
  HsWindow *self = HS_WINDOW (window);

  hs_wishes_settle (self->desk->wishes);
  if (!self->is_kiosk)
    gtk_widget_set_visible (GTK_WIDGET (window), FALSE);
  return TRUE;
}

/* ── life ────────────────────────────────────────────────────────────────────────────────── */

static void
hs_window_dispose (GObject *object)
{
  HsWindow *self = HS_WINDOW (object);

  hs_window_stop_clocks (self);
  g_clear_handle_id (&self->toast_source, g_source_remove);
  g_clear_handle_id (&self->lists_source, g_source_remove);
  g_clear_handle_id (&self->focus_source, g_source_remove);
  if (self->desk != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->desk->agent, self);
      g_signal_handlers_disconnect_by_data (self->desk->wishes, self);
      g_signal_handlers_disconnect_by_data (
          hs_jobs_get_open (hs_agent_get_jobs (self->desk->agent)), self);
      g_signal_handlers_disconnect_by_data (
          hs_jobs_get_done (hs_agent_get_jobs (self->desk->agent)), self);
    }
  g_clear_weak_pointer (&self->asked_from);
  g_clear_object (&self->selection);
  g_clear_pointer (&self->choosing_for, g_ptr_array_unref);
  G_OBJECT_CLASS (hs_window_parent_class)->dispose (object);
}

static void
bind_children (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_child (widget_class, HsWindow, header);
  gtk_widget_class_bind_template_child (widget_class, HsWindow, printer_button);
  gtk_widget_class_bind_template_child (widget_class, HsWindow, printer_name);
  gtk_widget_class_bind_template_child (widget_class, HsWindow, printer_place);
  gtk_widget_class_bind_template_child (widget_class, HsWindow, switcher);
  gtk_widget_class_bind_template_child (widget_class, HsWindow, person_button);
  gtk_widget_class_bind_template_child (widget_class, HsWindow, person_initials);
  gtk_widget_class_bind_template_child (widget_class, HsWindow, person_name);
  gtk_widget_class_bind_template_child (widget_class, HsWindow, countdown);
  gtk_widget_class_bind_template_child (widget_class, HsWindow, offline);
  gtk_widget_class_bind_template_child (widget_class, HsWindow, offline_text);
  gtk_widget_class_bind_template_child (widget_class, HsWindow, key);
  gtk_widget_class_bind_template_child (widget_class, HsWindow, key_text);
  gtk_widget_class_bind_template_child (widget_class, HsWindow, key_button);
  gtk_widget_class_bind_template_child (widget_class, HsWindow, faces);
  gtk_widget_class_bind_template_child (widget_class, HsWindow, lists);
  gtk_widget_class_bind_template_child (widget_class, HsWindow, open_page);
  gtk_widget_class_bind_template_child (widget_class, HsWindow, done_page);
  gtk_widget_class_bind_template_child (widget_class, HsWindow, open_stack);
  gtk_widget_class_bind_template_child (widget_class, HsWindow, done_stack);
  gtk_widget_class_bind_template_child (widget_class, HsWindow, open_scroll);
  gtk_widget_class_bind_template_child (widget_class, HsWindow, open_view);
  gtk_widget_class_bind_template_child (widget_class, HsWindow, done_view);
  gtk_widget_class_bind_template_child (widget_class, HsWindow, bar);
  gtk_widget_class_bind_template_child (widget_class, HsWindow, select_all);
  gtk_widget_class_bind_template_child (widget_class, HsWindow, selected_text);
  gtk_widget_class_bind_template_child (widget_class, HsWindow, delete_selected);
  gtk_widget_class_bind_template_child (widget_class, HsWindow, release_selected);
  gtk_widget_class_bind_template_child (widget_class, HsWindow, choose_selected);
  gtk_widget_class_bind_template_child (widget_class, HsWindow, toast);
  gtk_widget_class_bind_template_child (widget_class, HsWindow, toast_text);
  gtk_widget_class_bind_template_child (widget_class, HsWindow, toast_undo);
  gtk_widget_class_bind_template_child (widget_class, HsWindow, sign_in_place);
  gtk_widget_class_bind_template_child (widget_class, HsWindow, vacant_note);
}

static void
hs_window_class_init (HsWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hs_window_dispose;
  GTK_WINDOW_CLASS (klass)->close_request = hs_window_close_request;
  gtk_widget_class_set_template_from_resource (widget_class, "/org/homespool/Tray/window.ui");
  bind_children (widget_class);
  gtk_widget_class_bind_template_callback (widget_class, on_select_all_toggled);
  gtk_widget_class_bind_template_callback (widget_class, on_page_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_mapped);
  gtk_widget_class_bind_template_callback (widget_class, on_unmapped);
  hs_window_set_up_actions (widget_class);
}

static void
hs_window_init (HsWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->last_sign_us = g_get_monotonic_time ();
  /* The header stands in the content, so that it is there on a full screen, too. */
  GtkWidget *none = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  gtk_widget_set_visible (none, FALSE);
  gtk_window_set_titlebar (GTK_WINDOW (self), none);
  GtkEventController *signs = gtk_event_controller_legacy_new ();
  gtk_event_controller_set_propagation_phase (signs, GTK_PHASE_CAPTURE);
  g_signal_connect (signs, "event", G_CALLBACK (on_any_event), self);
  gtk_widget_add_controller (GTK_WIDGET (self), signs);
}

static void
set_up_popovers (HsWindow *self)
{
  GtkWidget *printers = gtk_popover_new ();
  GtkWidget *person = gtk_popover_new ();

  /* What is seen through a shadow is black where nobody puts windows together. */
  if (!gdk_display_is_composited (gtk_widget_get_display (GTK_WIDGET (self))))
    {
      gtk_widget_add_css_class (printers, "plain");
      gtk_widget_add_css_class (person, "plain");
      gtk_popover_set_has_arrow (GTK_POPOVER (printers), FALSE);
      gtk_popover_set_has_arrow (GTK_POPOVER (person), FALSE);
    }

  self->printer_chooser = HS_PRINTER_CHOOSER (hs_printer_chooser_new (self->desk));
  gtk_popover_set_child (GTK_POPOVER (printers), GTK_WIDGET (self->printer_chooser));
  gtk_widget_add_css_class (printers, "panel");
  gtk_menu_button_set_popover (self->printer_button, printers);
  g_signal_connect_swapped (printers, "show", G_CALLBACK (on_printer_popover_shown), self);
  g_signal_connect_swapped (printers, "closed", G_CALLBACK (on_printer_popover_closed), self);
  g_signal_connect_swapped (self->printer_chooser, "chosen", G_CALLBACK (on_printer_chosen), self);

  self->identity_panel = HS_IDENTITY_PANEL (hs_identity_panel_new (self->desk));
  gtk_popover_set_child (GTK_POPOVER (person), GTK_WIDGET (self->identity_panel));
  gtk_widget_add_css_class (person, "panel");
  gtk_menu_button_set_popover (self->person_button, person);
  g_signal_connect_swapped (person, "show", G_CALLBACK (on_person_popover_shown), self);
}

HsWindow *
hs_window_new (GtkApplication *application, const HsDesk *desk)
{
  HsWindow *self = g_object_new (HS_TYPE_WINDOW, "application", application, NULL);

  self->desk = desk;
  set_up_popovers (self);
  self->sign_in = HS_SIGN_IN (hs_sign_in_new (desk));
  gtk_box_append (self->sign_in_place, GTK_WIDGET (self->sign_in));
  hs_window_set_up_lists (self);
  g_signal_connect (desk->agent, "changed", G_CALLBACK (on_agent_changed), self);
  g_signal_connect (desk->wishes, "deleted-changed", G_CALLBACK (on_deleted_changed), self);
  g_signal_connect (desk->wishes, "refused", G_CALLBACK (on_refused), self);
  hs_window_show_all (self);
  return self;
}
