/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Operations on jobs that are here. */

#include "base/error.h"
#include "serve/ipp/intake_private.h"

#include <string.h>

/* ── telling of jobs ─────────────────────────────────────────────────────────────────────── */

/* CUPS's clients list the jobs of a whole server, "ipp://localhost/", and read the queue's name from
 * the end of job-printer-uri; everybody else is told the URI that they came by. */
HsJobView
hs_ipp_exchange_get_view (HsIppExchange *exchange)
{
  const char *uri = hs_received_get_printer_uri (exchange->received);

  if (exchange->view_uri == NULL && strcmp (hs_received_get_path (exchange->received), "/") == 0)
    exchange->view_uri = g_strconcat (
        uri, "printers/", hs_printer_attributes_get_name (exchange->server->printer), NULL);
  return (HsJobView){ .printer_uri = exchange->view_uri != NULL ? exchange->view_uri : uri,
                      .now_us = g_get_real_time () };
}

void
hs_ipp_answer_with_job (HsIppExchange *exchange, const HsJob *job)
{
  static const char *const basics[]
      = { "job-id", "job-uri", "job-uuid", "job-state", "job-state-reasons", "job-state-message",
          NULL };
  HsJobView view = hs_ipp_exchange_get_view (exchange);

  hs_answer_select_exactly (exchange->answer, basics);
  hs_answer_add_job (exchange->answer, job, &view);
}

/* The job by its id, also while its document has not come. Borrowed. */
static const HsJob *
find_job (HsIppExchange *exchange)
{
  HsEngine *engine = exchange->server->engine;
  guint32 id = hs_received_get_job_id (exchange->received);
  const HsJob *job = hs_engine_find_job_by_ipp_id (engine, &exchange->caller, id);

  if (job != NULL)
    return job;
  HsIntake *intake = hs_engine_find_intake (engine, &exchange->caller, id);
  return intake != NULL ? hs_intake_get_job (intake) : NULL;
}

static const HsJob *
require_job (HsIppExchange *exchange)
{
  const HsJob *job = find_job (exchange);

  if (job == NULL)
    hs_ipp_exchange_refuse (exchange, IPP_STATUS_ERROR_NOT_FOUND, "there is no such job");
  return job;
}

void
hs_ipp_get_job_attributes (HsIppExchange *exchange)
{
  static const char *const all[] = { "all", NULL };
  const HsJob *job = require_job (exchange);
  HsJobView view = hs_ipp_exchange_get_view (exchange);

  if (job == NULL)
    return;
  hs_answer_select_jobs (exchange->answer, all);
  hs_answer_add_job (exchange->answer, job, &view);
  hs_ipp_exchange_complete (exchange);
}

/* ── Get-Jobs ────────────────────────────────────────────────────────────────────────────── */

static const struct
{
  const char *keyword;
  guint states; /* bits of 1 << IPP job-state */
} which_jobs[] = {
  { "not-completed", 1 << 3 | 1 << 4 | 1 << 5 | 1 << 6 },
  { "completed", 1 << 7 | 1 << 8 | 1 << 9 },
  { "all", 0x3f8 },
  { "pending", 1 << 3 },
  { "pending-held", 1 << 4 },
  { "processing", 1 << 5 },
  { "processing-stopped", 1 << 6 },
  { "canceled", 1 << 7 },
  { "aborted", 1 << 8 },
};

/* 0 for an unknown keyword. Given ids mean jobs in whatever state. */
static guint
get_wanted_states (const HsReceived *received)
{
  const char *which = hs_received_get_string (received, "which-jobs");

  if (which == NULL)
    return hs_received_has (received, "job-ids") ? 0x3f8 : which_jobs[0].states;
  for (gsize i = 0; i < G_N_ELEMENTS (which_jobs); i++)
    if (strcmp (which, which_jobs[i].keyword) == 0)
      return which_jobs[i].states;
  return 0;
}

/* "my jobs" of somebody who calls himself something else are none: nobody may see another's. */
static gboolean
is_mine (const HsJob *job, const char *name)
{
  return name == NULL || job->user_name == NULL || strcmp (job->user_name, name) == 0;
}

