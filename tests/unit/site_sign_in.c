/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

#include "base/error.h"
#include "site/people/password.h"
#include "site/people/sign_in.h"
#include "support/site_fixture.h"
#include "support/suite.h"

static SiteFixture fixture;

static void
set_up (void)
{
  site_fixture_init (&fixture);
}

static void
tear_down (void)
{
  site_fixture_clear (&fixture);
}

static gboolean
try_once (const char *name, const char *address, gint64 now_us, guint *retry_s)
{
  g_autoptr (GError) error = NULL;

  const HsSignInPlace place = { .address = address };

  gboolean open = hs_sign_in_begin (&fixture.site, name, &place, now_us, retry_s, &error);
  if (!open)
    HS_ASSERT_ERROR (error, HS_ERROR_TEMPORARY);
  return open;
}

static void
the_delay_doubles_from_the_limit_to_the_cap (void)
{
  static const guint expected[] = { 0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60 };

  for (guint count = 0; count < G_N_ELEMENTS (expected); count++)
    HS_ASSERT_INT_EQ (hs_sign_in_delay_s (count, 5, 60), expected[count]);
  HS_ASSERT_INT_EQ (hs_sign_in_delay_s (G_MAXUINT, 5, 60), 60);
}

static void
a_person_who_fails_waits_and_others_do_not (void)
{
  guint retry_s = 0;

  for (guint i = 0; i < HS_SIGN_IN_FREE_TRIES_PERSON; i++)
    HS_ASSERT (try_once ("ada", "192.0.2.1", SITE_NOW_US, &retry_s));
  HS_ASSERT (!try_once ("ada", "192.0.2.2", SITE_NOW_US, &retry_s));
  HS_ASSERT (retry_s >= 1);
  HS_ASSERT (try_once ("bob", "192.0.2.1", SITE_NOW_US, &retry_s));
  HS_ASSERT (try_once ("ada", "192.0.2.1", SITE_NOW_US + 2 * G_TIME_SPAN_SECOND, &retry_s));
  HS_ASSERT (!try_once ("ada", "192.0.2.1", SITE_NOW_US + 2 * G_TIME_SPAN_SECOND, &retry_s));
  HS_ASSERT (retry_s >= 2);
}

static void
another_way_to_write_the_name_brings_no_new_tries (void)
{
  static const char *const ways[] = { "ada", "Ada", "aDa", "adA", "ADA" };
  guint retry_s = 0;

  for (guint i = 0; i < HS_SIGN_IN_FREE_TRIES_PERSON; i++)
    HS_ASSERT (try_once (ways[i % G_N_ELEMENTS (ways)], "192.0.2.1", SITE_NOW_US, &retry_s));
  HS_ASSERT (!try_once ("AdA", "192.0.2.2", SITE_NOW_US, &retry_s));
  HS_ASSERT (retry_s >= 1);
}

static void
an_address_that_tries_many_names_waits (void)
{
  guint retry_s = 0;

  for (guint i = 0; i < HS_SIGN_IN_FREE_TRIES_ADDRESS; i++)
    {
      g_autofree char *name = g_strdup_printf ("user%u", i);
      g_autofree char *address = g_strdup_printf ("2001:db8::%x", i);
      HS_ASSERT (try_once (name, address, SITE_NOW_US, &retry_s));
    }
  HS_ASSERT (!try_once ("another", "2001:db8::ffff", SITE_NOW_US, &retry_s));
  HS_ASSERT (try_once ("another", "2001:db8:1::1", SITE_NOW_US, &retry_s));
}

static void
a_success_forgets_the_persons_failures_and_one_of_the_address (void)
{
  g_autoptr (GError) error = NULL;
  HsId ada = site_fixture_id (1);
  const HsSignInPlace place = { .address = "192.0.2.1" };
  HsStoreFailures failures;
  guint retry_s = 0;

  site_fixture_add_user (&fixture, &ada, "ada");
  for (guint i = 0; i < 4; i++)
    HS_ASSERT (try_once ("ada", "192.0.2.1", SITE_NOW_US, &retry_s));
  HS_ASSERT (hs_sign_in_succeed (&fixture.site, "ada", &place, &error));
  HS_ASSERT (hs_store_get_failures (fixture.site.store, "address:192.0.2.1", &failures, &error));
  HS_ASSERT_INT_EQ (failures.count, 3);
  for (guint i = 0; i < HS_SIGN_IN_FREE_TRIES_PERSON; i++)
    HS_ASSERT (try_once ("ada", "192.0.2.9", SITE_NOW_US, &retry_s));
}

