/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* Sleep and shutdown as a test lets them come.
 *
 * Threads: main context only.  Blocks: never. */

#include "platform/power.h"

typedef struct
{
  gboolean is_absent;  /* no power service; told by hs_fake_power_tell (CHANGED) */
  gint64 limit_us;     /* hs_power_get_limit_us() */
  gboolean is_put_off; /* say_ready() has not been called since the machine began or awoke */
  gboolean is_kept_awake;
  guint times_kept_awake;
  char why[160]; /* of the last keep_awake (TRUE) */
} HsFakePower;

/* The only one; a test sets and reads it. */
HsFakePower *hs_fake_power_get (void);

/* Watched, 5 s, nothing asked for. */
void hs_fake_power_reset (void);

/* Told from within. */
void hs_fake_power_tell (HsPowerEvent event);
