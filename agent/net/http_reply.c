/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The reply while it arrives. Names are kept in lower case (RFC 9110 section 5.1). */

#include "net/http_reply.h"

#include <curl/curl.h>
#include <string.h>

struct HsHttpReply
{
  guint status;
  gsize header_bytes;
  gsize max_body_bytes;
  GHashTable *headers;
  GByteArray *collected;
  GBytes *body;
};

HsHttpReply *
hs_http_reply_new (gsize max_body_bytes)
{
  HsHttpReply *reply = g_new0 (HsHttpReply, 1);

  reply->max_body_bytes = max_body_bytes;
  reply->headers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  reply->collected = g_byte_array_new ();
  return reply;
}

void
hs_http_reply_free (HsHttpReply *reply)
{
  if (reply == NULL)
    return;
  g_hash_table_unref (reply->headers);
  g_clear_pointer (&reply->collected, g_byte_array_unref);
  g_clear_pointer (&reply->body, g_bytes_unref);
  g_free (reply);
}

/* "HTTP/1.1 200 OK": the digits after the first space. */
static guint
parse_status (const char *line)
{
  const char *space = strchr (line, ' ');

  return space == NULL ? 0 : (guint)g_ascii_strtoull (space + 1, NULL, 10);
}

gboolean
hs_http_reply_add_line (HsHttpReply *reply, const char *line, gsize length)
{
  g_autofree char *text = g_strndup (line, length);
  char *colon;

  reply->header_bytes += length;
  if (reply->header_bytes > HS_HTTP_HEADERS_MAX_BYTES)
    return FALSE;
  if (g_ascii_strncasecmp (text, "HTTP/", 5) == 0)
    {
      g_hash_table_remove_all (reply->headers);
      reply->status = parse_status (text);
      return TRUE;
    }
  colon = strchr (text, ':');
  if (colon == NULL)
    return TRUE;
  *colon = '\0';
  g_hash_table_replace (reply->headers, g_ascii_strdown (text, -1),
                        g_strdup (g_strstrip (colon + 1)));
  return TRUE;
}

gboolean
hs_http_reply_add_body (HsHttpReply *reply, const guint8 *bytes, gsize length)
{
  if (length > reply->max_body_bytes - reply->collected->len)
    return FALSE;
  g_byte_array_append (reply->collected, bytes, (guint)length);
  return TRUE;
}

void
hs_http_reply_close (HsHttpReply *reply)
{
  reply->body = g_byte_array_free_to_bytes (g_steal_pointer (&reply->collected));
}

guint
hs_http_reply_get_status (const HsHttpReply *reply)
{
  return reply->status;
}

GBytes *
hs_http_reply_get_body (const HsHttpReply *reply)
{
  return reply->body;
}

const char *
hs_http_reply_get_header (const HsHttpReply *reply, const char *name)
{
  g_autofree char *key = g_ascii_strdown (name, -1);

  return g_hash_table_lookup (reply->headers, key);
}

gboolean
hs_http_reply_get_date (const HsHttpReply *reply, gint64 *date_us)
{
  const char *text = hs_http_reply_get_header (reply, "Date");
  time_t date_s = text == NULL ? -1 : curl_getdate (text, NULL);

  if (date_s < 0)
    return FALSE;
  *date_us = (gint64)date_s * G_USEC_PER_SEC;
  return TRUE;
}

char *
hs_http_format_spki (const guint8 spki[HS_HTTP_SPKI_BYTES])
{
  GString *text = g_string_sized_new (HS_HTTP_SPKI_BYTES * 3);

  for (gsize i = 0; i < HS_HTTP_SPKI_BYTES; i++)
    g_string_append_printf (text, "%s%02x", i == 0 ? "" : ":", spki[i]);
  return g_string_free (text, FALSE);
}

gboolean
hs_http_parse_spki (const char *text, guint8 spki[HS_HTTP_SPKI_BYTES])
{
  guint8 bytes[HS_HTTP_SPKI_BYTES];

  if (strlen (text) != HS_HTTP_SPKI_BYTES * 3 - 1)
    return FALSE;
  for (gsize i = 0; i < HS_HTTP_SPKI_BYTES; i++)
    {
      const char *pair = text + 3 * i;
      if (!g_ascii_isxdigit (pair[0]) || !g_ascii_isxdigit (pair[1])
          || (i + 1 < HS_HTTP_SPKI_BYTES && pair[2] != ':'))
        return FALSE;
      bytes[i] = (guint8)(g_ascii_xdigit_value (pair[0]) * 16 + g_ascii_xdigit_value (pair[1]));
    }
  memcpy (spki, bytes, sizeof bytes);
  return TRUE;
}
