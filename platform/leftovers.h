/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* The programs that somebody leaves running at a kiosk, in the one OS account that all people share
 * there: ended by a helper with the right to become that account, and with no other.
 *
 * The helper is the administrator's choice (docs/decisions/0107): where its socket is, it is asked and
 * believed; where there is none, programs stay. Which account it ends is its own affair, not ours.
 *
 * Threads: main context only.  Blocks: never. */

#include <gio/gio.h>

/* Is there a helper behind @socket_path? */
gboolean hs_leftovers_has_helper (const char *socket_path);

/* Has every program of the account ended. Takes milliseconds. */
void hs_leftovers_end_async (const char *socket_path,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data);

/* TRUE: none of them runs any more. Errors (G_IO_ERROR): NOT_FOUND (no helper), TIMED_OUT, CANCELLED,
 * FAILED (the message is the helper's). */
gboolean hs_leftovers_end_finish (GAsyncResult *result, GError **error) G_GNUC_WARN_UNUSED_RESULT;
