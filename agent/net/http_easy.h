/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* What a request asks for, as libcurl's options; for net/http alone.
 *
 * Threads: main context only.  Blocks: never. */

#include "net/http.h"

typedef struct HsHttpEasy HsHttpEasy;

/* Is the request one that may be made at all?
 * Returns: (transfer full): the URL's host. Errors: INVALID. */
char *hs_http_easy_check (const HsHttpRequest *request, GError **error);

/* A checked request; the callbacks are still to be set. */
HsHttpEasy *hs_http_easy_new (const HsHttpRequest *request);
void hs_http_easy_free (HsHttpEasy *easy);

/* The CURL * itself; borrowed. */
gpointer hs_http_easy_get (HsHttpEasy *easy);

/* TRUE if the body has to come through a read function; else libcurl has it, or there is none. */
gboolean hs_http_easy_needs_body (HsHttpEasy *easy, const HsHttpRequest *request);
