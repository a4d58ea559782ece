/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Runs all files of a corpus through a fuzz target, so that corpora are ordinary tests and every
 * compiler can run them. A crash ends the program, which is a failure. TAP.
 *
 * usage: corpus_… FOLDER [PART OF A NAME] */

#include "fuzz/fuzz.h"

#include <stdio.h>
#include <string.h>

static int
by_name (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) folder = g_dir_open (argc > 1 ? argv[1] : ".", 0, &error);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  const char *name;

  if (folder == NULL)
    {
      printf ("Bail out! %s\n", error->message);
      return 1;
    }
  while ((name = g_dir_read_name (folder)) != NULL)
    if (argc < 3 || strstr (name, argv[2]) != NULL)
      g_ptr_array_add (names, g_strdup (name));
  g_ptr_array_sort (names, by_name);
  if (names->len == 0)
    {
      printf ("Bail out! the corpus is empty\n");
      return 1;
    }
  printf ("1..%u\n", names->len);
  for (guint i = 0; i < names->len; i++)
    {
      g_autofree char *path = g_build_filename (argv[1], g_ptr_array_index (names, i), NULL);
      g_autofree char *data = NULL;
      gsize size = 0;
      gboolean is_read = g_file_get_contents (path, &data, &size, NULL);
      if (is_read)
        {
          /* A copy of exactly this size, so that a sanitizer sees a read beyond it. */
          g_autofree guint8 *copy = g_malloc (MAX (size, 1));
          memcpy (copy, data, size);
          LLVMFuzzerTestOneInput (copy, size);
        }
      printf ("%s %u - %s\n", is_read ? "ok" : "not ok", i + 1,
              (const char *)g_ptr_array_index (names, i));
      fflush (stdout);
    }
  return 0;
}
