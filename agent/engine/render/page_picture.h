/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* The first page of a PDF as pixels, drawn by homespool-render and kept in memory only. Bare pixels, so
 * that nobody who shows them decodes what a helper made that a hostile document may have taken over.
 *
 * Threads: a worker's.  Blocks: as said. */

#include "engine/render/helper_talk.h"

#define HS_PAGE_PICTURE_TIME_LIMIT_MS 8000 /* somebody looks at the empty place; ours */

typedef struct
{
  guint32 width_px;
  guint32 height_px;
  GByteArray
      *pixels; /* 3 bytes each (red, green, blue), row by row from the top; wiped when freed */
} HsPagePicture;

/* At most @side_px (core/pages/render_message.h) wide and high.
 * Blocks: HS_PAGE_PICTURE_TIME_LIMIT_MS at most, and while @plan reads.
 * Errors: NOT_SUPPORTED (a page that cannot be drawn: encrypted, damaged or too slow), and those of
 * hs_render_talk(). */
HsPagePicture *hs_page_picture_draw (const HsRenderPlan *plan,
                                     guint32 side_px,
                                     GCancellable *cancellable,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;
void hs_page_picture_free (HsPagePicture *picture);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsPagePicture, hs_page_picture_free)
