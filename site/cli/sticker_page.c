/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The sticker beside a printer. Everything is a share of the page, so that all sizes look alike. */

#include "site/cli/sticker_page.h"

#include "base/error.h"

#include <cairo-pdf.h>
#include <pango/pangocairo.h>
#include <qrencode.h>

#define POINTS_PER_MM (72 / 25.4)
#define QUIET_MODULES 4    /* the light border that ISO/IEC 18004 asks for */
#define MARGIN 0.07        /* of the width, on each side */
#define SMALLEST_POINTS 5. /* below that nobody reads it at a printer */

static const char sentence[] = "Scan this code, sign in, and your documents print here.";

/* Shares of the height: name, place, code, sentence; the rest is air between them. */
#define NAME_SHARE 0.16
#define PLACE_SHARE 0.07
#define CODE_SHARE 0.54
#define SENTENCE_SHARE 0.12

typedef struct
{
  cairo_t *cairo;
  double width;
  double height;
} Page;

static const struct
{
  const char *word;
  double width_mm;
  double height_mm;
} sizes[] = {
  [HS_STICKER_A6] = { "a6", 105, 148 },
  [HS_STICKER_A7] = { "a7", 74, 105 },
  [HS_STICKER_LABEL] = { "label", 62, 100 },
};

gboolean
hs_sticker_size_parse (const char *text, HsStickerSize *size)
{
  for (HsStickerSize i = HS_STICKER_A6; i <= HS_STICKER_LABEL; i++)
    if (g_str_equal (text, sizes[i].word))
      {
        *size = i;
        return TRUE;
      }
  return FALSE;
}

/* Text in the middle of the page from @top down, as large as @wanted allows and @height has room for;
 * what has no room even then ends with an ellipsis. */
static void
draw_text (
    const Page *page, const char *text, gboolean is_bold, double top, double height, double wanted)
{
  g_autoptr (PangoLayout) layout = pango_cairo_create_layout (page->cairo);
  g_autoptr (PangoFontDescription) font = pango_font_description_from_string ("Sans");
  double points = wanted;
  int drawn = 0;

  pango_font_description_set_weight (font, is_bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
  pango_layout_set_text (layout, text, -1);
  pango_layout_set_alignment (layout, PANGO_ALIGN_CENTER);
  pango_layout_set_wrap (layout, PANGO_WRAP_WORD_CHAR);
  pango_layout_set_width (layout, (int)(page->width * (1 - 2 * MARGIN) * PANGO_SCALE));
  for (;; points *= 0.92)
    {
      pango_font_description_set_absolute_size (font, points * PANGO_SCALE);
      pango_layout_set_font_description (layout, font);
      pango_layout_get_size (layout, NULL, &drawn);
      if (drawn <= height * PANGO_SCALE || points < SMALLEST_POINTS)
        break;
    }
  pango_layout_set_ellipsize (layout, PANGO_ELLIPSIZE_END);
  pango_layout_set_height (layout, (int)(height * PANGO_SCALE));
  pango_layout_get_size (layout, NULL, &drawn);
  cairo_move_to (page->cairo, page->width * MARGIN,
                 top + (height - (double)drawn / PANGO_SCALE) / 2);
  pango_cairo_show_layout (page->cairo, layout);
}

/* A row's dark modules that touch are one rectangle, so that no viewer draws lines between them. */
static void
draw_code (const Page *page, const QRcode *code, double top, double size)
{
  double module = size / (code->width + 2 * QUIET_MODULES);
  double left = (page->width - size) / 2 + QUIET_MODULES * module;

  for (int y = 0; y < code->width; y++)
    for (int x = 0, run = 0; x <= code->width; x++)
      {
        if (x < code->width && (code->data[y * code->width + x] & 1) != 0)
          {
            run++;
            continue;
          }
        if (run > 0)
          cairo_rectangle (page->cairo, left + (x - run) * module,
                           top + (QUIET_MODULES + y) * module, run * module, module);
        run = 0;
      }
  cairo_fill (page->cairo);
}

static void
draw (const Page *page, const HsStorePrinter *printer, const QRcode *code)
{
  double gap = page->height * (1 - NAME_SHARE - PLACE_SHARE - CODE_SHARE - SENTENCE_SHARE) / 4;
  double code_size = MIN (page->height * CODE_SHARE, page->width * (1 - MARGIN));
  double top = gap;

  cairo_set_source_rgb (page->cairo, 1, 1, 1);
  cairo_paint (page->cairo);
  cairo_set_source_rgb (page->cairo, 0, 0, 0);
  draw_text (page, printer->name, TRUE, top, page->height * NAME_SHARE, page->width * 0.11);
  top += page->height * NAME_SHARE;
  if (printer->location != NULL)
    draw_text (page, printer->location, FALSE, top, page->height * PLACE_SHARE, page->width * 0.06);
  top += page->height * PLACE_SHARE + gap;
  draw_code (page, code, top + (page->height * CODE_SHARE - code_size) / 2, code_size);
  top += page->height * CODE_SHARE + gap;
  draw_text (page, sentence, FALSE, top, page->height * SENTENCE_SHARE, page->width * 0.055);
}

static cairo_status_t
append (void *closure, const unsigned char *data, unsigned int length)
{
  g_byte_array_append (closure, data, length);
  return CAIRO_STATUS_SUCCESS;
}

static GBytes *
render (const HsStorePrinter *printer, const QRcode *code, HsStickerSize size, GError **error)
{
  g_autoptr (GByteArray) pdf = g_byte_array_new ();
  double width = sizes[size].width_mm * POINTS_PER_MM;
  double height = sizes[size].height_mm * POINTS_PER_MM;
  cairo_surface_t *surface = cairo_pdf_surface_create_for_stream (append, pdf, width, height);
  Page page = { cairo_create (surface), width, height };

  cairo_pdf_surface_set_metadata (surface, CAIRO_PDF_METADATA_TITLE, printer->name);
  draw (&page, printer, code);
  cairo_show_page (page.cairo);
  cairo_status_t status = cairo_status (page.cairo);
  cairo_destroy (page.cairo);
  cairo_surface_finish (surface);
  if (status == CAIRO_STATUS_SUCCESS)
    status = cairo_surface_status (surface);
  cairo_surface_destroy (surface);
  if (status == CAIRO_STATUS_SUCCESS)
    return g_byte_array_free_to_bytes (g_steal_pointer (&pdf));
  g_set_error (error, HS_ERROR, HS_ERROR_INTERNAL, "the sticker cannot be drawn: %s",
               cairo_status_to_string (status));
  return NULL;
}

GBytes *
hs_sticker_draw (const HsStorePrinter *printer, const char *url, HsStickerSize size, GError **error)
{
  /* M: a sticker gets scratched; 15 % of it may be lost. */
  QRcode *code = QRcode_encodeString (url, 0, QR_ECLEVEL_M, QR_MODE_8, 1);

  if (code == NULL)
    {
      g_set_error (error, HS_ERROR, HS_ERROR_INVALID, "the address has no place in a QR code");
      return NULL;
    }
  GBytes *pdf = render (printer, code, size, error);
  QRcode_free (code);
  return pdf;
}
