/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* What the virtual printer says of itself (IPP Everywhere 1.1, PWG 5100.14).
 *
 * The large unchanging part is built once; a reply copies what was asked for out of it and adds the
 * few attributes that depend on the moment and on the way by which the client came. The virtual
 * printer offers what most office printers can; at release the ticket is fitted to the real one.
 *
 * Threads: any, does not change; libcups's search position belongs to one user at a time.
 * Blocks: never. */

#include "base/id.h"
#include "ipp/requested.h"

#define HS_PRINTER_PATH "/ipp/print"
#define HS_PRINTER_MAX_COPIES 999 /* HsJob allows 9999; ours */

/* The formats that an intake takes; NULL-terminated. application/octet-stream means: find out. */
extern const char *const hs_printer_formats[];

/* Who the printer is; strings are copied. */
typedef struct
{
  HsId uuid;                /* printer-uuid: stays the same for ever */
  const char *name;         /* printer-name: "homespool" */
  const char *info;         /* printer-info: what people read */
  const char *location;     /* printer-location; NULL = "" */
  const char *organization; /* printer-organization; NULL = "" */
  guint timeout_s;          /* multiple-operation-time-out */
  const int *operations;    /* operations-supported; ends with 0 */
} HsPrinterIdentity;

/* printer-state-reasons of RFC 8011 section 5.4.12 that a printer without paper can have. */
typedef enum
{
  HS_PRINTER_NOTHING = 0,
  HS_PRINTER_PAUSED = 1 << 0,           /* takes nothing now; also printer-state stopped */
  HS_PRINTER_MOVING_TO_PAUSED = 1 << 1, /* the same, and documents are still arriving */
  HS_PRINTER_SPOOL_FULL = 1 << 2,       /* the disk's reserve is reached */
  HS_PRINTER_CONNECTING = 1 << 3,       /* a released job's printer does not answer, or is busy */
} HsPrinterReasons;

/* What changes. */
typedef struct
{
  const char *host;       /* the host and port by which the client came: "localhost:6310" */
  const char *path;       /* the path by which it came: "/ipp/print" */
  gboolean is_accepting;  /* printer-is-accepting-jobs */
  gboolean is_processing; /* printer-state: processing, else idle; unless paused */
  HsPrinterReasons reasons;
  guint queued_jobs;       /* queued-job-count: of this caller */
  gint64 started_us;       /* UTC; printer-config-change-… */
  gint64 now_us;           /* UTC */
  gint64 state_changed_us; /* UTC */
  const char *message;     /* printer-state-message */
} HsPrinterMoment;

typedef struct HsPrinterAttributes HsPrinterAttributes;

HsPrinterAttributes *hs_printer_attributes_new (const HsPrinterIdentity *identity);
void hs_printer_attributes_free (HsPrinterAttributes *printer);

const char *hs_printer_attributes_get_name (const HsPrinterAttributes *printer);

/* Appends a printer attributes group with what was asked for. @reply borrows from @printer. */
void hs_printer_attributes_write (const HsPrinterAttributes *printer,
                                  ipp_t *reply,
                                  const HsRequested *requested,
                                  const HsPrinterMoment *moment);

/* Does "<name>-supported" (or a rule of its own) allow every value of this job template attribute?
 * FALSE also for what the printer does not know. */
gboolean hs_printer_attributes_allow (const HsPrinterAttributes *printer, ipp_attribute_t *wanted);

/* The value of printer-up-time at @at_us (UTC). Like cupsd, the printer is "up" since 1970: CUPS's
 * clients read these times as dates, and those of a job stay the same across restarts. */
int hs_printer_up_time (gint64 at_us);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsPrinterAttributes, hs_printer_attributes_free)
