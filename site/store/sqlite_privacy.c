/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The store on SQLite: a person as a whole. A column's name says what it holds: _us is a time, is_ and
 * has_ are truths; a blob of 16 bytes is an id. */

#include "site/store/privacy.h"

#include "base/base64.h"
#include "base/error.h"
#include "site/store/sqlite.h"

#include <string.h>

/* ── showing ─────────────────────────────────────────────────────────────────────────────── */

typedef struct
{
  const char *keyword;
  const char *sql; /* ?1 the identity, ?2 and ?3 the subjects */
} Part;

static const Part parts[HS_PERSON_N_PARTS] = {
  [HS_PERSON_ACCOUNT]
  = { "account",
      "SELECT identity, name AS user_name, display_name, created_us, is_directory, verifier<>'' AS"
      " has_password, pin IS NOT NULL AS has_pin, pin_failures AS wrong_pins, guest_until_us,"
      " blocked_us FROM users WHERE identity=?1" },
  [HS_PERSON_CARDS]
  = { "cards", "SELECT digest AS fingerprint, created_us AS registered_us FROM cards"
               " WHERE identity=?1 ORDER BY created_us" },
  [HS_PERSON_SESSIONS]
  = { "sessions",
      "SELECT s.created_us, s.expires_us, s.device AS workstation, d.host_name, s.terminal,"
      " s.is_card_only, s.flash AS message FROM sessions AS s LEFT JOIN devices AS d"
      " ON d.id=s.device WHERE identity=?1 ORDER BY s.created_us" },
  [HS_PERSON_KEYS]
  = { "keys",
      "SELECT s.device AS workstation, d.host_name, s.recipient AS public_key,"
      " s.wrapped IS NOT NULL AS has_kiosk_key FROM seats AS s JOIN devices AS d ON d.id=s.device"
      " WHERE identity=?1 ORDER BY d.host_name" },
  [HS_PERSON_DELEGATIONS_GIVEN]
  = { "delegations_given",
      "SELECT u.name AS to_user_name, d.job, d.created_us, d.expires_us FROM delegations AS d"
      " JOIN users AS u ON u.identity=d.delegate WHERE d.owner=?1 ORDER BY d.created_us" },
  [HS_PERSON_DELEGATIONS_RECEIVED]
  = { "delegations_received",
      "SELECT u.name AS from_user_name, d.job, d.created_us, d.expires_us FROM delegations AS d"
      " JOIN users AS u ON u.identity=d.owner WHERE d.delegate=?1 ORDER BY d.created_us" },
  [HS_PERSON_FAILED_SIGN_INS]
  = { "failed_sign_ins",
      "SELECT count, last_us FROM failures WHERE subject IN (?2,?3) ORDER BY last_us" },
  [HS_PERSON_DOCUMENTS]
  = { "documents",
      "SELECT j.id AS job, j.device AS workstation, d.host_name, j.state, j.created_us,"
      " j.announced_us, j.changed_us, j.expires_us, j.claimed_us, j.share_issued_us, j.format,"
      " j.size_bytes, j.impressions, j.copies, j.media, CASE j.colour WHEN 2 THEN 'color' WHEN 1"
      " THEN 'monochrome' ELSE 'unknown' END AS colour, j.title, j.sealed_title, j.recipients,"
      " j.reasons, j.sentence FROM jobs AS j JOIN devices AS d ON d.id=j.device WHERE j.owner=?1"
      " ORDER BY j.created_us, j.id" },
  [HS_PERSON_PRINTED]
  = { "printed",
      "SELECT r.job, iif (r.is_local, 'local', 'released') AS kind, r.outcome, ifnull (p.name,"
      " r.queue) AS printer_name, r.printer, r.device AS workstation, r.impressions, r.sheets,"
      " r.counted AS is_counted, CASE r.colour WHEN 2 THEN 'color' WHEN 1 THEN 'monochrome' ELSE"
      " 'unknown' END AS colour, r.created_us, r.finished_us, r.received_us, r.offline AS"
      " is_offline, r.is_claimed, u.name AS released_by, r.title, r.sealed_title"
      " FROM reports AS r LEFT JOIN printers AS p ON p.uuid=r.printer LEFT JOIN commands AS c"
      " ON c.id=r.command LEFT JOIN users AS u ON u.identity=c.asked_by WHERE r.owner=?1"
      " ORDER BY r.finished_us, r.job" },
  [HS_PERSON_ORDERS]
  = { "orders",
      "SELECT CASE c.kind WHEN 1 THEN 'release' WHEN 2 THEN 'cancel' ELSE 'other' END AS kind,"
      " c.job, c.device AS workstation, p.name AS printer_name, c.printer, c.asked_us, c.sent_us,"
      " c.result, c.sentence FROM commands AS c LEFT JOIN printers AS p ON p.uuid=c.printer"
      " WHERE c.asked_by=?1 ORDER BY c.asked_us, c.id" },
};

