/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* platform/peer.h against real sockets and other users. The clients are forked children that give
 * up root first. */

#include "platform/listen.h"
#include "platform/peer.h"
#include "support/loop.h"
#include "support/suite.h"
#include "support/temp_dir.h"

#include <arpa/inet.h>
#include <grp.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define CLIENT_UID 4711
#define OTHER_UID 4712
#define OVERFLOW_UID 65534

/* A client process: connects as @uid, then does one step for each byte it gets on its orders. */
typedef struct
{
  pid_t pid;
  int orders; /* 's' = shutdown writing, 'c' = close, anything else ends it */
  int done;   /* one byte comes back for the connect and for each order */
} Client;

static void
need_root (void)
{
  if (geteuid () != 0)
    hs_test_skip ("needs root, to be another user");
}

static void
run_client (uid_t uid, const struct sockaddr *address, socklen_t length, int orders, int done)
{
  char order = 0;
  int descriptor = socket (address->sa_family, SOCK_STREAM, 0);

  alarm (60);
  if (setgroups (0, NULL) != 0 || setgid (uid) != 0 || setuid (uid) != 0)
    _exit (2);
  /* The uid of a TCP socket is that of its making. */
  close (descriptor);
  descriptor = socket (address->sa_family, SOCK_STREAM, 0);
  if (address->sa_family != AF_UNIX)
    {
      /* After close() the kernel forgets this end within a second and frees its port. */
      int one = 1;
      setsockopt (descriptor, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
      setsockopt (descriptor, IPPROTO_TCP, TCP_LINGER2, &one, sizeof one);
    }
  if (connect (descriptor, address, length) != 0 || write (done, "k", 1) != 1)
    _exit (3);
  while (read (orders, &order, 1) == 1)
    {
      if (order == 's')
        shutdown (descriptor, SHUT_WR);
      else if (order == 'c')
        close (descriptor);
      else
        break;
      if (write (done, "k", 1) != 1)
        _exit (4);
    }
  _exit (0);
}

static Client
client_start (uid_t uid, const struct sockaddr *address, socklen_t length)
{
  int orders[2];
  int done[2];

  HS_ASSERT (pipe (orders) == 0 && pipe (done) == 0);
  pid_t pid = fork ();
  HS_ASSERT (pid >= 0);
  if (pid == 0)
    {
      close (orders[1]);
      close (done[0]);
      run_client (uid, address, length, orders[0], done[1]);
    }
  close (orders[0]);
  close (done[1]);
  return (Client){ pid, orders[1], done[0] };
}

static void
client_wait (Client *client)
{
  char byte;

  HS_ASSERT_INT_EQ (read (client->done, &byte, 1), 1);
}

static void
client_order (Client *client, char order)
{
  HS_ASSERT_INT_EQ (write (client->orders, &order, 1), 1);
  client_wait (client);
}

static void
client_end (Client *client)
{
  int status = 0;

  close (client->orders);
  HS_ASSERT_INT_EQ (waitpid (client->pid, &status, 0), client->pid);
  close (client->done);
  HS_ASSERT_INT_EQ (status, 0);
}

static GSocket *
accept_from (GSocket *listening)
{
  g_autoptr (GError) error = NULL;

  HS_ASSERT (g_socket_condition_timed_wait (listening, G_IO_IN, 10 * G_USEC_PER_SEC, NULL, &error));
  GSocket *connection = g_socket_accept (listening, NULL, &error);
  HS_ASSERT_NO_ERROR (error);
  return connection;
}

static void
assert_denied (GSocket *connection)
{
  g_autoptr (GError) error = NULL;
  HsPeer peer = { 0 };

  HS_ASSERT (!hs_peer_identify (connection, &peer, &error));
  HS_ASSERT (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED));
  HS_ASSERT_INT_EQ (peer.kind, HS_PEER_NONE);
}

/* The address of one end of loopback @sockets as C sees it; 0 = IPv4, 1 = IPv6. */
static socklen_t
loopback_address (GPtrArray *sockets, guint family, struct sockaddr_storage *address)
{
  socklen_t length = sizeof *address;

  if (sockets->len <= family)
    hs_test_skip ("this machine has no IPv6");
  GSocket *socket = g_ptr_array_index (sockets, family);
  HS_ASSERT (getsockname (g_socket_get_fd (socket), (void *)address, &length) == 0);
  return length;
}

