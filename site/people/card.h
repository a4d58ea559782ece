/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* Cards: a number that a reader types like a keyboard. The site keeps its HMAC under a key outside
 * the database, so that a copy of the database makes no cards.
 *
 * Threads: any, no shared state.  Blocks: never. */

#include "base/secret_bytes.h"
#include "crypto/hmac.h"

#define HS_CARD_MIN_CHARACTERS 4 /* shorter ones are noise of a reader */

/* Readers differ in case, in marks between the bytes and in how they end: letters and digits count,
 * space, tab, line end, ':', '.' and '-' do not. Writes the digest of what is left.
 * Errors: INVALID (something else, or fewer than HS_CARD_MIN_CHARACTERS), INTERNAL. */
gboolean hs_card_digest (const HsSecretBytes *card_key,
                         const HsSecretBytes *typed,
                         guint8 digest[HS_HMAC_BYTES],
                         GError **error) G_GNUC_WARN_UNUSED_RESULT;
