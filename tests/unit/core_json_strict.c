/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

#include "base/error.h"
#include "core/wire/json_strict.h"
#include "support/suite.h"

static json_t *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  json_t *value = hs_json_parse ("example", text, strlen (text), HS_JSON_MAX_BYTES, &error);

  HS_ASSERT_NO_ERROR (error);
  return value;
}

static void
refuse (const char *text, gsize length, gsize limit, HsErrorCode code)
{
  g_autoptr (GError) error = NULL;

  HS_ASSERT (hs_json_parse ("example", text, length, limit, &error) == NULL);
  HS_ASSERT_ERROR (error, code);
}

static void
jansson_has_the_memory_that_ends_the_program_when_it_is_out (void)
{
  json_malloc_t allocate = NULL;
  json_free_t release = NULL;
  g_autoptr (json_t) object = json_object ();
  g_autofree char *text = hs_json_encode (object);

  HS_ASSERT_STR_EQ (text, "{}");
  json_get_alloc_funcs (&allocate, &release);
  HS_ASSERT (allocate == g_malloc && release == g_free);
}

static void
only_one_object_is_a_text (void)
{
  static const char *const bad[] = { "",
                                     " ",
                                     "{",
                                     "}",
                                     "[]",
                                     "1",
                                     "null",
                                     "\"a\"",
                                     "{}{}",
                                     "{} x",
                                     "{\"a\":1,}",
                                     "{'a':1}",
                                     "{a:1}",
                                     "{\"a\":01}",
                                     "{\"a\":+1}",
                                     "{\"a\":nan}",
                                     "{\"a\":1e999}",
                                     "{\"a\":\"\\u0000\"}",
                                     "{\"a\":\"\\ud800\"}",
                                     "{\"a\":99999999999999999999}",
                                     "{\"a\":\"\xff\"}",
                                     "{\"a\":\"\x01\"}",
                                     "{\"a\":1//\n}" };

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    refuse (bad[i], strlen (bad[i]), HS_JSON_MAX_BYTES, HS_ERROR_INVALID);
  refuse ("{}\0", 3, HS_JSON_MAX_BYTES, HS_ERROR_INVALID);
  json_decref (parse (" {} "));
}

static void
a_member_written_twice_is_refused (void)
{
  g_autoptr (GError) error = NULL;
  static const char text[] = "{\"a\":1,\"b\":{\"secret\":2,\"secret\":2}}";

  HS_ASSERT (hs_json_parse ("example", text, strlen (text), 100, &error) == NULL);
  HS_ASSERT_ERROR (error, HS_ERROR_INVALID);
  HS_ASSERT (strstr (error->message, "twice") != NULL);
  HS_ASSERT (strstr (error->message, "secret") == NULL);
}

static void
length_and_depth_end_exactly_where_they_say (void)
{
  g_autoptr (GError) error = NULL;
  static const char eight[] = "{\"a\":[[[[[[[\"]]]]{{{{[[[[\\\"[[\"]]]]]]]}";
  static const char nine[] = "{\"a\":[[[[[[[[1]]]]]]]]}";

  json_decref (parse (eight));
  refuse (nine, strlen (nine), HS_JSON_MAX_BYTES, HS_ERROR_INVALID);
  json_decref (hs_json_parse ("example", eight, strlen (eight), strlen (eight), &error));
  HS_ASSERT_NO_ERROR (error);
  refuse (eight, strlen (eight), strlen (eight) - 1, HS_ERROR_NO_SPACE);
}

static void
errors_do_not_repeat_what_was_read (void)
{
  static const char *const texts[] = { "{\"password\":\"hunter2\",}", "{\"password\":hunter2}" };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GError) error = NULL;
      HS_ASSERT (hs_json_parse ("example", texts[i], strlen (texts[i]), 100, &error) == NULL);
      HS_ASSERT (strstr (error->message, "hunter2") == NULL);
    }
}

