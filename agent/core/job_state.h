/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* The life of a job.
 *
 * The only place where a job's state changes: (state, event, facts) → (state, reasons, effects),
 * one table row for each legal cell. It does no I/O and reads no clock; the engine commits what a
 * step says and then runs the effects. The story, with a diagram drawn from the table, is in
 * docs/job-states.md.
 *
 * Threads: any, no shared state.  Blocks: never. */

#include "core/job_reasons.h"

typedef enum
{
  HS_JOB_NONE = 0,
  HS_JOB_RECEIVING,  /* the body is arriving; a temporary file, no ledger row; IPP pending-held */
  HS_JOB_HELD,       /* sealed and durable, waits for a release; IPP pending-held */
  HS_JOB_RELEASED,   /* somebody who may asked for paper, nothing was sent yet; IPP pending */
  HS_JOB_DELIVERING, /* from the intent of Create-Job to the printer's last word; IPP processing */
  HS_JOB_UNCERTAIN,  /* did paper come out? a person decides; IPP processing-stopped */
  HS_JOB_DELIVERED,  /* final: the printer completed it, no spool file; IPP completed */
  HS_JOB_CANCELLED,  /* final: a person or the site gave it up, no spool file; IPP canceled */
  HS_JOB_EXPIRED,    /* final: nobody released it in time, no spool file; IPP aborted */
  HS_JOB_FAILED,     /* final: it can never be printed, no spool file; IPP aborted */
  HS_JOB_N_STATES,
} HsJobState;

typedef enum
{
  HS_EVENT_NONE = 0,
  HS_EVENT_OPENED,          /* intake: a job was created; the first event of every job */
  HS_EVENT_SEALED,          /* intake: the spool file is durable */
  HS_EVENT_INTAKE_FAILED,   /* intake: the body was cut, too large or could not be stored */
  HS_EVENT_RELEASE_ASKED,   /* release_policy said yes */
  HS_EVENT_HOLD_ASKED,      /* Hold-Job, or a release taken back before anything was sent */
  HS_EVENT_CANCEL_ASKED,    /* owner, administrator or site */
  HS_EVENT_EXPIRED,         /* retention: the time is over */
  HS_EVENT_DAMAGED,         /* the spool file or row does not verify, or can never be opened here */
  HS_EVENT_PRINTER_BUSY,    /* delivery: no job was made at the printer; worth another try */
  HS_EVENT_PRINTER_REFUSED, /* delivery: certain that nothing printed; a person must do something */
  HS_EVENT_SEND_INTENT,     /* delivery: about to send Create-Job (or Print-Job) */
  HS_EVENT_PRINTER_ACCEPTED, /* delivery: the printer's job-id is known */
  HS_EVENT_SENDING,          /* delivery: the first document byte is about to leave */
  HS_EVENT_SENT,             /* delivery: the printer acknowledged the whole document */
  HS_EVENT_SENDING_BROKE, /* delivery: sending ended without the printer's yes; what left is known */
  HS_EVENT_PRINTER_STATE, /* delivery: the printer told another job-state */
  HS_EVENT_PRINTED,       /* delivery: the printer's job is completed */
  HS_EVENT_NOT_PRINTED,   /* delivery: the printer's job ended without paper, and that is certain */
  HS_EVENT_OUTCOME_UNKNOWN,  /* delivery: what was committed cannot be matched to an answer */
  HS_EVENT_RESOLVED_PRINTED, /* a person: it did print */
  HS_EVENT_RESOLVED_REPRINT, /* a person: it did not; hold it again */
  HS_EVENT_RESOLVED_CANCEL,  /* a person: give it up */
  HS_EVENT_RESTARTED,        /* the agent started; raised once for each job that is not final */
  HS_EVENT_ROLLED_BACK,      /* the site knows more than this ledger: an old disk image came back */
  HS_EVENT_N_EVENTS,
} HsJobEvent;

/* What the caller knows at the moment of the step; FALSE when it does not matter. */
typedef struct
{
  gboolean cancel_wanted;    /* a cancel was asked for while DELIVERING */
  gboolean will_retry;       /* backoff still allows another attempt by itself */
  gboolean damaged_for_good; /* NOT_PRINTED because the document itself cannot be read */
} HsJobFacts;

/* Effects: run after the commit of the step that asks for them, replayed on start until each is
 * reported done; so every one of them is safe to run twice. */
typedef enum
{
  HS_EFFECT_NONE = 0,
  HS_EFFECT_ABORT_INTAKE = 1 << 0,  /* close the body, remove the temporary file */
  HS_EFFECT_ANNOUNCE = 1 << 1,      /* outbox: the site learns of the job */
  HS_EFFECT_PURGE_OS_COPY = 1 << 2, /* ask homespool-queue to remove CUPS's copy */
  HS_EFFECT_DELIVER = 1 << 3,       /* start, or after a restart resume, the delivery */
  HS_EFFECT_RETRY_LATER = 1 << 4,   /* start the delivery again after the backoff delay */
  HS_EFFECT_STOP_DELIVERY
  = 1 << 5,                   /* end the attempt; cancel the job at the printer if it has one */
  HS_EFFECT_DESTROY = 1 << 6, /* forget the row's keys, unlink the spool file */
  HS_EFFECT_REPORT = 1 << 7,  /* outbox: the outcome with the printer's counts, or a state change */
  HS_EFFECT_NOTIFY = 1 << 8,  /* watchers of the job (control API events, IPP subscriptions) */
  HS_EFFECT_TAKE_BACK = 1 << 9, /* cancel at the printer what it may still have of the job */
} HsJobEffects;

typedef struct
{
  HsJobState state;
  HsJobReasons reasons; /* what the new state itself says; the engine adds the cause */
  HsJobEffects effects;
} HsJobStep;

/* Takes one step. Returns FALSE and leaves *step alone when @event cannot happen in @state.
 * Errors: HS_ERROR_INVALID, naming both. */
gboolean hs_job_state_step (HsJobState state,
                            HsJobEvent event,
                            const HsJobFacts *facts,
                            HsJobStep *step,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* TRUE for DELIVERED, CANCELLED, EXPIRED, FAILED. */
gboolean hs_job_state_is_final (HsJobState state);

/* Keywords of our own JSON, ledger and diagram: "held", "release-asked", …; NULL if out of range.
 */
const char *hs_job_state_to_keyword (HsJobState state);
HsJobState hs_job_state_from_keyword (const char *keyword);
const char *hs_job_event_to_keyword (HsJobEvent event);

/* IPP job-state (RFC 8011 section 5.3.7): 3 pending … 9 completed. */
int hs_job_state_to_ipp (HsJobState state);

/* The table as the Mermaid diagram and the list in docs/job-states.md. Returns: (transfer full). */
char *hs_job_state_format_document (void);
