/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* homespool-site: finds the command, reads its options, runs it. */

#include "base/safe_text.h"
#include "site/cli/cli.h"

#include "base/error.h"
#include "site/people/directory.h"
#include "site/server/server.h"

#include <locale.h>
#include <stdio.h>
#include <string.h>

#define EXIT_USAGE 2

typedef struct
{
  const char *name;    /* "user add" */
  const char *options; /* the long names that it takes, with spaces around each */
  const char *arguments;
  const char *summary; /* a few words */
  HsCliCommand run;
} Command;

static const Command commands[] = {
  { "init", " data name listen devices-listen url devices-url ", "",
    "makes a new site in a new folder", hs_cli_init },
  { "serve", " data ", "", "runs the server", hs_cli_serve },
  { "trust", " data file ", "", "imports what homespool-trust signed", hs_cli_trust },
  { "token", " data hours output ", "", "makes the token with which a workstation joins",
    hs_cli_token },
  { "user add", " data name display-name password-file guest until ", "", "adds a person",
    hs_cli_user_add },
  { "user passwd", " data name password-file ", "", "sets a new password", hs_cli_user_passwd },
  { "user pin", " data name pin-file reset remove ", "", "sets, unlocks or removes a PIN",
    hs_cli_user_pin },
  { "user card", " data name card-file remove all ", "", "adds or removes a card",
    hs_cli_user_card },
  { "user guest", " data name guest until ", "", "moves the end of a guest's account",
    hs_cli_user_guest },
  { "user block", " data name ", "", "signs a person out and keeps them out", hs_cli_user_block },
  { "user unblock", " data name ", "", "takes that back", hs_cli_user_unblock },
  { "user list", " data output ", "", "lists people", hs_cli_user_list },
  { "device list", " data output ", "", "lists workstations", hs_cli_device_list },
  { "device revoke", " data ", "UUID", "ends a workstation", hs_cli_device_revoke },
  { "printer add", " name location uri pin uuid allow-plain output ", "",
    "writes the request to list a printer", hs_cli_printer_add },
  { "printer remove", " output ", "UUID", "writes the request to remove one",
    hs_cli_printer_remove },
  { "printer list", " data output ", "", "lists the printers of the signed list",
    hs_cli_printer_list },
  { "printer sticker", " data size output ", "PRINTER", "makes a PDF with a printer's QR code",
    hs_cli_printer_sticker },
  { "terminal add", " data printer name card-only browser output ", "",
    "makes what a card reader or tablet beside a printer needs", hs_cli_terminal_add },
  { "terminal list", " data output ", "", "lists terminals", hs_cli_terminal_list },
  { "terminal revoke", " data ", "UUID", "ends a terminal", hs_cli_terminal_revoke },
  { "report", " data from to time-zone by person printer kind csv json sign-ins output ", "",
    "counts what was printed", hs_cli_report },
  { "erase", " data before ", "USER", "forgets a person, or old records", hs_cli_erase },
  { "export", " data output ", "USER", "writes what the site holds about a person", hs_cli_export },
  { "rectify", " data display-name user-name not-mine ", "USER", "corrects what it holds",
    hs_cli_rectify },
  { "backup", " data output ", "", "copies the database while the server runs", hs_cli_backup },
  { "restore", " data file ", "", "puts a backup into a folder", hs_cli_restore },
  { "routes", " output ", "", "lists what the server answers", hs_cli_routes },
};

/* @first: only commands that begin with this word; NULL: all. Returns: how many there are. */
static guint
print_commands (FILE *out, const char *first)
{
  guint count = 0;

  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      const Command *command = &commands[i];
      g_autofree char *line = g_strdup_printf (
          "%s%s%s", command->name, *command->arguments != '\0' ? " " : "", command->arguments);
      if (first != NULL
          && (!g_str_has_prefix (command->name, first) || command->name[strlen (first)] != ' '))
        continue;
      fprintf (out, "  %-24s  %s\n", line, command->summary);
      count++;
    }
  return count;
}

