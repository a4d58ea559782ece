/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* Tells when the machine has come into another network, into one again, or out of one.
 *
 * The kernel tells of each route and address; what comes together is told once.
 *
 * Threads: main context only.  Blocks: never. */

#include <gio/gio.h>

/* What comes within this time after the first change is told with it; ours. */
#define HS_NETWORK_SETTLE_MS 300

typedef struct HsNetwork HsNetwork;

/* @is_there: something leads out of this machine. FALSE does not say that nothing can be reached: a
 * network without a way out has printers and may have the site. */
HsNetwork *hs_network_new (void (*changed) (gboolean is_there, gpointer user_data),
                           gpointer user_data);
void hs_network_free (HsNetwork *network);
