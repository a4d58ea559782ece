/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The enrolment token. Its JSON is wiped on every path, because it holds the secret. */

#include "core/wire/enrol_token.h"

#include "base/base64.h"
#include "base/error.h"
#include "core/wire/json_secret.h"
#include "core/wire/url_rule.h"

#include <string.h>

static const char prefix[] = "HSE1.";
static const char *const members[] = { "url", "root", "secret", "expires_us", NULL };

static gboolean
read_object (json_t *object, HsEnrolToken *token, GError **error)
{
  return hs_json_check_members ("enrolment token", object, members, error)
         && hs_json_get_text (object, "url", HS_URL_MAX_BYTES, &token->url, error)
         && hs_url_check_site (token->url, error)
         && hs_json_get_bytes (object, "root", token->root_digest, sizeof token->root_digest, error)
         && hs_json_take_secret (object, "secret", HS_ENROL_TOKEN_SECRET_MIN_BYTES,
                                 HS_ENROL_TOKEN_SECRET_MAX_BYTES, &token->secret, error)
         && hs_json_get_time (object, "expires_us", &token->expires_us, error);
}

HsEnrolToken *
hs_enrol_token_parse (const char *text, gsize length, GError **error)
{
  g_autoptr (HsEnrolToken) token = g_new0 (HsEnrolToken, 1);
  g_autoptr (HsSecretBytes) room = NULL;
  g_autoptr (HsSecretJson) object = NULL;
  gssize decoded = -1;

  while (length > 0 && g_ascii_isspace (text[0]))
    {
      text++;
      length--;
    }
  while (length > 0 && g_ascii_isspace (text[length - 1]))
    length--;
  room = hs_secret_bytes_new (HS_ENROL_TOKEN_MAX_BYTES);
  if (length > strlen (prefix) && memcmp (text, prefix, strlen (prefix)) == 0)
    decoded = hs_base64_decode (HS_BASE64_URL, text + strlen (prefix), length - strlen (prefix),
                                hs_secret_bytes_get (room), HS_ENROL_TOKEN_MAX_BYTES);
  if (decoded < 0)
    {
      g_set_error (error, HS_ERROR, HS_ERROR_INVALID,
                   "this is not an enrolment token: it must be one line that begins with %s. Ask "
                   "the site's administrator for a new one.",
                   prefix);
      return NULL;
    }
  object = hs_json_parse ("enrolment token", (const char *)hs_secret_bytes_peek (room),
                          (gsize)decoded, HS_ENROL_TOKEN_MAX_BYTES, error);
  if (object == NULL || !read_object (object, token, error))
    {
      g_prefix_error (error, "the enrolment token is damaged: ");
      return NULL;
    }
  return g_steal_pointer (&token);
}

char *
hs_enrol_token_format (const HsEnrolToken *token)
{
  g_autoptr (HsSecretJson) object = json_object ();
  char *json, *encoded, *line;

  hs_json_set_text (object, "url", token->url, HS_URL_MAX_BYTES);
  hs_json_set_bytes (object, "root", token->root_digest, sizeof token->root_digest);
  hs_json_set_secret (object, "secret", token->secret);
  hs_json_set_integer (object, "expires_us", token->expires_us);
  json = hs_json_encode (object);
  encoded = hs_base64_encode (HS_BASE64_URL, (const guint8 *)json, strlen (json));
  line = g_strconcat (prefix, encoded, NULL);
  hs_secret_bytes_wipe (json, strlen (json));
  hs_secret_bytes_wipe (encoded, strlen (encoded));
  g_free (json);
  g_free (encoded);
  return line;
}

void
hs_enrol_token_free (HsEnrolToken *token)
{
  if (token == NULL)
    return;
  g_free (token->url);
  hs_secret_bytes_free (token->secret);
  g_free (token);
}
