/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* How long to wait after the n-th failure: doubling with full jitter.
 *
 * Threads: any, no shared state.  Blocks: never. */

#include <glib.h>

typedef struct
{
  guint32 first_ms; /* upper bound of the delay after the first failure, at least 1 */
  guint32 most_ms;  /* no delay is longer, at least first_ms */
} HsBackoff;

/* A busy printer: people stand before it. */
#define HS_BACKOFF_PRINTER ((HsBackoff){ 2000, 30000 })
/* A site that does not answer: a whole company reconnects at once. */
#define HS_BACKOFF_SITE ((HsBackoff){ 1000, 300000 })

/* Delay in ms after @failures (≥ 1) failures in a row. @random is any uniformly random number; the
 * delay lies between half the bound and the bound, so it neither stampedes nor collapses to 0. */
guint32 hs_backoff_delay_ms (HsBackoff backoff, guint failures, guint32 random);