static void
identify_over_tcp (guint family)
{
  g_autoptr (GError) error = NULL;
  struct sockaddr_storage address;
  HsPeer peer;

  need_root ();
  g_autoptr (GPtrArray) sockets = hs_listen_on_loopback (0, &error);
  HS_ASSERT_NO_ERROR (error);
  socklen_t length = loopback_address (sockets, family, &address);
  Client client = client_start (CLIENT_UID, (void *)&address, length);
  client_wait (&client);
  g_autoptr (GSocket) connection = accept_from (g_ptr_array_index (sockets, family));
  HS_ASSERT (hs_peer_identify (connection, &peer, &error));
  HS_ASSERT_INT_EQ (peer.kind, HS_PEER_LOOPBACK_TCP);
  HS_ASSERT_INT_EQ (peer.uid, CLIENT_UID);
  HS_ASSERT_INT_EQ (peer.pid, 0);
  client_end (&client);
}

static void
a_tcp_client_on_ipv4_is_named (void)
{
  identify_over_tcp (0);
}

static void
a_tcp_client_on_ipv6_is_named (void)
{
  identify_over_tcp (1);
}

static void
an_ipv4_client_of_an_ipv6_listener_is_named (void)
{
  g_autoptr (GError) error = NULL;
  struct sockaddr_in6 any = { .sin6_family = AF_INET6, .sin6_addr = in6addr_any };
  struct sockaddr_in target = { .sin_family = AF_INET, .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  socklen_t length = sizeof any;
  int no = 0;
  HsPeer peer;

  need_root ();
  int descriptor = socket (AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0)
    hs_test_skip ("this machine has no IPv6");
  HS_ASSERT (setsockopt (descriptor, IPPROTO_IPV6, IPV6_V6ONLY, &no, sizeof no) == 0);
  HS_ASSERT (bind (descriptor, (void *)&any, sizeof any) == 0 && listen (descriptor, 4) == 0);
  HS_ASSERT (getsockname (descriptor, (void *)&any, &length) == 0);
  target.sin_port = any.sin6_port;
  g_autoptr (GSocket) listening = g_socket_new_from_fd (descriptor, &error);
  Client client = client_start (CLIENT_UID, (void *)&target, sizeof target);
  client_wait (&client);
  g_autoptr (GSocket) connection = accept_from (listening);
  HS_ASSERT_INT_EQ (g_socket_get_family (connection), G_SOCKET_FAMILY_IPV6);
  HS_ASSERT (hs_peer_identify (connection, &peer, &error));
  HS_ASSERT_INT_EQ (peer.uid, CLIENT_UID);
  client_end (&client);
}

static void
check_refused (uid_t uid, char order)
{
  g_autoptr (GError) error = NULL;
  struct sockaddr_storage address;

  need_root ();
  g_autoptr (GPtrArray) sockets = hs_listen_on_loopback (0, &error);
  HS_ASSERT_NO_ERROR (error);
  socklen_t length = loopback_address (sockets, 0, &address);
  Client client = client_start (uid, (void *)&address, length);
  client_wait (&client);
  g_autoptr (GSocket) connection = accept_from (g_ptr_array_index (sockets, 0));
  if (order != 0)
    client_order (&client, order);
  assert_denied (connection);
  client_end (&client);
}

static void
root_over_tcp_is_no_proof (void)
{
  check_refused (0, 0);
}

static void
the_overflow_uid_over_tcp_is_refused (void)
{
  check_refused (OVERFLOW_UID, 0);
}

static void
a_closed_tcp_socket_is_no_proof (void)
{
  check_refused (CLIENT_UID, 'c');
}

static void
a_half_closed_tcp_socket_is_no_proof (void)
{
  check_refused (CLIENT_UID, 's');
}

/* Does the kernel still keep the connection from port @near to port @far (network order)? Others
 * may use the same ports with other partners. */
static gboolean
is_connection_known (in_port_t near, in_port_t far)
{
  g_autofree char *table = NULL;
  unsigned ports[2];

  HS_ASSERT (g_file_get_contents ("/proc/net/tcp", &table, NULL, NULL));
  g_auto (GStrv) lines = g_strsplit (table, "\n", -1);
  for (guint i = 1; lines[i] != NULL; i++)
    if (sscanf (lines[i], " %*u: %*8x:%4x %*8x:%4x", &ports[0], &ports[1]) == 2
        && ports[0] == ntohs (near) && ports[1] == ntohs (far))
      return TRUE;
  return FALSE;
}

/* The client's port is listened on by somebody else once the client is gone: the kernel's look-up
 * then finds that listener, who must not be taken for the client. */
static void
a_listener_on_the_client_s_port_is_not_the_client (void)
{
  g_autoptr (GError) error = NULL;
  struct sockaddr_storage address;
  struct sockaddr_in far;
  socklen_t far_length = sizeof far;
  int yes = 1;

  need_root ();
  g_autoptr (GPtrArray) sockets = hs_listen_on_loopback (0, &error);
  HS_ASSERT_NO_ERROR (error);
  socklen_t length = loopback_address (sockets, 0, &address);
  Client client = client_start (CLIENT_UID, (void *)&address, length);
  client_wait (&client);
  g_autoptr (GSocket) connection = accept_from (g_ptr_array_index (sockets, 0));
  HS_ASSERT (getpeername (g_socket_get_fd (connection), (void *)&far, &far_length) == 0);
  client_order (&client, 'c');
  HS_ASSERT (seteuid (OTHER_UID) == 0);
  int other = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  HS_ASSERT (seteuid (0) == 0);
  HS_ASSERT (setsockopt (other, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) == 0);
  HS_LOOP_UNTIL (!is_connection_known (far.sin_port, ((struct sockaddr_in *)&address)->sin_port)
                 && bind (other, (void *)&far, sizeof far) == 0);
  HS_ASSERT_INT_EQ (listen (other, 1), 0);
  assert_denied (connection);
  close (other);
  client_end (&client);
}

/* ── Unix sockets ────────────────────────────────────────────────────────────────────────── */

static GSocket *
listen_in (const char *folder, struct sockaddr_un *address)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_build_filename (folder, "s", NULL);

  HS_ASSERT (chmod (folder, 0755) == 0);
  GSocket *listening = hs_listen_on_path (path, 0666, &error);
  HS_ASSERT_NO_ERROR (error);
  *address = (struct sockaddr_un){ .sun_family = AF_UNIX };
  g_strlcpy (address->sun_path, path, sizeof address->sun_path);
  return listening;
}