static void
unknown_members_are_refused (void)
{
  static const char *const names[] = { "a", "b", NULL };
  g_autoptr (json_t) good = parse ("{\"b\":1}");
  g_autoptr (json_t) bad = parse ("{\"b\":1,\"c\":1}");
  g_autoptr (GError) error = NULL;

  HS_ASSERT (hs_json_check_members ("example", good, names, &error));
  HS_ASSERT (!hs_json_check_members ("example", bad, names, &error));
  HS_ASSERT_ERROR (error, HS_ERROR_INVALID);
}

static void
texts_have_length_and_no_control_characters (void)
{
  g_autoptr (json_t) object = parse ("{\"full\":\"abcd\",\"empty\":\"\",\"null\":null,"
                                     "\"bell\":\"a\\u0007\",\"lines\":\"a\\nb\",\"c1\":\"\\u0085\","
                                     "\"number\":1}");
  static const char *const bad[] = { "empty", "null", "bell", "lines", "c1", "number", "missing" };
  char *text = NULL;
  g_autoptr (GError) error = NULL;

  HS_ASSERT (hs_json_get_text (object, "full", 4, &text, &error));
  HS_ASSERT_STR_EQ (text, "abcd");
  g_clear_pointer (&text, g_free);
  HS_ASSERT (!hs_json_get_text (object, "full", 3, &text, &error));
  HS_ASSERT_ERROR (error, HS_ERROR_INVALID);
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_clear_error (&error);
      HS_ASSERT (!hs_json_get_text (object, bad[i], 10, &text, &error));
      HS_ASSERT_ERROR (error, HS_ERROR_INVALID);
      HS_ASSERT (strstr (error->message, bad[i]) != NULL);
      HS_ASSERT (text == NULL);
    }
  g_clear_error (&error);
  HS_ASSERT (hs_json_get_lines (object, "lines", 10, &text, &error));
  HS_ASSERT_STR_EQ (text, "a\nb");
  g_clear_pointer (&text, g_free);
  HS_ASSERT (!hs_json_get_lines (object, "bell", 10, &text, NULL));
  HS_ASSERT (hs_json_get_text_or_null (object, "null", 10, &text, &error) && text == NULL);
  HS_ASSERT (hs_json_get_text_or_null (object, "empty", 10, &text, &error) && text == NULL);
  HS_ASSERT (!hs_json_get_text_or_null (object, "missing", 10, &text, NULL));
}

static void
numbers_stay_in_their_range (void)
{
  g_autoptr (json_t) object
      = parse ("{\"three\":3,\"real\":3.0,\"text\":\"3\",\"huge\":9007199254740993,\"zero\":0}");
  gint64 number = 7;

  HS_ASSERT (hs_json_get_integer (object, "three", 3, 3, &number, NULL));
  HS_ASSERT_INT_EQ (number, 3);
  HS_ASSERT (!hs_json_get_integer (object, "three", 4, 9, &number, NULL));
  HS_ASSERT (!hs_json_get_integer (object, "three", 0, 2, &number, NULL));
  HS_ASSERT (!hs_json_get_integer (object, "real", 0, 9, &number, NULL));
  HS_ASSERT (!hs_json_get_integer (object, "text", 0, 9, &number, NULL));
  HS_ASSERT (!hs_json_get_time (object, "huge", &number, NULL));
  HS_ASSERT (!hs_json_get_time (object, "zero", &number, NULL));
  HS_ASSERT_INT_EQ (number, 3);
}

static void
bytes_have_one_text_and_one_length (void)
{
  g_autoptr (json_t) object = parse ("{\"two\":\"AAE\",\"padded\":\"AAE=\",\"loose\":\"AAF\","
                                     "\"hex\":\"00ff\",\"upper\":\"00FF\"}");
  guint8 bytes[3] = { 9, 9, 9 };

  HS_ASSERT (!hs_json_get_bytes (object, "two", bytes, 1, NULL));
  HS_ASSERT (!hs_json_get_bytes (object, "two", bytes, 3, NULL));
  HS_ASSERT (!hs_json_get_bytes (object, "padded", bytes, 2, NULL));
  HS_ASSERT (!hs_json_get_bytes (object, "loose", bytes, 2, NULL));
  HS_ASSERT (!hs_json_get_hex (object, "upper", bytes, 2, NULL));
  HS_ASSERT (!hs_json_get_hex (object, "hex", bytes, 1, NULL));
  HS_ASSERT_INT_EQ (bytes[0], 9);
  HS_ASSERT (hs_json_get_bytes (object, "two", bytes, 2, NULL));
  HS_ASSERT_INT_EQ (bytes[1], 1);
  HS_ASSERT_INT_EQ (bytes[2], 9);
  HS_ASSERT (hs_json_get_hex (object, "hex", bytes, 2, NULL));
  HS_ASSERT_INT_EQ (bytes[1], 255);
}

