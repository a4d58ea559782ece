/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* What age makes of a file key: the MAC of the header and the chunks of the payload.
 *
 * The payload is STREAM: chunks of 64 KiB under ChaCha20-Poly1305, each with a nonce of its number
 * and of whether it is the last, so that none can be dropped, moved or added unseen.
 *
 * Threads: any; one owner at a time.  Blocks: never. */

#include "base/secret_bytes.h"
#include "core/age_header.h"

#define HS_AGE_CHUNK_BYTES (64 * 1024) /* plain, all but the last */
#define HS_AGE_TAG_BYTES 16
#define HS_AGE_SEALED_CHUNK_BYTES (HS_AGE_CHUNK_BYTES + HS_AGE_TAG_BYTES)
#define HS_AGE_PAYLOAD_NONCE_BYTES 16 /* stands before the first chunk */

/* Makes a file key. Errors: INTERNAL. */
HsSecretBytes *hs_age_file_key_new (GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Writes stanzas and their MAC. Returns: (transfer full): the header as it stands in a file.
 * Errors: INVALID (hs_age_header_format_authenticated()), INTERNAL. */
GBytes *hs_age_header_seal (const HsAgeStanza *const *stanzas,
                            guint n_stanzas,
                            const HsSecretBytes *file_key,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Errors: CORRUPT (the header was changed, or the file key is another's), INTERNAL. */
gboolean hs_age_header_verify (const HsAgeHeader *header,
                               const HsSecretBytes *file_key,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;

typedef struct HsAgePayload HsAgePayload;

HsAgePayload *hs_age_payload_new (const HsSecretBytes *file_key,
                                  const guint8 nonce[HS_AGE_PAYLOAD_NONCE_BYTES],
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;
void hs_age_payload_free (HsAgePayload *payload);

/* Writes @length + HS_AGE_TAG_BYTES bytes. @index counts from 0. Errors: INTERNAL. */
gboolean hs_age_payload_seal (HsAgePayload *payload,
                              guint64 index,
                              gboolean is_last,
                              const guint8 *plain,
                              gsize length,
                              guint8 *out,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Writes @length - HS_AGE_TAG_BYTES bytes. Errors: CORRUPT, INTERNAL. */
gboolean hs_age_payload_open (HsAgePayload *payload,
                              guint64 index,
                              gboolean is_last,
                              const guint8 *sealed,
                              gsize length,
                              guint8 *out,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsAgePayload, hs_age_payload_free)
