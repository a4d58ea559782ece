/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* Compact JWS (RFC 7515 section 7.1) with Ed25519 (RFC 8037) and nothing else.
 *
 * The header is exactly {"alg":"EdDSA","kid":…,"typ":…} with these bytes in this order, no white
 * space: one text for one header, so there is nothing to negotiate and nothing to confuse. Every
 * kind of signed object has its own typ; a signature made for one kind never serves for another.
 *
 * Threads: any, no shared state.  Blocks: never. */

#include "base/public_key.h"
#include "base/secret_bytes.h"

#define HS_JWS_TYP_BUNDLE "homespool-bundle+jws"             /* root */
#define HS_JWS_TYP_PRINTERS "homespool-printers+jws"         /* printer-admin key */
#define HS_JWS_TYP_COMMAND "homespool-command+jws"           /* site: command key */
#define HS_JWS_TYP_RELEASE_KEYS "homespool-release-keys+jws" /* site: command key */
#define HS_JWS_TYP_ENTITLEMENT "homespool-entitlement+jws"   /* site: entitlement key */

/* Characters of the longest JWS with a payload of @payload_bytes. */
gsize hs_jws_max_length (gsize payload_bytes);

/* Signs @payload with the 32-byte Ed25519 seed @seed.
 * Returns: (transfer full): the compact text. Errors: INVALID (seed of the wrong length), INTERNAL. */
char *hs_jws_sign (const char *typ,
                   const HsSecretBytes *seed,
                   const guint8 *payload,
                   gsize length,
                   GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Checks that @jws has the one allowed header with @typ, names one of the @n_keys @keys and is
 * signed by it. @signer (nullable) receives that key.
 * Returns: (transfer full): the payload, at most @max_payload bytes, NULL on error.
 * Errors: CORRUPT (not a JWS of ours, wrong typ, bad signature), DENIED (signed by a key that is
 * not among @keys), NO_SPACE (longer than allowed). */
GBytes *hs_jws_verify (const char *jws,
                       const char *typ,
                       const HsPublicKey *keys,
                       gsize n_keys,
                       gsize max_payload,
                       HsPublicKey *signer,
                       GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The payload without any check of the signature: only to find out which root a bundle names
 * before its hash is compared, and for homespool-trust to show a file. Same limits and errors. */
GBytes *hs_jws_peek_payload (const char *jws, const char *typ, gsize max_payload, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
