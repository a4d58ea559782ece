/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* Opening a site, and what is done before anybody may ask it: what was destroyed, ended or blocked stays
 * so, however old its database is.
 *
 * Threads: as site/site.h.  Blocks: on disk. */

#include "site/site.h"

/* Opens DIR, and does again to an older database what the log of what was destroyed says. Errors: the
 * store's, and those of configuration and keys. */
HsSite *hs_site_open (const char *folder, gint64 now_us, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Forgets names in the log of what was destroyed that no old database can bring back any more. Within
 * a transaction. */
gboolean
hs_site_prune_destroyed_log (HsSite *site, gint64 now_us, GError **error) G_GNUC_WARN_UNUSED_RESULT;
