/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Online, degraded, offline. */

#include "core/reachability.h"

#include "core/backoff.h"

static gboolean
go (HsReachability *reach, HsReach state, gint64 now_us)
{
  if (reach->state == state && reach->since_us != 0)
    return FALSE;
  reach->state = state;
  reach->since_us = now_us;
  return TRUE;
}

gboolean
hs_reachability_note_success (HsReachability *reach, gboolean is_elsewhere, gint64 now_us)
{
  reach->failures = 0;
  reach->retry_at_us = 0;
  reach->is_silent = FALSE;
  reach->is_refused = FALSE;
  return go (reach, is_elsewhere ? HS_REACH_DEGRADED : HS_REACH_ONLINE, now_us);
}

gboolean
hs_reachability_note_failure (
    HsReachability *reach, gboolean is_refused, gint64 now_us, gint64 boot_us, guint32 random)
{
  gboolean is_doubt = reach->failures == 0 && reach->state != HS_REACH_OFFLINE;
  HsBackoff backoff = HS_BACKOFF_SITE;

  reach->is_silent = FALSE;
  /* It answered, and what it said is no accident. */
  if (is_refused)
    {
      reach->is_refused = TRUE;
      is_doubt = FALSE;
    }
  else if (reach->failures > 0 && boot_us < reach->retry_at_us)
    return FALSE;
  if (is_doubt)
    backoff = (HsBackoff){ HS_REACH_DOUBT_MS, HS_REACH_DOUBT_MS };
  reach->failures++;
  reach->retry_at_us
      = boot_us + hs_backoff_delay_ms (backoff, reach->failures, random) * G_TIME_SPAN_MILLISECOND;
  return go (reach, is_doubt ? HS_REACH_DEGRADED : HS_REACH_OFFLINE, now_us);
}

gboolean
hs_reachability_note_silence (HsReachability *reach, gint64 now_us)
{
  if (reach->state == HS_REACH_OFFLINE)
    return FALSE;
  reach->is_silent = TRUE;
  return go (reach, HS_REACH_DEGRADED, now_us);
}

gboolean
hs_reachability_drop (HsReachability *reach, gint64 now_us)
{
  reach->is_silent = FALSE;
  return go (reach, HS_REACH_OFFLINE, now_us);
}

void
hs_reachability_look_again (HsReachability *reach)
{
  reach->failures = 0;
  reach->retry_at_us = 0;
}

gboolean
hs_reachability_is_online (const HsReachability *reach)
{
  return reach->state != HS_REACH_OFFLINE;
}

gboolean
hs_reachability_is_gone (const HsReachability *reach)
{
  return reach->state == HS_REACH_OFFLINE && reach->since_us != 0;
}

const char *
hs_reach_to_keyword (HsReach state)
{
  static const char *const words[] = { "offline", "degraded", "online" };

  return words[state];
}
