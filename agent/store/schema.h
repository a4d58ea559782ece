/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* The shape of the ledger file and its life story; used by ledger.c only.
 *
 * Threads: the one that owns @database.  Blocks: on disk. */

#include <glib.h>

typedef struct sqlite3 sqlite3;

#define HS_SCHEMA_VERSION 1              /* PRAGMA user_version */
#define HS_SCHEMA_APPLICATION 0x48734c67 /* PRAGMA application_id: "HsLg" */

/* Makes the tables in an empty file, or brings an older one to HS_SCHEMA_VERSION, in one
 * transaction. @path is for messages only.
 * Errors: NOT_SUPPORTED (newer; names both versions), CORRUPT (not a ledger), others of SQLite. */
gboolean
hs_schema_prepare (sqlite3 *database, const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Turns an SQLite result into an HS_ERROR: "<what>: <SQLite's words>", with what to do next. */
void hs_schema_set_error (GError **error, sqlite3 *database, int code, const char *what);
