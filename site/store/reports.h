/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* What the site remembers of what was printed, and how it counts it; a part of site/store/store.h,
 * which says how the store is used.
 *
 * Threads, blocking and errors: as site/store/store.h. */

#include "core/wire/local_job.h"
#include "site/store/store.h"

/* Each job is counted once: a second report of it changes nothing. */
gboolean hs_store_add_report (
    HsStore *store, const HsReport *report, gboolean offline, gint64 now_us, GError **error);
gboolean hs_store_add_local_job (HsStore *store,
                                 const HsLocalJob *job,
                                 const HsId *device,
                                 gboolean offline,
                                 gint64 now_us,
                                 GError **error);

typedef enum
{
  HS_REPORT_ANY = 0,
  HS_REPORT_RELEASED, /* held and released: our own jobs */
  HS_REPORT_LOCAL,    /* printed past us */
} HsReportKind;

/* What is looked at, and what is told apart. A field that is not told apart is empty in each line. */
typedef struct
{
  gint64 from_us; /* jobs that finished in [from, to) */
  gint64 to_us;
  const HsId *person;  /* nullable: of this person only; zero: of nobody */
  const char *printer; /* nullable: a name, a queue's name, or a uuid */
  HsReportKind kind;
  gboolean by_person;
  gboolean by_printer;
} HsStoreReportQuery;

/* One line: delivered jobs that have in common what is told apart, and kind, claim and colour. */
typedef struct
{
  const char *person; /* name, or the identity of somebody unknown; "" for nobody */
  const char *by;     /* who released for that person; NULL: the person, or the workstation alone */
  const char *printer; /* name, uuid, or name of the workstation's queue */
  gboolean is_local;
  gboolean is_claimed; /* the owner is who the client said */
  HsColour colour;
  guint64 jobs;
  guint64 impressions;
  guint64 sheets;
  guint64 uncounted;           /* of the jobs: the printer gave no counts */
  guint64 offline_jobs;        /* of the jobs: told when the site could not be reached */
  guint64 offline_impressions; /* of theirs */
} HsStoreReportLine;

/* @line and its texts are borrowed for the call. */
typedef gboolean (*HsStoreReportFunc) (const HsStoreReportLine *line,
                                       gpointer user_data,
                                       GError **error);

/* Calls @each for every line in the order of person, printer, kind, colour. */
gboolean hs_store_walk_report (HsStore *store,
                               const HsStoreReportQuery *query,
                               HsStoreReportFunc each,
                               gpointer user_data,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The first job that finished in [from, to); 0: there is none. */
gboolean hs_store_find_first_report (
    HsStore *store, gint64 from_us, gint64 to_us, gint64 *finished_us, GError **error);
