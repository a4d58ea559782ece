/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Reads one HTTP/1.1 reply of the agent (RFC 9112). */

#include "tray-ui/client/reply_reader.h"

#include "base/error.h"

#include <glib/gi18n.h>
#include <string.h>

#define CHUNK_LINE_BYTES 64 /* a size in hex, and extensions that nobody sends */

typedef enum
{
  AT_HEAD,
  IN_BODY, /* of known length */
  AT_CHUNK_SIZE,
  IN_CHUNK,
  AFTER_CHUNK, /* the line end that follows the bytes */
  AT_TRAILER,
  AT_END,
} Place;

struct HsReplyReader
{
  Place place;
  GString *line; /* the head, or a line between chunks */
  guint status;
  guint64 left; /* of the body or of the chunk */
  gsize room;   /* for body bytes */
  HsReplyBodyFunc func;
  gpointer func_data;
};

HsReplyReader *
hs_reply_reader_new (gsize max_body_bytes, HsReplyBodyFunc func, gpointer user_data)
{
  HsReplyReader *reader = g_new0 (HsReplyReader, 1);

  reader->line = g_string_new (NULL);
  reader->room = max_body_bytes;
  reader->func = func;
  reader->func_data = user_data;
  return reader;
}

void
hs_reply_reader_free (HsReplyReader *reader)
{
  if (reader == NULL)
    return;
  g_string_free (reader->line, TRUE);
  g_free (reader);
}

guint
hs_reply_reader_get_status (const HsReplyReader *reader)
{
  return reader->status;
}

gboolean
hs_reply_reader_is_complete (const HsReplyReader *reader)
{
  return reader->place == AT_END;
}

static gboolean
refuse (GError **error)
{
  g_set_error_literal (error, HS_ERROR, HS_ERROR_INVALID,
                       _ ("What answered is not Homespool, or it is damaged. Ask your "
                          "administrator."));
  return FALSE;
}

/* ── the head ────────────────────────────────────────────────────────────────────────────── */

static gboolean
parse_status (const char *line, guint *status)
{
  guint64 value;

  if (!g_str_has_prefix (line, "HTTP/1.1 ") || strlen (line) < strlen ("HTTP/1.1 200"))
    return FALSE;
  g_autofree char *digits = g_strndup (line + strlen ("HTTP/1.1 "), 3);
  if (!g_ascii_string_to_unsigned (digits, 10, 200, 599, &value, NULL))
    return FALSE;
  *status = (guint)value;
  return TRUE;
}

static gboolean
parse_head (HsReplyReader *reader, GError **error)
{
  g_auto (GStrv) lines = g_strsplit (reader->line->str, "\r\n", -1);
  gboolean has_length = FALSE, is_chunked = FALSE;

  if (!parse_status (lines[0], &reader->status))
    return refuse (error);
  for (guint i = 1; lines[i] != NULL; i++)
    {
      char *colon = strchr (lines[i], ':');
      if (colon == NULL)
        continue;
      *colon = '\0';
      char *value = g_strstrip (colon + 1);
      if (g_ascii_strcasecmp (lines[i], "Content-Length") == 0)
        {
          if (has_length
              || !g_ascii_string_to_unsigned (value, 10, 0, G_MAXUINT32, &reader->left, NULL))
            return refuse (error);
          has_length = TRUE;
        }
      else if (g_ascii_strcasecmp (lines[i], "Transfer-Encoding") == 0)
        {
          if (g_ascii_strcasecmp (value, "chunked") != 0)
            return refuse (error);
          is_chunked = TRUE;
        }
    }
  if (has_length == is_chunked) /* neither, or both */
    return refuse (error);
  reader->place = is_chunked ? AT_CHUNK_SIZE : reader->left > 0 ? IN_BODY : AT_END;
  return TRUE;
}

/* ── lines ───────────────────────────────────────────────────────────────────────────────── */

static gboolean
parse_chunk_size (HsReplyReader *reader, GError **error)
{
  char *end = strpbrk (reader->line->str, "; \t");

  if (end != NULL)
    *end = '\0';
  if (!g_ascii_string_to_unsigned (reader->line->str, 16, 0, G_MAXUINT32, &reader->left, NULL))
    return refuse (error);
  reader->place = reader->left > 0 ? IN_CHUNK : AT_TRAILER;
  return TRUE;
}

static gboolean
take_line (HsReplyReader *reader, GError **error)
{
  gboolean is_good = TRUE;

  if (reader->place == AT_CHUNK_SIZE)
    is_good = parse_chunk_size (reader, error);
  else if (reader->place == AFTER_CHUNK)
    {
      is_good = reader->line->len == 0 || refuse (error);
      reader->place = AT_CHUNK_SIZE;
    }
  else if (reader->line->len == 0) /* the trailer's end */
    reader->place = AT_END;
  g_string_truncate (reader->line, 0);
  return is_good;
}

static gboolean
feed_line_byte (HsReplyReader *reader, char byte, GError **error)
{
  if (reader->line->len > CHUNK_LINE_BYTES)
    return refuse (error);
  if (byte != '\n')
    {
      g_string_append_c (reader->line, byte);
      return TRUE;
    }
  if (reader->line->len == 0 || reader->line->str[reader->line->len - 1] != '\r')
    return refuse (error);
  g_string_truncate (reader->line, reader->line->len - 1);
  return take_line (reader, error);
}

static gboolean
feed_head_byte (HsReplyReader *reader, char byte, GError **error)
{
  if (byte == '\0' || reader->line->len >= HS_REPLY_MAX_HEAD_BYTES)
    return refuse (error);
  g_string_append_c (reader->line, byte);
  if (!g_str_has_suffix (reader->line->str, "\r\n\r\n"))
    return TRUE;
  g_string_truncate (reader->line, reader->line->len - strlen ("\r\n\r\n"));
  gboolean is_good = parse_head (reader, error);
  g_string_truncate (reader->line, 0);
  return is_good;
}

/* ── the whole ───────────────────────────────────────────────────────────────────────────── */

static gsize
feed_body (HsReplyReader *reader, const char *bytes, gsize length, GError **error)
{
  gsize count = (gsize)MIN ((guint64)length, reader->left);

  if (count > reader->room)
    {
      g_set_error_literal (error, HS_ERROR, HS_ERROR_NO_SPACE,
                           _ ("Homespool's answer makes no sense. Ask your administrator."));
      return 0;
    }
  reader->room -= count;
  reader->left -= count;
  reader->func (bytes, count, reader->func_data);
  if (reader->left == 0)
    reader->place = reader->place == IN_BODY ? AT_END : AFTER_CHUNK;
  return count;
}

gboolean
hs_reply_reader_feed (HsReplyReader *reader, const char *bytes, gsize length, GError **error)
{
  gsize done = 0;

  while (done < length && reader->place != AT_END)
    {
      if (reader->place == IN_BODY || reader->place == IN_CHUNK)
        {
          gsize count = feed_body (reader, bytes + done, length - done, error);
          if (count == 0)
            return FALSE;
          done += count;
          continue;
        }
      if (reader->place == AT_HEAD ? !feed_head_byte (reader, bytes[done], error)
                                   : !feed_line_byte (reader, bytes[done], error))
        return FALSE;
      done++;
    }
  return TRUE;
}
