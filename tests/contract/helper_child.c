/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The program that the tests of helper_process and sandbox start: it does one thing, named by its
 * first argument, and reports in a frame of text. */

#include "platform/helper_child.h"
#include "platform/helper_process.h"
#include "platform/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static int
report (const char *text)
{
  return hs_helper_child_send (text, strlen (text)) ? 0 : 1;
}

/* "blocked" if the call failed with EPERM or EACCES, else what happened. */
static int
report_attempt (long result)
{
  g_autofree char *text = g_strdup_printf ("result %ld, %s", result, strerror (errno));

  if (result < 0 && (errno == EPERM || errno == EACCES))
    return report ("blocked");
  return report (text);
}

/* ── what a helper is given ──────────────────────────────────────────────────────────────── */

static int
echo (void)
{
  GBytes *frame;

  while ((frame = hs_helper_child_receive ()) != NULL)
    {
      gsize length;
      const void *bytes = g_bytes_get_data (frame, &length);
      if (!hs_helper_child_send (bytes, length))
        return 1;
      g_bytes_unref (frame);
    }
  return 0;
}

static int
report_belongings (void)
{
  g_autoptr (GString) text = g_string_new ("descriptors");
  struct rlimit memory;
  struct rlimit processor;
  guint variables = 0;

  for (int descriptor = 0; descriptor < 1024; descriptor++)
    if (fcntl (descriptor, F_GETFD) >= 0)
      g_string_append_printf (text, " %d", descriptor);
  while (environ[variables] != NULL)
    variables++;
  getrlimit (RLIMIT_AS, &memory);
  getrlimit (RLIMIT_CPU, &processor);
  g_string_append_printf (text, "; variables %u; memory %lu; processor %lu; privileges %d",
                          variables, memory.rlim_cur, processor.rlim_cur,
                          prctl (PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0));
  return report (text->str);
}

static int
report_priority (void)
{
  g_autofree char *text
      = g_strdup_printf ("nice %d, %s", getpriority (PRIO_PROCESS, 0),
                         sched_getscheduler (0) == SCHED_BATCH ? "batch" : "ordinary");

  return report (text);
}

static int
take_memory (void)
{
  gsize taken = 0;

  /* Touched, so that it is real. */
  for (;;)
    {
      char *block = malloc (1024 * 1024);
      if (block == NULL)
        break;
      memset (block, 1, 1024 * 1024);
      taken++;
    }
  g_autofree char *text = g_strdup_printf ("%zu MiB", taken);
  return report (text);
}

static int
loop (void)
{
  volatile gboolean goes_on = TRUE;

  while (goes_on)
    ;
  return 0;
}

static int
wait_for_ever (void)
{
  while (pause () < 0)
    ;
  return 0;
}

static int
send_too_much (void)
{
  guint32 length = GUINT32_TO_BE (HS_HELPER_FRAME_MAX_BYTES + 1);

  return write (STDOUT_FILENO, &length, sizeof length) == sizeof length ? wait_for_ever () : 1;
}

static int
send_half (void)
{
  return write (STDOUT_FILENO, "\0\0\0\11half", 8) == 8 ? 0 : 1;
}

/* ── inside the sandbox ──────────────────────────────────────────────────────────────────── */

static int
try_socket (const char *place)
{
  return report_attempt (socket (AF_INET, SOCK_STREAM, 0));
}

static int
try_unix_socket (const char *place)
{
  return report_attempt (socket (AF_UNIX, SOCK_STREAM, 0));
}

static int
try_open_elsewhere (const char *place)
{
  return report_attempt (open ("/etc/passwd", O_RDONLY));
}

static int
try_open_by_climbing (const char *place)
{
  g_autofree char *path = g_strconcat (place, "/../../../../../../etc/passwd", NULL);

  return report_attempt (open (path, O_RDONLY));
}

static int
try_open_granted (const char *place)
{
  g_autofree char *path = g_build_filename (place, "font", NULL);
  char text[8] = "";
  int descriptor = open (path, O_RDONLY | O_CLOEXEC);

  if (descriptor < 0 || read (descriptor, text, 4) != 4)
    return report_attempt (-1);
  return report (text);
}

static int
try_write_granted (const char *place)
{
  g_autofree char *path = g_build_filename (place, "font", NULL);

  return report_attempt (open (path, O_RDWR));
}

