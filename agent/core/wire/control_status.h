/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* The other values of the control API: how the agent is, which printers there are, what doctor
 * found, and a line of a job's story. Errors are those of core/wire/wire_error (hs_wire_error_*).
 *
 * Threads: any, no shared state.  Blocks: never.  Errors of the decoders: INVALID; unknown members
 * are passed over. */

#include "core/wire/control_job.h"

/* GET /v1/status */
typedef struct
{
  char *version;
  gboolean ready; /* the ledger is read; jobs are taken */
  guint32 uid;    /* the caller's, as the kernel says */
  gboolean is_admin;
  guint32 held;      /* the caller's jobs that wait */
  guint32 printing;  /* released and delivering */
  guint32 uncertain; /* a question to the caller */
  gboolean enrolled;
  char *organisation; /* nullable until enrolled */
  char *device;       /* uuid; nullable until enrolled */
  char *site_url;     /* of the release page; nullable until enrolled */
  char *title_policy; /* "none", "full" or "sealed"; nullable until enrolled */
  gboolean site_online;
  char *site_state;        /* "online", "degraded" or "offline" (core/reachability) */
  gint64 site_since_us;    /* UTC; since when it is in this state; 0 = not known */
  char *site_problem;      /* why it is not online; nullable */
  char *offline_policy;    /* "print", "hold" or "deny": while the site is away; nullable */
  gint64 offline_until_us; /* UTC: until then the caller may print without it; 0 = may not */
  guint32 offline_pages;   /* and so many pages */
  guint32 outbox_records;  /* not yet acknowledged by the site */
  gint64 rolled_back_us;   /* UTC; known to be an older copy of itself; 0 = no, or acknowledged */
  gint64 copied_us; /* UTC; known to be a copy of another machine; 0 = no, or enrolled since */
  char *identity;   /* uuid of the person that the caller is; nullable */
  char *key;        /* of the caller: "absent", "locked" or "unlocked" */
  char **escrow;    /* names of escrow recipients */
  gboolean watches_logins; /* logouts and locked screens are noticed */
  gboolean watches_sleep;  /* sleep, waking and shutdown are noticed */
  char *mode;              /* how people are told apart: "personal", "shared" or "kiosk" */
  gboolean is_seat_taken;  /* kiosk: somebody is signed in */
  char *seat_problem;      /* kiosk: why nobody can sign in; nullable */
  char *seat_name;         /* kiosk: who, if it is the caller; nullable */
  gint64 seat_until_us;    /* UTC: signed out then at the latest; 0 = not the caller's */
  guint32 idle_sign_out_s; /* and after so long without a sign of life; 0 = no kiosk */
} HsControlStatus;

void hs_control_status_free (HsControlStatus *status);
json_t *hs_control_status_encode (const HsControlStatus *status);
HsControlStatus *hs_control_status_decode (const json_t *object,
                                           GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* GET /v1/printers */
typedef struct
{
  char *id; /* uuid */
  char *name;
  char *location; /* nullable */
  char *state;    /* "ready", "busy", "stopped" or "unknown" */
  char *sentence; /* what is wrong, "" if nothing is */
  char *trust;    /* "pinned", "authority", "approved" or "plain" */
  gboolean used_before;
  char *place;    /* "here": used in this network before; "elsewhere" or "unknown" */
  gint64 used_us; /* UTC: when a job was printed there; 0 = never */
  gint64 seen_us; /* UTC; when the state was learnt; 0 = never */
  HsPrintAbilities abilities;
} HsControlPrinter;

void hs_control_printer_free (HsControlPrinter *printer);
json_t *hs_control_printer_encode (const HsControlPrinter *printer);
HsControlPrinter *hs_control_printer_decode (const json_t *object,
                                             GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* GET /v1/doctor */
typedef enum
{
  HS_CHECK_OK,
  HS_CHECK_NOTE,    /* worth knowing */
  HS_CHECK_WARNING, /* works, but less safely or less well */
  HS_CHECK_FAILED,  /* something does not work */
} HsCheckVerdict;

typedef struct
{
  char *name; /* "queue", "site", … */
  HsCheckVerdict verdict;
  char *sentence; /* what was found */
  char *next;     /* what to do; "" if nothing */
} HsControlCheck;

HsControlCheck *hs_control_check_new (const char *name,
                                      HsCheckVerdict verdict,
                                      const char *next,
                                      const char *sentence_format,
                                      ...) G_GNUC_PRINTF (4, 5);
void hs_control_check_free (HsControlCheck *check);
json_t *hs_control_check_encode (const HsControlCheck *check);
HsControlCheck *hs_control_check_decode (const json_t *object,
                                         GError **error) G_GNUC_WARN_UNUSED_RESULT;
const char *hs_check_verdict_to_keyword (HsCheckVerdict verdict);

/* GET /v1/jobs/{id}/trace */
typedef struct
{
  gint64 at_us;   /* UTC, whole seconds after the way over JSON */
  char *event;    /* keyword; "" for a remark */
  char *state;    /* keyword after it */
  char *sentence; /* why, or the remark; never NULL */
  char *printer;  /* uuid; nullable */
} HsControlTraceLine;

void hs_control_trace_line_free (HsControlTraceLine *line);
json_t *hs_control_trace_line_encode (const HsControlTraceLine *line);
HsControlTraceLine *hs_control_trace_line_decode (const json_t *object,
                                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsControlStatus, hs_control_status_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsControlPrinter, hs_control_printer_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsControlCheck, hs_control_check_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsControlTraceLine, hs_control_trace_line_free)
