/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Bodies of what a person asks through the workstation. Whatever held a secret is wiped before it is
 * freed. */

#include "core/wire/sign_in.h"

#include "base/error.h"
#include "core/wire/json_secret.h"

#include <string.h>

#define MAX_JWS_BYTES (2 * HS_ENTITLEMENT_MAX_BYTES + 1024) /* base64url, header, signature */
#define MAX_RECIPIENT_BYTES 128

/* The words of HsSignInMethod, which counts from 1. */
static const char *const methods[] = { "password", "pin", "card", NULL };
static const char *const own_methods[] = { "password", "pin", NULL };

static gboolean
take_pepper_or_null (json_t *object, HsSecretBytes **out, GError **error)
{
  return hs_json_take_secret_or_null (object, "pepper", HS_PEPPER_BYTES, HS_PEPPER_BYTES, out,
                                      error);
}

static gboolean
read_method (const json_t *object,
             const char *const *keywords,
             HsSignInMethod *method,
             GError **error)
{
  int index = 0;

  if (!hs_json_get_keyword (object, "method", keywords, &index, error))
    return FALSE;
  *method = (HsSignInMethod)(index + 1);
  return TRUE;
}

/* ── POST /v1/device/sign-in ─────────────────────────────────────────────────────────────── */

/* One way to say each thing: what a method does not use must be null. */
static gboolean
check_parts (const HsSignInRequest *request, GError **error)
{
  gboolean fits = request->method == HS_SIGN_IN_CARD
                      ? request->card != NULL && request->user == NULL
                      : request->card == NULL && request->user != NULL && request->secret != NULL;

  if (!fits)
    g_set_error (error, HS_ERROR, HS_ERROR_INVALID,
                 "a sign-in has either user and secret or a card");
  return fits;
}

HsSignInRequest *
hs_sign_in_request_decode (const char *bytes, gsize length, GError **error)
{
  static const char *const members[] = { "method", "user", "card", "secret", "kiosk", NULL };
  g_autoptr (HsSignInRequest) request = g_new0 (HsSignInRequest, 1);
  g_autoptr (HsSecretJson) object
      = hs_json_parse ("sign-in request", bytes, length, HS_JSON_MAX_BYTES, error);

  if (object == NULL
      || !hs_json_take_secret_text_or_null (object, "secret", HS_SIGN_IN_MAX_SECRET_BYTES,
                                            &request->secret, error)
      || !hs_json_take_secret_text_or_null (object, "card", HS_SIGN_IN_MAX_CARD_BYTES,
                                            &request->card, error)
      || !hs_json_check_members ("sign-in request", object, members, error)
      || !read_method (object, methods, &request->method, error)
      || !hs_json_get_text_or_null (object, "user", HS_SIGN_IN_MAX_NAME_BYTES, &request->user,
                                    error)
      || !hs_json_get_boolean (object, "kiosk", &request->is_kiosk, error)
      || !check_parts (request, error))
    return NULL;
  return g_steal_pointer (&request);
}

char *
hs_sign_in_request_encode (const HsSignInRequest *request)
{
  g_autoptr (HsSecretJson) object = json_object ();

  hs_json_set_text (object, "method", methods[request->method - 1], 16);
  hs_json_set_text (object, "user", request->user, HS_SIGN_IN_MAX_NAME_BYTES);
  hs_json_set_secret_text (object, "card", request->card);
  hs_json_set_secret_text (object, "secret", request->secret);
  hs_json_set_boolean (object, "kiosk", request->is_kiosk);
  return hs_json_encode (object);
}

void
hs_sign_in_request_free (HsSignInRequest *request)
{
  if (request == NULL)
    return;
  g_free (request->user);
  hs_secret_bytes_free (request->card);
  hs_secret_bytes_free (request->secret);
  g_free (request);
}

