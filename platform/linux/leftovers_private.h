/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* What homespool-sweep answers: HS_SWEEP_DONE, or a sentence for a person.
 *
 * Threads: any, no shared state.  Blocks: never. */

#define HS_SWEEP_DONE "done\n"
#define HS_SWEEP_ANSWER_BYTES 512

/* How often it looks again, and how long each time for what was killed and is not gone yet: a process
 * that waits for a disk. */
#define HS_SWEEP_MOST_ROUNDS 5
#define HS_SWEEP_ROUND_MS 2000
