/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* The session token of a kiosk between two commands: a file in the user's runtime folder, or the
 * variable HOMESPOOL_SESSION. It is of no use to anybody: the agent takes it from the shell alone in
 * which the person signed in.
 *
 * Threads: main thread.  Blocks: on the file system. */

#include <glib.h>

/* @socket_path: of the agent, so that each agent has its own. NULL: there is none.
 * Returns: (transfer full): wipe it. */
char *hs_session_file_read (const char *socket_path);

/* 0600. Errors: DENIED, INTERNAL. */
gboolean hs_session_file_write (const char *socket_path,
                                const char *token,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;
void hs_session_file_remove (const char *socket_path);
