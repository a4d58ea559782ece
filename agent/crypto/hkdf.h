/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* HKDF-SHA-256 (RFC 5869), extract and expand in one call.
 *
 * Threads: any, no shared state.  Blocks: never. */

#include "base/secret_bytes.h"

#define HS_HKDF_SALT_MAX_BYTES 1024 /* our longest is 64: two X25519 public keys */
#define HS_HKDF_INFO_MAX_BYTES 1024 /* OpenSSL 3.0 takes no more (HKDF_MAXBUF) */
#define HS_HKDF_LENGTH_MAX_BYTES 255 * 32

/* @salt may be NULL with length 0: a salt of zeros, as RFC 5869 says.
 * Returns: (transfer full): @length bytes, 1 to HS_HKDF_LENGTH_MAX_BYTES.
 * Errors: INVALID (out of the ranges above), INTERNAL. */
HsSecretBytes *hs_hkdf_sha256 (const HsSecretBytes *key_material,
                               const guint8 *salt,
                               gsize salt_length,
                               const guint8 *info,
                               gsize info_length,
                               gsize length,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The same without salt and with a NUL-terminated label as info. */
HsSecretBytes *hs_hkdf_sha256_label (const HsSecretBytes *key_material,
                                     const char *label,
                                     gsize length,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;
