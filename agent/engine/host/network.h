/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* Tells when the machine has come into another network, or into one again.
 *
 * The kernel tells of each route and address; what comes together is told once. While there is no
 * network nothing is told.
 *
 * Threads: main context only.  Blocks: never. */

#include <gio/gio.h>

/* What comes within this time after the first change is told with it; ours. */
#define HS_NETWORK_SETTLE_MS 300

typedef struct HsNetwork HsNetwork;

HsNetwork *hs_network_new (void (*changed) (gpointer user_data), gpointer user_data);
void hs_network_free (HsNetwork *network);
