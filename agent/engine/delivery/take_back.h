/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* A person gave a job up of which a printer may still have something: it is cancelled there, if that
 * can be done. For HsDeliverer.take_back_async.
 *
 * Threads: main context only.  Blocks: never. */

#include "core/job.h"
#include "engine/printers/printers.h"

/* Looks for @job at job->left_printer, by its public name and else by left_job_id, cancels it, and looks
 * again until it is gone. Goes on for HsPrinterPatience.lost_ms and one question at the most, and
 * cancels nothing that does not bear the job's name. @job is borrowed for the call, @printers until it
 * has ended. */
void hs_take_back_async (HsPrinters *printers,
                         const HsJob *job,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer user_data);

/* Returns: (transfer full): for the job's story, what came of it, also when the printer could not be
 * told. Errors: CANCELLED alone. */
char *hs_take_back_finish (GAsyncResult *result, GError **error) G_GNUC_WARN_UNUSED_RESULT;
