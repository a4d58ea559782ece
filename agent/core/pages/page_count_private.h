/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* The walkers behind core/pages/page_count.h, one for each format, and what two of them share. Each takes
 * all the bytes it is given and says FALSE once the document is damaged or strange. */

#include "core/pages/page_count.h"

#define HS_PAGE_COUNT_MAX_PAGES G_MAXINT32 /* IPP integers end there */

/* ── lines of run-length coded pixels (PWG 5102.4 section 4.3; the same in Apple raster) ─────── */

typedef struct
{
  guint16 take[256]; /* by control byte: bytes that follow it in the stream */
  guint32 fill[256]; /* by control byte: bytes of the line that it stands for */
  guint32 line_bytes;
  guint32 line_left;  /* bytes of the present line still to be stood for */
  guint32 lines_left; /* lines of the page that have not begun */
  guint32 skip;       /* bytes of a run that have not come yet */
} HsRasterLines;

#define HS_RASTER_FILL_REST G_MAXUINT32 /* this control byte stands for the rest of the line */

/* Begins a page of @height lines of @line_bytes with @pixel_bytes (1 to 16) to a pixel.
 * @has_fill: control byte 0x80 fills the line (Apple raster); else it is damage. Returns FALSE if
 * the numbers are not possible together. */
gboolean hs_raster_lines_begin (HsRasterLines *lines,
                                guint32 height,
                                guint32 line_bytes,
                                guint32 pixel_bytes,
                                gboolean has_fill);

/* Goes on through bytes and stops after the page's last one. *taken says how far it came. Returns
 * FALSE on damage. */
gboolean
hs_raster_lines_feed (HsRasterLines *lines, const guint8 *bytes, gsize length, gsize *taken);
gboolean hs_raster_lines_is_done (const HsRasterLines *lines);

/* ── a header that may come in portions ──────────────────────────────────────────────────────── */

#define HS_PAGE_HEADER_MAX_BYTES 1796 /* PWG raster's */

typedef struct
{
  guint8 bytes[HS_PAGE_HEADER_MAX_BYTES];
  gsize length;
} HsPageHeader;

/* Collects until @wanted bytes are there; returns how many of @length were taken. */
gsize
hs_page_header_collect (HsPageHeader *header, gsize wanted, const guint8 *bytes, gsize length);
guint32 hs_page_header_get_32 (const HsPageHeader *header, gsize offset);

/* Pixels at a resolution as micrometres; 0 if it is not known. */
guint32 hs_page_pixels_to_um (guint32 pixels, guint32 dots_per_inch);

/* ── the three walkers ───────────────────────────────────────────────────────────────────────── */

typedef struct
{
  HsPageFacts facts; /* filled as pages begin */
  guint32 declared;  /* pages the document says it has; 0 = it does not say */
  gboolean has_preamble;
  gboolean in_page; /* a page's lines have begun and are not done */
  HsPageHeader header;
  HsRasterLines lines;
} HsRasterWalk;

gboolean hs_pwg_walk_feed (HsRasterWalk *walk, const guint8 *bytes, gsize length);
gboolean hs_urf_walk_feed (HsRasterWalk *walk, const guint8 *bytes, gsize length);

/* Ends either raster: TRUE if the last page was whole and the declared number was met. */
gboolean hs_raster_walk_finish (const HsRasterWalk *walk);

/* Notes a page whose lines begin now. */
gboolean hs_raster_walk_note_page (HsRasterWalk *walk, gboolean is_colour);

typedef struct
{
  HsPageFacts facts;
  int state;
  guint8 marker;
  guint32 segment_left; /* bytes of the present segment still to come */
  HsPageHeader header;  /* the beginning of a segment that we read */
  gboolean has_frame;
  gboolean has_end;
} HsJpegWalk;

gboolean hs_jpeg_walk_feed (HsJpegWalk *walk, const guint8 *bytes, gsize length);
gboolean hs_jpeg_walk_finish (HsJpegWalk *walk);
