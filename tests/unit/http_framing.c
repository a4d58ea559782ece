/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

#include "http/framing.h"
#include "support/suite.h"

#define HEAD "POST /ipp/print HTTP/1.1\r\nHost: localhost\r\n"

/* Walks @text in portions of @portion bytes; returns how far it came. */
static gsize
walk (HsHttpFraming *framing, const char *text, gsize portion)
{
  gsize length = strlen (text);
  gsize walked = 0;

  hs_http_framing_init (framing, 4096, 1000);
  while (walked < length && framing->state < HS_HTTP_FRAMING_WHOLE)
    walked += hs_http_framing_walk (framing, (const guint8 *)text + walked,
                                    MIN (portion, length - walked));
  return walked;
}

static void
a_request_ends_where_its_framing_says (void)
{
  static const struct
  {
    const char *request;
    const char *rest;
    guint64 body;
  } cases[] = {
    { "GET / HTTP/1.1\r\nHost: a\r\n\r\n", "GET", 0 },
    { HEAD "Content-Length: 5\r\n\r\nhello", "POST", 5 },
    { HEAD "Content-Length: 0\r\n\r\n", "x", 0 },
    { HEAD "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0A;x=y\r\n0123456789\r\n0\r\n\r\n", "x",
      13 },
    { HEAD "transfer-encoding:\tCHUNKED \r\n\r\n0\r\n\r\n", "0\r\n\r\n", 0 },
    { "POST /a HTTP/1.0\r\nHost: b\r\nContent-Length: 2\r\n\r\nok", "", 2 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    for (gsize portion = 1; portion < 40; portion++)
      {
        g_autofree char *text = g_strconcat (cases[i].request, cases[i].rest, NULL);
        HsHttpFraming framing;
        HS_ASSERT_INT_EQ (walk (&framing, text, portion), strlen (cases[i].request));
        HS_ASSERT_INT_EQ (framing.state, HS_HTTP_FRAMING_WHOLE);
        HS_ASSERT_INT_EQ (hs_http_framing_get_body_bytes (&framing), cases[i].body);
      }
}

static void
a_cut_request_is_never_whole (void)
{
  const char *whole = HEAD "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n1\r\nd\r\n0\r\n\r\n";

  for (gsize length = 0; length < strlen (whole); length++)
    {
      g_autofree char *cut = g_strndup (whole, length);
      HsHttpFraming framing;
      walk (&framing, cut, length + 1);
      HS_ASSERT (framing.state < HS_HTTP_FRAMING_WHOLE);
    }
}

static void
what_two_readers_could_understand_differently_is_refused (void)
{
  static const struct
  {
    const char *request;
    guint status;
  } cases[] = {
    { HEAD "Content-Length: 5\r\nContent-Length: 5\r\n\r\n", 400 },
    { HEAD "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n", 400 },
    { HEAD "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n", 400 },
    { HEAD "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n", 400 },
    { HEAD "Transfer-Encoding: gzip, chunked\r\n\r\n", 501 },
    { HEAD "Content-Length: 5, 5\r\n\r\n", 400 },
    { HEAD "Content-Length: +5\r\n\r\n", 400 },
    { HEAD "Content-Length: -1\r\n\r\n", 400 },
    { HEAD "Content-Length: 0x5\r\n\r\n", 400 },
    { HEAD "Content-Length:\r\n\r\n", 400 },
    { HEAD "Content-Length: 9999999999999999999\r\n\r\n", 400 },
    { HEAD "Content-Length: 1001\r\n\r\n", 413 },
    { HEAD "Content-Length : 5\r\n\r\n", 400 },
    { HEAD " folded\r\n\r\n", 400 },
    { HEAD "no colon\r\n\r\n", 400 },
    { HEAD "A: b\n\r\n", 400 },
    { HEAD "A: b\rc\r\n\r\n", 400 },
    { HEAD "A: \001\r\n\r\n", 400 },
    { HEAD "Host: twice\r\n\r\n", 400 },
    { "GET / HTTP/1.1\r\n\r\n", 400 },
    { "GET / HTTP/1.0\r\n\r\n", 400 },
    { "GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505 },
    { "GET /\r\nHost: a\r\n\r\n", 400 },
    { " GET / HTTP/1.1\r\n\r\n", 400 },
    { "\r\nGET / HTTP/1.1\r\n\r\n", 400 },
    { "POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n", 400 },
    { HEAD "Transfer-Encoding: chunked\r\n\r\nxyz\r\n", 400 },
    { HEAD "Transfer-Encoding: chunked\r\n\r\n-3\r\nabc\r\n", 400 },
    { HEAD "Transfer-Encoding: chunked\r\n\r\n\r\n", 400 },
    { HEAD "Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n", 400 },
    { HEAD "Transfer-Encoding: chunked\r\n\r\n3e9\r\n", 413 },
    { HEAD "Transfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\n", 400 },
    { HEAD "Transfer-Encoding: chunked\r\n\r\n3\nabc\r\n", 400 },
    { HEAD "Transfer-Encoding: chunked\r\n\r\n0\r\nTrailer: x\r\n\r\n", 400 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    for (gsize portion = 1; portion < 200; portion += 7)
      {
        HsHttpFraming framing;
        walk (&framing, cases[i].request, portion);
        if (framing.state != HS_HTTP_FRAMING_BROKEN || framing.status != cases[i].status)
          hs_test_fail (__FILE__, __LINE__, "case %zu: state %d status %u, expected %u", i,
                        (int)framing.state, framing.status, cases[i].status);
      }
}

static void
headers_have_a_limit (void)
{
  g_autoptr (GString) text = g_string_new ("GET / HTTP/1.1\r\nHost: a\r\nX: ");
  HsHttpFraming framing;

  while (text->len < 4092)
    g_string_append_c (text, 'y');
  g_string_append (text, "\r\n\r\n");
  HS_ASSERT_INT_EQ (text->len, 4096);
  walk (&framing, text->str, 100);
  HS_ASSERT_INT_EQ (framing.state, HS_HTTP_FRAMING_WHOLE);
  g_string_insert_c (text, 30, 'y');
  walk (&framing, text->str, 100);
  HS_ASSERT_INT_EQ (framing.state, HS_HTTP_FRAMING_BROKEN);
  HS_ASSERT_INT_EQ (framing.status, 431);
}

static void
a_long_line_is_followed_to_its_end (void)
{
  g_autofree char *filler = g_strnfill (500, 'z');
  g_autofree char *text
      = g_strdup_printf ("GET /%s HTTP/1.1\r\nHost: a\r\nCookie: %s\r\n\r\n", filler, filler);
  g_autofree char *bad = g_strdup_printf ("GET / HTTP/1.1\r\nHost: a\r\nCookie: %s\n\r\n", filler);
  g_autofree char *padded
      = g_strdup_printf (HEAD "Content-Length: %s5\r\n\r\n", "                                "
                                                             "                                "
                                                             "                                "
                                                             "                                ");
  HsHttpFraming framing;

  HS_ASSERT_INT_EQ (walk (&framing, text, 3), strlen (text));
  HS_ASSERT_INT_EQ (framing.state, HS_HTTP_FRAMING_WHOLE);
  walk (&framing, bad, 3);
  HS_ASSERT_INT_EQ (framing.state, HS_HTTP_FRAMING_BROKEN);
  walk (&framing, padded, 3);
  HS_ASSERT_INT_EQ (framing.state, HS_HTTP_FRAMING_BROKEN);
}

static void
the_next_request_starts_afresh (void)
{
  const char *two = HEAD "Content-Length: 1\r\n\r\nxGET / HTTP/1.1\r\nHost: a\r\n\r\n";
  HsHttpFraming framing;
  gsize walked = walk (&framing, two, 1000);

  hs_http_framing_next (&framing);
  HS_ASSERT_INT_EQ (framing.state, HS_HTTP_FRAMING_START);
  walked += hs_http_framing_walk (&framing, (const guint8 *)two + walked, strlen (two) - walked);
  HS_ASSERT_INT_EQ (walked, strlen (two));
  HS_ASSERT_INT_EQ (framing.state, HS_HTTP_FRAMING_WHOLE);
}

HS_SUITE ("http framing",
          { "a request ends where its framing says", a_request_ends_where_its_framing_says },
          { "a cut request is never whole", a_cut_request_is_never_whole },
          { "what two readers could understand differently is refused",
            what_two_readers_could_understand_differently_is_refused },
          { "headers have a limit", headers_have_a_limit },
          { "a long line is followed to its end", a_long_line_is_followed_to_its_end },
          { "the next request starts afresh", the_next_request_starts_afresh })
