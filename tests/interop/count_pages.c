/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Counts the pages of a file as the agent would and prints what was found, with the helper's peak
 * memory: for tests in Python that make documents with other people's programs.
 *
 * usage: count_pages HELPER_FOLDER FORMAT FILE */

#include "engine/render/page_counter.h"

#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

static gssize
read_file (gpointer document, guint64 offset, void *buffer, gsize capacity, GError **error)
{
  FILE *file = document;

  if (fseeko (file, (off_t)offset, SEEK_SET) != 0)
    return -1;
  return (gssize)fread (buffer, 1, capacity, file);
}

static void
count_stream (const char *format, FILE *file, HsPageFacts *facts)
{
  g_autoptr (HsPageCount) count = hs_page_count_new (format);
  char buffer[65536];
  gsize length;

  while ((length = fread (buffer, 1, sizeof buffer, file)) > 0)
    hs_page_count_feed (count, buffer, length);
  hs_page_count_finish (count, facts);
}

int
main (int argc, char **argv)
{
  static const char *const colours[] = { "unknown", "monochrome", "colour" };
  g_autoptr (GError) error = NULL;
  HsPageFacts facts = { 0 };
  struct rusage usage;

  FILE *file = argc == 4 ? fopen (argv[3], "rb") : NULL;
  if (file == NULL || fseeko (file, 0, SEEK_END) != 0)
    return 2;
  const HsRenderPlan plan = { argv[1], (guint64)ftello (file), read_file, file };
  rewind (file);
  if (strcmp (argv[2], "application/pdf") != 0)
    count_stream (argv[2], file, &facts);
  else if (!hs_page_counter_count (&plan, NULL, &facts, &error))
    {
      fprintf (stderr, "%s\n", error->message);
      return 1;
    }
  fclose (file);
  getrusage (RUSAGE_CHILDREN, &usage);
  printf ("{\"known\": %s, \"pages\": %u, \"colour\": \"%s\", \"width_um\": %u, \"height_um\": %u, "
          "\"sides\": %d, \"copies\": %u, \"helper_kib\": %ld}\n",
          facts.is_known ? "true" : "false", facts.impressions, colours[facts.colour],
          facts.width_um, facts.height_um, facts.has_sides ? (int)facts.sides : -1, facts.copies,
          usage.ru_maxrss);
  return 0;
}
