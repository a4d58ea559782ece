/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* People at workstations. */

#include "site/people/seats.h"

#include "base/error.h"
#include "core/bech32.h"
#include "core/wire/sign_in.h"
#include "crypto/jws.h"
#include "crypto/random.h"

#include <string.h>

#define RECIPIENT_BYTES 32

/* What the log of destroyed keys calls it: nobody who was erased is to be found there. */
static char *
dup_log_name (const HsStoreSeat *seat)
{
  GString *name = g_string_new ("pepper ");

  for (gsize i = 0; i < sizeof seat->pepper; i++)
    g_string_append_printf (name, "%02x", seat->pepper[i]);
  return g_string_free (name, FALSE);
}

/* What the pepper is bound to, and what older lines of the log called it: not only person and workstation, for the
 * same two may meet again after the person was erased and came back. */
static char *
dup_pepper_name (const HsStoreSeat *seat)
{
  char identity[HS_ID_TEXT_BYTES];
  char device[HS_ID_TEXT_BYTES];
  GString *name = g_string_new ("pepper ");

  for (gsize i = 0; i < sizeof seat->pepper; i++)
    g_string_append_printf (name, "%02x", seat->pepper[i]);
  g_string_append_printf (name, " %s %s", hs_id_format (&seat->identity, identity),
                          hs_id_format (&seat->device, device));
  return g_string_free (name, FALSE);
}

/* *seat is (transfer full): an empty one if there is none yet. */
static gboolean
find_seat (
    HsSite *site, const HsId *identity, const HsId *device, HsStoreSeat **seat, GError **error)
{
  g_autoptr (GError) reason = NULL;

  *seat = hs_store_get_seat (site->store, identity, device, &reason);
  if (*seat != NULL)
    return TRUE;
  if (!g_error_matches (reason, HS_ERROR, HS_ERROR_NOT_FOUND))
    {
      g_propagate_error (error, g_steal_pointer (&reason));
      return FALSE;
    }
  *seat = g_new0 (HsStoreSeat, 1);
  (*seat)->identity = *identity;
  (*seat)->device = *device;
  return TRUE;
}

static HsSecretBytes *
open_pepper (HsSite *site, const HsStoreSeat *seat, GError **error)
{
  g_autofree char *name = dup_pepper_name (seat);

  return hs_site_secrets_open (site->secrets, name, seat->wrapped, error);
}

HsSecretBytes *
hs_seat_get_pepper (HsSite *site, const HsId *identity, const HsId *device, GError **error)
{
  g_autoptr (HsStoreSeat) seat = NULL;
  g_autoptr (HsSecretBytes) pepper = NULL;

  if (!find_seat (site, identity, device, &seat, error))
    return NULL;
  if (seat->wrapped != NULL)
    return open_pepper (site, seat, error);
  pepper = hs_random_secret (HS_PEPPER_BYTES, error);
  if (pepper == NULL || !hs_random_bytes (seat->pepper, sizeof seat->pepper, error))
    return NULL;
  g_autofree char *name = dup_pepper_name (seat);
  seat->wrapped = hs_site_secrets_seal (site->secrets, name, pepper, error);
  if (seat->wrapped == NULL || !hs_store_set_seat (site->store, seat, error))
    return NULL;
  return g_steal_pointer (&pepper);
}

gboolean
hs_seat_find_pepper (
    HsSite *site, const HsId *identity, const HsId *device, HsSecretBytes **pepper, GError **error)
{
  g_autoptr (HsStoreSeat) seat = NULL;

  *pepper = NULL;
  if (!find_seat (site, identity, device, &seat, error))
    return FALSE;
  if (seat->wrapped != NULL)
    *pepper = open_pepper (site, seat, error);
  return seat->wrapped == NULL || *pepper != NULL;
}

