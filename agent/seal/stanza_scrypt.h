/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* age's scrypt stanza: the file key for whoever knows a passphrase.
 *
 * Threads: any, no shared state.  Blocks: computes for as long as the work factor says. */

#include "seal/stanza.h"

#define HS_STANZA_SCRYPT "scrypt"
#define HS_STANZA_SCRYPT_LOG_N_MAX                                                                 \
  18 /* 256 MiB and about 1.5 s; a hostile file must not cost more */

/* @log_n 1 to HS_STANZA_SCRYPT_LOG_N_MAX. Returns: (transfer full).
 * Errors: INVALID (@log_n), NO_SPACE (memory), INTERNAL. */
HsAgeStanza *hs_stanza_scrypt_wrap (const HsSecretBytes *passphrase,
                                    guint log_n,
                                    const HsSecretBytes *file_key,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* NOT_MINE: no such stanza, or another passphrase. A scrypt stanza must be the only one.
 * Errors: CORRUPT (also: asks for more work than the cap), NO_SPACE, INTERNAL. */
HsStanzaOutcome hs_stanza_scrypt_unwrap (const HsAgeHeader *header,
                                         const HsSecretBytes *passphrase,
                                         HsSecretBytes **file_key,
                                         GError **error) G_GNUC_WARN_UNUSED_RESULT;
