/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* printer-state-reasons (RFC 8011 section 5.4.12, PWG 5100.9) for people.
 *
 * Threads: any, no shared state.  Blocks: never. */

#include <glib.h>

/* TRUE if the keyword says "error" of itself, whatever the printer's state. */
gboolean hs_printer_reason_is_error (const char *keyword);

/* TRUE for "none" and for a mere "-report". */
gboolean hs_printer_reason_is_silent (const char *keyword);

/* "it is out of paper; add some"; an unknown keyword gives itself in words.
 * Returns: (transfer full). */
char *hs_printer_reason_dup_sentence (const char *keyword);
