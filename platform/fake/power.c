/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Sleep and shutdown in memory. */

#include "platform/fake/power.h"

static HsFakePower fake;

struct HsPower
{
  HsPowerFunc func;
  gpointer user_data;
};

static HsPower *power; /* NULL: nobody listens */

HsFakePower *
hs_fake_power_get (void)
{
  return &fake;
}

void
hs_fake_power_reset (void)
{
  fake = (HsFakePower){ .limit_us = 5 * G_TIME_SPAN_SECOND, .is_put_off = TRUE };
}

void
hs_fake_power_tell (HsPowerEvent event)
{
  if (event == HS_POWER_EVENT_AWAKE || event == HS_POWER_EVENT_SHUTDOWN_ENDED)
    fake.is_put_off = TRUE;
  if (power != NULL)
    power->func (power, event, power->user_data);
}

static gboolean
begin (gpointer user_data)
{
  hs_fake_power_tell (HS_POWER_EVENT_CHANGED);
  return G_SOURCE_REMOVE;
}

HsPower *
hs_power_new (HsPowerFunc func, gpointer user_data)
{
  power = g_new0 (HsPower, 1);
  power->func = func;
  power->user_data = user_data;
  g_idle_add (begin, power);
  return power;
}

void
hs_power_free (HsPower *freed)
{
  if (freed == NULL)
    return;
  g_idle_remove_by_data (freed);
  power = NULL;
  g_free (freed);
}

gboolean
hs_power_is_watched (const HsPower *asked)
{
  return !fake.is_absent;
}

gint64
hs_power_get_limit_us (const HsPower *asked)
{
  return fake.is_absent ? 0 : fake.limit_us;
}

const char *
hs_power_get_problem (const HsPower *asked)
{
  return fake.is_absent ? "there is no power service" : NULL;
}

void
hs_power_say_ready (HsPower *asked)
{
  fake.is_put_off = FALSE;
}

void
hs_power_keep_awake (HsPower *asked, gboolean awake, const char *why)
{
  if (awake == fake.is_kept_awake)
    return;
  fake.is_kept_awake = awake;
  if (!awake)
    return;
  fake.times_kept_awake++;
  g_strlcpy (fake.why, why, sizeof fake.why);
}
