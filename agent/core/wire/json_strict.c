/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Strict JSON: reading. Jansson parses; this file adds what it leaves open: depth, size, types with
 * ranges, one text form for bytes, and errors that do not repeat what they read (Jansson's own
 * quote the input, which may be a password). */

#include "core/wire/json_strict.h"

#include "base/base64.h"
#include "base/error.h"

#include <string.h>

/* ── whole texts ─────────────────────────────────────────────────────────────────────────── */

/* Jansson's own limit is 2048 levels of recursion; ours is checked before it runs. */
static gboolean
is_deeper_than (const char *bytes, gsize length, guint limit)
{
  gboolean in_string = FALSE;
  guint depth = 0;

  for (gsize i = 0; i < length; i++)
    {
      char byte = bytes[i];

      if (in_string && byte == '\\')
        i++;
      else if (byte == '"')
        in_string = !in_string;
      else if (!in_string && (byte == '{' || byte == '['))
        {
          if (++depth > limit)
            return TRUE;
        }
      else if (!in_string && (byte == '}' || byte == ']') && depth > 0)
        depth--;
    }
  return FALSE;
}

json_t *
hs_json_parse (const char *what, const char *bytes, gsize length, gsize max_bytes, GError **error)
{
  g_autoptr (json_t) value = NULL;
  json_error_t problem;

  if (length > max_bytes)
    {
      g_set_error (error, HS_ERROR, HS_ERROR_NO_SPACE,
                   "the %s is longer than %" G_GSIZE_FORMAT " bytes", what, max_bytes);
      return NULL;
    }
  if (is_deeper_than (bytes, length, HS_JSON_MAX_DEPTH))
    {
      g_set_error (error, HS_ERROR, HS_ERROR_INVALID, "the %s is nested deeper than %d levels",
                   what, HS_JSON_MAX_DEPTH);
      return NULL;
    }
  value = json_loadb (bytes, length, JSON_REJECT_DUPLICATES, &problem);
  if (value == NULL)
    {
      gboolean twice = json_error_code (&problem) == json_error_duplicate_key;
      g_set_error (error, HS_ERROR, HS_ERROR_INVALID, "the %s %s (line %d, column %d)", what,
                   twice ? "names a member twice" : "is not valid JSON", problem.line,
                   problem.column);
      return NULL;
    }
  if (!json_is_object (value))
    {
      g_set_error (error, HS_ERROR, HS_ERROR_INVALID, "the %s is not a JSON object", what);
      return NULL;
    }
  return g_steal_pointer (&value);
}

json_t *
hs_json_parse_bytes (const char *what, GBytes *bytes, gsize max_bytes, GError **error)
{
  gsize length;
  const char *data = g_bytes_get_data (bytes, &length);

  return hs_json_parse (what, data != NULL ? data : "", length, max_bytes, error);
}

/* ── errors ──────────────────────────────────────────────────────────────────────────────── */

static gboolean
refuse (GError **error, const char *name, const char *expected)
{
  g_set_error (error, HS_ERROR, HS_ERROR_INVALID, "member \"%s\" must be %s", name, expected);
  return FALSE;
}

static json_t *
find_member (const json_t *object, const char *name, GError **error)
{
  json_t *member = json_object_get (object, name);

  if (member == NULL)
    g_set_error (error, HS_ERROR, HS_ERROR_INVALID, "member \"%s\" is missing", name);
  return member;
}

gboolean
hs_json_check_members (const char *what,
                       const json_t *object,
                       const char *const *names,
                       GError **error)
{
  const char *name;
  json_t *member;

  json_object_foreach ((json_t *)object, name, member)
  {
    if (!g_strv_contains (names, name))
      {
        /* The name comes from a peer, so it is not repeated. */
        g_set_error (error, HS_ERROR, HS_ERROR_INVALID, "the %s has a member that is not known",
                     what);
        return FALSE;
      }
  }
  return TRUE;
}

/* ── texts ───────────────────────────────────────────────────────────────────────────────── */

static gboolean
has_control_characters (const char *text, gboolean lines)
{
  for (const char *place = text; *place != '\0'; place = g_utf8_next_char (place))
    {
      gunichar character = g_utf8_get_char (place);
      if (g_unichar_iscntrl (character) && !(lines && character == '\n'))
        return TRUE;
    }
  return FALSE;
}