static void
a_unix_client_is_named_with_its_process (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = hs_temp_dir_new ();
  struct sockaddr_un address;
  HsPeer peer;

  need_root ();
  g_autoptr (GSocket) listening = listen_in (folder, &address);
  Client client = client_start (CLIENT_UID, (void *)&address, sizeof address);
  client_wait (&client);
  g_autoptr (GSocket) connection = accept_from (listening);
  HS_ASSERT (hs_peer_identify (connection, &peer, &error));
  HS_ASSERT_INT_EQ (peer.kind, HS_PEER_UNIX_SOCKET);
  HS_ASSERT_INT_EQ (peer.uid, CLIENT_UID);
  HS_ASSERT_INT_EQ (peer.pid, client.pid);
  client_end (&client);
  hs_temp_dir_free (g_steal_pointer (&folder));
}

static void
the_overflow_uid_over_unix_is_refused (void)
{
  g_autofree char *folder = hs_temp_dir_new ();
  struct sockaddr_un address;

  need_root ();
  g_autoptr (GSocket) listening = listen_in (folder, &address);
  Client client = client_start (OVERFLOW_UID, (void *)&address, sizeof address);
  client_wait (&client);
  g_autoptr (GSocket) connection = accept_from (listening);
  assert_denied (connection);
  client_end (&client);
  hs_temp_dir_free (g_steal_pointer (&folder));
}

static void
count_end (HsPeerProcess *process, gpointer user_data)
{
  ++*(guint *)user_data;
}

static void
the_end_of_a_process_is_seen (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = hs_temp_dir_new ();
  struct sockaddr_un address;
  guint ends = 0;

  need_root ();
  g_autoptr (GSocket) listening = listen_in (folder, &address);
  Client client = client_start (CLIENT_UID, (void *)&address, sizeof address);
  client_wait (&client);
  g_autoptr (GSocket) connection = accept_from (listening);
  g_autoptr (HsPeerProcess) process = hs_peer_process_open (connection, &error);
  HS_ASSERT_NO_ERROR (error);
  HS_ASSERT (hs_peer_process_is_alive (process));
  hs_peer_process_watch (process, count_end, &ends);
  client_end (&client);
  HS_LOOP_UNTIL (ends == 1);
  HS_ASSERT (!hs_peer_process_is_alive (process));
  g_autoptr (HsPeerProcess) gone = hs_peer_process_open (connection, &error);
  HS_ASSERT (gone == NULL);
  HS_ASSERT (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND));
  hs_temp_dir_free (g_steal_pointer (&folder));
}

