/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* What the files of the engine share, and nobody else includes.
 *
 *   engine.c       life, watching, statistics
 *   recover.c      start: from the ledger to running slots
 *   steps.c        the loop: event → table → ledger → effects
 *   view.c         who may know of which job
 *   actions.c      release, cancel, hold, resolve, expiry
 *   claim.c        "this is mine": a job without a proven owner
 *   command_book.c the same from the site, executed once
 *   effects.c      one small function for each effect
 *   records.c      what goes to the outbox
 *   told_again.c   jobs that the site does not know
 *   sealed_titles.c  titles for the release page
 *   opening.c      which way a job can be opened here and now
 *   doubt.c        jobs of a ledger that is an older copy of itself
 *   retention.c    expiry and the history of finished jobs
 *
 * and of the rooms beside it, which stand on these:
 *
 *   dispatch/              who is delivered next
 *   delegation/            whom owners let release, and the grants that this takes
 *   intake/intake.c        a document arrives (main side); intake_worker.c (its worker)
 *   intake/counting.c      the pages of a PDF, after its job was accepted
 *   intake/os_copies.c     the print system's own copies
 *
 * Threads: main context only.  Blocks: never. */

#include "core/release_policy.h"
#include "engine/engine.h"
#include "engine/engine_parts.h"
#include "engine/trace.h"
#include "seal/seal_opening.h"
#include "store/ledger.h"
#include "store/spool.h"

typedef struct HsSlot HsSlot;
typedef struct HsStep HsStep;

/* A job's story is the setting of this name and the job's id. */
#define HS_TRACE_SETTING "trace/"

/* Ids of the documents that were here before a lost ledger was begun anew, 16 bytes each. */
#define HS_KEPT_DOCUMENTS_SETTING "kept-documents"

/* S of each epoch that a job here was sealed to: of this name and the epoch in decimal. */
#define HS_RELEASE_PUBLIC_SETTING "release-public/"

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

HsSlot *hs_engine_add_slot (HsEngine *engine, HsJob *job);
HsSlot *hs_engine_find_slot (HsEngine *engine, const HsId *id);

/* Takes the slot out of the engine, drops waiting steps and frees it, at the latest when nobody on
 * the stack holds it any more. Not while it is committing. */
void hs_engine_remove_slot (HsSlot *slot);
void hs_slot_hold (HsSlot *slot);
void hs_slot_let_go (HsSlot *slot);

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

/* ── view.c ──────────────────────────────────────────────────────────────────────────────── */

/* What the engine makes of a caller. */
typedef struct
{
  HsOwnerKind kind; /* NONE: may own nothing */
  HsId identity;    /* zero if not mapped */
  guint32 uid;      /* G_MAXUINT32 if none */
} HsOwner;

/* Errors: DENIED (this caller owns nothing here). */
gboolean
hs_view_find_owner (HsEngine *engine, const HsCaller *caller, HsOwner *owner, GError **error);
gboolean hs_view_is_owner (HsEngine *engine, const HsCaller *caller, const HsJob *job);
gboolean hs_view_may_see (HsEngine *engine, const HsCaller *caller, const HsJob *job);

/* Administrators may end jobs that they may not look into. */
gboolean hs_view_may_cancel (HsEngine *engine, const HsCaller *caller, const HsJob *job);

/* ── actions.c: what people and the site have in common ──────────────────────────────────── */

/* The verdict of core/release_policy on a release of this job, now. @options: nullable, as in
 * hs_engine_release_async(). *change: what it changes of the job's own ticket. */
gboolean hs_actions_check_release (HsSlot *slot,
                                   const HsCaller *caller,
                                   const HsId *printer,
                                   const HsPrintOptions *options,
                                   gboolean has_share,
                                   HsPrintOptions *change,
                                   GError **error);
/* @command: NULL for a local release. */
void hs_actions_apply_release (HsEngine *engine,
                               HsJob *job,
                               const HsId *printer,
                               const HsPrintOptions *change,
                               const HsId *command);
void hs_actions_apply_cancel (HsJob *job, HsStep *step);

/* ── opening.c ───────────────────────────────────────────────────────────────────────────── */

/* Was the job sealed to "owner" or "release"? */
gboolean hs_opening_has_way (const HsJob *job, const char *way);

/* Does a key that is unlocked here open it for its owner: as it was sealed, or by a grant? */
gboolean hs_opening_has_key (HsSlot *slot);

/* By the owner's key, if it is unlocked here. Returns: (transfer full) (nullable). */
HsSealOpening *hs_opening_by_owner (HsSlot *slot);