static void
add_jobs (HsIppExchange *exchange, guint states)
{
  const HsReceived *received = exchange->received;
  g_autoptr (GPtrArray) jobs = hs_engine_list_jobs (exchange->server->engine, &exchange->caller);
  HsJobView view = hs_ipp_exchange_get_view (exchange);
  gboolean only_mine = hs_received_get_boolean (received, "my-jobs", FALSE);
  const char *name = only_mine ? hs_received_get_string (received, "requesting-user-name") : NULL;
  gboolean has_ids = hs_received_has (received, "job-ids");
  gboolean newest_first = (states & which_jobs[0].states) == 0; /* RFC 8011 section 4.2.6.2 */
  int limit = hs_received_get_integer (received, "limit", G_MAXINT);
  int first = hs_received_get_integer (received, "first-index", 1);

  for (guint i = 0; i < jobs->len && limit > 0; i++)
    {
      const HsJob *job = jobs->pdata[newest_first ? jobs->len - 1 - i : i];
      if ((states & 1u << hs_job_state_to_ipp (job->state)) == 0 || !is_mine (job, name)
          || (has_ids && !hs_received_names (received, "job-ids", (int)job->ipp_id)) || --first > 0)
        continue;
      hs_answer_add_job (exchange->answer, job, &view);
      limit--;
    }
}

void
hs_ipp_get_jobs (HsIppExchange *exchange)
{
  static const char *const ids[] = { "job-id", "job-uri", NULL };
  guint states = get_wanted_states (exchange->received);

  if (states == 0)
    {
      hs_answer_refuse (exchange->answer, "which-jobs");
      hs_ipp_exchange_refuse (exchange, IPP_STATUS_ERROR_ATTRIBUTES_OR_VALUES,
                              "which-jobs has a value that this printer does not know");
      return;
    }
  hs_answer_select_jobs (exchange->answer, ids);
  add_jobs (exchange, states);
  hs_ipp_exchange_complete (exchange);
}

/* ── actions ─────────────────────────────────────────────────────────────────────────────── */

static void
on_acted (GObject *source, GAsyncResult *result, gpointer user_data)
{
  HsIppExchange *exchange = user_data;
  g_autoptr (GError) problem = NULL;

  if (hs_engine_action_finish (exchange->server->engine, result, &problem))
    hs_ipp_exchange_complete (exchange);
  else
    hs_ipp_exchange_fail (exchange, problem);
  hs_ipp_exchange_unref (exchange);
}

void
hs_ipp_cancel_job (HsIppExchange *exchange)
{
  HsIppIntake *server = exchange->server;
  HsIntake *intake = hs_engine_find_intake (server->engine, &exchange->caller,
                                            hs_received_get_job_id (exchange->received));

  if (intake != NULL)
    {
      HsIppExchange *arrival = g_hash_table_lookup (server->arrivals, intake);
      if (arrival == NULL)
        hs_intake_abort (intake);
      else if (arrival->is_finishing)
        {
          hs_ipp_exchange_refuse (exchange, IPP_STATUS_ERROR_BUSY,
                                  "this job is being stored at this moment; try again");
          return;
        }
      else
        {
          hs_ipp_exchange_ref (arrival);
          hs_ipp_exchange_abort_document (arrival);
          hs_ipp_exchange_refuse (arrival, IPP_STATUS_ERROR_JOB_CANCELED, "the job was cancelled");
          hs_ipp_exchange_unref (arrival);
        }
      hs_ipp_exchange_complete (exchange);
      return;
    }
  const HsJob *job = require_job (exchange);
  if (job == NULL)
    return;
  if (hs_job_state_is_final (job->state))
    hs_ipp_exchange_refuse (exchange, IPP_STATUS_ERROR_NOT_POSSIBLE, "this job is over already");
  else
    hs_engine_cancel_async (server->engine, &exchange->caller, &job->id, NULL, on_acted,
                            hs_ipp_exchange_ref (exchange));
}

typedef struct
{
  HsIppExchange *exchange;
  guint running;
  gboolean is_started; /* all were begun */
} CancelAll;

static void
end_cancel_all (CancelAll *all)
{
  if (all->running > 0 || !all->is_started)
    return;
  hs_ipp_exchange_complete (all->exchange);
  hs_ipp_exchange_unref (all->exchange);
  g_free (all);
}

static void
on_one_cancelled (GObject *source, GAsyncResult *result, gpointer user_data)
{
  CancelAll *all = user_data;
  g_autoptr (GError) problem = NULL;

  if (!hs_engine_action_finish (all->exchange->server->engine, result, &problem))
    hs_answer_set_status (all->exchange->answer, hs_ipp_status_of (problem, all->exchange),
                          problem->message);
  all->running--;
  end_cancel_all (all);
}

