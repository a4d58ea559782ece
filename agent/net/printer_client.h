/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* Talking IPP to one printer, over the routes that somebody trusted beforehand.
 *
 * A route is an address together with the reason why whoever answers there may be trusted. The
 * routes are tried in order until one connects; from then on the client stays on it. What may have
 * reached the printer is never sent over another route.
 *
 * Threads: main context only.  Blocks: never. */

#include "ipp/replies.h"
#include "ipp/requests.h"
#include "net/http.h"

#define HS_PRINTER_DEFAULT_PORT 631 /* RFC 8010 section 4, RFC 7472 */
/* A printer takes the document no faster than it prints, and rests while paper is refilled. */
#define HS_PRINTER_DOCUMENT_IDLE_MS (10 * 60 * 1000)

/* An answer that comes byte by byte is never silent: after so many times the patience with silence a
 * question is over. Ours. */
#define HS_PRINTER_ANSWER_SPELLS 4

#define HS_PRINTER_LOST_DEFAULT_MS                                                                 \
  (5 * 60 * 1000) /* a printer that restarts is back by then; ours */

/* One way to a printer. */
typedef struct
{
  char *uri; /* "ipps://host[:port]/ipp/print"; "ipp://…" only with trust NONE */
  HsHttpTrust trust;
  char *ca_pem; /* TRUST_CA */
  guint8 (*pins)[HS_HTTP_SPKI_BYTES];
  gsize n_pins;
} HsPrinterRoute;

HsPrinterRoute *hs_printer_route_new (const char *uri,
                                      HsHttpTrust trust,
                                      const char *ca_pem,
                                      const guint8 (*pins)[HS_HTTP_SPKI_BYTES],
                                      gsize n_pins);
void hs_printer_route_free (HsPrinterRoute *route);

typedef struct
{
  guint connect_timeout_ms; /* 0 = HS_HTTP_CONNECT_DEFAULT_MS */
  guint answer_timeout_ms;  /* silence after a question; 0 = HS_HTTP_IDLE_DEFAULT_MS */
  guint lost_ms; /* a printer that has something of ours and cannot be asked for so long has taken
                  * the answer with it; 0 = HS_PRINTER_LOST_DEFAULT_MS */
} HsPrinterPatience;

typedef enum
{
  HS_ASK_PRINTER = 1, /* Get-Printer-Attributes */
  HS_ASK_VALIDATE,    /* Validate-Job */
  HS_ASK_CREATE,      /* Create-Job: arrives at most once */
  HS_ASK_SEND,        /* Send-Document: arrives at most once */
  HS_ASK_PRINT,       /* Print-Job: arrives at most once */
  HS_ASK_JOB,         /* Get-Job-Attributes */
  HS_ASK_JOBS,        /* Get-Jobs: those not over */
  HS_ASK_OLD_JOBS,    /* Get-Jobs: those that are over, the newest 100 */
  HS_ASK_CANCEL,      /* Cancel-Job */
} HsPrinterQuestion;

/* What is asked; borrowed for the call. */
typedef struct
{
  HsPrinterQuestion question;
  guint32 printer_job_id;  /* SEND, JOB, CANCEL */
  const HsIppOffer *offer; /* VALIDATE, CREATE, SEND, PRINT */
  GBytes *first;           /* SEND, PRINT: the document's first bytes; nullable */
  HsByteQueue *rest;       /* SEND, PRINT: the others; ended by this call */

  /* SEND, PRINT: hears how many of the document's bytes have been handed to the connection; as
   * HsHttpRequest.on_sent. Nullable. */
  void (*on_sent) (guint64 document_bytes, gpointer user_data);
  gpointer on_sent_data;
} HsPrinterAsk;

typedef struct
{
  HsIppVerdict verdict; /* of IPP, or of HTTP where there was no IPP */
  HsIppReply *reply;    /* NULL where there was no IPP; else for any verdict */
  GBytes *bytes;        /* the IPP reply as it came; nullable */
} HsPrinterAnswer;

typedef struct HsPrinterClient HsPrinterClient;

/* @routes: (element-type HsPrinterRoute) (transfer full): at least one. */
HsPrinterClient *
hs_printer_client_new (HsHttp *http, GPtrArray *routes, const HsPrinterPatience *patience);

/* Questions under way are cancelled. NULL is allowed. */
void hs_printer_client_free (HsPrinterClient *client);

/* One question at a time. */
void hs_printer_client_ask_async (HsPrinterClient *client,
                                  const HsPrinterAsk *ask,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data);

/* @facts: of the last route that was tried; nullable.
 * Returns: (transfer full): NULL if no answer came. Errors: those of hs_http_send_finish();
 * REFUSED for an untrusted key, with both fingerprints in the sentence. */
HsPrinterAnswer *hs_printer_client_ask_finish (GAsyncResult *result,
                                               HsHttpFacts *facts,
                                               GError **error) G_GNUC_WARN_UNUSED_RESULT;
void hs_printer_answer_free (HsPrinterAnswer *answer);

/* The key of the printer as last seen over TLS; FALSE if none was seen. */
gboolean hs_printer_client_get_spki (const HsPrinterClient *client,
                                     guint8 spki[HS_HTTP_SPKI_BYTES]);

/* "https://host:port/path" of an ipps (or http of an ipp) URI, with the default port put in.
 * Returns: (transfer full): NULL if it is not such a URI. Errors: INVALID. */
char *hs_printer_uri_to_url (const char *uri, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsPrinterRoute, hs_printer_route_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsPrinterClient, hs_printer_client_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsPrinterAnswer, hs_printer_answer_free)
