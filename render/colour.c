/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Colour by drawing at 72 dots per inch. A colour spot of a tenth of a point still tints the pixel
 * it falls into. Black made of all four inks comes out of poppler's conversion up to four levels
 * away from neutral and is no colour; between that and a sure tint nothing is said. */

#include "render/colour.h"

#include <math.h>
#include <poppler.h>

#define PAGES_MAX 100
#define TIME_LIMIT_US (4 * G_USEC_PER_SEC) /* the person waits while this runs */
#define SIDE_MAX_PIXELS 2048               /* a poster is drawn smaller */
#define NEUTRAL_LEVELS 5                   /* of 255: still grey */
#define TINTED_LEVELS 16                   /* of 255: surely not grey */

/* The greatest distance between two colourants of any pixel. */
static guint
find_tint (cairo_surface_t *surface)
{
  const guint8 *bytes = cairo_image_surface_get_data (surface);
  int stride = cairo_image_surface_get_stride (surface);
  int width = cairo_image_surface_get_width (surface);
  int height = cairo_image_surface_get_height (surface);
  guint tint = 0;

  for (int y = 0; y < height && tint < TINTED_LEVELS; y++)
    {
      const guint32 *row = (const void *)(bytes + (gsize)y * (gsize)stride);
      for (int x = 0; x < width; x++)
        {
          guint red = row[x] >> 16 & 0xFF;
          guint green = row[x] >> 8 & 0xFF;
          guint blue = row[x] & 0xFF;
          guint most = MAX (MAX (red, green), blue);
          guint least = MIN (MIN (red, green), blue);
          tint = MAX (tint, most - least);
        }
    }
  return tint;
}

/* Draws one page on white. FALSE if it cannot be drawn. */
static gboolean
draw_page (PopplerPage *page, guint *tint)
{
  double width = 0;
  double height = 0;

  poppler_page_get_size (page, &width, &height);
  double side = MAX (width, height);
  if (!(width >= 1 && height >= 1 && side < 1e6))
    return FALSE;
  double scale = side > SIDE_MAX_PIXELS ? SIDE_MAX_PIXELS / side : 1.0;
  cairo_surface_t *surface = cairo_image_surface_create (
      CAIRO_FORMAT_RGB24, (int)ceil (width * scale), (int)ceil (height * scale));
  cairo_t *cairo = cairo_create (surface);
  cairo_set_source_rgb (cairo, 1, 1, 1);
  cairo_paint (cairo);
  cairo_scale (cairo, scale, scale);
  poppler_page_render_for_printing (page, cairo);
  gboolean is_drawn = cairo_status (cairo) == CAIRO_STATUS_SUCCESS;
  cairo_destroy (cairo);
  cairo_surface_flush (surface);
  if (is_drawn)
    *tint = find_tint (surface);
  cairo_surface_destroy (surface);
  return is_drawn;
}

HsColour
hs_colour_find (PopplerDocument *document, guint32 pages)
{
  gint64 limit_us = g_get_monotonic_time () + TIME_LIMIT_US;
  gboolean is_sure = TRUE;

  for (guint32 i = 0; i < pages; i++)
    {
      guint tint = 0;

      if (i == PAGES_MAX || g_get_monotonic_time () > limit_us)
        return HS_COLOUR_UNKNOWN;
      g_autoptr (GObject) page = (GObject *)poppler_document_get_page (document, (int)i);
      if (page == NULL || !draw_page (POPPLER_PAGE (page), &tint))
        return HS_COLOUR_UNKNOWN;
      if (tint >= TINTED_LEVELS)
        return HS_COLOUR_COLOUR;
      is_sure = is_sure && tint <= NEUTRAL_LEVELS;
    }
  return is_sure ? HS_COLOUR_MONOCHROME : HS_COLOUR_UNKNOWN;
}
