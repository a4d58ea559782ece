/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* The lines of a report as a table for people, as CSV (RFC 4180) or as JSON, one after the other.
 *
 * Threads: main only.  Blocks: on disk. */

#include "site/cli/output.h"
#include "site/store/reports.h"

typedef enum
{
  HS_REPORT_TABLE = 0,
  HS_REPORT_CSV,
  HS_REPORT_JSON,
} HsReportFormat;

/* Columns that are not told apart are left out. */
typedef struct
{
  HsReportFormat format;
  const char *period; /* "day", "month"; NULL: none */
  gboolean by_person;
  gboolean by_printer;
} HsReportShape;

typedef struct HsReportWriter HsReportWriter;

/* @output is borrowed. */
HsReportWriter *hs_report_writer_new (HsCliOutput *output, const HsReportShape *shape);
void hs_report_writer_free (HsReportWriter *writer);

/* A table's columns are as wide as what stands in them: before hs_report_writer_begin() lines are only
 * measured. */
gboolean hs_report_writer_wants_widths (const HsReportWriter *writer);

/* Writes the head; @from and @to as they were given, nullable. */
void hs_report_writer_begin (HsReportWriter *writer,
                             const char *time_zone,
                             const char *from,
                             const char *to);

/* Of the lines that follow; borrowed until the next one. NULL without periods. */
void hs_report_writer_set_period (HsReportWriter *writer, const char *name);

/* An HsStoreReportFunc; @writer is an HsReportWriter. */
gboolean hs_report_writer_take (const HsStoreReportLine *line, gpointer writer, GError **error);

/* Writes the end; a table's is a line of sums. */
void hs_report_writer_end (HsReportWriter *writer);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsReportWriter, hs_report_writer_free)
