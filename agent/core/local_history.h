/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* Which jobs of the print system's history were told already.
 *
 * Numbers go up, but jobs end in any order: every number below @from is done with, and so are those that
 * are kept singly above it. The history itself is the memory: a look goes through all jobs from @from on,
 * sees each once, and ends. What the print system has forgotten by then is forgotten here too.
 *
 * Threads: any, no shared state.  Blocks: never. */

#include <glib.h>

typedef struct HsLocalHistory HsLocalHistory;

/* Begins at @begun_s (UTC seconds): what was over before, or is at the first look in that second, is
 * never told. */
HsLocalHistory *hs_local_history_new (gint64 begun_s);
void hs_local_history_free (HsLocalHistory *history);

/* As it is kept. Returns: (transfer full). */
GBytes *hs_local_history_encode (const HsLocalHistory *history);
/* NULL if it cannot be read. */
HsLocalHistory *hs_local_history_decode (GBytes *bytes);

/* The number with which a look begins, ≥ 1: the last one that is done with, so that something is there
 * as long as the print system goes on counting. */
guint32 hs_local_history_get_from (const HsLocalHistory *history);

/* Begins a look; one that did not end is forgotten. @anew: from number 1, because the print system may
 * have begun to count again. */
void hs_local_history_begin (HsLocalHistory *history, gboolean anew);

/* A job of the look. TRUE: it is to be told now. */
gboolean
hs_local_history_see (HsLocalHistory *history, guint32 id, gboolean is_over, gint64 finished_s);

/* All jobs were seen, and what was to be told is about to be kept with this history. FALSE: nothing
 * was seen, not even the last one that is done with: the history was emptied, or the print system began
 * to count again. Look anew; what is told twice then has the same uuid. */
gboolean hs_local_history_end (HsLocalHistory *history);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsLocalHistory, hs_local_history_free)
