/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* The poll, and what it brings.
 *
 * Threads: main context only.  Blocks: never. */

#include "engine/site_link/state.h"

void hs_site_link_poll (HsSiteLink *link);
