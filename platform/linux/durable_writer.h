/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* The bytes of a durable file on their way to the disk: its beginning through the page cache, what
 * comes behind HS_DURABLE_FILE_DIRECT_FROM_BYTES past it.
 *
 * Errors are those of platform/durable_file.h. After one the file is not to be used.
 * Threads: one owner.  Blocks: on the disk. */

#include <gio/gio.h>

typedef struct
{
  int fd;           /* of a new, empty file; belongs to the caller */
  const char *name; /* borrowed; for messages */
  guint64 length;   /* bytes given to write */

  /* Private to durable_writer.c; zero at first. */
  guint64 flushed; /* bytes whose write-back has begun */
  guint8 *direct;  /* bytes of the next direct write; NULL while writing is not direct */
  gsize direct_bytes;
  gboolean is_direct_refused;
} HsDurableWriter;

gboolean hs_durable_writer_write (HsDurableWriter *writer,
                                  const void *data,
                                  gsize length,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Hands the last bytes to the system, which is not yet durable. Once, before the sync. */
gboolean hs_durable_writer_finish (HsDurableWriter *writer,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Frees its memory; the descriptor stays. */
void hs_durable_writer_clear (HsDurableWriter *writer);

/* "cannot <verb> <name>: …"; a full disk, quota or size limit is NO_SPACE. */
void hs_durable_error_set (GError **error, int error_number, const char *verb, const char *name);
