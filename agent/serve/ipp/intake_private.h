/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* The inside of the virtual printer, shared by the files of this folder.
 *
 * Threads: main context only.  Blocks: never. */

#include "base/byte_pool.h"
#include "http/inflate.h"
#include "http/server.h"
#include "ipp/answer.h"
#include "ipp/attributes_end.h"
#include "serve/ipp/guest.h"
#include "serve/ipp/intake.h"

struct HsIppIntake
{
  guint references;           /* the owner's and one for each HsIppExchange */
  HsIppIntakeOptions options; /* strings are not kept */
  HsEngine *engine;
  HsHttpServer *http;
  HsIppMakers *makers;
  HsPrinterAttributes *printer;
  HsPrintSystemTrust trust;
  gboolean is_accepting;
  char *why_not_accepting;
  gint64 started_us;       /* UTC */
  gint64 state_changed_us; /* UTC; of the printer itself: a caller's own jobs come on top */
  GHashTable *arrivals;    /* HsIntake → HsIppExchange that fills it; nothing is owned */
  GHashTable *open;        /* set of HsIppExchange that libsoup has not finished; none is owned */
};

void hs_ipp_intake_unref (HsIppIntake *intake);

/* ── one request and its reply ───────────────────────────────────────────────────────────── */

typedef struct HsIppExchange HsIppExchange;
typedef struct HsIppOperation HsIppOperation;

struct HsIppExchange
{
  guint references;
  HsIppIntake *server;
  SoupServerMessage *message; /* borrowed; NULL once it is over */
  HsIppGuest *guest;          /* borrowed from the connection */

  /* What has come. */
  GByteArray *head; /* until the attributes end */
  HsAttributesEnd end;
  HsInflate *http_inflate; /* Content-Encoding; nullable */
  HsReceived *received;    /* NULL until the attributes ended */
  const HsIppOperation *operation;
  HsCaller caller;
  HsId occupancy;      /* of a kiosk's seat, on whose behalf this is; zero: not known */
  char *believed_name; /* what caller.believed_name points to */
  char *view_uri;      /* what a HsJobView points to */

  /* While a name is looked up: what came meanwhile. */
  gboolean is_looking_up;
  GByteArray *waiting;

  /* The document. */
  HsIntake *intake;   /* where it goes; NULL if it goes nowhere */
  HsInflate *inflate; /* IPP's "compression"; nullable */
  HsBytePool *pool;   /* of gathered pieces; NULL before the first byte */
  guint8 *gathered;   /* pieces of 8 KiB become larger ones; NULL while there are none */
  gsize gathered_bytes;
  guint64 document_bytes; /* unpacked */
  gboolean is_pausing;    /* until the engine has drained */
  gboolean is_finishing;  /* handed over whole; cannot be aborted any more */

  /* The reply. */
  HsAnswer *answer;
  guint http_status;       /* 0 = 200 with the answer */
  gboolean is_ready;       /* the reply may leave */
  gboolean is_body_over;   /* got-body has been handled */
  guint64 discarded_bytes; /* of a body that is not wanted any more */
};

/* Begins an exchange for @message, whose headers were found good. */
void hs_ipp_exchange_begin (HsIppIntake *server, SoupServerMessage *message, HsIppGuest *guest);

/* The body is over (or was cut). */
void hs_ipp_exchange_end_body (SoupServerMessage *message);

HsIppExchange *hs_ipp_exchange_ref (HsIppExchange *exchange);
void hs_ipp_exchange_unref (HsIppExchange *exchange);

/* The answer is complete: it leaves as soon as the protocol allows, or at once in the middle of a
 * long body. */
void hs_ipp_exchange_complete (HsIppExchange *exchange);

/* Sets the status and completes. */
void hs_ipp_exchange_refuse (HsIppExchange *exchange, ipp_status_t status, const char *sentence);

/* The same at once, whatever is still to come: everything of the exchange leaves memory, and the
 * connection closes. */
void hs_ipp_exchange_hang_up (HsIppExchange *exchange, ipp_status_t status, const char *sentence);

/* As refuse, for an error of the engine. */
void hs_ipp_exchange_fail (HsIppExchange *exchange, const GError *error);

/* A name was looked up: takes what came meanwhile, and lets more come. */
void hs_ipp_exchange_go_on (HsIppExchange *exchange);

/* Lets the document of this exchange stream into @intake (transfer full). */
void hs_ipp_exchange_take_document (HsIppExchange *exchange, HsIntake *intake);

