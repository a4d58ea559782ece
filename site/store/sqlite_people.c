/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The store on SQLite: people, sessions and failed sign-ins. */

#include "base/error.h"
#include "site/store/sqlite.h"

#define USER_COLUMNS                                                                               \
  "identity, name, display_name, verifier, created_us, is_directory, pin, pin_failures,"           \
  " guest_until_us, blocked_us"

gboolean
hs_store_add_user (HsStore *store, const HsStoreUser *user, GError **error)
{
  int added = 0;

  if (!hs_store_sqlite_change (
          store, error, &added,
          "INSERT OR IGNORE INTO users (" USER_COLUMNS ") VALUES (?,?,?,ifnull(?,''),?,?,?,?,?,?)",
          "dtttiitiii", &user->identity, user->name, user->display_name, user->verifier,
          user->created_us, (gint64)user->is_directory, user->pin, (gint64)user->pin_failures,
          user->guest_until_us, user->blocked_us))
    return FALSE;
  if (added == 1)
    return TRUE;
  g_set_error (error, HS_ERROR, HS_ERROR_REFUSED,
               "there is a person of this name already; set a new password with "
               "homespool-site user passwd, or choose another name");
  return FALSE;
}

gboolean
hs_store_set_verifier (HsStore *store, const HsId *identity, const char *verifier, GError **error)
{
  return hs_store_sqlite_run (store, error, "UPDATE users SET verifier=? WHERE identity=?", "td",
                              verifier, identity);
}

gboolean
hs_store_set_pin (HsStore *store, const HsId *identity, const char *pin, GError **error)
{
  return hs_store_sqlite_run (
      store, error, "UPDATE users SET pin=?, pin_failures=0 WHERE identity=?", "td", pin, identity);
}

gboolean
hs_store_set_pin_failures (HsStore *store, const HsId *identity, guint count, GError **error)
{
  return hs_store_sqlite_run (store, error, "UPDATE users SET pin_failures=? WHERE identity=?",
                              "id", (gint64)count, identity);
}

gboolean
hs_store_set_guest_until (HsStore *store, const HsId *identity, gint64 until_us, GError **error)
{
  return hs_store_sqlite_run (store, error, "UPDATE users SET guest_until_us=? WHERE identity=?",
                              "id", until_us, identity);
}

gboolean
hs_store_set_blocked (HsStore *store, const HsId *identity, gint64 at_us, GError **error)
{
  return hs_store_sqlite_run (store, error, "UPDATE users SET blocked_us=? WHERE identity=?", "id",
                              at_us, identity);
}

gboolean
hs_store_set_display_name (HsStore *store,
                           const HsId *identity,
                           const char *display_name,
                           GError **error)
{
  return hs_store_sqlite_run (store, error, "UPDATE users SET display_name=? WHERE identity=?",
                              "td", display_name, identity);
}

static gpointer
read_user (sqlite3_stmt *statement)
{
  HsStoreUser *user = g_new0 (HsStoreUser, 1);

  hs_store_sqlite_id (statement, 0, &user->identity);
  user->name = hs_store_sqlite_dup_text (statement, 1);
  user->display_name = hs_store_sqlite_dup_text (statement, 2);
  user->verifier = hs_store_sqlite_dup_text (statement, 3);
  if (user->verifier != NULL && *user->verifier == '\0')
    g_clear_pointer (&user->verifier, g_free);
  user->created_us = hs_store_sqlite_integer (statement, 4);
  user->is_directory = hs_store_sqlite_integer (statement, 5) != 0;
  user->pin = hs_store_sqlite_dup_text (statement, 6);
  user->pin_failures = (guint)hs_store_sqlite_integer (statement, 7);
  user->guest_until_us = hs_store_sqlite_integer (statement, 8);
  user->blocked_us = hs_store_sqlite_integer (statement, 9);
  return user;
}

static HsStoreUser *
take_user (HsStore *store, sqlite3_stmt *statement, GError **error)
{
  g_autoptr (sqlite3_stmt) owned = statement;

  if (owned == NULL
      || !hs_store_sqlite_need (store, owned,
                                "there is no person of this name; homespool-site user list shows "
                                "who there is",
                                error))
    return NULL;
  return read_user (owned);
}

