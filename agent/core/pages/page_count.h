/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* How many pages a document has, found while it streams by: PWG raster, Apple raster (URF), JPEG.
 *
 * Fed with the plaintext in portions of any size, it keeps headers and counters and never an image
 * line. The count is exact or unknown: damaged, cut and strange input is unknown, never a guess.
 * PDF needs the whole document and is counted by homespool-render (engine/render/page_counter).
 *
 * Threads: any; one owner at a time.  Blocks: never. */

#include "core/job.h"

typedef struct HsPageCount HsPageCount;

typedef struct
{
  gboolean is_known;    /* FALSE: damaged, cut or not countable; all else is then 0 */
  guint32 impressions;  /* page images of one copy */
  guint32 colour_pages; /* page images in a colour space with more than one colourant */
  HsColour colour;      /* by colour space: HS_COLOUR_COLOUR if any page is */
  HsSides sides;        /* of the first page; JPEG: one-sided */
  gboolean has_sides;   /* the format says so */
  guint32 width_um;     /* first page in micrometres; 0 = not given */
  guint32 height_um;
  guint32 copies; /* of the first page; 0 = not given */
} HsPageFacts;

/* @format: "image/pwg-raster", "image/urf" or "image/jpeg". Returns: (nullable): NULL for any other
 * format. */
HsPageCount *hs_page_count_new (const char *format);
void hs_page_count_free (HsPageCount *count);

/* Goes through the next @length bytes. Cheap when the answer is already "unknown". */
void hs_page_count_feed (HsPageCount *count, const void *bytes, gsize length);

/* The document ended: says what was found. */
void hs_page_count_finish (HsPageCount *count, HsPageFacts *facts);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsPageCount, hs_page_count_free)
