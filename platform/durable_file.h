/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* Files that are there after a power cut, or not there at all.
 *
 * A folder is opened once and every name is resolved inside it, never through a symbolic link. A
 * file is written under one name and committed under another: its bytes reach the disk, then it is
 * renamed, then the folder reaches the disk; only then does the commit succeed. When any of these
 * fails the file is removed and dead: a sync that failed once is never tried again and believed
 * (the kernel may already have dropped the bytes). Files are 0600, folders 0700, owned by us.
 *
 * Errors are G_IO_ERROR, with the file's name in the message; a full disk, quota or file size limit
 * is G_IO_ERROR_NO_SPACE (the process ignores SIGXFSZ, so that a size limit is an error).
 *
 * Threads: a folder may be used by several threads at once; a file and a stream have one owner.
 * Blocks: on the disk. Never call these on the main context, except at start. */

#include <gio/gio.h>

/* Written bytes after which the system is told to begin writing back, so that the sync of a large
 * file does not start with all of it still in memory. Measured: docs/benchmarks.md. */
#define HS_DURABLE_FILE_FLUSH_BYTES (8 * 1024 * 1024)

/* From about here on a file is written past the system's memory of files, in large pieces, where
 * the file system can: what is shorter is likely to be read again soon. */
#define HS_DURABLE_FILE_DIRECT_FROM_BYTES (8 * 1024 * 1024)

typedef enum
{
  HS_DURABLE_NEW,     /* the final name must be free; G_IO_ERROR_EXISTS if it is not */
  HS_DURABLE_REPLACE, /* an older file of that name is replaced in one step */
} HsDurableCommit;

typedef struct
{
  char *name;         /* inside the folder, without a path */
  guint64 size_bytes; /* length of the file */
} HsDurableEntry;

typedef struct HsDurableFolder HsDurableFolder;
typedef struct HsDurableFile HsDurableFile;

/* ── folders ─────────────────────────────────────────────────────────────────────────────── */

/* Opens the folder @path; makes it (0700, durable) if it is missing and its parent exists.
 * Errors: PERMISSION_DENIED if it belongs to another user or others may write to it;
 * NOT_DIRECTORY if it is something else, also a symbolic link. */
HsDurableFolder *hs_durable_folder_open (const char *path,
                                         GError **error) G_GNUC_WARN_UNUSED_RESULT;
void hs_durable_folder_free (HsDurableFolder *folder);

/* The regular files of the folder, in no order; other things in it are left out.
 * Returns: (transfer full) (element-type HsDurableEntry). */
GPtrArray *hs_durable_folder_list (HsDurableFolder *folder,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Bytes that this user may still write on the folder's file system. */
gboolean hs_durable_folder_get_free_bytes (HsDurableFolder *folder,
                                           guint64 *free_bytes,
                                           GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Makes sure that @name is a regular file of ours with mode 0600: an empty one is made if there is
 * none, an existing one is checked and never changed. For files that a library writes itself. */
gboolean hs_durable_folder_ensure_file (HsDurableFolder *folder,
                                        const char *name,
                                        GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Makes earlier creations, renames and removals in the folder durable. */
gboolean hs_durable_folder_sync (HsDurableFolder *folder, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Removes @name; succeeds if there is none. Durable only after hs_durable_folder_sync(). */
gboolean hs_durable_folder_remove (HsDurableFolder *folder,
                                   const char *name,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Opens @name for reading. Returns: (transfer full): a stream that is a GSeekable; several may be
 * open on one file. Errors: NOT_FOUND, NOT_REGULAR_FILE. */
GInputStream *hs_durable_folder_read (HsDurableFolder *folder,
                                      const char *name,
                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* ── writing ─────────────────────────────────────────────────────────────────────────────── */

/* Starts a new file under the temporary name @part_name, which must be free. The folder must
 * outlive the file. */
HsDurableFile *hs_durable_file_create (HsDurableFolder *folder,
                                       const char *part_name,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Appends @length bytes, all of them or none that count: after an error the file is dead. A full
 * disk may only be noticed by a later write or by the commit. */
gboolean hs_durable_file_write (HsDurableFile *file, const void *data, gsize length, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/* Bytes given to write so far. */
guint64 hs_durable_file_get_length (const HsDurableFile *file);

/* Makes the file durable under @name; once only. After a failure nothing of this file is left, with
 * one exception: after a failed folder sync in HS_DURABLE_REPLACE, @name is whole but may be the old
 * or the new file after a power cut. */
gboolean hs_durable_file_commit (HsDurableFile *file,
                                 const char *name,
                                 HsDurableCommit how,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Closes; a file that was not committed is removed. NULL is allowed. */
void hs_durable_file_free (HsDurableFile *file);

void hs_durable_entry_free (HsDurableEntry *entry);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsDurableFolder, hs_durable_folder_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsDurableFile, hs_durable_file_free)
