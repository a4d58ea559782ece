/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* The engine: takes an event, steps the table, commits state, pending effects and outbox rows in
 * one ledger transaction, then runs the effects. It owns every job and is the only writer of them.
 *
 * Servers (serve/) and the site link (engine/site_link/site_link) translate requests into the calls below;
 * they never decide. Questions answer from memory; actions are asynchronous and complete when what
 * they changed is durable.
 *
 * Threads: main context only, asserted.  Blocks: never. */

#include "base/secret_bytes.h"
#include "core/caller.h"
#include "core/wire/command_result.h"
#include "core/job.h"
#include "engine/delivery/deliverer.h"
#include "engine/trace.h"
#include "store/ledger_batch.h"

#include <gio/gio.h>

typedef struct HsEngine HsEngine;
typedef struct HsIntake HsIntake;
typedef struct HsEngineParts HsEngineParts; /* engine/engine_parts.h: what main() wires together */

/* ── life ────────────────────────────────────────────────────────────────────────────────── */

/* Makes an engine of @parts, which are copied; the things that they point to must outlive it. */
HsEngine *hs_engine_new (const HsEngineParts *parts);

/* Reads the ledger, marks damaged jobs FAILED, removes what no job owns, raises RESTARTED for every
 * job that is not final and replays pending effects. Completes when all of this is durable; until
 * then offers and actions are answered TEMPORARY. Errors: of the ledger and the spool. */
void hs_engine_start_async (HsEngine *engine, GAsyncReadyCallback callback, gpointer user_data);
gboolean hs_engine_start_finish (HsEngine *engine, GAsyncResult *result, GError **error);

/* Aborts open intakes, ends deliveries (nothing is cancelled at a printer: the next start asks it)
 * and completes when no commit is pending. The ledger may be closed then. */
void hs_engine_stop_async (HsEngine *engine, GAsyncReadyCallback callback, gpointer user_data);
gboolean hs_engine_stop_finish (HsEngine *engine, GAsyncResult *result, GError **error);

/* Frees, and wipes shares and private fields. Only before start or after stop. NULL is allowed. */
void hs_engine_free (HsEngine *engine);

/* ── questions ───────────────────────────────────────────────────────────────────────────── */

/* Jobs that @caller may know of, oldest first.
 * Returns: (transfer container) (element-type HsJob): borrowed jobs, valid until the next turn of
 * the main loop. */
GPtrArray *hs_engine_list_jobs (HsEngine *engine, const HsCaller *caller);

/* Jobs that hs_engine_claim_async() would take from @identity and that nobody has claimed, oldest
 * first. Returns: (transfer container) (element-type HsJob): borrowed as above. */
GPtrArray *
hs_engine_list_claimable (HsEngine *engine, const HsCaller *caller, const HsId *identity);

/* Where @caller's newest own job was printed, also when it has left the list. FALSE: nowhere yet. */
gboolean hs_engine_find_last_printer (HsEngine *engine, const HsCaller *caller, HsId *printer);

/* Held jobs that came while the site could not be reached, oldest first.
 * Returns: (transfer container) (element-type HsJob): borrowed as above. */
GPtrArray *hs_engine_list_offline (HsEngine *engine);

/* Says on a held job why it still waits. Nobody waits for that; nothing if it says so already. */
void hs_engine_explain (HsEngine *engine, const HsId *job, const char *sentence);

/* Would a document of a few bytes find room on the disk? The same for everyone. */
gboolean hs_engine_has_room (HsEngine *engine);

/* NULL if there is no such job or @caller may not know of it; the two look the same. */
const HsJob *hs_engine_find_job (HsEngine *engine, const HsCaller *caller, const HsId *id);
const HsJob *
hs_engine_find_job_by_ipp_id (HsEngine *engine, const HsCaller *caller, guint32 ipp_id);

/* May @caller know of @job? For watchers, which are told of every job. */
gboolean hs_engine_may_see (HsEngine *engine, const HsCaller *caller, const HsJob *job);

/* What an administrator may know of other people's jobs: no title, no user name, no ticket. */
typedef struct
{
  HsId id;
  HsJobState state;
  HsJobReasons reasons;
  HsOwnerKind owner_kind;
  guint32 owner_uid; /* G_MAXUINT32 if none */
  guint64 size_bytes;
  gint64 created_at_us; /* UTC */
  gint64 expires_at_us; /* UTC */
  HsId printer;         /* zero until released */
} HsJobOverview;

/* Every job, oldest first; empty unless @caller is an administrator.
 * Returns: (transfer full) (element-type HsJobOverview). */
GArray *hs_engine_list_overview (HsEngine *engine, const HsCaller *caller);

/* The story of @job; administrators may ask for every job. NULL if there is no such job or @caller
 * may not know of it. Returns: (transfer none): valid until the next turn of the main loop. */
