/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The stages of a proof. */

#define HS_LOG_AREA "people"

#include "site/people/proof_stage.h"

#include "base/base64.h"
#include "base/error.h"
#include "base/log.h"
#include "core/refusal.h"
#include "site/people/card.h"
#include "site/people/directory.h"
#include "site/people/password.h"
#include "site/people/pin.h"
#include "site/people/sign_in.h"

typedef struct
{
  char *kind;
  char *name;            /* of the gate: as typed, or the card's person */
  HsStoreUser *user;     /* NULL: nobody has the name */
  HsSecretBytes *secret; /* what the verifier belongs to; NULL: a card alone */
  gboolean is_pin;
  gboolean matches;
  const HsDirectorySettings *directory; /* has the last word; NULL: not asked. Of the site */
  HsDirectoryPerson *person;            /* what it said */
  GError *trouble;                      /* it could not be asked */
  HsCallStage finish;
} Attempt;

static void
free_attempt (gpointer data)
{
  Attempt *attempt = data;

  hs_secret_bytes_free (attempt->secret);
  hs_store_user_free (attempt->user);
  hs_directory_person_free (attempt->person);
  g_clear_error (&attempt->trouble);
  g_free (attempt->name);
  g_free (attempt->kind);
  g_free (attempt);
}

/* A terminal counts instead of its address. */
static HsSignInPlace
place_of (const HsCall *call)
{
  return (HsSignInPlace){ call->address, hs_id_is_zero (&call->terminal) ? NULL : &call->terminal };
}

/* ── who it is ───────────────────────────────────────────────────────────────────────────── */

static gboolean
find_by_name (HsSite *site, Attempt *attempt, GError **error)
{
  g_autoptr (GError) reason = NULL;

  attempt->user = hs_store_get_user_by_name (site->store, attempt->name, &reason);
  if (attempt->user != NULL || g_error_matches (reason, HS_ERROR, HS_ERROR_NOT_FOUND))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&reason));
  return FALSE;
}

static gboolean
find_by_card (HsSite *site, Attempt *attempt, const HsProof *proof, GError **error)
{
  g_autoptr (GError) reason = NULL;
  guint8 digest[HS_STORE_DIGEST_BYTES];

  if (!hs_card_digest (hs_site_secrets_get_card_key (site->secrets), proof->card, digest, error))
    return FALSE;
  attempt->user = hs_store_get_user_by_card (site->store, digest, &reason);
  if (attempt->user != NULL)
    attempt->name = g_strdup (attempt->user->name);
  else if (proof->hides_cards && proof->secret != NULL)
    /* No name looks like this: from here on it is somebody unknown with a wrong PIN. */
    attempt->name = hs_base64_encode (HS_BASE64_STANDARD, digest, sizeof digest);
  if (attempt->user != NULL || g_error_matches (reason, HS_ERROR, HS_ERROR_NOT_FOUND))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&reason));
  return FALSE;
}

/* The failure of an unknown card has to be committed first. */
static gboolean
refuse_card (HsSite *site, HsCall *call, GError **error)
{
  call->error_status = 401;
  hs_refusal_set (error,
                  site->config->cards_self_registration ? HS_REFUSAL_CARD_UNKNOWN_REGISTER
                                                        : HS_REFUSAL_CARD_UNKNOWN,
                  NULL);
  return FALSE;
}

/* ── what is shown ───────────────────────────────────────────────────────────────────────── */

/* One try, and not what others did while the directory was asked. */
static gboolean
take_pin_failure_back (HsSite *site, const HsId *identity, GError **error)
{
  g_autoptr (HsStoreUser) user = hs_store_get_user (site->store, identity, error);

  return user != NULL
         && (user->pin_failures == 0
             || hs_store_set_pin_failures (site->store, identity, user->pin_failures - 1, error));
}

/* The try is given back in a transaction of its own, which the refusal does not undo. */
static gboolean
give_back (HsSite *site, HsCall *call, GError **error)
{
  const Attempt *attempt = call->state;
  const HsSignInPlace place = place_of (call);

  call->next = attempt->finish;
  call->next_lane = HS_CALL_LANE_STORE;
  return hs_sign_in_take_back (site, attempt->secret != NULL ? attempt->name : NULL, &place, error)
         && (!attempt->is_pin || attempt->secret == NULL
             || take_pin_failure_back (site, &attempt->user->identity, error));
}

