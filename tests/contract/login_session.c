/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* platform/login_session.h: against logind on a bus of its own, and against the fake. */

#include "login_desk.h"
#include "platform/login_session.h"
#include "support/loop.h"
#include "support/suite.h"

#define ANNA 1001
#define BERT 1002
#define PROCESS 4711

static HsLoginSessions *sessions;
static GString *story; /* what was told: "+c1 " came, "-c1 " went, "! " watched, … */
static GAsyncResult *result;

static void
on_event (HsLoginSessions *told_by,
          HsLoginEvent event,
          const HsLoginSession *session,
          gpointer user_data)
{
  g_string_append_printf (story, "%c%s ", "?+-LUAI!0"[event], session != NULL ? session->id : "");
  HS_ASSERT (told_by == sessions);
}

static void
set_up (void)
{
  story = g_string_new (NULL);
}

static void
tear_down (void)
{
  g_clear_pointer (&sessions, hs_login_sessions_free);
  hs_login_desk_close ();
  g_clear_object (&result);
  if (story != NULL)
    g_string_free (g_steal_pointer (&story), TRUE);
}

static void
begin (void)
{
  hs_login_desk_open ();
  sessions = hs_login_sessions_new ();
  HS_ASSERT_INT_EQ (hs_login_sessions_watch (sessions, on_event, NULL), 1);
  HS_LOOP_UNTIL (strchr (story->str, '!') != NULL);
  HS_ASSERT (hs_login_sessions_is_watched (sessions));
  HS_ASSERT (hs_login_sessions_get_problem (sessions) == NULL);
}

static void
expect (const char *expected)
{
  HS_LOOP_UNTIL (story->len >= strlen (expected));
  HS_ASSERT_STR_EQ (story->str, expected);
}

static void
who_is_there_is_told_first (void)
{
  hs_login_desk_open ();
  hs_login_desk_log_in ("c1", ANNA);
  begin ();
  expect ("+c1 ! ");
  HS_ASSERT (hs_login_sessions_has_user (sessions, ANNA));
  HS_ASSERT (!hs_login_sessions_has_user (sessions, BERT));
}

static void
people_come_and_go (void)
{
  begin ();
  hs_login_desk_log_in ("c1", ANNA);
  hs_login_desk_log_in ("c2", BERT);
  expect ("! +c1 +c2 ");
  g_autoptr (GPtrArray) list = hs_login_sessions_list (sessions);
  HS_ASSERT_INT_EQ (list->len, 2);
  HS_ASSERT_INT_EQ (hs_login_sessions_find (sessions, "c2")->uid, BERT);
  hs_login_desk_log_out ("c1");
  expect ("! +c1 +c2 -c1 ");
  HS_ASSERT (hs_login_sessions_find (sessions, "c1") == NULL);
  HS_ASSERT (!hs_login_sessions_has_user (sessions, ANNA));
}

static void
the_second_session_of_a_person_keeps_them_here (void)
{
  begin ();
  hs_login_desk_log_in ("c1", ANNA);
  hs_login_desk_log_in ("c2", ANNA);
  expect ("! +c1 +c2 ");
  hs_login_desk_log_out ("c1");
  expect ("! +c1 +c2 -c1 ");
  HS_ASSERT (hs_login_sessions_has_user (sessions, ANNA));
}

static void
screens_are_locked_and_changed (void)
{
  begin ();
  hs_login_desk_log_in ("c1", ANNA);
  expect ("! +c1 ");
  hs_login_desk_set_locked ("c1", TRUE);
  expect ("! +c1 Lc1 ");
  HS_ASSERT (hs_login_sessions_find (sessions, "c1")->is_locked);
  hs_login_desk_set_active ("c1", FALSE);
  expect ("! +c1 Lc1 Ic1 ");
  HS_ASSERT (!hs_login_sessions_find (sessions, "c1")->is_active);
  hs_login_desk_set_active ("c1", TRUE);
  expect ("! +c1 Lc1 Ic1 Ac1 ");
  hs_login_desk_set_locked ("c1", FALSE);
  expect ("! +c1 Lc1 Ic1 Ac1 Uc1 ");
  HS_ASSERT (!hs_login_sessions_find (sessions, "c1")->is_locked);
}

