/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* How the agent is spoken to in private, and what it knows of the caller: GET /v1/unlock. Secrets go
 * in as age files that only the agent's present run can open.
 *
 * Threads: main thread.  Blocks: until the agent has answered. */

#include "cli/command.h"
#include "crypto/x25519.h"

typedef struct
{
  guint8 recipient[HS_X25519_BYTES];
  gboolean is_kiosk;
  gboolean is_registered;
  guint8 registered[HS_X25519_BYTES];
  char *key_name; /* in the keyring */
} HsDoor;

void hs_door_clear (HsDoor *door);

gboolean hs_door_find (HsCommandCall *call, HsDoor *door, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Returns: (transfer full). */
json_t *hs_door_post (HsCommandCall *call,
                      const HsDoor *door,
                      const char *path,
                      const guint8 *plain,
                      gsize length,
                      GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* command_sign_in.c: signs who is signed in at a kiosk in once more, with a new key. */
json_t *hs_command_sign_in_anew (HsCommandCall *call,
                                 const HsDoor *door,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (HsDoor, hs_door_clear)
