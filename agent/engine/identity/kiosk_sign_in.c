/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Signing in at a kiosk: the barrier, the site's answer, the key, the seat, the token, in this
 * order. A key that cannot be opened is said, and never kept out of the way by a new one. */

#define HS_LOG_AREA "people"

#include "engine/identity/kiosk_private.h"

#include "base/error.h"
#include "base/log.h"
#include "core/refusal.h"
#include "engine/site_link/people.h"
#include "seal/key_file.h"

#include <string.h>

static void
sign_in_free (HsKioskSignIn *sign_in)
{
  g_free (sign_in->request.user);
  hs_secret_bytes_free (sign_in->request.card);
  hs_secret_bytes_free (sign_in->request.secret);
  hs_peer_process_free (sign_in->holder.process);
  g_free (sign_in->login_session);
  g_free (sign_in->name);
  hs_secret_bytes_free (sign_in->pepper);
  hs_secret_bytes_free (sign_in->session);
  g_free (sign_in->entitlement);
  hs_secret_bytes_free (sign_in->key);
  g_object_unref (sign_in->task);
  g_free (sign_in);
}

void
hs_kiosk_welcome_free (HsKioskWelcome *welcome)
{
  if (welcome == NULL)
    return;
  g_free (welcome->name);
  hs_secret_bytes_free (welcome->token);
  g_free (welcome);
}

void
hs_kiosk_sign_in_fail (HsKioskSignIn *sign_in, GError *error)
{
  sign_in->kiosk->is_signing_in = FALSE;
  g_task_return_error (sign_in->task, error);
  sign_in_free (sign_in);
}

/* ── the seat ────────────────────────────────────────────────────────────────────────────── */

/* TRUE: nobody, or this person already. */
static gboolean
check_seat (const HsKioskSignIn *sign_in, GError **error)
{
  HsSeat *seat = sign_in->kiosk->seat;
  const HsSeatOccupancy *occupancy = hs_seat_get_occupancy (seat);

  if (occupancy == NULL || hs_id_equal (&occupancy->identity, &sign_in->identity))
    return TRUE;
  return hs_seat_take (seat, &sign_in->identity, error); /* refuses, and says so */
}

/* Whoever locks the screen, or leaves, while the site or the key is slow must not be signed in behind
 * their own back. */
static gboolean
check_still_here (const HsKioskSignIn *sign_in, GError **error)
{
  if (sign_in->leaves == sign_in->kiosk->leaves)
    return TRUE;
  hs_refusal_set (error, HS_REFUSAL_SIGN_IN_LEFT, NULL);
  return FALSE;
}

static HsKioskWelcome *
sit_down (HsKioskSignIn *sign_in, GError **error)
{
  HsKiosk *kiosk = sign_in->kiosk;
  gboolean was_here = hs_seat_get_occupancy (kiosk->seat) != NULL;
  g_autoptr (HsKioskWelcome) welcome = g_new0 (HsKioskWelcome, 1);

  if (!check_still_here (sign_in, error) || !check_seat (sign_in, error)
      || (!was_here && !hs_seat_take (kiosk->seat, &sign_in->identity, error)))
    return NULL;
  welcome->token = hs_tokens_issue (kiosk->tokens, &sign_in->holder,
                                    &hs_seat_get_occupancy (kiosk->seat)->id, error);
  sign_in->holder.process = NULL;
  if (welcome->token == NULL)
    {
      if (!was_here)
        hs_kiosk_sign_out (kiosk, "no token could be made");
      return NULL;
    }
  if (sign_in->session != NULL)
    hs_sessions_put (kiosk->parts.sessions, kiosk->parts.uid, &sign_in->identity, sign_in->session,
                     sign_in->expires_us);
  hs_kiosk_settle_in (kiosk, sign_in->name, sign_in->pepper, sign_in->expires_us);
  welcome->identity = sign_in->identity;
  welcome->name = g_strdup (sign_in->name);
  welcome->expires_us = sign_in->expires_us;
  welcome->key = sign_in->key_state;
  welcome->is_offline = sign_in->session == NULL;
  welcome->is_clock_unsure = hs_last_seen_is_clock_unsure (kiosk->parts.last_seen);
  return g_steal_pointer (&welcome);
}

