/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* Shared by door.c and door_unlock.c: GET /v1/unlock. */

#include "seal/key_file.h"
#include "tray-ui/client/door.h"

typedef struct
{
  guint8 recipient[HS_X25519_BYTES]; /* of the agent's present run */
  gboolean is_kiosk;
  gboolean is_registered;
  guint8 registered[HS_X25519_BYTES]; /* the person's key, as the agent knows it */
  char *key_name;                     /* in the keyring; freed by the caller */
} HsDoorFacts;

gboolean
hs_door_read (const json_t *reply, HsDoorFacts *facts, GError **error) G_GNUC_WARN_UNUSED_RESULT;
