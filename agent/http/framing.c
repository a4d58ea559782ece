/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Where an HTTP/1.1 request ends.
 *
 * A byte-driven machine: lines (request line, headers, chunk sizes) are collected up to the first
 * 128 bytes, which is all that framing needs to see of them; content is skipped in one step. */

#include "http/framing.h"

#include "base/secret_bytes.h"

#include <string.h>

enum
{
  STEP_REQUEST_LINE,
  STEP_HEADER,
  STEP_CONTENT,
  STEP_CHUNK_SIZE,
  STEP_CHUNK_CONTENT,
  STEP_CHUNK_END,
  STEP_LAST_CHUNK_END,
};

/* libsoup reads a chunk line into 128 bytes and takes a longer one for a cut. */
#define CHUNK_LINE_LIMIT 100

void
hs_http_framing_init (HsHttpFraming *framing, gsize header_limit, guint64 body_limit)
{
  memset (framing, 0, sizeof *framing);
  framing->header_limit = header_limit;
  framing->body_limit = body_limit;
}

void
hs_http_framing_next (HsHttpFraming *framing)
{
  g_return_if_fail (framing->state == HS_HTTP_FRAMING_WHOLE);
  hs_http_framing_init (framing, framing->header_limit, framing->body_limit);
}

guint64
hs_http_framing_get_body_bytes (const HsHttpFraming *framing)
{
  return framing->body_count;
}

static void
break_off (HsHttpFraming *framing, guint status)
{
  framing->state = HS_HTTP_FRAMING_BROKEN;
  framing->status = status;
}

/* A CR that is not followed by LF, and a LF that does not follow CR, are both read as the end of a
 * line by somebody: neither passes. */
static gboolean
take_line_byte (HsHttpFraming *framing, guint8 byte, gboolean *line_done)
{
  gboolean after_cr
      = framing->line_length > 0
        && framing->line[MIN (framing->line_length, sizeof framing->line) - 1] == '\r';

  *line_done = FALSE;
  if (byte == '\n')
    {
      if (!after_cr)
        return FALSE;
      framing->line_length--;
      framing->line[MIN (framing->line_length, sizeof framing->line - 1)] = '\0';
      *line_done = TRUE;
      return TRUE;
    }
  if (after_cr || byte == '\0' || byte == 0x7f || (byte < 0x20 && byte != '\r' && byte != '\t'))
    return FALSE;
  /* Beyond the buffer only the last byte is kept, in its last place, so that CR LF is seen. */
  framing->line[MIN (framing->line_length, sizeof framing->line - 1)] = (char)byte;
  framing->line_length++;
  return TRUE;
}

static gboolean
is_token (const char *text, gsize length)
{
  if (length == 0)
    return FALSE;
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isalnum (text[i]) && strchr ("!#$%&'*+-.^_`|~", text[i]) == NULL)
      return FALSE;
  return TRUE;
}

/* The target may be longer than the kept part of the line, so only its beginning is looked at here;
 * libsoup reads all of it, and 1.1 is assumed until a header says what 1.0 may not say. */
static void
end_request_line (HsHttpFraming *framing)
{
  const char *space = strchr (framing->line, ' ');
  gboolean is_kept_whole = framing->line_length < sizeof framing->line;

  if (space == NULL || !is_token (framing->line, (gsize)(space - framing->line)) || space[1] == ' '
      || space[1] == '\0')
    {
      break_off (framing, 400);
      return;
    }
  if (is_kept_whole)
    {
      const char *version = strrchr (framing->line, ' ') + 1;
      framing->is_http_1_0 = strcmp (version, "HTTP/1.0") == 0;
      if (version == space + 1 || (!framing->is_http_1_0 && strcmp (version, "HTTP/1.1") != 0))
        break_off (framing, version == space + 1 ? 400 : 505);
    }
  framing->step = STEP_HEADER;
}

static gboolean
parse_length (const char *value, guint64 *length)
{
  gsize digits = strspn (value, "0123456789");

  /* 18 digits stay below 2^63. */
  if (digits == 0 || digits > 18 || value[digits] != '\0')
    return FALSE;
  *length = g_ascii_strtoull (value, NULL, 10);
  return TRUE;
}

static void
end_content_length (HsHttpFraming *framing, const char *value)
{
  if (framing->has_length || framing->is_chunked || !parse_length (value, &framing->due))
    break_off (framing, 400);
  else if (framing->body_limit > 0 && framing->due > framing->body_limit)
    break_off (framing, 413);
  framing->has_length = TRUE;
}

static void
end_transfer_encoding (HsHttpFraming *framing, const char *value)
{
  if (framing->has_length || framing->is_chunked || framing->is_http_1_0)
    break_off (framing, 400);
  else if (g_ascii_strcasecmp (value, "chunked") != 0)
    break_off (framing, 501);
  framing->is_chunked = TRUE;
}

