/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* platform/paths.h: the two layouts, and what is refused. */

#include "platform/paths.h"
#include "support/suite.h"
#include "support/temp_dir.h"

#include <sys/stat.h>
#include <unistd.h>

static char *folder;
static HsPaths *paths;

static void
set_up (void)
{
  folder = hs_temp_dir_new ();
  paths = hs_paths_new (folder);
}

static void
tear_down (void)
{
  g_clear_pointer (&paths, hs_paths_free);
  g_clear_pointer (&folder, hs_temp_dir_free);
}

static guint
mode_of (const char *path)
{
  struct stat facts;

  HS_ASSERT (lstat (path, &facts) == 0);
  return facts.st_mode & 0777;
}

static void
installed_places_are_the_documented_ones (void)
{
  g_autoptr (HsPaths) installed = hs_paths_new (NULL);

  HS_ASSERT_STR_EQ (installed->config_file, "/etc/homespool/agent.conf");
  HS_ASSERT_STR_EQ (installed->state_folder, "/var/lib/homespool");
  HS_ASSERT_STR_EQ (installed->spool_folder, "/var/lib/homespool/spool");
  HS_ASSERT_STR_EQ (installed->control_socket, "/run/homespool/control.sock");
  HS_ASSERT_STR_EQ (installed->ipp_socket, "/run/cups/homespool.sock");
}

static void
everything_is_below_the_root_folder (void)
{
  const char *const below[] = { paths->config_file,    paths->config_folder, paths->state_folder,
                                paths->spool_folder,   paths->ledger_file,   paths->run_folder,
                                paths->control_socket, paths->ipp_socket,    paths->queue_socket };
  g_autofree char *prefix = g_strconcat (folder, "/", NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (below); i++)
    HS_ASSERT (g_str_has_prefix (below[i], prefix));
}

static void
folders_are_made_private (void)
{
  g_autoptr (GError) error = NULL;

  HS_ASSERT (hs_paths_prepare (paths, &error));
  HS_ASSERT_NO_ERROR (error);
  HS_ASSERT_INT_EQ (mode_of (paths->state_folder), 0700);
  HS_ASSERT_INT_EQ (mode_of (paths->spool_folder), 0700);
  HS_ASSERT_INT_EQ (mode_of (paths->run_folder), 0755);
  HS_ASSERT (hs_paths_prepare (paths, &error));
}

static void
assert_not_prepared (GIOErrorEnum code)
{
  g_autoptr (GError) error = NULL;

  HS_ASSERT (!hs_paths_prepare (paths, &error));
  if (!g_error_matches (error, G_IO_ERROR, (int)code))
    hs_test_fail (__FILE__, __LINE__, "error is %d: %s", error->code, error->message);
}

static void
an_open_state_folder_is_refused (void)
{
  HS_ASSERT (hs_paths_prepare (paths, NULL));
  HS_ASSERT (chmod (paths->spool_folder, 0750) == 0);
  assert_not_prepared (G_IO_ERROR_PERMISSION_DENIED);
}

static void
a_run_folder_that_others_can_write_is_refused (void)
{
  HS_ASSERT (hs_paths_prepare (paths, NULL));
  HS_ASSERT (chmod (paths->run_folder, 01777) == 0);
  assert_not_prepared (G_IO_ERROR_PERMISSION_DENIED);
}

static void
a_folder_of_another_user_is_refused (void)
{
  if (geteuid () != 0)
    hs_test_skip ("needs root, to give a folder away");
  HS_ASSERT (hs_paths_prepare (paths, NULL));
  HS_ASSERT (chown (paths->state_folder, 4711, 4711) == 0);
  assert_not_prepared (G_IO_ERROR_PERMISSION_DENIED);
}

static void
a_link_in_place_of_a_folder_is_refused (void)
{
  g_autofree char *elsewhere = g_build_filename (folder, "elsewhere", NULL);

  HS_ASSERT (mkdir (elsewhere, 0700) == 0 && symlink (elsewhere, paths->state_folder) == 0);
  assert_not_prepared (G_IO_ERROR_NOT_DIRECTORY);
}

static void
files_are_checked_before_they_are_read (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *file = g_build_filename (folder, "f", NULL);
  g_autofree char *link = g_build_filename (folder, "l", NULL);

  HS_ASSERT (!hs_paths_check_file (file, FALSE, &error));
  HS_ASSERT (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND));
  g_clear_error (&error);
  HS_ASSERT (g_file_set_contents (file, "x", 1, NULL) && chmod (file, 0644) == 0);
  HS_ASSERT (hs_paths_check_file (file, FALSE, NULL));
  HS_ASSERT (!hs_paths_check_file (file, TRUE, NULL));
  HS_ASSERT (chmod (file, 0400) == 0 && hs_paths_check_file (file, TRUE, NULL));
  HS_ASSERT (chmod (file, 0664) == 0 && !hs_paths_check_file (file, FALSE, NULL));
  HS_ASSERT (chmod (file, 0600) == 0 && symlink (file, link) == 0);
  HS_ASSERT (!hs_paths_check_file (link, FALSE, &error));
  HS_ASSERT (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_REGULAR_FILE));
}

HS_SUITE_WITH ("paths",
               set_up,
               tear_down,
               { "the installed places are the documented ones",
                 installed_places_are_the_documented_ones },
               { "everything is below the root folder", everything_is_below_the_root_folder },
               { "folders are made private", folders_are_made_private },
               { "an open state folder is refused", an_open_state_folder_is_refused },
               { "a run folder that others can write is refused",
                 a_run_folder_that_others_can_write_is_refused },
               { "a folder of another user is refused", a_folder_of_another_user_is_refused },
               { "a link in place of a folder is refused", a_link_in_place_of_a_folder_is_refused },
               { "files are checked before they are read", files_are_checked_before_they_are_read })
