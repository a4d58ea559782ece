/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* A record for the site before it has its number: the ledger numbers and chains it at the commit.
 *
 * Threads: main context only.  Blocks: never. */

#include "core/wire/event_record.h"
#include "store/ledger_batch.h"

/* Appends a record of @kind with @body (taken) to the outbox, in the transaction of @batch. @at_us
 * is UTC; @offline says that it happened while the site could not be reached. */
void hs_event_draft_append (
    HsLedgerBatch *batch, HsRecordKind kind, gint64 at_us, gboolean offline, json_t *body);
