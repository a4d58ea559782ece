/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* What a test may do to the disk in memory that platform/fake/durable_file.c offers.
 *
 * The disk is one for the process; folders are known by their path and outlive their handles, so
 * that "the program starts again" is: free everything, hs_fake_disk_crash(), open again.
 *
 * Threads: any (one lock inside).  Blocks: never. */

#include <glib.h>

typedef enum
{
  HS_FAKE_DISK_CREATE,
  HS_FAKE_DISK_WRITE,
  HS_FAKE_DISK_SYNC_FILE,
  HS_FAKE_DISK_RENAME,
  HS_FAKE_DISK_SYNC_FOLDER,
  HS_FAKE_DISK_REMOVE,
  HS_FAKE_DISK_READ, /* opening for reading */
  HS_FAKE_DISK_N_OPERATIONS,
} HsFakeDiskOperation;

/* Empties the disk, clears all failures and counters, and sets the free bytes to 1 GiB. */
void hs_fake_disk_reset (void);

/* The @nth (1 = next) @operation from now fails with @io_error_code (a GIOErrorEnum); 0 = none. A
 * failed write has written nothing, a failed sync has synced nothing. */
void hs_fake_disk_fail (HsFakeDiskOperation operation, guint nth, int io_error_code);

/* How often @operation was asked for since the reset. */
guint hs_fake_disk_get_count (HsFakeDiskOperation operation);

/* A power cut: bytes that were not synced are gone (the file is cut to its synced length), and so
 * are creations, renames and removals in folders that were not synced since. */
void hs_fake_disk_crash (void);

/* Bytes that remain before writes fail with NO_SPACE; writes take from it, removals give back. */
void hs_fake_disk_set_free_bytes (guint64 free_bytes);

/* Flips one bit of a stored file, as a failing disk does. FALSE if there is no such byte. */
gboolean hs_fake_disk_flip_bit (const char *folder, const char *name, guint64 offset_bytes);
