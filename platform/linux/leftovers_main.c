/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* homespool-sweep: ends every process of a kiosk's account when the agent asks, because somebody has
 * left. It has the right to become that account and no other; it reads nothing and stores nothing.
 *
 * A child becomes the account and sends SIGKILL to all that it may signal: its own processes and
 * nobody else's. The kernel does that in one step, so nothing of the account can start in between.
 * Then the parent looks whether anything is left. */

#include "platform/linux/leftovers_private.h"
#include "platform/listen.h"
#include "platform/locked_memory.h"
#include "platform/peer.h"

#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define IDLE_LIMIT_US (20 * G_USEC_PER_SEC) /* then the socket unit waits alone again */
#define CLIENT_LIMIT_S 5

static char *account;
static char *agent_user;
static char *own_socket;

static const GOptionEntry options[] = {
  { "account", 0, 0, G_OPTION_ARG_STRING, &account, "The kiosk's account, whose processes end",
    "NAME" },
  { "agent-user", 0, 0, G_OPTION_ARG_STRING, &agent_user, "Who may ask (homespool)", "NAME" },
  { "socket", 0, 0, G_OPTION_ARG_FILENAME, &own_socket,
    "Wait here and for ever, where no service manager hands over a socket", "PATH" },
  { NULL },
};

/* ── ending ──────────────────────────────────────────────────────────────────────────────── */

/* In the child. What it may signal is then what the account may signal. */
static gboolean
become (guint32 uid, guint32 gid)
{
  struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
  struct __user_cap_data_struct none[2] = { 0 };
  uid_t real, effective, saved;

  return setgroups (0, NULL) == 0 && setresgid (gid, gid, gid) == 0
         && setresuid (uid, uid, uid) == 0 && syscall (SYS_capset, &header, none) == 0
         && getresuid (&real, &effective, &saved) == 0 && real == uid && effective == uid
         && saved == uid;
}

/* FALSE: it could not become the account. One that the account itself killed is tried again. */
static gboolean
kill_all (guint32 uid, guint32 gid)
{
  pid_t child = fork ();
  int status = 0;

  if (child == 0)
    {
      if (!become (uid, gid))
        _exit (1);
      _exit (kill (-1, SIGKILL) == 0 || errno == ESRCH ? 0 : 1);
    }
  while (child > 0 && waitpid (child, &status, 0) < 0 && errno == EINTR)
    ;
  return child > 0 && (WIFSIGNALED (status) || WEXITSTATUS (status) == 0);
}

/* ── looking ─────────────────────────────────────────────────────────────────────────────── */

/* Does the process run, as one of its user ids is @uid? */
static gboolean
runs_as (const char *pid, guint32 uid)
{
  g_autofree char *path = g_strdup_printf ("/proc/%s/status", pid);
  g_autofree char *text = NULL;
  unsigned ids[4];
  char state = '\0';

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return FALSE;
  const char *state_line = strstr (text, "\nState:");
  const char *uid_line = strstr (text, "\nUid:");
  if (state_line == NULL || sscanf (state_line, "\nState: %c", &state) != 1 || state == 'Z'
      || state == 'X' || uid_line == NULL
      || sscanf (uid_line, "\nUid:%u%u%u%u", &ids[0], &ids[1], &ids[2], &ids[3]) != 4)
    return FALSE;
  return ids[0] == uid || ids[1] == uid || ids[2] == uid || ids[3] == uid;
}

/* A number of a process of @uid; 0: none runs; -1: that cannot be told. */
static int
find_one (guint32 uid)
{
  g_autoptr (GDir) folder = g_dir_open ("/proc", 0, NULL);
  const char *name = NULL;
  guint seen = 0;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL)
    {
      guint64 pid = 0;
      if (!g_ascii_string_to_unsigned (name, 10, 1, G_MAXINT, &pid, NULL))
        continue;
      seen++;
      if (runs_as (name, uid))
        return (int)pid;
    }
  return seen > 0 ? 0 : -1;
}

