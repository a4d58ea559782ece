/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* Batches into transactions. For ledger.c only.
 *
 * Threads: the ledger's worker only.  Blocks: on disk. */

#include "store/ledger_batch_private.h"
#include "store/ledger_database.h"

/* Commits @count batches in one transaction. errors[i] is set for each batch that is not stored:
 * one that fails by itself leaves the others stored. @errors holds @count NULL pointers. */
void hs_ledger_write_group (HsLedgerDatabase *database,
                            HsLedgerBatch *const *batches,
                            GError **errors,
                            guint count);

/* Judges the site's answer and deletes what it acknowledges. NONE with @error. */
HsOutboxVerdict hs_ledger_write_acknowledgement (HsLedgerDatabase *database,
                                                 const HsOutboxPlace *site,
                                                 GError **error);
