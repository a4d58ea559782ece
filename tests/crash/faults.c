/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Planted mistakes. The program is linked with --wrap=fsync, so the two about syncing sit between
 * the real platform code and the system. */

#include "crash/faults.h"

#include <sys/stat.h>

#ifndef HS_CRASH_FAULT
#define HS_CRASH_FAULT HS_CRASH_NO_FAULT
#endif

const HsCrashFault hs_crash_fault = HS_CRASH_FAULT;

int __real_fsync (int fd);
int __wrap_fsync (int fd);

int
__wrap_fsync (int fd)
{
  struct stat status;

  if (fstat (fd, &status) != 0)
    return -1;
  if (hs_crash_fault == HS_CRASH_NO_FILE_SYNC && S_ISREG (status.st_mode))
    return 0;
  if (hs_crash_fault == HS_CRASH_NO_FOLDER_SYNC && S_ISDIR (status.st_mode))
    return 0;
  return __real_fsync (fd);
}
