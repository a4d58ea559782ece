/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* Joining a site.
 *
 * Threads: main context only.  Blocks: never. */

#include "core/wire/enrol_token.h"
#include "engine/site_link/parts.h"

/* Joins the site of @token. Complete when certificate and trust are durable.
 * Errors: REFUSED (enrolled already, the site is not the token's, or it is another
 * organisation's than before), EXPIRED (token or bundle),
 * DENIED (the token was used, or its root is not the site's), TEMPORARY, CORRUPT. */
void hs_site_link_enrol_async (HsSiteLink *link,
                               const HsEnrolToken *token,
                               const char *host_name,
                               GAsyncReadyCallback callback,
                               gpointer user_data);
gboolean hs_site_link_enrol_finish (HsSiteLink *link,
                                    GAsyncResult *result,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
