/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* A job by itself. */

#include "tray-ui/window/details.h"

#include "base/safe_text.h"
#include "tray-ui/window/page_view.h"
#include "tray-ui/words/agent_words.h"
#include "tray-ui/words/time_words.h"

#include <glib/gi18n.h>
#include <string.h>

#define MOST_LINES 10000

#define HS_TYPE_DETAILS (hs_details_get_type ())
G_DECLARE_FINAL_TYPE (HsDetails, hs_details, HS, DETAILS, GtkWindow)

struct _HsDetails
{
  GtkWindow parent_instance;

  /* Template widgets */
  HsPageView *page;
  GtkLabel *heading;
  GtkLabel *line;
  GtkLabel *trouble;
  GtkGrid *facts;
  GtkBox *story;
  GtkButton *copy;

  /* Borrowed references */
  const HsDesk *desk;

  /* Owned references */
  HsJobItem *item;
  GPtrArray *lines; /* HsControlTraceLine */
};

G_DEFINE_FINAL_TYPE (HsDetails, hs_details, GTK_TYPE_WINDOW)

/* ── facts ───────────────────────────────────────────────────────────────────────────────── */

static GtkWidget *
make_label (const char *text, const char *css_class)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_yalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_selectable (GTK_LABEL (label), FALSE);
  gtk_widget_add_css_class (label, css_class);
  return label;
}

/* Takes @value. */
static void
add_fact (HsDetails *self, int *row, const char *name, char *value)
{
  if (value != NULL && *value != '\0')
    {
      GtkWidget *left = make_label (name, "tiny");
      GtkWidget *right = make_label (value, "fact-value");
      gtk_widget_set_valign (left, GTK_ALIGN_BASELINE);
      gtk_widget_set_valign (right, GTK_ALIGN_BASELINE);
      gtk_grid_attach (self->facts, left, 0, *row, 1, 1);
      gtk_grid_attach (self->facts, right, 1, (*row)++, 1, 1);
    }
  g_free (value);
}

/* "owner", "release", "escrow:NAME" */
static char *
say_recipients (const HsControlJob *job)
{
  g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; job->recipients[i] != NULL; i++)
    if (strcmp (job->recipients[i], "owner") == 0)
      g_ptr_array_add (parts, g_strdup (_ ("you, with your key")));
    else if (strcmp (job->recipients[i], "release") == 0)
      g_ptr_array_add (parts, g_strdup (_ ("this computer and the site together")));
    else if (g_str_has_prefix (job->recipients[i], "escrow:"))
      g_ptr_array_add (parts, g_strdup_printf (_ ("your organisation (%s)"),
                                               job->recipients[i] + strlen ("escrow:")));
  g_ptr_array_add (parts, NULL);
  return g_strjoinv ("\n", (char **)parts->pdata);
}

static void
show_facts (HsDetails *self)
{
  const HsControlJob *job = hs_job_item_get_job (self->item);
  const char *printer = hs_desk_get_printer_name (self->desk, job);
  gint64 now_us = g_get_real_time ();
  int row = 0;

  add_fact (self, &row, _ ("From"), job->from != NULL ? hs_safe_text_dup (job->from) : NULL);
  add_fact (self, &row, _ ("Pages"), hs_job_words_pages (job));
  add_fact (self, &row, _ ("Copies"), hs_job_words_copies (job));
  add_fact (self, &row, C_ ("name of a choice", "Colour"), g_strdup (hs_job_words_colour (job)));
  add_fact (self, &row, _ ("Sides"), g_strdup (hs_job_words_sides (job)));
  add_fact (self, &row, _ ("Paper"), hs_job_words_media (job));
  add_fact (self, &row, _ ("Size"), hs_job_words_size (job->size_bytes));
  add_fact (self, &row, _ ("Arrived"), hs_time_words_clock (job->created_us, now_us));
  add_fact (self, &row, _ ("Expires"),
            hs_job_state_is_final (job->state) ? NULL
                                               : hs_time_words_clock (job->expires_us, now_us));
  add_fact (self, &row, _ ("Printer"), printer != NULL ? hs_safe_text_dup (printer) : NULL);
  add_fact (self, &row, _ ("Can be opened by"), say_recipients (job));
}

static void
show_head (HsDetails *self)
{
  const HsControlJob *job = hs_job_item_get_job (self->item);
  const char *refusal = hs_job_item_get_refusal (self->item);
  const char *trouble = refusal != NULL ? refusal : hs_job_words_trouble (job);
  const char *state = hs_job_words_state (job);
  g_autofree char *title = hs_job_words_title (job);
  g_autofree char *line
      = hs_job_words_line (job, hs_desk_get_printer_name (self->desk, job), g_get_real_time ());
  g_autofree char *both
      = state != NULL ? g_strdup_printf ("%s · %s", state, line) : g_strdup (line);

  gtk_label_set_text (self->heading, title);
  gtk_label_set_text (self->line, both);
  gtk_label_set_text (self->trouble, trouble);
  gtk_widget_set_visible (GTK_WIDGET (self->trouble), *trouble != '\0');
}

/* ── the story ───────────────────────────────────────────────────────────────────────────── */

