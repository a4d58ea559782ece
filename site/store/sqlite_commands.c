/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The store on SQLite: commands, signed documents and the printers' names. */

#include "base/error.h"
#include "site/store/sqlite.h"

#define COMMAND_COLUMNS                                                                            \
  "id, device, kind, job, printer, asked_by, state, asked_us, sent_us, expires_us, result, "       \
  "sentence"

gboolean
hs_store_add_command (HsStore *store, const HsStoreCommand *command, GError **error)
{
  return hs_store_sqlite_run (store, error,
                              "INSERT INTO commands (id, device, kind, job, printer, asked_by,"
                              " state, asked_us, expires_us) VALUES (?,?,?,?,?,?,?,?,?)",
                              "ddiddd"
                              "iii",
                              &command->id, &command->device, (gint64)command->kind, &command->job,
                              &command->printer, &command->asked_by, (gint64)HS_STORE_COMMAND_OPEN,
                              command->asked_us, command->expires_us);
}

static HsCommandResult
result_from_keyword (const char *keyword)
{
  for (int result = 1; hs_command_result_to_keyword ((HsCommandResult)result) != NULL; result++)
    if (g_strcmp0 (keyword, hs_command_result_to_keyword ((HsCommandResult)result)) == 0)
      return (HsCommandResult)result;
  return (HsCommandResult)0;
}

static gpointer
read_command (sqlite3_stmt *statement)
{
  HsStoreCommand *command = g_new0 (HsStoreCommand, 1);

  hs_store_sqlite_id (statement, 0, &command->id);
  hs_store_sqlite_id (statement, 1, &command->device);
  command->kind = (HsCommandKind)hs_store_sqlite_integer (statement, 2);
  hs_store_sqlite_id (statement, 3, &command->job);
  hs_store_sqlite_id (statement, 4, &command->printer);
  hs_store_sqlite_id (statement, 5, &command->asked_by);
  command->state = (HsStoreCommandState)hs_store_sqlite_integer (statement, 6);
  command->asked_us = hs_store_sqlite_integer (statement, 7);
  command->sent_us = hs_store_sqlite_integer (statement, 8);
  command->expires_us = hs_store_sqlite_integer (statement, 9);
  command->result = result_from_keyword ((const char *)sqlite3_column_text (statement, 10));
  command->sentence = hs_store_sqlite_dup_text (statement, 11);
  return command;
}

HsStoreCommand *
hs_store_get_command (HsStore *store, const HsId *id, GError **error)
{
  return hs_store_sqlite_get (
      store,
      hs_store_sqlite_prepare (store, error, "SELECT " COMMAND_COLUMNS " FROM commands WHERE id=?",
                               "d", id),
      read_command, "there is no such command", error);
}

/* Sent to nobody yet, and too late: or asked for by somebody who is neither the owner of the job nor,
 * at this moment, allowed to release it. */
#define LAPSES                                                                                     \
  " state=1 AND sent_us=0 AND ((expires_us<>0 AND expires_us<=?1) OR (kind=?2 AND asked_by IS NOT" \
  " NULL AND EXISTS (SELECT 1 FROM jobs WHERE jobs.id=commands.job AND jobs.owner IS NOT"          \
  " commands.asked_by) AND NOT EXISTS (SELECT 1 FROM delegated WHERE delegated.job=commands.job"   \
  " AND delegated.delegate=commands.asked_by AND until_us>?1)))"

/* A command that was never sent lapses; one that was sent may have been executed, so only its
 * answer ends it. */
static gboolean
lapse (HsStore *store, gint64 now_us, GError **error)
{
  const gint64 release = HS_COMMAND_KIND_RELEASE;
  g_autoptr (sqlite3_stmt) statement = hs_store_sqlite_prepare (
      store, error, "SELECT 1 FROM commands WHERE" LAPSES, "ii", now_us, release);
  HsStoreRow row
      = statement != NULL ? hs_store_sqlite_step (store, statement, error) : HS_STORE_ROW_ERROR;

  if (row != HS_STORE_ROW_ONE)
    return row == HS_STORE_ROW_NONE;
  g_clear_pointer (&statement, sqlite3_finalize);
  return hs_store_sqlite_run (store, error, "UPDATE commands SET state=3 WHERE" LAPSES, "ii",
                              now_us, release);
}

GPtrArray *
hs_store_list_open_commands (
    HsStore *store, const HsId *device, gint64 now_us, guint limit, GError **error)
{
  if (!lapse (store, now_us, error))
    return NULL;
  return hs_store_sqlite_list (store,
                               hs_store_sqlite_prepare (store, error,
                                                        "SELECT " COMMAND_COLUMNS
                                                        " FROM commands WHERE device=? AND state=1"
                                                        " ORDER BY asked_us, id LIMIT ?",
                                                        "di", device, (gint64)limit),
                               read_command, (GDestroyNotify)hs_store_command_free, error);
}

gboolean
hs_store_find_job_command (
    HsStore *store, const HsId *job, gint64 now_us, HsStoreCommand **command, GError **error)
{
  if (!lapse (store, now_us, error))
    return FALSE;
  g_autoptr (sqlite3_stmt) statement
      = hs_store_sqlite_prepare (store, error,
                                 "SELECT " COMMAND_COLUMNS " FROM commands WHERE job=?"
                                 " ORDER BY asked_us DESC LIMIT 1",
                                 "d", job);
  HsStoreRow row
      = statement != NULL ? hs_store_sqlite_step (store, statement, error) : HS_STORE_ROW_ERROR;
  if (row == HS_STORE_ROW_ERROR)
    return FALSE;
  *command = row == HS_STORE_ROW_ONE ? read_command (statement) : NULL;
  return TRUE;
}

