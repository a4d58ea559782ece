/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

#include "base/error.h"
#include "core/wire/json_secret.h"
#include "support/suite.h"

#include <string.h>

static json_t *
parse (const char *text)
{
  json_t *object = hs_json_parse ("test", text, strlen (text), HS_JSON_MAX_BYTES, NULL);

  HS_ASSERT (object != NULL);
  return object;
}

static void
a_secret_leaves_nothing_in_the_object (void)
{
  g_autoptr (json_t) object
      = parse ("{\"share\":\"c2VjcmV0\",\"password\":\"pa ss\",\"short\":\"c2U\"}");
  g_autoptr (HsSecretBytes) share = NULL;
  g_autoptr (HsSecretBytes) password = NULL;
  HsSecretBytes *none = NULL;
  const char *text = json_string_value (json_object_get (object, "share"));

  HS_ASSERT (hs_json_take_secret (object, "share", 6, 6, &share, NULL));
  HS_ASSERT_BYTES_EQ (hs_secret_bytes_peek (share), hs_secret_bytes_get_length (share), "secret",
                      6);
  for (gsize i = 0; i < 8; i++)
    HS_ASSERT_INT_EQ (text[i], 0);
  HS_ASSERT (hs_json_take_secret_text (object, "password", 5, &password, NULL));
  HS_ASSERT_BYTES_EQ (hs_secret_bytes_peek (password), hs_secret_bytes_get_length (password),
                      "pa ss", 5);
  HS_ASSERT_INT_EQ (json_string_value (json_object_get (object, "password"))[0], 0);
  HS_ASSERT (!hs_json_take_secret (object, "short", 6, 6, &none, NULL));
  HS_ASSERT_INT_EQ (json_string_value (json_object_get (object, "short"))[0], 0);
  HS_ASSERT (none == NULL);
}

static void
a_wiped_value_keeps_no_byte_of_its_texts (void)
{
  g_autoptr (HsSecretJson) object = parse ("{\"a\":\"secret\",\"b\":[{\"c\":\"deeper\"}]}");
  const char *first = json_string_value (json_object_get (object, "a"));
  const char *second = json_string_value (
      json_object_get (json_array_get (json_object_get (object, "b"), 0), "c"));
  static const char zero[6];

  hs_json_wipe (object);
  HS_ASSERT (memcmp (first, zero, 6) == 0);
  HS_ASSERT (memcmp (second, zero, 6) == 0);
}

static void
a_secret_is_written_and_taken_again (void)
{
  g_autoptr (HsSecretBytes) secret = hs_secret_bytes_new_copy ((const guint8 *)"opensesame", 10);
  g_autoptr (HsSecretBytes) text = NULL;
  g_autoptr (HsSecretBytes) bytes = NULL;
  g_autoptr (HsSecretJson) object = json_object ();

  hs_json_set_secret_text (object, "text", secret);
  hs_json_set_secret (object, "bytes", secret);
  HS_ASSERT (hs_json_take_secret_text_or_null (object, "text", 10, &text, NULL));
  HS_ASSERT (hs_json_take_secret_or_null (object, "bytes", 10, 10, &bytes, NULL));
  HS_ASSERT (hs_secret_bytes_equal (text, secret));
  HS_ASSERT (hs_secret_bytes_equal (bytes, secret));
  HS_ASSERT (strstr (json_string_value (json_object_get (object, "text")), "open") == NULL);
}

static void
no_secret_is_written_as_null_and_read_as_none (void)
{
  g_autoptr (HsSecretBytes) found = NULL;
  g_autoptr (HsSecretJson) object = json_object ();
  g_autofree char *text = NULL;

  hs_json_set_secret_text (object, "a", NULL);
  hs_json_set_secret (object, "b", NULL);
  text = hs_json_encode (object);
  HS_ASSERT_STR_EQ (text, "{\"a\":null,\"b\":null}");
  HS_ASSERT (hs_json_take_secret_text_or_null (object, "a", 10, &found, NULL));
  HS_ASSERT (hs_json_take_secret_or_null (object, "b", 1, 10, &found, NULL));
  HS_ASSERT (found == NULL);
}

static void
a_missing_or_long_secret_is_refused (void)
{
  g_autoptr (HsSecretBytes) found = NULL;
  g_autoptr (HsSecretJson) object = parse ("{\"a\":\"four\"}");
  g_autoptr (GError) error = NULL;

  HS_ASSERT (!hs_json_take_session (object, &found, &error));
  HS_ASSERT (g_error_matches (error, HS_ERROR, HS_ERROR_INVALID));
  HS_ASSERT (!hs_json_take_secret_text_or_null (object, "b", 4, &found, NULL));
  HS_ASSERT (!hs_json_take_secret_text_or_null (object, "a", 3, &found, NULL));
  HS_ASSERT (found == NULL);
}

HS_SUITE ("JSON with secrets",
          { "a wiped value keeps no byte of its texts", a_wiped_value_keeps_no_byte_of_its_texts },
          { "a secret leaves nothing in the object", a_secret_leaves_nothing_in_the_object },
          { "a secret is written and taken again", a_secret_is_written_and_taken_again },
          { "no secret is written as null and read as none",
            no_secret_is_written_as_null_and_read_as_none },
          { "a missing or long secret is refused", a_missing_or_long_secret_is_refused })
