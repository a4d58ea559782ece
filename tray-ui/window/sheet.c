/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* A small picture of a job's paper, drawn from its facts. */

#include "tray-ui/window/sheet.h"

#include <string.h>

#define ROW_WIDTH 38
#define RATIO 1.38f /* a little less than A4's, so that a row stays low */
#define PILE_STEP 3.0f

struct _HsSheet
{
  GtkWidget parent_instance;
  GdkTexture *preview;
  int width;
  guint depth; /* sheets below the first */
  gboolean is_colour;
  gboolean is_grey; /* it will be printed without colour, whatever the document has */
  gboolean is_image;
};

G_DEFINE_FINAL_TYPE (HsSheet, hs_sheet, GTK_TYPE_WIDGET)

static const GdkRGBA paper = { 1, 1, 1, 1 };
static const GdkRGBA edge = { 0.10f, 0.13f, 0.20f, 0.22f };
static const GdkRGBA ink = { 0.36f, 0.41f, 0.50f, 0.55f };
static const GdkRGBA bands[] = { { 0.145f, 0.388f, 0.922f, 1 },
                                 { 0.086f, 0.639f, 0.290f, 1 },
                                 { 0.961f, 0.620f, 0.043f, 1 },
                                 { 0.882f, 0.114f, 0.282f, 1 } };

static void
fill (GtkSnapshot *snapshot, const GdkRGBA *colour, float x, float y, float width, float height)
{
  gtk_snapshot_append_color (snapshot, colour, &GRAPHENE_RECT_INIT (x, y, width, height));
}

static void
draw_outline (GtkSnapshot *snapshot, float x, float y, float width, float height)
{
  GskRoundedRect shape;
  const float widths[] = { 1, 1, 1, 1 };
  const GdkRGBA colours[] = { edge, edge, edge, edge };

  gsk_rounded_rect_init_from_rect (&shape, &GRAPHENE_RECT_INIT (x, y, width, height), 3);
  gtk_snapshot_push_rounded_clip (snapshot, &shape);
  fill (snapshot, &paper, x, y, width, height);
  gtk_snapshot_pop (snapshot);
  gtk_snapshot_append_border (snapshot, &shape, widths, colours);
}

/* A heading, lines of text, and a picture in the document's colours. */
static void
draw_writing (HsSheet *self, GtkSnapshot *snapshot, float x, float y, float width, float height)
{
  static const float lengths[] = { 0.92f, 0.80f, 0.88f, 0.55f };
  float margin = width * 0.16f;
  float inner = width - 2 * margin;
  float step = height * 0.095f;
  float line = MAX (1.0f, step * 0.36f);
  float at = y + margin * 1.1f;

  fill (snapshot, self->is_colour ? &bands[0] : &ink, x + margin, at, inner * 0.62f, line * 1.9f);
  at += step * 1.7f;
  for (gsize i = 0; !self->is_image && i < G_N_ELEMENTS (lengths); i++, at += step)
    fill (snapshot, &ink, x + margin, at, inner * lengths[i], line);
  float room = y + height - margin - at;
  float column = inner / (float)G_N_ELEMENTS (bands);
  for (gsize i = 0; i < G_N_ELEMENTS (bands); i++)
    {
      float share = room * (0.45f + 0.18f * (float)((i * 2 + 1) % G_N_ELEMENTS (bands)));
      fill (snapshot, self->is_colour ? &bands[i] : &ink, x + margin + column * (float)i,
            y + height - margin - share, column * 0.72f, share);
    }
}

