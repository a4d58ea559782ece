/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* A child process that does risky work for us and is not trusted: it talks in frames through two
 * pipes, has no environment, no other descriptor, limits on memory, processor and time, and is
 * killed and reaped whatever happens.
 *
 * A frame is a length (32 bits, big-endian) and that many bytes. The child reads frames on its
 * standard input and writes frames to its standard output; what it prints on standard error goes
 * nowhere.
 *
 * Threads: one worker at a time owns a helper (a GTask's thread): it starts it, talks and frees it
 * there. Blocks: as said; never on the main context. */

#include <gio/gio.h>

#define HS_HELPER_FRAME_MAX_BYTES (1024 * 1024)

typedef struct
{
  const char *program;          /* absolute path */
  const char *const *arguments; /* (nullable): NULL-terminated, without the program's name */
  guint64 memory_bytes;         /* address space of the child */
  guint cpu_seconds;
  guint time_limit_ms; /* from start to end; then it is killed */
  gboolean gives_way;  /* nobody waits for it: whoever else wants the processor comes first */
} HsHelperPlan;

typedef struct HsHelperProcess HsHelperProcess;

/* ── life ────────────────────────────────────────────────────────────────────────────────── */

/* Errors (G_IO_ERROR): NOT_FOUND (no such program), FAILED. */
HsHelperProcess *hs_helper_process_start (const HsHelperPlan *plan,
                                          GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Kills it if it still runs, reaps it and frees. Blocks for the moment that a kill takes. */
void hs_helper_process_free (HsHelperProcess *helper);

/* ── actions ─────────────────────────────────────────────────────────────────────────────── */

/* Sends one frame. Blocks until the pipe took it all.
 * Errors (G_IO_ERROR): TIMED_OUT (its time is over), CANCELLED, BROKEN_PIPE (it has ended),
 * INVALID_ARGUMENT (more than HS_HELPER_FRAME_MAX_BYTES). */
gboolean hs_helper_process_send (HsHelperProcess *helper,
                                 const void *bytes,
                                 gsize length,
                                 GCancellable *cancellable,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Waits for the next frame. Returns: (transfer full). Errors: as above, and INVALID_DATA (a frame
 * longer than HS_HELPER_FRAME_MAX_BYTES, or cut off). */
GBytes *hs_helper_process_receive (HsHelperProcess *helper,
                                   GCancellable *cancellable,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsHelperProcess, hs_helper_process_free)
