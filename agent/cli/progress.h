/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* One line that moves while a job goes to paper; on something that is no terminal, a line for each
 * state instead.
 *
 * Threads: main thread.  Blocks: on standard output. */

#include "core/wire/control_job.h"

typedef struct HsProgress HsProgress;

/* @shown FALSE prints nothing at all. */
HsProgress *hs_progress_new (const HsControlJob *job, gboolean shown);

/* Clears the line. */
void hs_progress_free (HsProgress *progress);

/* Takes {sent_bytes, printed_pages}. */
void hs_progress_take (HsProgress *progress, const json_t *object);
void hs_progress_show_state (HsProgress *progress, const HsControlJob *job);
