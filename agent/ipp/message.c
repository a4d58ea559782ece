/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* IPP messages between libcups and memory. */

#include "ipp/message.h"

#include "base/error.h"
#include "ipp/attributes_end.h"
#include "ipp/read_buffers.h"

#include <string.h>

typedef struct
{
  const guint8 *bytes;
  gsize left;
} Reader;

static ssize_t
write_to_memory (void *context, ipp_uchar_t *bytes, size_t length)
{
  g_byte_array_append (context, bytes, (guint)length);
  return (ssize_t)length;
}

static ssize_t
read_from_memory (void *context, ipp_uchar_t *buffer, size_t capacity)
{
  Reader *reader = context;
  gsize length = MIN (capacity, reader->left);

  memcpy (buffer, reader->bytes, length);
  reader->bytes += length;
  reader->left -= length;
  return (ssize_t)length;
}

/* The buffers that it went through are the caller's to wipe. */
static void
append_whole (ipp_t *message, GByteArray *bytes)
{
  ippSetState (message, IPP_STATE_IDLE);
  ippWriteIO (bytes, write_to_memory, 1, NULL, message);
}

GBytes *
hs_ipp_message_encode (ipp_t *message)
{
  GByteArray *bytes = g_byte_array_new ();

  append_whole (message, bytes);
  hs_ipp_read_buffers_wipe (0);
  return g_byte_array_free_to_bytes (bytes);
}

/* Version, code and request id before the groups; one tag behind them. */
#define HEAD_BYTES 8
#define TAIL_BYTES 1

void
hs_ipp_message_append_groups (ipp_t *message, GByteArray *bytes)
{
  guint start = bytes->len;

  append_whole (message, bytes);
  g_byte_array_remove_range (bytes, start, HEAD_BYTES);
  g_byte_array_set_size (bytes, bytes->len - TAIL_BYTES);
}

GBytes *
hs_ipp_message_encode_with (ipp_t *message, const GByteArray *groups)
{
  GByteArray *bytes = g_byte_array_new ();

  append_whole (message, bytes);
  hs_ipp_read_buffers_wipe (0);
  g_byte_array_set_size (bytes, bytes->len - TAIL_BYTES);
  g_byte_array_append (bytes, groups->data, groups->len);
  g_byte_array_append (bytes, (const guint8[]){ IPP_TAG_END }, TAIL_BYTES);
  return g_byte_array_free_to_bytes (bytes);
}

ipp_t *
hs_ipp_message_decode (GBytes *bytes, GError **error)
{
  g_autoptr (ipp_t) message = ippNew ();
  HsAttributesEnd end;
  Reader reader = { NULL, 0 };

  reader.bytes = g_bytes_get_data (bytes, &reader.left);
  hs_attributes_end_init (&end, HS_ATTRIBUTES_REPLY_MAX_BYTES);
  gboolean is_read = hs_attributes_end_find (&end, reader.bytes, reader.left) == HS_ATTRIBUTES_END
                     && ippReadIO (&reader, read_from_memory, 1, NULL, message) == IPP_STATE_DATA;
  hs_ipp_read_buffers_wipe (end.deepest);
  if (!is_read)
    {
      g_set_error_literal (error, HS_ERROR, HS_ERROR_CORRUPT,
                           "what came is not a complete IPP message");
      return NULL;
    }
  return g_steal_pointer (&message);
}

char *
hs_ipp_text_dup_safe (const char *untrusted)
{
  g_autofree char *valid = NULL;
  char *end;

  if (untrusted == NULL || *untrusted == '\0')
    return NULL;
  valid = g_utf8_make_valid (untrusted, -1);
  for (char *place = valid; *place != '\0'; place = g_utf8_next_char (place))
    if (g_ascii_iscntrl (*place))
      *place = ' ';
  end = valid;
  while (*end != '\0' && g_utf8_next_char (end) - valid <= HS_IPP_TEXT_MAX_BYTES)
    end = g_utf8_next_char (end);
  *end = '\0';
  return g_steal_pointer (&valid);
}

static gboolean
is_text (ipp_attribute_t *attribute)
{
  switch ((int)ippGetValueTag (attribute))
    {
    case IPP_TAG_TEXT:
    case IPP_TAG_TEXTLANG:
    case IPP_TAG_NAME:
    case IPP_TAG_NAMELANG:
    case IPP_TAG_KEYWORD:
    case IPP_TAG_URI:
    case IPP_TAG_URISCHEME:
    case IPP_TAG_CHARSET:
    case IPP_TAG_LANGUAGE:
    case IPP_TAG_MIMETYPE:
      return TRUE;
    default:
      return FALSE;
    }
}

char **
hs_ipp_strings_dup (ipp_t *message, const char *name)
{
  ipp_attribute_t *attribute = ippFindAttribute (message, name, IPP_TAG_ZERO);
  GPtrArray *list = g_ptr_array_new ();

  for (int i = 0; attribute != NULL && is_text (attribute) && i < ippGetCount (attribute); i++)
    {
      char *text = hs_ipp_text_dup_safe (ippGetString (attribute, i, NULL));
      if (text != NULL)
        g_ptr_array_add (list, text);
    }
  g_ptr_array_add (list, NULL);
  return (char **)g_ptr_array_free (list, FALSE);
}

int
hs_ipp_integer_get (ipp_t *message, const char *name, int otherwise)
{
  ipp_attribute_t *attribute = ippFindAttribute (message, name, IPP_TAG_ZERO);
  ipp_tag_t tag = attribute == NULL ? IPP_TAG_ZERO : ippGetValueTag (attribute);

  if (tag != IPP_TAG_INTEGER && tag != IPP_TAG_ENUM)
    return otherwise;
  return ippGetInteger (attribute, 0);
}

const char *
hs_ipp_string_get (ipp_t *message, const char *name)
{
  ipp_attribute_t *attribute = ippFindAttribute (message, name, IPP_TAG_ZERO);

  return attribute != NULL && is_text (attribute) ? ippGetString (attribute, 0, NULL) : NULL;
}
