/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* Time since boot, sleep included: what a time limit is measured by, because nobody can set it.
 *
 * The clock on the wall jumps (a laptop without a battery, a wrong time server); GLib's timers stand
 * still while the machine sleeps. A limit of 24 hours must suffer from neither.
 *
 * Threads: any for reading; a source lives on the context it is attached to.  Blocks: never. */

#include <glib.h>

/* Microseconds since boot, time asleep included. */
gint64 hs_boot_clock_now_us (void);

/* A source that calls its GSourceFunc once hs_boot_clock_now_us() has reached @at_us, also right
 * after waking from sleep; then it is spent (the function's return value does not matter). No
 * wakeup happens before. Returns: (transfer full). */
GSource *hs_boot_clock_source_new (gint64 at_us);
