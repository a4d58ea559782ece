/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* What is special about logind: sessions that linger, signals that anybody may send, restarts of
 * logind and of the bus, and what an unprivileged service is refused. */

#include "login_desk_logind.h"
#include "platform/login_session.h"
#include "platform/power.h"
#include "support/loop.h"
#include "support/suite.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#define ANNA 1001
#define PROCESS 4711

static HsLoginSessions *sessions;
static HsPower *power;
static GString *story;
static guint sleeps;
static GAsyncResult *result;

static void
on_event (HsLoginSessions *told_by,
          HsLoginEvent event,
          const HsLoginSession *session,
          gpointer user_data)
{
  g_string_append_printf (story, "%c%s ", "?+-LUAI!0"[event], session != NULL ? session->id : "");
}

static void
on_power (HsPower *told_by, HsPowerEvent event, gpointer user_data)
{
  if (event == HS_POWER_EVENT_SLEEP_SOON)
    sleeps++;
}

static void
set_up (void)
{
  story = g_string_new (NULL);
  sleeps = 0;
}

static void
tear_down (void)
{
  g_clear_pointer (&sessions, hs_login_sessions_free);
  g_clear_pointer (&power, hs_power_free);
  hs_login_desk_close ();
  g_clear_object (&result);
  if (story != NULL)
    g_string_free (g_steal_pointer (&story), TRUE);
}

static void
expect (const char *expected)
{
  HS_LOOP_UNTIL (story->len >= strlen (expected));
  HS_ASSERT_STR_EQ (story->str, expected);
}

static void
begin (void)
{
  hs_login_desk_open ();
  sessions = hs_login_sessions_new ();
  hs_login_sessions_watch (sessions, on_event, NULL);
  expect ("! ");
}

static void
only_people_count (void)
{
  begin ();
  hs_login_desk_log_in_as ("c1", 112, "greeter", 0, "active");
  hs_login_desk_log_in_as ("c2", 0, "background", 0, "active");
  hs_login_desk_log_in_as ("c3", ANNA, "manager", 0, "active");
  hs_login_desk_log_in_as ("c4", ANNA, "user-early", 0, "online");
  expect ("! +c4 ");
}

static void
a_closing_session_has_ended (void)
{
  begin ();
  hs_login_desk_log_in_as ("c1", ANNA, "user", 0, "active");
  expect ("! +c1 ");
  hs_login_desk_log_in_as ("c2", ANNA, "user", 0, "closing");
  hs_login_desk_log_out ("c1");
  expect ("! +c1 -c1 ");
}

static void
a_session_ends_with_its_leader (void)
{
  pid_t leader = fork ();

  if (leader == 0)
    {
      pause ();
      _exit (0);
    }
  begin ();
  hs_login_desk_log_in_as ("c1", ANNA, "user", (guint32)leader, "active");
  expect ("! +c1 ");
  kill (leader, SIGKILL);
  waitpid (leader, NULL, 0);
  expect ("! +c1 -c1 ");
  HS_ASSERT (!hs_login_sessions_has_user (sessions, ANNA));
  /* logind still has it, and says so: it stays ended, and its end is told once. */
  hs_login_desk_set_active ("c1", FALSE);
  hs_login_desk_log_out ("c1");
  hs_login_desk_log_in ("c2", ANNA);
  expect ("! +c1 -c1 +c2 ");
}

static void
nobody_but_logind_is_believed (void)
{
  begin ();
  power = hs_power_new (on_power, NULL);
  HS_LOOP_UNTIL (hs_power_is_watched (power));
  hs_login_desk_log_in ("c1", ANNA);
  expect ("! +c1 ");
  hs_login_desk_lie ("c1");
  hs_login_desk_log_in ("c2", ANNA); /* what is told after the lie */
  expect ("! +c1 +c2 ");
  hs_login_desk_prepare_for_sleep (TRUE);
  HS_LOOP_UNTIL (sleeps > 0);
  HS_ASSERT_INT_EQ (sleeps, 1);
}

static void
a_restart_of_logind_tells_what_was_missed (void)
{
  begin ();
  hs_login_desk_log_in ("c1", ANNA);
  expect ("! +c1 ");
  hs_login_desk_set_service (FALSE);
  expect ("! +c1 0 ");
  hs_login_desk_set_service (TRUE); /* with nobody logged in */
  expect ("! +c1 0 -c1 ! ");
}

static void
a_restart_of_the_bus_is_survived (void)
{
  begin ();
  power = hs_power_new (on_power, NULL);
  HS_LOOP_UNTIL (hs_power_is_watched (power));
  hs_login_desk_set_bus (FALSE);
  expect ("! 0 ");
  HS_LOOP_UNTIL (!hs_power_is_watched (power));
  hs_login_desk_set_bus (TRUE);
  expect ("! 0 ! ");
  HS_LOOP_UNTIL (hs_power_is_watched (power));
  HS_LOOP_UNTIL (hs_login_desk_count_inhibitors ("delay") == 1);
  hs_login_desk_prepare_for_sleep (TRUE);
  HS_LOOP_UNTIL (sleeps == 1);
}

