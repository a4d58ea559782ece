/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Peers on Linux: Unix sockets by SO_PEERCRED, which the kernel fixed at connect(); loopback TCP in
 * peer_tcp.c. A process handle is a pidfd. */

#include "platform/linux/peer_private.h"

#include <errno.h>
#include <glib-unix.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Linux 6.5; younger than the headers of the oldest system that we build on. */
#ifndef SO_PEERPIDFD
#define SO_PEERPIDFD 77
#endif

#define MOST_ANCESTORS 256 /* a bound; shells in shells are a dozen */

#define OVERFLOW_UID_DEFAULT 65534 /* the kernel's DEFAULT_OVERFLOWUID */

struct HsPeerProcess
{
  int descriptor; /* a pidfd */
  gint64 pid;     /* its number, as long as it is alive */
  GSource *watch;
  HsPeerProcessEndedFunc ended;
  gpointer user_data;
};

gboolean
hs_platform_fail (GError **error, int error_number, const char *what)
{
  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (error_number), "%s: %s", what,
               g_strerror (error_number));
  return FALSE;
}

guint32
hs_peer_get_overflow_uid (void)
{
  g_autofree char *text = NULL;
  guint64 uid;

  if (g_file_get_contents ("/proc/sys/kernel/overflowuid", &text, NULL, NULL)
      && g_ascii_string_to_unsigned (g_strstrip (text), 10, 0, G_MAXUINT32, &uid, NULL))
    return (guint32)uid;
  return OVERFLOW_UID_DEFAULT;
}

static gboolean
identify_unix (int descriptor, HsPeer *peer, GError **error)
{
  struct ucred credentials = { 0 };
  socklen_t length = sizeof credentials;

  if (getsockopt (descriptor, SOL_SOCKET, SO_PEERCRED, &credentials, &length) != 0)
    return hs_platform_fail (error, errno, "cannot ask who is at the other end");
  if (length != sizeof credentials || credentials.uid == (uid_t)-1)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED,
                           "the socket has nobody at its other end");
      return FALSE;
    }
  if (credentials.uid == hs_peer_get_overflow_uid () || credentials.uid == OVERFLOW_UID_DEFAULT)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED,
                           "the user at the other end cannot be seen from here");
      return FALSE;
    }
  *peer = (HsPeer){ .kind = HS_PEER_UNIX_SOCKET,
                    .uid = credentials.uid,
                    .pid = MAX (credentials.pid, 0) };
  return TRUE;
}

gboolean
hs_peer_identify (GSocket *socket, HsPeer *peer, GError **error)
{
  int descriptor = g_socket_get_fd (socket);
  guint32 uid;

  switch (g_socket_get_family (socket))
    {
    case G_SOCKET_FAMILY_UNIX:
      return identify_unix (descriptor, peer, error);
    case G_SOCKET_FAMILY_IPV4:
    case G_SOCKET_FAMILY_IPV6:
      if (!hs_peer_find_tcp_owner (descriptor, &uid, error))
        return FALSE;
      *peer = (HsPeer){ .kind = HS_PEER_LOOPBACK_TCP, .uid = uid };
      return TRUE;
    case G_SOCKET_FAMILY_INVALID:
    default:
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                           "only Unix sockets and loopback TCP name their users");
      return FALSE;
    }
}

/* The effective uid of a process. Not the owner of its folder in /proc: that is root for a process
 * that cannot be dumped, as all of ours are. */
static gboolean
is_run_by (gint64 pid, guint32 uid)
{
  g_autofree char *path = g_strdup_printf ("/proc/%" G_GINT64_FORMAT "/status", pid);
  g_autofree char *text = NULL;
  unsigned real;
  unsigned effective;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return FALSE;
  const char *line = strstr (text, "\nUid:");
  return line != NULL && sscanf (line, "\nUid:%u%u", &real, &effective) == 2 && effective == uid;
}

/* Before Linux 6.5 a pid has to be turned into a handle afterwards. The number could have gone to
 * another process in between; one of the same user gains nothing by that, so the user is compared.
 */
static int
open_by_pid (const HsPeer *peer)
{
  int descriptor = (int)syscall (SYS_pidfd_open, (pid_t)peer->pid, 0);

  if (descriptor < 0)
    return -1;
  if (is_run_by (peer->pid, peer->uid))
    return descriptor;
  close (descriptor);
  errno = ESRCH;
  return -1;
}

