/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* What the command line shows: tables that fit the terminal, sizes and times as people read them.
 * Texts that came from somewhere else are printed without control characters, so that a title
 * cannot play with the terminal.
 *
 * Threads: main thread.  Blocks: on standard output. */

#include "core/wire/control_status.h"

/* ── tables ──────────────────────────────────────────────────────────────────────────────── */

typedef struct HsTable HsTable;

/* @titles: NULL-terminated column titles. The last column takes what is left of the line; the column
 * @wide (counted from 0) gives way first when the line is too long. */
HsTable *hs_table_new (const char *const *titles, guint wide);
void hs_table_free (HsTable *table);

/* Adds a row: as many texts as there are columns; each (transfer full). */
void hs_table_add (HsTable *table, char *first, ...);

/* Prints it; nothing but titles if it is empty. @width: columns of the terminal; 0 = no limit. */
char *hs_table_format (const HsTable *table, guint width);

/* ── words ───────────────────────────────────────────────────────────────────────────────── */

/* "842 B", "12 KB", "3.4 MB": decimal units, as file managers show them. */
char *hs_output_dup_size (guint64 bytes);

/* "14:02" today, "Fri 14:02" within six days before or after @now_us, else "2026-11-03"; local
 * time. "" for 0. */
char *hs_output_dup_time (gint64 us, gint64 now_us);

/* "3 pages, A4, two-sided, 2 copies": what is known of it. */
char *hs_output_dup_paper (const HsControlJob *job);

/* The short handle of a job that commands take: the last six digits of its id. Borrowed. */
const char *hs_output_job_handle (const HsControlJob *job);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsTable, hs_table_free)