gboolean
hs_store_set_command_sent (HsStore *store, const HsId *id, gint64 now_us, GError **error)
{
  return hs_store_sqlite_run (store, error, "UPDATE commands SET sent_us=? WHERE id=?", "id",
                              now_us, id);
}

gboolean
hs_store_answer_command (HsStore *store,
                         const HsId *device,
                         const HsId *id,
                         HsCommandResult result,
                         const char *sentence,
                         GError **error)
{
  g_autoptr (HsStoreCommand) command = hs_store_get_command (store, id, error);

  if (command == NULL)
    return FALSE;
  if (!hs_id_equal (&command->device, device))
    {
      g_set_error (error, HS_ERROR, HS_ERROR_NOT_FOUND, "there is no such command");
      return FALSE;
    }
  return hs_store_sqlite_run (store, error,
                              "UPDATE commands SET state=2, result=?, sentence=? WHERE id=? AND"
                              " state<>2",
                              "ttd", hs_command_result_to_keyword (result), sentence, id);
}

gboolean
hs_store_close_job_commands (HsStore *store, const HsId *job, GError **error)
{
  return hs_store_sqlite_run (store, error,
                              "UPDATE commands SET state=2, result=? WHERE job=? AND state=1", "td",
                              hs_command_result_to_keyword (HS_COMMAND_DONE), job);
}

gboolean
hs_store_find_last_printer (HsStore *store, const HsId *identity, HsId *printer, GError **error)
{
  g_autoptr (sqlite3_stmt) statement
      = hs_store_sqlite_prepare (store, error,
                                 "SELECT printer FROM commands WHERE asked_by=? AND printer IS NOT"
                                 " NULL ORDER BY asked_us DESC LIMIT 1",
                                 "d", identity);
  HsStoreRow row
      = statement != NULL ? hs_store_sqlite_step (store, statement, error) : HS_STORE_ROW_ERROR;

  if (row == HS_STORE_ROW_ERROR)
    return FALSE;
  if (row == HS_STORE_ROW_ONE)
    hs_store_sqlite_id (statement, 0, printer);
  else
    *printer = (HsId){ { 0 } };
  return TRUE;
}

/* ── signed documents ────────────────────────────────────────────────────────────────────── */

gboolean
hs_store_get_document (
    HsStore *store, HsStoreDocument kind, char **jws, guint64 *version, GError **error)
{
  g_autoptr (sqlite3_stmt) statement = hs_store_sqlite_prepare (
      store, error, "SELECT jws, version FROM documents WHERE kind=?", "i", (gint64)kind);
  HsStoreRow row
      = statement != NULL ? hs_store_sqlite_step (store, statement, error) : HS_STORE_ROW_ERROR;

  if (row == HS_STORE_ROW_ERROR)
    return FALSE;
  *jws = row == HS_STORE_ROW_ONE ? hs_store_sqlite_dup_text (statement, 0) : NULL;
  if (version != NULL)
    *version = row == HS_STORE_ROW_ONE ? (guint64)hs_store_sqlite_integer (statement, 1) : 0;
  return TRUE;
}

gboolean
hs_store_set_document (
    HsStore *store, HsStoreDocument kind, const char *jws, guint64 version, GError **error)
{
  if (jws == NULL)
    return hs_store_sqlite_run (store, error, "DELETE FROM documents WHERE kind=?", "i",
                                (gint64)kind);
  return hs_store_sqlite_run (
      store, error, "INSERT OR REPLACE INTO documents (kind, version, jws) VALUES (?,?,?)", "iit",
      (gint64)kind, (gint64)version, jws);
}

/* ── printers ────────────────────────────────────────────────────────────────────────────── */

gboolean
hs_store_set_printers (HsStore *store, const GPtrArray *printers, GError **error)
{
  if (!hs_store_sqlite_run (store, error, "DELETE FROM printers", ""))
    return FALSE;
  for (guint i = 0; i < printers->len; i++)
    {
      const HsStorePrinter *printer = g_ptr_array_index (printers, i);
      if (!hs_store_sqlite_run (store, error,
                                "INSERT INTO printers (uuid, place, name, location)"
                                " VALUES (?,?,?,?)",
                                "ditt", &printer->uuid, (gint64)i, printer->name,
                                printer->location))
        return FALSE;
    }
  return TRUE;
}

static gpointer
read_printer (sqlite3_stmt *statement)
{
  HsStorePrinter *printer = g_new0 (HsStorePrinter, 1);

  hs_store_sqlite_id (statement, 0, &printer->uuid);
  printer->name = hs_store_sqlite_dup_text (statement, 1);
  printer->location = hs_store_sqlite_dup_text (statement, 2);
  return printer;
}

GPtrArray *
hs_store_list_printers (HsStore *store, GError **error)
{
  return hs_store_sqlite_list (
      store,
      hs_store_sqlite_prepare (store, error,
                               "SELECT uuid, name, location FROM printers ORDER BY place", ""),
      read_printer, (GDestroyNotify)hs_store_printer_free, error);
}

HsStorePrinter *
hs_store_get_printer (HsStore *store, const HsId *uuid, GError **error)
{
  return hs_store_sqlite_get (
      store,
      hs_store_sqlite_prepare (store, error,
                               "SELECT uuid, name, location FROM printers WHERE uuid=?", "d", uuid),
      read_printer, "that printer is not on the organisation's list", error);
}
