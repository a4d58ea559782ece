/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* The person's way in: unlocking the key with the keyring's copy, signing in and out.
 *
 * What is secret is sealed here to the agent's present run and goes as an age file. A key is made only
 * when the keyring says that there is none and the agent knows none.
 *
 * Threads: main context only.  Blocks: never. */

#include "base/secret_bytes.h"
#include "core/wire/sign_in.h"
#include "platform/secret_store.h"
#include "tray-ui/client/agent.h"

typedef enum
{
  HS_UNLOCK_FAILED = 0, /* error is set */
  HS_UNLOCK_DONE,
  HS_UNLOCK_MADE,   /* a key was made, and is unlocked */
  HS_UNLOCK_LOCKED, /* the keyring is locked, and was not to be asked for */
} HsUnlockOutcome;

/* Errors: DENIED (no keyring, or it stays locked), REFUSED (its key is not the one that the agent
 * knows, or is lost), those of the call. */
void hs_door_unlock_async (HsAgent *agent,
                           HsSecretStoreManner manner,
                           GAsyncReadyCallback callback,
                           gpointer user_data);
HsUnlockOutcome hs_door_unlock_finish (HsAgent *agent,
                                       GAsyncResult *result,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Signs in with what the person typed. At a kiosk @agent gets the session.
 * *sentence (nullable) is (transfer full): what to tell the person of their key; NULL: all is well. */
void hs_door_sign_in_async (HsAgent *agent,
                            const HsSignInRequest *request,
                            GAsyncReadyCallback callback,
                            gpointer user_data);
gboolean hs_door_sign_in_finish (HsAgent *agent,
                                 GAsyncResult *result,
                                 char **sentence,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Forgets the sign-in and locks the key. */
void hs_door_sign_out_async (HsAgent *agent, GAsyncReadyCallback callback, gpointer user_data);
gboolean hs_door_sign_out_finish (HsAgent *agent,
                                  GAsyncResult *result,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;
