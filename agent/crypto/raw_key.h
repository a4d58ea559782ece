/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* What X25519 and Ed25519 have in common: private keys of 32 arbitrary bytes, from which OpenSSL
 * computes 32 public ones. For files of crypto/ only.
 *
 * @type is EVP_PKEY_X25519 or EVP_PKEY_ED25519.
 *
 * Threads: any, no shared state.  Blocks: never. */

#include "base/secret_bytes.h"

#include <openssl/evp.h>

#define HS_RAW_KEY_BYTES 32 /* RFC 7748 section 5, RFC 8032 section 5.1.5 */

/* Returns: (transfer full). Errors: INVALID (not 32 bytes), INTERNAL. */
EVP_PKEY *hs_raw_key_load (int type,
                           const HsSecretBytes *private_key,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* A key pair of random bytes. Returns: (transfer full): the private half; @public_key gets the
 * other. Errors: INTERNAL. */
HsSecretBytes *hs_raw_key_generate (int type,
                                    guint8 public_key[HS_RAW_KEY_BYTES],
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Errors: INTERNAL. */
gboolean hs_raw_key_read_public (EVP_PKEY *key,
                                 guint8 public_key[HS_RAW_KEY_BYTES],
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Errors: INVALID (not 32 bytes), INTERNAL. */
gboolean hs_raw_key_get_public (int type,
                                const HsSecretBytes *private_key,
                                guint8 public_key[HS_RAW_KEY_BYTES],
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EVP_PKEY, EVP_PKEY_free)
