/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* What the files store_sqlite*.c share: the handle and short ways to run a statement. For these
 * files only; the contract is site/store/store.h.
 *
 * Values are bound by a text of types, one letter each: i gint64, t text (nullable), d const HsId *
 * (NULL and zero become NULL), b bytes and gsize (NULL becomes NULL), g GBytes * (nullable). */

#include "site/store/store.h"

#include <sqlite3.h>

struct HsStore
{
  sqlite3 *database;
  char *path;
};

/* Sets an error from the handle's last result. */
void hs_store_sqlite_fail (HsStore *store, const char *what, GError **error);

/* Prepares and binds. Returns: (transfer full): NULL on error. */
sqlite3_stmt *
hs_store_sqlite_prepare (HsStore *store, GError **error, const char *sql, const char *types, ...);

/* Runs a statement that gives no rows. */
gboolean
hs_store_sqlite_run (HsStore *store, GError **error, const char *sql, const char *types, ...);

/* The same; sets *changed to the number of rows. */
gboolean hs_store_sqlite_change (
    HsStore *store, GError **error, int *changed, const char *sql, const char *types, ...);

typedef enum
{
  HS_STORE_ROW_ERROR = -1,
  HS_STORE_ROW_NONE = 0,
  HS_STORE_ROW_ONE = 1,
} HsStoreRow;

/* The next row of @statement. */
HsStoreRow hs_store_sqlite_step (HsStore *store, sqlite3_stmt *statement, GError **error);

/* The one row that must be there; NOT_FOUND with @sentence if it is not. */
gboolean hs_store_sqlite_need (HsStore *store,
                               sqlite3_stmt *statement,
                               const char *sentence,
                               GError **error);

/* Columns. */
gint64 hs_store_sqlite_integer (sqlite3_stmt *statement, int column);
char *hs_store_sqlite_dup_text (sqlite3_stmt *statement, int column); /* nullable */
void hs_store_sqlite_id (sqlite3_stmt *statement, int column, HsId *id);
/* Zeros if the column has another length. */
void hs_store_sqlite_bytes (sqlite3_stmt *statement, int column, guint8 *out, gsize length);
GBytes *hs_store_sqlite_dup_bytes (sqlite3_stmt *statement, int column); /* nullable */

/* Makes a value of the row that @statement stands on. */
typedef gpointer (*HsStoreReadFunc) (sqlite3_stmt *statement);

/* What @read makes of the one row that must be there; NOT_FOUND with @sentence if it is not. Takes
 * @statement (NULL gives NULL). */
gpointer hs_store_sqlite_get (HsStore *store,
                              sqlite3_stmt *statement,
                              HsStoreReadFunc read,
                              const char *sentence,
                              GError **error);

/* Fills an array with what @read makes of each row; takes @statement (NULL gives NULL). */
GPtrArray *hs_store_sqlite_list (HsStore *store,
                                 sqlite3_stmt *statement,
                                 HsStoreReadFunc read,
                                 GDestroyNotify free_item,
                                 GError **error);

/* The ids in the first column; takes @statement (NULL gives NULL). Returns: (element-type HsId). */
GArray *hs_store_sqlite_list_ids (HsStore *store, sqlite3_stmt *statement, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (sqlite3_stmt, sqlite3_finalize)
