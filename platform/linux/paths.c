/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Paths on Linux. Folders are checked through descriptors opened without following a link, so what
 * was checked is what is used; the folders above them belong to root or to who gave --root. */

#include "platform/paths.h"

#include "platform/linux/peer_private.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

HsPaths *
hs_paths_new (const char *root)
{
  HsPaths *paths = g_new0 (HsPaths, 1);
  g_autofree char *base = root != NULL ? g_canonicalize_filename (root, NULL) : NULL;
  g_autofree char *config
      = root != NULL ? g_build_filename (base, "etc", NULL) : g_strdup ("/etc/homespool");

  paths->config_file = g_build_filename (config, "agent.conf", NULL);
  paths->config_folder = g_build_filename (config, "agent.conf.d", NULL);
  paths->state_folder
      = root != NULL ? g_build_filename (base, "lib", NULL) : g_strdup ("/var/lib/homespool");
  paths->spool_folder = g_build_filename (paths->state_folder, "spool", NULL);
  paths->ledger_file = g_build_filename (paths->state_folder, "ledger.db", NULL);
  paths->run_folder
      = root != NULL ? g_build_filename (base, "run", NULL) : g_strdup ("/run/homespool");
  paths->control_socket = g_build_filename (paths->run_folder, "control.sock", NULL);
  paths->ipp_socket = root != NULL ? g_build_filename (paths->run_folder, "ipp.sock", NULL)
                                   : g_strdup ("/run/cups/homespool.sock");
  paths->queue_socket = root != NULL ? g_build_filename (paths->run_folder, "queue.sock", NULL)
                                     : g_strdup ("/run/homespool-queue.sock");
  paths->sweep_socket = root != NULL ? g_build_filename (paths->run_folder, "sweep.sock", NULL)
                                     : g_strdup ("/run/homespool-sweep.sock");
  paths->machine_id
      = root != NULL ? g_build_filename (config, "machine-id", NULL) : g_strdup ("/etc/machine-id");
  paths->helper_folder = g_strdup (HS_HELPER_FOLDER);
  return paths;
}

void
hs_paths_free (HsPaths *paths)
{
  if (paths == NULL)
    return;
  g_free (paths->config_file);
  g_free (paths->config_folder);
  g_free (paths->state_folder);
  g_free (paths->spool_folder);
  g_free (paths->ledger_file);
  g_free (paths->run_folder);
  g_free (paths->control_socket);
  g_free (paths->ipp_socket);
  g_free (paths->queue_socket);
  g_free (paths->sweep_socket);
  g_free (paths->machine_id);
  g_free (paths->helper_folder);
  g_free (paths);
}

void
hs_paths_use_config (HsPaths *paths, const char *file)
{
  g_free (paths->config_file);
  g_free (paths->config_folder);
  paths->config_file = g_canonicalize_filename (file, NULL);
  paths->config_folder = g_strconcat (paths->config_file, ".d", NULL);
}

void
hs_paths_use_helpers (HsPaths *paths, const char *folder)
{
  g_free (paths->helper_folder);
  paths->helper_folder = g_canonicalize_filename (folder, NULL);
}

static gboolean
refuse (GError **error, const char *path, const char *problem, const char *repair)
{
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED, "%s %s; repair it with: %s %s",
               path, problem, repair, path);
  return FALSE;
}

/* @mode is what a new folder gets and the most that an old one may allow. */
static gboolean
prepare_folder (const char *path, mode_t mode, GError **error)
{
  struct stat facts;

  if (mkdir (path, mode) != 0 && errno != EEXIST)
    return hs_platform_fail (error, errno, path);
  int folder = open (path, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (folder < 0)
    return hs_platform_fail (error, errno, path);
  int result = fstat (folder, &facts);
  int problem = errno;
  close (folder);
  if (result != 0)
    return hs_platform_fail (error, problem, path);
  if (facts.st_uid != geteuid ())
    return refuse (error, path, "belongs to another user", "chown homespool:");
  if ((facts.st_mode & 0777 & ~mode) != 0)
    return refuse (error, path, "is open to other users",
                   mode == 0700 ? "chmod 0700" : "chmod 0755");
  return TRUE;
}

gboolean
hs_paths_prepare (const HsPaths *paths, GError **error)
{
  g_autofree char *above = g_path_get_dirname (paths->state_folder);

  /* A trial's root folder may be new as well. */
  if (mkdir (above, 0755) != 0 && errno != EEXIST)
    return hs_platform_fail (error, errno, above);
  return prepare_folder (paths->state_folder, 0700, error)
         && prepare_folder (paths->spool_folder, 0700, error)
         && prepare_folder (paths->run_folder, 0755, error);
}

gboolean
hs_paths_check_file (const char *path, gboolean is_secret, GError **error)
{
  struct stat facts;

  if (lstat (path, &facts) != 0)
    return hs_platform_fail (error, errno, path);
  if (!S_ISREG (facts.st_mode))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_REGULAR_FILE,
                   "%s is not a plain file (a link is refused as well)", path);
      return FALSE;
    }
  if (facts.st_uid != geteuid () && facts.st_uid != 0)
    return refuse (error, path, "belongs to another user", "chown root:");
  if ((facts.st_mode & 022) != 0)
    return refuse (error, path, "can be written by other users", "chmod go-w");
  if (is_secret && (facts.st_mode & 077) != 0)
    return refuse (error, path, "can be read by other users", "chmod 0400");
  return TRUE;
}
