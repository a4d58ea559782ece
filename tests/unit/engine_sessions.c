/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

#include "engine/identity/sessions.h"

#include "support/suite.h"

#include <string.h>

#define ALICE 1001
#define BOB 1002
#define NOW_US (G_GINT64_CONSTANT (1764000000) * G_USEC_PER_SEC)

static const HsId alice = { { 1 } };
static const HsId bob = { { 2 } };

static HsSecretBytes *
secret_of (const char *text)
{
  return hs_secret_bytes_new_copy ((const guint8 *)text, strlen (text));
}

static gboolean
is_session (const HsSecretBytes *session, const char *text)
{
  return session != NULL && hs_secret_bytes_get_length (session) == strlen (text)
         && memcmp (hs_secret_bytes_peek (session), text, strlen (text)) == 0;
}

static void
each_user_has_the_own_last_session (void)
{
  HsId identity = { { 0 } };
  g_autoptr (HsSessions) sessions = hs_sessions_new ();
  g_autoptr (HsSecretBytes) first = secret_of ("first");
  g_autoptr (HsSecretBytes) second = secret_of ("second");

  HS_ASSERT (hs_sessions_find (sessions, ALICE, NOW_US) == NULL);
  hs_sessions_put (sessions, ALICE, &alice, first, NOW_US + 10);
  hs_sessions_put (sessions, BOB, &bob, first, NOW_US + 10);
  hs_sessions_put (sessions, ALICE, &alice, second, NOW_US + 10);
  HS_ASSERT (is_session (hs_sessions_find (sessions, ALICE, NOW_US), "second"));
  HS_ASSERT (is_session (hs_sessions_find (sessions, BOB, NOW_US), "first"));
  HS_ASSERT (hs_sessions_find_identity (sessions, BOB, NOW_US, &identity));
  HS_ASSERT (hs_id_equal (&identity, &bob));
}

static void
a_session_ends_with_its_time_and_does_not_come_back (void)
{
  HsId identity;
  g_autoptr (HsSessions) sessions = hs_sessions_new ();
  g_autoptr (HsSecretBytes) secret = secret_of ("secret");

  hs_sessions_put (sessions, ALICE, &alice, secret, NOW_US + 10);
  HS_ASSERT (hs_sessions_find (sessions, ALICE, NOW_US + 9) != NULL);
  HS_ASSERT (!hs_sessions_find_identity (sessions, ALICE, NOW_US + 10, &identity));
  HS_ASSERT (hs_sessions_find (sessions, ALICE, NOW_US + 10) == NULL);
  HS_ASSERT (hs_sessions_find (sessions, ALICE, NOW_US) == NULL);
}

static void
forgetting_one_leaves_the_others_and_forgetting_all_leaves_none (void)
{
  g_autoptr (HsSessions) sessions = hs_sessions_new ();
  g_autoptr (HsSecretBytes) secret = secret_of ("secret");

  hs_sessions_put (sessions, ALICE, &alice, secret, NOW_US + 10);
  hs_sessions_put (sessions, BOB, &bob, secret, NOW_US + 10);
  hs_sessions_forget (sessions, ALICE);
  HS_ASSERT (hs_sessions_find (sessions, ALICE, NOW_US) == NULL);
  HS_ASSERT (hs_sessions_find (sessions, BOB, NOW_US) != NULL);
  hs_sessions_forget_all (sessions);
  HS_ASSERT (hs_sessions_find (sessions, BOB, NOW_US) == NULL);
}

static void
signing_out_is_counted_and_expiring_is_not (void)
{
  g_autoptr (HsSessions) sessions = hs_sessions_new ();
  g_autoptr (HsSecretBytes) secret = secret_of ("secret");
  guint of_alice = hs_sessions_count_ends (sessions, ALICE);
  guint of_bob = hs_sessions_count_ends (sessions, BOB);

  hs_sessions_put (sessions, ALICE, &alice, secret, NOW_US);
  HS_ASSERT (hs_sessions_find (sessions, ALICE, NOW_US) == NULL);
  HS_ASSERT (hs_sessions_count_ends (sessions, ALICE) == of_alice);
  hs_sessions_forget (sessions, ALICE);
  HS_ASSERT (hs_sessions_count_ends (sessions, ALICE) != of_alice);
  HS_ASSERT (hs_sessions_count_ends (sessions, BOB) == of_bob);
  hs_sessions_forget_all (sessions);
  HS_ASSERT (hs_sessions_count_ends (sessions, BOB) != of_bob);
}

HS_SUITE ("engine/identity/sessions",
          { "each user has the own last session", each_user_has_the_own_last_session },
          { "a session ends with its time and does not come back",
            a_session_ends_with_its_time_and_does_not_come_back },
          { "forgetting one leaves the others, and forgetting all leaves none",
            forgetting_one_leaves_the_others_and_forgetting_all_leaves_none },
          { "signing out is counted, and expiring is not",
            signing_out_is_counted_and_expiring_is_not })
