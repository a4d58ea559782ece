/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The store on SQLite: jobs. E is unique over all jobs that are remembered, so the site never makes
 * two shares for one E; an E is forgotten only with its job, long after its release key. */

#include "base/error.h"
#include "site/store/sqlite.h"
#include "site/store/delegations.h"

#include <string.h>

#define JOB_COLUMNS                                                                                \
  "jobs.id, jobs.owner, e, epoch, format, size_bytes, jobs.impressions, impressions_source, "      \
  "jobs.colour, sides, copies, media, jobs.title, jobs.created_us, expires_us, jobs.device, "      \
  "state, "                                                                                        \
  "reasons, "                                                                                      \
  "sentence, announced_us, changed_us, share_issued_us, reports.printer, reports.impressions, "    \
  "reports.sheets, jobs.sealed_title, claimed_us, recipients"
#define JOB_TABLES "jobs LEFT JOIN reports ON reports.job=jobs.id"

static gpointer
read_job (sqlite3_stmt *statement)
{
  HsStoreJob *job = g_new0 (HsStoreJob, 1);
  HsAnnounce *announce = &job->announce;

  hs_store_sqlite_id (statement, 0, &announce->job);
  hs_store_sqlite_id (statement, 1, &announce->owner);
  hs_store_sqlite_bytes (statement, 2, announce->e, sizeof announce->e);
  announce->epoch = (guint64)hs_store_sqlite_integer (statement, 3);
  announce->format = hs_store_sqlite_dup_text (statement, 4);
  announce->size_bytes = (guint64)hs_store_sqlite_integer (statement, 5);
  announce->impressions = (guint32)hs_store_sqlite_integer (statement, 6);
  announce->impressions_source = (HsCountSource)hs_store_sqlite_integer (statement, 7);
  announce->colour = (HsColour)hs_store_sqlite_integer (statement, 8);
  announce->sides = (HsSides)hs_store_sqlite_integer (statement, 9);
  announce->copies = (guint32)hs_store_sqlite_integer (statement, 10);
  announce->media = hs_store_sqlite_dup_text (statement, 11);
  announce->title = hs_store_sqlite_dup_text (statement, 12);
  announce->created_at_us = hs_store_sqlite_integer (statement, 13);
  announce->expires_at_us = hs_store_sqlite_integer (statement, 14);
  hs_store_sqlite_id (statement, 15, &job->device);
  job->state = hs_job_state_from_keyword ((const char *)sqlite3_column_text (statement, 16));
  g_autofree char *reasons = hs_store_sqlite_dup_text (statement, 17);
  job->reasons
      = reasons != NULL && *reasons != '\0' ? g_strsplit (reasons, " ", -1) : g_new0 (char *, 1);
  job->sentence = hs_store_sqlite_dup_text (statement, 18);
  job->announced_us = hs_store_sqlite_integer (statement, 19);
  job->changed_us = hs_store_sqlite_integer (statement, 20);
  job->share_issued_us = hs_store_sqlite_integer (statement, 21);
  hs_store_sqlite_id (statement, 22, &job->printer);
  job->result_impressions = (guint32)hs_store_sqlite_integer (statement, 23);
  job->result_sheets = (guint32)hs_store_sqlite_integer (statement, 24);
  announce->sealed_title = hs_store_sqlite_dup_bytes (statement, 25);
  job->claimed_us = hs_store_sqlite_integer (statement, 26);
  g_autofree char *recipients = hs_store_sqlite_dup_text (statement, 27);
  announce->recipients = recipients != NULL ? g_strsplit (recipients, "\n", -1) : NULL;
  return job;
}

HsStoreJob *
hs_store_get_job (HsStore *store, const HsId *job, GError **error)
{
  return hs_store_sqlite_get (
      store,
      hs_store_sqlite_prepare (
          store, error, "SELECT " JOB_COLUMNS " FROM " JOB_TABLES " WHERE jobs.id=?", "d", job),
      read_job, "there is no such document any more", error);
}

static gboolean
has_e (const HsAnnounce *announce)
{
  static const guint8 zeros[HS_JOB_E_BYTES];

  return memcmp (announce->e, zeros, sizeof zeros) != 0;
}

static gboolean
is_announced_owner (const HsStoreJob *job, const HsId *owner)
{
  return job->claimed_us != 0 ? hs_id_is_zero (owner) : hs_id_equal (&job->announce.owner, owner);
}

/* Is the job known already? *known: the same announcement came before. One without E brings nothing
 * new: so a workstation tells of what is over, for a site that was put back to an older state. */
