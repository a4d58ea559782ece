/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* Shared by the door's parts: what GET /v1/unlock says, and the key in the person's keyring. */

#include "base/id.h"
#include "seal/key_file.h"
#include "tray-ui/client/door.h"

typedef struct
{
  guint8 recipient[HS_X25519_BYTES]; /* of the agent's present run */
  gboolean is_kiosk;
  HsId person; /* at the site; zero: not known */
  gboolean is_registered;
  guint8 registered[HS_X25519_BYTES]; /* the person's key, as the agent knows it */
  gboolean has_titles;
  guint8 titles[HS_X25519_BYTES]; /* what the agent seals titles to */
  char *key_name;                 /* in the keyring; freed by the caller */
} HsDoorFacts;

gboolean
hs_door_read (const json_t *reply, HsDoorFacts *facts, GError **error) G_GNUC_WARN_UNUSED_RESULT;

typedef enum
{
  HS_DOOR_KEY_FAILED = 0, /* no keyring can be reached */
  HS_DOOR_KEY_FOUND,      /* the one that the agent knows; any, if it knows none */
  HS_DOOR_KEY_ABSENT,
  HS_DOOR_KEY_LOCKED, /* the keyring is locked, and was not to be asked for, or stayed locked */
  HS_DOOR_KEY_OTHER,  /* a key, but not that one */
} HsDoorKey;

/* @facts is copied. */
void hs_door_find_key_async (const HsDoorFacts *facts,
                             HsSecretStoreManner manner,
                             GAsyncReadyCallback callback,
                             gpointer user_data);
/* *file: (transfer full): its key file if it was found. */
HsDoorKey hs_door_find_key_finish (GAsyncResult *result, HsSecretBytes **file);