static void
finish (HsKioskSignIn *sign_in)
{
  HsKiosk *kiosk = sign_in->kiosk;
  GError *error = NULL;
  HsKioskWelcome *welcome = sit_down (sign_in, &error);

  if (welcome == NULL)
    {
      /* Whoever sits there may be the same person; then the key stays. */
      const HsSeatOccupancy *occupancy = hs_seat_get_occupancy (kiosk->seat);
      if (occupancy == NULL || !hs_id_equal (&occupancy->identity, &sign_in->identity))
        hs_identities_lock (kiosk->parts.identities, &sign_in->identity);
      hs_kiosk_sign_in_fail (sign_in, error);
      return;
    }
  kiosk->is_signing_in = FALSE;
  if (sign_in->session != NULL)
    hs_kiosk_prepare_offline (sign_in);
  g_task_return_pointer (sign_in->task, welcome, (GDestroyNotify)hs_kiosk_welcome_free);
  sign_in_free (sign_in);
}

/* ── the key ─────────────────────────────────────────────────────────────────────────────── */

/* The other wrappings hold a key that is not the registered one any more. */
static void
on_old_removed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  if (!hs_kiosk_keys_change_finish (user_data, result, &error))
    hs_log_warning ("old wrappings of a key could not be removed: %s", error->message);
}

static void
on_key_put (GObject *source, GAsyncResult *result, gpointer user_data)
{
  HsKioskSignIn *sign_in = user_data;
  HsKiosk *kiosk = sign_in->kiosk;
  g_autoptr (GError) error = NULL;
  HsId identity;

  if (!hs_identities_unlock_finish (kiosk->parts.identities, result, &identity, &error))
    {
      hs_log_warning ("a key that was opened could not be used: %s", error->message);
      sign_in->key_state = g_error_matches (error, HS_ERROR, HS_ERROR_REFUSED)
                               ? HS_KIOSK_KEY_IS_LOCKED
                               : HS_KIOSK_KEY_IS_UNREADABLE;
    }
  else if (sign_in->replaces_key)
    {
      guint way = sign_in->request.method == HS_SIGN_IN_PASSWORD ? HS_WAY_PASSWORD : HS_WAY_PIN;
      hs_kiosk_keys_remove_async (kiosk->keys, &identity, ((1u << HS_WAY_COUNT) - 1) & ~(1u << way),
                                  on_old_removed, kiosk->keys);
    }
  finish (sign_in);
}

void
hs_kiosk_sign_in_go_on (HsKioskSignIn *sign_in)
{
  GError *error = NULL;

  if (!check_seat (sign_in, &error))
    hs_kiosk_sign_in_fail (sign_in, error);
  else if (sign_in->key == NULL)
    finish (sign_in);
  else
    hs_identities_put_key_async (sign_in->kiosk->parts.identities, &sign_in->identity, sign_in->key,
                                 sign_in->replaces_key ? HS_UNLOCK_REPLACE : HS_UNLOCK_FIRST,
                                 on_key_put, sign_in);
}

static HsKioskKeyLock
lock_of (const HsKioskSignIn *sign_in)
{
  return (HsKioskKeyLock){ .identity = sign_in->identity,
                           .way = sign_in->request.method == HS_SIGN_IN_PASSWORD ? HS_WAY_PASSWORD
                                                                                 : HS_WAY_PIN,
                           .pepper = sign_in->pepper,
                           .secret = sign_in->request.secret };
}

