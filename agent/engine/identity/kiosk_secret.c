/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* A new PIN or password at a kiosk. The key is wrapped with the new one first, beside the old
 * wrapping; then the site is asked; then one of the two goes. Whatever is cut short in between, the
 * secret that the site accepts next opens one of them. */

#define HS_LOG_AREA "people"

#include "engine/identity/kiosk_private.h"

#include "base/error.h"
#include "base/log.h"
#include "core/refusal.h"
#include "engine/site_link/people.h"

typedef struct
{
  HsKiosk *kiosk;
  GTask *task;
  HsId identity;
  HsId occupancy; /* whose sitting: pepper and session of a later one are somebody else's */
  HsSignInMethod method;
  HsKeyWay way;
  HsSecretBytes *old_secret;
  HsSecretBytes *new_secret;
  gboolean has_next; /* the new wrapping lies beside the old one */
  GError *refusal;   /* the site's; NULL: it has changed */
} Change;

static void
change_free (Change *change)
{
  change->kiosk->is_changing = FALSE;
  hs_secret_bytes_free (change->old_secret);
  hs_secret_bytes_free (change->new_secret);
  g_clear_error (&change->refusal);
  g_object_unref (change->task);
  g_free (change);
}

static void
end (Change *change, GError *error)
{
  if (error != NULL)
    g_task_return_error (change->task, error);
  else
    g_task_return_boolean (change->task, TRUE);
  change_free (change);
}

static void
on_settled (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Change *change = user_data;
  g_autoptr (GError) error = NULL;

  /* Both files stay, and the next sign-in finds the right one. */
  if (!hs_kiosk_keys_change_finish (change->kiosk->keys, result, &error))
    hs_log_warning ("a key's old wrapping could not be put away: %s", error->message);
  end (change, g_steal_pointer (&change->refusal));
}

/* An answer that never came may have been a yes: then both wrappings stay. */
static gboolean
is_certain (const GError *refusal)
{
  return refusal == NULL || g_error_matches (refusal, HS_ERROR, HS_ERROR_DENIED)
         || g_error_matches (refusal, HS_ERROR, HS_ERROR_REFUSED)
         || g_error_matches (refusal, HS_ERROR, HS_ERROR_INVALID);
}

static void
on_changed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Change *change = user_data;
  HsKiosk *kiosk = change->kiosk;
  g_autoptr (HsSecretBytes) pepper = NULL;

  (void)!hs_site_link_change_secret_finish (kiosk->parts.site_link, result, &pepper,
                                            &change->refusal);
  /* A key that was not opened may have its last wrapping there. */
  if (change->refusal == NULL && change->has_next && change->way == HS_WAY_PASSWORD)
    hs_kiosk_follow_password (kiosk, &change->identity, change->new_secret);
  if (change->has_next && is_certain (change->refusal))
    hs_kiosk_keys_settle_async (kiosk->keys, &change->identity, change->way,
                                change->refusal == NULL, on_settled, change);
  else
    end (change, g_steal_pointer (&change->refusal));
}

static gboolean
is_still_here (const Change *change)
{
  const HsSeatOccupancy *occupancy = hs_seat_get_occupancy (change->kiosk->seat);

  return occupancy != NULL && hs_id_equal (&occupancy->id, &change->occupancy);
}

static GError *
make_gone_error (void)
{
  return hs_refusal_new (HS_REFUSAL_SECRET_SIGNED_OUT, NULL);
}

static void
ask_site (Change *change)
{
  const HsKioskParts *parts = &change->kiosk->parts;
  const HsSecretBytes *session = hs_sessions_find (parts->sessions, parts->uid, g_get_real_time ());
  const HsSecretRequest request = { .session = (HsSecretBytes *)session,
                                    .method = change->method,
                                    .old_secret = change->old_secret,
                                    .new_secret = change->new_secret };

  /* The new wrapping stays beside the old one; the next sign-in finds the right one. */
  if (!is_still_here (change))
    end (change, make_gone_error ());
  else if (session != NULL)
    hs_site_link_change_secret_async (parts->site_link, &request, on_changed, change);
  else
    end (change, hs_refusal_new (HS_REFUSAL_SECRET_SITE_FIRST, NULL));
}

static void
on_wrapped (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Change *change = user_data;
  GError *error = NULL;

  if (!hs_kiosk_keys_wrap_finish (change->kiosk->keys, result, &error))
    {
      end (change, error);
      return;
    }
  change->has_next = TRUE;
  ask_site (change);
}

/* Only a key that this secret opens gets a new wrapping. */
static void
on_opened (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Change *change = user_data;
  HsKiosk *kiosk = change->kiosk;
  const HsKioskKeyLock lock = { .identity = change->identity,
                                .way = change->way,
                                .pepper = kiosk->pepper,
                                .secret = change->new_secret };
  g_autoptr (HsSecretBytes) key = NULL;
  GError *error = NULL;

  switch (hs_kiosk_keys_open_finish (kiosk->keys, result, &key, &error))
    {
    case HS_KIOSK_KEY_OPEN:
      if (is_still_here (change) && kiosk->pepper != NULL)
        hs_kiosk_keys_wrap_async (kiosk->keys, &lock, key, HS_WRAP_NEXT, on_wrapped, change);
      else
        end (change, make_gone_error ());
      return;
    case HS_KIOSK_KEY_ABSENT:
    case HS_KIOSK_KEY_OTHER_WAY:
    case HS_KIOSK_KEY_LOCKED:
    case HS_KIOSK_KEY_DAMAGED:
      ask_site (change);
      return;
    case HS_KIOSK_KEY_FAILED:
      break;
    }
  end (change, error);
}

void
hs_kiosk_change_secret_async (HsKiosk *kiosk,
                              HsSignInMethod method,
                              const HsSecretBytes *old_secret,
                              const HsSecretBytes *new_secret,
                              GAsyncReadyCallback callback,
                              gpointer user_data)
{
  const HsSeatOccupancy *occupancy = hs_seat_get_occupancy (kiosk->seat);
  g_autoptr (GTask) task = g_task_new (NULL, NULL, callback, user_data);

  if (occupancy == NULL || kiosk->is_changing)
    {
      g_task_return_error (task, hs_refusal_new (occupancy == NULL ? HS_REFUSAL_SECRET_SIGN_IN_FIRST
                                                                   : HS_REFUSAL_SECRET_UNDER_WAY,
                                                 NULL));
      return;
    }
  /* A card alone opened no key, and one must not be left behind under the old PIN. */
  if (kiosk->pepper == NULL)
    {
      g_task_return_error (task, hs_refusal_new (HS_REFUSAL_SECRET_CARD_ALONE, NULL));
      return;
    }
  Change *change = g_new0 (Change, 1);
  kiosk->is_changing = TRUE;
  change->kiosk = kiosk;
  change->task = g_steal_pointer (&task);
  change->identity = occupancy->identity;
  change->occupancy = occupancy->id;
  change->method = method;
  change->way = method == HS_SIGN_IN_PASSWORD ? HS_WAY_PASSWORD : HS_WAY_PIN;
  change->old_secret = hs_secret_bytes_copy (old_secret);
  change->new_secret = hs_secret_bytes_copy (new_secret);
  const HsKioskKeyLock lock = { .identity = change->identity,
                                .way = change->way,
                                .pepper = kiosk->pepper,
                                .secret = change->old_secret };
  hs_kiosk_keys_open_async (kiosk->keys, &lock, on_opened, change);
}

gboolean
hs_kiosk_change_secret_finish (HsKiosk *kiosk, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
