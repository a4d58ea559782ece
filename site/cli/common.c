/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* What the commands of homespool-site share. */

#include "base/safe_text.h"
#include "site/cli/cli.h"

#include "base/error.h"
#include "core/identity.h"
#include "platform/terminal.h"
#include "site/opening.h"
#include "site/people/password.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

HsSite *
hs_cli_open (HsCli *cli, GError **error)
{
  if (cli->data != NULL)
    return hs_site_open (cli->data, g_get_real_time (), error);
  g_set_error (error, HS_ERROR, HS_ERROR_INVALID,
               "say where the site's data is, with --data DIR (for example "
               "--data /var/lib/homespool-site)");
  return NULL;
}

gboolean
hs_cli_change (HsCli *cli, HsCliChange change, GError **error)
{
  g_autoptr (HsSite) site = hs_cli_open (cli, error);
  gboolean scrub = FALSE;

  if (site == NULL || !hs_store_begin (site->store, error))
    return FALSE;
  if (!change (site, cli, &scrub, error))
    {
      hs_store_roll_back (site->store);
      return FALSE;
    }
  if (!hs_store_commit (site->store, error))
    return FALSE;
  hs_site_tell_change (site);
  return !scrub || hs_store_rewrite (site->store, error);
}

gboolean
hs_cli_check_display_name (const char *name, GError **error)
{
  if (name == NULL || hs_identity_is_name (name))
    return TRUE;
  g_set_error (error, HS_ERROR, HS_ERROR_INVALID,
               "--display-name has 1 to %d bytes of UTF-8 text without control characters",
               HS_IDENTITY_NAME_MAX_BYTES);
  return FALSE;
}

const char *
hs_cli_need (char *const *values, const char *option, GError **error)
{
  if (values != NULL && values[0] != NULL && values[1] == NULL)
    return values[0];
  g_set_error (error, HS_ERROR, HS_ERROR_INVALID, "give %s once", option);
  return NULL;
}

static HsSecretBytes *
read_line (const char *path, GError **error)
{
  char line[HS_PASSWORD_MAX_BYTES + 2] = "";
  gboolean is_stdin = g_str_equal (path, "-");
  FILE *file = is_stdin ? stdin : fopen (path, "r");

  if (file == NULL)
    {
      g_set_error (error, HS_ERROR, HS_ERROR_NOT_FOUND, "%s cannot be read", path);
      return NULL;
    }
  gboolean got = fgets (line, sizeof line, file) != NULL;
  if (!is_stdin)
    fclose (file);
  gsize length = strcspn (line, "\r\n");
  HsSecretBytes *secret
      = got && length > 0 ? hs_secret_bytes_new_copy ((const guint8 *)line, length) : NULL;
  hs_secret_bytes_wipe (line, sizeof line);
  if (secret == NULL)
    g_set_error (error, HS_ERROR, HS_ERROR_INVALID, "there is nothing in the first line of %s",
                 is_stdin ? "standard input" : path);
  return secret;
}

gboolean
hs_cli_read_secret (
    HsCli *cli, const char *file, const char *option, const char *prompt, GError **error)
{
  char line[HS_PASSWORD_MAX_BYTES + 2];

  if (file != NULL)
    {
      cli->secret = read_line (file, error);
      return cli->secret != NULL;
    }
  gssize length = hs_terminal_read_secret (prompt, line, sizeof line, NULL);
  if (length > 0)
    cli->secret = hs_secret_bytes_new_copy ((const guint8 *)line, (gsize)length);
  hs_secret_bytes_wipe (line, sizeof line);
  if (cli->secret == NULL)
    g_set_error (error, HS_ERROR, HS_ERROR_INVALID,
                 "nothing was typed; type it when asked, or give %s FILE (- is standard input)",
                 option);
  return cli->secret != NULL;
}

gboolean
hs_cli_write (HsCli *cli, const char *text, GError **error)
{
  if (cli->output == NULL || g_str_equal (cli->output, "-"))
    {
      if (fputs (text, stdout) >= 0 && fflush (stdout) == 0)
        return TRUE;
      g_set_error (error, HS_ERROR, HS_ERROR_NO_SPACE, "standard output cannot be written: %s",
                   g_strerror (errno));
      return FALSE;
    }
  if (g_file_set_contents_full (cli->output, text, -1,
                                G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0600,
                                error))
    return TRUE;
  hs_error_convert_gio (error);
  return FALSE;
}

gboolean
hs_cli_write_list (HsCli *cli, const char *text, const char *nobody, GError **error)
{
  g_autofree char *safe = hs_safe_text_dup_lines (text);

  if (!hs_cli_write (cli, safe, error))
    return FALSE;
  if (*text == '\0')
    fprintf (stderr, "%s\n", nobody);
  return TRUE;
}

gboolean
hs_cli_write_secret_line (HsCli *cli, char *line, GError **error)
{
  g_autofree char *text = g_strconcat (line, "\n", NULL);
  gboolean ok = hs_cli_write (cli, text, error);

  hs_secret_bytes_wipe (text, strlen (text));
  hs_secret_bytes_wipe (line, strlen (line));
  g_free (line);
  return ok;
}

gboolean
hs_cli_write_bytes (HsCli *cli, GBytes *bytes, int mode, GError **error)
{
  if (cli->output == NULL || g_str_equal (cli->output, "-"))
    {
      g_set_error (error, HS_ERROR, HS_ERROR_INVALID, "say where to write it, with --output FILE");
      return FALSE;
    }
  if (g_file_set_contents_full (
          cli->output, g_bytes_get_data (bytes, NULL), (gssize)g_bytes_get_size (bytes),
          G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, mode, error))
    return TRUE;
  hs_error_convert_gio (error);
  return FALSE;
}

HsStorePrinter *
hs_cli_find_printer (HsSite *site, const char *text, GError **error)
{
  g_autoptr (GPtrArray) printers = hs_store_list_printers (site->store, error);
  const HsStorePrinter *found = NULL;
  guint count = 0;
  HsId uuid;

  if (printers == NULL)
    return NULL;
  if (hs_id_parse (text, &uuid))
    return hs_store_get_printer (site->store, &uuid, error);
  for (guint i = 0; i < printers->len; i++)
    {
      const HsStorePrinter *printer = g_ptr_array_index (printers, i);
      if (!g_str_equal (printer->name, text))
        continue;
      found = printer;
      count++;
    }
  if (count == 1)
    return hs_store_get_printer (site->store, &found->uuid, error);
  if (count == 0)
    g_set_error (error, HS_ERROR, HS_ERROR_NOT_FOUND,
                 "no printer of the signed list is called that; homespool-site printer list shows "
                 "names and uuids");
  else
    g_set_error (
        error, HS_ERROR, HS_ERROR_INVALID,
        "%u printers are called that; give the uuid as homespool-site printer list shows it",
        count);
  return NULL;
}

char *
hs_cli_dup_time (gint64 at_us)
{
  g_autoptr (GDateTime) moment = g_date_time_new_from_unix_local (at_us / G_USEC_PER_SEC);

  return at_us != 0 && moment != NULL ? g_date_time_format (moment, "%Y-%m-%d %H:%M")
                                      : g_strdup ("-");
}
