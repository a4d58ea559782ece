/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* The first half of a kiosk's barrier: before what a person left in the print system is purged, the
 * programs that they left running are ended, where the administrator has set up the helper for it
 * (platform/leftovers.h). If it is there and does not succeed, the seat stays closed.
 *
 * Threads: main context only.  Blocks: never. */

#include "engine/identity/seat.h"

typedef struct HsLeftovers HsLeftovers;

/* @next: what follows; its data must outlive the leftovers. */
HsLeftovers *hs_leftovers_new (const char *socket_path, const HsSeatBarrier *next);

/* What is under way comes back as CANCELLED and touches @next no more. NULL is allowed. */
void hs_leftovers_free (HsLeftovers *leftovers);

/* For the seat's setup. */
HsSeatBarrier hs_leftovers_get_barrier (HsLeftovers *leftovers);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsLeftovers, hs_leftovers_free)
