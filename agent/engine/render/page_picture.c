/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

#include "engine/render/page_picture.h"

#include "base/error.h"
#include "base/secret_bytes.h"

#define BYTES_PER_PIXEL 3

typedef struct
{
  guint32 side_px;
  HsPagePicture *picture; /* NULL: its size was not told yet */
} Drawing;

static gsize
whole_bytes (const HsPagePicture *picture)
{
  return (gsize)picture->width_px * picture->height_px * BYTES_PER_PIXEL;
}

static gboolean
is_whole (const HsPagePicture *picture)
{
  return picture != NULL && picture->pixels->len == whole_bytes (picture);
}

static gboolean
hear (gpointer data, const HsRenderMessage *message, const guint8 *bytes, gsize length)
{
  Drawing *drawing = data;
  HsPagePicture *picture = drawing->picture;

  if (message != NULL)
    {
      if (message->kind != HS_RENDER_PICTURE || picture != NULL
          || message->width_px > drawing->side_px || message->height_px > drawing->side_px)
        return FALSE;
      picture = drawing->picture = g_new0 (HsPagePicture, 1);
      picture->width_px = message->width_px;
      picture->height_px = message->height_px;
      picture->pixels = g_byte_array_sized_new ((guint)whole_bytes (picture));
      return TRUE;
    }
  if (picture == NULL || length == 0 || length > whole_bytes (picture) - picture->pixels->len)
    return FALSE;
  g_byte_array_append (picture->pixels, bytes, (guint)length);
  return !is_whole (picture);
}

HsPagePicture *
hs_page_picture_draw (const HsRenderPlan *plan,
                      guint32 side_px,
                      GCancellable *cancellable,
                      GError **error)
{
  const HsRenderMessage task
      = { .kind = HS_RENDER_DRAW, .document_bytes = plan->size_bytes, .side_px = side_px };
  Drawing drawing = { .side_px = side_px };
  const HsRenderListener listener
      = { .time_limit_ms = HS_PAGE_PICTURE_TIME_LIMIT_MS, .hear = hear, .data = &drawing };
  gboolean talked = hs_render_talk (plan, &task, &listener, cancellable, error);
  g_autoptr (HsPagePicture) picture = drawing.picture;

  if (talked && is_whole (picture))
    return g_steal_pointer (&picture);
  if (talked)
    g_set_error_literal (error, HS_ERROR, HS_ERROR_NOT_SUPPORTED,
                         "The first page cannot be drawn: the document is protected by a password, "
                         "damaged, or too large for a preview. It can be printed all the same.");
  return NULL;
}

void
hs_page_picture_free (HsPagePicture *picture)
{
  if (picture == NULL)
    return;
  hs_secret_bytes_wipe (picture->pixels->data, picture->pixels->len);
  g_byte_array_unref (picture->pixels);
  g_free (picture);
}
