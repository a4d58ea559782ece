/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* The document as a stream, fetched from the agent range by range as it is read.
 *
 * It derives from GMemoryInputStream because poppler-glib reads only that and local files in
 * place; of any other stream it makes a copy in memory. Nothing of the memory stream but its type
 * is used.
 *
 * Threads: the only thread of the helper.  Blocks: until the agent has answered. */

#include <gio/gio.h>

#define HS_TYPE_DOCUMENT_STREAM (hs_document_stream_get_type ())
G_DECLARE_FINAL_TYPE (HsDocumentStream, hs_document_stream, HS, DOCUMENT_STREAM, GMemoryInputStream)

/* @size_bytes: length of the document. */
HsDocumentStream *hs_document_stream_new (guint64 size_bytes);

/* TRUE once the agent did not give what was asked for: nothing read since can be trusted. */
gboolean hs_document_stream_has_failed (HsDocumentStream *stream);

/* Reads at @offset_bytes without moving the stream's place. Returns how many bytes, less than
 * @capacity only at the end or after a failure. */
gsize hs_document_stream_peek (HsDocumentStream *stream,
                               guint64 offset_bytes,
                               void *buffer,
                               gsize capacity);
