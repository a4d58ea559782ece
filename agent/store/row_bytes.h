/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* Canonical bytes of a row, over which its MAC is computed (docs/ledger-format.md).
 *
 * "homespool.row/1" 00 <table> 00, then each column in the table's order: a number as 8 bytes, most
 * significant first (negative ones as two's complement); bytes and text as a 4-byte length and the
 * bytes; no value as the length ff ff ff ff. Two different rows never have the same bytes.
 *
 * Threads: any, no shared state.  Blocks: never. */

#include <glib.h>

/* Empties @row and begins one of @table. */
void hs_row_bytes_begin (GByteArray *row, const char *table);

void hs_row_bytes_add_number (GByteArray *row, gint64 value);

/* @bytes may be NULL: no value. @length < 2^31. */
void hs_row_bytes_add_bytes (GByteArray *row, const void *bytes, gsize length);

/* @text may be NULL: no value. The final NUL is not part of it. */
void hs_row_bytes_add_text (GByteArray *row, const char *text);
