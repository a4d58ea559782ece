/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Unlocking: the keyring's copy of the person's key goes to the agent.
 *
 * A keyring that is locked is not a keyring without a key: only "absent" while the agent knows none
 * makes one, for a second key would shut the person out of what the first one opens. */

#include "tray-ui/client/door_private.h"

#include "base/error.h"
#include "seal/age_message.h"

#include <glib/gi18n.h>

typedef struct
{
  HsSecretStoreManner manner;
  HsSecretStore *store;
  HsDoorFacts facts;
  HsSecretBytes *made; /* key file of a new key; NULL: none was made */
} Unlock;

static void
unlock_free (gpointer data)
{
  Unlock *unlock = data;

  hs_secret_store_free (unlock->store);
  hs_secret_bytes_free (unlock->made);
  g_free (unlock->facts.key_name);
  g_free (unlock);
}

static void
refuse (GTask *task, HsErrorCode code, const char *sentence)
{
  g_task_return_new_error (task, HS_ERROR, (int)code, "%s", sentence);
  g_object_unref (task);
}

static void
on_unlocked (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  HsAgent *agent = HS_AGENT (source);
  Unlock *unlock = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (json_t) reply = hs_agent_call_finish (agent, result, &error);

  if (reply == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  hs_agent_refresh (agent);
  g_task_return_int (task, unlock->made != NULL ? HS_UNLOCK_MADE : HS_UNLOCK_DONE);
}

static void
hand_over (GTask *task, const HsSecretBytes *file)
{
  Unlock *unlock = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (GBytes) sealed
      = hs_age_message_seal (unlock->facts.recipient, hs_secret_bytes_peek (file),
                             hs_secret_bytes_get_length (file), &error);

  if (sealed == NULL)
    {
      g_task_return_error (task, error);
      g_object_unref (task);
      return;
    }
  hs_agent_call_async (g_task_get_source_object (task), "POST", "/v1/unlock", sealed,
                       "application/age", on_unlocked, task);
}

/* ── a first key ─────────────────────────────────────────────────────────────────────────── */

static void
on_kept (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  Unlock *unlock = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  switch (hs_secret_store_put_finish (unlock->store, result, &error))
    {
    case HS_SECRET_STORE_PRESENT:
      hand_over (task, unlock->made);
      return;
    case HS_SECRET_STORE_LOCKED:
      refuse (task, HS_ERROR_DENIED, _ ("Your keyring stayed locked, so no key was made."));
      return;
    case HS_SECRET_STORE_ABSENT:
    case HS_SECRET_STORE_FAILED:
      break;
    }
  refuse (task, HS_ERROR_DENIED,
          _ ("Your keyring cannot keep a key. Start a keyring such as gnome-keyring, then try "
             "again."));
}

static void
make_key (GTask *task)
{
  Unlock *unlock = g_task_get_task_data (task);
  guint8 public_key[HS_X25519_BYTES];
  GError *error = NULL;
  g_autoptr (HsSecretBytes) key = hs_x25519_generate (public_key, &error);

  unlock->made = key != NULL ? hs_key_file_format (key, &error) : NULL;
  if (unlock->made == NULL)
    {
      g_task_return_error (task, error);
      g_object_unref (task);
      return;
    }
  hs_secret_store_put_async (unlock->store, unlock->facts.key_name,
                             _ ("Homespool: key of your print jobs"),
                             hs_secret_bytes_peek (unlock->made),
                             hs_secret_bytes_get_length (unlock->made), NULL, on_kept, task);
}

/* ── the key that is there ───────────────────────────────────────────────────────────────── */

static void
on_found (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  Unlock *unlock = g_task_get_task_data (task);
  g_autoptr (HsSecretBytes) file = NULL;

  switch (hs_door_find_key_finish (result, &file))
    {
    case HS_DOOR_KEY_FOUND:
      hand_over (task, file);
      return;
    case HS_DOOR_KEY_LOCKED:
      g_task_return_int (task, HS_UNLOCK_LOCKED);
      g_object_unref (task);
      return;
    case HS_DOOR_KEY_ABSENT:
      if (!unlock->facts.is_registered)
        make_key (task);
      else
        refuse (task, HS_ERROR_REFUSED,
                _ ("Your keyring has no key, but this computer knows one of yours. Log in as you "
                   "did when you printed, or print your jobs from the release page."));
      return;
    case HS_DOOR_KEY_OTHER:
      refuse (task, HS_ERROR_REFUSED,
              _ ("The key in your keyring is not the one that this computer knows. Your jobs can "
                 "still be printed from the release page; ask your administrator."));
      return;
    case HS_DOOR_KEY_FAILED:
      break;
    }
  refuse (task, HS_ERROR_DENIED,
          _ ("Your keyring cannot be reached. Start a keyring such as gnome-keyring, then try "
             "again."));
}

static void
on_facts (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  Unlock *unlock = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (json_t) reply = hs_agent_call_finish (HS_AGENT (source), result, &error);

  if (reply == NULL || !hs_door_read (reply, &unlock->facts, &error))
    {
      g_task_return_error (task, error);
      g_object_unref (task);
    }
  else if (unlock->facts.is_kiosk)
    refuse (task, HS_ERROR_REFUSED,
            _ ("Many people use this computer: signing in opens your key."));
  else
    hs_door_find_key_async (&unlock->facts, unlock->manner, on_found, task);
}

void
hs_door_unlock_async (HsAgent *agent,
                      HsSecretStoreManner manner,
                      GAsyncReadyCallback callback,
                      gpointer user_data)
{
  GTask *task = g_task_new (agent, NULL, callback, user_data);
  Unlock *unlock = g_new0 (Unlock, 1);

  g_task_set_source_tag (task, hs_door_unlock_async);
  unlock->manner = manner;
  unlock->store = hs_secret_store_new ();
  g_task_set_task_data (task, unlock, unlock_free);
  hs_agent_call_async (agent, "GET", "/v1/unlock", NULL, NULL, on_facts, task);
}

HsUnlockOutcome
hs_door_unlock_finish (HsAgent *agent, GAsyncResult *result, GError **error)
{
  gssize outcome = g_task_propagate_int (G_TASK (result), error);

  return outcome < 0 ? HS_UNLOCK_FAILED : (HsUnlockOutcome)outcome;
}
