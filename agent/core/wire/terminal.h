/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* Terminals and card readers beside a printer: the bodies of POST /v1/terminal/enrol, /pair,
 * /renew, /sign-in, /release, /delete and /sign-out, and of GET /v1/terminal/jobs.
 *
 * A terminal never learns a title, and never says to which printer: it is its own.
 *
 * Threads: any, no shared state.  Blocks: never.  Errors of the decoders: INVALID, NO_SPACE. */

#include "base/id.h"
#include "base/secret_bytes.h"

#define HS_TERMINAL_MAX_JOBS 200 /* of one list and of one order */
#define HS_TERMINAL_MAX_CODE_BYTES 64

/* {secret, csr} */
typedef struct
{
  HsSecretBytes *secret; /* of the token */
  char *csr;             /* PEM */
} HsTerminalEnrolRequest;

HsTerminalEnrolRequest *hs_terminal_enrol_request_decode (const char *bytes,
                                                          gsize length,
                                                          GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Returns: (transfer full): it holds the secret: wipe it. */
char *hs_terminal_enrol_request_encode (const HsTerminalEnrolRequest *request);
void hs_terminal_enrol_request_free (HsTerminalEnrolRequest *request);

/* {terminal, certificate, token, printer, printer_name, printer_location, card_only} */
typedef struct
{
  HsId terminal;
  char *certificate;    /* PEM */
  HsSecretBytes *token; /* its text */
  HsId printer;
  char *printer_name;
  char *printer_location; /* nullable */
  gboolean is_card_only;  /* a card without PIN is enough here */
} HsTerminalEnrolReply;

/* Returns: (transfer full): it holds the token: wipe it. */
char *hs_terminal_enrol_reply_encode (const HsTerminalEnrolReply *reply);
void hs_terminal_enrol_reply_free (HsTerminalEnrolReply *reply);

/* {csr} of a renewal; null: make me a file for a browser. On success *csr is PEM or NULL (transfer full). */
gboolean hs_terminal_renew_request_decode (const char *bytes,
                                           gsize length,
                                           char **csr,
                                           GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* {certificate, file, code, until_us}: a certificate, or a file with the code that opens it. */
typedef struct
{
  char *certificate;   /* PEM; nullable */
  GBytes *file;        /* PKCS#12; nullable */
  HsSecretBytes *code; /* its text; nullable */
  gint64 until_us;     /* the last moment of the new certificate, UTC */
} HsTerminalRenewal;

/* Returns: (transfer full): it holds the code: wipe it. */
char *hs_terminal_renewal_encode (const HsTerminalRenewal *renewal);
void hs_terminal_renewal_free (HsTerminalRenewal *renewal);

typedef enum
{
  HS_TERMINAL_USER_PIN = 1,
  HS_TERMINAL_CARD, /* where a card alone is enough */
  HS_TERMINAL_CARD_PIN,
} HsTerminalMethod;

/* {method, user, card, pin}: what the method does not name is null. */
typedef struct
{
  HsTerminalMethod method;
  char *user;          /* nullable */
  HsSecretBytes *card; /* as the reader typed it; nullable */
  HsSecretBytes *pin;  /* nullable */
} HsTerminalSignIn;

HsTerminalSignIn *hs_terminal_sign_in_decode (const char *bytes,
                                              gsize length,
                                              GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Returns: (transfer full): it holds secrets: wipe it. */
char *hs_terminal_sign_in_encode (const HsTerminalSignIn *sign_in);
void hs_terminal_sign_in_free (HsTerminalSignIn *sign_in);

/* {name, session, idle_s}. Returns: (transfer full): it holds the session: wipe it. */
char *
hs_terminal_sign_in_reply_encode (const char *name, const HsSecretBytes *session, guint idle_s);

/* One document of the list; texts are borrowed, NULL writes null. */
typedef struct
{
  HsId job;
  const char *name;   /* "Document, 3 pages" */
  guint32 pages;      /* 0 = not known: null */
  const char *colour; /* "color", "monochrome"; NULL: not known */
  const char *sides;  /* an IPP keyword */
  guint32 copies;
  const char *size; /* "A4" */
  gint64 made_us;
  const char *made; /* "14:02" */
  gboolean is_reachable;
  const char *sentence; /* "" if there is nothing to say */
} HsTerminalJob;

/* {jobs}. Returns: (transfer full). */
char *hs_terminal_jobs_encode (const HsTerminalJob *jobs, gsize n_jobs);

/* {session, jobs}: release or delete. */
typedef struct
{
  HsSecretBytes *session;
  gboolean is_all; /* jobs is null: all that can be released */
  GArray *jobs;    /* element-type HsId */
} HsTerminalOrder;

HsTerminalOrder *hs_terminal_order_decode (const char *bytes,
                                           gsize length,
                                           GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Returns: (transfer full): it holds the session: wipe it. */
char *hs_terminal_order_encode (const HsTerminalOrder *order);
void hs_terminal_order_free (HsTerminalOrder *order);

/* {done, refused, sentence}. Returns: (transfer full). */
char *hs_terminal_order_reply_encode (guint done, guint refused, const char *sentence);

/* {session} of a sign-out or {code} of a pairing: one secret text, the member @name.
 * Returns: (transfer full). */
HsSecretBytes *hs_terminal_secret_decode (const char *name,
                                          const char *bytes,
                                          gsize length,
                                          gsize max_bytes,
                                          GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsTerminalEnrolRequest, hs_terminal_enrol_request_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsTerminalEnrolReply, hs_terminal_enrol_reply_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsTerminalRenewal, hs_terminal_renewal_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsTerminalSignIn, hs_terminal_sign_in_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsTerminalOrder, hs_terminal_order_free)
