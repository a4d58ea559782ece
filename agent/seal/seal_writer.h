/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* Sealing a document while it streams: plain bytes in, an age file out.
 *
 * The first byte that leaves is the header, so every way to open the job exists before any of the
 * document does. Memory stays constant. The one-time release key e is wiped as soon as the header
 * is made.
 *
 * Threads: any; one owner at a time: made for a worker.  Blocks: on the output stream. */

#include "core/job.h"
#include "seal/seal_plan.h"

#include <gio/gio.h>

/* What sealing found out; goes into the job's ledger row. */
typedef struct
{
  guint8 header_mac[HS_JOB_MAC_BYTES];
  guint8 stanza_digest[HS_JOB_DIGEST_BYTES]; /* SHA-256 of the stanza lines */
  guint64 plain_bytes;
  guint64 sealed_bytes;
  guint8 release_e[HS_JOB_E_BYTES]; /* E; all zero without a release stanza */
  guint64 release_epoch;            /* 0 without a release stanza */
  char **recipients;                /* "owner", "release", "escrow:<name>", in stanza order */
  GBytes *header;                   /* for hs_private_fields_seal() */
  HsSecretBytes *file_key;          /* likewise; drop it as soon as that is done */
} HsSealFacts;

typedef struct HsSealWriter HsSealWriter;

/* Writes the header to @out, which stays the caller's to flush, sync and close.
 * Errors: those of hs_seal_plan_check(); INVALID (a public key of small order), INTERNAL, and what
 * @out reports. */
HsSealWriter *hs_seal_writer_new (const HsSealPlan *plan,
                                  GOutputStream *out,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;
void hs_seal_writer_free (HsSealWriter *writer);

/* After an error the writer takes no more. Errors: INTERNAL, and what the stream reports. */
gboolean hs_seal_writer_write (HsSealWriter *writer, const void *data, gsize length, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/* Writes the last chunk; nothing may be written after it. Returns: (transfer full): the facts. */
HsSealFacts *hs_seal_writer_finish (HsSealWriter *writer, GError **error) G_GNUC_WARN_UNUSED_RESULT;

void hs_seal_facts_free (HsSealFacts *facts);

/* Copies what belongs into the job's row: MAC, digest, sizes, E, epoch, recipients. */
void hs_seal_facts_apply (const HsSealFacts *facts, HsJob *job);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsSealWriter, hs_seal_writer_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsSealFacts, hs_seal_facts_free)
