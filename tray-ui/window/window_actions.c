/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* What is done in the window. Every button, key and menu item goes through these actions. */

#include "tray-ui/window/details.h"
#include "tray-ui/window/job_row.h"
#include "tray-ui/window/window_private.h"

#include <glib/gi18n.h>

static HsJobItem *
find_item (HsWindow *self, GVariant *parameter)
{
  return hs_jobs_find (hs_agent_get_jobs (self->desk->agent),
                       g_variant_get_string (parameter, NULL));
}

/* ── printing ────────────────────────────────────────────────────────────────────────────── */

static void
release_selected_on (HsWindow *self, const char *printer)
{
  guint pages;
  g_autoptr (GPtrArray) ids = hs_window_list_selected (self, hs_job_words_may_release, &pages);

  for (guint i = 0; i < ids->len; i++)
    {
      HsJobItem *item
          = hs_jobs_find (hs_agent_get_jobs (self->desk->agent), g_ptr_array_index (ids, i));
      hs_wishes_release (self->desk->wishes, item, printer, NULL);
    }
  gtk_selection_model_unselect_all (GTK_SELECTION_MODEL (self->selection));
}

/* Members of the release that say what it changes. Returns: (transfer full) (nullable). */
static json_t *
make_options (HsWindow *self, HsJobItem *item)
{
  HsPrintOptions options;

  if (!hs_printer_chooser_get_options (self->printer_chooser, item, &options))
    return NULL;
  json_t *body = json_object ();
  hs_json_set_value (body, "options", hs_print_options_encode (&options));
  return body;
}

void
hs_window_take_printer (HsWindow *window, const char *printer)
{
  g_autoptr (GPtrArray) ids = g_steal_pointer (&window->choosing_for);

  hs_settings_set_printer (window->desk->settings, printer);
  for (guint i = 0; ids != NULL && i < ids->len; i++)
    {
      HsJobItem *item
          = hs_jobs_find (hs_agent_get_jobs (window->desk->agent), g_ptr_array_index (ids, i));
      if (item != NULL)
        hs_wishes_release (window->desk->wishes, item, printer, make_options (window, item));
    }
  if (ids != NULL && ids->len > 1)
    gtk_selection_model_unselect_all (GTK_SELECTION_MODEL (window->selection));
  hs_window_show_all (window);
}

/* A pointer leaves the focus at the row, a key at the button. */
static GtkWidget *
find_place (GtkWidget *focus)
{
  GtkWidget *child = focus != NULL ? gtk_widget_get_first_child (focus) : NULL;

  if (child == NULL || !HS_IS_JOB_ROW (child)
      || !gtk_widget_get_mapped (hs_job_row_get_choose (HS_JOB_ROW (child))))
    return focus;
  return hs_job_row_get_choose (HS_JOB_ROW (child));
}

void
hs_window_pop_up_printers (HsWindow *window)
{
  GtkPopover *popover = gtk_menu_button_get_popover (window->printer_button);
  GtkWidget *focus
      = window->choosing_for != NULL ? gtk_window_get_focus (GTK_WINDOW (window)) : NULL;
  GtkWidget *place = find_place (focus);
  graphene_rect_t bounds;

  g_set_weak_pointer (&window->asked_from, focus);
  if (place != NULL
      && gtk_widget_compute_bounds (place, GTK_WIDGET (window->printer_button), &bounds))
    gtk_popover_set_pointing_to (
        popover, &(GdkRectangle){ (int)bounds.origin.x, (int)bounds.origin.y,
                                  (int)bounds.size.width, (int)bounds.size.height });
  else
    gtk_popover_set_pointing_to (popover, NULL);
  gtk_menu_button_popup (window->printer_button);
}

/* What has been released has no such button any more: then its row. */
void
hs_window_return_focus (HsWindow *window)
{
  GtkWidget *to = window->asked_from;

  g_clear_weak_pointer (&window->asked_from);
  while (to != NULL && to != GTK_WIDGET (window)
         && (!gtk_widget_get_mapped (to) || !gtk_widget_is_sensitive (to)
             || !gtk_widget_grab_focus (to)))
    to = gtk_widget_get_parent (to);
}