static void
a_session_is_found_by_its_token_until_it_ends (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HsStoreSession) made = NULL;
  HsId ada = site_fixture_id (1);

  site_fixture_add_user (&fixture, &ada, "ada");
  g_autoptr (HsStoreUser) user = hs_store_get_user (fixture.site.store, &ada, &error);
  g_autofree char *token
      = hs_sign_in_make_session (&fixture.site, user, NULL, FALSE, SITE_NOW_US, &made, &error);
  HS_ASSERT_NO_ERROR (error);
  g_autoptr (HsStoreSession) found
      = hs_sign_in_find_session (&fixture.site, token, made->expires_us - 1, &error);
  HS_ASSERT_STR_EQ (found->csrf, made->csrf);
  HS_ASSERT (hs_sign_in_find_session (&fixture.site, "other", SITE_NOW_US, &error) == NULL);
  HS_ASSERT_ERROR (error, HS_ERROR_NOT_FOUND);
  g_clear_error (&error);
  HS_ASSERT (hs_sign_in_find_session (&fixture.site, token, made->expires_us, &error) == NULL);
  HS_ASSERT_ERROR (error, HS_ERROR_EXPIRED);
}

static gboolean
try_terminal (const char *name, const HsId *terminal, gint64 now_us)
{
  const HsSignInPlace place = { .address = "192.0.2.1", .terminal = terminal };
  g_autoptr (GError) error = NULL;
  guint retry_s = 0;

  return hs_sign_in_begin (&fixture.site, name, &place, now_us, &retry_s, &error);
}

static void
a_terminal_waits_without_its_address_and_forgets_with_time (void)
{
  const gint64 forgotten_us = HS_SIGN_IN_FORGET_TERMINAL_S * G_TIME_SPAN_SECOND;
  HsId one = site_fixture_id (1), other = site_fixture_id (2);
  guint retry_s = 0;

  for (guint i = 0; i < HS_SIGN_IN_FREE_TRIES_TERMINAL; i++)
    HS_ASSERT (try_terminal (NULL, &one, SITE_NOW_US));
  HS_ASSERT (!try_terminal (NULL, &one, SITE_NOW_US));
  HS_ASSERT (try_terminal (NULL, &other, SITE_NOW_US));
  HS_ASSERT (try_once ("ada", "192.0.2.1", SITE_NOW_US, &retry_s));
  /* Three are forgotten, so three more tries are free. */
  for (guint i = 0; i < 3; i++)
    HS_ASSERT (try_terminal (NULL, &one, SITE_NOW_US + 3 * forgotten_us));
  HS_ASSERT (!try_terminal (NULL, &one, SITE_NOW_US + 3 * forgotten_us));
}

static void
all_terminals_together_wait (void)
{
  for (guint i = 0; i < HS_SIGN_IN_FREE_TRIES_SITE; i++)
    {
      HsId terminal = site_fixture_id ((guint8)(1 + i / 5));
      g_autofree char *name = g_strdup_printf ("user%u", i);
      HS_ASSERT (try_terminal (name, &terminal, SITE_NOW_US));
    }
  HsId fresh = site_fixture_id (200);
  HS_ASSERT (!try_terminal ("another", &fresh, SITE_NOW_US));
  HS_ASSERT (try_terminal ("another", &fresh,
                           SITE_NOW_US + 2 * HS_SIGN_IN_FORGET_SITE_S * G_TIME_SPAN_SECOND));
}

