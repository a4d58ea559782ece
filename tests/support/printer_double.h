/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* A printer that misbehaves on demand: IPP over TLS on a free port of 127.0.0.1.
 *
 * It is written with libcups and GIO alone, so it shares no code with what it tests. What it prints
 * it counts: a document that arrived whole is one print.
 *
 * Threads: the functions below are for the thread that made it; connections have their own.
 * Blocks: never, except free. */

#include "support/http_double.h"

#include <cups/ipp.h>

typedef struct HsPrinterDouble HsPrinterDouble;

typedef enum
{
  HS_FAULT_NONE = 0,
  HS_FAULT_DROP,       /* the connection breaks before anything is taken in */
  HS_FAULT_CUT,        /* the connection breaks after `value` document bytes */
  HS_FAULT_LOSE_REPLY, /* it is done, then the connection breaks */
  HS_FAULT_LATE,       /* it is done, then answered when let go */
  HS_FAULT_STALL,      /* the document is not read until let go */
  HS_FAULT_STATUS,     /* IPP status `value`, nothing done; a document is read first */
  HS_FAULT_HTTP,       /* HTTP status `value`, nothing done */
  HS_FAULT_GARBAGE,    /* 200 with a body that is not IPP, nothing done */
} HsPrinterFault;

/* How it prints; set before the first connection or between requests. */
typedef struct
{
  gboolean lacks_create_job; /* knows Print-Job only */
  gboolean lacks_counts;     /* no job-impressions-completed */
  gboolean forgets_jobs;     /* a job that is over is not known any more */
  gboolean keeps_cut_jobs;   /* a cut document leaves the job processing; else it is aborted */
  gboolean prints_cut_jobs;  /* a cut document is printed as if it were whole */
  gboolean waits;            /* a job stays processing until hs_printer_double_finish_job() */
  guint asks;                /* a job stays processing until it was asked for so often */
  gboolean takes_jpeg;
  guint pages;         /* impressions of each document; 0 = 1 */
  int state;           /* printer-state; 0 = idle */
  const char *reasons; /* printer-state-reasons, one keyword; NULL = none */
  gboolean rejects;    /* printer-is-accepting-jobs = false */
} HsPrinterManners;

typedef struct
{
  int id;
  char name[64];
  int state;
  char reason[64];
  guint documents;        /* that arrived whole */
  guint64 document_bytes; /* of the last document, whole or not */
  char sha256[65];        /* of the last whole document */
  int impressions;
  char attributes[512]; /* "copies=2 sides=…" as the job was made with */
  guint asked;          /* how often since its document came */
  gboolean is_forgotten;
} HsPrinterDoubleJob;

/* What came out, one for each job that was completed with a document. */
typedef struct
{
  gint64 at_us; /* monotonic */
  int id;
  char name[64];
  char sha256[65]; /* empty: a document that was cut */
} HsPrinterDoublePaper;

HsPrinterDouble *hs_printer_double_new (void);
void hs_printer_double_free (HsPrinterDouble *printer);

/* "ipps://127.0.0.1:PORT/ipp/print"; borrowed. */
const char *hs_printer_double_get_uri (HsPrinterDouble *printer);
const HsTestIdentity *hs_printer_double_get_identity (HsPrinterDouble *printer);
HsHttpDouble *hs_printer_double_get_server (HsPrinterDouble *printer);

/* Is told "asked" when the attributes of a request are there, before anything is done, and "answers"
 * when it is done, before any reply. In the connection's thread; set before the first connection. */
typedef void (*HsPrinterDoubleWitness) (const char *what, const char *operation);
void hs_printer_double_set_witness (HsPrinterDouble *printer, HsPrinterDoubleWitness witness);

void hs_printer_double_set_manners (HsPrinterDouble *printer, const HsPrinterManners *manners);

/* The next @times requests of @operation go wrong. One fault per operation. */
void hs_printer_double_set_fault (
    HsPrinterDouble *printer, ipp_op_t operation, HsPrinterFault fault, guint64 value, guint times);

/* A new key from the next connection on. */
void hs_printer_double_change_key (HsPrinterDouble *printer);
/* The first one again. */
void hs_printer_double_take_own_key (HsPrinterDouble *printer);

/* Off and on again: connections break, what was not completed is aborted without paper. @forgets: it
 * knows no job of before and counts job-ids from the beginning. */
void hs_printer_double_restart (HsPrinterDouble *printer, gboolean forgets);

/* Completes every job that waits with a document. */
void hs_printer_double_finish_all (HsPrinterDouble *printer);

/* What a waiting job comes to. */
void hs_printer_double_finish_job (
    HsPrinterDouble *printer, int id, int state, const char *reason, int impressions);

guint hs_printer_double_count_jobs (HsPrinterDouble *printer);
/* Job number @index (from 0) in the order of creation. */
HsPrinterDoubleJob hs_printer_double_get_job (HsPrinterDouble *printer, guint index);
/* Paper number @index (from 0). FALSE: there is none. */
gboolean
hs_printer_double_get_paper (HsPrinterDouble *printer, guint index, HsPrinterDoublePaper *paper);
/* Documents that arrived whole, over all jobs. */
guint hs_printer_double_count_prints (HsPrinterDouble *printer);
/* How often @operation was asked. */
guint hs_printer_double_count_asked (HsPrinterDouble *printer, ipp_op_t operation);
/* "Get-Printer-Attributes Validate-Job …" in order. Returns: (transfer full). */
char *hs_printer_double_dup_log (HsPrinterDouble *printer);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsPrinterDouble, hs_printer_double_free)
