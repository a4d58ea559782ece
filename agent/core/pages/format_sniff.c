/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Formats by their first bytes. The exact signatures come first, so that a picture or raster whose
 * data happens to hold "%PDF-" stays what it is. */

#include "core/pages/format_sniff.h"

#include <string.h>

#define PDF_MARK "%PDF-"
#define PWG_CLASS_OFFSET 4 /* after "RaS2"; CUPS raster has the same word and another class */

static gboolean
begins_with (const void *bytes, gsize length, const void *mark, gsize mark_length)
{
  return length >= mark_length && memcmp (bytes, mark, mark_length) == 0;
}

static gboolean
has_pdf_mark (const guint8 *bytes, gsize length)
{
  const guint8 *end = bytes + MIN (length, HS_FORMAT_SNIFF_BYTES);

  while (bytes < end)
    {
      const guint8 *at = memchr (bytes, PDF_MARK[0], (gsize)(end - bytes));
      if (at == NULL)
        return FALSE;
      if (begins_with (at, (gsize)(end - at), PDF_MARK, strlen (PDF_MARK)))
        return TRUE;
      bytes = at + 1;
    }
  return FALSE;
}

const char *
hs_format_sniff (const void *bytes, gsize length)
{
  static const guint8 jpeg[] = { 0xFF, 0xD8, 0xFF };
  const guint8 *start = bytes;

  if (length == 0)
    return NULL;
  if (begins_with (start, length, jpeg, sizeof jpeg))
    return "image/jpeg";
  if (begins_with (start, length, "UNIRAST", sizeof "UNIRAST"))
    return "image/urf";
  if (begins_with (start, length, "RaS2", PWG_CLASS_OFFSET)
      && begins_with (start + PWG_CLASS_OFFSET, length - PWG_CLASS_OFFSET, "PwgRaster",
                      sizeof "PwgRaster"))
    return "image/pwg-raster";
  /* PostScript and PJL may carry a PDF as data; they are not PDF. */
  if (begins_with (start, length, "%!", 2) || begins_with (start, length, "\033%-12345X", 9))
    return NULL;
  return has_pdf_mark (start, length) ? "application/pdf" : NULL;
}
