/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* platform/listen.h: what is safe to serve, what is refused. A second process tries what a second
 * agent would try. */

#include "platform/listen.h"
#include "support/suite.h"
#include "support/temp_dir.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static char *folder;

static void
set_up (void)
{
  folder = hs_temp_dir_new ();
}

static void
tear_down (void)
{
  g_clear_pointer (&folder, hs_temp_dir_free);
}

static char *
path_of (const char *name)
{
  return g_build_filename (folder, name, NULL);
}

static gboolean
can_connect (const char *path)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  int descriptor = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

  g_strlcpy (address.sun_path, path, sizeof address.sun_path);
  gboolean result = connect (descriptor, (void *)&address, sizeof address) == 0;
  close (descriptor);
  return result;
}

static guint
mode_of (const char *path)
{
  struct stat facts;

  HS_ASSERT (lstat (path, &facts) == 0);
  return facts.st_mode & 0777;
}

static void
a_socket_has_its_mode_whatever_the_umask (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *open_path = path_of ("open");
  g_autofree char *closed_path = path_of ("closed");
  mode_t before = umask (0077);
  g_autoptr (GSocket) open_socket = hs_listen_on_path (open_path, 0666, &error);

  HS_ASSERT_NO_ERROR (error);
  umask (0);
  g_autoptr (GSocket) closed_socket = hs_listen_on_path (closed_path, 0600, &error);
  umask (before);
  HS_ASSERT_NO_ERROR (error);
  HS_ASSERT_INT_EQ (mode_of (open_path), 0666);
  HS_ASSERT_INT_EQ (mode_of (closed_path), 0600);
  HS_ASSERT (can_connect (open_path) && can_connect (closed_path));
}

static void
a_stale_socket_is_replaced (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = path_of ("s");
  GSocket *first = hs_listen_on_path (path, 0600, &error);

  HS_ASSERT_NO_ERROR (error);
  g_object_unref (first);
  HS_ASSERT (!can_connect (path));
  g_autoptr (GSocket) second = hs_listen_on_path (path, 0600, &error);
  HS_ASSERT_NO_ERROR (error);
  HS_ASSERT (can_connect (path));
}

static void
a_served_socket_is_not_taken_away (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = path_of ("s");
  g_autoptr (GSocket) first = hs_listen_on_path (path, 0600, &error);
  int status = 0;

  HS_ASSERT_NO_ERROR (error);
  pid_t child = fork ();
  if (child == 0)
    {
      g_autoptr (GError) problem = NULL;
      GSocket *second = hs_listen_on_path (path, 0600, &problem);
      _exit (second == NULL && g_error_matches (problem, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE)
                 ? 0
                 : 1);
    }
  HS_ASSERT_INT_EQ (waitpid (child, &status, 0), child);
  HS_ASSERT_INT_EQ (status, 0);
  HS_ASSERT (can_connect (path));
}

static void
a_folder_that_others_can_write_is_refused (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = path_of ("s");

  HS_ASSERT (chmod (folder, 0777) == 0);
  GSocket *socket = hs_listen_on_path (path, 0600, &error);
  HS_ASSERT (socket == NULL);
  HS_ASSERT (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED));
  HS_ASSERT (access (path, F_OK) != 0);
}

static void
a_folder_of_another_user_is_refused (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = path_of ("s");

  if (geteuid () != 0)
    hs_test_skip ("needs root, to give a folder away");
  HS_ASSERT (chown (folder, 4711, 4711) == 0);
  GSocket *socket = hs_listen_on_path (path, 0600, &error);
  HS_ASSERT (socket == NULL);
  HS_ASSERT (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED));
}

/* A link under the public name is replaced and its target left alone; one under the lock's name is
 * an error. */
static void
a_planted_link_is_not_followed (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = path_of ("s");
  g_autofree char *lock = path_of ("t.lock");
  g_autofree char *other = path_of ("t");
  g_autofree char *target = path_of ("target");

  HS_ASSERT (g_file_set_contents (target, "x", 1, NULL) && chmod (target, 0640) == 0);
  HS_ASSERT (symlink (target, path) == 0 && symlink (target, lock) == 0);
  g_autoptr (GSocket) socket = hs_listen_on_path (path, 0666, &error);
  HS_ASSERT_NO_ERROR (error);
  HS_ASSERT_INT_EQ (mode_of (target), 0640);
  HS_ASSERT_INT_EQ (mode_of (path), 0666);
  HS_ASSERT (hs_listen_on_path (other, 0600, &error) == NULL);
}

static void
no_folder_is_not_found (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = path_of ("none/s");

  HS_ASSERT (hs_listen_on_path (path, 0600, &error) == NULL);
  HS_ASSERT (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND));
}

static void
loopback_is_loopback_on_both_families (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) sockets = hs_listen_on_loopback (0, &error);
  guint16 ports[2] = { 0 };

  HS_ASSERT_NO_ERROR (error);
  HS_ASSERT (sockets->len == 1 || sockets->len == 2);
  for (guint i = 0; i < sockets->len; i++)
    {
      g_autoptr (GSocketAddress) address
          = g_socket_get_local_address (g_ptr_array_index (sockets, i), &error);
      GInetSocketAddress *end = G_INET_SOCKET_ADDRESS (address);
      HS_ASSERT (g_inet_address_get_is_loopback (g_inet_socket_address_get_address (end)));
      ports[i] = g_inet_socket_address_get_port (end);
      HS_ASSERT (ports[i] != 0);
    }
  HS_ASSERT (sockets->len == 1 || ports[0] == ports[1]);
  g_autoptr (GPtrArray) again = hs_listen_on_loopback (ports[0], &error);
  HS_ASSERT (again == NULL);
  HS_ASSERT (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE));
}