HsSignInReply *
hs_sign_in_reply_decode (const char *bytes, gsize length, GError **error)
{
  static const char *const members[] = { "identity",    "name",   "session",        "expires_us",
                                         "entitlement", "pepper", "guest_until_us", NULL };
  g_autoptr (HsSignInReply) reply = g_new0 (HsSignInReply, 1);
  g_autoptr (HsSecretJson) object
      = hs_json_parse ("sign-in reply", bytes, length, HS_JSON_MAX_BYTES, error);

  if (object == NULL || !hs_json_take_session (object, &reply->session, error)
      || !take_pepper_or_null (object, &reply->pepper, error)
      || !hs_json_check_members ("sign-in reply", object, members, error)
      || !hs_json_get_id (object, "identity", &reply->identity, error)
      || !hs_json_get_text (object, "name", HS_SIGN_IN_MAX_NAME_BYTES, &reply->name, error)
      || !hs_json_get_time (object, "expires_us", &reply->expires_us, error)
      || !(json_is_null (json_object_get (object, "guest_until_us"))
           || hs_json_get_time (object, "guest_until_us", &reply->guest_until_us, error))
      || !hs_json_get_text_or_null (object, "entitlement", MAX_JWS_BYTES, &reply->entitlement,
                                    error))
    return NULL;
  return g_steal_pointer (&reply);
}

char *
hs_sign_in_reply_encode (const HsSignInReply *reply)
{
  g_autoptr (HsSecretJson) object = json_object ();

  hs_json_set_id (object, "identity", &reply->identity);
  hs_json_set_text (object, "name", reply->name, HS_SIGN_IN_MAX_NAME_BYTES);
  hs_json_set_secret_text (object, "session", reply->session);
  hs_json_set_integer (object, "expires_us", reply->expires_us);
  hs_json_set_lines (object, "entitlement", reply->entitlement);
  hs_json_set_secret (object, "pepper", reply->pepper);
  if (reply->guest_until_us != 0)
    hs_json_set_integer (object, "guest_until_us", reply->guest_until_us);
  else
    hs_json_set_value (object, "guest_until_us", json_null ());
  return hs_json_encode (object);
}

void
hs_sign_in_reply_free (HsSignInReply *reply)
{
  if (reply == NULL)
    return;
  g_free (reply->name);
  hs_secret_bytes_free (reply->session);
  hs_secret_bytes_free (reply->pepper);
  g_free (reply->entitlement);
  g_free (reply);
}

/* ── POST /v1/device/entitlement ─────────────────────────────────────────────────────────── */

/* The session of somebody who is signed in, or just the identity. */
static gboolean
read_asker (json_t *object, HsEntitlementRequest *request, GError **error)
{
  static const char *const by_session[] = { "session", "recipient", NULL };
  static const char *const by_identity[] = { "identity", "recipient", NULL };

  if (json_object_get (object, "identity") != NULL)
    return hs_json_check_members ("entitlement request", object, by_identity, error)
           && hs_json_get_id (object, "identity", &request->identity, error);
  return hs_json_take_session (object, &request->session, error)
         && hs_json_check_members ("entitlement request", object, by_session, error);
}

HsEntitlementRequest *
hs_entitlement_request_decode (const char *bytes, gsize length, GError **error)
{
  g_autoptr (HsEntitlementRequest) request = g_new0 (HsEntitlementRequest, 1);
  g_autoptr (HsSecretJson) object
      = hs_json_parse ("entitlement request", bytes, length, HS_JSON_MAX_BYTES, error);

  if (object == NULL || !read_asker (object, request, error)
      || !hs_json_get_text (object, "recipient", MAX_RECIPIENT_BYTES, &request->recipient, error))
    return NULL;
  return g_steal_pointer (&request);
}

char *
hs_entitlement_request_encode (const HsEntitlementRequest *request)
{
  g_autoptr (HsSecretJson) object = json_object ();

  if (request->session != NULL)
    hs_json_set_secret_text (object, "session", request->session);
  else
    hs_json_set_id (object, "identity", &request->identity);
  hs_json_set_text (object, "recipient", request->recipient, MAX_RECIPIENT_BYTES);
  return hs_json_encode (object);
}

void
hs_entitlement_request_free (HsEntitlementRequest *request)
{
  if (request == NULL)
    return;
  hs_secret_bytes_free (request->session);
  g_free (request->recipient);
  g_free (request);
}

