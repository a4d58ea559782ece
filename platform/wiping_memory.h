/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* Memory that leaves nothing behind.
 *
 * Keys rest in platform/locked_memory and are wiped by their owners. Titles, tokens on their way and
 * documents pass through strings and buffers of libraries (GLib, libsoup, jansson, libcurl, OpenSSL),
 * which nobody else can wipe. A program that links wiping_memory_dep has a heap that is zero wherever
 * anybody in the process has freed it, and may have its main thread's stack wiped as well.
 *
 * Such a heap also ends the process when memory is used up, as GLib does, whichever library asked: libcups
 * would go on without the attribute for which it had no memory, and a job without its name is not
 * found again. An end is a restart; half a message is a lie.
 *
 * Not reached: what is still in use, stacks of other threads, slices of GLib (fixed structures,
 * GObjects among them: a text belongs beside a struct, not into it), and the kernel's buffers.
 *
 * Threads: as said below.  Blocks: never. */

#include <glib.h>

/* What of the stack is wiped: deeper than the main loop's callbacks go. Measured: a document's first
 * bytes lie 17 KiB below the top. */
#define HS_WIPING_STACK_BYTES (64 * 1024)
#define HS_WIPING_STACK_QUIET_MS 5 /* it is wiped when the main loop has waited for so long */

/* What nobody could have meant to be too much: a larger block that is not there is a NULL as usual. */
#define HS_WIPING_HEAP_MUST_BYTES (1024 * 1024)
#define HS_WIPING_HEAP_EXIT_CODE 71 /* EX_OSERR of sysexits.h */

/* FALSE: this program's heap belongs to somebody else (a sanitizer) and wipes nothing. Threads: any. */
gboolean hs_wiping_heap_is_active (void);

/* From now on the stack below main() is wiped whenever the default main context has nothing to do.
 * Threads: main, before the main loop runs. */
void hs_wiping_stack_begin (void);
