/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* machine-id(5): 32 hexadecimal digits. Where the root file system is made anew for each boot, the system
 * manager lays another file over it, which says nothing about the next boot. */

#include "platform/machine_id.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define TEXT_BYTES 32 /* machine-id(5) */

/* What the id is hashed with, so that no other program's hash of it is the same. Ours, random. */
static const guint8 purpose[16] = { 0x5e, 0x21, 0x9b, 0x70, 0x0d, 0x4c, 0x4f, 0x1a,
                                    0x93, 0xb6, 0xc8, 0x27, 0x6a, 0x15, 0xe4, 0x38 };

static gboolean
is_id (const char *text)
{
  gboolean is_zero = TRUE;

  for (gsize i = 0; i < TEXT_BYTES; i++)
    {
      if (!g_ascii_isxdigit (text[i]))
        return FALSE;
      is_zero = is_zero && text[i] == '0';
    }
  return !is_zero;
}

/* Something is mounted on the file itself. */
static gboolean
is_laid_over (const char *path, int file)
{
  g_autofree char *folder = g_path_get_dirname (path);
  struct stat facts, around;

  return fstat (file, &facts) != 0 || stat (folder, &around) != 0 || facts.st_dev != around.st_dev;
}

gboolean
hs_machine_id_read (const char *path, guint8 id[HS_MACHINE_ID_BYTES])
{
  char text[TEXT_BYTES] = { 0 };
  int file = open (path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
  gboolean is_good = file >= 0 && !is_laid_over (path, file)
                     && read (file, text, sizeof text) == sizeof text && is_id (text);
  gsize length = HS_MACHINE_ID_BYTES;

  if (file >= 0)
    close (file);
  if (!is_good)
    return FALSE;
  GHmac *hmac = g_hmac_new (G_CHECKSUM_SHA256, (const guint8 *)text, sizeof text);
  g_hmac_update (hmac, purpose, sizeof purpose);
  g_hmac_get_digest (hmac, id, &length);
  g_hmac_unref (hmac);
  return TRUE;
}