HsPeerProcess *
hs_peer_process_open (GSocket *socket, GError **error)
{
  HsPeer peer;
  int descriptor = -1;
  socklen_t length = sizeof descriptor;

  if (g_socket_get_family (socket) != G_SOCKET_FAMILY_UNIX)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                           "only Unix sockets name their process");
      return NULL;
    }
  if (!hs_peer_identify (socket, &peer, error))
    return NULL;
  if (getsockopt (g_socket_get_fd (socket), SOL_SOCKET, SO_PEERPIDFD, &descriptor, &length) != 0)
    descriptor = errno == ENOPROTOOPT && peer.pid > 0 ? open_by_pid (&peer) : -1;
  if (descriptor < 0)
    {
      gboolean is_gone = errno == ESRCH || errno == EINVAL || errno == ENODATA;
      g_set_error (error, G_IO_ERROR, is_gone ? G_IO_ERROR_NOT_FOUND : G_IO_ERROR_NOT_SUPPORTED,
                   "no handle for the process at the other end: %s", g_strerror (errno));
      return NULL;
    }
  HsPeerProcess *process = g_new0 (HsPeerProcess, 1);
  process->descriptor = descriptor;
  process->pid = peer.pid;
  if (hs_peer_process_is_alive (process))
    return process;
  /* Since Linux 6.16 there are handles even for processes that have ended. */
  hs_peer_process_free (process);
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                       "the process at the other end has ended");
  return NULL;
}

/* 0: it has none, or has ended. The name of a program may hold spaces and brackets, so the fields are
 * counted from the last bracket: state, then parent (proc_pid_stat(5)). */
static gint64
find_parent (gint64 pid)
{
  g_autofree char *path = g_strdup_printf ("/proc/%" G_GINT64_FORMAT "/stat", pid);
  g_autofree char *text = NULL;
  gint64 parent = 0;
  char state;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return 0;
  const char *after = strrchr (text, ')');
  return after != NULL && sscanf (after, ") %c %" G_GINT64_FORMAT, &state, &parent) == 2 ? parent
                                                                                         : 0;
}

HsPeerProcess *
hs_peer_process_open_parent (GSocket *socket, GError **error)
{
  g_autoptr (HsPeerProcess) child = hs_peer_process_open (socket, error);
  HsPeer peer;

  if (child == NULL || !hs_peer_identify (socket, &peer, error))
    return NULL;
  peer.pid = find_parent (child->pid);
  int descriptor = peer.pid > 1 ? open_by_pid (&peer) : -1;
  if (descriptor < 0)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                           "the process at the other end has no parent of the same user");
      return NULL;
    }
  g_autoptr (HsPeerProcess) parent = g_new0 (HsPeerProcess, 1);
  parent->descriptor = descriptor;
  parent->pid = peer.pid;
  /* A child that is alive and has the same parent as before had it all the time. */
  if (find_parent (child->pid) == parent->pid && hs_peer_process_is_alive (child)
      && hs_peer_process_is_alive (parent))
    return g_steal_pointer (&parent);
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                       "the process at the other end, or its parent, has ended");
  return NULL;
}

gboolean
hs_peer_process_has_connected (HsPeerProcess *process, GSocket *socket)
{
  /* Who has ended says nothing: the connection may live on in other hands, and the number in a process
   * that knows nothing of it. */
  g_autoptr (HsPeerProcess) caller = hs_peer_process_open (socket, NULL);

  if (caller == NULL)
    return FALSE;
  gint64 pid = caller->pid;
  for (guint depth = 0; pid > 1 && pid != process->pid && depth < MOST_ANCESTORS; depth++)
    pid = find_parent (pid);
  /* Alive after the walk: both numbers were their own while we walked. */
  return pid == process->pid && pid > 1 && hs_peer_process_is_alive (process)
         && hs_peer_process_is_alive (caller);
}

void
hs_peer_process_free (HsPeerProcess *process)
{
  if (process == NULL)
    return;
  if (process->watch != NULL)
    {
      g_source_destroy (process->watch);
      g_source_unref (process->watch);
    }
  close (process->descriptor);
  g_free (process);
}

gboolean
hs_peer_process_is_alive (HsPeerProcess *process)
{
  struct pollfd question = { .fd = process->descriptor, .events = POLLIN };

  return poll (&question, 1, 0) == 0;
}

static gboolean
on_ended (int descriptor, GIOCondition condition, gpointer user_data)
{
  HsPeerProcess *process = user_data;
  HsPeerProcessEndedFunc ended = process->ended;

  g_clear_pointer (&process->watch, g_source_unref);
  ended (process, process->user_data); /* may free the process */
  return G_SOURCE_REMOVE;
}

void
hs_peer_process_watch (HsPeerProcess *process, HsPeerProcessEndedFunc ended, gpointer user_data)
{
  g_return_if_fail (process->watch == NULL);
  process->ended = ended;
  process->user_data = user_data;
  process->watch = g_unix_fd_source_new (process->descriptor, G_IO_IN);
  g_source_set_callback (process->watch, G_SOURCE_FUNC (on_ended), process, NULL);
  g_source_attach (process->watch, NULL);
}

GIOCondition
hs_peer_get_hang_up_condition (void)
{
  return (GIOCondition)(POLLHUP | POLLERR | POLLRDHUP);
}
