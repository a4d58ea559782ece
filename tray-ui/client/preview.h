/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* The first page of a job that waits, as the agent draws it: pixels in memory, never a file. They are
 * wiped when they are freed.
 *
 * Threads: main context only.  Blocks: never. */

#include "tray-ui/client/agent.h"

#define HS_PREVIEW_MOST_SIDE_PX 1600 /* the agent's own bound, docs/control-api.md */

typedef struct
{
  guint width_px;
  guint height_px;
  GBytes *pixels; /* red, green, blue; rows from above, without gaps */
} HsPreview;

/* NULL is allowed. */
void hs_preview_free (HsPreview *preview);

/* At most @side_px wide and high. A cancel of @cancellable ends the drawing. */
void hs_preview_async (HsAgent *agent,
                       const char *job,
                       guint side_px,
                       GCancellable *cancellable,
                       GAsyncReadyCallback callback,
                       gpointer user_data);

/* Errors: what the agent answered (NOT_SUPPORTED: there is no picture of such a document; REFUSED: the
 * key is locked, or the job is over), TEMPORARY, INVALID (no such picture), CANCELLED. */
HsPreview *
hs_preview_finish (HsAgent *agent, GAsyncResult *result, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The head of a portable pixmap, "P6\n283 400\n255\n". Pure. FALSE: it is none, or @length bytes do not
 * hold exactly its pixels; *offset is where they begin. */
gboolean hs_preview_parse_head (const guint8 *bytes,
                                gsize length,
                                guint side_px,
                                guint *width_px,
                                guint *height_px,
                                gsize *offset) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsPreview, hs_preview_free)
