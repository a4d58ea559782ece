/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* What homespool-trust tells the administrator before and after it signs: every fact that will hold,
 * with fingerprints that can be compared with other screens. Private keys have no words.
 *
 * Threads: any, no shared state.  Blocks: never, but for reading a file. */

#include "core/wire/bundle.h"
#include "core/wire/printer_request.h"
#include "core/wire/site_request.h"

void hs_trust_show_bundle (GString *text, const HsBundle *bundle, gint64 now_us);
void hs_trust_show_printers (GString *text, const HsPrinterList *printers, gint64 now_us);
void hs_trust_show_site_request (GString *text, const HsSiteRequest *request);
void hs_trust_show_printer_request (GString *text, const HsPrinterRequest *request);

/* Any of the files above, found out by its contents; signatures are checked as far as the file itself
 * allows. Errors: those of reading and decoding. */
gboolean
hs_trust_show_file (GString *text, const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* "sha256:" and 64 hex digits. Returns: (transfer full). */
char *hs_trust_format_pin (const HsPrinterPin *pin);

/* Reads "sha256:" and 64 hex digits, with or without colons between pairs; the prefix may be left
 * out. Errors: INVALID. */
gboolean
hs_trust_parse_pin (const char *text, HsPrinterPin *pin, GError **error) G_GNUC_WARN_UNUSED_RESULT;
