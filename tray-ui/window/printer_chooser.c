/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* A list of printers with a search. */

#include "tray-ui/window/printer_chooser.h"

#include "base/safe_text.h"
#include "tray-ui/window/paper_controls.h"
#include "tray-ui/words/agent_words.h"

#include <glib/gi18n.h>
#include <string.h>

struct _HsPrinterChooser
{
  GtkWidget parent_instance;

  /* Template widgets */
  GtkWidget *box;
  GtkWidget *whose;
  GtkLabel *whose_text;
  GtkLabel *titles;
  GtkLabel *why_not;
  GtkLabel *nothing; /* why the list is empty */
  HsPaperControls *paper;
  GtkSearchEntry *search;
  GtkListBox *list;
  GtkWidget *printers;

  /* Borrowed references */
  const HsDesk *desk;

  /* Owned references */
  GtkCustomFilter *filter;
  GArray *wishes;   /* of HsPrintOptions: what is asked of a printer */
  GPtrArray *items; /* (element-type HsJobItem): whose printer is being chosen */
};

G_DEFINE_FINAL_TYPE (HsPrinterChooser, hs_printer_chooser, GTK_TYPE_WIDGET)

enum
{
  CHOSEN,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

/* ── the jobs ────────────────────────────────────────────────────────────────────────────── */

/* As the agent last told of them. */
static GPtrArray *
list_jobs (HsPrinterChooser *self)
{
  GPtrArray *jobs = g_ptr_array_new ();

  for (guint i = 0; i < self->items->len; i++)
    g_ptr_array_add (jobs, (gpointer)hs_job_item_get_job (g_ptr_array_index (self->items, i)));
  return jobs;
}

/* ── rows ────────────────────────────────────────────────────────────────────────────────── */

static GtkWidget *
make_label (const char *text, const char *css_class)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 32);
  gtk_widget_add_css_class (label, css_class);
  return label;
}

/* What is asked of a printer besides what the documents themselves say. */
static GArray *
list_wishes (HsPrinterChooser *self)
{
  g_autoptr (GPtrArray) jobs = list_jobs (self);

  if (jobs->len == 0 || !gtk_widget_get_visible (GTK_WIDGET (self->paper)))
    return g_array_new (FALSE, FALSE, sizeof (HsPrintOptions));
  HsPaperChoice choice = hs_paper_controls_get (self->paper);
  return hs_paper_choice_list_wishes (&choice, jobs);
}

/* What a row says follows the choice of paper. */
static void
show_row (GtkWidget *row, const GArray *wishes)
{
  const HsControlPrinter *printer
      = hs_printer_item_get (g_object_get_data (G_OBJECT (row), "item"));
  g_autofree char *obstacle = hs_paper_words_obstacle (printer, wishes);
  g_autofree char *name = hs_safe_text_dup (printer->name);
  g_autofree char *line = obstacle != NULL ? g_strdup (obstacle) : hs_printer_words_line (printer);
  g_autofree char *spoken = g_strdup_printf ("%s, %s", name, line);

  gtk_label_set_text (g_object_get_data (G_OBJECT (row), "line"), line);
  gtk_widget_set_sensitive (row, obstacle == NULL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken, -1);
}