static void
without_a_bus_it_is_said_once (void)
{
  hs_login_desk_open ();
  hs_login_desk_set_bus (FALSE);
  sessions = hs_login_sessions_new ();
  hs_login_sessions_watch (sessions, on_event, NULL);
  power = hs_power_new (on_power, NULL);
  expect ("0 ");
  HS_ASSERT (g_str_has_prefix (hs_login_sessions_get_problem (sessions), "there is no system bus"));
  HS_LOOP_UNTIL (hs_power_get_problem (power) != NULL);
  HS_ASSERT (!hs_power_is_watched (power));
}

static void
a_bus_that_comes_later_is_found (void)
{
  hs_login_desk_open ();
  hs_login_desk_set_bus (FALSE);
  hs_login_desk_clear_away_bus ();
  sessions = hs_login_sessions_new ();
  hs_login_sessions_watch (sessions, on_event, NULL);
  power = hs_power_new (on_power, NULL);
  expect ("0 ");
  hs_login_desk_set_bus (TRUE);
  expect ("0 ! ");
  HS_LOOP_UNTIL (hs_power_is_watched (power));
}

static void
a_program_of_the_desktop_is_in_its_users_session (void)
{
  g_autoptr (GError) error = NULL;

  begin ();
  hs_login_desk_log_in ("c1", ANNA);
  expect ("! +c1 ");
  hs_login_desk_put_in_user_manager (PROCESS, ANNA, "c1");
  hs_login_sessions_find_process_async (sessions, PROCESS, NULL, hs_loop_store_result, &result);
  HS_LOOP_UNTIL (result != NULL);
  g_autofree char *found = hs_login_sessions_find_process_finish (sessions, result, &error);
  HS_ASSERT_NO_ERROR (error);
  HS_ASSERT_STR_EQ (found, "c1");
}

static void
what_polkit_refuses_is_said (void)
{
  g_autoptr (GError) error = NULL;

  hs_login_desk_open ();
  hs_login_desk_refuse ("Inhibit");
  power = hs_power_new (on_power, NULL);
  HS_LOOP_UNTIL (hs_power_is_watched (power) && hs_power_get_problem (power) != NULL);
  HS_ASSERT (strstr (hs_power_get_problem (power), "put off sleep") != NULL);
  HS_ASSERT_INT_EQ (hs_power_get_limit_us (power), 0);
  hs_login_desk_prepare_for_sleep (TRUE);
  HS_LOOP_UNTIL (sleeps == 1);
}

static void
ending_a_session_may_be_refused (void)
{
  g_autoptr (GError) error = NULL;

  hs_login_desk_open ();
  hs_login_desk_refuse ("TerminateSession");
  begin ();
  hs_login_desk_log_in ("c1", ANNA);
  expect ("! +c1 ");
  hs_login_sessions_end_async (sessions, "c1", NULL, hs_loop_store_result, &result);
  HS_LOOP_UNTIL (result != NULL);
  HS_ASSERT (!hs_login_sessions_end_finish (sessions, result, &error));
  HS_ASSERT (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED));
}

static void
a_question_ends_with_the_watch (void)
{
  g_autoptr (GError) error = NULL;

  begin ();
  hs_login_sessions_find_process_async (sessions, PROCESS, NULL, hs_loop_store_result, &result);
  g_clear_pointer (&sessions, hs_login_sessions_free);
  HS_LOOP_UNTIL (result != NULL);
  HS_ASSERT (hs_login_sessions_find_process_finish (NULL, result, &error) == NULL);
  HS_ASSERT (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED));
}

HS_SUITE_WITH ("logind",
               set_up,
               tear_down,
               { "greeters, cron jobs and service managers are nobody", only_people_count },
               { "a session that is closing is none", a_closing_session_has_ended },
               { "a session ends with the process that leads it, whatever is left in it",
                 a_session_ends_with_its_leader },
               { "nobody but logind is believed", nobody_but_logind_is_believed },
               { "what was missed while logind restarted is told",
                 a_restart_of_logind_tells_what_was_missed },
               { "a restart of the bus is survived", a_restart_of_the_bus_is_survived },
               { "without a bus that is said, once", without_a_bus_it_is_said_once },
               { "a bus that comes later is found", a_bus_that_comes_later_is_found },
               { "a program that the desktop started is in its user's session",
                 a_program_of_the_desktop_is_in_its_users_session },
               { "what polkit refuses is said", what_polkit_refuses_is_said },
               { "ending a session may be refused", ending_a_session_may_be_refused },
               { "a question ends with the watch", a_question_ends_with_the_watch })
