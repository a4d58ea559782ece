/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* What the window shows when. */

#include "base/safe_text.h"
#include "tray-ui/window/window_private.h"

#include "tray-ui/words/agent_words.h"

#include <glib/gi18n.h>
#include <string.h>

#define COUNTDOWN_S 60 /* the last minute before a sign-out is counted aloud */

/* ── the header ──────────────────────────────────────────────────────────────────────────── */

static void
show_printer (HsWindow *self)
{
  const HsControlPrinter *printer = hs_desk_choose_printer (self->desk);
  g_autofree char *name = printer != NULL ? hs_safe_text_dup (printer->name) : NULL;
  g_autofree char *line = printer != NULL ? hs_printer_words_line (printer) : NULL;

  gtk_label_set_text (self->printer_name, name != NULL ? name : _ ("Choose a printer"));
  gtk_label_set_text (self->printer_place, line != NULL ? line : _ ("Where shall it come out?"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->printer_button),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  name != NULL ? name : _ ("Choose a printer"), -1);
}

static void
show_person (HsWindow *self)
{
  g_autofree char *name = hs_desk_dup_person (self->desk);
  g_autofree char *initials = hs_person_words_initials (name);
  g_autofree char *label = g_strdup_printf (_ ("Printing as %s"), name);

  gtk_label_set_text (self->person_name, name);
  gtk_label_set_text (self->person_initials, initials);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->person_button),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
}

static void
show_countdown (HsWindow *self)
{
  const HsControlStatus *status = hs_agent_get_status (self->desk->agent);
  gint64 idle_s = (g_get_monotonic_time () - self->last_sign_us) / G_USEC_PER_SEC;
  gint64 left = hs_person_words_seconds_left (status, idle_s, g_get_real_time ());
  g_autofree char *text = hs_person_words_countdown (status, idle_s, g_get_real_time ());

  gtk_widget_set_visible (GTK_WIDGET (self->countdown), text != NULL);
  gtk_label_set_text (self->countdown, text != NULL ? text : "");
  if (left >= 0 && left < COUNTDOWN_S)
    gtk_widget_add_css_class (GTK_WIDGET (self->countdown), "soon");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->countdown), "soon");
}

/* ── banners ─────────────────────────────────────────────────────────────────────────────── */

/* What is not revealed is not there either, for a screen reader. */
static void
reveal (GtkRevealer *revealer, gboolean is_shown)
{
  gtk_widget_set_visible (GTK_WIDGET (revealer), is_shown);
  gtk_revealer_set_reveal_child (revealer, is_shown);
}

static void
show_banners (HsWindow *self)
{
  const HsControlStatus *status = hs_agent_get_status (self->desk->agent);
  gboolean is_ready = hs_agent_get_state (self->desk->agent) == HS_AGENT_READY;
  g_autofree char *offline = hs_agent_words_offline (status, g_get_real_time ());
  const char *key = is_ready ? hs_person_words_key (status) : NULL;

  if (offline != NULL)
    gtk_label_set_text (self->offline_text, offline);
  reveal (self->offline, offline != NULL);
  if (key != NULL)
    {
      gtk_label_set_text (self->key_text, key);
      gtk_button_set_label (self->key_button,
                            strcmp (status->key, "absent") == 0 ? _ ("Make my key") : _ ("Unlock"));
    }
  reveal (self->key, key != NULL);
}

/* ── lists ───────────────────────────────────────────────────────────────────────────────── */

/* A tab that is made anew under the pointer forgets that it is being clicked. */
static void
set_title (GtkStackPage *page, const char *title)
{
  if (g_strcmp0 (gtk_stack_page_get_title (page), title) != 0)
    gtk_stack_page_set_title (page, title);
}

