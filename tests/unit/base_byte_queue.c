/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

#include "base/byte_queue.h"
#include "base/error.h"
#include "support/loop.h"
#include "support/suite.h"

#define TOTAL_BYTES (8 * 1024 * 1024)
#define CHUNK_BYTES 5000

static GBytes *
chunk_at (gsize offset, gsize length)
{
  guint8 *bytes = g_malloc (length);
  for (gsize i = 0; i < length; i++)
    bytes[i] = (guint8)((offset + i) * 31 >> 3);
  return g_bytes_new_take (bytes, length);
}

static gpointer
pull_all (gpointer data)
{
  HsByteQueue *queue = data;
  gsize *total = g_new0 (gsize, 1);

  while (TRUE)
    {
      g_autoptr (GBytes) bytes = NULL;
      g_autoptr (GError) error = NULL;
      if (hs_byte_queue_pull_wait (queue, &bytes, &error) != HS_BYTE_QUEUE_BYTES)
        return total;
      g_autoptr (GBytes) expected = chunk_at (*total, g_bytes_get_size (bytes));
      if (!g_bytes_equal (bytes, expected))
        return total;
      *total += g_bytes_get_size (bytes);
    }
}

static void
count_notification (HsByteQueue *queue, gpointer user_data)
{
  (*(guint *)user_data)++;
}

static void
a_body_reaches_the_worker_whole_and_in_order_within_the_bound (void)
{
  g_autoptr (HsByteQueue) queue = hs_byte_queue_new (64 * 1024, NULL);
  guint notified = 0;
  hs_byte_queue_set_notify (queue, count_notification, &notified);
  GThread *worker = g_thread_new ("pull", pull_all, queue);

  for (gsize offset = 0; offset < TOTAL_BYTES; offset += CHUNK_BYTES)
    {
      g_autoptr (GBytes) bytes = chunk_at (offset, MIN (CHUNK_BYTES, TOTAL_BYTES - offset));
      guint before = notified;
      if (!hs_byte_queue_push (queue, bytes))
        HS_LOOP_UNTIL (notified > before);
    }
  hs_byte_queue_complete (queue);
  g_autofree gsize *total = g_thread_join (worker);
  HS_ASSERT_INT_EQ (*total, TOTAL_BYTES);
  HS_ASSERT (notified > 1);
  hs_byte_queue_set_notify (queue, NULL, NULL);
}

static gpointer
push_all (gpointer data)
{
  HsByteQueue *queue = data;
  gsize offset = 0;

  for (; offset < TOTAL_BYTES; offset += CHUNK_BYTES)
    {
      g_autoptr (GBytes) bytes = chunk_at (offset, MIN (CHUNK_BYTES, TOTAL_BYTES - offset));
      if (!hs_byte_queue_push_wait (queue, bytes))
        return GSIZE_TO_POINTER (offset);
    }
  hs_byte_queue_complete (queue);
  return GSIZE_TO_POINTER (offset);
}

static void
a_document_reaches_the_main_context_whole_and_in_order (void)
{
  g_autoptr (HsByteQueue) queue = hs_byte_queue_new (64 * 1024, NULL);
  guint notified = 0;
  gsize total = 0;
  gboolean over = FALSE;
  hs_byte_queue_set_notify (queue, count_notification, &notified);
  GThread *worker = g_thread_new ("push", push_all, queue);

  while (!over)
    {
      g_autoptr (GBytes) bytes = NULL;
      guint before = notified;
      switch (hs_byte_queue_pull (queue, &bytes, NULL))
        {
        case HS_BYTE_QUEUE_BYTES:
          {
            g_autoptr (GBytes) expected = chunk_at (total, g_bytes_get_size (bytes));
            HS_ASSERT (g_bytes_equal (bytes, expected));
            total += g_bytes_get_size (bytes);
            break;
          }
        case HS_BYTE_QUEUE_EMPTY:
          HS_LOOP_UNTIL (notified > before || total == TOTAL_BYTES);
          break;
        case HS_BYTE_QUEUE_END:
        case HS_BYTE_QUEUE_FAILED:
          over = TRUE;
          break;
        }
    }
  g_thread_join (worker);
  HS_ASSERT_INT_EQ (total, TOTAL_BYTES);
  hs_byte_queue_set_notify (queue, NULL, NULL);
}

static void
closing_frees_a_pusher_that_waits (void)
{
  g_autoptr (HsByteQueue) queue = hs_byte_queue_new (1, NULL);
  GThread *worker = g_thread_new ("push", push_all, queue);

  hs_byte_queue_close (queue);
  HS_ASSERT (GPOINTER_TO_SIZE (g_thread_join (worker)) <= CHUNK_BYTES);
  HS_ASSERT (hs_byte_queue_is_closed (queue));
}

static void
a_failure_comes_after_the_bytes_before_it (void)
{
  g_autoptr (HsByteQueue) queue = hs_byte_queue_new (10, NULL);
  g_autoptr (GBytes) bytes = g_bytes_new_static ("abc", 3);
  g_autoptr (GBytes) pulled = NULL;
  g_autoptr (GError) cause = g_error_new_literal (HS_ERROR, HS_ERROR_CORRUPT, "damaged");
  g_autoptr (GError) error = NULL;

  hs_byte_queue_push (queue, bytes);
  hs_byte_queue_fail (queue, cause);
  hs_byte_queue_complete (queue);
  HS_ASSERT_INT_EQ (hs_byte_queue_pull (queue, &pulled, &error), HS_BYTE_QUEUE_BYTES);
  HS_ASSERT_INT_EQ (hs_byte_queue_pull (queue, &pulled, &error), HS_BYTE_QUEUE_FAILED);
  HS_ASSERT_ERROR (error, HS_ERROR_CORRUPT);
}

HS_SUITE ("byte queue",
          { "a body reaches the worker whole and in order within the bound",
            a_body_reaches_the_worker_whole_and_in_order_within_the_bound },
          { "a document reaches the main context whole and in order",
            a_document_reaches_the_main_context_whole_and_in_order },
          { "closing frees a pusher that waits", closing_frees_a_pusher_that_waits },
          { "a failure comes after the bytes before it",
            a_failure_comes_after_the_bytes_before_it })
