/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Signing in while the site cannot be reached: a long password opens a wrapping made for that, as
 * long as the site's last permission holds. Every try is counted on the disk before it is made. */

#define HS_LOG_AREA "people"

#include "engine/identity/kiosk_private.h"

#include "base/error.h"
#include "base/log.h"
#include "core/refusal.h"
#include "engine/site_link/people.h"
#include "engine/site_link/site_link.h"
#include "seal/key_file.h"

#include <string.h>

/* ── may it be ───────────────────────────────────────────────────────────────────────────── */

static gboolean
is_long (const HsSecretBytes *password)
{
  /* Characters, not bytes; what is no UTF-8 counts as bytes. */
  const char *text = (const char *)hs_secret_bytes_peek (password);
  gssize length = (gssize)hs_secret_bytes_get_length (password);
  glong characters
      = g_utf8_validate (text, length, NULL) ? g_utf8_strlen (text, length) : (glong)length;

  return characters >= HS_KIOSK_OFFLINE_MIN_CHARACTERS;
}

gboolean
hs_kiosk_may_be_offline (const HsKioskSignIn *sign_in, const GError *why)
{
  const HsKioskParts *parts = &sign_in->kiosk->parts;
  HsSiteStatus site = { 0 };

  if (!g_error_matches (why, HS_ERROR, HS_ERROR_TEMPORARY)
      || sign_in->request.method != HS_SIGN_IN_PASSWORD || sign_in->replaces_key
      || !parts->config->offline_sign_in)
    return FALSE;
  hs_site_link_get_status (parts->site_link, &site);
  if (!site.is_online)
    return TRUE;
  /* It was there a moment ago. A site that only asks for patience is obeyed; one that is gone will be
   * known to be gone at the next try. */
  hs_site_link_check_now (parts->site_link);
  return FALSE;
}

/* ── the try ─────────────────────────────────────────────────────────────────────────────── */

static void
fail_as_wrong (HsKioskSignIn *sign_in)
{
  hs_kiosk_sign_in_fail (sign_in, hs_refusal_new (HS_REFUSAL_SIGN_IN_OFFLINE_WRONG, NULL));
}

static void
on_opened (GObject *source, GAsyncResult *result, gpointer user_data)
{
  HsKioskSignIn *sign_in = user_data;
  HsKiosk *kiosk = sign_in->kiosk;
  g_autoptr (GError) error = NULL;

  switch (hs_kiosk_keys_open_finish (kiosk->keys, result, &sign_in->key, &error))
    {
    case HS_KIOSK_KEY_OPEN:
      hs_kiosk_clear_attempts (kiosk, &sign_in->identity);
      hs_kiosk_sign_in_go_on (sign_in);
      return;
    case HS_KIOSK_KEY_ABSENT:
    case HS_KIOSK_KEY_OTHER_WAY:
    case HS_KIOSK_KEY_LOCKED:
      fail_as_wrong (sign_in);
      return;
    case HS_KIOSK_KEY_DAMAGED:
    case HS_KIOSK_KEY_FAILED:
      break;
    }
  hs_kiosk_sign_in_fail (sign_in, hs_refusal_new (HS_REFUSAL_SIGN_IN_OFFLINE_UNREADABLE, NULL));
}

static void
on_counted (GObject *source, GAsyncResult *result, gpointer user_data)
{
  HsKioskSignIn *sign_in = user_data;
  const HsKioskKeyLock lock
      = { .identity = sign_in->identity, .way = HS_WAY_OFFLINE, .secret = sign_in->request.secret };
  GError *error = NULL;

  /* A try that is not counted is not made. */
  if (hs_ledger_commit_finish (sign_in->kiosk->parts.ledger, result, &error))
    hs_kiosk_keys_open_async (sign_in->kiosk->keys, &lock, on_opened, sign_in);
  else
    hs_kiosk_sign_in_fail (sign_in, error);
}

void
hs_kiosk_sign_in_offline (HsKioskSignIn *sign_in)
{
  HsKiosk *kiosk = sign_in->kiosk;
  GError *error = NULL;

  if (!hs_kiosk_find_name (kiosk, sign_in->request.user, &sign_in->identity))
    {
      fail_as_wrong (sign_in);
      return;
    }
  HsAttempts attempts = hs_kiosk_get_attempts (kiosk, &sign_in->identity);
  gint64 wait_us
      = hs_attempts_get_wait_us (&attempts, hs_last_seen_get_us (kiosk->parts.last_seen));
  if (wait_us > 0)
    {
      g_autofree char *seconds
          = g_strdup_printf ("%" G_GINT64_FORMAT, wait_us / G_USEC_PER_SEC + 1);
      hs_kiosk_sign_in_fail (
          sign_in, hs_refusal_new (HS_REFUSAL_SIGN_IN_OFFLINE_TOO_MANY, "seconds", seconds, NULL));
      return;
    }
  g_autoptr (HsEntitlement) entitlement
      = hs_kiosk_find_entitlement (kiosk, &sign_in->identity, &error);
  if (entitlement == NULL && g_error_matches (error, HS_ERROR, HS_ERROR_EXPIRED))
    {
      hs_kiosk_sign_in_fail (sign_in, error);
      return;
    }
  if (entitlement == NULL)
    {
      g_error_free (error);
      fail_as_wrong (sign_in);
      return;
    }
  sign_in->name = g_strdup (sign_in->request.user);
  sign_in->expires_us = entitlement->expires_us;
  sign_in->key_state = HS_KIOSK_KEY_IS_OPEN;
  hs_kiosk_count_attempt_async (kiosk, &sign_in->identity, on_counted, sign_in);
}

/* ── getting ready for it ────────────────────────────────────────────────────────────────── */

