/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

#include "serve/admins.h"

#include "support/loop.h"
#include "support/suite.h"

static int questions; /* touched by workers */
static GThread *main_thread;
static gboolean was_asked_here;

static gboolean
is_member (guint32 uid, const char *group)
{
  g_atomic_int_inc (&questions);
  was_asked_here |= g_thread_self () == main_thread;
  return uid == 1001 && g_str_equal (group, "admins");
}

static gboolean
ask (HsAdmins *admins, guint32 uid)
{
  g_autoptr (GAsyncResult) result = NULL;

  hs_admins_ask_async (admins, uid, hs_loop_store_result, &result);
  HS_LOOP_UNTIL (result != NULL);
  return hs_admins_ask_finish (result);
}

static void
members_and_root_are_asked_for_once_and_elsewhere (void)
{
  g_autoptr (HsAdmins) admins = hs_admins_new ("admins", is_member);

  main_thread = g_thread_self ();
  HS_ASSERT (ask (admins, 0));
  HS_ASSERT_INT_EQ (g_atomic_int_get (&questions), 0);
  for (guint i = 0; i < 3; i++)
    {
      HS_ASSERT (ask (admins, 1001));
      HS_ASSERT (!ask (admins, 1002));
    }
  HS_ASSERT_INT_EQ (g_atomic_int_get (&questions), 2);
  HS_ASSERT (!was_asked_here);
}

static void
a_question_outlives_the_askers_server (void)
{
  g_autoptr (GAsyncResult) result = NULL;
  HsAdmins *admins = hs_admins_new ("admins", is_member);

  hs_admins_ask_async (admins, 1001, hs_loop_store_result, &result);
  hs_admins_free (admins);
  HS_LOOP_UNTIL (result != NULL);
  HS_ASSERT (hs_admins_ask_finish (result));
}

HS_SUITE ("admins",
          { "members and root are asked for once, and elsewhere",
            members_and_root_are_asked_for_once_and_elsewhere },
          { "a question outlives the asker's server", a_question_outlives_the_askers_server })
