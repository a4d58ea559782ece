/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The store on SQLite: streams of records, and reports. Of a record only its place, hash, kind and
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
      store, error, "SELECT max (at_us) FROM records WHERE device=?", "d", device);

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

/* ── reports ─────────────────────────────────────────────────────────────────────────────── */

gboolean
hs_store_add_report (
    HsStore *store, const HsReport *report, gboolean offline, gint64 now_us, GError **error)
{
  return hs_store_sqlite_run (
      store, error,
      "INSERT OR IGNORE INTO reports (job, outcome, printer, impressions, sheets, counted,"
      " finished_us, offline, command, received_us, owner, colour)"
      " SELECT ?,?,?,?,?,?,?,?,?,?, owner, colour FROM jobs WHERE id=?",
      "dtdiiiiidid", &report->job, hs_job_state_to_keyword (report->outcome), &report->printer,
      (gint64)report->impressions, (gint64)report->sheets, (gint64)report->counted,
      report->finished_at_us, (gint64)offline, &report->command, now_us, &report->job);
}

static char *
dup_name_or_id (sqlite3_stmt *statement, int name_column, int id_column)
{
  HsId id;
  char *name = hs_store_sqlite_dup_text (statement, name_column);

  if (name != NULL)
    return name;
  hs_store_sqlite_id (statement, id_column, &id);
  return hs_id_is_zero (&id) ? g_strdup ("") : hs_id_dup_text (&id);
}

static gpointer
read_report_line (sqlite3_stmt *statement)
{
  HsStoreReportLine *line = g_new0 (HsStoreReportLine, 1);

  line->day = hs_store_sqlite_dup_text (statement, 0);
  line->person = dup_name_or_id (statement, 1, 2);
  line->printer = dup_name_or_id (statement, 3, 4);
  line->colour = hs_store_sqlite_integer (statement, 5) == HS_COLOUR_COLOUR;
  line->jobs = (guint64)hs_store_sqlite_integer (statement, 6);
  line->impressions = (guint64)hs_store_sqlite_integer (statement, 7);
  line->sheets = (guint64)hs_store_sqlite_integer (statement, 8);
  line->uncounted = (guint64)hs_store_sqlite_integer (statement, 9);
  line->by
      = hs_store_sqlite_integer (statement, 12) != 0 ? dup_name_or_id (statement, 10, 11) : NULL;
  return line;
}

GPtrArray *
hs_store_list_report (HsStore *store, gint64 from_us, gint64 to_us, GError **error)
{
  return hs_store_sqlite_list (
      store,
      hs_store_sqlite_prepare (
          store, error,
          "SELECT date (finished_us/1000000, 'unixepoch') AS day, users.name, reports.owner,"
          " printers.name, reports.printer, CASE reports.colour WHEN 2 THEN 2 ELSE 1 END AS "
          "colours,"
          " count(*), sum (impressions), sum (sheets), sum (counted=0),"
          " askers.name, asked_by, asked_by IS NOT NULL AND asked_by IS NOT reports.owner AS others"
          " FROM reports LEFT JOIN users ON users.identity=reports.owner"
          " LEFT JOIN commands ON commands.id=reports.command"
          " LEFT JOIN users AS askers ON askers.identity=commands.asked_by"
          " LEFT JOIN printers ON printers.uuid=reports.printer"
          " WHERE outcome='delivered' AND finished_us>=? AND finished_us<?"
          " GROUP BY day, reports.owner, reports.printer, colours, iif (others, asked_by, NULL)"
          " ORDER BY day, users.name, reports.owner, printers.name, colours, askers.name",
          "ii", from_us, to_us),
      read_report_line, (GDestroyNotify)hs_store_report_line_free, error);
}

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