static void
print_usage (FILE *out)
{
  fputs ("usage: homespool-site COMMAND --data DIR [OPTION…]\n\nCommands:\n", out);
  print_commands (out, NULL);
  fputs ("\nhomespool-site COMMAND --help shows the options of one command; homespool-site(8) and "
         "docs/site.md\ntell the rest.\n",
         out);
}

/* Short, so that it is not lost above a list of everything. */
static void
print_unknown (char **words)
{
  gboolean is_option = *words[0] == '-';
  gboolean is_pair = words[1] != NULL && *words[1] != '-';

  if (is_option)
    fprintf (stderr, "homespool-site: the command comes first, then %s and the like\n", words[0]);
  else
    fprintf (stderr, "homespool-site: there is no command \"%s%s%s\"\n", words[0],
             is_pair ? " " : "", is_pair ? words[1] : "");
  if (is_option || print_commands (stderr, words[0]) == 0)
    fputs ("homespool-site --help lists the commands.\n", stderr);
}

/* The command that the first one or two words name; *words says how many. */
static const Command *
find_command (int argc, char **argv, int *words)
{
  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      g_auto (GStrv) parts = g_strsplit (commands[i].name, " ", 2);
      int count = (int)g_strv_length (parts);
      gboolean fits = argc > count;
      for (int j = 0; fits && j < count; j++)
        fits = g_str_equal (argv[j + 1], parts[j]);
      if (!fits)
        continue;
      *words = count;
      return &commands[i];
    }
  return NULL;
}

