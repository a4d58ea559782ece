/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* The MAC of a ledger row: binds the row, and through the header MAC and digest in it the spool
 * file, to this workstation's machine secret. Without it any process that can write the spool could
 * plant a file sealed to a known public key.
 *
 * Threads: any, no shared state.  Blocks: never. */

#include "base/secret_bytes.h"

#define HS_ROW_MAC_BYTES 32

/* @row: the store's canonical bytes of the row. Errors: INVALID (the secret is not 32 bytes),
 * INTERNAL. */
gboolean hs_row_mac_compute (const HsSecretBytes *machine_secret,
                             const guint8 *row,
                             gsize row_length,
                             guint8 mac[HS_ROW_MAC_BYTES],
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Compares in constant time. Errors: CORRUPT (another MAC), and the above. */
gboolean hs_row_mac_verify (const HsSecretBytes *machine_secret,
                            const guint8 *row,
                            gsize row_length,
                            const guint8 mac[HS_ROW_MAC_BYTES],
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;