/* What goes on after the person has been answered. */
typedef struct
{
  HsKiosk *kiosk;
  HsId identity;
  char *user;
  HsSecretBytes *password; /* NULL: none that would do */
  guint round;             /* of the rights, when the site was asked */
  gboolean is_outdated;    /* what is there is not of the person's present password */
} Preparation;

static void
preparation_free (Preparation *preparation)
{
  g_free (preparation->user);
  hs_secret_bytes_free (preparation->password);
  g_free (preparation);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Preparation, preparation_free)

static void
on_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Preparation) preparation = user_data;
  g_autoptr (GError) error = NULL;

  if (!hs_kiosk_keys_wrap_finish (preparation->kiosk->keys, result, &error))
    hs_log_warning ("signing in offline could not be made ready: %s", error->message);
}

static void
on_unready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Preparation) preparation = user_data;
  g_autoptr (GError) error = NULL;

  if (!hs_kiosk_keys_change_finish (preparation->kiosk->keys, result, &error))
    hs_log_warning ("what signing in offline needs could not be removed: %s", error->message);
}

/* The offline wrapping is made anew, so that it follows a changed password, or removed. Takes
 * @preparation. */
static void
wrap_or_remove (Preparation *preparation, gboolean is_wanted)
{
  HsKiosk *kiosk = preparation->kiosk;
  const HsSecretBytes *key
      = hs_identities_use_key (kiosk->parts.identities, &preparation->identity);
  const HsKioskKeyLock lock = { .identity = preparation->identity,
                                .way = HS_WAY_OFFLINE,
                                .secret = preparation->password };

  if (is_wanted && preparation->password != NULL && key != NULL)
    hs_kiosk_keys_wrap_async (kiosk->keys, &lock, key, HS_WRAP_REPLACE, on_ready, preparation);
  else if (!is_wanted || preparation->is_outdated)
    hs_kiosk_keys_remove_async (kiosk->keys, &preparation->identity, 1u << HS_WAY_OFFLINE,
                                on_unready, preparation);
  else
    preparation_free (preparation);
}

/* With the site's permission in hand. */
static void
prepare (Preparation *preparation, const char *entitlement)
{
  HsKiosk *kiosk = preparation->kiosk;
  gboolean is_wanted = entitlement != NULL && kiosk->parts.config->offline_sign_in;

  if (!hs_offline_rights_put (kiosk->parts.rights, preparation->round, &preparation->identity,
                              entitlement))
    {
      preparation_free (preparation);
      return;
    }
  hs_kiosk_remember (kiosk, preparation->user, &preparation->identity, is_wanted);
  hs_kiosk_clear_attempts (kiosk, &preparation->identity);
  wrap_or_remove (preparation, is_wanted);
}

static void
on_bound (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Preparation) preparation = user_data;
  HsKiosk *kiosk = preparation->kiosk;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  g_autoptr (HsEntitlement) entitlement
      = hs_site_link_bind_key_finish (kiosk->parts.site_link, result, &text, &error);

  if (error != NULL)
    {
      /* The next sign-in tries again. */
      hs_log_info ("the site has not bound a key of this workstation: %s", error->message);
      return;
    }
  if (entitlement != NULL)
    hs_last_seen_note (kiosk->parts.last_seen, entitlement->issued_us);
  prepare (g_steal_pointer (&preparation), text);
}

/* The site has just accepted a password: it is not the one of the wrapping if it is too short for one,
 * or does not open the key that it opened before. A file that is damaged proves nothing, and then the
 * wrapping may be the last of the key. */
static gboolean
shows_change (const HsKioskSignIn *sign_in)
{
  return sign_in->request.method == HS_SIGN_IN_PASSWORD
         && (!is_long (sign_in->request.secret)
             || (sign_in->key == NULL && sign_in->key_state == HS_KIOSK_KEY_IS_LOCKED));
}

void
hs_kiosk_prepare_offline (const HsKioskSignIn *sign_in)
{
  HsKiosk *kiosk = sign_in->kiosk;
  Preparation *preparation = g_new0 (Preparation, 1);
  guint8 key[HS_X25519_BYTES];
  char recipient[HS_RECIPIENT_TEXT_BYTES];

  preparation->kiosk = kiosk;
  preparation->identity = sign_in->identity;
  preparation->user = g_strdup (sign_in->request.user);
  if (sign_in->request.method == HS_SIGN_IN_PASSWORD && is_long (sign_in->request.secret))
    preparation->password = hs_secret_bytes_copy (sign_in->request.secret);
  preparation->is_outdated = shows_change (sign_in);
  preparation->round = hs_offline_rights_get_round (kiosk->parts.rights);
  if (sign_in->entitlement != NULL && !sign_in->registers)
    prepare (preparation, sign_in->entitlement);
  else if (hs_identities_get_public (kiosk->parts.identities, &sign_in->identity, key))
    hs_site_link_bind_key_async (kiosk->parts.site_link, sign_in->session,
                                 hs_recipient_format (key, recipient), on_bound, preparation);
  else
    preparation_free (preparation);
}

void
hs_kiosk_follow_password (HsKiosk *kiosk, const HsId *identity, const HsSecretBytes *password)
{
  Preparation *preparation = g_new0 (Preparation, 1);
  g_autoptr (HsEntitlement) entitlement = hs_kiosk_find_entitlement (kiosk, identity, NULL);

  preparation->kiosk = kiosk;
  preparation->identity = *identity;
  preparation->is_outdated = TRUE;
  if (is_long (password))
    preparation->password = hs_secret_bytes_copy (password);
  wrap_or_remove (preparation, entitlement != NULL && kiosk->parts.config->offline_sign_in);
}
