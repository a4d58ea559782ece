/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Output of any length. */

#include "site/cli/output.h"

#include "base/error.h"
#include "core/wire/json_strict.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

struct HsCliOutput
{
  FILE *file;
  char *path;      /* NULL: standard output */
  char *temporary; /* removed unless it became the file */
};

HsCliOutput *
hs_cli_output_open (HsCli *cli, GError **error)
{
  g_autoptr (HsCliOutput) output = g_new0 (HsCliOutput, 1);

  if (cli->output == NULL || g_str_equal (cli->output, "-"))
    {
      output->file = stdout;
      return g_steal_pointer (&output);
    }
  output->path = g_strdup (cli->output);
  char *temporary = g_strconcat (cli->output, ".XXXXXX", NULL);
  int fd = g_mkstemp (temporary);
  if (fd >= 0)
    {
      output->temporary = temporary;
      output->file = fdopen (fd, "w");
      return g_steal_pointer (&output);
    }
  g_free (temporary);
  g_set_error (error, HS_ERROR, HS_ERROR_DENIED, "%s cannot be written: %s", cli->output,
               g_strerror (errno));
  return NULL;
}

void
hs_cli_output_free (HsCliOutput *output)
{
  if (output == NULL)
    return;
  if (output->file != NULL && output->file != stdout)
    fclose (output->file);
  if (output->temporary != NULL)
    g_remove (output->temporary);
  g_free (output->temporary);
  g_free (output->path);
  g_free (output);
}

void
hs_cli_output_text (HsCliOutput *output, const char *text)
{
  fputs (text, output->file);
}

void
hs_cli_output_number (HsCliOutput *output, guint64 number)
{
  fprintf (output->file, "%" G_GUINT64_FORMAT, number);
}

void
hs_cli_output_csv (HsCliOutput *output, const char *value)
{
  putc ('"', output->file);
  if (*value != '\0' && strchr ("=+-@\t\r", *value) != NULL)
    putc ('\'', output->file);
  for (; *value != '\0'; value++)
    {
      if (*value == '"')
        putc ('"', output->file);
      putc (*value, output->file);
    }
  putc ('"', output->file);
}

void
hs_cli_output_json (HsCliOutput *output, const json_t *value)
{
  g_autofree char *text = hs_json_encode (value);

  fputs (text, output->file);
}

gboolean
hs_cli_output_finish (HsCliOutput *output, GError **error)
{
  gboolean is_bad = fflush (output->file) != 0 || ferror (output->file) != 0;

  if (!is_bad && output->path != NULL)
    is_bad
        = g_fsync (fileno (output->file)) != 0 || g_rename (output->temporary, output->path) != 0;
  if (is_bad)
    {
      g_set_error (error, HS_ERROR, HS_ERROR_NO_SPACE, "%s cannot be written: %s",
                   output->path != NULL ? output->path : "standard output", g_strerror (errno));
      return FALSE;
    }
  g_clear_pointer (&output->temporary, g_free);
  return TRUE;
}
