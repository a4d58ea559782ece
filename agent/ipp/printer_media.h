/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* The paper of the virtual printer: sizes, types, sources and their collections (PWG 5100.7).
 *
 * Threads: any, no shared state.  Blocks: never. */

#include <cups/ipp.h>
#include <glib.h>

/* Adds media-* to @template, and media-col-database to @database. */
void hs_printer_media_add (ipp_t *template, ipp_t *database);

/* A size of the list, or a custom one within the bounds: "custom_x_100x150mm". */
gboolean hs_printer_media_allows (const char *media);

/* A media-col whose size is one of those and whose members are all known. */
gboolean hs_printer_media_allows_col (ipp_t *media_col);

/* The name of a media-col's size: "iso_a4_210x297mm". Returns: (transfer full) (nullable). */
char *hs_printer_media_dup_name (ipp_t *media_col);