static void
show_lists (HsWindow *self)
{
  HsJobs *jobs = hs_agent_get_jobs (self->desk->agent);
  guint open = hs_job_list_get_length (hs_jobs_get_open (jobs));
  guint done = hs_job_list_get_length (hs_jobs_get_done (jobs));
  /* TRANSLATORS: two tabs: jobs that wait or print, and jobs that are over, with their numbers */
  g_autofree char *open_title
      = open > 0 ? g_strdup_printf (_ ("Waiting  %u"), open) : g_strdup (_ ("Waiting"));
  g_autofree char *done_title
      = done > 0 ? g_strdup_printf (_ ("Finished  %u"), done) : g_strdup (_ ("Finished"));

  set_title (self->open_page, open_title);
  set_title (self->done_page, done_title);
  gtk_stack_set_visible_child_name (self->open_stack, open > 0 ? "list" : "empty");
  gtk_stack_set_visible_child_name (self->done_stack, done > 0 ? "list" : "empty");
}

void
hs_window_show_selection (HsWindow *window)
{
  const HsControlPrinter *printer = hs_desk_choose_printer (window->desk);
  guint pages, all_pages;
  g_autoptr (GPtrArray) release
      = hs_window_list_selected (window, hs_job_words_may_release, &pages);
  g_autoptr (GPtrArray) discard
      = hs_window_list_selected (window, hs_job_words_may_delete, &all_pages);
  guint count = g_list_model_get_n_items (G_LIST_MODEL (window->selection));
  g_autoptr (GtkBitset) selected
      = gtk_selection_model_get_selection (GTK_SELECTION_MODEL (window->selection));
  guint chosen = (guint)gtk_bitset_get_size (selected);
  g_autofree char *text
      = chosen > 0 ? hs_job_words_selected (chosen, pages) : hs_job_words_waiting (count);
  g_autofree char *label
      = hs_job_words_release (release->len, printer != NULL ? printer->name : NULL);

  window->is_setting = TRUE;
  gtk_check_button_set_inconsistent (window->select_all, chosen > 0 && chosen < count);
  gtk_check_button_set_active (window->select_all, count > 0 && chosen == count);
  window->is_setting = FALSE;
  gtk_label_set_text (window->selected_text, text);
  gtk_button_set_label (window->release_selected, release->len > 0 ? label : _ ("Print"));
  /* A printer's name may be long: it does not make the window wide. */
  gtk_label_set_ellipsize (GTK_LABEL (gtk_button_get_child (window->release_selected)),
                           PANGO_ELLIPSIZE_END);
  gtk_widget_set_tooltip_text (GTK_WIDGET (window->release_selected),
                               release->len > 0 ? label : NULL);
  gtk_widget_set_sensitive (GTK_WIDGET (window->release_selected), release->len > 0);
  gtk_widget_set_sensitive (window->choose_selected, release->len > 0);
  gtk_widget_set_sensitive (GTK_WIDGET (window->delete_selected), discard->len > 0);
}

void
hs_window_show_deleted (HsWindow *window)
{
  g_autofree char *title = NULL;
  guint deleted = hs_wishes_get_deleted (window->desk->wishes, &title);

  g_clear_handle_id (&window->toast_source, g_source_remove);
  gtk_revealer_set_reveal_child (window->toast, deleted > 0);
  if (deleted == 0)
    return;
  g_autofree char *text = hs_job_words_deleted (deleted, deleted == 1 ? title : NULL);
  gtk_label_set_text (window->toast_text, text);
  gtk_widget_set_visible (GTK_WIDGET (window->toast_undo), TRUE);
}

/* ── faces ───────────────────────────────────────────────────────────────────────────────── */

static const char *
choose_face (HsWindow *self)
{
  switch (hs_agent_get_state (self->desk->agent))
    {
    case HS_AGENT_CONNECTING:
      return "connecting";
    case HS_AGENT_MISSING:
      return "missing";
    case HS_AGENT_VACANT:
      return "sign-in";
    case HS_AGENT_READY:
      break;
    }
  return "jobs";
}

