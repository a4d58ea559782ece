/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* What doctor wants to know of a Linux machine: /proc/swaps, device mapper's uuids, statfs. */

#include "platform/host_facts.h"

#include <linux/magic.h>
#include <string.h>
#include <sys/vfs.h>

#define CLIENT_SETTINGS "/etc/cups/client.conf"

/* /dev/dm-3, or a link to it, is encrypted if its device-mapper uuid says so. */
static gboolean
is_encrypted (const char *device)
{
  g_autofree char *real = g_file_read_link (device, NULL);
  g_autofree char *name = g_path_get_basename (real != NULL ? real : device);
  g_autofree char *path = g_strdup_printf ("/sys/block/%s/dm/uuid", name);
  g_autofree char *uuid = NULL;

  return g_file_get_contents (path, &uuid, NULL, NULL) && g_str_has_prefix (uuid, "CRYPT-");
}

gboolean
hs_host_has_clear_swap (void)
{
  g_autofree char *text = NULL;

  if (!g_file_get_contents ("/proc/swaps", &text, NULL, NULL))
    return FALSE;
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  for (guint i = 1; lines[0] != NULL && lines[i] != NULL; i++)
    {
      g_auto (GStrv) words = g_strsplit_set (lines[i], " \t", 2);
      if (words[0] != NULL && *words[0] != '\0' && !g_str_has_prefix (words[0], "/dev/zram")
          && !is_encrypted (words[0]))
        return TRUE;
    }
  return FALSE;
}

guint64
hs_host_get_free_bytes (const char *path)
{
  struct statfs facts;

  return statfs (path, &facts) == 0 ? (guint64)facts.f_bavail * (guint64)facts.f_bsize : 0;
}

gboolean
hs_host_has_tmp_on_disk (void)
{
  struct statfs facts;

  return statfs ("/tmp", &facts) == 0 && facts.f_type != TMPFS_MAGIC && facts.f_type != RAMFS_MAGIC;
}

/* The last line "ServerName …" counts, as in libcups. */
char *
hs_host_dup_print_server (void)
{
  g_autofree char *text = NULL;
  char *found = NULL;

  if (!g_file_get_contents (CLIENT_SETTINGS, &text, NULL, NULL))
    return NULL;
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  for (char **line = lines; *line != NULL; line++)
    {
      g_auto (GStrv) words = g_strsplit_set (g_strstrip (*line), " \t", 2);
      if (words[0] == NULL || words[1] == NULL || g_ascii_strcasecmp (words[0], "ServerName") != 0)
        continue;
      g_free (found);
      found = g_strdup (g_strstrip (words[1]));
    }
  return found;
}
