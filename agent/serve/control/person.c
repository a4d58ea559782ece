/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The control API's routes about the caller as a person: key, sign-in. */

#include "serve/control/control_private.h"

#include "base/error.h"
#include "core/refusal.h"
#include "core/wire/sign_in.h"
#include "engine/identity/identities.h"
#include "engine/identity/late_keys.h"
#include "engine/identity/kiosk.h"
#include "engine/identity/offline_rights.h"
#include "engine/identity/sessions.h"
#include "engine/site_link/people.h"
#include "seal/age_message.h"
#include "seal/key_file.h"
#include "seal/title_key.h"

static const char *const key_states[] = { "absent", "locked", "unlocked" };

/* Whose registered key is the caller's. */
static gboolean
find_key (HsControlRequest *request, HsId *keeper, guint8 key[HS_X25519_BYTES])
{
  HsIdentities *identities = request->control->parts.identities;

  if (!request->caller.is_kiosk)
    return hs_identities_find_key (identities, request->caller.uid, keeper, key);
  *keeper = request->caller.identity;
  return hs_identities_get_public (identities, keeper, key);
}

/* Adds identity and registered key of the caller. */
static void
set_person (json_t *object, HsControlRequest *request)
{
  HsIdentities *identities = request->control->parts.identities;
  char text[HS_RECIPIENT_TEXT_BYTES];
  guint8 key[HS_X25519_BYTES];
  HsId identity = { { 0 } };
  HsId keeper = { { 0 } };
  gboolean registered = find_key (request, &keeper, key);

  (void)hs_control_find_identity (request, &identity);
  hs_json_set_id (object, "identity", &identity);
  hs_json_set_id (object, "key_identity", &keeper);
  hs_json_set_text (object, "registered", registered ? hs_recipient_format (key, text) : NULL,
                    sizeof text);
  hs_json_set_text (object, "title_recipient",
                    hs_identities_get_title_public (identities, &identity, key)
                            || hs_identities_get_title_public (identities, &keeper, key)
                        ? hs_recipient_format (key, text)
                        : NULL,
                    sizeof text);
  hs_json_set_text (
      object, "key",
      key_states[registered ? hs_identities_get_key_state (identities, &keeper) : HS_KEY_ABSENT],
      16);
}

void
hs_control_show_unlock (HsControlRequest *request)
{
  json_t *object = json_object ();

  hs_json_set_text (object, "recipient",
                    hs_identities_get_recipient (request->control->parts.identities),
                    HS_RECIPIENT_TEXT_BYTES);
  hs_json_set_boolean (object, "kiosk", request->caller.is_kiosk);
  set_person (object, request);
  hs_control_answer (request, object);
}

void
hs_control_list_identities (HsControlRequest *request)
{
  json_t *object = json_object ();
  json_t *person = json_object ();

  hs_json_set_integer (person, "uid", request->caller.uid);
  set_person (person, request);
  hs_json_set_boolean (person, "signed_in",
                       request->caller.is_kiosk
                           ? !hs_id_is_zero (&request->caller.identity)
                           : hs_sessions_find (request->control->parts.sessions,
                                               request->caller.uid, g_get_real_time ())
                                 != NULL);
  hs_json_set_value (object, "identities", json_pack ("[o]", person));
  hs_control_answer (request, object);
}

/* ── unlocking ───────────────────────────────────────────────────────────────────────────── */

/* Unlocked and signed in, in either order: jobs from before the key can be opened with it, too. */
static void
look_for_late_jobs (HsControlRequest *request)
{
  const HsControlParts *parts = &request->control->parts;

  hs_late_keys_look (parts->engine, parts->site_link, parts->sessions, request->caller.uid);
  HsId identity;
  if (hs_control_find_identity (request, &identity))
    hs_offline_rights_look (parts->rights, &identity);
}

static void
on_unlocked (GObject *source, GAsyncResult *result, gpointer user_data)
{
  HsControlRequest *request = user_data;
  GError *error = NULL;
  HsId identity;

  if (!hs_identities_unlock_finish (request->control->parts.identities, result, &identity, &error))
    {
      hs_control_answer_error (request, error);
      return;
    }
  look_for_late_jobs (request);
  json_t *object = json_object ();
  set_person (object, request);
  hs_control_answer (request, object);
}

void
hs_control_unlock (HsControlRequest *request)
{
  gsize length;
  const guint8 *sealed = g_bytes_get_data (hs_control_get_body (request), &length);

  if (request->caller.is_kiosk)
    {
      hs_control_answer_error (request, hs_refusal_new (HS_REFUSAL_KIOSK_KEY_BY_SIGN_IN, NULL));
      return;
    }
  hs_identities_unlock_async (
      request->control->parts.identities, request->caller.uid, sealed, length,
      g_strcmp0 (request->key, "replace") == 0 ? HS_UNLOCK_REPLACE : HS_UNLOCK_FIRST, on_unlocked,
      request);
}

/* ── titles ──────────────────────────────────────────────────────────────────────────────── */

/* Sealed to whom the body names. It opens titles, never documents. */
static GBytes *
seal_title_key (HsControlRequest *request, GError **error)
{
  const HsSecretBytes *owner
      = hs_identities_use_key (request->control->parts.identities, &request->caller.identity);
  gsize length;
  const char *body = g_bytes_get_data (hs_control_get_body (request), &length);
  g_autofree char *text = g_strndup (body, MIN (length, HS_RECIPIENT_TEXT_BYTES));
  g_autoptr (HsSecretBytes) key = NULL;
  g_autoptr (HsSecretBytes) file = NULL;
  guint8 recipient[HS_X25519_BYTES];

  if (text == NULL || !hs_recipient_parse (text, recipient))
    {
      g_set_error_literal (error, HS_ERROR, HS_ERROR_INVALID,
                           "the body names a recipient of age: age1…");
      return NULL;
    }
  if (owner == NULL)
    {
      hs_refusal_set (error, HS_REFUSAL_KEY_NOT_OPEN, NULL);
      return NULL;
    }
  key = hs_title_key_derive (owner, error);
  file = key != NULL ? hs_key_file_format (key, error) : NULL;
  return file != NULL ? hs_age_message_seal (recipient, hs_secret_bytes_peek (file),
                                             hs_secret_bytes_get_length (file), error)
                      : NULL;
}

