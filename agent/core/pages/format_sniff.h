/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* Which of the formats that we take a document is, by its first bytes.
 *
 * Threads: any, no shared state.  Blocks: never. */

#include <glib.h>

/* With this many bytes (or the whole document) the answer is final. A PDF may have up to 1,024
 * bytes before its "%PDF-" (PDF 1.7, implementation note 13). */
#define HS_FORMAT_SNIFF_BYTES 1029

/* Returns: (nullable): "application/pdf", "image/pwg-raster", "image/urf" or "image/jpeg"; a static
 * string. NULL: none of them, or not yet to be seen in so few bytes. */
const char *hs_format_sniff (const void *bytes, gsize length);
