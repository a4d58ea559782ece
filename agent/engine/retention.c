/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* When jobs expire, and when finished ones leave the list: one source for the earliest moment.
 *
 * A wall clock can be set, so a limit is turned into time since boot when the job comes into memory
 * and measured by that: neither a wrong time server nor a night asleep ends or saves a job. Only a
 * restart has to believe the wall clock, and then no more than the whole limit is ever granted. */

#define HS_LOG_AREA "retention"

#include "engine/engine_private.h"

#include "platform/boot_clock.h"

/* Finished jobs in memory at most; beyond, the oldest leaves before its time. */
#define HISTORY_JOBS 500

/* Audit lines and executed commands are kept for a quarter. */
#define AUDIT_US (90 * 24 * G_TIME_SPAN_HOUR)

struct HsRetention
{
  HsEngine *engine;
  GSource *source;     /* nullable */
  gint64 armed_for_us; /* boot clock; G_MAXINT64 = not armed */
  gboolean is_stopped;
  guint finished; /* slots in a final state */
};

static void arm (HsRetention *retention);

HsRetention *
hs_retention_new (HsEngine *engine)
{
  HsRetention *retention = g_new0 (HsRetention, 1);

  retention->engine = engine;
  retention->armed_for_us = G_MAXINT64;
  return retention;
}

static void
disarm (HsRetention *retention)
{
  if (retention->source != NULL)
    g_source_destroy (retention->source);
  g_clear_pointer (&retention->source, g_source_unref);
  retention->armed_for_us = G_MAXINT64;
}

void
hs_retention_stop (HsRetention *retention)
{
  disarm (retention);
  retention->is_stopped = TRUE;
}

void
hs_retention_free (HsRetention *retention)
{
  disarm (retention);
  g_free (retention);
}

gint64
hs_retention_get_limit_us (HsEngine *engine, HsOwnerKind kind)
{
  guint64 limit_s = kind == HS_OWNER_PROVEN ? engine->parts.config->retention_s
                                            : engine->parts.config->unproven_retention_s;

  if (engine->bundle != NULL)
    limit_s = MIN (limit_s, engine->bundle->policy.retention_s);
  return (gint64)limit_s * G_USEC_PER_SEC;
}

/* ── deadlines ───────────────────────────────────────────────────────────────────────────── */

static gint64
get_history_us (HsEngine *engine)
{
  return (gint64)engine->parts.config->history_s * G_USEC_PER_SEC;
}

/* What remains until @until_us (UTC), and no more than @most_us whatever the wall clock says. */
static gint64
get_deadline (HsEngine *engine, gint64 until_us, gint64 most_us)
{
  gint64 remaining_us = CLAMP (until_us - hs_engine_now_us (engine), 0, most_us);

  return hs_boot_clock_now_us () + remaining_us;
}

static void
expire (HsSlot *slot)
{
  HsStep *step = hs_step_new (HS_EVENT_EXPIRED);

  step->is_fact = TRUE;
  slot->deadline_boot_us = G_MAXINT64; /* set again by the next durable change */
  hs_slot_push (slot, step);
}

static void
forget_finished (HsSlot *slot)
{
  HsRetention *retention = slot->engine->retention;
  HsEngine *engine = slot->engine;
  g_autoptr (HsLedgerBatch) batch = hs_ledger_batch_new ();
  char id[HS_ID_TEXT_BYTES];
  g_autofree char *name = g_strconcat (HS_TRACE_SETTING, hs_id_format (&slot->job->id, id), NULL);
  gint64 before_us = hs_engine_now_us (engine) - AUDIT_US;

  hs_ledger_batch_delete_setting (batch, name);
  hs_ledger_batch_prune_audit (batch, before_us);
  hs_ledger_batch_prune_commands (batch, before_us);
  hs_engine_commit_quietly (engine, g_steal_pointer (&batch));
  retention->finished--;
  hs_engine_remove_slot (slot);
}

