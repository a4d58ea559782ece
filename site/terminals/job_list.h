/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* A person's documents as a terminal shows them: without titles, to whoever looks over a shoulder.
 *
 * Threads and blocking: as site/site.h; each call within a transaction of the store. */

#include "site/site.h"

/* Those that are not final, newest first, as JSON. Returns: (transfer full). */
char *hs_terminal_list_jobs (HsSite *site, const HsId *identity, gint64 now_us, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/* Those that can be released now. Returns: (transfer full) (element-type HsId). */
GArray *hs_terminal_list_releasable (HsSite *site,
                                     const HsId *identity,
                                     gint64 now_us,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;
