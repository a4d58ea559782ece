/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The window's lists: rows, selection, keys. */

#include "tray-ui/window/job_row.h"
#include "tray-ui/window/window_private.h"

#include <glib/gi18n.h>

/* ── rows ────────────────────────────────────────────────────────────────────────────────── */

static void
on_set_up (GtkListItemFactory *factory, GtkListItem *list_item, HsWindow *self)
{
  gtk_list_item_set_child (list_item,
                           hs_job_row_new (self->desk, GTK_SELECTION_MODEL (self->selection)));
}

static void
on_set_up_done (GtkListItemFactory *factory, GtkListItem *list_item, HsWindow *self)
{
  gtk_list_item_set_child (list_item, hs_job_row_new (self->desk, NULL));
  gtk_list_item_set_selectable (list_item, FALSE);
}

static void
on_bind (GtkListItemFactory *factory, GtkListItem *list_item, HsWindow *self)
{
  hs_job_row_bind (HS_JOB_ROW (gtk_list_item_get_child (list_item)), list_item);
}

static void
on_unbind (GtkListItemFactory *factory, GtkListItem *list_item, HsWindow *self)
{
  hs_job_row_unbind (HS_JOB_ROW (gtk_list_item_get_child (list_item)));
}

static GtkListItemFactory *
make_factory (HsWindow *self, GCallback set_up)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();

  g_signal_connect (factory, "setup", set_up, self);
  g_signal_connect (factory, "bind", G_CALLBACK (on_bind), self);
  g_signal_connect (factory, "unbind", G_CALLBACK (on_unbind), self);
  return factory;
}

/* ── selection ───────────────────────────────────────────────────────────────────────────── */

GPtrArray *
hs_window_list_selected (HsWindow *window, gboolean (*may) (const HsControlJob *job), guint *pages)
{
  GPtrArray *ids = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GtkBitset) selected
      = gtk_selection_model_get_selection (GTK_SELECTION_MODEL (window->selection));
  GtkBitsetIter iter;
  guint position;

  *pages = 0;
  for (gboolean more = gtk_bitset_iter_init_first (&iter, selected, &position); more;
       more = gtk_bitset_iter_next (&iter, &position))
    {
      g_autoptr (HsJobItem) item
          = g_list_model_get_item (G_LIST_MODEL (window->selection), position);
      if (item == NULL || !may (hs_job_item_get_job (item)))
        continue;
      *pages += hs_job_item_get_job (item)->pages * MAX (hs_job_item_get_job (item)->copies, 1);
      g_ptr_array_add (ids, g_strdup (hs_job_item_get_id (item)));
    }
  return ids;
}

static void
on_selection_changed (HsWindow *self)
{
  hs_window_show_selection (self);
}

static gboolean
on_lists_settled (gpointer user_data)
{
  HsWindow *self = user_data;

  self->lists_source = 0;
  hs_window_show_all (self);
  return G_SOURCE_REMOVE;
}

/* Before the next layout: a list that is filled changes once for each of its rows. */
static void
show_soon (HsWindow *self)
{
  if (self->lists_source == 0)
    self->lists_source = g_idle_add_full (G_PRIORITY_HIGH_IDLE, on_lists_settled, self, NULL);
}

/* GTK holds on to the row that was the first: one that comes above it would not be seen. Who has
 * scrolled down reads there and is left alone. */
static void
on_open_changed (HsWindow *self)
{
  GtkAdjustment *place = gtk_scrolled_window_get_vadjustment (self->open_scroll);

  if (gtk_adjustment_get_value (place) <= 0
      && g_list_model_get_n_items (G_LIST_MODEL (self->selection)) > 0)
    gtk_widget_activate_action (GTK_WIDGET (self->open_view), "list.scroll-to-item", "u", 0);
  show_soon (self);
}

static void
on_done_changed (HsWindow *self)
{
  show_soon (self);
}

/* ── keys ────────────────────────────────────────────────────────────────────────────────── */

/* Enter on a row prints it; the check boxes are for several. */
static void
on_activated (HsWindow *self, guint position)
{
  g_autoptr (HsJobItem) item = g_list_model_get_item (G_LIST_MODEL (self->selection), position);

  if (item != NULL && hs_job_words_may_release (hs_job_item_get_job (item)))
    gtk_widget_activate_action (GTK_WIDGET (self), "win.release", "s", hs_job_item_get_id (item));
}

static void
on_done_activated (HsWindow *self, guint position)
{
  HsJobList *done = hs_jobs_get_done (hs_agent_get_jobs (self->desk->agent));
  g_autoptr (HsJobItem) item = g_list_model_get_item (G_LIST_MODEL (done), position);

  if (item != NULL)
    gtk_widget_activate_action (GTK_WIDGET (self), "win.details", "s", hs_job_item_get_id (item));
}

static void
set_up_keys (HsWindow *self)
{
  static const guint keys[] = { GDK_KEY_Delete, GDK_KEY_KP_Delete };
  GtkEventController *controller = gtk_shortcut_controller_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    gtk_shortcut_controller_add_shortcut (
        GTK_SHORTCUT_CONTROLLER (controller),
        gtk_shortcut_new (gtk_keyval_trigger_new (keys[i], 0),
                          gtk_named_action_new ("win.delete-selected")));
  gtk_widget_add_controller (GTK_WIDGET (self->open_view), controller);
}

void
hs_window_set_up_lists (HsWindow *window)
{
  HsJobs *jobs = hs_agent_get_jobs (window->desk->agent);
  HsJobList *open = hs_jobs_get_open (jobs);
  HsJobList *done = hs_jobs_get_done (jobs);
  g_autoptr (GtkListItemFactory) open_factory = NULL;
  g_autoptr (GtkListItemFactory) done_factory = NULL;
  g_autoptr (GtkNoSelection) no_selection
      = gtk_no_selection_new (G_LIST_MODEL (g_object_ref (done)));

  window->selection = gtk_multi_selection_new (G_LIST_MODEL (g_object_ref (open)));
  open_factory = make_factory (window, G_CALLBACK (on_set_up));
  done_factory = make_factory (window, G_CALLBACK (on_set_up_done));
  gtk_list_view_set_factory (window->open_view, open_factory);
  gtk_list_view_set_model (window->open_view, GTK_SELECTION_MODEL (window->selection));
  gtk_list_view_set_factory (window->done_view, done_factory);
  gtk_list_view_set_model (window->done_view, GTK_SELECTION_MODEL (no_selection));
  g_signal_connect_swapped (window->selection, "selection-changed",
                            G_CALLBACK (on_selection_changed), window);
  g_signal_connect_swapped (open, "items-changed", G_CALLBACK (on_open_changed), window);
  g_signal_connect_swapped (done, "items-changed", G_CALLBACK (on_done_changed), window);
  g_signal_connect_swapped (window->open_view, "activate", G_CALLBACK (on_activated), window);
  g_signal_connect_swapped (window->done_view, "activate", G_CALLBACK (on_done_activated), window);
  set_up_keys (window);
}
