/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* What workstations tell. One function per kind of record; each returns FALSE with an error of a
 * kind that says whose fault it is: REFUSED, NOT_FOUND, INVALID and NO_SPACE are the record's (it is
 * kept with the refusal), everything else is ours (nothing is kept, the workstation tries again). */

#define HS_LOG_AREA "events"

#include "site/devices/event_intake.h"

#include "base/error.h"
#include "base/log.h"
#include "core/wire/announce.h"
#include "core/wire/local_job.h"
#include "core/wire/report.h"
#include "core/wire/state_notice.h"
#include "site/people/erasure.h"
#include "site/store/reports.h"

#include <string.h>

typedef struct
{
  HsSite *site;
  const HsId *device;
  const HsEventRecord *record;
  gint64 now_us;
  GHashTable *touched;
} Intake;

GHashTable *
hs_event_intake_new_touched (void)
{
  return g_hash_table_new_full (hs_id_hash, hs_id_equal_func, g_free, NULL);
}

void
hs_event_intake_touch (GHashTable *touched, const HsId *identity)
{
  if (!hs_id_is_zero (identity))
    g_hash_table_add (touched, g_memdup2 (identity, sizeof *identity));
}

/* The job, if it is this workstation's. */
static HsStoreJob *
get_own_job (Intake *intake, const HsId *id, GError **error)
{
  g_autoptr (HsStoreJob) job = hs_store_get_job (intake->site->store, id, error);

  if (job == NULL)
    return NULL;
  if (!hs_id_equal (&job->device, intake->device))
    {
      g_set_error (error, HS_ERROR, HS_ERROR_REFUSED, "that job is on another workstation");
      return NULL;
    }
  hs_event_intake_touch (intake->touched, &job->announce.owner);
  return g_steal_pointer (&job);
}

/* The organisation decides whether titles may be here; a workstation that sends one all the same is
 * not followed. */
static void
forget_title (Intake *intake, HsAnnounce *announce)
{
  const HsBundle *bundle = hs_site_get_bundle (intake->site, NULL);
  HsTitlePolicy policy = bundle != NULL ? bundle->policy.title_policy : HS_TITLE_POLICY_NONE;

  if (policy != HS_TITLE_POLICY_FULL)
    g_clear_pointer (&announce->title, g_free);
  if (policy != HS_TITLE_POLICY_SEALED)
    g_clear_pointer (&announce->sealed_title, g_bytes_unref);
}

/* A workstation that was off while its person was erased tells of documents from before: they are
 * nobody's here, and to be deleted there. */
static gboolean
forget_erased (Intake *intake, HsAnnounce *announce, gboolean *is_erased, GError **error)
{
  *is_erased = FALSE;
  if (hs_id_is_zero (&announce->owner))
    return TRUE;
  if (!hs_erasure_covers (intake->site, &announce->owner, announce->created_at_us, is_erased,
                          error))
    return FALSE;
  if (!*is_erased)
    return TRUE;
  announce->owner = (HsId){ { 0 } };
  g_clear_pointer (&announce->title, g_free);
  g_clear_pointer (&announce->sealed_title, g_bytes_unref);
  return TRUE;
}

static gboolean
take_announce (Intake *intake, GError **error)
{
  g_autoptr (HsAnnounce) announce = hs_announce_decode (intake->record->body, error);
  gboolean is_erased = FALSE;

  if (announce == NULL)
    return FALSE;
  forget_title (intake, announce);
  /* Only a job that is taken is this workstation's, and its to delete. */
  if (!forget_erased (intake, announce, &is_erased, error)
      || !hs_store_add_job (intake->site->store, announce, intake->device, intake->now_us, error)
      || (is_erased
          && !hs_erasure_cancel_job (intake->site, intake->device, &announce->job, intake->now_us,
                                     error)))
    return FALSE;
  hs_event_intake_touch (intake->touched, &announce->owner);
  return TRUE;
}

static gboolean
set_state (Intake *intake,
           const HsId *id,
           HsJobState state,
           const char *const *reasons,
           const char *sentence,
           GError **error)
{
  HsStore *store = intake->site->store;

  return hs_store_set_job_state (store, id, state, reasons, sentence, intake->now_us, error)
         && (!hs_job_state_is_final (state) || hs_store_close_job_commands (store, id, error));
}

static gboolean
take_state (Intake *intake, GError **error)
{
  g_autoptr (HsStateNotice) notice = hs_state_notice_decode (intake->record->body, error);
  g_autoptr (HsStoreJob) job = NULL;

  if (notice == NULL || (job = get_own_job (intake, &notice->job, error)) == NULL)
    return FALSE;
  if (notice->has_paper
      && !hs_store_set_job_paper (intake->site->store, &notice->job, notice->copies, notice->sides,
                                  notice->colour, error))
    return FALSE;
  return set_state (intake, &notice->job, notice->state, (const char *const *)notice->reasons,
                    notice->sentence, error);
}

