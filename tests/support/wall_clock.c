/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* A wall clock that jumps while a program runs (wall_clock.py): preloaded, it adds the seconds that the file
 * $HOMESPOOL_TEST_CLOCK holds (a native 64-bit number) to the time of day. Other clocks stay. */

#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static const volatile int64_t *offset_s;

__attribute__ ((constructor)) static void
open_clock (void)
{
  const char *path = getenv ("HOMESPOOL_TEST_CLOCK");
  int file = path != NULL ? open (path, O_RDONLY | O_CLOEXEC) : -1;
  void *place
      = file >= 0 ? mmap (NULL, sizeof *offset_s, PROT_READ, MAP_SHARED, file, 0) : MAP_FAILED;

  if (file >= 0)
    close (file);
  if (place != MAP_FAILED)
    offset_s = place;
}

int
clock_gettime (clockid_t clock, struct timespec *time)
{
  int result = (int)syscall (SYS_clock_gettime, clock, time);

  if (result == 0 && offset_s != NULL
      && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
    time->tv_sec += *offset_s;
  return result;
}

int
gettimeofday (struct timeval *restrict time, void *restrict zone)
{
  struct timespec now;

  (void)zone; /* nobody has used one for decades */

  if (clock_gettime (CLOCK_REALTIME, &now) != 0)
    return -1;
  time->tv_sec = now.tv_sec;
  time->tv_usec = now.tv_nsec / 1000;
  return 0;
}

time_t
time (time_t *result)
{
  struct timespec now;

  if (clock_gettime (CLOCK_REALTIME, &now) != 0)
    return -1;
  if (result != NULL)
    *result = now.tv_sec;
  return now.tv_sec;
}
