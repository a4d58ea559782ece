/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The store on SQLite: opening, transactions and the short ways to run a statement.
 *
 * WAL, so that a command line can look while the server works; synchronous=FULL, because what the
 * site has answered for (a record, a spent token) must survive a power cut; secure_delete, so that
 * a destroyed key does not stay behind in free pages; temp_store=MEMORY, because what SQLite puts
 * aside on a disk is deleted and not wiped. */

#include "site/store/sqlite.h"

#include "base/error.h"
#include "site/store/schema.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>

#define FILE_NAME "site.db"
#define BUSY_MS 10000 /* a command line may hold the write lock for one transaction */

void
hs_store_sqlite_fail (HsStore *store, const char *what, GError **error)
{
  int result = sqlite3_errcode (store->database);
  HsErrorCode code = HS_ERROR_INTERNAL;
  const char *next = "this is a fault of the program or the machine";

  if (result == SQLITE_BUSY || result == SQLITE_LOCKED)
    {
      code = HS_ERROR_TEMPORARY;
      next = "another process works on it; try again";
    }
  else if (result == SQLITE_FULL || result == SQLITE_TOOBIG)
    {
      code = HS_ERROR_NO_SPACE;
      next = "free some disk space";
    }
  else if (result == SQLITE_CORRUPT || result == SQLITE_NOTADB)
    {
      code = HS_ERROR_CORRUPT;
      next = "restore it from a backup";
    }
  else if (result == SQLITE_READONLY || result == SQLITE_CANTOPEN)
    {
      code = HS_ERROR_DENIED;
      next = "run this as the user who owns the data folder";
    }
  g_set_error (error, HS_ERROR, code, "the site's database: %s: %s; %s", what,
               sqlite3_errmsg (store->database), next);
}

static gboolean
bind_one (sqlite3_stmt *statement, int place, char type, va_list *arguments)
{
  switch (type)
    {
    case 'i':
      return sqlite3_bind_int64 (statement, place, va_arg (*arguments, gint64)) == SQLITE_OK;
    case 't':
      return sqlite3_bind_text (statement, place, va_arg (*arguments, const char *), -1,
                                SQLITE_TRANSIENT)
             == SQLITE_OK;
    case 'd':
      {
        const HsId *id = va_arg (*arguments, const HsId *);
        if (id == NULL || hs_id_is_zero (id))
          return sqlite3_bind_null (statement, place) == SQLITE_OK;
        return sqlite3_bind_blob (statement, place, id->bytes, HS_ID_BYTES, SQLITE_TRANSIENT)
               == SQLITE_OK;
      }
    case 'b':
      {
        const guint8 *bytes = va_arg (*arguments, const guint8 *);
        gsize length = va_arg (*arguments, gsize);
        return sqlite3_bind_blob (statement, place, bytes, (int)length, SQLITE_TRANSIENT)
               == SQLITE_OK;
      }
    case 'g':
      {
        GBytes *bytes = va_arg (*arguments, GBytes *);
        gsize length = 0;
        const void *data = bytes != NULL ? g_bytes_get_data (bytes, &length) : NULL;
        return sqlite3_bind_blob (statement, place, data, (int)length, SQLITE_TRANSIENT)
               == SQLITE_OK;
      }
    default:
      return FALSE;
    }
}

static sqlite3_stmt *
prepare (HsStore *store, GError **error, const char *sql, const char *types, va_list *arguments)
{
  g_autoptr (sqlite3_stmt) statement = NULL;

  if (sqlite3_prepare_v2 (store->database, sql, -1, &statement, NULL) != SQLITE_OK)
    {
      hs_store_sqlite_fail (store, "a statement does not compile", error);
      return NULL;
    }
  for (int i = 0; types[i] != '\0'; i++)
    if (!bind_one (statement, i + 1, types[i], arguments))
      {
        hs_store_sqlite_fail (store, "a value cannot be bound", error);
        return NULL;
      }
  return g_steal_pointer (&statement);
}

sqlite3_stmt *
hs_store_sqlite_prepare (HsStore *store, GError **error, const char *sql, const char *types, ...)
{
  va_list arguments;

  va_start (arguments, types);
  sqlite3_stmt *statement = prepare (store, error, sql, types, &arguments);
  va_end (arguments);
  return statement;
}

HsStoreRow
hs_store_sqlite_step (HsStore *store, sqlite3_stmt *statement, GError **error)
{
  int result = sqlite3_step (statement);

  if (result == SQLITE_ROW)
    return HS_STORE_ROW_ONE;
  if (result == SQLITE_DONE)
    return HS_STORE_ROW_NONE;
  hs_store_sqlite_fail (store, "a statement failed", error);
  return HS_STORE_ROW_ERROR;
}

