/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* The document of one job, opened: plain bytes come out of a byte queue that a worker fills.
 *
 * The worker checks header MAC, length, stanza digest and the last chunk before it lets the first
 * byte out; a failure of any of these fails the queue with CORRUPT. Plain text exists in the queue
 * only (HS_DOCUMENT_QUEUE_BYTES) and is wiped when a chunk is let go.
 *
 * Threads: main context only; the worker is its own affair.  Blocks: never. */

#include "base/byte_queue.h"

#define HS_DOCUMENT_QUEUE_BYTES (256 * 1024) /* four age chunks */

typedef struct HsDocumentSource HsDocumentSource;

HsDocumentSource *hs_document_source_ref (HsDocumentSource *source);
void hs_document_source_unref (HsDocumentSource *source);

/* Starts a worker. May be called again for another attempt. The puller closes the queue when it
 * wants no more. The queue fails with: CORRUPT (damaged: the job can never be printed), DENIED (the
 * key or share does not open it), TEMPORARY or INTERNAL (the disk).
 * Returns: (transfer full): the queue; pull from it on the main context, after setting notify. */
HsByteQueue *hs_document_source_open (HsDocumentSource *source);

/* Length of the plain document in bytes, as sealed. */
guint64 hs_document_source_get_length (const HsDocumentSource *source);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsDocumentSource, hs_document_source_unref)
