/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The site's release keys of one device. */

#include "core/wire/release_keys.h"

#include "base/error.h"
#include "core/wire/json_strict.h"

#include <string.h>

static gboolean
read_key (const json_t *object, HsReleaseKey *key, GError **error)
{
  static const char *const members[] = { "epoch", "public", "not_before_us", "not_after_us", NULL };
  gint64 epoch;

  if (!hs_json_check_members ("release key", object, members, error)
      || !hs_json_get_integer (object, "epoch", 1, HS_JSON_MAX_INTEGER, &epoch, error)
      || !hs_json_get_bytes (object, "public", key->public_bytes, sizeof key->public_bytes, error)
      || !hs_json_get_time (object, "not_before_us", &key->not_before_us, error)
      || !hs_json_get_time (object, "not_after_us", &key->not_after_us, error))
    return FALSE;
  if (key->not_after_us <= key->not_before_us)
    {
      g_set_error (error, HS_ERROR, HS_ERROR_INVALID, "a key ends before it begins");
      return FALSE;
    }
  key->epoch = (guint64)epoch;
  return TRUE;
}

static gboolean
read_members (const json_t *object, HsReleaseKeys *keys, GError **error)
{
  static const char *const members[] = { "device", "issued_us", "keys", NULL };
  json_t *array, *item;
  size_t i;

  if (!hs_json_check_members ("list of release keys", object, members, error)
      || !hs_json_get_id (object, "device", &keys->device, error)
      || !hs_json_get_time (object, "issued_us", &keys->issued_us, error)
      || !hs_json_get_array (object, "keys", 1, HS_RELEASE_KEYS_MAX, &array, error))
    return FALSE;
  json_array_foreach (array, i, item)
  {
    if (!read_key (item, &keys->keys[i], error))
      return FALSE;
    if (i > 0 && keys->keys[i].epoch <= keys->keys[i - 1].epoch)
      {
        g_set_error (error, HS_ERROR, HS_ERROR_INVALID, "the epochs do not rise");
        return FALSE;
      }
  }
  keys->n_keys = json_array_size (array);
  return TRUE;
}

HsReleaseKeys *
hs_release_keys_decode (GBytes *payload, GError **error)
{
  g_autoptr (HsReleaseKeys) keys = g_new0 (HsReleaseKeys, 1);
  g_autoptr (json_t) object
      = hs_json_parse_bytes ("list of release keys", payload, HS_JSON_MAX_BYTES, error);

  if (object == NULL)
    return NULL;
  if (!read_members (object, keys, error))
    {
      g_prefix_error (error, "the list of release keys is not valid: ");
      return NULL;
    }
  return g_steal_pointer (&keys);
}

GBytes *
hs_release_keys_encode (const HsReleaseKeys *keys, GError **error)
{
  g_autoptr (json_t) object = json_object ();
  g_autoptr (HsReleaseKeys) again = NULL;
  g_autoptr (GBytes) bytes = NULL;
  json_t *array = json_array ();

  hs_json_set_id (object, "device", &keys->device);
  hs_json_set_integer (object, "issued_us", keys->issued_us);
  for (gsize i = 0; i < keys->n_keys && i < HS_RELEASE_KEYS_MAX; i++)
    {
      json_t *item = json_object ();
      hs_json_set_integer (item, "epoch", (gint64)keys->keys[i].epoch);
      hs_json_set_bytes (item, "public", keys->keys[i].public_bytes, HS_RELEASE_KEY_BYTES);
      hs_json_set_integer (item, "not_before_us", keys->keys[i].not_before_us);
      hs_json_set_integer (item, "not_after_us", keys->keys[i].not_after_us);
      json_array_append_new (array, item);
    }
  hs_json_set_value (object, "keys", array);
  bytes = hs_json_encode_bytes (object);
  again = hs_release_keys_decode (bytes, error);
  return again != NULL ? g_steal_pointer (&bytes) : NULL;
}

gboolean
hs_release_keys_check_successor (const HsReleaseKeys *previous,
                                 const HsReleaseKeys *next,
                                 const HsId *device,
                                 GError **error)
{
  if (!hs_id_equal (&next->device, device))
    {
      g_set_error (error, HS_ERROR, HS_ERROR_DENIED,
                   "the release keys are those of another workstation");
      return FALSE;
    }
  if (previous != NULL
      && (next->issued_us < previous->issued_us
          || next->keys[next->n_keys - 1].epoch < previous->keys[previous->n_keys - 1].epoch))
    {
      g_set_error (error, HS_ERROR, HS_ERROR_REFUSED,
                   "the offered release keys are older than the known ones");
      return FALSE;
    }
  return TRUE;
}

const HsReleaseKey *
hs_release_keys_find (const HsReleaseKeys *keys, gint64 now_us)
{
  for (gsize i = keys->n_keys; i > 0; i--)
    {
      const HsReleaseKey *key = &keys->keys[i - 1];
      if (now_us >= key->not_before_us && now_us < key->not_after_us)
        return key;
    }
  return NULL;
}

void
hs_release_keys_free (HsReleaseKeys *keys)
{
  g_free (keys);
}
