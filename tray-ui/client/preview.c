/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The first page of a job that waits. The place for it is made before the first byte comes, so that no
 * copy is left behind by one that grew. */

#include "tray-ui/client/preview.h"

#include "base/error.h"
#include "base/secret_bytes.h"

#include <string.h>

#define HEAD_BYTES 32 /* "P6\n1600 1600\n255\n" has 17 */

typedef struct
{
  guint side_px;
  gsize room;
  gsize length;
  gboolean is_full; /* more came than such a picture has */
  guint8 bytes[];
} Pixmap;

static void
pixmap_free (gpointer data)
{
  Pixmap *pixmap = data;

  hs_secret_bytes_wipe (pixmap->bytes, pixmap->length);
  g_free (pixmap);
}

/* What the task owns until it is a picture's. */
typedef struct
{
  Pixmap *pixmap;
} Fetch;

static void
fetch_free (gpointer data)
{
  Fetch *fetch = data;

  g_clear_pointer (&fetch->pixmap, pixmap_free);
  g_free (fetch);
}

void
hs_preview_free (HsPreview *preview)
{
  if (preview == NULL)
    return;
  g_bytes_unref (preview->pixels);
  g_free (preview);
}

/* ── reading ─────────────────────────────────────────────────────────────────────────────── */

/* A number of 1 to @most and the character after it. */
static gboolean
read_number (const guint8 **at, const guint8 *end, guint most, char after, guint *out)
{
  guint value = 0;

  for (; *at < end && g_ascii_isdigit (**at) && value <= most; (*at)++)
    value = value * 10 + (guint)(**at - '0');
  if (value == 0 || value > most || *at == end || **at != (guint8)after)
    return FALSE;
  (*at)++;
  *out = value;
  return TRUE;
}

gboolean
hs_preview_parse_head (const guint8 *bytes,
                       gsize length,
                       guint side_px,
                       guint *width_px,
                       guint *height_px,
                       gsize *offset)
{
  const guint8 *at, *end;
  guint width, height, brightest;

  if (length < 3 || memcmp (bytes, "P6\n", 3) != 0)
    return FALSE;
  at = bytes + 3;
  end = bytes + length;
  if (!read_number (&at, end, side_px, ' ', &width)
      || !read_number (&at, end, side_px, '\n', &height)
      || !read_number (&at, end, 255, '\n', &brightest) || brightest != 255
      || (gsize)(end - at) != (gsize)width * height * 3)
    return FALSE;
  *width_px = width;
  *height_px = height;
  *offset = (gsize)(at - bytes);
  return TRUE;
}

static void
on_bytes (const char *bytes, gsize length, gpointer user_data)
{
  Pixmap *pixmap = user_data;

  pixmap->is_full = pixmap->is_full || length > pixmap->room - pixmap->length;
  if (pixmap->is_full)
    return;
  memcpy (pixmap->bytes + pixmap->length, bytes, length);
  pixmap->length += length;
}

/* Takes @pixmap, whose bytes the picture's are. */
static HsPreview *
make_preview (Pixmap *pixmap, GError **error)
{
  HsPreview *preview = g_new0 (HsPreview, 1);
  gsize offset = 0;
  gboolean is_picture = !pixmap->is_full
                        && hs_preview_parse_head (pixmap->bytes, pixmap->length, pixmap->side_px,
                                                  &preview->width_px, &preview->height_px, &offset);

  preview->pixels = g_bytes_new_with_free_func (pixmap->bytes + offset, pixmap->length - offset,
                                                pixmap_free, pixmap);
  if (is_picture)
    return preview;
  hs_preview_free (preview);
  g_set_error_literal (error, HS_ERROR, HS_ERROR_INVALID, "The agent's answer makes no sense.");
  return NULL;
}

/* ── asking ──────────────────────────────────────────────────────────────────────────────── */

static void
on_fetched (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Fetch *fetch = g_task_get_task_data (task);
  GError *error = NULL;

  if (!hs_agent_fetch_finish (HS_AGENT (source), result, &error))
    {
      g_task_return_error (task, error);
      return;
    }
  HsPreview *preview = make_preview (g_steal_pointer (&fetch->pixmap), &error);
  if (preview == NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, preview, (GDestroyNotify)hs_preview_free);
}

void
hs_preview_async (HsAgent *agent,
                  const char *job,
                  guint side_px,
                  GCancellable *cancellable,
                  GAsyncReadyCallback callback,
                  gpointer user_data)
{
  GTask *task = g_task_new (agent, cancellable, callback, user_data);
  guint side = MIN (side_px, HS_PREVIEW_MOST_SIDE_PX);
  gsize room = (gsize)side * side * 3 + HEAD_BYTES;
  g_autofree char *path = g_strdup_printf ("/v1/jobs/%s/preview?side=%u", job, side);
  Fetch *fetch = g_new0 (Fetch, 1);

  fetch->pixmap = g_malloc (sizeof (Pixmap) + room);
  *fetch->pixmap = (Pixmap){ .side_px = side, .room = room };
  g_task_set_source_tag (task, hs_preview_async);
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, fetch, fetch_free);
  hs_agent_fetch_async (agent, path, on_bytes, fetch->pixmap, cancellable, on_fetched, task);
}

HsPreview *
hs_preview_finish (HsAgent *agent, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