static GtkWidget *
make_row (gpointer object, gpointer user_data)
{
  HsPrinterChooser *self = user_data;
  const HsControlPrinter *printer = hs_printer_item_get (object);
  const HsControlPrinter *present = hs_desk_choose_printer (self->desk);
  g_autofree char *name = hs_safe_text_dup (printer->name);
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *line = make_label ("", "tiny"); /* it may say what is wrong, and what to do */
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *texts = gtk_box_new (GTK_ORIENTATION_VERTICAL, 1);
  GtkWidget *dot = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);

  gtk_label_set_wrap (GTK_LABEL (line), TRUE);
  gtk_label_set_lines (GTK_LABEL (line), 3);
  gtk_widget_add_css_class (dot, "dot");
  gtk_widget_add_css_class (dot, *printer->sentence != '\0' ? "stopped" : printer->state);
  gtk_widget_set_valign (dot, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (texts), make_label (name, "strong"));
  gtk_box_append (GTK_BOX (texts), line);
  gtk_widget_set_hexpand (texts, TRUE);
  gtk_box_append (GTK_BOX (box), dot);
  gtk_box_append (GTK_BOX (box), texts);
  if (present != NULL && strcmp (present->id, printer->id) == 0)
    gtk_box_append (GTK_BOX (box), gtk_image_new_from_icon_name ("homespool-check-symbolic"));
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  g_object_set_data_full (G_OBJECT (row), "printer", g_strdup (printer->id), g_free);
  g_object_set_data (G_OBJECT (row), "recent",
                     GINT_TO_POINTER (hs_printer_item_is_recent (object)));
  g_object_set_data_full (G_OBJECT (row), "item", g_object_ref (object), g_object_unref);
  g_object_set_data (G_OBJECT (row), "line", line);
  show_row (row, self->wishes);
  return row;
}

static void
head_row (GtkListBoxRow *row, GtkListBoxRow *before, gpointer user_data)
{
  gboolean is_recent = g_object_get_data (G_OBJECT (row), "recent") != NULL;
  gboolean was_recent = before != NULL && g_object_get_data (G_OBJECT (before), "recent") != NULL;

  if ((before == NULL && is_recent) || (before != NULL && was_recent != is_recent))
    gtk_list_box_row_set_header (
        row, make_label (is_recent ? _ ("Used recently") : _ ("All printers"), "heading"));
  else
    gtk_list_box_row_set_header (row, NULL);
}

/* ── the paper ─────────────────────────────────────────────────────────────────────── */

static void
on_paper_changed (HsPrinterChooser *self)
{
  GtkListBoxRow *row;

  g_array_unref (self->wishes);
  self->wishes = list_wishes (self);
  for (int i = 0; (row = gtk_list_box_get_row_at_index (self->list, i)) != NULL; i++)
    show_row (GTK_WIDGET (row), self->wishes);
}

/* Whose printer it is: said to who looks, and to who listens as soon as the focus comes in. */
static void
show_whose (HsPrinterChooser *self, const GPtrArray *jobs)
{
  g_autofree char *title = jobs->len == 1 ? hs_job_words_title (g_ptr_array_index (jobs, 0)) : NULL;
  g_autofree char *text = hs_job_words_whose (jobs->len, title);
  g_autofree char *titles = hs_job_words_titles (jobs);
  g_autofree char *spoken = jobs->len > 0 ? hs_job_words_whose_spoken (jobs->len, title)
                                          : g_strdup (_ ("Choose a printer"));

  gtk_label_set_text (self->whose_text, text);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->whose_text), title);
  gtk_label_set_text (self->titles, titles);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->titles), titles);
  gtk_widget_set_visible (GTK_WIDGET (self->titles), jobs->len > 1);
  gtk_widget_set_visible (self->whose, jobs->len > 0);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken, -1);
}

static void
begin_paper (HsPrinterChooser *self, const GPtrArray *jobs)
{
  GListModel *printers = G_LIST_MODEL (hs_agent_get_printers (self->desk->agent));
  const HsControlStatus *status = hs_agent_get_status (self->desk->agent);
  const char *why_not
      = jobs->len > 0 ? hs_paper_words_why_not (jobs, status != NULL ? status->key : NULL) : "";
  HsPrintAbilities all = { 0 };

  gtk_label_set_text (self->why_not, why_not != NULL ? why_not : "");
  gtk_widget_set_visible (GTK_WIDGET (self->why_not), why_not != NULL && *why_not != '\0');
  gtk_widget_set_visible (GTK_WIDGET (self->paper),
                          why_not == NULL && g_list_model_get_n_items (printers) > 0);
  if (why_not != NULL)
    return;
  for (guint i = 0; i < g_list_model_get_n_items (printers); i++)
    {
      g_autoptr (HsPrinterItem) printer = g_list_model_get_item (printers, i);
      hs_paper_words_add_abilities (&all, hs_printer_item_get (printer));
    }
  hs_paper_controls_begin (self->paper, jobs, &all);
}

