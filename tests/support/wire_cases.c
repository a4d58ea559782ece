/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Mutations of one good JSON text. */

#include "support/wire_cases.h"

#include "base/error.h"
#include "core/wire/json_strict.h"
#include "support/suite.h"

static json_t *
load (const char *text)
{
  json_t *value = json_loads (text, JSON_DECODE_ANY, NULL);

  if (value == NULL)
    hs_test_fail (__FILE__, __LINE__, "the example is not JSON: %s", text);
  return value;
}

static void
expect (HsWireDecodeFunc decode, const char *bytes, gsize length, gboolean good, const char *what)
{
  g_autoptr (GError) error = NULL;
  /* An exact copy on the heap, so that a sanitizer sees a read past the end. */
  g_autofree char *copy = g_memdup2 (bytes, length);
  gboolean accepted = decode (copy != NULL ? copy : "", length, &error);

  if (accepted != good)
    hs_test_fail (__FILE__, __LINE__, "%s was %s: %.*s%s%s", what, good ? "refused" : "accepted",
                  (int)length, bytes, error != NULL ? ": " : "",
                  error != NULL ? error->message : "");
  if (!accepted && (error == NULL || error->domain != HS_ERROR || error->message[0] == '\0'))
    hs_test_fail (__FILE__, __LINE__, "%s was refused without a reason of ours", what);
  if (accepted && error != NULL)
    hs_test_fail (__FILE__, __LINE__, "%s was accepted with an error", what);
}

static void
expect_value (HsWireDecodeFunc decode, const json_t *value, gboolean good, const char *what)
{
  g_autofree char *text = hs_json_encode (value);

  expect (decode, text, strlen (text), good, what);
}

/* ── every node of the tree ──────────────────────────────────────────────────────────────── */

static json_t *
other_type (const json_t *value)
{
  if (json_is_string (value) || json_is_null (value))
    return json_pack ("[i]", 1);
  if (json_is_array (value))
    return json_object ();
  return json_array ();
}

static void try_members (json_t *root, json_t *object, const char *opaque, HsWireDecodeFunc decode);

static void
try_inside (json_t *root, json_t *value, const char *opaque, HsWireDecodeFunc decode)
{
  json_t *item;
  size_t i;

  if (json_is_object (value))
    try_members (root, value, opaque, decode);
  json_array_foreach (value, i, item) try_inside (root, item, opaque, decode);
}

static void
try_members (json_t *root, json_t *object, const char *opaque, HsWireDecodeFunc decode)
{
  g_autoptr (json_t) names = json_array ();
  const char *name;
  json_t *value, *name_value;
  size_t i;

  json_object_foreach (object, name, value) json_array_append_new (names, json_string (name));
  json_object_set_new (object, "homespool_unknown", json_true ());
  expect_value (decode, root, FALSE, "an unknown member");
  json_object_del (object, "homespool_unknown");
  json_array_foreach (names, i, name_value)
  {
    g_autofree char *missing = NULL;
    g_autofree char *typed = NULL;

    name = json_string_value (name_value);
    value = json_incref (json_object_get (object, name));
    missing = g_strdup_printf ("the lack of \"%s\"", name);
    typed = g_strdup_printf ("another type of \"%s\"", name);
    json_object_del (object, name);
    expect_value (decode, root, FALSE, missing);
    json_object_set_new (object, name, other_type (value));
    expect_value (decode, root, FALSE, typed);
    json_object_set (object, name, value);
    if (g_strcmp0 (name, opaque) != 0)
      try_inside (root, value, opaque, decode);
    json_decref (value);
  }
}

static void
try_duplicates (const char *good, const json_t *root, HsWireDecodeFunc decode)
{
  const char *name;
  json_t *value;

  json_object_foreach ((json_t *)root, name, value)
  {
    g_autofree char *text = json_dumps (value, JSON_ENCODE_ANY | JSON_COMPACT | JSON_SORT_KEYS);
    g_autofree char *twice = g_strdup_printf ("{\"%s\":%s,%s", name, text, good + 1);
    expect (decode, twice, strlen (twice), FALSE, "a member written twice");
  }
}

void
hs_wire_refuses_the_usual (const char *good, const char *opaque, HsWireDecodeFunc decode)
{
  g_autoptr (json_t) root = load (good);
  g_autofree char *longer = g_strconcat (good, "x", NULL);

  expect (decode, good, strlen (good), TRUE, "the good example");
  expect (decode, longer, strlen (longer), FALSE, "a byte after the end");
  expect (decode, good, strlen (good) + 1, FALSE, "a NUL after the end");
  for (gsize length = 0; length < strlen (good); length++)
    expect (decode, good, length, FALSE, "a cut text");
  try_duplicates (good, root, decode);
  try_members (root, root, opaque, decode);
  expect_value (decode, root, TRUE, "the good example at the end");
}

/* ── one change ──────────────────────────────────────────────────────────────────────────── */

char *
hs_wire_with (const char *good, const char *path, const char *value)
{
  g_autoptr (json_t) root = load (good);
  g_auto (GStrv) steps = g_strsplit (path, ".", -1);
  json_t *place = root;
  guint last = g_strv_length (steps) - 1;

  for (guint i = 0; i < last && place != NULL; i++)
    place = json_is_array (place) ? json_array_get (place, g_ascii_strtoull (steps[i], NULL, 10))
                                  : json_object_get (place, steps[i]);
  if (place == NULL)
    hs_test_fail (__FILE__, __LINE__, "the example has no %s", path);
  if (json_is_array (place) && value != NULL)
    json_array_set_new (place, g_ascii_strtoull (steps[last], NULL, 10), load (value));
  else if (value != NULL)
    json_object_set_new (place, steps[last], load (value));
  else
    json_object_del (place, steps[last]);
  return hs_json_encode (root);
}

void
hs_wire_accepts_with (const char *good,
                      const char *path,
                      const char *value,
                      HsWireDecodeFunc decode)
{
  g_autofree char *text = hs_wire_with (good, path, value);

  expect (decode, text, strlen (text), TRUE, path);
}

void
hs_wire_refuses_with (const char *good,
                      const char *path,
                      const char *value,
                      HsWireDecodeFunc decode)
{
  g_autofree char *text = hs_wire_with (good, path, value);

  expect (decode, text, strlen (text), FALSE, path);
}

char *
hs_wire_long_text (gsize length)
{
  g_autofree char *letters = g_strnfill (length, 'a');

  return g_strdup_printf ("\"%s\"", letters);
}

char *
hs_wire_list (const char *item, gsize count)
{
  GString *list = g_string_new ("[");

  for (gsize i = 0; i < count; i++)
    g_string_append_printf (list, "%s%s", i > 0 ? "," : "", item);
  g_string_append_c (list, ']');
  return g_string_free (list, FALSE);
}
