/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* An end for a connection that somebody else's library holds and waits on without one.
 *
 * When the time is over the connection is shut down in both directions: whoever reads or writes on
 * it gets an end of file or an error at once. The library closes it as always.
 *
 * Threads: new and free in one thread, which may be any.  Blocks: never (free waits for a thread that
 * does nothing but shut down). */

#include <glib.h>

typedef struct HsConnectionLimit HsConnectionLimit;

/* Watches @fd, a connected socket that stays the caller's: it may be closed before the limit is freed.
 * Returns: (transfer full) (nullable): NULL if no descriptor or thread is left. */
HsConnectionLimit *hs_connection_limit_new (int fd, guint limit_ms) G_GNUC_WARN_UNUSED_RESULT;

/* Takes the limit away. NULL is allowed. */
void hs_connection_limit_free (HsConnectionLimit *limit);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsConnectionLimit, hs_connection_limit_free)
