/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* The printer's attributes themselves; for files of agent/ipp only.
 *
 * Threads: any; libcups's search position belongs to one user at a time.  Blocks: never. */

#include "ipp/capabilities.h"
#include "ipp/message.h"

/* Borrowed. */
ipp_t *hs_capabilities_peek (const HsCapabilities *capabilities);