/* ── handed over ─────────────────────────────────────────────────────────────────────────── */

/* Puts @descriptor at number @slot in a child that looks as if a service manager had started it,
 * and gives back what @check says there. */
static int
in_started_child (int first, int second, const char *names, gboolean (*check) (void))
{
  int status = -1;
  pid_t child = fork ();

  if (child == 0)
    {
      g_autofree char *pid = g_strdup_printf ("%d", (int)getpid ());
      int spare_first = fcntl (first, F_DUPFD, 20);
      int spare_second = fcntl (second, F_DUPFD, 20);
      if (dup2 (spare_first, 3) != 3 || dup2 (spare_second, 4) != 4)
        _exit (3);
      g_setenv ("LISTEN_PID", pid, TRUE);
      g_setenv ("LISTEN_FDS", "2", TRUE);
      g_setenv ("LISTEN_FDNAMES", names, TRUE);
      _exit (check () ? 0 : 1);
    }
  if (waitpid (child, &status, 0) != child)
    return -1;
  return status;
}

static gboolean
check_by_name (void)
{
  g_autoptr (GPtrArray) none = hs_listen_take_inherited ("none", NULL);
  g_autoptr (GPtrArray) control = hs_listen_take_inherited ("control", NULL);
  g_autoptr (GPtrArray) ipp = hs_listen_take_inherited ("ipp", NULL);
  g_autoptr (GPtrArray) again = hs_listen_take_inherited ("ipp", NULL);

  return none->len == 0 && control->len == 1 && ipp->len == 1 && again->len == 0
         && g_socket_get_fd (g_ptr_array_index (ipp, 0)) == 3
         && g_socket_get_fd (g_ptr_array_index (control, 0)) == 4
         && !g_socket_get_blocking (g_ptr_array_index (ipp, 0))
         && (fcntl (3, F_GETFD) & FD_CLOEXEC) != 0 && g_getenv ("LISTEN_FDS") == NULL
         && g_getenv ("LISTEN_PID") == NULL && g_getenv ("LISTEN_FDNAMES") == NULL;
}

static gboolean
check_other_pid (void)
{
  g_setenv ("LISTEN_PID", "1", TRUE);
  g_autoptr (GPtrArray) ipp = hs_listen_take_inherited ("ipp", NULL);

  return ipp != NULL && ipp->len == 0;
}

static gboolean
check_refused (void)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *ipp = hs_listen_take_inherited ("ipp", &error);

  return ipp == NULL && g_error_matches (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT)
         && fcntl (3, F_GETFD) < 0;
}

static void
sockets_are_handed_over_by_name (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = path_of ("s");
  g_autoptr (GSocket) unix_socket = hs_listen_on_path (path, 0600, &error);
  g_autoptr (GPtrArray) loopback = hs_listen_on_loopback (0, &error);

  HS_ASSERT_NO_ERROR (error);
  int first = g_socket_get_fd (unix_socket);
  int second = g_socket_get_fd (g_ptr_array_index (loopback, 0));
  HS_ASSERT_INT_EQ (in_started_child (first, second, "ipp:control", check_by_name), 0);
  HS_ASSERT_INT_EQ (in_started_child (first, second, "ipp:control", check_other_pid), 0);
}

static void
a_socket_open_to_the_network_is_not_taken (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) loopback = hs_listen_on_loopback (0, &error);
  int any = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

  HS_ASSERT_NO_ERROR (error);
  HS_ASSERT_INT_EQ (listen (any, 1), 0); /* an unbound socket listens on every address */
  int good = g_socket_get_fd (g_ptr_array_index (loopback, 0));
  HS_ASSERT_INT_EQ (in_started_child (any, good, "ipp:control", check_refused), 0);
  close (any);
}

static void
a_socket_that_does_not_listen_is_not_taken (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) loopback = hs_listen_on_loopback (0, &error);
  int pair[2];

  HS_ASSERT (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == 0);
  int good = g_socket_get_fd (g_ptr_array_index (loopback, 0));
  HS_ASSERT_INT_EQ (in_started_child (pair[0], good, "ipp:control", check_refused), 0);
  close (pair[0]);
  close (pair[1]);
}

HS_SUITE_WITH (
    "listen",
    set_up,
    tear_down,
    { "a socket has its mode whatever the umask", a_socket_has_its_mode_whatever_the_umask },
    { "a stale socket is replaced", a_stale_socket_is_replaced },
    { "a served socket is not taken away", a_served_socket_is_not_taken_away },
    { "a folder that others can write is refused", a_folder_that_others_can_write_is_refused },
    { "a folder of another user is refused", a_folder_of_another_user_is_refused },
    { "a planted link is not followed", a_planted_link_is_not_followed },
    { "no folder is not found", no_folder_is_not_found },
    { "loopback is loopback on both families", loopback_is_loopback_on_both_families },
    { "sockets are handed over by name", sockets_are_handed_over_by_name },
    { "a socket open to the network is not taken", a_socket_open_to_the_network_is_not_taken },
    { "a socket that does not listen is not taken", a_socket_that_does_not_listen_is_not_taken })