static void
wait_for_end (int pid)
{
  int descriptor = (int)syscall (SYS_pidfd_open, pid, 0);
  struct pollfd question = { .fd = descriptor, .events = POLLIN };

  if (descriptor < 0)
    return;
  (void)poll (&question, 1, HS_SWEEP_ROUND_MS);
  close (descriptor);
}

/* NULL: nothing of the account runs any more. Static. */
static const char *
sweep (guint32 uid, guint32 gid)
{
  for (guint round = 0; round < HS_SWEEP_MOST_ROUNDS; round++)
    {
      int left;
      if (!kill_all (uid, gid))
        return "The kiosk's programs could not be ended: homespool-sweep may not become their "
               "user.\n";
      left = find_one (uid);
      if (left == 0)
        return NULL;
      if (left < 0)
        return "It cannot be told which programs of the kiosk still run: homespool-sweep does not "
               "see "
               "them.\n";
      wait_for_end (left);
    }
  return "A program of the kiosk's account does not end. Restart the workstation.\n";
}

/* ── one caller ──────────────────────────────────────────────────────────────────────────── */

static gboolean
may_ask (GSocket *client)
{
  HsPeer peer;
  guint32 agent_uid;

  return hs_peer_identify (client, &peer, NULL)
         && (peer.uid == 0
             || (hs_peer_find_uid (agent_user != NULL ? agent_user : "homespool", &agent_uid, NULL)
                 && peer.uid == agent_uid));
}

static void
serve_client (GSocket *client, const struct passwd *whom)
{
  const char *answer = NULL;

  g_socket_set_blocking (client, TRUE);
  g_socket_set_timeout (client, CLIENT_LIMIT_S);
  if (!may_ask (client))
    answer = "Only the Homespool agent may ask homespool-sweep for anything.\n";
  else
    answer = sweep (whom->pw_uid, whom->pw_gid);
  if (answer == NULL)
    answer = HS_SWEEP_DONE;
  (void)g_socket_send (client, answer, strlen (answer), NULL, NULL);
  g_socket_close (client, NULL);
}

/* ── the program ─────────────────────────────────────────────────────────────────────────── */

static GSocket *
open_socket (GError **error)
{
  g_autoptr (GPtrArray) sockets = NULL;

  if (own_socket != NULL)
    return hs_listen_on_path (own_socket, 0666, error);
  sockets = hs_listen_take_inherited ("sweep", error);
  if (sockets == NULL)
    return NULL;
  if (sockets->len == 1)
    return g_object_ref (g_ptr_array_index (sockets, 0));
  g_set_error_literal (
      error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
      "no socket named \"sweep\" was handed over; start homespool-sweep@ACCOUNT.socket, "
      "or give --socket");
  return NULL;
}

static int
fail (const char *message)
{
  fprintf (stderr, "homespool-sweep: %s\n", message);
  return 1;
}

int
main (int argc, char **argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;
  const char *problem = NULL;
  const struct passwd *whom = NULL;

  g_option_context_add_main_entries (context, options, NULL);
  g_option_context_set_summary (context,
                                "Ends the programs that somebody leaves running at a kiosk, for "
                                "the Homespool agent.");
  if (!g_option_context_parse (context, &argc, &argv, &error))
    return fail (error->message);
  whom = account != NULL ? getpwnam (account) : NULL;
  if (whom == NULL || whom->pw_uid == 0 || whom->pw_uid == geteuid ())
    return fail ("--account names the kiosk's account: an ordinary user, not root");
  if (!hs_locked_memory_harden_process (&problem))
    fprintf (stderr, "homespool-sweep: %s\n", problem);
  g_autoptr (GSocket) listening = open_socket (&error);
  if (listening == NULL)
    return fail (error->message);
  g_socket_set_blocking (listening, TRUE);
  while (g_socket_condition_timed_wait (listening, G_IO_IN, own_socket != NULL ? -1 : IDLE_LIMIT_US,
                                        NULL, NULL))
    {
      g_autoptr (GSocket) client = g_socket_accept (listening, NULL, NULL);
      if (client != NULL)
        serve_client (client, whom);
    }
  return 0;
}
