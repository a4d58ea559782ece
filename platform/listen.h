/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* Sockets on which our servers wait: handed over by the service manager, or made here.
 *
 * All are stream sockets, already listening, close-on-exec and non-blocking; a server takes them as
 * they are (soup_server_listen_socket). Nothing made here ever listens off this machine; errors are
 * in G_IO_ERROR.
 *
 * Threads: main context only.  Blocks: never, apart from the file system. */

#include <gio/gio.h>

/* Takes the sockets that the service manager opened for us under @name (FileDescriptorName= of the
 * socket unit). The first call of this function takes the whole hand-over out of the environment,
 * so that no child inherits it. What is not a listening stream socket, on a Unix path or a loopback
 * address, is closed and reported.
 * Returns: (transfer full) (element-type GSocket): empty if none came under this name.
 * Errors: INVALID_ARGUMENT. */
GPtrArray *hs_listen_take_inherited (const char *name, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Makes a Unix socket at @path with exactly @mode (0600 to 0666), whatever the umask. It appears
 * under its name only when it is ready to accept, and replaces a stale one. The folder must exist,
 * belong to us (or root) and be writable by nobody else: no step follows a link that another user
 * could plant. The socket keeps a lock file beside it ("<path>.lock") as long as it is open.
 * Returns: (transfer full). Errors: ADDRESS_IN_USE (another process of ours serves it),
 * PERMISSION_DENIED (the folder is not safe), NOT_FOUND (no folder), FILENAME_TOO_LONG. */
GSocket *hs_listen_on_path (const char *path, guint mode, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Makes TCP sockets on 127.0.0.1 and ::1, both with @port; 0 takes a free one, the same for both.
 * A machine without IPv6 gives only the first.
 * Returns: (transfer full) (element-type GSocket). Errors: ADDRESS_IN_USE, FAILED. */
GPtrArray *hs_listen_on_loopback (guint16 port, GError **error) G_GNUC_WARN_UNUSED_RESULT;
