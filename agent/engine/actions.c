/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* What people ask of their jobs: release, cancel, hold, resolve, another expiry. Each is one step;
 * whether it may happen is decided when its turn comes, on the job as it then is. */

#include "engine/engine_private.h"

#include "base/error.h"
#include "core/refusal.h"
#include "engine/delegation/local_delegations_private.h"
#include "engine/delivery/grants.h"

typedef struct
{
  GTask *task;
  HsCaller caller; /* without believed_name */
  HsId printer;
  gboolean has_options; /* of a release */
  HsPrintOptions options;
  HsPrintOptions change; /* what they come to, when its turn came */
  gint64 expires_at_us;
} Action;

static void
action_free (gpointer data)
{
  Action *action = data;

  g_object_unref (action->task);
  g_free (action);
}

static void
on_done (HsSlot *slot, HsStep *step, const GError *error)
{
  Action *action = step->data;
  GError *refusal = NULL;

  if (error == NULL)
    {
      g_task_return_boolean (action->task, TRUE);
      return;
    }
  /* The table's "cannot happen in this state" in words for a person. */
  if (g_error_matches (error, HS_ERROR, HS_ERROR_INVALID))
    (void)hs_release_policy_check (HS_RELEASE_WRONG_STATE, slot->job, &refusal);
  g_task_return_error (action->task, refusal != NULL ? refusal : g_error_copy (error));
}

/* What is to be done with a job, for it is not the same people who may. */
typedef enum
{
  DO_RELEASE,
  DO_CANCEL,
  DO_OTHER,
} Deed;

static gboolean
may_do (HsEngine *engine, const HsCaller *caller, const HsJob *job, Deed deed, GError **error)
{
  HsId delegate;

  if (deed == DO_CANCEL ? hs_view_may_cancel (engine, caller, job)
                        : hs_view_may_see (engine, caller, job))
    return TRUE;
  if (!hs_local_delegations_find (engine, caller, job, &delegate))
    hs_engine_set_not_found (error);
  else if (deed == DO_RELEASE)
    return TRUE;
  else
    hs_refusal_set (error, HS_REFUSAL_JOB_OF_SOMEBODY, NULL);
  return FALSE;
}

/* The job that the caller may act on; NULL: *task was answered. */
static HsSlot *
find (HsEngine *engine, const HsCaller *caller, const HsId *job, Deed deed, GTask *task)
{
  HsSlot *slot = NULL;
  GError *error = NULL;

  hs_engine_assert_thread (engine);
  if (!hs_engine_check_ready (engine, &error))
    {
      g_task_return_error (task, error);
      return NULL;
    }
  slot = hs_engine_find_slot (engine, job);
  if (slot == NULL)
    hs_engine_set_not_found (&error);
  else if (may_do (engine, caller, slot->job, deed, &error))
    return slot;
  g_task_return_error (task, error);
  return NULL;
}

static GTask *
make_task (GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);

  /* What the ledger has taken cannot be called back. */
  g_task_set_check_cancellable (task, FALSE);
  return task;
}

static HsStep *
make_step (HsJobEvent event, const HsCaller *caller, GTask *task)
{
  HsStep *step = hs_step_new (event);
  Action *action = g_new0 (Action, 1);

  action->task = g_object_ref (task);
  action->caller = *caller;
  action->caller.believed_name = NULL;
  step->data = action;
  step->destroy = action_free;
  step->done = on_done;
  return step;
}

