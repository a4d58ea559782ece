/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The life of a job: one row for each legal (state, event, condition). The first row that fits
 * counts, so a conditional row stands before the general one. What has no row cannot happen. */

#include "core/job_state.h"

#include "base/error.h"

#include <string.h>

typedef enum
{
  ALWAYS = 0,
  IF_CANCEL_WANTED,
  IF_DAMAGED,
  IF_RETRY,
  N_CONDITIONS,
} Condition;

typedef struct
{
  HsJobState from;
  HsJobEvent event;
  Condition condition;
  HsJobState to;
  HsJobEffects effects;
} Row;

/* What every end of a job that the site knows brings about. */
#define END (HS_EFFECT_DESTROY | HS_EFFECT_REPORT | HS_EFFECT_NOTIFY)
#define TELL (HS_EFFECT_REPORT | HS_EFFECT_NOTIFY)
#define STOP HS_EFFECT_STOP_DELIVERY
#define TAKE_BACK HS_EFFECT_TAKE_BACK

static const Row table[] = {
  { HS_JOB_NONE, HS_EVENT_OPENED, ALWAYS, HS_JOB_RECEIVING, HS_EFFECT_NONE },

  { HS_JOB_RECEIVING, HS_EVENT_SEALED, ALWAYS, HS_JOB_HELD,
    HS_EFFECT_ANNOUNCE | HS_EFFECT_PURGE_OS_COPY | HS_EFFECT_NOTIFY },
  { HS_JOB_RECEIVING, HS_EVENT_INTAKE_FAILED, ALWAYS, HS_JOB_FAILED,
    HS_EFFECT_ABORT_INTAKE | HS_EFFECT_NOTIFY },
  { HS_JOB_RECEIVING, HS_EVENT_CANCEL_ASKED, ALWAYS, HS_JOB_CANCELLED,
    HS_EFFECT_ABORT_INTAKE | HS_EFFECT_NOTIFY },

  { HS_JOB_HELD, HS_EVENT_RELEASE_ASKED, ALWAYS, HS_JOB_RELEASED, HS_EFFECT_DELIVER | TELL },
  { HS_JOB_HELD, HS_EVENT_HOLD_ASKED, ALWAYS, HS_JOB_HELD, HS_EFFECT_NOTIFY },
  { HS_JOB_HELD, HS_EVENT_CANCEL_ASKED, ALWAYS, HS_JOB_CANCELLED, TAKE_BACK | END },
  { HS_JOB_HELD, HS_EVENT_EXPIRED, ALWAYS, HS_JOB_EXPIRED, END },
  { HS_JOB_HELD, HS_EVENT_DAMAGED, ALWAYS, HS_JOB_FAILED, END },
  { HS_JOB_HELD, HS_EVENT_RESTARTED, ALWAYS, HS_JOB_HELD, HS_EFFECT_NONE },
  { HS_JOB_HELD, HS_EVENT_ROLLED_BACK, ALWAYS, HS_JOB_UNCERTAIN, TELL },

  { HS_JOB_RELEASED, HS_EVENT_SEND_INTENT, ALWAYS, HS_JOB_DELIVERING, TELL },
  { HS_JOB_RELEASED, HS_EVENT_PRINTER_BUSY, IF_RETRY, HS_JOB_RELEASED,
    HS_EFFECT_RETRY_LATER | HS_EFFECT_NOTIFY },
  { HS_JOB_RELEASED, HS_EVENT_PRINTER_BUSY, ALWAYS, HS_JOB_HELD, TELL },
  { HS_JOB_RELEASED, HS_EVENT_PRINTER_REFUSED, ALWAYS, HS_JOB_HELD, TELL },
  { HS_JOB_RELEASED, HS_EVENT_HOLD_ASKED, ALWAYS, HS_JOB_HELD, STOP | TELL },
  { HS_JOB_RELEASED, HS_EVENT_CANCEL_ASKED, ALWAYS, HS_JOB_CANCELLED, STOP | TAKE_BACK | END },
  { HS_JOB_RELEASED, HS_EVENT_EXPIRED, ALWAYS, HS_JOB_EXPIRED, STOP | END },
  { HS_JOB_RELEASED, HS_EVENT_DAMAGED, ALWAYS, HS_JOB_FAILED, STOP | END },
  { HS_JOB_RELEASED, HS_EVENT_RESTARTED, ALWAYS, HS_JOB_RELEASED, HS_EFFECT_DELIVER },
  { HS_JOB_RELEASED, HS_EVENT_ROLLED_BACK, ALWAYS, HS_JOB_UNCERTAIN, STOP | TELL },

  { HS_JOB_DELIVERING, HS_EVENT_PRINTER_ACCEPTED, ALWAYS, HS_JOB_DELIVERING, HS_EFFECT_NOTIFY },
  { HS_JOB_DELIVERING, HS_EVENT_SENDING, ALWAYS, HS_JOB_DELIVERING, HS_EFFECT_NOTIFY },
  { HS_JOB_DELIVERING, HS_EVENT_SENT, ALWAYS, HS_JOB_DELIVERING, HS_EFFECT_NOTIFY },
  { HS_JOB_DELIVERING, HS_EVENT_SENDING_BROKE, ALWAYS, HS_JOB_DELIVERING, HS_EFFECT_NOTIFY },
  { HS_JOB_DELIVERING, HS_EVENT_PRINTER_STATE, ALWAYS, HS_JOB_DELIVERING, HS_EFFECT_NOTIFY },
  { HS_JOB_DELIVERING, HS_EVENT_PRINTED, ALWAYS, HS_JOB_DELIVERED, END },
  { HS_JOB_DELIVERING, HS_EVENT_NOT_PRINTED, IF_CANCEL_WANTED, HS_JOB_CANCELLED, END },
  { HS_JOB_DELIVERING, HS_EVENT_NOT_PRINTED, IF_DAMAGED, HS_JOB_FAILED, END },
  { HS_JOB_DELIVERING, HS_EVENT_NOT_PRINTED, IF_RETRY, HS_JOB_RELEASED,
    HS_EFFECT_RETRY_LATER | TELL },
  { HS_JOB_DELIVERING, HS_EVENT_NOT_PRINTED, ALWAYS, HS_JOB_HELD, TELL },
  { HS_JOB_DELIVERING, HS_EVENT_PRINTER_BUSY, IF_CANCEL_WANTED, HS_JOB_CANCELLED, END },
  { HS_JOB_DELIVERING, HS_EVENT_PRINTER_BUSY, IF_RETRY, HS_JOB_RELEASED,
    HS_EFFECT_RETRY_LATER | TELL },
  { HS_JOB_DELIVERING, HS_EVENT_PRINTER_BUSY, ALWAYS, HS_JOB_HELD, TELL },
  { HS_JOB_DELIVERING, HS_EVENT_PRINTER_REFUSED, IF_CANCEL_WANTED, HS_JOB_CANCELLED, END },
  { HS_JOB_DELIVERING, HS_EVENT_PRINTER_REFUSED, ALWAYS, HS_JOB_HELD, TELL },
  { HS_JOB_DELIVERING, HS_EVENT_OUTCOME_UNKNOWN, ALWAYS, HS_JOB_UNCERTAIN, TELL },
  { HS_JOB_DELIVERING, HS_EVENT_CANCEL_ASKED, ALWAYS, HS_JOB_DELIVERING, STOP | HS_EFFECT_NOTIFY },
  { HS_JOB_DELIVERING, HS_EVENT_DAMAGED, ALWAYS, HS_JOB_UNCERTAIN, STOP | TELL },
  { HS_JOB_DELIVERING, HS_EVENT_RESTARTED, ALWAYS, HS_JOB_DELIVERING, HS_EFFECT_DELIVER },
  { HS_JOB_DELIVERING, HS_EVENT_ROLLED_BACK, ALWAYS, HS_JOB_UNCERTAIN, STOP | TELL },

  { HS_JOB_UNCERTAIN, HS_EVENT_RESOLVED_PRINTED, ALWAYS, HS_JOB_DELIVERED, END },
  { HS_JOB_UNCERTAIN, HS_EVENT_RESOLVED_REPRINT, ALWAYS, HS_JOB_HELD, TELL },
  { HS_JOB_UNCERTAIN, HS_EVENT_RESOLVED_CANCEL, ALWAYS, HS_JOB_CANCELLED, TAKE_BACK | END },
  { HS_JOB_UNCERTAIN, HS_EVENT_CANCEL_ASKED, ALWAYS, HS_JOB_CANCELLED, TAKE_BACK | END },
  { HS_JOB_UNCERTAIN, HS_EVENT_EXPIRED, ALWAYS, HS_JOB_EXPIRED, END },
  { HS_JOB_UNCERTAIN, HS_EVENT_DAMAGED, ALWAYS, HS_JOB_FAILED, END },
  { HS_JOB_UNCERTAIN, HS_EVENT_RESTARTED, ALWAYS, HS_JOB_UNCERTAIN, HS_EFFECT_NONE },
  { HS_JOB_UNCERTAIN, HS_EVENT_ROLLED_BACK, ALWAYS, HS_JOB_UNCERTAIN, HS_EFFECT_NONE },
};

