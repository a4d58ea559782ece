/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* What a batch holds, for ledger.c and ledger_write.c.
 *
 * Threads: one owner at a time.  Blocks: never. */

#include "store/ledger_batch.h"

typedef enum
{
  HS_LEDGER_PUT_JOB,
  HS_LEDGER_DELETE_JOB,
  HS_LEDGER_ARCHIVE_JOB,
  HS_LEDGER_PRUNE_AUDIT,
  HS_LEDGER_APPEND_EVENT,
  HS_LEDGER_START_STREAM,
  HS_LEDGER_PUT_COMMAND,
  HS_LEDGER_SET_COMMAND_RESULT,
  HS_LEDGER_PRUNE_COMMANDS,
  HS_LEDGER_PUT_IDENTITY,
  HS_LEDGER_DELETE_IDENTITY,
  HS_LEDGER_PUT_OWNER_KEY,
  HS_LEDGER_DELETE_OWNER_KEY,
  HS_LEDGER_PUT_SETTING,
  HS_LEDGER_DELETE_SETTING,
  HS_LEDGER_PUT_PRINTER,
  HS_LEDGER_DELETE_PRINTER,
} HsLedgerOperationKind;

/* One operation; only the fields that its kind names are used. */
typedef struct
{
  HsLedgerOperationKind kind;
  HsJob *job;           /* PUT_JOB, ARCHIVE_JOB; PRIVATE fields NULL */
  HsJobEffects pending; /* PUT_JOB */
  HsId id;              /* job, command, identity or printer */
  HsId other;           /* PUT_COMMAND: the job */
  guint32 uid;          /* *_IDENTITY */
  gint64 at_us;         /* time of the value, or of the pruning */
  char *text;           /* setting's name, printer's network, command's result */
  char *sentence;       /* command's sentence */
  GBytes *bytes;        /* sealed fields, sealed name, title key, value or facts; NULL where
                           nullable */
  guint8 raw[32];       /* public key; the first 16 bytes: stream */
  HsOutboxEncodeFunc encode;
  gpointer data;
  GDestroyNotify destroy;
} HsLedgerOperation;

G_STATIC_ASSERT (HS_LEDGER_OWNER_KEY_BYTES == 32 && HS_OUTBOX_STREAM_BYTES <= 32);

struct HsLedgerBatch
{
  GPtrArray *operations; /* HsLedgerOperation */
  gboolean may_wait;
};