static void
what_is_written_can_be_read (void)
{
  static const HsId zero;
  g_autoptr (json_t) object = json_object ();
  g_autofree char *text = NULL;
  g_autofree char *back = NULL;

  hs_json_set_text (object, "t", "a\x01\xff\xc3\xa4\xc3\xa4", 6);
  hs_json_set_text (object, "n", NULL, 6);
  hs_json_set_id (object, "i", &zero);
  hs_json_set_hex (object, "h", (const guint8 *)"\x0a\xff", 2);
  hs_json_set_integer (object, "a", -1);
  text = hs_json_encode (object);
  HS_ASSERT_STR_EQ (text, "{\"a\":-1,\"h\":\"0aff\",\"i\":null,\"n\":null,\"t\":\"a??\xc3\xa4\"}");
  HS_ASSERT (hs_json_get_text (object, "t", 6, &back, NULL));
}

static void
a_list_of_ids_has_only_ids_and_a_length (void)
{
  static const char one[] = "11111111-1111-4111-8111-111111111111";
  static const char *const broken[]
      = { "null", "[]", "[7]", "[\"no\"]", "[\"00000000-0000-0000-0000-000000000000\"]" };
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (HsId));
  g_autoptr (GArray) again = g_array_new (FALSE, FALSE, sizeof (HsId));
  g_autoptr (json_t) object = json_object ();
  HsId id;

  HS_ASSERT (hs_id_parse (one, &id));
  g_array_append_val (ids, id);
  g_array_append_val (ids, id);
  hs_json_set_id_list (object, "ids", ids);
  HS_ASSERT (hs_json_get_id_list (object, "ids", 1, 2, again, NULL));
  HS_ASSERT_INT_EQ (again->len, 2);
  HS_ASSERT (hs_id_equal (&g_array_index (again, HsId, 1), &id));
  HS_ASSERT (!hs_json_get_id_list (object, "ids", 1, 1, again, NULL));
  HS_ASSERT (!hs_json_get_id_list (object, "others", 1, 2, again, NULL));
  for (gsize i = 0; i < G_N_ELEMENTS (broken); i++)
    {
      g_autoptr (GError) error = NULL;
      json_object_set_new (object, "ids", json_loads (broken[i], JSON_DECODE_ANY, NULL));
      HS_ASSERT (!hs_json_get_id_list (object, "ids", 1, 2, again, &error));
      HS_ASSERT (error != NULL);
    }
}

HS_SUITE ("strict JSON",
          { "jansson has the memory that ends the program when it is out",
            jansson_has_the_memory_that_ends_the_program_when_it_is_out },
          { "only one object is a text", only_one_object_is_a_text },
          { "a member written twice is refused", a_member_written_twice_is_refused },
          { "length and depth end exactly where they say",
            length_and_depth_end_exactly_where_they_say },
          { "errors do not repeat what was read", errors_do_not_repeat_what_was_read },
          { "unknown members are refused", unknown_members_are_refused },
          { "texts have a length and no control characters",
            texts_have_length_and_no_control_characters },
          { "numbers stay in their range", numbers_stay_in_their_range },
          { "bytes have one text and one length", bytes_have_one_text_and_one_length },
          { "a list of ids has only ids and a length", a_list_of_ids_has_only_ids_and_a_length },
          { "what is written can be read", what_is_written_can_be_read })
