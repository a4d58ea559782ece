/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* The derivations of homespool.release/1: how site and workstation together open a job.
 *
 * Neither half opens anything alone. The site keeps s, the workstation keeps its machine secret;
 * the one-time e is wiped once a job is sealed, so later only the site can make the share again.
 * The same files serve both programs. Story and byte layout: docs/sealed-format.md.
 *
 * Threads: any, no shared state.  Blocks: never. */

#include "base/id.h"
#include "base/secret_bytes.h"
#include "crypto/x25519.h"

#define HS_RELEASE_SHARE_BYTES 32
#define HS_RELEASE_WRAP_KEY_BYTES 32
#define HS_RELEASE_KEY_ID_BYTES 8

/* What a share and its wrap key are bound to; all public. */
typedef struct
{
  HsId device;
  HsId job;
  HsId owner;                       /* all zero if the owner is unproven */
  guint8 e_public[HS_X25519_BYTES]; /* E, fresh for each job */
  guint8 s_public[HS_X25519_BYTES]; /* S, the site's release key for this device and epoch */
} HsReleaseContext;

/* The site's half: from s and E. Returns: (transfer full): HS_RELEASE_SHARE_BYTES.
 * Errors: INVALID (s is not the private half of S, or E is a point of small order), INTERNAL. */
HsSecretBytes *hs_release_share_compute_site (const HsSecretBytes *s_private,
                                              const HsReleaseContext *context,
                                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The workstation's half while it seals: from e and S; the same share.
 * Errors: INVALID (e is not the private half of E, or S is a point of small order), INTERNAL. */
HsSecretBytes *hs_release_share_compute_workstation (const HsSecretBytes *e_private,
                                                     const HsReleaseContext *context,
                                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The key that wraps the file key: from the share and the machine secret (32 bytes each).
 * Returns: (transfer full): HS_RELEASE_WRAP_KEY_BYTES. Errors: INVALID (a length), INTERNAL. */
HsSecretBytes *hs_release_share_derive_wrap_key (const HsSecretBytes *share,
                                                 const HsSecretBytes *machine_secret,
                                                 const HsReleaseContext *context,
                                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The first bytes of SHA-256(S): which release key a stanza needs. */
void hs_release_share_get_key_id (const guint8 s_public[HS_X25519_BYTES],
                                  guint8 key_id[HS_RELEASE_KEY_ID_BYTES]);
