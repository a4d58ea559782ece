/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Messages to and from homespool-render. The helper reads hostile documents, so what it says is
 * checked like any other foreign bytes. */

#include "core/pages/render_message.h"

#include <string.h>

static guint8 *
put_32 (guint8 *at, guint32 value)
{
  value = GUINT32_TO_BE (value);
  memcpy (at, &value, sizeof value);
  return at + sizeof value;
}

static guint8 *
put_64 (guint8 *at, guint64 value)
{
  value = GUINT64_TO_BE (value);
  memcpy (at, &value, sizeof value);
  return at + sizeof value;
}

static guint32
get_32 (const guint8 *at)
{
  guint32 value;

  memcpy (&value, at, sizeof value);
  return GUINT32_FROM_BE (value);
}

static guint64
get_64 (const guint8 *at)
{
  guint64 value;

  memcpy (&value, at, sizeof value);
  return GUINT64_FROM_BE (value);
}

gsize
hs_render_message_encode (const HsRenderMessage *message, guint8 bytes[HS_RENDER_MESSAGE_MAX_BYTES])
{
  guint8 *at = bytes;

  *at++ = (guint8)message->kind;
  switch (message->kind)
    {
    case HS_RENDER_COUNT:
      at = put_64 (at, message->document_bytes);
      break;
    case HS_RENDER_READ:
      at = put_64 (at, message->offset_bytes);
      at = put_32 (at, message->length_bytes);
      break;
    case HS_RENDER_PAGES:
      at = put_32 (at, message->pages);
      at = put_32 (at, message->width_um);
      at = put_32 (at, message->height_um);
      break;
    case HS_RENDER_COLOUR:
      *at++ = (guint8)message->colour;
      break;
    case HS_RENDER_FAILED:
      *at++ = (guint8)message->failure;
      break;
    case HS_RENDER_DRAW:
      at = put_64 (at, message->document_bytes);
      at = put_32 (at, message->side_px);
      break;
    case HS_RENDER_PICTURE:
      at = put_32 (at, message->width_px);
      at = put_32 (at, message->height_px);
      break;
    case HS_RENDER_NONE:
    case HS_RENDER_DATA:
      break;
    }
  return (gsize)(at - bytes);
}

/* Body lengths by kind. */
static const gsize body_bytes[] = {
  [HS_RENDER_COUNT] = 8,  [HS_RENDER_READ] = 12, [HS_RENDER_PAGES] = 12,  [HS_RENDER_COLOUR] = 1,
  [HS_RENDER_FAILED] = 1, [HS_RENDER_DRAW] = 12, [HS_RENDER_PICTURE] = 8,
};

static gboolean
is_in_range (const HsRenderMessage *message)
{
  switch (message->kind)
    {
    case HS_RENDER_COUNT:
      return message->document_bytes <= G_MAXINT64;
    case HS_RENDER_READ:
      return message->offset_bytes <= G_MAXINT64 && message->length_bytes >= 1
             && message->length_bytes <= HS_RENDER_READ_MAX_BYTES;
    case HS_RENDER_PAGES:
      return message->pages >= 1 && message->pages <= G_MAXINT32 && message->width_um <= G_MAXINT32
             && message->height_um <= G_MAXINT32;
    case HS_RENDER_COLOUR:
      return message->colour <= HS_COLOUR_COLOUR;
    case HS_RENDER_DRAW:
      return message->document_bytes <= G_MAXINT64 && message->side_px >= HS_RENDER_LEAST_SIDE_PX
             && message->side_px <= HS_RENDER_MOST_SIDE_PX;
    case HS_RENDER_PICTURE:
      return message->width_px >= 1 && message->width_px <= HS_RENDER_MOST_SIDE_PX
             && message->height_px >= 1 && message->height_px <= HS_RENDER_MOST_SIDE_PX;
    case HS_RENDER_FAILED:
      return message->failure > HS_RENDER_FAILURE_NONE && message->failure < HS_RENDER_N_FAILURES;
    case HS_RENDER_NONE:
    case HS_RENDER_DATA:
      break;
    }
  return FALSE;
}

gboolean
hs_render_message_decode (const void *bytes, gsize length, HsRenderMessage *message)
{
  const guint8 *at = bytes;
  HsRenderMessage found = { 0 };

  memset (message, 0, sizeof *message);
  if (length < 1 || at[0] >= G_N_ELEMENTS (body_bytes) || body_bytes[at[0]] == 0
      || length != 1 + body_bytes[at[0]])
    return FALSE;
  found.kind = (HsRenderKind)*at++;
  switch (found.kind)
    {
    case HS_RENDER_COUNT:
      found.document_bytes = get_64 (at);
      break;
    case HS_RENDER_READ:
      found.offset_bytes = get_64 (at);
      found.length_bytes = get_32 (at + 8);
      break;
    case HS_RENDER_PAGES:
      found.pages = get_32 (at);
      found.width_um = get_32 (at + 4);
      found.height_um = get_32 (at + 8);
      break;
    case HS_RENDER_COLOUR:
      found.colour = (HsColour)*at;
      break;
    case HS_RENDER_FAILED:
      found.failure = (HsRenderFailure)*at;
      break;
    case HS_RENDER_DRAW:
      found.document_bytes = get_64 (at);
      found.side_px = get_32 (at + 8);
      break;
    case HS_RENDER_PICTURE:
      found.width_px = get_32 (at);
      found.height_px = get_32 (at + 4);
      break;
    case HS_RENDER_NONE:
    case HS_RENDER_DATA:
      break;
    }
  if (!is_in_range (&found))
    return FALSE;
  *message = found;
  return TRUE;
}