static void
a_terminals_session_ends_when_nobody_uses_it_and_belongs_to_it (void)
{
  g_autoptr (GError) error = NULL;
  HsId ada = site_fixture_id (1), one = site_fixture_id (2), other = site_fixture_id (3);
  gint64 at_us = SITE_NOW_US;

  site_fixture_add_user (&fixture, &ada, "ada");
  g_autoptr (HsStoreUser) user = hs_store_get_user (fixture.site.store, &ada, &error);
  g_autofree char *token
      = hs_sign_in_make_terminal_session (&fixture.site, user, &one, TRUE, at_us, &error);
  HS_ASSERT_NO_ERROR (error);
  HS_ASSERT (hs_sign_in_use_terminal_session (&fixture.site, token, &other, at_us, &error) == NULL);
  HS_ASSERT_ERROR (error, HS_ERROR_DENIED);
  g_clear_error (&error);
  for (; at_us < SITE_NOW_US + HS_SESSION_TERMINAL_US; at_us += HS_SESSION_TERMINAL_IDLE_US - 1)
    {
      g_autoptr (HsStoreSession) session
          = hs_sign_in_use_terminal_session (&fixture.site, token, &one, at_us, &error);
      HS_ASSERT_NO_ERROR (error);
      HS_ASSERT (session->is_card_only);
    }
  HS_ASSERT (hs_sign_in_use_terminal_session (&fixture.site, token, &one, at_us, &error) == NULL);
  HS_ASSERT_ERROR (error, HS_ERROR_DENIED);
  g_clear_error (&error);
  g_autofree char *idle
      = hs_sign_in_make_terminal_session (&fixture.site, user, &one, TRUE, at_us, &error);
  HS_ASSERT_NO_ERROR (error);
  HS_ASSERT (hs_sign_in_use_terminal_session (&fixture.site, idle, &one,
                                              at_us + HS_SESSION_TERMINAL_IDLE_US, &error)
             == NULL);
  HS_ASSERT_ERROR (error, HS_ERROR_DENIED);
}

static HsSecretBytes *
secret (const char *text)
{
  return hs_secret_bytes_new_copy ((const guint8 *)text, strlen (text));
}

static void
a_password_matches_its_own_verifier_only (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HsSecretBytes) right = secret ("correct horse");
  g_autoptr (HsSecretBytes) wrong = secret ("correct horsf");
  g_autofree char *verifier = hs_password_make_verifier (right, &error);
  g_autofree char *again = hs_password_make_verifier (right, &error);
  gboolean matches = FALSE;

  HS_ASSERT_NO_ERROR (error);
  HS_ASSERT (g_strcmp0 (verifier, again) != 0);
  HS_ASSERT (hs_password_check (verifier, right, &matches, &error) && matches);
  HS_ASSERT (hs_password_check (verifier, wrong, &matches, &error) && !matches);
  HS_ASSERT (hs_password_check (NULL, right, &matches, &error) && !matches);
  HS_ASSERT (!hs_password_check ("scrypt$15$AAAA$BBBB", right, &matches, &error));
  HS_ASSERT_ERROR (error, HS_ERROR_CORRUPT);
  g_clear_error (&error);
  HS_ASSERT (!hs_password_check ("scrypt$30$", right, &matches, &error));
  HS_ASSERT_ERROR (error, HS_ERROR_CORRUPT);
}

static void
a_password_has_eight_characters (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HsSecretBytes) seven = secret ("grüße12");
  g_autoptr (HsSecretBytes) foreign = secret ("\xff\xfe\xfd\xfc\xfb\xfa\xf9\xf8");

  HS_ASSERT (hs_password_make_verifier (seven, &error) == NULL);
  HS_ASSERT_ERROR (error, HS_ERROR_INVALID);
  g_clear_error (&error);
  HS_ASSERT (hs_password_make_verifier (foreign, &error) == NULL);
  HS_ASSERT_ERROR (error, HS_ERROR_INVALID);
}

HS_SUITE_WITH (
    "sign-in",
    set_up,
    tear_down,
    { "the delay doubles from the limit to the cap", the_delay_doubles_from_the_limit_to_the_cap },
    { "a person who fails waits, and others do not", a_person_who_fails_waits_and_others_do_not },
    { "another way to write the name brings no new tries",
      another_way_to_write_the_name_brings_no_new_tries },
    { "an address that tries many names waits", an_address_that_tries_many_names_waits },
    { "a success forgets the person's failures, and one of the address",
      a_success_forgets_the_persons_failures_and_one_of_the_address },
    { "a session is found by its token until it ends",
      a_session_is_found_by_its_token_until_it_ends },
    { "a terminal waits without its address, and forgets with time",
      a_terminal_waits_without_its_address_and_forgets_with_time },
    { "all terminals together wait", all_terminals_together_wait },
    { "a terminal's session ends when nobody uses it, and belongs to it",
      a_terminals_session_ends_when_nobody_uses_it_and_belongs_to_it },
    { "a password matches its own verifier only", a_password_matches_its_own_verifier_only },
    { "a password has eight characters", a_password_has_eight_characters })
