/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* Writing an age file as a stream, with constant memory.
 *
 * Threads: any; one owner at a time.  Blocks: on the output stream. */

#include "base/secret_bytes.h"

#include <gio/gio.h>

typedef struct HsAgeWriter HsAgeWriter;

/* Writes @header (hs_age_header_seal()) and a fresh payload nonce. @out stays the caller's to
 * flush, sync and close. Errors: INTERNAL, and what the stream reports, as HS_ERROR. */
HsAgeWriter *hs_age_writer_new (GOutputStream *out,
                                GBytes *header,
                                const HsSecretBytes *file_key,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;
void hs_age_writer_free (HsAgeWriter *writer);

/* After a failure every further call fails with INTERNAL. */
gboolean hs_age_writer_write (HsAgeWriter *writer, const void *data, gsize length, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/* Writes the last chunk, which is empty for an empty document. Call it once. */
gboolean hs_age_writer_finish (HsAgeWriter *writer, GError **error) G_GNUC_WARN_UNUSED_RESULT;

guint64 hs_age_writer_get_plain_bytes (const HsAgeWriter *writer);

/* All that was written to the stream, header included. */
guint64 hs_age_writer_get_sealed_bytes (const HsAgeWriter *writer);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsAgeWriter, hs_age_writer_free)
