/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Strict JSON: writing. Every value is made so that the getter of the same name accepts it. */

#include "core/wire/json_strict.h"

#include "base/base64.h"
#include "base/secret_bytes.h"

#include <string.h>

/* Without memory jansson leaves members out and goes on; with GLib's functions that is the end of the
 * process, as everywhere else. A constructor, so that no program that writes can forget it. */
__attribute__ ((constructor)) static void
never_write_half_a_value (void)
{
  json_set_alloc_funcs (g_malloc, g_free);
}

char *
hs_json_encode (const json_t *value)
{
  size_t length = json_dumpb (value, NULL, 0, JSON_COMPACT | JSON_SORT_KEYS);
  char *text = g_malloc (length + 1);

  json_dumpb (value, text, length, JSON_COMPACT | JSON_SORT_KEYS);
  text[length] = '\0';
  return text;
}

GBytes *
hs_json_encode_bytes (const json_t *value)
{
  char *text = hs_json_encode (value);

  return g_bytes_new_take (text, strlen (text));
}

void
hs_json_set_value (json_t *object, const char *name, json_t *value)
{
  /* Fails only on a name or text that is not UTF-8: a mistake of ours that the tests of each encoder
   * would show as a missing member. */
  if (json_object_set_new (object, name, value) != 0)
    g_critical ("the JSON member \"%s\" could not be set", name);
}

static char *
dup_clean_text (const char *text, gsize max_bytes)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  GString *clean = g_string_new (NULL);

  for (const char *place = valid; *place != '\0'; place = g_utf8_next_char (place))
    {
      gunichar character = g_utf8_get_char (place);
      gsize before = clean->len;

      /* U+FFFD is what g_utf8_make_valid() left in the place of a broken byte. */
      if (g_unichar_iscntrl (character) || character == 0xfffd)
        character = '?';
      g_string_append_unichar (clean, character);
      if (clean->len > max_bytes)
        {
          g_string_truncate (clean, before);
          break;
        }
    }
  return g_string_free (clean, FALSE);
}

void
hs_json_set_text (json_t *object, const char *name, const char *text, gsize max_bytes)
{
  g_autofree char *clean = NULL;

  if (text != NULL)
    clean = dup_clean_text (text, max_bytes);
  hs_json_set_value (object, name, clean != NULL ? json_string (clean) : json_null ());
}

void
hs_json_set_lines (json_t *object, const char *name, const char *lines)
{
  hs_json_set_value (object, name, lines != NULL ? json_string (lines) : json_null ());
}

void
hs_json_set_text_list (json_t *object, const char *name, const char *const *list)
{
  json_t *array = json_array ();

  for (gsize i = 0; list != NULL && list[i] != NULL; i++)
    json_array_append_new (array, json_string (list[i]));
  hs_json_set_value (object, name, array);
}

void
hs_json_set_integer (json_t *object, const char *name, gint64 value)
{
  hs_json_set_value (object, name, json_integer (value));
}

void
hs_json_set_boolean (json_t *object, const char *name, gboolean value)
{
  hs_json_set_value (object, name, json_boolean (value));
}

void
hs_json_set_id (json_t *object, const char *name, const HsId *id)
{
  char text[HS_ID_TEXT_BYTES];

  hs_json_set_value (object, name,
                     hs_id_is_zero (id) ? json_null () : json_string (hs_id_format (id, text)));
}

void
hs_json_set_id_list (json_t *object, const char *name, const GArray *ids)
{
  json_t *array = json_array ();
  char text[HS_ID_TEXT_BYTES];

  for (guint i = 0; i < ids->len; i++)
    json_array_append_new (array, json_string (hs_id_format (&g_array_index (ids, HsId, i), text)));
  hs_json_set_value (object, name, array);
}

void
hs_json_set_bytes (json_t *object, const char *name, const guint8 *bytes, gsize length)
{
  g_autofree char *text = NULL;

  if (bytes != NULL)
    text = hs_base64_encode (HS_BASE64_URL, bytes, length);
  hs_json_set_value (object, name, text != NULL ? json_string (text) : json_null ());
  if (text != NULL)
    hs_secret_bytes_wipe (text, strlen (text)); /* it may be a share or a token's secret */
}

void
hs_json_set_hex (json_t *object, const char *name, const guint8 *bytes, gsize length)
{
  g_autofree char *text = g_malloc (2 * length + 1);

  text[0] = '\0';
  for (gsize i = 0; i < length; i++)
    g_snprintf (text + 2 * i, 3, "%02x", bytes[i]);
  hs_json_set_value (object, name, json_string (text));
}

void
hs_json_set_public_key (json_t *object, const char *name, const HsPublicKey *key)
{
  hs_json_set_bytes (object, name, key->bytes, sizeof key->bytes);
}
