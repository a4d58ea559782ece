/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* What a request sends: bytes in memory, then a queue that a worker fills. For net/http alone.
 *
 * Threads: main context only.  Blocks: never. */

#include "base/byte_queue.h"

typedef struct HsHttpBody HsHttpBody;

/* Both nullable. The queue's notify function belongs to the body from now on. */
HsHttpBody *hs_http_body_new (GBytes *bytes, HsByteQueue *stream);

/* Closes the queue, so that its worker ends. NULL is allowed. */
void hs_http_body_free (HsHttpBody *body);

/* @refilled runs on the main context when a read that gave HS_BYTE_QUEUE_EMPTY may be tried again.
 */
void hs_http_body_set_refilled (HsHttpBody *body,
                                void (*refilled) (gpointer user_data),
                                gpointer user_data);

/* Puts 1 to @capacity bytes into @buffer (BYTES), or says why not. */
HsByteQueuePull
hs_http_body_read (HsHttpBody *body, char *buffer, gsize capacity, gsize *length, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsHttpBody, hs_http_body_free)
