/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* Which installed system this is: the same over restarts and updates, another one on a machine that was
 * set up from a copy of its disk, as long as its administrator has the copy make an id of its own.
 *
 * Threads: any, no shared state.  Blocks: on one small file. */

#include <glib.h>

#define HS_MACHINE_ID_BYTES 32

/* Linux: of machine-id(5) in @path, hashed for our use alone (HMAC-SHA256), because the id itself is not to be
 * shown to others. FALSE: there is none, or one for this boot only. */
gboolean hs_machine_id_read (const char *path, guint8 id[HS_MACHINE_ID_BYTES]);