/* As the printer will make it: red, green and blue by the share that an eye has of them (ITU-R BT.601). */
static void
draw_preview (HsSheet *self, GtkSnapshot *snapshot, float x, float y, float width, float height)
{
  static const float shares[] = { 0.299f, 0.299f, 0.299f, 0, 0.587f, 0.587f, 0.587f, 0,
                                  0.114f, 0.114f, 0.114f, 0, 0,      0,      0,      1 };
  graphene_matrix_t greys;

  graphene_matrix_init_from_float (&greys, shares);
  if (self->is_grey)
    gtk_snapshot_push_color_matrix (snapshot, &greys, graphene_vec4_zero ());
  float scale = MIN ((width - 2) / (float)gdk_texture_get_width (self->preview),
                     (height - 2) / (float)gdk_texture_get_height (self->preview));
  float page_width = scale * (float)gdk_texture_get_width (self->preview);
  float page_height = scale * (float)gdk_texture_get_height (self->preview);
  gtk_snapshot_append_texture (snapshot, self->preview,
                               &GRAPHENE_RECT_INIT (x + (width - page_width) / 2,
                                                    y + (height - page_height) / 2, page_width,
                                                    page_height));
  if (self->is_grey)
    gtk_snapshot_pop (snapshot);
}

/* The page's own shape, within what a window bears; else that of the paper that most is printed on. */
static float
get_ratio (HsSheet *self)
{
  if (self->preview == NULL)
    return RATIO;
  return CLAMP ((float)gdk_texture_get_height (self->preview)
                    / (float)gdk_texture_get_width (self->preview),
                0.5f, 1.6f);
}

static void
hs_sheet_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  HsSheet *self = HS_SHEET (widget);
  float width = (float)self->width, height = width * get_ratio (self);
  float x = ((float)gtk_widget_get_width (widget) - width) / 2;
  float y = ((float)gtk_widget_get_height (widget) - height) / 2;

  for (guint i = self->depth; i > 0; i--)
    draw_outline (snapshot, x + PILE_STEP * (float)i, y - PILE_STEP * (float)i, width, height);
  draw_outline (snapshot, x, y, width, height);
  if (self->preview == NULL)
    draw_writing (self, snapshot, x, y, width, height);
  else
    draw_preview (self, snapshot, x, y, width, height);
}

static void
hs_sheet_measure (GtkWidget *widget,
                  GtkOrientation orientation,
                  int for_size,
                  int *minimum,
                  int *natural,
                  int *minimum_baseline,
                  int *natural_baseline)
{
  HsSheet *self = HS_SHEET (widget);
  int width = self->width;
  int pile = (int)(4 * PILE_STEP);

  *minimum = *natural = orientation == GTK_ORIENTATION_HORIZONTAL
                            ? width + pile
                            : (int)((float)width * get_ratio (self)) + pile;
}

static void
hs_sheet_dispose (GObject *object)
{
  g_clear_object (&HS_SHEET (object)->preview);
  G_OBJECT_CLASS (hs_sheet_parent_class)->dispose (object);
}

static void
hs_sheet_class_init (HsSheetClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hs_sheet_dispose;
  widget_class->snapshot = hs_sheet_snapshot;
  widget_class->measure = hs_sheet_measure;
  gtk_widget_class_set_css_name (widget_class, "sheet");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_PRESENTATION);
}

static void
hs_sheet_init (HsSheet *self)
{
  self->width = ROW_WIDTH;
}

GtkWidget *
hs_sheet_new (void)
{
  return g_object_new (HS_TYPE_SHEET, NULL);
}

void
hs_sheet_set_job (HsSheet *sheet, const HsControlJob *job)
{
  guint pages = MAX (job->pages, 1) * MAX (job->copies, 1);

  sheet->depth = pages > 10 ? 2 : pages > 1 ? 1 : 0;
  sheet->is_colour = strcmp (job->colour, "colour") == 0;
  sheet->is_grey = strcmp (job->colour, "monochrome") == 0;
  sheet->is_image = job->format != NULL && g_str_has_prefix (job->format, "image/jpeg");
  gtk_widget_queue_draw (GTK_WIDGET (sheet));
}

void
hs_sheet_set_preview (HsSheet *sheet, GdkTexture *texture)
{
  if (g_set_object (&sheet->preview, texture))
    gtk_widget_queue_resize (GTK_WIDGET (sheet));
}

void
hs_sheet_set_width (HsSheet *sheet, int width)
{
  sheet->width = width;
  gtk_widget_queue_resize (GTK_WIDGET (sheet));
}
