/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* SQLite results as errors of the house. */

#include "store/sqlite_error.h"

#include "base/error.h"
#include "core/refusal.h"

#include <sqlite3.h>

static HsErrorCode
code_of (int code)
{
  switch (code & 0xff)
    {
    case SQLITE_FULL:
      return HS_ERROR_NO_SPACE;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL:
      return HS_ERROR_TEMPORARY;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return HS_ERROR_CORRUPT;
    case SQLITE_PERM:
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_AUTH:
      return HS_ERROR_DENIED;
    case SQLITE_TOOBIG:
      return HS_ERROR_INVALID;
    default:
      return HS_ERROR_INTERNAL;
    }
}

static const char *
advice_of (HsErrorCode code, int sqlite_code)
{
  /* SQLite has no other word when the index of its log cannot grow. */
  if ((sqlite_code & 0xff) == SQLITE_IOERR)
    return "; make room on the disk if it is full, else look at the disk and the kernel's log";
  if (code == HS_ERROR_NO_SPACE)
    return "; make room on the disk";
  if (code == HS_ERROR_TEMPORARY)
    return "; another process has the ledger open: is a second agent running?";
  if (code == HS_ERROR_CORRUPT)
    return "; nothing was changed. Stop the agent, keep a copy of the whole state folder, and put "
           "back a backup or repair a copy with sqlite3's .recover command";
  if (code == HS_ERROR_DENIED)
    return "; the state folder and its files must belong to the agent's user";
  return "";
}

void
hs_sqlite_set_error (GError **error, sqlite3 *database, int code, const char *what)
{
  HsErrorCode house_code = code_of (code);

  /* The handle's message belongs to its last failed call, which need not be this one. */
  const char *words = database != NULL && sqlite3_extended_errcode (database) == code
                          ? sqlite3_errmsg (database)
                          : sqlite3_errstr (code);
  GError *made = g_error_new (HS_ERROR, (int)house_code, "%s: %s%s", what, words,
                              advice_of (house_code, code));
  if (house_code == HS_ERROR_NO_SPACE)
    hs_refusal_mark (made, HS_REFUSAL_DISK_FULL, NULL);
  g_propagate_error (error, made);
}

gboolean
hs_sqlite_is_broken (int code)
{
  /* Any failed read, write or sync of the disk: the kernel may have dropped what a later sync would
   * then report as stored. A log that could be opened for reading only stays so. */
  return (code & 0xff) == SQLITE_IOERR || (code & 0xff) == SQLITE_READONLY;
}
