/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* ChaCha20-Poly1305 (RFC 8439): encryption that notices every change.
 *
 * A context belongs to one key and is used for many messages, since setting up a cipher costs more
 * than a small message. The caller never uses a nonce twice with one key.
 *
 * Threads: any; one owner at a time.  Blocks: never. */

#include "base/secret_bytes.h"

#define HS_AEAD_KEY_BYTES 32
#define HS_AEAD_NONCE_BYTES 12
#define HS_AEAD_TAG_BYTES 16
#define HS_AEAD_MESSAGE_MAX_BYTES (1024 * 1024) /* ours are 64 KiB chunks and wrapped keys */

typedef struct HsAead HsAead;

/* Errors: INVALID (the key is not 32 bytes), INTERNAL. */
HsAead *hs_aead_new (const HsSecretBytes *key, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Wipes and frees. NULL is allowed. */
void hs_aead_free (HsAead *aead);

/* Writes @length + HS_AEAD_TAG_BYTES bytes to @out, which may be @plain itself.
 * @associated (nullable with length 0) is authenticated and not stored.
 * Errors: INVALID (longer than HS_AEAD_MESSAGE_MAX_BYTES), INTERNAL. */
gboolean hs_aead_seal (HsAead *aead,
                       const guint8 nonce[HS_AEAD_NONCE_BYTES],
                       const void *associated,
                       gsize associated_length,
                       const guint8 *plain,
                       gsize length,
                       guint8 *out,
                       GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Writes @length - HS_AEAD_TAG_BYTES bytes to @out, which may be @sealed itself. After a failure
 * those bytes of @out are zero.
 * Errors: CORRUPT (shorter than a tag, or changed, or another key), INVALID (too long), INTERNAL.
 */
gboolean hs_aead_open (HsAead *aead,
                       const guint8 nonce[HS_AEAD_NONCE_BYTES],
                       const void *associated,
                       gsize associated_length,
                       const guint8 *sealed,
                       gsize length,
                       guint8 *out,
                       GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsAead, hs_aead_free)
