/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* How the agent is spoken to in private. */

#include "cli/door.h"

#include "base/error.h"
#include "seal/age_message.h"
#include "seal/key_file.h"

void
hs_door_clear (HsDoor *door)
{
  g_free (door->key_name);
}

gboolean
hs_door_find (HsCommandCall *call, HsDoor *door, GError **error)
{
  g_autofree char *recipient = NULL;
  g_autofree char *identity = NULL;
  g_autofree char *registered = NULL;
  g_autoptr (json_t) reply = hs_client_call (call->client, "GET", "/v1/unlock", NULL, NULL, error);

  if (reply == NULL || !hs_json_get_text (reply, "recipient", 128, &recipient, error)
      || !hs_json_get_boolean (reply, "kiosk", &door->is_kiosk, error)
      || !hs_json_get_text_or_null (reply, "key_identity", 64, &identity, error)
      || !hs_json_get_text_or_null (reply, "registered", 128, &registered, error))
    return FALSE;
  door->is_registered = registered != NULL;
  door->key_name = g_strconcat ("identity-", identity != NULL ? identity : "local", NULL);
  if (hs_recipient_parse (recipient, door->recipient)
      && (registered == NULL || hs_recipient_parse (registered, door->registered)))
    return TRUE;
  g_set_error_literal (error, HS_ERROR, HS_ERROR_INTERNAL, "The agent's answer makes no sense.");
  return FALSE;
}

json_t *
hs_door_post (HsCommandCall *call,
              const HsDoor *door,
              const char *path,
              const guint8 *plain,
              gsize length,
              GError **error)
{
  g_autoptr (GBytes) sealed = hs_age_message_seal (door->recipient, plain, length, error);

  if (sealed == NULL)
    return NULL;
  return hs_client_call (call->client, "POST", path, sealed, "application/age", error);
}