static const char *
word_state (const char *keyword)
{
  switch (hs_job_state_from_keyword (keyword))
    {
    case HS_JOB_RECEIVING:
      return _ ("Arriving");
    case HS_JOB_HELD:
      return _ ("Waiting");
    case HS_JOB_RELEASED:
      return _ ("Released");
    case HS_JOB_DELIVERING:
      return _ ("Printing");
    case HS_JOB_UNCERTAIN:
      return _ ("Did it print?");
    case HS_JOB_DELIVERED:
      return _ ("Printed");
    case HS_JOB_CANCELLED:
      return _ ("Deleted");
    case HS_JOB_EXPIRED:
      return _ ("Expired");
    case HS_JOB_FAILED:
      return _ ("Failed");
    case HS_JOB_NONE:
    case HS_JOB_N_STATES:
      break;
    }
  return keyword;
}

static GtkWidget *
make_line (const HsControlTraceLine *line)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *texts = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  g_autofree char *clock = hs_time_words_clock (line->at_us, g_get_real_time ());
  GtkWidget *time = make_label (clock, "story-time");

  gtk_widget_set_size_request (time, 64, -1);
  gtk_box_append (GTK_BOX (texts), make_label (word_state (line->state), "strong"));
  if (*line->sentence != '\0')
    gtk_box_append (GTK_BOX (texts), make_label (_ (line->sentence), "tiny"));
  gtk_box_append (GTK_BOX (box), time);
  gtk_box_append (GTK_BOX (box), texts);
  return box;
}

static void
on_trace (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (HsDetails) self = user_data;
  g_autoptr (json_t) reply = hs_agent_call_finish (HS_AGENT (source), result, NULL);
  json_t *array, *object;
  gsize index;

  if (reply == NULL || self->story == NULL
      || !hs_json_get_array (reply, "trace", 0, MOST_LINES, &array, NULL))
    return;
  json_array_foreach (array, index, object)
  {
    HsControlTraceLine *line = hs_control_trace_line_decode (object, NULL);
    if (line == NULL)
      continue;
    g_ptr_array_add (self->lines, line);
    gtk_box_append (self->story, make_line (line));
  }
  gtk_widget_set_sensitive (GTK_WIDGET (self->copy), TRUE);
}

static void
on_copy (HsDetails *self)
{
  const HsControlJob *job = hs_job_item_get_job (self->item);
  g_autofree char *text
      = hs_trace_words_text (job, self->lines, hs_desk_get_printer_name (self->desk, job));

  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), text);
  gtk_button_set_label (self->copy, _ ("Copied"));
}

static void
on_item_changed (HsDetails *self)
{
  show_head (self);
}

/* At a kiosk its person has gone, and the next one must not read the title; of one that is over, the list
 * forgets the title with the key. */
static void
on_agent_changed (HsDetails *self)
{
  HsJobItem *listed
      = hs_jobs_find (hs_agent_get_jobs (self->desk->agent), hs_job_item_get_id (self->item));

  if (hs_agent_get_state (self->desk->agent) != HS_AGENT_READY || listed != self->item)
    gtk_window_close (GTK_WINDOW (self));
}

/* ── life ────────────────────────────────────────────────────────────────────────────────── */

static void
hs_details_dispose (GObject *object)
{
  HsDetails *self = HS_DETAILS (object);

  if (self->item != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->item, self);
      g_signal_handlers_disconnect_by_data (self->desk->agent, self);
    }
  g_clear_object (&self->item);
  self->story = NULL;
  g_clear_pointer (&self->lines, g_ptr_array_unref);
  G_OBJECT_CLASS (hs_details_parent_class)->dispose (object);
}

static void
hs_details_class_init (HsDetailsClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hs_details_dispose;
  g_type_ensure (HS_TYPE_PAGE_VIEW);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/homespool/Tray/details.ui");
  gtk_widget_class_bind_template_child (widget_class, HsDetails, page);
  gtk_widget_class_bind_template_child (widget_class, HsDetails, heading);
  gtk_widget_class_bind_template_child (widget_class, HsDetails, line);
  gtk_widget_class_bind_template_child (widget_class, HsDetails, trouble);
  gtk_widget_class_bind_template_child (widget_class, HsDetails, facts);
  gtk_widget_class_bind_template_child (widget_class, HsDetails, story);
  gtk_widget_class_bind_template_child (widget_class, HsDetails, copy);
  gtk_widget_class_bind_template_callback (widget_class, on_copy);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
hs_details_init (HsDetails *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->lines = g_ptr_array_new_with_free_func ((GDestroyNotify)hs_control_trace_line_free);
}

GtkWindow *
hs_details_new (GtkWindow *parent, const HsDesk *desk, HsJobItem *item)
{
  HsDetails *self = g_object_new (HS_TYPE_DETAILS, "transient-for", parent, NULL);
  g_autofree char *path = g_strdup_printf ("/v1/jobs/%s/trace", hs_job_item_get_id (item));

  self->desk = desk;
  self->item = g_object_ref (item);
  /* The next person would find it on a kiosk's clipboard. */
  gtk_widget_set_visible (GTK_WIDGET (self->copy), !hs_agent_is_kiosk (desk->agent));
  if (gtk_widget_has_css_class (GTK_WIDGET (parent), "kiosk"))
    gtk_widget_add_css_class (GTK_WIDGET (self), "kiosk");
  g_signal_connect_swapped (item, "changed", G_CALLBACK (on_item_changed), self);
  g_signal_connect_swapped (desk->agent, "changed", G_CALLBACK (on_agent_changed), self);
  hs_page_view_show (self->page, desk, item);
  show_head (self);
  show_facts (self);
  hs_agent_call_async (desk->agent, "GET", path, NULL, NULL, on_trace, g_object_ref (self));
  return GTK_WINDOW (self);
}
