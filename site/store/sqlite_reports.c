/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The store on SQLite: what was printed. Lines are handed on as SQLite finds them, so that a report
 * needs memory for its groups and not for its jobs. */

#include "site/store/reports.h"
#include "site/store/sqlite.h"

gboolean
hs_store_add_report (
    HsStore *store, const HsReport *report, gboolean offline, gint64 now_us, GError **error)
{
  return hs_store_sqlite_run (
      store, error,
      "INSERT OR IGNORE INTO reports (job, outcome, printer, impressions, sheets, counted,"
      " finished_us, offline, command, received_us, owner, colour, device, created_us)"
      " SELECT ?,?,?,?,?,?,?,?,?,?, owner, colour, device, created_us FROM jobs WHERE id=?",
      "dtdiiiiidid", &report->job, hs_job_state_to_keyword (report->outcome), &report->printer,
      (gint64)report->impressions, (gint64)report->sheets, (gint64)report->counted,
      report->finished_at_us, (gint64)offline, &report->command, now_us, &report->job);
}

gboolean
hs_store_add_local_job (HsStore *store,
                        const HsLocalJob *job,
                        const HsId *device,
                        gboolean offline,
                        gint64 now_us,
                        GError **error)
{
  return hs_store_sqlite_run (
      store, error,
      "INSERT OR IGNORE INTO reports (job, outcome, printer, impressions, sheets, counted,"
      " finished_us, offline, received_us, owner, colour, is_local, is_claimed, device, queue,"
      " created_us, title, sealed_title) VALUES (?,?,?,?,?,?,?,?,?,?,?,1,?,?,?,?,?,?)",
      "dtdiiiiiidiidtitg", &job->job, hs_job_state_to_keyword (job->outcome), &job->printer,
      (gint64)job->impressions, (gint64)job->sheets, (gint64)job->counted, job->finished_at_us,
      (gint64)offline, now_us, &job->owner, (gint64)job->colour,
      (gint64)(job->owner_source == HS_OWNER_SOURCE_CLAIMED), device, job->queue,
      job->created_at_us, job->title, job->sealed_title);
}

/* ── lines ───────────────────────────────────────────────────────────────────────────────── */

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

static guint64
count_of (sqlite3_stmt *statement, int column)
{
  return (guint64)hs_store_sqlite_integer (statement, column);
}

static gboolean
hand_on (sqlite3_stmt *statement, HsStoreReportFunc each, gpointer user_data, GError **error)
{
  g_autofree char *person = dup_name_or_id (statement, 0, 1);
  g_autofree char *printer = dup_name_or_id (statement, 2, 3);
  g_autofree char *by
      = hs_store_sqlite_integer (statement, 6) != 0 ? dup_name_or_id (statement, 4, 5) : NULL;
  HsStoreReportLine line = {
    .person = person,
    .printer = printer,
    .by = by,
    .is_local = hs_store_sqlite_integer (statement, 7) != 0,
    .is_claimed = hs_store_sqlite_integer (statement, 8) != 0,
    .colour = (HsColour)hs_store_sqlite_integer (statement, 9),
    .jobs = count_of (statement, 10),
    .impressions = count_of (statement, 11),
    .sheets = count_of (statement, 12),
    .uncounted = count_of (statement, 13),
    .offline_jobs = count_of (statement, 14),
    .offline_impressions = count_of (statement, 15),
  };

  return each (&line, user_data, error);
}

/* ?1 ?2 the time, ?3 the person (?4: or nobody), ?5 the printer, ?6 the kind, ?7 ?8 what is told apart.
 * A queue's own name stands before its uuid, which means nothing to anybody. Names after AS are those of
 * no column: GROUP BY would take the column. */
static const char walk_sql[]
    = "SELECT iif (?7, users.name, ''), iif (?7, r.owner, NULL) AS person_id,"
      " iif (?8, ifnull (printers.name, r.queue), '') AS printer_name, iif (?8, r.printer, NULL)"
      " AS printer_id,"
      " askers.name, asked_by, ?7 AND asked_by IS NOT NULL AND asked_by IS NOT r.owner AS others,"
      " r.is_local, r.is_claimed, r.colour, count(*), sum (r.impressions), sum (r.sheets),"
      " sum (r.counted=0), sum (r.offline<>0), sum (iif (r.offline<>0, r.impressions, 0))"
      " FROM reports AS r LEFT JOIN users ON users.identity=r.owner"
      " LEFT JOIN commands ON commands.id=r.command"
      " LEFT JOIN users AS askers ON askers.identity=commands.asked_by"
      " LEFT JOIN printers ON printers.uuid=r.printer"
      " WHERE r.outcome='delivered' AND r.finished_us>=?1 AND r.finished_us<?2"
      " AND (?3 IS NULL OR r.owner=?3) AND (?4=0 OR r.owner IS NULL)"
      " AND (?5 IS NULL OR ?5 IN (printers.name, r.queue) OR ?9=r.printer)"
      " AND (?6=0 OR r.is_local=(?6=2))"
      " GROUP BY person_id, printer_name, printer_id, r.is_local, r.is_claimed, r.colour,"
      " iif (others, asked_by, NULL)"
      " ORDER BY 1, person_id, printer_name, printer_id, r.is_local, r.is_claimed, r.colour, "
      "askers.name";

gboolean
hs_store_walk_report (HsStore *store,
                      const HsStoreReportQuery *query,
                      HsStoreReportFunc each,
                      gpointer user_data,
                      GError **error)
{
  gboolean is_nobody = query->person != NULL && hs_id_is_zero (query->person);
  HsStoreRow row = HS_STORE_ROW_ERROR;
  HsId uuid = { { 0 } };

  if (query->printer != NULL && !hs_id_parse (query->printer, &uuid))
    uuid = (HsId){ { 0 } }; /* a name */
  g_autoptr (sqlite3_stmt) statement = hs_store_sqlite_prepare (
      store, error, walk_sql, "iiditiiid", query->from_us, query->to_us, query->person,
      (gint64)is_nobody, query->printer, (gint64)query->kind, (gint64)query->by_person,
      (gint64)query->by_printer, &uuid);
  if (statement == NULL)
    return FALSE;
  while ((row = hs_store_sqlite_step (store, statement, error)) == HS_STORE_ROW_ONE)
    if (!hand_on (statement, each, user_data, error))
      return FALSE;
  return row == HS_STORE_ROW_NONE;
}

gboolean
hs_store_find_first_report (
    HsStore *store, gint64 from_us, gint64 to_us, gint64 *finished_us, GError **error)
{
  g_autoptr (sqlite3_stmt) statement = hs_store_sqlite_prepare (
      store, error,
      "SELECT finished_us FROM reports WHERE outcome='delivered' AND finished_us>=? AND"
      " finished_us<? ORDER BY finished_us LIMIT 1",
      "ii", from_us, to_us);
  HsStoreRow row
      = statement != NULL ? hs_store_sqlite_step (store, statement, error) : HS_STORE_ROW_ERROR;

  *finished_us = row == HS_STORE_ROW_ONE ? hs_store_sqlite_integer (statement, 0) : 0;
  return row != HS_STORE_ROW_ERROR;
}
