/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The printer that misbehaves, as a program: for tests whose other programs are killed.
 *
 * usage: printer_double [witness]
 *
 * witness: tells what it is asked and that it answers on standard error, "asked Create-Job", each line in
 * one call, for who reads its system calls.
 *
 * Prints "ready <uri> <pin as hex>". Then reads one command a line and answers each with one line:
 *   fault OPERATION drop|cut|lose-reply|late|stall|status|http|garbage VALUE TIMES   done
 *   manners WORD…   (print-job-only, no-counts, forgets, keeps-cut, prints-cut, waits, asks, jpeg,
 *                    stopped, rejects)   done
 *   prints            "prints <documents that arrived whole>"
 *   jobs NAME         "jobs <how many are called NAME> whole <documents of theirs>"; NAME may be *
 *   asked OPERATION   "asked <how often>"
 *   log               "log <the last operations that it was asked for>"
 *   let-go            done; let-pass: only those that wait now
 *   restart keep|forget, change-key, own-key, finish   done
 *   paper FROM        "paper <how much came out>", then a line for each from number FROM on:
 *                     "<monotonic us> <job-id> <sha256, - if cut> <name>"
 * The end of its input ends it. */

#include "support/printer_double.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LOG_BYTES 1000

static HsPrinterDouble *printer;
static GMainLoop *loop;

static const char *const faults[]
    = { [HS_FAULT_NONE] = "none",      [HS_FAULT_DROP] = "drop",
        [HS_FAULT_CUT] = "cut",        [HS_FAULT_LOSE_REPLY] = "lose-reply",
        [HS_FAULT_LATE] = "late",      [HS_FAULT_STALL] = "stall",
        [HS_FAULT_STATUS] = "status",  [HS_FAULT_HTTP] = "http",
        [HS_FAULT_GARBAGE] = "garbage" };

static gboolean
set_fault (char **words)
{
  for (guint fault = 0; fault < G_N_ELEMENTS (faults); fault++)
    if (g_strv_length (words) == 5 && g_str_equal (faults[fault], words[2])
        && ippOpValue (words[1]) > 0)
      {
        hs_printer_double_set_fault (printer, ippOpValue (words[1]), (HsPrinterFault)fault,
                                     g_ascii_strtoull (words[3], NULL, 10),
                                     (guint)g_ascii_strtoull (words[4], NULL, 10));
        return TRUE;
      }
  return FALSE;
}

static gboolean
has_word (char **words, const char *word)
{
  return g_strv_contains ((const char *const *)words, word);
}

static void
set_manners (char **words)
{
  HsPrinterManners manners = { .lacks_create_job = has_word (words, "print-job-only"),
                               .lacks_counts = has_word (words, "no-counts"),
                               .forgets_jobs = has_word (words, "forgets"),
                               .keeps_cut_jobs = has_word (words, "keeps-cut"),
                               .prints_cut_jobs = has_word (words, "prints-cut"),
                               .waits = has_word (words, "waits"),
                               .asks = has_word (words, "asks") ? 3 : 0,
                               .takes_jpeg = has_word (words, "jpeg"),
                               .state = has_word (words, "stopped") ? IPP_PSTATE_STOPPED : 0,
                               .rejects = has_word (words, "rejects") };

  hs_printer_double_set_manners (printer, &manners);
}

static void
print_jobs (const char *name)
{
  guint found = 0;
  guint whole = 0;

  for (guint i = 0; i < hs_printer_double_count_jobs (printer); i++)
    {
      HsPrinterDoubleJob job = hs_printer_double_get_job (printer, i);

      if (!g_str_equal (name, "*") && !g_str_equal (name, job.name))
        continue;
      found++;
      whole += job.documents;
    }
  printf ("jobs %u whole %u\n", found, whole);
}

static void
print_paper (guint from)
{
  HsPrinterDoublePaper paper;
  guint count = from;

  while (hs_printer_double_get_paper (printer, count, &paper))
    count++;
  printf ("paper %u\n", count);
  for (guint i = from; i < count && hs_printer_double_get_paper (printer, i, &paper); i++)
    printf ("%" G_GINT64_FORMAT " %d %s %s\n", paper.at_us, paper.id,
            *paper.sha256 == '\0' ? "-" : paper.sha256, paper.name);
}