const HsTrace *hs_engine_get_trace (HsEngine *engine, const HsCaller *caller, const HsId *job);

/* Counts for status and doctor; the same for everyone. */
typedef struct
{
  guint jobs_by_state[HS_JOB_N_STATES];
  guint unproven_jobs; /* of them, those whose owner nobody could prove */
  guint open_intakes;
  guint deliveries;               /* running at this moment */
  guint waiting_for_printer;      /* released, behind another job or a backoff delay */
  guint waiting_for_share;        /* released, and the site was asked for its share again */
  guint pending_commits;          /* handed to the ledger, not durable yet */
  guint64 sealed_bytes;           /* of all spool files */
  guint documents_without_ledger; /* sealed documents that were here when a lost ledger was begun
                                     anew: kept for whoever holds their owners' keys */
  guint64 outbox_records;         /* not acknowledged by the site */
  gint64 next_expiry_us;          /* UTC; 0 = none */
  gint64 ledger_failing_since_us; /* UTC; 0 = the last commit succeeded */
  gboolean ready;                 /* started and not stopping */
  gboolean site_online;
} HsEngineStatistics;

void hs_engine_get_statistics (HsEngine *engine, HsEngineStatistics *statistics);

/* ── watching ────────────────────────────────────────────────────────────────────────────── */

/* Called on the main context after a change of @job became durable. */
/* @job is borrowed. Watchers are told of every job: ask hs_engine_may_see() before passing it on. An
 * intake that was given up ends as FAILED or CANCELLED and stays in the list for a while. */
typedef void (*HsEngineWatchFunc) (HsEngine *engine, const HsJob *job, gpointer user_data);
guint hs_engine_watch (HsEngine *engine, HsEngineWatchFunc func, gpointer user_data);

/* How far the delivery of @job is (engine/delivery/deliverer.h); nothing of it is committed. Called about five
 * times a second at most for each job, while something changes. Such a function only looks: it calls
 * no action. */
typedef void (*HsEngineProgressFunc) (HsEngine *engine,
                                      const HsJob *job,
                                      const HsSendProgress *progress,
                                      gpointer user_data);
guint hs_engine_watch_progress (HsEngine *engine, HsEngineProgressFunc func, gpointer user_data);

/* Ends either kind. */
void hs_engine_unwatch (HsEngine *engine, guint watch);

/* ── taking a document ───────────────────────────────────────────────────────────────────── */

/* What is known of a job before its body; strings are copied. */
typedef struct
{
  const char *title;           /* nullable */
  const char *claimed_name;    /* requesting-user-name; recorded, never believed; nullable */
  GBytes *ticket;              /* job template attributes; nullable */
  const char *format;          /* document-format; NULL or application/octet-stream = sniff */
  guint32 claimed_impressions; /* job-impressions; 0 = not given */
  guint32 copies;              /* 0 = 1 */
  HsSides sides;
  HsColour colour;         /* print-color-mode */
  const char *media;       /* nullable */
  guint64 announced_bytes; /* Content-Length or job-k-octets; 0 = unknown; for the quota check */
} HsIntakeOffer;

/* Would this offer be accepted now (Validate-Job)? Checks quota, disk reserve, format and that the
 * job could ever be opened. Errors: REFUSED, NO_SPACE, NOT_SUPPORTED, TEMPORARY, DENIED. */
gboolean hs_engine_check_offer (HsEngine *engine,
                                const HsCaller *caller,
                                const HsIntakeOffer *offer,
                                GError **error);

/* Makes a job in state RECEIVING (Create-Job). Several may be open at once.
 * Returns: (transfer full): NULL on the errors of hs_engine_check_offer(). */
HsIntake *hs_engine_open_intake (HsEngine *engine,
                                 const HsCaller *caller,
                                 const HsIntakeOffer *offer,
                                 GError **error);

/* The open intake of a RECEIVING job that @caller made (Send-Document), NULL if there is none.
 * Returns: (transfer none). */
HsIntake *hs_engine_find_intake (HsEngine *engine, const HsCaller *caller, guint32 ipp_id);

/* The engine holds a reference of an open intake; the job ends with finish or abort, not with the
 * last reference. An intake that gets no byte for config.create_timeout_s (IPP's
 * multiple-operation-time-out) is aborted by itself. */
HsIntake *hs_intake_ref (HsIntake *intake);
void hs_intake_unref (HsIntake *intake);

const HsJob *hs_intake_get_job (HsIntake *intake);

/* The document's format where Send-Document gives one; before the first push only. */
void hs_intake_set_format (HsIntake *intake, const char *format);