G_STATIC_ASSERT (HS_COMMAND_KIND_RELEASE == 1 && HS_COMMAND_KIND_CANCEL == 2);
G_STATIC_ASSERT (HS_COLOUR_MONOCHROME == 1 && HS_COLOUR_COLOUR == 2);

const char *
hs_store_person_part_to_keyword (HsStorePersonPart part)
{
  return parts[part].keyword;
}

static void
set_time (json_t *row, const char *column, gint64 at_us)
{
  g_autofree char *name = g_strndup (column, strlen (column) - strlen ("_us"));
  g_autoptr (GDateTime) whole = g_date_time_new_from_unix_utc (at_us / G_USEC_PER_SEC);
  g_autoptr (GDateTime) moment
      = whole != NULL ? g_date_time_add (whole, at_us % G_USEC_PER_SEC) : NULL;
  g_autofree char *text = at_us != 0 && moment != NULL ? g_date_time_format_iso8601 (moment) : NULL;

  hs_json_set_lines (row, name, text);
}

static void
set_blob (json_t *row, const char *column, sqlite3_stmt *statement, int place)
{
  gsize length = (gsize)sqlite3_column_bytes (statement, place);
  HsId id;

  if (length != HS_ID_BYTES)
    {
      hs_json_set_bytes (row, column, sqlite3_column_blob (statement, place), length);
      return;
    }
  hs_store_sqlite_id (statement, place, &id);
  hs_json_set_id (row, column, &id);
}

static json_t *
read_row (sqlite3_stmt *statement)
{
  json_t *row = json_object ();

  for (int i = 0; i < sqlite3_column_count (statement); i++)
    {
      const char *column = sqlite3_column_name (statement, i);
      int type = sqlite3_column_type (statement, i);
      gint64 number = hs_store_sqlite_integer (statement, i);

      if (g_str_has_suffix (column, "_us"))
        set_time (row, column, number);
      else if (g_str_has_prefix (column, "is_") || g_str_has_prefix (column, "has_"))
        hs_json_set_boolean (row, column, number != 0);
      else if (type == SQLITE_INTEGER)
        hs_json_set_integer (row, column, number);
      else if (type == SQLITE_BLOB)
        set_blob (row, column, statement, i);
      else
        hs_json_set_lines (row, column, (const char *)sqlite3_column_text (statement, i));
    }
  return row;
}

gboolean
hs_store_walk_person (HsStore *store,
                      HsStorePersonPart part,
                      const HsId *identity,
                      const char *const subjects[2],
                      HsStoreRowFunc each,
                      gpointer user_data,
                      GError **error)
{
  gboolean has_subjects = strstr (parts[part].sql, "?2") != NULL;
  g_autoptr (sqlite3_stmt) statement
      = has_subjects ? hs_store_sqlite_prepare (store, error, parts[part].sql, "dtt", identity,
                                                subjects[0], subjects[1])
                     : hs_store_sqlite_prepare (store, error, parts[part].sql, "d", identity);
  HsStoreRow found = HS_STORE_ROW_ERROR;

  if (statement == NULL)
    return FALSE;
  while ((found = hs_store_sqlite_step (store, statement, error)) == HS_STORE_ROW_ONE)
    {
      g_autoptr (json_t) row = read_row (statement);
      if (!each (row, user_data, error))
        return FALSE;
    }
  return found == HS_STORE_ROW_NONE;
}

/* ── forgetting ──────────────────────────────────────────────────────────────────────────── */

gboolean
hs_store_erase_person (
    HsStore *store, const HsId *identity, gint64 before_us, guint64 *rows, GError **error)
{
  static const char *const statements[] = {
    "UPDATE reports SET owner=NULL, is_claimed=0, command=NULL, title=NULL, sealed_title=NULL"
    " WHERE owner=?1 AND created_us<=?2",
    "DELETE FROM jobs WHERE owner=?1 AND created_us<=?2 AND is_final=1 AND id IN (SELECT job FROM"
    " reports)",
    "UPDATE jobs SET owner=NULL, title=NULL, sealed_title=NULL, recipients=NULL, sentence=NULL"
    " WHERE owner=?1 AND created_us<=?2",
    "UPDATE commands SET state=3 WHERE asked_by=?1 AND asked_us<=?2 AND state=1 AND sent_us=0",
    "UPDATE commands SET asked_by=NULL WHERE asked_by=?1 AND asked_us<=?2",
    "DELETE FROM users WHERE identity=?1 AND created_us<=?2",
  };
  guint64 total = 0;

  G_STATIC_ASSERT (HS_STORE_COMMAND_OPEN == 1 && HS_STORE_COMMAND_LAPSED == 3);
  for (gsize i = 0; i < G_N_ELEMENTS (statements); i++)
    {
      int changed = 0;
      if (!hs_store_sqlite_change (store, error, &changed, statements[i], "di", identity,
                                   before_us))
        return FALSE;
      total += (guint64)changed;
    }
  *rows = total;
  /* A sentence that waits for anybody's next page may name the person; that there was one does not say
   * that it did. */
  return hs_store_sqlite_run (store, error,
                              "UPDATE sessions SET flash=NULL WHERE flash IS NOT NULL AND"
                              " created_us<=?",
                              "i", before_us);
}

