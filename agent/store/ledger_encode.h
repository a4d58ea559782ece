/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

#pragma once

/* Canonical bytes of the small tables (docs/ledger-format.md), into database->row: written for the
 * MAC of a new row, read again to verify a stored one. For ledger_*.c only.
 *
 * Threads: the ledger's worker only.  Blocks: never. */

#include "store/ledger_database.h"

void hs_ledger_encode_outbox (HsLedgerDatabase *database,
                              guint64 n,
                              const guint8 *prev,
                              const guint8 *hash);
void hs_ledger_encode_identity (HsLedgerDatabase *database,
                                guint32 uid,
                                const HsId *identity,
                                gint64 at_us,
                                GBytes *sealed_name);
void hs_ledger_encode_owner_key (HsLedgerDatabase *database,
                                 const HsId *identity,
                                 const guint8 *public_key,
                                 gint64 at_us,
                                 const guint8 *title_key); /* nullable */
void hs_ledger_encode_setting (HsLedgerDatabase *database, const char *name, GBytes *value);
void hs_ledger_encode_printer (HsLedgerDatabase *database,
                               const HsId *printer,
                               const char *network,
                               gint64 at_us,
                               GBytes *facts);