/* The document is whole: hands it over and answers with the job when that is durable. */
void hs_ipp_exchange_finish_document (HsIppExchange *exchange);

/* Nothing of the document stays behind. */
void hs_ipp_exchange_abort_document (HsIppExchange *exchange);

/* Pushes what was gathered; no more comes. FALSE if unpacking failed: the exchange is over then. */
void hs_ipp_exchange_add_document (HsIppExchange *exchange, GBytes *bytes);

/* ── dispatch ────────────────────────────────────────────────────────────────────────────── */

typedef enum
{
  HS_OPERATION_NONE = 0,
  HS_OPERATION_ANYONE = 1 << 0,       /* also who is not known, or not yet */
  HS_OPERATION_PRINT_SYSTEM = 1 << 1, /* also the print system */
  HS_OPERATION_DOCUMENT = 1 << 2,     /* a document follows the attributes: run when they ended */
  HS_OPERATION_JOB = 1 << 3,          /* needs a job-id */
  HS_OPERATION_CREATES = 1 << 4,      /* makes a job */
  HS_OPERATION_NO_TARGET = 1 << 5,    /* CUPS asks without a printer-uri */
} HsIppOperationFlags;

struct HsIppOperation
{
  ipp_op_t code;
  const char *name;
  HsIppOperationFlags flags;
  void (*run) (HsIppExchange *exchange);
};

/* The operations' codes, ending with 0: operations-supported. */
const int *hs_ipp_operations_get_codes (void);

/* Checks the request whose attributes have ended, finds out on whose behalf it is, and runs it at
 * once if a document follows. The answer may be complete after this (refused), and the exchange may
 * be looking up a name; hs_ipp_exchange_go_on() is called then when that is known. */
void hs_ipp_dispatch_begin (HsIppExchange *exchange);

/* Runs an operation without a document, after the whole request came. */
void hs_ipp_dispatch_run (HsIppExchange *exchange);

/* ── on a kiosk: kiosk.c ─────────────────────────────────────────────────────────────────── */

/* Is @uid the account that people share here? */
gboolean hs_ipp_kiosk_is (const HsIppExchange *exchange, guint32 uid);

/* A program of that account asks: it is whoever sits there. */
void hs_ipp_kiosk_settle (HsIppExchange *exchange);

/* The print system makes a job for that account: finds out whose it is, and lets the request wait
 * meanwhile. @go_on is called when the exchange can go on or was refused. */
void hs_ipp_kiosk_find_maker (HsIppExchange *exchange, void (*go_on) (HsIppExchange *exchange));

/* Does the one on whose behalf this is still sit there? FALSE: refused. */
gboolean hs_ipp_kiosk_check (HsIppExchange *exchange);

/* ── operations ──────────────────────────────────────────────────────────────────────────── */

void hs_ipp_get_printer_attributes (HsIppExchange *exchange);
void hs_ipp_cups_get_printers (HsIppExchange *exchange);
void hs_ipp_identify_printer (HsIppExchange *exchange);

void hs_ipp_validate_job (HsIppExchange *exchange);
void hs_ipp_print_job (HsIppExchange *exchange);
void hs_ipp_create_job (HsIppExchange *exchange);
void hs_ipp_send_document (HsIppExchange *exchange);
void hs_ipp_close_job (HsIppExchange *exchange);

void hs_ipp_get_jobs (HsIppExchange *exchange);
void hs_ipp_get_job_attributes (HsIppExchange *exchange);
void hs_ipp_cancel_job (HsIppExchange *exchange);
void hs_ipp_cancel_my_jobs (HsIppExchange *exchange);
void hs_ipp_hold_job (HsIppExchange *exchange);
void hs_ipp_release_job (HsIppExchange *exchange);
void hs_ipp_set_job_attributes (HsIppExchange *exchange);

/* Adds @job's basic attributes, as replies to job operations carry them. */
void hs_ipp_answer_with_job (HsIppExchange *exchange, const HsJob *job);

/* Where and when, for hs_answer_add_job(). */
HsJobView hs_ipp_exchange_get_view (HsIppExchange *exchange);

/* ── the engine's errors ─────────────────────────────────────────────────────────────────── */

/* The status for an error of the engine. The print system is told what makes it cancel its copy:
 * anything that asks for a password or for patience leaves the document in plain on the disk. */
ipp_status_t hs_ipp_status_of (const GError *error, const HsIppExchange *exchange);
