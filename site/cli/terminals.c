/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* homespool-site terminal. */

#include "site/cli/cli.h"

#include "base/error.h"
#include "site/terminals/enrolment.h"

#include <string.h>

#define MAX_NAME_BYTES 64

static gboolean
read_terminal (HsSite *site, HsCli *cli, HsStoreTerminal *terminal, GError **error)
{
  const char *name = hs_cli_need (cli->names, "--name NAME", error);
  g_autoptr (HsStorePrinter) printer = NULL;

  if (name == NULL)
    return FALSE;
  if (*name == '\0' || strlen (name) > MAX_NAME_BYTES || !g_utf8_validate (name, -1, NULL)
      || strpbrk (name, "\r\n\t") != NULL)
    {
      g_set_error (error, HS_ERROR, HS_ERROR_INVALID,
                   "--name is one line of 1 to %d bytes, for example \"Tablet, second floor\"",
                   MAX_NAME_BYTES);
      return FALSE;
    }
  if (cli->printer == NULL)
    {
      g_set_error (error, HS_ERROR, HS_ERROR_INVALID,
                   "say which printer it stands beside: --printer with its uuid or name");
      return FALSE;
    }
  printer = hs_cli_find_printer (site, cli->printer, error);
  if (printer == NULL)
    return FALSE;
  terminal->printer = printer->uuid;
  terminal->name = g_strdup (name);
  terminal->is_card_only = cli->card_only;
  return TRUE;
}

/* The file first: without it the row would be a terminal that nobody can be. */
static gboolean
add_browser (HsSite *site, HsCli *cli, HsStoreTerminal *terminal, GError **error)
{
  g_autoptr (GBytes) file = NULL;
  char *code = hs_terminal_add_browser (site, terminal, g_get_real_time (), &file, error);

  if (code == NULL)
    return FALSE;
  gboolean ok = hs_cli_write_bytes (cli, file, 0600, error);
  if (ok)
    g_print (
        "The certificate is in %s, and opens with the code\n"
        "  %s\n"
        "Import the file in the browser of the tablet, open %s/t/ there within a day, and type "
        "the code once more. Then delete the file.\n",
        cli->output, code, site->config->devices_urls[0]);
  hs_secret_bytes_wipe (code, strlen (code));
  g_free (code);
  return ok;
}

static gboolean
add_reader (HsSite *site, HsCli *cli, HsStoreTerminal *terminal, GError **error)
{
  char *line = hs_terminal_add (site, terminal, g_get_real_time (), error);

  if (line == NULL || !hs_cli_write_secret_line (cli, line, error))
    return FALSE;
  if (cli->output != NULL && !g_str_equal (cli->output, "-"))
    g_print ("The one-time secret is in %s. The terminal sends it with its certificate request to "
             "%s/v1/terminal/enrol within a day.\n",
             cli->output, site->config->people_urls[0]);
  return TRUE;
}

static gboolean
add_terminal (HsSite *site, HsCli *cli, gboolean *scrub, GError **error)
{
  g_autoptr (HsStoreTerminal) terminal = g_new0 (HsStoreTerminal, 1);

  return read_terminal (site, cli, terminal, error)
         && (cli->browser ? add_browser (site, cli, terminal, error)
                          : add_reader (site, cli, terminal, error));
}

gboolean
hs_cli_terminal_add (HsCli *cli, GError **error)
{
  return hs_cli_change (cli, add_terminal, error);
}

static char *
dup_state (const HsStoreTerminal *terminal, gint64 now_us)
{
  gboolean waits = terminal->enrolled_us == 0;
  g_autofree char *seen = hs_cli_dup_time (terminal->last_seen_us);
  g_autofree char *end = hs_cli_dup_time (terminal->not_after_us);

  if (terminal->revoked_us != 0)
    return g_strdup ("revoked");
  if (waits)
    return g_strdup (now_us < terminal->secret_until_us ? "waits for its first contact"
                                                        : "never came; add it again");
  return g_strdup_printf ("last seen %s, certificate until %s%s", seen, end,
                          terminal->next_not_after_us != 0
                              ? "; renewed, but the new certificate was not used yet"
                              : "");
}

gboolean
hs_cli_terminal_list (HsCli *cli, GError **error)
{
  g_autoptr (HsSite) site = hs_cli_open (cli, error);
  g_autoptr (GPtrArray) terminals
      = site != NULL ? hs_store_list_terminals (site->store, error) : NULL;
  g_autoptr (GString) text = g_string_new (NULL);
  gint64 now_us = g_get_real_time ();

  if (terminals == NULL)
    return FALSE;
  for (guint i = 0; i < terminals->len; i++)
    {
      const HsStoreTerminal *terminal = g_ptr_array_index (terminals, i);
      g_autoptr (HsStorePrinter) printer
          = hs_store_get_printer (site->store, &terminal->printer, NULL);
      g_autofree char *state = dup_state (terminal, now_us);
      char id[HS_ID_TEXT_BYTES];
      g_string_append_printf (
          text, "%s  %s  at %s  %s  %s\n", hs_id_format (&terminal->id, id), terminal->name,
          printer != NULL ? printer->name : "a printer that left the list",
          terminal->is_card_only || site->config->terminals_card_only ? "card alone" : "PIN",
          state);
    }
  return hs_cli_write_list (cli, text->str,
                            "There is no terminal; homespool-site terminal add makes one.", error);
}

static gboolean
revoke_terminal (HsSite *site, HsCli *cli, gboolean *scrub, GError **error)
{
  const char *text = hs_cli_need (
      cli->rest, "the terminal's uuid (homespool-site terminal list shows it)", error);
  g_autoptr (HsStoreTerminal) terminal = NULL;
  HsId id;

  if (text == NULL)
    return FALSE;
  if (!hs_id_parse (text, &id))
    {
      g_set_error (error, HS_ERROR, HS_ERROR_INVALID,
                   "give the uuid as homespool-site terminal list shows it");
      return FALSE;
    }
  terminal = hs_store_get_terminal (site->store, &id, error);
  if (terminal == NULL || !hs_terminal_revoke (site, &id, g_get_real_time (), error))
    return FALSE;
  g_print ("%s is revoked: it can ask nothing of this site any more, and whoever was signed in "
           "there is signed out.\n",
           terminal->name);
  return TRUE;
}

gboolean
hs_cli_terminal_revoke (HsCli *cli, GError **error)
{
  return hs_cli_change (cli, revoke_terminal, error);
}
