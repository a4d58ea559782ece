/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* The private fields of a job (title, user name, ticket) as one sealed blob for the ledger row.
 *
 * The blob is an age file with the document's own header, so whoever can open the document can read
 * its title and nobody else can; its payload has a nonce of its own.
 *
 * Threads: any, no shared state.  Blocks: never. */

#include "core/job.h"
#include "seal/seal_opening.h"
#include "seal/seal_writer.h"

#define HS_PRIVATE_FIELD_MAX_BYTES (64 * 1024) /* each; IPP attributes are bounded to 64 KiB */

/* Returns: (transfer full): the blob.
 * Errors: INVALID (a field is too long), INTERNAL. */
GBytes *hs_private_fields_seal (const HsSealFacts *facts,
                                const HsJob *job,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The file key alone, which is the document's: @opening unwraps it from the blob's header, which is
 * checked as below. Returns: (transfer full). Errors: as hs_seal_opening_unwrap(), CORRUPT. */
HsSecretBytes *hs_private_fields_unwrap (GBytes *blob,
                                         const HsSealOpening *opening,
                                         const HsJob *job,
                                         GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Checks the blob against the job's header MAC and stanza digest and fills title, user_name and
 * ticket of @job; on failure @job is untouched.
 * Errors: as hs_seal_reader_new(). */
gboolean hs_private_fields_open (GBytes *blob,
                                 const HsSealOpening *opening,
                                 HsJob *job,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;