HsStoreUser *
hs_store_get_user (HsStore *store, const HsId *identity, GError **error)
{
  return take_user (store,
                    hs_store_sqlite_prepare (store, error,
                                             "SELECT " USER_COLUMNS " FROM users WHERE identity=?",
                                             "d", identity),
                    error);
}

HsStoreUser *
hs_store_get_user_by_name (HsStore *store, const char *name, GError **error)
{
  return take_user (store,
                    hs_store_sqlite_prepare (
                        store, error, "SELECT " USER_COLUMNS " FROM users WHERE name=?", "t", name),
                    error);
}

HsStoreUser *
hs_store_get_user_by_card (HsStore *store, const guint8 *digest, GError **error)
{
  return take_user (store,
                    hs_store_sqlite_prepare (store, error,
                                             "SELECT " USER_COLUMNS " FROM users WHERE identity="
                                             "(SELECT identity FROM cards WHERE digest=?)",
                                             "b", digest, (gsize)HS_STORE_DIGEST_BYTES),
                    error);
}

GPtrArray *
hs_store_list_users (HsStore *store, GError **error)
{
  return hs_store_sqlite_list (
      store,
      hs_store_sqlite_prepare (store, error, "SELECT " USER_COLUMNS " FROM users ORDER BY name",
                               ""),
      read_user, (GDestroyNotify)hs_store_user_free, error);
}

/* ── sessions ────────────────────────────────────────────────────────────────────────────── */

gboolean
hs_store_add_session (HsStore *store, const HsStoreSession *session, GError **error)
{
  return hs_store_sqlite_run (store, error,
                              "INSERT INTO sessions (digest, identity, device, csrf, flash,"
                              " created_us, expires_us, is_card_only, terminal)"
                              " VALUES (?,?,?,?,?,?,?,?,?)",
                              "bddttiiid", session->digest, (gsize)HS_STORE_DIGEST_BYTES,
                              &session->identity, &session->device, session->csrf, session->flash,
                              session->created_us, session->expires_us,
                              (gint64)session->is_card_only, &session->terminal);
}

HsStoreSession *
hs_store_get_session (HsStore *store, const guint8 *digest, gint64 now_us, GError **error)
{
  g_autoptr (HsStoreSession) session = g_new0 (HsStoreSession, 1);
  g_autoptr (sqlite3_stmt) statement = hs_store_sqlite_prepare (
      store, error,
      "SELECT identity, device, csrf, flash, created_us, expires_us, is_card_only, terminal"
      " FROM sessions WHERE digest=?",
      "b", digest, (gsize)HS_STORE_DIGEST_BYTES);

  if (statement == NULL
      || !hs_store_sqlite_need (store, statement, "nobody is signed in here; sign in", error))
    return NULL;
  memcpy (session->digest, digest, HS_STORE_DIGEST_BYTES);
  hs_store_sqlite_id (statement, 0, &session->identity);
  hs_store_sqlite_id (statement, 1, &session->device);
  session->csrf = hs_store_sqlite_dup_text (statement, 2);
  session->flash = hs_store_sqlite_dup_text (statement, 3);
  session->created_us = hs_store_sqlite_integer (statement, 4);
  session->expires_us = hs_store_sqlite_integer (statement, 5);
  session->is_card_only = hs_store_sqlite_integer (statement, 6) != 0;
  hs_store_sqlite_id (statement, 7, &session->terminal);
  if (now_us < session->expires_us)
    return g_steal_pointer (&session);
  g_clear_pointer (&statement, sqlite3_finalize);
  if (hs_store_remove_session (store, digest, error))
    g_set_error (error, HS_ERROR, HS_ERROR_EXPIRED, "your session is over; sign in again");
  return NULL;
}

gboolean
hs_store_set_session_end (HsStore *store, const guint8 *digest, gint64 expires_us, GError **error)
{
  return hs_store_sqlite_run (store, error, "UPDATE sessions SET expires_us=? WHERE digest=?", "ib",
                              expires_us, digest, (gsize)HS_STORE_DIGEST_BYTES);
}