gboolean
hs_entitlement_reply_decode (const char *bytes, gsize length, char **entitlement, GError **error)
{
  static const char *const members[] = { "entitlement", NULL };
  g_autoptr (json_t) object
      = hs_json_parse ("entitlement reply", bytes, length, HS_JSON_MAX_BYTES, error);

  return object != NULL && hs_json_check_members ("entitlement reply", object, members, error)
         && hs_json_get_text_or_null (object, "entitlement", MAX_JWS_BYTES, entitlement, error);
}

char *
hs_entitlement_reply_encode (const char *entitlement)
{
  g_autoptr (json_t) object = json_object ();

  hs_json_set_lines (object, "entitlement", entitlement);
  return hs_json_encode (object);
}

/* ── POST /v1/device/secret ──────────────────────────────────────────────────────────────── */

HsSecretRequest *
hs_secret_request_decode (const char *bytes, gsize length, GError **error)
{
  static const char *const members[] = { "session", "method", "old", "new", NULL };
  g_autoptr (HsSecretRequest) request = g_new0 (HsSecretRequest, 1);
  g_autoptr (HsSecretJson) object
      = hs_json_parse ("secret request", bytes, length, HS_JSON_MAX_BYTES, error);

  if (object == NULL || !hs_json_take_session (object, &request->session, error)
      || !hs_json_take_secret_text (object, "old", HS_SIGN_IN_MAX_SECRET_BYTES,
                                    &request->old_secret, error)
      || !hs_json_take_secret_text (object, "new", HS_SIGN_IN_MAX_SECRET_BYTES,
                                    &request->new_secret, error)
      || !hs_json_check_members ("secret request", object, members, error)
      || !read_method (object, own_methods, &request->method, error))
    return NULL;
  return g_steal_pointer (&request);
}

char *
hs_secret_request_encode (const HsSecretRequest *request)
{
  g_autoptr (HsSecretJson) object = json_object ();

  hs_json_set_secret_text (object, "session", request->session);
  hs_json_set_text (object, "method", methods[request->method - 1], 16);
  hs_json_set_secret_text (object, "old", request->old_secret);
  hs_json_set_secret_text (object, "new", request->new_secret);
  return hs_json_encode (object);
}

void
hs_secret_request_free (HsSecretRequest *request)
{
  if (request == NULL)
    return;
  hs_secret_bytes_free (request->session);
  hs_secret_bytes_free (request->old_secret);
  hs_secret_bytes_free (request->new_secret);
  g_free (request);
}

gboolean
hs_secret_reply_decode (const char *bytes, gsize length, HsSecretBytes **pepper, GError **error)
{
  static const char *const members[] = { "pepper", NULL };
  g_autoptr (HsSecretBytes) found = NULL;
  g_autoptr (HsSecretJson) object
      = hs_json_parse ("secret reply", bytes, length, HS_JSON_MAX_BYTES, error);

  if (object == NULL || !take_pepper_or_null (object, &found, error)
      || !hs_json_check_members ("secret reply", object, members, error))
    return FALSE;
  *pepper = g_steal_pointer (&found);
  return TRUE;
}

char *
hs_secret_reply_encode (const HsSecretBytes *pepper)
{
  g_autoptr (HsSecretJson) object = json_object ();

  hs_json_set_secret (object, "pepper", pepper);
  return hs_json_encode (object);
}

/* ── POST /v1/device/release ─────────────────────────────────────────────────────────────── */

HsReleaseRequest *
hs_release_request_decode (const char *bytes, gsize length, GError **error)
{
  static const char *const members[] = { "session", "job", "printer", NULL };
  g_autoptr (HsReleaseRequest) request = g_new0 (HsReleaseRequest, 1);
  g_autoptr (HsSecretJson) object
      = hs_json_parse ("release request", bytes, length, HS_JSON_MAX_BYTES, error);

  if (object == NULL || !hs_json_take_session (object, &request->session, error)
      || !hs_json_check_members ("release request", object, members, error)
      || !hs_json_get_id (object, "job", &request->job, error)
      || !hs_json_get_id (object, "printer", &request->printer, error))
    return NULL;
  return g_steal_pointer (&request);
}

