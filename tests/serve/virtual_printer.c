/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The virtual printer as a program of its own, with the engine double behind it: what the Python
 * tests of this folder talk to.
 *
 * It prints "ready PORT" when it listens, then obeys one word a line on standard input:
 *   jobs     every job, then "."          accept | reject   the barrier
 *   counts   "open N aborted N connections-free RSS-KIB"    trust SECRET | distrust
 * and ends with its standard input. */

#include "platform/listen.h"
#include "platform/peer.h"
#include "serve/ipp/intake.h"
#include "support/engine_double.h"

#include <stdio.h>
#include <string.h>

static char *socket_path;
static int tcp_port = -1;
static int most_bytes, print_after_ms, fill_jobs, fill_uid, silence_ms, print_system_uid = -1;
static int per_key;
static gboolean is_slow, refuses_offers, may_choose, hashes_nothing, stalls;

static const GOptionEntry entries[] = {
  { "socket", 0, 0, G_OPTION_ARG_FILENAME, &socket_path, "Unix socket", "PATH" },
  { "tcp-port", 0, 0, G_OPTION_ARG_INT, &tcp_port, "loopback port, 0 = any", "PORT" },
  { "most-bytes", 0, 0, G_OPTION_ARG_INT, &most_bytes, "largest document", "N" },
  { "print-after-ms", 0, 0, G_OPTION_ARG_INT, &print_after_ms, "held jobs print", "N" },
  { "fill-jobs", 0, 0, G_OPTION_ARG_INT, &fill_jobs, "jobs at the start", "N" },
  { "fill-uid", 0, 0, G_OPTION_ARG_INT, &fill_uid, "their owner", "UID" },
  { "silence-ms", 0, 0, G_OPTION_ARG_INT, &silence_ms, "shorter limits", "N" },
  { "per-key", 0, 0, G_OPTION_ARG_INT, &per_key, "connections of one user", "N" },
  { "print-system-uid", 0, 0, G_OPTION_ARG_INT, &print_system_uid, "lp's uid", "UID" },
  { "slow", 0, 0, G_OPTION_ARG_NONE, &is_slow, "small queue", NULL },
  { "refuse", 0, 0, G_OPTION_ARG_NONE, &refuses_offers, "no offer is taken", NULL },
  { "may-choose", 0, 0, G_OPTION_ARG_NONE, &may_choose, "Release-Job finds a printer", NULL },
  { "no-hash", 0, 0, G_OPTION_ARG_NONE, &hashes_nothing, "do not hash documents", NULL },
  { "stalls", 0, 0, G_OPTION_ARG_NONE, &stalls, "the queue never drains", NULL },
  G_OPTION_ENTRY_NULL,
};

typedef struct
{
  GMainLoop *loop;
  HsEngine *engine;
  HsIppIntake *intake;
} Program;

static long
get_resident_kib (void)
{
  g_autofree char *text = NULL;
  char *line;

  if (!g_file_get_contents ("/proc/self/status", &text, NULL, NULL)
      || (line = strstr (text, "VmHWM:")) == NULL)
    return -1;
  return strtol (line + 6, NULL, 10);
}

static void
set_queue (Program *program, const char *secret, gboolean is_verified)
{
  HsPrintSystemTrust trust = { .has_verifier = TRUE, .is_policy_verified = is_verified };

  hs_print_system_make_verifier (secret, trust.verifier);
  hs_ipp_intake_set_queue (program->intake, &trust);
}

static void
obey (Program *program, char *line)
{
  g_strstrip (line);
  if (strcmp (line, "jobs") == 0)
    {
      g_autofree char *text = hs_engine_double_format (program->engine);
      printf ("%s.\n", text);
    }
  else if (strcmp (line, "counts") == 0)
    printf ("open %u aborted %u arrivals %u peak-kib %ld\n",
            hs_engine_double_count_open (program->engine),
            hs_engine_double_count_aborted (program->engine),
            hs_ipp_intake_count_arrivals (program->intake), get_resident_kib ());
  else if (g_str_has_prefix (line, "trust "))
    {
      set_queue (program, line + 6, TRUE);
      printf ("done\n");
    }
  else if (g_str_has_prefix (line, "unverified "))
    {
      set_queue (program, line + 11, FALSE);
      printf ("done\n");
    }
  else if (strcmp (line, "reject") == 0 || strcmp (line, "accept") == 0)
    {
      hs_ipp_intake_set_accepting (program->intake, line[0] == 'a', "nobody is signed in");
      printf ("done\n");
    }
  else if (strcmp (line, "disk full") == 0 || strcmp (line, "disk free") == 0)
    {
      hs_engine_double_set_full (program->engine, strcmp (line, "disk full") == 0);
      printf ("done\n");
    }
  else if (strcmp (line, "end-arrivals") == 0)
    {
      hs_ipp_intake_end_arrivals (program->intake, NULL);
      printf ("done\n");
    }
  fflush (stdout);
}

