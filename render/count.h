/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* Counts the pages of a PDF and finds out whether it needs colour.
 *
 * Threads: the only thread of the helper.  Blocks: on the agent. */

#include <glib.h>

/* Sends PAGES and COLOUR, or FAILED. @can_render: fonts can be read; without them pages are counted
 * and the colour is unknown. FALSE when the agent is gone. */
gboolean hs_count_run (guint64 document_bytes, gboolean can_render) G_GNUC_WARN_UNUSED_RESULT;
