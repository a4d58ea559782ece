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

/* Is this the header that the job's row records, by its MAC and the digest of its stanzas?
 * Errors: CORRUPT. */
gboolean hs_seal_opening_check_header (const HsAgeHeader *header,
                                       const HsJob *expected,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Unwraps the file key and verifies the header's MAC with it. @expected gives the ids that a share
 * is bound to.
 * Errors: REFUSED (this key, release key or machine secret is not one of those that the job was
 * sealed to: it cannot be opened here), CORRUPT (it is one, and the bytes were changed), INTERNAL.
 */
HsSecretBytes *hs_seal_opening_unwrap (const HsSealOpening *opening,
                                       const HsAgeHeader *header,
                                       const HsJob *expected,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsSealOpening, hs_seal_opening_free)
