/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* Opening a sealed document, for a worker that feeds a printer or the page counter.
 *
 * Nothing is handed out before all of these hold: the file has the length of the ledger row, its
 * header has the row's MAC and stanzas, the key opens it, the MAC verifies, the last chunk
 * decrypts, and the plain length is the row's. So a file that was cut, swapped or rolled back is
 * found before paper moves. Every further chunk is authenticated before its first byte leaves.
 *
 * Threads: any; one owner at a time: made for a worker.  Blocks: on the input stream. */

#include "core/job.h"
#include "seal/seal_opening.h"

#include <gio/gio.h>

typedef struct HsSealReader HsSealReader;

/* @in is a GSeekable; the reader keeps a reference. @expected is read during the call only.
 * Errors: CORRUPT (any of the checks above), REFUSED (not with this opening), INTERNAL, and what
 * the stream reports. */
HsSealReader *hs_seal_reader_new (GInputStream *in,
                                  const HsSealOpening *opening,
                                  const HsJob *expected,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;
void hs_seal_reader_free (HsSealReader *reader);

/* Plain length in bytes. */
guint64 hs_seal_reader_get_size (const HsSealReader *reader);

/* The next bytes in order. Returns how many, 0 at the end, -1 on an error, after which the reader
 * gives no more. Errors: CORRUPT, and what the stream reports. */
gssize hs_seal_reader_read (HsSealReader *reader, void *buffer, gsize capacity, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/* The same from a place of the caller's choice; hs_seal_reader_read() goes on from there. A place
 * at or beyond the end gives 0. */
gssize hs_seal_reader_read_at (HsSealReader *reader,
                               guint64 offset_bytes,
                               void *buffer,
                               gsize capacity,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsSealReader, hs_seal_reader_free)
