/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* Shared by the files of the control API: one request, and how it is answered.
 *
 * A request is paused until it is answered; a handler answers it, once, now or later.
 *
 * Threads: main context only.  Blocks: never. */

#include "core/wire/control_job.h"
#include "core/wire/json_strict.h"
#include "core/wire/sign_in.h"
#include "http/server.h"
#include "serve/admins.h"
#include "platform/peer.h"
#include "serve/control/control.h"

#define HS_CONTROL_BODY_BYTES                                                                      \
  (64 * 1024) /* an unlock message or an enrolment token is the largest */

#define HS_CONTROL_TOKEN_HEADER "Homespool-Session" /* of whoever is signed in at a kiosk */

struct HsControl
{
  guint references; /* the owner's and one for each request that is not answered yet */
  HsControlParts parts;
  char *admin_group;
  HsAdmins *admins;
  char *people_mode;
  HsHttpServer *server; /* NULL once the owner has ended us */
  GList *streams;       /* open event streams, see events.c */
  guint watch;
  guint progress_watch;
};

typedef struct
{
  HsControl *control;
  SoupServerMessage *message;
  HsCaller caller;
  HsPeer peer;
  HsId id;             /* of the path: a job or printer; zero if there is none */
  char *only;          /* the query's "job"; nullable */
  char *key;           /* the query's "key"; nullable */
  char *bind;          /* the query's "bind"; nullable */
  char *side;          /* the query's "side"; nullable */
  char *login_session; /* of a caller at a kiosk; nullable */
} HsControlRequest;

typedef void (*HsControlHandler) (HsControlRequest *request);

/* ── answering ───────────────────────────────────────────────────────────────────────────── */

/* 200 with @object. Takes both. */
void hs_control_answer (HsControlRequest *request, json_t *object);

/* 200 with @length bytes of that media @type. Takes @request and @bytes. */
void
hs_control_answer_bytes (HsControlRequest *request, const char *type, char *bytes, gsize length);

/* The HTTP status and body that @error means. Takes both. */
void hs_control_answer_error (HsControlRequest *request, GError *error);

/* Frees @request without an answer: the handler has started one of its own (a stream). */
void hs_control_let_go (HsControlRequest *request);

/* The body as a JSON object; NULL after an error answer was given. Returns: (transfer full). */
json_t *hs_control_take_json (HsControlRequest *request);

/* The body's bytes, borrowed. */
GBytes *hs_control_get_body (HsControlRequest *request);

/* Who the caller is; FALSE: nobody. */
gboolean hs_control_find_identity (HsControlRequest *request, HsId *identity);

/* The caller's session at the site and whose it is (*identity, nullable). Borrowed; NULL: the caller is not
 * signed in there. To be asked again after every wait. */
const HsSecretBytes *hs_control_find_session (HsControlRequest *request, HsId *identity);

/* The connection's socket. */
GSocket *hs_control_get_socket (HsControlRequest *request);

/* ── kiosk.c ─────────────────────────────────────────────────────────────────────────────── */

/* Finds out who sits at the kiosk behind @request, by its session token, then calls @settled. */
typedef void (*HsControlSettledFunc) (HsControlRequest *request, gpointer user_data);
void hs_control_settle_kiosk (HsControlRequest *request,
                              HsControlSettledFunc settled,
                              gpointer user_data);

/* It shows a session token, good or not. */
gboolean hs_control_has_token (const HsControlRequest *request);

void hs_control_sign_in_kiosk (HsControlRequest *request, const HsSignInRequest *sign_in);
void hs_control_change_secret (HsControlRequest *request);

/* ── the handlers, by concern ────────────────────────────────────────────────────────────── */

/* @job as @caller may see it. Returns: (transfer full). */
HsControlJob *hs_control_view_job (HsControl *control, const HsCaller *caller, const HsJob *job);
void hs_control_list_jobs (HsControlRequest *request); /* jobs.c */
void hs_control_show_job (HsControlRequest *request);
void hs_control_show_trace (HsControlRequest *request);
void hs_control_show_preview (HsControlRequest *request); /* preview.c */
void hs_control_release (HsControlRequest *request);
void hs_control_cancel (HsControlRequest *request);
void hs_control_hold_job (HsControlRequest *request);
void hs_control_resolve (HsControlRequest *request);
void hs_control_list_overview (HsControlRequest *request);

void hs_control_list_claimable (HsControlRequest *request); /* claim.c */
void hs_control_claim (HsControlRequest *request);

void hs_control_delegate (HsControlRequest *request); /* delegation.c */
void hs_control_list_delegations (HsControlRequest *request);
void hs_control_revoke_delegation (HsControlRequest *request);

void hs_control_stream_events (HsControlRequest *request); /* events.c */
void hs_control_end_streams (HsControl *control);
void hs_control_tell_identify (HsControl *control, guint32 uid);
void hs_control_tell_streams (HsControl *control, const HsJob *job);
void
hs_control_tell_progress (HsControl *control, const HsJob *job, const HsSendProgress *progress);

void hs_control_show_status (HsControlRequest *request); /* agent.c */
void hs_control_run_doctor (HsControlRequest *request);
void hs_control_acknowledge (HsControlRequest *request);
void hs_control_enrol (HsControlRequest *request);

void hs_control_list_printers (HsControlRequest *request); /* printers.c */
void hs_control_probe_printer (HsControlRequest *request);
void hs_control_approve_printer (HsControlRequest *request);
void hs_control_disapprove_printer (HsControlRequest *request);

void hs_control_show_unlock (HsControlRequest *request); /* person.c */
void hs_control_unlock (HsControlRequest *request);
void hs_control_give_title_key (HsControlRequest *request);
void hs_control_list_identities (HsControlRequest *request);
void hs_control_sign_in (HsControlRequest *request);
void hs_control_sign_out (HsControlRequest *request);