static void
a_child_belongs_to_its_ancestors_only (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = hs_temp_dir_new ();
  struct sockaddr_un address;

  need_root ();
  g_autoptr (GSocket) listening = listen_in (folder, &address);
  Client client = client_start (geteuid (), (void *)&address, sizeof address);
  Client other = client_start (CLIENT_UID, (void *)&address, sizeof address);
  client_wait (&client);
  client_wait (&other);
  g_autoptr (GSocket) one = accept_from (listening);
  g_autoptr (GSocket) two = accept_from (listening);
  HsPeer peer;
  HS_ASSERT (hs_peer_identify (one, &peer, NULL));
  GSocket *ours = peer.pid == client.pid ? one : two;
  GSocket *theirs = ours == one ? two : one;

  /* This test is the parent of both; of the same user only of one. */
  g_autoptr (HsPeerProcess) parent = hs_peer_process_open_parent (ours, &error);
  HS_ASSERT_NO_ERROR (error);
  HS_ASSERT (hs_peer_process_has_connected (parent, ours));
  HS_ASSERT (hs_peer_process_has_connected (parent, theirs));
  HS_ASSERT (hs_peer_process_open_parent (theirs, &error) == NULL);
  HS_ASSERT (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND));
  g_autoptr (HsPeerProcess) child = hs_peer_process_open (ours, NULL);
  HS_ASSERT (hs_peer_process_has_connected (child, ours));
  HS_ASSERT (!hs_peer_process_has_connected (child, theirs));
  client_end (&other); /* it holds the other one's orders open, too */
  client_end (&client);
  HS_ASSERT (!hs_peer_process_has_connected (child, ours));
  HS_ASSERT (!hs_peer_process_has_connected (parent, ours));
  hs_temp_dir_free (g_steal_pointer (&folder));
}

static void
who_has_ended_belongs_to_nobody (void)
{
  g_autofree char *folder = hs_temp_dir_new ();
  struct sockaddr_un address;
  siginfo_t end;

  need_root ();
  g_autoptr (GSocket) listening = listen_in (folder, &address);
  Client client = client_start (geteuid (), (void *)&address, sizeof address);
  client_wait (&client);
  g_autoptr (GSocket) connection = accept_from (listening);
  g_autoptr (HsPeerProcess) parent = hs_peer_process_open_parent (connection, NULL);
  HS_ASSERT (hs_peer_process_has_connected (parent, connection));
  /* It ends and is not waited for: its number is still there, and its parent's child. */
  HS_ASSERT_INT_EQ (write (client.orders, "e", 1), 1);
  HS_ASSERT (waitid (P_PID, (id_t)client.pid, &end, WEXITED | WNOWAIT) == 0);
  HS_ASSERT (!hs_peer_process_has_connected (parent, connection));
  client_end (&client);
  hs_temp_dir_free (g_steal_pointer (&folder));
}

/* ── users ───────────────────────────────────────────────────────────────────────────────── */

static void
names_and_uids_belong_together (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *name = hs_peer_dup_user_name (0, &error);
  guint32 uid = 7;

  HS_ASSERT_STR_EQ (name, "root");
  HS_ASSERT (hs_peer_find_uid ("root", &uid, &error));
  HS_ASSERT_INT_EQ (uid, 0);
}

static void
an_unknown_user_is_not_found (void)
{
  g_autoptr (GError) error = NULL;
  guint32 uid = 7;

  HS_ASSERT (hs_peer_dup_user_name (3999999999u, &error) == NULL);
  HS_ASSERT (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND));
  g_clear_error (&error);
  HS_ASSERT (!hs_peer_find_uid ("ROOT", &uid, &error));
  HS_ASSERT (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND));
  HS_ASSERT_INT_EQ (uid, 7);
}

static void
membership_is_by_number (void)
{
  HS_ASSERT (hs_peer_is_member (0, "root"));
  HS_ASSERT (!hs_peer_is_member (0, "no-such-group-here"));
  HS_ASSERT (!hs_peer_is_member (3999999999u, "root"));
  HS_ASSERT (!hs_peer_is_member (0, "ROOT"));
}

HS_SUITE ("peer",
          { "a TCP client on IPv4 is named", a_tcp_client_on_ipv4_is_named },
          { "a TCP client on IPv6 is named", a_tcp_client_on_ipv6_is_named },
          { "an IPv4 client of an IPv6 listener is named",
            an_ipv4_client_of_an_ipv6_listener_is_named },
          { "root over TCP is no proof", root_over_tcp_is_no_proof },
          { "the overflow uid over TCP is refused", the_overflow_uid_over_tcp_is_refused },
          { "a closed TCP socket is no proof", a_closed_tcp_socket_is_no_proof },
          { "a half-closed TCP socket is no proof", a_half_closed_tcp_socket_is_no_proof },
          { "a listener on the client's port is not the client",
            a_listener_on_the_client_s_port_is_not_the_client },
          { "a Unix client is named with its process", a_unix_client_is_named_with_its_process },
          { "the overflow uid over a Unix socket is refused",
            the_overflow_uid_over_unix_is_refused },
          { "the end of a process is seen", the_end_of_a_process_is_seen },
          { "a child belongs to its ancestors only", a_child_belongs_to_its_ancestors_only },
          { "who has ended belongs to nobody", who_has_ended_belongs_to_nobody },
          { "names and uids belong together", names_and_uids_belong_together },
          { "an unknown user is not found", an_unknown_user_is_not_found },
          { "membership is by number", membership_is_by_number })