static gboolean
take_report (Intake *intake, GError **error)
{
  g_autoptr (HsStoreJob) job = NULL;
  HsReport report;

  if (!hs_report_decode (intake->record->body, &report, error)
      || (job = get_own_job (intake, &report.job, error)) == NULL)
    return FALSE;
  return hs_store_add_report (intake->site->store, &report, intake->record->offline, intake->now_us,
                              error)
         && set_state (intake, &report.job, report.outcome, (const char *const *)job->reasons,
                       job->sentence, error);
}

static gboolean
take_erased (Intake *intake, GError **error)
{
  g_autoptr (HsStoreJob) job = NULL;
  HsId id;

  if (!hs_erased_notice_decode (intake->record->body, &id, error)
      || (job = get_own_job (intake, &id, error)) == NULL)
    return FALSE;
  /* Erased without a report: the workstation forgot it, so nobody waits for it any more. */
  return hs_job_state_is_final (job->state)
         || set_state (intake, &id, HS_JOB_CANCELLED, NULL, NULL, error);
}

static gboolean
take_power (Intake *intake, GError **error)
{
  HsPowerNotice power = HS_POWER_NONE;

  if (!hs_power_notice_decode (intake->record->body, &power, error))
    return FALSE;
  g_autoptr (GArray) owners = hs_store_list_owners (intake->site->store, intake->device, error);
  if (owners == NULL)
    return FALSE;
  for (guint i = 0; i < owners->len; i++)
    hs_event_intake_touch (intake->touched, &g_array_index (owners, HsId, i));
  return hs_store_set_power (intake->site->store, intake->device, power, intake->record->at_us,
                             error);
}

static gboolean
take_agent (Intake *intake, GError **error)
{
  g_autofree char *version = NULL;
  char device[HS_ID_TEXT_BYTES];
  HsAgentNotice notice = HS_AGENT_NONE;

  if (!hs_agent_notice_decode (intake->record->body, &notice, &version, error))
    return FALSE;
  if (notice == HS_AGENT_ROLLED_BACK || notice == HS_AGENT_SECRET_LOST)
    hs_log_warning ("workstation %s reports: %s", hs_id_format (intake->device, device),
                    hs_agent_notice_to_keyword (notice));
  return hs_store_set_version (intake->site->store, intake->device, version, error);
}

static gboolean
take_command_result (Intake *intake, GError **error)
{
  g_autofree char *sentence = NULL;
  HsCommandResult result = HS_COMMAND_NONE;
  HsId id;

  if (!hs_command_result_decode (intake->record->body, &id, &result, &sentence, error)
      || !hs_store_answer_command (intake->site->store, intake->device, &id, result, sentence,
                                   error))
    return FALSE;
  g_autoptr (HsStoreCommand) command = hs_store_get_command (intake->site->store, &id, error);
  if (command == NULL)
    return FALSE;
  hs_event_intake_touch (intake->touched, &command->asked_by);
  return TRUE;
}

/* A document without an owner gets the person who said at that workstation that it is theirs, and
 * who is signed in there at this moment. The workstation alone knows whose name is on it. */
static gboolean
take_claim (Intake *intake, GError **error)
{
  g_autoptr (HsStoreJob) job = NULL;
  HsStore *store = intake->site->store;
  gboolean is_signed_in = FALSE;
  HsId id, identity;

  if (!hs_claim_notice_decode (intake->record->body, &id, &identity, error)
      || (job = get_own_job (intake, &id, error)) == NULL)
    return FALSE;
  if (!hs_id_is_zero (&job->announce.owner))
    {
      if (job->claimed_us != 0 && hs_id_equal (&job->announce.owner, &identity))
        return TRUE;
      g_set_error (error, HS_ERROR, HS_ERROR_REFUSED, "that job has an owner");
      return FALSE;
    }
  if (!hs_store_has_session (store, &identity, intake->device, intake->now_us, &is_signed_in,
                             error))
    return FALSE;
  if (!is_signed_in)
    {
      g_set_error (error, HS_ERROR, HS_ERROR_REFUSED,
                   "whoever claims that job is not signed in at that workstation");
      return FALSE;
    }
  hs_event_intake_touch (intake->touched, &identity);
  return hs_store_claim_job (store, &id, &identity, intake->now_us, error);
}

