/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* What a person types for a job or a printer → the one that is meant.
 *
 * A job: its uuid, its short handle (the last six digits), its IPP job-id, or "last". A printer: its
 * uuid, its name if no other has the same, or the beginning of exactly one name; case does not matter.
 *
 * Threads: main thread.  Blocks: on the agent. */

#include "cli/client.h"
#include "core/wire/control_status.h"

/* Returns: (transfer full). Errors: NOT_FOUND, INVALID (several fit); those of the call. */
HsControlJob *hs_find_job (HsClient *client, const char *typed, GError **error);
/* The same among the jobs that the caller may claim and, after those, the caller's own. */
HsControlJob *hs_find_claimable_job (HsClient *client, const char *typed, GError **error);
HsControlPrinter *hs_find_printer (HsClient *client, const char *typed, GError **error);
/* The same without a call: takes it out of @printers (element-type HsControlPrinter). */
HsControlPrinter *hs_find_take_printer (GPtrArray *printers, const char *typed, GError **error);

/* All of them. Returns: (transfer full) (element-type HsControlJob / HsControlPrinter). */
GPtrArray *hs_find_all_jobs (HsClient *client, GError **error);
GPtrArray *hs_find_all_claimable_jobs (HsClient *client, GError **error);
GPtrArray *hs_find_all_printers (HsClient *client, GError **error);
