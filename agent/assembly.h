/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* The agent put together: every part of it, wired once, started and stopped in order.
 *
 * Nothing here decides about a job; it only says which part hears what from which other.
 *
 * Threads: main context only.  Blocks: hs_assembly_new() on the disk. */

#include "core/config.h"
#include "platform/paths.h"

#include <gio/gio.h>

typedef struct HsAssembly HsAssembly;

/* Opens ledger, spool and keys, and makes every part. Nothing listens yet. @paths and @config must
 * outlive it. Errors: of the parts, as sentences for an administrator. */
HsAssembly *hs_assembly_new (const HsPaths *paths,
                             const HsConfig *config,
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Frees everything. Only before start, or after stop. NULL is allowed. */
void hs_assembly_free (HsAssembly *assembly);

/* Recovers the jobs, then listens. Complete when people can release, and print: where the virtual
 * printer cannot listen, the log, doctor and hs_assembly_dup_status() say so, and the agent runs.
 * Errors: of the ledger, and of the control socket. */
void
hs_assembly_start_async (HsAssembly *assembly, GAsyncReadyCallback callback, gpointer user_data);
gboolean hs_assembly_start_finish (HsAssembly *assembly, GAsyncResult *result, GError **error);

/* Stops listening, then ends what runs; complete when all is at rest. Does not fail. */
void
hs_assembly_stop_async (HsAssembly *assembly, GAsyncReadyCallback callback, gpointer user_data);

/* @broke: the ledger failed for good (engine/engine_parts.h), and only a new start can help. */
void hs_assembly_set_broke_func (HsAssembly *assembly,
                                 void (*broke) (gpointer data, const GError *error),
                                 gpointer data);

/* One line for the service manager: "3 jobs held, site connected". Returns: (transfer full). */
char *hs_assembly_dup_status (HsAssembly *assembly);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsAssembly, hs_assembly_free)
