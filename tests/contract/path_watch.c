/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

#include "platform/linux/path_watch.h"
#include "support/loop.h"
#include "support/suite.h"
#include "support/temp_dir.h"

#include <glib/gstdio.h>

static char *folder;
static char *below; /* a folder that is not there yet */
static HsPathWatch *watch;
static guint appeared;

static void
on_appeared (gpointer user_data)
{
  appeared++;
}

static void
begin (const char *parent)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_build_filename (parent, "socket", NULL);

  watch = hs_path_watch_new (path, on_appeared, NULL, &error);
  HS_ASSERT (error == NULL);
}

static void
make (const char *parent, const char *name)
{
  g_autofree char *path = g_build_filename (parent, name, NULL);

  HS_ASSERT (g_file_set_contents (path, "", 0, NULL));
}

/* Whatever the kernel has told by now has been dealt with: what is made after it is told after it. */
static void
settle (void)
{
  g_autofree char *path = g_build_filename (folder, "marker", NULL);
  guint before = appeared;
  g_autoptr (HsPathWatch) marker = hs_path_watch_new (path, on_appeared, NULL, NULL);

  make (folder, "marker");
  HS_LOOP_UNTIL (appeared > before);
  appeared = before;
  g_unlink (path);
}

static void
set_up (void)
{
  folder = hs_temp_dir_new ();
  below = g_build_filename (folder, "later", "still-later", NULL);
  appeared = 0;
}

static void
tear_down (void)
{
  g_clear_pointer (&watch, hs_path_watch_free);
  g_clear_pointer (&below, g_free);
  g_clear_pointer (&folder, hs_temp_dir_free);
}

static void
what_is_made_is_told (void)
{
  begin (folder);
  make (folder, "other");
  settle ();
  HS_ASSERT_INT_EQ (appeared, 0);
  make (folder, "socket");
  HS_LOOP_UNTIL (appeared > 0);
}

static void
what_is_there_already_is_told (void)
{
  make (folder, "socket");
  begin (folder);
  HS_ASSERT_INT_EQ (appeared, 0);
  HS_LOOP_UNTIL (appeared > 0);
}

static void
its_folders_may_come_later (void)
{
  begin (below);
  settle ();
  HS_ASSERT_INT_EQ (appeared, 0);
  HS_ASSERT (g_mkdir_with_parents (below, 0700) == 0);
  make (below, "socket");
  HS_LOOP_UNTIL (appeared > 0);
}

static void
its_folder_may_go_and_come (void)
{
  HS_ASSERT (g_mkdir_with_parents (below, 0700) == 0);
  begin (below);
  settle ();
  HS_ASSERT (g_rmdir (below) == 0);
  settle ();
  HS_ASSERT_INT_EQ (appeared, 0);
  HS_ASSERT (g_mkdir_with_parents (below, 0700) == 0);
  make (below, "socket");
  HS_LOOP_UNTIL (appeared > 0);
}

HS_SUITE_WITH ("path watch",
               set_up,
               tear_down,
               { "what is made there is told, and nothing else", what_is_made_is_told },
               { "what is there already is told", what_is_there_already_is_told },
               { "its folders may come later", its_folders_may_come_later },
               { "its folder may go and come", its_folder_may_go_and_come })