static gboolean
run (HsStore *store,
     GError **error,
     int *changed,
     const char *sql,
     const char *types,
     va_list *arguments)
{
  g_autoptr (sqlite3_stmt) statement = prepare (store, error, sql, types, arguments);

  if (statement == NULL || hs_store_sqlite_step (store, statement, error) == HS_STORE_ROW_ERROR)
    return FALSE;
  if (changed != NULL)
    *changed = sqlite3_changes (store->database);
  return TRUE;
}

gboolean
hs_store_sqlite_run (HsStore *store, GError **error, const char *sql, const char *types, ...)
{
  va_list arguments;

  va_start (arguments, types);
  gboolean ok = run (store, error, NULL, sql, types, &arguments);
  va_end (arguments);
  return ok;
}

gboolean
hs_store_sqlite_change (
    HsStore *store, GError **error, int *changed, const char *sql, const char *types, ...)
{
  va_list arguments;

  va_start (arguments, types);
  gboolean ok = run (store, error, changed, sql, types, &arguments);
  va_end (arguments);
  return ok;
}

gboolean
hs_store_sqlite_need (HsStore *store, sqlite3_stmt *statement, const char *sentence, GError **error)
{
  HsStoreRow row = hs_store_sqlite_step (store, statement, error);

  if (row == HS_STORE_ROW_NONE)
    g_set_error_literal (error, HS_ERROR, HS_ERROR_NOT_FOUND, sentence);
  return row == HS_STORE_ROW_ONE;
}

gint64
hs_store_sqlite_integer (sqlite3_stmt *statement, int column)
{
  return sqlite3_column_int64 (statement, column);
}

char *
hs_store_sqlite_dup_text (sqlite3_stmt *statement, int column)
{
  return g_strdup ((const char *)sqlite3_column_text (statement, column));
}

void
hs_store_sqlite_bytes (sqlite3_stmt *statement, int column, guint8 *out, gsize length)
{
  const void *blob = sqlite3_column_blob (statement, column);

  memset (out, 0, length);
  if (blob != NULL && (gsize)sqlite3_column_bytes (statement, column) == length)
    memcpy (out, blob, length);
}

void
hs_store_sqlite_id (sqlite3_stmt *statement, int column, HsId *id)
{
  hs_store_sqlite_bytes (statement, column, id->bytes, HS_ID_BYTES);
}

GBytes *
hs_store_sqlite_dup_bytes (sqlite3_stmt *statement, int column)
{
  const void *blob = sqlite3_column_blob (statement, column);

  return blob != NULL ? g_bytes_new (blob, (gsize)sqlite3_column_bytes (statement, column)) : NULL;
}

gpointer
hs_store_sqlite_get (HsStore *store,
                     sqlite3_stmt *statement,
                     HsStoreReadFunc read,
                     const char *sentence,
                     GError **error)
{
  g_autoptr (sqlite3_stmt) owned = statement;

  if (owned == NULL || !hs_store_sqlite_need (store, owned, sentence, error))
    return NULL;
  return read (owned);
}

GPtrArray *
hs_store_sqlite_list (HsStore *store,
                      sqlite3_stmt *statement,
                      HsStoreReadFunc read,
                      GDestroyNotify free_item,
                      GError **error)
{
  g_autoptr (sqlite3_stmt) owned = statement;
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (free_item);
  HsStoreRow row = HS_STORE_ROW_ERROR;

  if (owned == NULL)
    return NULL;
  while ((row = hs_store_sqlite_step (store, owned, error)) == HS_STORE_ROW_ONE)
    g_ptr_array_add (items, read (owned));
  return row == HS_STORE_ROW_NONE ? g_steal_pointer (&items) : NULL;
}

GArray *
hs_store_sqlite_list_ids (HsStore *store, sqlite3_stmt *statement, GError **error)
{
  g_autoptr (sqlite3_stmt) owned = statement;
  g_autoptr (GArray) ids = g_array_new (FALSE, TRUE, sizeof (HsId));
  HsStoreRow row = HS_STORE_ROW_ERROR;

  if (owned == NULL)
    return NULL;
  while ((row = hs_store_sqlite_step (store, owned, error)) == HS_STORE_ROW_ONE)
    {
      HsId id;
      hs_store_sqlite_id (owned, 0, &id);
      g_array_append_val (ids, id);
    }
  return row == HS_STORE_ROW_NONE ? g_steal_pointer (&ids) : NULL;
}

/* ── life ────────────────────────────────────────────────────────────────────────────────── */

static gboolean
execute (HsStore *store, const char *sql, GError **error)
{
  if (sqlite3_exec (store->database, sql, NULL, NULL, NULL) == SQLITE_OK)
    return TRUE;
  hs_store_sqlite_fail (store, "a statement failed", error);
  return FALSE;
}