/* By @share. Returns: (transfer full) (nullable): it has no such way here. */
HsSealOpening *hs_opening_by_share (HsSlot *slot, const HsSecretBytes *share);

/* The document by what is here now to open it. Returns: (transfer full) (nullable). */
HsDocumentSource *hs_opening_make_source (HsSlot *slot);

/* ── effects.c ───────────────────────────────────────────────────────────────────────────── */

/* Of @effects those that the ledger lists until they are reported done. */
HsJobEffects hs_effects_get_lasting (HsJobEffects effects);

/* Removes the document of a job that never came to be. */
void hs_effects_destroy (HsSlot *slot);

/* A lasting effect is done: strikes it from the row. */
void hs_effects_report_done (HsSlot *slot, HsJobEffects done);

/* Runs @effects of a job whose change is durable; each may have run before. */
void hs_effects_run (HsSlot *slot, HsJobEffects effects);

/* ── records.c ───────────────────────────────────────────────────────────────────────────── */

/* Adds to @batch what the site must learn of a step with @effects that makes @job of @before; *count
 * grows by the records. */
void hs_records_add_for_step (HsEngine *engine,
                              HsLedgerBatch *batch,
                              const HsJob *before,
                              const HsJob *job,
                              HsJobEffects effects,
                              guint *count);
/* Adds what makes @command executed: its uuid with the result, and the record of it. */
void hs_records_add_command_result (HsEngine *engine,
                                    HsLedgerBatch *batch,
                                    const HsId *command,
                                    const HsId *job,
                                    HsCommandResult result,
                                    const char *sentence,
                                    guint *count);
void hs_records_add_claim (HsEngine *engine, HsLedgerBatch *batch, const HsJob *job, guint *count);
void hs_records_add_erased (HsEngine *engine, HsLedgerBatch *batch, const HsId *job, guint *count);

/* Records are durable: the link to the site may fetch them. */
void hs_records_tell (HsEngine *engine, guint count);

/* ── told_again.c ────────────────────────────────────────────────────────────────────────── */

/* Who owns @job in the site's eyes; zero if nobody does. FALSE: the job is from before the enrolment,
 * and whom the OS user is in the organisation is not known (yet). */
gboolean hs_announcing_find_owner (HsEngine *engine, const HsJob *job, HsId *owner);

/* An announcement now would be one without owner, for ever: it waits, until the job ends. */
gboolean hs_announcing_must_wait (HsEngine *engine, const HsJob *job);

/* Somebody became known: announces the jobs that waited for that. */
void hs_announcing_look_again (HsEngine *engine);

/* ── doubt.c ─────────────────────────────────────────────────────────────────────────────── */

/* hs_engine_roll_back() was not carried through before the agent ended. */
gboolean hs_doubt_is_noted (const HsLedgerContents *contents);

/* ── sealed_titles.c ─────────────────────────────────────────────────────────────────────── */

/* Seals the title of a job whose document has come; not twice. Nothing where there is no title or no
 * title key. */
void hs_sealed_titles_prepare (HsSlot *slot);

/* The same if it was not yet done, for the job that becomes durable with @batch; the title is kept as the
 * setting "title/<job>" until the job is over. */
void hs_sealed_titles_note (HsSlot *slot, HsLedgerBatch *batch);

/* The title for an announcement. Returns: (transfer full) (nullable). */
GBytes *hs_sealed_titles_dup (HsEngine *engine, const HsJob *job);

/* The job is over. */
void hs_sealed_titles_add_deletion (const HsSlot *slot, HsLedgerBatch *batch);

/* At the start; prune deletes those of jobs that are not here any more. */
void hs_sealed_titles_load (HsSlot *slot, const HsLedgerContents *contents);
void
hs_sealed_titles_prune (HsEngine *engine, const HsLedgerContents *contents, HsLedgerBatch *batch);

/* ── last_printers.c ─────────────────────────────────────────────────────────────────────── */

GHashTable *hs_last_printers_new (void);
void hs_last_printers_load (HsEngine *engine, const HsLedgerContents *contents);

/* @job was delivered. */
void hs_last_printers_note (HsEngine *engine, HsLedgerBatch *batch, const HsJob *job);

/* ── command_book.c ──────────────────────────────────────────────────────────────────────── */

HsCommandBook *hs_command_book_new (HsEngine *engine);
void hs_command_book_free (HsCommandBook *book);
void hs_command_book_add (HsCommandBook *book,
                          const HsId *command,
                          const HsId *job,
                          HsCommandResult result,
                          const char *sentence);
void hs_command_book_load (HsCommandBook *book, const GPtrArray *commands);

