/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* Memory for secrets: never swapped, left out of core dumps, zero in a forked child.
 *
 * Each body implements these functions with its system's means. Allocation is by whole pages from
 * one small pool that grows with what is asked for and shrinks with what is freed; a system that
 * refuses to lock (no privilege, limit reached) still gets memory, and hs_locked_memory_is_locked()
 * says so, for doctor to report.
 *
 * Threads: any (the pool has its own lock).  Blocks: never on I/O. */

#include <glib.h>

/* Returns zeroed memory of @length bytes (1 to 64 KiB); never NULL. */
gpointer hs_locked_memory_alloc (gsize length);

/* Wipes @length bytes, the length given at allocation, and takes the memory back. */
void hs_locked_memory_free (gpointer memory, gsize length);

/* FALSE once any page of the pool could not be locked. */
gboolean hs_locked_memory_is_locked (void);

/* TRUE if hs_locked_memory_harden_process() locked all pages of the process, those of libraries too. */
gboolean hs_locked_memory_is_process_locked (void);

/* Makes the whole process hard to look into: no core dump, no attaching by the same user, all
 * present and future pages locked on fault; the last only where nothing limits locked memory. Called
 * once by main() before any secret exists.
 * Returns FALSE with a warning text (static) in *@problem if a part was refused. */
gboolean hs_locked_memory_harden_process (const char **problem);