gboolean
hs_engine_action_finish (HsEngine *engine, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* ── release ─────────────────────────────────────────────────────────────────────────────── */

/* Pages that are on their way count as used, those of a release that is not durable yet, too. */
static void
ask_standing (HsSlot *slot, HsReleaseQuestion *question)
{
  HsEngine *engine = slot->engine;
  const HsOfflineHooks *offline = &engine->parts.offline;
  HsOfflineStanding standing = { 0 };
  guint64 taken = 0;

  if (offline->judge == NULL)
    return;
  offline->judge (offline->data, &slot->job->owner, &standing);
  for (guint i = 0; i < engine->order->len; i++)
    {
      const HsSlot *other_slot = engine->order->pdata[i];
      const HsJob *other = other_slot->coming != NULL ? other_slot->coming : other_slot->job;
      if (other->offline && hs_id_equal (&other->owner, &slot->job->owner)
          && (other->state == HS_JOB_RELEASED || other->state == HS_JOB_DELIVERING
              || other->state == HS_JOB_UNCERTAIN))
        taken += hs_release_policy_count_pages (other);
    }
  question->right = standing.right;
  question->pages_left = (guint32)(standing.pages_left - MIN (taken, standing.pages_left));
}

/* Whoever may only release it cannot make more of it. */
static gboolean
check_delegate (const HsPrintOptions *options, GError **error)
{
  if (options == NULL || hs_print_options_are_none (options))
    return TRUE;
  hs_refusal_set (error, HS_REFUSAL_JOB_AS_IT_IS, NULL);
  return FALSE;
}

gboolean
hs_actions_check_release (HsSlot *slot,
                          const HsCaller *caller,
                          const HsId *printer,
                          const HsPrintOptions *options,
                          gboolean has_share,
                          HsPrintOptions *change,
                          GError **error)
{
  HsEngine *engine = slot->engine;
  const HsDeliverer *deliverer = &engine->parts.deliverer;
  g_autoptr (HsJob) wanted = hs_job_copy (slot->job);
  HsPrintAbilities abilities = { 0 };
  HsReleaseQuestion question = { .job = wanted,
                                 .caller = caller->kind,
                                 .is_enrolled = engine->bundle != NULL,
                                 .site_online = engine->site_online };
  HsId delegate;
  gboolean is_delegate = hs_local_delegations_find (engine, caller, slot->job, &delegate);

  question.caller_is_owner = is_delegate || hs_view_is_owner (engine, caller, slot->job);
  if (engine->bundle != NULL)
    {
      question.offline = engine->bundle->policy.offline;
      question.any_printer = engine->bundle->policy.offline_any_printer;
    }
  if (engine->bundle != NULL && !engine->site_online && caller->kind == HS_CALLER_PERSON)
    ask_standing (slot, &question);
  question.key_unlocked = is_delegate ? hs_grants_may_open (engine, &slot->job->id, &delegate)
                                      : hs_opening_has_key (slot);
  question.has_share = has_share && hs_opening_has_way (slot->job, "release");
  question.printer_known
      = deliverer->knows_printer (deliverer->data, printer, &question.printer_used_before);
  if (options != NULL)
    wanted->changed = *options;
  if (!hs_release_policy_check (hs_release_policy_judge (&question), slot->job, error)
      || (is_delegate && !check_delegate (options, error)))
    return FALSE;
  if (deliverer->get_abilities != NULL)
    deliverer->get_abilities (deliverer->data, printer, &abilities);
  return hs_release_policy_settle_options (slot->job, &wanted->changed, &abilities, change, error);
}

void
hs_actions_apply_release (HsEngine *engine,
                          HsJob *job,
                          const HsId *printer,
                          const HsPrintOptions *change,
                          const HsId *command)
{
  job->changed = *change;
  job->printer = *printer;
  job->release_command = command != NULL ? *command : (HsId){ 0 };
  job->progress = HS_DELIVERY_NONE;
  job->printer_job_id = 0;
  job->printer_job_state = 0;
  job->sent_bytes = 0;
  job->attempts = 0;
  job->cancel_wanted = FALSE;
  job->result_impressions = 0;
  job->result_sheets = 0;
  job->result_counted = FALSE;
  job->offline = engine->bundle != NULL && !engine->site_online;
  g_clear_pointer (&job->failure, g_free);
}

/* For the job's story. */
static void
note_change (HsSlot *slot, HsStep *step, const HsPrintOptions *change)
{
  g_autofree char *text = hs_print_options_dup_text (change);
  g_autofree char *before = g_steal_pointer (&step->remark);

  if (*text == '\0')
    step->remark = g_steal_pointer (&before);
  else
    step->remark = g_strdup_printf ("%s%schanged for this release: %s",
                                    before != NULL ? before : "", before != NULL ? "; " : "", text);
}

static gboolean
check_release (HsSlot *slot, HsStep *step, GError **error)
{
  Action *action = step->data;

  if (!hs_actions_check_release (slot, &action->caller, &action->printer,
                                 action->has_options ? &action->options : NULL, FALSE,
                                 &action->change, error))
    return FALSE;
  note_change (slot, step, &action->change);
  return TRUE;
}

static void
apply_release (HsJob *job, HsStep *step)
{
  Action *action = step->data;

  hs_actions_apply_release (step->engine, job, &action->printer, &action->change, NULL);
}

void
hs_engine_release_async (HsEngine *engine,
                         const HsCaller *caller,
                         const HsId *job,
                         const HsId *printer,
                         const HsPrintOptions *options,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer user_data)
{
  g_autoptr (GTask) task = make_task (cancellable, callback, user_data);
  HsSlot *slot = find (engine, caller, job, DO_RELEASE, task);
  HsStep *step = NULL;
  Action *action = NULL;
  HsId delegate;

  if (slot == NULL)
    return;
  step = make_step (HS_EVENT_RELEASE_ASKED, caller, task);
  if (hs_local_delegations_find (engine, caller, slot->job, &delegate))
    step->remark = g_strdup ("released by somebody whom the owner lets release");
  action = step->data;
  action->printer = *printer;
  action->has_options = options != NULL;
  if (options != NULL)
    action->options = *options;
  step->check = check_release;
  step->apply = apply_release;
  hs_slot_push (slot, step);
}

/* ── cancel and hold ─────────────────────────────────────────────────────────────────────── */

void
hs_actions_apply_cancel (HsJob *job, HsStep *step)
{
  job->cancel_wanted = TRUE;
}

void
hs_engine_cancel_async (HsEngine *engine,
                        const HsCaller *caller,
                        const HsId *job,
                        GCancellable *cancellable,
                        GAsyncReadyCallback callback,
                        gpointer user_data)
{
  g_autoptr (GTask) task = make_task (cancellable, callback, user_data);
  HsSlot *slot = find (engine, caller, job, DO_CANCEL, task);
  HsStep *step = NULL;

  if (slot == NULL)
    return;
  step = make_step (HS_EVENT_CANCEL_ASKED, caller, task);
  step->apply = hs_actions_apply_cancel;
  step->reasons = hs_view_may_see (engine, caller, slot->job) ? HS_REASON_CANCELLED_BY_USER
                                                              : HS_REASON_CANCELLED_BY_OPERATOR;
  hs_slot_push (slot, step);
}

/* The maker may end what it made and nothing more. */
static gboolean
check_owner (HsSlot *slot, HsStep *step, GError **error)
{
  Action *action = step->data;

  if (hs_view_is_owner (slot->engine, &action->caller, slot->job))
    return TRUE;
  hs_refusal_set (error, HS_REFUSAL_JOB_OWNER_ONLY, NULL);
  return FALSE;
}

static void
apply_hold (HsJob *job, HsStep *step)
{
  job->changed = (HsPrintOptions){ 0 };
}

void
hs_engine_hold_async (HsEngine *engine,
                      const HsCaller *caller,
                      const HsId *job,
                      GCancellable *cancellable,
                      GAsyncReadyCallback callback,
                      gpointer user_data)
{
  g_autoptr (GTask) task = make_task (cancellable, callback, user_data);
  HsSlot *slot = find (engine, caller, job, DO_OTHER, task);
  HsStep *step = NULL;

  if (slot == NULL)
    return;
  step = make_step (HS_EVENT_HOLD_ASKED, caller, task);
  step->check = check_owner;
  step->apply = apply_hold;
  step->reasons = HS_REASON_HELD_BY_USER;
  hs_slot_push (slot, step);
}

/* ── resolve ─────────────────────────────────────────────────────────────────────────────── */

static void
apply_resolution (HsJob *job, HsStep *step)
{
  if (job->state != HS_JOB_HELD)
    return;
  job->progress = HS_DELIVERY_NONE;
  job->printer_job_id = 0;
  job->printer_job_state = 0;
  job->sent_bytes = 0;
  job->cancel_wanted = FALSE;
}

void
hs_engine_resolve_async (HsEngine *engine,
                         const HsCaller *caller,
                         const HsId *job,
                         HsJobEvent event,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer user_data)
{
  g_autoptr (GTask) task = make_task (cancellable, callback, user_data);
  HsSlot *slot = find (engine, caller, job, DO_OTHER, task);
  HsStep *step = NULL;

  if (slot == NULL)
    return;
  if (event != HS_EVENT_RESOLVED_PRINTED && event != HS_EVENT_RESOLVED_REPRINT
      && event != HS_EVENT_RESOLVED_CANCEL)
    {
      g_task_return_new_error (task, HS_ERROR, HS_ERROR_INVALID,
                               "An uncertain job is resolved as printed, reprint or cancel.");
      return;
    }
  step = make_step (event, caller, task);
  step->check = check_owner;
  step->apply = apply_resolution;
  if (event == HS_EVENT_RESOLVED_CANCEL)
    step->reasons = HS_REASON_CANCELLED_BY_USER;
  hs_slot_push (slot, step);
}

/* ── why it waits ────────────────────────────────────────────────────────────────────────── */

static void
apply_explanation (HsJob *job, HsStep *step)
{
  if (job->state != HS_JOB_HELD)
    return;
  g_free (job->failure);
  job->failure = g_strdup (step->data);
}

void
hs_engine_explain (HsEngine *engine, const HsId *job, const char *sentence)
{
  HsSlot *slot = hs_engine_find_slot (engine, job);
  HsStep *step = NULL;

  hs_engine_assert_thread (engine);
  if (slot == NULL || slot->job->state != HS_JOB_HELD
      || g_strcmp0 (slot->job->failure, sentence) == 0 || !hs_engine_check_ready (engine, NULL))
    return;
  step = hs_step_new (HS_EVENT_NONE);
  step->data = g_strdup (sentence);
  step->destroy = g_free;
  step->apply = apply_explanation;
  step->remark = g_strdup (sentence);
  hs_slot_push (slot, step);
}

/* ── expiry ──────────────────────────────────────────────────────────────────────────────── */

static gboolean
check_expiry (HsSlot *slot, HsStep *step, GError **error)
{
  Action *action = step->data;
  gint64 now_us = hs_engine_now_us (slot->engine);
  gint64 most_us = now_us + hs_retention_get_limit_us (slot->engine, slot->job->owner_kind);

  /* A claim makes nothing live longer. */
  if (slot->job->owner_kind == HS_OWNER_CLAIMED)
    most_us = slot->job->expires_at_us;

  if (!check_owner (slot, step, error))
    return FALSE;
  if (slot->job->state != HS_JOB_HELD)
    return hs_release_policy_check (HS_RELEASE_WRONG_STATE, slot->job, error);
  if (action->expires_at_us > now_us && action->expires_at_us <= most_us)
    return TRUE;
  g_autofree char *minutes
      = g_strdup_printf ("%" G_GINT64_FORMAT, (most_us - now_us) / G_TIME_SPAN_MINUTE);
  hs_refusal_set (error, HS_REFUSAL_WAIT_RANGE, "minutes", minutes, NULL);
  return FALSE;
}

static void
apply_expiry (HsJob *job, HsStep *step)
{
  job->expires_at_us = ((Action *)step->data)->expires_at_us;
}

void
hs_engine_set_expiry_async (HsEngine *engine,
                            const HsCaller *caller,
                            const HsId *job,
                            gint64 expires_at_us,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  g_autoptr (GTask) task = make_task (cancellable, callback, user_data);
  HsSlot *slot = find (engine, caller, job, DO_OTHER, task);
  HsStep *step = NULL;

  if (slot == NULL)
    return;
  step = make_step (HS_EVENT_NONE, caller, task);
  ((Action *)step->data)->expires_at_us = expires_at_us;
  step->check = check_expiry;
  step->apply = apply_expiry;
  step->remark = g_strdup ("another expiry was set");
  hs_slot_push (slot, step);
}
