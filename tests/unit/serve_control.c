/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The page about the control API against the routes that are served. */

#include "serve/control/control.h"
#include "support/suite.h"

#include <string.h>

/* The page's table: "| POST /v1/enrol (administrator) | body | answer |". */
static char *
read_documented_routes (void)
{
  g_autofree char *path = hs_test_source_path ("docs/control-api.md");
  g_autofree char *text = NULL;
  GString *routes = g_string_new (NULL);

  HS_ASSERT (g_file_get_contents (path, &text, NULL, NULL));
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  for (char **line = lines; *line != NULL; line++)
    if (g_str_has_prefix (*line, "| GET ") || g_str_has_prefix (*line, "| POST "))
      {
        const char *end = strstr (*line + 2, " |");
        g_string_append_len (routes, *line + 2, end - (*line + 2));
        g_string_append_c (routes, '\n');
      }
  return g_string_free (routes, FALSE);
}

static int
by_text (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

static char *
sort_lines (const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  qsort (lines, g_strv_length (lines), sizeof *lines, by_text);
  return g_strjoinv ("\n", lines);
}

static void
each_route_is_documented_and_each_documented_route_is_served (void)
{
  g_autofree char *served = hs_control_format_routes ();
  g_autofree char *documented = read_documented_routes ();
  g_autofree char *served_sorted = sort_lines (served);
  g_autofree char *documented_sorted = sort_lines (documented);

  HS_ASSERT (strlen (served) > 0);
  HS_ASSERT_STR_EQ (served_sorted, documented_sorted);
}

HS_SUITE ("serve/control",
          { "each route is documented, and each documented route is served",
            each_route_is_documented_and_each_documented_route_is_served })
