/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* The ledger: one SQLite file with a row for every job, and what must be remembered beside them.
 *
 * One worker thread owns the database. The main context hands over batches and is told when they
 * are durable; whatever waits when the worker is free goes into one transaction (group commit), and
 * a batch that fails takes nobody else down. Batches are committed, and completions arrive, in the
 * order of the calls. Each row that decides something carries a MAC over its canonical bytes
 * (docs/ledger-format.md); one that does not verify is reported, not used and not dropped.
 *
 * Threads: the main context of hs_ledger_open() only, asserted; callbacks come there.
 * Blocks: hs_ledger_open(), hs_ledger_load() and hs_ledger_free() on the disk; the rest never. */

#include "store/ledger_batch.h"

#include <gio/gio.h>

#define HS_LEDGER_FILE_NAME "ledger.db"
#define HS_LEDGER_MAC_BYTES 32

/* A write-ahead log longer than this is written back into the database as soon as the worker is
 * idle, and longer than the limit even when it is not. Small, because a log that is written
 * over from its beginning syncs in half the time of one that grows (measured on ext4: 0.13 against
 * 0.25 ms for three pages). */
#define HS_LEDGER_LOG_BYTES (1024 * 1024)
#define HS_LEDGER_LOG_LIMIT_BYTES (4 * 1024 * 1024)

/* Most batches that share one transaction, so that the first does not wait for the last. */
#define HS_LEDGER_GROUP_BATCHES 64

/* Computes the MAC of a row's canonical bytes. Called on the ledger's worker, one call at a time;
 * must not touch anything that the main context changes. FALSE with @error fails the batch. */
typedef gboolean (*HsLedgerMacFunc) (const guint8 *row,
                                     gsize length,
                                     guint8 mac[HS_LEDGER_MAC_BYTES],
                                     gpointer user_data,
                                     GError **error);

/* All fields are needed, except mac_data. Copied by hs_ledger_open(). */
typedef struct
{
  const char *folder;                        /* the state folder; made (0700) if missing */
  guint8 new_stream[HS_OUTBOX_STREAM_BYTES]; /* random; becomes the stream of a new ledger only */
  HsLedgerMacFunc mac;
  gpointer mac_data; /* must outlive the ledger */
} HsLedgerSetup;

/* A job as the ledger knows it. */
typedef struct
{
  HsJob *job;           /* PRIVATE fields NULL: see hs_ledger_read_sealed_async() */
  HsJobEffects pending; /* effects to be run again */
  gboolean has_sealed;  /* there are sealed private fields */
} HsLedgerJob;

/* A row that cannot be trusted. */
typedef struct
{
  const char *table; /* static: "jobs", "settings", "outbox", … */
  char *key;         /* the row's key as text: a uuid, a setting's name, a number */
  HsJob *job;   /* table jobs only: what the row says, for a report, never to act on; nullable */
  char *reason; /* a sentence: MAC does not verify, a value is out of range, … */
} HsLedgerDamage;

/* Everything, as of one moment. Arrays own their elements. */
typedef struct
{
  gboolean born; /* there was no ledger before: documents in the spool are not orphans but a sign
                  * that the ledger was lost */
  guint8 stream[HS_OUTBOX_STREAM_BYTES];
  HsOutboxPlace outbox_acknowledged; /* the site has everything up to here */
  HsOutboxPlace outbox_head;         /* the last record written */
  GPtrArray *jobs;                   /* HsLedgerJob, oldest (created_at_us, id) first */
  GPtrArray *commands;               /* HsLedgerCommand, oldest first */
  GPtrArray *identities;             /* HsLedgerIdentity */
  GPtrArray *owner_keys;             /* HsLedgerOwnerKey */
  GHashTable *settings;              /* char * → GBytes * */
  GPtrArray *printers;               /* HsLedgerPrinter, most recently seen first */
  GPtrArray *damaged;                /* HsLedgerDamage */
} HsLedgerContents;

typedef struct HsLedger HsLedger;

/* ── life ────────────────────────────────────────────────────────────────────────────────── */

/* Opens or makes the ledger in its folder and brings an older schema up to date. Only one process
 * can have it open.
 * Errors: NOT_SUPPORTED if a newer version wrote it (names both versions), CORRUPT if it is damaged
 * or not a ledger (says what to do; the file is left as it is), TEMPORARY if another process has
 * it, NO_SPACE, DENIED, INTERNAL. */
