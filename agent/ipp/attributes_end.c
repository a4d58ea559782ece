/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Where the attributes of an IPP message end.
 *
 * After 8 bytes of header come tags: below 0x10 a group (or the end), else an attribute of tag,
 * name length, name, value length, value. Collections use the same form, so one flat loop follows
 * them too. */

#include "ipp/attributes_end.h"

#define HEADER_BYTES 8
#define NAME_MAX_BYTES 255    /* RFC 8010 section 3.9 */
#define VALUE_MAX_BYTES 32767 /* the largest that libcups reads */

enum
{
  TAG_END = 0x03,
  TAG_FIRST_VALUE = 0x10,
  TAG_BEGIN_COLLECTION = 0x34,
  TAG_END_COLLECTION = 0x37,
  TAG_EXTENSION = 0x7f, /* a tag of four more bytes; nothing uses it */
};

void
hs_attributes_end_init (HsAttributesEnd *end, gsize limit_bytes)
{
  *end = (HsAttributesEnd){ .limit_bytes = limit_bytes, .offset = HEADER_BYTES };
}

/* The 16-bit length at @offset, or -1 if it has not come yet. */
static int
peek_length (const guint8 *bytes, gsize length, gsize offset)
{
  return offset + 2 <= length ? bytes[offset] << 8 | bytes[offset + 1] : -1;
}

static gboolean
follow_collection (HsAttributesEnd *end, guint8 tag)
{
  if (tag == TAG_BEGIN_COLLECTION)
    end->depth++;
  else if (tag == TAG_END_COLLECTION && end->depth == 0)
    return FALSE;
  else if (tag == TAG_END_COLLECTION)
    end->depth--;
  end->deepest = MAX (end->deepest, end->depth);
  return end->depth <= HS_ATTRIBUTES_MAX_DEPTH;
}

HsAttributesVerdict
hs_attributes_end_find (HsAttributesEnd *end, const guint8 *bytes, gsize length)
{
  while (end->offset < length && end->offset < end->limit_bytes)
    {
      guint8 tag = bytes[end->offset];

      if (tag == 0 || tag == TAG_EXTENSION || (tag < TAG_FIRST_VALUE && end->depth > 0))
        return HS_ATTRIBUTES_REFUSED;
      if (tag < TAG_FIRST_VALUE)
        {
          end->offset++;
          if (tag == TAG_END)
            return HS_ATTRIBUTES_END;
          continue;
        }
      int name = peek_length (bytes, length, end->offset + 1);
      if (name > NAME_MAX_BYTES)
        return HS_ATTRIBUTES_REFUSED;
      int value = name < 0 ? -1 : peek_length (bytes, length, end->offset + 3 + (gsize)name);
      if (value > VALUE_MAX_BYTES)
        return HS_ATTRIBUTES_REFUSED;
      gsize next = end->offset + 5 + (gsize)MAX (name, 0) + (gsize)MAX (value, 0);
      if (value < 0 || next > length)
        return next > end->limit_bytes ? HS_ATTRIBUTES_REFUSED : HS_ATTRIBUTES_MORE;
      if (!follow_collection (end, tag))
        return HS_ATTRIBUTES_REFUSED;
      end->offset = next;
    }
  return end->offset >= end->limit_bytes ? HS_ATTRIBUTES_REFUSED : HS_ATTRIBUTES_MORE;
}
