/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The login session of a kiosk, in memory. */

#include "engine/identity/presence.h"

#include "platform/fake/login_session.h"
#include "support/suite.h"

#define ANNA_UID 1000
#define COUNTER_UID 1500

static HsLoginSessions *sessions;
static HsConfig *config;
static HsPresence *presence;
static guint n_sign_outs;

static void
on_sign_out (gpointer data, const char *why)
{
  n_sign_outs++;
}

static guint
count_sign_outs (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    continue;
  return n_sign_outs;
}

static void
begin (gboolean sign_out_on_lock)
{
  HsPresenceParts parts = { .uid = COUNTER_UID, .sign_out = on_sign_out };

  hs_fake_login_reset ();
  config = hs_config_new ();
  config->sign_out_on_lock = sign_out_on_lock;
  n_sign_outs = 0;
  sessions = hs_login_sessions_new ();
  parts.login_sessions = sessions;
  parts.config = config;
  presence = hs_presence_new (&parts);
  hs_fake_login_add ("1", ANNA_UID);
  hs_fake_login_add ("9", COUNTER_UID);
  (void)count_sign_outs ();
  n_sign_outs = 0;
}

static void
tear_down (void)
{
  g_clear_pointer (&presence, hs_presence_free);
  g_clear_pointer (&sessions, hs_login_sessions_free);
  g_clear_pointer (&config, hs_config_free);
}

static void
lock_switch_and_logout_sign_out (void)
{
  begin (TRUE);
  hs_fake_login_set_locked ("9", TRUE);
  HS_ASSERT_INT_EQ (count_sign_outs (), 1);
  hs_fake_login_set_locked ("9", FALSE);
  hs_fake_login_set_active ("9", FALSE);
  HS_ASSERT (count_sign_outs () >= 2);
  n_sign_outs = 0;
  hs_fake_login_remove ("9");
  HS_ASSERT_INT_EQ (count_sign_outs (), 1);
}

static void
a_locked_screen_does_not_where_it_is_not_wanted (void)
{
  begin (FALSE);
  hs_fake_login_set_locked ("9", TRUE);
  hs_fake_login_set_active ("9", FALSE);
  HS_ASSERT_INT_EQ (count_sign_outs (), 0);
  hs_fake_login_remove ("9");
  HS_ASSERT_INT_EQ (count_sign_outs (), 1);
}

static void
other_accounts_sign_nobody_out (void)
{
  begin (TRUE);
  hs_fake_login_set_locked ("1", TRUE);
  hs_fake_login_remove ("1");
  HS_ASSERT_INT_EQ (count_sign_outs (), 0);
}

HS_SUITE_WITH ("engine/identity/presence",
               NULL,
               tear_down,
               { "lock, switch and logout sign out", lock_switch_and_logout_sign_out },
               { "a locked screen does not where it is not wanted",
                 a_locked_screen_does_not_where_it_is_not_wanted },
               { "other accounts sign nobody out", other_accounts_sign_nobody_out })
