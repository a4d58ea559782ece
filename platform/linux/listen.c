/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Waiting sockets on Linux: the hand-over of sd_listen_fds(3), Unix paths, loopback.
 *
 * A Unix socket is bound under a private name inside a folder that only we can write, given its
 * mode through a descriptor, set to listen, and only then renamed to its public name: nobody can
 * swap the file between two steps, and no client meets a half-made one. */

#include "platform/listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "platform/linux/peer_private.h"

#define INHERITED_FIRST 3 /* SD_LISTEN_FDS_START */
#define INHERITED_MAX 16  /* ours are two at most; more is a mistake */
#define BACKLOG 64        /* as many as a server of ours serves at a time */

/* A socket of the hand-over that nobody has taken yet. */
typedef struct
{
  char *name;
  int descriptor;
} Inherited;

static Inherited inherited[INHERITED_MAX];
static guint inherited_count;
static gboolean has_looked;

/* ── sockets handed over ─────────────────────────────────────────────────────────────────── */

static void
look_into_environment (void)
{
  guint64 pid = 0;
  guint64 count = 0;
  const char *pid_text = g_getenv ("LISTEN_PID");
  const char *count_text = g_getenv ("LISTEN_FDS");

  has_looked = TRUE;
  if (pid_text == NULL || count_text == NULL
      || !g_ascii_string_to_unsigned (pid_text, 10, 1, G_MAXINT32, &pid, NULL)
      || !g_ascii_string_to_unsigned (count_text, 10, 0, INHERITED_MAX, &count, NULL)
      || pid != (guint64)getpid ())
    return;
  const char *names_text = g_getenv ("LISTEN_FDNAMES");
  g_auto (GStrv) names = g_strsplit (names_text != NULL ? names_text : "", ":", -1);
  guint names_count = g_strv_length (names);
  for (guint i = 0; i < count; i++)
    {
      int descriptor = INHERITED_FIRST + (int)i;
      (void)fcntl (descriptor, F_SETFD, FD_CLOEXEC);
      inherited[inherited_count].name = g_strdup (i < names_count ? names[i] : "unknown");
      inherited[inherited_count].descriptor = descriptor;
      inherited_count++;
    }
  g_unsetenv ("LISTEN_PID");
  g_unsetenv ("LISTEN_FDS");
  g_unsetenv ("LISTEN_FDNAMES");
}

static gboolean
get_socket_option (int descriptor, int option)
{
  int value = 0;
  socklen_t length = sizeof value;

  return getsockopt (descriptor, SOL_SOCKET, option, &value, &length) == 0 ? value : -1;
}

/* Stream, listening, and at an address that only this machine reaches. */
static gboolean
is_acceptable (int descriptor)
{
  struct sockaddr_storage address = { 0 };
  socklen_t length = sizeof address;

  if (getsockname (descriptor, (void *)&address, &length) != 0
      || get_socket_option (descriptor, SO_TYPE) != SOCK_STREAM
      || get_socket_option (descriptor, SO_ACCEPTCONN) != 1)
    return FALSE;
  const struct sockaddr_un *path = (const void *)&address;
  const struct sockaddr_in *v4 = (const void *)&address;
  const struct sockaddr_in6 *v6 = (const void *)&address;
  switch (address.ss_family)
    {
    case AF_UNIX:
      return length > sizeof (sa_family_t) && path->sun_path[0] == '/';
    case AF_INET:
      return ntohl (v4->sin_addr.s_addr) >> 24 == IN_LOOPBACKNET;
    case AF_INET6:
      return IN6_IS_ADDR_LOOPBACK (&v6->sin6_addr);
    default:
      return FALSE;
    }
}