HsLedger *hs_ledger_open (const HsLedgerSetup *setup, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Reads one setting of a ledger that nobody has open, without verifying it: for what has to be known
 * before the key of the MACs is. Returns: (transfer full): NULL, without an error, if there is no
 * ledger or no such setting. Errors: of hs_ledger_open(). Blocks: on the disk. */
GBytes *hs_ledger_peek_setting (const char *folder,
                                const char *name,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Commits all that was handed over, closes the file and ends the worker. Completions that are due
 * still arrive on the main context afterwards. NULL is allowed. */
void hs_ledger_free (HsLedger *ledger);

/* ── questions ───────────────────────────────────────────────────────────────────────────── */

/* Reads everything, at start. Rows that do not verify are in @damaged of the result.
 * Returns: (transfer full). Errors: CORRUPT, INTERNAL. */
HsLedgerContents *hs_ledger_load (HsLedger *ledger, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* ── actions ─────────────────────────────────────────────────────────────────────────────── */

/* Makes @batch (transfer full) durable. It cannot be cancelled: an answer "perhaps" helps nobody.
 * Errors of the finish, after each of which nothing of the batch is stored: REFUSED (a command was
 * executed before), INVALID, NO_SPACE, TEMPORARY, CORRUPT, INTERNAL; an error of @encode or the MAC
 * function as it is. After a failed disk sync the ledger refuses everything with INTERNAL until it
 * is opened again. */
void hs_ledger_commit_async (HsLedger *ledger,
                             HsLedgerBatch *batch,
                             GAsyncReadyCallback callback,
                             gpointer user_data);
gboolean hs_ledger_commit_finish (HsLedger *ledger,
                                  GAsyncResult *result,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Commits now the batches that wait for others, if there are any: somebody does wait. */
void hs_ledger_hurry (HsLedger *ledger);

/* Reads the sealed private fields of @count jobs.
 * Returns: (transfer full) (element-type GBytes): one entry for each id in order, NULL where there
 * are none or where they are not the ones that the row was written with. */
void hs_ledger_read_sealed_async (HsLedger *ledger,
                                  const HsId *jobs,
                                  gsize count,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data);
GPtrArray *hs_ledger_read_sealed_finish (HsLedger *ledger,
                                         GAsyncResult *result,
                                         GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Reads outbox records after number @after: at most @max_records, and no more than @max_bytes of
 * record bytes, but at least one if there is any.
 * Returns: (transfer full) (element-type HsOutboxRecord): in order, may be empty. */
void hs_ledger_read_outbox_async (HsLedger *ledger,
                                  guint64 after,
                                  guint max_records,
                                  gsize max_bytes,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data);
GPtrArray *hs_ledger_read_outbox_finish (HsLedger *ledger,
                                         GAsyncResult *result,
                                         GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Takes the site's answer "my highest record is @site". On ACKNOWLEDGED the records up to there are
 * deleted; on any other verdict nothing changes and the caller declares a rollback.
 * Returns: the verdict; HS_OUTBOX_NONE with @error set. */
void hs_ledger_acknowledge_async (HsLedger *ledger,
                                  const HsOutboxPlace *site,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data);
HsOutboxVerdict hs_ledger_acknowledge_finish (HsLedger *ledger,
                                              GAsyncResult *result,
                                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Reads audit lines: @job only, or with NULL the newest @limit.
 * Returns: (transfer full) (element-type HsJob): newest first, may be empty; only the fields that a
 * finished job keeps are set. */
void hs_ledger_read_audit_async (HsLedger *ledger,
                                 const HsId *job,
                                 guint limit,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data);
GPtrArray *hs_ledger_read_audit_finish (HsLedger *ledger,
                                        GAsyncResult *result,
                                        GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* ── values ──────────────────────────────────────────────────────────────────────────────── */

void hs_ledger_contents_free (HsLedgerContents *contents);
void hs_ledger_job_free (HsLedgerJob *job);
void hs_ledger_damage_free (HsLedgerDamage *damage);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsLedger, hs_ledger_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsLedgerContents, hs_ledger_contents_free)
