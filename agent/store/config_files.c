/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Reads the configuration. */

#include "store/config_files.h"

#include "base/error.h"
#include "platform/paths.h"

#include <string.h>

static gboolean
merge_file (HsConfig *config, const char *path, GError **error)
{
  g_autofree char *text = NULL;
  g_autoptr (GError) failure = NULL;
  gsize length;

  if (!hs_paths_check_file (path, FALSE, &failure)
      || !g_file_get_contents (path, &text, &length, &failure))
    {
      hs_error_convert_gio (&failure);
      g_propagate_prefixed_error (error, g_steal_pointer (&failure),
                                  "cannot read the configuration: ");
      return FALSE;
    }
  return hs_config_merge (config, path, text, length, error);
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

static GPtrArray *
list_drop_ins (const char *folder)
{
  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_suffix (name, ".conf") && name[0] != '.')
      g_ptr_array_add (names, g_build_filename (folder, name, NULL));
  g_ptr_array_sort (names, compare_names);
  return names;
}

HsConfig *
hs_config_files_read (const char *file, const char *folder, GError **error)
{
  g_autoptr (HsConfig) config = hs_config_new ();
  g_autoptr (GPtrArray) drop_ins = list_drop_ins (folder);

  if (g_file_test (file, G_FILE_TEST_EXISTS) && !merge_file (config, file, error))
    return NULL;
  for (guint i = 0; i < drop_ins->len; i++)
    if (!merge_file (config, g_ptr_array_index (drop_ins, i), error))
      return NULL;
  return hs_config_check (config, error) ? g_steal_pointer (&config) : NULL;
}
