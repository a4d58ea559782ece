/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* What a request sends. */

#include "net/http_body.h"

#include <string.h>

struct HsHttpBody
{
  GBytes *piece; /* being read; first the bytes, then each of the queue's */
  gsize piece_read;
  HsByteQueue *stream;
  gboolean is_hungry;
  void (*refilled) (gpointer user_data);
  gpointer user_data;
};

static void
on_queue_moved (HsByteQueue *queue, gpointer user_data)
{
  HsHttpBody *body = user_data;

  if (!body->is_hungry || body->refilled == NULL)
    return;
  body->is_hungry = FALSE;
  body->refilled (body->user_data);
}

HsHttpBody *
hs_http_body_new (GBytes *bytes, HsByteQueue *stream)
{
  HsHttpBody *body = g_new0 (HsHttpBody, 1);

  if (bytes != NULL)
    body->piece = g_bytes_ref (bytes);
  if (stream != NULL)
    {
      body->stream = hs_byte_queue_ref (stream);
      hs_byte_queue_set_notify (stream, on_queue_moved, body);
    }
  return body;
}

void
hs_http_body_free (HsHttpBody *body)
{
  if (body == NULL)
    return;
  if (body->stream != NULL)
    {
      hs_byte_queue_set_notify (body->stream, NULL, NULL);
      hs_byte_queue_close (body->stream);
      hs_byte_queue_unref (body->stream);
    }
  g_clear_pointer (&body->piece, g_bytes_unref);
  g_free (body);
}

void
hs_http_body_set_refilled (HsHttpBody *body,
                           void (*refilled) (gpointer user_data),
                           gpointer user_data)
{
  body->refilled = refilled;
  body->user_data = user_data;
}

/* Makes body->piece one with unread bytes, if there is one now. */
static HsByteQueuePull
next_piece (HsHttpBody *body, GError **error)
{
  while (body->piece == NULL || body->piece_read == g_bytes_get_size (body->piece))
    {
      HsByteQueuePull pull;

      g_clear_pointer (&body->piece, g_bytes_unref);
      body->piece_read = 0;
      if (body->stream == NULL)
        return HS_BYTE_QUEUE_END;
      pull = hs_byte_queue_pull (body->stream, &body->piece, error);
      if (pull != HS_BYTE_QUEUE_BYTES)
        return pull;
    }
  return HS_BYTE_QUEUE_BYTES;
}

HsByteQueuePull
hs_http_body_read (HsHttpBody *body, char *buffer, gsize capacity, gsize *length, GError **error)
{
  gsize filled = 0;

  while (filled < capacity)
    {
      g_autoptr (GError) stop = NULL;
      HsByteQueuePull pull = next_piece (body, &stop);
      gsize size = 0;
      const char *data;
      gsize part;

      if (pull == HS_BYTE_QUEUE_FAILED)
        {
          g_propagate_error (error, g_steal_pointer (&stop));
          return pull;
        }
      if (pull != HS_BYTE_QUEUE_BYTES && filled > 0)
        break;
      if (pull != HS_BYTE_QUEUE_BYTES)
        {
          body->is_hungry = pull == HS_BYTE_QUEUE_EMPTY;
          return pull;
        }
      data = g_bytes_get_data (body->piece, &size);
      part = MIN (capacity - filled, size - body->piece_read);
      memcpy (buffer + filled, data + body->piece_read, part);
      body->piece_read += part;
      filled += part;
    }
  *length = filled;
  return HS_BYTE_QUEUE_BYTES;
}
