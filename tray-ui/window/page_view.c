/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The first page of a job. */

#include "tray-ui/window/page_view.h"

#include "base/error.h"
#include "tray-ui/client/preview.h"
#include "tray-ui/window/sheet.h"

#include <glib/gi18n.h>
#include <string.h>

#define PAGE_WIDTH 196
#define PAGE_HEIGHT 277 /* of A4 at that width: what the picture is asked for */

struct _HsPageView
{
  GtkWidget parent_instance;

  /* Children */
  HsSheet *sheet;
  GtkLabel *note;

  /* Borrowed references */
  const HsDesk *desk;

  /* Owned references */
  HsJobItem *item;
  GCancellable *call; /* of the picture that is under way; NULL: none */
  gboolean has_page;
  gboolean is_refused; /* there is no picture of this document: it is not asked for again */
};

G_DEFINE_FINAL_TYPE (HsPageView, hs_page_view, GTK_TYPE_WIDGET)

/* ── what may be seen ────────────────────────────────────────────────────────────────────── */

static gboolean
is_unlocked (HsPageView *self)
{
  const HsControlStatus *status = hs_agent_get_status (self->desk->agent);

  return hs_agent_get_state (self->desk->agent) == HS_AGENT_READY && status != NULL
         && strcmp (status->key, "unlocked") == 0;
}

/* There is a document, it is the person's own, and of a kind that is drawn. */
static gboolean
has_document (const HsControlJob *job)
{
  return job->from == NULL && !hs_job_state_is_final (job->state) && job->state != HS_JOB_RECEIVING
         && g_strcmp0 (job->format, "application/pdf") == 0;
}

static const char *
say_why_not (HsPageView *self)
{
  const HsControlJob *job = hs_job_item_get_job (self->item);

  if (self->has_page || hs_job_state_is_final (job->state))
    return "";
  if (job->from != NULL)
    return _ ("Only its owner sees the first page.");
  if (!has_document (job) || self->is_refused)
    return _ ("There is no picture of this document.");
  if (!is_unlocked (self))
    return _ ("With your key unlocked you see the first page here.");
  return self->call != NULL ? _ ("One moment…")
                            : _ ("The first page cannot be shown at the moment.");
}

static void
show_note (HsPageView *self)
{
  const char *note = say_why_not (self);

  gtk_label_set_text (self->note, note);
  gtk_widget_set_visible (GTK_WIDGET (self->note), *note != '\0');
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  self->has_page ? _ ("First page") : _ ("Paper"), -1);
}

/* ── the picture ─────────────────────────────────────────────────────────────────────────── */

static void
drop (HsPageView *self)
{
  if (self->call != NULL)
    g_cancellable_cancel (self->call);
  g_clear_object (&self->call);
  hs_sheet_set_preview (self->sheet, NULL);
  self->has_page = FALSE;
}

static void
take (HsPageView *self, const HsPreview *preview)
{
  g_autoptr (GdkTexture) texture
      = gdk_memory_texture_new ((int)preview->width_px, (int)preview->height_px, GDK_MEMORY_R8G8B8,
                                preview->pixels, (gsize)preview->width_px * 3);

  hs_sheet_set_preview (self->sheet, texture);
  self->has_page = TRUE;
}

static void
on_preview (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (HsPageView) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (HsPreview) preview = hs_preview_finish (HS_AGENT (source), result, &error);

  if (g_error_matches (error, HS_ERROR, HS_ERROR_CANCELLED) || self->call == NULL)
    return; /* dropped meanwhile, and perhaps asked for anew */
  g_clear_object (&self->call);
  self->is_refused = g_error_matches (error, HS_ERROR, HS_ERROR_NOT_SUPPORTED)
                     || g_error_matches (error, HS_ERROR, HS_ERROR_CORRUPT);
  if (preview != NULL && is_unlocked (self))
    take (self, preview);
  show_note (self);
}

static void
ask (HsPageView *self)
{
  guint side_px = PAGE_HEIGHT * (guint)gtk_widget_get_scale_factor (GTK_WIDGET (self));

  self->call = g_cancellable_new ();
  hs_preview_async (self->desk->agent, hs_job_item_get_id (self->item), side_px, self->call,
                    on_preview, g_object_ref (self));
}

static void
follow (HsPageView *self)
{
  const HsControlJob *job = hs_job_item_get_job (self->item);
  gboolean may_see = is_unlocked (self) && has_document (job);

  hs_sheet_set_job (self->sheet, job);
  if (!may_see)
    drop (self);
  else if (!self->has_page && self->call == NULL && !self->is_refused)
    ask (self);
  show_note (self);
}

/* ── life ────────────────────────────────────────────────────────────────────────────────── */

void
hs_page_view_show (HsPageView *view, const HsDesk *desk, HsJobItem *item)
{
  g_return_if_fail (view->item == NULL);
  view->desk = desk;
  view->item = g_object_ref (item);
  g_signal_connect_swapped (item, "changed", G_CALLBACK (follow), view);
  g_signal_connect_swapped (desk->agent, "changed", G_CALLBACK (follow), view);
  follow (view);
}

gboolean
hs_page_view_has_page (HsPageView *view)
{
  return view->has_page;
}

/* The window is gone, though an answer on its way still holds the view. */
static void
hs_page_view_unroot (GtkWidget *widget)
{
  HsPageView *self = HS_PAGE_VIEW (widget);

  if (self->item != NULL)
    drop (self);
  GTK_WIDGET_CLASS (hs_page_view_parent_class)->unroot (widget);
}

static void
hs_page_view_dispose (GObject *object)
{
  HsPageView *self = HS_PAGE_VIEW (object);

  if (self->item != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->item, self);
      g_signal_handlers_disconnect_by_data (self->desk->agent, self);
      drop (self);
    }
  g_clear_object (&self->item);
  for (GtkWidget *child; (child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL;)
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (hs_page_view_parent_class)->dispose (object);
}

static void
hs_page_view_class_init (HsPageViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hs_page_view_dispose;
  widget_class->unroot = hs_page_view_unroot;
  gtk_widget_class_set_css_name (widget_class, "pageview");
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
hs_page_view_init (HsPageView *self)
{
  GtkLayoutManager *layout = gtk_widget_get_layout_manager (GTK_WIDGET (self));

  gtk_orientable_set_orientation (GTK_ORIENTABLE (layout), GTK_ORIENTATION_VERTICAL);
  gtk_box_layout_set_spacing (GTK_BOX_LAYOUT (layout), 8);
  self->sheet = HS_SHEET (hs_sheet_new ());
  self->note = GTK_LABEL (gtk_label_new (NULL));
  hs_sheet_set_width (self->sheet, PAGE_WIDTH);
  gtk_label_set_wrap (self->note, TRUE);
  gtk_label_set_justify (self->note, GTK_JUSTIFY_CENTER);
  gtk_label_set_max_width_chars (self->note, 24);
  gtk_widget_add_css_class (GTK_WIDGET (self->note), "tiny");
  gtk_widget_set_parent (GTK_WIDGET (self->sheet), GTK_WIDGET (self));
  gtk_widget_set_parent (GTK_WIDGET (self->note), GTK_WIDGET (self));
}
