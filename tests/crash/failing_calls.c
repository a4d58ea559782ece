/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* System calls that fail, or kill, when they are told to. */

#include "crash/failing_calls.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static const char *folder; /* NULL = not armed */
static guint wanted;
static HsCallFault kind;
static HsCallReport *report;

static const char *const keywords[HS_CALL_N_FAULTS] = {
  [HS_CALL_FAULT_KILL] = "kill",     [HS_CALL_FAULT_EIO] = "EIO",
  [HS_CALL_FAULT_ENOSPC] = "ENOSPC", [HS_CALL_FAULT_EINTR] = "EINTR",
  [HS_CALL_FAULT_SHORT] = "short",
};

const char *
hs_call_fault_to_keyword (HsCallFault fault)
{
  return keywords[fault];
}

void
hs_failing_calls_arm (const char *below, guint nth, HsCallFault fault, HsCallReport *place)
{
  wanted = nth;
  kind = fault;
  report = place;
  g_atomic_pointer_set (&folder, below);
}

void
hs_failing_calls_disarm (void)
{
  g_atomic_pointer_set (&folder, NULL);
}

/* ── which calls ─────────────────────────────────────────────────────────────────────────── */

static gboolean
is_below (const char *path)
{
  const char *armed = g_atomic_pointer_get (&folder);
  gsize length = armed == NULL ? 0 : strlen (armed);

  return armed != NULL && strncmp (path, armed, length) == 0
         && (path[length] == '/' || path[length] == '\0') && !g_str_has_suffix (path, ".log")
         && !g_str_has_suffix (path, "/promises");
}

static gboolean
is_fd_below (int fd)
{
  char name[64], path[512];
  ssize_t length;

  if (g_atomic_pointer_get (&folder) == NULL)
    return FALSE;
  snprintf (name, sizeof name, "/proc/self/fd/%d", fd);
  length = readlink (name, path, sizeof path - 1);
  if (length <= 0 || path[0] != '/')
    return FALSE;
  path[length] = '\0';
  return is_below (path);
}

static gboolean
is_place_below (int at, const char *path)
{
  return path[0] == '/' ? is_below (path) : at != AT_FDCWD && is_fd_below (at);
}

/* TRUE: this is the call, and its fault is not to kill. */
static gboolean
meets (const char *name)
{
  if ((guint)g_atomic_int_add (&report->calls, 1) + 1 != wanted)
    return FALSE;
  g_strlcpy (report->name, name, sizeof report->name);
  g_atomic_int_set (&report->fired, 1);
  if (kind == HS_CALL_FAULT_KILL)
    kill (getpid (), SIGKILL);
  return TRUE;
}

/* TRUE: the call fails, errno is set. */
static gboolean
fails (const char *name)
{
  if (!meets (name) || kind == HS_CALL_FAULT_SHORT)
    return FALSE;
  errno = kind == HS_CALL_FAULT_EIO ? EIO : kind == HS_CALL_FAULT_ENOSPC ? ENOSPC : EINTR;
  return TRUE;
}

/* The same for a transfer of *length bytes, which may become fewer. */
static gboolean
transfer_fails (const char *name, gsize *length)
{
  if (!meets (name))
    return FALSE;
  if (kind == HS_CALL_FAULT_SHORT)
    {
      *length = *length > 1 ? *length / 2 : *length;
      return FALSE;
    }
  errno = kind == HS_CALL_FAULT_EIO ? EIO : kind == HS_CALL_FAULT_ENOSPC ? ENOSPC : EINTR;
  return TRUE;
}

/* ── the calls ───────────────────────────────────────────────────────────────────────────── */

/* Under names of our own in C, so that the headers' own redirections do not matter. */
int failing_openat (int at, const char *path, int flags, ...) __asm__("openat");
int failing_openat64 (int at, const char *path, int flags, ...) __asm__("openat64");
int failing_open (const char *path, int flags, ...) __asm__("open");
int failing_open64 (const char *path, int flags, ...) __asm__("open64");
ssize_t failing_write (int fd, const void *bytes, size_t length) __asm__("write");
ssize_t failing_pwrite64 (int fd, const void *bytes, size_t length, off_t at) __asm__("pwrite64");
ssize_t failing_pwrite (int fd, const void *bytes, size_t length, off_t at) __asm__("pwrite");
ssize_t failing_read (int fd, void *bytes, size_t length) __asm__("read");
ssize_t failing_pread64 (int fd, void *bytes, size_t length, off_t at) __asm__("pread64");
ssize_t failing_pread (int fd, void *bytes, size_t length, off_t at) __asm__("pread");
int failing_fsync (int fd) __asm__("fsync");
int failing_fdatasync (int fd) __asm__("fdatasync");
int failing_ftruncate (int fd, off_t length) __asm__("ftruncate");
int failing_ftruncate64 (int fd, off_t length) __asm__("ftruncate64");
int failing_renameat2 (int from, const char *old, int to, const char *new, unsigned flags) __asm__(
    "renameat2");
