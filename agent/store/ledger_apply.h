/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

#pragma once

/* Operations of a batch inside the open transaction. For ledger_write.c only.
 *
 * Threads: the ledger's worker only.  Blocks: on disk. */

#include "store/ledger_batch_private.h"
#include "store/ledger_database.h"

/* Runs one operation. After a failure the caller rolls back and puts database->chain back. */
gboolean
hs_ledger_apply (HsLedgerDatabase *database, const HsLedgerOperation *operation, GError **error);

/* Moves the acknowledged place to @place and deletes the records up to there. */
gboolean
hs_ledger_put_acknowledged (HsLedgerDatabase *database, const HsOutboxPlace *place, GError **error);