gboolean
hs_printer_chooser_get_options (HsPrinterChooser *chooser, HsJobItem *item, HsPrintOptions *options)
{
  if (!gtk_widget_get_visible (GTK_WIDGET (chooser->paper)))
    return FALSE;
  HsPaperChoice choice = hs_paper_controls_get (chooser->paper);
  return hs_paper_choice_get_options (&choice, hs_job_item_get_job (item), options);
}

/* ── search and choice ───────────────────────────────────────────────────────────────────── */

static gboolean
is_found (gpointer item, gpointer user_data)
{
  HsPrinterChooser *self = user_data;

  return hs_printer_words_match (hs_printer_item_get (item),
                                 gtk_editable_get_text (GTK_EDITABLE (self->search)));
}

static void
show_emptiness (HsPrinterChooser *self)
{
  gboolean is_empty = gtk_list_box_get_row_at_index (self->list, 0) == NULL;
  gboolean has_printers
      = g_list_model_get_n_items (G_LIST_MODEL (hs_agent_get_printers (self->desk->agent))) > 0;

  gtk_label_set_text (
      self->nothing,
      has_printers ? _ ("No printer here goes by that.")
                   : _ ("There is no printer yet. Your administrator lists printers; one is also "
                        "found after it was approved on this computer."));

  gtk_widget_set_visible (self->printers, !is_empty);
  gtk_widget_set_visible (GTK_WIDGET (self->nothing), is_empty);
}

static void
on_search_changed (HsPrinterChooser *self)
{
  gtk_filter_changed (GTK_FILTER (self->filter), GTK_FILTER_CHANGE_DIFFERENT);
  show_emptiness (self);
}

static void
on_row_activated (HsPrinterChooser *self, GtkListBoxRow *row)
{
  g_signal_emit (self, signals[CHOSEN], 0, g_object_get_data (G_OBJECT (row), "printer"));
}

/* Enter takes the first that was found, if it can be taken. */
static void
on_search_activated (HsPrinterChooser *self)
{
  GtkListBoxRow *first = gtk_list_box_get_row_at_index (self->list, 0);

  if (first != NULL && gtk_widget_get_sensitive (GTK_WIDGET (first)))
    on_row_activated (self, first);
}

void
hs_printer_chooser_begin (HsPrinterChooser *chooser, GPtrArray *items)
{
  g_ptr_array_set_size (chooser->items, 0);
  for (guint i = 0; items != NULL && i < items->len; i++)
    g_ptr_array_add (chooser->items, g_object_ref (g_ptr_array_index (items, i)));
  g_autoptr (GPtrArray) jobs = list_jobs (chooser);
  show_whose (chooser, jobs);
  begin_paper (chooser, jobs);
  g_array_unref (chooser->wishes);
  chooser->wishes = list_wishes (chooser);
  gtk_editable_set_text (GTK_EDITABLE (chooser->search), "");
  /* Rows are made anew: the mark and the states may be others. */
  gtk_filter_changed (GTK_FILTER (chooser->filter), GTK_FILTER_CHANGE_DIFFERENT);
  GListModel *model = G_LIST_MODEL (hs_agent_get_printers (chooser->desk->agent));
  GtkFilterListModel *filtered = gtk_filter_list_model_new (
      g_object_ref (model), g_object_ref (GTK_FILTER (chooser->filter)));
  gtk_list_box_bind_model (chooser->list, G_LIST_MODEL (filtered), make_row, chooser, NULL);
  g_object_unref (filtered);
  show_emptiness (chooser);
  gtk_widget_set_visible (GTK_WIDGET (chooser->search), g_list_model_get_n_items (model) > 5);
  GtkWidget *first = GTK_WIDGET (gtk_list_box_get_row_at_index (chooser->list, 0));
  gtk_widget_grab_focus (gtk_widget_get_visible (GTK_WIDGET (chooser->search)) || first == NULL
                             ? GTK_WIDGET (chooser->search)
                             : first);
}

