/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* Unpacking gzip and deflate bodies in pieces, with a cap on what may come out.
 *
 * libsoup does not decode request bodies, and IPP has a "compression" attribute of its own; both
 * end here. A bomb is refused by ratio long before it fills a quota.
 *
 * Threads: any; one owner at a time.  Blocks: never. */

#include <gio/gio.h>

#define HS_INFLATE_RATIO 200                     /* out : in; deflate itself can reach 1,032 */
#define HS_INFLATE_FREE_BYTES (16 * 1024 * 1024) /* so much may come out before the ratio counts */

typedef struct HsInflate HsInflate;

typedef void (*HsInflateFunc) (GBytes *piece, gpointer user_data);

/* @coding is "gzip" or "deflate" (zlib, RFC 1950). @limit_bytes caps the output, 0 = no cap.
 * Returns: (transfer full): NULL if the coding is not one of the two. */
HsInflate *hs_inflate_new (const char *coding, guint64 limit_bytes);
void hs_inflate_free (HsInflate *inflate);

/* Unpacks @bytes and gives the output to @func in pieces of at most 64 KiB.
 * Errors: CORRUPT, NO_SPACE (cap or ratio). */
gboolean hs_inflate_push (HsInflate *inflate,
                          GBytes *bytes,
                          HsInflateFunc func,
                          gpointer user_data,
                          GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The input is over. Errors: CORRUPT if the packed stream is not. */
gboolean hs_inflate_finish (HsInflate *inflate, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsInflate, hs_inflate_free)
