/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* JSON that carries a secret. */

#include "core/wire/json_secret.h"

#include "base/base64.h"
#include "base/error.h"
#include "core/wire/sign_in.h"

void
hs_json_wipe (json_t *value)
{
  const char *name;
  json_t *member;
  size_t i;

  if (json_is_string (value))
    hs_secret_bytes_wipe ((char *)json_string_value (value), json_string_length (value));
  else if (json_is_object (value))
    json_object_foreach (value, name, member) hs_json_wipe (member);
  else if (json_is_array (value))
    json_array_foreach (value, i, member) hs_json_wipe (member);
}

void
hs_secret_json_free (HsSecretJson *value)
{
  hs_json_wipe (value);
  json_decref (value);
}

gboolean
hs_json_take_secret_text (
    json_t *object, const char *name, gsize maximum, HsSecretBytes **out, GError **error)
{
  json_t *member = json_object_get (object, name);
  gsize length = json_string_length (member);

  if (length >= 1 && length <= maximum)
    *out = hs_secret_bytes_new_copy ((const guint8 *)json_string_value (member), length);
  else
    g_set_error (error, HS_ERROR, HS_ERROR_INVALID,
                 "member \"%s\" must be a text of 1 to %" G_GSIZE_FORMAT " bytes", name, maximum);
  hs_json_wipe (member);
  return length >= 1 && length <= maximum;
}

gboolean
hs_json_take_secret (json_t *object,
                     const char *name,
                     gsize minimum,
                     gsize maximum,
                     HsSecretBytes **out,
                     GError **error)
{
  json_t *member = json_object_get (object, name);
  g_autoptr (HsSecretBytes) room = hs_secret_bytes_new (maximum);
  gssize length = -1;

  if (json_is_string (member))
    length = hs_base64_decode (HS_BASE64_URL, json_string_value (member),
                               json_string_length (member), hs_secret_bytes_get (room), maximum);
  hs_json_wipe (member);
  if (length >= (gssize)minimum)
    *out = hs_secret_bytes_new_copy (hs_secret_bytes_peek (room), (gsize)length);
  else
    g_set_error (error, HS_ERROR, HS_ERROR_INVALID,
                 "member \"%s\" must be base64url of %" G_GSIZE_FORMAT " to %" G_GSIZE_FORMAT
                 " bytes",
                 name, minimum, maximum);
  return length >= (gssize)minimum;
}

static gboolean
is_null (const json_t *object, const char *name)
{
  return json_is_null (json_object_get (object, name));
}

gboolean
hs_json_take_secret_text_or_null (
    json_t *object, const char *name, gsize maximum, HsSecretBytes **out, GError **error)
{
  return is_null (object, name) || hs_json_take_secret_text (object, name, maximum, out, error);
}

gboolean
hs_json_take_secret_or_null (json_t *object,
                             const char *name,
                             gsize minimum,
                             gsize maximum,
                             HsSecretBytes **out,
                             GError **error)
{
  return is_null (object, name) || hs_json_take_secret (object, name, minimum, maximum, out, error);
}

gboolean
hs_json_take_session (json_t *object, HsSecretBytes **out, GError **error)
{
  return hs_json_take_secret_text (object, "session", HS_SIGN_IN_MAX_SESSION_BYTES, out, error);
}

void
hs_json_set_secret_text (json_t *object, const char *name, const HsSecretBytes *secret)
{
  hs_json_set_value (object, name,
                     secret != NULL ? json_stringn ((const char *)hs_secret_bytes_peek (secret),
                                                    hs_secret_bytes_get_length (secret))
                                    : json_null ());
}

void
hs_json_set_secret (json_t *object, const char *name, const HsSecretBytes *secret)
{
  hs_json_set_bytes (object, name, secret != NULL ? hs_secret_bytes_peek (secret) : NULL,
                     secret != NULL ? hs_secret_bytes_get_length (secret) : 0);
}
