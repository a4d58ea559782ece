/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

#include "tray-ui/client/reply_reader.h"
#include "base/error.h"
#include "support/suite.h"

#define HEAD "HTTP/1.1 200 OK\r\nServer: x\r\n"
#define CHUNKED HEAD "Transfer-Encoding: chunked\r\n\r\n"

static void
collect (const char *bytes, gsize length, gpointer user_data)
{
  g_string_append_len (user_data, bytes, (gssize)length);
}

/* Feeds @text in portions of @step bytes. Returns the body; NULL after an error. */
static char *
read_reply (const char *text, gsize step, gboolean *complete, guint *status, GError **error)
{
  g_autoptr (GString) body = g_string_new (NULL);
  g_autoptr (HsReplyReader) reader = hs_reply_reader_new (20, collect, body);
  gsize length = strlen (text);

  for (gsize at = 0; at < length; at += step)
    if (!hs_reply_reader_feed (reader, text + at, MIN (step, length - at), error))
      return NULL;
  *complete = hs_reply_reader_is_complete (reader);
  *status = hs_reply_reader_get_status (reader);
  return g_strdup (body->str);
}

static void
a_reply_is_read_in_any_portions (void)
{
  static const struct
  {
    const char *text;
    guint status;
    const char *body;
  } rows[] = { { HEAD "Content-Length: 5\r\n\r\nhello", 200, "hello" },
               { HEAD "content-length: 0\r\n\r\n", 200, "" },
               { "HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\n{}", 404, "{}" },
               { CHUNKED "3\r\nhel\r\n2;x=y\r\nlo\r\n0\r\n\r\n", 200, "hello" },
               { CHUNKED "A\r\n0123456789\r\n0\r\nTrailer: x\r\n\r\n", 200, "0123456789" } };
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    for (gsize step = 1; step <= strlen (rows[i].text); step++)
      {
        g_autoptr (GError) error = NULL;
        gboolean complete;
        guint status;
        g_autofree char *body = read_reply (rows[i].text, step, &complete, &status, &error);
        HS_ASSERT_NO_ERROR (error);
        HS_ASSERT (complete);
        HS_ASSERT_INT_EQ (status, rows[i].status);
        HS_ASSERT_STR_EQ (body, rows[i].body);
      }
}

static void
a_reply_that_is_cut_is_not_complete (void)
{
  static const char *const whole[]
      = { HEAD "Content-Length: 5\r\n\r\nhello", CHUNKED "3\r\nhel\r\n0\r\n\r\n" };
  for (gsize i = 0; i < G_N_ELEMENTS (whole); i++)
    for (gsize length = 1; length < strlen (whole[i]); length++)
      {
        g_autoptr (GError) error = NULL;
        gboolean complete;
        guint status;
        g_autofree char *text = g_strndup (whole[i], length);
        g_autofree char *body = read_reply (text, length, &complete, &status, &error);
        HS_ASSERT_NO_ERROR (error);
        HS_ASSERT (!complete);
      }
}

static void
what_the_agent_never_sends_is_refused (void)
{
  static const char *const texts[]
      = { "SSH-2.0-OpenSSH\r\n\r\n",
          "HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n",
          "HTTP/1.1 100 Continue\r\nContent-Length: 0\r\n\r\n",
          HEAD "\r\n",
          HEAD "Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello",
          HEAD "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
          HEAD "Content-Length: -5\r\n\r\nhello",
          HEAD "Transfer-Encoding: gzip, chunked\r\n\r\n",
          CHUNKED "x\r\n",
          CHUNKED "3\nhel",
          CHUNKED "3\r\nhelx\r\n" };
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GError) error = NULL;
      gboolean complete;
      guint status;
      g_autofree char *body = read_reply (texts[i], 1, &complete, &status, &error);
      HS_ASSERT_ERROR (error, HS_ERROR_INVALID);
    }
}

static void
limits_hold (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GString) body = g_string_new (NULL);
  gboolean complete;
  guint status;
  g_autofree char *fits = read_reply (HEAD "Content-Length: 20\r\n\r\n01234567890123456789", 7,
                                      &complete, &status, &error);
  HS_ASSERT_NO_ERROR (error);
  HS_ASSERT (complete);
  g_autofree char *long_one = read_reply (HEAD "Content-Length: 21\r\n\r\n012345678901234567890",
                                          21, &complete, &status, &error);
  HS_ASSERT_ERROR (error, HS_ERROR_NO_SPACE);
  g_clear_error (&error);
  g_autoptr (HsReplyReader) reader = hs_reply_reader_new (20, collect, body);
  g_autofree char *filler = g_strnfill (HS_REPLY_MAX_HEAD_BYTES, 'x');
  HS_ASSERT (hs_reply_reader_feed (reader, filler, HS_REPLY_MAX_HEAD_BYTES, &error));
  HS_ASSERT (!hs_reply_reader_feed (reader, "x", 1, &error));
  HS_ASSERT_ERROR (error, HS_ERROR_INVALID);
}

HS_SUITE ("tray reply reader",
          { "a reply is read in any portions", a_reply_is_read_in_any_portions },
          { "a reply that is cut is not complete", a_reply_that_is_cut_is_not_complete },
          { "what the agent never sends is refused", what_the_agent_never_sends_is_refused },
          { "limits hold", limits_hold })
