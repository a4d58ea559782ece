/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* A signed-in person registers a card: the body of POST /v1/device/card, {session, card} → {}.
 *
 * Threads: any, no shared state.  Blocks: never.  Errors of the decoder: INVALID, NO_SPACE. */

#include "base/secret_bytes.h"

typedef struct
{
  HsSecretBytes *session;
  HsSecretBytes *card; /* as the reader typed it; at most HS_SIGN_IN_MAX_CARD_BYTES */
} HsCardRequest;

HsCardRequest *
hs_card_request_decode (const char *bytes, gsize length, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Returns: (transfer full): it holds secrets: wipe it. */
char *hs_card_request_encode (const HsCardRequest *request);
void hs_card_request_free (HsCardRequest *request);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsCardRequest, hs_card_request_free)
