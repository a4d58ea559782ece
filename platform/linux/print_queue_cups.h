/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* What homespool-queue does in CUPS, to one queue. Part of that program only.
 *
 * Threads: the only thread of the program.  Blocks: on cupsd, 20 s for each answer. */

#include "platform/linux/print_queue_wire.h"

#include <cups/cups.h>

typedef struct
{
  const char *cups_socket;    /* where cupsd listens */
  const char *queue_name;     /* our queue */
  const char *printer_socket; /* where the agent answers as a printer */
  const char *own_name;       /* user name of this process */
} HsCupsPlace;

/* Does what @request asks, fills *reply, and appends to @rows what follows it. */
void hs_cups_serve (const HsCupsPlace *place,
                    const HsQueueRequest *request,
                    HsQueueReply *reply,
                    GByteArray *rows);

/* ── shared by its bodies ────────────────────────────────────────────────────────────────── */

/* A new connection. NULL and *reply filled when cupsd does not answer. */
http_t *hs_cups_connect (const HsCupsPlace *place, HsQueueReply *reply);

/* Sets outcome and sentence. Returns FALSE. */
gboolean hs_cups_fail (HsQueueReply *reply, HsQueueOutcome outcome, const char *sentence);

/* A request to our queue, with its URI and @user as requesting-user-name. */
ipp_t *hs_cups_new_request (const HsCupsPlace *place, ipp_op_t operation, const char *user);

/* Sends @request (taken) as ourselves. NULL and *reply filled on any status but success. */
ipp_t *hs_cups_do (const HsCupsPlace *place,
                   http_t *http,
                   ipp_t *request,
                   const char *resource,
                   HsQueueReply *reply);

/* For requests of which only success matters. */
gboolean hs_cups_carry_out (const HsCupsPlace *place,
                            http_t *http,
                            ipp_t *request,
                            const char *resource,
                            HsQueueReply *reply);

/* Borrowed; "" if there is no such attribute. */
const char *hs_cups_get_text (ipp_t *answer, const char *name);

/* ── jobs: print_queue_jobs.c ────────────────────────────────────────────────────────────── */

/* Removes one job of our queue for good, whatever its state. */
gboolean
hs_cups_purge_job (const HsCupsPlace *place, http_t *http, int job_id, HsQueueReply *reply);

/* The verbs about jobs; all fill *reply. */
void hs_cups_purge_finished_job (const HsCupsPlace *place,
                                 http_t *http,
                                 int job_id,
                                 HsQueueReply *reply);
void hs_cups_purge_jobs (const HsCupsPlace *place,
                         http_t *http,
                         gboolean running_too,
                         HsQueueReply *reply);
void hs_cups_purge_user (const HsCupsPlace *place, http_t *http, guint32 uid, HsQueueReply *reply);
void hs_cups_purge_running (const HsCupsPlace *place,
                            http_t *http,
                            guint32 until_s,
                            HsQueueReply *reply);
void
hs_cups_find_running (const HsCupsPlace *place, http_t *http, guint32 uid, HsQueueReply *reply);

/* Has cupsd forget, on its disk, the names of users whose jobs are gone. */
void hs_cups_rewrite_job_list (const HsCupsPlace *place, http_t *http);

/* ── other queues: print_queue_others.c ──────────────────────────────────────────────────── */

void
hs_cups_set_knocking (const HsCupsPlace *place, http_t *http, gboolean knocks, HsQueueReply *reply);

/* Jobs of other queues from number @from on, at most HS_QUEUE_JOBS_AT_ONCE. */
void hs_cups_list_others (
    const HsCupsPlace *place, http_t *http, guint32 from, GByteArray *rows, HsQueueReply *reply);

/* ── trials: print_queue_trial.c ─────────────────────────────────────────────────────────── */

/* Finds out whether the queue's policy holds people to their names. Leaves no job behind. Returns
 * FALSE when it could not be found out. */
gboolean
hs_cups_try_false_names (const HsCupsPlace *place, gboolean *are_refused, HsQueueReply *reply);

/* Does cupsd tell who proves nothing of other people's jobs? TRUE also if that cannot be found out. */
gboolean hs_cups_tells_others (const HsCupsPlace *place);

/* Does the log level make cupsd write device URIs? TRUE also if that cannot be found out. */
gboolean hs_cups_logs_secrets (const HsCupsPlace *place);
