/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Errors on the wire. */

#include "core/wire/wire_error.h"

#include "base/error.h"
#include "core/wire/json_strict.h"

static const struct
{
  HsErrorCode code;
  guint status;
} statuses[] = {
  { HS_ERROR_INVALID, 400 },   { HS_ERROR_DENIED, 403 },    { HS_ERROR_NOT_FOUND, 404 },
  { HS_ERROR_REFUSED, 409 },   { HS_ERROR_EXPIRED, 410 },   { HS_ERROR_NO_SPACE, 413 },
  { HS_ERROR_CORRUPT, 422 },   { HS_ERROR_INTERNAL, 500 },  { HS_ERROR_NOT_SUPPORTED, 501 },
  { HS_ERROR_TEMPORARY, 503 }, { HS_ERROR_CANCELLED, 503 }, { HS_ERROR_DENIED, 401 },
  { HS_ERROR_TEMPORARY, 429 }, { HS_ERROR_TEMPORARY, 502 }, { HS_ERROR_TEMPORARY, 504 },
};

guint
hs_wire_error_to_status (int code)
{
  for (gsize i = 0; i < G_N_ELEMENTS (statuses); i++)
    if ((int)statuses[i].code == code)
      return statuses[i].status;
  return 500;
}

static HsErrorCode
code_from_status (guint status)
{
  for (gsize i = 0; i < G_N_ELEMENTS (statuses); i++)
    if (statuses[i].status == status)
      return statuses[i].code;
  return status >= 500 ? HS_ERROR_TEMPORARY : HS_ERROR_INVALID;
}

static const char *
keyword_of (HsErrorCode code)
{
  return hs_error_code_to_keyword (code);
}

char *
hs_wire_error_encode (const GError *reason)
{
  g_autoptr (json_t) object = json_object ();
  gboolean ours = reason->domain == HS_ERROR;

  hs_json_set_lines (object, "error", keyword_of (ours ? reason->code : HS_ERROR_INTERNAL));
  hs_json_set_text (object, "message", ours ? reason->message : "Something went wrong here.",
                    HS_WIRE_ERROR_MAX_MESSAGE_BYTES);
  return hs_json_encode (object);
}

void
hs_wire_error_decode (guint status, const char *bytes, gsize length, GError **reason)
{
  static const char *const members[] = { "error", "message", NULL };
  g_autoptr (json_t) object = hs_json_parse ("error", bytes, length, HS_WIRE_ERROR_MAX_BYTES, NULL);
  g_autofree char *keyword = NULL, *message = NULL;

  if (object != NULL && hs_json_check_members ("error", object, members, NULL)
      && hs_json_get_text (object, "error", 32, &keyword, NULL)
      && hs_json_get_text (object, "message", HS_WIRE_ERROR_MAX_MESSAGE_BYTES, &message, NULL))
    for (int code = HS_ERROR_TEMPORARY; code <= HS_ERROR_INTERNAL; code++)
      if (g_strcmp0 (keyword, keyword_of ((HsErrorCode)code)) == 0)
        {
          g_set_error_literal (reason, HS_ERROR, code, message);
          return;
        }
  g_set_error (reason, HS_ERROR, code_from_status (status), "the site answered with HTTP status %u",
               status);
}