gboolean
hs_seat_set_recipient (
    HsSite *site, const HsId *identity, const HsId *device, const char *recipient, GError **error)
{
  g_autoptr (HsStoreSeat) seat = NULL;
  guint8 key[RECIPIENT_BYTES];

  if (hs_bech32_decode ("age", recipient, strlen (recipient), key, sizeof key) != RECIPIENT_BYTES)
    {
      g_set_error (error, HS_ERROR, HS_ERROR_INVALID, "this is no age1… recipient");
      return FALSE;
    }
  if (!find_seat (site, identity, device, &seat, error))
    return FALSE;
  g_free (seat->recipient);
  seat->recipient = g_strdup (recipient);
  return hs_store_set_seat (site->store, seat, error);
}

/* ── offline rights ──────────────────────────────────────────────────────────────────────── */

gboolean
hs_seat_sign_entitlement (HsSite *site,
                          const HsStoreUser *user,
                          const HsId *device,
                          gint64 now_us,
                          char **entitlement,
                          GError **error)
{
  const HsBundle *bundle = hs_site_get_bundle (site, error);
  g_autoptr (HsStoreSeat) seat = NULL;
  HsEntitlement rights = { .identity = user->identity,
                           .device = *device,
                           .issued_us = now_us,
                           .expires_us = now_us + site->config->offline_days * G_TIME_SPAN_DAY,
                           .pages = site->config->offline_pages };

  *entitlement = NULL;
  if (bundle == NULL || !find_seat (site, &user->identity, device, &seat, error))
    return FALSE;
  if (bundle->policy.offline != HS_OFFLINE_PRINT || seat->recipient == NULL)
    return TRUE;
  rights.recipient = seat->recipient;
  if (user->guest_until_us != 0)
    rights.expires_us = MIN (rights.expires_us, user->guest_until_us);
  g_autoptr (GBytes) payload = hs_entitlement_encode (&rights, error);
  if (payload == NULL)
    return FALSE;
  gsize length = 0;
  const guint8 *bytes = g_bytes_get_data (payload, &length);
  *entitlement
      = hs_jws_sign (HS_JWS_TYP_ENTITLEMENT, hs_site_secrets_get_entitlement_seed (site->secrets),
                     bytes, length, error);
  return *entitlement != NULL;
}

/* ── the end ─────────────────────────────────────────────────────────────────────────────── */

gboolean
hs_seats_end (HsSite *site, const HsId *identity, const HsId *device, guint *ended, GError **error)
{
  g_autoptr (GPtrArray) seats = hs_store_list_seats (site->store, identity, device, error);

  *ended = 0;
  if (seats == NULL)
    return FALSE;
  for (guint i = 0; i < seats->len; i++, (*ended)++)
    {
      const HsStoreSeat *seat = g_ptr_array_index (seats, i);
      g_autofree char *name = dup_log_name (seat);
      /* The log comes first: a cut between the two leaves one that start-up destroys again. */
      if ((seat->wrapped != NULL && !hs_site_secrets_log_name (site->secrets, name, error))
          || !hs_store_remove_seat (site->store, &seat->identity, &seat->device, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
hs_seats_apply_log (HsSite *site, gint64 now_us, guint *ended, GError **error)
{
  g_autoptr (GPtrArray) seats = hs_store_list_seats (site->store, NULL, NULL, error);
  gint64 last_us = 0;

  *ended = 0;
  if (seats == NULL || !hs_store_get_last_life_us (site->store, &last_us, error))
    return FALSE;
  for (guint i = 0; i < seats->len; i++)
    {
      const HsStoreSeat *seat = g_ptr_array_index (seats, i);
      g_autofree char *name = dup_log_name (seat);
      g_autofree char *older = dup_pepper_name (seat);
      if (seat->wrapped == NULL
          || (now_us <= last_us + HS_SEATS_LIFE_US
              && !hs_site_secrets_has_name (site->secrets, name)
              && !hs_site_secrets_has_name (site->secrets, older)))
        continue;
      if (!hs_store_remove_seat (site->store, &seat->identity, &seat->device, error))
        return FALSE;
      (*ended)++;
    }
  return TRUE;
}