/* Hands over bytes to be sealed. Returns FALSE when the queue to the worker is full: the caller
 * pauses its source until @drained (set once) is called on the main context. Bytes pushed are taken
 * in any case. After a failure (quota, disk) pushes are dropped and hs_intake_finish_async() tells.
 */
gboolean hs_intake_push (HsIntake *intake, GBytes *bytes);
typedef void (*HsIntakeDrainedFunc) (HsIntake *intake, gpointer user_data);
void hs_intake_set_drained_func (HsIntake *intake, HsIntakeDrainedFunc func, gpointer user_data);

/* NULL while all is well; else why this intake has already failed, so that the server can answer
 * before the whole body has come. */
const GError *hs_intake_get_failure (HsIntake *intake);

/* The body was complete. Completes when the job is durable and HELD; only then may a success reply
 * leave. Returns the job, which the engine owns. Errors: NO_SPACE, REFUSED, INVALID (empty, or not
 * the format it claims), INTERNAL; the job is then gone. */
void hs_intake_finish_async (HsIntake *intake,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data);
const HsJob *hs_intake_finish_finish (HsIntake *intake, GAsyncResult *result, GError **error);

/* The body was cut, or the client gave up: nothing of the document stays behind. No effect after
 * hs_intake_finish_async(): a complete body is kept, even if the client does not wait. */
void hs_intake_abort (HsIntake *intake);

/* The same for every open intake of @owner, who leaves a kiosk. */
void hs_engine_abort_intakes (HsEngine *engine, const HsId *owner);

/* ── actions: durable when complete ──────────────────────────────────────────────────────── */

/* Every action takes the caller and answers NOT_FOUND for a job that the caller may not know of. */

/* Releases to the printer of the signed list with uuid @printer. @options changes what the job's own
 * ticket says, by its owner only, within the printer's abilities (REFUSED); zeros in it: as the ticket
 * says. NULL: as the job is now, with what an earlier release that failed had changed. The change is
 * durable with the release, goes with every try of it, and is undone by hs_engine_hold_async(). */
void hs_engine_release_async (HsEngine *engine,
                              const HsCaller *caller,
                              const HsId *job,
                              const HsId *printer,
                              const HsPrintOptions *options,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data);
void hs_engine_cancel_async (HsEngine *engine,
                             const HsCaller *caller,
                             const HsId *job,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data);
/* Takes a release back, where nothing was sent yet (Hold-Job), and what it changed. */
void hs_engine_hold_async (HsEngine *engine,
                           const HsCaller *caller,
                           const HsId *job,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data);
/* Decides an UNCERTAIN job; @event is one of HS_EVENT_RESOLVED_*. */
void hs_engine_resolve_async (HsEngine *engine,
                              const HsCaller *caller,
                              const HsId *job,
                              HsJobEvent event,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data);

/* Changes when a held job expires; at most policy's retention from now. */
void hs_engine_set_expiry_async (HsEngine *engine,
                                 const HsCaller *caller,
                                 const HsId *job,
                                 gint64 expires_at_us,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data);

/* "This is mine": @identity, who is signed in at the site on this workstation, claims a job without
 * a proven owner that names this very person. From then on it is shown to them and counts as theirs;
 * its end stays, it can be opened by the site's share only, and the site learns of the claim in the
 * same transaction. Again by the same person: the site is told again. @job is NOT_FOUND if it names
 * somebody else or nobody, has an owner, or is over. */
void hs_engine_claim_async (HsEngine *engine,
                            const HsCaller *caller,
                            const HsId *identity,
                            const HsId *job,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data);

/* For all six. Errors: NOT_FOUND, DENIED, REFUSED (policy, or not possible in this state),
 * EXPIRED, TEMPORARY, INTERNAL. A release of a job whose key nobody has unlocked here is DENIED:
 * the server then offers to unlock, to sign in, or the release page. */
gboolean hs_engine_action_finish (HsEngine *engine, GAsyncResult *result, GError **error);

/* ── commands of the site, for engine/site_link/site_link: executed once ───────────────────────────── */

/* A release that was verified by site_link (signature, nonce, device, life). The command's uuid,
 * the state change and the record `command-result` for the outbox are one transaction. The same
 * uuid again answers the stored result; if the job of that command is still waiting for its share
 * (after a restart), the share is taken. @share is (transfer full), nullable if the job's owner is
 * unlocked here. */
void hs_engine_site_release_async (HsEngine *engine,
                                   const HsId *command,
                                   const HsId *job,
                                   const HsId *printer,
                                   HsSecretBytes *share,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data);
void hs_engine_site_cancel_async (HsEngine *engine,
                                  const HsId *command,
                                  const HsId *job,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data);

/* Records the uuid and the result of a command that concerns no job (bundle, sign-out), or finds
 * the stored one: TRUE in *already if it had been done. */
