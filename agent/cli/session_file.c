/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The session token of a kiosk between two commands. */

#include "cli/session_file.h"

#include "base/error.h"

#include <glib/gstdio.h>

#define VARIABLE "HOMESPOOL_SESSION"
#define TOKEN_MAX_BYTES 128

static char *
dup_path (const char *socket_path)
{
  g_autofree char *digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, socket_path, -1);
  g_autofree char *name = g_strdup_printf ("session-%.16s", digest);

  return g_build_filename (g_get_user_runtime_dir (), "homespool", name, NULL);
}

char *
hs_session_file_read (const char *socket_path)
{
  g_autofree char *path = dup_path (socket_path);
  const char *variable = g_getenv (VARIABLE);
  char *text = NULL;
  gsize length = 0;

  if (variable != NULL && *variable != '\0')
    return g_strdup (variable);
  if (!g_file_get_contents (path, &text, &length, NULL))
    return NULL;
  if (length > 0 && length < TOKEN_MAX_BYTES && g_str_is_ascii (text))
    return g_strstrip (text);
  g_free (text);
  return NULL;
}

gboolean
hs_session_file_write (const char *socket_path, const char *token, GError **error)
{
  g_autofree char *path = dup_path (socket_path);
  g_autofree char *folder = g_path_get_dirname (path);
  g_autoptr (GError) problem = NULL;

  if (g_mkdir_with_parents (folder, 0700) == 0
      && g_file_set_contents_full (path, token, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, &problem))
    return TRUE;
  g_set_error (
      error, HS_ERROR, HS_ERROR_DENIED,
      "You could not be kept signed in, for %s cannot be written. Set XDG_RUNTIME_DIR to a "
      "folder of yours and sign in again.",
      folder);
  return FALSE;
}

void
hs_session_file_remove (const char *socket_path)
{
  g_autofree char *path = dup_path (socket_path);

  g_unlink (path);
}
