/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Loaded before libfaketime (wall_clock.py): that library takes every absolute timer for one of the time
 * of day, so that one of the boot clock would fire hours too early, for ever. This hands them on as
 * they are. */

#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <unistd.h>

__attribute__ ((visibility ("default"))) int
timerfd_settime (int fd, int flags, const struct itimerspec *new_value, struct itimerspec *old_value)
{
  return (int)syscall (SYS_timerfd_settime, fd, flags, new_value, old_value);
}
