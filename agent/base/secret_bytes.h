/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* Bytes that must not leave memory: keys, shares, passwords, PINs.
 *
 * Held in pages of platform/locked_memory (never swapped, not dumped, zero in a forked child) and
 * wiped when freed. Compared in constant time. There is deliberately no way to print one.
 *
 * Threads: any; one owner at a time.  Blocks: never. */

#include <glib.h>

typedef struct HsSecretBytes HsSecretBytes;

/* Makes @length (0 to 64 KiB) zero bytes. Aborts like g_malloc if locked memory cannot be had at
 * all. */
HsSecretBytes *hs_secret_bytes_new (gsize length);

/* Copies @bytes. The caller still has to wipe its own copy: hs_secret_bytes_wipe(). */
HsSecretBytes *hs_secret_bytes_new_copy (const guint8 *bytes, gsize length);
HsSecretBytes *hs_secret_bytes_copy (const HsSecretBytes *secret);

/* Wipes and frees. NULL is allowed. */
void hs_secret_bytes_free (HsSecretBytes *secret);

guint8 *hs_secret_bytes_get (HsSecretBytes *secret);
const guint8 *hs_secret_bytes_peek (const HsSecretBytes *secret);
gsize hs_secret_bytes_get_length (const HsSecretBytes *secret);

/* Constant time in the contents; lengths are not secret. */
gboolean hs_secret_bytes_equal (const HsSecretBytes *a, const HsSecretBytes *b);
gboolean hs_constant_time_equal (const void *a, const void *b, gsize length);

/* Overwrites memory in a way that the compiler may not leave out. */
void hs_secret_bytes_wipe (void *memory, gsize length);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsSecretBytes, hs_secret_bytes_free)
