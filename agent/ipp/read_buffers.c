/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The buffers of libcups, wiped from outside.
 *
 * ippReadIO() takes one buffer for each level of nested collections, whichever is free. So the message
 * of nothing nests as deep as any before it, and at each level has one value of zeros as long as a
 * buffer. */

#include "ipp/read_buffers.h"

#include "ipp/attributes_end.h"

#include <cups/ipp.h>
#include <string.h>

#define VALUE_BYTES IPP_MAX_LENGTH

/* Our own messages are not counted: they nest less than this (media-col-database is the deepest). */
#define OWN_DEPTH 4
G_STATIC_ASSERT (OWN_DEPTH <= HS_ATTRIBUTES_MAX_DEPTH);

/* RFC 8010 section 3.1. A length stands before each name and value, high byte first. */
static const guint8 head[] = { 1, 1, 0, IPP_OP_GET_JOBS, 0, 0, 0, 1, IPP_TAG_OPERATION };
static const guint8 first_value[]
    = { IPP_TAG_TEXT, 0, 1, 'v', VALUE_BYTES >> 8, VALUE_BYTES & 255 };
static const guint8 first_inner[] = { IPP_TAG_BEGIN_COLLECTION, 0, 1, 'c', 0, 0 };
static const guint8 value[] = {
  IPP_TAG_MEMBERNAME, 0, 0, 0, 1, 'v', IPP_TAG_TEXT, 0, 0, VALUE_BYTES >> 8, VALUE_BYTES & 255
};
static const guint8 inner[]
    = { IPP_TAG_MEMBERNAME, 0, 0, 0, 1, 'c', IPP_TAG_BEGIN_COLLECTION, 0, 0, 0, 0 };
static const guint8 end_of_inner[] = { IPP_TAG_END_COLLECTION, 0, 0, 0, 0 };
static const guint8 tail[] = { IPP_TAG_END };

typedef struct
{
  const guint8 *bytes; /* NULL: zeros */
  gsize length;
} Part;

#define PART(array) ((Part){ array, sizeof array })
#define ZEROS ((Part){ NULL, VALUE_BYTES })
#define MOST_PARTS (5 + 4 * HS_ATTRIBUTES_MAX_DEPTH)

typedef struct
{
  Part parts[MOST_PARTS];
  guint n_parts;
  guint next;
} Nothing;

static void
add (Nothing *nothing, Part part)
{
  nothing->parts[nothing->n_parts++] = part;
}

static void
compose (Nothing *nothing, guint depth)
{
  add (nothing, PART (head));
  add (nothing, PART (first_value));
  add (nothing, ZEROS);
  for (guint level = 1; level <= depth; level++)
    {
      add (nothing, level == 1 ? PART (first_inner) : PART (inner));
      add (nothing, PART (value));
      add (nothing, ZEROS);
    }
  for (guint level = 1; level <= depth; level++)
    add (nothing, PART (end_of_inner));
  add (nothing, PART (tail));
}

static ssize_t
read_nothing (void *context, ipp_uchar_t *buffer, size_t capacity)
{
  Nothing *nothing = context;
  size_t filled = 0;

  while (filled < capacity && nothing->next < nothing->n_parts)
    {
      Part *part = &nothing->parts[nothing->next];
      gsize length = MIN (capacity - filled, part->length);

      if (part->bytes == NULL)
        memset (buffer + filled, 0, length);
      else
        {
          memcpy (buffer + filled, part->bytes, length);
          part->bytes += length;
        }
      part->length -= length;
      filled += length;
      if (part->length == 0)
        nothing->next++;
    }
  return (ssize_t)filled;
}

void
hs_ipp_read_buffers_wipe (guint depth)
{
  static _Thread_local guint deepest = OWN_DEPTH;
  Nothing nothing = { .n_parts = 0 };
  ipp_t *message = ippNew ();

  deepest = MIN (MAX (deepest, depth), HS_ATTRIBUTES_MAX_DEPTH);
  compose (&nothing, deepest);
  if (ippReadIO (&nothing, read_nothing, 1, NULL, message) != IPP_STATE_DATA)
    g_warning ("libcups did not read what wipes its buffers");
  ippDelete (message);
}
