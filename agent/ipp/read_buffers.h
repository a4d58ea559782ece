/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* What libcups reads into and writes from; for files of agent/ipp only.
 *
 * libcups keeps a few buffers of 32 KiB for each thread as long as the thread lives, and every name and
 * value of a message passes through them: behind a short value stands the rest of a longer one, such as
 * somebody's title. It has no function that clears them, so it is given a message of nothing to read.
 *
 * Threads: any; the buffers are the calling thread's.  Blocks: never. */

#include <glib.h>

/* Overwrites the buffers that a message with @depth nested collections, or any before in this thread,
 * went through. */
void hs_ipp_read_buffers_wipe (guint depth);
