/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* homespool-queue: the only part of Homespool that may change the print system, started by its
 * socket when the agent asks for something and gone again soon after. Its user is in CUPS's
 * SystemGroup; it has no network, no state and no key.
 *
 * Who may ask: the agent's user and root, as the kernel names them. What can be asked:
 * print_queue_wire.h. */

#include "platform/linux/print_queue_cups.h"
#include "platform/listen.h"
#include "platform/locked_memory.h"
#include "platform/peer.h"

#include <locale.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define IDLE_LIMIT_US (20 * G_USEC_PER_SEC) /* then the socket unit waits alone again */
#define CLIENT_LIMIT_S 5                    /* to send 52 bytes, and to take the reply */

static char *agent_user;
static char *cups_socket;
static char *printer_socket;
static char *queue_name;
static char *own_socket;

static const GOptionEntry options[] = {
  { "agent-user", 0, 0, G_OPTION_ARG_STRING, &agent_user, "Who may ask (homespool)", "NAME" },
  { "cups-socket", 0, 0, G_OPTION_ARG_FILENAME, &cups_socket,
    "Where the print system listens (/run/cups/cups.sock)", "PATH" },
  { "printer-socket", 0, 0, G_OPTION_ARG_FILENAME, &printer_socket,
    "Where the agent answers as a printer (/run/cups/homespool.sock)", "PATH" },
  { "queue", 0, 0, G_OPTION_ARG_STRING, &queue_name, "Name of the queue (Homespool)", "NAME" },
  { "socket", 0, 0, G_OPTION_ARG_FILENAME, &own_socket,
    "Wait here and for ever, where no service manager hands over a socket", "PATH" },
  { NULL },
};

/* ── one caller ──────────────────────────────────────────────────────────────────────────── */

static const char *
value_or (const char *given, const char *usual)
{
  return given != NULL ? given : usual;
}

static gboolean
may_ask (GSocket *client, HsQueueReply *reply)
{
  HsPeer peer;
  guint32 agent_uid;

  if (hs_peer_identify (client, &peer, NULL)
      && (peer.uid == 0
          || (hs_peer_find_uid (value_or (agent_user, "homespool"), &agent_uid, NULL)
              && peer.uid == agent_uid)))
    return TRUE;
  return hs_cups_fail (reply, HS_QUEUE_DENIED,
                       "Only the Homespool agent may ask homespool-queue for anything.");
}

/* Takes the request even of a caller who may not ask: closing over unread bytes would cost it our
 * answer. */
static gboolean
receive_request (GSocket *client, guint8 bytes[HS_QUEUE_REQUEST_BYTES])
{
  gsize length = 0;

  while (length < HS_QUEUE_REQUEST_BYTES)
    {
      gssize count = g_socket_receive (client, (char *)bytes + length,
                                       HS_QUEUE_REQUEST_BYTES - length, NULL, NULL);
      if (count <= 0)
        return FALSE;
      length += (gsize)count;
    }
  return TRUE;
}

static void
send_reply (GSocket *client, const HsQueueReply *reply, const GByteArray *rows)
{
  guint8 head[HS_QUEUE_REPLY_MAX_BYTES];
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  gsize sent = 0;

  gsize length = hs_queue_reply_encode (reply, head);
  g_byte_array_append (bytes, head, (guint)length);
  g_byte_array_append (bytes, rows->data, rows->len);
  while (sent < bytes->len)
    {
      gssize count
          = g_socket_send (client, (char *)bytes->data + sent, bytes->len - sent, NULL, NULL);
      if (count <= 0)
        return; /* the caller is gone */
      sent += (gsize)count;
    }
}

