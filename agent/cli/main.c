/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* homespool: the command line for people, administrators and scripts. */

#include "base/safe_text.h"
#include "cli/command.h"

#include "base/error.h"
#include "cli/session_file.h"

#include <locale.h>
#include <stdio.h>
#include <string.h>

const HsCommand hs_commands[] = {
  { "status", "", "how the agent, the site and your key are", hs_command_status },
  { "jobs", "[--all]", "your held jobs; --all also shows finished ones", hs_command_jobs },
  { "release", "JOB --printer PRINTER [--copies N] [--sides SIDES] [--color MODE] [--wait]",
    "print a held job, changed or as it was sent; --wait follows it to paper", hs_command_release },
  { "cancel", "JOB…", "delete jobs; one that prints is stopped", hs_command_cancel },
  { "resolve", "JOB printed|reprint|cancel", "say what became of an uncertain job",
    hs_command_resolve },
  { "claim", "[JOB…]",
    "jobs here that name you and that nobody has proven to own; with JOB: say that it is yours",
    hs_command_claim },
  { "delegate", "--to USER JOB…|--all [--until 2d] | --list | --revoke ID",
    "let somebody else release your jobs on the release page; see it; take it back",
    hs_command_delegate },
  { "trace", "JOB", "the story of a job, for you or the help desk", hs_command_trace },
  { "printers",
    "[approve URI|PRINTER [--name NAME] [--fingerprint FINGERPRINT] | disapprove PRINTER]",
    "the printers that jobs can go to; administrator: get to know one, or forget it",
    hs_command_printers },
  { "sign-in", "[USER] [--pin] [--card]", "sign in at the site; at a kiosk, to print and release",
    hs_command_sign_in },
  { "sign-out", "", "forget the sign-in and lock your key", hs_command_sign_out },
  { "pin", "", "change your PIN at the site", hs_command_pin },
  { "password", "", "change your password at the site", hs_command_password },
  { "unlock", "", "unlock your key from your keyring (made at the first time)", hs_command_unlock },
  { "pair", "", "show a link and QR code with which a browser reads your titles", hs_command_pair },
  { "key", "rotate [--now] [USER [--pin]]",
    "make a new key for the old or lost one; USER at a kiosk", hs_command_key },
  { "doctor", "[--acknowledge rollback]",
    "check everything, and say what to do; administrator: the disk was put back, and you know why",
    hs_command_doctor },
  { "enrol", "--token-file FILE", "administrator: join this workstation to a site",
    hs_command_enrol },
  { "config", "check", "check the configuration files and show what is in force",
    hs_command_config },
  { NULL, NULL, NULL, NULL },
};

#define COLUMN 36 /* of the help: what a command takes */

static void
print_usage (FILE *out)
{
  fputs ("usage: homespool [--json] [--root DIR] COMMAND …\n\n", out);
  for (const HsCommand *command = hs_commands; command->name != NULL; command++)
    {
      g_autofree char *line
          = g_strjoin (" ", command->name, *command->usage != '\0' ? command->usage : NULL, NULL);
      glong width = g_utf8_strlen (line, -1);
      /* What is longer than the column stands in a line of its own. */
      fprintf (out, "  %s%s%*s%s\n", line, width > COLUMN ? "\n" : "",
               (int)(width > COLUMN ? COLUMN + 4 : COLUMN + 2 - width), "", command->summary);
    }
  fputs (
      "\nJOB is the six digits that `homespool jobs` shows, a whole id, or \"last\". PRINTER is a "
      "name or the\nbeginning of one. --json prints what the agent answered. --root DIR speaks "
      "to an agent that was\nstarted with the same option. See homespool(1) for exit codes.\n",
      out);
}

HsExitCode
hs_command_misused (const char *name)
{
  for (const HsCommand *command = hs_commands; command->name != NULL; command++)
    if (strcmp (command->name, name) == 0)
      fprintf (stderr, "usage: homespool %s%s%s\n", name, *command->usage != '\0' ? " " : "",
               command->usage);
  return HS_EXIT_USAGE;
}

