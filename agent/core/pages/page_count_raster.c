/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* PWG raster (PWG 5102.4) and Apple raster. A page has a header and lines and no length, so the
 * next header is found only by walking through every run of every line. Nothing but a counter is
 * kept of a line, and each run costs two table look-ups: the walk keeps up with memory.
 *
 * Strict where a printer may be lenient (a run across the end of a line, a repeat across the end of
 * a page): what printers would not agree about is "unknown". */

#include "core/pages/page_count_private.h"

#include <string.h>

#define PWG_SYNC_BYTES 4
#define PWG_HEADER_BYTES 1796
#define URF_PREAMBLE_BYTES 12
#define URF_HEADER_BYTES 32
#define PIXEL_BYTES_MAX 16 /* PWG 5102.4: 240 bits at most are registered; 128 are in use */

/* ── lines ───────────────────────────────────────────────────────────────────────────────── */

gboolean
hs_raster_lines_begin (HsRasterLines *lines,
                       guint32 height,
                       guint32 line_bytes,
                       guint32 pixel_bytes,
                       gboolean has_fill)
{
  if (height == 0 || line_bytes == 0 || pixel_bytes == 0 || pixel_bytes > PIXEL_BYTES_MAX
      || line_bytes % pixel_bytes != 0)
    return FALSE;
  for (guint control = 0; control < 256; control++)
    {
      guint32 pixels = control < 128 ? control + 1 : 257 - control;
      lines->take[control] = (guint16)(control < 128 ? pixel_bytes : pixels * pixel_bytes);
      lines->fill[control] = pixels * pixel_bytes;
    }
  lines->take[128] = 0;
  /* Without a meaning it must never fit: a line has fewer bytes than this. */
  lines->fill[128] = has_fill ? HS_RASTER_FILL_REST : HS_RASTER_FILL_REST - 1;
  lines->line_bytes = line_bytes;
  lines->line_left = 0;
  lines->lines_left = height;
  lines->skip = 0;
  return line_bytes < HS_RASTER_FILL_REST - 1;
}

gboolean
hs_raster_lines_is_done (const HsRasterLines *lines)
{
  return lines->lines_left == 0 && lines->line_left == 0 && lines->skip == 0;
}

gboolean
hs_raster_lines_feed (HsRasterLines *lines, const guint8 *bytes, gsize length, gsize *taken)
{
  const guint8 *at = bytes;
  const guint8 *end = bytes + length;
  guint32 left = lines->line_left;
  gsize skip = lines->skip;

  /* Leaves the loop with at == end, at the page's end, or by damage. */
  while (skip < (gsize)(end - at))
    {
      at += skip;
      skip = 0;
      if (left == 0)
        {
          if (lines->lines_left == 0)
            break;
          guint32 repeat = (guint32)*at++ + 1;
          if (repeat > lines->lines_left)
            return FALSE;
          lines->lines_left -= repeat;
          left = lines->line_bytes;
          continue;
        }
      guint8 control = *at++;
      guint32 fill = lines->fill[control];
      skip = lines->take[control];
      if (fill > left)
        {
          if (fill != HS_RASTER_FILL_REST)
            return FALSE;
          fill = left;
        }
      left -= fill;
    }
  gsize rest = (gsize)(end - at);
  gsize step = MIN (skip, rest);
  at += step;
  lines->skip = (guint32)(skip - step);
  lines->line_left = left;
  *taken = (gsize)(at - bytes);
  return TRUE;
}

/* ── headers ─────────────────────────────────────────────────────────────────────────────── */

gsize
hs_page_header_collect (HsPageHeader *header, gsize wanted, const guint8 *bytes, gsize length)
{
  gsize step = MIN (wanted - header->length, length);

  memcpy (header->bytes + header->length, bytes, step);
  header->length += step;
  return step;
}

guint32
hs_page_header_get_32 (const HsPageHeader *header, gsize offset)
{
  guint32 value;

  memcpy (&value, header->bytes + offset, sizeof value);
  return GUINT32_FROM_BE (value);
}

guint32
hs_page_pixels_to_um (guint32 pixels, guint32 dots_per_inch)
{
  if (dots_per_inch == 0)
    return 0;
  guint64 um = ((guint64)pixels * 25400 + dots_per_inch / 2) / dots_per_inch;
  return um <= G_MAXINT32 ? (guint32)um : 0;
}

gboolean
hs_raster_walk_note_page (HsRasterWalk *walk, gboolean is_colour)
{
  if (walk->facts.impressions == HS_PAGE_COUNT_MAX_PAGES)
    return FALSE;
  walk->facts.impressions++;
  walk->facts.colour_pages += is_colour ? 1 : 0;
  walk->in_page = TRUE;
  walk->header.length = 0;
  return TRUE;
}

static void
note_first_page (HsRasterWalk *walk,
                 guint32 width,
                 guint32 height,
                 guint32 dots_across,
                 guint32 dots_down,
                 HsSides sides)
{
  if (walk->facts.impressions > 0)
    return;
  walk->facts.width_um = hs_page_pixels_to_um (width, dots_across);
  walk->facts.height_um = hs_page_pixels_to_um (height, dots_down);
  walk->facts.sides = sides;
  walk->facts.has_sides = TRUE;
}