static void
on_wrapped (GObject *source, GAsyncResult *result, gpointer user_data)
{
  HsKioskSignIn *sign_in = user_data;
  g_autoptr (GError) error = NULL;

  if (!hs_kiosk_keys_wrap_finish (sign_in->kiosk->keys, result, &error))
    {
      /* A key that is not durable is none: documents sealed to it would be lost. */
      hs_log_warning ("a key could not be stored: %s", error->message);
      if (sign_in->registers)
        g_clear_pointer (&sign_in->key, hs_secret_bytes_free);
      sign_in->key_state = HS_KIOSK_KEY_IS_UNREADABLE;
    }
  hs_kiosk_sign_in_go_on (sign_in);
}

static void
make_key (HsKioskSignIn *sign_in)
{
  guint8 public_key[HS_X25519_BYTES];
  const HsKioskKeyLock lock = lock_of (sign_in);
  GError *error = NULL;

  sign_in->key = hs_x25519_generate (public_key, &error);
  if (sign_in->key == NULL)
    {
      hs_kiosk_sign_in_fail (sign_in, error);
      return;
    }
  sign_in->registers = TRUE;
  sign_in->key_state = HS_KIOSK_KEY_IS_NEW;
  hs_kiosk_keys_wrap_async (sign_in->kiosk->keys, &lock, sign_in->key,
                            sign_in->replaces_key ? HS_WRAP_REPLACE : HS_WRAP_NEW, on_wrapped,
                            sign_in);
}

/* The same person sits here with the key open: this way in gets a wrapping of its own. */
static void
add_way (HsKioskSignIn *sign_in)
{
  const HsKioskKeyLock lock = lock_of (sign_in);
  const HsSecretBytes *open
      = hs_identities_use_key (sign_in->kiosk->parts.identities, &sign_in->identity);

  sign_in->key_state = open != NULL ? HS_KIOSK_KEY_IS_OPEN : HS_KIOSK_KEY_IS_OTHER_WAY;
  if (open == NULL)
    {
      hs_kiosk_sign_in_go_on (sign_in);
      return;
    }
  sign_in->key = hs_secret_bytes_copy (open);
  hs_kiosk_keys_wrap_async (sign_in->kiosk->keys, &lock, sign_in->key, HS_WRAP_NEW, on_wrapped,
                            sign_in);
}

static void
on_key_opened (GObject *source, GAsyncResult *result, gpointer user_data)
{
  HsKioskSignIn *sign_in = user_data;
  HsKiosk *kiosk = sign_in->kiosk;
  g_autoptr (GError) error = NULL;
  guint8 registered[HS_X25519_BYTES];
  HsKioskKeyAnswer answer = hs_kiosk_keys_open_finish (kiosk->keys, result, &sign_in->key, &error);

  switch (answer)
    {
    case HS_KIOSK_KEY_OPEN:
      sign_in->key_state = HS_KIOSK_KEY_IS_OPEN;
      break;
    case HS_KIOSK_KEY_ABSENT:
      if (!hs_identities_get_public (kiosk->parts.identities, &sign_in->identity, registered))
        {
          make_key (sign_in);
          return;
        }
      sign_in->key_state = HS_KIOSK_KEY_IS_LOST;
      break;
    case HS_KIOSK_KEY_OTHER_WAY:
      add_way (sign_in);
      return;
    case HS_KIOSK_KEY_LOCKED:
      sign_in->key_state = HS_KIOSK_KEY_IS_LOCKED;
      break;
    case HS_KIOSK_KEY_DAMAGED:
      sign_in->key_state = HS_KIOSK_KEY_IS_DAMAGED;
      break;
    case HS_KIOSK_KEY_FAILED:
      hs_log_warning ("a key could not be read: %s", error->message);
      sign_in->key_state = HS_KIOSK_KEY_IS_UNREADABLE;
      break;
    }
  hs_kiosk_sign_in_go_on (sign_in);
}

