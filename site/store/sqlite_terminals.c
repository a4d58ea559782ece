/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The store on SQLite: terminals and card readers. */

#include "site/store/sqlite.h"
#include "site/store/terminals.h"

#define COLUMNS                                                                                    \
  "id, printer, name, is_card_only, added_us, secret, secret_until_us, fingerprint, not_after_us," \
  " token, enrolled_us, last_seen_us, revoked_us, next_fingerprint, next_not_after_us"

/* Zeros are no digest: NULL in the table, where digests are unique. */
static const guint8 *
or_null (const guint8 digest[HS_STORE_DIGEST_BYTES])
{
  static const guint8 none[HS_STORE_DIGEST_BYTES];

  return memcmp (digest, none, sizeof none) == 0 ? NULL : digest;
}

gboolean
hs_store_add_terminal (HsStore *store, const HsStoreTerminal *terminal, GError **error)
{
  return hs_store_sqlite_run (
      store, error, "INSERT INTO terminals (" COLUMNS ") VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
      "ddtiibibibiiibi", &terminal->id, &terminal->printer, terminal->name,
      (gint64)terminal->is_card_only, terminal->added_us, or_null (terminal->secret),
      (gsize)HS_STORE_DIGEST_BYTES, terminal->secret_until_us, or_null (terminal->fingerprint),
      (gsize)HS_STORE_DIGEST_BYTES, terminal->not_after_us, or_null (terminal->token),
      (gsize)HS_STORE_DIGEST_BYTES, terminal->enrolled_us, terminal->last_seen_us,
      terminal->revoked_us, or_null (terminal->next_fingerprint), (gsize)HS_STORE_DIGEST_BYTES,
      terminal->next_not_after_us);
}

static gpointer
read_terminal (sqlite3_stmt *statement)
{
  HsStoreTerminal *terminal = g_new0 (HsStoreTerminal, 1);

  hs_store_sqlite_id (statement, 0, &terminal->id);
  hs_store_sqlite_id (statement, 1, &terminal->printer);
  terminal->name = hs_store_sqlite_dup_text (statement, 2);
  terminal->is_card_only = hs_store_sqlite_integer (statement, 3) != 0;
  terminal->added_us = hs_store_sqlite_integer (statement, 4);
  hs_store_sqlite_bytes (statement, 5, terminal->secret, sizeof terminal->secret);
  terminal->secret_until_us = hs_store_sqlite_integer (statement, 6);
  hs_store_sqlite_bytes (statement, 7, terminal->fingerprint, sizeof terminal->fingerprint);
  terminal->not_after_us = hs_store_sqlite_integer (statement, 8);
  hs_store_sqlite_bytes (statement, 9, terminal->token, sizeof terminal->token);
  terminal->enrolled_us = hs_store_sqlite_integer (statement, 10);
  terminal->last_seen_us = hs_store_sqlite_integer (statement, 11);
  terminal->revoked_us = hs_store_sqlite_integer (statement, 12);
  hs_store_sqlite_bytes (statement, 13, terminal->next_fingerprint,
                         sizeof terminal->next_fingerprint);
  terminal->next_not_after_us = hs_store_sqlite_integer (statement, 14);
  return terminal;
}

HsStoreTerminal *
hs_store_get_terminal (HsStore *store, const HsId *id, GError **error)
{
  return hs_store_sqlite_get (
      store,
      hs_store_sqlite_prepare (store, error, "SELECT " COLUMNS " FROM terminals WHERE id=?", "d",
                               id),
      read_terminal,
      "this site knows no such terminal; homespool-site terminal list shows those that it knows",
      error);
}

HsStoreTerminal *
hs_store_get_terminal_by_secret (HsStore *store, const guint8 *digest, GError **error)
{
  return hs_store_sqlite_get (
      store,
      hs_store_sqlite_prepare (store, error, "SELECT " COLUMNS " FROM terminals WHERE secret=?",
                               "b", digest, (gsize)HS_STORE_DIGEST_BYTES),
      read_terminal,
      "no terminal waits for this secret, or it was used already; an administrator makes a new one "
      "with homespool-site terminal add",
      error);
}

GPtrArray *
hs_store_list_terminals (HsStore *store, GError **error)
{
  return hs_store_sqlite_list (
      store,
      hs_store_sqlite_prepare (store, error,
                               "SELECT " COLUMNS " FROM terminals ORDER BY name, added_us", ""),
      read_terminal, (GDestroyNotify)hs_store_terminal_free, error);
}

gboolean
hs_store_enrol_terminal (HsStore *store, const HsStoreTerminal *terminal, GError **error)
{
  return hs_store_sqlite_run (
      store, error,
      "UPDATE terminals SET secret=NULL, fingerprint=?, not_after_us=?, token=?, enrolled_us=?"
      " WHERE id=?",
      "bibid", or_null (terminal->fingerprint), (gsize)HS_STORE_DIGEST_BYTES,
      terminal->not_after_us, or_null (terminal->token), (gsize)HS_STORE_DIGEST_BYTES,
      terminal->enrolled_us, &terminal->id);
}

gboolean
hs_store_set_terminal_next (HsStore *store, const HsStoreTerminal *terminal, GError **error)
{
  return hs_store_sqlite_run (
      store, error, "UPDATE terminals SET next_fingerprint=?, next_not_after_us=? WHERE id=?",
      "bid", or_null (terminal->next_fingerprint), (gsize)HS_STORE_DIGEST_BYTES,
      terminal->next_not_after_us, &terminal->id);
}

gboolean
hs_store_promote_terminal (HsStore *store, const HsId *id, GError **error)
{
  return hs_store_sqlite_run (store, error,
                              "UPDATE terminals SET fingerprint=next_fingerprint,"
                              " not_after_us=next_not_after_us, next_fingerprint=NULL,"
                              " next_not_after_us=0 WHERE id=? AND next_fingerprint IS NOT NULL",
                              "d", id);
}

gboolean
hs_store_set_terminal_seen (HsStore *store, const HsId *id, gint64 now_us, GError **error)
{
  return hs_store_sqlite_run (store, error, "UPDATE terminals SET last_seen_us=? WHERE id=?", "id",
                              now_us, id);
}

gboolean
hs_store_revoke_terminal (HsStore *store, const HsId *id, gint64 now_us, GError **error)
{
  return hs_store_sqlite_run (store, error,
                              "UPDATE terminals SET revoked_us=?, secret=NULL WHERE id=? AND"
                              " revoked_us=0",
                              "id", now_us, id)
         && hs_store_sqlite_run (store, error, "DELETE FROM sessions WHERE terminal=?", "d", id);
}

void
hs_store_terminal_free (HsStoreTerminal *terminal)
{
  if (terminal == NULL)
    return;
  g_free (terminal->name);
  g_free (terminal);
}
