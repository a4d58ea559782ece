/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Remembered delegations: text and the question that they answer. */

#include "core/wire/local_delegation.h"

#include "base/base64.h"
#include "base/error.h"
#include "core/wire/json_strict.h"

#define WHAT "remembered delegation"

static gboolean
get_sealed (const json_t *object, const char *name, GBytes **out, GError **error)
{
  g_autofree char *text = NULL;
  const gsize longest = hs_base64_encoded_length (HS_LOCAL_DELEGATION_MAX_SEALED_BYTES);

  if (!hs_json_get_text (object, name, longest, &text, error))
    return FALSE;
  *out = hs_base64_decode_bytes (HS_BASE64_URL, text);
  if (*out == NULL)
    g_set_error (error, HS_ERROR, HS_ERROR_INVALID, "member \"%s\" must be base64url", name);
  return *out != NULL;
}

HsLocalDelegation *
hs_local_delegation_decode (const char *bytes, gsize length, GError **error)
{
  static const char *const members[]
      = { "id",         "owner",     "delegate",     "job", "expires_us",
          "is_at_site", "for_owner", "for_delegate", NULL };
  g_autoptr (HsLocalDelegation) delegation = g_new0 (HsLocalDelegation, 1);
  g_autoptr (json_t) object = hs_json_parse (WHAT, bytes, length, HS_JSON_MAX_BYTES, error);

  if (object == NULL || !hs_json_check_members (WHAT, object, members, error)
      || !hs_json_get_id (object, "id", &delegation->id, error)
      || !hs_json_get_id (object, "owner", &delegation->owner, error)
      || !hs_json_get_id (object, "delegate", &delegation->delegate, error)
      || !hs_json_get_id_or_null (object, "job", &delegation->job, error)
      || !hs_json_get_time (object, "expires_us", &delegation->expires_us, error)
      || !hs_json_get_boolean (object, "is_at_site", &delegation->is_at_site, error)
      || !get_sealed (object, "for_owner", &delegation->for_owner, error)
      || !get_sealed (object, "for_delegate", &delegation->for_delegate, error))
    return NULL;
  return g_steal_pointer (&delegation);
}

static void
set_sealed (json_t *object, const char *name, GBytes *sealed)
{
  hs_json_set_bytes (object, name, g_bytes_get_data (sealed, NULL), g_bytes_get_size (sealed));
}

char *
hs_local_delegation_encode (const HsLocalDelegation *delegation)
{
  g_autoptr (json_t) object = json_object ();

  hs_json_set_id (object, "id", &delegation->id);
  hs_json_set_id (object, "owner", &delegation->owner);
  hs_json_set_id (object, "delegate", &delegation->delegate);
  hs_json_set_id (object, "job", &delegation->job);
  hs_json_set_integer (object, "expires_us", delegation->expires_us);
  hs_json_set_boolean (object, "is_at_site", delegation->is_at_site);
  set_sealed (object, "for_owner", delegation->for_owner);
  set_sealed (object, "for_delegate", delegation->for_delegate);
  return hs_json_encode (object);
}

void
hs_local_delegation_free (HsLocalDelegation *delegation)
{
  if (delegation == NULL)
    return;
  g_clear_pointer (&delegation->for_owner, g_bytes_unref);
  g_clear_pointer (&delegation->for_delegate, g_bytes_unref);
  g_free (delegation);
}

gboolean
hs_local_delegation_covers (const HsLocalDelegation *delegation,
                            const HsId *owner,
                            const HsId *delegate,
                            const HsId *job,
                            gint64 now_us)
{
  return delegation->expires_us > now_us && hs_id_equal (&delegation->owner, owner)
         && hs_id_equal (&delegation->delegate, delegate) && !hs_id_is_zero (owner)
         && !hs_id_is_zero (delegate)
         && (hs_id_is_zero (&delegation->job) || hs_id_equal (&delegation->job, job));
}
