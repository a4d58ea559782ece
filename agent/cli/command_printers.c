/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* printers: the list; approve, disapprove (administrators). */

#include "base/safe_text.h"
#include "cli/command.h"

#include "base/error.h"
#include "cli/find.h"
#include "cli/output.h"
#include "platform/terminal.h"

#include <stdio.h>
#include <string.h>

/* Near is where this workstation printed before, in the network that it is in. */
static const char *
near_words (const HsControlPrinter *printer)
{
  if (strcmp (printer->place, "here") == 0)
    return "near";
  if (strcmp (printer->place, "elsewhere") == 0)
    return "elsewhere";
  return printer->used_before ? "used before" : "";
}

static HsExitCode
list_printers (HsCommandCall *call)
{
  const char *const titles[] = { "PRINTER", "WHERE", "NEAR", "STATE", "KEY", NULL };
  g_autoptr (GError) error = NULL;

  if (call->json)
    {
      g_autoptr (json_t) reply
          = hs_client_call (call->client, "GET", "/v1/printers", NULL, NULL, &error);
      if (reply == NULL)
        return hs_command_fail (call, error);
      hs_command_print_json (reply);
      return HS_EXIT_OK;
    }
  g_autoptr (GPtrArray) printers = hs_find_all_printers (call->client, &error);
  if (printers == NULL)
    return hs_command_fail (call, error);
  if (printers->len == 0)
    puts ("No printer is known here yet. Your organisation lists them, or an administrator "
          "approves one "
          "with `homespool printers approve URI`.");
  g_autoptr (HsTable) table = hs_table_new (titles, 1);
  for (guint i = 0; i < printers->len; i++)
    {
      const HsControlPrinter *printer = g_ptr_array_index (printers, i);
      hs_table_add (table, g_strdup (printer->name),
                    g_strdup (printer->location != NULL ? printer->location : ""),
                    g_strdup (near_words (printer)),
                    g_strdup_printf ("%s%s%s", printer->state, *printer->sentence ? ": " : "",
                                     printer->sentence),
                    g_strdup (printer->trust));
    }
  g_autofree char *text
      = hs_table_format (table, hs_terminal_has_output () ? hs_terminal_get_width () : 0);
  if (printers->len > 0)
    fputs (text, stdout);
  return HS_EXIT_OK;
}

/* ── approving ───────────────────────────────────────────────────────────────────────────── */

/* Which printer, for the agent: an address as it is, a name or id as the id of a known printer.
 * Returns: (transfer full). */
static json_t *
name_printer (HsCommandCall *call, const char *typed, GError **error)
{
  g_autoptr (json_t) object = json_object ();

  if (strstr (typed, "://") != NULL)
    {
      hs_json_set_text (object, "uri", typed, 1024);
      return g_steal_pointer (&object);
    }
  g_autoptr (HsControlPrinter) printer = hs_find_printer (call->client, typed, error);
  if (printer == NULL)
    return NULL;
  hs_json_set_text (object, "id", printer->id, 64);
  return g_steal_pointer (&object);
}

/* Shows the fingerprint and asks. Returns: (transfer full): NULL if the person did not say yes. */
static char *
ask_person (HsCommandCall *call, const json_t *printer, GError **error)
{
  char line[16] = { 0 };
  g_autofree char *fingerprint = NULL;
  g_autoptr (json_t) reply = hs_client_post (call->client, "/v1/printers/probe", printer, error);

  if (reply == NULL || !hs_json_get_text (reply, "fingerprint", 128, &fingerprint, error))
    return NULL;
  fprintf (stderr,
           "The printer shows a key with this fingerprint (SHA-256):\n\n  %s\n\nCompare it with "
           "the one that the printer's own page or panel shows.\n",
           fingerprint);
  if (!hs_terminal_has_input ())
    {
      g_set_error_literal (error, HS_ERROR, HS_ERROR_REFUSED,
                           "Nobody is here to compare it. If it is right, run this again with "
                           "--fingerprint and the fingerprint.");
      return NULL;
    }
  fputs ("Is it the same? Type yes to approve: ", stderr);
  if (fgets (line, sizeof line, stdin) != NULL && strcmp (line, "yes\n") == 0)
    return g_steal_pointer (&fingerprint);
  g_set_error_literal (error, HS_ERROR, HS_ERROR_REFUSED, "The printer was not approved.");
  return NULL;
}

static HsExitCode
approve_printer (HsCommandCall *call)
{
  g_autofree char *name = hs_command_take_value (call, "--name");
  g_autofree char *fingerprint = hs_command_take_value (call, "--fingerprint");
  g_autofree char *given_name = NULL;
  g_autoptr (GError) error = NULL;

  if (call->arguments[1] == NULL || call->arguments[2] != NULL)
    return hs_command_misused ("printers");
  g_autoptr (json_t) wish = name_printer (call, call->arguments[1], &error);
  if (wish == NULL)
    return hs_command_fail (call, error);
  if (fingerprint == NULL)
    fingerprint = ask_person (call, wish, &error);
  if (fingerprint == NULL)
    return hs_command_fail (call, error);
  hs_json_set_text (wish, "fingerprint", fingerprint, 1024);
  if (name != NULL)
    hs_json_set_text (wish, "name", name, 1024);
  g_autoptr (json_t) reply = hs_client_post (call->client, "/v1/printers/approve", wish, &error);
  if (reply == NULL || !hs_json_get_text (reply, "name", 1024, &given_name, &error))
    return hs_command_fail (call, error);
  if (call->json)
    {
      hs_command_print_json (reply);
      return HS_EXIT_OK;
    }
  g_autofree char *safe = hs_safe_text_dup (given_name);
  printf ("%s is approved: jobs on this workstation can be released to it.\n", safe);
  return HS_EXIT_OK;
}

static HsExitCode
disapprove_printer (HsCommandCall *call)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (json_t) nothing = json_object ();

  if (call->arguments[1] == NULL || call->arguments[2] != NULL)
    return hs_command_misused ("printers");
  g_autoptr (HsControlPrinter) printer = hs_find_printer (call->client, call->arguments[1], &error);
  if (printer == NULL)
    return hs_command_fail (call, error);
  g_autofree char *path = g_strdup_printf ("/v1/printers/%s/disapprove", printer->id);
  g_autoptr (json_t) reply = hs_client_post (call->client, path, nothing, &error);
  if (reply == NULL)
    return hs_command_fail (call, error);
  if (call->json)
    hs_command_print_json (reply);
  else
    puts ("The approval is taken back.");
  return HS_EXIT_OK;
}

HsExitCode
hs_command_printers (HsCommandCall *call)
{
  const char *verb = call->arguments[0];

  if (verb == NULL)
    return list_printers (call);
  if (strcmp (verb, "approve") == 0)
    return approve_printer (call);
  if (strcmp (verb, "disapprove") == 0)
    return disapprove_printer (call);
  return hs_command_misused ("printers");
}