static void
serve_client (GSocket *client, const HsCupsPlace *place)
{
  guint8 bytes[HS_QUEUE_REQUEST_BYTES];
  HsQueueRequest request = { 0 };
  HsQueueReply reply = { 0 };
  g_autoptr (GByteArray) rows = g_byte_array_new ();

  g_socket_set_blocking (client, TRUE);
  g_socket_set_timeout (client, CLIENT_LIMIT_S);
  gboolean is_received = receive_request (client, bytes);
  if (may_ask (client, &reply))
    {
      if (is_received && hs_queue_request_decode (bytes, &request))
        hs_cups_serve (place, &request, &reply, rows);
      else
        hs_cups_fail (&reply, HS_QUEUE_INVALID, "This is no request that homespool-queue knows.");
    }
  explicit_bzero (bytes, sizeof bytes);
  explicit_bzero (&request, sizeof request);
  send_reply (client, &reply, rows);
  g_socket_close (client, NULL);
}

/* ── the program ─────────────────────────────────────────────────────────────────────────── */

/* *is_lasting: nobody would start us again. */
static GSocket *
open_socket (gboolean *is_lasting, GError **error)
{
  *is_lasting = own_socket != NULL;
  if (own_socket != NULL)
    return hs_listen_on_path (own_socket, 0666, error);
  g_autoptr (GPtrArray) sockets = hs_listen_take_inherited ("queue", error);
  if (sockets == NULL)
    return NULL;
  if (sockets->len == 1)
    return g_object_ref (g_ptr_array_index (sockets, 0));
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                       "no socket named \"queue\" was handed over; start "
                       "homespool-queue.socket, or give --socket");
  return NULL;
}

static int
serve (GSocket *listening, gboolean is_lasting, const HsCupsPlace *place)
{
  gint64 limit_us = is_lasting ? -1 : IDLE_LIMIT_US;

  g_socket_set_blocking (listening, TRUE);
  while (g_socket_condition_timed_wait (listening, G_IO_IN, limit_us, NULL, NULL))
    {
      g_autoptr (GSocket) client = g_socket_accept (listening, NULL, NULL);
      if (client != NULL)
        serve_client (client, place);
    }
  return 0;
}

/* What goes into URIs must not be able to end them. */
static gboolean
is_plain_name (const char *name)
{
  for (const char *at = name; *at != '\0'; at++)
    if (!g_ascii_isalnum (*at) && strchr ("-_.", *at) == NULL)
      return FALSE;
  return *name != '\0' && strlen (name) <= 127;
}

int
main (int argc, char **argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;
  const char *problem = NULL;
  gboolean is_lasting = FALSE;

  setlocale (LC_ALL, "");
  g_option_context_add_main_entries (context, options, NULL);
  g_option_context_set_summary (context, "Configures, verifies and empties the Homespool queue of "
                                         "the print system, for the Homespool agent.");
  if (!g_option_context_parse (context, &argc, &argv, &error))
    {
      fprintf (stderr, "homespool-queue: %s\n", error->message);
      return 2;
    }
  if (argc > 1 || !is_plain_name (value_or (queue_name, "Homespool")))
    {
      fputs ("homespool-queue: takes no arguments but its options; a queue name has letters, "
             "digits, '-', '_' and '.'\n",
             stderr);
      return 2;
    }
  if (!hs_locked_memory_harden_process (&problem))
    fprintf (stderr, "homespool-queue: %s\n", problem);
  g_autofree char *own_name = hs_peer_dup_user_name (geteuid (), &error);
  g_autoptr (GSocket) listening = own_name != NULL ? open_socket (&is_lasting, &error) : NULL;
  if (listening == NULL)
    {
      fprintf (stderr, "homespool-queue: %s\n", error->message);
      return 1;
    }
  const HsCupsPlace place
      = { .cups_socket = value_or (cups_socket, "/run/cups/cups.sock"),
          .queue_name = value_or (queue_name, "Homespool"),
          .printer_socket = value_or (printer_socket, "/run/cups/homespool.sock"),
          .own_name = own_name };
  cupsSetUser (own_name);
  return serve (listening, is_lasting, &place);
}
