/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* The folder of sealed documents: `<uuid>.age`, and `<uuid>.part` while one arrives.
 *
 * It stores bytes that are already sealed and knows nothing of keys or owners. A committed file
 * never changes. Part files are left-overs by definition: opening the spool removes them all. A
 * document without a ledger row (a crash between the two commits, or after a final row) is an
 * orphan: hs_spool_list_orphans() finds it, the caller removes it.
 *
 * Threads: any; HsSpool may be shared, an HsSpoolPart has one owner (a worker).
 * Blocks: on the disk, except where "Never blocks" is said. */

#include "base/id.h"

#include <gio/gio.h>

/* Written bytes between two looks at the disk's free space. */
#define HS_SPOOL_ROOM_CHECK_BYTES (4 * 1024 * 1024)

typedef struct HsSpool HsSpool;
typedef struct HsSpoolPart HsSpoolPart;

typedef struct
{
  HsId id;            /* the job */
  guint64 size_bytes; /* length of the .age file */
} HsSpoolFile;

/* ── life ────────────────────────────────────────────────────────────────────────────────── */

/* Opens (or makes, 0700) the folder @path and removes all part files. Writing stops with NO_SPACE
 * before the file system has less than @reserve_bytes left.
 * Errors: DENIED, NOT_FOUND (no parent), INTERNAL. */
HsSpool *
hs_spool_open (const char *path, guint64 reserve_bytes, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Parts and streams that were made from it must be gone. */
void hs_spool_free (HsSpool *spool);

/* ── questions ───────────────────────────────────────────────────────────────────────────── */

/* Would @size_bytes more leave the reserve untouched? Cheap enough for the main context (one
 * fstatvfs). Errors: NO_SPACE, with both figures. */
gboolean
hs_spool_check_room (HsSpool *spool, guint64 size_bytes, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Bytes in all committed documents. Never blocks. */
guint64 hs_spool_get_total_bytes (HsSpool *spool);

/* All committed documents, in no order. Returns: (transfer full): an array of HsSpoolFile. */
GArray *hs_spool_list (HsSpool *spool, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The documents that are not in @known, a set with HsId * as keys (hs_id_hash()).
 * Returns: (transfer full): an array of HsSpoolFile. */
GArray *
hs_spool_list_orphans (HsSpool *spool, GHashTable *known, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* ── actions ─────────────────────────────────────────────────────────────────────────────── */

/* Starts `<id>.part`. Errors: NO_SPACE, INVALID (that job is being written already), INTERNAL. */
HsSpoolPart *
hs_spool_create (HsSpool *spool, const HsId *id, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Where the sealed bytes go: synchronous, unbuffered (write chunks, not bytes); closing it does
 * nothing. Its errors are HS_ERROR: NO_SPACE, INTERNAL. Returns: (transfer none): lives as long as
 * the part; to keep a reference longer is allowed, then writing fails. */
GOutputStream *hs_spool_part_get_stream (HsSpoolPart *part);

guint64 hs_spool_part_get_length (const HsSpoolPart *part);

/* Makes the document durable as `<id>.age`: file sync, rename, folder sync. Once only.
 * Errors: NO_SPACE, INVALID (there is one already), INTERNAL; nothing of it is left then. */
gboolean hs_spool_part_commit (HsSpoolPart *part, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Removes the part file unless it was committed. NULL is allowed. */
void hs_spool_part_free (HsSpoolPart *part);

/* Opens a document. Returns: (transfer full): a stream that is also a GSeekable; several may be
 * open. Errors: NOT_FOUND, INTERNAL. */
GInputStream *
hs_spool_read (HsSpool *spool, const HsId *id, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Removes a document; there being none is a success. Not synced: a power cut may bring it back as
 * an orphan, which the next start removes. Errors: INTERNAL. */
gboolean hs_spool_remove (HsSpool *spool, const HsId *id, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsSpool, hs_spool_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsSpoolPart, hs_spool_part_free)
