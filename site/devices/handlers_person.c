/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* What people ask through a workstation: signing in, offline rights, new secrets, a release. */

#include "site/server/handlers.h"

#include "base/error.h"
#include "core/refusal.h"
#include "core/wire/card_request.h"
#include "core/wire/sign_in.h"
#include "site/devices/orders.h"
#include "site/devices/person.h"
#include "site/people/card.h"
#include "site/people/password.h"
#include "site/people/pin.h"
#include "site/people/proof_stage.h"
#include "site/people/seats.h"
#include "site/people/sign_in.h"

#include <string.h>

HsStoreSession *
hs_device_find_session (HsSite *site, HsCall *call, const HsSecretBytes *token, GError **error)
{
  g_autofree char *text
      = g_strndup ((const char *)hs_secret_bytes_peek (token), hs_secret_bytes_get_length (token));
  g_autoptr (HsStoreSession) session = hs_sign_in_find_session (site, text, call->now_us, NULL);

  hs_secret_bytes_wipe (text, strlen (text));
  if (session != NULL && hs_id_equal (&session->device, &call->device))
    return g_steal_pointer (&session);
  call->error_status = 401;
  hs_refusal_set (error, HS_REFUSAL_SIGN_IN_AGAIN, NULL);
  return NULL;
}

HsStoreUser *
hs_device_find_person (HsSite *site, HsCall *call, const HsSecretBytes *token, GError **error)
{
  g_autoptr (HsStoreSession) session = hs_device_find_session (site, call, token, error);

  if (session == NULL)
    return NULL;
  if (!session->is_card_only)
    return hs_store_get_user (site->store, &session->identity, error);
  g_set_error (error, HS_ERROR, HS_ERROR_REFUSED,
               "a card alone is not enough for this; sign in with your PIN or password");
  return NULL;
}

/* ── signing in ──────────────────────────────────────────────────────────────────────────── */

static gboolean
finish_sign_in (HsSite *site, HsCall *call, GError **error)
{
  g_autoptr (HsStoreUser) user = hs_proof_stage_finish (site, call, error);
  g_autoptr (HsSignInRequest) wanted = NULL;
  g_autoptr (HsStoreSession) session = NULL;
  g_autoptr (HsSecretBytes) secret = NULL;
  g_autoptr (HsSecretBytes) pepper = NULL;
  g_autofree char *entitlement = NULL;

  if (user == NULL
      || (wanted = hs_sign_in_request_decode (call->body, call->body_length, error)) == NULL)
    return FALSE;
  gboolean is_card_only = wanted->secret == NULL;
  g_autofree char *token = hs_sign_in_make_session (site, user, &call->device, is_card_only,
                                                    call->now_us, &session, error);
  if (token == NULL)
    return FALSE;
  secret = hs_secret_bytes_new_copy ((const guint8 *)token, strlen (token));
  hs_secret_bytes_wipe (token, strlen (token));
  if (!is_card_only
      && ((wanted->is_kiosk
           && (pepper = hs_seat_get_pepper (site, &user->identity, &call->device, error)) == NULL)
          || !hs_seat_sign_entitlement (site, user, &call->device, call->now_us, &entitlement,
                                        error)))
    return FALSE;
  const HsSignInReply reply = { .identity = user->identity,
                                .name = user->display_name,
                                .session = secret,
                                .expires_us = session->expires_us,
                                .entitlement = entitlement,
                                .pepper = pepper,
                                .guest_until_us = user->guest_until_us };
  hs_call_reply_wiped (call, hs_sign_in_reply_encode (&reply));
  return TRUE;
}

gboolean
hs_handle_device_sign_in (HsSite *site, HsCall *call, GError **error)
{
  static const char *const kinds[] = { "password", "pin", "card" };
  g_autoptr (HsSignInRequest) wanted
      = hs_sign_in_request_decode (call->body, call->body_length, error);

  if (wanted == NULL)
    return FALSE;
  const HsProof proof = { .method = wanted->method,
                          .user = wanted->user,
                          .card = wanted->card,
                          .secret = wanted->secret,
                          .kind = kinds[wanted->method - 1] };
  return hs_proof_stage_begin (site, call, &proof, finish_sign_in, error);
}

