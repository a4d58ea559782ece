/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Helpers on Linux. The two pipes are one socket pair: writing to a helper that died is then an
 * error and not a signal. Whoever frees the helper kills it by its own pid, which stays its own
 * until we reap it. */

#include "platform/helper_process.h"

#include "platform/linux/peer_private.h"

#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

struct HsHelperProcess
{
  GPid pid;
  int channel;
  gint64 deadline_us; /* monotonic */
};

/* ── starting ────────────────────────────────────────────────────────────────────────────── */

typedef struct
{
  const HsHelperPlan *plan;
  pid_t parent;
} Setup;

/* A tenth of an ordinary process's share, and it never interrupts one. Not SCHED_IDLE: on a machine
 * that is busy for long the helper must still come to its end within its time. */
#define WAY_GIVING_NICE 10

static gboolean
set_limit (int resource, rlim_t value)
{
  const struct rlimit limit = { value, value };

  return setrlimit ((__rlimit_resource_t)resource, &limit) == 0;
}

static void
give_way (void)
{
  const struct sched_param any = { 0 };

  (void)sched_setscheduler (0, SCHED_BATCH, &any);
  (void)setpriority (PRIO_PROCESS, 0, WAY_GIVING_NICE);
}

/* Between fork() and exec(): only calls that are safe there. A helper that cannot be limited does
 * not start. */
static void
limit_child (gpointer user_data)
{
  const Setup *setup = user_data;

  if (!set_limit (RLIMIT_AS, setup->plan->memory_bytes)
      || !set_limit (RLIMIT_CPU, setup->plan->cpu_seconds) || !set_limit (RLIMIT_CORE, 0)
      || prctl (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0
      || prctl (PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0
      /* The parent may have died before the last call. */
      || getppid () != setup->parent)
    _exit (126);
  if (setup->plan->gives_way)
    give_way ();
}

static GPtrArray *
build_arguments (const HsHelperPlan *plan)
{
  GPtrArray *arguments = g_ptr_array_new ();

  g_ptr_array_add (arguments, (gpointer)plan->program);
  for (gsize i = 0; plan->arguments != NULL && plan->arguments[i] != NULL; i++)
    g_ptr_array_add (arguments, (gpointer)plan->arguments[i]);
  g_ptr_array_add (arguments, NULL);
  return arguments;
}

HsHelperProcess *
hs_helper_process_start (const HsHelperPlan *plan, GError **error)
{
  static const char *const no_environment[] = { NULL };
  g_autoptr (GPtrArray) arguments = build_arguments (plan);
  g_autoptr (GError) problem = NULL;
  Setup setup = { plan, getpid () };
  GPid pid = 0;
  int ends[2];

  if (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
    {
      hs_platform_fail (error, errno, "cannot talk to a helper");
      return NULL;
    }
  gboolean is_started = g_spawn_async_with_pipes_and_fds (
      "/", (const char *const *)arguments->pdata, no_environment,
      G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDERR_TO_DEV_NULL, limit_child, &setup, ends[1], ends[1],
      -1, NULL, NULL, 0, &pid, NULL, NULL, NULL, &problem);
  close (ends[1]);
  if (!is_started)
    {
      close (ends[0]);
      g_set_error (error, G_IO_ERROR,
                   g_error_matches (problem, G_SPAWN_ERROR, G_SPAWN_ERROR_NOENT)
                       ? G_IO_ERROR_NOT_FOUND
                       : G_IO_ERROR_FAILED,
                   "cannot start a helper: %s", problem->message);
      return NULL;
    }
  HsHelperProcess *helper = g_new0 (HsHelperProcess, 1);
  helper->pid = pid;
  helper->channel = ends[0];
  helper->deadline_us = g_get_monotonic_time () + (gint64)plan->time_limit_ms * 1000;
  return helper;
}

void
hs_helper_process_free (HsHelperProcess *helper)
{
  if (helper == NULL)
    return;
  close (helper->channel);
  kill (helper->pid, SIGKILL);
  while (waitpid (helper->pid, NULL, 0) < 0 && errno == EINTR)
    ;
  g_spawn_close_pid (helper->pid);
  g_free (helper);
}

/* ── talking ─────────────────────────────────────────────────────────────────────────────── */

static gboolean
wait_until (HsHelperProcess *helper, short events, GCancellable *cancellable, GError **error)
{
  struct pollfd wanted[2] = { { .fd = helper->channel, .events = events }, { .fd = -1 } };
  GPollFD cancel = { .fd = -1 };
  gboolean has_cancel = cancellable != NULL && g_cancellable_make_pollfd (cancellable, &cancel);
  int count = 0;

  if (has_cancel)
    wanted[1] = (struct pollfd){ .fd = cancel.fd, .events = POLLIN };
  do
    {
      gint64 left_us = helper->deadline_us - g_get_monotonic_time ();
      count = left_us <= 0 ? 0 : poll (wanted, 2, (int)MIN ((left_us + 999) / 1000, G_MAXINT));
    }
  while (count < 0 && errno == EINTR);
  int problem = errno;
  if (has_cancel)
    g_cancellable_release_fd (cancellable);
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  if (count == 0)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT,
                           "a helper took longer than it may");
      return FALSE;
    }
  return count > 0 || hs_platform_fail (error, problem, "cannot wait for a helper");
}

static gboolean
fail_as_ended (GError **error)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_BROKEN_PIPE,
                       "a helper ended before it had answered");
  return FALSE;
}

