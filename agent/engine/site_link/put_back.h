/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* This ledger was found to be an older copy of itself.
 *
 * Threads: main context only.  Blocks: never. */

#include "engine/site_link/parts.h"
#include "store/ledger.h"

/* An administrator knows that this ledger is an older copy of itself: nobody is told any more.
 * Errors: REFUSED (it is not, or was acknowledged), CANCELLED, the ledger's. */
void hs_site_link_acknowledge_put_back_async (HsSiteLink *link,
                                              GAsyncReadyCallback callback,
                                              gpointer user_data);
gboolean hs_site_link_acknowledge_put_back_finish (GAsyncResult *result,
                                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* ── for this folder ─────────────────────────────────────────────────────────────────────── */

/* @batch begins a stream because this ledger is an older copy of itself. */
void hs_site_link_note_put_back (HsLedgerBatch *batch, gint64 at_us);
void hs_site_link_load_put_back (HsSiteLink *link, GHashTable *settings);