/* PWG 5102.4 table 1: offsets in the header after the synchronisation word. */
static gboolean
begin_pwg_page (HsRasterWalk *walk)
{
  const HsPageHeader *header = &walk->header;
  guint32 is_duplex = hs_page_header_get_32 (header, 272);
  guint32 copies = hs_page_header_get_32 (header, 340);
  guint32 is_tumble = hs_page_header_get_32 (header, 368);
  guint32 width = hs_page_header_get_32 (header, 372);
  guint32 height = hs_page_header_get_32 (header, 376);
  guint32 pixel_bits = hs_page_header_get_32 (header, 388);
  guint32 line_bytes = hs_page_header_get_32 (header, 392);
  guint32 colour_order = hs_page_header_get_32 (header, 396);
  guint32 colour_space = hs_page_header_get_32 (header, 400);
  guint32 total_pages = hs_page_header_get_32 (header, 452);

  if (memcmp (header->bytes, "PwgRaster", sizeof "PwgRaster") != 0 || colour_order != 0
      || width == 0 || pixel_bits == 0 || pixel_bits > 8 * PIXEL_BYTES_MAX
      || ((guint64)width * pixel_bits + 7) / 8 != line_bytes)
    return FALSE;
  if (walk->facts.impressions == 0)
    {
      walk->declared = total_pages;
      walk->facts.copies = copies <= G_MAXINT32 ? copies : 0;
    }
  note_first_page (walk, width, height, hs_page_header_get_32 (header, 276),
                   hs_page_header_get_32 (header, 280),
                   !is_duplex  ? HS_SIDES_ONE
                   : is_tumble ? HS_SIDES_TWO_SHORT
                               : HS_SIDES_TWO_LONG);
  /* W, K, sGray and Device-1 have one colourant. */
  gboolean is_colour
      = colour_space != 0 && colour_space != 3 && colour_space != 18 && colour_space != 48;
  return hs_raster_lines_begin (&walk->lines, height, line_bytes, (pixel_bits + 7) / 8, FALSE)
         && hs_raster_walk_note_page (walk, is_colour);
}

/* Apple raster has no public specification; as libcups reads it. */
static gboolean
begin_urf_page (HsRasterWalk *walk)
{
  const HsPageHeader *header = &walk->header;
  guint32 pixel_bits = header->bytes[0];
  guint32 colour_space = header->bytes[1]; /* 0 sGray, 4 W; others have several colourants */
  guint32 width = hs_page_header_get_32 (header, 12);
  guint32 height = hs_page_header_get_32 (header, 16);
  guint32 dots = hs_page_header_get_32 (header, 20);
  guint64 line_bytes = ((guint64)width * pixel_bits + 7) / 8;

  if (width == 0 || pixel_bits == 0 || pixel_bits > 8 * PIXEL_BYTES_MAX || line_bytes > G_MAXINT32
      || colour_space > 6)
    return FALSE;
  note_first_page (walk, width, height, dots, dots,
                   header->bytes[2] == 2   ? HS_SIDES_TWO_SHORT
                   : header->bytes[2] == 3 ? HS_SIDES_TWO_LONG
                                           : HS_SIDES_ONE);
  return hs_raster_lines_begin (&walk->lines, height, (guint32)line_bytes, (pixel_bits + 7) / 8,
                                TRUE)
         && hs_raster_walk_note_page (walk, colour_space != 0 && colour_space != 4);
}

/* ── the walks ───────────────────────────────────────────────────────────────────────────── */

static gboolean
begin_pwg (HsRasterWalk *walk)
{
  return memcmp (walk->header.bytes, "RaS2", PWG_SYNC_BYTES) == 0;
}

static gboolean
begin_urf (HsRasterWalk *walk)
{
  walk->declared = hs_page_header_get_32 (&walk->header, 8);
  return memcmp (walk->header.bytes, "UNIRAST", sizeof "UNIRAST") == 0;
}

/* What differs between the two formats. */
typedef struct
{
  gsize preamble_bytes;
  gsize header_bytes;
  gboolean (*begin) (HsRasterWalk *walk);
  gboolean (*begin_page) (HsRasterWalk *walk);
} Shape;

static gboolean
walk_feed (HsRasterWalk *walk, const Shape *shape, const guint8 *bytes, gsize length)
{
  while (length > 0)
    {
      gsize taken = 0;

      if (walk->in_page)
        {
          if (!hs_raster_lines_feed (&walk->lines, bytes, length, &taken))
            return FALSE;
          walk->in_page = !hs_raster_lines_is_done (&walk->lines);
        }
      else if (!walk->has_preamble)
        {
          taken = hs_page_header_collect (&walk->header, shape->preamble_bytes, bytes, length);
          if (walk->header.length == shape->preamble_bytes)
            {
              if (!shape->begin (walk))
                return FALSE;
              walk->has_preamble = TRUE;
              walk->header.length = 0;
            }
        }
      else
        {
          taken = hs_page_header_collect (&walk->header, shape->header_bytes, bytes, length);
          if (walk->header.length == shape->header_bytes && !shape->begin_page (walk))
            return FALSE;
        }
      bytes += taken;
      length -= taken;
    }
  return TRUE;
}

gboolean
hs_pwg_walk_feed (HsRasterWalk *walk, const guint8 *bytes, gsize length)
{
  static const Shape shape = { PWG_SYNC_BYTES, PWG_HEADER_BYTES, begin_pwg, begin_pwg_page };

  return walk_feed (walk, &shape, bytes, length);
}

gboolean
hs_urf_walk_feed (HsRasterWalk *walk, const guint8 *bytes, gsize length)
{
  static const Shape shape = { URF_PREAMBLE_BYTES, URF_HEADER_BYTES, begin_urf, begin_urf_page };

  return walk_feed (walk, &shape, bytes, length);
}

gboolean
hs_raster_walk_finish (const HsRasterWalk *walk)
{
  return walk->facts.impressions > 0 && !walk->in_page && walk->header.length == 0
         && (walk->declared == 0 || walk->declared == walk->facts.impressions);
}
