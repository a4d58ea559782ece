/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Counting with poppler. A count is given only for a document that is whole: poppler mends damaged
 * files as well as it can, which is right for a viewer and a guess here. So the end of the file is
 * checked first, and every page must be there. */

#include "render/count.h"

#include "render/colour.h"
#include "render/open.h"

#include <poppler.h>
#include <string.h>

#define PAGES_MAX 20000 /* each is looked up; a longer document is "unknown" */
#define TAIL_BYTES 1024 /* PDF 1.7, implementation note 18: "%%EOF" lies in the last 1024 */
#define HEAD_BYTES 1029 /* … and "%PDF-" in the first */
#define UM_PER_POINT 25400.0 / 72.0

/* ── is it whole? ────────────────────────────────────────────────────────────────────────── */

/* The place of the last @mark in @bytes, or NULL. */
static const char *
find_last (const char *bytes, gsize length, const char *mark)
{
  gsize mark_length = strlen (mark);

  for (gsize at = length; at >= mark_length; at--)
    if (memcmp (bytes + at - mark_length, mark, mark_length) == 0)
      return bytes + at - mark_length;
  return NULL;
}

/* Offsets in a PDF count from its "%PDF-", before which up to 1024 bytes of other things may lie. */
static guint64
find_header (HsDocumentStream *stream)
{
  char head[HEAD_BYTES];
  gsize length = hs_document_stream_peek (stream, 0, head, sizeof head);

  for (gsize at = 0; at + 5 <= length; at++)
    if (memcmp (head + at, "%PDF-", 5) == 0)
      return at;
  return 0;
}

/* A cross-reference table or stream begins at @offset: "xref", or "12 0 obj". */
static gboolean
has_cross_reference (HsDocumentStream *stream, guint64 offset)
{
  char text[32] = "";
  const char *at = text;

  hs_document_stream_peek (stream, offset, text, sizeof text - 1);
  at += strspn (at, " \t\r\n");
  if (g_str_has_prefix (at, "xref"))
    return TRUE;
  gsize number = strspn (at, "0123456789");
  gsize gap = strspn (at + number, " \t\r\n");
  gsize generation = strspn (at + number + gap, "0123456789");
  at += number + gap + generation;
  return number > 0 && gap > 0 && generation > 0
         && g_str_has_prefix (at + strspn (at, " \t\r\n"), "obj");
}

/* Only white space may follow the last "%%EOF". The standard is more patient; but what looks like
 * other bytes there may be an update that was cut off, and the older version before it has another
 * number of pages. */
static gboolean
is_blank (const char *bytes, const char *end)
{
  while (bytes < end && (g_ascii_isspace (*bytes) || *bytes == '\0'))
    bytes++;
  return bytes == end;
}

static gboolean
is_whole (HsDocumentStream *stream, guint64 size)
{
  char tail[TAIL_BYTES + 1] = "";
  gsize wanted = (gsize)MIN (size, TAIL_BYTES);
  gsize length = hs_document_stream_peek (stream, size - wanted, tail, wanted);
  const char *end = find_last (tail, length, "%%EOF");
  const char *start = end != NULL ? find_last (tail, (gsize)(end - tail), "startxref") : NULL;
  guint64 offset;

  if (start == NULL || !is_blank (end + strlen ("%%EOF"), tail + length))
    return FALSE;
  g_autofree char *number
      = g_strndup (start + strlen ("startxref"), (gsize)(end - start) - strlen ("startxref"));
  if (!g_ascii_string_to_unsigned (g_strstrip (number), 10, 0, size, &offset, NULL))
    return FALSE;
  return has_cross_reference (stream, offset + find_header (stream))
         || has_cross_reference (stream, offset);
}

/* ── pages ───────────────────────────────────────────────────────────────────────────────── */

/* Looks every page up; fills the size of the first. */
static gboolean
has_every_page (PopplerDocument *document, HsRenderMessage *pages)
{
  for (guint32 i = 0; i < pages->pages; i++)
    {
      g_autoptr (GObject) page = (GObject *)poppler_document_get_page (document, (int)i);
      double width = 0;
      double height = 0;

      if (page == NULL)
        return FALSE;
      if (i > 0)
        continue;
      poppler_page_get_size (POPPLER_PAGE (page), &width, &height);
      pages->width_um = (guint32)CLAMP (width * UM_PER_POINT + 0.5, 0, G_MAXINT32);
      pages->height_um = (guint32)CLAMP (height * UM_PER_POINT + 0.5, 0, G_MAXINT32);
    }
  return TRUE;
}

gboolean
hs_count_run (guint64 document_bytes, gboolean can_render)
{
  g_autoptr (HsDocumentStream) stream = hs_document_stream_new (document_bytes);
  HsRenderFailure failure = HS_RENDER_FAILURE_DAMAGED;
  HsRenderMessage pages = { .kind = HS_RENDER_PAGES };
  HsRenderMessage colour = { .kind = HS_RENDER_COLOUR };

  if (!is_whole (stream, document_bytes))
    return hs_open_fail (HS_RENDER_FAILURE_DAMAGED);
  g_autoptr (GObject) document = (GObject *)hs_open_document (stream, document_bytes, &failure);
  if (document == NULL)
    return hs_open_fail (failure);
  int count = poppler_document_get_n_pages (POPPLER_DOCUMENT (document));
  if (count > PAGES_MAX)
    return hs_open_fail (HS_RENDER_FAILURE_TOO_LARGE);
  pages.pages = (guint32)MAX (count, 0);
  if (count < 1 || !has_every_page (POPPLER_DOCUMENT (document), &pages)
      || hs_document_stream_has_failed (stream))
    return hs_open_fail (HS_RENDER_FAILURE_DAMAGED);
  if (!hs_open_send (&pages))
    return FALSE;
  if (can_render)
    colour.colour = hs_colour_find (POPPLER_DOCUMENT (document), pages.pages);
  if (hs_document_stream_has_failed (stream))
    colour.colour = HS_COLOUR_UNKNOWN;
  return hs_open_send (&colour);
}
