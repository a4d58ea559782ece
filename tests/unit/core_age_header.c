/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

#include "core/age_header.h"

#include "base/error.h"
#include "support/suite.h"

#define MAC_TEXT "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

static const char example[] = "age-encryption.org/v1\n"
                              "-> X25519 abc\n"
                              "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n"
                              "\n"
                              "-> one\n"
                              "AQ\n"
                              "--- " MAC_TEXT "\n";

static HsAgeHeaderOutcome
decode (const char *text, gsize length, HsAgeHeader **header)
{
  g_autoptr (GError) error = NULL;
  /* A copy of exactly this length, so that a sanitizer sees a read beyond it. */
  g_autofree guint8 *copy = length == 0 ? g_malloc (1) : g_memdup2 (text, length);
  HsAgeHeaderOutcome outcome = hs_age_header_decode (copy, length, header, &error);

  if (outcome == HS_AGE_HEADER_INVALID)
    HS_ASSERT_ERROR (error, HS_ERROR_CORRUPT);
  else
    HS_ASSERT_NO_ERROR (error);
  return outcome;
}

static void
assert_bytes (GBytes *bytes, const char *expected, gsize length)
{
  HS_ASSERT_BYTES_EQ (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), expected, length);
  g_bytes_unref (bytes);
}

static void
a_header_gives_its_stanzas_and_parts (void)
{
  g_autoptr (HsAgeHeader) header = NULL;
  static const guint8 zero[48];

  HS_ASSERT_INT_EQ (decode (example, strlen (example), &header), HS_AGE_HEADER_COMPLETE);
  HS_ASSERT_INT_EQ (hs_age_header_get_n_stanzas (header), 2);
  const HsAgeStanza *first = hs_age_header_get_stanza (header, 0);
  HS_ASSERT_STR_EQ (hs_age_stanza_get_type (first), "X25519");
  HS_ASSERT_INT_EQ (hs_age_stanza_count_arguments (first), 2);
  HS_ASSERT_STR_EQ (first->arguments[1], "abc");
  HS_ASSERT_BYTES_EQ (g_bytes_get_data (first->body, NULL), g_bytes_get_size (first->body), zero,
                      sizeof zero);
  HS_ASSERT_INT_EQ (g_bytes_get_size (hs_age_header_get_stanza (header, 1)->body), 1);
  HS_ASSERT_BYTES_EQ (hs_age_header_get_mac (header), 32, zero, 32);
  assert_bytes (hs_age_header_get_bytes (header), example, strlen (example));
  assert_bytes (hs_age_header_get_authenticated (header), example,
                (gsize)(strstr (example, "--- ") - example) + 3);
  const char *stanzas = strstr (example, "-> ");
  assert_bytes (hs_age_header_get_stanza_lines (header), stanzas,
                (gsize)(strstr (example, "--- ") - stanzas));
}

static void
every_cut_of_a_header_is_incomplete (void)
{
  for (gsize length = 0; length < strlen (example); length++)
    {
      g_autoptr (HsAgeHeader) header = NULL;
      HS_ASSERT_INT_EQ (decode (example, length, &header), HS_AGE_HEADER_INCOMPLETE);
      HS_ASSERT (header == NULL);
    }
}

static void
what_follows_a_header_is_not_looked_at (void)
{
  g_autofree char *longer = g_strconcat (example, "\n--- anything", NULL);
  g_autoptr (HsAgeHeader) header = NULL;

  HS_ASSERT_INT_EQ (decode (longer, strlen (longer), &header), HS_AGE_HEADER_COMPLETE);
  assert_bytes (hs_age_header_get_bytes (header), example, strlen (example));
}

