/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* Draws the first page of a PDF.
 *
 * Threads: the only thread of the helper.  Blocks: on the agent. */

#include <glib.h>

/* Sends PICTURE and its pixels, or FAILED. @can_render: fonts can be read; without them nothing is drawn.
 * FALSE when the agent is gone. */
gboolean hs_draw_run (guint64 document_bytes,
                      guint32 side_px,
                      gboolean can_render) G_GNUC_WARN_UNUSED_RESULT;
