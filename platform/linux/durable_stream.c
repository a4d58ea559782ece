/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* A file descriptor as a seekable stream. It reads with pread at its own offset, so two streams on
 * one file never disturb each other. */

#include "platform/linux/durable_stream.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#define DURABLE_TYPE_STREAM (durable_stream_get_type ())
G_DECLARE_FINAL_TYPE (DurableStream, durable_stream, DURABLE, STREAM, GInputStream)

struct _DurableStream
{
  GInputStream parent;
  int fd;
  goffset offset;
  char *name;
};

static void seekable_init (GSeekableIface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (DurableStream,
                               durable_stream,
                               G_TYPE_INPUT_STREAM,
                               G_IMPLEMENT_INTERFACE (G_TYPE_SEEKABLE, seekable_init))

static void
set_errno (GError **error, int error_number, DurableStream *self, const char *verb)
{
  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (error_number), "cannot %s %s: %s", verb,
               self->name, g_strerror (error_number));
}

static gssize
stream_read (
    GInputStream *stream, void *buffer, gsize count, GCancellable *cancellable, GError **error)
{
  DurableStream *self = DURABLE_STREAM (stream);
  ssize_t got;

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return -1;
  do
    got = pread (self->fd, buffer, count, self->offset);
  while (got < 0 && errno == EINTR);
  if (got < 0)
    {
      set_errno (error, errno, self, "read");
      return -1;
    }
  self->offset += got;
  return got;
}

static gboolean
stream_close (GInputStream *stream, GCancellable *cancellable, GError **error)
{
  DurableStream *self = DURABLE_STREAM (stream);

  /* Nothing was written, so the result of close() says nothing. */
  if (self->fd >= 0)
    close (self->fd);
  self->fd = -1;
  return TRUE;
}

static void
stream_finalize (GObject *object)
{
  DurableStream *self = DURABLE_STREAM (object);

  G_OBJECT_CLASS (durable_stream_parent_class)->finalize (object);
  g_free (self->name);
}

static void
durable_stream_class_init (DurableStreamClass *class)
{
  G_OBJECT_CLASS (class)->finalize = stream_finalize;
  G_INPUT_STREAM_CLASS (class)->read_fn = stream_read;
  G_INPUT_STREAM_CLASS (class)->close_fn = stream_close;
}

static void
durable_stream_init (DurableStream *self)
{
  self->fd = -1;
}

static goffset
stream_tell (GSeekable *seekable)
{
  return DURABLE_STREAM (seekable)->offset;
}

static gboolean
stream_can_seek (GSeekable *seekable)
{
  return TRUE;
}

static gboolean
stream_seek (
    GSeekable *seekable, goffset offset, GSeekType type, GCancellable *cancellable, GError **error)
{
  DurableStream *self = DURABLE_STREAM (seekable);
  goffset base = 0;

  if (type == G_SEEK_CUR)
    base = self->offset;
  else if (type == G_SEEK_END)
    {
      struct stat status;
      if (fstat (self->fd, &status) != 0)
        {
          set_errno (error, errno, self, "ask for the length of");
          return FALSE;
        }
      base = status.st_size;
    }
  if (offset < -base || offset > G_MAXINT64 - base)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   "cannot seek in %s: the place is outside of every file", self->name);
      return FALSE;
    }
  self->offset = base + offset;
  return TRUE;
}

static gboolean
stream_can_truncate (GSeekable *seekable)
{
  return FALSE;
}

static gboolean
stream_truncate (GSeekable *seekable, goffset offset, GCancellable *cancellable, GError **error)
{
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, "%s is open for reading",
               DURABLE_STREAM (seekable)->name);
  return FALSE;
}

static void
seekable_init (GSeekableIface *iface)
{
  iface->tell = stream_tell;
  iface->can_seek = stream_can_seek;
  iface->seek = stream_seek;
  iface->can_truncate = stream_can_truncate;
  iface->truncate_fn = stream_truncate;
}

GInputStream *
hs_durable_stream_new (int fd, const char *name)
{
  DurableStream *self = g_object_new (DURABLE_TYPE_STREAM, NULL);

  self->fd = fd;
  self->name = g_strdup (name);
  return G_INPUT_STREAM (self);
}
