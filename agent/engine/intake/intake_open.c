/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Before a document arrives: whose it will be, whether it may come, and who will be able to open
 * it. */

#include "engine/intake/intake_private.h"

#include "base/error.h"
#include "core/admission.h"
#include "core/bech32.h"
#include "core/identity.h"
#include "crypto/random.h"
#include "seal/claim_tag.h"

#include <string.h>

/* Open intakes at once; the servers bound their connections far below. */
#define MOST_INTAKES 256

/* ── limits ──────────────────────────────────────────────────────────────────────────────── */

static HsAdmissionLimits
get_limits (HsEngine *engine, HsOwnerKind kind)
{
  const HsConfig *config = engine->parts.config;
  HsAdmissionLimits limits = { .most_jobs = config->owner_jobs,
                               .most_bytes = config->owner_bytes,
                               .most_job_bytes = config->job_bytes };

  if (kind == HS_OWNER_UNPROVEN)
    {
      limits.most_jobs = config->unproven_jobs;
      limits.most_bytes = config->unproven_bytes;
    }
  if (engine->bundle != NULL)
    {
      limits.most_jobs = MIN (limits.most_jobs, engine->bundle->policy.quota_jobs);
      limits.most_bytes = MIN (limits.most_bytes, engine->bundle->policy.quota_bytes);
    }
  return limits;
}

/* All jobs whose owner nobody could prove share one account, and count against nobody's until they
 * are claimed. */
static gboolean
is_same_account (const HsJob *job, HsOwnerKind kind, const HsId *owner, guint32 uid)
{
  HsOwnerKind counts_as = job->owner_kind == HS_OWNER_CLAIMED ? HS_OWNER_PROVEN : job->owner_kind;

  if (counts_as != kind || hs_job_state_is_final (job->state))
    return FALSE;
  if (kind == HS_OWNER_UNPROVEN)
    return TRUE;
  if (!hs_id_is_zero (&job->owner) || !hs_id_is_zero (owner))
    return hs_id_equal (&job->owner, owner);
  return job->owner_uid == uid;
}

gboolean
hs_intake_check_quota (HsEngine *engine,
                       HsOwnerKind kind,
                       const HsId *owner,
                       guint32 uid,
                       const HsSlot *but,
                       guint64 job_bytes,
                       GError **error)
{
  HsAdmissionLimits limits = get_limits (engine, kind);
  HsUsage others = { 0 };

  for (guint i = 0; i < engine->order->len; i++)
    {
      const HsSlot *slot = g_ptr_array_index (engine->order, i);
      if (slot == but || !is_same_account (slot->job, kind, owner, uid))
        continue;
      others.jobs++;
      others.bytes += slot->intake != NULL ? slot->intake->pushed_bytes : slot->job->sealed_bytes;
    }
  /* The spool guards the disk's reserve itself while it writes. */
  return hs_admission_check (hs_admission_judge (&limits, &others, job_bytes, G_MAXUINT64), error);
}

/* ── who will be able to open it ─────────────────────────────────────────────────────────── */

static gboolean
add_escrow (HsEngine *engine, HsSealPlan *plan, GError **error)
{
  for (gsize i = 0; i < engine->bundle->n_escrow; i++)
    {
      const HsBundleEscrow *escrow = &engine->bundle->escrow[i];
      guint8 recipient[HS_X25519_BYTES];

      if (hs_bech32_decode (HS_BECH32_RECIPIENT_PREFIX, escrow->recipient,
                            strlen (escrow->recipient), recipient, sizeof recipient)
          != HS_X25519_BYTES)
        {
          g_set_error_literal (error, HS_ERROR, HS_ERROR_CORRUPT,
                               "The organisation's bundle names an escrow key that is not one. "
                               "Tell your administrator.");
          return FALSE;
        }
      hs_seal_plan_add_escrow (plan, escrow->name, recipient);
    }
  return TRUE;
}

