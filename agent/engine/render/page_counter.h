/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* Pages of a PDF, counted by homespool-render: a child with no keys, no network and no files that
 * asks for the ranges of the document which it needs.
 *
 * Other formats are counted while they stream (core/pages/page_count.h).
 *
 * Threads: as said.  Blocks: as said. */

#include "core/pages/page_count.h"
#include "engine/render/helper_talk.h"

#include <gio/gio.h>

#define HS_PAGE_COUNTER_TIME_LIMIT_MS 20000 /* the site hears of the job only then */

/* Counts, in the calling thread: for a worker. An encrypted, damaged or hostile document is not an
 * error but unknown (facts->is_known is FALSE); a known count may come with an unknown colour.
 * Blocks: HS_PAGE_COUNTER_TIME_LIMIT_MS at most, and while @read does.
 * Errors: NOT_FOUND (homespool-render is not installed), CANCELLED, INTERNAL (it cannot be
 * started), and what @read reports. */
gboolean hs_page_counter_count (const HsRenderPlan *plan,
                                GCancellable *cancellable,
                                HsPageFacts *facts,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The same in a worker of its own, answered on the main context. @plan is copied; its document is
 * freed with @document_free (nullable) when nothing reads from it any more.
 * Threads: main context only.  Blocks: never. */
void hs_page_counter_count_async (const HsRenderPlan *plan,
                                  GDestroyNotify document_free,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data);
gboolean hs_page_counter_count_finish (GAsyncResult *result,
                                       HsPageFacts *facts,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;
