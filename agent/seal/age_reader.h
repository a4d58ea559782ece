/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* Reading an age file of anybody's making as a stream, with constant memory.
 *
 * Only authenticated bytes are given out. One byte beyond each chunk is read ahead, to know whether
 * the chunk must be the last. An authentic chunk that claims otherwise is given out and followed by
 * the error, as the format's test suite asks; callers that must not act on a cut file use
 * seal/seal_reader, which looks at the end first.
 *
 * Threads: any; one owner at a time.  Blocks: on the input stream. */

#include "base/secret_bytes.h"
#include "core/age_header.h"

#include <gio/gio.h>

typedef struct HsAgeReader HsAgeReader;

/* Reads the header. Errors: CORRUPT (not an age header, or cut), and what the stream reports. */
HsAgeReader *hs_age_reader_new (GInputStream *in, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void hs_age_reader_free (HsAgeReader *reader);

/* Borrowed: the stanzas, from which the caller unwraps the file key. */
const HsAgeHeader *hs_age_reader_get_header (const HsAgeReader *reader);

/* Verifies the header's MAC and makes ready for the payload.
 * Errors: CORRUPT (another MAC, or the file ends before the payload), INTERNAL. */
gboolean hs_age_reader_start (HsAgeReader *reader,
                              const HsSecretBytes *file_key,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Returns how many bytes were written to @buffer, 0 at the end of the document, -1 on an error;
 * the error comes again at each further call. Errors: CORRUPT, and what the stream reports. */
gssize hs_age_reader_read (HsAgeReader *reader, void *buffer, gsize capacity, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsAgeReader, hs_age_reader_free)