static void
malformed_headers_are_refused (void)
{
  static const char *const bad[] = {
    "age-encryption.org/v2\n",
    "age-encryption.org/v1\r\n",
    "age-encryption.org/v1\n--- " MAC_TEXT "\n", /* no stanza */
    "age-encryption.org/v1\n\n",                 /* an empty line */
    "age-encryption.org/v1\n-> \nAQ\n",          /* no type */
    "age-encryption.org/v1\n->\nAQ\n",
    "age-encryption.org/v1\n-> a  b\nAQ\n", /* two spaces */
    "age-encryption.org/v1\n-> a \nAQ\n",   /* space at the end */
    "age-encryption.org/v1\n-> a\x01\nAQ\n",
    "age-encryption.org/v1\n-> a\xc3\xa9\nAQ\n",
    "age-encryption.org/v1\n-> a\nAQ==\n", /* padding */
    "age-encryption.org/v1\n-> a\nAR\n",   /* trailing bits */
    "age-encryption.org/v1\n-> a\nA\n",
    "age-encryption.org/v1\n-> a\nA-\n", /* the other alphabet */
    "age-encryption.org/v1\n-> a\n AQ\n",
    "age-encryption.org/v1\n-> a\n"
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n", /* 68 columns */
    "age-encryption.org/v1\n-> a\nAQ\nAQ\n", /* a second short line */
    "age-encryption.org/v1\n-> a\nAQ\n---\n",
    "age-encryption.org/v1\n-> a\nAQ\n---" MAC_TEXT "A\n",
    "age-encryption.org/v1\n-> a\nAQ\n---  " MAC_TEXT "\n",
    "age-encryption.org/v1\n-> a\nAQ\n--- " MAC_TEXT "=\n",
    "age-encryption.org/v1\n-> a\nAQ\n--- " MAC_TEXT " \n",
    "age-encryption.org/v1\n-> a\nAQ\n--- AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB\n",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (HsAgeHeader) header = NULL;
      if (decode (bad[i], strlen (bad[i]), &header) != HS_AGE_HEADER_INVALID)
        hs_test_fail (__FILE__, __LINE__, "not refused: number %" G_GSIZE_FORMAT ": %s", i, bad[i]);
      HS_ASSERT (header == NULL);
    }
  g_autoptr (HsAgeHeader) header = NULL;
  static const char with_nul[] = "age-encryption.org/v1\n-> a\0b\nAQ\n--- " MAC_TEXT "\n";
  HS_ASSERT_INT_EQ (decode (with_nul, sizeof with_nul - 1, &header), HS_AGE_HEADER_INVALID);
}

static GString *
many_stanzas (guint count)
{
  GString *text = g_string_new ("age-encryption.org/v1\n");

  for (guint i = 0; i < count; i++)
    g_string_append (text, "-> grease\nAQ\n");
  g_string_append (text, "--- " MAC_TEXT "\n");
  return text;
}

static void
sixty_four_stanzas_pass_and_one_more_does_not (void)
{
  g_autoptr (GString) most = many_stanzas (HS_AGE_STANZAS_MAX);
  g_autoptr (GString) more = many_stanzas (HS_AGE_STANZAS_MAX + 1);
  g_autoptr (HsAgeHeader) header = NULL, none = NULL;

  HS_ASSERT_INT_EQ (decode (most->str, most->len, &header), HS_AGE_HEADER_COMPLETE);
  HS_ASSERT_INT_EQ (hs_age_header_get_n_stanzas (header), HS_AGE_STANZAS_MAX);
  HS_ASSERT_INT_EQ (decode (more->str, more->len, &none), HS_AGE_HEADER_INVALID);
}

/* A header of exactly @total bytes: one argument takes up what is missing. */
static GString *
header_of (gsize total)
{
  GString *text = g_string_new ("age-encryption.org/v1\n-> ");
  gsize rest = strlen ("\nAQ\n--- " MAC_TEXT "\n");

  while (text->len + rest < total)
    g_string_append_c (text, 'x');
  g_string_append (text, "\nAQ\n--- " MAC_TEXT "\n");
  return text;
}

static void
sixty_four_kib_pass_and_one_byte_more_does_not (void)
{
  g_autoptr (GString) longest = header_of (HS_AGE_HEADER_MAX_BYTES);
  g_autoptr (GString) longer = header_of (HS_AGE_HEADER_MAX_BYTES + 1);
  g_autoptr (HsAgeHeader) header = NULL, none = NULL;

  HS_ASSERT_INT_EQ (longest->len, HS_AGE_HEADER_MAX_BYTES);
  HS_ASSERT_INT_EQ (decode (longest->str, longest->len, &header), HS_AGE_HEADER_COMPLETE);
  HS_ASSERT_INT_EQ (decode (longer->str, longer->len, &none), HS_AGE_HEADER_INVALID);
  /* A hostile stream without line feeds ends there too, instead of being read for ever. */
  g_autofree char *endless = g_strnfill (HS_AGE_HEADER_MAX_BYTES, 'x');
  memcpy (endless, "age-encryption.org/v1\n-> ", strlen ("age-encryption.org/v1\n-> "));
  HS_ASSERT_INT_EQ (decode (endless, HS_AGE_HEADER_MAX_BYTES - 1, &none), HS_AGE_HEADER_INCOMPLETE);
  HS_ASSERT_INT_EQ (decode (endless, HS_AGE_HEADER_MAX_BYTES, &none), HS_AGE_HEADER_INVALID);
}

