/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Frames at the helper's end, by plain read() and write(): all that the sandbox leaves. */

#include "platform/helper_child.h"

#include "platform/helper_process.h"

#include <errno.h>
#include <unistd.h>

static gboolean
read_all (void *buffer, gsize length)
{
  guint8 *at = buffer;

  while (length > 0)
    {
      gssize count = read (STDIN_FILENO, at, length);
      if (count < 0 && errno == EINTR)
        continue;
      if (count <= 0)
        return FALSE;
      at += count;
      length -= (gsize)count;
    }
  return TRUE;
}

static gboolean
write_all (const void *bytes, gsize length)
{
  const guint8 *at = bytes;

  while (length > 0)
    {
      gssize count = write (STDOUT_FILENO, at, length);
      if (count < 0 && errno == EINTR)
        continue;
      if (count <= 0)
        return FALSE;
      at += count;
      length -= (gsize)count;
    }
  return TRUE;
}

GBytes *
hs_helper_child_receive (void)
{
  guint32 length;

  if (!read_all (&length, sizeof length))
    return NULL;
  length = GUINT32_FROM_BE (length);
  if (length > HS_HELPER_FRAME_MAX_BYTES)
    return NULL;
  g_autofree guint8 *bytes = g_malloc (MAX (length, 1));
  if (!read_all (bytes, length))
    return NULL;
  return g_bytes_new_take (g_steal_pointer (&bytes), length);
}

gboolean
hs_helper_child_send (const void *bytes, gsize length)
{
  guint32 prefix = GUINT32_TO_BE ((guint32)length);

  g_return_val_if_fail (length <= HS_HELPER_FRAME_MAX_BYTES, FALSE);
  return write_all (&prefix, sizeof prefix) && write_all (bytes, length);
}