/* The end of it: a long test asks for more than anybody reads. */
static void
print_log (void)
{
  g_autofree char *log = hs_printer_double_dup_log (printer);
  gsize length = strlen (log);

  printf ("log %s\n", length > LOG_BYTES ? log + length - LOG_BYTES : log);
}

/* What is answered with "done". FALSE: it is something else. */
static gboolean
obey_plain (const char *verb, const char *argument)
{
  if (g_str_equal (verb, "let-go"))
    hs_http_double_let_go (hs_printer_double_get_server (printer));
  else if (g_str_equal (verb, "let-pass"))
    hs_http_double_let_pass (hs_printer_double_get_server (printer));
  else if (g_str_equal (verb, "restart") && argument != NULL)
    hs_printer_double_restart (printer, g_str_equal (argument, "forget"));
  else if (g_str_equal (verb, "change-key"))
    hs_printer_double_change_key (printer);
  else if (g_str_equal (verb, "own-key"))
    hs_printer_double_take_own_key (printer);
  else if (g_str_equal (verb, "finish"))
    hs_printer_double_finish_all (printer);
  else
    return FALSE;
  return TRUE;
}

static void
obey (const char *line)
{
  g_auto (GStrv) words = g_strsplit (line, " ", -1);
  const char *verb = words[0] == NULL ? "" : words[0];

  if (g_str_equal (verb, "fault"))
    printf ("%s\n", set_fault (words) ? "done" : "no such fault");
  else if (g_str_equal (verb, "manners"))
    {
      set_manners (words);
      printf ("done\n");
    }
  else if (g_str_equal (verb, "prints"))
    printf ("prints %u\n", hs_printer_double_count_prints (printer));
  else if (g_str_equal (verb, "jobs") && line[4] == ' ')
    print_jobs (line + 5);
  else if (g_str_equal (verb, "asked") && words[1] != NULL && ippOpValue (words[1]) > 0)
    printf ("asked %u\n", hs_printer_double_count_asked (printer, ippOpValue (words[1])));
  else if (g_str_equal (verb, "paper") && words[1] != NULL)
    print_paper ((guint)g_ascii_strtoull (words[1], NULL, 10));
  else if (g_str_equal (verb, "log"))
    print_log ();
  else if (obey_plain (verb, words[0] == NULL ? NULL : words[1]))
    printf ("done\n");
  else
    printf ("not understood\n");
}

static void
on_line (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GDataInputStream *in = G_DATA_INPUT_STREAM (source);
  g_autofree char *line = g_data_input_stream_read_line_finish (in, result, NULL, NULL);

  if (line == NULL)
    {
      g_main_loop_quit (loop);
      return;
    }
  obey (line);
  g_data_input_stream_read_line_async (in, G_PRIORITY_DEFAULT, NULL, on_line, NULL);
}

static void
on_witness (const char *what, const char *operation)
{
  fprintf (stderr, "%s %s\n", what, operation);
}

int
main (int argc, char **argv)
{
  g_autoptr (GFile) file = g_file_new_for_path ("/dev/stdin");
  g_autoptr (GFileInputStream) raw = g_file_read (file, NULL, NULL);
  g_autoptr (GDataInputStream) in = NULL;
  const HsTestIdentity *identity;

  if (raw == NULL)
    return 1;
  setvbuf (stdout, NULL, _IOLBF, 0);
  setvbuf (stderr, NULL, _IOLBF, 0);
  loop = g_main_loop_new (NULL, FALSE);
  printer = hs_printer_double_new ();
  if (argc > 1 && g_str_equal (argv[1], "witness"))
    hs_printer_double_set_witness (printer, on_witness);
  identity = hs_printer_double_get_identity (printer);
  printf ("ready %s ", hs_printer_double_get_uri (printer));
  for (gsize i = 0; i < sizeof identity->pin; i++)
    printf ("%02x", identity->pin[i]);
  printf ("\n");
  in = g_data_input_stream_new (G_INPUT_STREAM (raw));
  g_data_input_stream_read_line_async (in, G_PRIORITY_DEFAULT, NULL, on_line, NULL);
  g_main_loop_run (loop);
  g_main_loop_unref (loop);
  hs_printer_double_free (printer);
  return 0;
}