static HsStore *
open_file (const char *folder, int flags, GError **error)
{
  g_autoptr (HsStore) store = g_new0 (HsStore, 1);

  store->path = g_build_filename (folder, FILE_NAME, NULL);
  if (sqlite3_open_v2 (store->path, &store->database, flags | SQLITE_OPEN_NOMUTEX, NULL)
      != SQLITE_OK)
    {
      hs_store_sqlite_fail (store, store->path, error);
      return NULL;
    }
  sqlite3_extended_result_codes (store->database, 0);
  sqlite3_busy_timeout (store->database, BUSY_MS);
  if (!execute (store,
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON;"
                "PRAGMA temp_store=MEMORY; PRAGMA foreign_keys=ON; PRAGMA trusted_schema=OFF;",
                error))
    return NULL;
  return g_steal_pointer (&store);
}

/* An empty file, which SQLite takes for a new database: ours alone before anything is in it, whatever
 * the umask. @refusal: what to say if there is something of that name. */
static gboolean
make_private (const char *path, const char *refusal, GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GError) reason = NULL;
  g_autoptr (GFileOutputStream) stream
      = g_file_create (file, G_FILE_CREATE_PRIVATE, NULL, &reason);

  if (stream != NULL)
    return TRUE;
  if (g_error_matches (reason, G_IO_ERROR, G_IO_ERROR_EXISTS))
    g_set_error (error, HS_ERROR, HS_ERROR_REFUSED, "%s is there already; %s", path, refusal);
  else
    g_set_error (error, HS_ERROR, HS_ERROR_DENIED, "%s cannot be made: %s", path, reason->message);
  return FALSE;
}

HsStore *
hs_store_create (const char *folder, GError **error)
{
  g_autofree char *path = g_build_filename (folder, FILE_NAME, NULL);

  if (!make_private (path, "a site is made in an empty folder", error))
    return NULL;
  g_autoptr (HsStore) store = open_file (folder, SQLITE_OPEN_READWRITE, error);
  if (store == NULL || !hs_store_schema_upgrade (store, error))
    return NULL;
  return g_steal_pointer (&store);
}

HsStore *
hs_store_open (const char *folder, GError **error)
{
  g_autofree char *path = g_build_filename (folder, FILE_NAME, NULL);

  if (!g_file_test (path, G_FILE_TEST_IS_REGULAR))
    {
      g_set_error (error, HS_ERROR, HS_ERROR_NOT_FOUND,
                   "%s holds no site; make one with: homespool-site init --data %s …", folder,
                   folder);
      return NULL;
    }
  g_autoptr (HsStore) store = open_file (folder, SQLITE_OPEN_READWRITE, error);
  if (store == NULL || !hs_store_schema_upgrade (store, error))
    return NULL;
  return g_steal_pointer (&store);
}

void
hs_store_free (HsStore *store)
{
  if (store == NULL)
    return;
  sqlite3_close (store->database);
  g_free (store->path);
  g_free (store);
}

gboolean
hs_store_begin (HsStore *store, GError **error)
{
  return execute (store, "BEGIN IMMEDIATE", error);
}

gboolean
hs_store_commit (HsStore *store, GError **error)
{
  if (execute (store, "COMMIT", error))
    return TRUE;
  hs_store_roll_back (store);
  return FALSE;
}

void
hs_store_roll_back (HsStore *store)
{
  if (!sqlite3_get_autocommit (store->database))
    sqlite3_exec (store->database, "ROLLBACK", NULL, NULL, NULL);
}

gboolean
hs_store_begin_look (HsStore *store, GError **error)
{
  return execute (store, "BEGIN", error);
}

gboolean
hs_store_scrub (HsStore *store, GError **error)
{
  g_autoptr (sqlite3_stmt) statement
      = hs_store_sqlite_prepare (store, error, "PRAGMA wal_checkpoint(TRUNCATE)", "");

  if (statement == NULL || hs_store_sqlite_step (store, statement, error) != HS_STORE_ROW_ONE)
    return FALSE;
  /* That it could not be done is no error to SQLite, but a value in the row. */
  if (hs_store_sqlite_integer (statement, 0) == 0)
    return TRUE;
  g_set_error (error, HS_ERROR, HS_ERROR_TEMPORARY,
               "it is done, but the site's database is in use and its files may still hold what "
               "was there; run the same command again in a moment");
  return FALSE;
}

gboolean
hs_store_rewrite (HsStore *store, GError **error)
{
  return execute (store, "VACUUM", error) && hs_store_scrub (store, error);
}

gboolean
hs_store_back_up (HsStore *store, const char *path, GError **error)
{
  if (!make_private (path, "give a new file name", error))
    return FALSE;
  if (hs_store_sqlite_run (store, error, "VACUUM INTO ?", "t", path))
    return TRUE;
  g_unlink (path);
  return FALSE;
}
