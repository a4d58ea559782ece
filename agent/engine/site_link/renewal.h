/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* A new key and certificate in time, the old ones until these were used.
 *
 * Threads: main context only.  Blocks: never. */

#include "engine/site_link/state.h"

void hs_site_link_renew (HsSiteLink *link);

/* Uses the new pair once, and forgets the older one; or falls back to that, if the site does not
 * know the new one. */
void hs_site_link_prove (HsSiteLink *link);
