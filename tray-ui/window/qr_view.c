/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* A QR code. */

#include "tray-ui/window/qr_view.h"

#include "tray-ui/client/qr_code.h"

#include <glib/gi18n.h>

#define SIDE_PX                                                                                    \
  264 /* of a link's 49 modules each is more than 4 pixels: phones read it at arm's length */

struct _HsQrView
{
  GtkWidget parent_instance;
  HsSecretBytes *modules; /* nullable */
  guint width;            /* of the code, in modules */
};

G_DEFINE_FINAL_TYPE (HsQrView, hs_qr_view, GTK_TYPE_WIDGET)

static const GdkRGBA dark = { 0, 0, 0, 1 };
static const GdkRGBA light = { 1, 1, 1, 1 };

/* A row's dark modules that touch are one rectangle: no line of light between them. */
static void
draw_row (HsQrView *self, GtkSnapshot *snapshot, guint y, float left, float top, float module)
{
  const guint8 *row = hs_secret_bytes_peek (self->modules) + (gsize)y * self->width;

  for (guint x = 0; x < self->width;)
    {
      guint end = x;
      while (end < self->width && row[end] != 0)
        end++;
      if (end > x)
        gtk_snapshot_append_color (snapshot, &dark,
                                   &GRAPHENE_RECT_INIT (left + (float)x * module,
                                                        top + (float)y * module,
                                                        (float)(end - x) * module, module));
      x = end + 1;
    }
}

static void
hs_qr_view_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  HsQrView *self = HS_QR_VIEW (widget);
  int room = MIN (gtk_widget_get_width (widget), gtk_widget_get_height (widget));
  int modules = (int)self->width + 2 * HS_QR_CODE_QUIET;

  if (self->modules == NULL || room < modules)
    return;
  /* Whole pixels: an edge that is grey is what cameras stumble on. */
  float module = (float)(room / modules);
  float side = module * (float)modules;
  float left = (float)((gtk_widget_get_width (widget) - (int)side) / 2);
  float top = (float)((gtk_widget_get_height (widget) - (int)side) / 2);
  gtk_snapshot_append_color (snapshot, &light, &GRAPHENE_RECT_INIT (left, top, side, side));
  for (guint y = 0; y < self->width; y++)
    draw_row (self, snapshot, y, left + module * HS_QR_CODE_QUIET, top + module * HS_QR_CODE_QUIET,
              module);
}

static void
hs_qr_view_measure (GtkWidget *widget,
                    GtkOrientation orientation,
                    int for_size,
                    int *minimum,
                    int *natural,
                    int *minimum_baseline,
                    int *natural_baseline)
{
  *minimum = *natural = SIDE_PX;
}

gboolean
hs_qr_view_set_text (HsQrView *view, const HsSecretBytes *text, GError **error)
{
  g_clear_pointer (&view->modules, hs_secret_bytes_free);
  if (text != NULL)
    view->modules = hs_qr_code_encode (text, &view->width, error);
  gtk_widget_queue_draw (GTK_WIDGET (view));
  return text == NULL || view->modules != NULL;
}

static void
hs_qr_view_dispose (GObject *object)
{
  g_clear_pointer (&HS_QR_VIEW (object)->modules, hs_secret_bytes_free);
  G_OBJECT_CLASS (hs_qr_view_parent_class)->dispose (object);
}

static void
hs_qr_view_class_init (HsQrViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hs_qr_view_dispose;
  widget_class->snapshot = hs_qr_view_snapshot;
  widget_class->measure = hs_qr_view_measure;
  gtk_widget_class_set_css_name (widget_class, "qrcode");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
hs_qr_view_init (HsQrView *self)
{
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("QR code of the link"), -1);
}

GtkWidget *
hs_qr_view_new (void)
{
  return g_object_new (HS_TYPE_QR_VIEW, NULL);
}
