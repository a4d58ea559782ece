/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* Ed25519 (RFC 8032): signatures of bundles, commands and entitlements.
 *
 * Keys are raw: 32 bytes of seed, 32 bytes of public key.
 *
 * Threads: any, no shared state.  Blocks: never. */

#include "base/secret_bytes.h"

#define HS_ED25519_PUBLIC_BYTES 32
#define HS_ED25519_PRIVATE_BYTES 32
#define HS_ED25519_SIGNATURE_BYTES 64

/* Makes a key pair. Returns: (transfer full): the seed; @public_key gets the other half.
 * Errors: INTERNAL. */
HsSecretBytes *hs_ed25519_generate (guint8 public_key[HS_ED25519_PUBLIC_BYTES],
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Errors: INVALID (not 32 bytes), INTERNAL. */
gboolean hs_ed25519_get_public (const HsSecretBytes *private_key,
                                guint8 public_key[HS_ED25519_PUBLIC_BYTES],
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Errors: INVALID (not 32 bytes), INTERNAL. */
gboolean hs_ed25519_sign (const HsSecretBytes *private_key,
                          const void *message,
                          gsize length,
                          guint8 signature[HS_ED25519_SIGNATURE_BYTES],
                          GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* TRUE only for a signature of exactly this message by exactly this key. A malformed key is a
 * FALSE like any other. */
gboolean
hs_ed25519_verify (const guint8 public_key[HS_ED25519_PUBLIC_BYTES],
                   const void *message,
                   gsize length,
                   const guint8 signature[HS_ED25519_SIGNATURE_BYTES]) G_GNUC_WARN_UNUSED_RESULT;
