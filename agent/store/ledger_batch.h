/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* A batch: changes that become durable together or not at all.
 *
 * Filled on the main context, then given to hs_ledger_commit_async(), which owns it from then on.
 * Everything is copied when it is added, so the caller's values may change at once; the PRIVATE
 * fields of a job are never copied into a batch. Operations run in the order in which they were
 * added. Wrong values (a job without id, bytes over a limit) fail the commit with INVALID.
 *
 * Threads: one owner at a time, no shared state.  Blocks: never. */

#include "core/job.h"
#include "store/outbox.h"

#define HS_LEDGER_SEALED_MAX_BYTES (256 * 1024) /* sealed private fields of one job */
#define HS_LEDGER_VALUE_MAX_BYTES (1024 * 1024) /* one setting or one printer's facts */
#define HS_LEDGER_KEY_MAX_BYTES 200             /* name of a setting, network of a printer */
#define HS_LEDGER_WAIT_MS 250                   /* longest wait of a batch that may wait */
#define HS_LEDGER_OWNER_KEY_BYTES 32            /* X25519 public */

/* A command of the site that was executed. */
typedef struct
{
  HsId id;
  gint64 at_us;   /* UTC, when it was executed */
  HsId job;       /* zero if it names none */
  char *result;   /* keyword: "done", "refused", …; nullable = not known yet */
  char *sentence; /* for a person; nullable */
} HsLedgerCommand;

/* An OS user who has signed in to the site. */
typedef struct
{
  guint32 uid;
  HsId identity;
  gint64 at_us;        /* UTC, last sign-in */
  GBytes *sealed_name; /* the person's name, sealed by the caller; nullable */
} HsLedgerIdentity;

/* The public key that an owner's documents are sealed to. */
typedef struct
{
  HsId identity;
  guint8 public_key[HS_LEDGER_OWNER_KEY_BYTES];
  gboolean has_title_key;
  guint8 title_key[HS_LEDGER_OWNER_KEY_BYTES]; /* public; zeros if there is none */
  gint64 at_us;                                /* UTC, registered */
} HsLedgerOwnerKey;

/* What is remembered of a printer seen on a network. */
typedef struct
{
  HsId printer;
  char *network; /* name of the network it was seen on; "" = any */
  gint64 at_us;  /* UTC, last seen */
  GBytes *facts; /* capabilities and pins, in the caller's encoding */
} HsLedgerPrinter;

typedef struct HsLedgerBatch HsLedgerBatch;

/* ── life ────────────────────────────────────────────────────────────────────────────────── */

HsLedgerBatch *hs_ledger_batch_new (void);

/* NULL is allowed. */
void hs_ledger_batch_free (HsLedgerBatch *batch);

gboolean hs_ledger_batch_is_empty (const HsLedgerBatch *batch);

/* Nobody waits for this batch, and losing it in a crash does no harm (an effect that is done and
 * would only be run again): it is committed with the next batch, at hs_ledger_hurry(), or HS_LEDGER_WAIT_MS later. */
void hs_ledger_batch_may_wait (HsLedgerBatch *batch);

/* ── jobs ────────────────────────────────────────────────────────────────────────────────── */

/* Writes the job's whole row, new or not, with the effects that are still to be run: they are part
 * of the row, so "effect done" is a put with fewer bits. @sealed_fields: title, user name and
 * ticket as sealed by the caller; NULL keeps what is stored; those of a
 * final job are forgotten. A RECEIVING job has no row: INVALID. */
void hs_ledger_batch_put_job (HsLedgerBatch *batch,
                              const HsJob *job,
                              HsJobEffects pending,
                              GBytes *sealed_fields);

/* Forgets a job and its sealed fields; there being none is a success. */
void hs_ledger_batch_delete_job (HsLedgerBatch *batch, const HsId *job);

/* Turns a final job into its line in the audit table and forgets its row and sealed fields.
 * INVALID if @job is not final. */
void hs_ledger_batch_archive_job (HsLedgerBatch *batch, const HsJob *job);

/* Forgets audit lines of jobs that were final before @before_us (UTC). */
void hs_ledger_batch_prune_audit (HsLedgerBatch *batch, gint64 before_us);

/* ── outbox ──────────────────────────────────────────────────────────────────────────────── */

/* Appends one record. Its number and the hash before it are given when the batch is committed, so a
 * neighbour that failed leaves no gap: @encode is called then, on the ledger's worker, with @data,
 * which the batch owns and frees with @destroy (nullable) on either thread. */
void hs_ledger_batch_append_event (HsLedgerBatch *batch,
                                   HsOutboxEncodeFunc encode,
                                   gpointer data,
                                   GDestroyNotify destroy);

/* After a rollback was declared: drops all records and begins @stream with number 1. Records that
 * must not be lost are read first and appended again in the same batch, after this. */
void hs_ledger_batch_start_stream (HsLedgerBatch *batch,
                                   const guint8 stream[HS_OUTBOX_STREAM_BYTES]);

/* ── the rest ────────────────────────────────────────────────────────────────────────────── */

/* Marks a command as executed. The whole batch fails with REFUSED if it was already: nothing is
 * done twice. */
void hs_ledger_batch_put_command (HsLedgerBatch *batch, const HsLedgerCommand *command);

/* Gives an executed command its result. INVALID if it was never put. */
void hs_ledger_batch_set_command_result (HsLedgerBatch *batch,
                                         const HsId *command,
                                         const char *result,
                                         const char *sentence);

/* Forgets commands executed before @before_us (UTC), which can no longer be valid. */
void hs_ledger_batch_prune_commands (HsLedgerBatch *batch, gint64 before_us);

void hs_ledger_batch_put_identity (HsLedgerBatch *batch, const HsLedgerIdentity *identity);
void hs_ledger_batch_delete_identity (HsLedgerBatch *batch, guint32 uid);

void hs_ledger_batch_put_owner_key (HsLedgerBatch *batch, const HsLedgerOwnerKey *key);
void hs_ledger_batch_delete_owner_key (HsLedgerBatch *batch, const HsId *identity);

/* A setting is one named value: "bundle", "device", "release-keys", … Never a secret: those belong
 * in platform/secret_store. */
void hs_ledger_batch_put_setting (HsLedgerBatch *batch, const char *name, GBytes *value);
void hs_ledger_batch_delete_setting (HsLedgerBatch *batch, const char *name);

void hs_ledger_batch_put_printer (HsLedgerBatch *batch, const HsLedgerPrinter *printer);

/* Forgets what is known of @printer on all networks. */
void hs_ledger_batch_delete_printer (HsLedgerBatch *batch, const HsId *printer);

/* ── values that hs_ledger_load() makes ──────────────────────────────────────────────────── */

void hs_ledger_command_free (HsLedgerCommand *command);
void hs_ledger_identity_free (HsLedgerIdentity *identity);
void hs_ledger_printer_free (HsLedgerPrinter *printer);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsLedgerBatch, hs_ledger_batch_free)
