/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* A print system with a history of jobs, as a test of platform/print_watch.h wants: the fake, or the
 * system's body with somebody who answers as homespool-queue does. */

#include "platform/print_watch.h"

/* With an empty history. Returns: what hs_print_watch_new() takes; valid until it is closed. */
const char *hs_print_desk_open (void);
void hs_print_desk_close (void);

/* Puts a copy of @job into the history. Numbers rise. */
void hs_print_desk_put (const HsPrintedJob *job);

/* From now on every question fails with @code. */
void hs_print_desk_fail (GIOErrorEnum code);

/* How many jobs one answer holds. */
guint hs_print_desk_get_most (void);
gboolean hs_print_desk_knocks (void);
