/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* An IPP request that came to the virtual printer, read once and asked about by type.
 *
 * Threads: any; one owner at a time.  Blocks: never. */

#include <cups/ipp.h>
#include <glib.h>

typedef struct HsReceived HsReceived;

/* @bytes end where ipp/attributes_end said. Errors: INVALID. */
HsReceived *hs_received_decode (GBytes *bytes, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void hs_received_free (HsReceived *received);

/* For files of agent/ipp. */
ipp_t *hs_received_peek (const HsReceived *received);

int hs_received_get_operation (const HsReceived *received);

/* The checks that every request must pass, in the protocol's order: version, request-id, order of
 * the groups, the first two attributes, charset, target. Returns 0, or the status to answer with a
 * sentence (static) in *why. */
ipp_status_t
hs_received_check (const HsReceived *received, gboolean needs_target, const char **why);

/* ── the target ──────────────────────────────────────────────────────────────────────────── */

/* printer-uri (or the printer's part of job-uri) without a user name: "ipp://localhost/ipp/print";
 * its host and port, and its path. NULL if the request names none that can be read. */
const char *hs_received_get_printer_uri (const HsReceived *received);
const char *hs_received_get_host (const HsReceived *received);
const char *hs_received_get_path (const HsReceived *received);

/* From job-id, or from the end of job-uri; 0 if there is none. */
guint32 hs_received_get_job_id (const HsReceived *received);

/* ── operation attributes ────────────────────────────────────────────────────────────────── */

/* The first value of an operation attribute; NULL or @otherwise if it is not there or of another
 * syntax. Strings are borrowed. */
const char *hs_received_get_string (const HsReceived *received, const char *name);
int hs_received_get_integer (const HsReceived *received, const char *name, int otherwise);
gboolean hs_received_get_boolean (const HsReceived *received, const char *name, gboolean otherwise);
gboolean hs_received_has (const HsReceived *received, const char *name);

/* TRUE if the integer attribute has no values (is absent) or contains @value: job-ids. */
guint hs_received_count (const HsReceived *received, const char *name); /* its values */
gboolean hs_received_names (const HsReceived *received, const char *name, int value);

/* job-impressions and job-k-octets stand in either group; 0 = not given. */
guint64 hs_received_get_size_claim (const HsReceived *received, const char *name);

/* The first value of a job attribute of Set-Job-Attributes; nullable, borrowed. */
const char *hs_received_get_job_string (const HsReceived *received, const char *name);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsReceived, hs_received_free)
