/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* SQLite results as errors of the house; for the files of store/ that hold the handle.
 *
 * FULL is NO_SPACE; BUSY, LOCKED and PROTOCOL are TEMPORARY; CORRUPT and NOTADB are CORRUPT; PERM,
 * READONLY, CANTOPEN and AUTH are DENIED; TOOBIG is INVALID; all else is INTERNAL.
 *
 * Threads: the one that owns the database.  Blocks: never. */

#include <glib.h>

typedef struct sqlite3 sqlite3;

/* Sets "<what>: <SQLite's words>", and what to do next where that is known. @code is the (extended)
 * result; @database may be NULL. */
void hs_sqlite_set_error (GError **error, sqlite3 *database, int code, const char *what);

/* TRUE when nothing that this handle says of the disk can be believed any more. */
gboolean hs_sqlite_is_broken (int code);
