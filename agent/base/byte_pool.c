/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* A pool of buffers. Each buffer remembers its pool in front of its bytes, because that is all that
 * a GBytes can tell when it ends. */

#include "base/byte_pool.h"

#include "base/secret_bytes.h"

typedef struct Buffer Buffer;
struct Buffer
{
  HsBytePool *pool; /* a reference while the buffer is out; borrowed while it is free */
  Buffer *next;     /* the next free one */
  gsize used_bytes; /* the most that it ever held */
  guint8 bytes[];
};

struct HsBytePool
{
  gatomicrefcount references; /* the owner's, and one for each buffer that is out */
  gsize buffer_bytes;
  GMutex lock;
  Buffer *free;
};

HsBytePool *
hs_byte_pool_new (gsize buffer_bytes)
{
  HsBytePool *pool = g_new0 (HsBytePool, 1);

  g_atomic_ref_count_init (&pool->references);
  pool->buffer_bytes = buffer_bytes;
  g_mutex_init (&pool->lock);
  return pool;
}

void
hs_byte_pool_unref (HsBytePool *pool)
{
  if (pool == NULL || !g_atomic_ref_count_dec (&pool->references))
    return;
  while (pool->free != NULL)
    {
      Buffer *buffer = pool->free;
      pool->free = buffer->next;
      hs_secret_bytes_wipe (buffer->bytes, buffer->used_bytes);
      g_free (buffer);
    }
  g_mutex_clear (&pool->lock);
  g_free (pool);
}

guint8 *
hs_byte_pool_take (HsBytePool *pool)
{
  g_mutex_lock (&pool->lock);
  Buffer *buffer = pool->free;
  if (buffer != NULL)
    pool->free = buffer->next;
  g_mutex_unlock (&pool->lock);
  if (buffer == NULL)
    {
      buffer = g_malloc (sizeof *buffer + pool->buffer_bytes);
      buffer->pool = pool;
      buffer->used_bytes = 0;
    }
  g_atomic_ref_count_inc (&pool->references);
  return buffer->bytes;
}

static void
give_back (gpointer data)
{
  Buffer *buffer = data;
  HsBytePool *pool = buffer->pool;

  g_mutex_lock (&pool->lock);
  buffer->next = pool->free;
  pool->free = buffer;
  g_mutex_unlock (&pool->lock);
  hs_byte_pool_unref (pool);
}

GBytes *
hs_byte_pool_pack (HsBytePool *pool, guint8 *bytes, gsize length)
{
  Buffer *buffer = (Buffer *)(gpointer)(bytes - G_STRUCT_OFFSET (Buffer, bytes));

  g_return_val_if_fail (length <= pool->buffer_bytes, NULL);
  buffer->used_bytes = MAX (buffer->used_bytes, length);
  return g_bytes_new_with_free_func (bytes, length, give_back, buffer);
}
