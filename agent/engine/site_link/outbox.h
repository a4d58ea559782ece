/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* Records for the site: sent, acknowledged.
 *
 * Threads: main context only.  Blocks: never. */

#include "engine/site_link/state.h"

void hs_site_link_upload (HsSiteLink *link);

/* Commits @batch (taken) and completes when the site has every record that was handed to the ledger until
 * now. Errors: TEMPORARY (the site cannot be reached), CANCELLED, the ledger's. */
void hs_site_link_tell_async (HsSiteLink *link,
                              HsLedgerBatch *batch,
                              GAsyncReadyCallback callback,
                              gpointer user_data);
gboolean hs_site_link_tell_finish (GAsyncResult *result, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Completes those of send_waiters that wait for nothing any more. */
void hs_site_link_answer_waiters (HsSiteLink *link);
