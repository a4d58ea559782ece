/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* A lane: work leaves the main context, is done in order by one or more threads, and comes back.
 *
 * The site has three: the store lane (one thread, owns the database), the scrypt lane (two), and the
 * directory lane (four, which wait for the network). Work
 * owns its data while it is under way; nothing is shared.
 *
 * Threads: push and free on the main context.  Blocks: free waits for work under way. */

#include <glib.h>

typedef struct HsLane HsLane;

/* @work runs in the lane, then @done in the main context; both get @data. */
typedef void (*HsLaneFunc) (gpointer data);

/* At most @max_waiting pieces of work may wait; 0 = no limit. */
HsLane *hs_lane_new (guint threads, guint max_waiting);

/* FALSE, and nothing is called, if too much is waiting already. */
gboolean hs_lane_push (HsLane *lane, HsLaneFunc work, HsLaneFunc done, gpointer data)
    G_GNUC_WARN_UNUSED_RESULT;

/* Finishes what was pushed; its done functions still run when the main context iterates. */
void hs_lane_free (HsLane *lane);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsLane, hs_lane_free)
