/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* URLs, certificates and keys of a site as JSON members. */

#include "core/wire/site_keys.h"

#include "base/error.h"
#include "core/wire/bundle.h"
#include "core/wire/url_rule.h"

#include <string.h>

gboolean
hs_site_keys_get_urls (const json_t *object, const char *name, char ***out, GError **error)
{
  g_auto (GStrv) urls = NULL;

  if (!hs_json_get_text_list (object, name, 1, HS_BUNDLE_MAX_URLS, HS_URL_MAX_BYTES, FALSE, &urls,
                              error))
    return FALSE;
  for (gsize i = 0; urls[i] != NULL; i++)
    if (!hs_url_check_site (urls[i], error))
      {
        g_prefix_error (error, "member \"%s\": ", name);
        return FALSE;
      }
  *out = g_steal_pointer (&urls);
  return TRUE;
}

gboolean
hs_site_keys_get_keys (
    const json_t *object, const char *name, HsPublicKey **out, gsize *n_out, GError **error)
{
  g_autofree HsPublicKey *keys = NULL;
  json_t *array, *item;
  size_t i;

  if (!hs_json_get_array (object, name, 1, HS_BUNDLE_MAX_KEYS, &array, error))
    return FALSE;
  keys = g_new0 (HsPublicKey, json_array_size (array));
  json_array_foreach (array, i, item)
  {
    if (!hs_public_key_parse (json_string_value (item), &keys[i]))
      {
        g_set_error (error, HS_ERROR, HS_ERROR_INVALID,
                     "member \"%s\" must be a list of base64url of 32 bytes", name);
        return FALSE;
      }
  }
  *n_out = json_array_size (array);
  *out = g_steal_pointer (&keys);
  return TRUE;
}

gboolean
hs_site_keys_get_purposes (const json_t *object,
                           HsPublicKey **command,
                           gsize *n_command,
                           HsPublicKey **entitlement,
                           gsize *n_entitlement,
                           GError **error)
{
  static const char *const purposes[] = { "command", "entitlement", NULL };
  json_t *keys;

  return hs_json_get_object (object, "keys", &keys, error)
         && hs_json_check_members ("list of keys", keys, purposes, error)
         && hs_site_keys_get_keys (keys, "command", command, n_command, error)
         && hs_site_keys_get_keys (keys, "entitlement", entitlement, n_entitlement, error);
}

static void
set_keys (json_t *object, const char *name, const HsPublicKey *keys, gsize n_keys)
{
  json_t *array = json_array ();

  for (gsize i = 0; i < n_keys; i++)
    {
      g_autofree char *text = hs_public_key_dup_text (&keys[i]);
      json_array_append_new (array, json_string (text));
    }
  hs_json_set_value (object, name, array);
}

void
hs_site_keys_set_purposes (json_t *object,
                           const HsPublicKey *command,
                           gsize n_command,
                           const HsPublicKey *entitlement,
                           gsize n_entitlement)
{
  json_t *keys = json_object ();

  set_keys (keys, "command", command, n_command);
  set_keys (keys, "entitlement", entitlement, n_entitlement);
  hs_json_set_value (object, "keys", keys);
}

gboolean
hs_site_keys_get_certificates (
    const json_t *object, const char *name, gsize min_items, char ***out, GError **error)
{
  g_auto (GStrv) list = NULL;

  if (!hs_json_get_text_list (object, name, min_items, HS_BUNDLE_MAX_CERTIFICATES,
                              HS_BUNDLE_MAX_PEM_BYTES, TRUE, &list, error))
    return FALSE;
  for (gsize i = 0; list[i] != NULL; i++)
    if (!g_str_has_prefix (list[i], "-----BEGIN CERTIFICATE-----\n"))
      {
        g_set_error (error, HS_ERROR, HS_ERROR_INVALID,
                     "member \"%s\" must be a list of PEM certificates", name);
        return FALSE;
      }
  *out = g_steal_pointer (&list);
  return TRUE;
}

static gboolean
has_key (const HsPublicKey *keys, gsize n_keys, const HsPublicKey *key)
{
  for (gsize i = 0; i < n_keys; i++)
    if (hs_public_key_equal (&keys[i], key))
      return TRUE;
  return FALSE;
}

gboolean
hs_site_keys_check_distinct (const HsPublicKey *command,
                             gsize n_command,
                             const HsPublicKey *entitlement,
                             gsize n_entitlement,
                             GError **error)
{
  gboolean twice = FALSE;

  for (gsize i = 0; i < n_command; i++)
    twice = twice || has_key (command, i, &command[i])
            || has_key (entitlement, n_entitlement, &command[i]);
  for (gsize i = 0; i < n_entitlement; i++)
    twice = twice || has_key (entitlement, i, &entitlement[i]);
  if (twice)
    g_set_error (error, HS_ERROR, HS_ERROR_INVALID, "a key of the site is named twice");
  return !twice;
}
