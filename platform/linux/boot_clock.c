/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* CLOCK_BOOTTIME through a timerfd: unlike a poll timeout it counts while the machine sleeps. */

#include "platform/boot_clock.h"

#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

typedef struct
{
  GSource source;
  int fd; /* -1: no timerfd could be had, the GLib timer stands in */
} TimerSource;

gint64
hs_boot_clock_now_us (void)
{
  struct timespec now = { 0 };

  (void)clock_gettime (CLOCK_BOOTTIME, &now);
  return (gint64)now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

static gboolean
timer_dispatch (GSource *source, GSourceFunc callback, gpointer user_data)
{
  if (callback != NULL)
    (void)callback (user_data);
  return G_SOURCE_REMOVE;
}

static void
timer_finalize (GSource *source)
{
  TimerSource *timer = (TimerSource *)source;

  if (timer->fd >= 0)
    (void)close (timer->fd);
}

static GSourceFuncs timer_funcs = { NULL, NULL, timer_dispatch, timer_finalize, NULL, NULL };

GSource *
hs_boot_clock_source_new (gint64 at_us)
{
  GSource *source = g_source_new (&timer_funcs, sizeof (TimerSource));
  TimerSource *timer = (TimerSource *)source;
  /* An all-zero time would disarm the timer; a moment long past fires at once. */
  struct itimerspec when = { .it_value = { .tv_nsec = 1 } };

  if (at_us > 0)
    {
      when.it_value.tv_sec = at_us / G_USEC_PER_SEC;
      when.it_value.tv_nsec = at_us % G_USEC_PER_SEC * 1000 + 1;
    }
  g_source_set_static_name (source, "boot clock");
  timer->fd = timerfd_create (CLOCK_BOOTTIME, TFD_CLOEXEC | TFD_NONBLOCK);
  if (timer->fd >= 0 && timerfd_settime (timer->fd, TFD_TIMER_ABSTIME, &when, NULL) == 0)
    g_source_add_unix_fd (source, timer->fd, G_IO_IN);
  else
    g_source_set_ready_time (source,
                             g_get_monotonic_time () + MAX (0, at_us - hs_boot_clock_now_us ()));
  return source;
}
