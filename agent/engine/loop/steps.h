/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* The loop: one event after the other for each job, each durable before the next.
 *
 * Threads: main context only.  Blocks: never. */

#include "engine/loop/slots.h"

typedef struct HsStep HsStep;

/* A job's story is the setting of this name and the job's id. */
#define HS_TRACE_SETTING "trace/"

/* ── a step: one event for one job ───────────────────────────────────────────────────────── */

/* May it happen, now that its turn has come? The job may have changed since the step was asked.
 * FALSE with @error drops the step. */
typedef gboolean (*HsStepCheck) (HsSlot *slot, HsStep *step, GError **error);

/* Writes what the event brings into @job, the new value, after the table gave state and reasons. */
typedef void (*HsStepApply) (HsJob *job, HsStep *step);

/* Told once: durable (@error NULL), or dropped. The slot may be gone after the call. */
typedef void (*HsStepDone) (HsSlot *slot, HsStep *step, const GError *error);

struct HsStep
{
  HsEngine *engine;       /* filled in by hs_slot_push() */
  HsJobEvent event;       /* HS_EVENT_NONE: no change of state, only apply */
  HsJobFacts facts;       /* cancel_wanted is filled in when the turn comes */
  HsStepCheck check;      /* nullable */
  HsStepApply apply;      /* nullable */
  HsStepDone done;        /* nullable */
  gpointer data;          /* the asker's */
  GDestroyNotify destroy; /* nullable */

  /* A fact has happened, whether the disk likes it or not: its commit is tried until it succeeds.
   * What is not a fact is a wish, and fails with its commit. */
  gboolean is_fact;
  gboolean is_silent;        /* no line in the story */
  gboolean may_wait;         /* its commit may wait for another one: hs_ledger_batch_may_wait() */
  char *remark;              /* for the story; nullable */
  HsJobReasons reasons;      /* added to those of the new state */
  HsJobEffects done_effects; /* to be struck from the pending ones */
  GBytes *sealed_fields;     /* written with the row; nullable */
  gboolean is_claim;         /* the site learns who the owner is now */
  gboolean announces_later;  /* ANNOUNCE stays pending until another step takes it along */

  /* The site may not know the job: it is announced in this step, and its state told. */
  gboolean announces_again;

  /* A command of the site that this step executes; has_command FALSE: none. */
  gboolean has_command;
  HsId command;
  HsCommandResult result;
  char *sentence; /* nullable */
};

HsStep *hs_step_new (HsJobEvent event);
void hs_step_free (HsStep *step);

/* Takes @step (transfer full) into the slot's queue; its turn comes after this returns. */
void hs_slot_push (HsSlot *slot, HsStep *step);

/* Drops all steps that are not in the ledger's hands; each is told CANCELLED. */
void hs_slot_drop_steps (HsSlot *slot);

/* A lasting effect is done: strikes it from the row. Twice is once. */
void hs_slot_report_done (HsSlot *slot, HsJobEffects done);

/* Takes the slot out of the engine, drops waiting steps and frees it, at the latest when nobody on
 * the stack holds it any more. Not while it is committing. */
void hs_engine_remove_slot (HsSlot *slot);

/* ── what hangs on a step ────────────────────────────────────────────────────────────────── */

/* What a step makes of its job: true as soon as it is durable. */
typedef struct
{
  HsEngine *engine;
  HsSlot *slot;
  HsJob *job;           /* the new value; until it is published, then in the slot */
  HsTrace *trace;       /* likewise */
  HsJobEffects pending; /* that the row lists afterwards */
  HsJobEffects effects; /* to be run */
  guint records;        /* for the outbox, in the same commit */
  gboolean archives;    /* the row becomes an audit line */
  gboolean has_row;     /* FALSE: the change needs no ledger */
} HsChange;

/* The loop knows rows and their order; what else a step means is told to those who made the engine
 * (outcome.c). All are set, and called in this order. */
struct HsStepHooks
{
  /* @change has the new job and the table's effects: what of them is pending until it is done? */
  void (*settle) (HsChange *change, const HsStep *step);

  /* Adds to @batch, which has the row and the story, what must be durable with them. */
  void (*add_rows) (HsChange *change, const HsStep *step, HsLedgerBatch *batch);

  /* It is durable, and the slot has the new job; nobody was told yet. */
  void (*publish) (const HsChange *change, const HsStep *step);

  /* The asker was told: sets in motion what follows. */
  void (*carry_out) (const HsChange *change);

  /* The slot leaves the engine; not in the order of the others. */
  void (*forget) (HsSlot *slot);
};