/* Nobody's job is sealed to site and workstation only. */
static HsSealPlan *
make_plan (HsEngine *engine, const HsOwner *owner, const HsId *job, GError **error)
{
  const HsOwnerKeys *keys = &engine->parts.owner_keys;
  const HsReleaseKey *release_key = NULL;
  g_autoptr (HsSealPlan) plan = hs_seal_plan_new (&engine->device, job, &owner->identity);
  guint8 owner_public[HS_X25519_BYTES];
  gboolean is_proven = owner->kind == HS_OWNER_PROVEN;
  gboolean may_have_owner_key
      = is_proven && (engine->bundle == NULL || engine->bundle->policy.owner_stanza);

  if (may_have_owner_key && !hs_id_is_zero (&owner->identity)
      && keys->find_public (keys->data, &owner->identity, owner_public))
    hs_seal_plan_set_owner_key (plan, owner_public);
  if (engine->release_keys != NULL)
    release_key = hs_release_keys_find (engine->release_keys, hs_engine_now_us (engine));
  if (release_key != NULL)
    hs_seal_plan_set_release_key (plan, release_key->public_bytes, release_key->epoch,
                                  engine->parts.machine_secret, engine->parts.machine_generation);
  if (is_proven && engine->bundle != NULL && !add_escrow (engine, plan, error))
    return NULL;
  return hs_seal_plan_check (plan, error) ? g_steal_pointer (&plan) : NULL;
}

/* ── may it come ─────────────────────────────────────────────────────────────────────────── */

static gboolean
check_policy (HsEngine *engine, GError **error)
{
  if (engine->bundle == NULL || engine->site_online
      || engine->bundle->policy.offline != HS_OFFLINE_DENY)
    return TRUE;
  g_set_error_literal (error, HS_ERROR, HS_ERROR_REFUSED,
                       "The site server cannot be reached, and your organisation takes no jobs "
                       "without it. Try again when it is back.");
  return FALSE;
}

static gboolean
check (HsEngine *engine,
       const HsCaller *caller,
       const HsIntakeOffer *offer,
       HsOwner *owner,
       GError **error)
{
  hs_engine_assert_thread (engine);
  if (!hs_engine_check_ready (engine, error) || !check_policy (engine, error)
      || !hs_view_find_owner (engine, caller, owner, error)
      || !hs_intake_check_format (offer->format, error)
      || !hs_intake_check_quota (engine, owner->kind, &owner->identity, owner->uid, NULL,
                                 offer->announced_bytes, error)
      || !hs_spool_check_room (engine->parts.spool, offer->announced_bytes, error))
    return FALSE;
  if (engine->intakes->len < MOST_INTAKES)
    return TRUE;
  g_set_error_literal (error, HS_ERROR, HS_ERROR_TEMPORARY,
                       "Too many documents arrive at once. Try again in a moment.");
  return FALSE;
}

gboolean
hs_engine_check_offer (HsEngine *engine,
                       const HsCaller *caller,
                       const HsIntakeOffer *offer,
                       GError **error)
{
  HsOwner owner = { 0 };
  g_autoptr (HsSealPlan) plan = NULL;

  if (!check (engine, caller, offer, &owner, error))
    return FALSE;
  plan = make_plan (engine, &owner, &(HsId){ 0 }, error);
  return plan != NULL;
}

/* ── opening ─────────────────────────────────────────────────────────────────────────────── */

static gboolean
choose_ids (HsEngine *engine, HsJob *job, GError **error)
{
  if (!hs_random_id (&job->id, error))
    return FALSE;
  do
    {
      if (!hs_random_uint31 (&job->ipp_id, error))
        return FALSE;
    }
  while (g_hash_table_contains (engine->ipp_ids, GUINT_TO_POINTER (job->ipp_id)));
  return TRUE;
}

static void
fill_job (HsEngine *engine,
          HsJob *job,
          const HsCaller *caller,
          const HsOwner *owner,
          const HsIntakeOffer *offer)
{
  const char *name = caller->kind == HS_CALLER_PRINT_SYSTEM && caller->believed_name != NULL
                         ? caller->believed_name
                         : offer->claimed_name;

  job->owner_kind = owner->kind;
  job->owner = owner->identity;
  job->owner_uid = owner->uid;
  job->maker = caller->maker;
  /* An empty title is none: a name that nobody can read names nothing. */
  job->title = offer->title != NULL && *offer->title != '\0' ? g_strdup (offer->title) : NULL;
  job->user_name = g_strdup (name);
  job->ticket = offer->ticket != NULL ? g_bytes_ref (offer->ticket) : NULL;
  job->format = g_strdup (offer->format);
  job->impressions = offer->claimed_impressions;
  job->impressions_source = offer->claimed_impressions > 0 ? HS_COUNT_CLAIMED : HS_COUNT_UNKNOWN;
  job->colour = offer->colour;
  job->sides = offer->sides;
  job->copies = CLAMP (offer->copies, 1, 9999);
  job->media = g_strdup (offer->media);
  job->created_at_us = hs_engine_now_us (engine);
  job->expires_at_us = job->created_at_us + hs_retention_get_limit_us (engine, owner->kind);
}