int failing_renameat (int from, const char *old, int to, const char *new) __asm__("renameat");
int failing_rename (const char *old, const char *new) __asm__("rename");
int failing_unlinkat (int at, const char *path, int flags) __asm__("unlinkat");
int failing_unlink (const char *path) __asm__("unlink");
int failing_mkdir (const char *path, mode_t mode) __asm__("mkdir");

static int
open_place (int at, const char *path, int flags, mode_t mode)
{
  if (is_place_below (at, path) && fails ("open"))
    return -1;
  return (int)syscall (SYS_openat, at, path, flags, mode);
}

#define OPEN_BODY(at)                                                                              \
  mode_t mode = 0;                                                                                 \
  if (flags & (O_CREAT | O_TMPFILE))                                                               \
    {                                                                                              \
      va_list rest;                                                                                \
      va_start (rest, flags);                                                                      \
      mode = (mode_t)va_arg (rest, int);                                                           \
      va_end (rest);                                                                               \
    }                                                                                              \
  return open_place (at, path, flags, mode);

int
failing_openat (int at, const char *path, int flags, ...)
{
  OPEN_BODY (at)
}

int
failing_openat64 (int at, const char *path, int flags, ...)
{
  OPEN_BODY (at)
}

int
failing_open (const char *path, int flags, ...)
{
  OPEN_BODY (AT_FDCWD)
}

int
failing_open64 (const char *path, int flags, ...){ OPEN_BODY (AT_FDCWD) }

ssize_t failing_write (int fd, const void *bytes, size_t length)
{
  if (is_fd_below (fd) && transfer_fails ("write", &length))
    return -1;
  return syscall (SYS_write, fd, bytes, length);
}

ssize_t
failing_pwrite64 (int fd, const void *bytes, size_t length, off_t at)
{
  if (is_fd_below (fd) && transfer_fails ("pwrite", &length))
    return -1;
  return syscall (SYS_pwrite64, fd, bytes, length, at);
}

ssize_t
failing_pwrite (int fd, const void *bytes, size_t length, off_t at)
{
  return failing_pwrite64 (fd, bytes, length, at);
}

ssize_t
failing_read (int fd, void *bytes, size_t length)
{
  if (is_fd_below (fd) && transfer_fails ("read", &length))
    return -1;
  return syscall (SYS_read, fd, bytes, length);
}

ssize_t
failing_pread64 (int fd, void *bytes, size_t length, off_t at)
{
  if (is_fd_below (fd) && transfer_fails ("pread", &length))
    return -1;
  return syscall (SYS_pread64, fd, bytes, length, at);
}

ssize_t
failing_pread (int fd, void *bytes, size_t length, off_t at)
{
  return failing_pread64 (fd, bytes, length, at);
}

int
failing_fsync (int fd)
{
  if (is_fd_below (fd) && fails ("fsync"))
    return -1;
  return (int)syscall (SYS_fsync, fd);
}

int
failing_fdatasync (int fd)
{
  if (is_fd_below (fd) && fails ("fdatasync"))
    return -1;
  return (int)syscall (SYS_fdatasync, fd);
}

int
failing_ftruncate (int fd, off_t length)
{
  if (is_fd_below (fd) && fails ("ftruncate"))
    return -1;
  return (int)syscall (SYS_ftruncate, fd, length);
}

int
failing_ftruncate64 (int fd, off_t length)
{
  return failing_ftruncate (fd, length);
}

int
failing_renameat2 (int from, const char *old, int to, const char *new, unsigned flags)
{
  if (is_place_below (from, old) && fails ("rename"))
    return -1;
  return (int)syscall (SYS_renameat2, from, old, to, new, flags);
}

int
failing_renameat (int from, const char *old, int to, const char *new)
{
  return failing_renameat2 (from, old, to, new, 0);
}

int
failing_rename (const char *old, const char *new)
{
  return failing_renameat2 (AT_FDCWD, old, AT_FDCWD, new, 0);
}

int
failing_unlinkat (int at, const char *path, int flags)
{
  if (is_place_below (at, path) && fails ("unlink"))
    return -1;
  return (int)syscall (SYS_unlinkat, at, path, flags);
}

int
failing_unlink (const char *path)
{
  return failing_unlinkat (AT_FDCWD, path, 0);
}

int
failing_mkdir (const char *path, mode_t mode)
{
  if (is_below (path) && fails ("mkdir"))
    return -1;
  return (int)syscall (SYS_mkdirat, AT_FDCWD, path, mode);
}
