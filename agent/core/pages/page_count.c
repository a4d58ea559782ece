/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Page counting while a document streams by: chooses the walker and keeps the verdict. */

#include "core/pages/page_count.h"

#include "core/pages/page_count_private.h"

#include <string.h>

typedef enum
{
  FORMAT_PWG = 1,
  FORMAT_URF,
  FORMAT_JPEG,
} Format;

struct HsPageCount
{
  Format format;
  gboolean is_lost; /* damaged or strange: the answer is "unknown" */
  union
  {
    HsRasterWalk raster;
    HsJpegWalk jpeg;
  } walk;
};

HsPageCount *
hs_page_count_new (const char *format)
{
  static const struct
  {
    const char *name;
    Format format;
  } formats[] = {
    { "image/pwg-raster", FORMAT_PWG },
    { "image/urf", FORMAT_URF },
    { "image/jpeg", FORMAT_JPEG },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (formats); i++)
    if (g_strcmp0 (format, formats[i].name) == 0)
      {
        HsPageCount *count = g_new0 (HsPageCount, 1);
        count->format = formats[i].format;
        return count;
      }
  return NULL;
}

void
hs_page_count_free (HsPageCount *count)
{
  g_free (count);
}

void
hs_page_count_feed (HsPageCount *count, const void *bytes, gsize length)
{
  if (count->is_lost || length == 0)
    return;
  switch (count->format)
    {
    case FORMAT_PWG:
      count->is_lost = !hs_pwg_walk_feed (&count->walk.raster, bytes, length);
      break;
    case FORMAT_URF:
      count->is_lost = !hs_urf_walk_feed (&count->walk.raster, bytes, length);
      break;
    case FORMAT_JPEG:
      count->is_lost = !hs_jpeg_walk_feed (&count->walk.jpeg, bytes, length);
      break;
    }
}

void
hs_page_count_finish (HsPageCount *count, HsPageFacts *facts)
{
  gboolean is_whole = FALSE;

  memset (facts, 0, sizeof *facts);
  switch (count->format)
    {
    case FORMAT_PWG:
    case FORMAT_URF:
      is_whole = hs_raster_walk_finish (&count->walk.raster);
      break;
    case FORMAT_JPEG:
      is_whole = hs_jpeg_walk_finish (&count->walk.jpeg);
      break;
    }
  if (count->is_lost || !is_whole)
    return;
  *facts = count->format == FORMAT_JPEG ? count->walk.jpeg.facts : count->walk.raster.facts;
  facts->is_known = TRUE;
  facts->colour = facts->colour_pages > 0 ? HS_COLOUR_COLOUR : HS_COLOUR_MONOCHROME;
}