/* Takes @ids. */
static void
choose_for (HsWindow *self, GPtrArray *ids)
{
  /* Before it opens: what can be chosen depends on the jobs. */
  g_clear_pointer (&self->choosing_for, g_ptr_array_unref);
  self->choosing_for = ids;
  hs_window_pop_up_printers (self);
}

static void
on_choose (GtkWidget *widget, const char *action, GVariant *parameter)
{
  GPtrArray *ids = g_ptr_array_new_with_free_func (g_free);

  g_ptr_array_add (ids, g_variant_dup_string (parameter, NULL));
  choose_for (HS_WINDOW (widget), ids);
}

static void
on_choose_selected (GtkWidget *widget, const char *action, GVariant *parameter)
{
  HsWindow *self = HS_WINDOW (widget);
  guint pages;
  g_autoptr (GPtrArray) ids = hs_window_list_selected (self, hs_job_words_may_release, &pages);

  if (ids->len > 0)
    choose_for (self, g_steal_pointer (&ids));
}

static void
on_release (GtkWidget *widget, const char *action, GVariant *parameter)
{
  HsWindow *self = HS_WINDOW (widget);
  const HsControlPrinter *printer = hs_desk_choose_printer (self->desk);
  HsJobItem *item = find_item (self, parameter);

  if (item != NULL && printer != NULL)
    hs_wishes_release (self->desk->wishes, item, printer->id, NULL);
  else if (item != NULL)
    on_choose (widget, action, parameter);
}

static void
on_release_selected (GtkWidget *widget, const char *action, GVariant *parameter)
{
  HsWindow *self = HS_WINDOW (widget);
  const HsControlPrinter *printer = hs_desk_choose_printer (self->desk);

  if (printer != NULL)
    release_selected_on (self, printer->id);
  else
    on_choose_selected (widget, action, parameter);
}

static void
on_hold (GtkWidget *widget, const char *action, GVariant *parameter)
{
  HsWindow *self = HS_WINDOW (widget);
  HsJobItem *item = find_item (self, parameter);

  if (item != NULL)
    hs_wishes_hold (self->desk->wishes, item);
}

static void
on_resolve (GtkWidget *widget, const char *action, GVariant *parameter)
{
  HsWindow *self = HS_WINDOW (widget);
  const char *id, *outcome;

  g_variant_get (parameter, "(&s&s)", &id, &outcome);
  HsJobItem *item = hs_jobs_find (hs_agent_get_jobs (self->desk->agent), id);
  if (item != NULL)
    hs_wishes_resolve (self->desk->wishes, item, outcome);
}

/* ── deleting ────────────────────────────────────────────────────────────────────────────── */

static void
on_delete (GtkWidget *widget, const char *action, GVariant *parameter)
{
  HsWindow *self = HS_WINDOW (widget);
  g_autoptr (GPtrArray) ids = g_ptr_array_new ();

  g_ptr_array_add (ids, (gpointer)g_variant_get_string (parameter, NULL));
  hs_wishes_delete (self->desk->wishes, ids);
}

static void
on_delete_selected (GtkWidget *widget, const char *action, GVariant *parameter)
{
  HsWindow *self = HS_WINDOW (widget);
  guint pages;
  g_autoptr (GPtrArray) ids = hs_window_list_selected (self, hs_job_words_may_delete, &pages);

  hs_wishes_delete (self->desk->wishes, ids);
}

static void
on_undo (GtkWidget *widget, const char *action, GVariant *parameter)
{
  hs_wishes_undo (HS_WINDOW (widget)->desk->wishes);
}

static void
on_select_all (GtkWidget *widget, const char *action, GVariant *parameter)
{
  gtk_selection_model_select_all (GTK_SELECTION_MODEL (HS_WINDOW (widget)->selection));
}