static gboolean
check_first (
    HsStore *store, const HsAnnounce *announce, const HsId *device, gboolean *known, GError **error)
{
  g_autoptr (GError) reason = NULL;
  g_autoptr (HsStoreJob) job = hs_store_get_job (store, &announce->job, &reason);

  *known = job != NULL;
  if (job == NULL && !g_error_matches (reason, HS_ERROR, HS_ERROR_NOT_FOUND))
    {
      g_propagate_error (error, g_steal_pointer (&reason));
      return FALSE;
    }
  if (job == NULL)
    return TRUE;
  if (hs_id_equal (&job->device, device) && is_announced_owner (job, &announce->owner)
      && (!has_e (announce)
          || (memcmp (job->announce.e, announce->e, HS_JOB_E_BYTES) == 0
              && job->announce.epoch == announce->epoch)))
    return TRUE;
  g_set_error (error, HS_ERROR, HS_ERROR_REFUSED,
               "this job was announced before with another workstation, owner or E");
  return FALSE;
}

/* Walks the index only, and no further than the limit: it runs once for each announcement. */
static gboolean
check_room (HsStore *store, const HsId *device, GError **error)
{
  g_autoptr (sqlite3_stmt) statement = hs_store_sqlite_prepare (
      store, error, "SELECT 1 FROM jobs WHERE device=? AND is_final=0 LIMIT 1 OFFSET ?", "di",
      device, (gint64)HS_STORE_MAX_LIVE_JOBS - 1);
  HsStoreRow row
      = statement != NULL ? hs_store_sqlite_step (store, statement, error) : HS_STORE_ROW_ERROR;

  if (row == HS_STORE_ROW_ONE)
    g_set_error (error, HS_ERROR, HS_ERROR_NO_SPACE,
                 "this workstation has %u jobs waiting here; print or delete some",
                 HS_STORE_MAX_LIVE_JOBS);
  return row == HS_STORE_ROW_NONE;
}

static gboolean
check_new (HsStore *store, const HsAnnounce *announce, const HsId *device, GError **error)
{
  if (!check_room (store, device, error))
    return FALSE;
  if (!has_e (announce))
    return TRUE;
  g_autoptr (sqlite3_stmt) statement = hs_store_sqlite_prepare (
      store, error, "SELECT 1 FROM jobs WHERE e=?", "b", announce->e, (gsize)HS_JOB_E_BYTES);
  HsStoreRow row
      = statement != NULL ? hs_store_sqlite_step (store, statement, error) : HS_STORE_ROW_ERROR;
  if (row == HS_STORE_ROW_ONE)
    g_set_error (error, HS_ERROR, HS_ERROR_REFUSED, "this E belongs to another job");
  return row == HS_STORE_ROW_NONE;
}

gboolean
hs_store_add_job (
    HsStore *store, const HsAnnounce *announce, const HsId *device, gint64 now_us, GError **error)
{
  gboolean known = FALSE;

  if (!check_first (store, announce, device, &known, error))
    return FALSE;
  if (known)
    return TRUE;
  if (!check_new (store, announce, device, error))
    return FALSE;
  g_autofree char *recipients = g_strjoinv ("\n", announce->recipients);
  return hs_store_sqlite_run (
      store, error,
      "INSERT INTO jobs (id, device, owner, e, epoch, format, size_bytes, impressions,"
      " impressions_source, colour, sides, copies, media, title, created_us, expires_us, state,"
      " announced_us, changed_us, sealed_title, recipients)"
      " VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
      "dddbitiiiiiittiitiigt", &announce->job, device, &announce->owner,
      has_e (announce) ? announce->e : NULL, (gsize)HS_JOB_E_BYTES, (gint64)announce->epoch,
      announce->format, (gint64)announce->size_bytes, (gint64)announce->impressions,
      (gint64)announce->impressions_source, (gint64)announce->colour, (gint64)announce->sides,
      (gint64)announce->copies, announce->media, announce->title, announce->created_at_us,
      announce->expires_at_us, hs_job_state_to_keyword (HS_JOB_HELD), now_us, now_us,
      announce->sealed_title, recipients);
}

gboolean
hs_store_claim_job (
    HsStore *store, const HsId *job, const HsId *identity, gint64 now_us, GError **error)
{
  if (!hs_store_sqlite_run (store, error,
                            "UPDATE jobs SET owner=?, claimed_us=?, changed_us=? WHERE id=? AND"
                            " owner IS NULL AND is_final=0",
                            "diid", identity, now_us, now_us, job))
    return FALSE;
  if (sqlite3_changes (store->database) == 1)
    return TRUE;
  g_set_error (error, HS_ERROR, HS_ERROR_REFUSED, "that job has an owner, or is over");
  return FALSE;
}