void hs_engine_site_record_async (HsEngine *engine,
                                  const HsId *command,
                                  HsCommandResult command_result,
                                  const char *sentence,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data);

/* For all three: HS_COMMAND_NONE on error (TEMPORARY: the ledger failed, let the site repeat).
 * @sentence (nullable): (transfer full). @already (nullable): the command had been executed before. */
HsCommandResult hs_engine_site_command_finish (
    HsEngine *engine, GAsyncResult *result, gboolean *already, char **sentence, GError **error);

/* ── jobs of other queues ────────────────────────────────────────────────────────────────── */

/* Writes a record for each of @jobs (element-type HsLocalJob), with their titles as the policy allows,
 * and keeps @value under @setting in the same transaction: a job is told if and only if what keeps it
 * from being told again is kept. Without the policy for it only the setting is kept. NULL @value
 * forgets it. Errors: the ledger's. */
void hs_engine_record_local_jobs_async (HsEngine *engine,
                                        const GPtrArray *jobs,
                                        const char *setting,
                                        GBytes *value,
                                        GAsyncReadyCallback callback,
                                        gpointer user_data);
gboolean hs_engine_record_local_jobs_finish (HsEngine *engine,
                                             GAsyncResult *result,
                                             GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* ── keys that came late ─────────────────────────────────────────────────────────────────── */

/* The waiting jobs of @identity that only site and workstation together can open, though a key of this
 * person is unlocked here; none where the policy wants it so. Returns: (element-type HsId). */
GArray *hs_engine_list_ungranted (HsEngine *engine, const HsId *identity);

/* Opens the file key of one of them with the site's @share (copied, and forgotten at once) and seals it
 * to the owner's registered key, so that this key opens the job from then on. A share that does not fit
 * is logged and changes nothing. */
void hs_engine_grant_owner (HsEngine *engine, const HsId *job, const HsSecretBytes *share);

/* ── news from the parts around it ───────────────────────────────────────────────────────── */

/* The site can be reached, or no longer. Held jobs keep their state; offline releases are marked. */
void hs_engine_set_site_online (HsEngine *engine, gboolean online);

/* An identity's key was unlocked or locked, or who an OS user is became known: titles appear or are
 * wiped, waiting deliveries start, waiting announcements leave. */
void hs_engine_keys_changed (HsEngine *engine, const HsId *identity);

/* The machine is about to sleep or to stop: no delivery begins any more. With @forget_shares what the
 * site gave for released jobs is wiped; it is asked for again after waking. */
void hs_engine_rest (HsEngine *engine, gboolean forget_shares);

/* Ends the deliveries that still go on, without a word to any printer, as an end of the agent would:
 * not one byte more is sent. */
void hs_engine_park (HsEngine *engine);

/* Awake: every released job goes on at once, a parked one by asking its printer what became of it. */
void hs_engine_wake (HsEngine *engine);

/* Another network, or one again: printers that could not be reached are tried at once. */
void hs_engine_network_changed (HsEngine *engine);

/* The printer list or an approval changed: waiting deliveries may start. */
void hs_engine_printers_changed (HsEngine *engine);

/* The site knows more than this ledger (an old disk image came back), and a new stream has begun:
 * every job that is not final becomes UNCERTAIN until a person decides. */
void hs_engine_roll_back (HsEngine *engine);

/* Adds to @batch that this is to be done, whatever happens to the agent meanwhile; and to @settings
 * (nullable), from which an engine is about to start. */
void hs_engine_note_doubt (HsLedgerBatch *batch, GHashTable *settings);

/* The site may not know what is here: it was joined after jobs were taken, or was put back to an older
 * state (@with_history: then it may lack finished jobs, too). Announces every job again, with its
 * state; a site that knows one already is not disturbed. A job from before the enrolment whose owner
 * the organisation does not know yet follows when somebody signs in for the OS user. Completes when
 * the records are durable; on error (TEMPORARY, CANCELLED, the ledger's) ask again. */
void hs_engine_announce_again_async (HsEngine *engine,
                                     gboolean with_history,
                                     GAsyncReadyCallback callback,
                                     gpointer user_data);
gboolean hs_engine_announce_again_finish (HsEngine *engine,
                                          GAsyncResult *result,
                                          GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Somebody asks the site for @job, whose announcement may still wait for its pages: announces it with
 * what is known. Nothing if it was announced. */
void hs_engine_announce_now (HsEngine *engine, const HsId *job);

/* A new stream has begun with @records of ours; for the statistics. */
void hs_engine_stream_began (HsEngine *engine, guint64 records);

/* The site has acknowledged all records up to @n of the present stream; for the statistics. (A final
 * job shrinks to its audit line as soon as nothing of it is left here: its report is a record of
 * its own and needs no row.) */
void hs_engine_outbox_acknowledged (HsEngine *engine, guint64 n);
