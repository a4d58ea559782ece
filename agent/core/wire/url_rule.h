/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* Which URLs may stand in a signed object: absolute, a host, no user information, no fragment, at
 * most 512 bytes of printable ASCII.
 *
 * Threads: any, no shared state.  Blocks: never. */

#include <glib.h>

#define HS_URL_MAX_BYTES 512

/* An https:// URL of a site: nothing after the path, and the path is empty or "/".
 * Errors: INVALID. */
gboolean hs_url_check_site (const char *url, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* An ipps:// URI of a printer; ipp:// only if @allow_plain. Errors: INVALID. */
gboolean hs_url_check_printer (const char *uri,
                               gboolean allow_plain,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;