gboolean
hs_store_set_flash (HsStore *store, const guint8 *digest, const char *flash, GError **error)
{
  return hs_store_sqlite_run (store, error, "UPDATE sessions SET flash=? WHERE digest=?", "tb",
                              flash, digest, (gsize)HS_STORE_DIGEST_BYTES);
}

gboolean
hs_store_remove_session (HsStore *store, const guint8 *digest, GError **error)
{
  return hs_store_sqlite_run (store, error, "DELETE FROM sessions WHERE digest=?", "b", digest,
                              (gsize)HS_STORE_DIGEST_BYTES);
}

gboolean
hs_store_remove_sessions (HsStore *store, const HsId *identity, const HsId *device, GError **error)
{
  return hs_store_sqlite_run (store, error,
                              "DELETE FROM sessions WHERE (?1 IS NOT NULL OR ?2 IS NOT NULL)"
                              " AND (?1 IS NULL OR identity=?1) AND (?2 IS NULL OR device=?2)",
                              "dd", identity, device);
}

gboolean
hs_store_has_session (HsStore *store,
                      const HsId *identity,
                      const HsId *device,
                      gint64 now_us,
                      gboolean *has_session,
                      GError **error)
{
  g_autoptr (sqlite3_stmt) statement = hs_store_sqlite_prepare (
      store, error, "SELECT 1 FROM sessions WHERE identity=? AND device=? AND expires_us>?", "ddi",
      identity, device, now_us);
  HsStoreRow row
      = statement != NULL ? hs_store_sqlite_step (store, statement, error) : HS_STORE_ROW_ERROR;

  *has_session = row == HS_STORE_ROW_ONE;
  return row != HS_STORE_ROW_ERROR;
}

GArray *
hs_store_list_person_devices (HsStore *store, const HsId *identity, GError **error)
{
  return hs_store_sqlite_list_ids (
      store,
      hs_store_sqlite_prepare (
          store, error,
          "SELECT id FROM devices WHERE revoked_us=0 AND id IN (SELECT device FROM sessions WHERE"
          " identity=?1 AND device IS NOT NULL UNION SELECT device FROM seats WHERE identity=?1)",
          "d", identity),
      error);
}

gboolean
hs_store_remove_expired (HsStore *store, gint64 now_us, GError **error)
{
  return hs_store_sqlite_run (store, error, "DELETE FROM sessions WHERE expires_us<=?", "i", now_us)
         && hs_store_sqlite_run (store, error, "DELETE FROM delegations WHERE expires_us<=?", "i",
                                 now_us)
         && hs_store_sqlite_run (store, error, "DELETE FROM failures WHERE last_us<?", "i",
                                 now_us - G_TIME_SPAN_DAY);
}

/* ── failed sign-ins ─────────────────────────────────────────────────────────────────────── */

gboolean
hs_store_get_failures (HsStore *store,
                       const char *subject,
                       HsStoreFailures *failures,
                       GError **error)
{
  g_autoptr (sqlite3_stmt) statement = hs_store_sqlite_prepare (
      store, error, "SELECT count, last_us FROM failures WHERE subject=?", "t", subject);
  HsStoreFailures found = { 0, 0 };

  HsStoreRow row
      = statement != NULL ? hs_store_sqlite_step (store, statement, error) : HS_STORE_ROW_ERROR;
  if (row == HS_STORE_ROW_ERROR)
    return FALSE;
  if (row == HS_STORE_ROW_ONE)
    {
      found.count = (guint)hs_store_sqlite_integer (statement, 0);
      found.last_us = hs_store_sqlite_integer (statement, 1);
    }
  *failures = found;
  return TRUE;
}

gboolean
hs_store_set_failures (HsStore *store,
                       const char *subject,
                       const HsStoreFailures *failures,
                       GError **error)
{
  if (failures->count == 0)
    return hs_store_sqlite_run (store, error, "DELETE FROM failures WHERE subject=?", "t", subject);
  return hs_store_sqlite_run (store, error,
                              "INSERT OR REPLACE INTO failures (subject, count, last_us)"
                              " VALUES (?,?,?)",
                              "tii", subject, (gint64)failures->count, failures->last_us);
}
