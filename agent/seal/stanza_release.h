/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* The homespool.release/1 stanza: the file key for workstation and site together.
 *
 *   -> homespool.release/1 <E> <first 8 bytes of SHA-256(S)> <machine generation>
 *
 * Byte layout and reasons: docs/sealed-format.md. Foreign age programs skip it as unknown.
 *
 * Threads: any, no shared state.  Blocks: never. */

#include "crypto/release_share.h"
#include "seal/stanza.h"

#define HS_STANZA_RELEASE "homespool.release/1"

/* @e_private is fresh for this job and wiped by the caller right after; its public half stands in
 * @context. @machine_generation from 1. Returns: (transfer full).
 * Errors: INVALID (a key of small order or wrong length), INTERNAL. */
HsAgeStanza *hs_stanza_release_wrap (const HsSecretBytes *e_private,
                                     const HsReleaseContext *context,
                                     const HsSecretBytes *machine_secret,
                                     guint32 machine_generation,
                                     const HsSecretBytes *file_key,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* What opening by share needs. */
typedef struct
{
  HsReleaseContext context; /* e_public: the job's recorded E */
  const HsSecretBytes *share;
  const HsSecretBytes *machine_secret;
  guint32 machine_generation;
} HsStanzaReleaseKeys;

/* NOT_MINE: no such stanza, or it names another release key or machine generation.
 * FAILED: malformed, twice, another E than the job's, or the tag does not fit: damaged.
 * Errors: CORRUPT, INVALID (a length), INTERNAL. */
HsStanzaOutcome hs_stanza_release_unwrap (const HsAgeHeader *header,
                                          const HsStanzaReleaseKeys *keys,
                                          HsSecretBytes **file_key,
                                          GError **error) G_GNUC_WARN_UNUSED_RESULT;
