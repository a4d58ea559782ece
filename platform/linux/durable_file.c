/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Durable files on Linux: everything relative to one open folder, fsync before rename, fsync of the
 * folder after it.
 *
 * Why a failed sync kills the file: the kernel reports a write-back error once and marks the pages
 * clean, so a second fsync succeeds although the bytes are gone. */

#include "platform/durable_file.h"

#include "platform/linux/durable_stream.h"
#include "platform/linux/durable_writer.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

struct HsDurableFolder
{
  int fd;
};

struct HsDurableFile
{
  HsDurableFolder *folder; /* borrowed */
  char *part_name;
  HsDurableWriter writer; /* its fd: -1 = dead or committed */
};

/* A name inside the folder: one component, no way out of it. */
static gboolean
check_name (const char *name, GError **error)
{
  if (name[0] != '\0' && strchr (name, '/') == NULL && strcmp (name, ".") != 0
      && strcmp (name, "..") != 0)
    return TRUE;
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_FILENAME, "not the name of a file");
  return FALSE;
}

static gboolean
sync_fd (int fd)
{
  int result;

  do
    result = fsync (fd);
  while (result != 0 && errno == EINTR);
  return result == 0;
}

/* ── folders ─────────────────────────────────────────────────────────────────────────────── */

/* The new folder is durable only when its parent is. */
static gboolean
make_folder (const char *path, GError **error)
{
  g_autofree char *parent = g_path_get_dirname (path);

  if (mkdir (path, 0700) != 0 && errno != EEXIST)
    {
      hs_durable_error_set (error, errno, "make the folder", path);
      return FALSE;
    }
  int fd = open (parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0 || !sync_fd (fd))
    {
      hs_durable_error_set (error, errno, "make durable the folder", parent);
      if (fd >= 0)
        close (fd);
      return FALSE;
    }
  close (fd);
  return TRUE;
}

static int
open_folder (const char *path)
{
  return open (path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

HsDurableFolder *
hs_durable_folder_open (const char *path, GError **error)
{
  int fd = open_folder (path);

  if (fd < 0 && errno == ENOENT)
    {
      if (!make_folder (path, error))
        return NULL;
      fd = open_folder (path);
    }
  if (fd < 0)
    {
      if (errno == ENOTDIR || errno == ELOOP)
        g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_DIRECTORY,
                     "%s is not a folder of its own (a file or a symbolic link is there)", path);
      else
        hs_durable_error_set (error, errno, "open the folder", path);
      return NULL;
    }

  struct stat status;
  if (fstat (fd, &status) != 0 || status.st_uid != geteuid () || (status.st_mode & 022) != 0)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED,
                   "the folder %s must belong to user %u and be writable by nobody else", path,
                   (unsigned)geteuid ());
      close (fd);
      return NULL;
    }
  HsDurableFolder *folder = g_new0 (HsDurableFolder, 1);
  folder->fd = fd;
  return folder;
}

void
hs_durable_folder_free (HsDurableFolder *folder)
{
  if (folder == NULL)
    return;
  close (folder->fd);
  g_free (folder);
}

void
hs_durable_entry_free (HsDurableEntry *entry)
{
  if (entry == NULL)
    return;
  g_free (entry->name);
  g_free (entry);
}

GPtrArray *
hs_durable_folder_list (HsDurableFolder *folder, GError **error)
{
  /* A second description, because the read position belongs to the description. */
  int fd = openat (folder->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR *listing = fd >= 0 ? fdopendir (fd) : NULL;

  if (listing == NULL)
    {
      hs_durable_error_set (error, errno, "list", "the folder");
      if (fd >= 0)
        close (fd);
      return NULL;
    }
  g_autoptr (GPtrArray) entries
      = g_ptr_array_new_with_free_func ((GDestroyNotify)hs_durable_entry_free);
  struct dirent *found;
  while ((errno = 0, found = readdir (listing)) != NULL)
    {
      struct stat status;
      if (fstatat (folder->fd, found->d_name, &status, AT_SYMLINK_NOFOLLOW) != 0
          || !S_ISREG (status.st_mode))
        continue;
      HsDurableEntry *entry = g_new0 (HsDurableEntry, 1);
      entry->name = g_strdup (found->d_name);
      entry->size_bytes = (guint64)status.st_size;
      g_ptr_array_add (entries, entry);
    }
  int failed = errno;
  closedir (listing);
  if (failed != 0)
    {
      hs_durable_error_set (error, failed, "list", "the folder");
      return NULL;
    }
  return g_steal_pointer (&entries);
}

gboolean
hs_durable_folder_get_free_bytes (HsDurableFolder *folder, guint64 *free_bytes, GError **error)
{
  struct statvfs status;

  if (fstatvfs (folder->fd, &status) != 0)
    {
      hs_durable_error_set (error, errno, "ask for the free space of", "the folder");
      return FALSE;
    }
  *free_bytes = (guint64)status.f_bavail * status.f_frsize;
  return TRUE;
}

gboolean
hs_durable_folder_ensure_file (HsDurableFolder *folder, const char *name, GError **error)
{
  if (!check_name (name, error))
    return FALSE;
  int fd = openat (folder->fd, name, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600);
  if (fd < 0)
    {
      hs_durable_error_set (error, errno, "open", name);
      return FALSE;
    }
  struct stat status;
  gboolean good = fstat (fd, &status) == 0 && S_ISREG (status.st_mode)
                  && status.st_uid == geteuid () && (status.st_mode & 077) == 0;
  close (fd);
  if (!good)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED,
                   "%s must be a file that belongs to user %u and that nobody else may read", name,
                   (unsigned)geteuid ());
      return FALSE;
    }
  return hs_durable_folder_sync (folder, error);
}