/* A final job leaves when its row has become an audit line, or if it never had one. */
static gboolean
may_be_forgotten (const HsSlot *slot)
{
  return hs_job_state_is_final (slot->job->state) && slot->coming == NULL
         && (slot->is_archived || !slot->has_row) && slot->intake == NULL;
}

static gboolean
on_time (gpointer user_data)
{
  HsRetention *retention = user_data;
  HsEngine *engine = retention->engine;
  gint64 now_us = hs_boot_clock_now_us ();

  g_clear_pointer (&retention->source, g_source_unref);
  retention->armed_for_us = G_MAXINT64;
  for (guint i = engine->order->len; i > 0; i--)
    {
      HsSlot *slot = g_ptr_array_index (engine->order, i - 1);
      if (slot->deadline_boot_us > now_us)
        continue;
      if (!hs_job_state_is_final (slot->job->state))
        expire (slot);
      else if (may_be_forgotten (slot))
        forget_finished (slot);
      else
        slot->deadline_boot_us = now_us + G_TIME_SPAN_MINUTE;
    }
  arm (retention);
  return G_SOURCE_REMOVE;
}

static void
arm_for (HsRetention *retention, gint64 at_us)
{
  if (retention->is_stopped || at_us >= retention->armed_for_us)
    return;
  disarm (retention);
  retention->armed_for_us = at_us;
  retention->source = hs_boot_clock_source_new (at_us);
  g_source_set_callback (retention->source, on_time, retention, NULL);
  g_source_attach (retention->source, NULL);
}

static void
arm (HsRetention *retention)
{
  gint64 earliest_us = G_MAXINT64;

  for (guint i = 0; i < retention->engine->order->len; i++)
    {
      const HsSlot *slot = g_ptr_array_index (retention->engine->order, i);
      earliest_us = MIN (earliest_us, slot->deadline_boot_us);
    }
  arm_for (retention, earliest_us);
}

static void
bound_history (HsRetention *retention)
{
  HsEngine *engine = retention->engine;

  for (guint i = 0; i < engine->order->len && retention->finished > HISTORY_JOBS; i++)
    {
      HsSlot *slot = g_ptr_array_index (engine->order, i);
      if (!may_be_forgotten (slot) || slot->holds > 0)
        continue;
      forget_finished (slot);
      i--;
    }
}

void
hs_retention_update (HsRetention *retention, HsSlot *slot)
{
  HsEngine *engine = retention->engine;
  const HsJob *job = slot->job;
  gint64 until_us = 0;

  switch (job->state)
    {
    case HS_JOB_HELD:
    case HS_JOB_RELEASED:
    case HS_JOB_UNCERTAIN:
      /* The end was fixed once; asking again would let a changed wall clock move it. */
      if (slot->deadline_for_us != job->expires_at_us || slot->deadline_boot_us == G_MAXINT64)
        slot->deadline_boot_us = get_deadline (engine, job->expires_at_us,
                                               hs_retention_get_limit_us (engine, job->owner_kind));
      slot->deadline_for_us = job->expires_at_us;
      break;
    case HS_JOB_DELIVERED:
    case HS_JOB_CANCELLED:
    case HS_JOB_EXPIRED:
    case HS_JOB_FAILED:
      if (slot->deadline_for_us < 0)
        break;
      until_us = job->finished_at_us + get_history_us (engine);
      slot->deadline_boot_us = get_deadline (engine, until_us, get_history_us (engine));
      slot->deadline_for_us = -1;
      retention->finished++;
      bound_history (retention);
      break;
    case HS_JOB_NONE:
    case HS_JOB_RECEIVING:
    case HS_JOB_DELIVERING: /* the printer has the word */
    case HS_JOB_N_STATES:
      slot->deadline_boot_us = G_MAXINT64;
      break;
    }
  arm_for (retention, slot->deadline_boot_us);
}

gint64
hs_retention_get_next_us (HsRetention *retention)
{
  if (retention->armed_for_us == G_MAXINT64)
    return 0;
  return hs_engine_now_us (retention->engine) + retention->armed_for_us - hs_boot_clock_now_us ();
}
