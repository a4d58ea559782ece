/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

#include "base/error.h"
#include "core/refusal.h"
#include "core/wire/wire_error.h"
#include "support/suite.h"

static void
each_refusal_has_a_keyword_of_its_own_and_a_sentence (void)
{
  g_autoptr (GHashTable) keywords = g_hash_table_new (g_str_hash, g_str_equal);

  for (int i = 0; i < HS_REFUSAL_N_REFUSALS; i++)
    {
      const char *keyword = hs_refusal_get_keyword ((HsRefusal)i);
      HsRefusal found = HS_REFUSAL_N_REFUSALS;

      HS_ASSERT (keyword != NULL && hs_refusal_get_sentence ((HsRefusal)i) != NULL);
      HS_ASSERT (strspn (keyword, "abcdefghijklmnopqrstuvwxyz-") == strlen (keyword));
      HS_ASSERT (g_hash_table_add (keywords, (gpointer)keyword));
      HS_ASSERT (hs_refusal_find (keyword, &found));
      HS_ASSERT_INT_EQ (found, i);
      g_autoptr (GError) error = hs_refusal_new ((HsRefusal)i, NULL);
      HS_ASSERT (error->code >= HS_ERROR_TEMPORARY && error->code <= HS_ERROR_INTERNAL);
    }
  HsRefusal none;
  HS_ASSERT (!hs_refusal_find ("no-such", &none));
  HS_ASSERT (!hs_refusal_find (NULL, &none));
}

static void
values_fill_the_sentence_once (void)
{
  static const char *const values[] = { "a", "{b}", "b", "two", NULL };
  g_autofree char *text = hs_refusal_fill ("{a} and {b}, {c} {", values);
  g_autofree char *bare = hs_refusal_fill ("{a}", NULL);

  HS_ASSERT_STR_EQ (text, "{b} and two, {c} {");
  HS_ASSERT_STR_EQ (bare, "{a}");
}

static void
a_refusal_crosses_the_wire_whole (void)
{
  g_autoptr (GError) here = hs_refusal_new (HS_REFUSAL_PRINTER_COPIES, "copies", "3", NULL);
  g_autoptr (GError) there = NULL;

  g_prefix_error (&here, "cannot release the job: ");
  g_autofree char *body = hs_wire_error_encode (here);
  hs_wire_error_decode (409, body, strlen (body), &there);
  HS_ASSERT_ERROR (there, HS_ERROR_REFUSED);
  HS_ASSERT_STR_EQ (there->message, here->message);
  HS_ASSERT (strstr (there->message, "makes 3 copies") != NULL);
  HS_ASSERT_STR_EQ (hs_error_get_refusal (there), "printer-copies");
  HS_ASSERT_STR_EQ (hs_error_get_values (there)[0], "copies");
  HS_ASSERT_STR_EQ (hs_error_get_values (there)[1], "3");
  HS_ASSERT (hs_error_get_values (there)[2] == NULL);

  g_autoptr (GError) copy = g_error_copy (there);
  HS_ASSERT_STR_EQ (hs_error_get_refusal (copy), "printer-copies");
  HS_ASSERT_STR_EQ (hs_error_get_values (copy)[1], "3");
}

static void
whoever_does_not_want_the_reason_need_not_take_it (void)
{
  static const char body[]
      = "{\"error\":\"refused\",\"message\":\"No.\",\"refusal\":\"job-over\",\"values\":{}}";

  hs_wire_error_decode (409, body, strlen (body), NULL);
  hs_wire_error_decode (409, "", 0, NULL);
}

static void
what_makes_no_sense_beside_a_message_leaves_the_message (void)
{
  static const char *const bodies[] = {
    "{\"error\":\"refused\",\"message\":\"No.\"}",
    "{\"error\":\"refused\",\"message\":\"No.\",\"refusal\":7,\"values\":{}}",
    "{\"error\":\"refused\",\"message\":\"No.\",\"refusal\":\"job-over\"}",
    "{\"error\":\"refused\",\"message\":\"No.\",\"refusal\":\"job-over\",\"values\":[]}",
    "{\"error\":\"refused\",\"message\":\"No.\",\"refusal\":\"job-over\",\"values\":{\"a\":1}}",
    ("{\"error\":\"refused\",\"message\":\"No.\",\"refusal\":\"job-over\",\"values\":"
     "{\"a\":\"1\",\"b\":\"1\",\"c\":\"1\",\"d\":\"1\",\"e\":\"1\"}}"),
  };

  for (gsize i = 0; i < G_N_ELEMENTS (bodies); i++)
    {
      g_autoptr (GError) error = NULL;
      hs_wire_error_decode (409, bodies[i], strlen (bodies[i]), &error);
      HS_ASSERT_ERROR (error, HS_ERROR_REFUSED);
      HS_ASSERT_STR_EQ (error->message, "No.");
      HS_ASSERT (hs_error_get_refusal (error) == NULL);
    }
}

static void
an_error_that_says_more_can_be_a_refusal (void)
{
  g_autoptr (GError) error = g_error_new (HS_ERROR, HS_ERROR_TEMPORARY, "“a” is asleep");

  hs_refusal_mark (error, HS_REFUSAL_HOST_SILENT, "host", "a", NULL);
  HS_ASSERT_STR_EQ (error->message, "“a” is asleep");
  HS_ASSERT_STR_EQ (hs_error_get_refusal (error), "host-silent");
  HS_ASSERT_STR_EQ (hs_error_get_values (error)[1], "a");
}

static void
an_error_of_another_kind_has_no_refusal (void)
{
  g_autoptr (GError) foreign = g_error_new (G_CONVERT_ERROR, 0, "no");
  g_autoptr (GError) plain = g_error_new (HS_ERROR, HS_ERROR_INVALID, "no");

  HS_ASSERT (hs_error_get_refusal (foreign) == NULL && hs_error_get_values (foreign) == NULL);
  HS_ASSERT (hs_error_get_refusal (plain) == NULL && hs_error_get_values (plain) == NULL);
}

static void
the_page_in_docs_is_generated_from_the_table (void)
{
  g_autofree char *generated = hs_refusal_format_document ();
  g_autofree char *path = hs_test_source_path ("docs/refusals.md");
  g_autofree char *written = NULL;
  g_autoptr (GError) error = NULL;

  if (g_getenv ("HOMESPOOL_UPDATE_DOCS") != NULL)
    g_file_set_contents (path, generated, -1, NULL);
  g_file_get_contents (path, &written, NULL, &error);
  HS_ASSERT_NO_ERROR (error);
  HS_ASSERT_STR_EQ (written, generated);
}

HS_SUITE ("refusals",
          { "each refusal has a keyword of its own and a sentence",
            each_refusal_has_a_keyword_of_its_own_and_a_sentence },
          { "values fill the sentence once", values_fill_the_sentence_once },
          { "a refusal crosses the wire whole", a_refusal_crosses_the_wire_whole },
          { "whoever does not want the reason need not take it",
            whoever_does_not_want_the_reason_need_not_take_it },
          { "what makes no sense beside a message leaves the message",
            what_makes_no_sense_beside_a_message_leaves_the_message },
          { "an error that says more can be a refusal", an_error_that_says_more_can_be_a_refusal },
          { "an error of another kind has no refusal", an_error_of_another_kind_has_no_refusal },
          { "the page in docs is generated from the table",
            the_page_in_docs_is_generated_from_the_table })