GArray *
hs_store_list_identities (HsStore *store, GError **error)
{
  return hs_store_sqlite_list_ids (
      store,
      hs_store_sqlite_prepare (
          store, error,
          "SELECT identity FROM users UNION SELECT owner FROM jobs WHERE owner"
          " IS NOT NULL UNION SELECT owner FROM reports WHERE owner IS NOT NULL"
          " UNION SELECT asked_by FROM commands WHERE asked_by IS NOT NULL",
          ""),
      error);
}

gboolean
hs_store_add_erased (HsStore *store,
                     const guint8 fingerprint[HS_STORE_DIGEST_BYTES],
                     gint64 at_us,
                     GError **error)
{
  return hs_store_sqlite_run (store, error,
                              "INSERT INTO erased (fingerprint, at_us) VALUES (?,?) ON CONFLICT"
                              " (fingerprint) DO UPDATE SET at_us=max(at_us, excluded.at_us)",
                              "bi", fingerprint, (gsize)HS_STORE_DIGEST_BYTES, at_us);
}

gboolean
hs_store_get_erased (HsStore *store,
                     const guint8 fingerprint[HS_STORE_DIGEST_BYTES],
                     gint64 *at_us,
                     GError **error)
{
  g_autoptr (sqlite3_stmt) statement
      = hs_store_sqlite_prepare (store, error, "SELECT at_us FROM erased WHERE fingerprint=?", "b",
                                 fingerprint, (gsize)HS_STORE_DIGEST_BYTES);
  HsStoreRow row
      = statement != NULL ? hs_store_sqlite_step (store, statement, error) : HS_STORE_ROW_ERROR;

  *at_us = row == HS_STORE_ROW_ONE ? hs_store_sqlite_integer (statement, 0) : 0;
  return row != HS_STORE_ROW_ERROR;
}

/* ── correcting ──────────────────────────────────────────────────────────────────────────── */

static gboolean
check_free (HsStore *store, const HsId *to, const char *name, GError **error)
{
  g_autoptr (sqlite3_stmt) statement = hs_store_sqlite_prepare (
      store, error, "SELECT 1 FROM users WHERE identity=? OR name=?", "dt", to, name);
  HsStoreRow row
      = statement != NULL ? hs_store_sqlite_step (store, statement, error) : HS_STORE_ROW_ERROR;

  if (row == HS_STORE_ROW_ONE)
    g_set_error (error, HS_ERROR, HS_ERROR_REFUSED,
                 "somebody has this user name already; choose another one");
  return row == HS_STORE_ROW_NONE;
}

gboolean
hs_store_move_person (
    HsStore *store, const HsId *from, const HsId *to, const char *name, GError **error)
{
  static const char *const statements[] = {
    "UPDATE users SET identity=?2, pin=NULL, pin_failures=0 WHERE identity=?1",
    "UPDATE cards SET identity=?2 WHERE identity=?1",
    "UPDATE delegations SET owner=?2 WHERE owner=?1",
    "UPDATE delegations SET delegate=?2 WHERE delegate=?1",
    "UPDATE jobs SET owner=?2 WHERE owner=?1",
    "UPDATE reports SET owner=?2 WHERE owner=?1",
    "UPDATE commands SET asked_by=?2 WHERE asked_by=?1",
  };

  /* Looked at when the transaction ends: rows that follow their person do so one table at a time. */
  if (!check_free (store, to, name, error)
      || !hs_store_sqlite_run (store, error, "PRAGMA defer_foreign_keys=ON", ""))
    return FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (statements); i++)
    if (!hs_store_sqlite_run (store, error, statements[i], "dd", from, to))
      return FALSE;
  return hs_store_sqlite_run (store, error, "UPDATE users SET name=? WHERE identity=?", "td", name,
                              to);
}

gboolean
hs_store_disown_report (HsStore *store, const HsId *identity, const HsId *job, GError **error)
{
  int changed = 0;

  if (!hs_store_sqlite_change (store, error, &changed,
                               "UPDATE reports SET owner=NULL, is_claimed=0, title=NULL,"
                               " sealed_title=NULL WHERE owner=? AND job=?",
                               "dd", identity, job)
      || !hs_store_sqlite_run (store, error,
                               "UPDATE jobs SET owner=NULL, title=NULL, sealed_title=NULL WHERE"
                               " owner=? AND id=? AND is_final=1",
                               "dd", identity, job))
    return FALSE;
  if (changed == 1)
    return TRUE;
  g_set_error (error, HS_ERROR, HS_ERROR_NOT_FOUND,
               "this person has no printed job of that number; homespool-site export shows the "
               "numbers of all");
  return FALSE;
}
