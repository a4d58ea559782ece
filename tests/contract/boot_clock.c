/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Contract of platform/boot_clock.h. */

#include "platform/boot_clock.h"

#include "support/loop.h"
#include "support/suite.h"

static gboolean
on_time (gpointer user_data)
{
  *(gint64 *)user_data = hs_boot_clock_now_us ();
  return G_SOURCE_CONTINUE;
}

static void
a_source_fires_once_and_not_before_its_time (void)
{
  gint64 at_us = hs_boot_clock_now_us () + 30 * 1000;
  gint64 fired_us = 0;
  g_autoptr (GSource) source = hs_boot_clock_source_new (at_us);

  g_source_set_callback (source, on_time, &fired_us, NULL);
  g_source_attach (source, NULL);
  HS_LOOP_UNTIL (fired_us != 0);
  HS_ASSERT (fired_us >= at_us);
  HS_ASSERT (g_source_is_destroyed (source));
}

static void
a_time_that_has_passed_fires_at_once (void)
{
  gint64 fired_us = 0;
  g_autoptr (GSource) source = hs_boot_clock_source_new (-5);

  g_source_set_callback (source, on_time, &fired_us, NULL);
  g_source_attach (source, NULL);
  HS_LOOP_UNTIL (fired_us != 0);
}

static void
a_destroyed_source_is_silent (void)
{
  gint64 fired_us = 0;
  gint64 other_us = 0;
  gint64 at_us = hs_boot_clock_now_us () + 10 * 1000;
  g_autoptr (GSource) source = hs_boot_clock_source_new (at_us);
  g_autoptr (GSource) later = hs_boot_clock_source_new (at_us + 20 * 1000);

  g_source_set_callback (source, on_time, &fired_us, NULL);
  g_source_attach (source, NULL);
  g_source_set_callback (later, on_time, &other_us, NULL);
  g_source_attach (later, NULL);
  g_source_destroy (source);
  HS_LOOP_UNTIL (other_us != 0);
  HS_ASSERT_INT_EQ (fired_us, 0);
}

HS_SUITE ("boot clock",
          { "a source fires once and not before its time",
            a_source_fires_once_and_not_before_its_time },
          { "a time that has passed fires at once", a_time_that_has_passed_fires_at_once },
          { "a destroyed source is silent", a_destroyed_source_is_silent })
