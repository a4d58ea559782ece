/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* A secret in a file of its own. */

#include "site/keys/key_file.h"

#include "base/base64.h"
#include "base/error.h"

#include <glib/gstdio.h>
#include <string.h>

#define OTHERS_MAY_READ 0077
#define TEXT_MAX_BYTES 128

HsSecretBytes *
hs_key_file_load (const char *path, GError **error)
{
  g_autofree char *text = NULL;
  gsize length = 0;
  guint8 bytes[HS_KEY_FILE_BYTES];
  GStatBuf status;

  if (!g_file_get_contents (path, &text, &length, error))
    {
      hs_error_convert_gio (error);
      return NULL;
    }
  gsize line_length = strcspn (text, "\n");
  gssize decoded = length <= TEXT_MAX_BYTES
                       ? hs_base64_decode (HS_BASE64_URL, text, line_length, bytes, sizeof bytes)
                       : -1;
  hs_secret_bytes_wipe (text, length);
  g_autoptr (HsSecretBytes) secret
      = decoded == HS_KEY_FILE_BYTES ? hs_secret_bytes_new_copy (bytes, sizeof bytes) : NULL;
  hs_secret_bytes_wipe (bytes, sizeof bytes);
  if (g_stat (path, &status) == 0 && (status.st_mode & OTHERS_MAY_READ) != 0)
    {
      g_set_error (error, HS_ERROR, HS_ERROR_DENIED,
                   "%s is a secret that other users may read; run chmod 600 on it if nobody has "
                   "seen it, else make new keys",
                   path);
      return NULL;
    }
  if (secret == NULL)
    g_set_error (error, HS_ERROR, HS_ERROR_CORRUPT,
                 "%s is damaged; restore it from where you keep the site's keys", path);
  return g_steal_pointer (&secret);
}

gboolean
hs_key_file_store (const char *path, const HsSecretBytes *secret, GError **error)
{
  if (g_file_test (path, G_FILE_TEST_EXISTS))
    {
      g_set_error (error, HS_ERROR, HS_ERROR_REFUSED, "%s exists already and is kept", path);
      return FALSE;
    }
  g_autofree char *line = hs_base64_encode (HS_BASE64_URL, hs_secret_bytes_peek (secret),
                                            hs_secret_bytes_get_length (secret));
  gboolean ok = g_file_set_contents_full (
      path, line, -1, G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0600, error);
  hs_secret_bytes_wipe (line, strlen (line));
  if (!ok)
    hs_error_convert_gio (error);
  return ok;
}
