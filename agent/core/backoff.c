/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* How long to wait after the n-th failure. */

#include "core/backoff.h"

guint32
hs_backoff_delay_ms (HsBackoff backoff, guint failures, guint32 random)
{
  guint64 bound = backoff.first_ms;

  for (guint i = 1; i < failures && bound < backoff.most_ms; i++)
    bound *= 2;
  bound = MIN (bound, backoff.most_ms);
  return (guint32)(bound - bound / 2 * (guint64)random / G_MAXUINT32);
}
