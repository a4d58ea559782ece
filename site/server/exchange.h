/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* A request under way between HTTP and the lanes: runs its stages, waits, wakes, answers.
 *
 * The lanes, the waiting requests and whom they wait for are one value, the traffic.
 *
 * Threads: main context only (the stages themselves run in the lanes).  Blocks: never, except that
 * freeing the traffic finishes the stages under way. */

#include "http/server.h"
#include "site/server/routes.h"
#include "site/site.h"

typedef struct HsTraffic HsTraffic;

/* Takes @site, which from now on is used in the store lane only. */
HsTraffic *hs_traffic_new (HsSite *site);

/* Answers everybody who waits with 503, then finishes what is in the lanes. */
void hs_traffic_free (HsTraffic *traffic);

/* Sends @request (taken) through its route's checks and stages, and answers @message. */
void hs_traffic_take (HsTraffic *traffic, SoupServerMessage *message, HsCall *call);

/* Answers at once with an error, as JSON or as a page. */
void hs_traffic_refuse (SoupServerMessage *message,
                        gboolean is_page,
                        guint status,
                        const GError *reason);

/* Headers that every answer carries. */
void hs_traffic_add_headers (SoupServerMessage *message);

/* What is done from time to time: sessions that ended, keys that nobody needs. */
void hs_traffic_tidy (HsTraffic *traffic);

/* Runs everything again that waits: something changed from outside (a command line). */
void hs_traffic_wake_all (HsTraffic *traffic);

/* Requests that wait to be woken; for tests and status. */
guint hs_traffic_count_waiting (HsTraffic *traffic);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsTraffic, hs_traffic_free)
