/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* The shape of the ledger file and its life story; used by store/ only.
 *
 * Threads: the one that owns @database.  Blocks: on disk. */

#include <glib.h>

typedef struct sqlite3 sqlite3;

#define HS_SCHEMA_VERSION 5              /* PRAGMA user_version */
#define HS_SCHEMA_APPLICATION 0x48734c67 /* PRAGMA application_id: "HsLg" */

/* Looks at the file without changing a byte of it: *version is 0 for an empty one. @path is for
 * messages only.
 * Errors: NOT_SUPPORTED (newer; names both versions), CORRUPT (not a ledger), others of SQLite. */
gboolean hs_schema_check (sqlite3 *database, const char *path, gint64 *version, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/* Brings a file of @version to HS_SCHEMA_VERSION, in one transaction. Errors: those of SQLite. */
gboolean
hs_schema_upgrade (sqlite3 *database, gint64 version, GError **error) G_GNUC_WARN_UNUSED_RESULT;
