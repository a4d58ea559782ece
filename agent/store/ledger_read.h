/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* Rows into values, each checked before anybody sees it. For ledger.c only.
 *
 * Threads: the ledger's worker only.  Blocks: on disk. */

#include "store/ledger_database.h"

/* See hs_ledger_load(). */
HsLedgerContents *hs_ledger_read_all (HsLedgerDatabase *database, GError **error);

/* See hs_ledger_read_sealed_async(). */
GPtrArray *
hs_ledger_read_sealed (HsLedgerDatabase *database, const HsId *jobs, gsize count, GError **error);

/* See hs_ledger_read_outbox_async(). */
GPtrArray *hs_ledger_read_outbox (
    HsLedgerDatabase *database, guint64 after, guint max_records, gsize max_bytes, GError **error);

/* See hs_ledger_read_audit_async(); lines that do not verify are left out. */
GPtrArray *
hs_ledger_read_audit (HsLedgerDatabase *database, const HsId *job, guint limit, GError **error);
