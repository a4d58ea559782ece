/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* Who else may release the person's documents, on the release page.
 *
 * Threads: the store lane.  Blocks: on disk. */

#include "site/server/call.h"

gboolean hs_page_add_delegations (HsSite *site, const HsCall *call, GString *html, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
