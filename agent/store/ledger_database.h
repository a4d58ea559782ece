/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* The open database of a ledger: handle, statements, transactions, MACs. For ledger*.c only.
 *
 * Threads: the ledger's worker only.  Blocks: on disk. */

#include "store/ledger.h"

#include <sqlite3.h>

/* Statements that are prepared once and kept. */
typedef enum
{
  HS_STATEMENT_BEGIN,
  HS_STATEMENT_COMMIT,
  HS_STATEMENT_ROLLBACK,
  HS_STATEMENT_SAVEPOINT,
  HS_STATEMENT_RELEASE,
  HS_STATEMENT_ROLLBACK_TO,
  HS_STATEMENT_PUT_META,
  HS_STATEMENT_PUT_JOB,
  HS_STATEMENT_GET_SEALED_DIGEST,
  HS_STATEMENT_DELETE_JOB,
  HS_STATEMENT_PUT_SEALED,
  HS_STATEMENT_DELETE_SEALED,
  HS_STATEMENT_GET_SEALED,
  HS_STATEMENT_PUT_AUDIT,
  HS_STATEMENT_PRUNE_AUDIT,
  HS_STATEMENT_PUT_OUTBOX,
  HS_STATEMENT_GET_OUTBOX_HASH,
  HS_STATEMENT_READ_OUTBOX,
  HS_STATEMENT_TRIM_OUTBOX,
  HS_STATEMENT_PUT_COMMAND,
  HS_STATEMENT_SET_COMMAND_RESULT,
  HS_STATEMENT_PRUNE_COMMANDS,
  HS_STATEMENT_PUT_IDENTITY,
  HS_STATEMENT_DELETE_IDENTITY,
  HS_STATEMENT_PUT_OWNER_KEY,
  HS_STATEMENT_DELETE_OWNER_KEY,
  HS_STATEMENT_PUT_SETTING,
  HS_STATEMENT_DELETE_SETTING,
  HS_STATEMENT_PUT_PRINTER,
  HS_STATEMENT_DELETE_PRINTER,
  HS_STATEMENT_N_STATEMENTS,
} HsStatement;

typedef struct
{
  sqlite3 *handle;
  char *path; /* for messages */
  sqlite3_stmt *statements[HS_STATEMENT_N_STATEMENTS];
  HsLedgerMacFunc mac;
  gpointer mac_data;
  GByteArray *row; /* scratch: canonical bytes */

  /* The chain; changes with the open transaction, so a rollback puts an older copy back. */
  struct
  {
    guint8 stream[HS_OUTBOX_STREAM_BYTES];
    HsOutboxPlace acknowledged;
    HsOutboxPlace head;
  } chain;

  gboolean born;     /* hs_ledger_database_open() made it */
  gboolean broken;   /* the disk failed: refuse everything */
  guint64 log_bytes; /* length of the write-ahead log since its last restart */
} HsLedgerDatabase;

/* The errors of hs_ledger_open(). */
HsLedgerDatabase *hs_ledger_database_open (const HsLedgerSetup *setup, GError **error);

/* Writes the log back and closes. */
void hs_ledger_database_close (HsLedgerDatabase *database);

/* The kept statement, reset and without parameters; NULL on error. */
sqlite3_stmt *
hs_ledger_database_get (HsLedgerDatabase *database, HsStatement which, GError **error);

/* Runs a kept statement that returns no row. */
gboolean
hs_ledger_database_run (HsLedgerDatabase *database, sqlite3_stmt *statement, GError **error);

/* The same without parameters, by its number. */
gboolean hs_ledger_database_do (HsLedgerDatabase *database, HsStatement which, GError **error);

/* Turns the last SQLite failure into an error, and remembers a failing disk. */
void hs_ledger_database_set_error (HsLedgerDatabase *database, int code, GError **error);

/* FALSE with INTERNAL once the disk has failed. */
gboolean hs_ledger_database_check (HsLedgerDatabase *database, GError **error);

/* The MAC of database->row. */
gboolean hs_ledger_database_mac (HsLedgerDatabase *database,
                                 guint8 mac[HS_LEDGER_MAC_BYTES],
                                 GError **error);

/* TRUE when the blob in @column of the current row is the MAC of database->row. */
gboolean
hs_ledger_database_verify (HsLedgerDatabase *database, sqlite3_stmt *statement, int column);

/* Writes the log back into the database file, so that it starts again at its beginning. A failure
 * costs nothing but a longer log, except that of a disk, which is remembered. */
void hs_ledger_database_checkpoint (HsLedgerDatabase *database);