/* So that the person whom it names can claim it, also after a restart. */
static gboolean
mark_claimed_name (HsEngine *engine, HsJob *job, GError **error)
{
  HsId named;

  if (job->owner_kind != HS_OWNER_UNPROVEN || engine->bundle == NULL
      || !hs_identity_derive (&engine->bundle->organisation, job->user_name, &named))
    return TRUE;
  return hs_claim_tag_compute (engine->parts.machine_secret, &job->id, &named, job->claim_tag,
                               error);
}

static HsIntakeWork *
make_work (HsEngine *engine, const HsJob *job, HsSealPlan *plan)
{
  HsIntakeWork *work = g_new0 (HsIntakeWork, 1);

  work->spool = engine->parts.spool;
  work->plan = plan;
  work->job = hs_job_copy (job);
  work->counts_pdf = engine->parts.count_pdf != NULL;
  return work;
}

HsIntake *
hs_engine_open_intake (HsEngine *engine,
                       const HsCaller *caller,
                       const HsIntakeOffer *offer,
                       GError **error)
{
  g_autoptr (HsJob) job = hs_job_new ();
  g_autoptr (HsSealPlan) plan = NULL;
  HsJobFacts facts = { 0 };
  HsJobStep step = { 0 };
  HsOwner owner = { 0 };
  HsIntakeWork *work = NULL;
  HsIntake *intake = NULL;

  if (!check (engine, caller, offer, &owner, error) || !choose_ids (engine, job, error))
    return NULL;
  plan = make_plan (engine, &owner, &job->id, error);
  if (plan == NULL || !hs_job_state_step (job->state, HS_EVENT_OPENED, &facts, &step, error))
    return NULL;
  fill_job (engine, job, caller, &owner, offer);
  if (!mark_claimed_name (engine, job, error))
    return NULL;
  job->state = step.state;
  job->reasons = step.reasons;
  work = make_work (engine, job, g_steal_pointer (&plan));
  intake = hs_intake_new (engine, hs_engine_add_slot (engine, g_steal_pointer (&job)), work);
  g_ptr_array_add (engine->intakes, hs_intake_ref (intake));
  return intake;
}

HsIntake *
hs_engine_find_intake (HsEngine *engine, const HsCaller *caller, guint32 ipp_id)
{
  const HsSlot *slot = g_hash_table_lookup (engine->ipp_ids, GUINT_TO_POINTER (ipp_id));

  hs_engine_assert_thread (engine);
  if (slot == NULL || slot->intake == NULL || slot->job->state != HS_JOB_RECEIVING
      || !hs_view_may_see (engine, caller, slot->job)
      || !hs_id_equal (&slot->job->maker, &caller->maker)) /* the owner may look, not feed */
    return NULL;
  return slot->intake;
}

static gpointer
copy_reference (gconstpointer intake, gpointer user_data)
{
  return hs_intake_ref ((HsIntake *)intake);
}

void
hs_engine_abort_intakes (HsEngine *engine, const HsId *owner)
{
  g_autoptr (GPtrArray) open = g_ptr_array_copy (engine->intakes, copy_reference, NULL);

  hs_engine_assert_thread (engine);
  for (guint i = 0; i < open->len; i++)
    {
      HsIntake *intake = g_ptr_array_index (open, i);
      if (intake->slot != NULL && hs_id_equal (&intake->slot->job->owner, owner))
        hs_intake_abort (intake);
    }
}

void
hs_intake_stop_all (HsEngine *engine)
{
  g_autoptr (GPtrArray) open = g_ptr_array_copy (engine->intakes, copy_reference, NULL);

  for (guint i = 0; i < open->len; i++)
    {
      HsIntake *intake = g_ptr_array_index (open, i);
      if (intake->finishing == NULL)
        hs_intake_drop (intake);
    }
}
