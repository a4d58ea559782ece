/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* The outbox: records for the site in one unbroken chain, kept until the site has them.
 *
 * A stream is the life of one ledger (128 random bits of its birth); its records are numbered
 * 1, 2, 3, … and each carries the SHA-256 of the one before, so the site sees a gap, a repeat or a
 * ledger that was put back to an older copy. Records are appended by a batch (ledger_batch.h) in
 * the transaction of the change that they tell; this header holds the plain values and the one
 * decision: what the site's answer means.
 *
 * Threads: any, no shared state.  Blocks: never. */

#include <glib.h>

#define HS_OUTBOX_HASH_BYTES 32                /* SHA-256 */
#define HS_OUTBOX_HASH_TEXT_BYTES 65           /* hex and the final NUL */
#define HS_OUTBOX_STREAM_BYTES 16              /* random, given at the ledger's birth */
#define HS_OUTBOX_RECORD_MAX_BYTES (64 * 1024) /* bound of every wire object */
#define HS_OUTBOX_REQUEST_RECORDS 256          /* most records of one POST /v1/device/events */
#define HS_OUTBOX_REQUEST_BYTES (256 * 1024)   /* most bytes of one such request */

/* What the site's "my highest record is n with this hash" means. */
typedef enum
{
  HS_OUTBOX_NONE = 0,
  HS_OUTBOX_ACKNOWLEDGED, /* the site has everything up to n; those records are deleted here */
  HS_OUTBOX_SITE_AHEAD,   /* the site has records that we never wrote: this ledger is an old copy */
  HS_OUTBOX_FORKED,       /* the site's record n is another one than ours: two ledgers, one name */
  HS_OUTBOX_SITE_BEHIND,  /* the site lost records that it had acknowledged (its own restore) */
} HsOutboxVerdict;

/* A place in the chain; n = 0 and all zero = before the first record. */
typedef struct
{
  guint64 n;
  guint8 hash[HS_OUTBOX_HASH_BYTES]; /* of record n */
} HsOutboxPlace;

/* One record as stored. */
typedef struct
{
  guint64 n;
  guint8 hash[HS_OUTBOX_HASH_BYTES];
  GBytes *bytes; /* canonical bytes of the whole record, as made by HsOutboxEncodeFunc */
} HsOutboxRecord;

/* Writes the canonical bytes of a record that gets number @n and follows the record with hash
 * @prev (64 lower-case hex digits; zeros for the first). Called on the ledger's worker, possibly
 * more than once for one record, so it only reads @data.
 * Returns: (transfer full): at most HS_OUTBOX_RECORD_MAX_BYTES; NULL with @error fails the batch.
 */
typedef GBytes *(*HsOutboxEncodeFunc) (guint64 n,
                                       const char *prev,
                                       gconstpointer data,
                                       GError **error);

/* @acknowledged: the last record that the site is known to have; @head: the last one written;
 * @ours: our hash of record @site->n, NULL if we hold none. */
HsOutboxVerdict hs_outbox_judge (const HsOutboxPlace *acknowledged,
                                 const HsOutboxPlace *head,
                                 const HsOutboxPlace *site,
                                 const guint8 *ours);

/* SHA-256 of a record's canonical bytes. */
void hs_outbox_hash (GBytes *record, guint8 hash[HS_OUTBOX_HASH_BYTES]);

/* The hash as 64 lower-case hex digits and a NUL. */
void hs_outbox_format_hash (const guint8 hash[HS_OUTBOX_HASH_BYTES],
                            char text[HS_OUTBOX_HASH_TEXT_BYTES]);

void hs_outbox_record_free (HsOutboxRecord *record);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsOutboxRecord, hs_outbox_record_free)
