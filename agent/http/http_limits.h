/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* How much of us one stranger at the other end of a connection may use.
 *
 * libsoup 3.2 has no timeouts, no connection caps and no body caps, so every server of the house
 * (virtual printer, control API, pull, site) stands on http/server, which enforces these. They are
 * values, not constants, so that a test shortens a time instead of waiting for it.
 *
 * Threads: any, no shared state.  Blocks: never. */

#include <glib.h>

typedef struct
{
  guint connections;          /* open at once, of all guests; default 64 */
  guint connections_per_key;  /* open at once of one uid or address; default 16 */
  guint header_ms;            /* from accept, or a later request's first byte, to the end of the
                               * headers; also the TLS handshake; default 10,000 */
  guint silence_ms;           /* without a byte that is due: body, reply being read, or the next
                               * request of a kept connection; default 30,000 */
  guint rate_grace_ms;        /* a body may be slow for this long; default 30,000 */
  guint rate_bytes_per_s;     /* then it must have come at this mean rate, pauses of ours not
                               * counted; default 1,024 */
  guint linger_ms;            /* after an early answer the rest of a body is thrown away for at
                               * most this long; default 30,000 */
  gsize header_bytes;         /* request line and headers together; default 32 KiB */
  guint64 body_bytes;         /* 0 = no cap (the intake has quotas); default 0 */
  gboolean accumulate_bodies; /* TRUE: libsoup gathers the body, body_bytes must be set;
                               * FALSE (default): got-chunk is the only place that sees it */
} HsHttpLimits;

/* The defaults above. */
void hs_http_limits_init (HsHttpLimits *limits);
