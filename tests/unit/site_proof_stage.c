/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* site/people/proof_stage.h: what changes while a proof waits in a lane. The stages are run by hand, as the
 * server runs them. */

#include "base/error.h"
#include "site/people/password.h"
#include "site/people/pin.h"
#include "site/people/proof_stage.h"
#include "support/site_fixture.h"
#include "support/suite.h"

#define WORD "correct horse battery"
#define PIN "824193"

static SiteFixture fixture;
static HsCall call;
static HsSecretBytes *shown;
static HsStoreUser *who; /* who signed in */
static HsId ada;

static HsSecretBytes *
secret (const char *text)
{
  return hs_secret_bytes_new_copy ((const guint8 *)text, strlen (text));
}

static void
set_up (void)
{
  site_fixture_init (&fixture);
  ada = site_fixture_id (7);
  call = (HsCall){ .address = (char *)"192.0.2.1", .now_us = SITE_NOW_US };
}

static void
tear_down (void)
{
  if (call.state != NULL)
    call.free_state (call.state);
  g_clear_pointer (&who, hs_store_user_free);
  g_clear_pointer (&shown, hs_secret_bytes_free);
  site_fixture_clear (&fixture);
}

static char *
make_pin (const char *text)
{
  g_autoptr (HsSecretBytes) pin = secret (text);
  g_autoptr (HsSecretBytes) bound
      = hs_pin_bind (hs_site_secrets_get_pin_key (fixture.site.secrets), &ada, pin, NULL);

  return hs_verifier_make (bound, NULL);
}

static char *
make_password (const char *text)
{
  g_autoptr (HsSecretBytes) password = secret (text);

  return hs_password_make_verifier (password, NULL);
}

static void
add_ada (gboolean is_directory)
{
  g_autofree char *verifier = make_password (WORD);
  g_autofree char *pin = make_pin (PIN);
  HsStoreUser user = { .identity = ada,
                       .name = (char *)"ada",
                       .display_name = (char *)"Ada",
                       .verifier = is_directory ? NULL : verifier,
                       .is_directory = is_directory,
                       .created_us = SITE_NOW_US };

  HS_ASSERT (hs_store_add_user (fixture.site.store, &user, NULL));
  HS_ASSERT (hs_store_set_pin (fixture.site.store, &ada, pin, NULL));
}

static gboolean
finish (HsSite *site, HsCall *done, GError **error)
{
  who = hs_proof_stage_finish (site, done, error);
  return who != NULL;
}

static void
begin (HsSignInMethod method, const char *text)
{
  HsProof proof = { .method = method, .user = "ada", .kind = "page" };
  g_autoptr (GError) error = NULL;

  shown = secret (text);
  proof.secret = shown;
  HS_ASSERT (hs_proof_stage_begin (&fixture.site, &call, &proof, finish, &error));
  HS_ASSERT_NO_ERROR (error);
}

/* Runs one stage. */
static gboolean
step (GError **error)
{
  HsCallStage stage = g_steal_pointer (&call.next);

  HS_ASSERT (stage != NULL);
  return stage (call.next_lane == HS_CALL_LANE_STORE ? &fixture.site : NULL, &call, error);
}

/* The rest of them. */
static gboolean
end (GError **error)
{
  gboolean is_good = TRUE;

  while (is_good && call.next != NULL)
    is_good = step (error);
  return is_good;
}

static guint
count_failures (void)
{
  g_autoptr (HsStoreUser) user = hs_store_get_user (fixture.site.store, &ada, NULL);

  HS_ASSERT (user != NULL);
  return user->pin_failures;
}

static void
password_and_pin_let_their_person_in (void)
{
  add_ada (FALSE);
  begin (HS_SIGN_IN_PASSWORD, WORD);
  HS_ASSERT (end (NULL) && hs_id_equal (&who->identity, &ada));
  call.free_state (g_steal_pointer (&call.state));
  g_clear_pointer (&who, hs_store_user_free);
  g_clear_pointer (&shown, hs_secret_bytes_free);
  begin (HS_SIGN_IN_PIN, PIN);
  HS_ASSERT (end (NULL) && hs_id_equal (&who->identity, &ada));
  HS_ASSERT_INT_EQ (count_failures (), 0);
}

static void
a_password_that_was_changed_while_it_waited_lets_nobody_in (void)
{
  g_autofree char *verifier = make_password ("another password");
  g_autoptr (GError) error = NULL;

  add_ada (FALSE);
  begin (HS_SIGN_IN_PASSWORD, WORD);
  HS_ASSERT (step (NULL)); /* looked at: it is right */
  HS_ASSERT (hs_store_set_verifier (fixture.site.store, &ada, verifier, NULL));
  HS_ASSERT (!end (&error) && who == NULL);
  HS_ASSERT_ERROR (error, HS_ERROR_DENIED);
  HS_ASSERT_INT_EQ (call.error_status, 401);
}

static void
a_pin_that_was_changed_while_it_waited_lets_nobody_in (void)
{
  g_autofree char *pin = make_pin ("135246");
  g_autoptr (GError) error = NULL;

  add_ada (FALSE);
  begin (HS_SIGN_IN_PIN, PIN);
  HS_ASSERT (step (NULL));
  HS_ASSERT (hs_store_set_pin (fixture.site.store, &ada, pin, NULL));
  HS_ASSERT (!end (&error) && who == NULL);
  HS_ASSERT_ERROR (error, HS_ERROR_DENIED);
}

/* Nobody listens where the directory should be. */
static void
wrong_pins_of_others_count_while_the_directory_is_asked (void)
{
  HsDirectorySettings *settings = g_new0 (HsDirectorySettings, 1);
  g_autoptr (GError) error = NULL;

  settings->uris = g_strdup ("ldaps://127.0.0.1:1");
  settings->ca = g_strdup ("/dev/null");
  settings->base = g_strdup ("dc=example");
  settings->filter = g_strdup ("(uid=%s)");
  settings->bind_dn = g_strdup ("cn=site,dc=example");
  settings->bind_password = secret ("x");
  settings->name_attribute = g_strdup ("uid");
  settings->display_attribute = g_strdup ("cn");
  fixture.site.config->directory = settings;
  add_ada (TRUE);
  begin (HS_SIGN_IN_PIN, PIN);
  HS_ASSERT_INT_EQ (count_failures (), 1);
  HS_ASSERT (step (NULL)); /* the PIN is right */
  HS_ASSERT_INT_EQ (call.next_lane, HS_CALL_LANE_DIRECTORY);
  HS_ASSERT (hs_store_set_pin_failures (fixture.site.store, &ada, 4, NULL));
  HS_ASSERT (!end (&error) && who == NULL);
  HS_ASSERT_ERROR (error, HS_ERROR_TEMPORARY);
  HS_ASSERT_INT_EQ (count_failures (), 3);
}

HS_SUITE_WITH ("site_proof_stage",
               set_up,
               tear_down,
               { "password and PIN let their person in", password_and_pin_let_their_person_in },
               { "a password that was changed while it waited lets nobody in",
                 a_password_that_was_changed_while_it_waited_lets_nobody_in },
               { "a PIN that was changed while it waited lets nobody in",
                 a_pin_that_was_changed_while_it_waited_lets_nobody_in },
               { "wrong PINs of others count while the directory is asked",
                 wrong_pins_of_others_count_while_the_directory_is_asked })