gboolean
hs_durable_folder_sync (HsDurableFolder *folder, GError **error)
{
  if (sync_fd (folder->fd))
    return TRUE;
  hs_durable_error_set (error, errno, "make durable", "the folder");
  return FALSE;
}

gboolean
hs_durable_folder_remove (HsDurableFolder *folder, const char *name, GError **error)
{
  if (!check_name (name, error))
    return FALSE;
  if (unlinkat (folder->fd, name, 0) == 0 || errno == ENOENT)
    return TRUE;
  hs_durable_error_set (error, errno, "remove", name);
  return FALSE;
}

GInputStream *
hs_durable_folder_read (HsDurableFolder *folder, const char *name, GError **error)
{
  if (!check_name (name, error))
    return NULL;
  /* O_NONBLOCK so that a FIFO in the file's place cannot hold us. */
  int fd = openat (folder->fd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0)
    {
      if (errno == ELOOP)
        g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_REGULAR_FILE, "%s is a symbolic link", name);
      else
        hs_durable_error_set (error, errno, "open", name);
      return NULL;
    }
  struct stat status;
  if (fstat (fd, &status) != 0 || !S_ISREG (status.st_mode))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_REGULAR_FILE, "%s is not a file", name);
      close (fd);
      return NULL;
    }
  return hs_durable_stream_new (fd, name);
}

/* ── writing ─────────────────────────────────────────────────────────────────────────────── */

HsDurableFile *
hs_durable_file_create (HsDurableFolder *folder, const char *part_name, GError **error)
{
  if (!check_name (part_name, error))
    return NULL;
  int fd
      = openat (folder->fd, part_name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (fd < 0)
    {
      hs_durable_error_set (error, errno, "make", part_name);
      return NULL;
    }
  HsDurableFile *file = g_new0 (HsDurableFile, 1);
  file->folder = folder;
  file->writer.fd = fd;
  file->part_name = g_strdup (part_name);
  file->writer.name = file->part_name;
  return file;
}

/* Ends a file that can no longer be trusted. */
static void
discard (HsDurableFile *file)
{
  if (file->writer.fd < 0)
    return;
  close (file->writer.fd);
  file->writer.fd = -1;
  (void)unlinkat (file->folder->fd, file->part_name, 0);
}

static gboolean
check_alive (HsDurableFile *file, GError **error)
{
  if (file->writer.fd >= 0)
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED, "%s has ended already", file->part_name);
  return FALSE;
}

gboolean
hs_durable_file_write (HsDurableFile *file, const void *data, gsize length, GError **error)
{
  if (!check_alive (file, error))
    return FALSE;
  if (hs_durable_writer_write (&file->writer, data, length, error))
    return TRUE;
  discard (file);
  return FALSE;
}

guint64
hs_durable_file_get_length (const HsDurableFile *file)
{
  return file->writer.length;
}

/* TRUE when @part_name is now @name. */
static gboolean
move_to (HsDurableFile *file, const char *name, HsDurableCommit how)
{
  int folder = file->folder->fd;

  if (how == HS_DURABLE_REPLACE)
    return renameat (folder, file->part_name, folder, name) == 0;
  if (renameat2 (folder, file->part_name, folder, name, RENAME_NOREPLACE) == 0)
    return TRUE;
  if (errno != EINVAL && errno != ENOSYS)
    return FALSE;
  /* A file system without RENAME_NOREPLACE: link() never replaces either. */
  if (linkat (folder, file->part_name, folder, name, 0) != 0)
    return FALSE;
  (void)unlinkat (folder, file->part_name, 0);
  return TRUE;
}

gboolean
hs_durable_file_commit (HsDurableFile *file, const char *name, HsDurableCommit how, GError **error)
{
  if (!check_alive (file, error) || !check_name (name, error))
    return FALSE;
  if (!hs_durable_writer_finish (&file->writer, error))
    {
      discard (file);
      return FALSE;
    }
  if (!sync_fd (file->writer.fd))
    {
      hs_durable_error_set (error, errno, "make durable", file->part_name);
      discard (file);
      return FALSE;
    }
  if (!move_to (file, name, how))
    {
      hs_durable_error_set (error, errno, "rename to", name);
      discard (file);
      return FALSE;
    }
  close (file->writer.fd);
  file->writer.fd = -1;
  if (hs_durable_folder_sync (file->folder, error))
    return TRUE;
  if (how == HS_DURABLE_NEW)
    (void)unlinkat (file->folder->fd, name, 0);
  return FALSE;
}

void
hs_durable_file_free (HsDurableFile *file)
{
  if (file == NULL)
    return;
  discard (file);
  hs_durable_writer_clear (&file->writer);
  g_free (file->part_name);
  g_free (file);
}
