/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* The engine: takes an event, steps the table, commits state, pending effects and outbox rows in
 * one ledger transaction, then runs the effects. It owns every job and is the only writer of them.
 *
 * Servers (serve/) and the site link (engine/site_link) translate requests into the calls below;
 * they never decide. Questions answer from memory; actions are asynchronous and complete when what
 * they changed is durable.
 *
 * Threads: main context only, asserted.  Blocks: never. */

#include "core/caller.h"
#include "core/job.h"

#include <gio/gio.h>

typedef struct HsEngine HsEngine;
typedef struct HsIntake HsIntake;

/* ── questions ───────────────────────────────────────────────────────────────────────────── */

/* Jobs that @caller may know of, oldest first.
 * Returns: (transfer container) (element-type HsJob): borrowed jobs, valid until the next turn of
 * the main loop. */
GPtrArray *hs_engine_list_jobs (HsEngine *engine, const HsCaller *caller);

/* NULL if there is no such job or @caller may not know of it; the two look the same. */
const HsJob *hs_engine_find_job (HsEngine *engine, const HsCaller *caller, const HsId *id);
const HsJob *
hs_engine_find_job_by_ipp_id (HsEngine *engine, const HsCaller *caller, guint32 ipp_id);

/* ── watching ────────────────────────────────────────────────────────────────────────────── */

/* Called on the main context after a change of @job became durable. */
typedef void (*HsEngineWatchFunc) (HsEngine *engine, const HsJob *job, gpointer user_data);
guint hs_engine_watch (HsEngine *engine, HsEngineWatchFunc func, gpointer user_data);
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

/* The open intake of a RECEIVING job that @caller made (Send-Document), NULL if there is none. */
HsIntake *hs_engine_find_intake (HsEngine *engine, const HsCaller *caller, guint32 ipp_id);

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

/* The body was cut, or the client gave up: nothing of the job stays behind. */
void hs_intake_abort (HsIntake *intake);

/* ── actions: durable when complete ──────────────────────────────────────────────────────── */

/* Every action takes the caller and answers NOT_FOUND for a job that the caller may not know of. */

/* Releases to the printer of the signed list with uuid @printer. */
void hs_engine_release_async (HsEngine *engine,
                              const HsCaller *caller,
                              const HsId *job,
                              const HsId *printer,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data);
void hs_engine_cancel_async (HsEngine *engine,
                             const HsCaller *caller,
                             const HsId *job,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data);
/* Takes a release back, where nothing was sent yet (Hold-Job). */
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

/* For all four. Errors: NOT_FOUND, DENIED, REFUSED (policy, or not possible in this state),
 * EXPIRED, TEMPORARY, INTERNAL. */
gboolean hs_engine_action_finish (HsEngine *engine, GAsyncResult *result, GError **error);
