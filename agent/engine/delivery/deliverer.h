/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* What the engine asks of whoever brings documents to printers: a table of functions.
 *
 * engine/delivery/delivery fills it for real printers; journeys fill it with a printer of their own. The
 * engine decides who goes when; a delivery takes one job to one printer, tells each thing before it
 * happens, and does not go on until the engine says that it is durable.
 *
 * Threads: main context only.  Blocks: never. */

#include "core/job.h"
#include "engine/delivery/document_source.h"

/* What a delivery tells. The strings live during the call. */
typedef struct
{
  HsJobEvent event;          /* one of those that job_state.h marks "delivery", or DAMAGED */
  HsJobReasons reasons;      /* why; added to those of the new state */
  const char *sentence;      /* for a person: what happened and what to do; nullable */
  guint32 printer_job_id;    /* PRINTER_ACCEPTED: the printer's job-id; 0 if it gave none */
  guint32 printer_job_state; /* its job-state as told last; 0 if it has not */
  guint64 sent_bytes;        /* SENDING_BROKE, SENT: of the document, handed to the connection */
  gboolean all_sent;         /* SENDING_BROKE: every byte left, only the answer is missing */
  gboolean leaves_job;       /* of those that end it: the printer may still have a job of ours */
  gboolean swept;            /* SEND_INTENT: what an earlier try left is gone, or was given up */
  guint32 impressions;       /* PRINTED, NOT_PRINTED: the printer's own count */
  guint32 sheets;            /* the same */
  gboolean counted;          /* the printer gave at least one of the two */
  gboolean damaged_for_good; /* NOT_PRINTED: the document itself cannot be read */
} HsDeliveryNews;

/* How far it is, for people who watch. Nothing is decided by it, so nobody waits until it is durable;
 * what counts is the news. */
typedef struct
{
  guint64 sent_bytes;  /* of the document, handed to the connection */
  guint32 impressions; /* the printer's own count until now; 0 if it does not count */
} HsSendProgress;

/* Called on the main context when something of it has changed, about five times a second at most,
 * under the same rule as news. */
typedef void (*HsSendProgressFunc) (const HsSendProgress *progress, gpointer user_data);

/* Called on the main context, never from within begin(), committed() or stop(). After an event the
 * delivery waits for committed(). After an event that ends it (PRINTER_BUSY, PRINTER_REFUSED,
 * PRINTED, NOT_PRINTED, OUTCOME_UNKNOWN, DAMAGED) nothing follows. */
typedef void (*HsDeliveryNewsFunc) (const HsDeliveryNews *news, gpointer user_data);

typedef struct
{
  gpointer data; /* first argument of knows_printer and begin */

  /* Is the printer on the signed list or approved here? *used_before: a job was printed
   * there, so that it can be used offline. */
  gboolean (*knows_printer) (gpointer data, const HsId *printer, gboolean *used_before);

  /* What the printer can do, as far as it was ever asked. NULL: this deliverer knows nothing. */
  void (*get_abilities) (gpointer data, const HsId *printer, HsPrintAbilities *abilities);

  /* Starts to deliver @job to job->printer, or (job->progress is not NONE: a restart) asks the
   * printer what became of it. @job is borrowed for the call. @source is (transfer full), and NULL
   * if nobody here can open the document: then a delivery only asks, and must not send.
   * Returns: (transfer full): the delivery; never NULL: what goes wrong is told as news. */
  gpointer (*begin) (gpointer data,
                     const HsJob *job,
                     HsDocumentSource *source,
                     HsDeliveryNewsFunc func,
                     gpointer user_data);

  /* Right after begin(): who hears how far it is. NULL: this deliverer does not tell. */
  void (*set_progress_func) (gpointer delivery, HsSendProgressFunc func, gpointer user_data);

  /* The event that was told last is durable: go on. */
  void (*committed) (gpointer delivery);

  /* Somebody wants it to end: cancels the job at the printer, if it may be there, and tells how it
   * ended. Once is enough; more is harmless. */
  void (*stop) (gpointer delivery);

  /* Ends and frees it without a word to the printer; nothing is told any more. */
  void (*free) (gpointer delivery);

  /* A person gave @job up (borrowed for the call): what job->left_printer may still have of it is
   * cancelled there if that can be done, within minutes. Both NULL: this deliverer cannot.
   * Finish returns (transfer full) what came of it, for the job's story; or NULL with CANCELLED. */
  void (*take_back_async) (gpointer data,
                           const HsJob *job,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data);
  char *(*take_back_finish) (GAsyncResult *result, GError **error);
} HsDeliverer;