GPtrArray *
hs_listen_take_inherited (const char *name, GError **error)
{
  g_autoptr (GPtrArray) sockets = g_ptr_array_new_with_free_func (g_object_unref);

  if (!has_looked)
    look_into_environment ();
  for (guint i = 0; i < inherited_count; i++)
    {
      int descriptor = inherited[i].descriptor;
      if (descriptor < 0 || strcmp (inherited[i].name, name) != 0)
        continue;
      inherited[i].descriptor = -1;
      if (!is_acceptable (descriptor))
        {
          close (descriptor);
          g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                       "the service manager handed over \"%s\", which is not a listening stream "
                       "socket on a path or a loopback address; correct the socket unit",
                       name);
          return NULL;
        }
      GSocket *socket = g_socket_new_from_fd (descriptor, error);
      if (socket == NULL)
        {
          close (descriptor);
          return NULL;
        }
      g_socket_set_blocking (socket, FALSE);
      g_ptr_array_add (sockets, socket);
    }
  return g_steal_pointer (&sockets);
}

/* ── a path ──────────────────────────────────────────────────────────────────────────────── */

typedef struct
{
  int folder; /* O_PATH */
  int lock;   /* holds the lock file */
  int socket;
} Opening;

static void
opening_clear (Opening *opening)
{
  int *const descriptors[] = { &opening->folder, &opening->lock, &opening->socket };

  for (gsize i = 0; i < G_N_ELEMENTS (descriptors); i++)
    {
      if (*descriptors[i] >= 0)
        close (*descriptors[i]);
      *descriptors[i] = -1;
    }
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Opening, opening_clear)

static gboolean
open_safe_folder (Opening *opening, const char *path, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (path);
  struct stat facts;

  opening->folder = open (folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (opening->folder < 0 || fstat (opening->folder, &facts) != 0)
    return hs_platform_fail (error, errno, "cannot open the folder of a socket");
  if ((facts.st_uid != geteuid () && facts.st_uid != 0) || (facts.st_mode & 022) != 0)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED,
                   "others may write to %s, so no socket is made there; it must belong to this "
                   "service, mode 0755",
                   folder);
      return FALSE;
    }
  return TRUE;
}

/* One server to a path: who holds the lock may replace the socket, and a dead one holds nothing. */
static gboolean
take_lock (Opening *opening, const char *name, GError **error)
{
  g_autofree char *lock_name = g_strdup_printf ("%s.lock", name);

  opening->lock = openat (opening->folder, lock_name,
                          O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK, 0600);
  if (opening->lock < 0)
    return hs_platform_fail (error, errno, "cannot make the lock file of a socket");
  if (flock (opening->lock, LOCK_EX | LOCK_NB) == 0)
    return TRUE;
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE,
                       "another process serves this socket already");
  return FALSE;
}

/* Binds below the folder's descriptor, so no path is walked twice; opens the new file itself to set
 * its mode, because fchmod() before bind() would be cut by the umask. */
static gboolean
bind_and_publish (Opening *opening, const char *name, guint mode, GError **error)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  g_autofree char *part = g_strdup_printf ("%s.new", name);
  g_autofree char *reach = g_strdup_printf ("/proc/self/fd/%d/%s", opening->folder, part);
  struct stat facts;

  if (strlen (reach) >= sizeof address.sun_path)
    return hs_platform_fail (error, ENAMETOOLONG, "cannot make a socket");
  memcpy (address.sun_path, reach, strlen (reach) + 1);
  if (unlinkat (opening->folder, part, 0) != 0 && errno != ENOENT)
    return hs_platform_fail (error, errno, "cannot remove a left-over socket");
  opening->socket = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (opening->socket < 0 || bind (opening->socket, (void *)&address, sizeof address) != 0)
    return hs_platform_fail (error, errno, "cannot make a socket");
  int file = openat (opening->folder, part, O_PATH | O_NOFOLLOW | O_CLOEXEC);
  if (file < 0)
    return hs_platform_fail (error, errno, "cannot open a socket's file");
  g_autofree char *handle = g_strdup_printf ("/proc/self/fd/%d", file);
  gboolean is_good = fstat (file, &facts) == 0 && S_ISSOCK (facts.st_mode)
                     && facts.st_uid == geteuid () && chmod (handle, mode) == 0;
  int problem = errno;
  close (file);
  if (!is_good)
    return hs_platform_fail (error, problem, "cannot set the mode of a socket");
  if (listen (opening->socket, BACKLOG) != 0
      || renameat (opening->folder, part, opening->folder, name) != 0)
    return hs_platform_fail (error, errno, "cannot publish a socket");
  return TRUE;
}