/* ── dispatch.c ──────────────────────────────────────────────────────────────────────────── */

HsDispatch *hs_dispatch_new (HsEngine *engine);
void hs_dispatch_free (HsDispatch *dispatch);

/* The job is RELEASED or DELIVERING: puts it in its printer's line, or goes on with what is there.
 * Twice is once. */
void hs_dispatch_deliver (HsDispatch *dispatch, HsSlot *slot);

/* The same after the backoff delay of its attempts. */
void hs_dispatch_deliver_later (HsDispatch *dispatch, HsSlot *slot);

/* A job that is still DELIVERING is to be cancelled at the printer; for any other state what goes
 * on for it ends without a word, because nothing was sent. */
void hs_dispatch_stop (HsDispatch *dispatch, HsSlot *slot);

/* Keys, shares, printers: look again at the jobs that wait. */
void hs_dispatch_look_again (HsDispatch *dispatch);

/* The agent stops: ends all without a word to any printer. */
void hs_dispatch_drop_all (HsDispatch *dispatch);
void hs_dispatch_count (HsDispatch *dispatch, HsEngineStatistics *statistics);

/* The machine is about to sleep: nothing begins any more; what goes on may go on. */
void hs_dispatch_rest (HsDispatch *dispatch);

/* Ends what still goes on, without a word to any printer. */
void hs_dispatch_park (HsDispatch *dispatch);

/* Goes on with everything, at once; with what was parked as after a restart. */
void hs_dispatch_wake (HsDispatch *dispatch);

/* Printers that could not be reached are tried at once. */
void hs_dispatch_network_changed (HsDispatch *dispatch);

/* Of a step to CANCELLED: strikes TAKE_BACK from *@effects if no printer can have anything of @job;
 * else notes in @job which it is. */
void hs_taking_back_settle (HsEngine *engine, HsJob *job, HsJobEffects *effects);

/* Cancels at job->left_printer what it may still have, and reports TAKE_BACK done with what came of it. */
void hs_dispatch_take_back (HsDispatch *dispatch, HsSlot *slot);

/* The job left RELEASED and DELIVERING: its errand is over. */
void hs_dispatch_forget (HsDispatch *dispatch, HsSlot *slot);

/* ── intake.c ────────────────────────────────────────────────────────────────────────────── */

/* The job of the intake was given up: ends its worker; nothing of the document stays. */
void hs_intake_drop (HsIntake *intake);

/* The agent stops: drops all intakes whose body is not complete. */
void hs_intake_stop_all (HsEngine *engine);

/* ── counting.c ──────────────────────────────────────────────────────────────────────────── */

HsCounting *hs_counting_new (HsEngine *engine);
void hs_counting_free (HsCounting *counting);

/* What was measured, if anything, goes into @job. Threads: any. */
void hs_counting_apply (HsJob *job, const HsPageFacts *pages);

/* Counts the pages of a durable job when its turn comes, then announces it. @opening (transfer
 * full) is freed as soon as nothing reads the document any more. */
void hs_counting_add (HsCounting *counting, const HsJob *job, HsSealOpening *opening);

/* Is the job counted, or waiting for that? Its announcement then waits for the end of it. */
gboolean hs_counting_has (HsCounting *counting, const HsId *job);

/* The job is over: nobody asks for its pages any more. Without a count: nothing. */
void hs_counting_forget (HsCounting *counting, const HsId *job);

/* The agent stops: ends all; what is not announced yet is announced by the next start. */
void hs_counting_stop (HsCounting *counting);

/* ── retention.c ─────────────────────────────────────────────────────────────────────────── */

HsRetention *hs_retention_new (HsEngine *engine);
void hs_retention_free (HsRetention *retention);
void hs_retention_stop (HsRetention *retention);

/* The slot is new, or its expiry or state changed. */
void hs_retention_update (HsRetention *retention, HsSlot *slot);
gint64 hs_retention_get_next_us (HsRetention *retention);

/* How long a job of this owner may wait, in µs: configuration and the organisation's policy. */
gint64 hs_retention_get_limit_us (HsEngine *engine, HsOwnerKind kind);

/* ── os_copies.c ─────────────────────────────────────────────────────────────────────────── */

HsOsCopies *hs_os_copies_new (HsEngine *engine);
void hs_os_copies_free (HsOsCopies *copies);
void hs_os_copies_stop (HsOsCopies *copies);
void hs_os_copies_purge (HsOsCopies *copies, HsSlot *slot);

/* FALSE: the job came straight from a person, or there is no print system to ask. */
gboolean hs_os_copies_may_have (const HsOsCopies *copies, const HsJob *job);
