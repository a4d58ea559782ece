/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* Jobs that the site may not know.
 *
 * Threads: main context only.  Blocks: never. */

#include "engine/site_link/state.h"

/* The batch that begins a stream notes that the site may lack jobs, and with @with_history also those
 * that have come to their end: told, if need be after a restart, by hs_site_link_announce(). */
void hs_site_link_note_missing (HsLedgerBatch *batch, gboolean with_history);
void hs_site_link_load_missing (HsSiteLink *link, GHashTable *settings);
void hs_site_link_announce (HsSiteLink *link);
