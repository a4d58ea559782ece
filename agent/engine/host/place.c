/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Names of networks: HMAC of the way out of them. */

#include "engine/host/place.h"

#include "crypto/hkdf.h"
#include "crypto/hmac.h"
#include "platform/network_place.h"

#include <string.h>

#define LABEL "homespool network place v1"

struct HsPlaces
{
  HsSecretBytes *key;
};

HsPlaces *
hs_places_new (const HsSecretBytes *machine_secret, GError **error)
{
  HsSecretBytes *key = hs_hkdf_sha256_label (machine_secret, LABEL, HS_HMAC_BYTES, error);
  HsPlaces *places = NULL;

  if (key == NULL)
    return NULL;
  places = g_new0 (HsPlaces, 1);
  places->key = key;
  return places;
}

void
hs_places_free (HsPlaces *places)
{
  if (places == NULL)
    return;
  hs_secret_bytes_free (places->key);
  g_free (places);
}

gboolean
hs_places_find (const HsPlaces *places, guint8 place[HS_PLACE_BYTES])
{
  g_autofree char *gateway = hs_network_place_dup ();
  guint8 mac[HS_HMAC_BYTES];

  if (gateway == NULL || !hs_hmac_sha256 (places->key, gateway, strlen (gateway), mac, NULL))
    return FALSE;
  memcpy (place, mac, HS_PLACE_BYTES);
  return TRUE;
}
