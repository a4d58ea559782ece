/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* One job as a card. */

#include "tray-ui/window/job_row.h"

#include "tray-ui/window/sheet.h"

#include <glib/gi18n.h>

struct _HsJobRow
{
  GtkWidget parent_instance;

  /* Template widgets */
  GtkWidget *box;
  GtkCheckButton *check;
  HsSheet *sheet;
  GtkLabel *title;
  GtkLabel *state;
  GtkWidget *facts;
  GtkLabel *from;
  GtkLabel *colour;
  GtkLabel *sides;
  GtkLabel *pages;
  GtkLabel *copies;
  GtkLabel *media;
  GtkLabel *size;
  GtkLabel *line;
  GtkLabel *trouble;
  GtkProgressBar *progress;
  GtkWidget *question;
  GtkWidget *printed;
  GtkWidget *reprint;
  GtkWidget *give_up;
  GtkWidget *release;
  GtkWidget *choose;
  GtkWidget *hold;
  GtkWidget *details;
  GtkWidget *discard;

  /* Borrowed references */
  const HsDesk *desk;
  GtkSelectionModel *selection;
  GtkListItem *list_item;

  /* Owned references */
  HsJobItem *item;
  gulong item_handler;
  gulong selected_handler;
  gboolean is_setting; /* the check box follows the list, not the person */
};

G_DEFINE_FINAL_TYPE (HsJobRow, hs_job_row, GTK_TYPE_WIDGET)

static const char *const looks[]
    = { "waiting", "troubled", "busy", "question", "good", "bad", "gone" };

/* ── showing ─────────────────────────────────────────────────────────────────────────────── */

static void
set_text (GtkLabel *label, const char *text)
{
  gtk_label_set_text (label, text != NULL ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (label), text != NULL && *text != '\0');
}

static void
take_text (GtkLabel *label, char *text)
{
  set_text (label, text);
  g_free (text);
}

