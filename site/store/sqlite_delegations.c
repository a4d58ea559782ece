/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The store on SQLite: who may release whose documents. A delegation holds while its owner's account
 * does; the view `delegated` (schema.c) is the one place that says which job is whose to release. */

#include "site/store/sqlite.h"
#include "site/store/delegations.h"

#define COLUMNS                                                                                    \
  "delegations.id, owner, delegate, job, delegations.created_us, expires_us, users.name,"          \
  " users.display_name"
#define TABLES "delegations JOIN users ON users.identity=delegations.delegate"

static gpointer
read_delegation (sqlite3_stmt *statement)
{
  HsStoreDelegation *delegation = g_new0 (HsStoreDelegation, 1);

  hs_store_sqlite_id (statement, 0, &delegation->id);
  hs_store_sqlite_id (statement, 1, &delegation->owner);
  hs_store_sqlite_id (statement, 2, &delegation->delegate);
  hs_store_sqlite_id (statement, 3, &delegation->job);
  delegation->created_us = hs_store_sqlite_integer (statement, 4);
  delegation->expires_us = hs_store_sqlite_integer (statement, 5);
  delegation->name = hs_store_sqlite_dup_text (statement, 6);
  delegation->display_name = hs_store_sqlite_dup_text (statement, 7);
  return delegation;
}

gboolean
hs_store_add_delegation (HsStore *store, const HsStoreDelegation *delegation, GError **error)
{
  return hs_store_sqlite_run (store, error,
                              "INSERT INTO delegations (id, owner, delegate, job, created_us,"
                              " expires_us) VALUES (?,?,?,?,?,?)",
                              "ddddii", &delegation->id, &delegation->owner, &delegation->delegate,
                              &delegation->job, delegation->created_us, delegation->expires_us);
}

HsStoreDelegation *
hs_store_get_delegation (HsStore *store, const HsId *owner, const HsId *id, GError **error)
{
  return hs_store_sqlite_get (store,
                              hs_store_sqlite_prepare (store, error,
                                                       "SELECT " COLUMNS " FROM " TABLES
                                                       " WHERE owner=? AND delegations.id=?",
                                                       "dd", owner, id),
                              read_delegation, "there is no such permission, or it is over", error);
}

GPtrArray *
hs_store_list_delegations (HsStore *store, const HsId *owner, gint64 now_us, GError **error)
{
  return hs_store_sqlite_list (
      store,
      hs_store_sqlite_prepare (store, error,
                               "SELECT " COLUMNS " FROM " TABLES
                               " WHERE owner=? AND expires_us>? ORDER BY delegations.created_us,"
                               " delegations.id",
                               "di", owner, now_us),
      read_delegation, (GDestroyNotify)hs_store_delegation_free, error);
}

gboolean
hs_store_remove_delegation (HsStore *store, const HsId *owner, const HsId *id, GError **error)
{
  return hs_store_sqlite_run (store, error, "DELETE FROM delegations WHERE owner=? AND id=?", "dd",
                              owner, id);
}

static gboolean
has_row (HsStore *store, sqlite3_stmt *prepared, gboolean *has, GError **error)
{
  g_autoptr (sqlite3_stmt) statement = prepared;
  HsStoreRow row
      = statement != NULL ? hs_store_sqlite_step (store, statement, error) : HS_STORE_ROW_ERROR;

  *has = row == HS_STORE_ROW_ONE;
  return row != HS_STORE_ROW_ERROR;
}

gboolean
hs_store_has_delegation (
    HsStore *store, const HsId *id, gint64 now_us, gboolean *is_held, GError **error)
{
  return has_row (store,
                  hs_store_sqlite_prepare (store, error,
                                           "SELECT 1 FROM delegations AS d JOIN users AS o ON"
                                           " o.identity=d.owner WHERE d.id=?1 AND d.expires_us>?2"
                                           " AND o.blocked_us=0 AND"
                                           " (o.guest_until_us=0 OR o.guest_until_us>?2)",
                                           "di", id, now_us),
                  is_held, error);
}

gboolean
hs_store_is_delegated (HsStore *store,
                       const HsId *job,
                       const HsId *delegate,
                       gint64 now_us,
                       gboolean *is_delegated,
                       GError **error)
{
  return has_row (store,
                  hs_store_sqlite_prepare (
                      store, error,
                      "SELECT 1 FROM delegated WHERE job=? AND delegate=? AND until_us>? LIMIT 1",
                      "ddi", job, delegate, now_us),
                  is_delegated, error);
}

GArray *
hs_store_list_delegates (HsStore *store, const HsId *owner, GError **error)
{
  return hs_store_sqlite_list_ids (
      store,
      hs_store_sqlite_prepare (
          store, error, "SELECT DISTINCT delegate FROM delegations WHERE owner=?", "d", owner),
      error);
}
