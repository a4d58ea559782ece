/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Batches into transactions: the group commit, and the site's acknowledgement. */

#include "store/ledger_write.h"

#include "store/ledger_apply.h"

#include <string.h>

/* ── transactions ────────────────────────────────────────────────────────────────────────── */

static gboolean
apply_all (HsLedgerDatabase *database, const HsLedgerBatch *batch, GError **error)
{
  for (guint i = 0; i < batch->operations->len; i++)
    if (!hs_ledger_apply (database, g_ptr_array_index (batch->operations, i), error))
      return FALSE;
  return TRUE;
}

/* Some failures (a full disk) end the whole transaction by themselves. */
static void
roll_back (HsLedgerDatabase *database)
{
  if (!sqlite3_get_autocommit (database->handle))
    hs_ledger_database_do (database, HS_STATEMENT_ROLLBACK, NULL);
}

static void
write_one (HsLedgerDatabase *database, const HsLedgerBatch *batch, GError **error)
{
  __typeof__ (database->chain) before = database->chain;

  if (!hs_ledger_database_check (database, error)
      || !hs_ledger_database_do (database, HS_STATEMENT_BEGIN, error))
    return;
  if (apply_all (database, batch, error)
      && hs_ledger_database_do (database, HS_STATEMENT_COMMIT, error))
    return;
  roll_back (database);
  database->chain = before;
}

/* One batch inside a group. FALSE when the whole transaction is gone. */
static gboolean
write_member (HsLedgerDatabase *database, const HsLedgerBatch *batch, GError **error)
{
  __typeof__ (database->chain) before = database->chain;

  if (!hs_ledger_database_do (database, HS_STATEMENT_SAVEPOINT, error))
    return FALSE;
  if (!apply_all (database, batch, error))
    {
      database->chain = before;
      if (sqlite3_get_autocommit (database->handle)
          || !hs_ledger_database_do (database, HS_STATEMENT_ROLLBACK_TO, NULL))
        return FALSE;
    }
  return hs_ledger_database_do (database, HS_STATEMENT_RELEASE, NULL);
}

/* FALSE when nothing of the group is stored. */
static gboolean
write_together (HsLedgerDatabase *database,
                HsLedgerBatch *const *batches,
                GError **errors,
                guint count)
{
  __typeof__ (database->chain) before = database->chain;
  gboolean whole = hs_ledger_database_do (database, HS_STATEMENT_BEGIN, NULL);

  for (guint i = 0; i < count && whole; i++)
    whole = write_member (database, batches[i], &errors[i]);
  if (whole && hs_ledger_database_do (database, HS_STATEMENT_COMMIT, NULL))
    return TRUE;
  roll_back (database);
  database->chain = before;
  return FALSE;
}

void
hs_ledger_write_group (HsLedgerDatabase *database,
                       HsLedgerBatch *const *batches,
                       GError **errors,
                       guint count)
{
  if (count > 1 && !database->broken && write_together (database, batches, errors, count))
    return;
  /* Alone, or after a group that failed as a whole: each by itself, so that one that is too large
   * for the disk takes nobody down, and each gets its own error. */
  for (guint i = 0; i < count; i++)
    {
      g_clear_error (&errors[i]);
      write_one (database, batches[i], &errors[i]);
    }
}

/* Our hash of record @n, if we hold it. */
static gboolean
find_hash (HsLedgerDatabase *database,
           guint64 n,
           guint8 hash[HS_OUTBOX_HASH_BYTES],
           gboolean *found,
           GError **error)
{
  sqlite3_stmt *statement = hs_ledger_database_get (database, HS_STATEMENT_GET_OUTBOX_HASH, error);

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, (gint64)n);
  int code = sqlite3_step (statement);
  *found = code == SQLITE_ROW && sqlite3_column_bytes (statement, 0) == HS_OUTBOX_HASH_BYTES;
  if (*found)
    memcpy (hash, sqlite3_column_blob (statement, 0), HS_OUTBOX_HASH_BYTES);
  sqlite3_reset (statement);
  if (code == SQLITE_ROW || code == SQLITE_DONE)
    return TRUE;
  hs_ledger_database_set_error (database, code, error);
  return FALSE;
}

HsOutboxVerdict
hs_ledger_write_acknowledgement (HsLedgerDatabase *database,
                                 const HsOutboxPlace *site,
                                 GError **error)
{
  __typeof__ (database->chain) before = database->chain;
  guint8 ours[HS_OUTBOX_HASH_BYTES];
  gboolean found = FALSE;

  if (!hs_ledger_database_check (database, error))
    return HS_OUTBOX_NONE;
  if (site->n <= database->chain.head.n && !find_hash (database, site->n, ours, &found, error))
    return HS_OUTBOX_NONE;
  HsOutboxVerdict verdict = hs_outbox_judge (&database->chain.acknowledged, &database->chain.head,
                                             site, found ? ours : NULL);
  if (verdict != HS_OUTBOX_ACKNOWLEDGED || site->n == database->chain.acknowledged.n)
    return verdict;
  if (!hs_ledger_database_do (database, HS_STATEMENT_BEGIN, error))
    return HS_OUTBOX_NONE;
  if (hs_ledger_put_acknowledged (database, site, error)
      && hs_ledger_database_do (database, HS_STATEMENT_COMMIT, error))
    return verdict;
  roll_back (database);
  database->chain = before;
  return HS_OUTBOX_NONE;
}
