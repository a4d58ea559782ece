/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* Buffers of one size that are used again and again: what one thread fills and another lets go of
 * returns to be filled again, instead of being taken from the system, zeroed and given back each
 * time. They have held a document's bytes, so they are wiped before they leave the pool.
 *
 * Threads: any; bytes may be let go of in another thread, also after the pool itself.
 * Blocks: never. */

#include <glib.h>

typedef struct HsBytePool HsBytePool;

/* An empty pool of buffers of @buffer_bytes, which grows as far as buffers are out at once. */
HsBytePool *hs_byte_pool_new (gsize buffer_bytes);
void hs_byte_pool_unref (HsBytePool *pool);

/* A buffer with anything in it; it returns only by hs_byte_pool_pack(). */
guint8 *hs_byte_pool_take (HsBytePool *pool) G_GNUC_WARN_UNUSED_RESULT;

/* The first @length bytes of a buffer of this pool, which are all that was written there, without a
 * copy; the buffer returns to the pool with the last reference. Returns: (transfer full). */
GBytes *hs_byte_pool_pack (HsBytePool *pool, guint8 *bytes, gsize length) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsBytePool, hs_byte_pool_unref)
