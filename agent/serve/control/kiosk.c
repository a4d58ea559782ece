/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The control API at a kiosk: whose session token a request carries, signing in, and a new PIN or
 * password (which people at workstations of their own may change here, too). */

#include "serve/control/control_private.h"

#include "base/error.h"
#include "core/refusal.h"
#include "core/wire/control_job.h"
#include "engine/identity/identities.h"
#include "engine/identity/kiosk.h"
#include "engine/site_link/people.h"
#include "platform/login_session.h"

#include <string.h>

/* ── who ─────────────────────────────────────────────────────────────────────────────────── */

typedef struct
{
  HsControlRequest *request;
  HsControlSettledFunc settled;
  gpointer user_data;
  HsPeerProcess *process; /* so that the pid that is asked about stays the caller's */
} Settling;

static const char *
get_token (const HsControlRequest *request)
{
  return soup_message_headers_get_one (soup_server_message_get_request_headers (request->message),
                                       HS_CONTROL_TOKEN_HEADER);
}

gboolean
hs_control_has_token (const HsControlRequest *request)
{
  return get_token (request) != NULL;
}

static void
settle (Settling *settling)
{
  HsControlRequest *request = settling->request;
  const char *token = get_token (request);
  HsControlSettledFunc settled = settling->settled;
  gpointer user_data = settling->user_data;

  if (token == NULL
      || !hs_kiosk_check_token (request->control->parts.kiosk, token,
                                hs_control_get_socket (request), request->login_session,
                                &request->caller.identity))
    request->caller.identity = (HsId){ { 0 } };
  hs_peer_process_free (settling->process);
  g_free (settling);
  settled (request, user_data);
}

static void
on_session_found (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Settling *settling = user_data;
  HsControlRequest *request = settling->request;
  g_autofree char *session = hs_login_sessions_find_process_finish (
      request->control->parts.login_sessions, result, NULL);

  if (session != NULL && settling->process != NULL && hs_peer_process_is_alive (settling->process))
    request->login_session = g_steal_pointer (&session);
  settle (settling);
}

void
hs_control_settle_kiosk (HsControlRequest *request,
                         HsControlSettledFunc settled,
                         gpointer user_data)
{
  Settling *settling = g_new0 (Settling, 1);

  settling->request = request;
  settling->settled = settled;
  settling->user_data = user_data;
  settling->process = hs_peer_process_open (hs_control_get_socket (request), NULL);
  hs_login_sessions_find_process_async (request->control->parts.login_sessions, request->peer.pid,
                                        NULL, on_session_found, settling);
}

/* ── signing in ──────────────────────────────────────────────────────────────────────────── */

static json_t *
encode_welcome (HsControlRequest *request, const HsKioskWelcome *welcome)
{
  static const char *const keys[]
      = { "unlocked", "new", "not-asked", "other-way", "locked", "damaged", "lost", "unreadable" };
  json_t *object = json_object ();
  HsKioskStatus seat;

  hs_kiosk_get_status (request->control->parts.kiosk, &seat);
  hs_json_set_id (object, "identity", &welcome->identity);
  hs_json_set_text (object, "name", welcome->name, HS_SIGN_IN_MAX_NAME_BYTES);
  hs_json_set_text (object, "session", (const char *)hs_secret_bytes_peek (welcome->token),
                    HS_TOKEN_TEXT_BYTES);
  hs_control_set_time (object, "expires", welcome->expires_us);
  hs_json_set_integer (object, "signs_out_after_s", seat.signs_out_after_s);
  hs_json_set_text (object, "key", keys[welcome->key], 16);
  hs_json_set_text (object, "sentence", hs_kiosk_key_state_to_sentence (welcome->key), 512);
  hs_json_set_boolean (object, "offline", welcome->is_offline);
  hs_json_set_boolean (object, "clock_unsure", welcome->is_clock_unsure);
  return object;
}

static void
on_signed_in (GObject *source, GAsyncResult *result, gpointer user_data)
{
  HsControlRequest *request = user_data;
  GError *error = NULL;
  g_autoptr (HsKioskWelcome) welcome
      = hs_kiosk_sign_in_finish (request->control->parts.kiosk, result, &error);

  if (welcome == NULL)
    hs_control_answer_error (request, error);
  else
    hs_control_answer (request, encode_welcome (request, welcome));
}

void
hs_control_sign_in_kiosk (HsControlRequest *request, const HsSignInRequest *sign_in)
{
  GSocket *socket = hs_control_get_socket (request);
  GError *error = NULL;
  HsTokenHolder holder = { .uid = request->caller.uid, .login_session = request->login_session };

  if (request->bind != NULL && strcmp (request->bind, "parent") != 0)
    g_set_error_literal (&error, HS_ERROR, HS_ERROR_INVALID, "?bind= takes the word parent only.");
  else
    holder.process = request->bind != NULL ? hs_peer_process_open_parent (socket, &error)
                                           : hs_peer_process_open (socket, &error);
  if (holder.process == NULL)
    {
      hs_error_convert_gio (&error);
      hs_control_answer_error (request, error);
      return;
    }
  hs_kiosk_sign_in_async (request->control->parts.kiosk, sign_in,
                          g_strcmp0 (request->key, "replace") == 0, &holder, on_signed_in, request);
}

/* ── a new secret ────────────────────────────────────────────────────────────────────────── */

static void
on_kiosk_changed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  HsControlRequest *request = user_data;
  GError *error = NULL;

  if (hs_kiosk_change_secret_finish (request->control->parts.kiosk, result, &error))
    hs_control_answer (request, json_object ());
  else
    hs_control_answer_error (request, error);
}

static void
on_site_changed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  HsControlRequest *request = user_data;
  GError *error = NULL;
  g_autoptr (HsSecretBytes) pepper = NULL;

  if (hs_site_link_change_secret_finish (request->control->parts.site_link, result, &pepper,
                                         &error))
    hs_control_answer (request, json_object ());
  else
    hs_control_answer_error (request, error);
}

/* What came, with the site's session of the caller in place of whatever stood there. */
static HsSecretRequest *
open_secrets (HsControlRequest *request, GError **error)
{
  gsize length;
  const guint8 *sealed = g_bytes_get_data (hs_control_get_body (request), &length);
  g_autoptr (HsSecretBytes) plain
      = hs_identities_open_message (request->control->parts.identities, sealed, length, error);

  return plain != NULL ? hs_secret_request_decode ((const char *)hs_secret_bytes_peek (plain),
                                                   hs_secret_bytes_get_length (plain), error)
                       : NULL;
}

void
hs_control_change_secret (HsControlRequest *request)
{
  const HsControlParts *parts = &request->control->parts;
  const HsSecretBytes *session = hs_control_find_session (request, NULL);
  GError *error = NULL;
  g_autoptr (HsSecretRequest) secrets = open_secrets (request, &error);

  if (secrets != NULL && session == NULL)
    hs_refusal_set (&error, HS_REFUSAL_SECRET_SITE_FIRST, NULL);
  if (error != NULL)
    {
      hs_control_answer_error (request, error);
      return;
    }
  if (request->caller.is_kiosk)
    {
      hs_kiosk_change_secret_async (parts->kiosk, secrets->method, secrets->old_secret,
                                    secrets->new_secret, on_kiosk_changed, request);
      return;
    }
  hs_secret_bytes_free (secrets->session);
  secrets->session = hs_secret_bytes_copy (session);
  hs_site_link_change_secret_async (parts->site_link, secrets, on_site_changed, request);
}