static void
name_button (GtkWidget *button, const char *format, const char *title)
{
  g_autofree char *name = g_strdup_printf (format, title);

  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

static void
name_all (HsJobRow *self, const char *title, const HsControlJob *job)
{
  g_autofree char *spoken
      = hs_job_words_spoken (job, hs_desk_get_printer_name (self->desk, job), g_get_real_time ());
  GtkWidget *parent = gtk_widget_get_parent (GTK_WIDGET (self));

  /* TRANSLATORS: these name buttons for a screen reader; %s is the title */
  name_button (GTK_WIDGET (self->check), _ ("Select %s"), title);
  name_button (self->release, _ ("Print %s"), title);
  name_button (self->choose, _ ("Choose a printer for %s"), title);
  name_button (self->hold, _ ("Do not print %s yet"), title);
  name_button (self->details, _ ("Details of %s"), title);
  name_button (self->discard, _ ("Delete %s"), title);
  name_button (self->printed, _ ("%s did print"), title);
  name_button (self->reprint, _ ("Keep %s to print it again"), title);
  name_button (self->give_up, _ ("Give %s up"), title);
  if (parent != NULL)
    gtk_accessible_update_property (GTK_ACCESSIBLE (parent), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken,
                                    -1);
}

static void
show_look (HsJobRow *self, HsJobLook look)
{
  for (guint i = 0; i < G_N_ELEMENTS (looks); i++)
    if (i == (guint)look)
      gtk_widget_add_css_class (self->box, looks[i]);
    else
      gtk_widget_remove_css_class (self->box, looks[i]);
}

static void
show_progress (HsJobRow *self, const HsControlJob *job)
{
  const HsJobProgress *progress = hs_job_item_get_progress (self->item);
  double fraction = hs_job_words_fraction (job, progress);

  gtk_widget_set_visible (GTK_WIDGET (self->progress),
                          job->state == HS_JOB_DELIVERING && fraction >= 0);
  gtk_progress_bar_set_fraction (self->progress, MAX (0, fraction));
  if (job->state == HS_JOB_DELIVERING)
    take_text (self->state, hs_job_words_progress (job, progress));
  else
    set_text (self->state, hs_job_words_state (job));
}

static void
show_buttons (HsJobRow *self, const HsControlJob *job)
{
  gboolean rests = hs_job_item_is_asked (self->item);
  gboolean may_release = hs_job_words_may_release (job);

  gtk_widget_set_visible (self->release, may_release);
  gtk_widget_set_visible (self->choose, may_release);
  gtk_widget_set_visible (self->hold, hs_job_words_may_take_back (job));
  gtk_widget_set_visible (self->discard, hs_job_words_may_delete (job));
  gtk_widget_set_visible (self->question, hs_job_words_may_answer (job));
  gtk_widget_set_sensitive (self->release, !rests);
  gtk_widget_set_sensitive (self->choose, !rests);
  gtk_widget_set_sensitive (self->discard, !rests);
  gtk_widget_set_sensitive (self->hold, !rests);
  gtk_widget_set_sensitive (self->question, !rests);
  gtk_widget_set_visible (GTK_WIDGET (self->check), self->selection != NULL);
  gtk_widget_set_sensitive (GTK_WIDGET (self->check), may_release || hs_job_words_may_delete (job));
}

static gboolean
has_focus_within (HsJobRow *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;

  return focus != NULL && gtk_widget_is_ancestor (focus, GTK_WIDGET (self));
}

/* A button that rests or goes takes the focus with it, and the next key would begin at the window's
 * head again: the row itself keeps it. */
static void
keep_focus (HsJobRow *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = gtk_root_get_focus (root);
  GtkWidget *row = gtk_widget_get_parent (GTK_WIDGET (self));

  if (focus == NULL || !gtk_widget_is_sensitive (focus) || !gtk_widget_is_visible (focus))
    gtk_widget_grab_focus (row);
}

static void
show (HsJobRow *self)
{
  gboolean had_focus = has_focus_within (self);
  const HsControlJob *job = hs_job_item_get_job (self->item);
  const char *refusal = hs_job_item_get_refusal (self->item);
  g_autofree char *title = hs_job_words_title (job);

  show_look (self, refusal != NULL ? HS_LOOK_TROUBLED : hs_job_words_look (job));
  hs_sheet_set_job (self->sheet, job);
  gtk_label_set_text (self->title, title);
  take_text (self->from, hs_job_words_from (job));
  set_text (self->colour, hs_job_words_colour (job));
  set_text (self->sides, hs_job_words_sides (job));
  take_text (self->pages, hs_job_words_pages (job));
  take_text (self->copies, hs_job_words_copies (job));
  take_text (self->media, hs_job_words_media (job));
  take_text (self->size, job->size_bytes > 0 ? hs_job_words_size (job->size_bytes) : NULL);
  take_text (self->line, hs_job_words_line (job, hs_desk_get_printer_name (self->desk, job),
                                            g_get_real_time ()));
  set_text (self->trouble, refusal != NULL ? refusal : hs_job_words_trouble (job));
  show_progress (self, job);
  show_buttons (self, job);
  name_all (self, title, job);
  if (had_focus)
    keep_focus (self);
}

static void
on_item_changed (HsJobItem *item, HsJobRow *self)
{
  show (self);
}

/* ── selection ───────────────────────────────────────────────────────────────────────────── */

static void
follow_selection (HsJobRow *self)
{
  self->is_setting = TRUE;
  gtk_check_button_set_active (self->check, gtk_list_item_get_selected (self->list_item));
  self->is_setting = FALSE;
}

static void
on_selected (GtkListItem *list_item, GParamSpec *property, HsJobRow *self)
{
  follow_selection (self);
}

static void
on_check_toggled (HsJobRow *self)
{
  if (self->is_setting || self->list_item == NULL || self->selection == NULL)
    return;
  guint position = gtk_list_item_get_position (self->list_item);
  if (gtk_check_button_get_active (self->check))
    gtk_selection_model_select_item (self->selection, position, FALSE);
  else
    gtk_selection_model_unselect_item (self->selection, position);
}

/* ── binding ─────────────────────────────────────────────────────────────────────────────── */

/* The target first: an action that wants one refuses a button without. */
static void
aim (GtkWidget *button, const char *action, const char *id)
{
  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "s", id);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
}

static void
aim_answer (GtkWidget *button, const char *id, const char *outcome)
{
  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "(ss)", id, outcome);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "win.resolve");
}

