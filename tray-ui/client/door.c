/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The person's way in: signing in and out. Unlocking is in door_unlock.c. */

#include "tray-ui/client/door_private.h"

#include "base/error.h"
#include "core/wire/json_secret.h"
#include "seal/age_message.h"
#include "tray-ui/words/agent_words.h"

#include <glib/gi18n.h>
#include <string.h>

/* ── the agent's recipient ───────────────────────────────────────────────────────────────── */

gboolean
hs_door_read (const json_t *reply, HsDoorFacts *facts, GError **error)
{
  g_autofree char *recipient = NULL;
  g_autofree char *identity = NULL;
  g_autofree char *registered = NULL;
  g_autofree char *titles = NULL;

  if (!hs_json_get_text (reply, "recipient", 128, &recipient, error)
      || !hs_json_get_boolean (reply, "kiosk", &facts->is_kiosk, error)
      || !hs_json_get_text_or_null (reply, "key_identity", 64, &identity, error)
      || !hs_json_get_id_or_null (reply, "identity", &facts->person, error)
      || !hs_json_get_text_or_null (reply, "registered", 128, &registered, error)
      || !hs_json_get_text_or_null (reply, "title_recipient", 128, &titles, error))
    return FALSE;
  facts->is_registered = registered != NULL;
  facts->has_titles = titles != NULL;
  if (!hs_recipient_parse (recipient, facts->recipient)
      || (titles != NULL && !hs_recipient_parse (titles, facts->titles))
      || (registered != NULL && !hs_recipient_parse (registered, facts->registered)))
    {
      g_set_error_literal (error, HS_ERROR, HS_ERROR_INTERNAL,
                           _ ("Homespool's answer makes no sense. Ask your administrator."));
      return FALSE;
    }
  g_free (facts->key_name);
  facts->key_name = g_strconcat ("identity-", identity != NULL ? identity : "local", NULL);
  return TRUE;
}

/* ── signing in ──────────────────────────────────────────────────────────────────────────── */

typedef struct
{
  HsSecretBytes *plain; /* the request's text */
  HsDoorFacts facts;
  char *sentence;
} SignIn;

static void
sign_in_free (gpointer data)
{
  SignIn *sign_in = data;

  hs_secret_bytes_free (sign_in->plain);
  g_free (sign_in->facts.key_name);
  g_free (sign_in->sentence);
  g_free (sign_in);
}

static gboolean
take_welcome (HsAgent *agent, SignIn *sign_in, const json_t *reply, GError **error)
{
  g_autofree char *token = NULL;
  g_autofree char *key = NULL;
  g_autofree char *sentence = NULL;

  if (!sign_in->facts.is_kiosk)
    return TRUE;
  if (!hs_json_get_text (reply, "session", 128, &token, error)
      || !hs_json_get_text (reply, "key", 32, &key, error)
      || !hs_json_get_text_or_null (reply, "sentence", 1024, &sentence, error))
    return FALSE;
  sign_in->sentence = g_strdup (hs_person_words_welcome (key, sentence));
  hs_agent_set_session (agent, token);
  hs_secret_bytes_wipe (token, strlen (token));
  return TRUE;
}

static void
on_signed_in (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  HsAgent *agent = HS_AGENT (source);
  SignIn *sign_in = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (HsSecretJson) reply = hs_agent_call_finish (agent, result, &error);

  if (reply == NULL || !take_welcome (agent, sign_in, reply, &error))
    {
      g_task_return_error (task, error);
      return;
    }
  hs_agent_refresh (agent);
  g_task_return_boolean (task, TRUE);
}

static void
on_recipient (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  HsAgent *agent = HS_AGENT (source);
  SignIn *sign_in = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (json_t) reply = hs_agent_call_finish (agent, result, &error);
  g_autoptr (GBytes) sealed = NULL;

  if (reply != NULL && hs_door_read (reply, &sign_in->facts, &error))
    sealed = hs_age_message_seal (sign_in->facts.recipient, hs_secret_bytes_peek (sign_in->plain),
                                  hs_secret_bytes_get_length (sign_in->plain), &error);
  g_clear_pointer (&sign_in->plain, hs_secret_bytes_free);
  if (sealed == NULL)
    g_task_return_error (task, error);
  else
    hs_agent_call_async (agent, "POST", "/v1/sign-in", sealed, "application/age", on_signed_in,
                         g_steal_pointer (&task));
}

void
hs_door_sign_in_async (HsAgent *agent,
                       const HsSignInRequest *request,
                       GAsyncReadyCallback callback,
                       gpointer user_data)
{
  GTask *task = g_task_new (agent, NULL, callback, user_data);
  SignIn *sign_in = g_new0 (SignIn, 1);
  char *text = hs_sign_in_request_encode (request);

  g_task_set_source_tag (task, hs_door_sign_in_async);
  sign_in->plain = hs_secret_bytes_new_copy ((const guint8 *)text, strlen (text));
  hs_secret_bytes_wipe (text, strlen (text));
  g_free (text);
  g_task_set_task_data (task, sign_in, sign_in_free);
  hs_agent_call_async (agent, "GET", "/v1/unlock", NULL, NULL, on_recipient, task);
}

gboolean
hs_door_sign_in_finish (HsAgent *agent, GAsyncResult *result, char **sentence, GError **error)
{
  SignIn *sign_in = g_task_get_task_data (G_TASK (result));

  if (!g_task_propagate_boolean (G_TASK (result), error))
    return FALSE;
  *sentence = g_steal_pointer (&sign_in->sentence);
  return TRUE;
}

/* ── signing out ─────────────────────────────────────────────────────────────────────────── */

static void
on_signed_out (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  HsAgent *agent = HS_AGENT (source);
  GError *error = NULL;
  g_autoptr (json_t) reply = hs_agent_call_finish (agent, result, &error);

  if (reply == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  if (hs_agent_is_kiosk (agent))
    hs_agent_set_session (agent, NULL);
  else
    hs_agent_refresh (agent);
  g_task_return_boolean (task, TRUE);
}

void
hs_door_sign_out_async (HsAgent *agent, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (agent, NULL, callback, user_data);

  g_task_set_source_tag (task, hs_door_sign_out_async);
  hs_agent_post_async (agent, "/v1/sign-out", NULL, on_signed_out, task);
}

gboolean
hs_door_sign_out_finish (HsAgent *agent, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
