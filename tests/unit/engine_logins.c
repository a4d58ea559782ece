/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Keys of OS users go with their login sessions, and on a shared workstation with the screen. */

#include "engine/host/logins.h"

#include "platform/fake/login_session.h"
#include "support/loop.h"
#include "support/suite.h"

#define ANNA_UID 1000
#define BEN_UID 1001

static HsLoginSessions *login_sessions;
static HsIdentities *identities;
static HsSessions *sign_ins;
static HsConfig *config;
static HsLogins *logins;

static void
put_owner_key_async (gpointer data,
                     const HsLedgerOwnerKey *key,
                     GAsyncReadyCallback callback,
                     gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, callback, user_data);

  g_task_return_boolean (task, TRUE);
}

static gboolean
finish (gpointer data, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* Standing alone, an OS user is somebody by the number. */
static void
unlock (guint32 uid)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  guint8 unused[HS_X25519_BYTES];
  g_autoptr (HsSecretBytes) key = hs_x25519_generate (unused, &error);
  HsId identity;

  HS_ASSERT (hs_identities_find (identities, uid, &identity));
  hs_identities_put_key_async (identities, &identity, key, HS_UNLOCK_REPLACE, hs_loop_store_result,
                               &result);
  HS_LOOP_UNTIL (result != NULL);
  HS_ASSERT (hs_identities_unlock_finish (identities, result, &identity, &error));
  HS_ASSERT_NO_ERROR (error);
}

static gboolean
is_unlocked (guint32 uid)
{
  HsId identity;

  while (g_main_context_iteration (NULL, FALSE))
    continue;
  HS_ASSERT (hs_identities_find (identities, uid, &identity));
  return hs_identities_get_key_state (identities, &identity) == HS_KEY_UNLOCKED;
}

static void
begin (const char *mode, gboolean sign_out_on_lock)
{
  HsIdentitiesSetup setup
      = { .store = { .put_owner_key_async = put_owner_key_async, .finish = finish },
          .idle_limit_us = G_TIME_SPAN_HOUR,
          .absolute_limit_us = G_TIME_SPAN_DAY };
  g_autoptr (GError) error = NULL;

  hs_fake_login_reset ();
  config = hs_config_new ();
  g_free (config->people_mode);
  config->people_mode = g_strdup (mode);
  config->sign_out_on_lock = sign_out_on_lock;
  login_sessions = hs_login_sessions_new ();
  identities = hs_identities_new (&setup, &error);
  HS_ASSERT_NO_ERROR (error);
  sign_ins = hs_sessions_new ();
  const HsLoginsParts parts = { .config = config,
                                .login_sessions = login_sessions,
                                .identities = identities,
                                .sessions = sign_ins };
  logins = hs_logins_new (&parts);
  hs_fake_login_add ("1", ANNA_UID);
  hs_fake_login_add ("2", BEN_UID);
  unlock (ANNA_UID);
  unlock (BEN_UID);
  HS_ASSERT (is_unlocked (ANNA_UID) && is_unlocked (BEN_UID));
}

static void
tear_down (void)
{
  g_clear_pointer (&logins, hs_logins_free);
  g_clear_pointer (&sign_ins, hs_sessions_free);
  g_clear_pointer (&identities, hs_identities_free);
  g_clear_pointer (&login_sessions, hs_login_sessions_free);
  g_clear_pointer (&config, hs_config_free);
}

static void
on_a_shared_workstation_a_locked_screen_locks_that_key_and_no_other (void)
{
  begin ("shared", TRUE);
  hs_fake_login_set_locked ("1", TRUE);
  HS_ASSERT (!is_unlocked (ANNA_UID) && is_unlocked (BEN_UID));
  unlock (ANNA_UID);
  hs_fake_login_set_locked ("1", FALSE);
  HS_ASSERT (is_unlocked (ANNA_UID));
  hs_fake_login_set_active ("2", FALSE); /* somebody else's session comes to the front */
  HS_ASSERT (is_unlocked (ANNA_UID) && !is_unlocked (BEN_UID));
}

static void
a_second_session_in_front_keeps_the_key (void)
{
  begin ("shared", TRUE);
  hs_fake_login_add ("3", ANNA_UID);
  hs_fake_login_set_locked ("1", TRUE);
  HS_ASSERT (is_unlocked (ANNA_UID));
  hs_fake_login_set_locked ("3", TRUE);
  HS_ASSERT (!is_unlocked (ANNA_UID));
}

static void
where_it_is_not_wanted_a_locked_screen_keeps_the_key (void)
{
  begin ("shared", FALSE);
  hs_fake_login_set_locked ("1", TRUE);
  HS_ASSERT (is_unlocked (ANNA_UID));
  tear_down ();
  begin ("personal", TRUE);
  hs_fake_login_set_locked ("1", TRUE);
  HS_ASSERT (is_unlocked (ANNA_UID));
}

static void
the_last_logout_locks_the_key_and_ends_the_sign_in (void)
{
  static const HsId identity = { { 9 } };
  g_autoptr (HsSecretBytes) session = hs_secret_bytes_new_copy ((const guint8 *)"s", 1);

  begin ("personal", TRUE);
  hs_sessions_put (sign_ins, ANNA_UID, &identity, session, G_MAXINT64);
  hs_fake_login_add ("3", ANNA_UID);
  hs_fake_login_remove ("1");
  HS_ASSERT (is_unlocked (ANNA_UID));
  HS_ASSERT (hs_sessions_find (sign_ins, ANNA_UID, 1) != NULL);
  hs_fake_login_remove ("3");
  HS_ASSERT (!is_unlocked (ANNA_UID) && is_unlocked (BEN_UID));
  HS_ASSERT (hs_sessions_find (sign_ins, ANNA_UID, 1) == NULL);
}

HS_SUITE_WITH ("engine/host/logins",
               NULL,
               tear_down,
               { "on a shared workstation a locked screen locks that key and no other",
                 on_a_shared_workstation_a_locked_screen_locks_that_key_and_no_other },
               { "a second session in front keeps the key",
                 a_second_session_in_front_keeps_the_key },
               { "where it is not wanted a locked screen keeps the key",
                 where_it_is_not_wanted_a_locked_screen_keeps_the_key },
               { "the last logout locks the key and ends the sign-in",
                 the_last_logout_locks_the_key_and_ends_the_sign_in })
