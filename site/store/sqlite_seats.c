/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The store on SQLite: cards, people at workstations, and the counts of sign-ins. */

#include "base/error.h"
#include "site/store/sqlite.h"

#define SEAT_COLUMNS "identity, device, recipient, pepper, wrapped"

/* ── cards ───────────────────────────────────────────────────────────────────────────────── */

gboolean
hs_store_add_card (
    HsStore *store, const guint8 *digest, const HsId *identity, gint64 now_us, GError **error)
{
  int added = 0;

  if (!hs_store_sqlite_change (
          store, error, &added,
          "INSERT OR IGNORE INTO cards (digest, identity, created_us) VALUES (?,?,?)", "bdi",
          digest, (gsize)HS_STORE_DIGEST_BYTES, identity, now_us))
    return FALSE;
  if (added == 1)
    return TRUE;
  g_set_error (error, HS_ERROR, HS_ERROR_REFUSED,
               "this card is registered already; an administrator can remove it with "
               "homespool-site user card --remove");
  return FALSE;
}

gboolean
hs_store_remove_cards (
    HsStore *store, const HsId *identity, const guint8 *digest, guint *removed, GError **error)
{
  int gone = 0;

  if (!hs_store_sqlite_change (store, error, &gone,
                               "DELETE FROM cards WHERE identity=?1 AND (?2 IS NULL OR digest=?2)",
                               "db", identity, digest, (gsize)HS_STORE_DIGEST_BYTES))
    return FALSE;
  *removed = (guint)gone;
  return TRUE;
}

gboolean
hs_store_count_cards (HsStore *store, const HsId *identity, guint *count, GError **error)
{
  g_autoptr (sqlite3_stmt) statement = hs_store_sqlite_prepare (
      store, error, "SELECT count(*) FROM cards WHERE identity=?", "d", identity);

  if (statement == NULL || hs_store_sqlite_step (store, statement, error) != HS_STORE_ROW_ONE)
    return FALSE;
  *count = (guint)hs_store_sqlite_integer (statement, 0);
  return TRUE;
}

/* ── people at workstations ──────────────────────────────────────────────────────────────── */

static gpointer
read_seat (sqlite3_stmt *statement)
{
  HsStoreSeat *seat = g_new0 (HsStoreSeat, 1);

  hs_store_sqlite_id (statement, 0, &seat->identity);
  hs_store_sqlite_id (statement, 1, &seat->device);
  seat->recipient = hs_store_sqlite_dup_text (statement, 2);
  hs_store_sqlite_bytes (statement, 3, seat->pepper, sizeof seat->pepper);
  seat->wrapped = hs_store_sqlite_dup_bytes (statement, 4);
  return seat;
}

HsStoreSeat *
hs_store_get_seat (HsStore *store, const HsId *identity, const HsId *device, GError **error)
{
  g_autoptr (sqlite3_stmt) statement = hs_store_sqlite_prepare (
      store, error, "SELECT " SEAT_COLUMNS " FROM seats WHERE identity=? AND device=?", "dd",
      identity, device);

  if (statement == NULL
      || !hs_store_sqlite_need (store, statement, "this person has no key on this workstation",
                                error))
    return NULL;
  return read_seat (statement);
}

gboolean
hs_store_set_seat (HsStore *store, const HsStoreSeat *seat, GError **error)
{
  return hs_store_sqlite_run (
      store, error, "INSERT OR REPLACE INTO seats (" SEAT_COLUMNS ") VALUES (?,?,?,?,?)", "ddtbg",
      &seat->identity, &seat->device, seat->recipient, seat->wrapped != NULL ? seat->pepper : NULL,
      (gsize)HS_STORE_PEPPER_ID_BYTES, seat->wrapped);
}

GPtrArray *
hs_store_list_seats (HsStore *store, const HsId *identity, const HsId *device, GError **error)
{
  return hs_store_sqlite_list (
      store,
      hs_store_sqlite_prepare (store, error,
                               "SELECT " SEAT_COLUMNS " FROM seats WHERE (?1 IS NULL OR"
                               " identity=?1) AND (?2 IS NULL OR device=?2)",
                               "dd", identity, device),
      read_seat, (GDestroyNotify)hs_store_seat_free, error);
}

gboolean
hs_store_remove_seat (HsStore *store, const HsId *identity, const HsId *device, GError **error)
{
  return hs_store_sqlite_run (store, error, "DELETE FROM seats WHERE identity=? AND device=?", "dd",
                              identity, device);
}

/* ── counts ──────────────────────────────────────────────────────────────────────────────── */

gboolean
hs_store_count_sign_in (
    HsStore *store, const char *method, guint tries, guint accepted, gint64 now_us, GError **error)
{
  return hs_store_sqlite_run (
      store, error,
      "INSERT INTO sign_ins (day, method, tries, accepted)"
      " VALUES (date(?1/1000000,'unixepoch'),?2,?3,?4) ON CONFLICT (day, method)"
      " DO UPDATE SET tries=tries+?3, accepted=accepted+?4",
      "itii", now_us, method, (gint64)tries, (gint64)accepted);
}

static gpointer
read_sign_ins (sqlite3_stmt *statement)
{
  HsStoreSignIns *count = g_new0 (HsStoreSignIns, 1);

  count->day = hs_store_sqlite_dup_text (statement, 0);
  count->method = hs_store_sqlite_dup_text (statement, 1);
  count->tries = (guint64)hs_store_sqlite_integer (statement, 2);
  count->accepted = (guint64)hs_store_sqlite_integer (statement, 3);
  return count;
}

GPtrArray *
hs_store_list_sign_ins (HsStore *store, gint64 from_us, gint64 to_us, GError **error)
{
  return hs_store_sqlite_list (
      store,
      hs_store_sqlite_prepare (store, error,
                               "SELECT day, method, tries, accepted FROM sign_ins"
                               " WHERE CAST(strftime('%s',day) AS INTEGER)*1000000 BETWEEN ? AND ?"
                               " ORDER BY day, method",
                               "ii", from_us, to_us - 1),
      read_sign_ins, (GDestroyNotify)hs_store_sign_ins_free, error);
}
