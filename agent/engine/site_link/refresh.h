/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* Bundle, printer list and release keys, fetched anew: now and then, or when the site says that there is
 * something new.
 *
 * Threads: main context only.  Blocks: never. */

#include "engine/site_link/state.h"

void hs_site_link_refresh (HsSiteLink *link);

/* Completes @task (borrowed) when the refresh that is under way, or the next one, has ended; with
 * its error if it failed. */
void hs_site_link_await_refresh (HsSiteLink *link, GTask *task);
