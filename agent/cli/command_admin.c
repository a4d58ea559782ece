/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* enrol, config check. */

#include "base/safe_text.h"
#include "cli/command.h"

#include "base/error.h"
#include "base/secret_bytes.h"
#include "core/config.h"
#include "store/config_files.h"

#include <gio/gio.h>
#include <stdio.h>
#include <string.h>

#define TOKEN_BYTES (16 * 1024)

/* A file, or standard input for "-". Returns: (transfer full). */
static GBytes *
read_token (const char *name, GError **error)
{
  g_autofree char *text = NULL;
  gsize length = 0;

  if (strcmp (name, "-") != 0)
    {
      g_autoptr (GError) problem = NULL;
      if (!g_file_get_contents (name, &text, &length, &problem))
        {
          /* Not NOT_FOUND: that exit code is for jobs and printers. */
          g_set_error (error, HS_ERROR, HS_ERROR_INVALID,
                       "The token cannot be read: %s. Give the file that `homespool-site token "
                       "--output FILE` wrote, or - and the token on standard input.",
                       problem->message);
          return NULL;
        }
    }
  else
    {
      text = g_malloc (TOKEN_BYTES);
      length = fread (text, 1, TOKEN_BYTES, stdin);
    }
  while (length > 0 && g_ascii_isspace (text[length - 1]))
    length--;
  if (length > 0 && length < TOKEN_BYTES)
    return g_bytes_new_take (g_steal_pointer (&text), length);
  hs_secret_bytes_wipe (text, length);
  g_set_error_literal (error, HS_ERROR, HS_ERROR_INVALID,
                       "The token file is empty or too long. Ask for a new one: `homespool-site "
                       "token` makes it.");
  return NULL;
}

HsExitCode
hs_command_enrol (HsCommandCall *call)
{
  g_autofree char *name = hs_command_take_value (call, "--token-file");
  g_autoptr (GError) error = NULL;

  if (name == NULL || call->arguments[0] != NULL)
    return hs_command_misused ("enrol");
  g_autoptr (GBytes) token = read_token (name, &error);
  g_autoptr (json_t) reply = token != NULL ? hs_client_call (call->client, "POST", "/v1/enrol",
                                                             token, "text/plain", &error)
                                           : NULL;
  if (token != NULL)
    hs_secret_bytes_wipe ((gpointer)g_bytes_get_data (token, NULL), g_bytes_get_size (token));
  if (reply == NULL)
    return hs_command_fail (call, error);
  if (call->json)
    {
      hs_command_print_json (reply);
      return HS_EXIT_OK;
    }
  g_autofree char *organisation = NULL;
  g_autofree char *device = NULL;
  if (!hs_json_get_text (reply, "organisation", 1024, &organisation, &error)
      || !hs_json_get_text (reply, "device", 64, &device, &error))
    return hs_command_fail (call, error);
  g_autofree char *safe = hs_safe_text_dup (organisation);
  printf ("This workstation belongs to %s now (device %s).\n", safe, device);
  return HS_EXIT_OK;
}

HsExitCode
hs_command_config (HsCommandCall *call)
{
  g_autoptr (GError) error = NULL;

  if (g_strcmp0 (call->arguments[0], "check") != 0 || call->arguments[1] != NULL)
    return hs_command_misused ("config");
  g_autoptr (HsConfig) config
      = hs_config_files_read (call->paths->config_file, call->paths->config_folder, &error);
  if (config == NULL)
    return hs_command_fail (call, error);
  g_autofree char *text = hs_config_format (config);
  fputs (text, stdout);
  return HS_EXIT_OK;
}
