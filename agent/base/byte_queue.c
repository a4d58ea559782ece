/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* A bounded queue of bytes between the main context and a worker. */

#include "base/byte_queue.h"

struct HsByteQueue
{
  gatomicrefcount references;
  gsize limit_bytes;
  GMainContext *context;

  GMutex lock;
  GCond changed;
  GQueue chunks; /* element-type GBytes */
  gsize queued_bytes;
  gboolean was_full; /* a push answered FALSE and no notification has gone out since */
  gboolean ended;
  gboolean closed;
  GError *failure;

  HsByteQueueNotify notify;
  gpointer notify_data;
  gboolean notify_on_its_way;
};

HsByteQueue *
hs_byte_queue_new (gsize limit_bytes, GMainContext *context)
{
  HsByteQueue *queue = g_new0 (HsByteQueue, 1);

  g_atomic_ref_count_init (&queue->references);
  queue->limit_bytes = limit_bytes;
  queue->context = g_main_context_ref (context != NULL ? context : g_main_context_default ());
  g_mutex_init (&queue->lock);
  g_cond_init (&queue->changed);
  g_queue_init (&queue->chunks);
  return queue;
}

HsByteQueue *
hs_byte_queue_ref (HsByteQueue *queue)
{
  g_atomic_ref_count_inc (&queue->references);
  return queue;
}

void
hs_byte_queue_unref (HsByteQueue *queue)
{
  if (queue == NULL || !g_atomic_ref_count_dec (&queue->references))
    return;
  g_queue_clear_full (&queue->chunks, (GDestroyNotify)g_bytes_unref);
  g_clear_error (&queue->failure);
  g_main_context_unref (queue->context);
  g_cond_clear (&queue->changed);
  g_mutex_clear (&queue->lock);
  g_free (queue);
}

static gboolean
on_notify (gpointer data)
{
  HsByteQueue *queue = data;

  g_mutex_lock (&queue->lock);
  HsByteQueueNotify notify = queue->notify;
  gpointer notify_data = queue->notify_data;
  queue->notify_on_its_way = FALSE;
  g_mutex_unlock (&queue->lock);
  if (notify != NULL)
    notify (queue, notify_data);
  return G_SOURCE_REMOVE;
}

/* With the lock held. */
static void
wake_with_lock (HsByteQueue *queue)
{
  g_cond_broadcast (&queue->changed);
  if (queue->notify == NULL || queue->notify_on_its_way)
    return;
  queue->notify_on_its_way = TRUE;
  GSource *source = g_idle_source_new ();
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, on_notify, hs_byte_queue_ref (queue),
                         (GDestroyNotify)hs_byte_queue_unref);
  g_source_attach (source, queue->context);
  g_source_unref (source);
}

void
hs_byte_queue_set_notify (HsByteQueue *queue, HsByteQueueNotify notify, gpointer user_data)
{
  g_mutex_lock (&queue->lock);
  queue->notify = notify;
  queue->notify_data = user_data;
  /* Whatever happened before there was somebody to tell. */
  if (queue->chunks.length > 0 || queue->ended || queue->closed)
    wake_with_lock (queue);
  g_mutex_unlock (&queue->lock);
}

/* With the lock held. */
static gboolean
push_with_lock (HsByteQueue *queue, GBytes *bytes)
{
  if (queue->closed || queue->ended)
    return TRUE;
  gboolean was_empty = queue->chunks.length == 0;
  g_queue_push_tail (&queue->chunks, g_bytes_ref (bytes));
  queue->queued_bytes += g_bytes_get_size (bytes);
  if (was_empty)
    wake_with_lock (queue);
  if (queue->queued_bytes < queue->limit_bytes)
    return TRUE;
  queue->was_full = TRUE;
  return FALSE;
}

gboolean
hs_byte_queue_push (HsByteQueue *queue, GBytes *bytes)
{
  g_mutex_lock (&queue->lock);
  gboolean room = push_with_lock (queue, bytes);
  g_mutex_unlock (&queue->lock);
  return room;
}

gboolean
hs_byte_queue_push_wait (HsByteQueue *queue, GBytes *bytes)
{
  g_mutex_lock (&queue->lock);
  while (queue->queued_bytes >= queue->limit_bytes && !queue->closed)
    g_cond_wait (&queue->changed, &queue->lock);
  gboolean wanted = !queue->closed;
  if (wanted)
    push_with_lock (queue, bytes);
  g_mutex_unlock (&queue->lock);
  return wanted;
}

void
hs_byte_queue_complete (HsByteQueue *queue)
{
  hs_byte_queue_fail (queue, NULL);
}

void
hs_byte_queue_fail (HsByteQueue *queue, const GError *error)
{
  g_mutex_lock (&queue->lock);
  if (!queue->ended)
    {
      queue->ended = TRUE;
      queue->failure = error != NULL ? g_error_copy (error) : NULL;
      wake_with_lock (queue);
    }
  g_mutex_unlock (&queue->lock);
}

/* With the lock held. */
static HsByteQueuePull
pull_with_lock (HsByteQueue *queue, GBytes **bytes, GError **error)
{
  GBytes *chunk = g_queue_pop_head (&queue->chunks);

  if (chunk != NULL)
    {
      queue->queued_bytes -= g_bytes_get_size (chunk);
      if (queue->was_full && queue->queued_bytes <= queue->limit_bytes / 2)
        {
          queue->was_full = FALSE;
          wake_with_lock (queue);
        }
      *bytes = chunk;
      return HS_BYTE_QUEUE_BYTES;
    }
  if (!queue->ended)
    return HS_BYTE_QUEUE_EMPTY;
  if (queue->failure == NULL)
    return HS_BYTE_QUEUE_END;
  g_propagate_error (error, g_error_copy (queue->failure));
  return HS_BYTE_QUEUE_FAILED;
}

HsByteQueuePull
hs_byte_queue_pull (HsByteQueue *queue, GBytes **bytes, GError **error)
{
  g_mutex_lock (&queue->lock);
  HsByteQueuePull pull = pull_with_lock (queue, bytes, error);
  g_mutex_unlock (&queue->lock);
  return pull;
}

HsByteQueuePull
hs_byte_queue_pull_wait (HsByteQueue *queue, GBytes **bytes, GError **error)
{
  g_mutex_lock (&queue->lock);
  while (queue->chunks.length == 0 && !queue->ended)
    g_cond_wait (&queue->changed, &queue->lock);
  HsByteQueuePull pull = pull_with_lock (queue, bytes, error);
  g_mutex_unlock (&queue->lock);
  return pull;
}

void
hs_byte_queue_close (HsByteQueue *queue)
{
  g_mutex_lock (&queue->lock);
  if (!queue->closed)
    {
      queue->closed = TRUE;
      g_queue_clear_full (&queue->chunks, (GDestroyNotify)g_bytes_unref);
      queue->queued_bytes = 0;
      wake_with_lock (queue);
    }
  g_mutex_unlock (&queue->lock);
}

gboolean
hs_byte_queue_is_closed (HsByteQueue *queue)
{
  g_mutex_lock (&queue->lock);
  gboolean closed = queue->closed;
  g_mutex_unlock (&queue->lock);
  return closed;
}
