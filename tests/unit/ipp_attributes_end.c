/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

#include "ipp/attributes_end.h"

#include "support/suite.h"

#define HEADER "\2\0\0\2\0\0\0\1\1"
#define ATTRIBUTE                                                                                  \
  "\x47\0\x03"                                                                                     \
  "abc"                                                                                            \
  "\0\x05"                                                                                         \
  "utf-8"
#define BEGIN                                                                                      \
  "\x34\0\x01"                                                                                     \
  "m"                                                                                              \
  "\0\0"
#define MEMBER                                                                                     \
  "\x4a\0\0\0\x01"                                                                                 \
  "x"
#define INNER "\x34\0\0\0\0"
#define FINISH "\x37\0\0\0\0"

static HsAttributesVerdict
find_at_once (const void *bytes, gsize length, gsize limit, gsize *offset)
{
  HsAttributesEnd end;
  HsAttributesVerdict verdict;

  hs_attributes_end_init (&end, limit);
  verdict = hs_attributes_end_find (&end, bytes, length);
  *offset = end.offset;
  return verdict;
}

static HsAttributesVerdict
find_byte_by_byte (const void *bytes, gsize length, gsize limit, gsize *offset)
{
  HsAttributesEnd end;
  HsAttributesVerdict verdict = HS_ATTRIBUTES_MORE;

  hs_attributes_end_init (&end, limit);
  for (gsize i = 1; i <= length && verdict == HS_ATTRIBUTES_MORE; i++)
    {
      g_autofree guint8 *exact = g_memdup2 (bytes, i); /* so that a reader beyond it is caught */
      verdict = hs_attributes_end_find (&end, exact, i);
    }
  *offset = end.offset;
  return verdict;
}

static void
the_end_is_found_and_the_document_left_alone (void)
{
  static const char message[] = HEADER ATTRIBUTE BEGIN MEMBER INNER MEMBER
      "\x21\0\0\0\4\3\3\3\3" FINISH FINISH "\2" ATTRIBUTE "\3"
      "%PDF\3\3";
  gsize expected = sizeof message - 1 - 6, offset;

  HS_ASSERT_INT_EQ (find_at_once (message, sizeof message - 1, 4096, &offset), HS_ATTRIBUTES_END);
  HS_ASSERT_INT_EQ (offset, expected);
  HS_ASSERT_INT_EQ (find_byte_by_byte (message, sizeof message - 1, 4096, &offset),
                    HS_ATTRIBUTES_END);
  HS_ASSERT_INT_EQ (offset, expected);
  for (gsize cut = 0; cut < expected; cut++)
    HS_ASSERT_INT_EQ (find_at_once (message, cut, 4096, &offset), HS_ATTRIBUTES_MORE);
}

static void
what_is_no_message_is_refused (void)
{
  static const struct
  {
    const char *bytes;
    gsize length;
  } cases[] = {
#define CASE(text) { text, sizeof text - 1 }
    CASE (HEADER "\0"),
    CASE (HEADER "\x7f\0\0\0\0"),
    CASE (HEADER FINISH),
    CASE (HEADER BEGIN "\3"),
    CASE (HEADER BEGIN "\2"),
    CASE (HEADER "\x47\1\0"),
    CASE (HEADER "\x47\0\1x\x80\0"),
#undef CASE
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gsize offset;
      if (find_at_once (cases[i].bytes, cases[i].length, 4096, &offset) != HS_ATTRIBUTES_REFUSED)
        hs_test_fail (__FILE__, __LINE__, "case %zu was not refused", i);
      if (find_byte_by_byte (cases[i].bytes, cases[i].length, 4096, &offset)
          != HS_ATTRIBUTES_REFUSED)
        hs_test_fail (__FILE__, __LINE__, "case %zu in bytes was not refused", i);
    }
}

static void
eight_levels_pass_and_nine_do_not (void)
{
  for (guint levels = 8; levels <= 9; levels++)
    {
      g_autoptr (GByteArray) message = g_byte_array_new ();
      gsize offset;

      g_byte_array_append (message, (const guint8 *)HEADER BEGIN, sizeof HEADER BEGIN - 1);
      for (guint i = 1; i < levels; i++)
        g_byte_array_append (message, (const guint8 *)MEMBER INNER, sizeof MEMBER INNER - 1);
      for (guint i = 0; i < levels; i++)
        g_byte_array_append (message, (const guint8 *)FINISH, sizeof FINISH - 1);
      g_byte_array_append (message, (const guint8 *)"\3", 1);
      HS_ASSERT_INT_EQ (find_at_once (message->data, message->len, 4096, &offset),
                        levels == 8 ? HS_ATTRIBUTES_END : HS_ATTRIBUTES_REFUSED);
    }
}

static void
the_limit_is_exact (void)
{
  g_autoptr (GByteArray) message = g_byte_array_new ();
  gsize offset;

  g_byte_array_append (message, (const guint8 *)HEADER, sizeof HEADER - 1);
  while (message->len < 4000)
    g_byte_array_append (message, (const guint8 *)ATTRIBUTE, sizeof ATTRIBUTE - 1);
  g_byte_array_append (message, (const guint8 *)"\3", 1);
  HS_ASSERT_INT_EQ (find_at_once (message->data, message->len, message->len, &offset),
                    HS_ATTRIBUTES_END);
  HS_ASSERT_INT_EQ (find_at_once (message->data, message->len, message->len - 1, &offset),
                    HS_ATTRIBUTES_REFUSED);
  /* A value that announces more than the limit is refused before it comes. */
  HS_ASSERT_INT_EQ (find_at_once (HEADER "\x30\0\1x\x7f\xff", sizeof HEADER + 5, 4096, &offset),
                    HS_ATTRIBUTES_REFUSED);
}

HS_SUITE ("attributes end",
          { "the end is found and the document left alone",
            the_end_is_found_and_the_document_left_alone },
          { "what is no message is refused", what_is_no_message_is_refused },
          { "eight levels pass and nine do not", eight_levels_pass_and_nine_do_not },
          { "the limit is exact", the_limit_is_exact })