static void
on_unselect (GtkWidget *widget, const char *action, GVariant *parameter)
{
  gtk_selection_model_unselect_all (GTK_SELECTION_MODEL (HS_WINDOW (widget)->selection));
}

/* ── looking ─────────────────────────────────────────────────────────────────────────────── */

static void
on_details (GtkWidget *widget, const char *action, GVariant *parameter)
{
  HsWindow *self = HS_WINDOW (widget);
  HsJobItem *item = find_item (self, parameter);

  if (item != NULL)
    gtk_window_present (hs_details_new (GTK_WINDOW (self), self->desk, item));
}

static void
on_retry (GtkWidget *widget, const char *action, GVariant *parameter)
{
  HsWindow *self = HS_WINDOW (widget);

  hs_agent_retry (self->desk->agent);
  if (hs_agent_get_status (self->desk->agent) != NULL)
    hs_agent_refresh (self->desk->agent);
}

static void
on_printers (GtkWidget *widget, const char *action, GVariant *parameter)
{
  hs_window_pop_up_printers (HS_WINDOW (widget));
}

static void
on_show_page (GtkWidget *widget, const char *action, GVariant *parameter)
{
  gtk_stack_set_visible_child_name (HS_WINDOW (widget)->lists,
                                    g_variant_get_string (parameter, NULL));
}

void
hs_window_show_job (HsWindow *window, const char *id)
{
  HsJobItem *item = id != NULL ? hs_jobs_find (hs_agent_get_jobs (window->desk->agent), id) : NULL;
  gboolean is_done = item != NULL && hs_job_state_is_final (hs_job_item_get_job (item)->state);

  if (item == NULL)
    return;
  gtk_stack_set_visible_child_name (window->lists, is_done ? "done" : "open");
  for (guint i = 0; !is_done && i < g_list_model_get_n_items (G_LIST_MODEL (window->selection));
       i++)
    {
      g_autoptr (HsJobItem) other = g_list_model_get_item (G_LIST_MODEL (window->selection), i);
      if (other == item)
        gtk_widget_activate_action (GTK_WIDGET (window->open_view), "list.scroll-to-item", "u", i);
    }
}

/* ── the table ───────────────────────────────────────────────────────────────────────────── */

void
hs_window_set_up_actions (GtkWidgetClass *widget_class)
{
  static const struct
  {
    const char *name;
    const char *type;
    GtkWidgetActionActivateFunc func;
  } actions[] = { { "win.release", "s", on_release },
                  { "win.choose", "s", on_choose },
                  { "win.hold", "s", on_hold },
                  { "win.resolve", "(ss)", on_resolve },
                  { "win.delete", "s", on_delete },
                  { "win.details", "s", on_details },
                  { "win.page", "s", on_show_page },
                  { "win.release-selected", NULL, on_release_selected },
                  { "win.choose-selected", NULL, on_choose_selected },
                  { "win.delete-selected", NULL, on_delete_selected },
                  { "win.select-all", NULL, on_select_all },
                  { "win.unselect", NULL, on_unselect },
                  { "win.undo", NULL, on_undo },
                  { "win.retry", NULL, on_retry },
                  { "win.printers", NULL, on_printers } };

  for (gsize i = 0; i < G_N_ELEMENTS (actions); i++)
    gtk_widget_class_install_action (widget_class, actions[i].name, actions[i].type,
                                     actions[i].func);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_a, GDK_CONTROL_MASK, "win.select-all",
                                       NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_z, GDK_CONTROL_MASK, "win.undo", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_l, GDK_CONTROL_MASK, "win.printers",
                                       NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_p, GDK_CONTROL_MASK,
                                       "win.release-selected", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_p, GDK_CONTROL_MASK | GDK_SHIFT_MASK,
                                       "win.choose-selected", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_1, GDK_ALT_MASK, "win.page", "s",
                                       "open");
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_2, GDK_ALT_MASK, "win.page", "s",
                                       "done");
}
