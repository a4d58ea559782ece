/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* libcurl's results as our errors, for net/http alone.
 *
 * Threads: any, no shared state.  Blocks: never. */

#include <glib.h>

/* @curl_code: a CURLcode other than CURLE_OK; every value gives an error. @host is named in the
 * sentence. Returns: (transfer full). */
GError *hs_http_error_new (int curl_code, const char *host);

/* TRUE for the results that mean: the other end is not the one that we trust. */
gboolean hs_http_error_is_trust (int curl_code);
