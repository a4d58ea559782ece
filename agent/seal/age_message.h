/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* Small age files in memory: keys on their way, key files, titles.
 *
 * Threads: any, no shared state.  Blocks: never, except for scrypt's computing time. */

#include "base/secret_bytes.h"
#include "crypto/x25519.h"

#define HS_AGE_MESSAGE_MAX_BYTES (64 * 1024) /* plain */
#define HS_AGE_SCRYPT_LOG_N 17               /* what we write: about 1.2 s and 128 MiB in 2020 */

/* Seals to one X25519 recipient. Returns: (transfer full): an age file.
 * Errors: INVALID (too long, or a key of small order), INTERNAL. */
GBytes *hs_age_message_seal (const guint8 recipient[HS_X25519_BYTES],
                             const guint8 *plain,
                             gsize length,
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Seals with a passphrase; @log_n 1 to 18, HS_AGE_SCRYPT_LOG_N but for tests. */
GBytes *hs_age_message_seal_passphrase (const HsSecretBytes *passphrase,
                                        guint log_n,
                                        const guint8 *plain,
                                        gsize length,
                                        GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Returns: (transfer full): the plain bytes; an empty message is refused as CORRUPT.
 * Errors: REFUSED (sealed to another key), CORRUPT (not an age file, changed, cut or too long),
 * INTERNAL. */
HsSecretBytes *hs_age_message_open (const guint8 *sealed,
                                    gsize length,
                                    const HsSecretBytes *private_key,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The same with a passphrase: REFUSED means the wrong one. */
HsSecretBytes *hs_age_message_open_passphrase (const guint8 *sealed,
                                               gsize length,
                                               const HsSecretBytes *passphrase,
                                               GError **error) G_GNUC_WARN_UNUSED_RESULT;