/* Only at a kiosk: elsewhere the person has the key in the own keyring and makes the title key of it. */
void
hs_control_give_title_key (HsControlRequest *request)
{
  g_autoptr (GBytes) sealed = NULL;
  json_t *object = NULL;
  GError *error = NULL;

  if (request->caller.is_kiosk)
    sealed = seal_title_key (request, &error);
  else
    error
        = g_error_new_literal (HS_ERROR, HS_ERROR_REFUSED,
                               "Your key is in your own keyring: `homespool pair` makes the title "
                               "key of it.");
  if (sealed == NULL)
    {
      hs_control_answer_error (request, error);
      return;
    }
  object = json_object ();
  hs_json_set_bytes (object, "title_key", g_bytes_get_data (sealed, NULL),
                     g_bytes_get_size (sealed));
  hs_control_answer (request, object);
}

/* ── signing in and out ──────────────────────────────────────────────────────────────────── */

static void
on_mapped_in (GObject *source, GAsyncResult *result, gpointer user_data)
{
  HsControlRequest *request = user_data;
  GError *error = NULL;

  if (!hs_identities_map_finish (request->control->parts.identities, result, &error))
    {
      hs_control_answer_error (request, error);
      return;
    }
  look_for_late_jobs (request);
  json_t *object = json_object ();
  set_person (object, request);
  hs_control_answer (request, object);
}

/* The site is being asked. */
typedef struct
{
  HsControlRequest *request;
  guint ends; /* of the caller's sessions, before */
} SigningIn;

/* Who signed out, or left the workstation, while the site was slow is not signed in when it answers. */
static void
on_signed_in (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree SigningIn *signing_in = user_data;
  HsControlRequest *request = signing_in->request;
  const HsControlParts *parts = &request->control->parts;
  GError *error = NULL;
  HsSignInReply *reply = hs_site_link_sign_in_finish (parts->site_link, result, NULL, &error);

  if (reply == NULL)
    {
      hs_control_answer_error (request, error);
      return;
    }
  if (hs_sessions_count_ends (parts->sessions, request->caller.uid) != signing_in->ends)
    {
      hs_sign_in_reply_free (reply);
      hs_control_answer_error (request, hs_refusal_new (HS_REFUSAL_SIGNED_OUT_MEANWHILE, NULL));
      return;
    }
  hs_sessions_put (parts->sessions, request->caller.uid, &reply->identity, reply->session,
                   reply->expires_us);
  hs_identities_map_async (parts->identities, request->caller.uid, &reply->identity, on_mapped_in,
                           request);
  hs_sign_in_reply_free (reply);
}

void
hs_control_sign_in (HsControlRequest *request)
{
  const HsControlParts *parts = &request->control->parts;
  GError *error = NULL;
  gsize length;
  const guint8 *sealed = g_bytes_get_data (hs_control_get_body (request), &length);
  g_autoptr (HsSecretBytes) plain
      = hs_identities_open_message (parts->identities, sealed, length, &error);
  HsSignInRequest *sign_in
      = plain != NULL ? hs_sign_in_request_decode ((const char *)hs_secret_bytes_peek (plain),
                                                   hs_secret_bytes_get_length (plain), &error)
                      : NULL;

  if (sign_in == NULL)
    {
      hs_control_answer_error (request, error);
      return;
    }
  if (request->caller.is_kiosk)
    {
      hs_control_sign_in_kiosk (request, sign_in);
      hs_sign_in_request_free (sign_in);
      return;
    }
  sign_in->is_kiosk = FALSE; /* the agent says what it is, not who asks it */
  SigningIn *signing_in = g_new0 (SigningIn, 1);
  signing_in->request = request;
  signing_in->ends = hs_sessions_count_ends (parts->sessions, request->caller.uid);
  hs_site_link_sign_in_async (parts->site_link, sign_in, on_signed_in, signing_in);
  hs_sign_in_request_free (sign_in);
}

static void
on_mapped_out (GObject *source, GAsyncResult *result, gpointer user_data)
{
  HsControlRequest *request = user_data;
  GError *error = NULL;

  if (hs_identities_map_finish (request->control->parts.identities, result, &error))
    hs_control_answer (request, json_object ());
  else
    hs_control_answer_error (request, error);
}

void
hs_control_sign_out (HsControlRequest *request)
{
  const HsControlParts *parts = &request->control->parts;

  HsId identity;

  if (request->caller.is_kiosk)
    {
      /* Also by who has no token: whoever stands at the seat may end what was left open there. */
      hs_kiosk_sign_out (parts->kiosk, "asked to");
      hs_control_answer (request, json_object ());
      return;
    }
  hs_sessions_forget (parts->sessions, request->caller.uid);
  /* Also the key of somebody who never signed in: the answer says that it is locked. */
  if (hs_identities_find (parts->identities, request->caller.uid, &identity))
    hs_identities_lock (parts->identities, &identity);
  hs_identities_map_async (parts->identities, request->caller.uid, NULL, on_mapped_out, request);
}
