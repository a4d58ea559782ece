/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* Whom a job without a proven owner names, as a mark in its ledger row: enough for this workstation
 * to recognise the person who claims it, without the name and without a way to try names on a
 * stolen ledger alone.
 *
 * tag = HMAC-SHA-256 (HKDF-SHA256 (machine secret, info "homespool claim v1"), job uuid ‖ identity
 * uuid), where the identity is the organisation's of the claimed name (core/identity). Two jobs of
 * one name have different tags.
 *
 * Threads: any, no shared state.  Blocks: never. */

#include "base/id.h"
#include "base/secret_bytes.h"

#define HS_CLAIM_TAG_BYTES 32

/* Errors: INVALID (a machine secret of another length), INTERNAL. */
gboolean hs_claim_tag_compute (const HsSecretBytes *machine_secret,
                               const HsId *job,
                               const HsId *identity,
                               guint8 tag[HS_CLAIM_TAG_BYTES],
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Does @tag name @identity? A tag of zeros names nobody. */
gboolean hs_claim_tag_names (const HsSecretBytes *machine_secret,
                             const HsId *job,
                             const HsId *identity,
                             const guint8 tag[HS_CLAIM_TAG_BYTES]);
