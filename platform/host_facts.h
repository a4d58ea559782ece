/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* What doctor wants to know of the machine around the agent.
 *
 * Threads: any, no shared state.  Blocks: on the system's own information files. */

#include <glib.h>

/* Is there swap on a disk whose contents are not encrypted? Compressed swap in memory is not. */
gboolean hs_host_has_clear_swap (void);

/* Bytes that may still be written on the file system of @path; 0 if it cannot be asked. */
guint64 hs_host_get_free_bytes (const char *path);

/* Where programs send what they print, if this machine's settings name another place than the print
 * system: "/run/cups/homespool.sock". Returns: (transfer full) (nullable). */
char *hs_host_dup_print_server (void);

/* Is /tmp (where applications leave copies of what they print) kept on a disk? */
gboolean hs_host_has_tmp_on_disk (void);
