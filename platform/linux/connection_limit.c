/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* An end for a foreign connection: a thread that waits, and shutdown(2). */

#include "platform/connection_limit.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

struct HsConnectionLimit
{
  int fd; /* a duplicate: the number of the original may be given away after it was closed */
  gint64 end_us;
  GMutex mutex;
  GCond changed;
  gboolean is_over;
  GThread *thread;
};

static gpointer
watch (gpointer data)
{
  HsConnectionLimit *limit = data;

  g_mutex_lock (&limit->mutex);
  while (!limit->is_over && g_cond_wait_until (&limit->changed, &limit->mutex, limit->end_us))
    ;
  if (!limit->is_over)
    shutdown (limit->fd, SHUT_RDWR);
  g_mutex_unlock (&limit->mutex);
  return NULL;
}

HsConnectionLimit *
hs_connection_limit_new (int fd, guint limit_ms)
{
  HsConnectionLimit *limit = g_new0 (HsConnectionLimit, 1);

  limit->fd = fcntl (fd, F_DUPFD_CLOEXEC, 3);
  limit->end_us = g_get_monotonic_time () + (gint64)limit_ms * G_TIME_SPAN_MILLISECOND;
  g_mutex_init (&limit->mutex);
  g_cond_init (&limit->changed);
  limit->thread = limit->fd >= 0 ? g_thread_try_new ("connection-limit", watch, limit, NULL) : NULL;
  if (limit->thread == NULL)
    g_clear_pointer (&limit, hs_connection_limit_free);
  return limit;
}

void
hs_connection_limit_free (HsConnectionLimit *limit)
{
  if (limit == NULL)
    return;
  g_mutex_lock (&limit->mutex);
  limit->is_over = TRUE;
  g_cond_signal (&limit->changed);
  g_mutex_unlock (&limit->mutex);
  if (limit->thread != NULL)
    g_thread_join (limit->thread);
  if (limit->fd >= 0)
    close (limit->fd);
  g_cond_clear (&limit->changed);
  g_mutex_clear (&limit->mutex);
  g_free (limit);
}
