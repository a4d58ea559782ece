/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The control API's route to a picture of a job's first page: a portable pixmap ("P6"), which programs
 * read without a decoder and which stays in memory. */

#include "serve/control/control_private.h"

#include "base/error.h"
#include "engine/render/preview.h"

#include <string.h>

#define USUAL_SIDE_PX 400

static void
on_drawn (GObject *source, GAsyncResult *result, gpointer user_data)
{
  HsControlRequest *request = user_data;
  GError *error = NULL;
  g_autoptr (HsPagePicture) picture
      = hs_engine_preview_finish (request->control->parts.engine, result, &error);
  char head[32];

  if (picture == NULL)
    {
      hs_control_answer_error (request, error);
      return;
    }
  gsize head_length = (gsize)g_snprintf (head, sizeof head, "P6\n%u %u\n255\n", picture->width_px,
                                         picture->height_px);
  gsize length = head_length + picture->pixels->len;
  char *bytes = g_malloc (length);
  memcpy (bytes, head, head_length);
  memcpy (bytes + head_length, picture->pixels->data, picture->pixels->len);
  hs_control_answer_bytes (request, "image/x-portable-pixmap", bytes, length);
}

void
hs_control_show_preview (HsControlRequest *request)
{
  guint64 side_px = USUAL_SIDE_PX;
  GError *error = NULL;

  if (request->side != NULL
      && !g_ascii_string_to_unsigned (request->side, 10, HS_RENDER_LEAST_SIDE_PX,
                                      HS_RENDER_MOST_SIDE_PX, &side_px, NULL))
    {
      error = g_error_new (HS_ERROR, HS_ERROR_INVALID, "side is a number of pixels from %d to %d.",
                           HS_RENDER_LEAST_SIDE_PX, HS_RENDER_MOST_SIDE_PX);
      hs_control_answer_error (request, error);
      return;
    }
  hs_engine_preview_async (request->control->parts.engine, &request->caller, &request->id,
                           (guint32)side_px, NULL, on_drawn, request);
}
