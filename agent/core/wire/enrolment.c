/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Bodies of enrolment and renewal. */

#include "core/wire/enrolment.h"

#include "core/wire/bundle.h"
#include "core/wire/enrol_token.h"
#include "core/wire/json_secret.h"

/* base64url of a payload, twice (the JWS header and signature are small). */
#define MAX_JWS_BYTES(payload) (2 * (payload) + 1024)

/* ── GET /v1/bundle ──────────────────────────────────────────────────────────────────────── */

HsBundleReply *
hs_bundle_reply_decode (const char *bytes, gsize length, GError **error)
{
  static const char *const members[] = { "bundle", "bundle_next", "printers", NULL };
  g_autoptr (HsBundleReply) reply = g_new0 (HsBundleReply, 1);
  g_autoptr (json_t) object
      = hs_json_parse ("bundle reply", bytes, length, HS_BUNDLE_REPLY_MAX_BYTES, error);

  if (object == NULL || !hs_json_check_members ("bundle reply", object, members, error)
      || !hs_json_get_text (object, "bundle", MAX_JWS_BYTES (HS_BUNDLE_MAX_BYTES), &reply->bundle,
                            error)
      || !hs_json_get_text_or_null (object, "bundle_next", MAX_JWS_BYTES (HS_BUNDLE_MAX_BYTES),
                                    &reply->bundle_next, error)
      || !hs_json_get_text_or_null (object, "printers", HS_BUNDLE_REPLY_MAX_BYTES, &reply->printers,
                                    error))
    return NULL;
  return g_steal_pointer (&reply);
}

char *
hs_bundle_reply_encode (const HsBundleReply *reply)
{
  g_autoptr (json_t) object = json_object ();

  hs_json_set_lines (object, "bundle", reply->bundle);
  hs_json_set_lines (object, "bundle_next", reply->bundle_next);
  hs_json_set_lines (object, "printers", reply->printers);
  return hs_json_encode (object);
}

void
hs_bundle_reply_free (HsBundleReply *reply)
{
  if (reply == NULL)
    return;
  g_free (reply->bundle);
  g_free (reply->bundle_next);
  g_free (reply->printers);
  g_free (reply);
}

/* ── POST /v1/enrol ──────────────────────────────────────────────────────────────────────── */

HsEnrolRequest *
hs_enrol_request_decode (const char *bytes, gsize length, GError **error)
{
  static const char *const members[] = { "secret", "csr", "host_name", NULL };
  g_autoptr (HsEnrolRequest) request = g_new0 (HsEnrolRequest, 1);
  g_autoptr (HsSecretJson) object
      = hs_json_parse ("enrolment request", bytes, length, HS_JSON_MAX_BYTES, error);

  if (object == NULL
      || !hs_json_take_secret (object, "secret", HS_ENROL_TOKEN_SECRET_MIN_BYTES,
                               HS_ENROL_TOKEN_SECRET_MAX_BYTES, &request->secret, error)
      || !hs_json_check_members ("enrolment request", object, members, error)
      || !hs_json_get_lines (object, "csr", HS_ENROLMENT_MAX_PEM_BYTES, &request->csr, error)
      || !hs_json_get_text (object, "host_name", HS_ENROLMENT_MAX_HOST_NAME_BYTES,
                            &request->host_name, error))
    return NULL;
  return g_steal_pointer (&request);
}

char *
hs_enrol_request_encode (const HsEnrolRequest *request)
{
  g_autoptr (HsSecretJson) object = json_object ();

  hs_json_set_secret (object, "secret", request->secret);
  hs_json_set_lines (object, "csr", request->csr);
  hs_json_set_text (object, "host_name", request->host_name, HS_ENROLMENT_MAX_HOST_NAME_BYTES);
  return hs_json_encode (object);
}

void
hs_enrol_request_free (HsEnrolRequest *request)
{
  if (request == NULL)
    return;
  hs_secret_bytes_free (request->secret);
  g_free (request->csr);
  g_free (request->host_name);
  g_free (request);
}

HsEnrolReply *
hs_enrol_reply_decode (const char *bytes, gsize length, GError **error)
{
  static const char *const members[] = { "device", "certificate", "release_keys", NULL };
  g_autoptr (HsEnrolReply) reply = g_new0 (HsEnrolReply, 1);
  g_autoptr (json_t) object
      = hs_json_parse ("enrolment reply", bytes, length, 4 * HS_JSON_MAX_BYTES, error);

  if (object == NULL || !hs_json_check_members ("enrolment reply", object, members, error)
      || !hs_json_get_id (object, "device", &reply->device, error)
      || !hs_json_get_lines (object, "certificate", HS_ENROLMENT_MAX_PEM_BYTES, &reply->certificate,
                             error)
      || !hs_json_get_text (object, "release_keys", MAX_JWS_BYTES (HS_JSON_MAX_BYTES),
                            &reply->release_keys, error))
    return NULL;
  return g_steal_pointer (&reply);
}

char *
hs_enrol_reply_encode (const HsEnrolReply *reply)
{
  g_autoptr (json_t) object = json_object ();

  hs_json_set_id (object, "device", &reply->device);
  hs_json_set_lines (object, "certificate", reply->certificate);
  hs_json_set_lines (object, "release_keys", reply->release_keys);
  return hs_json_encode (object);
}

void
hs_enrol_reply_free (HsEnrolReply *reply)
{
  if (reply == NULL)
    return;
  g_free (reply->certificate);
  g_free (reply->release_keys);
  g_free (reply);
}

/* ── bodies with one text ────────────────────────────────────────────────────────────────── */

char *
hs_single_text_decode (
    const char *name, const char *bytes, gsize length, gsize max_bytes, GError **error)
{
  const char *const members[] = { name, NULL };
  char *text = NULL;
  g_autoptr (json_t) object = hs_json_parse ("body", bytes, length, 2 * max_bytes + 1024, error);

  if (object == NULL || !hs_json_check_members ("body", object, members, error)
      || !hs_json_get_lines (object, name, max_bytes, &text, error))
    return NULL;
  return text;
}

char *
hs_single_text_encode (const char *name, const char *text)
{
  g_autoptr (json_t) object = json_object ();

  hs_json_set_lines (object, name, text);
  return hs_json_encode (object);
}