/* ── offline rights ──────────────────────────────────────────────────────────────────────── */

/* By the workstation's word, which is enough where the organisation believes it about its OS users;
 * elsewhere for a key that the person's own session has bound before. */
static HsStoreUser *
find_unsigned_person (HsSite *site,
                      HsCall *call,
                      const HsEntitlementRequest *wanted,
                      GError **error)
{
  const HsBundle *bundle = hs_site_get_bundle (site, error);
  g_autoptr (HsStoreUser) user = NULL;
  g_autoptr (HsStoreSeat) seat = NULL;
  g_autoptr (GError) unknown = NULL;

  if (bundle == NULL)
    return NULL;
  user = hs_store_get_user (site->store, &wanted->identity, &unknown);
  if (user != NULL && !hs_sign_in_check_account (user, call->now_us, error))
    return NULL;
  if (user != NULL && !bundle->policy.os_names)
    seat = hs_store_get_seat (site->store, &wanted->identity, &call->device, NULL);
  if (user != NULL
      && (bundle->policy.os_names
          || (seat != NULL && g_strcmp0 (seat->recipient, wanted->recipient) == 0)))
    return g_steal_pointer (&user);
  g_set_error (error, HS_ERROR, HS_ERROR_DENIED,
               "this person has not signed in on this workstation with this key yet");
  return NULL;
}

gboolean
hs_handle_device_entitlement (HsSite *site, HsCall *call, GError **error)
{
  g_autoptr (HsEntitlementRequest) wanted
      = hs_entitlement_request_decode (call->body, call->body_length, error);
  g_autoptr (HsStoreUser) user = NULL;
  g_autofree char *entitlement = NULL;

  if (wanted != NULL)
    user = wanted->session != NULL ? hs_device_find_person (site, call, wanted->session, error)
                                   : find_unsigned_person (site, call, wanted, error);
  if (user == NULL
      || !hs_seat_set_recipient (site, &user->identity, &call->device, wanted->recipient, error)
      || !hs_seat_sign_entitlement (site, user, &call->device, call->now_us, &entitlement, error))
    return FALSE;
  hs_call_reply_wiped (call, hs_entitlement_reply_encode (entitlement));
  return TRUE;
}

/* ── a new secret ────────────────────────────────────────────────────────────────────────── */

typedef struct
{
  HsId identity;
  HsSignInMethod method;
  HsSecretBytes *secret; /* what the verifier is made of */
  char *verifier;
} Change;

static void
free_change (gpointer data)
{
  Change *change = data;

  hs_secret_bytes_free (change->secret);
  g_free (change->verifier);
  g_free (change);
}

static gboolean
keep_verifier (HsSite *site, HsCall *call, GError **error)
{
  const Change *change = call->state;
  g_autoptr (HsSecretBytes) pepper = NULL;
  gboolean kept
      = change->method == HS_SIGN_IN_PIN
            ? hs_store_set_pin (site->store, &change->identity, change->verifier, error)
            : hs_store_set_verifier (site->store, &change->identity, change->verifier, error);

  if (!kept || !hs_seat_find_pepper (site, &change->identity, &call->device, &pepper, error))
    return FALSE;
  hs_call_reply_wiped (call, hs_secret_reply_encode (pepper));
  return TRUE;
}

static gboolean
make_verifier (HsSite *site, HsCall *call, GError **error)
{
  Change *change = call->state;

  change->verifier = change->method == HS_SIGN_IN_PIN
                         ? hs_verifier_make (change->secret, error)
                         : hs_password_make_verifier (change->secret, error);
  call->next = keep_verifier;
  call->next_lane = HS_CALL_LANE_STORE;
  return change->verifier != NULL;
}