static GOptionEntry *
list_options (HsCli *cli, const Command *command)
{
  const GOptionEntry all[] = {
    { "data", 0, 0, G_OPTION_ARG_FILENAME, &cli->data, "The site's data folder", "DIR" },
    { "name", 0, 0, G_OPTION_ARG_STRING_ARRAY, &cli->names,
      "A host name (init, may be repeated), or the name of a person, printer or terminal", "NAME" },
    { "listen", 0, 0, G_OPTION_ARG_STRING_ARRAY, &cli->listen,
      "Address for people and enrolment ([::]:443)", "ADDRESS:PORT" },
    { "devices-listen", 0, 0, G_OPTION_ARG_STRING_ARRAY, &cli->devices_listen,
      "Address for workstations ([::]:8443)", "ADDRESS:PORT" },
    { "url", 0, 0, G_OPTION_ARG_STRING_ARRAY, &cli->urls, "How people reach the site", "URL" },
    { "devices-url", 0, 0, G_OPTION_ARG_STRING_ARRAY, &cli->devices_urls,
      "How workstations reach the site", "URL" },
    { "file", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &cli->files, "A file to read", "FILE" },
    { "output", 0, 0, G_OPTION_ARG_FILENAME, &cli->output, "Write there instead of here", "FILE" },
    { "password-file", 0, 0, G_OPTION_ARG_FILENAME, &cli->password_file,
      "The password is the first line of FILE, - is standard input; asked for without", "FILE" },
    { "pin-file", 0, 0, G_OPTION_ARG_FILENAME, &cli->pin_file,
      "The PIN is the first line of FILE, - is standard input; asked for without", "FILE" },
    { "card-file", 0, 0, G_OPTION_ARG_FILENAME, &cli->card_file,
      "The card number is the first line of FILE, - is standard input; asked for without", "FILE" },
    { "reset", 0, 0, G_OPTION_ARG_NONE, &cli->reset, "Let a locked PIN be used again", NULL },
    { "remove", 0, 0, G_OPTION_ARG_NONE, &cli->remove, "Remove it instead of setting it", NULL },
    { "all", 0, 0, G_OPTION_ARG_NONE, &cli->all, "With --remove: all cards of the person", NULL },
    { "guest", 0, 0, G_OPTION_ARG_NONE, &cli->guest, "The account ends by itself: --until", NULL },
    { "until", 0, 0, G_OPTION_ARG_STRING, &cli->until, "The end of a guest's account",
      "2d|8h|YYYY-MM-DD|never" },
    { "sign-ins", 0, 0, G_OPTION_ARG_NONE, &cli->sign_ins,
      "Count sign-ins and failures instead, without names", NULL },
    { "printer", 0, 0, G_OPTION_ARG_STRING, &cli->printer,
      "The printer (of a terminal: beside it): uuid or name", "PRINTER" },
    { "size", 0, 0, G_OPTION_ARG_STRING, &cli->size, "The sticker's size (a6)", "a6|a7|label" },
    { "card-only", 0, 0, G_OPTION_ARG_NONE, &cli->card_only, "A card without PIN is enough", NULL },
    { "browser", 0, 0, G_OPTION_ARG_NONE, &cli->browser,
      "Make a file for a tablet's browser instead of a secret for a card reader", NULL },
    { "display-name", 0, 0, G_OPTION_ARG_STRING, &cli->display_name, "The name that people see",
      "NAME" },
    { "location", 0, 0, G_OPTION_ARG_STRING, &cli->location, "Where the printer stands", "TEXT" },
    { "uri", 0, 0, G_OPTION_ARG_STRING_ARRAY, &cli->uris, "The printer's address", "ipps://…" },
    { "pin", 0, 0, G_OPTION_ARG_STRING_ARRAY, &cli->pins, "SHA-256 of the printer's public key",
      "sha256:HEX" },
    { "uuid", 0, 0, G_OPTION_ARG_STRING, &cli->uuid, "The printer's uuid, if it has one", "UUID" },
    { "allow-plain", 0, 0, G_OPTION_ARG_NONE, &cli->allow_plain,
      "Ask for an exception: print to it without TLS", NULL },
    { "csv", 0, 0, G_OPTION_ARG_NONE, &cli->csv, "CSV (RFC 4180) instead of a table", NULL },
    { "json", 0, 0, G_OPTION_ARG_NONE, &cli->json, "JSON instead of a table", NULL },
    { "time-zone", 0, 0, G_OPTION_ARG_STRING, &cli->time_zone,
      "Where days begin at midnight (this machine's time zone)", "ZONE" },
    { "by", 0, 0, G_OPTION_ARG_STRING, &cli->by, "What is told apart (day,person,printer)",
      "day|month,person,printer" },
    { "person", 0, 0, G_OPTION_ARG_STRING, &cli->person, "Of this person only (\"\": of nobody)",
      "USER" },
    { "kind", 0, 0, G_OPTION_ARG_STRING, &cli->kind,
      "Only documents that waited here, or only what was printed past us", "released|local" },
    { "user-name", 0, 0, G_OPTION_ARG_STRING, &cli->user_name, "The name that is typed to sign in",
      "NAME" },
    { "not-mine", 0, 0, G_OPTION_ARG_STRING, &cli->not_mine,
      "This printed job was somebody else's: it is nobody's from now on", "JOB" },
    { "from", 0, 0, G_OPTION_ARG_STRING, &cli->from, "First day", "YYYY-MM-DD" },
    { "to", 0, 0, G_OPTION_ARG_STRING, &cli->to, "The day after the last", "YYYY-MM-DD" },
    { "before", 0, 0, G_OPTION_ARG_STRING, &cli->before, "Erase what is older", "YYYY-MM-DD" },
    { "hours", 0, 0, G_OPTION_ARG_INT, &cli->hours, "How long the token holds (24)", "N" },
  };
  GOptionEntry *chosen = g_new0 (GOptionEntry, G_N_ELEMENTS (all) + 2);
  gsize count = 0;

  /* A command knows only its own options, so none is taken and ignored. */
  for (gsize i = 0; i < G_N_ELEMENTS (all); i++)
    {
      g_autofree char *word = g_strdup_printf (" %s ", all[i].long_name);
      if (strstr (command->options, word) != NULL)
        chosen[count++] = all[i];
    }
  chosen[count] = (GOptionEntry){ G_OPTION_REMAINING, 0,    0,   G_OPTION_ARG_STRING_ARRAY,
                                  &cli->rest,         NULL, NULL };
  return chosen;
}

