/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The house's own limits. */

#include "http/http_limits.h"

void
hs_http_limits_init (HsHttpLimits *limits)
{
  *limits = (HsHttpLimits){ .connections = 64,
                            .connections_per_key = 16,
                            .header_ms = 10 * 1000,
                            .silence_ms = 30 * 1000,
                            .rate_grace_ms = 30 * 1000,
                            .rate_bytes_per_s = 1024,
                            .linger_ms = 30 * 1000,
                            .header_bytes = 32 * 1024 };
}
