/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* What the page of a tablet has in common with what its script asks.
 *
 * Threads and blocking: as site/site.h. */

#include "site/server/call.h"
#include "site/site.h"

/* The reply gives the browser its token, for as long as a certificate lives. */
void hs_terminal_set_cookie (HsSite *site, HsCall *call, const char *token);