static gboolean
send_all (HsHelperProcess *helper,
          const void *bytes,
          gsize length,
          GCancellable *cancellable,
          GError **error)
{
  const guint8 *at = bytes;

  while (length > 0)
    {
      gssize count = send (helper->channel, at, length, MSG_NOSIGNAL | MSG_DONTWAIT);
      if (count < 0 && errno == EINTR)
        continue;
      if (count < 0 && errno == EAGAIN)
        {
          if (!wait_until (helper, POLLOUT, cancellable, error))
            return FALSE;
          continue;
        }
      if (count < 0)
        return fail_as_ended (error);
      at += count;
      length -= (gsize)count;
    }
  return TRUE;
}

static gboolean
receive_all (
    HsHelperProcess *helper, void *buffer, gsize length, GCancellable *cancellable, GError **error)
{
  guint8 *at = buffer;

  while (length > 0)
    {
      if (!wait_until (helper, POLLIN, cancellable, error))
        return FALSE;
      gssize count = recv (helper->channel, at, length, MSG_DONTWAIT);
      if (count < 0 && (errno == EINTR || errno == EAGAIN))
        continue;
      if (count <= 0)
        return fail_as_ended (error);
      at += count;
      length -= (gsize)count;
    }
  return TRUE;
}

gboolean
hs_helper_process_send (HsHelperProcess *helper,
                        const void *bytes,
                        gsize length,
                        GCancellable *cancellable,
                        GError **error)
{
  guint32 prefix = GUINT32_TO_BE ((guint32)length);

  if (length > HS_HELPER_FRAME_MAX_BYTES)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                           "this is too long to send to a helper");
      return FALSE;
    }
  return send_all (helper, &prefix, sizeof prefix, cancellable, error)
         && send_all (helper, bytes, length, cancellable, error);
}

GBytes *
hs_helper_process_receive (HsHelperProcess *helper, GCancellable *cancellable, GError **error)
{
  guint32 length;

  if (!receive_all (helper, &length, sizeof length, cancellable, error))
    return NULL;
  length = GUINT32_FROM_BE (length);
  if (length > HS_HELPER_FRAME_MAX_BYTES)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                           "a helper answered more than it may");
      return NULL;
    }
  g_autofree guint8 *bytes = g_malloc (MAX (length, 1));
  if (!receive_all (helper, bytes, length, cancellable, error))
    return NULL;
  return g_bytes_new_take (g_steal_pointer (&bytes), length);
}
