/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* A process gives up, for good, what it does not need: for helpers that read foreign bytes.
 *
 * After hs_sandbox_enter() the process can compute, read and write the descriptors it already has,
 * and open for reading what lies below the given folders. It cannot start a process or thread, open
 * a socket, write or make a file, map executable memory, look into another process, nor use more
 * memory, time or descriptors than its limits. There is no way back.
 *
 * Threads: the only thread of the process.  Blocks: never. */

#include <gio/gio.h>

typedef struct
{
  guint64 memory_bytes;        /* address space */
  guint cpu_seconds;           /* then the process is killed */
  const char *const *readable; /* (nullable): NULL-terminated folders and files that may be opened
                                * for reading; those that do not exist are left out */
} HsSandboxPlan;

typedef enum
{
  HS_SANDBOX_NONE = 0,
  HS_SANDBOX_CLOSED,   /* no file at all can be opened: the system cannot confine paths, or none was
                        * wanted */
  HS_SANDBOX_READABLE, /* only the given folders can be read */
} HsSandboxFiles;

/* Enters the sandbox described by @plan. On an error the caller must exit at once: some of it may
 * already hold. Errors (G_IO_ERROR): NOT_SUPPORTED (this kernel cannot filter system calls),
 * FAILED. */
gboolean hs_sandbox_enter (const HsSandboxPlan *plan,
                           HsSandboxFiles *files,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;