void
hs_job_row_bind (HsJobRow *row, GtkListItem *list_item)
{
  row->list_item = list_item;
  row->item = g_object_ref (gtk_list_item_get_item (list_item));
  const char *id = hs_job_item_get_id (row->item);
  row->item_handler = g_signal_connect (row->item, "changed", G_CALLBACK (on_item_changed), row);
  row->selected_handler
      = g_signal_connect (list_item, "notify::selected", G_CALLBACK (on_selected), row);
  aim (row->release, "win.release", id);
  aim (row->choose, "win.choose", id);
  aim (row->hold, "win.hold", id);
  aim (row->details, "win.details", id);
  aim (row->discard, "win.delete", id);
  aim_answer (row->printed, id, "printed");
  aim_answer (row->reprint, id, "reprint");
  aim_answer (row->give_up, id, "cancel");
  follow_selection (row);
  show (row);
}

void
hs_job_row_unbind (HsJobRow *row)
{
  g_clear_signal_handler (&row->item_handler, row->item);
  g_clear_signal_handler (&row->selected_handler, row->list_item);
  g_clear_object (&row->item);
  row->list_item = NULL;
}

GtkWidget *
hs_job_row_get_choose (HsJobRow *row)
{
  return row->choose;
}

HsJobItem *
hs_job_row_get_item (HsJobRow *row)
{
  return row->item;
}

/* ── life ────────────────────────────────────────────────────────────────────────────────── */

static void
hs_job_row_dispose (GObject *object)
{
  HsJobRow *self = HS_JOB_ROW (object);

  if (self->item != NULL)
    hs_job_row_unbind (self);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  G_OBJECT_CLASS (hs_job_row_parent_class)->dispose (object);
}

static void
bind_children (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_child (widget_class, HsJobRow, box);
  gtk_widget_class_bind_template_child (widget_class, HsJobRow, check);
  gtk_widget_class_bind_template_child (widget_class, HsJobRow, sheet);
  gtk_widget_class_bind_template_child (widget_class, HsJobRow, title);
  gtk_widget_class_bind_template_child (widget_class, HsJobRow, state);
  gtk_widget_class_bind_template_child (widget_class, HsJobRow, facts);
  gtk_widget_class_bind_template_child (widget_class, HsJobRow, from);
  gtk_widget_class_bind_template_child (widget_class, HsJobRow, colour);
  gtk_widget_class_bind_template_child (widget_class, HsJobRow, sides);
  gtk_widget_class_bind_template_child (widget_class, HsJobRow, pages);
  gtk_widget_class_bind_template_child (widget_class, HsJobRow, copies);
  gtk_widget_class_bind_template_child (widget_class, HsJobRow, media);
  gtk_widget_class_bind_template_child (widget_class, HsJobRow, size);
  gtk_widget_class_bind_template_child (widget_class, HsJobRow, line);
  gtk_widget_class_bind_template_child (widget_class, HsJobRow, trouble);
  gtk_widget_class_bind_template_child (widget_class, HsJobRow, progress);
  gtk_widget_class_bind_template_child (widget_class, HsJobRow, question);
  gtk_widget_class_bind_template_child (widget_class, HsJobRow, printed);
  gtk_widget_class_bind_template_child (widget_class, HsJobRow, reprint);
  gtk_widget_class_bind_template_child (widget_class, HsJobRow, give_up);
  gtk_widget_class_bind_template_child (widget_class, HsJobRow, release);
  gtk_widget_class_bind_template_child (widget_class, HsJobRow, choose);
  gtk_widget_class_bind_template_child (widget_class, HsJobRow, hold);
  gtk_widget_class_bind_template_child (widget_class, HsJobRow, details);
  gtk_widget_class_bind_template_child (widget_class, HsJobRow, discard);
}

static void
hs_job_row_class_init (HsJobRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hs_job_row_dispose;
  g_type_ensure (HS_TYPE_SHEET);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/homespool/Tray/job_row.ui");
  bind_children (widget_class);
  gtk_widget_class_bind_template_callback (widget_class, on_check_toggled);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "jobrow");
}

static void
hs_job_row_init (HsJobRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
hs_job_row_new (const HsDesk *desk, GtkSelectionModel *selection)
{
  HsJobRow *row = g_object_new (HS_TYPE_JOB_ROW, NULL);

  row->desk = desk;
  row->selection = selection;
  return GTK_WIDGET (row);
}