static gboolean
ask_directory (HsSite *site, HsCall *call, GError **error)
{
  Attempt *attempt = call->state;
  gboolean asked = hs_directory_ask (attempt->directory, attempt->name,
                                     attempt->is_pin ? NULL : attempt->secret, &attempt->person,
                                     &attempt->trouble);

  attempt->matches = attempt->person != NULL;
  call->next = asked ? attempt->finish : give_back;
  call->next_lane = HS_CALL_LANE_STORE;
  return TRUE;
}

static void
go_on (HsCall *call, const Attempt *attempt)
{
  gboolean asks = attempt->matches && attempt->directory != NULL;

  call->next = asks ? ask_directory : attempt->finish;
  call->next_lane = asks ? HS_CALL_LANE_DIRECTORY : HS_CALL_LANE_STORE;
}

static gboolean
look_at_secret (HsSite *site, HsCall *call, GError **error)
{
  Attempt *attempt = call->state;
  const HsStoreUser *user = attempt->user;
  const char *verifier = user == NULL ? NULL : attempt->is_pin ? user->pin : user->verifier;

  if (!hs_password_check (verifier, attempt->secret, &attempt->matches, error))
    return FALSE;
  go_on (call, attempt);
  return TRUE;
}

/* Somebody of the directory: all that we know of them, and with a password everybody whom we do not
 * know. Without settings nobody of the directory gets in. */
static gboolean
is_of_directory (HsSite *site, const Attempt *attempt)
{
  return attempt->user != NULL ? attempt->user->is_directory
                               : !attempt->is_pin && site->config->directory != NULL;
}

/* A PIN is bound to its person; somebody unknown gets an identity that nobody has. */
static gboolean
take_secret (HsSite *site, Attempt *attempt, const HsSecretBytes *secret, GError **error)
{
  static const HsId nobody;

  if (!attempt->is_pin)
    attempt->secret = hs_secret_bytes_new_copy (hs_secret_bytes_peek (secret),
                                                hs_secret_bytes_get_length (secret));
  else
    attempt->secret
        = hs_pin_bind (hs_site_secrets_get_pin_key (site->secrets),
                       attempt->user != NULL ? &attempt->user->identity : &nobody, secret, error);
  return attempt->secret != NULL;
}

static gboolean
begin (HsSite *site, HsCall *call, Attempt *attempt, const HsProof *proof, GError **error)
{
  const HsSignInPlace place = place_of (call);

  if (!(proof->card != NULL ? find_by_card (site, attempt, proof, error)
                            : find_by_name (site, attempt, error)))
    return FALSE;
  if (!hs_sign_in_begin (site, proof->secret != NULL ? attempt->name : NULL, &place, call->now_us,
                         &call->retry_s, error))
    {
      if (call->retry_s > 0)
        call->error_status = 429;
      return FALSE;
    }
  if (!hs_store_count_sign_in (site->store, proof->kind, 1, 0, call->now_us, error))
    return FALSE;
  call->next_lane = HS_CALL_LANE_STORE;
  if (attempt->name == NULL)
    {
      call->next = refuse_card;
      return TRUE;
    }
  if (is_of_directory (site, attempt))
    attempt->directory = site->config->directory;
  if (proof->secret == NULL)
    {
      attempt->matches = attempt->directory != NULL || !is_of_directory (site, attempt);
      go_on (call, attempt);
      return TRUE;
    }
  if ((attempt->is_pin
       && !hs_sign_in_begin_pin (site, attempt->user, attempt->name, call->now_us, error))
      || !take_secret (site, attempt, proof->secret, error))
    return FALSE;
  if (attempt->directory != NULL && !attempt->is_pin)
    {
      attempt->matches = TRUE; /* the directory says whether it does */
      go_on (call, attempt);
      return TRUE;
    }
  /* A right PIN of somebody of a directory that is not there any more is wrong. */
  if (is_of_directory (site, attempt) && attempt->directory == NULL)
    g_clear_pointer (&attempt->user->pin, g_free);
  call->next = look_at_secret;
  call->next_lane = HS_CALL_LANE_SCRYPT;
  return TRUE;
}

gboolean
hs_proof_stage_begin (
    HsSite *site, HsCall *call, const HsProof *proof, HsCallStage finish, GError **error)
{
  Attempt *attempt = g_new0 (Attempt, 1);

  attempt->kind = g_strdup (proof->kind);
  attempt->name = g_strdup (proof->user);
  attempt->is_pin = proof->method != HS_SIGN_IN_PASSWORD;
  attempt->finish = finish;
  call->state = attempt;
  call->free_state = free_attempt;
  return begin (site, call, attempt, proof, error);
}