GPtrArray *
hs_store_list_jobs (
    HsStore *store, const HsId *owner, gint64 recent_us, guint limit, GError **error)
{
  return hs_store_sqlite_list (
      store,
      hs_store_sqlite_prepare (store, error,
                               "SELECT " JOB_COLUMNS " FROM " JOB_TABLES
                               " WHERE jobs.owner=? AND (is_final=0 OR changed_us>=?)"
                               " ORDER BY is_final, jobs.created_us DESC, jobs.id LIMIT ?",
                               "dii", owner, recent_us, (gint64)limit),
      read_job, (GDestroyNotify)hs_store_job_free, error);
}

GPtrArray *
hs_store_list_delegated_jobs (
    HsStore *store, const HsId *delegate, gint64 now_us, guint limit, GError **error)
{
  return hs_store_sqlite_list (
      store,
      hs_store_sqlite_prepare (store, error,
                               "SELECT " JOB_COLUMNS " FROM " JOB_TABLES
                               " WHERE jobs.id IN (SELECT job FROM delegated WHERE delegate=? AND"
                               " until_us>?) ORDER BY jobs.created_us DESC, jobs.id LIMIT ?",
                               "dii", delegate, now_us, (gint64)limit),
      read_job, (GDestroyNotify)hs_store_job_free, error);
}

gboolean
hs_store_set_job_state (HsStore *store,
                        const HsId *job,
                        HsJobState state,
                        const char *const *reasons,
                        const char *sentence,
                        gint64 now_us,
                        GError **error)
{
  g_autofree char *joined
      = reasons != NULL ? g_strjoinv (" ", (char **)(gpointer)reasons) : g_strdup ("");

  if (hs_job_state_is_final (state)
      && !hs_store_sqlite_run (store, error, "DELETE FROM delegations WHERE job=?", "d", job))
    return FALSE;
  return hs_store_sqlite_run (store, error,
                              "UPDATE jobs SET state=?1, is_final=?2, reasons=?3, sentence=?4,"
                              " changed_us=?5, sealed_title=iif(?2, NULL, sealed_title)"
                              " WHERE id=?6 AND is_final=0",
                              "titti"
                              "d",
                              hs_job_state_to_keyword (state),
                              (gint64)hs_job_state_is_final (state), joined, sentence, now_us, job);
}

gboolean
hs_store_set_job_paper (
    HsStore *store, const HsId *job, guint32 copies, HsSides sides, HsColour colour, GError **error)
{
  return hs_store_sqlite_run (
      store, error, "UPDATE jobs SET copies=?, sides=?, colour=? WHERE id=? AND is_final=0", "iiid",
      (gint64)copies, (gint64)sides, (gint64)colour, job);
}

gboolean
hs_store_set_share_issued (HsStore *store, const HsId *job, gint64 now_us, GError **error)
{
  return hs_store_sqlite_run (store, error,
                              "UPDATE jobs SET share_issued_us=? WHERE id=? AND share_issued_us=0",
                              "id", now_us, job);
}

gboolean
hs_store_count_epoch_jobs (
    HsStore *store, const HsId *device, guint64 epoch, gint64 now_us, guint *count, GError **error)
{
  g_autoptr (sqlite3_stmt) statement
      = hs_store_sqlite_prepare (store, error,
                                 "SELECT count(*) FROM jobs WHERE device=? AND is_final=0 AND"
                                 " epoch=? AND expires_us>?",
                                 "dii", device, (gint64)epoch, now_us);

  if (statement == NULL || hs_store_sqlite_step (store, statement, error) != HS_STORE_ROW_ONE)
    return FALSE;
  *count = (guint)hs_store_sqlite_integer (statement, 0);
  return TRUE;
}

GPtrArray *
hs_store_list_device_jobs (HsStore *store, const HsId *device, GError **error)
{
  return hs_store_sqlite_list (
      store,
      hs_store_sqlite_prepare (
          store, error,
          "SELECT " JOB_COLUMNS " FROM " JOB_TABLES
          " WHERE jobs.device=? AND is_final=0 ORDER BY jobs.created_us, jobs.id",
          "d", device),
      read_job, (GDestroyNotify)hs_store_job_free, error);
}

GArray *
hs_store_list_owners (HsStore *store, const HsId *device, GError **error)
{
  return hs_store_sqlite_list_ids (
      store,
      hs_store_sqlite_prepare (store, error,
                               "SELECT DISTINCT owner FROM jobs WHERE device=? AND is_final=0"
                               " AND owner IS NOT NULL",
                               "d", device),
      error);
}