static const struct
{
  const char *keyword;
  int ipp; /* RFC 8011 section 5.3.7 */
  HsJobReasons reasons;
  const char *meaning;
} states[HS_JOB_N_STATES] = {
  [HS_JOB_NONE] = { "none", 0, HS_REASON_NONE, "no such job yet" },
  [HS_JOB_RECEIVING] = { "receiving", 4, HS_REASON_INCOMING,
                         "the body is arriving and being sealed; a temporary file, no ledger row" },
  [HS_JOB_HELD] = { "held", 4, HS_REASON_RELEASE_WAIT, "sealed and durable; waits for a release" },
  [HS_JOB_RELEASED] = { "released", 3, HS_REASON_NONE,
                        "somebody who may asked for paper; nothing was sent to a printer yet" },
  [HS_JOB_DELIVERING] = { "delivering", 5, HS_REASON_OUTGOING,
                          "from the intent of Create-Job to the printer's last word" },
  [HS_JOB_UNCERTAIN] = { "uncertain", 6, HS_REASON_UNCERTAIN,
                         "it cannot be known whether paper came out; a person decides" },
  [HS_JOB_DELIVERED]
  = { "delivered", 9, HS_REASON_COMPLETED, "the printer completed it; the spool file is gone" },
  [HS_JOB_CANCELLED]
  = { "cancelled", 7, HS_REASON_NONE, "a person or the site gave it up; the spool file is gone" },
  [HS_JOB_EXPIRED] = { "expired", 8, HS_REASON_ABORTED_BY_SYSTEM,
                       "nobody released it in time; the spool file is gone" },
  [HS_JOB_FAILED]
  = { "failed", 8, HS_REASON_ABORTED_BY_SYSTEM, "it can never be printed; the spool file is gone" },
};