char *
hs_release_request_encode (const HsReleaseRequest *request)
{
  g_autoptr (HsSecretJson) object = json_object ();

  hs_json_set_secret_text (object, "session", request->session);
  hs_json_set_id (object, "job", &request->job);
  hs_json_set_id (object, "printer", &request->printer);
  return hs_json_encode (object);
}

void
hs_release_request_free (HsReleaseRequest *request)
{
  if (request == NULL)
    return;
  hs_secret_bytes_free (request->session);
  g_free (request);
}

gboolean
hs_release_reply_decode (const char *bytes, gsize length, HsId *command, GError **error)
{
  static const char *const members[] = { "command", NULL };
  g_autoptr (json_t) object
      = hs_json_parse ("release reply", bytes, length, HS_JSON_MAX_BYTES, error);

  return object != NULL && hs_json_check_members ("release reply", object, members, error)
         && hs_json_get_id (object, "command", command, error);
}

char *
hs_release_reply_encode (const HsId *command)
{
  g_autoptr (json_t) object = json_object ();

  hs_json_set_id (object, "command", command);
  return hs_json_encode (object);
}

/* ── entitlements ────────────────────────────────────────────────────────────────────────── */

static gboolean
read_entitlement (const json_t *object, HsEntitlement *entitlement, GError **error)
{
  static const char *const members[]
      = { "identity", "device", "recipient", "issued_us", "expires_us", "pages", NULL };
  gint64 pages;

  if (!hs_json_check_members ("entitlement", object, members, error)
      || !hs_json_get_id (object, "identity", &entitlement->identity, error)
      || !hs_json_get_id (object, "device", &entitlement->device, error)
      || !hs_json_get_text_or_null (object, "recipient", MAX_RECIPIENT_BYTES,
                                    &entitlement->recipient, error)
      || !hs_json_get_time (object, "issued_us", &entitlement->issued_us, error)
      || !hs_json_get_time (object, "expires_us", &entitlement->expires_us, error)
      || !hs_json_get_integer (object, "pages", 0, HS_ENTITLEMENT_MAX_PAGES, &pages, error))
    return FALSE;
  entitlement->pages = (guint32)pages;
  if (entitlement->expires_us <= entitlement->issued_us)
    {
      g_set_error (error, HS_ERROR, HS_ERROR_INVALID, "the entitlement ends before it begins");
      return FALSE;
    }
  return TRUE;
}

HsEntitlement *
hs_entitlement_decode (GBytes *payload, GError **error)
{
  g_autoptr (HsEntitlement) entitlement = g_new0 (HsEntitlement, 1);
  g_autoptr (json_t) object
      = hs_json_parse_bytes ("entitlement", payload, HS_ENTITLEMENT_MAX_BYTES, error);

  if (object == NULL || !read_entitlement (object, entitlement, error))
    return NULL;
  return g_steal_pointer (&entitlement);
}

GBytes *
hs_entitlement_encode (const HsEntitlement *entitlement, GError **error)
{
  g_autoptr (json_t) object = json_object ();
  g_autoptr (HsEntitlement) again = NULL;
  g_autoptr (GBytes) bytes = NULL;

  hs_json_set_id (object, "identity", &entitlement->identity);
  hs_json_set_id (object, "device", &entitlement->device);
  hs_json_set_text (object, "recipient", entitlement->recipient, MAX_RECIPIENT_BYTES);
  hs_json_set_integer (object, "issued_us", entitlement->issued_us);
  hs_json_set_integer (object, "expires_us", entitlement->expires_us);
  hs_json_set_integer (object, "pages", entitlement->pages);
  bytes = hs_json_encode_bytes (object);
  again = hs_entitlement_decode (bytes, error);
  return again != NULL ? g_steal_pointer (&bytes) : NULL;
}

void
hs_entitlement_free (HsEntitlement *entitlement)
{
  if (entitlement == NULL)
    return;
  g_free (entitlement->recipient);
  g_free (entitlement);
}
