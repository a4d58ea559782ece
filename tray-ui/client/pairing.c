/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The link with which a browser reads the person's titles. */

#include "tray-ui/client/pairing.h"

#include "base/base64.h"
#include "base/error.h"
#include "seal/age_message.h"
#include "seal/title_key.h"
#include "tray-ui/client/door_private.h"

#include <glib/gi18n.h>
#include <string.h>

#define SEALED_TEXT_BYTES 4096 /* of a title key as an age file in base64url: about 500 */

typedef struct
{
  char *site_url;
  HsDoorFacts facts;
  HsSecretBytes *own; /* at a kiosk: the key that the title key comes sealed to */
} Pairing;

static void
pairing_free (gpointer data)
{
  Pairing *pairing = data;

  g_free (pairing->site_url);
  g_free (pairing->facts.key_name);
  hs_secret_bytes_free (pairing->own);
  g_free (pairing);
}

gboolean
hs_pairing_is_of_use (const HsControlStatus *status)
{
  return status != NULL && status->site_url != NULL
         && g_strcmp0 (status->title_policy, "sealed") == 0;
}

static void
fail (GTask *task, GError *error)
{
  g_task_return_error (task, error);
  g_object_unref (task);
}

static void
refuse (GTask *task, HsErrorCode code, const char *sentence)
{
  fail (task, g_error_new_literal (HS_ERROR, (int)code, sentence));
}

/* Takes @error and the task. */
static void
give_link (GTask *task, const HsSecretBytes *title_key, GError *error)
{
  Pairing *pairing = g_task_get_task_data (task);
  HsSecretBytes *link = title_key != NULL ? hs_title_key_format_link (title_key, pairing->site_url,
                                                                      &pairing->facts.person,
                                                                      g_get_host_name (), &error)
                                          : NULL;

  if (link == NULL)
    {
      fail (task, error);
      return;
    }
  g_task_return_pointer (task, link, (GDestroyNotify)hs_secret_bytes_free);
  g_object_unref (task);
}

/* ── of the key in the keyring ───────────────────────────────────────────────────────────── */

static void
derive (GTask *task, const HsSecretBytes *file)
{
  Pairing *pairing = g_task_get_task_data (task);
  guint8 derived[HS_X25519_BYTES];
  GError *error = NULL;
  g_autoptr (HsSecretBytes) owner = hs_key_file_parse (file, &error);
  g_autoptr (HsSecretBytes) title_key = NULL;

  if (owner == NULL || !hs_title_key_derive_public (owner, derived, &error))
    {
      fail (task, error);
      return;
    }
  if (memcmp (derived, pairing->facts.titles, sizeof derived) != 0)
    {
      refuse (task, HS_ERROR_CORRUPT,
              _ ("Your titles are sealed to another key than yours. Lock your key and unlock it "
                 "again, then try once more."));
      return;
    }
  title_key = hs_title_key_derive (owner, &error);
  give_link (task, title_key, error);
}

static void
on_found (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  g_autoptr (HsSecretBytes) file = NULL;

  switch (hs_door_find_key_finish (result, &file))
    {
    case HS_DOOR_KEY_FOUND:
      derive (task, file);
      return;
    case HS_DOOR_KEY_LOCKED:
      refuse (task, HS_ERROR_DENIED, _ ("Your keyring is locked."));
      return;
    case HS_DOOR_KEY_ABSENT:
    case HS_DOOR_KEY_OTHER:
      refuse (task, HS_ERROR_REFUSED,
              _ ("Your keyring does not have the key that your titles are sealed to."));
      return;
    case HS_DOOR_KEY_FAILED:
      break;
    }
  refuse (task, HS_ERROR_DENIED,
          _ ("Your keyring cannot be reached. Start a keyring such as gnome-keyring, then try "
             "again."));
}

/* ── of the agent, at a kiosk ────────────────────────────────────────────────────────────── */

static HsSecretBytes *
open_title_key (Pairing *pairing, const json_t *reply, GError **error)
{
  g_autofree char *text = NULL;

  if (!hs_json_get_text (reply, "title_key", SEALED_TEXT_BYTES, &text, error))
    return NULL;
  g_autoptr (GBytes) sealed = hs_base64_decode_bytes (HS_BASE64_URL, text);
  if (sealed == NULL)
    {
      g_set_error_literal (error, HS_ERROR, HS_ERROR_INTERNAL,
                           _ ("Homespool's answer makes no sense. Ask your administrator."));
      return NULL;
    }
  g_autoptr (HsSecretBytes) file = hs_age_message_open (
      g_bytes_get_data (sealed, NULL), g_bytes_get_size (sealed), pairing->own, error);
  return file != NULL ? hs_key_file_parse (file, error) : NULL;
}

static void
on_title_key (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  GError *error = NULL;
  g_autoptr (json_t) reply = hs_agent_call_finish (HS_AGENT (source), result, &error);
  g_autoptr (HsSecretBytes) title_key
      = reply != NULL ? open_title_key (g_task_get_task_data (task), reply, &error) : NULL;

  give_link (task, title_key, error);
}

static void
ask_title_key (GTask *task)
{
  Pairing *pairing = g_task_get_task_data (task);
  guint8 own_public[HS_X25519_BYTES];
  char recipient[HS_RECIPIENT_TEXT_BYTES];
  GError *error = NULL;

  pairing->own = hs_x25519_generate (own_public, &error);
  if (pairing->own == NULL)
    {
      fail (task, error);
      return;
    }
  (void)hs_recipient_format (own_public, recipient);
  g_autoptr (GBytes) body = g_bytes_new (recipient, strlen (recipient));
  hs_agent_call_async (g_task_get_source_object (task), "POST", "/v1/title-key", body, "text/plain",
                       on_title_key, task);
}

/* ── beginning ───────────────────────────────────────────────────────────────────────────── */

static void
on_facts (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  Pairing *pairing = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (json_t) reply = hs_agent_call_finish (HS_AGENT (source), result, &error);

  if (reply == NULL || !hs_door_read (reply, &pairing->facts, &error))
    fail (task, error);
  else if (hs_id_is_zero (&pairing->facts.person))
    refuse (task, HS_ERROR_REFUSED,
            _ ("It is not known who you are at the site. Sign in there first."));
  else if (!pairing->facts.is_registered || !pairing->facts.has_titles)
    refuse (task, HS_ERROR_REFUSED,
            _ ("Your titles are not sealed to a key of yours yet. Unlock your key first."));
  else if (pairing->facts.is_kiosk)
    ask_title_key (task);
  else
    hs_door_find_key_async (&pairing->facts, HS_SECRET_STORE_ASK, on_found, task);
}

void
hs_pairing_make_link_async (HsAgent *agent, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (agent, NULL, callback, user_data);
  const HsControlStatus *status = hs_agent_get_status (agent);
  Pairing *pairing = g_new0 (Pairing, 1);

  g_task_set_source_tag (task, hs_pairing_make_link_async);
  g_task_set_task_data (task, pairing, pairing_free);
  if (!hs_pairing_is_of_use (status))
    {
      refuse (task, HS_ERROR_REFUSED, _ ("There is nothing to pair."));
      return;
    }
  pairing->site_url = g_strdup (status->site_url);
  hs_agent_call_async (agent, "GET", "/v1/unlock", NULL, NULL, on_facts, task);
}

HsSecretBytes *
hs_pairing_make_link_finish (HsAgent *agent, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
