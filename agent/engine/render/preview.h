/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* What a person sees of a waiting job before it is printed: its first page, opened by the person's own
 * unlocked key, drawn and shown in memory only.
 *
 * Threads: main context only.  Blocks: never. */

#include "engine/engine.h"
#include "engine/render/page_picture.h"

#define HS_PREVIEWS_MOST 2 /* at once; each may take a processor. Ours */

/* The owner alone: an administrator, and whom the owner lets release, see no page. A cancel of
 * @cancellable ends the helper.
 * Errors: NOT_FOUND (no such job of @caller's), REFUSED (the key is locked; the job is over), TEMPORARY
 * (too many previews at once), NOT_SUPPORTED (no PDF; or it cannot be drawn), INVALID (@side_px),
 * INTERNAL, CORRUPT (the document is damaged), CANCELLED. */
void hs_engine_preview_async (HsEngine *engine,
                              const HsCaller *caller,
                              const HsId *job,
                              guint32 side_px,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data);
HsPagePicture *hs_engine_preview_finish (HsEngine *engine,
                                         GAsyncResult *result,
                                         GError **error) G_GNUC_WARN_UNUSED_RESULT;