static gboolean
on_input (GIOChannel *channel, GIOCondition condition, gpointer user_data)
{
  Program *program = user_data;
  g_autofree char *line = NULL;

  if (g_io_channel_read_line (channel, &line, NULL, NULL, NULL) != G_IO_STATUS_NORMAL)
    {
      g_main_loop_quit (program->loop);
      return G_SOURCE_REMOVE;
    }
  obey (program, line);
  return G_SOURCE_CONTINUE;
}

static gboolean
choose_printer (const HsCaller *caller, const HsJob *job, HsId *printer, gpointer user_data)
{
  memset (printer->bytes, 7, sizeof printer->bytes);
  return may_choose;
}

static int
get_port (GSocket *socket)
{
  g_autoptr (GSocketAddress) address = g_socket_get_local_address (socket, NULL);

  return G_IS_INET_SOCKET_ADDRESS (address)
             ? g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address))
             : 0;
}

static GPtrArray *
listen_everywhere (GError **error)
{
  g_autoptr (GPtrArray) sockets = tcp_port >= 0 ? hs_listen_on_loopback ((guint16)tcp_port, error)
                                                : g_ptr_array_new_with_free_func (g_object_unref);

  if (sockets == NULL)
    return NULL;
  if (socket_path != NULL)
    {
      GSocket *socket = hs_listen_on_path (socket_path, 0666, error);
      if (socket == NULL)
        return NULL;
      g_ptr_array_add (sockets, socket);
    }
  return g_steal_pointer (&sockets);
}

int
main (int argc, char **argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;
  Program program = { 0 };

  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    {
      fprintf (stderr, "%s\n", error->message);
      return 2;
    }
  g_autoptr (GPtrArray) sockets = listen_everywhere (&error);
  HsEngineDoubleRules rules = { .most_bytes = (guint64)most_bytes,
                                .refuses_offers = refuses_offers,
                                .is_slow = is_slow,
                                .hashes_nothing = hashes_nothing,
                                .stalls = stalls,
                                .print_after_ms = (guint)print_after_ms };
  program.engine = hs_engine_double_new (&rules);
  hs_engine_double_fill (program.engine, (guint32)fill_uid, (guint)fill_jobs);
  HsIppIntakeOptions options
      = { .engine = program.engine,
          .uuid = { { 1, 2, 3, 4 } },
          .name = "homespool",
          .info = "Homespool under test",
          .timeout_s = 300,
          .print_system_uid = print_system_uid >= 0 ? (guint32)print_system_uid : HS_PEER_NO_UID,
          .choose_printer = choose_printer };
  hs_http_limits_init (&options.limits);
  if (silence_ms > 0)
    options.limits.silence_ms = options.limits.header_ms = options.limits.rate_grace_ms
        = (guint)silence_ms;
  if (per_key > 0)
    options.limits.connections_per_key = (guint)per_key;
  if (sockets != NULL)
    program.intake = hs_ipp_intake_new (&options, sockets, &error);
  if (program.intake == NULL)
    {
      fprintf (stderr, "%s\n", error->message);
      return 2;
    }
  program.loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GIOChannel) input = g_io_channel_unix_new (0);
  g_io_add_watch (input, G_IO_IN | G_IO_HUP, on_input, &program);
  printf ("ready %d\n", sockets->len > 0 ? get_port (sockets->pdata[0]) : 0);
  fflush (stdout);
  g_main_loop_run (program.loop);
  hs_ipp_intake_free (program.intake);
  hs_engine_double_free (program.engine);
  g_main_loop_unref (program.loop);
  return 0;
}
