/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* platform/power.h: against logind on a bus of its own, and against the fake. */

#include "login_desk.h"
#include "platform/power.h"
#include "support/loop.h"
#include "support/suite.h"

static HsPower *power;
static GString *story; /* of what was told but CHANGED: "sleep awake " */

static void
on_event (HsPower *told_by, HsPowerEvent event, gpointer user_data)
{
  static const char *const words[]
      = { "none ", "sleep ", "awake ", "shutdown ", "called-off ", "" };

  g_string_append (story, words[event]);
}

static void
set_up (void)
{
  story = g_string_new (NULL);
}

static void
tear_down (void)
{
  g_clear_pointer (&power, hs_power_free);
  hs_login_desk_close ();
  if (story != NULL)
    g_string_free (g_steal_pointer (&story), TRUE);
}

static void
begin (void)
{
  hs_login_desk_open ();
  power = hs_power_new (on_event, NULL);
  HS_LOOP_UNTIL (hs_power_is_watched (power) && hs_power_get_limit_us (power) > 0);
  HS_ASSERT (hs_power_get_problem (power) == NULL);
}

static void
expect (const char *expected)
{
  HS_LOOP_UNTIL (story->len >= strlen (expected));
  HS_ASSERT_STR_EQ (story->str, expected);
}

static void
sleep_waits_until_we_are_ready (void)
{
  begin ();
  HS_ASSERT_INT_EQ (hs_login_desk_count_inhibitors ("delay"), 1);
  hs_login_desk_prepare_for_sleep (TRUE);
  expect ("sleep ");
  HS_ASSERT_INT_EQ (hs_login_desk_count_inhibitors ("delay"), 1);
  hs_power_say_ready (power);
  HS_LOOP_UNTIL (hs_login_desk_count_inhibitors ("delay") == 0);
}

static void
it_is_put_off_again_after_waking (void)
{
  begin ();
  for (int i = 0; i < 2; i++)
    {
      g_string_truncate (story, 0);
      hs_login_desk_prepare_for_sleep (TRUE);
      expect ("sleep ");
      hs_power_say_ready (power);
      HS_LOOP_UNTIL (hs_login_desk_count_inhibitors ("delay") == 0);
      hs_login_desk_prepare_for_sleep (FALSE);
      expect ("sleep awake ");
      HS_LOOP_UNTIL (hs_login_desk_count_inhibitors ("delay") == 1);
    }
}

static void
shutdown_is_put_off_as_well (void)
{
  begin ();
  hs_login_desk_prepare_for_shutdown (TRUE);
  expect ("shutdown ");
  hs_power_say_ready (power);
  HS_LOOP_UNTIL (hs_login_desk_count_inhibitors ("delay") == 0);
  hs_login_desk_prepare_for_shutdown (FALSE);
  expect ("shutdown called-off ");
  HS_LOOP_UNTIL (hs_login_desk_count_inhibitors ("delay") == 1);
}

static void
the_machine_is_kept_awake_as_long_as_wanted (void)
{
  begin ();
  HS_ASSERT_INT_EQ (hs_login_desk_count_inhibitors ("block"), 0);
  hs_power_keep_awake (power, TRUE, "A document is on its way to a printer");
  hs_power_keep_awake (power, TRUE, "A document is on its way to a printer");
  HS_LOOP_UNTIL (hs_login_desk_count_inhibitors ("block") == 1);
  hs_power_keep_awake (power, FALSE, NULL);
  HS_LOOP_UNTIL (hs_login_desk_count_inhibitors ("block") == 0);
}

static void
a_short_wish_leaves_nothing_behind (void)
{
  begin ();
  hs_power_keep_awake (power, TRUE, "A document is on its way to a printer");
  hs_power_keep_awake (power, FALSE, NULL);
  hs_power_keep_awake (power, TRUE, "A document is on its way to a printer");
  HS_LOOP_UNTIL (hs_login_desk_count_inhibitors ("block") == 1);
  hs_power_keep_awake (power, FALSE, NULL);
  HS_LOOP_UNTIL (hs_login_desk_count_inhibitors ("block") == 0);
}

static void
being_ready_without_need_changes_nothing (void)
{
  begin ();
  hs_login_desk_prepare_for_sleep (TRUE);
  expect ("sleep ");
  hs_power_say_ready (power);
  hs_power_say_ready (power);
  HS_LOOP_UNTIL (hs_login_desk_count_inhibitors ("delay") == 0);
}

static void
the_service_may_go (void)
{
  begin ();
  hs_login_desk_set_service (FALSE);
  HS_LOOP_UNTIL (!hs_power_is_watched (power));
  HS_ASSERT_INT_EQ (hs_power_get_limit_us (power), 0);
  HS_LOOP_UNTIL (hs_power_get_problem (power) != NULL);
  hs_power_keep_awake (power, TRUE, "A document is on its way to a printer");
  hs_login_desk_set_service (TRUE);
  HS_LOOP_UNTIL (hs_power_is_watched (power));
  HS_LOOP_UNTIL (hs_login_desk_count_inhibitors ("delay") == 1);
  HS_LOOP_UNTIL (hs_login_desk_count_inhibitors ("block") == 1);
  HS_ASSERT_STR_EQ (story->str, "");
}

HS_SUITE_WITH ("power",
               set_up,
               tear_down,
               { "sleep waits until we are ready", sleep_waits_until_we_are_ready },
               { "it is put off again after waking", it_is_put_off_again_after_waking },
               { "shutdown is put off as well, and may be called off",
                 shutdown_is_put_off_as_well },
               { "the machine is kept awake as long as it is wanted",
                 the_machine_is_kept_awake_as_long_as_wanted },
               { "a wish that is taken back at once leaves nothing behind",
                 a_short_wish_leaves_nothing_behind },
               { "being ready twice is harmless", being_ready_without_need_changes_nothing },
               { "the service may go and come", the_service_may_go })
