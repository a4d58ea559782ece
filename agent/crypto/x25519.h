/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* X25519 (RFC 7748): key agreement between a private key and somebody's public key.
 *
 * Threads: any, no shared state.  Blocks: never. */

#include "base/secret_bytes.h"

#define HS_X25519_BYTES 32

/* Makes a key pair. Returns: (transfer full): the private half; @public_key gets the other.
 * Errors: INTERNAL. */
HsSecretBytes *hs_x25519_generate (guint8 public_key[HS_X25519_BYTES],
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Errors: INVALID (not 32 bytes), INTERNAL. */
gboolean hs_x25519_get_public (const HsSecretBytes *private_key,
                               guint8 public_key[HS_X25519_BYTES],
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The shared secret, 32 bytes: key material for HKDF, never a key by itself.
 * Returns: (transfer full).
 * Errors: INVALID (the result would be all zero: @their_public is a point of small order; or the
 * private key is not 32 bytes), INTERNAL. */
HsSecretBytes *hs_x25519_agree (const HsSecretBytes *private_key,
                                const guint8 their_public[HS_X25519_BYTES],
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The same with a key pair made for this once; @ephemeral gets its public half, the private one is gone.
 * Returns: (transfer full). Errors: INVALID (small order, as above), INTERNAL. */
HsSecretBytes *hs_x25519_agree_once (const guint8 their_public[HS_X25519_BYTES],
                                     guint8 ephemeral[HS_X25519_BYTES],
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;
