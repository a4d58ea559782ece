/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* Outbox records: what the workstation tells the site, in order, each holding the hash of the one
 * before, so that nothing can be lost, changed or inserted unseen.
 *
 * A record is the canonical JSON object {n, prev, kind, at_us, offline, body}; its hash is SHA-256
 * of those bytes. n counts from 1 in each stream; prev of the first is 64 zeros. A stream is 128
 * random bits drawn when a ledger is born, or when a rollback is declared.
 *
 * Threads: any, no shared state.  Blocks: never. */

#include "core/wire/json_strict.h"

#define HS_STREAM_BYTES 16
#define HS_RECORD_HASH_BYTES 32
#define HS_RECORD_MAX_BYTES (8 * 1024)
#define HS_UPLOAD_MAX_RECORDS 256
#define HS_UPLOAD_MAX_BYTES (256 * 1024)

typedef enum
{
  HS_RECORD_NONE = 0,
  HS_RECORD_ANNOUNCE,       /* core/wire/announce: a job is held here */
  HS_RECORD_STATE,          /* core/wire/state_notice: a job changed */
  HS_RECORD_REPORT,         /* core/wire/report: a job ended */
  HS_RECORD_ERASED,         /* core/notices: nothing of the job is left here */
  HS_RECORD_POWER,          /* core/notices: awake, asleep, shutting down */
  HS_RECORD_AGENT,          /* core/notices: started, rolled back */
  HS_RECORD_COMMAND_RESULT, /* core/wire/command_result: the answer to a command */
  HS_RECORD_CLAIM,          /* core/notices: somebody claimed a job without a proven owner */
  HS_RECORD_LOCAL,          /* core/wire/local_job: a job printed on another queue of this machine */
  HS_RECORD_N_KINDS,
} HsRecordKind;

const char *hs_record_kind_to_keyword (HsRecordKind kind);

/* ── writing ─────────────────────────────────────────────────────────────────────────────── */

/* Makes record number @n. @previous is the hash of the record before as 64 lower-case hex digits
 * (zeros for the first). @body is not taken. Fits store/outbox: same arguments, same result.
 * Returns: (transfer full): the canonical bytes. Errors: NO_SPACE (beyond HS_RECORD_MAX_BYTES, which
 * no body of ours reaches), INVALID (@previous). */
GBytes *hs_event_record_encode (guint64 n,
                                const char *previous,
                                HsRecordKind kind,
                                gint64 at_us,
                                gboolean offline,
                                const json_t *body,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

void hs_record_hash (GBytes *record, guint8 hash[HS_RECORD_HASH_BYTES]);

/* ── reading ─────────────────────────────────────────────────────────────────────────────── */

typedef struct
{
  guint64 n;
  guint8 previous[HS_RECORD_HASH_BYTES];
  guint8 hash[HS_RECORD_HASH_BYTES]; /* of the canonical bytes */
  HsRecordKind kind;
  gint64 at_us; /* UTC, by the workstation's clock */
  gboolean offline;
  json_t *body; /* an object, owned */
} HsEventRecord;

/* Errors: INVALID, NO_SPACE. */
HsEventRecord *hs_event_record_decode (GBytes *bytes, GError **error) G_GNUC_WARN_UNUSED_RESULT;
HsEventRecord *hs_event_record_decode_value (const json_t *object,
                                             GError **error) G_GNUC_WARN_UNUSED_RESULT;
void hs_event_record_free (HsEventRecord *record);

/* ── uploads: {stream, records} and the answer {stream, n, hash} ─────────────────────────── */

/* Joins canonical records (element-type GBytes), as many from the front as fit the two limits.
 * Returns: (transfer full): the body; *n_taken (≥ 1 unless @records is empty) tells how many. */
GBytes *
hs_upload_encode (const guint8 stream[HS_STREAM_BYTES], const GPtrArray *records, gsize *n_taken);

/* Reads an upload, which may be empty (to hear where the site stands); the records' n and prev must already form a chain among themselves.
 * Returns: (transfer full) (element-type HsEventRecord). Errors: INVALID, NO_SPACE. */
GPtrArray *hs_upload_decode (const char *bytes,
                             gsize length,
                             guint8 stream[HS_STREAM_BYTES],
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The newest record that the site has of a stream. */
typedef struct
{
  guint8 stream[HS_STREAM_BYTES];
  guint64 n;                         /* 0 = none */
  guint8 hash[HS_RECORD_HASH_BYTES]; /* zeros if none */
} HsUploadAnswer;

GBytes *hs_upload_answer_encode (const HsUploadAnswer *answer);
gboolean hs_upload_answer_decode (const char *bytes,
                                  gsize length,
                                  HsUploadAnswer *answer,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsEventRecord, hs_event_record_free)