/* ── layout ──────────────────────────────────────────────────────────────────────────────── */

static GtkSizeRequestMode
hs_printer_chooser_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

/* GTK 4.8 asks what stands in a popover for its height at a width that includes the popover's own edges:
 * lines that wrap would get less room than they need. It is never wider than it wants to be. */
static void
hs_printer_chooser_measure (GtkWidget *widget,
                            GtkOrientation orientation,
                            int for_size,
                            int *minimum,
                            int *natural,
                            int *minimum_baseline,
                            int *natural_baseline)
{
  HsPrinterChooser *self = HS_PRINTER_CHOOSER (widget);
  int width;

  if (orientation == GTK_ORIENTATION_VERTICAL)
    {
      gtk_widget_measure (self->box, GTK_ORIENTATION_HORIZONTAL, -1, NULL, &width, NULL, NULL);
      for_size = for_size < 0 ? width : MIN (for_size, width);
    }
  gtk_widget_measure (self->box, orientation, for_size, minimum, natural, minimum_baseline,
                      natural_baseline);
}

static void
hs_printer_chooser_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  gtk_widget_allocate (HS_PRINTER_CHOOSER (widget)->box, width, height, baseline, NULL);
}

/* ── life ────────────────────────────────────────────────────────────────────────────────── */

static void
hs_printer_chooser_dispose (GObject *object)
{
  HsPrinterChooser *self = HS_PRINTER_CHOOSER (object);

  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_object (&self->filter);
  g_clear_pointer (&self->items, g_ptr_array_unref);
  g_clear_pointer (&self->wishes, g_array_unref);
  G_OBJECT_CLASS (hs_printer_chooser_parent_class)->dispose (object);
}

static void
hs_printer_chooser_class_init (HsPrinterChooserClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hs_printer_chooser_dispose;
  widget_class->get_request_mode = hs_printer_chooser_get_request_mode;
  widget_class->measure = hs_printer_chooser_measure;
  widget_class->size_allocate = hs_printer_chooser_size_allocate;
  g_type_ensure (HS_TYPE_PAPER_CONTROLS);
  signals[CHOSEN] = g_signal_new ("chosen", HS_TYPE_PRINTER_CHOOSER, G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/homespool/Tray/printer_chooser.ui");
  gtk_widget_class_bind_template_child (widget_class, HsPrinterChooser, box);
  gtk_widget_class_bind_template_child (widget_class, HsPrinterChooser, whose);
  gtk_widget_class_bind_template_child (widget_class, HsPrinterChooser, whose_text);
  gtk_widget_class_bind_template_child (widget_class, HsPrinterChooser, titles);
  gtk_widget_class_bind_template_child (widget_class, HsPrinterChooser, why_not);
  gtk_widget_class_bind_template_child (widget_class, HsPrinterChooser, nothing);
  gtk_widget_class_bind_template_child (widget_class, HsPrinterChooser, paper);
  gtk_widget_class_bind_template_child (widget_class, HsPrinterChooser, search);
  gtk_widget_class_bind_template_child (widget_class, HsPrinterChooser, list);
  gtk_widget_class_bind_template_child (widget_class, HsPrinterChooser, printers);
  gtk_widget_class_bind_template_callback (widget_class, on_paper_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_search_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_search_activated);
  gtk_widget_class_bind_template_callback (widget_class, on_row_activated);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
hs_printer_chooser_init (HsPrinterChooser *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->items = g_ptr_array_new_with_free_func (g_object_unref);
  self->wishes = g_array_new (FALSE, FALSE, sizeof (HsPrintOptions));
  self->filter = gtk_custom_filter_new (is_found, self, NULL);
  gtk_list_box_set_header_func (self->list, head_row, NULL, NULL);
}

GtkWidget *
hs_printer_chooser_new (const HsDesk *desk)
{
  HsPrinterChooser *chooser = g_object_new (HS_TYPE_PRINTER_CHOOSER, NULL);

  chooser->desk = desk;
  return GTK_WIDGET (chooser);
}
