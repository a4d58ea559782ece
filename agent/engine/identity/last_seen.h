/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* What time it is at least: the greatest time that the site has signed, and what the boot clock counted
 * since. It never goes back, whatever the system's clock is set to, and survives a restart as of the
 * last time that it was kept.
 *
 * Threads: main context only.  Blocks: never. */

#include "store/ledger.h"

typedef struct HsLastSeen HsLastSeen;

/* @settings: of the ledger's contents; borrowed for the call. @ledger must outlive it. */
HsLastSeen *hs_last_seen_new (HsLedger *ledger, GHashTable *settings);

/* NULL is allowed. */
void hs_last_seen_free (HsLastSeen *seen);

/* UTC. */
gint64 hs_last_seen_get_us (const HsLastSeen *seen);

/* The later of that and the system's clock: what ends are compared with. */
gint64 hs_last_seen_get_now_us (const HsLastSeen *seen);

/* The system's clock is more than a day behind: somebody set it back. */
gboolean hs_last_seen_is_clock_unsure (const HsLastSeen *seen);

/* A time that the site has signed. */
void hs_last_seen_note (HsLastSeen *seen, gint64 signed_us);

/* Keeps it along with something else. */
void hs_last_seen_put (HsLastSeen *seen, HsLedgerBatch *batch);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsLastSeen, hs_last_seen_free)