static const char *const events[HS_EVENT_N_EVENTS] = {
  [HS_EVENT_NONE] = "none",
  [HS_EVENT_OPENED] = "opened",
  [HS_EVENT_SEALED] = "sealed",
  [HS_EVENT_INTAKE_FAILED] = "intake-failed",
  [HS_EVENT_RELEASE_ASKED] = "release-asked",
  [HS_EVENT_HOLD_ASKED] = "hold-asked",
  [HS_EVENT_CANCEL_ASKED] = "cancel-asked",
  [HS_EVENT_EXPIRED] = "time-over",
  [HS_EVENT_DAMAGED] = "damaged",
  [HS_EVENT_PRINTER_BUSY] = "printer-busy",
  [HS_EVENT_PRINTER_REFUSED] = "printer-refused",
  [HS_EVENT_SEND_INTENT] = "send-intent",
  [HS_EVENT_PRINTER_ACCEPTED] = "printer-accepted",
  [HS_EVENT_SENDING] = "sending",
  [HS_EVENT_SENT] = "sent",
  [HS_EVENT_SENDING_BROKE] = "sending-broke",
  [HS_EVENT_PRINTER_STATE] = "printer-state",
  [HS_EVENT_PRINTED] = "printed",
  [HS_EVENT_NOT_PRINTED] = "not-printed",
  [HS_EVENT_OUTCOME_UNKNOWN] = "outcome-unknown",
  [HS_EVENT_RESOLVED_PRINTED] = "resolved-printed",
  [HS_EVENT_RESOLVED_REPRINT] = "resolved-reprint",
  [HS_EVENT_RESOLVED_CANCEL] = "resolved-cancel",
  [HS_EVENT_RESTARTED] = "restarted",
  [HS_EVENT_ROLLED_BACK] = "rolled-back",
};

static const char *const conditions[N_CONDITIONS] = {
  [ALWAYS] = "",
  [IF_CANCEL_WANTED] = "a cancel was asked for",
  [IF_DAMAGED] = "the document is damaged",
  [IF_RETRY] = "another try is allowed",
};

