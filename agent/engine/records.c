/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* What goes to the outbox, in the transaction of the change that it tells. A workstation that
 * belongs to no site writes none: nobody would ever fetch them. */

#include "engine/engine_private.h"

#include "core/identity.h"
#include "core/notices.h"
#include "core/wire/announce.h"
#include "core/wire/report.h"
#include "core/wire/state_notice.h"
#include "engine/event_draft.h"

/* ── whose job it is, for the site ───────────────────────────────────────────────────────── */

gboolean
hs_records_find_owner (HsEngine *engine, const HsJob *job, HsId *owner)
{
  const HsOwnerKeys *keys = &engine->parts.owner_keys;
  HsId identity;

  *owner = job->owner;
  if (hs_id_is_zero (&job->owner) || !hs_identity_is_local (&job->owner, job->owner_uid))
    return TRUE;
  /* The local identity means nothing elsewhere. */
  *owner = (HsId){ 0 };
  if (!keys->find_identity (keys->data, job->owner_uid, &identity)
      || hs_identity_is_local (&identity, job->owner_uid))
    return FALSE;
  *owner = identity;
  return TRUE;
}

gboolean
hs_records_must_wait (HsEngine *engine, const HsJob *job)
{
  HsId owner;

  return engine->bundle != NULL && !hs_job_state_is_final (job->state)
         && !hs_records_find_owner (engine, job, &owner);
}

/* ── records ─────────────────────────────────────────────────────────────────────────────── */

static void
add_as (HsEngine *engine,
        HsLedgerBatch *batch,
        HsRecordKind kind,
        gboolean offline,
        json_t *body,
        guint *count)
{
  hs_event_draft_append (batch, kind, hs_engine_now_us (engine), offline, body);
  (*count)++;
}

static void
add (HsEngine *engine, HsLedgerBatch *batch, HsRecordKind kind, json_t *body, guint *count)
{
  add_as (engine, batch, kind, !engine->site_online, body, count);
}

/* What was released without the site was printed without it, though it may be back at the last page. */
static void
add_report (HsEngine *engine, HsLedgerBatch *batch, const HsJob *job, guint *count)
{
  gboolean was_offline = job->state == HS_JOB_DELIVERED && job->offline;

  add_as (engine, batch, HS_RECORD_REPORT, was_offline || !engine->site_online,
          hs_report_encode (job), count);
}

static gboolean
is_enrolled (HsEngine *engine)
{
  return engine->bundle != NULL;
}

/* What a job from before the enrolment is sealed with stays; the site hears whose it is there.
 * Returns: (transfer full). */
static HsJob *
dup_as_told (HsEngine *engine, const HsJob *job)
{
  HsJob *told = hs_job_copy (job);

  (void)hs_records_find_owner (engine, job, &told->owner);
  if (told->expires_at_us == 0)
    told->expires_at_us = told->finished_at_us; /* an audit line */
  return told;
}

static void
add_announcement (HsEngine *engine, HsLedgerBatch *batch, const HsJob *job, guint *count)
{
  g_autoptr (HsJob) told = dup_as_told (engine, job);
  HsTitlePolicy title_policy = HS_TITLE_POLICY_NONE;
  g_autoptr (GBytes) sealed_title = NULL;

  /* Nobody could prove whose title it would be. */
  if (job->owner_kind == HS_OWNER_PROVEN)
    title_policy = engine->bundle->policy.title_policy;
  if (title_policy == HS_TITLE_POLICY_SEALED)
    sealed_title = hs_sealed_titles_dup (engine, job);
  add (engine, batch, HS_RECORD_ANNOUNCE, hs_announce_encode (told, title_policy, sealed_title),
       count);
}

void
hs_records_add_for_step (HsEngine *engine,
                         HsLedgerBatch *batch,
                         const HsJob *before,
                         const HsJob *job,
                         HsJobEffects effects,
                         guint *count)
{
  gboolean with_paper = !hs_print_options_are_none (&job->changed)
                        || !hs_print_options_are_equal (&job->changed, &before->changed);

  if (!is_enrolled (engine))
    return;
  if (effects & HS_EFFECT_ANNOUNCE)
    add_announcement (engine, batch, job, count);
  if ((effects & HS_EFFECT_REPORT) && hs_job_state_is_final (job->state))
    add_report (engine, batch, job, count);
  else if (effects & HS_EFFECT_REPORT)
    add (engine, batch, HS_RECORD_STATE, hs_state_notice_encode (job, with_paper), count);
}

void
hs_records_add_claim (HsEngine *engine, HsLedgerBatch *batch, const HsJob *job, guint *count)
{
  if (is_enrolled (engine))
    add (engine, batch, HS_RECORD_CLAIM, hs_claim_notice_encode (&job->id, &job->owner), count);
}

void
hs_records_add_erased (HsEngine *engine, HsLedgerBatch *batch, const HsId *job, guint *count)
{
  if (is_enrolled (engine))
    add (engine, batch, HS_RECORD_ERASED, hs_erased_notice_encode (job), count);
}

void
hs_records_add_command_result (HsEngine *engine,
                               HsLedgerBatch *batch,
                               const HsId *command,
                               const HsId *job,
                               HsCommandResult result,
                               const char *sentence,
                               guint *count)
{
  HsLedgerCommand executed = { .id = *command,
                               .at_us = hs_engine_now_us (engine),
                               .result = (char *)hs_command_result_to_keyword (result),
                               .sentence = (char *)sentence };

  if (job != NULL)
    executed.job = *job;
  hs_ledger_batch_put_command (batch, &executed);
  if (is_enrolled (engine))
    add (engine, batch, HS_RECORD_COMMAND_RESULT,
         hs_command_result_encode (command, result, sentence), count);
}

void
hs_records_tell (HsEngine *engine, guint count)
{
  engine->outbox_head += count;
  if (count > 0 && engine->parts.site.outbox_grew != NULL)
    engine->parts.site.outbox_grew (engine->parts.site.data);
}
