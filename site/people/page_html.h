/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* Adding to an HTML text: whatever is filled in for %s is escaped, always.
 *
 * Threads: any, no shared state.  Blocks: never. */

#include <glib.h>

void hs_html_format (GString *html, const char *format, ...) G_GNUC_PRINTF (2, 3);
