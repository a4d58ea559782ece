/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Bodies of sign-in and release through the workstation. Whatever held a password or a session is
 * wiped before it is freed. */

#include "core/wire/sign_in.h"

#include "base/error.h"
#include "core/wire/json_strict.h"

#include <string.h>

static void
set_secret_text (json_t *object, const char *name, const HsSecretBytes *secret)
{
  hs_json_set_value (object, name,
                     json_stringn ((const char *)hs_secret_bytes_peek (secret),
                                   hs_secret_bytes_get_length (secret)));
}

static char *
encode_and_wipe (json_t *object)
{
  char *text = hs_json_encode (object);

  hs_json_wipe (object);
  json_decref (object);
  return text;
}

/* ── POST /v1/device/sign-in ─────────────────────────────────────────────────────────────── */

HsSignInRequest *
hs_sign_in_request_decode (const char *bytes, gsize length, GError **error)
{
  static const char *const members[] = { "user", "password", NULL };
  g_autoptr (HsSignInRequest) request = g_new0 (HsSignInRequest, 1);
  g_autoptr (json_t) object
      = hs_json_parse ("sign-in request", bytes, length, HS_JSON_MAX_BYTES, error);
  gboolean ok;

  if (object == NULL)
    return NULL;
  ok = hs_json_take_secret_text (object, "password", HS_SIGN_IN_MAX_PASSWORD_BYTES,
                                 &request->password, error)
       && hs_json_check_members ("sign-in request", object, members, error)
       && hs_json_get_text (object, "user", HS_SIGN_IN_MAX_NAME_BYTES, &request->user, error);
  hs_json_wipe (object);
  return ok ? g_steal_pointer (&request) : NULL;
}

char *
hs_sign_in_request_encode (const HsSignInRequest *request)
{
  json_t *object = json_object ();

  hs_json_set_text (object, "user", request->user, HS_SIGN_IN_MAX_NAME_BYTES);
  set_secret_text (object, "password", request->password);
  return encode_and_wipe (object);
}

void
hs_sign_in_request_free (HsSignInRequest *request)
{
  if (request == NULL)
    return;
  g_free (request->user);
  hs_secret_bytes_free (request->password);
  g_free (request);
}

HsSignInReply *
hs_sign_in_reply_decode (const char *bytes, gsize length, GError **error)
{
  static const char *const members[]
      = { "identity", "name", "session", "expires_us", "entitlement", NULL };
  g_autoptr (HsSignInReply) reply = g_new0 (HsSignInReply, 1);
  g_autoptr (json_t) object
      = hs_json_parse ("sign-in reply", bytes, length, HS_JSON_MAX_BYTES, error);
  gboolean ok;

  if (object == NULL)
    return NULL;
  ok = hs_json_take_secret_text (object, "session", HS_SIGN_IN_MAX_SESSION_BYTES, &reply->session,
                                 error)
       && hs_json_check_members ("sign-in reply", object, members, error)
       && hs_json_get_id (object, "identity", &reply->identity, error)
       && hs_json_get_text (object, "name", HS_SIGN_IN_MAX_NAME_BYTES, &reply->name, error)
       && hs_json_get_time (object, "expires_us", &reply->expires_us, error)
       && hs_json_get_text_or_null (object, "entitlement", 2 * HS_ENTITLEMENT_MAX_BYTES + 1024,
                                    &reply->entitlement, error);
  hs_json_wipe (object);
  return ok ? g_steal_pointer (&reply) : NULL;
}

char *
hs_sign_in_reply_encode (const HsSignInReply *reply)
{
  json_t *object = json_object ();

  hs_json_set_id (object, "identity", &reply->identity);
  hs_json_set_text (object, "name", reply->name, HS_SIGN_IN_MAX_NAME_BYTES);
  set_secret_text (object, "session", reply->session);
  hs_json_set_integer (object, "expires_us", reply->expires_us);
  hs_json_set_lines (object, "entitlement", reply->entitlement);
  return encode_and_wipe (object);
}

void
hs_sign_in_reply_free (HsSignInReply *reply)
{
  if (reply == NULL)
    return;
  g_free (reply->name);
  hs_secret_bytes_free (reply->session);
  g_free (reply->entitlement);
  g_free (reply);
}

/* ── POST /v1/device/release ─────────────────────────────────────────────────────────────── */

HsReleaseRequest *
hs_release_request_decode (const char *bytes, gsize length, GError **error)
{
  static const char *const members[] = { "session", "job", "printer", NULL };
  g_autoptr (HsReleaseRequest) request = g_new0 (HsReleaseRequest, 1);
  g_autoptr (json_t) object
      = hs_json_parse ("release request", bytes, length, HS_JSON_MAX_BYTES, error);
  gboolean ok;

  if (object == NULL)
    return NULL;
  ok = hs_json_take_secret_text (object, "session", HS_SIGN_IN_MAX_SESSION_BYTES, &request->session,
                                 error)
       && hs_json_check_members ("release request", object, members, error)
       && hs_json_get_id (object, "job", &request->job, error)
       && hs_json_get_id (object, "printer", &request->printer, error);
  hs_json_wipe (object);
  return ok ? g_steal_pointer (&request) : NULL;
}

char *
hs_release_request_encode (const HsReleaseRequest *request)
{
  json_t *object = json_object ();

  set_secret_text (object, "session", request->session);
  hs_json_set_id (object, "job", &request->job);
  hs_json_set_id (object, "printer", &request->printer);
  return encode_and_wipe (object);
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
      || !hs_json_get_text_or_null (object, "recipient", 128, &entitlement->recipient, error)
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
  hs_json_set_text (object, "recipient", entitlement->recipient, 128);
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
