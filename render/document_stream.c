/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Ranges are fetched as blocks, of which the last few used are kept: PDF is read from both ends and
 * in small steps, and a block serves many of them. */

#include "render/document_stream.h"

#include "core/pages/render_message.h"
#include "platform/helper_child.h"

#include <string.h>

#define BLOCK_BYTES (64 * 1024)
#define BLOCKS 32 /* 2 MiB at most, whatever the document's size */

typedef struct
{
  guint64 index;
  guint64 last_used;
  GBytes *bytes; /* NULL: free. A DATA message, its first byte the kind */
} Block;

struct _HsDocumentStream
{
  GMemoryInputStream parent_instance;
  guint64 size_bytes;
  guint64 place_bytes;
  guint64 clock;
  gboolean has_failed;
  Block blocks[BLOCKS];
};

static void implement_seekable (GSeekableIface *interface);

G_DEFINE_FINAL_TYPE_WITH_CODE (HsDocumentStream,
                               hs_document_stream,
                               G_TYPE_MEMORY_INPUT_STREAM,
                               G_IMPLEMENT_INTERFACE (G_TYPE_SEEKABLE, implement_seekable))

/* ── blocks ──────────────────────────────────────────────────────────────────────────────── */

static gsize
block_length (HsDocumentStream *stream, guint64 index)
{
  guint64 start = index * BLOCK_BYTES;

  return (gsize)MIN (BLOCK_BYTES, stream->size_bytes - start);
}

static gboolean
fetch (HsDocumentStream *stream, Block *block, guint64 index)
{
  gsize length = block_length (stream, index);
  const HsRenderMessage wish = { .kind = HS_RENDER_READ,
                                 .offset_bytes = index * BLOCK_BYTES,
                                 .length_bytes = (guint32)length };
  guint8 bytes[HS_RENDER_MESSAGE_MAX_BYTES];
  gsize wish_length = hs_render_message_encode (&wish, bytes);

  g_clear_pointer (&block->bytes, g_bytes_unref);
  if (!hs_helper_child_send (bytes, wish_length))
    return FALSE;
  g_autoptr (GBytes) answer = hs_helper_child_receive ();
  if (answer == NULL || g_bytes_get_size (answer) != 1 + length
      || *(const guint8 *)g_bytes_get_data (answer, NULL) != HS_RENDER_DATA)
    return FALSE;
  block->bytes = g_steal_pointer (&answer);
  block->index = index;
  return TRUE;
}

/* The bytes of block @index, NULL after a failure. */
static const guint8 *
get_block (HsDocumentStream *stream, guint64 index)
{
  Block *found = &stream->blocks[0];

  for (gsize i = 0; i < BLOCKS; i++)
    {
      Block *block = &stream->blocks[i];
      if (block->bytes != NULL && block->index == index)
        {
          found = block;
          break;
        }
      if (block->last_used < found->last_used)
        found = block;
    }
  if (found->bytes == NULL || found->index != index)
    stream->has_failed = stream->has_failed || !fetch (stream, found, index);
  if (stream->has_failed)
    return NULL;
  found->last_used = ++stream->clock;
  return (const guint8 *)g_bytes_get_data (found->bytes, NULL) + 1;
}

gsize
hs_document_stream_peek (HsDocumentStream *stream, guint64 offset, void *buffer, gsize capacity)
{
  gsize done = 0;

  while (done < capacity && offset + done < stream->size_bytes)
    {
      guint64 index = (offset + done) / BLOCK_BYTES;
      gsize start = (gsize)((offset + done) % BLOCK_BYTES);
      const guint8 *bytes = get_block (stream, index);
      if (bytes == NULL)
        break;
      gsize step = MIN (capacity - done, block_length (stream, index) - start);
      memcpy ((guint8 *)buffer + done, bytes + start, step);
      done += step;
    }
  return done;
}

/* ── the stream ──────────────────────────────────────────────────────────────────────────── */

static gboolean
fail_if_broken (HsDocumentStream *stream, GError **error)
{
  if (!stream->has_failed)
    return FALSE;
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, "the agent gave no more bytes");
  return TRUE;
}

static gssize
read_document (
    GInputStream *input, void *buffer, gsize capacity, GCancellable *cancellable, GError **error)
{
  HsDocumentStream *stream = HS_DOCUMENT_STREAM (input);
  gsize got = hs_document_stream_peek (stream, stream->place_bytes, buffer, capacity);

  if (got == 0 && fail_if_broken (stream, error))
    return -1;
  stream->place_bytes += got;
  return (gssize)got;
}

static gssize
skip_document (GInputStream *input, gsize count, GCancellable *cancellable, GError **error)
{
  HsDocumentStream *stream = HS_DOCUMENT_STREAM (input);
  gsize step = (gsize)MIN (count, stream->size_bytes - stream->place_bytes);

  stream->place_bytes += step;
  return (gssize)step;
}

static goffset
tell_document (GSeekable *seekable)
{
  return (goffset)HS_DOCUMENT_STREAM (seekable)->place_bytes;
}

static gboolean
can_seek_document (GSeekable *seekable)
{
  return TRUE;
}

static gboolean
seek_document (
    GSeekable *seekable, goffset offset, GSeekType type, GCancellable *cancellable, GError **error)
{
  HsDocumentStream *stream = HS_DOCUMENT_STREAM (seekable);
  goffset base = type == G_SEEK_SET   ? 0
                 : type == G_SEEK_CUR ? (goffset)stream->place_bytes
                                      : (goffset)stream->size_bytes;
  goffset target;

  if (__builtin_add_overflow (base, offset, &target) || target < 0
      || (guint64)target > stream->size_bytes)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                           "there is no such place in the document");
      return FALSE;
    }
  stream->place_bytes = (guint64)target;
  return TRUE;
}

static gboolean
can_truncate_document (GSeekable *seekable)
{
  return FALSE;
}

static void
implement_seekable (GSeekableIface *interface)
{
  interface->tell = tell_document;
  interface->can_seek = can_seek_document;
  interface->seek = seek_document;
  interface->can_truncate = can_truncate_document;
}

static void
finalize (GObject *object)
{
  HsDocumentStream *stream = HS_DOCUMENT_STREAM (object);

  for (gsize i = 0; i < BLOCKS; i++)
    g_clear_pointer (&stream->blocks[i].bytes, g_bytes_unref);
  G_OBJECT_CLASS (hs_document_stream_parent_class)->finalize (object);
}

static void
hs_document_stream_class_init (HsDocumentStreamClass *class)
{
  G_OBJECT_CLASS (class)->finalize = finalize;
  G_INPUT_STREAM_CLASS (class)->read_fn = read_document;
  G_INPUT_STREAM_CLASS (class)->skip = skip_document;
}

static void
hs_document_stream_init (HsDocumentStream *stream)
{
}

HsDocumentStream *
hs_document_stream_new (guint64 size_bytes)
{
  HsDocumentStream *stream = g_object_new (HS_TYPE_DOCUMENT_STREAM, NULL);

  stream->size_bytes = size_bytes;
  return stream;
}

gboolean
hs_document_stream_has_failed (HsDocumentStream *stream)
{
  return stream->has_failed;
}
