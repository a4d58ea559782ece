/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* Work in another thread that leaves nothing on that thread's stack.
 *
 * GIO keeps its threads for the next task, and glibc the stack of one that has ended for the next thread:
 * what lay in the dead part stays. So each worker that sees documents, keys or names wipes it at its end.
 *
 * Threads: as said below.  Blocks: never. */

#include <gio/gio.h>

/* Deeper than any worker of ours goes; their buffers are on the heap. */
#define HS_WORKER_STACK_BYTES (64 * 1024)

typedef void (*HsWorkerFunc) (gpointer data);

/* g_task_run_in_thread(), with the stack wiped a moment after @func has returned. Threads: any. */
void hs_worker_run (GTask *task, GTaskThreadFunc func);

/* Calls @func with @data in another thread at once, however many others still work: for work that waits,
 * which GTask's ten threads would soon be full of. The stack is wiped a moment after @func has returned.
 * Aborts like g_thread_new() if there can be no other thread. Threads: any. */
void hs_worker_start (HsWorkerFunc func, gpointer data);