static void
end_all_headers (HsHttpFraming *framing)
{
  /* Without a Host libsoup would take the local address for one, which a Unix socket has not. */
  if (!framing->has_host)
    break_off (framing, 400);
  else if (framing->is_chunked || framing->due > 0)
    {
      framing->state = HS_HTTP_FRAMING_BODY;
      framing->step = framing->is_chunked ? STEP_CHUNK_SIZE : STEP_CONTENT;
    }
  else
    framing->state = HS_HTTP_FRAMING_WHOLE;
}

static void
end_header (HsHttpFraming *framing)
{
  if (framing->line_length == 0)
    {
      end_all_headers (framing);
      return;
    }
  char *colon = strchr (framing->line, ':');
  if (colon == NULL || !is_token (framing->line, (gsize)(colon - framing->line)))
    {
      break_off (framing, 400); /* also a folded line, which begins with a space */
      return;
    }
  *colon = '\0';
  const char *value = g_strstrip (colon + 1);
  gboolean is_framing = g_ascii_strcasecmp (framing->line, "content-length") == 0
                        || g_ascii_strcasecmp (framing->line, "transfer-encoding") == 0;

  if (is_framing && framing->line_length >= sizeof framing->line)
    break_off (framing, 400);
  else if (g_ascii_strcasecmp (framing->line, "content-length") == 0)
    end_content_length (framing, value);
  else if (is_framing)
    end_transfer_encoding (framing, value);
  else if (g_ascii_strcasecmp (framing->line, "host") == 0)
    {
      if (framing->has_host)
        break_off (framing, 400);
      framing->has_host = TRUE;
    }
}

static void
end_chunk_size (HsHttpFraming *framing)
{
  gsize digits = strspn (framing->line, "0123456789abcdefABCDEF");

  /* 15 digits stay below 2^63. An extension is allowed and ignored, as libsoup does. */
  if (digits == 0 || digits > 15 || (framing->line[digits] != '\0' && framing->line[digits] != ';'))
    {
      break_off (framing, 400);
      return;
    }
  framing->due = g_ascii_strtoull (framing->line, NULL, 16);
  framing->step = framing->due > 0 ? STEP_CHUNK_CONTENT : STEP_LAST_CHUNK_END;
  if (framing->body_limit > 0 && framing->due > framing->body_limit - framing->body_count)
    break_off (framing, 413);
}

static void
end_line (HsHttpFraming *framing)
{
  switch (framing->step)
    {
    case STEP_REQUEST_LINE:
      end_request_line (framing);
      break;
    case STEP_HEADER:
      end_header (framing);
      break;
    case STEP_CHUNK_SIZE:
      end_chunk_size (framing);
      break;
    case STEP_CHUNK_END:
      framing->step = STEP_CHUNK_SIZE;
      if (framing->line_length != 0)
        break_off (framing, 400);
      break;
    default: /* behind the last chunk: an empty line, or a trailer, which libsoup would not skip */
      if (framing->line_length != 0)
        break_off (framing, 400);
      else
        framing->state = HS_HTTP_FRAMING_WHOLE;
      break;
    }
  /* What a line said (a token, a title in a target) goes with it. */
  hs_secret_bytes_wipe (framing->line, MIN (framing->line_length + 1, sizeof framing->line));
  framing->line_length = 0;
}

static void
walk_line_byte (HsHttpFraming *framing, guint8 byte)
{
  gboolean line_done;

  if (framing->state == HS_HTTP_FRAMING_START)
    framing->state = HS_HTTP_FRAMING_HEADERS;
  if (framing->state == HS_HTTP_FRAMING_HEADERS && ++framing->header_count > framing->header_limit)
    break_off (framing, 431);
  else if (!take_line_byte (framing, byte, &line_done))
    break_off (framing, 400);
  else if (framing->state == HS_HTTP_FRAMING_BODY && framing->line_length > CHUNK_LINE_LIMIT)
    break_off (framing, 400);
  else if (line_done)
    end_line (framing);
}

gsize
hs_http_framing_walk (HsHttpFraming *framing, const guint8 *bytes, gsize length)
{
  gsize walked = 0;

  while (walked < length && framing->state < HS_HTTP_FRAMING_WHOLE)
    {
      if (framing->step != STEP_CONTENT && framing->step != STEP_CHUNK_CONTENT)
        {
          walk_line_byte (framing, bytes[walked++]);
          continue;
        }
      gsize piece = (gsize)MIN (framing->due, length - walked);
      walked += piece;
      framing->due -= piece;
      framing->body_count += piece;
      if (framing->due > 0)
        continue;
      if (framing->step == STEP_CONTENT)
        framing->state = HS_HTTP_FRAMING_WHOLE;
      else
        framing->step = STEP_CHUNK_END;
    }
  return walked;
}
