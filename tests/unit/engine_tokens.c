/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Session tokens of a kiosk, with real sockets and processes. */

#include "engine/identity/tokens.h"

#include "base/error.h"
#include "platform/listen.h"
#include "support/loop.h"
#include "support/suite.h"
#include "support/temp_dir.h"

#include <gio/gio.h>
#include <sys/socket.h>
#include <sys/un.h>

static const HsId occupancy = { { 5 } };

static char *folder;
static char *path;
static GSocket *listening;
static GSocketAddress *address;
static HsTokens *tokens;
static guint n_ended;
static HsId ended_occupancy;

static void
on_ended (const HsId *of, gpointer user_data)
{
  n_ended++;
  ended_occupancy = *of;
}

static void
set_up (void)
{
  struct sockaddr_un name = { .sun_family = AF_UNIX };
  g_autoptr (GError) error = NULL;

  folder = hs_temp_dir_new ();
  path = g_build_filename (folder, "s", NULL);
  listening = hs_listen_on_path (path, 0600, &error);
  HS_ASSERT_NO_ERROR (error);
  g_socket_set_blocking (listening, TRUE);
  g_strlcpy (name.sun_path, path, sizeof name.sun_path);
  address = g_socket_address_new_from_native (&name, sizeof name);
  n_ended = 0;
  tokens = hs_tokens_new (on_ended, NULL);
}

static void
tear_down (void)
{
  g_clear_pointer (&tokens, hs_tokens_free);
  g_clear_object (&listening);
  g_clear_object (&address);
  g_clear_pointer (&path, g_free);
  g_clear_pointer (&folder, hs_temp_dir_free);
}

/* Our end of a connection that this very process made. */
static GSocket *
connect_here (GSocket **client)
{
  *client = g_socket_new (G_SOCKET_FAMILY_UNIX, G_SOCKET_TYPE_STREAM, 0, NULL);
  HS_ASSERT (g_socket_connect (*client, address, NULL, NULL));
  return g_socket_accept (listening, NULL, NULL);
}

/* The same for a child, which lives until its standard input ends. */
static GSocket *
connect_child (GSubprocess **child)
{
  static const char code[] = "import socket, sys\ns = socket.socket(socket.AF_UNIX)\n"
                             "s.connect(sys.argv[1])\nsys.stdin.read()\n";

  *child = g_subprocess_new (G_SUBPROCESS_FLAGS_STDIN_PIPE, NULL, "/usr/bin/python3", "-c", code,
                             path, NULL);
  HS_ASSERT (*child != NULL);
  return g_socket_accept (listening, NULL, NULL);
}

static HsSecretBytes *
issue (GSocket *socket, const char *login_session)
{
  g_autoptr (GError) error = NULL;
  HsPeer peer;
  HS_ASSERT (hs_peer_identify (socket, &peer, &error));
  const HsTokenHolder holder = { .uid = peer.uid,
                                 .process = hs_peer_process_open (socket, &error),
                                 .login_session = login_session };
  HsSecretBytes *token = hs_tokens_issue (tokens, &holder, &occupancy, &error);

  HS_ASSERT_NO_ERROR (error);
  HS_ASSERT_INT_EQ (hs_secret_bytes_get_length (token), HS_TOKEN_TEXT_BYTES);
  return token;
}

static gboolean
check (const char *text, GSocket *socket, const char *login_session)
{
  HsId of = { { 0 } };
  gboolean holds = hs_tokens_check (tokens, text, socket, login_session, &of);

  HS_ASSERT (!holds || hs_id_equal (&of, &occupancy));
  return holds;
}