static void
release_lock (gpointer descriptor)
{
  close (GPOINTER_TO_INT (descriptor) - 1);
}

GSocket *
hs_listen_on_path (const char *path, guint mode, GError **error)
{
  g_auto (Opening) opening = { -1, -1, -1 };
  g_autofree char *name = g_path_get_basename (path);

  g_return_val_if_fail ((mode & ~0777u) == 0, NULL);
  if (!open_safe_folder (&opening, path, error) || !take_lock (&opening, name, error)
      || !bind_and_publish (&opening, name, mode, error))
    return NULL;
  GSocket *socket = g_socket_new_from_fd (opening.socket, error);
  if (socket == NULL)
    return NULL;
  g_socket_set_blocking (socket, FALSE);
  g_object_set_data_full (G_OBJECT (socket), "hs-listen-lock", GINT_TO_POINTER (opening.lock + 1),
                          release_lock);
  opening.socket = -1;
  opening.lock = -1;
  return socket;
}

/* ── loopback ────────────────────────────────────────────────────────────────────────────── */

static GSocket *
listen_on_address (const char *text, guint16 port, GError **error)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (text);
  g_autoptr (GSocketAddress) where = g_inet_socket_address_new (address, port);
  g_autoptr (GSocket) socket = g_socket_new (g_inet_address_get_family (address),
                                             G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, error);

  if (socket == NULL)
    return NULL;
  /* Or [::1] would also catch IPv4 clients, whose look-up differs. */
  if (g_inet_address_get_family (address) == G_SOCKET_FAMILY_IPV6
      && !g_socket_set_option (socket, IPPROTO_IPV6, IPV6_V6ONLY, 1, error))
    return NULL;
  g_socket_set_listen_backlog (socket, BACKLOG);
  g_socket_set_blocking (socket, FALSE);
  if (!g_socket_bind (socket, where, TRUE, error) || !g_socket_listen (socket, error))
    return NULL;
  return g_steal_pointer (&socket);
}

static guint16
get_port (GSocket *socket)
{
  g_autoptr (GSocketAddress) address = g_socket_get_local_address (socket, NULL);

  return address != NULL ? g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address)) : 0;
}

/* No IPv6 at all, as opposed to a port that is taken. */
static gboolean
is_family_missing (const GError *error)
{
  return g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED)
         || strstr (error->message, g_strerror (EADDRNOTAVAIL)) != NULL
         || strstr (error->message, g_strerror (EAFNOSUPPORT)) != NULL;
}

GPtrArray *
hs_listen_on_loopback (guint16 port, GError **error)
{
  g_autoptr (GPtrArray) sockets = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GError) problem = NULL;

  /* With port 0 the port free on one family may be taken on the other; a few tries find one. */
  for (guint attempt = 0; attempt < 16; attempt++)
    {
      g_clear_error (&problem);
      g_ptr_array_set_size (sockets, 0);
      GSocket *first = listen_on_address ("127.0.0.1", port, error);
      if (first == NULL)
        return NULL;
      g_ptr_array_add (sockets, first);
      GSocket *second = listen_on_address ("::1", get_port (first), &problem);
      if (second != NULL)
        g_ptr_array_add (sockets, second);
      if (second != NULL || is_family_missing (problem))
        return g_steal_pointer (&sockets);
      if (port != 0)
        break;
    }
  g_propagate_error (error, g_steal_pointer (&problem));
  return NULL;
}
