/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* A private folder for one test. */

#include "support/temp_dir.h"

#include <gio/gio.h>
#include <glib/gstdio.h>

char *
hs_temp_dir_new (void)
{
  char *path = g_dir_make_tmp ("homespool-test-XXXXXX", NULL);

  g_assert (path != NULL);
  return path;
}

static void
remove_below (const char *path)
{
  g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);
  const char *name;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);
      if (g_file_test (child, G_FILE_TEST_IS_DIR) && !g_file_test (child, G_FILE_TEST_IS_SYMLINK))
        remove_below (child);
      else
        g_unlink (child);
    }
  g_rmdir (path);
}

void
hs_temp_dir_free (char *path)
{
  remove_below (path);
  g_free (path);
}