static int
try_make_file (const char *place)
{
  g_autofree char *path = g_build_filename (place, "new", NULL);

  return report_attempt (open (path, O_WRONLY | O_CREAT, 0600));
}

static int
try_remove (const char *place)
{
  g_autofree char *path = g_build_filename (place, "font", NULL);

  return report_attempt (unlink (path));
}

static int
try_fork (const char *place)
{
  pid_t child = fork ();

  if (child == 0)
    _exit (0);
  return report_attempt (child);
}

static int
try_thread (const char *place)
{
  return report_attempt (syscall (SYS_clone, 0x00000f00, NULL, NULL, NULL, NULL));
}

static int
try_exec (const char *place)
{
  execl ("/bin/true", "true", NULL);
  return report_attempt (-1);
}

static int
try_trace (const char *place)
{
  return report_attempt (ptrace (PTRACE_ATTACH, getppid (), NULL, NULL));
}

static int
try_kill (const char *place)
{
  return report_attempt (kill (getppid (), 0));
}

static int
try_code (const char *place)
{
  void *memory = mmap (NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

  if (memory == MAP_FAILED)
    return report ("no memory at all");
  return report_attempt (mprotect (memory, 4096, PROT_READ | PROT_EXEC));
}

static int
try_limits (const char *place)
{
  const struct rlimit more = { RLIM_INFINITY, RLIM_INFINITY };

  return report_attempt (setrlimit (RLIMIT_CPU, &more));
}

static int
try_namespace (const char *place)
{
  return report_attempt (syscall (SYS_unshare, 0x10000000));
}

static int
try_memory (const char *place)
{
  return take_memory ();
}

static int
try_loop (const char *place)
{
  return loop ();
}

static int
compute (const char *place)
{
  guint8 random;

  return report (syscall (SYS_getrandom, &random, 1, 0) == 1 && g_get_monotonic_time () > 0
                     ? "computed"
                     : "cannot even compute");
}

static int
in_sandbox (const char *attempt, const char *place)
{
  static const struct
  {
    const char *name;
    int (*run) (const char *place);
  } attempts[] = {
    { "socket", try_socket },
    { "unix-socket", try_unix_socket },
    { "open-elsewhere", try_open_elsewhere },
    { "open-by-climbing", try_open_by_climbing },
    { "open-granted", try_open_granted },
    { "write-granted", try_write_granted },
    { "make-file", try_make_file },
    { "remove", try_remove },
    { "fork", try_fork },
    { "thread", try_thread },
    { "exec", try_exec },
    { "trace", try_trace },
    { "kill", try_kill },
    { "code", try_code },
    { "limits", try_limits },
    { "namespace", try_namespace },
    { "memory", try_memory },
    { "loop", try_loop },
    { "compute", compute },
  };
  const char *const readable[] = { place, "/no/such/folder", NULL };
  const HsSandboxPlan plan = { .memory_bytes = 256u * 1024 * 1024,
                               .cpu_seconds = 1,
                               .readable = place != NULL ? readable : NULL };
  g_autoptr (GError) error = NULL;
  HsSandboxFiles files;

  if (!hs_sandbox_enter (&plan, &files, &error))
    return report (error->message);
  if (g_str_equal (attempt, "files"))
    return report (files == HS_SANDBOX_READABLE ? "readable" : "closed");
  for (gsize i = 0; i < G_N_ELEMENTS (attempts); i++)
    if (g_str_equal (attempt, attempts[i].name))
      return attempts[i].run (place);
  return report ("no such attempt");
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *name;
    int (*run) (void);
  } things[] = {
    { "echo", echo },      { "belongings", report_belongings }, { "memory", take_memory },
    { "loop", loop },      { "wait", wait_for_ever },           { "too-much", send_too_much },
    { "half", send_half }, { "priority", report_priority },
  };

  if (argc >= 3 && g_str_equal (argv[1], "sandbox"))
    return in_sandbox (argv[2], argc > 3 ? argv[3] : NULL);
  for (gsize i = 0; argc == 2 && i < G_N_ELEMENTS (things); i++)
    if (g_str_equal (argv[1], things[i].name))
      return things[i].run ();
  return 2;
}
