/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* What the files of the engine share, and nobody else includes.
 *
 *   loop/slots.c   the floor: jobs in memory, commits, watchers
 *   loop/steps.c   the loop: event → table → ledger → effects
 *   outcome.c      what hangs on a step, room by room
 *   engine.c       life, figures, news from around
 *   recover.c      start: from the ledger to running slots
 *   view.c         who may know of which job
 *   actions.c      release, cancel, hold, resolve, expiry
 *   claim.c        "this is mine": a job without a proven owner
 *   command_book.c the same from the site, executed once
 *   effects.c      one small function for each effect
 *   destruction.c  of documents
 *   records.c      what goes to the outbox
 *   told_again.c   jobs that the site does not know
 *   sealed_titles.c  titles for the release page
 *   opening.c      which way a job can be opened here and now
 *   keys.c         a person's key came or went
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
#include "engine/loop/steps.h"
#include "engine/trace.h"
#include "seal/seal_opening.h"

/* Ids of the documents that were here before a lost ledger was begun anew, 16 bytes each. */
#define HS_KEPT_DOCUMENTS_SETTING "kept-documents"

/* S of each epoch that a job here was sealed to: of this name and the epoch in decimal. */
#define HS_RELEASE_PUBLIC_SETTING "release-public/"

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

/* Runs @effects of a job whose change is durable; each may have run before. */
void hs_effects_run (HsSlot *slot, HsJobEffects effects);

/* ── destruction.c ───────────────────────────────────────────────────────────────────────── */

/* Removes the document in a worker; what lasts reports that it is done, what fails is tried again. */
void hs_destruction_begin (HsSlot *slot);

/* ── outcome.c ───────────────────────────────────────────────────────────────────────────── */

extern const HsStepHooks hs_outcome_hooks;

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

/* Who owns @job in the site's eyes; zero if nobody does. FALSE: the job is from before the enrolment,
 * and whom the OS user is in the organisation is not known (yet). */
gboolean hs_records_find_owner (HsEngine *engine, const HsJob *job, HsId *owner);

/* An announcement now would be one without owner, for ever: it waits, until the job ends. */
gboolean hs_records_must_wait (HsEngine *engine, const HsJob *job);

/* Records are durable: the link to the site may fetch them. */
void hs_records_tell (HsEngine *engine, guint count);

/* ── told_again.c ────────────────────────────────────────────────────────────────────────── */

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
