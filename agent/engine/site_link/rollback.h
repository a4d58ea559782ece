/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* The site's records and this ledger do not fit together: a new stream begins.
 *
 * Threads: main context only.  Blocks: never. */

#include "engine/site_link/state.h"

/* @jobs_are_in_doubt: this ledger is an old copy of itself; otherwise the site was put back. @done is
 * not called if the link was stopped meanwhile; its @error (borrowed) is nullable. */
void hs_site_link_roll_back (HsSiteLink *link,
                             gboolean jobs_are_in_doubt,
                             void (*done) (HsSiteLink *link, GError *error));
