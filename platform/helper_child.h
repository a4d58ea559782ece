/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* The helper's own end of platform/helper_process.h: frames on standard input and output. Works
 * inside the sandbox.
 *
 * Threads: the only thread of the helper.  Blocks: until the frame is through. */

#include <gio/gio.h>

/* Waits for the next frame. Returns: (transfer full): NULL when the parent closed its end, or sent
 * more than HS_HELPER_FRAME_MAX_BYTES: the helper then exits. */
GBytes *hs_helper_child_receive (void);

/* Sends one frame. FALSE when the parent is gone. */
gboolean hs_helper_child_send (const void *bytes, gsize length) G_GNUC_WARN_UNUSED_RESULT;
