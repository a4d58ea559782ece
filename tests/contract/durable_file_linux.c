/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* What only a real disk can show: modes, owners, links and strange files. */

#include "support/suite.h"
#include "support/temp_dir.h"

#include "platform/durable_file.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static char *path;

static void
set_up (void)
{
  path = hs_temp_dir_new ();
}

static void
tear_down (void)
{
  g_clear_pointer (&path, hs_temp_dir_free);
}

static mode_t
mode_of (const char *name)
{
  g_autofree char *file = g_build_filename (path, name, NULL);
  struct stat status;

  HS_ASSERT_INT_EQ (lstat (file, &status), 0);
  return status.st_mode & 07777;
}

static HsDurableFolder *
open_below (const char *name, GError **error)
{
  g_autofree char *inside = g_build_filename (path, name, NULL);

  return hs_durable_folder_open (inside, error);
}

static void
folders_are_0700_and_files_0600 (void)
{
  mode_t before = umask (0);
  g_autoptr (GError) error = NULL;
  g_autoptr (HsDurableFolder) folder = open_below ("spool", &error);
  HS_ASSERT_NO_ERROR (error);
  g_autoptr (HsDurableFile) file = hs_durable_file_create (folder, "a.part", &error);
  HS_ASSERT (hs_durable_file_commit (file, "a.age", HS_DURABLE_NEW, &error));
  HS_ASSERT (hs_durable_folder_ensure_file (folder, "b", &error));
  umask (before);
  HS_ASSERT_INT_EQ (mode_of ("spool"), 0700);
  HS_ASSERT_INT_EQ (mode_of ("spool/a.age"), 0600);
  HS_ASSERT_INT_EQ (mode_of ("spool/b"), 0600);
}

static void
a_folder_without_parent_is_not_found (void)
{
  g_autoptr (GError) error = NULL;

  HS_ASSERT (open_below ("no/spool", &error) == NULL);
  HS_ASSERT (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND));
}

static void
a_folder_that_others_may_write_is_refused (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *inside = g_build_filename (path, "open", NULL);

  HS_ASSERT_INT_EQ (mkdir (inside, 0700), 0);
  HS_ASSERT_INT_EQ (chmod (inside, 0770), 0);
  HS_ASSERT (open_below ("open", &error) == NULL);
  HS_ASSERT (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED));
}

static void
a_folder_of_somebody_else_is_refused (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *inside = g_build_filename (path, "foreign", NULL);

  if (geteuid () != 0)
    hs_test_skip ("only root can give a folder away");
  HS_ASSERT_INT_EQ (mkdir (inside, 0700), 0);
  HS_ASSERT_INT_EQ (chown (inside, 65534, 65534), 0);
  HS_ASSERT (open_below ("foreign", &error) == NULL);
  HS_ASSERT (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED));
}

static void
a_link_in_place_of_the_folder_is_refused (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *inside = g_build_filename (path, "link", NULL);

  HS_ASSERT_INT_EQ (symlink (path, inside), 0);
  HS_ASSERT (open_below ("link", &error) == NULL);
  HS_ASSERT (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_DIRECTORY));
}

static void
links_and_pipes_in_place_of_files_are_refused (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) pipe_error = NULL;
  g_autoptr (GError) link_error = NULL;
  g_autoptr (GError) part_error = NULL;
  g_autoptr (HsDurableFolder) folder = open_below ("spool", &error);
  g_autofree char *link_path = g_build_filename (path, "spool", "link", NULL);
  g_autofree char *pipe_path = g_build_filename (path, "spool", "pipe", NULL);

  HS_ASSERT_INT_EQ (symlink ("/etc/passwd", link_path), 0);
  HS_ASSERT_INT_EQ (mkfifo (pipe_path, 0600), 0);
  HS_ASSERT (hs_durable_folder_read (folder, "link", &error) == NULL);
  HS_ASSERT (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_REGULAR_FILE));
  HS_ASSERT (hs_durable_folder_read (folder, "pipe", &pipe_error) == NULL);
  HS_ASSERT (g_error_matches (pipe_error, G_IO_ERROR, G_IO_ERROR_NOT_REGULAR_FILE));
  HS_ASSERT (!hs_durable_folder_ensure_file (folder, "link", &link_error));
  HS_ASSERT (link_error->domain == G_IO_ERROR);
  HS_ASSERT (hs_durable_file_create (folder, "link", &part_error) == NULL);
  HS_ASSERT (g_error_matches (part_error, G_IO_ERROR, G_IO_ERROR_EXISTS));
  g_autoptr (GPtrArray) entries = hs_durable_folder_list (folder, NULL);
  HS_ASSERT_INT_EQ (entries->len, 0);
}

static void
a_file_that_others_may_read_is_refused (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HsDurableFolder) folder = open_below ("spool", NULL);
  g_autofree char *file = g_build_filename (path, "spool", "ledger.db", NULL);

  HS_ASSERT (g_file_set_contents (file, "x", 1, NULL));
  HS_ASSERT_INT_EQ (chmod (file, 0644), 0);
  HS_ASSERT (!hs_durable_folder_ensure_file (folder, "ledger.db", &error));
  HS_ASSERT (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED));
}

/* The limit lies between two blocks of the part that is written directly. */
static void
a_large_file_that_meets_a_limit_is_no_space_and_leaves_nothing (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HsDurableFolder) folder = open_below ("spool", NULL);
  g_autoptr (HsDurableFile) file = hs_durable_file_create (folder, "a.part", NULL);
  g_autofree guint8 *block = g_malloc0 (65552);
  struct rlimit before;
  guint64 total = 0;

  HS_ASSERT_INT_EQ (getrlimit (RLIMIT_FSIZE, &before), 0);
  struct rlimit limit
      = { .rlim_cur = HS_DURABLE_FILE_DIRECT_FROM_BYTES + 1000100, .rlim_max = before.rlim_max };
  void (*old) (int) = signal (SIGXFSZ, SIG_IGN);
  HS_ASSERT_INT_EQ (setrlimit (RLIMIT_FSIZE, &limit), 0);
  while (total < limit.rlim_cur && hs_durable_file_write (file, block, 65552, &error))
    total += 65552;
  if (error == NULL)
    HS_ASSERT (!hs_durable_file_commit (file, "a.age", HS_DURABLE_NEW, &error));
  HS_ASSERT_INT_EQ (setrlimit (RLIMIT_FSIZE, &before), 0);
  signal (SIGXFSZ, old);
  HS_ASSERT (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE));
  g_autoptr (GPtrArray) entries = hs_durable_folder_list (folder, NULL);
  HS_ASSERT_INT_EQ (entries->len, 0);
}

HS_SUITE_WITH (
    "durable file on Linux",
    set_up,
    tear_down,
    { "folders are 0700 and files 0600, whatever the umask", folders_are_0700_and_files_0600 },
    { "a folder without parent is not found", a_folder_without_parent_is_not_found },
    { "a folder that others may write to is refused", a_folder_that_others_may_write_is_refused },
    { "a folder of somebody else is refused", a_folder_of_somebody_else_is_refused },
    { "a link in place of the folder is refused", a_link_in_place_of_the_folder_is_refused },
    { "links and pipes in place of files are refused",
      links_and_pipes_in_place_of_files_are_refused },
    { "a file that others may read is refused", a_file_that_others_may_read_is_refused },
    { "a large file that meets a limit is no space and leaves nothing",
      a_large_file_that_meets_a_limit_is_no_space_and_leaves_nothing })
