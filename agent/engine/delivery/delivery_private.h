/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* A delivery from within. Its files follow its way: prepare.c (until SEND_INTENT),
 * sweep.c (what an earlier try left), send.c (until SENT), find.c (a lost reply, a restart), follow.c
 * (until the printer's last word), delivery.c (life, and telling the engine).
 *
 * Threads: main context only.  Blocks: never. */

#include "engine/delivery/delivery.h"
#include "ipp/ticket_fit.h"

typedef struct HsDelivery HsDelivery;
typedef void (*HsDeliveryStep) (HsDelivery *delivery);

/* How much of the document the printer can have. */
typedef enum
{
  HS_SHARE_NOTHING = 0, /* not a byte */
  HS_SHARE_SOME,        /* it was cut, or it is not known how much left */
  HS_SHARE_ALL,         /* everything was handed over, but the printer did not say that it came */
  HS_SHARE_CONFIRMED,   /* the printer said that it came */
} HsShare;

/* What is told if it turns out that no paper came out. */
typedef struct
{
  HsJobReasons reasons;
  gboolean damaged_for_good;
  char *sentence; /* nullable */
} HsFallback;

/* Outlives the delivery while answers are on their way. */
typedef struct
{
  HsDelivery *delivery; /* NULL once it is freed */
} HsDeliveryHold;

struct HsDelivery
{
  HsDeliveryHold *hold; /* g_rc_box */
  HsPrinters *printers;
  HsPrinterClient *client;
  HsJob *job;
  char *public_name;
  char *printer_name;
  HsDeliveryNewsFunc func;
  gpointer user_data;

  /* the document */
  HsDocumentSource *source; /* nullable: it cannot be opened here */
  HsByteQueue *queue;
  GBytes *first;         /* its first bytes; set = it has proved itself whole */
  GError *unopened;      /* why it could not be opened */
  HsDeliveryStep opened; /* what waits for it */

  /* the printer */
  HsCapabilities *capabilities; /* nullable while not asked */
  HsTicketFit *fit;
  guint32 printer_job_id;
  HsIppJobState printer_job_state; /* as it told last; UNKNOWN = it has not */
  gboolean knows_name;             /* it was seen to keep the public name, or we were not there */
  HsShare share;
  gboolean was_processing; /* the printer was seen at work on it */

  /* what goes on */
  GCancellable *question;   /* set while one is under way */
  HsDeliveryStep committed; /* what goes on when the last news is durable; set = waiting */
  HsDeliveryNews news;      /* about to be told */
  char *news_sentence;
  guint tell_source;
  HsDeliveryStep swept;          /* what goes on when nothing of an earlier try is left */
  HsPrinterClient *sweep_client; /* set = questions go to the printer of that earlier try */
  guint poll_source;
  guint polls;
  gint64 silent_since_us; /* monotonic: it could be asked last; 0 = it answers */
  char *remark;           /* last told while it worked */
  gboolean is_sending;    /* the document is on its way */
  gboolean stop_wanted;
  gboolean is_cancelling;  /* Cancel-Job was decided; the fallback says why */
  gboolean cancel_taken;   /* the printer said yes to it: the job was not done by then */
  gint64 unmoved_since_us; /* monotonic: the cancelled job has been as it is; 0 = not seen yet */
  gboolean is_over;
  HsFallback fallback;

  /* how far it is: progress.c */
  HsSendProgress progress;
  HsSendProgressFunc progress_func; /* nullable */
  gpointer progress_data;
  gboolean has_progress;   /* something has not been told */
  gint64 progress_told_us; /* monotonic */
  guint progress_source;
};

/* ── telling: delivery.c ─────────────────────────────────────────────────────────────────── */

/* Tells an event on the way; @next runs when it is durable. @sentence is nullable. */
void hs_delivery_tell (HsDelivery *delivery,
                       HsJobEvent event,
                       HsJobReasons reasons,
                       const char *sentence,
                       HsDeliveryStep next);

/* Tells the last event. The sentence is completed with the printer's name. */
void hs_delivery_end (HsDelivery *delivery,
                      HsJobEvent event,
                      HsJobReasons reasons,
                      const char *sentence);

/* The same, with the printer's counts (@job nullable). */
void hs_delivery_end_with (HsDelivery *delivery,
                           HsJobEvent event,
                           HsJobReasons reasons,
                           const char *sentence,
                           const HsIppJob *job);

/* Nothing printed, with certainty: tells that by the verdict (PRINTER_BUSY or PRINTER_REFUSED). */
void hs_delivery_end_refused (HsDelivery *delivery, HsIppVerdict verdict, const char *detail);

/* The same for a question that got no answer. */
void
hs_delivery_end_unanswered (HsDelivery *delivery, const HsHttpFacts *facts, const GError *error);

/* Of an event that ends it: the printer may still have a job of ours. Called before. */
void hs_delivery_leave_job (HsDelivery *delivery);

/* ── how far it is: progress.c ───────────────────────────────────────────────────────────── */

void hs_delivery_set_progress_func (gpointer delivery, HsSendProgressFunc func, gpointer user_data);

/* For HsPrinterAsk.on_sent; @user_data: the HsDeliveryHold. */
void hs_delivery_note_sent (guint64 document_bytes, gpointer user_data);

/* The printer answered how far the job is. */
void hs_delivery_note_job (HsDelivery *delivery, const HsIppJob *job);

/* Tells at once what has not been told: the next event must not come before it. */
void hs_delivery_flush_progress (HsDelivery *delivery);

/* ── asking: delivery.c ──────────────────────────────────────────────────────────────────── */

/* The way to @printer. Returns: (transfer full) (nullable). Errors: those of hs_printers_dup_routes(). */
HsPrinterClient *
hs_delivery_make_client (HsDelivery *delivery, const HsId *printer, GError **error);

void hs_delivery_ask (HsDelivery *delivery, HsPrinterQuestion question, GAsyncReadyCallback func);

/* First line of each GAsyncReadyCallback. FALSE: the delivery is gone, return at once. *delivery is
 * set otherwise; *answer NULL: *error says why. */
gboolean hs_delivery_hear (gpointer user_data,
                           GAsyncResult *result,
                           HsDelivery **delivery,
                           HsPrinterAnswer **answer,
                           HsHttpFacts *facts,
                           GError **error);

/* The job that the printer told of; borrowed from @answer. NULL: no answer, a refusal, or no job in it. */
const HsIppJob *hs_delivery_get_told_job (const HsPrinterAnswer *answer);

/* Reasons for a verdict or for silence, as the job shows them. */
HsJobReasons hs_delivery_reasons_of (HsIppVerdict verdict);

/* The printer does not answer. FALSE: it has not for so long that nothing more is to be hoped for;
 * TRUE: @step will run after a growing delay. */
gboolean hs_delivery_try_again (HsDelivery *delivery, HsDeliveryStep step);

/* TRUE: for longer than a printer that has something of ours may be silent. Sets *since_us to now where
 * it is 0. */
gboolean hs_delivery_is_lost_since (const HsDelivery *delivery, gint64 *since_us);

/* It answered. */
void hs_delivery_note_answer (HsDelivery *delivery);

/* Runs @step after the growing delay between polls. */
void hs_delivery_poll_later (HsDelivery *delivery, HsDeliveryStep step);

void hs_fallback_set (HsFallback *fallback,
                      HsJobReasons reasons,
                      gboolean damaged_for_good,
                      const char *sentence);

/* ── steps ───────────────────────────────────────────────────────────────────────────────── */

void hs_delivery_prepare (HsDelivery *delivery); /* from the beginning */
void hs_delivery_resume (HsDelivery *delivery);  /* after a restart, by job->progress */

/* Opens the document if it is not open; @next runs when it has proved itself whole or failed
 * (delivery->unopened). */
void hs_delivery_open_document (HsDelivery *delivery, HsDeliveryStep next);
void hs_delivery_close_document (HsDelivery *delivery);

/* Takes back what an earlier try may have left at a printer, then runs @next; or ends. */
void hs_delivery_sweep (HsDelivery *delivery, HsDeliveryStep next);

void hs_delivery_create (HsDelivery *delivery);   /* Create-Job, or Print-Job where there is none */
void hs_delivery_accepted (HsDelivery *delivery); /* PRINTER_ACCEPTED is durable */

/* The job at the printer, without a document, whose Create-Job reply was lost. */
void hs_delivery_find_empty (HsDelivery *delivery);
/* The job at the printer that a Print-Job whose reply was lost may have made. */
void hs_delivery_find_printing (HsDelivery *delivery);

void hs_delivery_watch (HsDelivery *delivery);  /* until the printer's last word */
void hs_delivery_cancel (HsDelivery *delivery); /* at the printer, then watch; see fallback */

/* The same, but the job is looked at first: a printer that was restarted meanwhile may have given its
 * id to another. */
void hs_delivery_cancel_after_looking (HsDelivery *delivery);

/* FALSE: the job that the printer now has under the id is another one. Not every printer keeps the
 * name that a job is given, so one that never showed it is believed as long as we watch. */
gboolean hs_delivery_is_ours (HsDelivery *delivery, const HsIppJob *job);

/* The printer's last word: @job is canceled, aborted or completed. */
void hs_delivery_conclude (HsDelivery *delivery, const HsIppJob *job);