static const char *const effects[] = { "abort intake",
                                       "announce",
                                       "purge the system's copy",
                                       "deliver",
                                       "retry later",
                                       "stop the delivery",
                                       "destroy",
                                       "report",
                                       "notify",
                                       "take back at the printer" };

static gboolean
condition_holds (Condition condition, const HsJobFacts *facts)
{
  switch (condition)
    {
    case IF_CANCEL_WANTED:
      return facts->cancel_wanted;
    case IF_DAMAGED:
      return facts->damaged_for_good;
    case IF_RETRY:
      return facts->will_retry;
    case ALWAYS:
    case N_CONDITIONS:
      break;
    }
  return TRUE;
}

gboolean
hs_job_state_step (
    HsJobState state, HsJobEvent event, const HsJobFacts *facts, HsJobStep *step, GError **error)
{
  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      if (table[i].from != state || table[i].event != event
          || !condition_holds (table[i].condition, facts))
        continue;
      step->state = table[i].to;
      step->reasons = states[table[i].to].reasons;
      step->effects = table[i].effects;
      return TRUE;
    }
  g_set_error (error, HS_ERROR, HS_ERROR_INVALID, "a job that is %s cannot take the event %s",
               hs_job_state_to_keyword (state), hs_job_event_to_keyword (event));
  return FALSE;
}

gboolean
hs_job_state_is_final (HsJobState state)
{
  return state >= HS_JOB_DELIVERED && state < HS_JOB_N_STATES;
}

const char *
hs_job_state_to_keyword (HsJobState state)
{
  return (guint)state < HS_JOB_N_STATES ? states[state].keyword : NULL;
}

HsJobState
hs_job_state_from_keyword (const char *keyword)
{
  for (guint state = HS_JOB_NONE + 1; state < HS_JOB_N_STATES; state++)
    if (g_strcmp0 (states[state].keyword, keyword) == 0)
      return (HsJobState)state;
  return HS_JOB_NONE;
}

const char *
hs_job_event_to_keyword (HsJobEvent event)
{
  return (guint)event < HS_EVENT_N_EVENTS ? events[event] : NULL;
}

int
hs_job_state_to_ipp (HsJobState state)
{
  return (guint)state < HS_JOB_N_STATES ? states[state].ipp : 0;
}

static void
append_effects (GString *text, HsJobEffects asked)
{
  gboolean first = TRUE;

  for (guint bit = 0; bit < G_N_ELEMENTS (effects); bit++)
    {
      if ((asked & 1u << bit) == 0)
        continue;
      g_string_append_printf (text, "%s%s", first ? "" : ", ", effects[bit]);
      first = FALSE;
    }
}

char *
hs_job_state_format_document (void)
{
  GString *text = g_string_new ("# The life of a job\n\n");

  g_string_append (text, "Drawn from the table in agent/core/job_state.c; a test compares the two. "
                         "What has no row below cannot happen.\n\n```mermaid\nstateDiagram-v2\n"
                         "  [*] --> receiving: opened\n");
  for (gsize i = 1; i < G_N_ELEMENTS (table); i++)
    if (table[i].from != table[i].to)
      g_string_append_printf (text, "  %s --> %s: %s%s%s\n", states[table[i].from].keyword,
                              states[table[i].to].keyword, events[table[i].event],
                              table[i].condition != ALWAYS ? ", if " : "",
                              conditions[table[i].condition]);
  for (guint state = HS_JOB_DELIVERED; state < HS_JOB_N_STATES; state++)
    g_string_append_printf (text, "  %s --> [*]\n", states[state].keyword);
  g_string_append (text, "```\n\n| state | IPP job-state | what is true |\n|---|---|---|\n");
  for (guint state = HS_JOB_RECEIVING; state < HS_JOB_N_STATES; state++)
    g_string_append_printf (text, "| %s | %d | %s |\n", states[state].keyword, states[state].ipp,
                            states[state].meaning);
  g_string_append (text, "\n| state | event | if | next | effects |\n|---|---|---|---|---|\n");
  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_string_append_printf (text, "| %s | %s | %s | %s | ", states[table[i].from].keyword,
                              events[table[i].event], conditions[table[i].condition],
                              states[table[i].to].keyword);
      append_effects (text, table[i].effects);
      g_string_append (text, " |\n");
    }
  return g_string_free (text, FALSE);
}