/* Cancel-My-Jobs, and Cancel-Jobs, which for people who are no operators means the same. Ids that
 * are not the caller's look like ids that do not exist, and then nothing is cancelled. */
void
hs_ipp_cancel_my_jobs (HsIppExchange *exchange)
{
  HsEngine *engine = exchange->server->engine;
  g_autoptr (GPtrArray) jobs = hs_engine_list_jobs (engine, &exchange->caller);
  gboolean has_ids = hs_received_has (exchange->received, "job-ids");
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (HsId));
  guint found = 0;

  for (guint i = 0; i < jobs->len; i++)
    {
      const HsJob *job = jobs->pdata[i];
      if (!hs_received_names (exchange->received, "job-ids", (int)job->ipp_id))
        continue;
      found++;
      if (!hs_job_state_is_final (job->state))
        g_array_append_val (ids, job->id);
      else if (has_ids)
        hs_answer_set_status (exchange->answer, IPP_STATUS_ERROR_NOT_POSSIBLE,
                              "one of these jobs is over already");
    }
  if (has_ids && found < hs_received_count (exchange->received, "job-ids"))
    hs_answer_set_status (exchange->answer, IPP_STATUS_ERROR_NOT_FOUND,
                          "one of these jobs does not exist");
  if (hs_answer_is_error (exchange->answer) || ids->len == 0)
    {
      hs_ipp_exchange_complete (exchange);
      return;
    }
  CancelAll *all = g_new0 (CancelAll, 1);
  all->exchange = hs_ipp_exchange_ref (exchange);
  for (guint i = 0; i < ids->len; i++)
    {
      all->running++;
      hs_engine_cancel_async (engine, &exchange->caller, &g_array_index (ids, HsId, i), NULL,
                              on_one_cancelled, all);
    }
  all->is_started = TRUE;
  end_cancel_all (all);
}

void
hs_ipp_hold_job (HsIppExchange *exchange)
{
  const HsJob *job = require_job (exchange);

  if (job == NULL)
    return;
  if (job->state == HS_JOB_HELD || job->state == HS_JOB_RECEIVING)
    hs_ipp_exchange_complete (exchange); /* it is held as it is */
  else
    hs_engine_hold_async (exchange->server->engine, &exchange->caller, &job->id, NULL, on_acted,
                          hs_ipp_exchange_ref (exchange));
}

/* IPP's Release-Job names no printer. Where the job has been released before it goes there again;
 * else the house rules may choose; else a person must. */
void
hs_ipp_release_job (HsIppExchange *exchange)
{
  const HsIppIntakeOptions *options = &exchange->server->options;
  const HsJob *job = require_job (exchange);

  if (job == NULL)
    return;
  HsId printer = job->printer;
  if (hs_id_is_zero (&printer)
      && (options->choose_printer == NULL
          || !options->choose_printer (&exchange->caller, job, &printer, options->user_data)))
    {
      hs_ipp_exchange_refuse (exchange, IPP_STATUS_ERROR_NOT_POSSIBLE,
                              "choose a printer: in the tray, on the release page, or with "
                              "'homespool release JOB --printer NAME'");
      return;
    }
  hs_engine_release_async (exchange->server->engine, &exchange->caller, &job->id, &printer, NULL,
                           NULL, on_acted, hs_ipp_exchange_ref (exchange));
}

/* The ticket is sealed with the document and stays as it is; only holding can be set. */
void
hs_ipp_set_job_attributes (HsIppExchange *exchange)
{
  const char *hold = hs_received_get_job_string (exchange->received, "job-hold-until");

  if (require_job (exchange) == NULL)
    return;
  if (hs_answer_refuse_job_attributes (exchange->answer, "job-hold-until") > 0)
    hs_ipp_exchange_refuse (exchange, IPP_STATUS_ERROR_ATTRIBUTES_NOT_SETTABLE,
                            "a job is sealed when it is printed; print it again to change it");
  else if (g_strcmp0 (hold, "no-hold") == 0)
    hs_ipp_release_job (exchange);
  else if (g_strcmp0 (hold, "indefinite") == 0)
    hs_ipp_hold_job (exchange);
  else
    hs_ipp_exchange_refuse (exchange, IPP_STATUS_ERROR_BAD_REQUEST,
                            "the request sets nothing that this printer knows");
}