static void
nobody_is_told_who_does_not_watch (void)
{
  begin ();
  hs_login_sessions_unwatch (sessions, 1);
  HS_ASSERT_INT_EQ (hs_login_sessions_watch (sessions, on_event, NULL), 2);
  hs_login_desk_log_in ("c1", ANNA);
  expect ("! +c1 ");
}

static void
what_happens_without_the_service_is_told_after (void)
{
  begin ();
  hs_login_desk_log_in ("c1", ANNA);
  expect ("! +c1 ");
  hs_login_desk_set_service (FALSE);
  expect ("! +c1 0 ");
  HS_ASSERT (!hs_login_sessions_is_watched (sessions));
  HS_ASSERT (hs_login_sessions_get_problem (sessions) != NULL);
  HS_ASSERT (hs_login_sessions_find (sessions, "c1") != NULL);
  hs_login_sessions_find_process_async (sessions, PROCESS, NULL, hs_loop_store_result, &result);
  HS_LOOP_UNTIL (result != NULL);
  g_autoptr (GError) error = NULL;
  HS_ASSERT (hs_login_sessions_find_process_finish (sessions, result, &error) == NULL);
  HS_ASSERT (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED));
}

static char *
find_process (GError **error)
{
  g_clear_object (&result);
  hs_login_sessions_find_process_async (sessions, PROCESS, NULL, hs_loop_store_result, &result);
  HS_LOOP_UNTIL (result != NULL);
  return hs_login_sessions_find_process_finish (sessions, result, error);
}

static void
a_process_has_a_session_or_none (void)
{
  g_autoptr (GError) error = NULL;

  begin ();
  hs_login_desk_log_in ("c1", ANNA);
  hs_login_desk_put_process (PROCESS, "c1");
  expect ("! +c1 ");
  g_autofree char *found = find_process (&error);
  HS_ASSERT_NO_ERROR (error);
  HS_ASSERT_STR_EQ (found, "c1");
  hs_login_desk_put_process (PROCESS, NULL);
  HS_ASSERT (find_process (&error) == NULL);
  HS_ASSERT (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND));
}

static void
a_session_that_is_not_there_cannot_be_ended (void)
{
  g_autoptr (GError) error = NULL;

  begin ();
  hs_login_sessions_end_async (sessions, "c9", NULL, hs_loop_store_result, &result);
  HS_LOOP_UNTIL (result != NULL);
  HS_ASSERT (!hs_login_sessions_end_finish (sessions, result, &error));
  HS_ASSERT (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND));
  g_clear_error (&error);
  g_clear_object (&result);
  hs_login_desk_log_in ("c1", ANNA);
  expect ("! +c1 ");
  hs_login_sessions_end_async (sessions, "c1", NULL, hs_loop_store_result, &result);
  HS_LOOP_UNTIL (result != NULL);
  HS_ASSERT (hs_login_sessions_end_finish (sessions, result, &error));
}

HS_SUITE_WITH ("login sessions",
               set_up,
               tear_down,
               { "who is there already is told before it is said that sessions are watched",
                 who_is_there_is_told_first },
               { "people come and go", people_come_and_go },
               { "a person's second session keeps them here",
                 the_second_session_of_a_person_keeps_them_here },
               { "screens are locked, and change hands", screens_are_locked_and_changed },
               { "who does not watch any more is not told", nobody_is_told_who_does_not_watch },
               { "without the service the last word stays, and questions are not answered",
                 what_happens_without_the_service_is_told_after },
               { "a process is in a session, or in none", a_process_has_a_session_or_none },
               { "a session can be ended if it is there",
                 a_session_that_is_not_there_cannot_be_ended })
