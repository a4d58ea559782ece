/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The first page, on white, as it would be printed. Poppler mends damaged documents as well as it can,
 * which is right for looking at one. */

#include "render/draw.h"

#include "platform/helper_child.h"
#include "render/open.h"

#include <math.h>
#include <poppler.h>

#define BYTES_PER_PIXEL 3
#define ROWS_AT_ONCE_BYTES (256 * 1024)

/* The page's surface, at most @side_px wide and high. NULL: it cannot be drawn. */
static cairo_surface_t *
draw_page (PopplerPage *page, guint32 side_px)
{
  double width = 0, height = 0;

  poppler_page_get_size (page, &width, &height);
  double side = MAX (width, height);
  if (!(width >= 1 && height >= 1 && side < 1e6))
    return NULL;
  double scale = side_px / side;
  cairo_surface_t *surface = cairo_image_surface_create (
      CAIRO_FORMAT_RGB24, (int)CLAMP (round (width * scale), 1, side_px),
      (int)CLAMP (round (height * scale), 1, side_px));
  cairo_t *cairo = cairo_create (surface);
  cairo_set_source_rgb (cairo, 1, 1, 1);
  cairo_paint (cairo);
  cairo_scale (cairo, scale, scale);
  poppler_page_render_for_printing (page, cairo);
  gboolean is_drawn = cairo_status (cairo) == CAIRO_STATUS_SUCCESS;
  cairo_destroy (cairo);
  cairo_surface_flush (surface);
  if (!is_drawn)
    g_clear_pointer (&surface, cairo_surface_destroy);
  return surface;
}

static guint8 *
put_row (guint8 *at, const guint32 *row, int width)
{
  for (int x = 0; x < width; x++)
    {
      *at++ = (guint8)(row[x] >> 16);
      *at++ = (guint8)(row[x] >> 8);
      *at++ = (guint8)row[x];
    }
  return at;
}

static gboolean
send_pixels (cairo_surface_t *surface)
{
  int width = cairo_image_surface_get_width (surface);
  int height = cairo_image_surface_get_height (surface);
  int stride = cairo_image_surface_get_stride (surface);
  const guint8 *bytes = cairo_image_surface_get_data (surface);
  int rows = MAX (1, ROWS_AT_ONCE_BYTES / (width * BYTES_PER_PIXEL));
  g_autofree guint8 *frame = g_malloc (1 + (gsize)rows * (gsize)width * BYTES_PER_PIXEL);

  frame[0] = HS_RENDER_DATA;
  for (int y = 0; y < height;)
    {
      guint8 *at = frame + 1;
      for (int i = 0; i < rows && y < height; i++, y++)
        at = put_row (at, (const void *)(bytes + (gsize)y * (gsize)stride), width);
      if (!hs_helper_child_send (frame, (gsize)(at - frame)))
        return FALSE;
    }
  return TRUE;
}

gboolean
hs_draw_run (guint64 document_bytes, guint32 side_px, gboolean can_render)
{
  g_autoptr (HsDocumentStream) stream = hs_document_stream_new (document_bytes);
  HsRenderFailure failure = HS_RENDER_FAILURE_DAMAGED;
  HsRenderMessage picture = { .kind = HS_RENDER_PICTURE };

  if (!can_render)
    return hs_open_fail (HS_RENDER_FAILURE_SANDBOX);
  g_autoptr (GObject) document = (GObject *)hs_open_document (stream, document_bytes, &failure);
  if (document == NULL)
    return hs_open_fail (failure);
  g_autoptr (GObject) page = (GObject *)poppler_document_get_page (POPPLER_DOCUMENT (document), 0);
  cairo_surface_t *surface = page != NULL ? draw_page (POPPLER_PAGE (page), side_px) : NULL;
  if (surface == NULL || hs_document_stream_has_failed (stream))
    return hs_open_fail (HS_RENDER_FAILURE_DAMAGED);
  picture.width_px = (guint32)cairo_image_surface_get_width (surface);
  picture.height_px = (guint32)cairo_image_surface_get_height (surface);
  return hs_open_send (&picture) && send_pixels (surface);
}
