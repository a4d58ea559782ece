/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* What a printer says of itself: the reply to Get-Printer-Attributes as a value that never changes.
 * It is kept as it came, so it can be cached as bytes and asked about any "…-supported" later.
 *
 * Threads: any, never changes.  Blocks: never. */

#include "base/id.h"
#include "core/print_options.h"

/* IPP printer-state (RFC 8011 section 5.4.11). */
typedef enum
{
  HS_PRINTER_IDLE = 3,
  HS_PRINTER_PROCESSING,
  HS_PRINTER_STOPPED,
} HsPrinterState;

/* What the printer can be asked; bits. */
typedef enum
{
  HS_CAN_PRINT_JOB = 1 << 0,
  HS_CAN_VALIDATE = 1 << 1,
  HS_CAN_CREATE_JOB = 1 << 2, /* Create-Job and Send-Document both */
  HS_CAN_GET_JOB = 1 << 3,
  HS_CAN_GET_JOBS = 1 << 4,
  HS_CAN_CANCEL = 1 << 5,
} HsPrinterAbilities;

typedef struct HsCapabilities HsCapabilities;

/* Reads a whole reply of Get-Printer-Attributes whose status is successful.
 * Errors: CORRUPT; NOT_SUPPORTED if it does not look like a printer (no state, no format, neither
 * Print-Job nor Create-Job). */
HsCapabilities *hs_capabilities_decode (GBytes *reply, GError **error) G_GNUC_WARN_UNUSED_RESULT;
HsCapabilities *hs_capabilities_ref (HsCapabilities *capabilities);
void hs_capabilities_unref (HsCapabilities *capabilities);

/* The bytes it was read from; borrowed. */
GBytes *hs_capabilities_get_bytes (const HsCapabilities *capabilities);

/* printer-uuid; FALSE and *uuid zero if there is none. */
gboolean hs_capabilities_get_uuid (const HsCapabilities *capabilities, HsId *uuid);
/* printer-make-and-model; borrowed, nullable. */
const char *hs_capabilities_get_model (const HsCapabilities *capabilities);
HsPrinterAbilities hs_capabilities_get_abilities (const HsCapabilities *capabilities);
gboolean hs_capabilities_takes_format (const HsCapabilities *capabilities, const char *format);
gboolean hs_capabilities_has_colour (const HsCapabilities *capabilities);
/* sides-supported has a two-sided value. */
gboolean hs_capabilities_has_two_sides (const HsCapabilities *capabilities);
/* What a release may ask for: copies-supported, sides-supported and print-color-mode-supported; what a
 * printer does not name it does in the one plain way. */
void hs_capabilities_get_print_abilities (const HsCapabilities *capabilities,
                                          HsPrintAbilities *abilities);
/* The values of document-format-supported, media-ready, …; NULL-terminated.
 * Returns: (transfer full): empty if the printer does not have that attribute. */
char **hs_capabilities_dup_values (const HsCapabilities *capabilities, const char *attribute);

HsPrinterState hs_capabilities_get_state (const HsCapabilities *capabilities);
gboolean hs_capabilities_is_accepting (const HsCapabilities *capabilities);
/* queued-job-count; 0 if not said. */
guint hs_capabilities_get_queued (const HsCapabilities *capabilities);

/* May a job be sent now? A printer that is stopped, accepts no jobs or reports an error gets none.
 * Returns: (transfer full) (nullable): NULL = yes; else why not, "out of paper; add paper …". */
char *hs_capabilities_dup_obstacle (const HsCapabilities *capabilities);

/* What the printer tells beside its work ("toner is low"), for progress.
 * Returns: (transfer full) (nullable): one sentence, NULL if there is nothing to tell. */
char *hs_capabilities_dup_remark (const HsCapabilities *capabilities);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsCapabilities, hs_capabilities_unref)
