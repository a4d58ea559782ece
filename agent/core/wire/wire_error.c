/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Errors on the wire. */

#include "core/wire/wire_error.h"

#include "base/error.h"
#include "core/wire/json_strict.h"

#define MOST_KEYWORD_BYTES 64
#define MOST_VALUE_BYTES 256
#define MOST_VALUES 4

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

/* ── what was refused ────────────────────────────────────────────────────────────────────── */

static void
set_refusal (json_t *object, const GError *reason)
{
  const char *const *values = hs_error_get_values (reason);
  json_t *members;

  if (hs_error_get_refusal (reason) == NULL)
    return;
  hs_json_set_text (object, "refusal", hs_error_get_refusal (reason), MOST_KEYWORD_BYTES);
  members = json_object ();
  for (gsize i = 0; values != NULL && values[i] != NULL && values[i + 1] != NULL; i += 2)
    hs_json_set_text (members, values[i], values[i + 1], MOST_VALUE_BYTES);
  json_object_set_new (object, "values", members);
}

/* A refusal that makes no sense leaves the error with its message alone. */
static void
take_refusal (const json_t *object, GError *reason)
{
  g_autoptr (GPtrArray) values = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *keyword = NULL;
  const json_t *members = json_object_get (object, "values");
  const char *name;
  json_t *value;

  if (json_object_get (object, "refusal") == NULL
      || !hs_json_get_text (object, "refusal", MOST_KEYWORD_BYTES, &keyword, NULL)
      || !json_is_object (members) || json_object_size (members) > MOST_VALUES)
    return;
  json_object_foreach ((json_t *)members, name, value)
  {
    char *text = NULL;
    if (!hs_json_get_text (members, name, MOST_VALUE_BYTES, &text, NULL))
      return;
    g_ptr_array_add (values, g_strdup (name));
    g_ptr_array_add (values, text);
  }
  g_ptr_array_add (values, NULL);
  hs_error_set_refusal (reason, keyword, (const char *const *)values->pdata);
}

/* ── the whole ───────────────────────────────────────────────────────────────────────────── */

char *
hs_wire_error_encode (const GError *reason)
{
  g_autoptr (json_t) object = json_object ();
  gboolean ours = reason->domain == HS_ERROR;

  hs_json_set_lines (object, "error", keyword_of (ours ? reason->code : HS_ERROR_INTERNAL));
  hs_json_set_text (object, "message", ours ? reason->message : "Something went wrong here.",
                    HS_WIRE_ERROR_MAX_MESSAGE_BYTES);
  if (ours)
    set_refusal (object, reason);
  return hs_json_encode (object);
}

void
hs_wire_error_decode (guint status, const char *bytes, gsize length, GError **reason)
{
  static const char *const members[] = { "error", "message", "refusal", "values", NULL };
  g_autoptr (json_t) object = hs_json_parse ("error", bytes, length, HS_WIRE_ERROR_MAX_BYTES, NULL);
  g_autofree char *keyword = NULL, *message = NULL;

  if (object != NULL && hs_json_check_members ("error", object, members, NULL)
      && hs_json_get_text (object, "error", 32, &keyword, NULL)
      && hs_json_get_text (object, "message", HS_WIRE_ERROR_MAX_MESSAGE_BYTES, &message, NULL))
    for (int code = HS_ERROR_TEMPORARY; code <= HS_ERROR_INTERNAL; code++)
      if (g_strcmp0 (keyword, keyword_of ((HsErrorCode)code)) == 0)
        {
          GError *told = g_error_new_literal (HS_ERROR, code, message);
          take_refusal (object, told);
          g_propagate_error (reason, told);
          return;
        }
  g_set_error (reason, HS_ERROR, code_from_status (status), "the site answered with HTTP status %u",
               status);
}