/* ── the end ─────────────────────────────────────────────────────────────────────────────── */

static HsStoreUser *
refuse (HsCall *call, const Attempt *attempt, GError **error)
{
  call->error_status = 401;
  if (!attempt->is_pin)
    hs_refusal_set (error, HS_REFUSAL_SIGN_IN_WRONG_PASSWORD, NULL);
  else
    hs_refusal_set (error, HS_REFUSAL_SIGN_IN_WRONG_PIN, "tries", G_STRINGIFY (HS_PIN_MAX_FAILURES),
                    NULL);
  if (attempt->is_pin && attempt->user != NULL
      && attempt->user->pin_failures + 1 == HS_PIN_MAX_FAILURES)
    hs_log_warning ("a PIN is locked after %d wrong tries", HS_PIN_MAX_FAILURES);
  return NULL;
}

/* The row of somebody whom the directory let in, made at the first time. A person of ours is never
 * meant, however the directory writes the name. */
static HsStoreUser *
take_person (HsSite *site, HsCall *call, const Attempt *attempt, GError **error)
{
  const HsDirectoryPerson *person = attempt->person;
  g_autoptr (GError) reason = NULL;
  g_autoptr (HsStoreUser) user = hs_store_get_user_by_name (site->store, person->name, &reason);

  if (user != NULL && !user->is_directory)
    {
      hs_log_warning ("somebody of the directory has the name of a person of this site");
      return refuse (call, attempt, error);
    }
  if (user != NULL)
    return hs_store_set_display_name (site->store, &user->identity, person->display_name, error)
               ? hs_store_get_user_by_name (site->store, person->name, error)
               : NULL;
  if (!g_error_matches (reason, HS_ERROR, HS_ERROR_NOT_FOUND))
    {
      g_propagate_error (error, g_steal_pointer (&reason));
      return NULL;
    }
  HsStoreUser row = { .name = person->name,
                      .display_name = person->display_name,
                      .created_us = call->now_us,
                      .is_directory = TRUE };
  gboolean is_blocked = FALSE;
  /* A database from before their first sign-in knows neither them nor that they were blocked. */
  if (!hs_site_derive_identity (site, person->name, &row.identity, error)
      || !hs_sign_in_is_log_blocked (site, &row.identity, &is_blocked, error))
    return NULL;
  if (is_blocked)
    row.blocked_us = call->now_us;
  return hs_store_add_user (site->store, &row, error)
             ? hs_store_get_user_by_name (site->store, person->name, error)
             : NULL;
}

/* What was looked at is still what @user has: a password or PIN that was changed meanwhile, and that
 * somebody waited with in a lane, lets nobody in. */
static gboolean
is_still_shown (const Attempt *attempt, const HsStoreUser *user)
{
  const HsStoreUser *then = attempt->user;

  if (then == NULL)
    return TRUE; /* the directory's word alone */
  return hs_id_equal (&user->identity, &then->identity)
         && (attempt->secret == NULL
             || g_strcmp0 (attempt->is_pin ? user->pin : user->verifier,
                           attempt->is_pin ? then->pin : then->verifier)
                    == 0);
}

HsStoreUser *
hs_proof_stage_finish (HsSite *site, HsCall *call, GError **error)
{
  Attempt *attempt = call->state;
  const HsSignInPlace place = place_of (call);
  g_autoptr (HsStoreUser) user = NULL;

  if (attempt->trouble != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&attempt->trouble));
      return NULL;
    }
  if (!attempt->matches)
    return refuse (call, attempt, error);
  user = attempt->person != NULL ? take_person (site, call, attempt, error)
                                 : hs_store_get_user_by_name (site->store, attempt->name, error);
  if (user != NULL && !is_still_shown (attempt, user))
    return refuse (call, attempt, error);
  if (user == NULL || !hs_sign_in_check_account (user, call->now_us, error)
      || !hs_sign_in_succeed (site, attempt->secret != NULL ? attempt->name : NULL, &place, error)
      || (attempt->is_pin && attempt->secret != NULL
          && !hs_store_set_pin_failures (site->store, &user->identity, 0, error))
      || !hs_store_count_sign_in (site->store, attempt->kind, 0, 1, call->now_us, error))
    return NULL;
  return g_steal_pointer (&user);
}