static void
find_key (HsKioskSignIn *sign_in)
{
  const HsKioskKeyLock lock = lock_of (sign_in);

  if (sign_in->pepper == NULL || sign_in->request.secret == NULL)
    {
      sign_in->key_state = HS_KIOSK_KEY_NOT_ASKED;
      hs_kiosk_sign_in_go_on (sign_in);
    }
  else if (sign_in->replaces_key)
    make_key (sign_in);
  else
    hs_kiosk_keys_open_async (sign_in->kiosk->keys, &lock, on_key_opened, sign_in);
}

/* ── the site ────────────────────────────────────────────────────────────────────────────── */

static void
on_answered (GObject *source, GAsyncResult *result, gpointer user_data)
{
  HsKioskSignIn *sign_in = user_data;
  HsKiosk *kiosk = sign_in->kiosk;
  g_autoptr (HsEntitlement) entitlement = NULL;
  GError *error = NULL;
  g_autoptr (HsSignInReply) reply
      = hs_site_link_sign_in_finish (kiosk->parts.site_link, result, &entitlement, &error);

  if (reply == NULL && hs_kiosk_may_be_offline (sign_in, error))
    {
      g_error_free (error);
      hs_kiosk_sign_in_offline (sign_in);
      return;
    }
  if (reply == NULL)
    {
      hs_kiosk_sign_in_fail (sign_in, error);
      return;
    }
  sign_in->identity = reply->identity;
  sign_in->name = g_steal_pointer (&reply->name);
  sign_in->session = g_steal_pointer (&reply->session);
  sign_in->pepper = g_steal_pointer (&reply->pepper);
  sign_in->entitlement = g_steal_pointer (&reply->entitlement);
  sign_in->expires_us = reply->guest_until_us > 0 ? MIN (reply->expires_us, reply->guest_until_us)
                                                  : reply->expires_us;
  if (entitlement != NULL)
    hs_last_seen_note (kiosk->parts.last_seen, entitlement->issued_us);
  if (check_still_here (sign_in, &error) && check_seat (sign_in, &error))
    find_key (sign_in);
  else
    hs_kiosk_sign_in_fail (sign_in, error);
}

static void
on_seat_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  HsKioskSignIn *sign_in = user_data;
  HsKiosk *kiosk = sign_in->kiosk;
  GError *error = NULL;

  if (hs_seat_wait_finish (kiosk->seat, result, &error))
    hs_site_link_sign_in_async (kiosk->parts.site_link, &sign_in->request, on_answered, sign_in);
  else
    hs_kiosk_sign_in_fail (sign_in, error);
}

static HsSecretBytes *
copy_secret (const HsSecretBytes *secret)
{
  return secret != NULL ? hs_secret_bytes_copy (secret) : NULL;
}

void
hs_kiosk_sign_in_async (HsKiosk *kiosk,
                        const HsSignInRequest *request,
                        gboolean replaces_key,
                        const HsTokenHolder *holder,
                        GAsyncReadyCallback callback,
                        gpointer user_data)
{
  HsKioskSignIn *sign_in = g_new0 (HsKioskSignIn, 1);

  sign_in->kiosk = kiosk;
  sign_in->task = g_task_new (NULL, NULL, callback, user_data);
  sign_in->request = (HsSignInRequest){ .method = request->method,
                                        .user = g_strdup (request->user),
                                        .card = copy_secret (request->card),
                                        .secret = copy_secret (request->secret),
                                        .is_kiosk = TRUE };
  sign_in->replaces_key = replaces_key;
  sign_in->leaves = kiosk->leaves;
  sign_in->login_session = g_strdup (holder->login_session);
  sign_in->holder = *holder;
  sign_in->holder.login_session = sign_in->login_session;
  if (kiosk->is_signing_in)
    {
      g_task_return_error (sign_in->task, hs_refusal_new (HS_REFUSAL_SIGN_IN_UNDER_WAY, NULL));
      sign_in_free (sign_in);
      return;
    }
  kiosk->is_signing_in = TRUE;
  hs_seat_wait_async (kiosk->seat, on_seat_ready, sign_in);
}

HsKioskWelcome *
hs_kiosk_sign_in_finish (HsKiosk *kiosk, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
