/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* The site's two HTTPS listeners: people and enrolment; workstations.
 *
 * TLS 1.3 only, which main() has to arrange before the first GIO call (hs_site_server_prepare).
 * Routes, stages and answers are elsewhere; this file turns HTTP into site/server/call and back.
 *
 * Threads: main context only.  Blocks: only while it starts and stops. */

#include "site/site.h"

typedef struct HsSiteServer HsSiteServer;

/* First thing in main(): no TLS below 1.3 in this process. */
void hs_site_server_prepare (void);

/* Takes @site and listens. Errors: INVALID (settings), TEMPORARY (an address is in use), DENIED. */
HsSiteServer *hs_site_server_new (HsSite *site, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void hs_site_server_free (HsSiteServer *server);

/* "people=127.0.0.1:8443 devices=127.0.0.1:8444": what is listened on. Returns: (transfer full). */
char *hs_site_server_dup_addresses (HsSiteServer *server);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsSiteServer, hs_site_server_free)