static void
a_written_header_reads_back_the_same (void)
{
  g_autofree guint8 *body = g_malloc (200);
  guint8 mac[HS_AGE_MAC_BYTES];

  for (guint i = 0; i < 200; i++)
    body[i] = (guint8)(i * 7);
  memset (mac, 0x5a, sizeof mac);
  for (gsize length = 0; length <= 200; length++)
    {
      g_autoptr (HsAgeStanza) one = hs_age_stanza_new (body, length, "type", "argument", NULL);
      g_autoptr (HsAgeStanza) two = hs_age_stanza_new (body, 1, "other", NULL);
      const HsAgeStanza *stanzas[] = { one, two };
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) authenticated = hs_age_header_format_authenticated (stanzas, 2, &error);
      HS_ASSERT_NO_ERROR (error);
      g_autoptr (GBytes) whole = hs_age_header_append_mac (authenticated, mac);
      g_autoptr (HsAgeHeader) header = NULL;
      HS_ASSERT_INT_EQ (hs_age_header_decode (g_bytes_get_data (whole, NULL),
                                              g_bytes_get_size (whole), &header, &error),
                        HS_AGE_HEADER_COMPLETE);
      const HsAgeStanza *read = hs_age_header_get_stanza (header, 0);
      HS_ASSERT_BYTES_EQ (g_bytes_get_data (read->body, NULL), g_bytes_get_size (read->body), body,
                          length);
      HS_ASSERT_STR_EQ (read->arguments[1], "argument");
      HS_ASSERT_BYTES_EQ (hs_age_header_get_mac (header), 32, mac, 32);
      g_autoptr (GBytes) covered = hs_age_header_get_authenticated (header);
      HS_ASSERT (g_bytes_equal (covered, authenticated));
    }
}

static void
what_could_not_be_read_is_not_written (void)
{
  static const guint8 big[HS_AGE_HEADER_MAX_BYTES];
  g_autoptr (HsAgeStanza) good = hs_age_stanza_new (big, 1, "type", NULL);
  g_autoptr (HsAgeStanza) space = hs_age_stanza_new (big, 1, "a b", NULL);
  g_autoptr (HsAgeStanza) empty = hs_age_stanza_new (big, 1, "", NULL);
  g_autoptr (HsAgeStanza) huge = hs_age_stanza_new (big, sizeof big, "type", NULL);
  const HsAgeStanza *many[HS_AGE_STANZAS_MAX + 1];
  struct
  {
    const HsAgeStanza *first;
    guint count;
    gboolean fits;
  } cases[] = { { good, HS_AGE_STANZAS_MAX, TRUE },
                { good, HS_AGE_STANZAS_MAX + 1, FALSE },
                { good, 0, FALSE },
                { space, 1, FALSE },
                { empty, 1, FALSE },
                { huge, 1, FALSE } };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      for (guint k = 0; k <= HS_AGE_STANZAS_MAX; k++)
        many[k] = cases[i].first;
      g_autoptr (GBytes) text = hs_age_header_format_authenticated (many, cases[i].count, &error);
      HS_ASSERT_INT_EQ (text != NULL, cases[i].fits);
      if (!cases[i].fits)
        HS_ASSERT_ERROR (error, HS_ERROR_INVALID);
    }
}

HS_SUITE ("age header",
          { "a header gives its stanzas and parts", a_header_gives_its_stanzas_and_parts },
          { "every cut of a header is incomplete", every_cut_of_a_header_is_incomplete },
          { "what follows a header is not looked at", what_follows_a_header_is_not_looked_at },
          { "malformed headers are refused", malformed_headers_are_refused },
          { "64 stanzas pass and one more does not",
            sixty_four_stanzas_pass_and_one_more_does_not },
          { "64 KiB pass and one byte more does not",
            sixty_four_kib_pass_and_one_byte_more_does_not },
          { "a written header reads back the same", a_written_header_reads_back_the_same },
          { "what could not be read is not written", what_could_not_be_read_is_not_written })
