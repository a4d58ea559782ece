/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* Text from elsewhere as people may be shown it: titles, and the names that people, printers,
 * workstations and organisations give themselves.
 *
 * What plays with a terminal, makes a second line or lets a name be read in another order than its
 * letters stand is left out: U+0000–1F, U+007F–9F, U+2028–2029 and the embeddings, overrides and isolates of
 * the Unicode Bidirectional Algorithm (UAX #9: U+202A–202E, U+2066–2069). The marks U+061C and U+200E–F stay:
 * names that are written from right to left need them, and they turn no other letters round. A byte that
 * is not UTF-8 becomes U+FFFD. What programs read (JSON, CSV, files) is not for this.
 *
 * Threads: any, no shared state.  Blocks: never, but for hs_safe_text_put_lines(): on its file. */

#include <glib.h>
#include <stdio.h>

/* One line. Returns: (transfer full). */
char *hs_safe_text_dup (const char *text);

/* Nothing of it can be seen: it is empty, or only blanks and what steers letters. Nobody could choose
 * what has such a name. */
gboolean hs_safe_text_is_blank (const char *text);

/* Several: line feeds stay. Returns: (transfer full). */
char *hs_safe_text_dup_lines (const char *lines);

/* Writes the same. */
void hs_safe_text_put_lines (const char *lines, FILE *file);