static gboolean
take_new_secret (HsSite *site, HsCall *call, GError **error)
{
  g_autoptr (HsStoreUser) user = hs_proof_stage_finish (site, call, error);
  g_autoptr (HsSecretRequest) wanted = NULL;

  if (user == NULL
      || (wanted = hs_secret_request_decode (call->body, call->body_length, error)) == NULL)
    return FALSE;
  Change *change = g_new0 (Change, 1);
  call->free_state (call->state);
  call->state = change;
  call->free_state = free_change;
  change->identity = user->identity;
  change->method = wanted->method;
  change->secret = wanted->method == HS_SIGN_IN_PIN
                       ? hs_pin_bind (hs_site_secrets_get_pin_key (site->secrets), &user->identity,
                                      wanted->new_secret, error)
                       : g_steal_pointer (&wanted->new_secret);
  call->next = make_verifier;
  call->next_lane = HS_CALL_LANE_SCRYPT;
  return change->secret != NULL;
}

gboolean
hs_handle_device_secret (HsSite *site, HsCall *call, GError **error)
{
  g_autoptr (HsSecretRequest) wanted
      = hs_secret_request_decode (call->body, call->body_length, error);
  g_autoptr (HsStoreUser) user
      = wanted != NULL ? hs_device_find_person (site, call, wanted->session, error) : NULL;

  if (user == NULL)
    return FALSE;
  if (wanted->method == HS_SIGN_IN_PASSWORD && user->is_directory)
    {
      g_set_error (error, HS_ERROR, HS_ERROR_REFUSED,
                   "your password belongs to the organisation's directory; change it there, as for "
                   "your computer");
      return FALSE;
    }
  /* Before the old one is looked at, so that a bad new one costs no try. */
  if (!(wanted->method == HS_SIGN_IN_PIN ? hs_pin_check_new (wanted->new_secret, error)
                                         : hs_password_check_new (wanted->new_secret, error)))
    return FALSE;
  const HsProof proof = {
    .method = wanted->method, .user = user->name, .secret = wanted->old_secret, .kind = "change"
  };
  return hs_proof_stage_begin (site, call, &proof, take_new_secret, error);
}

/* ── a card ──────────────────────────────────────────────────────────────────────────────── */

gboolean
hs_handle_device_card (HsSite *site, HsCall *call, GError **error)
{
  g_autoptr (HsCardRequest) wanted = hs_card_request_decode (call->body, call->body_length, error);
  g_autoptr (HsStoreUser) user
      = wanted != NULL ? hs_device_find_person (site, call, wanted->session, error) : NULL;
  guint8 digest[HS_STORE_DIGEST_BYTES];

  if (user == NULL)
    return FALSE;
  if (!site->config->cards_self_registration)
    {
      g_set_error (error, HS_ERROR, HS_ERROR_REFUSED,
                   "people do not register cards themselves here; ask an administrator");
      return FALSE;
    }
  if (!hs_card_digest (hs_site_secrets_get_card_key (site->secrets), wanted->card, digest, error)
      || !hs_store_add_card (site->store, digest, &user->identity, call->now_us, error))
    return FALSE;
  hs_call_reply_json (call, "{}");
  return TRUE;
}

/* ── a release ───────────────────────────────────────────────────────────────────────────── */

gboolean
hs_handle_device_release (HsSite *site, HsCall *call, GError **error)
{
  g_autoptr (HsReleaseRequest) wanted
      = hs_release_request_decode (call->body, call->body_length, error);
  g_autoptr (HsStoreSession) session
      = wanted != NULL ? hs_device_find_session (site, call, wanted->session, error) : NULL;
  g_autoptr (HsStoreJob) job = NULL;
  HsId command;
  HsId device;

  if (session == NULL)
    return FALSE;
  job = hs_store_get_job (site->store, &wanted->job, error);
  if (job == NULL)
    return FALSE;
  if (!hs_id_equal (&job->device, &call->device))
    {
      /* A workstation speaks for its own documents; the release page for all of a person's. */
      g_set_error (error, HS_ERROR, HS_ERROR_NOT_FOUND, "there is no such document any more");
      return FALSE;
    }
  if (!hs_order_release (site, &session->identity, &wanted->job, &wanted->printer, call->now_us,
                         &command, &device, error))
    return FALSE;
  hs_call_wake (call, &device);
  hs_call_wake (call, &session->identity);
  g_autofree char *json = hs_release_reply_encode (&command);
  hs_call_reply_json (call, json);
  return TRUE;
}
