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

#include <gio/gio.h>

#define HS_PAGE_COUNTER_TIME_LIMIT_MS 20000 /* the site hears of the job only then */

/* Gives @capacity bytes at most from @offset_bytes of the plain document: how many, 0 at the end,
 * -1 on an error. The shape of hs_seal_reader_read_at(). Called in the thread that counts. */
typedef gssize (*HsDocumentReadFunc) (
    gpointer document, guint64 offset_bytes, void *buffer, gsize capacity, GError **error);

typedef struct
{
  const char *helper_folder; /* HsPaths.helper_folder */
  guint64 size_bytes;        /* of the plain document */
  HsDocumentReadFunc read;
  gpointer document;
} HsPageCounterPlan;

/* Counts, in the calling thread: for a worker. An encrypted, damaged or hostile document is not an
 * error but unknown (facts->is_known is FALSE); a known count may come with an unknown colour.
 * Blocks: HS_PAGE_COUNTER_TIME_LIMIT_MS at most, and while @read does.
 * Errors: NOT_FOUND (homespool-render is not installed), CANCELLED, INTERNAL (it cannot be
 * started), and what @read reports. */
gboolean hs_page_counter_count (const HsPageCounterPlan *plan,
                                GCancellable *cancellable,
                                HsPageFacts *facts,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The same in a worker of its own, answered on the main context. @plan is copied; its document is
 * freed with @document_free (nullable) when nothing reads from it any more.
 * Threads: main context only.  Blocks: never. */
void hs_page_counter_count_async (const HsPageCounterPlan *plan,
                                  GDestroyNotify document_free,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data);
gboolean hs_page_counter_count_finish (GAsyncResult *result,
                                       HsPageFacts *facts,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;