HsExitCode
hs_command_fail (const HsCommandCall *call, const GError *error)
{
  /* What it is about has a name, and the site says why in its own words. */
  g_autofree char *safe = hs_safe_text_dup (error->message);
  fprintf (stderr, "homespool: %s\n", safe);
  if (hs_client_is_unreachable (call->client))
    return HS_EXIT_UNREACHABLE;
  if (error->domain != HS_ERROR)
    return HS_EXIT_FAILED;
  switch ((HsErrorCode)error->code)
    {
    case HS_ERROR_NOT_FOUND:
      return HS_EXIT_NOT_FOUND;
    case HS_ERROR_REFUSED:
    case HS_ERROR_DENIED:
    case HS_ERROR_EXPIRED:
      return HS_EXIT_REFUSED;
    case HS_ERROR_TEMPORARY:
    case HS_ERROR_CORRUPT:
    case HS_ERROR_NO_SPACE:
    case HS_ERROR_INVALID:
    case HS_ERROR_NOT_SUPPORTED:
    case HS_ERROR_CANCELLED:
    case HS_ERROR_INTERNAL:
      break;
    }
  return HS_EXIT_FAILED;
}

void
hs_command_print_json (const json_t *object)
{
  g_autofree char *text = hs_json_encode (object);
  puts (text);
}

static void
remove_argument (char **arguments, guint index)
{
  g_free (arguments[index]);
  for (; arguments[index] != NULL; index++)
    arguments[index] = arguments[index + 1];
}

gboolean
hs_command_take_flag (HsCommandCall *call, const char *name)
{
  for (guint i = 0; call->arguments[i] != NULL; i++)
    if (strcmp (call->arguments[i], name) == 0)
      {
        remove_argument (call->arguments, i);
        return TRUE;
      }
  return FALSE;
}

char *
hs_command_take_value (HsCommandCall *call, const char *name)
{
  gsize length = strlen (name);

  for (guint i = 0; call->arguments[i] != NULL; i++)
    {
      char *value = NULL;
      if (strncmp (call->arguments[i], name, length) != 0)
        continue;
      if (call->arguments[i][length] == '=')
        value = g_strdup (call->arguments[i] + length + 1);
      else if (call->arguments[i][length] == '\0' && call->arguments[i + 1] != NULL)
        {
          value = g_strdup (call->arguments[i + 1]);
          remove_argument (call->arguments, i + 1);
        }
      if (value != NULL)
        {
          remove_argument (call->arguments, i);
          return value;
        }
    }
  return NULL;
}

static HsExitCode
run_command (HsCommandCall *call)
{
  const char *name = call->arguments[0];

  for (const HsCommand *command = hs_commands; command->name != NULL; command++)
    {
      if (strcmp (command->name, name) != 0)
        continue;
      remove_argument (call->arguments, 0);
      return command->run (call);
    }
  /* Short, so that it is not lost above a list of everything. */
  fprintf (stderr, "homespool: there is no %s %s. `homespool --help` lists %s.\n",
           *name == '-' ? "option" : "command", name, *name == '-' ? "them" : "the commands");
  return HS_EXIT_USAGE;
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "");
  HsCommandCall call = { .arguments = g_new0 (char *, (gsize)argc) };
  g_auto (GStrv) arguments = call.arguments;
  for (int i = 1; i < argc; i++)
    call.arguments[i - 1] = g_strdup (argv[i]);

  g_autofree char *root = hs_command_take_value (&call, "--root");
  if (root == NULL && hs_command_take_flag (&call, "--root"))
    {
      fputs ("homespool: --root needs a folder: --root DIR\n", stderr);
      return HS_EXIT_USAGE;
    }
  call.json = hs_command_take_flag (&call, "--json");
  if (hs_command_take_flag (&call, "--version"))
    {
      puts ("homespool " HS_VERSION);
      return HS_EXIT_OK;
    }
  gboolean wants_help
      = hs_command_take_flag (&call, "--help") || hs_command_take_flag (&call, "-h");
  if (wants_help || call.arguments[0] == NULL || strcmp (call.arguments[0], "help") == 0)
    {
      print_usage (call.arguments[0] == NULL && !wants_help ? stderr : stdout);
      return wants_help || call.arguments[0] != NULL ? HS_EXIT_OK : HS_EXIT_USAGE;
    }
  g_autoptr (HsPaths) paths = hs_paths_new (root);
  call.paths = paths;
  call.client = hs_client_new (paths->control_socket);
  g_autofree char *session = hs_session_file_read (paths->control_socket);
  hs_client_set_session (call.client, session);
  HsExitCode code = run_command (&call);
  hs_client_free (call.client);
  return code;
}
