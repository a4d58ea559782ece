/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* A job as a row of the tables "jobs" and "audit": one list of columns from which the statements,
 * the binding, the reading and the canonical bytes are all made, so that none can forget a field.
 * The PRIVATE fields are not among them.
 *
 * Threads: any, no shared state.  Blocks: hs_job_row_bind() and _read() never. */

#include "core/job.h"

typedef struct sqlite3_stmt sqlite3_stmt;

typedef enum
{
  HS_JOB_TABLE_JOBS,  /* every column */
  HS_JOB_TABLE_AUDIT, /* what a finished job keeps */
} HsJobTable;

typedef struct
{
  HsJob *job;
  guint32 pending;                           /* HsJobEffects; 0 in audit */
  guint8 sealed_digest[HS_JOB_DIGEST_BYTES]; /* SHA-256 of the sealed fields; zeros = none */
} HsJobRow;

const char *hs_job_table_get_name (HsJobTable table);

/* "INSERT … ON CONFLICT …" with a parameter for each column and a last one for the MAC.
 * Returns: (transfer full). */
char *hs_job_row_format_put (HsJobTable table);

/* "SELECT <columns>, mac FROM <table> <tail>". Returns: (transfer full). */
char *hs_job_row_format_select (HsJobTable table, const char *tail);

/* Appends the row's canonical bytes to an emptied @bytes. */
void hs_job_row_encode (HsJobTable table, const HsJobRow *row, GByteArray *bytes);

/* Binds all parameters; @row and @mac must live until the statement has run. Returns an SQLite
 * result. */
int hs_job_row_bind (HsJobTable table,
                     const HsJobRow *row,
                     const guint8 *mac,
                     gsize mac_length,
                     sqlite3_stmt *statement);

/* Reads the current row into @row, whose job is made new. Returns NULL, or a static sentence that
 * says what is wrong with the row; what could be read is then in @row all the same. */
const char *hs_job_row_read (HsJobTable table, sqlite3_stmt *statement, HsJobRow *row);

/* The column that holds the MAC: the last. */
int hs_job_row_get_mac_column (HsJobTable table);

/* Names of the table's columns in order, the MAC's last. Returns: (transfer container). */
GPtrArray *hs_job_row_list_columns (HsJobTable table);
