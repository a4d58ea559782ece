/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* The floor that all rooms of the engine stand on: the engine's own state, a slot for each job in
 * memory, what commits and workers keep open, and who watches.
 *
 * Threads: main context only.  Blocks: never. */

#include "engine/engine.h"
#include "engine/engine_parts.h"
#include "store/ledger.h"
#include "store/spool.h"

typedef struct HsSlot HsSlot;

/* ── a job in the engine ─────────────────────────────────────────────────────────────────── */

struct HsSlot
{
  HsEngine *engine;
  HsJob *job;           /* as durable; replaced as a whole, but for the private fields */
  HsJobEffects pending; /* effects that the ledger still lists */
  HsTrace *trace;       /* as durable */
  GQueue steps;         /* HsStep, waiting; the head is in the ledger while there is a coming */
  const HsJob *coming;  /* what the ledger is about to make durable; NULL: nothing */
  gboolean has_row;      /* FALSE while RECEIVING, and for intakes that ended without a document */
  gboolean is_archived;  /* the row has become an audit line */
  guint retry_source;    /* the document's removal is tried again */
  guint work_source;     /* the queue gets its turn, now or after a failed commit */
  guint commit_failures; /* in a row */
  guint holds;           /* frames on the stack that still use the slot */
  gboolean is_removed;   /* freed with the last hold */

  HsIntake *intake;                         /* while RECEIVING; borrowed */
  HsSecretBytes *share;                     /* the site's share of this release; memory only */
  GBytes *sealed_title;                     /* sealed_titles.c; nullable */
  guint8 sealed_title_for[HS_X25519_BYTES]; /* to this key; zero after a restart */
  gpointer errand;                          /* dispatch.c: HsErrand of a released job; nullable */
  gint64 deadline_for_us;  /* the job's expires_at_us that the next was made of; -1: finished */
  gint64 deadline_boot_us; /* when it expires, by hs_boot_clock_now_us(); G_MAXINT64 = never */
};

/* Takes @job (transfer full). */
HsSlot *hs_engine_add_slot (HsEngine *engine, HsJob *job);
HsSlot *hs_engine_find_slot (HsEngine *engine, const HsId *id);

/* A frame on the stack still uses the slot; with the last one a slot that was removed is freed. */
void hs_slot_hold (HsSlot *slot);
void hs_slot_let_go (HsSlot *slot);

/* ── the engine ──────────────────────────────────────────────────────────────────────────── */

typedef struct
{
  guint id;
  HsEngineWatchFunc func;             /* nullable */
  HsEngineProgressFunc progress_func; /* nullable */
  gpointer user_data;
} HsWatch;

typedef enum
{
  HS_ENGINE_NEW = 0,
  HS_ENGINE_STARTING,
  HS_ENGINE_RUNNING,
  HS_ENGINE_STOPPING,
  HS_ENGINE_STOPPED,
} HsEnginePhase;

typedef struct HsDispatch HsDispatch;
typedef struct HsRetention HsRetention;
typedef struct HsOsCopies HsOsCopies;
typedef struct HsCommandBook HsCommandBook;
typedef struct HsCounting HsCounting;
typedef struct HsGrants HsGrants;
typedef struct HsLocalDelegations HsLocalDelegations;
typedef struct HsStepHooks HsStepHooks; /* loop/steps.h */

struct HsEngine
{
  HsEngineParts parts;
  HsEnginePhase phase;
  GThread *thread; /* the only one that may call */

  GHashTable *slots;   /* HsId * (of the job) → HsSlot *, owned */
  GPtrArray *order;    /* the same slots, oldest first; borrowed */
  GHashTable *ipp_ids; /* guint32 → HsSlot *; borrowed */
  GPtrArray *intakes;  /* open HsIntake; one reference each */
  guint n_previews;    /* being drawn */
  guint workers;       /* intake and disk workers that have not ended */

  const HsStepHooks *step_hooks; /* what hangs on a step; never NULL */

  GArray *watches; /* HsWatch */
  guint last_watch;

  HsDispatch *dispatch;
  HsRetention *retention;
  HsOsCopies *os_copies;
  HsCommandBook *commands;
  HsCounting *counting;
  HsGrants *grants;
  HsLocalDelegations *delegations;
  GHashTable *last_printers; /* HsId * of a person → HsId * of a printer; last_printers.c */

  HsId device;                 /* zero: not enrolled */
  HsBundle *bundle;            /* nullable: not enrolled */
  HsReleaseKeys *release_keys; /* nullable */
  GHashTable *release_publics; /* gint64 epoch → GBytes of S, for jobs of older epochs */

  guint kept_documents; /* of a lost ledger */
  gboolean site_online;
  guint doubts;             /* jobs that are being put in doubt: doubt.c */
  gboolean has_open_doubts; /* one could not be: the next start does it */
  guint64 outbox_head;      /* as last heard; for statistics */
  guint64 outbox_acknowledged;
  guint pending_commits;
  gint64 failing_since_us; /* UTC; 0 = the ledger is well */
  guint broken_commits;    /* in a row, for good */
  GTask *starting;
  guint starting_steps; /* steps that the start still waits for */
  GTask *stopping;
};

gint64 hs_engine_now_us (HsEngine *engine);
void hs_engine_assert_thread (HsEngine *engine);

/* Tells watchers of @job. */
void hs_engine_notify (HsEngine *engine, const HsJob *job);
void hs_engine_notify_progress (HsEngine *engine, const HsJob *job, const HsSendProgress *progress);

/* A commit was handed over or came back; completes a stop that waits for the last one. */
void hs_engine_commit_begins (HsEngine *engine);
void hs_engine_commit_ends (HsEngine *engine, gboolean succeeded);

/* Why a commit failed, before hs_engine_commit_ends(): counts what will not mend by itself. */
void hs_engine_note_failure (HsEngine *engine, const GError *error);

/* Commits what no job waits for (pruning); a failure is logged and made good by a later one. */
void hs_engine_commit_quietly (HsEngine *engine, HsLedgerBatch *batch);
void hs_engine_check_stopped (HsEngine *engine);

/* A worker thread of the engine begins or has ended; a stop waits for all of them. */
void hs_engine_worker_begins (HsEngine *engine);
void hs_engine_worker_ends (HsEngine *engine);

/* TRUE while offers and actions are served; else *error says TEMPORARY. */
gboolean hs_engine_check_ready (HsEngine *engine, GError **error);

/* "not found", in the one wording that also hides foreign jobs. */
void hs_engine_set_not_found (GError **error);

/* For journeys: calls parts.probe. */
void hs_engine_probe (HsEngine *engine, const char *point);
