/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* One way to open a sealed job: a key in the hand.
 *
 * Threads: any; one owner at a time.  Blocks: never. */

#include "core/age_header.h"
#include "core/job.h"
#include "seal/seal_plan.h"

typedef struct HsSealOpening HsSealOpening;

/* With the owner's private X25519 key, or an escrow holder's. */
HsSealOpening *hs_seal_opening_new_key (const HsSecretBytes *private_key);

/* With the share that came beside a release command. @release_public is S of the job's epoch. */
HsSealOpening *hs_seal_opening_new_share (const HsSecretBytes *share,
                                          const HsSecretBytes *machine_secret,
                                          guint32 machine_generation,
                                          const guint8 release_public[HS_X25519_BYTES],
                                          const HsId *device);

/* With the file key itself: a grant, or while the job is being sealed. */
HsSealOpening *hs_seal_opening_new_file_key (const HsSecretBytes *file_key);

HsSealOpening *hs_seal_opening_copy (const HsSealOpening *opening);
void hs_seal_opening_free (HsSealOpening *opening);

/* Checks that @header is the one that the record names (its MAC and the digest of its stanzas),
 * unwraps the file key and verifies the header's MAC with it. @expected also gives the ids that a
 * share is bound to.
 * Errors: REFUSED (what is in the hand does not open it: not a key that the job was sealed to,
 * another release key or machine secret, or a share or file key that does not fit), CORRUPT (the
 * header is not the recorded one), INTERNAL. */
HsSecretBytes *hs_seal_opening_unwrap (const HsSealOpening *opening,
                                       const HsAgeHeader *header,
                                       const HsJob *expected,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsSealOpening, hs_seal_opening_free)
