/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* Can the site be reached, and since when is it so?
 *
 * A state that lives of what happens anyway: exchanges that went well, and ones that failed. One
 * failure is a doubt: the site is asked again at once, and only when that fails too it counts as gone;
 * so a site that restarts takes nobody's rights away. Nothing here waits or asks.
 *
 * Threads: any, no shared state.  Blocks: never. */

#include <glib.h>

/* The second look after a failure: at most so much later, jittered; ours. Together with the second
 * failure itself a site that refuses connections is known to be gone within 2 s. */
#define HS_REACH_DOUBT_MS 500

typedef enum
{
  HS_REACH_OFFLINE = 0, /* cannot be reached, or was not tried yet */
  HS_REACH_DEGRADED, /* the last exchange failed and the second look is still to come; or what is sent
                           does not arrive; or it answers at another address than the first one only */
  HS_REACH_ONLINE,
} HsReach;

typedef struct
{
  HsReach state;
  gint64 since_us;     /* UTC: of the state; 0 = not tried yet */
  guint failures;      /* in a row */
  gint64 retry_at_us;  /* CLOCK_BOOTTIME: nothing is to be asked before; 0 = any time */
  gboolean is_silent;  /* an exchange is under way, and nothing of it arrives */
  gboolean is_refused; /* the site excluded this workstation: being offline gives no rights */
} HsReachability;

/* Each returns TRUE if the state changed. @now_us: UTC; @boot_us: CLOCK_BOOTTIME; @random: any number.
 */

/* @is_elsewhere: it was not the first of the site's addresses that answered. */
gboolean hs_reachability_note_success (HsReachability *reach, gboolean is_elsewhere, gint64 now_us);

/* Failures before the retry are those of the same outage, and do not count again. */
gboolean hs_reachability_note_failure (
    HsReachability *reach, gboolean is_refused, gint64 now_us, gint64 boot_us, guint32 random);

/* An exchange that has not failed yet, but the network loses what is sent. A doubt, and no failure: what
 * ends it is the exchange's own end. While the site is offline it says nothing new. */
gboolean hs_reachability_note_silence (HsReachability *reach, gint64 now_us);

/* What is left of the trust in the site does not allow to speak with it. */
gboolean hs_reachability_drop (HsReachability *reach, gint64 now_us);

/* Another network, or waking: the past says nothing about the next try. The state stays until then. */
void hs_reachability_look_again (HsReachability *reach);

/* Reached at all: with an exchange that failed a moment ago, too. */
gboolean hs_reachability_is_online (const HsReachability *reach);

/* Known to be gone: it was tried. */
gboolean hs_reachability_is_gone (const HsReachability *reach);

/* "offline", "degraded", "online". */
const char *hs_reach_to_keyword (HsReach state);