/* Takes @message. */
static char *
take_hint (const Command *command, char *message)
{
  g_autofree char *given = message;

  if (g_str_has_suffix (given, "--data") && strstr (command->options, " data ") == NULL)
    return g_strdup_printf ("%s needs no --data: it only writes what it is told, and asks no site",
                            command->name);
  return g_strdup_printf ("%s; homespool-site %s --help shows those that there are", given,
                          command->name);
}

static gboolean
parse (HsCli *cli, const Command *command, int argc, char **argv, GError **error)
{
  g_autofree char *program = g_strdup_printf ("homespool-site %s", command->name);
  g_autofree char *title = g_strdup_printf ("%s: %s.", command->name, command->summary);
  g_autoptr (GOptionContext) context = g_option_context_new (command->arguments);
  g_autofree GOptionEntry *options = list_options (cli, command);

  g_set_prgname (program); /* "Usage: homespool-site user add [OPTION…]" */
  g_option_context_set_summary (context, title);
  g_option_context_add_main_entries (context, options, NULL);
  if (!g_option_context_parse (context, &argc, &argv, error))
    {
      if (g_error_matches (*error, G_OPTION_ERROR, G_OPTION_ERROR_UNKNOWN_OPTION))
        (*error)->message = take_hint (command, (*error)->message);
      return FALSE;
    }
  if (cli->rest == NULL || *command->arguments != '\0')
    return TRUE;
  g_set_error (error, HS_ERROR, HS_ERROR_INVALID,
               "%s takes no argument like \"%s\"; homespool-site %s --help shows its options",
               command->name, cli->rest[0], command->name);
  return FALSE;
}

static void
clear (HsCli *cli)
{
  char **const lists[]
      = { cli->names, cli->listen, cli->devices_listen, cli->urls, cli->devices_urls,
          cli->files, cli->uris,   cli->pins,           cli->rest };
  char *const texts[]
      = { cli->data,  cli->output,       cli->password_file, cli->pin_file,  cli->card_file,
          cli->until, cli->display_name, cli->location,      cli->uuid,      cli->from,
          cli->to,    cli->before,       cli->printer,       cli->size,      cli->time_zone,
          cli->by,    cli->kind,         cli->person,        cli->user_name, cli->not_mine };

  hs_secret_bytes_free (cli->secret);
  for (gsize i = 0; i < G_N_ELEMENTS (lists); i++)
    g_strfreev (lists[i]);
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    g_free (texts[i]);
}

static void
print (const char *text)
{
  hs_safe_text_put_lines (text, stdout);
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  HsCli cli = { 0 };
  int words = 0;
  int result = EXIT_SUCCESS;

  hs_site_server_prepare ();
  hs_directory_prepare ();
  setlocale (LC_ALL, "");
  g_set_print_handler (print); /* names are in what commands say */
  if (argc == 2 && (g_str_equal (argv[1], "--help") || g_str_equal (argv[1], "--version")))
    {
      if (g_str_equal (argv[1], "--version"))
        puts ("homespool-site " HS_VERSION);
      else
        print_usage (stdout);
      return EXIT_SUCCESS;
    }
  const Command *command = find_command (argc, argv, &words);
  if (command == NULL)
    {
      if (argc > 1)
        print_unknown (argv + 1);
      else
        print_usage (stderr);
      return EXIT_USAGE;
    }
  argv[words] = argv[0];
  if (!parse (&cli, command, argc - words, argv + words, &error))
    result = EXIT_USAGE;
  else if (!command->run (&cli, &error))
    result = EXIT_FAILURE;
  if (error != NULL)
    {
      g_autofree char *safe = hs_safe_text_dup_lines (error->message);
      fprintf (stderr, "homespool-site: %s\n", safe);
    }
  clear (&cli);
  return result;
}