/* Jansson has already seen to it that the text is UTF-8 without NUL. */
static gboolean
is_text (const json_t *member, gsize max_bytes, gboolean lines)
{
  return json_is_string (member) && json_string_length (member) >= 1
         && json_string_length (member) <= max_bytes
         && !has_control_characters (json_string_value (member), lines);
}

static gboolean
get_text (const json_t *object,
          const char *name,
          gsize max_bytes,
          gboolean lines,
          char **out,
          GError **error)
{
  json_t *member = find_member (object, name, error);

  if (member == NULL)
    return FALSE;
  if (!is_text (member, max_bytes, lines))
    {
      g_set_error (error, HS_ERROR, HS_ERROR_INVALID,
                   "member \"%s\" must be a text of 1 to %" G_GSIZE_FORMAT
                   " bytes without control characters",
                   name, max_bytes);
      return FALSE;
    }
  *out = g_strdup (json_string_value (member));
  return TRUE;
}

gboolean
hs_json_get_text (
    const json_t *object, const char *name, gsize max_bytes, char **out, GError **error)
{
  return get_text (object, name, max_bytes, FALSE, out, error);
}

gboolean
hs_json_get_text_or_null (
    const json_t *object, const char *name, gsize max_bytes, char **out, GError **error)
{
  json_t *member = find_member (object, name, error);

  if (member == NULL)
    return FALSE;
  if (json_is_null (member) || (json_is_string (member) && json_string_length (member) == 0))
    {
      *out = NULL;
      return TRUE;
    }
  return get_text (object, name, max_bytes, FALSE, out, error);
}

gboolean
hs_json_get_lines (
    const json_t *object, const char *name, gsize max_bytes, char **out, GError **error)
{
  return get_text (object, name, max_bytes, TRUE, out, error);
}

gboolean
hs_json_get_text_list (const json_t *object,
                       const char *name,
                       gsize min_items,
                       gsize max_items,
                       gsize max_bytes,
                       gboolean lines,
                       char ***out,
                       GError **error)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func (g_free);
  json_t *array, *item;
  size_t i;

  if (!hs_json_get_array (object, name, min_items, max_items, &array, error))
    return FALSE;
  json_array_foreach (array, i, item)
  {
    if (!is_text (item, max_bytes, lines))
      return refuse (error, name, "a list of texts within their limits");
    g_ptr_array_add (list, g_strdup (json_string_value (item)));
  }
  g_ptr_array_add (list, NULL);
  *out = (char **)g_ptr_array_free (g_steal_pointer (&list), FALSE);
  return TRUE;
}

gboolean
hs_json_get_keyword (
    const json_t *object, const char *name, const char *const *keywords, int *out, GError **error)
{
  json_t *member = find_member (object, name, error);

  if (member == NULL)
    return FALSE;
  for (int i = 0; json_is_string (member) && keywords[i] != NULL; i++)
    if (strcmp (json_string_value (member), keywords[i]) == 0)
      {
        *out = i;
        return TRUE;
      }
  return refuse (error, name, "one of its keywords");
}

/* ── numbers and truth ───────────────────────────────────────────────────────────────────── */

gboolean
hs_json_get_integer (const json_t *object,
                     const char *name,
                     gint64 minimum,
                     gint64 maximum,
                     gint64 *out,
                     GError **error)
{
  json_t *member = find_member (object, name, error);

  if (member == NULL)
    return FALSE;
  if (!json_is_integer (member) || json_integer_value (member) < minimum
      || json_integer_value (member) > maximum)
    {
      g_set_error (error, HS_ERROR, HS_ERROR_INVALID,
                   "member \"%s\" must be a whole number from %" G_GINT64_FORMAT
                   " to %" G_GINT64_FORMAT,
                   name, minimum, maximum);
      return FALSE;
    }
  *out = json_integer_value (member);
  return TRUE;
}

gboolean
hs_json_get_time (const json_t *object, const char *name, gint64 *out_us, GError **error)
{
  return hs_json_get_integer (object, name, 1, HS_JSON_MAX_INTEGER, out_us, error);
}

gboolean
hs_json_get_boolean (const json_t *object, const char *name, gboolean *out, GError **error)
{
  json_t *member = find_member (object, name, error);

  if (member == NULL)
    return FALSE;
  if (!json_is_boolean (member))
    return refuse (error, name, "true or false");
  *out = json_is_true (member);
  return TRUE;
}

/* ── ids, keys, bytes ────────────────────────────────────────────────────────────────────── */

