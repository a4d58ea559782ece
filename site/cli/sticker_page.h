/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* The sticker beside a printer: a page with its name, its place, a QR code of its address on the
 * release page, and one sentence. The only door of Pango, cairo's PDF and, at the site, libqrencode.
 *
 * Threads: main.  Blocks: on fonts. */

#include "site/store/store.h"

typedef enum
{
  HS_STICKER_A6 = 1, /* 105 × 148 mm */
  HS_STICKER_A7,     /* 74 × 105 mm */
  HS_STICKER_LABEL,  /* 62 × 100 mm: a roll of common label printers */
} HsStickerSize;

/* "a6", "a7", "label". */
gboolean hs_sticker_size_parse (const char *text, HsStickerSize *size);

/* Draws it as a PDF of one page. @url goes into the code as it is. Returns: (transfer full).
 * Errors: INVALID (a text that is no code's), INTERNAL. */
GBytes *hs_sticker_draw (const HsStorePrinter *printer,
                         const char *url,
                         HsStickerSize size,
                         GError **error) G_GNUC_WARN_UNUSED_RESULT;
