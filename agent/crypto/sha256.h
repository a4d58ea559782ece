/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* SHA-256 of public bytes: key ids, fingerprints, digests of records.
 *
 * It stands on GLib and cannot fail, so its many callers need no error path; secrets go through
 * crypto/hkdf and crypto/hmac, which wipe what they used.
 *
 * Threads: any; one owner at a time.  Blocks: never. */

#include <glib.h>

#define HS_SHA256_BYTES 32

void hs_sha256 (const void *data, gsize length, guint8 digest[HS_SHA256_BYTES]);

/* The digest of bytes that come in pieces. */
typedef struct HsSha256 HsSha256;

HsSha256 *hs_sha256_new (void);
void hs_sha256_free (HsSha256 *sha256);

/* After finish no more may be added. */
void hs_sha256_update (HsSha256 *sha256, const void *data, gsize length);
void hs_sha256_finish (HsSha256 *sha256, guint8 digest[HS_SHA256_BYTES]);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsSha256, hs_sha256_free)
