/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* homespool-tray: what people see of Homespool on their desktop. */

#include "platform/wiping_memory.h"
#include "tray-ui/application.h"

#include <glib/gi18n.h>
#include <locale.h>

int
main (int argc, char **argv)
{
  const char *catalogues = g_getenv ("HOMESPOOL_LOCALE_DIR"); /* of a build that is not installed */

  /* Set before GTK looks: some cards and a progress bar need no graphics library that would take more
   * memory, all day, than all the rest of the program. Who has set something else keeps it. */
  g_setenv ("GSK_RENDERER", "cairo", FALSE);
  g_setenv ("GDK_DEBUG", "gl-disable", FALSE);
  setlocale (LC_ALL, "");
  bindtextdomain ("homespool", catalogues != NULL ? catalogues : HS_LOCALE_FOLDER);
  bind_textdomain_codeset ("homespool", "UTF-8");
  textdomain ("homespool");
  /* Titles, tokens and first pages pass through strings and pictures of libraries: what is freed is
   * wiped. */
  if (!hs_wiping_heap_is_active ())
    g_debug ("the heap is a sanitizer's: nothing that is freed is wiped");
  g_set_application_name (_ ("Homespool"));
  g_autoptr (HsApplication) application = hs_application_new ();
  return g_application_run (G_APPLICATION (application), argc, argv);
}
