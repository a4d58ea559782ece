/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* One setting, before the ledger is opened. */

#include "base/error.h"
#include "store/ledger.h"
#include "store/sqlite_error.h"

#include <sqlite3.h>

G_DEFINE_AUTOPTR_CLEANUP_FUNC (sqlite3, sqlite3_close)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (sqlite3_stmt, sqlite3_finalize)

GBytes *
hs_ledger_peek_setting (const char *folder, const char *name, GError **error)
{
  g_autofree char *path = g_build_filename (folder, HS_LEDGER_FILE_NAME, NULL);
  g_autoptr (sqlite3) handle = NULL;
  g_autoptr (sqlite3_stmt) statement = NULL;
  int code;

  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    return NULL;
  /* With the log of a crash beside it, reading needs to write that log's index. */
  code = sqlite3_open_v2 (path, &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOFOLLOW, NULL);
  if (code == SQLITE_OK)
    code = sqlite3_prepare_v2 (handle, "SELECT value FROM settings WHERE name=?", -1, &statement,
                               NULL);
  if (code == SQLITE_OK)
    code = sqlite3_bind_text (statement, 1, name, -1, SQLITE_STATIC);
  if (code == SQLITE_OK)
    code = sqlite3_step (statement);
  if (code == SQLITE_ROW)
    return g_bytes_new (sqlite3_column_blob (statement, 0),
                        (gsize)sqlite3_column_bytes (statement, 0));
  /* A ledger without tables was cut at its birth, and knows nothing yet. */
  if (code != SQLITE_DONE && code != SQLITE_ERROR)
    hs_sqlite_set_error (error, handle, code, "cannot look into the ledger");
  return NULL;
}
