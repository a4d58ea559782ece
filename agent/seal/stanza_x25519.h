/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* age's X25519 stanza: the file key for the holder of a private key.
 *
 * Threads: any, no shared state.  Blocks: never. */

#include "crypto/x25519.h"
#include "seal/stanza.h"

#define HS_STANZA_X25519 "X25519"

/* Returns: (transfer full). Errors: INVALID (@recipient is a point of small order), INTERNAL. */
HsAgeStanza *hs_stanza_x25519_wrap (const guint8 recipient[HS_X25519_BYTES],
                                    const HsSecretBytes *file_key,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Tries every stanza of this type. Errors: CORRUPT, INVALID (the key is not 32 bytes), INTERNAL. */
HsStanzaOutcome hs_stanza_x25519_unwrap (const HsAgeHeader *header,
                                         const HsSecretBytes *private_key,
                                         HsSecretBytes **file_key,
                                         GError **error) G_GNUC_WARN_UNUSED_RESULT;
