/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* What this workstation knows of one printer and decided about it; engine/printers/printers' row.
 *
 * Threads: main context only.  Blocks: never. */

#include "engine/host/place.h"
#include "ipp/capabilities.h"
#include "net/http.h"

/* Larger capabilities are used but not kept: one row of the ledger holds 1 MiB; ours. */
#define HS_PRINTER_RECORD_MAX_CAPABILITIES_BYTES (512 * 1024)

/* Networks in which a printer is remembered; ours: office, home, and some rooms between. */
#define HS_PRINTER_RECORD_PLACES 8

typedef struct
{
  HsId uuid;

  gboolean is_approved; /* by an administrator here, who saw the fingerprint */
  guint8 pin[HS_HTTP_SPKI_BYTES];
  gint64 approved_at_us; /* UTC */
  char *name;            /* of an unlisted printer; nullable */
  char *uri;             /* of an unlisted printer; nullable */

  HsCapabilities *capabilities;    /* as last seen; nullable */
  guint8 spki[HS_HTTP_SPKI_BYTES]; /* the key last seen; zero if none */
  gint64 seen_at_us;               /* UTC; 0 = never */

  gint64 used_at_us; /* UTC: a job was printed there; 0 = never */
  guint8 places[HS_PRINTER_RECORD_PLACES][HS_PLACE_BYTES]; /* where that was, the last one first */
  gsize n_places;

  gint64 asked_us;   /* monotonic; 0 = not in this run, or in doubt; not kept */
  gint64 kept_at_us; /* UTC; not kept */
} HsPrinterRecord;

HsPrinterRecord *hs_printer_record_new (const HsId *uuid);
void hs_printer_record_free (HsPrinterRecord *record);

GBytes *hs_printer_record_encode (const HsPrinterRecord *record);

/* Errors: CORRUPT. */
HsPrinterRecord *hs_printer_record_decode (const HsId *uuid,
                                           GBytes *bytes,
                                           GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsPrinterRecord, hs_printer_record_free)