static void
show_kiosk (HsWindow *self)
{
  const HsControlStatus *status = hs_agent_get_status (self->desk->agent);
  const char *note = NULL;

  if (status != NULL && hs_agent_is_kiosk (self->desk->agent) != self->is_kiosk)
    {
      self->is_kiosk = hs_agent_is_kiosk (self->desk->agent);
      if (self->is_kiosk)
        {
          gtk_widget_add_css_class (GTK_WIDGET (self), "kiosk");
          gtk_window_fullscreen (GTK_WINDOW (self));
        }
      else
        {
          gtk_widget_remove_css_class (GTK_WIDGET (self), "kiosk");
          gtk_window_unfullscreen (GTK_WINDOW (self));
        }
      gtk_header_bar_set_show_title_buttons (self->header, !self->is_kiosk);
      if (gtk_widget_get_mapped (GTK_WIDGET (self)))
        hs_window_start_clocks (self);
    }
  if (status != NULL && status->seat_problem != NULL)
    note = status->seat_problem;
  else if (status != NULL && status->is_seat_taken && status->seat_name == NULL)
    note = _ ("Somebody is still signed in here. “Sign out” below ends that.");
  gtk_label_set_text (self->vacant_note, note != NULL ? note : "");
  gtk_widget_set_visible (GTK_WIDGET (self->vacant_note), note != NULL);
}

/* What is over the lists has its own texts. */
static void
forget_person (HsWindow *self)
{
  g_clear_handle_id (&self->toast_source, g_source_remove);
  gtk_revealer_set_reveal_child (self->toast, FALSE);
  gtk_label_set_text (self->toast_text, "");
  gtk_menu_button_popdown (self->printer_button);
  gtk_menu_button_popdown (self->person_button);
}

void
hs_window_show_all (HsWindow *window)
{
  const char *face = choose_face (window);
  gboolean has_jobs = strcmp (face, "jobs") == 0;
  gboolean was_vacant
      = g_strcmp0 (gtk_stack_get_visible_child_name (window->faces), "sign-in") == 0;

  show_kiosk (window);
  show_printer (window);
  show_person (window);
  show_countdown (window);
  show_banners (window);
  show_lists (window);
  hs_window_show_selection (window);
  gtk_stack_set_visible_child_name (window->faces, face);
  if (!was_vacant && strcmp (face, "sign-in") == 0)
    {
      forget_person (window);
      hs_sign_in_begin (window->sign_in);
    }
  else if (was_vacant)
    hs_sign_in_refresh (window->sign_in);
  gtk_widget_set_visible (GTK_WIDGET (window->header), has_jobs || !window->is_kiosk);
  gtk_widget_set_visible (GTK_WIDGET (window->printer_button), has_jobs);
  gtk_widget_set_visible (GTK_WIDGET (window->switcher), has_jobs);
  gtk_widget_set_visible (GTK_WIDGET (window->person_button), has_jobs);
  gtk_revealer_set_reveal_child (
      window->bar,
      has_jobs && g_list_model_get_n_items (G_LIST_MODEL (window->selection)) > 0
          && g_strcmp0 (gtk_stack_get_visible_child_name (window->lists), "open") == 0);
}

/* ── clocks: only while somebody can see them ────────────────────────────────────────────── */

static gboolean
on_minute (gpointer user_data)
{
  HsWindow *self = user_data;

  hs_jobs_refresh (hs_agent_get_jobs (self->desk->agent));
  show_banners (self);
  return G_SOURCE_CONTINUE;
}

static gboolean
on_second (gpointer user_data)
{
  HsWindow *self = user_data;

  if (self->is_kiosk)
    show_countdown (self);
  return G_SOURCE_CONTINUE;
}

void
hs_window_start_clocks (HsWindow *window)
{
  if (window->minute_source == 0)
    window->minute_source = g_timeout_add_seconds (60, on_minute, window);
  if (window->second_source == 0 && window->is_kiosk)
    window->second_source = g_timeout_add_seconds (1, on_second, window);
}

void
hs_window_stop_clocks (HsWindow *window)
{
  g_clear_handle_id (&window->minute_source, g_source_remove);
  g_clear_handle_id (&window->second_source, g_source_remove);
}
