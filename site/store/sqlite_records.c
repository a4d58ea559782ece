/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The store on SQLite: streams of records. Of a record only its place, hash, kind and
 * times are kept; what it said is in the tables that it changed. */

#include "base/error.h"
#include "site/store/sqlite.h"

#include <string.h>

gboolean
hs_store_get_stream (
    HsStore *store, const HsId *device, const guint8 *stream, HsUploadAnswer *chain, GError **error)
{
  g_autoptr (sqlite3_stmt) statement = hs_store_sqlite_prepare (
      store, error, "SELECT n, hash FROM streams WHERE device=? AND stream=?", "db", device, stream,
      (gsize)HS_STREAM_BYTES);
  HsUploadAnswer found = { { 0 } };

  HsStoreRow row
      = statement != NULL ? hs_store_sqlite_step (store, statement, error) : HS_STORE_ROW_ERROR;
  if (row == HS_STORE_ROW_ERROR)
    return FALSE;
  memcpy (found.stream, stream, HS_STREAM_BYTES);
  if (row == HS_STORE_ROW_ONE)
    {
      found.n = (guint64)hs_store_sqlite_integer (statement, 0);
      hs_store_sqlite_bytes (statement, 1, found.hash, sizeof found.hash);
    }
  *chain = found;
  return TRUE;
}

gboolean
hs_store_add_record (HsStore *store,
                     const HsId *device,
                     const guint8 *stream,
                     const HsEventRecord *record,
                     const char *refusal,
                     gint64 now_us,
                     GError **error)
{
  HsUploadAnswer chain;

  if (!hs_store_get_stream (store, device, stream, &chain, error))
    return FALSE;
  if (record->n != chain.n + 1 || memcmp (record->previous, chain.hash, sizeof chain.hash) != 0)
    {
      g_set_error (error, HS_ERROR, HS_ERROR_REFUSED, "the record does not continue its stream");
      return FALSE;
    }
  return hs_store_sqlite_run (
             store, error,
             "INSERT INTO records (device, stream, n, hash, kind, at_us, offline, received_us,"
             " refusal) VALUES (?,?,?,?,?,?,?,?,?)",
             "dbibtiiit", device, stream, (gsize)HS_STREAM_BYTES, (gint64)record->n, record->hash,
             (gsize)HS_RECORD_HASH_BYTES, hs_record_kind_to_keyword (record->kind), record->at_us,
             (gint64)record->offline, now_us, refusal)
         && hs_store_sqlite_run (
             store, error,
             "INSERT OR REPLACE INTO streams (device, stream, n, hash) VALUES (?,?,?,?)", "dbib",
             device, stream, (gsize)HS_STREAM_BYTES, (gint64)record->n, record->hash,
             (gsize)HS_RECORD_HASH_BYTES);
}

gboolean
hs_store_get_last_record_us (HsStore *store, const HsId *device, gint64 *at_us, GError **error)
{
  g_autoptr (sqlite3_stmt) statement = hs_store_sqlite_prepare (
      store, error, "SELECT max (min (at_us, received_us)) FROM records WHERE device=?", "d", device);

  if (statement == NULL || hs_store_sqlite_step (store, statement, error) != HS_STORE_ROW_ONE)
    return FALSE;
  *at_us = hs_store_sqlite_integer (statement, 0);
  return TRUE;
}

gboolean
hs_store_get_last_life_us (HsStore *store, gint64 *at_us, GError **error)
{
  g_autoptr (sqlite3_stmt) statement
      = hs_store_sqlite_prepare (store, error,
                                 "SELECT max ((SELECT ifnull (max (last_seen_us), 0) FROM devices),"
                                 " (SELECT ifnull (max (created_us), 0) FROM sessions),"
                                 " (SELECT ifnull (max (created_us), 0) FROM users),"
                                 " (SELECT ifnull (max (created_us), 0) FROM tokens))",
                                 "");

  if (statement == NULL || hs_store_sqlite_step (store, statement, error) != HS_STORE_ROW_ONE)
    return FALSE;
  *at_us = hs_store_sqlite_integer (statement, 0);
  return TRUE;
}

/* ── the end ─────────────────────────────────────────────────────────────────────────────── */

gboolean
hs_store_forget_before (HsStore *store, gint64 before_us, guint64 *rows, GError **error)
{
  static const char *const statements[] = {
    "DELETE FROM reports WHERE finished_us<?",
    "DELETE FROM commands WHERE state<>1 AND asked_us<?",
    "DELETE FROM jobs WHERE is_final=1 AND changed_us<?",
    "DELETE FROM records WHERE received_us<?",
    "DELETE FROM tokens WHERE expires_us<?",
    "DELETE FROM sign_ins WHERE day<date(?/1000000,'unixepoch')",
  };
  guint64 total = 0;

  for (gsize i = 0; i < G_N_ELEMENTS (statements); i++)
    {
      int changed = 0;
      if (!hs_store_sqlite_change (store, error, &changed, statements[i], "i", before_us))
        return FALSE;
      total += (guint64)changed;
    }
  *rows = total;
  return TRUE;
}
