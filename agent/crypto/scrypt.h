/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* scrypt (RFC 7914) with r = 8 and p = 1, for passphrases.
 *
 * It takes 2^log_n KiB of memory and, on a small machine of 2020, 90 ms at 14, 0.5 s at 16 and
 * 1.2 s at 17: never on the main loop.
 *
 * Threads: any, no shared state.  Blocks: computes for as long as log_n says. */

#include "base/secret_bytes.h"

#define HS_SCRYPT_LOG_N_MAX 20 /* 1 GiB; readers of foreign files set a lower cap of their own */

/* @log_n 1 to HS_SCRYPT_LOG_N_MAX; @length 1 to 64. Returns: (transfer full).
 * Errors: INVALID (out of range), NO_SPACE (not enough memory), INTERNAL. */
HsSecretBytes *hs_scrypt (const HsSecretBytes *passphrase,
                          const guint8 *salt,
                          gsize salt_length,
                          guint log_n,
                          gsize length,
                          GError **error) G_GNUC_WARN_UNUSED_RESULT;