/* Of a job printed past us; only where the organisation wants to know, whatever a workstation sends. */
static gboolean
take_local (Intake *intake, GError **error)
{
  const HsBundle *bundle = hs_site_get_bundle (intake->site, NULL);
  g_autoptr (HsLocalJob) job = hs_local_job_decode (intake->record->body, error);
  gboolean is_erased = FALSE;

  if (job == NULL)
    return FALSE;
  if (bundle == NULL || !bundle->policy.report_local)
    {
      g_set_error (error, HS_ERROR, HS_ERROR_REFUSED,
                   "the organisation's policy is that other printers' jobs are not reported");
      return FALSE;
    }
  if (!hs_id_is_zero (&job->owner)
      && !hs_erasure_covers (intake->site, &job->owner, job->created_at_us, &is_erased, error))
    return FALSE;
  if (is_erased)
    {
      job->owner = (HsId){ { 0 } };
      job->owner_source = HS_OWNER_SOURCE_NONE;
    }
  if (is_erased || bundle->policy.title_policy != HS_TITLE_POLICY_FULL)
    g_clear_pointer (&job->title, g_free);
  if (is_erased || bundle->policy.title_policy != HS_TITLE_POLICY_SEALED)
    g_clear_pointer (&job->sealed_title, g_bytes_unref);
  return hs_store_add_local_job (intake->site->store, job, intake->device, intake->record->offline,
                                 intake->now_us, error);
}

static gboolean
apply (Intake *intake, GError **error)
{
  switch (intake->record->kind)
    {
    case HS_RECORD_ANNOUNCE:
      return take_announce (intake, error);
    case HS_RECORD_STATE:
      return take_state (intake, error);
    case HS_RECORD_REPORT:
      return take_report (intake, error);
    case HS_RECORD_ERASED:
      return take_erased (intake, error);
    case HS_RECORD_POWER:
      return take_power (intake, error);
    case HS_RECORD_AGENT:
      return take_agent (intake, error);
    case HS_RECORD_COMMAND_RESULT:
      return take_command_result (intake, error);
    case HS_RECORD_CLAIM:
      return take_claim (intake, error);
    case HS_RECORD_LOCAL:
      return take_local (intake, error);
    case HS_RECORD_NONE:
    case HS_RECORD_N_KINDS:
    default:
      g_set_error (error, HS_ERROR, HS_ERROR_INVALID, "this kind of record is not known here");
      return FALSE;
    }
}

static gboolean
is_the_records_fault (const GError *reason)
{
  return reason->domain == HS_ERROR
         && (reason->code == HS_ERROR_REFUSED || reason->code == HS_ERROR_NOT_FOUND
             || reason->code == HS_ERROR_INVALID || reason->code == HS_ERROR_NO_SPACE);
}

static gboolean
take_one (Intake *intake, const guint8 *stream, GError **error)
{
  g_autoptr (GError) reason = NULL;
  char device[HS_ID_TEXT_BYTES];

  if (!apply (intake, &reason))
    {
      if (!is_the_records_fault (reason))
        {
          g_propagate_error (error, g_steal_pointer (&reason));
          return FALSE;
        }
      hs_log_warning ("workstation %s: record %" G_GUINT64_FORMAT " (%s) is not applied: %s",
                      hs_id_format (intake->device, device), intake->record->n,
                      hs_record_kind_to_keyword (intake->record->kind), reason->message);
    }
  return hs_store_add_record (intake->site->store, intake->device, stream, intake->record,
                              reason != NULL ? reason->message : NULL, intake->now_us, error);
}

gboolean
hs_event_intake_take (HsSite *site,
                      const HsId *device,
                      const guint8 stream[HS_STREAM_BYTES],
                      const GPtrArray *records,
                      gint64 now_us,
                      HsUploadAnswer *answer,
                      GHashTable *touched,
                      GError **error)
{
  Intake intake = { .site = site, .device = device, .now_us = now_us, .touched = touched };
  HsUploadAnswer chain;

  if (!hs_store_get_stream (site->store, device, stream, &chain, error))
    return FALSE;
  for (guint i = 0; i < records->len; i++)
    {
      const HsEventRecord *record = g_ptr_array_index (records, i);
      if (record->n <= chain.n)
        continue; /* sent again; if it differs, the next one will not fit */
      if (record->n != chain.n + 1 || memcmp (record->previous, chain.hash, sizeof chain.hash) != 0)
        break;
      intake.record = record;
      if (!take_one (&intake, stream, error))
        return FALSE;
      chain.n = record->n;
      memcpy (chain.hash, record->hash, sizeof chain.hash);
    }
  *answer = chain;
  return TRUE;
}
