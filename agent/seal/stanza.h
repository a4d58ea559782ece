/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* How a search for the file key among a header's stanzas ends.
 *
 * Threads: any, no shared state.  Blocks: never. */

#include "base/secret_bytes.h"
#include "core/age_header.h"

typedef enum
{
  HS_STANZA_NONE = 0,
  HS_STANZA_OPENED,   /* the file key is there */
  HS_STANZA_NOT_MINE, /* no stanza is for this key: another key may open the file */
  HS_STANZA_FAILED,   /* a stanza of this type is malformed or was changed; error is set */
} HsStanzaOutcome;

/* Decodes an argument that must be exactly @length bytes of canonical base64. */
gboolean hs_stanza_decode_argument (const char *argument,
                                    guint8 *out,
                                    gsize length) G_GNUC_WARN_UNUSED_RESULT;

/* Encrypts the file key under a key that is used this once (nonce zero). Returns: (transfer full):
 * the stanza's body of HS_STANZA_BODY_BYTES. */
#define HS_STANZA_BODY_BYTES (HS_AGE_FILE_KEY_BYTES + 16)
gboolean hs_stanza_wrap_file_key (const HsSecretBytes *wrap_key,
                                  const HsSecretBytes *file_key,
                                  guint8 body[HS_STANZA_BODY_BYTES],
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Returns: (transfer full) (nullable): NULL with error CORRUPT if the body is not of this key. */
HsSecretBytes *hs_stanza_unwrap_file_key (const HsSecretBytes *wrap_key,
                                          const HsAgeStanza *stanza,
                                          GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The same where a body of another key is nothing wrong: NOT_MINE. *file_key is (transfer full) with
 * OPENED. */
HsStanzaOutcome hs_stanza_try_file_key (const HsSecretBytes *wrap_key,
                                        const HsAgeStanza *stanza,
                                        HsSecretBytes **file_key,
                                        GError **error) G_GNUC_WARN_UNUSED_RESULT;