static void
a_token_serves_its_process_in_its_login_session (void)
{
  g_autoptr (GSocket) client = NULL;
  g_autoptr (GSocket) socket = connect_here (&client);
  g_autoptr (HsSecretBytes) token = issue (socket, "c2");
  const char *text = (const char *)hs_secret_bytes_peek (token);
  g_autofree char *changed = g_strdup (text);
  g_autofree char *longer = g_strconcat (text, "A", NULL);

  HS_ASSERT (check (text, socket, "c2"));
  HS_ASSERT (check (text, socket, NULL)); /* a system that knows no sessions */
  HS_ASSERT (!check (text, socket, "c3"));
  changed[5] = changed[5] == 'A' ? 'B' : 'A';
  HS_ASSERT (!check (changed, socket, "c2"));
  HS_ASSERT (!check (longer, socket, "c2") && !check ("", socket, "c2"));
  hs_tokens_forget_all (tokens);
  HS_ASSERT (!check (text, socket, "c2"));
  HS_ASSERT_INT_EQ (n_ended, 0);
}

static void
it_serves_descendants_and_no_other_process_and_ends_with_its_own (void)
{
  g_autoptr (GSocket) client = NULL;
  g_autoptr (GSocket) here = connect_here (&client);
  g_autoptr (GSubprocess) child = NULL;
  g_autoptr (GSubprocess) other = NULL;
  g_autoptr (GSocket) of_child = connect_child (&child);
  g_autoptr (GSocket) of_other = connect_child (&other);
  g_autoptr (HsSecretBytes) ours = issue (here, NULL);
  g_autoptr (HsSecretBytes) childs = issue (of_child, NULL);
  const char *our_text = (const char *)hs_secret_bytes_peek (ours);
  const char *child_text = (const char *)hs_secret_bytes_peek (childs);

  HS_ASSERT (check (our_text, here, NULL) && check (our_text, of_child, NULL));
  HS_ASSERT (check (child_text, of_child, NULL));
  HS_ASSERT (!check (child_text, here, NULL)); /* the parent of its process */
  HS_ASSERT (!check (child_text, of_other, NULL));
  g_output_stream_close (g_subprocess_get_stdin_pipe (child), NULL, NULL);
  HS_ASSERT (g_subprocess_wait (child, NULL, NULL));
  HS_LOOP_UNTIL (!check (child_text, of_child, NULL));
  while (g_main_context_iteration (NULL, FALSE))
    continue;
  HS_ASSERT_INT_EQ (n_ended, 0); /* ours still holds for the same seat */
  hs_tokens_forget_all (tokens);
  g_autoptr (HsSecretBytes) last = issue (of_other, NULL);
  g_output_stream_close (g_subprocess_get_stdin_pipe (other), NULL, NULL);
  HS_LOOP_UNTIL (n_ended == 1);
  HS_ASSERT (hs_id_equal (&ended_occupancy, &occupancy));
}

static void
a_token_of_another_user_and_too_many_of_them_are_refused (void)
{
  g_autoptr (GSocket) client = NULL;
  g_autoptr (GSocket) socket = connect_here (&client);
  g_autoptr (GError) error = NULL;
  HsTokenHolder holder = { .uid = 4711, .process = hs_peer_process_open (socket, &error) };
  g_autoptr (HsSecretBytes) token = hs_tokens_issue (tokens, &holder, &occupancy, &error);

  HS_ASSERT_NO_ERROR (error);
  HS_ASSERT (!check ((const char *)hs_secret_bytes_peek (token), socket, NULL));
  for (guint i = 1; i < 32; i++)
    {
      g_autoptr (HsSecretBytes) one = issue (socket, NULL);
      HS_ASSERT (check ((const char *)hs_secret_bytes_peek (one), socket, NULL));
    }
  holder.process = hs_peer_process_open (socket, &error);
  HS_ASSERT (hs_tokens_issue (tokens, &holder, &occupancy, &error) == NULL);
  HS_ASSERT (g_error_matches (error, HS_ERROR, HS_ERROR_NO_SPACE));
}

HS_SUITE_WITH ("engine/identity/tokens",
               set_up,
               tear_down,
               { "a token serves its process, in its login session",
                 a_token_serves_its_process_in_its_login_session },
               { "it serves descendants and no other process, and ends with its own",
                 it_serves_descendants_and_no_other_process_and_ends_with_its_own },
               { "a token of another user, and too many of them, are refused",
                 a_token_of_another_user_and_too_many_of_them_are_refused })