gboolean
hs_json_get_id (const json_t *object, const char *name, HsId *out, GError **error)
{
  json_t *member = find_member (object, name, error);
  HsId id;

  if (member == NULL)
    return FALSE;
  if (!json_is_string (member) || !hs_id_parse (json_string_value (member), &id)
      || hs_id_is_zero (&id))
    return refuse (error, name, "a uuid in lower case");
  *out = id;
  return TRUE;
}

gboolean
hs_json_get_id_or_null (const json_t *object, const char *name, HsId *out, GError **error)
{
  json_t *member = find_member (object, name, error);

  if (member == NULL)
    return FALSE;
  if (!json_is_null (member))
    return hs_json_get_id (object, name, out, error);
  *out = (HsId){ 0 };
  return TRUE;
}

gboolean
hs_json_get_id_list (const json_t *object,
                     const char *name,
                     gsize min_items,
                     gsize max_items,
                     GArray *out,
                     GError **error)
{
  json_t *array = NULL;
  HsId id;

  if (!hs_json_get_array (object, name, min_items, max_items, &array, error))
    return FALSE;
  for (size_t i = 0; i < json_array_size (array); i++)
    {
      const char *text = json_string_value (json_array_get (array, i));
      if (text == NULL || !hs_id_parse (text, &id) || hs_id_is_zero (&id))
        return refuse (error, name, "a list of uuids in lower case");
      g_array_append_val (out, id);
    }
  return TRUE;
}

gboolean
hs_json_get_bytes (
    const json_t *object, const char *name, guint8 *out, gsize length, GError **error)
{
  json_t *member = find_member (object, name, error);
  g_autofree guint8 *decoded = NULL;

  if (member == NULL)
    return FALSE;
  decoded = g_malloc (length);
  if (!json_is_string (member)
      || hs_base64_decode (HS_BASE64_URL, json_string_value (member), json_string_length (member),
                           decoded, length)
             != (gssize)length)
    {
      g_set_error (error, HS_ERROR, HS_ERROR_INVALID,
                   "member \"%s\" must be base64url of %" G_GSIZE_FORMAT " bytes", name, length);
      return FALSE;
    }
  memcpy (out, decoded, length);
  return TRUE;
}

gboolean
hs_json_get_hex (const json_t *object, const char *name, guint8 *out, gsize length, GError **error)
{
  static const char digits[] = "0123456789abcdef";
  json_t *member = find_member (object, name, error);
  const char *text;

  if (member == NULL)
    return FALSE;
  text = json_string_value (member);
  if (text == NULL || json_string_length (member) != 2 * length
      || strspn (text, digits) != 2 * length)
    {
      g_set_error (error, HS_ERROR, HS_ERROR_INVALID,
                   "member \"%s\" must be %" G_GSIZE_FORMAT " lower-case hex digits", name,
                   2 * length);
      return FALSE;
    }
  for (gsize i = 0; i < length; i++)
    out[i] = (guint8)(g_ascii_xdigit_value (text[2 * i]) << 4
                      | g_ascii_xdigit_value (text[2 * i + 1]));
  return TRUE;
}

gboolean
hs_json_get_public_key (const json_t *object, const char *name, HsPublicKey *out, GError **error)
{
  return hs_json_get_bytes (object, name, out->bytes, sizeof out->bytes, error);
}

/* ── containers ──────────────────────────────────────────────────────────────────────────── */

gboolean
hs_json_get_object (const json_t *object, const char *name, json_t **out, GError **error)
{
  json_t *member = find_member (object, name, error);

  if (member == NULL)
    return FALSE;
  if (!json_is_object (member))
    return refuse (error, name, "an object");
  *out = member;
  return TRUE;
}

gboolean
hs_json_get_array (const json_t *object,
                   const char *name,
                   gsize min_items,
                   gsize max_items,
                   json_t **out,
                   GError **error)
{
  json_t *member = find_member (object, name, error);

  if (member == NULL)
    return FALSE;
  if (!json_is_array (member) || json_array_size (member) < min_items
      || json_array_size (member) > max_items)
    {
      g_set_error (error, HS_ERROR, HS_ERROR_INVALID,
                   "member \"%s\" must be a list of %" G_GSIZE_FORMAT " to %" G_GSIZE_FORMAT
                   " items",
                   name, min_items, max_items);
      return FALSE;
    }
  *out = member;
  return TRUE;
}
